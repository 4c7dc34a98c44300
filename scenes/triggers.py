"""What sets a bound scene off: a state that comes about, a press, a moment of the day."""

from collections.abc import Mapping
from typing import Protocol, final

from hubd.core.view import View
from hubd.model.events import (
    Hailed,
    Message,
    Questioned,
    Signalled,
    TimerCleared,
    TimerSet,
    What,
)
from hubd.model.ids import SceneId
from scenes.clock import DayTime, next_moment, next_multiple
from scenes.policies import GRACE_US, Missed
from scenes.quantities import format_duration
from scenes.states import State

type Wait = TimerSet | TimerCleared | Questioned


class Trigger(Protocol):
    """Tells when a scene begins: each method returns why, as a clause, or "" if it does not."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What wakes it."""
        ...

    @property
    def timers(self) -> tuple[str, ...]:
        """The timers that it sets."""
        ...

    def start(self, view: View, out: list[Wait]) -> None:
        """Look at how things are, and set the timers that should stand."""
        ...

    def react(self, key: str, what: What, view: View, out: list[Wait]) -> str:
        """Say why the scene begins now that `key` changed."""
        ...

    def due(self, timer: str, due_us: int, view: View, out: list[Wait]) -> str:
        """Say why the scene begins now that `timer` ran out."""
        ...


@final
class Becomes:
    """A state comes about, or has held for `for_us`."""

    __slots__ = ("_for_us", "_held", "_lasting", "_scene", "_turn", "keys", "state", "timers")

    def __init__(self, state: State, for_us: int, scene: SceneId, name: str) -> None:
        self.state = state
        self.keys = state.keys
        self._scene = scene
        self._for_us = for_us
        self._lasting = f"lasting:{name}"
        self._turn = f"turn:{name}"
        self.timers = (self._lasting, self._turn)
        self._held: bool | None = None

    @property
    def for_us(self) -> int:
        """How long the state must have held."""
        return self._for_us

    def start(self, view: View, out: list[Wait]) -> None:
        """Note whether the state holds already: only what comes about later begins the scene."""
        self._held = self.state.holds(view)
        if not self._held and view.timer_due_us(self._scene, self._lasting) is not None:
            out.append(TimerCleared(self._scene, self._lasting))
        self._await_turn(view, out)

    def react(self, key: str, what: What, view: View, out: list[Wait]) -> str:
        """Say why the scene begins now that `key` changed."""
        del what
        before = self._held
        holds = self._held = self.state.holds(view)
        if holds is before:
            return ""
        if not self._for_us:
            return (self.state.clauses.get(key) or self.state.lasts) if holds else ""
        waiting = view.timer_due_us(self._scene, self._lasting) is not None
        if holds and not waiting:
            out.append(TimerSet(self._scene, self._lasting, view.now_us + self._for_us))
        elif waiting and not holds:
            out.append(TimerCleared(self._scene, self._lasting))
        return ""

    def due(self, timer: str, due_us: int, view: View, out: list[Wait]) -> str:
        """Say why the scene begins now that the state lasted, or that time may have changed it."""
        del due_us
        if timer == self._turn:
            why = self.react("", _NOTHING, view, out)
            self._await_turn(view, out)
            return why
        if not self.state.holds(view):
            return ""
        return f"{self.state.lasts} for {format_duration(self._for_us)}"

    def _await_turn(self, view: View, out: list[Wait]) -> None:
        turn_us = self.state.turns_us(view)
        if turn_us is not None and view.timer_due_us(self._scene, self._turn) != turn_us:
            out.append(TimerSet(self._scene, self._turn, turn_us))


_NOTHING = TimerCleared(SceneId(""), "")


@final
class Pressed:
    """A button is pressed (or another momentary event comes) while a state holds."""

    __slots__ = ("_clauses", "_kinds", "_state", "keys", "timers")

    def __init__(
        self, clauses: Mapping[str, str], kinds: frozenset[str], state: State | None
    ) -> None:
        self.keys = tuple(clauses)
        self.timers: tuple[str, ...] = ()
        self._clauses = clauses
        self._kinds = kinds
        self._state = state

    @property
    def clauses(self) -> Mapping[str, str]:
        """How each press is told, by its key."""
        return self._clauses

    @property
    def state(self) -> State | None:
        """What must hold at the press."""
        return self._state

    def is_meant(self, what: Signalled) -> bool:
        """Say whether a press is of the kind that is waited for."""
        return not self._kinds or what.value in self._kinds

    def start(self, view: View, out: list[Wait]) -> None:
        """Do nothing: a press has no before."""
        del view, out

    def react(self, key: str, what: What, view: View, out: list[Wait]) -> str:
        """Say why the scene begins now that `key` came."""
        del out
        if not isinstance(what, Signalled) or (self._kinds and what.value not in self._kinds):
            return ""
        if self._state is not None and not self._state.holds(view):
            return ""
        return self._clauses.get(key, "")

    def due(self, timer: str, due_us: int, view: View, out: list[Wait]) -> str:
        """Return "": a press sets no timer."""
        del timer, due_us, view, out
        return ""


@final
class Comes:
    """A moment of the day comes while a state holds."""

    __slots__ = ("_missed", "_scene", "_state", "_times", "keys", "timers")

    def __init__(
        self,
        times: tuple[DayTime, ...],
        state: State | None,
        scene: SceneId,
        name: str,
        missed: Missed | None = None,
    ) -> None:
        """Make the trigger; moments that were `missed` are skipped unless it says otherwise."""
        self.keys: tuple[str, ...] = ()
        self._scene = scene
        self._state = state
        self._missed = missed
        self._times = {f"at:{name}:{number}": time for number, time in enumerate(times)}
        self.timers = tuple(self._times)

    @property
    def times(self) -> tuple[DayTime, ...]:
        """The moments."""
        return tuple(self._times.values())

    @property
    def state(self) -> State | None:
        """What must hold at the moment."""
        return self._state

    def time_of(self, timer: str) -> DayTime:
        """Return the moment that `timer` waits for."""
        return self._times[timer]

    def start(self, view: View, out: list[Wait]) -> None:
        """Set the timers of the next moments, also where they moved with the home's place."""
        for timer, time in self._times.items():
            standing_us = view.timer_due_us(self._scene, timer)
            next_us = next_moment(time, view.now_us, view.home.place)
            if next_us is not None and standing_us != next_us:
                out.append(TimerSet(self._scene, timer, next_us))

    def react(self, key: str, what: What, view: View, out: list[Wait]) -> str:
        """Return "": nothing but time brings a moment."""
        del key, what, view, out
        return ""

    def due(self, timer: str, due_us: int, view: View, out: list[Wait]) -> str:
        """Say why the scene begins now; set the timer of the next such moment."""
        time = self._times[timer]
        next_us = next_moment(time, max(due_us, view.now_us), view.home.place)
        if next_us is not None:
            out.append(TimerSet(self._scene, timer, next_us))
        late = view.now_us - due_us > GRACE_US
        if late and self._missed in {None, Missed.SKIP}:
            return ""
        if self._state is not None and not self._state.holds(view):
            return ""
        if late and self._missed is Missed.ASK:
            out.append(Questioned(self._scene, timer, f"{time} passed while the hub was off"))
            return ""
        return f"{time} passed while the hub was off" if late else f"it is {time}"


@final
class Recurs:
    """A moment comes again and again, while a state holds."""

    __slots__ = ("_missed", "_scene", "_state", "_timer", "every_us", "keys", "timers")

    def __init__(
        self,
        every_us: int,
        state: State | None,
        scene: SceneId,
        name: str,
        missed: Missed | None = None,
    ) -> None:
        """Make the trigger; moments that were `missed` are one, and skipped unless it says so."""
        self.keys: tuple[str, ...] = ()
        self._scene = scene
        self._state = state
        self.every_us = every_us
        self._missed = missed
        self._timer = f"every:{name}"
        self.timers = (self._timer,)

    def start(self, view: View, out: list[Wait]) -> None:
        """Set the timer of the next moment, also where it moved with the home's place."""
        standing_us = view.timer_due_us(self._scene, self._timer)
        if standing_us is None or standing_us > view.now_us:
            self._set(view, view.now_us, standing_us, out)

    def react(self, key: str, what: What, view: View, out: list[Wait]) -> str:
        """Return "": nothing but time brings a moment."""
        del key, what, view, out
        return ""

    def due(self, timer: str, due_us: int, view: View, out: list[Wait]) -> str:
        """Say why the scene begins now; set the timer of the next moment."""
        del timer
        self._set(view, max(due_us, view.now_us), None, out)
        late = view.now_us - due_us > GRACE_US
        if late and self._missed in {None, Missed.SKIP}:
            return ""
        if self._state is not None and not self._state.holds(view):
            return ""
        if late and self._missed is Missed.ASK:
            out.append(
                Questioned(self._scene, self._timer, "its time passed while the hub was off")
            )
            return ""
        return f"it does so every {format_duration(self.every_us)}"

    def _set(self, view: View, after_us: int, standing_us: int | None, out: list[Wait]) -> None:
        next_us = next_multiple(self.every_us, after_us, view.home.place)
        if next_us != standing_us:
            out.append(TimerSet(self._scene, self._timer, next_us))


@final
class Hears:
    """Something is heard that is no device's: a message, an outside call, the hub's own start."""

    __slots__ = ("_payload", "_state", "clause", "keys", "timers")

    def __init__(
        self, key: str, clause: str, state: State | None, payload: str | None = None
    ) -> None:
        """Make the trigger; of messages, those alone of that `payload`, if there is one."""
        self.keys = (key,)
        self.timers: tuple[str, ...] = ()
        self.clause = clause
        self._payload = payload
        self._state = state

    def start(self, view: View, out: list[Wait]) -> None:
        """Do nothing: what is heard has no before."""
        del view, out

    def react(self, key: str, what: What, view: View, out: list[Wait]) -> str:
        """Say why the scene begins now that this was heard."""
        del key, out
        if self._state is not None and not self._state.holds(view):
            return ""
        match what:
            case Message():
                if self._payload is not None and what.payload != self._payload:
                    return ""
                return f'"{_short(what.payload)}" came on {_short(what.topic)}'
            case Hailed() if what.text:
                return f'{self.clause}: "{_short(what.text)}"'
            case _:
                return self.clause

    def due(self, timer: str, due_us: int, view: View, out: list[Wait]) -> str:
        """Return "": this sets no timer."""
        del timer, due_us, view, out
        return ""


_SHORT = 60


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"
