"""Simulated devices' messages come back as they were written, and nonsense is told as such."""

import struct
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.peers.protobuf import BrokenError, Kind, Message

MESSAGE = Message(
    flag=(1, Kind.FLAG),
    count=(2, Kind.COUNT),
    number=(3, Kind.FLOAT),
    fixed=(4, Kind.FIXED),
    text=(5, Kind.TEXT),
    data=(300, Kind.BYTES),
)
SOME_OF_IT = Message(text=(5, Kind.TEXT))
FIELDS = st.fixed_dictionaries(
    {
        "flag": st.booleans(),
        "count": st.integers(0, 2**63),
        "number": st.floats(width=32, allow_nan=False),
        "fixed": st.integers(0, 2**32 - 1),
        "text": st.text(),
        "data": st.binary(),
    }
)


@given(FIELDS)
def test_a_message_comes_back_and_unknown_fields_are_passed_over(
    fields: dict[str, bool | int | float | str | bytes],
) -> None:
    data = MESSAGE.pack(fields)
    assert MESSAGE.unpack(data) == fields
    assert SOME_OF_IT.unpack(data) == {"text": fields["text"]}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_broken(data: bytes) -> None:
    with suppress(BrokenError):
        MESSAGE.unpack(data)


def test_the_wire_is_as_the_encoding_says() -> None:
    assert MESSAGE.pack({"count": 150}) == b"\x10\x96\x01"
    assert MESSAGE.pack({"text": "testing"}) == b"\x2a\x07testing"
    assert MESSAGE.pack({"number": 1.5}) == b"\x1d" + struct.pack("<f", 1.5)
