"""History: what is kept of the past when the events themselves are let go.

Numbers and booleans are rolled up by the hour as the log grows; then old events are deleted, in
small slices, between the groups of the writer. Configuration is kept for ever. An event whose
cause is gone was led to by something older than what is kept.

The log's newest event says what "now" is, so that a recorded home ages as it was lived.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields

from msgspec import Struct
from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, tuple_, update

from hubd.model.events import CONFIGURATION, Event
from hubd.model.ids import EventId, PropertyId
from hubd.model.instant import DAY_US
from hubd.store import coding, log, snapshots, stretches
from hubd.store.hourly import RollUp, Sum, number
from hubd.store.progress import keep_up_to, kept_up_to
from hubd.store.tables import GroupRow, HourRow

SLICE = 500
"""Events a slice: a few milliseconds, that appends may have to wait."""
_PAGES = 200
"""Pages given back to the disk in a slice."""
_FREE_PAGES = 1_000
"""Free pages that are left for new events."""
_PROPERTIES = 20_000
"""Hours in the making that are held in memory."""
_ROW_BYTES = 60
"""A group's row without its body."""
_CAMPAIGN = 10_000
"""Groups let go before the size is looked at again."""
_SIZES = ("page_count", "freelist_count", "page_size")

_log: Table = GroupRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_hour: Table = HourRow.__table__  # type: ignore[attr-defined]
_SUMS = select(*(_hour.c[f.name] for f in fields(Sum)))


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


class Housekeeping:
    """The writer's work between groups, a slice at a time. Made anew with each connection."""

    def __init__(self, retention: Retention) -> None:
        self._retention = retention
        self._sums = RollUp()
        self._stretches = stretches.Stretches()
        self._gone = EventId(0)
        self._going = EventId(0)

    def slice(self, connection: Connection) -> bool:
        """Do a little, within the connection's transaction; say whether there is more to do."""
        return self._roll_up(connection) or self._let_go(connection) or _give_pages_back(connection)

    def _roll_up(self, connection: Connection) -> bool:
        events = log.following(connection, kept_up_to(connection), SLICE)
        if not events:
            return False
        if len(self._sums.newest) > _PROPERTIES:
            self._sums.newest.clear()
        for event in events:
            reading = number(event)
            if reading is not None and reading[0] not in self._sums.newest:
                self._recall(connection, reading[0])
            self._sums.take(event)
        _save(connection, self._sums)
        self._stretches.note(connection, ((e.id, log.device_of(e.what)) for e in events))
        last = events[-1].id
        keep_up_to(connection, last)
        return last < log.last_id(connection)

    def _recall(self, connection: Connection, prop: PropertyId) -> None:
        query = _SUMS.where(_hour.c.property == prop).order_by(_hour.c.hour_us.desc()).limit(1)
        row = connection.execute(query).first()
        if row is not None:
            self._sums.newest[prop] = Sum(*row)

    def _let_go(self, connection: Connection) -> bool:
        """Let go of the oldest groups that are wholly beyond what is kept, but configuration."""
        if self._gone >= self._going:
            self._going = _too_old(connection, self._retention)
        query = (
            select(_log.c.first_id, _log.c.last_id, _log.c.events, _log.c.passing, _log.c.body)
            .where(_log.c.first_id > self._gone, _log.c.last_id <= self._going, _log.c.passing > 0)
            .order_by(_log.c.first_id)
            .limit(log.PAGE)
        )
        gone = 0
        for first, last, events, passing, body in connection.execute(query).all():
            gone += passing
            if gone > SLICE and gone > passing:
                return True
            _let_go_of(connection, first, [] if passing == events else _lasting(body))
            self._forget(connection, last)
            self._gone = EventId(last)
        if gone:
            return True
        self._gone = self._going
        return False

    def _forget(self, connection: Connection, last: int) -> None:
        """Let go of the stretches that all events up to `last` have left."""
        for stretch in range(self._gone // stretches.LENGTH, (last + 1) // stretches.LENGTH):
            begin = stretch * stretches.LENGTH
            left = log.within(connection, begin, begin + stretches.LENGTH)
            told = {device for e in left if (device := log.device_of(e.what)) is not None}
            stretches.forget(connection, stretch, told)


def _lasting(body: str) -> list[Event]:
    """Return the configuration among a group: it is what the home is, and stays."""
    return [event for event in coding.decode(body) if type(event.what) in CONFIGURATION]


def _let_go_of(connection: Connection, first: int, left: Sequence[Event]) -> None:
    """Take a group out of the log, or leave of it what is `left`."""
    its = _log.c.first_id == first
    if left:
        rest = {"events": len(left), "passing": 0, "body": coding.encode(left)}
        connection.execute(update(_log).where(its).values(rest))
    else:
        connection.execute(delete(_log).where(its))


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
    newest = connection.scalar(select(func.max(_log.c.first_id))) or 1
    free = min(needed, kept_up_to(connection), newest - 1)  # what is newest says which id is next
    wished = 0
    if retention.days:
        before_us = log.newest_us(connection) - retention.days * DAY_US
        wished = _last_before(connection, before_us)
    if retention.max_bytes:
        wished = max(wished, _beyond(connection, retention.max_bytes))
    return EventId(min(free, wished))


def _last_before(connection: Connection, before_us: int) -> int:
    """Return the last event of the last group that is older than `before_us`.

    Ids rise with time, so half of what is in question goes with each look.
    """
    low, high = 0, log.last_id(connection)
    while low < high:
        middle = (low + high + 1) // 2
        row = connection.execute(
            select(_log.c.first_id, _log.c.at_us)
            .where(_log.c.first_id <= middle)
            .order_by(_log.c.first_id.desc())
            .limit(1)
        ).first()
        if row is None or row.at_us < before_us:
            low = middle
        else:
            high = row.first_id - 1
    query = select(func.max(_log.c.last_id)).where(_log.c.first_id <= low)
    return connection.scalar(query) or 0


def _beyond(connection: Connection, max_bytes: int) -> int:
    """Return the last of so many of the oldest events as `max_bytes` is exceeded by."""
    excess = _size(connection) - max_bytes
    if excess <= 0:
        return 0
    last = 0
    query = (
        select(_log.c.last_id, func.length(_log.c.body))
        .where(_log.c.passing > 0)
        .order_by(_log.c.first_id)
        .limit(_CAMPAIGN)
    )
    for last, size in connection.execute(query):  # noqa: B007 - the last one counts
        excess -= size + _ROW_BYTES
        if excess <= 0:
            break
    return last


def _size(connection: Connection) -> float:
    if connection.dialect.name == "sqlite":
        pages, free, size = (_pragma(connection, p) for p in _SIZES)
        return (pages - free) * size
    # A server's tables don't shrink by deletion: what lives in them is summed up.
    return float(connection.scalar(select(func.sum(func.length(_log.c.body) + _ROW_BYTES))) or 0)


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
