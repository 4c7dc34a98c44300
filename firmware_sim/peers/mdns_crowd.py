"""A crowd of services on mDNS: announced, told again when asked, withdrawn, or fallen silent.

Messages are made by zeroconf's DNSOutgoing and sent on a socket of our own, so that their times and
their lifetimes are what a test says. RFC 6762.

Run as `python -m firmware_sim.peers.mdns_crowd ADDRESS TYPE`, on the interface that has ADDRESS (an
IPv6 one with its interface, as in `fe80::2%eth0`), it takes a command a line, and answers with a
line of JSON that has the time (`at_s`, monotonic) at which each service's last message left:
`announce COUNT TTL`, `withdraw`, `silence`, `hear`, `send HEX` (a message as it is). It ends with
its input.
"""

import asyncio
import json
import socket
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Self

from zeroconf import (
    DNSAddress,
    DNSIncoming,
    DNSOutgoing,
    DNSPointer,
    DNSRecord,
    DNSService,
    DNSText,
)
from zeroconf.const import (
    _CLASS_IN,
    _CLASS_IN_UNIQUE,
    _FLAGS_AA,
    _FLAGS_QR_RESPONSE,
    _TYPE_A,
    _TYPE_AAAA,
    _TYPE_PTR,
    _TYPE_SRV,
    _TYPE_TXT,
)

GROUP = "224.0.0.251"
GROUP6 = "ff02::fb"
PORT = 5353
_SERVICES_A_MESSAGE = 8


class Crowd(asyncio.DatagramProtocol):
    """Services `crowd-0001` … of one type, all at one address, over IPv4 or IPv6 as that is."""

    def __init__(self, address: str, type_: str) -> None:
        self.address = address
        self.type = type_
        self.ttl = 120
        self.count = 0
        self.answers = True
        """Whether it answers who asks; silent, it is like a thing without power."""
        self.asked = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._is_six = ":" in address

    async def __aenter__(self) -> Self:
        """Join mDNS's group on the interface that has the address."""
        udp = _six(self.address) if self._is_six else _four(self.address)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=udp)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave without a goodbye."""
        if self._transport:
            self._transport.close()

    def names(self) -> list[str]:
        """Return the services' full names."""
        return [f"crowd-{number:04d}.{self.type}" for number in range(1, self.count + 1)]

    def announce(self, count: int, ttl: int) -> dict[str, float]:
        """Announce so many services, each for `ttl` seconds; return when each was."""
        self.count, self.ttl = count, ttl
        return self._tell(self.names(), ttl)

    def withdraw(self) -> dict[str, float]:
        """Say goodbye for all; return when for each."""
        gone, self.count = self.names(), 0
        return self._tell(gone, 0)

    def send(self, message: bytes) -> None:
        """Send a message as it is."""
        if self._transport:
            self._transport.sendto(message, (GROUP6 if self._is_six else GROUP, PORT))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket to send on."""
        if isinstance(transport, asyncio.DatagramTransport):
            self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a question about a service of the crowd."""
        message = DNSIncoming(data, addr)
        if not message.valid or not message.is_query() or not self.answers:
            return
        known = {r.alias for r in message.answers() if isinstance(r, DNSPointer)}
        asked: list[str] = []
        for question in message.questions:
            if question.name.lower() == self.type.lower() and question.type == _TYPE_PTR:
                asked += [name for name in self.names() if name not in known]
            elif question.name in self.names() and question.type in (_TYPE_SRV, _TYPE_TXT):
                asked.append(question.name)
        self.asked += bool(asked)
        self._tell(list(dict.fromkeys(asked)), self.ttl)

    def _tell(self, names: Sequence[str], ttl: int) -> dict[str, float]:
        at_s: dict[str, float] = {}
        for some in batched(names, _SERVICES_A_MESSAGE):
            out = DNSOutgoing(_FLAGS_QR_RESPONSE | _FLAGS_AA)
            for name in some:
                for record in self._records(name, ttl):
                    out.add_answer_at_time(record, 0)
            for packet in out.packets():
                self.send(packet)
            at_s |= dict.fromkeys((name.removesuffix("." + self.type) for name in some), _now_s())
        return at_s

    def _records(self, name: str, ttl: int) -> Iterator[DNSRecord]:
        host = name.partition(".")[0] + ".local."
        text = b"\x07id=" + name[:4].encode() + b"\x05v=1.0"
        yield DNSPointer(self.type, _TYPE_PTR, _CLASS_IN, ttl, name)
        yield DNSService(name, _TYPE_SRV, _CLASS_IN_UNIQUE, ttl, 0, 0, 80, host)
        yield DNSText(name, _TYPE_TXT, _CLASS_IN_UNIQUE, ttl, text)
        kind, family = (_TYPE_AAAA, socket.AF_INET6) if self._is_six else (_TYPE_A, socket.AF_INET)
        packed = socket.inet_pton(family, self.address.partition("%")[0])
        yield DNSAddress(host, kind, _CLASS_IN_UNIQUE, ttl, packed)


def _four(address: str) -> socket.socket:
    here = socket.inet_aton(address)
    udp = _udp(socket.AF_INET)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + here)
    udp.bind(("", PORT))
    return udp


def _six(address: str) -> socket.socket:
    here = struct.pack("@I", socket.if_nametoindex(address.partition("%")[2]))
    udp = _udp(socket.AF_INET6)
    udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, here)
    udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    group = socket.inet_pton(socket.AF_INET6, GROUP6) + here
    udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
    udp.bind(("", PORT))
    return udp


def _udp(family: socket.AddressFamily) -> socket.socket:
    udp = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return udp


def _now_s() -> float:
    return time.monotonic()


async def _obey(address: str, type_: str) -> None:
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with Crowd(address, type_) as crowd:
        while line := await lines.readline():
            match line.decode().split():
                case ["announce", count, ttl]:
                    answer: object = {"at_s": crowd.announce(int(count), int(ttl))}
                case ["withdraw"]:
                    answer = {"at_s": crowd.withdraw()}
                case ["silence"]:
                    crowd.answers = False
                    answer = {"asked": crowd.asked}
                case ["hear"]:
                    crowd.answers = True
                    answer = {"asked": crowd.asked}
                case ["send", message]:
                    crowd.send(bytes.fromhex(message))
                    answer = {}
                case _:
                    answer = {"unknown": line.decode()}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_obey(sys.argv[1], sys.argv[2]))
