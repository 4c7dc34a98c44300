"""The live paths of joined things: whose word counts, and by which way a command goes. No I/O.

Each record of a thing is a path to it. The first that is live is listened to and commanded; the
others are kept in mind, so that nothing is missing when the first one fails. A path whose driver
has not said yet whether it is live comes after those that are, and before those that are not.
"""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from hubd.core.home import Home
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId, PropertyId, property_id, split_property_id
from hubd.model.value import Value


class Place(NamedTuple):
    """A property, action or signal of a device."""

    device: DeviceId
    endpoint: EndpointId
    name: str

    @property
    def id(self) -> PropertyId:
        """It as a property's id."""
        return property_id(self.device, self.endpoint, self.name)


class Turn(NamedTuple):
    """What a record's coming or going means for its thing.

    `told`: the values that the path listened to from now on told last, by the thing's names.
    """

    thing: DeviceId
    available: bool
    told: tuple[tuple[PropertyId, Value], ...]


class Paths:
    """All joined records of a home."""

    def __init__(self) -> None:
        self._thing: dict[DeviceId, DeviceId] = {}
        self._members: dict[DeviceId, list[DeviceId]] = {}
        self._driver: dict[DeviceId, str] = {}
        self._there: dict[Place, Place] = {}
        self._ways: dict[Place, list[Place]] = {}
        self._live: dict[DeviceId, bool] = {}
        self._told: dict[Place, tuple[int, Value]] = {}
        """What each path told last, and as the how manieth report of all."""
        self._counted: dict[Place, int] = {}
        """Of each of a thing's properties: the report that counted last."""
        self._reports = 0

    def __bool__(self) -> bool:
        return bool(self._thing)

    def __contains__(self, record: object) -> bool:
        return record in self._thing

    def learn(self, home: Home) -> None:
        """Take the joins as `home` has them now."""
        self._thing, self._members, self._driver = {}, {}, {}
        self._there, self._ways = {}, {}
        for record, join in home.joins.items():
            thing = home.devices.get(join.thing)
            if thing is None:
                continue
            members = self._members.setdefault(thing.id, [thing.id])
            members.append(record)
            self._thing[thing.id] = self._thing[record] = thing.id
            self._driver[thing.id] = thing.driver
            self._driver[record] = join.record.driver
            for pair in join.pairs:
                own = Place(record, pair.endpoint, pair.name)
                there = Place(thing.id, pair.thing_endpoint, pair.thing_name)
                self._there[own] = there
                ways = self._ways.setdefault(there, [] if pair.added else [there])
                ways.append(own)
        known = self._thing
        self._live = {record: live for record, live in self._live.items() if record in known}
        self._told = {place: told for place, told in self._told.items() if place.device in known}
        self._counted = {place: n for place, n in self._counted.items() if place.device in known}

    def records_of(self, device: DeviceId) -> tuple[DeviceId, ...]:
        """Return the records that a device is reached by, its own first."""
        return tuple(self._members.get(device, (device,)))

    def driver_of(self, record: DeviceId) -> str:
        """Return the driver of a joined thing's record; "" of any other."""
        return self._driver.get(record, "")

    def is_live(self, record: DeviceId) -> bool | None:
        """Say whether a path is live; None if its driver has not said."""
        return self._live.get(record)

    def told_by(self, record: DeviceId) -> list[tuple[PropertyId, Value]]:
        """Return what a live path told last, by its own names."""
        return [(p.id, value) for p, (_, value) in self._told.items() if p.device == record]

    def thing_of(self, record: DeviceId) -> DeviceId:
        """Return the thing that a record belongs to; the record itself where it is none's."""
        return self._thing.get(record, record)

    def reported(self, prop: PropertyId, value: Value) -> PropertyId | None:
        """Take a record's report; return the thing's property it counts for, None if for none."""
        place = Place(*split_property_id(prop))
        self._reports += 1
        self._told[place] = (self._reports, value)
        there = self._there.get(place, place)
        if self._listened(there) != place:
            return None
        self._counted[there] = self._reports
        return there.id

    def signalled(self, record: DeviceId, endpoint: EndpointId, name: str) -> Place | None:
        """Return where a record's momentary event counts; None if another path tells it."""
        place = Place(record, endpoint, name)
        there = self._there.get(place, place)
        return there if self._listened(there) == place else None

    def reached(self, record: DeviceId, *, available: bool) -> Turn:
        """Take a record's coming or going."""
        thing = self._thing[record]
        before = {there: self._listened(there) for there in self._of(thing)}
        self._live[record] = available
        if not available:  # what it told is not known to be so any more
            self._told = {p: told for p, told in self._told.items() if p.device != record}
        told: list[tuple[PropertyId, Value]] = []
        for there, former in before.items():
            now = self._listened(there)
            number, value = self._told.get(now, (0, None))
            if now != former and number > self._counted.get(there, 0):  # else it is older
                self._counted[there] = number
                told.append((there.id, value))
        may_live = any(self._live.get(member, True) for member in self._members[thing])
        return Turn(thing, may_live, tuple(told))

    def ways(self, command: Command) -> list[tuple[str, Command]]:
        """Return the drivers that can carry out a command, and what each is told; best first.

        Those that are known not to be live are left out, unless there is no other.
        """
        there = Place(command.device, command.endpoint, command.name)
        ways = sorted(self._ways.get(there, [there]), key=self._rank)
        ordered = [way for way in ways if self._live.get(way.device, True)] or ways
        return [
            (
                self._driver[way.device],
                replace(command, device=way.device, endpoint=way.endpoint, name=way.name),
            )
            for way in ordered
        ]

    def _of(self, thing: DeviceId) -> Iterator[Place]:
        return (there for there in self._ways if there.device == thing)

    def _listened(self, there: Place) -> Place:
        """Return the place that is listened to."""
        ways = self._ways.get(there)
        return there if ways is None else min(ways, key=self._rank)

    def _rank(self, way: Place) -> int:
        live = self._live.get(way.device)
        return 0 if live else 1 if live is None else 2
