"""The log's rows: events to and from the database.

A group goes in by one statement with one parameter: a JSON array that the database takes apart.
Statements by the row would give up the interpreter's lock at each of them and wait for it anew,
beside a busy loop up to 5 ms every time (docs/decisions/0003-the-log.md).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, islice

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, Table, func, select

from hubd.model.events import (
    CONFIGURATION,
    Adopted,
    Asked,
    Availability,
    Commanded,
    Disputed,
    Event,
    Forgotten,
    Perceived,
    Reported,
    Signalled,
    What,
)
from hubd.model.ids import DeviceId, EventId
from hubd.store.stretches import Stretches, telling_of
from hubd.store.tables import EventRow

PAGE = 1_000
"""Events read at a time, so that no reader holds the database for long."""
_FIRST_PAGE = 100
"""The first page is smaller: many readers want no more."""

CONFIGURATION_KINDS = frozenset(str(t.__struct_config__.tag) for t in CONFIGURATION)
"""The kinds of events that are kept for ever."""

_INSERT = {
    "sqlite": (
        "INSERT INTO event (id, at_us, kind, source, cause, device, body)"
        " SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6"
        " FROM json_each(?)"
    ),
    "postgresql": (
        "INSERT INTO event (id, at_us, kind, source, cause, device, body)"
        " SELECT (e->>0)::bigint, (e->>1)::bigint, e->>2, e->>3, (e->>4)::bigint, e->>5, e->>6"
        " FROM json_array_elements(%s::json) AS e"
    ),
}

type _Columns = tuple[EventId, int, str | int | None, str, EventId, str | None, str]

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[What] = msgspec.json.Decoder(What)
_log: Table = EventRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_ROWS: Select[int, int, str, int, str] = select(
    _log.c.id, _log.c.at_us, _log.c.source, _log.c.cause, _log.c.body
)


def _of_property(what: Reported | Perceived | Disputed) -> str:
    return what.property.partition("/")[0]


def _of_device(what: Signalled | Availability | Asked | Forgotten) -> str:
    return what.device


def _of_adopted(what: Adopted) -> str:
    return what.device.id


def _of_command(what: Commanded) -> str:
    return what.command.device


_DEVICE: dict[type, Callable[..., str]] = {
    Reported: _of_property,
    Perceived: _of_property,
    Disputed: _of_property,
    Signalled: _of_device,
    Availability: _of_device,
    Asked: _of_device,
    Forgotten: _of_device,
    Adopted: _of_adopted,
    Commanded: _of_command,
}


def device_of(what: What) -> DeviceId | None:
    """Return the device that `what` is about; None if it is about none, or many."""
    of = _DEVICE.get(type(what))
    return DeviceId(of(what)) if of is not None else None


def insert(connection: Connection, events: Sequence[Event], stretches: Stretches) -> None:
    """Append `events` to the log, within the connection's transaction."""
    rows = [_columns(e) for e in events]
    statement = _INSERT[connection.dialect.name]
    connection.exec_driver_sql(statement, (_encoder.encode(rows).decode(),))
    stretches.note(connection, [(row[0], row[5]) for row in rows])


def _columns(event: Event) -> _Columns:
    what = event.what
    of = _DEVICE.get(type(what))
    return (
        event.id,
        event.at_us,
        what.__struct_config__.tag,
        event.source,
        event.cause,
        of(what) if of is not None else None,
        body_of(what),
    )


def body_of(what: What) -> str:
    """Return `what` as JSON, as the log keeps it."""
    try:
        return _encoder.encode(what).decode()
    except UnicodeEncodeError:
        # A lone surrogate has no form in UTF-8; the rest of the group must not suffer from it.
        return _encoder.encode(_whole(msgspec.to_builtins(what))).decode()


def _whole(value: object) -> object:
    """Return plain `value` with U+FFFD where a text has half a character."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {_whole(k): _whole(v) for k, v in value.items()}
        case list() | tuple():
            return [_whole(v) for v in value]
        case _:
            return value


def last_id(connection: Connection) -> EventId:
    """Return the id of the newest event in the log; 0 if there is none."""
    return EventId(connection.scalar(select(func.max(_log.c.id))) or 0)


def count(connection: Connection) -> int:
    """Return how many events the log has."""
    return connection.scalar(select(func.count()).select_from(_log)) or 0


def newest_us(connection: Connection) -> int:
    """Return the time of the newest event; 0 if there is none."""
    return connection.scalar(select(_log.c.at_us).order_by(_log.c.id.desc()).limit(1)) or 0


def find(engine: Engine, event: EventId) -> Event | None:
    """Return the event of that id; None if the log has it not (any more)."""
    with engine.connect() as connection:
        row = connection.execute(_ROWS.where(_log.c.id == event)).first()
    return _event(row) if row is not None else None


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
    wished = _wished(kinds, device)
    if device is None:
        events = _read(engine, wished, after, before, newest_first=newest_first)
    else:
        with engine.connect() as connection:
            parts = telling_of(connection, device, after, before)
        events = chain.from_iterable(
            _read(engine, wished, part.start - 1, part.stop, newest_first=newest_first)
            for part in (reversed(parts) if newest_first else parts)
        )
    return islice(events, limit)


def _read(
    engine: Engine,
    wished: Select[int, int, str, int, str],
    after: int,
    before: int | None,
    *,
    newest_first: bool,
) -> Iterator[Event]:
    size = _FIRST_PAGE
    while True:
        query = _within(wished, after, before, newest_first=newest_first).limit(size)
        with engine.connect() as connection:
            events = [_event(row) for row in connection.execute(query)]
        yield from events
        if len(events) < size:
            return
        if newest_first:
            before = events[-1].id
        else:
            after = events[-1].id
        size = PAGE


def page(connection: Connection, *, after: int, kinds: Collection[str], limit: int) -> list[Event]:
    """Return the first `limit` events of these kinds with `after` < id."""
    query = _within(_wished(kinds, None), after, None, newest_first=False).limit(limit)
    return [_event(row) for row in connection.execute(query)]


def _wished(kinds: Collection[str] | None, device: str | None) -> Select[int, int, str, int, str]:
    query = _ROWS
    if kinds is not None:
        query = query.where(_log.c.kind.in_(sorted(kinds)))
    if device is not None:
        query = query.where(_log.c.device == device)
    return query


def _within(
    query: Select[int, int, str, int, str], after: int, before: int | None, *, newest_first: bool
) -> Select[int, int, str, int, str]:
    query = query.where(_log.c.id > after)
    if before is not None:
        query = query.where(_log.c.id < before)
    return query.order_by(_log.c.id.desc() if newest_first else _log.c.id)


def _event(row: Row[int, int, str, int, str]) -> Event:
    event, at_us, source, cause, body = row
    return Event(EventId(event), at_us, source, EventId(cause), _decoder.decode(body))
