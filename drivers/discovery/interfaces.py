"""The network interfaces of this machine, and when they change."""

import asyncio
import fcntl
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import ifaddr
from msgspec import Struct

POLL_S = 5.0
_CALM_S = 0.3
_IPV6_ADDRESSES = Path("/proc/net/if_inet6")
_UNUSABLE = 0x40 | 0x08
"""Tentative, as a new address is for a second or two, or a duplicate: RFC 4862, 5.4."""

_SIOCGIFFLAGS = 0x8913
_IFF_RUNNING = 0x40
_RTMGRP = 0x1 | 0x10 | 0x100
"""Links, IPv4 addresses, IPv6 addresses: rtnetlink(7)."""


class Interface(Struct, frozen=True):
    """A network interface with the addresses that can be used; IPv6 ones without their scope."""

    name: str
    index: int
    running: bool
    addresses: tuple[str, ...]
    settled: bool = True
    """Whether all its IPv6 addresses can be used."""

    @property
    def loopback(self) -> bool:
        """Whether it leads nowhere but here."""
        return any(ip_address(address).is_loopback for address in self.addresses)


def interfaces() -> tuple[Interface, ...]:
    """Return the interfaces that have an address."""
    unusable = _unusable()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        found = []
        for adapter in ifaddr.get_adapters():
            addresses = {ip.ip if isinstance(ip.ip, str) else ip.ip[0] for ip in adapter.ips}
            usable = tuple(sorted(addresses - unusable))
            if usable:
                running = _running(any_socket, adapter.name)
                settled = not addresses & unusable
                found.append(Interface(adapter.name, adapter.index or 0, running, usable, settled))
        return tuple(found)


def _unusable() -> set[str]:
    """Return the IPv6 addresses that the kernel does not let anyone use, or not yet."""
    try:
        lines = _IPV6_ADDRESSES.read_text("ascii").splitlines()
    except OSError:
        return set()
    fields = [line.split() for line in lines]
    return {
        str(IPv6Address(bytes.fromhex(said[0]))) for said in fields if int(said[4], 16) & _UNUSABLE
    }


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
    finds out.
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
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(poll_s):
                    await woken.wait()
                    await asyncio.sleep(_CALM_S)
            woken.clear()
            found = interfaces()
            if found != former:
                former = found
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
