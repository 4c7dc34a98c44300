"""A compiled scene: bound to a home, it listens to what sets it off and ends it, there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import final

from hubd.core.home import Home
from hubd.core.listening import (
    EVERYTHING,
    Binding,
    Decision,
    availability_key,
    scene_owner,
    signal_key,
)
from hubd.core.view import View
from hubd.model.events import Availability, Event, Perceived, Released, Reported, Signalled, What
from hubd.model.ids import AreaId, SceneId
from hubd.model.vocabulary import SIGNALS
from scenes.binding import Scope, areas_meant, bind_states, tokens_of, words_of
from scenes.endings import Ending
from scenes.language import Scene
from scenes.language import Trigger as TriggerWords
from scenes.part import Part, Plan
from scenes.states import NoneOf, State, both
from scenes.targets import ANY_AREA, HERE
from scenes.triggers import Becomes, Comes, Pressed, Trigger

_PRESSES = {"Switch.pressed": "was pressed", "Motion.seen": "saw motion", "Doorbell.rang": "rang"}


@final
class SceneProgram:
    """The program of one scene."""

    def __init__(self, scene: SceneId, said: Scene) -> None:
        self.said = said
        self._scene = scene
        words = {w for s in (*said.when, *said.if_, *(said.until or ())) for w in words_of(s)}
        targets = [w.target for w in said.claims] + [d.target for d in said.do]
        self._uses_here = HERE in words or any(target.here for target in targets)
        self._is_local = (
            all(target.here for target in targets)
            and all(word == HERE or word in ANY_AREA for s in said.when for word in words_of(s))
            and all(word == HERE for s in (*said.if_, *(said.until or ())) for word in words_of(s))
        )
        self._known: dict[AreaId, tuple[tuple[object, ...], Part | None]] = {}

    @property
    def wants(self) -> frozenset[str]:
        """What it names (listening.Program.wants)."""
        said = self.said
        targets = [wish.target for wish in said.claims] + [deed.target for deed in said.do]
        tokens = {token for target in targets for token in target.wants()}
        for states in (*said.when, *said.if_, *(said.until or ())):
            tokens.update(tokens_of(states))
        if any(trigger.at for trigger in said.when):
            # Moments of the day move with the home's place, which touches EVERYTHING alone.
            tokens.add(EVERYTHING)
        return frozenset(tokens)

    def bind(self, home: Home) -> Binding:
        """Return what this scene is in `home`."""
        parts = self._parts_by_area(home) if self._uses_here else [self._part(Scope(home))]
        able = [part for part in parts if part is not None]
        listener = SceneListener(scene_owner(self._scene), able)
        reads = tuple(dict.fromkeys(key for part in able for key in part.reads))
        return Binding(listener.keys, listener, reads)

    def _parts_by_area(self, home: Home) -> Iterator[Part | None]:
        """Yield the part of each area that can set the scene off.

        Where a part hangs on its own area alone, it is made anew only when that area changed: a
        home of a thousand devices is found one device at a time.
        """
        areas = dict.fromkeys(a for when in self.said.when for a in areas_meant(when, home))
        for area in sorted(areas):
            if not self._is_local:
                yield self._part(Scope(home, area))
                continue
            like = (home.areas[area], *home.devices_in(area))
            known = self._known.get(area)
            if known is None or known[0] != like:
                known = self._known[area] = (like, self._part(Scope(home, area)))
            yield known[1]

    def _part(self, scope: Scope) -> Part | None:
        said, here = self.said, scope.here
        wishes = {p: v for wish in said.claims for p, v in wish.settle(scope.home, here)}
        deeds = [
            (*asked, deed.argument) for deed in said.do for asked in deed.settle(scope.home, here)
        ]
        if not wishes and not deeds:
            return None
        plan = Plan(
            scene=self._scene,
            owner=scene_owner(self._scene),
            wishes=wishes,
            deeds=deeds,
            longest_us=said.for_ or 0,
            ends_at=tuple(time for until in said.until or () for time in until.at),
            alone=here is None,
        )
        name = str(here) if here is not None else ""
        only_here = Scope(scope.home, here, only_here=here is not None)
        triggers = list(self._triggers(only_here, name))
        conditions = [b for s in said.if_ if (b := bind_states(s, scope)) is not None]
        presses = [_pressed(u, scope) for u in said.until or () if u.pressed]
        return Part(
            plan,
            triggers,
            both(conditions) if conditions else None,
            list(self._endings(scope, triggers, name)),
            presses,
        )

    def _triggers(self, scope: Scope, name: str) -> Iterator[Trigger]:
        for number, when in enumerate(self.said.when):
            timer = f"{name}:{number}"
            if when.pressed:
                yield _pressed(when, scope)
                continue
            state = bind_states(when, scope)
            if when.at:
                yield Comes(when.at, state, self._scene, timer)
            elif state is not None:
                yield Becomes(state, when.for_ or 0, self._scene, timer)

    def _endings(self, scope: Scope, triggers: Sequence[Trigger], name: str) -> Iterator[Ending]:
        said = self.said
        if said.until is None and said.for_ is None:
            states = [t.state for t in triggers if isinstance(t, Becomes)]
            if states:
                yield Ending(NoneOf(states), 0, self._scene, f"{name}:own", own=True)
        for number, until in enumerate(said.until or ()):
            if not until.momentary:
                state = bind_states(until, scope)
                if state is not None:
                    yield Ending(state, until.for_ or 0, self._scene, f"{name}:{number}")


def _pressed(words: TriggerWords, scope: Scope) -> Pressed:
    clauses: dict[str, str] = {}
    kinds = frozenset({words.press}) if words.press else frozenset[str]()
    for device in scope.things(words.pressed):
        for endpoint in device.endpoints:
            for signal in endpoint.signals:
                done = _PRESSES.get(signal.name) or SIGNALS.get(signal.name, "happened")
                which = f" ({endpoint.name})" if endpoint.name else ""
                key = signal_key(device.id, endpoint.id, signal.name)
                clauses[key] = f"{device.name}{which} {done}"
    state: State | None = bind_states(words, scope)
    return Pressed(clauses, kinds, state)


@final
class SceneListener:
    """Passes on what happens to the parts of a scene."""

    __slots__ = ("_only", "_owner", "_parts", "_parts_by_key", "_parts_by_timer", "keys")

    def __init__(self, owner: str, parts: Sequence[Part]) -> None:
        self._owner = owner
        self._parts = tuple(parts)
        self._only = parts[0] if len(parts) == 1 else None
        self.keys = tuple(dict.fromkeys(key for part in parts for key in part.keys))
        self._parts_by_key: Mapping[str, tuple[Part, ...]] = {
            key: tuple(part for part in parts if key in part.keys) for key in self.keys
        }
        self._parts_by_timer = {timer: part for part in parts for timer in part.timers}

    def start(self, view: View) -> Sequence[Decision]:
        """Set the timers that should stand, and let go of what the scene claims no more."""
        decisions = [decision for part in self._parts for decision in part.start(view)]
        mine = frozenset(prop for part in self._parts for prop in part.properties)
        strays = tuple(c.property for c in view.claims_of(self._owner) if c.property not in mine)
        if strays:
            decisions.append(Released(self._owner, "the scene claims it no more", strays))
        return decisions

    def react(self, event: Event, view: View) -> Sequence[Decision]:
        """Return what the scene does about `event`."""
        what = event.what
        key = what.property if type(what) is Reported else key_of(what)
        if self._only is not None:
            return self._only.react(key, what, view)
        parts = self._parts_by_key.get(key, ())
        if len(parts) == 1:
            return parts[0].react(key, what, view)
        return [decision for part in parts for decision in part.react(key, what, view)]

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        """Return what the scene does now that `timer` ran out."""
        part = self._parts_by_timer.get(timer)
        return part.due(timer, due_us, view) if part is not None else ()


def key_of(what: What) -> str:
    """Return the key that `what` wakes listeners by; "" if it wakes none."""
    match what:
        case Reported() | Perceived():
            return what.property
        case Signalled():
            return signal_key(what.device, what.endpoint, what.name)
        case Availability():
            return availability_key(what.device)
        case _:
            return ""
