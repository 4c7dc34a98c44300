"""Who is there: both searches, sent to everyone in the network, and the answers."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Callable, Iterable

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from drivers.kasa.discovery import (
    NEW_PORTS,
    OLD_PORT,
    Device,
    new_probe,
    old_probe,
    read_new,
    read_old,
)
from drivers.kit.errors import MalformedError

TIMES = 3
PAUSE_S = 1.0
EVERYONE = "255.255.255.255"
EVERYWHERE = tuple((EVERYONE, port) for port in (OLD_PORT, *NEW_PORTS))

type Answered = Callable[[str, Device], None]
"""What is called with the address of each device, and what it tells of itself."""


class _Ears(asyncio.DatagramProtocol):
    def __init__(self, answered: Answered) -> None:
        self._answered = answered
        self._heard: set[tuple[str, int]] = set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Take an answer; one of each device and search."""
        # A scrambled answer begins like no header of the newer protocol.
        read = read_new if data[:1] == b"\x02" else read_old
        with contextlib.suppress(MalformedError):
            device = read(data)
            if addr not in self._heard:
                self._heard.add(addr)
                self._answered(addr[0], device)

    def error_received(self, exc: Exception) -> None:
        """Pass over a network that is not there (asyncio calls this)."""


async def look(
    answered: Answered,
    targets: Iterable[tuple[str, int]] = EVERYWHERE,
    *,
    times: int = TIMES,
    pause_s: float = PAUSE_S,
) -> None:
    """Ask `targets` a few times, and tell who answers."""
    key = await asyncio.to_thread(_public_key)
    probes = (old_probe(), new_probe(key, secrets.randbits(32)))
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Ears(answered),
        local_addr=("0.0.0.0", 0),  # noqa: S104 - answers come to any of its addresses
        family=socket.AF_INET,
        allow_broadcast=True,
    )
    try:
        for _ in range(times):
            for address, port in targets:
                for probe in probes:
                    if (port == OLD_PORT) == (probe is probes[0]) or port not in _KNOWN:
                        transport.sendto(probe, (address, port))
            await asyncio.sleep(pause_s)
    finally:
        transport.abort()
        await asyncio.sleep(0)


_KNOWN = frozenset({OLD_PORT, *NEW_PORTS})
"""Each of these hears one search alone; another port is sent both."""


def _public_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
