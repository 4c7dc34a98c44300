"""The home file (docs/home-file.md), as the simulated world reads it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from firmware_sim.devices.catalog import DeviceType, firmware, phone_of
from firmware_sim.devices.device import Device, Identity

type Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]
type Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class HomeError(ValueError):
    """A home file that cannot be used; the text names the file, the lines, and what is wrong."""

    code = "home_file"


class Role(StrEnum):
    """What a person is in the home."""

    OWNER = "owner"
    RESIDENT = "resident"
    CHILD = "child"
    GUEST = "guest"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no time zone is called {name!r}")
    return name


class Place(_Part):
    """Where the home is: degrees north and east, and the name of its time zone."""

    latitude: float = Field(default=0.0, ge=-90, le=90)
    longitude: float = Field(default=0.0, ge=-180, le=180)
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"


class Floor(_Part):
    """A storey; level 0 is the ground floor."""

    id: Id
    name: Name
    level: int = 0


class Area(_Part):
    """A room or a part of one."""

    id: Id
    name: Name
    aliases: tuple[str, ...] = ()
    floor: Id | None = None


class DeviceEntry(_Part):
    """A device of the home, and the firmware that plays it."""

    id: Id
    name: Name
    aliases: tuple[str, ...] = ()
    area: Id | None = None
    type: DeviceType


class Person(_Part):
    """Somebody who lives in the home or visits it."""

    id: Id
    name: Name
    role: Role = Role.RESIDENT


class Home(_Part):
    """A home: its place, floors, areas, devices and people."""

    name: Name = "Home"
    place: Place = Place()
    floors: tuple[Floor, ...] = ()
    areas: tuple[Area, ...] = ()
    devices: tuple[DeviceEntry, ...] = ()
    people: tuple[Person, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The home's time zone."""
        return ZoneInfo(self.place.timezone)

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        for word, parts in (
            ("floor", self.floors),
            ("area", self.areas),
            ("device", self.devices),
            ("person", self.people),
        ):
            ids = [part.id for part in parts]
            if twice := sorted({i for i in ids if ids.count(i) > 1}):
                raise ValueError(f"{word} ids given twice: {', '.join(twice)}")
        floors, areas = {f.id for f in self.floors}, {a.id for a in self.areas}
        if lost := [a.id for a in self.areas if a.floor is not None and a.floor not in floors]:
            raise ValueError(f"areas on a floor that does not exist: {', '.join(lost)}")
        if lost := [d.id for d in self.devices if d.area is not None and d.area not in areas]:
            raise ValueError(f"devices in an area that does not exist: {', '.join(lost)}")
        return self

    def firmwares(self) -> tuple[Device, ...]:
        """Return the firmware of every device, and of the phone of everybody but guests."""
        names = {area.id: area.name for area in self.areas}
        devices = [
            firmware(d.type)(Identity(d.id, d.name, names.get(d.area) if d.area else None))
            for d in self.devices
        ]
        phones = [phone_of(p.id, p.name) for p in self.people if p.role is not Role.GUEST]
        return (*devices, *phones)


def read_home(path: Path) -> Home:
    """Return the home in the file `path`; raises HomeError."""
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise HomeError(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise HomeError(f"{path}: not YAML: {error}") from error
    try:
        return Home.model_validate(data)
    except ValidationError as error:
        lines = [
            f"{path}:{_line(text, e['loc'])}: {'.'.join(map(str, e['loc'])) or 'home'}: {e['msg']}"
            for e in error.errors()
        ]
        raise HomeError("\n".join(lines)) from error


def write_home(home: Home, path: Path) -> None:
    """Write `home` to the file `path`, so that `read_home` gives it back."""
    data = home.model_dump(mode="json", exclude_defaults=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _line(text: str, loc: Sequence[int | str]) -> int:
    """Return the line, from 1, of the deepest node on the way `loc` into the document."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for step in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            children: Mapping[str, yaml.Node] = {k.value: v for k, v in node.value}
            node = children.get(str(step))
        else:
            break
        if node is None:
            break
        line = node.start_mark.line + 1
    return line
