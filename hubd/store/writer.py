"""The writer: the one thread that changes the database.

Events come over a deque, with one wake-up a group, and are written in groups, each a transaction.
What fails is tried again, with growing pauses, until it succeeds.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from typing import Protocol

from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from hubd.model.events import Event
from hubd.model.ids import EventId
from hubd.store.errors import (
    StoreBusyError,
    StoreClosedError,
    StoreConflictError,
    StoreError,
    store_error,
)
from hubd.store.waiting import Shed, Waiting

_LOG = logging.getLogger(__name__)

GROUP_EVENTS = 500
"""Events in one row of the log: its Python takes a quarter of a millisecond."""
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 5.0
_REST_S = 0.02
"""Between two slices of housekeeping while nothing happens."""
_BUSY_REST_S = 0.25
"""Between two slices while events come: they take turns with the reflex."""
_QUIET_S = 0.1
"""Nothing happens once nothing came for so long."""
_HOUSEKEEPING_S = 30.0
"""After housekeeping found nothing more to do."""


class Database(Protocol):
    """What the writer needs of the database."""

    where: str
    """Its name, for a person."""

    def connect(self) -> Connection:
        """Return a connection that no other hub has the like of. Raises StoreError."""
        ...

    def write(self, connection: Connection, events: Sequence[Event], shed: Shed | None) -> None:
        """Append `events` and what follows from them, and note what was shed."""
        ...

    def last_id(self, connection: Connection) -> EventId:
        """Return the newest event's id."""
        ...

    def keep_house(self, connection: Connection) -> bool:
        """Do a small piece of housekeeping; say whether there is more."""
        ...


class Lag(Struct, frozen=True):
    """How far behind the log is, for metrics. `failing` says why nothing can be written."""

    waiting: int
    written: EventId
    group_ms: float
    group_events: int
    shed: int
    failing: StoreError | None


class _Task[T](Struct):
    """Work to do once the events before it are durable."""

    position: int
    work: Callable[[Connection], T] | None
    done: "Future[T | None]"

    def run(self, connection: Connection) -> None:
        result = self.work(connection) if self.work is not None else None
        connection.commit()
        _resolve(self.done, result)


class Writer:
    """Writes what is appended, within `group_s`; `append` is for one thread, the loop's."""

    def __init__(
        self, database: Database, connection: Connection, *, group_s: float, bound: int
    ) -> None:
        self._database = database
        self._connection: Connection | None = connection
        self._group_s = group_s
        self._waiting = Waiting(bound)
        self._tasks: deque[_Task[object]] = deque()
        self._written = database.last_id(connection)
        connection.rollback()
        self._group_ms = 0.0
        self._group_events = 0
        self._failing: StoreError | None = None
        self._unsure = False
        self._pause_s = 0.0
        self._woken_at = 0.0
        self._house_at = time.monotonic() + _REST_S
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._awake = True
        self._closing = False
        self._give_up_at = 0.0
        self._thread = threading.Thread(target=self._run, name="hubd-log", daemon=True)
        self._thread.start()

    def append(self, events: Sequence[Event]) -> None:
        """Hand `events` over, to be written soon. Never waits. Raises StoreClosedError."""
        if self._closing:
            raise StoreClosedError("The store is closed", mend="Open it again")
        self._waiting.extend(events)
        if not self._awake:
            self._awake = True
            self._wake.set()

    def submit[T](self, work: Callable[[Connection], T] | None) -> "Future[T | None]":
        """Return the result of `work` to come, when all that was appended so far is durable.

        It fails with StoreError when the database does; events stay waiting and are tried again.
        """
        if self._closing:
            raise StoreClosedError("The store is closed", mend="Open it again")
        done: Future[T | None] = Future()
        self._tasks.append(_Task(self._waiting.position, work, done))  # type: ignore[arg-type]
        self._hurry.set()
        self._wake.set()
        return done

    def lag(self) -> Lag:
        """Return how far behind the log is."""
        return Lag(
            waiting=len(self._waiting),
            written=self._written,
            group_ms=self._group_ms,
            group_events=self._group_events,
            shed=self._waiting.shed_count,
            failing=self._failing,
        )

    def close(self, patience_s: float) -> None:
        """Write what waits, and end. Raises StoreError if some could not be within `patience_s`."""
        self._give_up_at = time.monotonic() + patience_s
        self._closing = True
        self._hurry.set()
        self._wake.set()
        self._thread.join()
        if lost := len(self._waiting):
            why = self._failing
            what = f"{self._database.where}: {lost} events could not be written before the end"
            raise StoreError(f"{what} ({why.what})" if why is not None else what) from why

    def _run(self) -> None:
        while True:
            if self._idle():
                if self._closing:
                    break
                self._sleep()
            self._gather()
            self._hurry.clear()
            self._woken_at = time.monotonic()
            self._attempt(self._write_all)
            if self._failing is not None and not self._rest():
                break
        self._disconnect()
        for task in self._tasks:
            _fail(task.done, self._failing or StoreClosedError("The store was closed"))

    def _idle(self) -> bool:
        """Say whether nothing waits; from then on, who appends wakes the writer."""
        self._awake = False
        idle = not self._waiting and not self._tasks
        self._awake = not idle
        return idle

    def _sleep(self) -> None:
        """Sleep until there are events; keep the house meanwhile."""
        while not self._wake.wait(max(self._house_at - time.monotonic(), 0.0)):
            self._attempt(self._keep_house)
        self._awake = True
        self._woken_at = time.monotonic()

    def _gather(self) -> None:
        """Let a group gather, unless someone waits for it; keep the house meanwhile."""
        self._wake.clear()
        if self._closing or self._tasks:
            return
        if time.monotonic() >= self._house_at:
            self._attempt(self._keep_house)
        self._hurry.wait(max(self._woken_at + self._group_s - time.monotonic(), 0.0))

    def _keep_house(self, connection: Connection) -> None:
        self._house_at = time.monotonic() + _HOUSEKEEPING_S
        more = self._database.keep_house(connection)
        connection.commit()
        if more:
            now = time.monotonic()
            quiet = now - self._woken_at > _QUIET_S
            self._house_at = now + (_REST_S if quiet else _BUSY_REST_S)

    def _write_all(self, connection: Connection) -> None:
        """Write all that waits now, and do the tasks that waited for it.

        What comes meanwhile gathers for the next time: a slow disk would have it written in pieces
        without end, each with its own cost.
        """
        until = self._waiting.position
        group = self._waiting.group(GROUP_EVENTS)
        if self._unsure:
            last = self._database.last_id(connection)
            connection.rollback()
            group = self._waiting.skip_to(last)
            self._unsure = False
        while group or self._waiting.shed:
            started = time.monotonic()
            self._database.write(connection, group, self._waiting.shed)
            self._commit(connection)
            self._written = group[-1].id if group else self._written
            self._waiting.done()
            self._group_ms = (time.monotonic() - started) * 1000
            self._group_events = len(group)
            self._run_tasks(connection)
            if self._waiting.settled >= until:
                break
            group = self._waiting.group(GROUP_EVENTS)
        self._run_tasks(connection)

    def _commit(self, connection: Connection) -> None:
        self._unsure = True  # a connection lost on the way back leaves it open whether it was done
        connection.commit()
        self._unsure = False
        self._works()

    def _run_tasks(self, connection: Connection) -> None:
        while self._tasks and self._tasks[0].position <= self._waiting.settled:
            task = self._tasks[0]
            try:
                task.run(connection)
            except (SQLAlchemyError, StoreError):
                raise
            except Exception as error:  # noqa: BLE001 - it is the asker's own, and goes to it
                connection.rollback()
                _fail(task.done, error)
            self._tasks.popleft()

    def _attempt(self, act: Callable[[Connection], None]) -> None:
        """Do `act` with the connection; note whether it failed."""
        try:
            if self._connection is None:
                self._connection = self._database.connect()
            act(self._connection)
        except Exception as error:  # noqa: BLE001 - whatever it is, the log must go on
            self._failed(error)
            return
        self._works()

    def _works(self) -> None:
        if self._failing is not None:
            _LOG.warning("%s: works again", self._database.where)
        self._failing = None
        self._pause_s = 0.0

    def _failed(self, cause: Exception) -> None:
        error = store_error(cause, self._database.where)
        if self._failing is None or self._failing.code != error.code:
            unforeseen = None if isinstance(cause, SQLAlchemyError | StoreError) else cause
            _LOG.error("The database fails, and is tried again: %s", error, exc_info=unforeseen)
        self._failing = error
        self._pause_s = min(max(self._pause_s * 2, _FIRST_PAUSE_S), _LONGEST_PAUSE_S)
        if isinstance(error, StoreConflictError):
            self._unsure = False
        self._disconnect()
        self._waiting.keep_within_bound(error.what)
        if not isinstance(error, StoreBusyError):
            for _ in range(len(self._tasks)):  # what is submitted from now on has a try of its own
                _fail(self._tasks.popleft().done, error)

    def _rest(self) -> bool:
        """Pause before the next try; say whether there is to be one."""
        if self._closing:
            left_s = self._give_up_at - time.monotonic()
            time.sleep(max(min(self._pause_s, left_s), 0.0))
            return left_s > 0
        self._hurry.wait(self._pause_s)
        return True

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.invalidate()  # a failed commit may leave its transaction open
                connection.close()
            except (SQLAlchemyError, OSError):
                _LOG.debug("The connection was gone already", exc_info=True)


def _resolve[T](done: "Future[T]", result: T) -> None:
    try:
        done.set_result(result)
    except InvalidStateError:
        _LOG.debug("Whoever asked waits no more")


def _fail[T](done: "Future[T]", error: Exception) -> None:
    try:
        done.set_exception(error)
    except InvalidStateError:
        _LOG.debug("Whoever asked waits no more")
