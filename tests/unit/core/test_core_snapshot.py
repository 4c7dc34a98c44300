"""A state as bytes, and back."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubd.core import snapshot
from hubd.core.state import State
from tests.unit.core.homes import Life, Moves, moves


@given(moves)
def test_a_snapshot_holds_the_whole_state(made: Moves) -> None:
    state = Life().live(made).core.state
    body = snapshot.encode(state)
    assert snapshot.decode(body) == state
    assert snapshot.encode(snapshot.decode(body)) == body


@pytest.mark.parametrize(
    "body", [b"", b"\xc1", b"garbage", msgspec.msgpack.encode({"now_us": "x"})]
)
def test_bytes_that_are_no_snapshot_are_refused(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        snapshot.decode(body)


@given(st.data())
def test_a_torn_snapshot_is_refused(data: st.DataObject) -> None:
    body = snapshot.encode(State(now_us=5))
    torn = body[: data.draw(st.integers(0, len(body) - 1))]
    with pytest.raises(msgspec.DecodeError):
        snapshot.decode(torn)
