"""The registry: what is in the home, and how people's words find it."""

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from hubd.model.calendar import Calendar
from hubd.model.device import Device
from hubd.model.home import Area, Floor, Naming, Person, Place
from hubd.model.ids import AreaId, CalendarId, DeviceId, FloorId, PersonId
from hubd.model.thing import Join

MOST_FORMER = 2_000
"""Identities of devices that left; those that left longest ago are not kept in mind."""


class Home(Struct):
    """Devices, floors, areas, people and the place, by id. Changed by the fold alone."""

    place: Place = Place()
    floors: dict[FloorId, Floor] = field(default_factory=dict)
    areas: dict[AreaId, Area] = field(default_factory=dict)
    people: dict[PersonId, Person] = field(default_factory=dict)
    devices: dict[DeviceId, Device] = field(default_factory=dict)
    in_area: dict[AreaId, dict[DeviceId, None]] = field(default_factory=dict)
    """The devices of each area, in the order of their joining."""
    in_role: dict[str, dict[DeviceId, None]] = field(default_factory=dict)
    """The devices of each role (its `role_token`), in the order of their joining."""
    calendars: dict[CalendarId, Calendar] = field(default_factory=dict)
    naming: dict[DeviceId, Naming] = field(default_factory=dict)
    joins: dict[DeviceId, Join] = field(default_factory=dict)
    """By the id of the record that was joined to another's thing."""
    dismissed: dict[str, dict[str, None]] = field(default_factory=dict)
    """By driver: the keys of found things that nobody wants to see."""
    former: dict[str, Naming] = field(default_factory=dict)
    """By identity: what devices that left the home were called, and where they were."""

    def put_device(self, device: Device) -> None:
        """Add `device`, or take it in place of the one with its id."""
        self.drop_device(device.id)
        self.devices[device.id] = device
        if device.area is not None:
            self.in_area.setdefault(device.area, {})[device.id] = None
        for role in device.roles:
            self.in_role.setdefault(role_token(role), {})[device.id] = None

    def drop_device(self, device: DeviceId) -> None:
        """Forget `device`; does nothing if it is not there."""
        old = self.devices.pop(device, None)
        if old is not None and old.area is not None:
            self.in_area[old.area].pop(device, None)
        for role in old.roles if old is not None else ():
            self.in_role[role_token(role)].pop(device, None)

    def remember(self, device: Device) -> None:
        """Keep in mind what a device that leaves was called, for when its like comes back."""
        for identity in device.identities:
            self.former.pop(identity, None)
            self.former[identity] = Naming(device.name, device.area, roles=device.roles)
        while len(self.former) > MOST_FORMER:
            del self.former[next(iter(self.former))]

    def devices_in(self, area: AreaId) -> Iterator[Device]:
        """Yield the devices of `area`."""
        for device in self.in_area.get(area, ()):
            yield self.devices[device]

    def areas_on(self, floor: FloorId) -> Iterator[Area]:
        """Yield the areas of `floor`."""
        return (a for a in self.areas.values() if a.floor == floor)

    def find_areas(self, word: str) -> list[Area]:
        """Return the areas that `word` (an id, name or alias, any case) means."""
        return [a for a in self.areas.values() if word.casefold() in names(a)]

    def find_floors(self, word: str) -> list[Floor]:
        """Return the floors that `word` (an id or name, any case) means."""
        return [f for f in self.floors.values() if word.casefold() in names(f)]

    def find_devices(self, word: str) -> list[Device]:
        """Return the devices that `word` (an id, name or alias, any case) means."""
        exact = self.devices.get(DeviceId(word))
        if exact is not None:
            return [exact]
        return [d for d in self.devices.values() if word.casefold() in names(d)]

    def find_people(self, word: str) -> list[Person]:
        """Return the people that `word` (an id or name, any case) means."""
        return [p for p in self.people.values() if word.casefold() in names(p)]

    def find_role(self, word: str) -> Iterator[Device]:
        """Yield the devices that have the role `word`, in the singular or the plural."""
        for device in self.in_role.get(role_token(word), ()):
            yield self.devices[device]

    def tokens(self, device: Device) -> Iterator[str]:
        """Yield all tokens (listening.Program.wants) that a change of `device` touches."""
        yield from names(device)
        yield from (role_token(role) for role in device.roles)
        area = self.areas.get(device.area) if device.area is not None else None
        if area is not None:
            yield from names(area)
            floor = self.floors.get(area.floor) if area.floor is not None else None
            if floor is not None:
                yield from names(floor)


def role_token(role: str) -> str:
    """Return the token (listening.Program.wants) of a role; singular and plural have the same."""
    return f"role:{singular(role)}"


def calendar_token(calendar: CalendarId) -> str:
    """Return the token (listening.Program.wants) of a calendar."""
    return f"calendar:{calendar}"


def singular(words: str) -> str:
    """Return `words`, case-folded and with single spaces, without a plural's last "s"."""
    plain = " ".join(words.casefold().split())
    return plain if plain.endswith("ss") else plain.removesuffix("s")


def names(thing: Device | Area | Floor | Person) -> Iterable[str]:
    """Return the id, the name and the aliases of `thing`, case-folded."""
    aliases = thing.aliases if isinstance(thing, Device | Area) else ()
    return {
        str(thing.id),
        thing.id.casefold(),
        thing.name.casefold(),
        *(a.casefold() for a in aliases),
    }
