"""The Parquet export has all that the log has, typed, and appears whole or not at all."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from hubd.model.events import AreaSet, Event, Reported, Signalled, What
from hubd.model.home import Area
from hubd.model.ids import AreaId, DeviceId, EndpointId, EventId, PropertyId
from hubd.model.instant import HOUR_US, to_us
from hubd.store.errors import StoreUnreachableError
from hubd.store.export import ExportError, export_parquet
from hubd.store.history import Housekeeping, Retention
from hubd.store.store import Store

LAMP = PropertyId("lamp/1/OnOff.on")
START = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)

WHATS: list[What] = [
    AreaSet(Area(AreaId("hall"), "Größe 'x'")),
    Reported(LAMP, value=True),
    Reported(PropertyId("hall/1/Number.value"), 21.5),
    Reported(PropertyId("hall/1/Number.value"), -3),
    Reported(PropertyId("hall/1/Text.value"), "12"),
    Reported(PropertyId("hall/1/Text.value"), None),
    Signalled(DeviceId("button"), EndpointId("1"), "Switch.pressed", "double"),
]


def lived(store: Store) -> None:
    """Half an hour between events: over midnight."""
    events = [
        Event(EventId(n), to_us(START) + n * HOUR_US // 2, "driver:test", EventId(n - 1), what)
        for n, what in enumerate(WHATS, 1)
    ]
    asyncio.run(store.commit(events))
    with store.engine.begin() as connection:
        Housekeeping(Retention()).slice(connection)


def test_every_event_is_there_with_its_types_by_day(
    store: Store, database: Path, tmp_path: Path
) -> None:
    lived(store)
    steps: list[tuple[int, int]] = []
    folder = tmp_path / "it's out"
    exported = export_parquet(
        f"sqlite:///{database}", folder, lambda done, of: steps.append((done, of))
    )
    assert (exported.events, exported.hours, exported.files) == (7, 3, 3)
    assert steps[-1] == (7, 7)
    assert sorted(p.name for p in (folder / "events").iterdir()) == [
        "day=2026-03-01",
        "day=2026-03-02",
    ]
    with duckdb.connect() as db:
        found = db.read_parquet(f"{folder}/events/*/*.parquet").order("id")
        columns = dict(zip(found.columns, map(str, found.types), strict=True))
        assert columns["time"] == "TIMESTAMP WITH TIME ZONE"
        assert columns["id"] == columns["cause"] == "BIGINT"
        assert columns["body"] in {"JSON", "VARCHAR"}
        rows = found.select(
            "id, epoch_us(time), kind, device, property, value_number, value_text, value_bool"
        ).fetchall()
    assert rows[1] == (
        2,
        to_us(START) + HOUR_US,
        "reported",
        "lamp",
        LAMP,
        None,
        None,
        True,
    )
    values = [row[5:] for row in rows]
    assert values == [
        (None, None, None),
        (None, None, True),
        (21.5, None, None),
        (-3.0, None, None),
        (None, "12", None),
        (None, None, None),
        (None, "double", None),
    ]
    assert [row[3] for row in rows] == [None, "lamp", "hall", "hall", "hall", "hall", "button"]


def test_the_hours_are_there_with_their_means(store: Store, database: Path, tmp_path: Path) -> None:
    lived(store)
    export_parquet(f"sqlite:///{database}", tmp_path / "out")
    with duckdb.connect() as db:
        rows = (
            db.read_parquet(f"{tmp_path}/out/hours.parquet")
            .select("property, count, mean")
            .fetchall()
        )
    properties = (PropertyId("hall/1/Number.value"), LAMP)
    ours = [(p, h.count, h.mean) for p in properties for h in store.hours(p)]
    assert sorted(rows) == sorted(ours)


def test_an_empty_log_exports_to_files_without_rows(
    store: Store, database: Path, tmp_path: Path
) -> None:
    assert store.last_id() == 0
    exported = export_parquet(f"sqlite:///{database}", tmp_path / "out")
    assert (exported.events, exported.hours) == (0, 0)


def test_what_is_there_already_is_never_written_over(
    store: Store, database: Path, tmp_path: Path
) -> None:
    lived(store)
    with pytest.raises(ExportError, match="is there already"):
        export_parquet(f"sqlite:///{database}", tmp_path)


def test_an_export_of_no_database_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachableError):
        export_parquet(f"sqlite:///{tmp_path}/none.db", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_half_way_leaves_nothing(
    store: Store, database: Path, tmp_path: Path
) -> None:
    lived(store)

    def tired(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_parquet(f"sqlite:///{database}", tmp_path / "out", tired)
    assert not list(tmp_path.glob("out*"))
