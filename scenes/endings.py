"""What ends the claims of a bound scene: a state (for some time), or a press."""

from typing import final

from hubd.core.view import View
from hubd.model.events import TimerCleared, TimerSet
from hubd.model.ids import SceneId
from scenes.quantities import format_duration
from scenes.states import State
from scenes.triggers import Wait


@final
class Ending:
    """A state ends the claims once it has held for `for_us`.

    Without a time it does so when something of it changes and it holds then; with one, also if it
    held already as the scene began.
    """

    __slots__ = ("_clause", "_for_us", "_scene", "_turn", "keys", "own", "state", "timer", "timers")

    def __init__(
        self, state: State, for_us: int, scene: SceneId, name: str, *, own: bool = False
    ) -> None:
        """Make the ending; `own` if it is that of the scene's own state being over."""
        self.state = state
        self.keys = frozenset(state.keys)
        self.own = own
        self.timer = f"until:{name}"
        self._turn = f"over:{name}"
        self.timers = (self.timer, self._turn)
        self._scene = scene
        self._for_us = for_us
        self._clause = state.lasts
        if for_us:
            self._clause = f"{state.lasts} for {format_duration(for_us)}"

    def began(self, view: View, out: list[Wait], *, anew: bool) -> None:
        """Wait, if there is something to wait for, now that the scene began, or did so `anew`."""
        if self._for_us:
            standing = view.timer_due_us(self._scene, self.timer) is not None
            if not self.state.holds(view):
                if standing:
                    out.append(TimerCleared(self._scene, self.timer))
            elif not (standing and anew):
                out.append(TimerSet(self._scene, self.timer, view.now_us + self._for_us))
        turn_us = self.state.turns_us(view)
        if turn_us is not None and view.timer_due_us(self._scene, self._turn) != turn_us:
            out.append(TimerSet(self._scene, self._turn, turn_us))

    def react(self, key: str, view: View, out: list[Wait]) -> str:
        """Say why the claims end now that `key` changed, or "" if they do not."""
        if self._for_us:
            self.began(view, out, anew=True)
            return ""
        if not self.state.holds(view):
            return ""
        return self.state.clauses.get(key) or self._clause

    def due(self, timer: str, view: View, out: list[Wait]) -> str:
        """Say why the claims end now that a wait is over, or that time may have changed the state.

        If they do not, wait for what comes next.
        """
        if self.state.holds(view) and (timer == self.timer or not self._for_us):
            return self._clause
        self.began(view, out, anew=True)
        return ""

    def stop(self, view: View, out: list[Wait]) -> None:
        """Wait no more."""
        standing = (t for t in self.timers if view.timer_due_us(self._scene, t) is not None)
        out.extend(TimerCleared(self._scene, timer) for timer in standing)
