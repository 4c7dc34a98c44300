"""The log in the database: a row for each group of events that the writer gathered.

A row an event would cost more than all else that an event costs: 6 µs against 0.5 µs
(docs/decisions/0003-the-log.md). Readers take groups apart, and leave out unread those that can't
have what they look for.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, islice

from msgspec import Struct
from sqlalchemy import Connection, Engine, Row, Select, Table, func, select

from hubd.model.events import (
    CONFIGURATION,
    Admitted,
    Adopted,
    Asked,
    Availability,
    Commanded,
    Disagreed,
    Disputed,
    Event,
    Forgotten,
    Parted,
    Perceived,
    Renamed,
    Reported,
    Signalled,
    Slowed,
    What,
    Withheld,
)
from hubd.model.ids import DeviceId, EventId
from hubd.store import coding
from hubd.store.stretches import telling_of
from hubd.store.tables import GroupRow

PAGE = 64
"""Groups read at a time, so that no reader holds the database for long."""
_FIRST_PAGE = 4
"""The first page is smaller: many readers want no more."""

CONFIGURATION_KINDS = frozenset(str(t.__struct_config__.tag) for t in CONFIGURATION)
"""The kinds of events that are kept for ever."""

_INSERT = "INSERT INTO log (first_id, last_id, at_us, events, passing, body) VALUES ({})"
_INSERTS = {
    "sqlite": _INSERT.format(", ".join("?" * 6)),
    "postgresql": _INSERT.format(", ".join(["%s"] * 6)),
}

_log: Table = GroupRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_GROUPS: Select[int, int, str] = select(_log.c.first_id, _log.c.last_id, _log.c.body)
_NEWEST = _log.c.first_id.desc()


def _of_property(what: Reported | Perceived | Disputed | Withheld | Admitted | Disagreed) -> str:
    return what.property.partition("/")[0]


def _of_device(
    what: Signalled | Availability | Asked | Forgotten | Slowed | Renamed | Parted,
) -> str:
    return what.device


def _of_adopted(what: Adopted) -> str:
    return what.device.id


def _of_command(what: Commanded) -> str:
    return what.command.device


_DEVICE: dict[type, Callable[..., str]] = {
    Reported: _of_property,
    Perceived: _of_property,
    Disputed: _of_property,
    Withheld: _of_property,
    Admitted: _of_property,
    Disagreed: _of_property,
    Slowed: _of_device,
    Signalled: _of_device,
    Availability: _of_device,
    Asked: _of_device,
    Forgotten: _of_device,
    Renamed: _of_device,
    Parted: _of_device,
    Adopted: _of_adopted,
    Commanded: _of_command,
}


def device_of(what: What) -> DeviceId | None:
    """Return the device that `what` is about; None if it is about none, or many."""
    of = _DEVICE.get(type(what))
    return DeviceId(of(what)) if of is not None else None


def insert(connection: Connection, events: Sequence[Event], passing: int) -> None:
    """Append a group of events to the log, within the connection's transaction.

    `passing` of them may go in time: all but configuration.
    """
    first, last = events[0], events[-1]
    row = (first.id, last.id, last.at_us, len(events), passing, coding.encode(events))
    connection.exec_driver_sql(_INSERTS[connection.dialect.name], row)


def last_id(connection: Connection) -> EventId:
    """Return the id of the newest event in the log; 0 if there is none."""
    return EventId(connection.scalar(select(_log.c.last_id).order_by(_NEWEST).limit(1)) or 0)


def count(connection: Connection) -> int:
    """Return how many events the log has."""
    return int(connection.scalar(select(func.sum(_log.c.events))) or 0)


def newest_us(connection: Connection) -> int:
    """Return the time of the newest event; 0 if there is none."""
    return connection.scalar(select(_log.c.at_us).order_by(_NEWEST).limit(1)) or 0


def find(engine: Engine, event: EventId) -> Event | None:
    """Return the event of that id; None if the log has it not (any more)."""
    query = select(_log.c.body).where(_log.c.first_id <= event).order_by(_NEWEST).limit(1)
    with engine.connect() as connection:
        body = connection.scalar(query)
    events = coding.decode(body) if body is not None else ()
    return next((e for e in events if e.id == event), None)


def following(connection: Connection, after: int, events: int) -> list[Event]:
    """Return the events after `after`: whole groups, until they are `events` or a page is over."""
    query = _GROUPS.where(_log.c.first_id >= _first_with(connection, after + 1))
    found: list[Event] = []
    for _, last, body in connection.execute(query.order_by(_log.c.first_id).limit(PAGE)):
        if last > after:
            found += (e for e in coding.decode(body) if e.id > after)
        if len(found) >= events:
            break
    return found


def all_of(connection: Connection) -> Iterator[Event]:
    """Yield all events as of one moment, within the connection's transaction."""
    streaming = connection.execution_options(yield_per=PAGE)
    for body in streaming.scalars(select(_log.c.body).order_by(_log.c.first_id)):
        yield from coding.decode(body)


def within(connection: Connection, begin: int, end: int) -> Iterator[Event]:
    """Yield the events with `begin` <= id < `end`."""
    query = _GROUPS.where(_log.c.first_id >= _first_with(connection, begin), _log.c.first_id < end)
    for _, _, body in connection.execute(query.order_by(_log.c.first_id)):
        yield from (e for e in coding.decode(body) if begin <= e.id < end)


def read(
    engine: Engine,
    *,
    after: int = 0,
    before: int | None = None,
    kinds: Collection[str] | None = None,
    device: str | None = None,
    newest_first: bool = False,
    limit: int | None = None,
) -> Iterator[Event]:
    """Yield the events with `after` < id < `before`, in pages; each page sees the log as it is."""
    wish = _Wish(kinds, device, newest_first)
    if device is None:
        events = _read(engine, wish, after, before)
    else:
        with engine.connect() as connection:
            parts = telling_of(connection, device, after, before)
        events = chain.from_iterable(
            _read(engine, wish, part.start - 1, part.stop)
            for part in (reversed(parts) if newest_first else parts)
        )
    return islice(events, limit)


class _Wish(Struct, frozen=True):
    """Which events of a group a reader wants, and in which order."""

    kinds: Collection[str] | None
    device: str | None
    newest_first: bool

    def may_be_in(self, body: str) -> bool:
        """Say whether some of a group can be wished for, without taking it apart."""
        if self.device is not None and coding.said_as(self.device) not in body:
            return False
        return self.kinds is None or any(f'"kind":"{kind}"' in body for kind in self.kinds)

    def of(self, events: list[Event]) -> list[Event]:
        """Return those of a group's events that are wished for."""
        if self.kinds is not None:
            events = [e for e in events if e.what.__struct_config__.tag in self.kinds]
        if self.device is not None:
            events = [e for e in events if device_of(e.what) == self.device]
        return events[::-1] if self.newest_first else events


def _read(engine: Engine, wish: _Wish, after: int, before: int | None) -> Iterator[Event]:
    for first, last, body in _groups(engine, after, before, newest_first=wish.newest_first):
        if last <= after or not wish.may_be_in(body):
            continue
        events = coding.decode(body)
        if first <= after or (before is not None and last >= before):
            events = [e for e in events if e.id > after and (before is None or e.id < before)]
        yield from wish.of(events)


def _groups(
    engine: Engine, after: int, before: int | None, *, newest_first: bool
) -> Iterator[Row[int, int, str]]:
    """Yield the groups that may have events with `after` < id < `before`."""
    order = _log.c.first_id
    size, lowest, highest = _FIRST_PAGE, None, before
    while True:
        with engine.connect() as connection:
            if lowest is None:
                lowest = _first_with(connection, after + 1)
            query = _GROUPS.where(order >= lowest)
            if highest is not None:
                query = query.where(order < highest)
            query = query.order_by(_NEWEST if newest_first else order).limit(size)
            page = connection.execute(query).all()
        yield from page
        if len(page) < size:
            return
        if newest_first:
            highest = page[-1][0]
        else:
            lowest = page[-1][0] + 1
        size = PAGE


def _first_with(connection: Connection, event: int) -> int:
    """Return the first id of the group that `event` is in, or would be in."""
    query = select(func.max(_log.c.first_id)).where(_log.c.first_id <= event)
    return connection.scalar(query) or 0
