"""The schema is made, migrated or refused; snapshots are whole or not given."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from hubd.model.events import AreaSet, Event, Reported
from hubd.model.home import Area
from hubd.model.ids import AreaId, EventId, PropertyId
from hubd.store import schema
from hubd.store.errors import SchemaTooNewError
from hubd.store.snapshots import Snapshot
from hubd.store.store import Store

OLD = Path(__file__).parents[2] / "fixtures" / "store" / "schema_0001.sql"
"""A home's database as the first schema made it: two areas, a device and its reports."""


def old_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript(OLD.read_text())
    connection.close()


def test_a_database_of_the_first_schema_is_migrated_and_keeps_all_it_has(
    database: Path, open_store: Callable[[], Store]
) -> None:
    old_database(database)
    store = open_store()
    assert [e.what.__struct_config__.tag for e in store.read()] == [
        "area_set",
        "area_set",
        "adopted",
        "reported",
        "reported",
    ]
    with store.engine.connect() as connection:
        assert schema.revision(connection) == schema.HEAD
        found = connection.exec_driver_sql("SELECT id, area FROM device").all()
    assert [tuple(row) for row in found] == [("lamp", "hall")]
    asyncio.run(store.commit([Event(EventId(6), 9, "hub", EventId(0), AREA)]))
    store.close()


AREA = AreaSet(Area(AreaId("attic"), "Attic"))


@pytest.mark.parametrize("start", ["new", "old"])
def test_the_tables_are_those_that_the_models_declare(
    start: str, database: Path, open_store: Callable[[], Store]
) -> None:
    if start == "old":
        old_database(database)
    open_store().close()
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        for metadata in schema.METADATA:
            ours = set(metadata.tables)
            context.opts["include_name"] = lambda name, kind, _, ours=ours: (
                kind != "table" or name in ours
            )
            assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_that_the_code_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.SCRIPTS))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_a_database_of_a_newer_hubd_is_refused_and_not_touched(
    database: Path, open_store: Callable[[], Store]
) -> None:
    open_store().close()
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = database.read_bytes()
    with pytest.raises(SchemaTooNewError, match="9999"):
        open_store()
    assert database.read_bytes() == before


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    database: Path, open_store: Callable[[], Store], tmp_path: Path
) -> None:
    old_database(database)
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE gap (nonsense)")  # the migration makes it last
    connection.close()
    with pytest.raises(Exception, match="gap"):
        open_store()
    shutil.copy(database, tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "copy.db") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            ("0001",)
        ]
        tables = {n for (n,) in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert "hour" not in tables


def snapshot(last_id: int) -> Snapshot:
    return Snapshot(EventId(last_id), last_id * 1_000, "state/1", b"state" * last_id)


def with_snapshots(store: Store, *last_ids: int) -> None:
    lamp = PropertyId("lamp/1/OnOff.on")

    async def save() -> None:
        for n in range(1, max(last_ids) + 1):
            store.append([Event(EventId(n), n, "driver:test", EventId(0), Reported(lamp, n))])
            if n in last_ids:
                await store.save_snapshot(snapshot(n))

    asyncio.run(save())


def test_the_latest_three_snapshots_are_kept_newest_first(store: Store) -> None:
    with_snapshots(store, 2, 3, 5, 8)
    assert list(store.latest_snapshots()) == [snapshot(8), snapshot(5), snapshot(3)]


def test_a_snapshot_comes_after_the_events_that_it_is_of(store: Store) -> None:
    with_snapshots(store, 40)
    assert store.last_id() == 40


def test_a_damaged_snapshot_is_reported_and_the_one_before_is_given(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with_snapshots(store, 2, 5)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE snapshot SET body = x'00' WHERE last_id = 5")
    assert list(store.latest_snapshots()) == [snapshot(2)]
    assert "snapshot after event 5 is damaged" in caplog.text


def test_a_snapshot_taken_anew_takes_the_place_of_the_old_one(store: Store) -> None:
    with_snapshots(store, 2)
    again = Snapshot(EventId(2), 7, "state/2", b"other")
    asyncio.run(store.save_snapshot(again))
    assert list(store.latest_snapshots()) == [again]
