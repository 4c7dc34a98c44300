"""What was seen is there for its time, is asked after before it ends, and is not forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.discovery.presence import Presence

ASK_AT = (0.8, 0.9, 0.95)


def test_a_thing_is_asked_after_before_it_lapses_and_then_lapses_once() -> None:
    presence: Presence[str] = Presence(ASK_AT)
    presence.seen("lamp", 0.0, 100.0)
    assert presence.next_s() == 80.0
    assert presence.due(79.9) == ([], [])
    assert presence.due(80.0) == (["lamp"], [])
    assert presence.due(85.0) == ([], [])
    assert presence.due(90.0) == (["lamp"], [])
    assert presence.due(99.0) == (["lamp"], [])
    assert presence.due(100.0) == ([], ["lamp"])
    assert presence.due(1000.0) == ([], [])
    assert presence.next_s() is None


def test_a_thing_that_is_seen_again_stays() -> None:
    presence: Presence[str] = Presence(ASK_AT)
    presence.seen("lamp", 0.0, 100.0)
    presence.due(95.0)
    presence.seen("lamp", 96.0, 100.0)
    assert presence.due(175.0) == ([], [])
    assert presence.due(176.0) == (["lamp"], [])


def test_a_shorter_time_counts_at_once() -> None:
    presence: Presence[str] = Presence()
    presence.seen("lamp", 0.0, 4500.0)
    presence.seen("lamp", 1.0, 1.0)
    assert presence.due(2.0) == ([], ["lamp"])


def test_who_comes_and_goes_all_day_does_not_grow_it() -> None:
    presence: Presence[int] = Presence(ASK_AT)
    for turn in range(10_000):
        presence.seen(turn % 3, turn * 0.001, 4500.0 if turn % 2 else 1.0)
        if turn % 5 == 0:
            presence.left(turn % 3)
    assert len(presence) <= 3
    assert len(presence._calls) < 100


steps = st.lists(
    st.one_of(
        st.tuples(st.just("seen"), st.integers(0, 4), st.floats(0.1, 50)),
        st.tuples(st.just("left"), st.integers(0, 4), st.just(0.0)),
        st.tuples(st.just("wait"), st.just(0), st.floats(0.0, 30)),
    ),
    max_size=60,
)


@given(steps)
def test_exactly_those_lapse_whose_time_is_over(told: list[tuple[str, int, float]]) -> None:
    presence: Presence[int] = Presence(ASK_AT)
    until: dict[int, float] = {}
    now = 0.0
    for step, item, number in told:
        if step == "seen":
            presence.seen(item, now, number)
            until[item] = now + number
        elif step == "left":
            presence.left(item)
            until.pop(item, None)
        else:
            now += number
        _, lapsed = presence.due(now)
        over = {i for i, t in until.items() if t <= now}
        assert set(lapsed) == over
        assert len(lapsed) == len(over)
        for i in over:
            del until[i]
        assert len(presence) == len(until)
        next_s = presence.next_s()
        assert (next_s is None) <= (not until)
        if until and next_s is not None:
            assert next_s <= min(until.values()) + 1e-9


@pytest.mark.parametrize("late_s", [0.0, 1.0, 500.0])
def test_who_looks_late_still_asks_only_once_a_look(late_s: float) -> None:
    presence: Presence[str] = Presence(ASK_AT)
    presence.seen("lamp", 0.0, 1000.0)
    ask, lapsed = presence.due(810.0 + min(late_s, 100.0))
    assert (ask, lapsed) == (["lamp"], [])
