"""The store: the home's log, its registries, its snapshots and its history, in one database."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Self

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.exc import SQLAlchemyError

from hubd.model.events import CONFIGURATION, Event
from hubd.model.ids import DeviceId, EventId, PropertyId
from hubd.store import log, registry, schema, snapshots
from hubd.store.engine import claim, file_of, open_engine, shown
from hubd.store.errors import StoreError, conflict, store_error
from hubd.store.history import Hour, Housekeeping, Retention, hours
from hubd.store.lock import FileLock
from hubd.store.snapshots import Snapshot
from hubd.store.tables import GapRow
from hubd.store.waiting import Shed
from hubd.store.writer import Lag, Writer

BOUND = 100_000
"""Events that may wait for a disk that fails, before the oldest reports are given up."""
FOR_EVER = Retention()


class Store:
    """One home's database, open for writing by this process alone. Made by `open`."""

    def __init__(self, engine: Engine, writer: Writer, lock: FileLock | None) -> None:
        self._engine = engine
        self._writer = writer
        self._lock = lock

    @classmethod
    def open(
        cls,
        url: str,
        *,
        group_ms: int = 40,
        bound: int = BOUND,
        retention: Retention = FOR_EVER,
    ) -> Self:
        """Open `url` (`sqlite:///FILE`, `postgresql+psycopg://…`); make or migrate its tables.

        Events are written within `group_ms`; at most `bound` wait for a database that fails.
        Raises StoreError: unreachable, in use, of a newer hubd, corrupt, read-only or full.
        """
        engine = open_engine(url)
        path = file_of(engine)
        lock = FileLock(path) if path is not None else None
        try:
            database = _Database(engine, retention)
            schema.prepare(engine)
            connection = database.connect()
            writer = Writer(database, connection, group_s=group_ms / 1000, bound=bound)
        except BaseException as error:
            engine.dispose()
            if lock is not None:
                lock.release()
            if isinstance(error, SQLAlchemyError):
                raise store_error(error, shown(engine)) from error
            raise
        return cls(engine, writer, lock)

    @property
    def engine(self) -> Engine:
        """For other parts' tables and queries; the log itself is the writer's alone."""
        return self._engine

    def append(self, events: Sequence[Event]) -> None:
        """Hand `events` over to be written soon; never waits. For the loop's thread."""
        self._writer.append(events)

    async def commit(self, events: Sequence[Event] = ()) -> None:
        """Append `events` and return when they, and all before them, are durable.

        Raises StoreError if that fails; they stay waiting then, and are written when it can be.
        """
        self._writer.append(events)
        await asyncio.wrap_future(self._writer.submit(None))

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Store the core's state after an event that was appended. The latest three are kept."""
        await self._write(lambda connection: snapshots.save(connection, snapshot))

    def latest_snapshots(self) -> Iterator[Snapshot]:
        """Yield the snapshots, the newest first; damaged ones are reported instead."""
        yield from snapshots.load(self._engine, up_to=self.last_id())

    def read(
        self,
        *,
        after: int = 0,
        before: int | None = None,
        kinds: Collection[str] | None = None,
        device: DeviceId | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[Event]:
        """Yield the durable events with `after` < id < `before`, of these kinds, on this device.

        From any thread, on a connection of its own. Raises StoreError.
        """
        events = log.read(
            self._engine,
            after=after,
            before=before,
            kinds=kinds,
            device=device,
            newest_first=newest_first,
            limit=limit,
        )
        try:
            yield from events
        except SQLAlchemyError as error:
            raise store_error(error, shown(self._engine)) from error

    def event(self, event: EventId) -> Event | None:
        """Return that event; None if it is not durable yet, or older than what is kept."""
        return log.find(self._engine, event)

    def last_id(self) -> EventId:
        """Return the id of the newest durable event; 0 in a new log."""
        with self._engine.connect() as connection:
            return log.last_id(connection)

    def hours(
        self, prop: PropertyId, *, after_us: int = 0, before_us: int | None = None
    ) -> Iterator[Hour]:
        """Yield what the reports of `prop` came to by the hour; current to half a minute."""
        return hours(self._engine, prop, after_us=after_us, before_us=before_us)

    async def rebuild_registries(self) -> None:
        """Make the registries anew from the log."""
        await self._write(
            lambda connection: registry.rebuild(
                connection, log.read(self._engine, kinds=log.CONFIGURATION_KINDS)
            )
        )

    def lag(self) -> Lag:
        """Return how far the writing is behind, and whether it fails: for metrics."""
        return self._writer.lag()

    def close(self, *, patience_s: float = 5.0) -> None:
        """Write what waits, and close. Raises StoreError if some could not be written."""
        try:
            self._writer.close(patience_s)
        finally:
            self._engine.dispose()
            if self._lock is not None:
                self._lock.release()

    async def _write(self, work: Callable[[Connection], None]) -> None:
        await asyncio.wrap_future(self._writer.submit(work))


class _Database:
    """What the writer does to the database."""

    def __init__(self, engine: Engine, retention: Retention) -> None:
        self._engine = engine
        self._retention = retention
        self._housekeeping = Housekeeping(retention)
        self._last = EventId(0)
        self.where = shown(engine)

    def connect(self) -> Connection:
        self._housekeeping = Housekeeping(self._retention)
        connection = self._engine.connect()
        try:
            claim(connection)
            self._last = log.last_id(connection)
            connection.rollback()
        except BaseException:
            connection.close()
            raise
        return connection

    def write(self, connection: Connection, events: Sequence[Event], shed: Shed | None) -> None:
        if events:
            self._append(connection, events)
        if shed is not None:
            connection.execute(
                insert(GapRow).values(
                    first_id=shed.first_id,
                    last_id=shed.last_id,
                    events=shed.events,
                    at_us=shed.at_us,
                    reason=shed.reason,
                )
            )

    def _append(self, connection: Connection, events: Sequence[Event]) -> None:
        if events[0].id <= self._last:
            raise conflict(events[0].id, self.where)
        lasting = sum(type(event.what) in CONFIGURATION for event in events)
        log.insert(connection, events, len(events) - lasting)
        if lasting:
            registry.project(connection, events)
        self._last = events[-1].id

    def last_id(self, connection: Connection) -> EventId:
        return log.last_id(connection)

    def keep_house(self, connection: Connection) -> bool:
        return self._housekeeping.slice(connection)


__all__ = ["Lag", "Snapshot", "Store", "StoreError"]
