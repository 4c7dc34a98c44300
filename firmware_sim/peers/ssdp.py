"""Announces a UPnP thing on SSDP, and answers who searches for it.

UPnP Device Architecture 2.0, 1.2 and 1.3. Everything is sent on the interface that has `address`.
"""

import asyncio
import socket
from collections.abc import Sequence
from typing import Self

GROUP = "239.255.255.250"
PORT = 1900
_SERVER = "Linux/6.1 UPnP/1.0 firmware_sim/1"


class Announcer(asyncio.DatagramProtocol):
    """One device with its notification types; it says hello when entered, goodbye when left."""

    def __init__(
        self, address: str, location: str, uuid: str, types: Sequence[str], *, max_age_s: int = 1800
    ) -> None:
        self.address = address
        self.location = location
        self.uuid = uuid
        self.types = ("upnp:rootdevice", uuid, *types)
        self.max_age_s = max_age_s
        self.boot_id = 1
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        """Join the group, and announce."""
        here = socket.inet_aton(self.address)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
        udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 2)
        member = socket.inet_aton(GROUP) + here
        udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        udp.bind((GROUP, PORT))
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=udp)
        self.announce()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Say goodbye, and close."""
        self.leave(goodbye=True)

    def announce(self) -> None:
        """Say hello for every type."""
        for type_ in self.types:
            self._notify(type_, "ssdp:alive")

    def leave(self, *, goodbye: bool) -> None:
        """Close; without a goodbye it is as if the power were cut."""
        if self._transport is None:
            return
        if goodbye:
            for type_ in self.types:
                self._notify(type_, "ssdp:byebye")
        self._transport.close()
        self._transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket to send on."""
        if isinstance(transport, asyncio.DatagramTransport):
            self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a search for what it is."""
        if not data.startswith(b"M-SEARCH") or self._transport is None:
            return
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in data.decode().splitlines()[1:])
        }
        wanted = headers.get("st", "")
        for type_ in self.types:
            if wanted in ("ssdp:all", type_):
                lines = ["HTTP/1.1 200 OK", f"ST: {type_}", "EXT:", *self._of_itself(type_)]
                self._transport.sendto(_packet(lines), addr)

    def _notify(self, type_: str, kind: str) -> None:
        lines = [
            "NOTIFY * HTTP/1.1",
            f"HOST: {GROUP}:{PORT}",
            f"NT: {type_}",
            f"NTS: {kind}",
            *self._of_itself(type_),
        ]
        if self._transport:
            self._transport.sendto(_packet(lines), (GROUP, PORT))

    def _of_itself(self, type_: str) -> list[str]:
        return [
            f"CACHE-CONTROL: max-age={self.max_age_s}",
            f"LOCATION: {self.location}",
            f"SERVER: {_SERVER}",
            f"USN: {self.uuid if type_ == self.uuid else f'{self.uuid}::{type_}'}",
            f"BOOTID.UPNP.ORG: {self.boot_id}",
        ]


def _packet(lines: Sequence[str]) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode()
