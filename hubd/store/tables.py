"""The tables: the log, what is kept of it, and the registries that configuration gives.

Times are microseconds since 1970 UTC. Registries hold what the configuration events say, for
people and tools to query; `event` is the one that last set a row.
"""

from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Integer, LargeBinary, MetaData
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

_BIG: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits everywhere; SQLite's INTEGER is so, and as a primary key it is the row itself."""


def _big(**options: Any) -> Any:
    return Field(sa_type=_BIG, **options)


class Table(SQLModel):
    """The root of all tables; names every constraint, so that migrations can."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class GroupRow(Table, table=True):
    """A group of events of the log, in one row; `body` is a JSON array of them.

    The ids are those that it was written with. `passing` of its `events` may go in time; `at_us`
    is the time of the last.
    """

    __tablename__ = "log"

    first_id: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last_id: int = _big()
    at_us: int = _big()
    events: int = _big()
    passing: int = _big()
    body: str


class StretchRow(Table, table=True):
    """A stretch of the log that tells of a device (stretches.py)."""

    __tablename__ = "stretch"

    device: str = Field(primary_key=True)
    stretch: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})


class GapRow(Table, table=True):
    """Events that the store had to give up, since the disk failed for too long."""

    __tablename__ = "gap"

    first_id: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last_id: int = _big()
    events: int = _big()
    at_us: int = _big()
    reason: str


class SnapshotRow(Table, table=True):
    """The state after `last_id`, as the core encoded it in `format`."""

    __tablename__ = "snapshot"

    last_id: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at_us: int = _big()
    format: str
    sha256: str
    body: bytes = Field(sa_type=LargeBinary)


class HourRow(Table, table=True):
    """What the reports of a number or a boolean (as 0 and 1) came to within one hour.

    `integral` is the value times the seconds it stood, over the `covered_s` that are known. An
    hour without reports has no row.
    """

    __tablename__ = "hour"

    property: str = Field(primary_key=True)
    hour_us: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})
    count: int = _big()
    minimum: float
    maximum: float
    total: float
    last: float
    last_at_us: int = _big()
    integral: float
    covered_s: float


class ProgressRow(Table, table=True):
    """How far along the log a piece of housekeeping has come."""

    __tablename__ = "progress"

    task: str = Field(primary_key=True)
    last_id: int = _big()


class PlaceRow(Table, table=True):
    """Where the home is; one row at most."""

    __tablename__ = "place"

    id: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})
    latitude: float
    longitude: float
    timezone: str
    event: int = _big()


class FloorRow(Table, table=True):
    """A floor."""

    __tablename__ = "floor"

    id: str = Field(primary_key=True)
    name: str
    level: int
    event: int = _big()


class AreaRow(Table, table=True):
    """An area."""

    __tablename__ = "area"

    id: str = Field(primary_key=True)
    name: str
    floor: str | None = None
    aliases: list[str] = Field(sa_type=JSON)
    event: int = _big()


class PersonRow(Table, table=True):
    """A person."""

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    name: str
    role: str
    event: int = _big()


class SceneRow(Table, table=True):
    """A scene, as it is written."""

    __tablename__ = "scene"

    id: str = Field(primary_key=True)
    path: str
    source: str
    event: int = _big()


class DeviceRow(Table, table=True):
    """A device."""

    __tablename__ = "device"

    id: str = Field(primary_key=True)
    name: str
    driver: str
    area: str | None = Field(default=None, index=True)
    maker: str
    model: str
    version: str
    aliases: list[str] = Field(sa_type=JSON)
    troubles: list[dict[str, str]] = Field(sa_type=JSON)
    event: int = _big()


class EndpointRow(Table, table=True):
    """An endpoint of a device, with the names of what it has."""

    __tablename__ = "endpoint"

    device: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    type: str
    name: str
    properties: list[str] = Field(sa_type=JSON)
    actions: list[str] = Field(sa_type=JSON)
    signals: list[str] = Field(sa_type=JSON)
