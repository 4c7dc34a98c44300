"""The frames between the hub and a driver's process: whole, in order, bounded."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.errors import MalformedError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Description
from drivers.kit.messages import (
    FRAME_LIMIT,
    Adopted,
    Answered,
    Described,
    Frames,
    FromDriver,
    Keep,
    Order,
    Pong,
    Reached,
    Recognised,
    Reported,
    ToDriver,
    framed,
)
from drivers.kit.port import Ordered
from hubd.model.command import Command
from hubd.model.device import DeviceType, Endpoint
from hubd.model.ids import DeviceId, EndpointId, EventId
from hubd.model.vocabulary import typical

E1 = EndpointId("1")
TOLD: list[FromDriver] = [
    Pong(7),
    Recognised(Found("k", "Lamp", pictured=(DeviceType.ON_OFF_LIGHT,)), "mdns:x"),
    Adopted(3, Adoption("k", "10.0.0.1", 80, "r", "s")),
    Described(
        "k",
        "",
        Description("Lamp", (Endpoint(E1, DeviceType.ON_OFF_LIGHT, "", (typical("OnOff.on"),)),)),
    ),
    Reported("k", "", E1, "OnOff.on", value=True, restored=False),
    Reported("k", "", E1, "LevelControl.level", value=40.5, restored=True),
    Reported("k", "", E1, "OnOff.on", value=None, restored=True),
    Reached("k", "", available=False, reason="lost"),
    Answered(EventId(9), accepted=False, reason="no"),
]
LAMP = DeviceId("lamp")
SAID: list[ToDriver] = [
    Keep(Adoption("k")),
    Order("k", "", (Ordered(EventId(3), Command(LAMP, E1, "OnOff.on", True, 5)),)),
]


@given(st.lists(st.sampled_from(TOLD), max_size=20), st.integers(1, 40))
def test_messages_come_out_whole_and_in_order_however_they_are_cut(
    messages: list[FromDriver], piece: int
) -> None:
    data = b"".join(framed(message) for message in messages)
    frames = Frames[FromDriver](FromDriver.__value__)
    out: list[FromDriver] = []
    for at in range(0, len(data), piece):
        out += frames.feed(data[at : at + piece])
    assert out == messages


def test_commands_come_through_as_they_are() -> None:
    frames = Frames[ToDriver](ToDriver.__value__)
    assert frames.feed(b"".join(map(framed, SAID))) == SAID


@given(st.binary(max_size=200))
def test_bytes_that_are_no_messages_are_refused_in_words(data: bytes) -> None:
    frames = Frames[FromDriver](FromDriver.__value__)
    try:
        frames.feed(len(data).to_bytes(4) + data)
    except MalformedError as error:
        assert error.what  # noqa: PT017 - random bytes may be a message


@given(st.sampled_from(TOLD), st.integers(0, 400), st.integers(0, 255))
def test_a_message_with_a_wrong_byte_is_another_message_or_is_refused(
    message: FromDriver, place: int, byte: int
) -> None:
    data = bytearray(framed(message))
    at = 4 + place % (len(data) - 4)
    data[at] = byte
    frames = Frames[FromDriver](FromDriver.__value__)
    tracemalloc.start()
    try:
        frames.feed(bytes(data))
    except MalformedError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4 * len(data) + 20_000


def test_a_frame_that_would_never_end_is_refused_at_once() -> None:
    frames = Frames[FromDriver](FromDriver.__value__)
    with pytest.raises(MalformedError, match="are the most"):
        frames.feed((FRAME_LIMIT + 1).to_bytes(4))


def test_a_secret_is_in_no_words() -> None:
    assert "hush" not in repr(Adoption("k", "10.0.0.1", 80, "r", "hush"))
