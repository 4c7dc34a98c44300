"""What silence is borne of a thing, learnt from how often it is heard."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.rhythm import Bounds, Rhythm

BOUNDS = Bounds(at_least_s=120.0, at_most_s=6 * 3600.0)
gaps = st.floats(0.0, 1e7)
periods = st.floats(1.0, 2 * 3600.0)


def spoken(*gaps_s: float, bounds: Bounds = BOUNDS) -> tuple[Rhythm, float]:
    """Return a thing's rhythm after it was heard with these gaps, and the time of the last."""
    rhythm, now_s = Rhythm(bounds), 1000.0
    rhythm.heard(now_s)
    for gap_s in gaps_s:
        now_s += gap_s
        rhythm.heard(now_s)
    return rhythm, now_s


@given(st.lists(gaps, max_size=60))
def test_what_is_borne_stays_within_the_bounds_whatever_was_heard(heard: list[float]) -> None:
    rhythm, _ = spoken(*heard)

    assert BOUNDS.at_least_s <= rhythm.patience_s <= BOUNDS.at_most_s


@given(periods, st.lists(st.floats(0.5, 1.5), min_size=20, max_size=80))
def test_a_thing_that_keeps_its_rhythm_is_never_lost(period_s: float, jitter: list[float]) -> None:
    rhythm, now_s = spoken()
    for share in jitter:
        gap_s = period_s * share
        left_s = rhythm.left_s(now_s + gap_s)
        assert left_s is not None
        assert left_s > 0
        now_s += gap_s
        rhythm.heard(now_s)


@given(periods, st.integers(20, 60))
def test_a_thing_that_falls_silent_is_lost_within_a_few_of_its_periods(
    period_s: float, count: int
) -> None:
    rhythm, now_s = spoken(*[period_s] * count)

    silence_s = max(period_s * BOUNDS.slack, BOUNDS.at_least_s) + 1.0
    left_s = rhythm.left_s(now_s + silence_s)
    assert left_s is not None
    assert left_s <= 0


@given(st.lists(gaps, max_size=40), gaps, gaps)
def test_more_silence_never_finds_a_lost_thing_again(
    heard: list[float], one_s: float, more_s: float
) -> None:
    rhythm, now_s = spoken(*heard)

    before_s, after_s = rhythm.left_s(now_s + one_s), rhythm.left_s(now_s + one_s + more_s)
    assert before_s is not None
    assert after_s is not None
    assert after_s <= before_s


@given(st.lists(periods, min_size=3, max_size=40), gaps)
def test_one_absence_raises_what_is_borne_by_no_more_than_its_growth(
    heard: list[float], absence_s: float
) -> None:
    rhythm, now_s = spoken(*heard)
    before_s = rhythm.patience_s

    rhythm.heard(now_s + absence_s)

    assert rhythm.patience_s <= max(before_s * BOUNDS.growth, BOUNDS.at_least_s) * (1 + 1e-9)


@given(st.floats(1.0, 60.0), st.floats(60.0, 3600.0))
def test_a_thing_that_became_slower_is_followed(fast_s: float, slow_s: float) -> None:
    rhythm, _ = spoken(*[fast_s] * 30, *[slow_s] * 30)

    assert rhythm.patience_s >= min(slow_s * BOUNDS.slack, BOUNDS.at_most_s) * (1 - 1e-9)


@given(st.floats(60.0, 3600.0), st.floats(1.0, 60.0))
def test_a_thing_that_became_faster_is_missed_sooner(slow_s: float, fast_s: float) -> None:
    rhythm, _ = spoken(*[slow_s] * 30, *[fast_s] * BOUNDS.recent)

    assert rhythm.patience_s <= max(fast_s * BOUNDS.slack, BOUNDS.at_least_s) * (1 + 1e-9)


@given(st.lists(gaps, max_size=BOUNDS.enough - 1))
def test_until_enough_is_known_of_it_the_most_is_borne(heard: list[float]) -> None:
    rhythm, _ = spoken(*heard)

    assert rhythm.patience_s == BOUNDS.at_most_s


@given(st.floats(0.0, 1e9))
def test_a_thing_that_was_never_heard_is_not_lost_but_unknown(now_s: float) -> None:
    assert Rhythm(BOUNDS).left_s(now_s) is None
    assert Rhythm(BOUNDS).heard_s is None
