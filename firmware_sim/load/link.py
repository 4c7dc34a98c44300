"""One connection to the broker: MQTT 3.1.1 on a bare asyncio.Protocol, as fast as Python goes."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Self, cast

from firmware_sim.load import packets
from firmware_sim.station import Broker

_KEEPALIVE_S = 60
_IN_FLIGHT = 500
_TOPICS_A_PACKET = 500


class LinkError(OSError):
    """The broker refused the connection or ended it."""


class Link(asyncio.Protocol):
    """Connects, subscribes, writes packets made before, and hands over what is published.

    `received` gets topic and payload of every message, inside the read callback.
    """

    def __init__(self, received: Callable[[bytes, bytes], None]) -> None:
        self._received = received
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        loop = asyncio.get_running_loop()
        self._accepted: asyncio.Future[None] = loop.create_future()
        self._acks: dict[int, asyncio.Future[None]] = {}
        self._next_id = 0
        self._writable = asyncio.Event()
        self._writable.set()
        self._pinging: asyncio.TimerHandle | None = None
        self.closed: asyncio.Future[None] = loop.create_future()

    @classmethod
    async def open(cls, broker: Broker, received: Callable[[bytes, bytes], None]) -> Self:
        """Return a link on which the broker has accepted us; raises OSError."""
        loop = asyncio.get_running_loop()
        _, link = await loop.create_connection(lambda: cls(received), broker.host, broker.port)
        client_id = f"load-{os.getpid()}-{id(link):x}"
        link.write(packets.connect(client_id, _KEEPALIVE_S, broker.username, broker.password))
        await link.accepted()
        return link

    async def accepted(self) -> None:
        """Wait until the broker has accepted us, and keep the connection alive from then on."""
        await asyncio.wait_for(self._accepted, 10)
        self._ping()

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Subscribe at QoS 0 and wait until the broker has said so."""
        for first in range(0, len(topics), _TOPICS_A_PACKET):
            some = topics[first : first + _TOPICS_A_PACKET]
            ident, ack = self._expect()
            self.write(packets.subscribe(ident, some))
            await ack

    async def publish(self, messages: Iterable[tuple[str, bytes]], *, retain: bool) -> None:
        """Publish at QoS 1 and wait until the broker has all of them."""
        waiting: list[asyncio.Future[None]] = []
        for topic, payload in messages:
            ident, ack = self._expect()
            self.write(packets.publish(topic, payload, retain=retain, packet_id=ident))
            waiting.append(ack)
            if len(waiting) >= _IN_FLIGHT:
                await asyncio.gather(*waiting)
                waiting.clear()
            await self._writable.wait()
        await asyncio.gather(*waiting)

    def write(self, data: bytes) -> None:
        """Hand bytes to the socket."""
        if self._transport is not None:
            self._transport.write(data)

    async def close(self) -> None:
        """Say goodbye, and wait until the socket is closed."""
        if self._pinging:
            self._pinging.cancel()
        if self._transport is not None:
            self._transport.write(packets.DISCONNECT_BYTES)
            self._transport.close()
            await asyncio.wait({self.closed}, timeout=2)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn Nagle's rule off: it would hold small packets back for up to 40 ms."""
        self._transport = cast("asyncio.Transport", transport)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        """Take the packets apart."""
        self._buffer += data
        for first, body in packets.split(self._buffer):
            match first >> 4:
                case packets.PUBLISH:
                    self._received(*packets.published(first, body))
                case packets.PUBACK | packets.SUBACK:
                    if ack := self._acks.pop(int.from_bytes(body[:2]), None):
                        ack.set_result(None)
                case packets.CONNACK if body[1]:
                    refused = LinkError(f"the broker refuses us: MQTT return code {body[1]}")
                    self._accepted.set_exception(refused)
                case packets.CONNACK:
                    self._accepted.set_result(None)

    def pause_writing(self) -> None:
        """The socket is full."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The socket takes more."""
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """End everything that waits."""
        self._transport = None
        lost = LinkError(f"the broker closed the connection: {exc or 'no reason given'}")
        for waiting in (self._accepted, *self._acks.values()):
            if not waiting.done():
                waiting.set_exception(lost)
        self._writable.set()
        self.closed.set_result(None)

    def _expect(self) -> tuple[int, asyncio.Future[None]]:
        """Return a fresh packet id, and what is done when the broker acknowledges it."""
        self._next_id = self._next_id % 65535 + 1
        ack: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._acks[self._next_id] = ack
        return self._next_id, ack

    def _ping(self) -> None:
        self.write(packets.PINGREQ_BYTES)
        self._pinging = asyncio.get_running_loop().call_later(_KEEPALIVE_S / 2, self._ping)
