"""A home of the devices concerned, played by the real core in virtual time.

Devices obey after a moment; what they do moves the sensors around them (physics.py). What is not
concerned is left out of the home, so that a play costs what its scenes do.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from hubd.core.engine import Core
from hubd.core.registry import shadows_of
from hubd.core.state import State
from hubd.model.device import Property
from hubd.model.events import (
    Availability,
    Commanded,
    Event,
    Fired,
    Input,
    Released,
    Reported,
    Signalled,
    TimePassed,
)
from hubd.model.ids import DeviceId, EventId, PropertyId, property_id
from hubd.model.value import Value
from scenes.analysis.domain import usual, whole
from scenes.analysis.facts import Press, SceneFacts, home_of
from scenes.analysis.physics import Influence

OBEYS_US = 300_000
"""How long a device takes to do as asked."""
MOST_EVENTS = 1_500
"""More than this is no play worth telling: it is cut off."""

OUTSIDE = "outside"


class Stage:
    """Some scenes in a home; it begins at `now_us` with all as usual, or as `given`."""

    def __init__(
        self,
        scenes: Sequence[SceneFacts],
        now_us: int,
        given: Mapping[PropertyId, Value],
        physics: Iterable[Influence] = (),
        reach: Mapping[DeviceId, bool] | None = None,
    ) -> None:
        ground = scenes[0].ground
        concerned = {device for scene in scenes for device in scene.devices}
        moving = [i for i in physics if _device(i.by[0]) in concerned]
        concerned |= {_device(i.sensor) for i in moving}
        self.home = home_of(ground.home, concerned)
        self.start_us = self.now_us = now_us
        self.log: list[Event] = []
        self._by_id: dict[EventId, Event] = {}
        self._answers: list[tuple[int, int, PropertyId, Value]] = []
        self._number = count()
        programs = {scene.id: scene.program for scene in scenes}
        state = State(now_us=now_us, home=self.home)
        self._properties: dict[PropertyId, Property] = {}
        for device in self.home.devices.values():
            for shadow in shadows_of(device):
                state.shadows[shadow.id] = shadow
                self._properties[shadow.id] = shadow.property
        self.core = Core(lambda revised: programs[revised.scene], state)
        first = {p: given.get(p, usual(about)) for p, about in self._properties.items()}
        for prop, value in first.items():
            self._fold(Reported(prop, value, restored=True))
        for device_id, there in (reach or {}).items():
            if not there:
                self._fold(Availability(device_id, available=False))
        self._baseline = {i.sensor: _number(first[i.sensor]) for i in moving}
        self._moves: dict[PropertyId, list[Influence]] = {}
        self._on: dict[PropertyId, list[tuple[Influence, float]]] = {}
        for influence in moving:
            effect = influence.effect(self.value, self._baseline[influence.sensor])
            self._on.setdefault(influence.sensor, []).append((influence, effect))
            for prop in influence.by:
                self._moves.setdefault(prop, []).append(influence)
        for scene in scenes:
            self._fold(scene.revised)
        self.log.clear()

    # the world

    def set(self, prop: PropertyId, value: Value) -> None:
        """Let the world change `prop` from outside."""
        if prop in self._baseline:
            first = self._baseline[prop] = _number(value)
            self._on[prop] = [(i, i.effect(self.value, first)) for i, _ in self._on[prop]]
        self._fold(Reported(prop, value), OUTSIDE)

    def press(self, press: Press) -> None:
        """Let a momentary event come."""
        device, endpoint, name, kind = press
        self._fold(Signalled(device, endpoint, name, kind), OUTSIDE)

    def reach(self, device: DeviceId, *, available: bool) -> None:
        """Let a device come within reach, or fall out of it."""
        self._fold(Availability(device, available), OUTSIDE)

    def wait(self, duration_us: int) -> None:
        """Let time pass: what is due comes, devices answer, sensors follow."""
        self.go(self.now_us + duration_us)

    def go(self, there_us: int) -> None:
        """Let time pass until `there_us`, and what is due then come."""
        while len(self.log) < MOST_EVENTS:
            due_us = self.core.next_due_us
            answer_us = self._answers[0][0] if self._answers else None
            if answer_us is not None and answer_us <= min(there_us, due_us or answer_us):
                self.now_us = max(self.now_us, answer_us)
                self._answer()
                continue
            if due_us is None or due_us > there_us:
                break
            self.now_us = max(self.now_us, due_us)
            self._fold(TimePassed())
        self.now_us = max(self.now_us, there_us)

    def _answer(self) -> None:
        _, _, prop, value = heapq.heappop(self._answers)
        if prop in self._baseline and value is None:
            value = self._reading(prop)
            if value == self.value(prop):
                return
        self._fold(Reported(prop, value))

    def _reading(self, sensor: PropertyId) -> float:
        first = self._baseline[sensor]
        moved = sum(i.effect(self.value, first) - was for i, was in self._on[sensor])
        about = whole(self._properties[sensor])
        return round(min(max(first + moved, about.low), about.high), 3)

    def _fold(self, what: Input, source: str = "device") -> None:
        out = self.core.fold(what, self.now_us, source)
        self.log += out
        for event in out:
            self._by_id[event.id] = event
            match event.what:
                case Commanded(command=command) if not command.action:
                    prop = property_id(command.device, command.endpoint, command.name)
                    self._later(OBEYS_US, prop, command.value)
                case Reported(property=prop, restored=False):
                    for influence in self._moves.get(prop, ()):
                        self._later(influence.delay_us, influence.sensor, None)
                case _:
                    pass

    def _later(self, delay_us: int, prop: PropertyId, value: Value) -> None:
        entry = (self.now_us + delay_us, next(self._number), prop, value)
        heapq.heappush(self._answers, entry)

    # what came of it

    def value(self, prop: PropertyId) -> Value:
        """Return what a device reports."""
        return self.core.view.value(prop)

    def event(self, event: EventId) -> Event | None:
        """Return an event of this play."""
        return self._by_id.get(event)

    def desired(self, prop: PropertyId) -> Value:
        """Return what wins on `prop`; None if nobody claims it."""
        claims = self.core.state.shadows[prop].claims
        return claims[0].claim.value if claims else None

    def stands(self, scene: SceneFacts, prop: PropertyId) -> bool:
        """Say whether a claim of `scene` stands on `prop`."""
        return any(s.claim.owner == scene.owner for s in self.core.state.shadows[prop].claims)

    def claims(self, scene: SceneFacts) -> bool:
        """Say whether anything that `scene` claimed stands."""
        return self.core.view.is_claiming(scene.owner)

    def fired(self, scene: SceneFacts) -> list[Event]:
        """Return each time that `scene` began, or began anew."""
        return [e for e in self.log if isinstance(e.what, Fired) and e.what.scene == scene.id]

    def let_go(self, scene: SceneFacts) -> list[Event]:
        """Return each time that claims of `scene` ended."""
        return [e for e in self.log if isinstance(e.what, Released) and e.what.owner == scene.owner]

    def root(self, event: Event) -> EventId:
        """Return the id of the input that `event` follows from."""
        while event.cause and event.cause in self._by_id:
            event = self._by_id[event.cause]
        return event.id


def _device(prop: PropertyId) -> DeviceId:
    return DeviceId(prop.partition("/")[0])


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
