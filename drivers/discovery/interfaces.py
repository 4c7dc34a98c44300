"""The network interfaces of this machine, and when they change."""

import asyncio
import fcntl
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import suppress
from ipaddress import ip_address

import ifaddr
from msgspec import Struct

POLL_S = 5.0
_CALM_S = 0.3
_TENTATIVE_S = 3.0
"""A new IPv6 address cannot be used for so long: duplicate address detection, RFC 4862, 5.4."""

_SIOCGIFFLAGS = 0x8913
_IFF_RUNNING = 0x40
_RTMGRP = 0x1 | 0x10 | 0x100
"""Links, IPv4 addresses, IPv6 addresses: rtnetlink(7)."""


class Interface(Struct, frozen=True):
    """A network interface with its addresses; link-local IPv6 ones without their scope."""

    name: str
    index: int
    running: bool
    addresses: tuple[str, ...]

    @property
    def loopback(self) -> bool:
        """Whether it leads nowhere but here."""
        return any(ip_address(address).is_loopback for address in self.addresses)


def interfaces() -> tuple[Interface, ...]:
    """Return the interfaces that have an address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        return tuple(
            Interface(
                adapter.name,
                adapter.index or 0,
                _running(any_socket, adapter.name),
                tuple(sorted(ip.ip if isinstance(ip.ip, str) else ip.ip[0] for ip in adapter.ips)),
            )
            for adapter in ifaddr.get_adapters()
        )


def _running(any_socket: socket.socket, name: str) -> bool:
    asked = struct.pack("40s", name.encode()[:15])
    try:
        answer = fcntl.ioctl(any_socket.fileno(), _SIOCGIFFLAGS, asked)
    except OSError:
        return False
    (flags,) = struct.unpack_from("H", answer, 16)
    return bool(flags & _IFF_RUNNING)


async def watched(poll_s: float = POLL_S) -> AsyncGenerator[tuple[Interface, ...]]:
    """Yield the interfaces now, and again whenever they changed.

    The kernel tells at once (netlink); where it may not be asked, a look every `poll_s` seconds
    finds out. After a change they are yielded once more, when new IPv6 addresses can be used.
    """
    woken = asyncio.Event()
    netlink = _netlink()
    loop = asyncio.get_running_loop()

    def drain() -> None:
        with suppress(OSError):
            while netlink is not None and netlink.recv(65536):
                woken.set()

    if netlink is not None:
        loop.add_reader(netlink.fileno(), drain)
    try:
        former = interfaces()
        yield former
        again_s = loop.time() + _TENTATIVE_S
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(poll_s, max(0.0, again_s - loop.time()))):
                    await woken.wait()
                    await asyncio.sleep(_CALM_S)
            woken.clear()
            found = interfaces()
            if found != former:
                former, again_s = found, loop.time() + _TENTATIVE_S
                yield found
            elif loop.time() >= again_s:
                again_s = float("inf")
                yield found
    finally:
        if netlink is not None:
            loop.remove_reader(netlink.fileno())
            netlink.close()


def _netlink() -> socket.socket | None:
    try:
        netlink = socket.socket(
            socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.NETLINK_ROUTE
        )
    except OSError:
        return None
    try:
        netlink.bind((0, _RTMGRP))
    except OSError:
        netlink.close()
        return None
    return netlink
