"""What each scene reads and writes in a home, and under which constraints."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from hubd.core.home import Home
from hubd.core.listening import Program, scene_owner, signal_key
from hubd.model.events import SceneRevised
from hubd.model.ids import DeviceId, EndpointId, PropertyId, SceneId, split_property_id
from hubd.model.value import Value
from scenes.analysis.overlap import ALWAYS, Box, Boxes, Ground, meet_all
from scenes.binding import Scope, areas_meant, bind_states, words_of
from scenes.clock import DayTime
from scenes.compiler import compile_scene
from scenes.language import States, Trigger
from scenes.later import Later
from scenes.program import SceneProgram
from scenes.scene import Scene
from scenes.states import State
from scenes.targets import HERE, Target
from scenes.wishes import Wish

type Press = tuple[DeviceId, EndpointId, str, str]
"""A momentary event: device, endpoint, name, kind."""


class Start(Struct, frozen=True):
    """One item of `when` in one place: the state that must come about, or hold at a moment."""

    number: int
    words: Trigger
    state: State | None
    for_us: int
    at: tuple[DayTime, ...]
    presses: tuple[Press, ...]
    boxes: Boxes
    """When its state holds."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What its state reads of things."""
        return self.state.keys if self.state is not None else ()

    @property
    def becomes(self) -> bool:
        """Say whether this is a state that comes about, and no moment."""
        return not self.words.momentary

    @property
    def by_time(self) -> bool:
        """Say whether this comes about by time alone."""
        return self.becomes and not self.keys


class End(Struct, frozen=True):
    """One item of `until` in one place; `number` is -1 for the scene's own state being over."""

    number: int
    words: Trigger | None
    state: State | None
    for_us: int
    presses: tuple[Press, ...]

    @property
    def at(self) -> tuple[DayTime, ...]:
        """The moments of the day that it is."""
        return self.words.at if self.words is not None else ()


class Part:
    """A scene in one place of the home."""

    def __init__(self, scene: "SceneFacts", scope: Scope, ground: Ground) -> None:
        said, here, home = scene.said, scope.here, scope.home
        self.scene = scene
        self.here = here
        self._ground = ground
        self.wishes: Mapping[PropertyId, Value] = {
            p: v
            for wish in claims_of(said)
            for p, v in wish.settle(home, here)
            if not isinstance(v, Later)
        }
        self.acts = (
            bool(said.then)
            or any(any(wish.settle(home, here)) for wish in said.claims)
            or any(any(deed.settle(home, here)) for deed in said.do)
        )
        self.own = Scope(home, here, only_here=here is not None)
        self.scope = scope

    @cached_property
    def starts(self) -> tuple[Start, ...]:
        """The items of `when` here."""
        return tuple(
            self._start(number, words) for number, words in enumerate(self.scene.said.when)
        )

    def _start(self, number: int, words: Trigger) -> Start:
        state = bind_states(words, self.own)
        boxes = self._ground.boxes(state) if state is not None else ALWAYS
        if words.at:
            boxes = meet_all((boxes, self._ground.at_instants(words.at)))
        presses = tuple(_presses(words, self.own))
        return Start(number, words, state, words.for_ or 0, words.at, presses, boxes)

    @cached_property
    def conditions(self) -> tuple[State, ...]:
        """What must hold as the scene begins."""
        bound = (bind_states(s, self.scope) for s in self.scene.said.if_)
        return tuple(state for state in bound if state is not None)

    @cached_property
    def condition(self) -> Boxes:
        """When all of the conditions hold."""
        return meet_all(self._ground.boxes(state) for state in self.conditions)

    @cached_property
    def ends(self) -> tuple[End, ...]:
        """What ends the claims here, but for `for`."""
        said = self.scene.said
        if said.until is None:
            return ()
        return tuple(
            End(n, u, bind_states(u, self.scope), u.for_ or 0, tuple(_presses(u, self.scope)))
            for n, u in enumerate(said.until)
        )

    @cached_property
    def reads(self) -> frozenset[str]:
        """The keys of all that may begin or end this."""
        keys = {key for start in self.starts for key in start.keys}
        keys.update(k for end in self.ends if end.state is not None for k in end.state.keys)
        keys.update(key for state in self.conditions for key in state.keys)
        return frozenset(keys)

    def begins_with(self, start: Start) -> Boxes:
        """Return when `start` may begin this: it and all conditions hold."""
        return meet_all((start.boxes, self.condition))

    def beginnings(self, start: Start) -> Boxes:
        """Return when `start` begins this; what comes about by time alone, at its turns."""
        if not start.by_time:
            return self.begins_with(start)
        begun = (t for box in start.boxes for t in self._ground.weeks.starts(box.times))
        turns = tuple((t + start.for_us, t + start.for_us + 1) for t in sorted(set(begun)))
        return meet_all((self.condition, (Box(times=turns),))) if turns else ()


class SceneFacts:
    """A scene, and its parts in the home."""

    def __init__(self, revised: SceneRevised, program: SceneProgram, ground: Ground) -> None:
        self.id: SceneId = revised.scene
        self.revised = revised
        self.program = program
        self.said: Scene = program.said
        self.owner = scene_owner(revised.scene)
        self.ground = ground

    @property
    def name(self) -> str:
        """What people call it."""
        return self.said.scene

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """What it claims or asks."""
        return tuple(self.said.targets)

    @cached_property
    def uses_here(self) -> bool:
        """Say whether it stands in each area by itself."""
        words = {w for states in self.states for w in words_of(states)}
        return HERE in words or any(target.here for target in self.targets)

    @property
    def states(self) -> Iterator[States]:
        """All states that it names."""
        yield from self.said.when
        yield from self.said.if_
        yield from self.said.until or ()

    @cached_property
    def places(self) -> tuple[Part, ...]:
        """The scene in each of its places, also where it has nothing to claim."""
        home = self.ground.home
        if not self.uses_here:
            return (Part(self, Scope(home), self.ground),)
        areas = dict.fromkeys(a for when in self.said.when for a in areas_meant(when, home))
        return tuple(Part(self, Scope(home, area), self.ground) for area in sorted(areas))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The scene in each place where it does something."""
        return tuple(part for part in self.places if part.acts)

    @cached_property
    def devices(self) -> frozenset[DeviceId]:
        """The devices that it has to do with."""
        found = {split_property_id(p)[0] for part in self.parts for p in part.wishes}
        for part in self.places:
            found.update(device_of(key) for key in part.reads)
            found.update(press[0] for start in part.starts for press in start.presses)
            found.update(press[0] for end in part.ends for press in end.presses)
            for deed in self.said.do:
                found.update(device for device, _, _ in deed.settle(self.ground.home, part.here))
        return frozenset(found)


def claims_of(said: Scene) -> Iterator[Wish]:
    """Yield all that `said` may claim while it stands, in its steps too."""
    yield from said.claims
    for step in said.steps:
        yield from step.claims


def device_of(key: str) -> DeviceId:
    """Return the device that a key of a state (a property's, or that of its reach) is of."""
    return DeviceId(key.partition("/")[0].partition("!")[0])


def gather(scenes: Iterable[SceneRevised], ground: Ground) -> list[SceneFacts]:
    """Return the facts of all scenes that can be understood, in the order of their ids."""
    found: list[SceneFacts] = []
    for revised in sorted(scenes, key=lambda s: s.scene):
        program: Program = compile_scene(revised)
        if isinstance(program, SceneProgram):
            found.append(SceneFacts(revised, program, ground))
    return found


def _presses(words: Trigger, scope: Scope) -> Iterator[Press]:
    for device in scope.things(words.pressed):
        for endpoint in device.endpoints:
            for signal in endpoint.signals:
                kinds = signal.choices or (words.press,)
                for kind in kinds:
                    if not words.press or kind == words.press:
                        yield device.id, endpoint.id, signal.name, kind


def press_key(press: Press) -> str:
    """Return the key that `press` wakes scenes by."""
    return signal_key(press[0], press[1], press[2])


def home_of(home: Home, devices: Iterable[DeviceId]) -> Home:
    """Return `home` with those of `devices` alone, in its own order."""
    wanted = frozenset(devices)
    kept = [name for name in Home.__struct_fields__ if name not in {"devices", "in_area"}]
    part = Home(**{name: getattr(home, name) for name in kept})
    for device in home.devices.values():
        if device.id in wanted:
            part.put_device(device)
    return part
