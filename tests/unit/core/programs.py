"""Small programs for the core's tests, written as JSON in a scene's source.

Run as a script it folds inputs from stdin and writes the log to stdout, for a process of its own.
"""

import sys
from collections.abc import Iterable, Sequence

import msgspec

from hubd.core.engine import Core
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
from hubd.model.claim import Claim, Priority
from hubd.model.device import Device
from hubd.model.events import (
    Asked,
    Availability,
    Event,
    Fired,
    Input,
    Perceived,
    Released,
    Reported,
    SceneRevised,
    TimerCleared,
    TimerSet,
)
from hubd.model.ids import EventId, SceneId, property_id
from hubd.model.value import Value, ValueType

WAIT = "wait"


class Recipe(msgspec.Struct, frozen=True):
    """When something at `trigger` turns true, claim on all that `target` can be told.

    `trigger` and `target` are words for devices, areas or floors. The claims end by the trigger
    turning false, `linger_us` later if that is not 0; and by time after `lasts_us`, which may lie
    in the past. A momentary event of the trigger asks the target's actions instead.
    """

    trigger: str
    target: str
    on: bool = True
    number: float = 40.0
    priority: Priority = Priority.SCENE
    lasts_us: int = 0
    linger_us: int = 0
    wants_all: bool = False


def written(recipe: Recipe) -> str:
    """Return the source of a scene that does as `recipe` says."""
    return msgspec.json.encode(recipe).decode()


def compiled(revised: SceneRevised) -> "Cook":
    """Compile a scene; one that is not understood does nothing."""
    try:
        recipe = msgspec.json.decode(revised.source, type=Recipe)
    except msgspec.MsgspecError:
        recipe = Recipe("nothing", "nothing")
    return Cook(revised.scene, recipe)


class Cook:
    """A recipe as a program."""

    def __init__(self, scene: SceneId, recipe: Recipe) -> None:
        self._scene = scene
        self._recipe = recipe

    @property
    def wants(self) -> frozenset[str]:
        if self._recipe.wants_all:
            return frozenset({EVERYTHING})
        return frozenset({self._recipe.trigger.casefold(), self._recipe.target.casefold()})

    def bind(self, home: Home) -> Binding:
        keys: list[str] = []
        for device in meant(home, self._recipe.trigger):
            keys.append(availability_key(device.id))
            for endpoint in device.endpoints:
                keys += (
                    property_id(device.id, endpoint.id, p.name)
                    for p in endpoint.properties
                    if not p.writable
                )
                keys += (signal_key(device.id, endpoint.id, s.name) for s in endpoint.signals)
        return Binding(
            tuple(keys), Cooking(self._scene, self._recipe, meant(home, self._recipe.target))
        )


class Cooking:
    """A recipe in a home."""

    def __init__(self, scene: SceneId, recipe: Recipe, targets: Sequence[Device]) -> None:
        self._scene = scene
        self._owner = scene_owner(scene)
        self._recipe = recipe
        self._wishes = tuple(
            (property_id(d.id, e.id, p.name), wish(recipe, p.type))
            for d in targets
            for e in d.endpoints
            for p in e.properties
            if p.writable
        )
        self._actions = tuple(
            (d.id, e.id, a.name) for d in targets for e in d.endpoints for a in e.actions
        )

    def start(self, view: View) -> Sequence[Decision]:
        if not view.is_claiming(self._owner):
            return ()
        wished = {prop for prop, _ in self._wishes}
        lost = tuple(c.property for c in view.claims_of(self._owner) if c.property not in wished)
        return (Released(self._owner, "the home changed", lost),) if lost else ()

    def restored(self, event: Event, view: View) -> Sequence[Decision]:
        assert isinstance(event.what, Reported | Perceived)
        return self.start(view)

    def react(self, event: Event, view: View) -> Sequence[Decision]:
        what = event.what
        if isinstance(what, Reported | Perceived):
            return self._begin(view) if what.value else self._end(view)
        if isinstance(what, Availability):
            return (TimerSet(self._scene, WAIT, view.now_us),) if what.available else ()
        return [
            Asked(device, endpoint, action, self._owner, "pressed", None, 2_000_000)
            for device, endpoint, action in self._actions
        ]

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        assert timer == WAIT
        assert due_us <= view.now_us
        return (Released(self._owner, "waited long enough"),)

    def _begin(self, view: View) -> Sequence[Decision]:
        until_us = view.now_us + self._recipe.lasts_us if self._recipe.lasts_us else 0
        claims = tuple(
            Claim(prop, value, self._recipe.priority, self._owner, "it turned true", until_us)
            for prop, value in self._wishes
        )
        fired = Fired(self._scene, "it turned true", claims)
        waiting = view.timer_due_us(self._scene, WAIT) is not None
        return (TimerCleared(self._scene, WAIT), fired) if waiting else (fired,)

    def _end(self, view: View) -> Sequence[Decision]:
        if self._recipe.linger_us:
            return (TimerSet(self._scene, WAIT, view.now_us + self._recipe.linger_us),)
        return (Released(self._owner, "it turned false"),)


def meant(home: Home, word: str) -> list[Device]:
    """Return the devices that `word` means, each once."""
    found = {d.id: d for d in home.find_devices(word)}
    areas = home.find_areas(word)
    for floor in home.find_floors(word):
        areas += home.areas_on(floor.id)
    for area in areas:
        found.update((d.id, d) for d in home.devices_in(area.id))
    return list(found.values())


def wish(recipe: Recipe, kind: ValueType) -> Value:
    """Return the value of that kind that `recipe` claims."""
    match kind:
        case ValueType.BOOLEAN:
            return recipe.on
        case ValueType.INTEGER:
            return int(recipe.number)
        case ValueType.NUMBER:
            return recipe.number
        case ValueType.STRING:
            return f"mode {recipe.number:.0f}"


class Entry(msgspec.Struct, frozen=True):
    """An input, as it is handed to the core."""

    what: Input
    at_us: int
    source: str
    cause: EventId = EventId(0)


def fold(core: Core, entries: Iterable[Entry]) -> list[Event]:
    """Fold `entries` and return the log of it."""
    return [
        event
        for entry in entries
        for event in core.fold(entry.what, entry.at_us, entry.source, entry.cause)
    ]


def main() -> None:
    """Fold the entries on stdin in a home of its own; write its log."""
    entries = msgspec.json.decode(sys.stdin.buffer.read(), type=list[Entry])
    sys.stdout.buffer.write(msgspec.json.encode(fold(Core(compiled), entries)))


if __name__ == "__main__":
    main()
