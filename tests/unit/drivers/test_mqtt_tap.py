"""What comes in is taken in whole and in order, however the stream is cut."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from gmqtt.mqtt.constants import MQTTv50, MQTTv311
from hypothesis import given
from hypothesis import strategies as st

from drivers.mqtt.errors import UnwritableError
from drivers.mqtt.part import Publish
from drivers.mqtt.tap import BEHIND_BYTES, MalformedError, Tap, packet_at, publish_packet

type Message = tuple[str, bytes, bool]

MESSAGES = st.tuples(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.binary(max_size=300),
    st.booleans(),
)
OTHERS = st.tuples(st.sampled_from([0x40, 0x90, 0xD0, 0x32]), st.binary(min_size=2, max_size=20))
PROPERTIES = st.sampled_from([b"", b"\x01\x00", b"\x26\x00\x01k\x00\x01v" * 30])


def varint(value: int) -> bytes:
    """A length as MQTT writes it (MQTT 5.0, section 1.5.5)."""
    out = bytearray()
    while True:
        value, low = divmod(value, 128)
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def packet(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + varint(len(body)) + body


def publish(message: Message, properties: bytes | None) -> bytes:
    topic, payload, retained = message
    name = topic.encode()
    rest = b"" if properties is None else varint(len(properties)) + properties
    body = len(name).to_bytes(2) + name + rest + payload
    return packet(0x31 if retained else 0x30, body)


class Wire(asyncio.Transport):
    """A transport that nothing is sent through."""

    def __init__(self, protocol: asyncio.BaseProtocol) -> None:
        super().__init__()
        self._protocol = protocol
        self.closed = False
        self.writes: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol

    def close(self) -> None:
        self.closed = True


class Heard:
    """Notes messages; some of them upset it."""

    def __init__(self) -> None:
        self.messages: list[tuple[str | bytes, bytes, bool]] = []

    def __call__(self, topic: str | bytes, payload: bytes, *, retained: bool) -> None:
        self.messages.append((topic, payload, retained))
        if payload == b"upset":
            raise RuntimeError("upset")


def tapped(stream: Sequence[bytes], version: int) -> tuple[Heard, list[tuple[int, bytes]], Wire]:
    heard, others = Heard(), list[tuple[int, bytes]]()
    wire = Wire(asyncio.Protocol())
    tap = Tap(wire, version, heard, lambda command, body: others.append((command, body)))
    assert wire.get_protocol() is tap
    for piece in stream:
        tap.data_received(piece)
    return heard, others, wire


@given(
    items=st.lists(MESSAGES | OTHERS, max_size=8),
    properties=PROPERTIES,
    cuts=st.sets(st.integers(1, 2_000), max_size=20),
    version=st.sampled_from([MQTTv50, MQTTv311]),
)
def test_messages_are_taken_out_and_the_rest_goes_on_unchanged_however_it_is_cut(
    items: list[Message | tuple[int, bytes]], properties: bytes, cuts: set[int], version: int
) -> None:
    whole, messages, others = b"", list[Message](), list[tuple[int, bytes]]()
    for item in items:
        if len(item) == 3:
            messages.append(item)
            whole += publish(item, properties if version == MQTTv50 else None)
        else:
            others.append(item)
            whole += packet(*item)
    bounds = [0, *sorted(c for c in cuts if c < len(whole)), len(whole)]
    heard, handed_on, wire = tapped([whole[a:b] for a, b in pairwise(bounds)], version)
    assert heard.messages == messages
    assert handed_on == others
    assert not wire.closed


def test_a_topic_that_is_not_utf8_is_told_as_bytes() -> None:
    heard, _, _ = tapped([packet(0x30, b"\x00\x02\xff\xfe\x00on")], MQTTv50)
    assert heard.messages == [(b"\xff\xfe", b"on", False)]


def test_a_message_that_upsets_its_taker_does_not_take_the_next_ones_along(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stream = [publish((topic, b"upset", False), b"") for topic in ("a", "b")]
    heard, _, wire = tapped(stream, MQTTv50)
    assert [topic for topic, _, _ in heard.messages] == ["a", "b"]
    assert not wire.closed
    assert "'a' could not be taken in" in caplog.text


@pytest.mark.parametrize(("payload_bytes", "writes"), [(10, 3), (BEHIND_BYTES, 1)])
def test_answers_go_out_at_once_and_in_one_piece_when_much_came_in(
    payload_bytes: int, writes: int
) -> None:
    def answer(topic: str | bytes, payload: bytes, *, retained: bool) -> None:
        assert not retained
        tap.publish(Publish(f"{topic!s}/set", payload[:3]), 7)

    wire = Wire(asyncio.Protocol())
    tap = Tap(wire, MQTTv50, answer, lambda _command, _body: None)
    payload = b"x" * payload_bytes
    tap.data_received(b"".join(publish((topic, payload, False), b"") for topic in "abc"))
    assert b"".join(wire.writes) == b"".join(
        packet(0x32, len(f"{topic}/set").to_bytes(2) + f"{topic}/set".encode() + b"\0\7\0xxx")
        for topic in "abc"
    )
    assert len(wire.writes) == writes


@given(message=MESSAGES, version=st.sampled_from([MQTTv50, MQTTv311]))
def test_what_is_sent_is_read_as_it_was_meant(message: Message, version: int) -> None:
    topic, payload, retained = message
    sent = publish_packet(
        Publish(topic, payload, qos=0, retain=retained), 0, properties=version == MQTTv50
    )
    heard, _, _ = tapped([sent], version)
    assert heard.messages == [message]


def test_a_topic_longer_than_mqtt_allows_is_refused() -> None:
    with pytest.raises(UnwritableError, match="65536 bytes"):
        publish_packet(Publish("t" * 65_536, b""), 1, properties=True)


@pytest.mark.parametrize(
    ("stream", "why"),
    [
        (b"\x30\xff\xff\xff\xff\x01", "more than four bytes"),
        (packet(0x30, b"\x00\x09ab"), "longer than its packet"),
        (packet(0x30, b"\x00\x01a\x05"), "longer than their packet"),
        (packet(0x30, b"\x00\x01a"), "longer than their packet"),
        (packet(0x30, b"\x00"), "longer than its packet"),
    ],
)
def test_a_broker_that_breaks_the_protocol_is_left(
    stream: bytes, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    heard, _, wire = tapped([stream], MQTTv50)
    assert wire.closed
    assert heard.messages == []
    assert why in caplog.text


@given(st.binary(max_size=60))
def test_nothing_but_a_malformed_packet_stops_the_reading(data: bytes) -> None:
    try:
        there = packet_at(data, 0)
    except MalformedError:
        assert len(data) >= 5
    else:
        assert there is None or there[0] <= there[1] <= len(data)
