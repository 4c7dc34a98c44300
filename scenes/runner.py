"""Runs of a scene's steps in one place: begun, gone on with, ended. What they know is folded."""

from collections.abc import Callable, Sequence
from typing import final

from hubd.core.listening import Decision
from hubd.core.view import View
from hubd.model.events import What
from hubd.model.ids import SceneId
from scenes.course import Course, Opening
from scenes.passing import Passing
from scenes.policies import RunMode
from scenes.sequence import awaited_keys, claimed


@final
class Runner:
    """Begins runs, and goes on with them when what they wait for comes."""

    __slots__ = ("_course", "_open", "_until_us", "keys", "properties")

    def __init__(self, course: Course, opening: Opening, until_us: Callable[[View], int]) -> None:
        """Make the runner; `until_us` says when a run that begins now ends by time."""
        self._course = course
        self._open = opening
        self._until_us = until_us
        self.keys = tuple(dict.fromkeys(awaited_keys(course.acts)))
        self.properties = frozenset(claimed(course.acts))

    def is_running(self, view: View) -> bool:
        """Say whether a run of this place is not over."""
        prefix = f"{self._course.place}:"
        return any(name.startswith(prefix) for name in view.runs_of(self._course.scene))

    @property
    def yields(self) -> bool:
        """Say whether a run that waits goes before one that would begin."""
        return self._course.mode in {RunMode.SINGLE, RunMode.QUEUED}

    def is_over(self, view: View) -> bool:
        """Say whether what it claimed should be over by now: no run stands for it any more."""
        return not self._course.keeps and not self.is_running(view)

    def begin(self, why: str, by: str, view: View) -> list[Decision]:
        """Begin a run, as far as those that run already let it."""
        course, passing = self._course, self._passing(view)
        running = passing.whole_runs
        if running:
            if course.mode is RunMode.SINGLE:
                return []
            if course.mode is RunMode.RESTART:
                passing.end_all("it begins anew")
            elif len(running) >= course.most:
                return []
            elif course.mode is RunMode.QUEUED:
                passing.queue(why, by)
                return passing.out
        passing.begin(why, by)
        return passing.out

    def start(self, view: View) -> list[Decision]:
        """Look anew at what runs wait for, in a home that changed."""
        if not self.is_running(view):
            return []
        passing = self._passing(view)
        passing.look_again()
        return passing.out

    def react(self, key: str, what: What, view: View) -> list[Decision]:
        """Go on with the runs that waited for what came."""
        if key not in self.keys or not self.is_running(view):
            return []
        passing = self._passing(view)
        passing.react(key, what)
        return passing.out

    def due(self, timer: str, due_us: int, view: View) -> list[Decision]:
        """Go on with the run whose `timer` ran out."""
        passing = self._passing(view)
        passing.due(timer, due_us)
        return passing.out

    def replied(self, timer: str, view: View, *, yes: bool) -> list[Decision]:
        """Go on with the run that asked a person about `timer`, or end it."""
        passing = self._passing(view)
        passing.replied(timer, yes=yes)
        return passing.out

    def stop(self, why: str, view: View) -> list[Decision]:
        """End all runs; their claims are another's to release."""
        passing = self._passing(view)
        passing.end_all(why)
        return passing.out

    def _passing(self, view: View) -> Passing:
        return Passing(self._course, view, self._open, self._until_us)


def place_of(timer: str) -> str:
    """Return the place whose run set `timer`; it is "run:PLACE:NUMBER…"."""
    return timer.split(":")[1]


def is_of_run(timer: str) -> bool:
    """Say whether `timer` is that of a run."""
    return timer.startswith("run:")


def strays(view: View, scene: SceneId, places: Sequence[str]) -> list[str]:
    """Return the runs of a scene whose place is not in it any more."""
    return [name for name in view.runs_of(scene) if name.split(":")[0] not in places]
