"""The home itself: its place, floors, areas and people."""

from enum import StrEnum

from msgspec import Struct

from hubd.model.ids import AreaId, FloorId, PersonId


class Place(Struct, frozen=True, gc=False):
    """Where the home is, for sun and local time. Degrees north and east; an IANA time zone."""

    latitude: float = 0.0
    longitude: float = 0.0
    timezone: str = "UTC"


class Floor(Struct, frozen=True, gc=False):
    """A storey; `level` 0 is the ground floor."""

    id: FloorId
    name: str
    level: int = 0


class Area(Struct, frozen=True, gc=False):
    """A room or a part of one."""

    id: AreaId
    name: str
    aliases: tuple[str, ...] = ()
    floor: FloorId | None = None


class Role(StrEnum):
    """What a person is to the home; guard maps it to rights."""

    OWNER = "owner"
    RESIDENT = "resident"
    CHILD = "child"
    GUEST = "guest"


class Person(Struct, frozen=True, gc=False):
    """Someone whom the home serves."""

    id: PersonId
    name: str
    role: Role = Role.RESIDENT
