"""Laws of silence, over simulated weeks: sleepers with their rhythms, lamps that are asked.

Radio drops messages, the broker goes and comes, the hub is stopped, is off for a while, and begins
again with what it remembers.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.mqtt.availability import memory
from drivers.mqtt.availability.asking import SPACING_S
from drivers.mqtt.availability.plan import AWAKE, BATTERY
from drivers.mqtt.availability.silence import ANSWER_S, GRACE_S, PAUSE_S, SPREAD_S
from tests.unit.drivers.mqtt_watching import (
    DAY_S,
    HOUR_S,
    StoppedClock,
    Watched,
    thermometer,
)


class Beat(NamedTuple):
    """One period of a device: how much longer or shorter, and whether its end is lost by radio."""

    stretch: float
    missed: bool


class Down(NamedTuple):
    """The broker is away, or the hub is off: from which beat on, how far into it, for how long."""

    beat: int
    into: float
    for_s: float
    restarts: bool


BEATS = st.lists(st.builds(Beat, st.floats(0.9, 1.1), st.booleans()), min_size=8, max_size=40).map(
    lambda beats: [Beat(b.stretch, b.missed and at % 2 == 1) for at, b in enumerate(beats)]
)
"""No two in a row are lost."""
LONG = st.floats(0.0, 3 * DAY_S)
DOWNS = st.lists(
    st.builds(Down, st.integers(0, 60), st.floats(0.0, 1.0), LONG, st.booleans()), max_size=2
)
PERIODS = st.floats(2 * HOUR_S, DAY_S)
CHANCES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=7)


class Home:
    """A hub over its restarts, and one device."""

    def __init__(self, folder: Path, chances: Sequence[float] = (0.5,)) -> None:
        self.clock = StoppedClock()
        self.path = folder / memory.FILE
        self.chances = chances
        self.asked: list[tuple[float, str]] = []
        self.lost: list[str] = []
        self.down = False
        self.watched = self._begin()

    def _begin(self) -> Watched:
        watched = Watched(self.clock, path=self.path, chances=self.chances)
        watched.follow("tag", thermometer("t"), battery=True, pings=True, rereads=True)
        return watched

    def speak(self) -> None:
        if not self.down:
            self.watched.tell("tag")

    def fall(self, *, restarts: bool) -> None:
        self.down = True
        if restarts:
            self._end()
        else:
            self.watched.watch.lost("gone")

    def rise(self, *, restarts: bool) -> None:
        self.down = False
        if restarts:
            self.watched = self._begin()
        else:
            self.watched.watch.connected()

    def _end(self) -> None:
        self.watched.stop()
        self.asked += self.watched.asked
        self.lost += [why for _, there, why in self.watched.hub.reach if not there]

    def silent(self) -> list[str]:
        """Each time that the device was taken for lost by its silence."""
        self._end()
        return [why for why in self.lost if "nothing heard" in why]


def lived(home: Home, period_s: float, beats: Sequence[Beat], downs: Iterable[Down]) -> float:
    """Have the device speak; return the longest silence between two messages that came through."""
    times: list[tuple[float, int, Down | None]] = []
    at_s, ends = 0.0, list[float]()
    for number, beat in enumerate(beats):
        starts_s, at_s = at_s, at_s + period_s * beat.stretch
        ends.append(at_s)
        if not beat.missed:
            times.append((at_s, 1, None))
        times += [
            (starts_s + down.into * (at_s - starts_s), 0, down)
            for down in downs
            if down.beat == number
        ]
    up_s = 0.0
    for due_s, kind, down in sorted(times, key=lambda entry: entry[:2]):
        home.clock.pass_s(max(0.0, due_s - home.clock.now_s))
        if kind == 1 and due_s >= up_s:
            home.speak()
        elif down is not None and due_s >= up_s:
            home.fall(restarts=down.restarts)
            home.clock.pass_s(down.for_s)
            up_s = home.clock.now_s
            home.rise(restarts=down.restarts)
    return max((after - before for before, after in pairwise(ends)), default=0.0)


@given(PERIODS, BEATS, DOWNS)
def test_a_sleeper_that_keeps_its_rhythm_is_never_lost_and_never_asked(
    period_s: float, beats: list[Beat], downs: list[Down]
) -> None:
    calm = [Beat(1.0, missed=False)] * (int(5 * DAY_S / period_s) + 1)
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        lived(home, period_s, [*calm, *beats], downs)
        assert home.silent() == []
        assert home.asked == []


@pytest.mark.parametrize("restarts", [True, False])
def test_gaps_that_nobody_listened_to_throughout_teach_nothing(restarts: bool) -> None:
    beats = [Beat(1.0, missed=False)] * 20
    downs = [Down(at, 0.05, 0.9 * DAY_S, restarts) for at in range(20)]
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        lived(home, DAY_S, beats, downs)
        home.clock.pass_s(2.1 * DAY_S)
        home.speak()
        assert home.silent() == []


@given(PERIODS, BEATS, DOWNS, st.floats(0.0, 10.0), st.booleans())
def test_a_sleeper_that_died_is_missed_in_time_and_found_by_its_first_word(
    period_s: float, beats: list[Beat], downs: list[Down], off_days: float, restarts: bool
) -> None:
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        longest_s = 2 * lived(home, period_s, [Beat(1.0, missed=False), *beats], downs)
        home.speak()
        home.clock.pass_s(HOUR_S)
        home.fall(restarts=restarts)
        home.clock.pass_s(off_days * DAY_S)  # while nobody listens, nobody is silent
        home.rise(restarts=restarts)
        bound_s = BATTERY.at_most_s
        if len(beats) * period_s > 10 * DAY_S and not downs:  # its way is known
            bound_s = min(max(BATTERY.at_least_s, BATTERY.slack * longest_s), bound_s)
        before = len(home.watched.there("tag"))
        home.clock.pass_s(2 * bound_s - HOUR_S + 1.0)  # it may have spoken while nobody listened
        assert home.watched.there("tag")[-1] is False, before
        home.speak()
        assert home.watched.there("tag")[-1] is True
        home.watched.stop()


class Lamp:
    """A lamp that is awake, on a broker that may go; it answers as long as it has power."""

    def __init__(self, chances: Sequence[float]) -> None:
        self.watched = Watched(chances=chances)
        self.watched.follow("lamp", thermometer("t"), battery=False, pings=True, rereads=True)
        self.answered = 0
        self.powered = True

    def pass_s(self, seconds: float, *, misses: bool = False, answers_after_s: float = 1.0) -> None:
        """Let time pass; with `misses`, every other question is lost in the air."""
        until_s = self.watched.clock.now_s + seconds
        while self.watched.clock.now_s < until_s:
            self.watched.clock.pass_s(min(1.0, until_s - self.watched.clock.now_s))
            due = [at_s for at_s, _ in self.watched.asked[self.answered :]]
            if due and self.watched.clock.now_s >= due[0] + answers_after_s:
                self.answered += 1
                if self.powered and not (misses and self.answered % 2 == 1):
                    self.watched.tell("lamp")


@given(CHANCES, st.floats(0.0, ANSWER_S - 2.0), st.booleans(), st.floats(0.0, 3 * HOUR_S))
def test_a_lamp_that_answers_every_other_question_is_never_lost(
    chances: list[float], answers_after_s: float, misses: bool, away_s: float
) -> None:
    lamp = Lamp(chances)
    for _ in range(2):
        lamp.pass_s(HOUR_S, misses=misses, answers_after_s=answers_after_s)
        lamp.watched.watch.lost("gone")
        lamp.watched.clock.pass_s(away_s)
        lamp.watched.watch.connected()
    reasons = {why for _, there, why in lamp.watched.hub.reach if not there}
    assert reasons <= {"gone"}
    assert lamp.watched.asked


@given(CHANCES, st.floats(0.0, 2 * HOUR_S), st.floats(0.0, HOUR_S))
def test_a_lamp_without_power_is_missed_in_time_and_found_when_it_answers(
    chances: list[float], before_s: float, away_s: float
) -> None:
    lamp = Lamp(chances)
    lamp.pass_s(before_s)
    lamp.watched.watch.lost("gone")
    lamp.watched.clock.pass_s(away_s)
    lamp.watched.watch.connected()
    lamp.watched.tell("lamp")
    lamp.powered = False
    lamp.answered = len(lamp.watched.asked)
    bound_s = max(GRACE_S + SPREAD_S, AWAKE.at_least_s + GRACE_S / 2) + 2 * ANSWER_S + PAUSE_S
    lamp.pass_s(bound_s + 2 * SPACING_S)
    assert lamp.watched.there("lamp")[-1] is False
    lamp.powered = True
    lamp.answered = len(lamp.watched.asked)
    lamp.pass_s(2 * HOUR_S + ANSWER_S)
    assert lamp.watched.there("lamp")[-1] is True


@given(st.integers(1, 300), CHANCES, st.lists(st.floats(0.0, 2 * HOUR_S), max_size=3))
def test_questions_are_spread_however_many_lamps_there_are(
    count: int, chances: list[float], outages: list[float]
) -> None:
    watched = Watched(chances=chances)
    for number in range(count):
        watched.follow(f"lamp{number}", thermometer(f"t{number}"), battery=False, pings=True)
    back_s = 0.0
    for away_s in outages:
        watched.clock.pass_s(HOUR_S / 2)
        watched.watch.lost("gone")
        watched.clock.pass_s(away_s)
        watched.watch.connected()
        back_s = watched.clock.now_s
    before = len(watched.asked)
    watched.clock.pass_s(HOUR_S)
    times = [at_s for at_s, _ in watched.asked]
    assert all(after - before_s >= SPACING_S - 1e-3 for before_s, after in pairwise(times))
    assert all(at_s >= back_s + GRACE_S - 1e-3 for at_s in times[before:])
