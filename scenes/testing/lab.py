"""A home in memory, run by the real core in virtual time, with devices that obey."""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import count
from typing import final

from msgspec import Struct

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.core.home import names
from hubd.model.claim import Claim
from hubd.model.command import Command
from hubd.model.device import Device, DeviceType
from hubd.model.events import (
    CORE,
    Adopted,
    Answered,
    Availability,
    Claimed,
    Commanded,
    Event,
    Input,
    PlaceSet,
    Released,
    Reported,
    SceneRevised,
    TimePassed,
    TimerSet,
    What,
)
from hubd.model.home import Place
from hubd.model.ids import NO_EVENT, DeviceId, EventId, PropertyId, property_id
from hubd.model.instant import SECOND_US
from hubd.model.value import Value
from scenes.compiler import compile_scene
from scenes.presence import belongs
from scenes.safety.compiler import compile_rules
from scenes.testing.typical import rest_of, typical_device

OBEYS_AFTER_US = SECOND_US // 5
"""How long a device takes to do as it is asked, and to say so."""

USUAL_PLACE = Place(52.09, 5.12, "Europe/Amsterdam")
"""Where a home is that does not say so."""

_PATIENCE = 100_000
"""Things due at one moment, after which that moment is said to have no end."""


class EndlessError(Exception):
    """Scenes set each other off at one moment for ever."""


class Standing(Struct, frozen=True):
    """A claim that stands when a test begins, and what its property was `before`.

    If it is `over` already, the property is on its way back to that, and did not get there yet.
    """

    claim: Claim
    before: Value = None
    over: bool = False


@final
class Lab:
    """A home whose time and devices a test moves."""

    def __init__(self, home: Iterable[Input], at_us: int) -> None:
        """Furnish the home at `at_us`; its people have phones where `home` gives them none."""
        self.now_us = at_us
        self.core = Core(compile_scene, rules=compile_rules)
        self.log: list[Event] = []
        self.deaf: set[DeviceId] = set()
        self._values: dict[PropertyId, Value] = {}
        self._answers: list[tuple[int, int, Input]] = []
        self._order = count()
        self.tell(PlaceSet(USUAL_PLACE))
        for what in home:
            self.tell(what)
        self._give_phones()

    def _give_phones(self) -> None:
        home = self.core.state.home
        told = [d for d in home.devices.values() if "Presence.home" in _names_of(d)]
        for person in list(home.people.values()):
            if not any(belongs(d, word, home) for d in told for word in names(person)):
                phone = DeviceId(f"{person.id}_phone")
                whose = f"{person.name}'s phone"
                self.tell(Adopted(typical_device(phone, whose, DeviceType.TRACKER)))

    def begin(
        self,
        values: Mapping[PropertyId, Value],
        scenes: Iterable[SceneRevised],
        standing: Iterable[Standing] = (),
        waiting: Iterable[TimerSet] = (),
    ) -> None:
        """Give the properties their values, and let the scenes look at how all is.

        Nothing of that is news to act on. `standing` claims and `waiting` timers are there already.
        """
        held = list(standing)
        before = {each.claim.property: each.before for each in reversed(held)}
        now = {
            property_id(device.id, endpoint.id, prop.name): rest_of(prop)
            for device in self.core.state.home.devices.values()
            for endpoint in device.endpoints
            for prop in endpoint.properties
        }
        now.update(values)
        for prop_id, value in now.items():
            first = before.get(prop_id, value)
            if first is not None:
                self.tell(Reported(prop_id, first, restored=True))
        self._restore(Claimed((each.claim,)) for each in held)
        changed = [prop_id for prop_id, first in before.items() if now.get(prop_id) != first]
        self._restore(Reported(prop_id, now[prop_id], restored=True) for prop_id in changed)
        self._values = now
        ended = [each.claim for each in held if each.over]
        self._restore(Released(claim.owner, "", (claim.property,)) for claim in ended)
        self._restore(waiting)
        for scene in scenes:
            self.tell(scene, "scenes")

    def event(self, event: EventId) -> Event | None:
        """Return the event of that id; None if the test does not know it."""
        place = bisect_left(self.log, event, key=lambda each: each.id)
        found = self.log[place] if place < len(self.log) else None
        return found if found is not None and found.id == event else None

    def _restore(self, whats: Iterable[What]) -> None:
        first = self.core.state.next_id
        events = [
            Event(EventId(first + n), self.now_us, CORE, NO_EVENT, what)
            for n, what in enumerate(whats)
        ]
        if events:
            self.core.restore(events)
            self.log += events

    # what happens

    def tell(self, what: Input, source: str = "test") -> None:
        """Fold `what` now; what follows is in the log, and devices set out to obey."""
        if isinstance(what, Reported):
            self._values[what.property] = what.value
        events = self.core.fold(what, self.now_us, source)
        self.log += events
        for event in events:
            if type(event.what) is Commanded:
                self._obey(event, event.what.command)

    def reach(self, device: DeviceId, *, available: bool) -> None:
        """Let a device come within reach (it tells how it is), or fall out of it."""
        self.tell(Availability(device, available))
        if available:
            self._tell_again(self.core.state.home.devices[device].property_ids())

    def restart(self, for_us: int, meanwhile: Mapping[PropertyId, Value]) -> None:
        """Let the hub be off for some time, in which things become as `meanwhile` says."""
        self._values.update(meanwhile)
        for _, _, what in self._answers:
            if isinstance(what, Reported):
                self._values[what.property] = what.value
        self._answers.clear()
        state = snapshot.decode(snapshot.encode(self.core.state))
        self.core = Core(compile_scene, state, rules=compile_rules)
        self.now_us += for_us
        due_us = self.core.next_due_us
        if due_us is not None and due_us <= self.now_us:
            self.tell(TimePassed(), "clock")
        self._tell_again(self._values)

    def _tell_again(self, props: Iterable[PropertyId]) -> None:
        for prop in list(props):
            value = self._values.get(prop)
            shadow = self.core.state.shadows.get(prop)
            if value is None or shadow is None or shadow.device in self.core.state.unreachable:
                continue
            self.tell(Reported(prop, value, restored=True))

    # time

    def go(self, there_us: int) -> None:
        """Let time pass; what is due on the way happens. Raises EndlessError."""
        at_once = 0
        while (due_us := self._next_us()) is not None and due_us <= there_us:
            at_once = 0 if due_us > self.now_us else at_once + 1
            if at_once > _PATIENCE:
                raise EndlessError
            self.now_us = max(self.now_us, due_us)
            if self._answers and self._answers[0][0] <= self.now_us:
                self.tell(heapq.heappop(self._answers)[2], "driver:test")
            else:
                self.tell(TimePassed(), "clock")
        self.now_us = max(self.now_us, there_us)

    def _next_us(self) -> int | None:
        due_us = self.core.next_due_us
        answer_us = self._answers[0][0] if self._answers else None
        if due_us is None or (answer_us is not None and answer_us <= due_us):
            return answer_us
        return due_us

    # devices

    def _obey(self, event: Event, command: Command) -> None:
        if command.device in self.deaf:
            return
        what: Input
        if command.action:
            what = Answered(event.id, accepted=True)
        else:
            what = Reported(command.property, command.value)
        heapq.heappush(self._answers, (self.now_us + OBEYS_AFTER_US, next(self._order), what))


def _names_of(device: Device) -> set[str]:
    return {prop.name for endpoint in device.endpoints for prop in endpoint.properties}
