"""What the API answers of what was found, of things and of drivers."""

from datetime import datetime

from msgspec import Struct

from drivers.kit.found import Need, Trust
from drivers.kit.manifest import Of
from drivers.kit.problem import Problem
from hubd.api.finding import Adds, DriverStatus, Offer
from hubd.core.home import Home
from hubd.inbox import Entry, Inbox
from hubd.likeness import Likeness
from hubd.model.device import DeviceType
from hubd.model.ids import AreaId, DeviceId
from hubd.model.instant import from_us
from hubd.things import Proposal


class NeedDocument(Struct, frozen=True):
    """What a person must tell before a thing can be adopted; `pattern` matches a whole answer."""

    name: str
    title: str
    secret: bool
    optional: bool
    pattern: str
    hint: str


class RoomDocument(Struct, frozen=True):
    """A room that a thing seems to be in; `known` if the home has it."""

    area: AreaId
    name: str
    known: bool
    told_by: str


class TwinDocument(Struct, frozen=True):
    """The device of the home that a thing seems to be, and why.

    `again`: it is the very one, which does not let the hub in any more.
    """

    device: DeviceId
    name: str
    evidence: list[str]
    again: bool


class FormerDocument(Struct, frozen=True):
    """What a thing was called and where it was, when it was in the home before."""

    name: str
    area: AreaId | None


class EntryDocument(Struct, frozen=True):
    """A thing that was found.

    `driver` is null where there is none for it; `why` says so. `present` is whether it is seen at
    the moment, `asks` what is to be done at the thing itself, `doing` how its adoption goes while
    it is being adopted. `twin`: it seems to be in the home already. `former`: it was once, and is
    to be so called again unless a person says otherwise.
    """

    id: str
    driver: str | None
    name: str
    maker: str
    model: str
    address: str
    trust: Trust
    pictured: list[DeviceType]
    needs: list[NeedDocument]
    asks: str
    room: RoomDocument | None
    first_seen: datetime
    last_seen: datetime
    present: bool
    dismissed: bool
    adopted_elsewhere: bool
    why: str
    doing: str
    twin: TwinDocument | None
    former: FormerDocument | None


class AddsDocument(Struct, frozen=True):
    """A driver that takes things which do not show themselves, and what it must be told of one."""

    driver: str
    title: str
    needs: list[NeedDocument]


class ErrandDocument(Struct, frozen=True):
    """Something that a person may ask of a driver.

    `of`: "thing" if it is for one of `devices`, "driver" if for none. One that is `long` waits for
    a person to do something at a thing, and may take many minutes.
    """

    driver: str
    driver_title: str
    name: str
    title: str
    of: Of
    long: bool
    needs: list[NeedDocument]
    devices: list[DeviceId]


class RanDocument(Struct, frozen=True):
    """An errand was run: what to show for it, by what it is. It is kept nowhere."""

    told: dict[str, str]


class AdoptedDocument(Struct, frozen=True):
    """A thing was adopted: the device that it is."""

    device: DeviceId | None


class ProposalDocument(Struct, frozen=True):
    """Two devices that seem to be one thing, and why."""

    first: DeviceId
    first_name: str
    second: DeviceId
    second_name: str
    evidence: list[str]


class JoinedDocument(Struct, frozen=True):
    """A device that was joined to the thing that another is."""

    id: DeviceId
    name: str
    driver: str
    thing: DeviceId
    evidence: list[str]


class ThingsDocument(Struct, frozen=True):
    """Which devices seem to be one thing, and which were made so."""

    proposals: list[ProposalDocument]
    joined: list[JoinedDocument]


class ProblemDocument(Struct, frozen=True):
    """What keeps a driver or one of its things from working; `repair`: restart, adopt, or ""."""

    code: str
    what: str
    mend: str
    key: str
    repair: str


class DriverDocument(Struct, frozen=True):
    """A driver, and how it does; one without `separate` lives in the hub's own process."""

    name: str
    title: str
    protocol: str
    running: bool
    separate: bool
    devices: int
    problems: list[ProblemDocument]


def entry(it: Entry, inbox: Inbox, likeness: Likeness) -> EntryDocument:
    """Return a found thing as people see it."""
    found, room, twin = it.found, likeness.room(it), likeness.twin(it)
    former = likeness.former(found.identities)
    return EntryDocument(
        id=it.id,
        driver=it.driver or None,
        name=found.name,
        maker=found.maker,
        model=found.model,
        address=found.address,
        trust=found.trust,
        pictured=list(it.pictured),
        needs=[_need(need) for need in found.needs],
        asks=found.asks,
        room=None
        if room is None
        else RoomDocument(room.area.id, room.area.name, room.known, room.told_by),
        first_seen=from_us(it.first_us),
        last_seen=from_us(it.seen_us),
        present=it.present,
        dismissed=inbox.is_dismissed(it),
        adopted_elsewhere=found.adopted_elsewhere,
        why=it.why,
        doing=it.doing,
        twin=None
        if twin is None
        else TwinDocument(twin.device.id, twin.device.name, list(twin.evidence), twin.again),
        former=None if former is None else FormerDocument(former.name, former.area or None),
    )


def adds(it: Adds) -> AddsDocument:
    """Return what a driver asks of a thing that was not found."""
    return AddsDocument(it.driver, it.title, [_need(need) for need in it.needs])


def errand(it: Offer) -> ErrandDocument:
    """Return an errand as people see it."""
    what = it.errand
    needs = [_need(need) for need in what.needs]
    return ErrandDocument(
        it.driver, it.title, what.name, what.title, what.of, what.long, needs, list(it.devices)
    )


def things(proposals: list[Proposal], home: Home) -> ThingsDocument:
    """Return what seems to be one, and what was made one."""
    return ThingsDocument(
        [
            ProposalDocument(
                p.first,
                home.devices[p.first].name,
                p.second,
                home.devices[p.second].name,
                list(p.evidence),
            )
            for p in proposals
        ],
        [
            JoinedDocument(j.record.id, j.record.name, j.record.driver, j.thing, list(j.evidence))
            for j in home.joins.values()
        ],
    )


def driver(it: DriverStatus) -> DriverDocument:
    """Return a driver as people see it."""
    problems = [_problem(problem) for problem in it.problems]
    return DriverDocument(
        it.name, it.title, it.protocol, it.running, it.separate, it.devices, problems
    )


def _need(it: Need) -> NeedDocument:
    return NeedDocument(it.name, it.title, it.secret, it.optional, it.pattern, it.hint)


def _problem(it: Problem) -> ProblemDocument:
    return ProblemDocument(it.code, it.what, it.mend, it.key, it.repair)
