"""The home file (docs/home-file.md): one YAML text that describes a home."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import available_timezones

import msgspec
from pydantic import AfterValidator, Field, model_validator

from hubd.core.home import Home, names
from hubd.documents import (
    Document,
    DocumentError,
    Id,
    Parsed,
    Problem,
    did_you_mean,
    inside,
    parse,
    wrong,
)
from hubd.model import home as model
from hubd.model.device import Device, DeviceType
from hubd.model.events import AreaSet, FloorSet, PersonSet, PlaceSet
from hubd.model.ids import AreaId, DeviceId, FloorId, PersonId

type News = PlaceSet | FloorSet | AreaSet | PersonSet

Name = Annotated[str, Field(min_length=1, max_length=200)]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        hint = did_you_mean(name, available_timezones())
        raise wrong(f'"{name}" is not a time zone', hint or "write it as in Europe/Amsterdam")
    return name


class Place(Document):
    """Where the home is. Degrees north and east; an IANA time zone."""

    latitude: Annotated[float, Field(ge=-90, le=90)] = 0.0
    longitude: Annotated[float, Field(ge=-180, le=180)] = 0.0
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"


class Floor(Document):
    """A storey."""

    id: Id
    name: Name
    level: int = 0


class Area(Document):
    """A room or a part of one."""

    id: Id
    name: Name
    aliases: tuple[Name, ...] = ()
    floor: Id | None = None


class HomeFileDevice(Document):
    """What people call a device, and where it is."""

    id: Id
    name: Name
    aliases: tuple[Name, ...] = ()
    area: Id | None = None
    type: DeviceType | None = None
    roles: tuple[Name, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """Its id, name and aliases, case-folded."""
        return frozenset(word.casefold() for word in (self.id, self.name, *self.aliases))


_HELD: dict[model.VariableType, tuple[type, ...]] = {
    model.VariableType.SWITCH: (bool,),
    model.VariableType.NUMBER: (int, float),
    model.VariableType.CHOICE: (str,),
    model.VariableType.TEXT: (str,),
}


class Variable(Document):
    """Something that the home keeps for its people, and what it can be."""

    id: Id
    name: Name
    type: model.VariableType
    unit: Annotated[str, Field(max_length=20)] = ""
    from_: Annotated[float | None, Field(alias="from")] = None
    to: float | None = None
    step: Annotated[float | None, Field(gt=0)] = None
    choices: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    initial: bool | float | str | None = None
    area: Id | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        kind = model.VariableType
        numeric = self.model_fields_set & {"unit", "from_", "to", "step"}
        if numeric and self.type is not kind.NUMBER:
            raise wrong(f"{min(numeric).strip('_')}: is for numbers", "leave it away")
        if bool(self.choices) is not (self.type is kind.CHOICE):
            raise wrong("choices: are for a choice, and a choice needs them")
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            raise wrong("from: is less than to:")
        with inside("initial"):
            self._check_initial()
        return self

    def _check_initial(self) -> None:
        first = self.initial
        if first is None or (self.type is model.VariableType.SWITCH and first in {"on", "off"}):
            return
        if not isinstance(first, _HELD[self.type]) or (
            isinstance(first, bool) and self.type is not model.VariableType.SWITCH
        ):
            raise wrong(f'"{first}" cannot be in a {self.type.value}')
        if self.choices and first not in self.choices:
            raise wrong(f'"{first}" is no choice', did_you_mean(str(first), self.choices))
        low, high = self.from_, self.to
        if isinstance(first, int | float) and not (first if low is None else low) <= first <= (
            first if high is None else high
        ):
            raise wrong(f"{first:g} is out of range")

    def variable(self) -> model.Variable:
        """Return it as the hub knows it."""
        first = self.initial
        if self.type is model.VariableType.SWITCH and isinstance(first, str):
            first = first == "on"
        return model.Variable(
            id=DeviceId(self.id),
            name=self.name,
            type=self.type,
            unit=self.unit,
            minimum=self.from_,
            maximum=self.to,
            step=self.step,
            choices=self.choices,
            initial=first,
            area=AreaId(self.area) if self.area is not None else None,
        )


class Person(Document):
    """Someone who lives or stays here."""

    id: Id
    name: Name
    role: model.Role = model.Role.RESIDENT


class HomeFile(Document):
    """A home, as its people describe it."""

    name: Name = "Home"
    place: Place | None = None
    floors: tuple[Floor, ...] = ()
    areas: tuple[Area, ...] = ()
    devices: tuple[HomeFileDevice, ...] = ()
    people: tuple[Person, ...] = ()
    variables: tuple[Variable, ...] = ()

    def events(self) -> Iterator[News]:
        """Yield the configuration that this describes."""
        if self.place is not None:
            where = self.place
            yield PlaceSet(model.Place(where.latitude, where.longitude, where.timezone))
        for floor in self.floors:
            yield FloorSet(model.Floor(FloorId(floor.id), floor.name, floor.level))
        for area in self.areas:
            on = FloorId(area.floor) if area.floor is not None else None
            yield AreaSet(model.Area(AreaId(area.id), area.name, area.aliases, on))
        for person in self.people:
            yield PersonSet(model.Person(PersonId(person.id), person.name, person.role))

    def news(self, home: Home) -> list[News]:
        """Return the configuration that `home` does not know yet, or otherwise."""
        return [what for what in self.events() if not _is_known(what, home)]


def _is_known(what: News, home: Home) -> bool:
    match what:
        case PlaceSet():
            return home.place == what.place
        case FloorSet():
            return home.floors.get(what.floor.id) == what.floor
        case AreaSet():
            return home.areas.get(what.area.id) == what.area
        case PersonSet():
            return home.people.get(what.person.id) == what.person


def read_home_file(path: Path) -> HomeFile:
    """Return the home that the file at `path` describes. Raises DocumentError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError([Problem(str(path), 1, 1, f"this cannot be read: {error}")]) from error
    return parse_home_file(text, str(path))


def parse_home_file(text: str, path: str = "home.yaml") -> HomeFile:
    """Return the home that `text` describes. Raises DocumentError with all that is wrong."""
    documents = parse(text, path)
    if len(documents) != 1:
        message = f"one document belongs here, not {len(documents)}"
        raise DocumentError([Problem(path, 1, 1, message)])
    home = documents[0].check(HomeFile)
    problems = sorted(_problems(home, documents[0]), key=lambda p: (p.line, p.column))
    if problems:
        raise DocumentError(problems)
    return home


type _Thing = Floor | Area | HomeFileDevice | Person | Variable


def _problems(home: HomeFile, document: Parsed) -> Iterator[Problem]:
    lists: Mapping[str, Sequence[_Thing]] = {
        "floors": home.floors,
        "areas": home.areas,
        "devices": home.devices,
        "people": home.people,
        "variables": home.variables,
    }
    for key, things in lists.items():
        yield from _twice(key, things, document)
    floors, areas = [f.id for f in home.floors], [a.id for a in home.areas]
    for number, area in enumerate(home.areas):
        if area.floor is not None and area.floor not in floors:
            message = f'no floor has the id "{area.floor}"'
            hint = did_you_mean(area.floor, floors)
            yield document.problem(("areas", number, "floor"), message, hint)
    for number, device in enumerate(home.devices):
        if device.area is not None and device.area not in areas:
            message = f'no area has the id "{device.area}"'
            hint = did_you_mean(device.area, areas)
            yield document.problem(("devices", number, "area"), message, hint)
    yield from _of_variables(home, areas, document)


def _of_variables(home: HomeFile, areas: list[str], document: Parsed) -> Iterator[Problem]:
    taken = {device.id for device in home.devices} | {model.THE_HOME}
    for number, variable in enumerate(home.variables):
        loc = ("variables", number)
        if variable.area is not None and variable.area not in areas:
            message = f'no area has the id "{variable.area}"'
            yield document.problem((*loc, "area"), message, did_you_mean(variable.area, areas))
        if variable.id in taken:
            message = f'the id "{variable.id}" is that of a device'
            yield document.problem((*loc, "id"), message, "give this one another")


def _twice(key: str, things: Iterable[_Thing], document: Parsed) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, thing in enumerate(things):
        if thing.id in seen:
            yield document.problem((key, number, "id"), f'the id "{thing.id}" is here twice')
        seen.add(thing.id)


def match(device: Device, home_file: HomeFile) -> Device:
    """Return a found `device` as the file calls it and where the file puts it.

    It is the entry's whose id, name or an alias is its own id or name; an id goes first. What the
    file does not name comes back as it is.
    """
    own = {str(device.id).casefold(), device.name.casefold()}
    entries = home_file.devices
    entry = next((e for e in entries if e.id == device.id), None) or next(
        (e for e in entries if own & e.words), None
    )
    if entry is None:
        return device
    area = AreaId(entry.area) if entry.area is not None else device.area
    others = (*entry.aliases, *device.aliases, device.name)
    aliases = tuple(dict.fromkeys(a for a in others if a.casefold() != entry.name.casefold()))
    return msgspec.structs.replace(
        device, name=entry.name, area=area, aliases=aliases, roles=entry.roles
    )


def unmatched(home_file: HomeFile, devices: Iterable[Device]) -> list[HomeFileDevice]:
    """Return the entries of the file that none of `devices` is."""
    found = {word for device in devices for word in names(device)}
    return [entry for entry in home_file.devices if not entry.words & found]
