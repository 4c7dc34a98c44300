"""What runs wait for: times, presses, states that come about or last. All of it is in timers."""

from collections.abc import Mapping
from typing import final

from hubd.core.listening import Decision
from hubd.core.view import View
from hubd.model.events import TimerCleared, TimerSet, What
from hubd.model.instant import SECOND_US
from hubd.model.run import Run
from hubd.model.value import Value
from scenes.clock import next_moment
from scenes.course import Course
from scenes.expression.expression import Bound
from scenes.sequence import Await, Awaited, Pause

_LONGEST_WAIT_S = 366 * 86_400.0


@final
class Waiting:
    """Sets and clears the timers of runs, and says whether what they wait for is there.

    A run NAME has the timer `run:NAME` for the time that it waits at most, and for each NUMBER of
    what it awaits `run:NAME:tNUMBER` (time may change the state), `fNUMBER` (the state will have
    lasted) and `aNUMBER` (a moment of the day).
    """

    __slots__ = ("_course", "_out", "_timers", "_view")

    def __init__(self, course: Course, view: View, out: list[Decision]) -> None:
        """Make it; what it decides is added to `out`."""
        self._course = course
        self._view = view
        self._out = out
        self._timers: set[str] = set()

    def comes(self, name: str, number: int, awaited: Awaited, key: str, what: What) -> bool:
        """Say whether what is awaited is there, now that `key` changed."""
        if awaited.press is not None:
            press = awaited.press
            return key in press.keys and bool(press.react(key, what, self._view, []))
        if awaited.times or awaited.state is None or key not in awaited.state.keys:
            return False
        return self.holds(name, number, awaited)

    def any_holds(self, name: str, act: Await) -> bool:
        """Say whether anything that `act` awaits holds (and did so long enough)."""
        return any(self.holds(name, n, awaited) for n, awaited in enumerate(act.awaited))

    def holds(self, name: str, number: int, awaited: Awaited) -> bool:
        """Say whether a state that is waited for holds (and did so long enough)."""
        state = awaited.state
        if awaited.press is not None or awaited.times or state is None:
            return False
        turns_us = state.turns_us(self._view)
        if turns_us is not None:
            self.set(f"run:{name}:t{number}", turns_us)
        holds = state.holds(self._view)
        lasting = f"run:{name}:f{number}"
        if not awaited.for_us:
            return holds
        if not holds:
            self.clear(lasting)
        elif not self._is_set(lasting):
            self.set(lasting, self._view.now_us + awaited.for_us)
        return False

    def ripens(self, name: str, number: int, awaited: Awaited, kind: str) -> bool:
        """Say whether what is waited for is there, now that its timer ran out."""
        if kind == "t":
            return self.holds(name, number, awaited)
        if awaited.state is not None and not awaited.state.holds(self._view):
            if kind == "a":
                self._set_moment(name, number, awaited)
            return False
        return True

    def begin(self, name: str, act: Pause | Await, variables: Mapping[str, Value]) -> bool:
        """Set the timers of a wait; say whether there is nothing to wait for."""
        if isinstance(act, Pause):
            for_us = self._length_us(act.for_us, variables)
            if for_us:
                self.set(f"run:{name}", self._view.now_us + for_us)
            return not for_us
        for number, awaited in enumerate(act.awaited):
            if self.holds(name, number, awaited):
                return True
            if awaited.times:
                self._set_moment(name, number, awaited)
        if act.at_most_us:
            self.set(f"run:{name}", self._view.now_us + act.at_most_us)
        return False

    def _length_us(self, length: int | Bound, variables: Mapping[str, Value]) -> int:
        """Return how long a wait is; what is not known, or less than nothing, is nothing."""
        if isinstance(length, int):
            return length
        seconds = length.value(self._view, variables)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            return 0
        return round(min(max(0.0, seconds), _LONGEST_WAIT_S) * SECOND_US)

    def _set_moment(self, name: str, number: int, awaited: Awaited) -> None:
        now_us, place = self._view.now_us, self._view.home.place
        ends = [next_moment(time, now_us, place) for time in awaited.times]
        first_us = min((end for end in ends if end is not None), default=None)
        if first_us is not None:
            self.set(f"run:{name}:a{number}", first_us)

    def _is_set(self, timer: str) -> bool:
        return (
            timer in self._timers or self._view.timer_due_us(self._course.scene, timer) is not None
        )

    def set(self, timer: str, due_us: int) -> None:
        """Set a timer, if it is not set for that very time."""
        if self._view.timer_due_us(self._course.scene, timer) != due_us:
            self._timers.add(timer)
            self._out.append(TimerSet(self._course.scene, timer, due_us))

    def clear(self, timer: str) -> None:
        """Clear a timer, if it is set."""
        if self._is_set(timer):
            self._timers.discard(timer)
            self._out.append(TimerCleared(self._course.scene, timer))

    def end(self, name: str, run: Run) -> None:
        """Clear what was set for the act that `run` stands at."""
        act = self._course.act_of(run)
        if not isinstance(act, Pause | Await):
            return
        self.clear(f"run:{name}")
        for number in range(len(act.awaited) if isinstance(act, Await) else 0):
            for kind in "tfa":
                self.clear(f"run:{name}:{kind}{number}")
