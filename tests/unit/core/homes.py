"""Random homes and what may happen in them, with all the faults of real devices.

The pools of ids are small, so that what happens meets what is there.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from hubd.core.engine import Core
from hubd.core.shadow import Pending
from hubd.model.claim import Claim, Priority
from hubd.model.device import Action, Device, DeviceType, Endpoint, Property, Signal
from hubd.model.events import (
    Adopted,
    Answered,
    AreaRemoved,
    AreaSet,
    Asked,
    Availability,
    Claimed,
    Commanded,
    Event,
    FloorRemoved,
    FloorSet,
    Forgotten,
    Input,
    Perceived,
    PersonRemoved,
    PersonSet,
    PlaceSet,
    Released,
    Reported,
    SceneRemoved,
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
    property_id,
)
from hubd.model.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import typical
from tests.unit.core.programs import Entry, Recipe, compiled, written

START_US = 1_780_000_000 * SECOND_US
ONE = EndpointId("1")
ON, LEVEL, HUE = "OnOff.on", "LevelControl.level", "ColorControl.hue"
OCCUPIED, SETPOINT, POSITION = (
    "OccupancySensing.occupied",
    "Thermostat.setpoint",
    "WindowCovering.position",
)

DEVICES = tuple(DeviceId(f"d{n}") for n in range(2))
AREAS = (AreaId("kitchen"), AreaId("hall"))
FLOORS = (FloorId("ground"), FloorId("attic"))
PEOPLE = (PersonId("ann"), PersonId("bo"))
SCENES = tuple(SceneId(f"s{n}") for n in range(2))
OWNERS = ("person:ann", "agent:plan", "safety:water", "habit:evening", "hand:d0", "scene:s0")
NAMES = (ON, ON, ON, LEVEL, LEVEL, HUE, OCCUPIED)
WORDS = (*DEVICES, *DEVICES, *AREAS, "ground", "Lamp", "nowhere")


# devices


def lamp(name: str = "lamp", area: AreaId | None = None) -> Device:
    """Return a lamp that is switched alone."""
    return device(name, DeviceType.ON_OFF_LIGHT, told(ON), area=area)


def dimmer(name: str = "lamp", area: AreaId | None = None) -> Device:
    """Return a lamp with a level."""
    return device(name, DeviceType.DIMMABLE_LIGHT, told(ON), told(LEVEL), area=area)


def sensor(name: str = "sensor", area: AreaId | None = None) -> Device:
    """Return a motion sensor."""
    return device(name, DeviceType.OCCUPANCY_SENSOR, typical(OCCUPIED), area=area)


def device(
    name: str, kind: DeviceType, *properties: Property, area: AreaId | None = None
) -> Device:
    """Return a device of one endpoint."""
    return Device(DeviceId(name), name, "test", (Endpoint(ONE, kind, "", properties),), area)


def told(name: str) -> Property:
    """Return a property that can be commanded."""
    return typical(name, writable=True)


def of(name: str, prop: str = ON) -> PropertyId:
    """Return the id of a property of a device with one endpoint."""
    return property_id(DeviceId(name), ONE, prop)


_shapes: tuple[tuple[Property, ...], ...] = (
    (told(ON), told(LEVEL), typical(OCCUPIED)),
    (told(ON), told(LEVEL), typical(OCCUPIED)),
    (told(LEVEL), told(ON), told(HUE), typical(OCCUPIED)),
    (typical(ON), told(LEVEL), typical(OCCUPIED)),
    (told(ON), typical(LEVEL)),
    (told(LEVEL),),
    (),
)
endpoints = st.builds(
    Endpoint,
    id=st.just(ONE),
    type=st.just(DeviceType.GENERIC),
    properties=st.sampled_from(_shapes),
    actions=st.sampled_from(((), (Action("Button.press"),))),
    signals=st.sampled_from(((), (Signal("Switch.pressed"),))),
)
devices = st.builds(
    Device,
    id=st.sampled_from(DEVICES),
    name=st.sampled_from(("Lamp", "Other")),
    driver=st.just("test"),
    endpoints=st.tuples(endpoints),
    area=st.sampled_from((None, *AREAS)),
)

# values, claims (their ends counted from the time of being laid), scenes

props = st.builds(property_id, st.sampled_from(DEVICES), st.just(ONE), st.sampled_from(NAMES))
values: st.SearchStrategy[Value] = st.sampled_from((True, False, True, False, 40, 40.5, 90.0, "x"))
reports: st.SearchStrategy[Value] = st.one_of(values, st.none())
moments = st.integers(-2 * SECOND_US, 20 * SECOND_US).map(lambda d: d if d % 3 else 0)
claims = st.builds(
    Claim,
    property=props,
    value=values,
    priority=st.sampled_from(Priority),
    owner=st.sampled_from(OWNERS),
    why=st.just("of a test"),
    until_us=st.sampled_from((0, 0, -SECOND_US, 3 * SECOND_US, 3 * SECOND_US, HOUR_US)),
)
recipes = st.builds(
    Recipe,
    trigger=st.sampled_from(WORDS),
    target=st.sampled_from(WORDS),
    on=st.booleans(),
    number=st.sampled_from((10.0, 40.0, 80.0)),
    priority=st.sampled_from((Priority.SCENE, Priority.PREDICTION, Priority.SAFETY)),
    lasts_us=st.sampled_from((0, 0, -SECOND_US, 7 * SECOND_US, MINUTE_US)),
    linger_us=st.sampled_from((0, 5 * SECOND_US)),
    wants_all=st.booleans(),
)
revisions = st.builds(
    SceneRevised, st.sampled_from(SCENES), st.one_of(recipes.map(written), st.just("broken"))
)
areas = st.builds(
    Area, st.sampled_from(AREAS), st.sampled_from(("Lamp", "Room")), st.just(()),
    st.sampled_from((None, *FLOORS)),
)  # fmt: skip

configurations: st.SearchStrategy[Input] = st.one_of(
    st.builds(Adopted, devices),
    revisions,
    st.builds(AreaSet, areas),
    st.builds(FloorSet, st.builds(Floor, st.sampled_from(FLOORS), st.sampled_from(("up", "Lamp")))),
    st.builds(Forgotten, st.sampled_from(DEVICES)),
    st.builds(SceneRemoved, st.sampled_from(SCENES)),
    st.builds(AreaRemoved, st.sampled_from(AREAS)),
    st.builds(FloorRemoved, st.sampled_from(FLOORS)),
    st.builds(PersonSet, st.builds(Person, st.sampled_from(PEOPLE), st.just("Lamp"))),
    st.builds(PersonRemoved, st.sampled_from(PEOPLE)),
    st.builds(PlaceSet, st.builds(Place, st.sampled_from((0.0, 47.0)))),
)
laid = st.builds(Claimed, st.lists(claims, min_size=1, max_size=3).map(tuple))
happenings: st.SearchStrategy[Input] = st.one_of(
    st.builds(Reported, props, reports, st.sampled_from((False, False, True))),
    st.builds(Reported, props, st.booleans()),
    laid,
    st.builds(
        Released, st.sampled_from(OWNERS), properties=st.lists(props, max_size=2).map(tuple)
    ),
    st.builds(Availability, st.sampled_from(DEVICES), st.booleans()),
    st.builds(Signalled, st.sampled_from(DEVICES), st.just(ONE), st.just("Switch.pressed")),
    st.builds(Perceived, props, st.booleans(), st.just(0.9), st.just("model")),
    st.builds(
        Asked, st.sampled_from(DEVICES), st.just(ONE), st.just("Button.press"),
        st.sampled_from(OWNERS), patience_us=st.sampled_from((0, SECOND_US, HOUR_US)),
    ),
    st.builds(Answered, st.integers(0, 60).map(EventId), st.booleans()),
    st.just(TimePassed()),
)  # fmt: skip


# what happens in a home, told by what the home does


class Deed(Enum):
    """What happens because of what the core did before."""

    OBEY = auto()
    """A device reports what a command that still waits has asked."""
    ACCEPT = auto()
    """A driver says that a command was taken."""
    REFUSE = auto()
    """A driver refuses a command."""
    LATE = auto()
    """A device carries out a command that may be long settled."""
    SENSE = auto()
    """A sensor that a scene listens to turns, first to true."""
    TOUCH = auto()
    """Someone or something sets a device to another value than it has."""
    AGAIN = auto()
    """The latest input comes a second time."""
    WAIT = auto()
    """Nothing, until something is due."""


class Move(NamedTuple):
    """A step of a home's life, `after_us` the one before; `nth` says which command is meant."""

    after_us: int
    what: Input | Deed
    nth: int = 0


type Moves = list[Move]

_jumps = st.sampled_from((MINUTE_US, HOUR_US, DAY_US))
_moving_in = st.tuples(
    *(st.builds(Adopted, st.builds(replace, devices, id=st.just(name))) for name in DEVICES),
    *(st.builds(SceneRevised, st.just(scene), recipes.map(written)) for scene in SCENES),
    configurations,
).map(lambda made: [Move(0, what) for what in made])
_happens = st.builds(Move, moments, happenings)
_days = st.lists(
    st.sampled_from(  # how often each comes
        (
            *(st.builds(Move, moments, st.just(deed), st.integers(0, 8)) for deed in Deed),
            st.builds(Move, moments, st.just(Deed.SENSE), st.integers(0, 8)),
            *(_happens for _ in range(5)),
            *(st.builds(Move, moments, laid) for _ in range(2)),
            st.builds(Move, moments, configurations),
            st.builds(Move, _jumps, st.just(TimePassed())),
        )
    ).flatmap(lambda chosen: chosen),
    min_size=15,
    max_size=50,
)
moves: st.SearchStrategy[Moves] = st.tuples(_moving_in, _days).map(lambda two: two[0] + two[1])


class Life:
    """A core, and all that came in and out of it."""

    def __init__(self, core: Core | None = None) -> None:
        self.core = core if core is not None else Core(compiled)
        self.now_us = START_US
        self.entries: list[Entry] = []
        self.log: list[Event] = []

    def live(self, moves: Iterable[Move]) -> "Life":
        """Make all of `moves`."""
        for move in moves:
            self.move(move)
        return self

    def move(self, move: Move) -> list[Event]:
        """Make one move; return what came of it."""
        self.now_us += move.after_us
        what = self.meant(move)
        return self.fold(what) if what is not None else []

    def fold(self, what: Input, source: str = "driver:test") -> list[Event]:
        """Fold an input now; return what came of it."""
        entry = Entry(what, self.now_us, source)
        events = self.core.fold(entry.what, entry.at_us, entry.source)
        self.entries.append(entry)
        self.log += events
        return events

    def wait(self, span_us: int) -> list[Event]:
        """Let time pass, as the hub does: whenever something is due."""
        until_us, events = self.now_us + span_us, list[Event]()
        while (due_us := self.core.next_due_us) is not None and due_us <= until_us:
            self.now_us = max(self.now_us, due_us)
            events += self.fold(TimePassed(), "hub")
        self.now_us = until_us
        return events

    def meant(self, move: Move) -> Input | None:  # noqa: PLR0911 - one for each deed
        """Return the input that `move` is, as things stand; None if it is none."""
        match move.what:
            case Deed.OBEY:
                pending = self._pending(move.nth)
                return _reported(pending) if pending is not None else None
            case Deed.ACCEPT | Deed.REFUSE:
                pending = self._pending(move.nth)
                accepted = move.what is Deed.ACCEPT
                return Answered(pending.event, accepted) if pending is not None else None
            case Deed.LATE:
                asked = list(commands(self.log))
                return _reported(asked[-1 - move.nth % len(asked)]) if asked else None
            case Deed.SENSE:
                keys = sorted(k for k in self.core.index._by_key if k in self.core.state.shadows)
                return self._turned(keys, move.nth)
            case Deed.TOUCH:
                shadows = self.core.state.shadows.values()
                return self._turned([s.id for s in shadows if s.property.writable], move.nth)
            case Deed.AGAIN:
                return self.entries[-1].what if self.entries else None
            case Deed.WAIT:
                due_us = self.core.next_due_us
                self.now_us = max(self.now_us, due_us or 0)
                return TimePassed()
            case Claimed(claims):
                return Claimed(tuple(self._ending(c) for c in claims))
            case what:
                return what

    def _ending(self, claim: Claim) -> Claim:
        return replace(claim, until_us=claim.until_us and self.now_us + claim.until_us)

    def _turned(self, props: Sequence[str], nth: int) -> Input | None:
        if not props:
            return None
        shadow = self.core.state.shadows[PropertyId(props[nth % len(props)])]
        if shadow.property.type is ValueType.BOOLEAN:
            return Reported(shadow.id, not shadow.reported)
        return Reported(shadow.id, 20.0 if shadow.reported == 90.0 else 90.0)

    def _pending(self, nth: int) -> Pending | None:
        ledger = list(self.core.state.ledger.values())
        return ledger[nth % len(ledger)] if ledger else None


def commands(log: Iterable[Event]) -> Iterator[Pending]:
    """Yield the commands in `log`, with the ids of their events."""
    for event in log:
        if isinstance(event.what, Commanded):
            yield Pending(event.what.command, event.id)


def _reported(pending: Pending) -> Reported:
    return Reported(pending.command.property, pending.command.value)
