"""History: what is kept of the past when the events themselves are let go.

Numbers and booleans are rolled up by the hour as the log grows; then old events are deleted, in
small slices, between the groups of the writer. Configuration is kept for ever. An event whose
cause is gone was led to by something older than what is kept.

The log's newest event says what "now" is, so that a recorded home ages as it was lived.
"""

from collections.abc import Iterator
from dataclasses import asdict, fields

from msgspec import Struct
from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, text, tuple_
from sqlmodel import col

from hubd.model.ids import EventId, PropertyId
from hubd.model.instant import DAY_US
from hubd.store import log, snapshots, stretches
from hubd.store.hourly import RollUp, Sum, number
from hubd.store.tables import EventRow, HourRow, ProgressRow

SLICE = 500
"""Events a slice: a few milliseconds, that appends may have to wait."""
_PAGES = 200
"""Pages given back to the disk in a slice."""
_FREE_PAGES = 1_000
"""Free pages that are left for new events."""
_ROLL_UP = "roll_up"
_PROPERTIES = 20_000
"""Hours in the making that are held in memory."""
_ROW_BYTES = 55
"""An event's row without its body."""
_CAMPAIGN = 100_000
"""Events let go before the size is looked at again."""
_SIZES = ("page_count", "freelist_count", "page_size")

_log: Table = EventRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_hour: Table = HourRow.__table__  # type: ignore[attr-defined]
_SUMS = select(*(_hour.c[f.name] for f in fields(Sum)))
_PASSING = _log.c.kind.not_in(sorted(log.CONFIGURATION_KINDS))
"""Configuration is what the home is, and stays."""


class Retention(Struct, frozen=True):
    """How much of the events is kept; 0 is without bound. Hours are kept for ever."""

    days: int = 0
    max_bytes: int = 0


class Hour(Struct, frozen=True):
    """What a property's reports came to within the hour that begins at `hour_us`.

    Booleans count as 0 and 1. `weighted_mean` is over time, as far as the value was known, and
    `covered_s` says how far; a boolean was on for `weighted_mean * covered_s`. An hour without
    reports has none: the value was still the `last` before it.
    """

    hour_us: int
    count: int
    minimum: float
    maximum: float
    mean: float
    last: float
    weighted_mean: float
    covered_s: float


def hours(
    engine: Engine, prop: PropertyId, *, after_us: int = 0, before_us: int | None = None
) -> Iterator[Hour]:
    """Yield the hours of `prop` that begin within `after_us` <= t < `before_us`, in order."""
    query = _SUMS.where(_hour.c.property == prop, _hour.c.hour_us >= after_us)
    if before_us is not None:
        query = query.where(_hour.c.hour_us < before_us)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(_hour.c.hour_us)).all()
    for row in rows:
        it = Sum(*row)
        yield Hour(
            hour_us=it.hour_us,
            count=it.count,
            minimum=it.minimum,
            maximum=it.maximum,
            mean=it.total / it.count,
            last=it.last,
            weighted_mean=it.integral / it.covered_s if it.covered_s else it.last,
            covered_s=it.covered_s,
        )


def rolled_up(connection: Connection) -> EventId:
    """Return up to which event the reports are in the hours."""
    done = connection.scalar(
        select(col(ProgressRow.last_id)).where(col(ProgressRow.task) == _ROLL_UP)
    )
    return EventId(done or 0)


class Housekeeping:
    """The writer's work between groups, a slice at a time. Made anew with each connection."""

    def __init__(self, retention: Retention) -> None:
        self._retention = retention
        self._sums = RollUp()
        self._gone = EventId(0)
        self._going = EventId(0)

    def slice(self, connection: Connection) -> bool:
        """Do a little, within the connection's transaction; say whether there is more to do."""
        return self._roll_up(connection) or self._let_go(connection) or _give_pages_back(connection)

    def _roll_up(self, connection: Connection) -> bool:
        done = rolled_up(connection)
        events = log.page(connection, after=done, kinds=("reported",), limit=SLICE)
        last = events[-1].id if len(events) == SLICE else log.last_id(connection)
        if last == done:
            return False
        if len(self._sums.newest) > _PROPERTIES:
            self._sums.newest.clear()
        for event in events:
            reading = number(event)
            if reading is not None and reading[0] not in self._sums.newest:
                self._recall(connection, reading[0])
            self._sums.take(event)
        _save(connection, self._sums)
        connection.execute(delete(ProgressRow).where(col(ProgressRow.task) == _ROLL_UP))
        connection.execute(insert(ProgressRow).values(task=_ROLL_UP, last_id=last))
        return len(events) == SLICE

    def _recall(self, connection: Connection, prop: PropertyId) -> None:
        query = _SUMS.where(_hour.c.property == prop).order_by(_hour.c.hour_us.desc()).limit(1)
        row = connection.execute(query).first()
        if row is not None:
            self._sums.newest[prop] = Sum(*row)

    def _let_go(self, connection: Connection) -> bool:
        """Delete the oldest events that are beyond what is kept."""
        if self._gone >= self._going:
            self._going = _too_old(connection, self._retention)
        old = connection.scalars(
            select(_log.c.id)
            .where(_log.c.id > self._gone, _log.c.id <= self._going, _PASSING)
            .order_by(_log.c.id)
            .limit(SLICE)
        ).all()
        if old:
            connection.execute(delete(_log).where(_log.c.id.between(old[0], old[-1]), _PASSING))
            stretches.forget(connection, self._gone, old[-1])
        self._gone = old[-1] if len(old) == SLICE else self._going
        return len(old) == SLICE


def _save(connection: Connection, sums: RollUp) -> None:
    rows = [{"property": prop, **asdict(it)} for (prop, _), it in sums.changed.items()]
    keys = list(sums.changed)
    sums.changed.clear()
    if rows:
        connection.execute(delete(_hour).where(tuple_(_hour.c.property, _hour.c.hour_us).in_(keys)))
        connection.execute(insert(_hour), rows)


def _too_old(connection: Connection, retention: Retention) -> EventId:
    """Return the newest event that need not be kept: rolled up, and before every snapshot."""
    needed = snapshots.oldest(connection)
    if needed is None:
        return EventId(0)
    free = min(needed, rolled_up(connection))
    wished = 0
    if retention.days:
        before_us = log.newest_us(connection) - retention.days * DAY_US
        wished = _last_before(connection, before_us)
    if retention.max_bytes:
        wished = max(wished, _beyond(connection, retention.max_bytes))
    return EventId(min(free, wished))


def _last_before(connection: Connection, before_us: int) -> int:
    """Return the last event older than `before_us`; ids rise with time, so half the rest goes."""
    low, high = 0, log.last_id(connection)
    while low < high:
        middle = (low + high + 1) // 2
        row = connection.execute(
            select(_log.c.id, _log.c.at_us)
            .where(_log.c.id <= middle)
            .order_by(_log.c.id.desc())
            .limit(1)
        ).first()
        if row is None or row.at_us < before_us:
            low = middle
        else:
            high = row.id - 1
    return low


def _beyond(connection: Connection, max_bytes: int) -> int:
    """Return the last of so many of the oldest events as `max_bytes` is exceeded by."""
    bodies = select(func.length(_log.c.body).label("size")).order_by(_log.c.id.desc()).limit(1_000)
    mean = connection.scalar(select(func.avg(bodies.subquery().c.size)))
    if mean is None:
        return 0
    row_bytes = float(mean) + _ROW_BYTES
    excess = int((_size(connection, row_bytes) - max_bytes) / row_bytes)
    if excess <= 0:
        return 0
    last = connection.scalar(
        select(_log.c.id)
        .where(_PASSING)
        .order_by(_log.c.id)
        .offset(min(excess, _CAMPAIGN) - 1)
        .limit(1)
    )
    return int(last) if last is not None else log.last_id(connection)


def _size(connection: Connection, row_bytes: float) -> float:
    if connection.dialect.name == "sqlite":
        pages, free, size = (_pragma(connection, p) for p in _SIZES)
        return (pages - free) * size
    # A server's tables don't shrink by deletion: what lives in them is estimated.
    live = connection.scalar(
        text(
            "SELECT n_live_tup FROM pg_stat_user_tables"
            " WHERE relname = 'event' AND schemaname = current_schema()"
        )
    )
    return float(live or 0) * row_bytes


def _give_pages_back(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return False
    if _pragma(connection, "freelist_count") <= _FREE_PAGES:
        return False
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA incremental_vacuum({_PAGES})")
    cursor.fetchall()  # it frees a page for each row without columns that is fetched
    cursor.close()
    return True


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
