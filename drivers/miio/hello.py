"""Who is there: a hello to everyone in the network, and their answers."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable

from drivers.kit.errors import MalformedError
from drivers.miio.connection import PORT
from drivers.miio.packet import Packet, hello, parsed

TIMES = 3
PAUSE_S = 1.0
EVERYONE = "255.255.255.255"

type Answered = Callable[[str, int, Packet], None]
"""What is called with address, port and answer of each device."""


class _Ears(asyncio.DatagramProtocol):
    def __init__(self, answered: Answered) -> None:
        self._answered = answered
        self._heard: set[tuple[str, int]] = set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Take an answer; one of each device, and nothing that is none."""
        with contextlib.suppress(MalformedError):
            packet = parsed(data)
            if not packet.body and packet.device_id != 2**64 - 1 and addr not in self._heard:
                self._heard.add(addr)
                self._answered(addr[0], addr[1], packet)

    def error_received(self, exc: Exception) -> None:
        """Pass over a network that is not there (asyncio calls this)."""


async def look(
    answered: Answered,
    targets: Iterable[tuple[str, int]] = ((EVERYONE, PORT),),
    *,
    times: int = TIMES,
    pause_s: float = PAUSE_S,
) -> None:
    """Say hello to `targets` a few times, and tell who answers."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Ears(answered),
        local_addr=("0.0.0.0", 0),  # noqa: S104 - answers come to any of its addresses
        family=socket.AF_INET,
        allow_broadcast=True,
    )
    try:
        for _ in range(times):
            for target in targets:
                transport.sendto(hello(), target)
            await asyncio.sleep(pause_s)
    finally:
        transport.abort()
        await asyncio.sleep(0)
