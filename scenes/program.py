"""A compiled scene: bound to a home, it listens to what sets it off and ends it, there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import final

from msgspec import structs

from hubd.core.home import Home
from hubd.core.listening import (
    EVERYTHING,
    MESSAGE,
    STARTED,
    Binding,
    Decision,
    availability_key,
    call_key,
    disputed_key,
    scene_owner,
    signal_key,
)
from hubd.core.topics import matches
from hubd.core.view import View
from hubd.model.events import (
    Availability,
    Disputed,
    Event,
    Hailed,
    HubStarted,
    Message,
    Perceived,
    Released,
    Replied,
    Reported,
    RunEnded,
    Signalled,
    Summoned,
    What,
)
from hubd.model.ids import AreaId, PropertyId, SceneId, split_property_id
from scenes.binding import Scope, areas_meant, bind_states, tokens_of, words_of
from scenes.course import Course
from scenes.endings import Ending
from scenes.part import Part, Plan
from scenes.presses import bind_heard, bind_pressed
from scenes.runner import is_of_run, place_of, strays
from scenes.scene import Scene
from scenes.sequence import claimed
from scenes.states import NoneOf, both
from scenes.stepping import bind_steps
from scenes.targets import ANY_AREA, HERE
from scenes.triggers import Becomes, Comes, Recurs, Trigger


@final
class SceneProgram:
    """The program of one scene."""

    def __init__(self, scene: SceneId, said: Scene) -> None:
        self.said = said
        self._scene = scene
        self._states = tuple(said.states)
        words = {word for states in self._states for word in words_of(states)}
        reckoned = [word for expression in said.expressions for word in expression.words]
        targets = list(said.targets)
        self._uses_here = HERE in {*words, *reckoned} or any(target.here for target in targets)
        self._is_local = (
            all(target.here for target in targets)
            and all(word == HERE for word in reckoned)
            and all(word == HERE or word in ANY_AREA for s in said.when for word in words_of(s))
            and all(word == HERE for s in self._states[len(said.when) :] for word in words_of(s))
        )
        self._known: dict[AreaId, tuple[tuple[object, ...], Part | None]] = {}

    @property
    def wants(self) -> frozenset[str]:
        """What it names (listening.Program.wants)."""
        said = self.said
        tokens = {token for target in said.targets for token in target.wants()}
        tokens.update(token for expression in said.expressions for token in expression.tokens())
        for states in self._states:
            tokens.update(tokens_of(states))
        if any(trigger.at or trigger.every for trigger in said.when):
            # Moments of the day move with the home's place, which touches EVERYTHING alone.
            tokens.add(EVERYTHING)
        return frozenset(tokens)

    def bind(self, home: Home) -> Binding:
        """Return what this scene is in `home`."""
        parts = self._all_parts(home)
        listener = SceneListener(self._scene, parts)
        reads = tuple(dict.fromkeys(key for part in parts for key in part.reads))
        return Binding(listener.keys, listener, reads)

    def reach(self, home: Home) -> frozenset[PropertyId]:
        """Return the properties and actions, named alike, that it may claim or ask for."""
        return frozenset(prop for part in self._all_parts(home) for prop in part.reach)

    def _all_parts(self, home: Home) -> list[Part]:
        parts = self._parts_by_area(home) if self._uses_here else [self._part(self._scope(home))]
        return [part for part in parts if part is not None]

    def _parts_by_area(self, home: Home) -> Iterator[Part | None]:
        """Yield the part of each area that can set the scene off.

        Where a part hangs on its own area alone, it is made anew only when that area changed: a
        home of a thousand devices is found one device at a time.
        """
        meant = [area for when in self.said.when for area in areas_meant(when, home)]
        areas = dict.fromkeys(meant if self.said.when else home.areas)
        for area in sorted(areas):
            if not self._is_local:
                yield self._part(self._scope(home, area))
                continue
            like = (home.areas[area], *home.devices_in(area))
            known = self._known.get(area)
            if known is None or known[0] != like:
                known = self._known[area] = (like, self._part(self._scope(home, area)))
            yield known[1]

    def _scope(self, home: Home, here: AreaId | None = None) -> Scope:
        variables = {name: of.first for name, of in self.said.variables.items()}
        return Scope(home, here, variables=variables)

    def _part(self, scope: Scope) -> Part | None:
        said, here = self.said, scope.here
        wishes = {p: v for wish in said.claims for p, v in wish.settle(scope.home, here)}
        deeds = [
            (*asked, deed.argument) for deed in said.do for asked in deed.settle(scope.home, here)
        ]
        name = str(here) if here is not None else ""
        acts = bind_steps(said.then, scope)
        if not wishes and not deeds and not acts:
            return None
        owner = scene_owner(self._scene)
        course = Course(
            scene=self._scene,
            owner=owner,
            place=name,
            acts=acts,
            here=here,
            mode=said.runs.mode,
            most=said.runs.most,
            missed=said.missed,
            keeps=said.until is not None or said.for_ is not None,
            alone=here is None,
            properties=frozenset((*wishes, *claimed(acts))),
            variables=tuple(sorted(scope.variables.items())),
        )
        plan = Plan(
            scene=self._scene,
            owner=owner,
            wishes=wishes,
            deeds=deeds,
            over_us=said.over or 0,
            longest_us=said.for_ or 0,
            ends_at=tuple(time for until in said.until or () for time in until.at),
            alone=here is None,
            place=name,
            course=course if acts else None,
            variables=scope.variables,
            here=here,
        )
        only_here = structs.replace(scope, only_here=here is not None)
        by_id = dict(self._triggers(only_here, name))
        triggers = list(by_id)
        conditions = [b for s in said.if_ if (b := bind_states(s, scope)) is not None]
        presses = [bind_pressed(u, scope) for u in said.until or () if u.pressed]
        return Part(
            plan,
            triggers,
            both(conditions) if conditions else None,
            list(self._endings(scope, triggers, name)),
            [*presses, *(bind_heard(u, scope) for u in said.until or () if u.is_heard)],
            by_id,
        )

    def _triggers(self, scope: Scope, name: str) -> Iterator[tuple[Trigger, str]]:
        """Yield the triggers, each with its id."""
        for number, when in enumerate(self.said.when):
            timer, trigger_id = f"{name}:{number}", when.id or ""
            if when.pressed:
                yield bind_pressed(when, scope), trigger_id
                continue
            state = bind_states(when, scope)
            if when.at:
                moment = Comes(when.at, state, self._scene, timer, self.said.missed)
                yield moment, trigger_id
            elif when.every:
                yield Recurs(when.every, state, self._scene, timer, self.said.missed), trigger_id
            elif when.is_heard:
                yield bind_heard(when, scope), trigger_id
            elif state is not None:
                yield Becomes(state, when.for_ or 0, self._scene, timer), trigger_id

    def _endings(self, scope: Scope, triggers: Sequence[Trigger], name: str) -> Iterator[Ending]:
        said = self.said
        if said.until is None and said.for_ is None and not said.then:
            states = [t.state for t in triggers if isinstance(t, Becomes)]
            if states:
                yield Ending(NoneOf(states), 0, self._scene, f"{name}:own", own=True)
        for number, until in enumerate(said.until or ()):
            if not until.momentary:
                state = bind_states(until, scope)
                if state is not None:
                    yield Ending(state, until.for_ or 0, self._scene, f"{name}:{number}")


@final
class SceneListener:
    """Passes on what happens to the parts of a scene."""

    __slots__ = ("_only", "_owner", "_parts", "_parts_by_key", "_parts_by_timer", "_scene", "keys")

    def __init__(self, scene: SceneId, parts: Sequence[Part]) -> None:
        self._scene = scene
        self._owner = scene_owner(scene)
        self._parts = tuple(parts)
        self._only = parts[0] if len(parts) == 1 else None
        self.keys = tuple(dict.fromkeys(key for part in parts for key in part.keys))
        self._parts_by_key: Mapping[str, tuple[Part, ...]] = {
            key: tuple(part for part in parts if key in part.keys) for key in self.keys
        }
        self._parts_by_timer = {timer: part for part in parts for timer in part.timers}

    @property
    def parts(self) -> Sequence[Part]:
        """The scene in each of its places."""
        return self._parts

    def start(self, view: View) -> Sequence[Decision]:
        """Set the timers that should stand, and let go of what the scene claims no more."""
        decisions = [decision for part in self._parts for decision in part.start(view)]
        mine = frozenset(prop for part in self._parts for prop in part.properties)
        lost = tuple(c.property for c in view.claims_of(self._owner) if c.property not in mine)
        if lost:
            decisions.append(Released(self._owner, "the scene claims it no more", lost))
        places = [part.place for part in self._parts]
        gone = "its place is not in the scene any more"
        lost_runs = strays(view, self._scene, places)
        return [*decisions, *(RunEnded(self._scene, run, gone) for run in lost_runs)]

    def restored(self, event: Event, view: View) -> Sequence[Decision]:
        """Return what the scene does about a value that is no news: it looks anew."""
        parts = self._parts_by_key.get(key_of(event.what), ())
        return [decision for part in parts for decision in part.start(view)]

    def react(self, event: Event, view: View) -> Sequence[Decision]:
        """Return what the scene does about `event`."""
        what = event.what
        if type(what) is Reported:
            key: str = what.property
        elif type(what) is Message:
            return self._hear(what, view)
        else:
            key = key_of(what)
            if not key:
                return self._told(what, view)
        if self._only is not None:
            return self._only.react(key, what, view)
        parts = self._parts_by_key.get(key, ())
        if len(parts) == 1:
            return parts[0].react(key, what, view)
        return [decision for part in parts for decision in part.react(key, what, view)]

    def _hear(self, what: Message, view: View) -> Sequence[Decision]:
        keys = [k for k in self.keys if k.startswith(MESSAGE)]
        heard = [k for k in keys if matches(k.removeprefix(MESSAGE), what.topic)]
        decisions: list[Decision] = []
        for part in self._parts:
            mine = (part.react(key, what, view) for key in heard if key in part.keys)
            decisions += next((decided for decided in mine if decided), ())
        return decisions

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        """Return what the scene does now that `timer` ran out."""
        part = self._part_of(timer)
        return part.due(timer, due_us, view) if part is not None else ()

    def _told(self, what: What, view: View) -> Sequence[Decision]:
        """Return what the scene does about being called or replied to."""
        match what:
            case Summoned():
                parts = [p for p in self._parts if what.area is None or p.place in {"", what.area}]
                why = what.why or "it was asked for"
                return [d for part in parts for d in part.called(why, view, end=what.end)]
            case Replied():
                part = self._part_of(what.timer)
                return part.replied(what.timer, view, yes=what.yes) if part is not None else ()
            case _:
                return ()

    def _part_of(self, timer: str) -> Part | None:
        if is_of_run(timer):
            place = place_of(timer)
            return next((part for part in self._parts if part.place == place), None)
        return self._parts_by_timer.get(timer)


def key_of(what: What) -> str:  # noqa: PLR0911 - one line for each kind
    """Return the key that `what` wakes listeners by; "" if it wakes none."""
    match what:
        case Reported() | Perceived():
            return what.property
        case Signalled():
            return signal_key(what.device, what.endpoint, what.name)
        case Availability():
            return availability_key(what.device)
        case Hailed():
            return call_key(what.name)
        case Disputed():
            return disputed_key(split_property_id(what.property)[0])
        case HubStarted():
            return STARTED
        case _:
            return ""
