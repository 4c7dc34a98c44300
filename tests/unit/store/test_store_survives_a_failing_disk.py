"""What the store does while its database fails: it keeps, tries again, and says so."""

import asyncio
import logging
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from hubd.model.events import AreaSet, Event, Fired, Reported, What
from hubd.model.home import Area
from hubd.model.ids import AreaId, EventId, PropertyId, SceneId
from hubd.store.errors import (
    StoreBusyError,
    StoreClosedError,
    StoreConflictError,
    StoreCorruptError,
    StoreError,
    StoreFullError,
    StoreInUseError,
    StoreReadOnlyError,
    StoreUnreachableError,
    store_error,
)
from hubd.store.store import Store
from hubd.store.waiting import Waiting

LAMP = PropertyId("lamp/1/OnOff.on")
DISK_FAILS = OperationalError("INSERT", None, sqlite3.OperationalError("disk I/O error"))


def reports(first: int, last: int) -> list[Event]:
    return [said(n, Reported(LAMP, n)) for n in range(first, last + 1)]


def said(event_id: int, what: What) -> Event:
    return Event(EventId(event_id), event_id * 1_000, "driver:test", EventId(0), what)


def hall(event_id: int) -> Event:
    return said(event_id, AreaSet(Area(AreaId("hall"), "Hall")))


class Disk:
    """A disk that fails when told to: at the given writes, or until it is mended."""

    def __init__(self, store: Store) -> None:
        self.failing_calls: set[int] = set()
        self.broken = False
        self.calls = 0
        event.listen(store.engine, "before_cursor_execute", self._written)
        event.listen(store.engine, "commit", self._committed)

    def _written(self, _c: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "DELETE")):
            self._maybe_fail()

    def _committed(self, _c: Connection) -> None:
        self._maybe_fail()

    def _maybe_fail(self) -> None:
        self.calls += 1
        if self.broken or self.calls in self.failing_calls:
            raise DISK_FAILS


class Room:
    """How many pages a database file may grow to, as on a disk that fills up."""

    def __init__(self, store: Store) -> None:
        self.pages = 0
        event.listen(store.engine, "begin", self._limit)

    def _limit(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {self.pages}")


@given(failing=st.sets(st.integers(1, 12), max_size=8), cuts=st.sets(st.integers(1, 40)))
@settings(max_examples=15, deadline=None)
def test_writes_that_fail_at_any_call_lose_nothing_and_double_nothing(
    failing: set[int], cuts: set[int]
) -> None:
    events = [*reports(1, 20), hall(21), *reports(22, 40)]
    with (
        tempfile.TemporaryDirectory() as folder,
        patch("hubd.store.writer._FIRST_PAUSE_S", 0.001),
    ):
        store = Store.open(f"sqlite:///{folder}/home.db", group_ms=1)
        Disk(store).failing_calls = failing
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), 40], strict=True):
            store.append(events[start:end])
        store.close(patience_s=60)
        again = Store.open(f"sqlite:///{folder}/home.db")
        assert list(again.read()) == events
        again.close()


async def test_a_commit_that_fails_says_why_and_its_events_are_written_later(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    disk = Disk(store)
    disk.broken = True
    with pytest.raises(StoreError, match="disk I/O error"):
        await store.commit([hall(1)])
    assert store.lag().failing is not None
    assert "is tried again" in caplog.text
    disk.broken = False
    with suppress(StoreError):  # a try that began on the broken disk may still fail
        await store.commit([])
    await store.commit([])
    assert [e.id for e in store.read()] == [1]
    assert store.lag().failing is None
    assert store.lag().waiting == 0


async def test_a_full_disk_is_named_and_what_waited_is_written_when_there_is_room(
    store: Store,
) -> None:
    await store.commit(reports(1, 10))
    room = Room(store)
    room.pages = 40
    with pytest.raises(StoreFullError, match="Free some space"):
        await store.commit(reports(11, 3_000))
    assert store.lag().waiting > 0
    room.pages = 100_000
    await _until(lambda: store.lag().waiting == 0)
    assert [e.id for e in store.read()] == list(range(1, 3_001))


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - a thread brings it about, and tells nobody
        await asyncio.sleep(0.01)


async def test_too_many_waiting_give_up_old_reports_but_no_configuration_and_it_is_recorded(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store.open(f"sqlite:///{database}", group_ms=1, bound=100)
    disk = Disk(store)
    disk.broken = True
    with pytest.raises(StoreError):
        await store.commit([hall(1), *reports(2, 300), said(301, Fired(SceneId("s"), "why"))])
    await _until(lambda: store.lag().shed == 201)
    disk.broken = False
    await _until(lambda: store.lag().failing is None)
    await store.commit([])
    assert [e.id for e in store.read()] == [1, *range(203, 302)]
    with store.engine.connect() as connection:
        gaps = connection.exec_driver_sql("SELECT first_id, last_id, events FROM gap").all()
    assert [tuple(g) for g in gaps] == [(2, 202, 201)]
    assert "given up" in caplog.text
    store.close()


@given(
    kinds=st.lists(st.sampled_from(["report", "fired", "area"]), max_size=40),
    taken=st.integers(0, 40),
    bound=st.integers(1, 20),
)
@settings(deadline=None)
def test_what_waits_keeps_its_order_within_its_bound_and_counts_all(
    kinds: list[str], taken: int, bound: int
) -> None:
    whats: dict[str, What] = {
        "report": Reported(LAMP, 1),
        "fired": Fired(SceneId("s"), "why"),
        "area": AreaSet(Area(AreaId("hall"), "Hall")),
    }
    events = [said(n, whats[k]) for n, k in enumerate(kinds, 1)]
    waiting = Waiting(bound)
    waiting.extend(events)
    waiting.group(taken)
    waiting.keep_within_bound("disk full")
    kept: list[Event] = []
    while group := waiting.group(7):
        kept += group
        waiting.done()
    assert [e.id for e in kept] == sorted(e.id for e in kept)
    assert [e for e in kept if type(e.what) is AreaSet] == [
        e for e in events if type(e.what) is AreaSet
    ]
    assert len(kept) <= max(bound, kinds.count("area"))
    assert len(kept) >= min(bound, len(kinds))
    assert len(kept) + waiting.shed_count == len(kinds)
    assert waiting.settled == waiting.position == len(kinds)


def test_a_store_that_can_not_write_at_its_end_says_how_much_is_lost(
    open_store: Callable[[], Store],
) -> None:
    store = open_store()
    Disk(store).broken = True
    store.append(reports(1, 7))
    with pytest.raises(StoreError, match="7 events could not be written"):
        store.close(patience_s=0.1)
    assert "hubd-log" not in {t.name for t in threading.enumerate()}
    with pytest.raises(StoreClosedError):
        store.append(reports(8, 8))


async def test_an_id_that_is_in_the_log_already_is_refused_not_overwritten(
    open_store: Callable[[], Store],
) -> None:
    store = open_store()
    await store.commit(reports(1, 3))
    with pytest.raises(StoreConflictError):
        await store.commit([hall(2)])
    assert list(store.read()) == reports(1, 3)
    with pytest.raises(StoreError, match="1 events"):
        store.close(patience_s=0)


async def test_work_that_fails_for_its_own_reasons_fails_alone(store: Store) -> None:
    def divide(_: Connection) -> None:
        1 // 0  # noqa: B018

    with pytest.raises(ZeroDivisionError):
        await store._write(divide)
    await store.commit(reports(1, 1))
    assert store.last_id() == 1


async def test_who_waits_for_a_commit_may_leave_and_the_log_goes_on(store: Store) -> None:
    waiting = asyncio.ensure_future(store.commit(reports(1, 1)))
    await asyncio.sleep(0)
    waiting.cancel()
    await store.commit(reports(2, 2))
    assert store.last_id() == 2


def test_a_second_hub_on_the_same_file_is_refused(store: Store, database: Path) -> None:
    with pytest.raises(StoreInUseError, match="Another hub has"):
        Store.open(f"sqlite:///{database}")
    assert store.last_id() == 0


def test_a_file_that_is_no_database_is_called_corrupt_and_left_alone(database: Path) -> None:
    database.write_bytes(b"Dear diary, " * 1_000)
    with pytest.raises(StoreCorruptError, match="hubd restore"):
        Store.open(f"sqlite:///{database}")
    assert database.read_bytes() == b"Dear diary, " * 1_000


@pytest.mark.parametrize(
    ("url", "kind", "said"),
    [
        ("sqlite:////no/such/folder/home.db", StoreUnreachableError, "Make the folder"),
        ("sqlite://", StoreError, "must be a file"),
        ("mysql://localhost/home", StoreError, "not a database that hubd can use"),
        ("rubbish", StoreError, "not a database that hubd can use"),
        ("postgresql://hub:secret@127.0.0.1:1/home", StoreUnreachableError, "Check the URL"),
    ],
)
def test_a_database_out_of_reach_is_named_with_what_to_do(
    url: str, kind: type[StoreError], said: str
) -> None:
    with pytest.raises(kind, match=said) as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)


def test_each_way_that_sqlite_fails_has_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    one, two = (sqlite3.connect(path, timeout=0, isolation_level=None) for _ in range(2))
    one.execute("CREATE TABLE t (x INTEGER PRIMARY KEY)")

    def failure(connection: sqlite3.Connection, statement: str) -> StoreError:
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute(statement)
        return store_error(caught.value, "home")

    two.execute("PRAGMA query_only = ON")
    assert isinstance(failure(two, "INSERT INTO t VALUES (1)"), StoreReadOnlyError)
    two.execute("PRAGMA query_only = OFF")
    one.execute("BEGIN IMMEDIATE")
    assert isinstance(failure(two, "BEGIN IMMEDIATE"), StoreBusyError)
    one.execute("INSERT INTO t VALUES (1)")
    assert isinstance(failure(one, "INSERT INTO t VALUES (1)"), StoreConflictError)
    one.close()
    two.close()
    assert isinstance(store_error(OSError("no"), "home"), StoreUnreachableError)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
