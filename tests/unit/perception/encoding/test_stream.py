"""The stream of a home's events: it never looks ahead, and knows no home's own ids."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perception.encoding.channels import Channels, at_home, shared, taken_over
from perception.encoding.sense import AreaType, Sense, Thing, area_type, thing
from perception.encoding.stream import CLOCK, Stream, View, columns

SENSES = (
    Sense("k", "occupied", Thing.ROOM, AreaType.KITCHEN),
    Sense("f", "open", Thing.FRIDGE, AreaType.KITCHEN),
    Sense("b", "occupied", Thing.BED, AreaType.BEDROOM),
)
READINGS = st.lists(
    st.tuples(st.floats(0, 90_000), st.integers(0, 2), st.sampled_from((0.0, 1.0))), max_size=30
)


def heard(channels: Channels, readings: list[tuple[float, int, float]], now: float) -> np.ndarray:
    stream = Stream(channels)
    for at, sense, value in readings:
        stream.hear(at, sense, value)
    return stream.vector(now)


@given(READINGS, READINGS)
def test_what_comes_later_changes_nothing_of_what_was_known(
    before: list[tuple[float, int, float]], after: list[tuple[float, int, float]]
) -> None:
    channels = at_home(SENSES)
    before = sorted(before)
    now = before[-1][0] if before else 0.0
    stream = Stream(channels)
    for reading in before:
        stream.hear(*reading)
    known = stream.vector(now)
    for at, sense, value in sorted(after):
        stream.hear(now + at, sense, value)
        stream.vector(now + at)
    assert np.array_equal(known, heard(channels, before, now))


@given(READINGS, st.lists(st.floats(0, 90_000), max_size=5))
def test_who_asks_in_between_changes_nothing(
    readings: list[tuple[float, int, float]], asked: list[float]
) -> None:
    channels = shared(SENSES)
    stream = Stream(channels)
    steps: list[tuple[float, int, float] | tuple[float]] = [*readings, *((at,) for at in asked)]
    for step in sorted(steps, key=lambda s: s[0]):
        if len(step) == 1:
            stream.vector(step[0])
        else:
            stream.hear(*step)
    assert stream.vector(100_000) == pytest.approx(
        heard(channels, sorted(readings, key=lambda s: s[0]), 100_000), abs=1e-4
    )


@given(READINGS)
def test_homes_that_differ_in_ids_alone_look_the_same(
    readings: list[tuple[float, int, float]],
) -> None:
    other = tuple(Sense("x" + s.id, s.property, s.thing, s.area) for s in SENSES)
    readings = sorted(readings)
    assert np.array_equal(
        heard(shared(SENSES), readings, 90_000), heard(shared(other), readings, 90_000)
    )


def test_a_vector_is_as_long_as_its_view_says_and_starts_with_the_clock() -> None:
    channels = at_home(SENSES)
    vector = heard(channels, [(3600.0, 0, 1.0)], 7200.0)
    whole = columns(View.WHOLE, len(channels.names))
    assert whole.tolist() == list(range(vector.size))
    plain = columns(View.PLAIN, len(channels.names))
    assert set(plain.tolist()) < set(whole.tolist())
    assert vector[:CLOCK].tolist() == [2, 22]


def test_a_sensor_that_is_stuck_is_not_believed_after_a_day() -> None:
    channels = at_home(SENSES)
    fresh, stale = (heard(channels, [(0.0, 0, 1.0)], now) for now in (80_000.0, 90_000.0))
    on = slice(-3 * len(channels.names), -2 * len(channels.names))
    assert fresh[on].sum() > 0
    assert stale[on].sum() == 0


def test_a_new_sensor_is_heard_by_what_it_shares_with_known_ones() -> None:
    channels = at_home(SENSES)
    new = (Sense("k2", "open", Thing.CUPBOARD, AreaType.KITCHEN), SENSES[0])
    taken = taken_over(channels, SENSES, new)
    assert [channels.names[place] for place in taken.of[0]] == ["area kitchen"]
    assert taken.of[1] == channels.of[0]
    lost = taken_over(channels, SENSES, (Sense("z", "on", Thing.OTHER, AreaType.UNKNOWN),))
    assert lost.of == ((),)
    assert np.array_equal(heard(lost, [(5.0, 0, 1.0)], 9.0), heard(lost, [], 9.0))


@pytest.mark.parametrize(
    ("words", "on", "where"),
    [
        ("Hall-Bathroom door", Thing.DOOR, AreaType.HALL),
        ("Bathroom", Thing.OTHER, AreaType.BATHROOM),
        ("Toilet Flush", Thing.TOILET, AreaType.TOILET),
        ("Sink faucet - hot", Thing.BASIN, AreaType.UNKNOWN),
        ("OutsideDoor", Thing.OUTER_DOOR, AreaType.ENTRANCE),
    ],
)
def test_a_homes_words_are_understood(words: str, on: Thing, where: AreaType) -> None:
    assert (thing(words), area_type(words)) == (on, where)
