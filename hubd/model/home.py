"""The home itself: its place, floors, areas and people."""

from enum import StrEnum

from msgspec import Struct

from hubd.model.ids import AreaId, DeviceId, FloorId, PersonId
from hubd.model.value import Value


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


THE_HOME = DeviceId("home")
"""The device whose property Home.mode is the mode of the home."""


class VariableType(StrEnum):
    """What a variable of the home can hold."""

    SWITCH = "switch"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


class Variable(Struct, frozen=True):
    """Something that a home keeps for its people, such as "guests stay": a device without a thing.

    `minimum`, `maximum` and `step` are in `unit`. `initial` is what it is until someone sets it.
    """

    id: DeviceId
    name: str
    type: VariableType
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    initial: Value = None
    area: AreaId | None = None


class Naming(Struct, frozen=True, omit_defaults=True):
    """What people call a device and where they put it, whatever its driver says.

    An empty `name` leaves the driver's; `area` None leaves where it is, "" is nowhere.
    """

    name: str = ""
    area: AreaId | None = None
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
