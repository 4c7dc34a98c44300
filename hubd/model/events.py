"""Events: the log's entries. State is what folding them gives.

What comes in from outside is reported, asked or configured. What the core derives from it has the
source `CORE` and follows from the log before it, so a replay drops it and finds it anew.
"""

from msgspec import Struct

from hubd.model.calendar import Calendar
from hubd.model.claim import Claim
from hubd.model.command import Command, Outcome
from hubd.model.device import Device
from hubd.model.home import Area, Floor, Naming, Person, Place
from hubd.model.ids import (
    NO_EVENT,
    AreaId,
    CalendarId,
    DeviceId,
    EndpointId,
    EventId,
    FloorId,
    PersonId,
    PropertyId,
    SceneId,
)
from hubd.model.lease import Lease
from hubd.model.run import Run
from hubd.model.thing import Join
from hubd.model.value import Value


class _What(Struct, frozen=True, gc=False, omit_defaults=True, tag_field="kind"):
    """What an event says; `kind` names it in the log."""


class Reported(_What, frozen=True, gc=False, tag="reported"):
    """A device says what a property is. `restored`: a retained or first value, never a change."""

    property: PropertyId
    value: Value
    restored: bool = False


class Signalled(_What, frozen=True, gc=False, tag="signalled"):
    """A momentary event of a device, such as a button's press."""

    device: DeviceId
    endpoint: EndpointId
    name: str
    value: str = ""


class Perceived(_What, frozen=True, gc=False, tag="perceived"):
    """A percept: what perception believes, how sure (0 to 1), by which model, from which events."""

    property: PropertyId
    value: Value
    confidence: float
    model: str
    evidence: tuple[EventId, ...] = ()


class Availability(_What, frozen=True, gc=False, tag="availability"):
    """A device came within reach or fell out of it."""

    device: DeviceId
    available: bool
    reason: str = ""


class Claimed(_What, frozen=True, gc=False, tag="claimed"):
    """Claims were laid."""

    claims: tuple[Claim, ...]


class Released(_What, frozen=True, gc=False, tag="released"):
    """`owner` gave up its claims on `properties`, or all of them where none is named."""

    owner: str
    why: str = ""
    properties: tuple[PropertyId, ...] = ()


class Asked(_What, frozen=True, gc=False, tag="asked"):
    """`owner` asks a device for an action; what is still unanswered after `patience_us` is lost."""

    device: DeviceId
    endpoint: EndpointId
    action: str
    owner: str
    why: str = ""
    argument: Value = None
    patience_us: int = 5_000_000


class Answered(_What, frozen=True, gc=False, tag="answered"):
    """A driver says that `command` was taken (`accepted`) or refused, and why."""

    command: EventId
    accepted: bool
    reason: str = ""


class HubStarted(_What, frozen=True, gc=False, tag="hub_started"):
    """The hub runs (again): what devices kept has been asked for, and scenes are at work."""


class Message(_What, frozen=True, gc=False, tag="message"):
    """A message on a topic that a scene listens to; never a retained one."""

    topic: str
    payload: str = ""


class Hailed(_What, frozen=True, gc=False, tag="hailed"):
    """Someone outside called `name`; `text` is what they said with it."""

    name: str
    text: str = ""


class TimePassed(_What, frozen=True, gc=False, tag="time"):
    """Time came to this event's own time, at which something was due."""


class Adopted(_What, frozen=True, gc=False, tag="adopted"):
    """A device joined the home, or its description changed."""

    device: Device


class Forgotten(_What, frozen=True, gc=False, tag="forgotten"):
    """A device left the home."""

    device: DeviceId


class PlaceSet(_What, frozen=True, gc=False, tag="place_set"):
    """The home's place is known."""

    place: Place


class FloorSet(_What, frozen=True, gc=False, tag="floor_set"):
    """A floor was made or changed."""

    floor: Floor


class FloorRemoved(_What, frozen=True, gc=False, tag="floor_removed"):
    """A floor was taken away."""

    floor: FloorId


class AreaSet(_What, frozen=True, gc=False, tag="area_set"):
    """An area was made or changed."""

    area: Area


class AreaRemoved(_What, frozen=True, gc=False, tag="area_removed"):
    """An area was taken away."""

    area: AreaId


class PersonSet(_What, frozen=True, gc=False, tag="person_set"):
    """A person joined the home or changed."""

    person: Person


class PersonRemoved(_What, frozen=True, gc=False, tag="person_removed"):
    """A person left the home for good."""

    person: PersonId


class SceneRevised(_What, frozen=True, gc=False, tag="scene_revised"):
    """A scene was written or changed. `source` is its text, `path` where it stands.

    `blueprint` is the text of the blueprint that it is made from, if it is.
    """

    scene: SceneId
    source: str
    path: str = ""
    blueprint: str = ""


class SceneRemoved(_What, frozen=True, gc=False, tag="scene_removed"):
    """A scene was taken away."""

    scene: SceneId


class SafetyRevised(_What, frozen=True, gc=False, tag="safety_revised"):
    """The home's safety rules were written or changed; an empty `source` is no rules."""

    source: str
    path: str = ""


class LeasesSet(_What, frozen=True, gc=False, tag="leases_set"):
    """How long a person's hand is left alone was changed; what is not named is as usual."""

    leases: tuple[Lease, ...]


class Confirmed(_What, frozen=True, gc=False, tag="confirmed"):
    """A person says that what the event `withheld` held back may be done."""

    withheld: EventId


class CalendarRevised(_What, frozen=True, gc=False, tag="calendar_revised"):
    """A calendar was written or changed."""

    calendar: Calendar


class CalendarRemoved(_What, frozen=True, gc=False, tag="calendar_removed"):
    """A calendar was taken away."""

    calendar: CalendarId


class Renamed(_What, frozen=True, gc=False, tag="renamed"):
    """People call a device so, and put it there."""

    device: DeviceId
    naming: Naming


class Dismissed(_What, frozen=True, gc=False, tag="dismissed"):
    """A found thing is not to be shown in the inbox any more; or is again."""

    driver: str
    key: str
    dismissed: bool = True


class ErrandRun(_What, frozen=True, gc=False, omit_defaults=True, tag="errand_run"):
    """A driver did what a person asked of it; or did not, and why. What they answered is not here.

    `errand` is its name in the driver's manifest, `title` what people read. `device` is the thing
    that it was for; None for the driver itself.
    """

    driver: str
    errand: str
    title: str
    device: DeviceId | None = None
    problem: str = ""


class Joined(_What, frozen=True, gc=False, tag="joined"):
    """Two records are one thing, a person said."""

    join: Join


class Parted(_What, frozen=True, gc=False, tag="parted"):
    """A joined record is a device of its own again."""

    device: DeviceId


class Fired(_What, frozen=True, gc=False, tag="fired"):
    """A scene began: `why` says what set it off; the claims that it laid."""

    scene: SceneId
    why: str
    claims: tuple[Claim, ...] = ()


class TimerSet(_What, frozen=True, gc=False, tag="timer_set"):
    """A scene waits until `due_us`; `timer` is its own name for the wait."""

    scene: SceneId
    timer: str
    due_us: int


class TimerCleared(_What, frozen=True, gc=False, tag="timer_cleared"):
    """A scene's wait is over or no longer needed."""

    scene: SceneId
    timer: str


class RunMoved(_What, frozen=True, gc=False, tag="run_moved"):
    """A run of a scene's steps began, waits at another step, or waits for its turn."""

    scene: SceneId
    run: str
    to: Run


class RunEnded(_What, frozen=True, gc=False, tag="run_ended"):
    """A run of a scene's steps is over; its place in the scene is `run`."""

    scene: SceneId
    run: str
    why: str = ""


class Summoned(_What, frozen=True, gc=False, tag="summoned"):
    """`owner` begins a scene, or ends it; in `area` alone where one is named.

    `refused` says why it was not done.
    """

    scene: SceneId
    owner: str
    why: str = ""
    end: bool = False
    area: AreaId | None = None
    refused: str = ""


class Told(_What, frozen=True, gc=False, tag="told"):
    """`owner` tells something to the people named in `to`, or to all of them."""

    owner: str
    text: str
    to: tuple[str, ...] = ()
    why: str = ""


class Questioned(_What, frozen=True, gc=False, tag="questioned"):
    """A scene asks whether to make up for `timer`, whose time passed while the hub was off."""

    scene: SceneId
    timer: str
    text: str


class Replied(_What, frozen=True, gc=False, tag="replied"):
    """A person says whether to make up for what a scene asked about."""

    scene: SceneId
    timer: str
    yes: bool


class Sent(_What, frozen=True, gc=False, tag="sent"):
    """`owner` sends a message to a topic of the broker."""

    topic: str
    payload: str
    retain: bool = False
    owner: str = ""
    why: str = ""


class Commanded(_What, frozen=True, gc=False, tag="commanded"):
    """The hub asked something of a device."""

    command: Command


class Settled(_What, frozen=True, gc=False, tag="settled"):
    """A command ended."""

    command: EventId
    outcome: Outcome
    note: str = ""


class Disputed(_What, frozen=True, gc=False, tag="disputed"):
    """A device keeps undoing what is asked of it; the hub shows it instead of fighting."""

    property: PropertyId
    undone: int


class Withheld(_What, frozen=True, gc=False, tag="withheld"):
    """A safety rule holds back what `owner` wishes of `property`: a claim, or an action so named.

    `asked` is the event of an action's asking. With `confirm` (who may: "person" or "owner") it
    waits for a person until `until_us`, and is dropped then.
    """

    rule: str
    property: PropertyId
    value: Value
    owner: str
    why: str
    asked: EventId = NO_EVENT
    confirm: str = ""
    until_us: int = 0


class Admitted(_What, frozen=True, gc=False, tag="admitted"):
    """No safety rule holds back the claim of `owner` on `property` any more."""

    property: PropertyId
    owner: str


class Slowed(_What, frozen=True, gc=False, tag="slowed"):
    """A device gets no commands until `until_us`: it had too many. 0 says that this is over."""

    rule: str
    device: DeviceId
    until_us: int
    why: str = ""


class Used(_What, frozen=True, gc=False, tag="used"):
    """How long `property` was as a safety rule limits: stretches of time, the oldest first."""

    rule: str
    property: PropertyId
    stretches: tuple[tuple[int, int], ...] = ()


class Disagreed(_What, frozen=True, gc=False, tag="disagreed"):
    """People keep setting a property differently, in turns; the newest wish is still followed."""

    property: PropertyId
    owners: tuple[str, ...]


CORE = "core"
"""The source of all events that the core derived."""

type Configuration = (
    Adopted
    | Forgotten
    | PlaceSet
    | FloorSet
    | FloorRemoved
    | AreaSet
    | AreaRemoved
    | PersonSet
    | PersonRemoved
    | SceneRevised
    | SceneRemoved
    | SafetyRevised
    | LeasesSet
    | CalendarRevised
    | CalendarRemoved
    | Renamed
    | Dismissed
    | ErrandRun
    | Joined
    | Parted
)
type Input = (
    Reported
    | Signalled
    | Perceived
    | Availability
    | Claimed
    | Released
    | Asked
    | Answered
    | HubStarted
    | Message
    | Hailed
    | TimePassed
    | Confirmed
    | Summoned
    | Replied
    | Configuration
)
"""What may come in from outside."""
type What = (
    Input
    | Fired
    | TimerSet
    | TimerCleared
    | Commanded
    | Settled
    | Disputed
    | Withheld
    | Admitted
    | Slowed
    | Used
    | Disagreed
    | RunMoved
    | RunEnded
    | Told
    | Questioned
    | Sent
)

CONFIGURATION: frozenset[type[Struct]] = frozenset(
    {
        Adopted,
        Forgotten,
        PlaceSet,
        FloorSet,
        FloorRemoved,
        AreaSet,
        AreaRemoved,
        PersonSet,
        PersonRemoved,
        SceneRevised,
        SceneRemoved,
        SafetyRevised,
        LeasesSet,
        CalendarRevised,
        CalendarRemoved,
        Renamed,
        Dismissed,
        ErrandRun,
        Joined,
        Parted,
    }
)
"""Durable before it is acknowledged, kept for ever, projected into the registries."""


class Event(Struct, frozen=True, gc=False, omit_defaults=True):
    """One entry of the log.

    `source` is who says it (`driver:mqtt`, `core`, `person:ann`, `hub`); `cause` is the event that
    led to this one, or 0. Ids rise by one in the order of folding.
    """

    id: EventId
    at_us: int
    source: str
    cause: EventId
    what: What
