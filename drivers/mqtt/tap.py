"""The short way of messages: taken out of the stream before gmqtt sees it, and put into it.

All else (acknowledgements, pings, the end) goes to gmqtt as it is, in its order. A message costs
gmqtt as much as the whole of its reflex costs the hub: a task's turn, copies, log lines.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol, cast

from gmqtt.mqtt.constants import MQTTv50

from drivers.mqtt.errors import UnwritableError
from drivers.mqtt.part import Publish

log = logging.getLogger(__name__)

_PUBLISH = 0x30
"""An application message at QoS 0: the packet's type and both bits of the QoS."""
_TYPE_AND_QOS = 0xF6
_RETAIN = 0x01
BEHIND_BYTES = 2_048
"""So much at once tells that the hub is behind: from there on, what goes out goes in one piece."""


class Receive(Protocol):
    """What takes messages."""

    def __call__(self, topic: str | bytes, payload: bytes, *, retained: bool) -> None:
        """Take a message; the topic is bytes where it is not UTF-8."""
        ...


class MalformedError(ValueError):
    """The broker sent what is no packet of MQTT."""


def packet_at(data: bytes, start: int) -> tuple[int, int] | None:
    """Return where the body of the packet that begins at `start` begins and where it ends.

    None if the packet is not whole yet. Raises MalformedError. MQTT 5.0, section 2.1.4.
    """
    length, shift, at, end = 0, 0, start + 1, len(data)
    while at < end:
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (at, at + length) if at + length <= end else None
        shift += 7
        if shift > 21:
            raise MalformedError("a length of more than four bytes")
    return None


def message_in(data: bytes, start: int, end: int, *, properties: bool) -> tuple[bytes, bytes]:
    """Return topic and payload of the PUBLISH at QoS 0 whose body is from `start` to `end`.

    `properties` says whether there are some, as in MQTT 5; they are left out. Raises
    MalformedError. MQTT 5.0, section 3.3.
    """
    begin = start + 2
    rest = begin + int.from_bytes(data[start:begin])
    if rest > end:
        raise MalformedError("a topic that is longer than its packet")
    topic = data[begin:rest]
    if properties:
        if rest < end and not data[rest]:
            rest += 1
        else:
            there = packet_at(data[:end], rest - 1)
            if there is None:
                raise MalformedError("properties that are longer than their packet")
            rest = there[1]
    return topic, data[rest:end]


def publish_packet(message: Publish, packet_id: int, *, properties: bool) -> bytes:
    """Return the PUBLISH of a message; `packet_id` counts at QoS 1. MQTT 5.0, section 3.3.

    Raises UnwritableError if its topic is longer than MQTT allows.
    """
    topic = message.topic.encode()
    if len(topic) > 0xFFFF:
        raise UnwritableError(f"a topic of {len(topic)} bytes, {0xFFFF} are the most")
    head = len(topic).to_bytes(2) + topic
    if message.qos:
        head += packet_id.to_bytes(2)
    if properties:
        head += b"\0"
    body = head + message.payload
    kind = _PUBLISH | message.qos << 1 | message.retain
    length = len(body)
    if length < 0x80:
        return bytes((kind, length)) + body
    digits = bytearray((kind,))
    while length:
        digits.append(length & 0x7F | (0x80 if length > 0x7F else 0))
        length >>= 7
    return bytes(digits) + body


class Tap(asyncio.Protocol):
    """A transport's protocol in front of gmqtt's own.

    Messages go to `receive`, all other packets to `hand_on`, as their first byte and their body.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        version: int,
        receive: Receive,
        hand_on: Callable[[int, bytes], None],
    ) -> None:
        self._transport = transport
        self._behind = cast("asyncio.Protocol", transport.get_protocol())
        self._properties = version >= MQTTv50
        self._receive = receive
        self._hand_on = hand_on
        self._waiting = b""
        self._gathered: list[bytes] | None = None
        transport.set_protocol(self)

    def publish(self, message: Publish, packet_id: int) -> bytes:
        """Send a message: at once, or with those that the rest of what came in leads to.

        A write wakes the broker. A hub that is behind cannot afford that for each of its commands.
        Returns the packet. Raises UnwritableError.
        """
        packet = publish_packet(message, packet_id, properties=self._properties)
        if self._gathered is None:
            self._transport.write(packet)
        else:
            self._gathered.append(packet)
        return packet

    @property
    def buffered(self) -> int:
        """How many bytes wait to be taken by the broker."""
        return self._transport.get_write_buffer_size()

    def data_received(self, data: bytes) -> None:
        """Take the messages out of `data`, and hand the rest on."""
        if self._waiting:
            data = self._waiting + data
        gathered = self._gathered = [] if len(data) > BEHIND_BYTES else None
        try:
            self._waiting = data[self._take(data) :]
        except MalformedError as error:
            log.warning("the broker is left: it sent %s", error)
            self._transport.close()
        finally:
            self._gathered = None
            if gathered:
                self._transport.write(b"".join(gathered))

    def _take(self, data: bytes) -> int:
        """Take all packets that are whole; return how many bytes they were."""
        start = 0
        while (there := packet_at(data, start)) is not None:
            begin, end = there
            if data[start] & _TYPE_AND_QOS == _PUBLISH:
                topic, payload = message_in(data, begin, end, properties=self._properties)
                self._tell(topic, payload, retained=bool(data[start] & _RETAIN))
            else:
                self._hand_on(data[start], data[begin:end])
            start = end
        return start

    def _tell(self, topic: bytes, payload: bytes, *, retained: bool) -> None:
        try:
            name: str | bytes = topic.decode()
        except UnicodeDecodeError:
            name = topic
        try:
            self._receive(name, payload, retained=retained)
        except Exception:
            log.exception("a message on %r could not be taken in", name)

    def eof_received(self) -> bool | None:
        """Hand on that the broker will send no more."""
        return self._behind.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hand on that the connection is gone."""
        self._behind.connection_lost(exc)

    def pause_writing(self) -> None:
        """Hand on that the broker does not keep up."""
        self._behind.pause_writing()

    def resume_writing(self) -> None:
        """Hand on that the broker keeps up again."""
        self._behind.resume_writing()
