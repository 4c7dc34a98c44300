"""States of a home that hold or not, bound to its properties: cheap to ask, many times a second."""

from collections.abc import Mapping, Sequence
from typing import Protocol, final

from hubd.core.view import View
from hubd.model.home import Place
from hubd.model.ids import DeviceId, PropertyId
from hubd.model.value import Value
from scenes.atoms import Atom, nearest, nothing_there, of_limits, of_value
from scenes.phrases import called_device
from scenes.timely import Stretch, SunUp, Timely


class State(Protocol):
    """Something that holds or not.

    `keys` are those that it changes with. `clauses` say by key how it came about, `lasts` that it
    held for a while and `over` that it is no more so, each completing "because".
    """

    @property
    def keys(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def clauses(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def lasts(self) -> str: ...  # noqa: D102
    @property
    def over(self) -> str: ...  # noqa: D102

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        ...

    def turns_us(self, view: View) -> int | None:
        """Return when it may next change by the time alone; None if it does not."""
        ...

    def parts(self, view: View) -> Sequence[Atom]:
        """Return what it hangs on, as it is now; nothing where its own words say it all."""
        ...


class Told:
    """How a state is told, which every state has in common."""

    __slots__ = ("clauses", "keys", "lasts", "over")

    def __init__(
        self, keys: Sequence[str], clauses: Mapping[str, str], lasts: str, over: str
    ) -> None:
        self.keys = tuple(dict.fromkeys(keys))
        self.clauses = clauses
        self.lasts = lasts
        self.over = over

    def turns_us(self, view: View) -> int | None:
        """Return None: most states do not change by the time alone."""
        del view
        return None

    def parts(self, view: View) -> Sequence[Atom]:
        """Return nothing: `lasts` and `over` say what there is to say."""
        del view
        return ()


@final
class AnyIs(Told):
    """Holds if any of some properties is `value`."""

    __slots__ = ("props", "value")

    def __init__(self, props: Sequence[PropertyId], value: Value, told: Told) -> None:
        super().__init__(told.keys, told.clauses, told.lasts, told.over)
        self.props = tuple(props)
        self.value = value

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        value = self.value
        for prop in self.props:  # noqa: SIM110 - a generator costs five times as much
            if view.value(prop) == value:
                return True
        return False

    def parts(self, view: View) -> Sequence[Atom]:
        """Return the one that is so; else the one that is to be, or all of them as one."""
        return of_value(self.props, self.value, view, every=False)


@final
class OneOf(Told):
    """Holds if any of some properties is one of some values."""

    __slots__ = ("_values", "props")

    def __init__(self, props: Sequence[PropertyId], values: Sequence[Value], told: Told) -> None:
        super().__init__(told.keys, told.clauses, told.lasts, told.over)
        self.props = tuple(props)
        self._values = frozenset(values)

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        return any(view.value(prop) in self._values for prop in self.props)


@final
class EveryIs(Told):
    """Holds if all of some properties that are known are `value`, and at least one is known."""

    __slots__ = ("props", "value")

    def __init__(self, props: Sequence[PropertyId], value: Value, told: Told) -> None:
        super().__init__(told.keys, told.clauses, told.lasts, told.over)
        self.props = tuple(props)
        self.value = value

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        known = False
        for prop in self.props:
            value = view.value(prop)
            if value is not None:
                if value != self.value:
                    return False
                known = True
        return known

    def parts(self, view: View) -> Sequence[Atom]:
        """Return each that is otherwise."""
        return of_value(self.props, self.value, view, every=True)


@final
class Beyond(Told):
    """Holds if any of some properties is above or below a limit."""

    __slots__ = ("above", "below", "props")

    def __init__(
        self, props: Sequence[PropertyId], above: float | None, below: float | None, told: Told
    ) -> None:
        super().__init__(told.keys, told.clauses, told.lasts, told.over)
        self.props = tuple(props)
        self.above = above
        self.below = below

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        above, below = self.above, self.below
        for prop in self.props:
            value = view.value(prop)
            if (
                isinstance(value, int | float)
                and (above is None or value > above)
                and (below is None or value < below)
            ):
                return True
        return False

    def parts(self, view: View) -> Sequence[Atom]:
        """Return the one that is nearest to the limits."""
        return of_limits(self.props, self.above, self.below, view)


@final
class Believed(Told):
    """Holds if any of some properties is what it should be, and that is sure enough (0 to 1)."""

    __slots__ = ("_sure", "_wanted")

    def __init__(self, wanted: Mapping[PropertyId, Value], sure: float, told: Told) -> None:
        super().__init__(told.keys, told.clauses, told.lasts, told.over)
        self._wanted = tuple(wanted.items())
        self._sure = sure

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        for prop, value in self._wanted:
            shadow = view.shadow(prop)
            if (
                shadow is not None
                and shadow.known
                and shadow.reported == value
                and shadow.sureness >= self._sure - _ROUNDING
            ):
                return True
        return False


_ROUNDING = 1e-9


@final
class Contested(Told):
    """Holds if any of some properties is disputed: the device undoes what is asked of it."""

    __slots__ = ("props",)

    def __init__(self, props: Sequence[PropertyId], told: Told) -> None:
        super().__init__(told.keys, told.clauses, told.lasts, told.over)
        self.props = tuple(props)

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        return any((s := view.shadow(prop)) is not None and s.disputed for prop in self.props)


@final
class Reach(Told):
    """Holds if any of some devices is within reach; out of it, if not `available`."""

    __slots__ = ("available", "devices")

    def __init__(self, devices: Sequence[DeviceId], told: Told, *, available: bool) -> None:
        super().__init__(told.keys, told.clauses, told.lasts, told.over)
        self.devices = tuple(devices)
        self.available = available

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        return any(view.available(device) is self.available for device in self.devices)

    def parts(self, view: View) -> Sequence[Atom]:
        """Return the first that is as wished; else all of them."""
        words = ("out of reach", "within reach")
        needed = words[self.available]
        atoms = [
            Atom(called_device(device, view.home), words[now], needed, now is self.available)
            for device in self.devices
            for now in (view.available(device),)
        ]
        return nearest([atom] for atom in atoms) or (nothing_there(),)


@final
class ByTime(Told):
    """Holds by the time alone, where the home is. Works it out once for each stretch of it."""

    __slots__ = ("_place", "_stretch", "timely")

    def __init__(self, timely: Timely, lasts: str, over: str) -> None:
        super().__init__((), {}, lasts, over)
        self.timely = timely
        self._place: Place | None = None
        self._stretch = Stretch(holds=False, since_us=0, until_us=0)

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        return self._now(view).holds

    def turns_us(self, view: View) -> int | None:
        """Return the end of the stretch that now is in."""
        return self._now(view).until_us

    def parts(self, view: View) -> Sequence[Atom]:
        """Return what the time is, and what it is to be."""
        what, was, needed = self.timely.told(view.now_us, view.home.place)
        return (Atom(what, was, needed, self.holds(view)),)

    def _now(self, view: View) -> Stretch:
        stretch, place = self._stretch, view.home.place
        if place is not self._place or not stretch.since_us <= view.now_us < stretch.until_us:
            stretch = self._stretch = self.timely.stretch(view.now_us, place)
            self._place = place
        return stretch


@final
class Gloomy(Told):
    """Holds if it is dark (bright, if not `dark`): by light sensors, or else by the sun."""

    __slots__ = ("dark", "limit_lx", "night", "props")

    def __init__(
        self, props: Sequence[PropertyId], limit_lx: float, told: Told, *, dark: bool
    ) -> None:
        super().__init__(told.keys, told.clauses, told.lasts, told.over)
        self.props = tuple(props)
        self.limit_lx = limit_lx
        self.dark = dark
        self.night = ByTime(SunUp(up=False), "the sun was down", "the sun came up")

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        most_lx = None
        for prop in self.props:
            value = view.value(prop)
            if isinstance(value, int | float) and (most_lx is None or value > most_lx):
                most_lx = value
        dark = self.night.holds(view) if most_lx is None else most_lx < self.limit_lx
        return dark is self.dark

    def turns_us(self, view: View) -> int | None:
        """Return when the sun will decide otherwise; None while a sensor decides."""
        if any(view.value(prop) is not None for prop in self.props):
            return None
        return self.night.turns_us(view)

    def parts(self, view: View) -> Sequence[Atom]:
        """Return the brightest sensor; where none says anything, the sun."""
        known = [prop for prop in self.props if view.value(prop) is not None]
        if not known:
            sun = self.night.parts(view)[0]
            needed = "down" if self.dark else "up"
            return (Atom(sun.what, sun.was, needed, self.holds(view)),)
        limit = self.limit_lx
        if not self.dark:
            return of_limits(known, limit, None, view)
        atoms = [of_limits([prop], None, limit, view)[0] for prop in known]
        return [atom for atom in atoms if not atom.holds] or atoms[:1]


class Several(Told):
    """What several states have in common, however they are combined."""

    __slots__ = ("states",)

    def __init__(self, states: Sequence[State]) -> None:
        clauses = {key: clause for s in reversed(states) for key, clause in s.clauses.items()}
        keys = [key for state in states for key in state.keys]
        lasts = " and ".join(dict.fromkeys(s.lasts for s in states if s.lasts))
        over = " or ".join(dict.fromkeys(s.over for s in states if s.over))
        super().__init__(keys, clauses, lasts, over)
        self.states = tuple(states)

    def turns_us(self, view: View) -> int | None:
        """Return when the first of them may change by the time alone; None if none does."""
        turns = [turn for s in self.states if (turn := s.turns_us(view)) is not None]
        return min(turns, default=None)


@final
class All(Several):
    """Holds if all of some states do."""

    __slots__ = ()

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        for state in self.states:  # noqa: SIM110
            if not state.holds(view):
                return False
        return True

    def parts(self, view: View) -> Sequence[Atom]:
        """Return those of all of them."""
        return [atom for state in self.states for atom in atoms_of(state, view)]


@final
class Any(Several):
    """Holds if any of some states does."""

    __slots__ = ()

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        for state in self.states:  # noqa: SIM110
            if state.holds(view):
                return True
        return False

    def parts(self, view: View) -> Sequence[Atom]:
        """Return those of the one that is nearest to holding."""
        return nearest(atoms_of(state, view) for state in self.states)


@final
class NoneOf(Several):
    """Holds if none of some states does."""

    __slots__ = ()

    def __init__(self, states: Sequence[State]) -> None:
        super().__init__(states)
        self.clauses = {}
        self.lasts, self.over = self.over, self.lasts

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        for state in self.states:  # noqa: SIM110
            if state.holds(view):
                return False
        return True

    def parts(self, view: View) -> Sequence[Atom]:
        """Return those that hold and should not, or what there is of the rest."""
        wrong = [state for state in self.states if state.holds(view)]
        return [
            Atom(atom.what, atom.was, _contrary(atom.needed), holds=not wrong)
            for state in wrong or self.states[:1]
            for atom in atoms_of(state, view)
        ]


def _contrary(needed: str) -> str:
    """Return what would have to be where `needed` must not: "otherwise" where it is long."""
    return f"not {needed}" if len(needed) <= _LONGEST_CONTRARY else "otherwise"


_LONGEST_CONTRARY = 60


def atoms_of(state: State, view: View) -> Sequence[Atom]:
    """Return what `state` hangs on; of one that has no parts, the whole in its own words."""
    parts = state.parts(view)
    if parts:
        return parts
    holds = state.holds(view)
    was, needed = (state.lasts, state.lasts) if holds else (state.over, state.lasts)
    return (Atom("it", f"so that {was}", f"so that {needed}", holds),)


def both(states: Sequence[State]) -> State:
    """Return the one state that all of `states` make."""
    return states[0] if len(states) == 1 else All(states)


def either(states: Sequence[State]) -> State:
    """Return the one state that any of `states` makes."""
    return states[0] if len(states) == 1 else Any(states)
