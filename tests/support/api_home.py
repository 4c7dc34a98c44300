"""A home on the real core, with its log in memory: what the API is tested on."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from drivers.discovery.brands import Brands
from hubd.adoption import Adoption
from hubd.api.errors import InvalidError
from hubd.api.finding import Finding
from hubd.api.port import (
    DriverHealth,
    EventQuery,
    Explanation,
    Folded,
    Health,
    SafetyRule,
    SceneState,
    SceneStatus,
    Step,
    Wish,
)
from hubd.api.scene_desk import SceneDesk
from hubd.clock import WallClock
from hubd.core.engine import Core
from hubd.core.fold import Fold
from hubd.core.view import View
from hubd.desk import Desk
from hubd.household import Household
from hubd.hub import Hub
from hubd.model.device import Action, Device, DeviceType, Endpoint
from hubd.model.events import (
    Adopted,
    AreaSet,
    Configuration,
    Event,
    FloorSet,
    Input,
    PersonSet,
    SceneRevised,
)
from hubd.model.home import Area, Floor, Person, Role
from hubd.model.ids import (
    NO_EVENT,
    AreaId,
    DeviceId,
    EndpointId,
    EventId,
    FloorId,
    PersonId,
    PropertyId,
    SceneId,
)
from hubd.model.vocabulary import typical
from hubd.network import Network
from hubd.store.log import device_of
from hubd.vault import Vault
from hubd.whatif.answer import Told, answer
from hubd.whatif.picture import picture
from hubd.whatif.run import Run
from scenes.compiler import compile_scene
from scenes.folder import revise
from scenes.safety.compiler import compile_rules
from scenes.whynot import WhyNot, why_not

LAMP = PropertyId("lamp/1/OnOff.on")
LEVEL = PropertyId("lamp/1/LevelControl.level")
LOCK = PropertyId("door/1/DoorLock.locked")
PHONE = PropertyId("phone/1/Presence.home")
MOTION = PropertyId("motion/1/OccupancySensing.occupied")


async def _nothing() -> None:
    """Nobody runs these scenes."""


class CoreHome:
    """Implements HomePort. `tick` moves its clock."""

    def __init__(self) -> None:
        self.name = "Maple Street"
        self.core = Core(compile_scene, rules=compile_rules)
        self.write_scenes_in(Path("there-is-no-such-folder"))
        self.log: list[Event] = []
        self.reaches: dict[SceneId, frozenset[PropertyId]] = {}
        self._now_us = 1_700_000_000_000_000
        self._folded: list[Folded] = []
        self.hub = Hub(self.core, self, WallClock())
        self.adoption = Adoption(self.hub, None)
        nowhere = Path("there-is-no-such-folder")
        self.network = Network(self.hub, self.adoption, Vault(nowhere), nowhere, Brands())
        self.finding: Finding = Household(self.hub, self.adoption, self.network)

    def append(self, events: Sequence[Event]) -> None:
        self.log.extend(events)
        for folded in list(self._folded):
            folded(events)

    async def commit(self, events: Sequence[Event]) -> None:
        self.append(events)

    @property
    def view(self) -> View:
        return self.core.view

    @property
    def last_event(self) -> EventId:
        return EventId(self.core.state.next_id - 1)

    @property
    def watchers(self) -> int:
        return len(self._folded)

    def write_scenes_in(self, folder: Path) -> None:
        self.desk: SceneDesk = Desk(lambda: self.view.home, folder, _nothing)

    def now_us(self) -> int:
        return self._now_us

    def tick(self, span_us: int) -> None:
        self._now_us += span_us

    def take(self, what: Input, source: str = "driver:test") -> EventId:
        events = self.core.fold(what, self._now_us, source)
        self.log.extend(events)
        for folded in list(self._folded):
            folded(events)
        return events[0].id if events else NO_EVENT

    def unreachable_reason(self, device: DeviceId) -> str:
        return self.core.state.unreachable.get(device, "")

    def heard_us(self, device: DeviceId) -> int | None:
        return self.core.heard_us(device)

    def wish(self, what: Wish, source: str) -> EventId:
        return self.take(what, source)

    async def configure(self, what: Configuration, source: str) -> EventId:
        return self.take(what, source)

    async def events(self, query: EventQuery) -> Sequence[Event]:
        found = [
            e
            for e in reversed(self.log)
            if e.id > query.after
            and (not query.before or e.id < query.before)
            and (query.device is None or device_of(e.what) == query.device)
            and (query.kind is None or type(e.what).__struct_config__.tag == query.kind)
            and (query.area is None or self._area_of(e) == query.area)
        ]
        return found[: query.limit]

    def _area_of(self, event: Event) -> AreaId | None:
        device = device_of(event.what)
        known = self.view.home.devices.get(device) if device is not None else None
        return known.area if known is not None else None

    def text(self, event: Event) -> str:
        return f"{event.source}: {type(event.what).__struct_config__.tag}"

    async def why(self, of: str) -> Explanation | None:
        event = next((e for e in self.log if str(e.id) == of), None)
        if event is None:
            return None
        by_id = {e.id: e for e in self.log}
        steps = []
        step: Event | None = event
        while step is not None:
            steps.append(Step(step.id, step.at_us, "event", self.text(step)))
            step = by_id.get(step.cause)
        return Explanation(steps[-1].text, tuple(steps))

    async def why_not(self, scene: SceneId, at_us: int, within_us: int) -> WhyNot | None:
        fold = Fold()
        fold.apply_all(e for e in self.log if e.at_us < at_us - within_us)
        window = [e for e in self.log if at_us - within_us <= e.at_us <= at_us]
        return why_not(scene, fold.state, window, at_us, compile_scene)

    async def what_if(self, files: Mapping[str, str], from_us: int, to_us: int) -> Told:
        del to_us
        revision = revise({}, files)
        if revision.problems:
            raise InvalidError(str(revision.problems[0]))
        scenes = {e.scene: e for e in revision.events if isinstance(e, SceneRevised)}
        before = Run(compile_scene, None, rules=compile_rules).over(self.log, from_us)
        after = Run(compile_scene, scenes, rules=compile_rules).over(self.log, from_us)
        told = answer(before, after, self.view.home)
        return Told(told, picture(told, before, after, self.view.home.place))

    def scenes(self) -> Sequence[SceneStatus]:
        return [SceneStatus(SceneId("dusk"), "Dusk", "dusk.yaml", SceneState.IDLE, (LAMP,))]

    def safety_rules(self) -> Sequence[SafetyRule]:
        return [SafetyRule("calm", "no more than 5", "it wears out")]

    def reach(self, scene: SceneId) -> frozenset[PropertyId]:
        return self.reaches.get(scene, frozenset())

    def health(self) -> Health:
        return Health(
            uptime_s=1.0,
            log_lag_s=0.0,
            last_event=self.last_event,
            counts={"events": len(self.log)},
            drivers=(DriverHealth("test", working=True),),
        )

    def subscribe(self, folded: Folded) -> Callable[[], None]:
        self._folded.append(folded)
        return lambda: self._folded.remove(folded)


def furnished() -> CoreHome:
    """Return a home of three devices, two areas and two people; nobody can sign in yet."""
    home = CoreHome()
    home.take(FloorSet(Floor(FloorId("ground"), "Ground floor")))
    home.take(AreaSet(Area(AreaId("hall"), "Hall", ("entrance",), FloorId("ground"))))
    home.take(AreaSet(Area(AreaId("kitchen"), "Kitchen", ("厨房",), FloorId("ground"))))
    home.take(PersonSet(Person(PersonId("tim"), "Tim", Role.CHILD)))
    home.take(PersonSet(Person(PersonId("bea"), "Bea", Role.RESIDENT)))
    home.take(
        Adopted(
            lamp(),
        )
    )
    home.take(
        Adopted(
            Device(
                DeviceId("door"),
                "Front door",
                "test",
                (
                    Endpoint(
                        EndpointId("1"),
                        DeviceType.DOOR_LOCK,
                        properties=(typical("DoorLock.locked", writable=True),),
                        actions=(Action("DoorLock.unbolt", "open the door"),),
                    ),
                ),
                AreaId("hall"),
                native="a driver's secret",
            )
        )
    )
    home.take(
        Adopted(
            Device(
                DeviceId("motion"),
                "Kitchen motion",
                "test",
                (
                    Endpoint(
                        EndpointId("1"),
                        DeviceType.OCCUPANCY_SENSOR,
                        properties=(typical("OccupancySensing.occupied"),),
                    ),
                ),
                AreaId("kitchen"),
            )
        )
    )
    home.take(
        Adopted(
            Device(
                DeviceId("phone"),
                "Bea's phone",
                "test",
                (
                    Endpoint(
                        EndpointId("1"),
                        DeviceType.TRACKER,
                        properties=(
                            typical("Presence.home"),
                            typical("PowerSource.batteryLevel"),
                        ),
                    ),
                ),
            )
        )
    )
    return home


def lamp(name: str = "lamp") -> Device:
    """Return a dimmable lamp in the kitchen."""
    return Device(
        DeviceId(name),
        f"The {name}",
        "test",
        (
            Endpoint(
                EndpointId("1"),
                DeviceType.DIMMABLE_LIGHT,
                properties=(
                    typical("OnOff.on", writable=True),
                    typical("LevelControl.level", writable=True),
                ),
                actions=(Action("Button.press", "press"),),
            ),
        ),
        AreaId("kitchen"),
    )
