"""The store on a real PostgreSQL keeps the promises that it keeps on SQLite."""

import asyncio
import threading
from collections.abc import Iterator
from itertools import batched, pairwise
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from hubd.model.device import Device, DeviceType, Endpoint
from hubd.model.events import Adopted, AreaSet, Event, Reported, What
from hubd.model.home import Area
from hubd.model.ids import AreaId, DeviceId, EndpointId, EventId, PropertyId
from hubd.model.instant import HOUR_US
from hubd.store import schema
from hubd.store.backup import backup
from hubd.store.errors import StoreError, StoreInUseError, StoreReadOnlyError, store_error
from hubd.store.export import export_parquet
from hubd.store.history import Housekeeping, Retention
from hubd.store.restore import RestoreError, restore
from hubd.store.snapshots import Snapshot
from hubd.store.store import Store

LAMP = PropertyId("lamp/1/Text.value")
ODD: list[str | int | float] = [
    '"',
    "\\",
    "a\u0000b",
    "€😀",
    "%s %(x)s :x ?",
    "'; DROP TABLE event; --",
    1.5e300,
    -0.1,
    2**53,
]


def said(event_id: int, what: What, at_us: int = 0) -> Event:
    return Event(EventId(event_id), at_us, "driver:test", EventId(0), what)


def report(event_id: int, value: object, at_us: int = 0) -> Event:
    assert isinstance(value, str | int | float)
    return said(event_id, Reported(LAMP, value), at_us)


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    store = Store.open(postgres_url, group_ms=1)
    yield store
    store.close()


async def test_a_log_comes_back_the_same_whatever_its_values(store: Store) -> None:
    events = [report(n, value) for n, value in enumerate(ODD, 1)]
    await store.commit(events)
    assert list(store.read()) == events


async def test_many_events_are_read_in_pages_and_by_device(store: Store) -> None:
    events = [said(n, Reported(PropertyId(f"d{n % 7}/1/x"), n)) for n in range(1, 2_501)]
    store.append(events)
    await store.commit()
    assert list(store.read()) == events
    assert list(store.read(device=DeviceId("d3"), newest_first=True, limit=2)) == [
        events[2_495 - 1],
        events[2_488 - 1],
    ]


async def test_configuration_is_in_the_registries_when_it_is_durable(
    store: Store, postgres_url: str
) -> None:
    lamp = Device(
        DeviceId("lamp"),
        "Lamp",
        "mqtt",
        (Endpoint(EndpointId("1"), DeviceType.ON_OFF_LIGHT),),
        AreaId("hall"),
    )
    await store.commit([said(1, AreaSet(Area(AreaId("hall"), "Hall"))), said(2, Adopted(lamp))])
    await store.rebuild_registries()
    other = create_engine(postgres_url)
    with other.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT d.name, a.name, e.type FROM device d JOIN area a ON a.id = d.area"
                " JOIN endpoint e ON e.device = d.id"
            )
        ).all()
    other.dispose()
    assert [tuple(r) for r in rows] == [("Lamp", "Hall", "on_off_light")]


async def test_a_connection_that_the_server_cuts_loses_nothing_and_doubles_nothing(
    store: Store, postgres_server: str
) -> None:
    administrator = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    database = store.engine.url.database
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    written = 0
    for _ in range(10):
        events = [report(written + n, "on") for n in range(1, 201)]
        for event in events:
            store.append([event])
        with administrator.connect() as connection:
            connection.execute(cut, {"name": database})
        written += len(events)
        while store.lag().waiting:  # noqa: ASYNC110 - a thread brings it about, and tells nobody
            await asyncio.sleep(0.01)
    administrator.dispose()
    assert [e.id for e in store.read()] == list(range(1, written + 1))
    assert store.lag().failing is None


def test_a_second_hub_on_the_same_database_is_refused(store: Store, postgres_url: str) -> None:
    with pytest.raises(StoreInUseError, match="Another hub has"):
        Store.open(postgres_url)
    assert store.last_id() == 0


def test_a_server_that_only_reads_is_named(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        with pytest.raises(DBAPIError) as caught:
            connection.exec_driver_sql("DELETE FROM log")
    assert isinstance(store_error(caught.value, "home"), StoreReadOnlyError)


async def test_snapshots_history_and_retention_work_alike(postgres_url: str) -> None:
    store = Store.open(postgres_url, retention=Retention(days=2))
    first_us = 1_760_000_000_000_000
    events = [report(n, float(n), first_us + n * HOUR_US // 2) for n in range(1, 400)]
    for of_day in batched(events, 48):
        await store.commit(of_day)
    await store.save_snapshot(Snapshot(EventId(399), 0, "state/1", b"\x00\xff"))
    assert [s.body for s in store.latest_snapshots()] == [b"\x00\xff"]
    store.close()
    housekeeping = Housekeeping(Retention(days=2))
    engine = create_engine(postgres_url)
    more = True
    while more:
        with engine.begin() as connection:
            more = housekeeping.slice(connection)
    engine.dispose()
    store = Store.open(postgres_url)
    kept = list(store.read())
    assert kept[0].id == 289, "the group that was begun within two days before the newest event"
    assert len(list(store.hours(LAMP))) >= 199
    store.close()
    assert "hubd-log" not in {t.name for t in threading.enumerate()}


@pytest.mark.parametrize("start", ["new", "0001"])
def test_the_tables_are_those_that_the_models_declare(start: str, postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    if start != "new":
        config = Config()
        config.set_main_option("script_location", str(schema.SCRIPTS))
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, start)
    Store.open(postgres_url).close()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        for metadata in schema.METADATA:
            ours = set(metadata.tables)
            context.opts["include_name"] = lambda name, kind, _, ours=ours: (
                kind != "table" or name in ours
            )
            assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_database_that_is_not_there_is_named(postgres_server: str) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        Store.open(postgres_server.replace("/postgres?", "/nowhere?"))


def test_a_home_moves_from_sqlite_to_postgresql_and_back(postgres_url: str, tmp_path: Path) -> None:
    hall = said(1, AreaSet(Area(AreaId("hall"), "Hall")))
    events = [hall, *(report(n, value) for n, value in enumerate(ODD, 2))]
    urls = [f"sqlite:///{tmp_path}/one.db", postgres_url, f"sqlite:///{tmp_path}/two.db"]

    def live() -> None:
        store = Store.open(urls[0])
        asyncio.run(store.commit(events))
        asyncio.run(store.save_snapshot(Snapshot(EventId(len(events)), 1, "s/1", b"\x00\xff")))
        store.close()

    live()
    for n, (here, there) in enumerate(pairwise(urls)):
        backup(here, tmp_path / f"{n}.tar.gz", {})
        restore(tmp_path / f"{n}.tar.gz", there, {})
    store = Store.open(urls[2])
    assert list(store.read()) == events
    assert [s.body for s in store.latest_snapshots()] == [b"\x00\xff"]
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM area").scalar() == "Hall"
    store.close()


def test_what_postgresql_had_before_a_restore_is_kept_in_a_schema(
    postgres_url: str, tmp_path: Path
) -> None:
    store = Store.open(postgres_url)
    asyncio.run(store.commit([report(1, "backed up")]))
    backup(postgres_url, tmp_path / "b.tar.gz", {})
    asyncio.run(store.commit([report(2, "later")]))
    with pytest.raises(StoreInUseError):
        restore(tmp_path / "b.tar.gz", postgres_url, {})
    store.close()
    (kept,) = restore(tmp_path / "b.tar.gz", postgres_url, {}).before
    store = Store.open(postgres_url)
    assert list(store.read()) == [report(1, "backed up")]
    with store.engine.connect() as connection:
        name = kept.removeprefix("schema ")
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {name}.log").scalar() == 2
    store.close()


def test_a_restore_that_fails_leaves_postgresql_as_it_was(
    postgres_url: str, tmp_path: Path
) -> None:
    store = Store.open(postgres_url)
    asyncio.run(store.commit([report(1, "mine")]))
    store.close()
    backup(postgres_url, tmp_path / "b.tar.gz", {"hub.toml": Path(__file__)})
    with pytest.raises(RestoreError, match="no place is given"):
        restore(tmp_path / "b.tar.gz", postgres_url, {})
    store = Store.open(postgres_url)
    assert list(store.read()) == [report(1, "mine")]
    store.close()


def test_the_export_reads_postgresql_too(postgres_url: str, tmp_path: Path) -> None:
    store = Store.open(postgres_url)
    asyncio.run(store.commit([report(n, value) for n, value in enumerate(ODD, 1)]))
    store.close()
    assert export_parquet(postgres_url, tmp_path / "out").events == len(ODD)
