"""A small home in memory, run by the real core: what scenes do in it is asked in tests."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hubd.core.engine import Core
from hubd.model.device import Device, DeviceType
from hubd.model.events import (
    Adopted,
    AreaSet,
    Asked,
    Availability,
    Event,
    Fired,
    FloorSet,
    Input,
    PersonSet,
    PlaceSet,
    Released,
    Reported,
    SceneRevised,
    Signalled,
    TimePassed,
)
from hubd.model.home import Area, Floor, Person, Place
from hubd.model.ids import (
    AreaId,
    DeviceId,
    EndpointId,
    EventId,
    FloorId,
    PersonId,
    PropertyId,
    SceneId,
)
from hubd.model.instant import SECOND_US, to_us
from hubd.model.value import Value
from scenes.compiler import check, compile_scene
from scenes.safety.compiler import compile_rules
from scenes.testing.typical import typical_endpoint

UTRECHT = Place(52.09, 5.12, "Europe/Amsterdam")
ONE = EndpointId("1")


class Lab:
    """A home whose time and devices a test moves by hand."""

    def __init__(self) -> None:
        self.core = Core(compile_scene, rules=compile_rules)
        self.log: dict[EventId, Event] = {}
        self.now_us = 0
        self.at("2026-06-15 12:00")
        self.tell(PlaceSet(UTRECHT))

    # the world

    def at(self, local_time: str) -> None:
        """Go to a local time; what is due on the way happens."""
        there = datetime.fromisoformat(local_time).replace(tzinfo=ZoneInfo(UTRECHT.timezone))
        self._go(to_us(there))

    def wait(self, seconds: float) -> None:
        """Let time pass; what is due happens."""
        self._go(self.now_us + round(seconds * SECOND_US))

    def _go(self, there_us: int) -> None:
        while (due_us := self.core.next_due_us) is not None and due_us <= there_us:
            self.now_us = max(self.now_us, due_us)
            self.tell(TimePassed())
        self.now_us = there_us

    def tell(self, what: Input, source: str = "test") -> list[Event]:
        """Fold `what`, and answer commands as a device does that obeys at once."""
        out = self.core.fold(what, self.now_us, source)
        self.log.update({event.id: event for event in out})
        return out

    def area(self, *areas: str, floor: str | None = None) -> None:
        """Add areas."""
        if floor is not None:
            self.tell(FloorSet(Floor(FloorId(floor), floor.replace("_", " ").title())))
        for area in areas:
            on = FloorId(floor) if floor is not None else None
            self.tell(AreaSet(Area(AreaId(area), area.replace("_", " ").capitalize(), (), on)))

    def person(self, *people: str) -> None:
        """Add people."""
        for person in people:
            self.tell(PersonSet(Person(PersonId(person), person.capitalize())))

    def device(
        self, device: str, kind: DeviceType, area: str | None = None, name: str | None = None
    ) -> None:
        """Add a device of one endpoint."""
        called = name or device.replace("_", " ").capitalize()
        where = AreaId(area) if area is not None else None
        self.tell(
            Adopted(Device(DeviceId(device), called, "test", (typical_endpoint(kind),), where))
        )

    def prop(self, device: str, name: str | None = None) -> PropertyId:
        """Return the id of a device's property; of its first if none is named."""
        endpoint = self.core.state.home.devices[DeviceId(device)].endpoints[0]
        return PropertyId(f"{device}/1/{name or endpoint.properties[0].name}")

    def report(
        self, device: str, value: Value, name: str | None = None, *, restored: bool = False
    ) -> list[Event]:
        """Let a device report its first property, or that of `name`."""
        return self.tell(Reported(self.prop(device, name), value, restored))

    def press(self, device: str, kind: str = "single") -> list[Event]:
        """Press a button."""
        return self.tell(Signalled(DeviceId(device), ONE, "Switch.pressed", kind))

    def reach(self, device: str, *, available: bool) -> list[Event]:
        """Let a device come within reach, or fall out of it."""
        return self.tell(Availability(DeviceId(device), available))

    # the scenes

    def scene(self, text: str, scene: str = "scene") -> None:
        """Load a scene that must be right."""
        assert check(text, "scene.yaml") == []
        self.tell(SceneRevised(SceneId(scene), text, "scene.yaml"))

    def wished(self, device: str, name: str | None = None) -> Value:
        """Return what the home wishes a device's property to be; None if nobody claims it."""
        shadow = self.core.state.shadows[self.prop(device, name)]
        return shadow.claims[0].claim.value if shadow.claims else None

    def claimed_until(self, device: str) -> int:
        """Return when the claim on a device ends by time; 0 if it does not."""
        return self.core.state.shadows[self.prop(device)].claims[0].claim.until_us

    @property
    def fired(self) -> list[str]:
        """Why scenes fired so far."""
        return [e.what.why for e in self.log.values() if isinstance(e.what, Fired)]

    @property
    def released(self) -> list[str]:
        """Why claims ended so far."""
        return [e.what.why for e in self.log.values() if isinstance(e.what, Released)]

    @property
    def asked(self) -> list[str]:
        """What actions were asked so far."""
        return [
            f"{e.what.device}: {e.what.action}"
            for e in self.log.values()
            if isinstance(e.what, Asked)
        ]

    def last(self, kind: type) -> Event:
        """Return the latest event of a kind."""
        return next(e for e in reversed(self.log.values()) if isinstance(e.what, kind))


def problems_of(text: str) -> Sequence[str]:
    """Return all that is wrong with a scene's text, a line each."""
    return [str(problem) for problem in check(text, "scene.yaml")]
