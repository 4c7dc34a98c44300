"""The log gives back what it was given, whatever that is and however it was handed over."""

import asyncio
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from subprocess import run
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubd.core.fold import Fold
from hubd.core.home import Home
from hubd.model.claim import Claim, Priority
from hubd.model.command import Command
from hubd.model.device import Device, DeviceType, Endpoint, Property, Trouble
from hubd.model.events import (
    Adopted,
    AreaRemoved,
    AreaSet,
    Asked,
    Availability,
    Claimed,
    Commanded,
    Event,
    FloorRemoved,
    FloorSet,
    Forgotten,
    Perceived,
    PersonRemoved,
    PersonSet,
    PlaceSet,
    Reported,
    SceneRemoved,
    SceneRevised,
    Signalled,
    TimePassed,
    What,
)
from hubd.model.home import Area, Floor, Person, Place, Role
from hubd.model.ids import (
    AreaId,
    DeviceId,
    EndpointId,
    EventId,
    FloorId,
    PersonId,
    PropertyId,
    SceneId,
)
from hubd.model.value import ValueType
from hubd.store.history import Housekeeping, Retention
from hubd.store.log import CONFIGURATION_KINDS, device_of
from hubd.store.store import Store

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.none(),
)
IDS = st.sampled_from(["lamp", "plug", "bad", "küche"])
DEVICES = IDS.map(DeviceId)
AREAS = IDS.map(AreaId)
FLOORS = IDS.map(FloorId)
PEOPLE = IDS.map(PersonId)
SCENES = IDS.map(SceneId)
PROPERTIES = st.builds(lambda d, n: PropertyId(f"{d}/1/{n}"), DEVICES, st.sampled_from(["a", "b"]))
CLAIMS = st.builds(
    Claim, PROPERTIES, VALUES, st.sampled_from(Priority), TEXTS, TEXTS, st.integers(0, 2**50)
)
ENDPOINTS = st.builds(
    Endpoint,
    st.sampled_from(["1", "2"]).map(EndpointId),
    st.sampled_from(DeviceType),
    TEXTS,
    st.lists(st.builds(Property, TEXTS, st.sampled_from(ValueType)), max_size=2).map(tuple),
)
DESCRIPTIONS = st.builds(
    Device,
    DEVICES,
    TEXTS,
    TEXTS,
    st.lists(ENDPOINTS, max_size=2, unique_by=lambda e: e.id).map(tuple),
    st.none() | AREAS,
    st.lists(TEXTS, max_size=2).map(tuple),
    troubles=st.lists(st.builds(Trouble, TEXTS, TEXTS), max_size=1).map(tuple),
)
CONFIGURATIONS: st.SearchStrategy[What] = st.one_of(
    st.builds(Adopted, DESCRIPTIONS),
    st.builds(Forgotten, DEVICES),
    st.builds(PlaceSet, st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))),
    st.builds(FloorSet, st.builds(Floor, FLOORS, TEXTS, st.integers(-3, 9))),
    st.builds(FloorRemoved, FLOORS),
    st.builds(AreaSet, st.builds(Area, AREAS, TEXTS, st.lists(TEXTS, max_size=2).map(tuple))),
    st.builds(AreaRemoved, AREAS),
    st.builds(PersonSet, st.builds(Person, PEOPLE, TEXTS, st.sampled_from(Role))),
    st.builds(PersonRemoved, PEOPLE),
    st.builds(SceneRevised, SCENES, TEXTS, TEXTS),
    st.builds(SceneRemoved, SCENES),
)
HAPPENINGS: st.SearchStrategy[What] = st.one_of(
    st.builds(Reported, PROPERTIES, VALUES, st.booleans()),
    st.builds(Signalled, DEVICES, st.just(EndpointId("1")), TEXTS, TEXTS),
    st.builds(Perceived, PROPERTIES, VALUES, st.floats(0, 1), TEXTS),
    st.builds(Availability, DEVICES, st.booleans(), TEXTS),
    st.builds(Claimed, st.lists(CLAIMS, max_size=2).map(tuple)),
    st.builds(Asked, DEVICES, st.just(EndpointId("1")), TEXTS, TEXTS, TEXTS, VALUES),
    st.builds(TimePassed),
    st.builds(
        Commanded,
        st.builds(Command, DEVICES, st.just(EndpointId("1")), TEXTS, VALUES, st.integers(0, 2**50)),
    ),
)


def numbered(whats: list[What]) -> list[Event]:
    """Give `whats` ids from 1, a second apart."""
    return [
        Event(EventId(n), 1_700_000_000_000_000 + n * 1_000_000, "driver:test", EventId(n - 1), w)
        for n, w in enumerate(whats, 1)
    ]


LOGS = st.lists(CONFIGURATIONS | HAPPENINGS, max_size=30).map(numbered)


@contextmanager
def new_store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/home.db", group_ms=1)
        try:
            yield store
        finally:
            store.close()


def write(store: Store, events: list[Event]) -> None:
    asyncio.run(store.commit(events))


@given(events=LOGS, cuts=st.sets(st.integers(0, 30)))
@settings(max_examples=40, deadline=None)
def test_what_is_appended_in_any_pieces_is_read_back_the_same_and_in_order(
    events: list[Event], cuts: set[int]
) -> None:
    with new_store() as store:
        bounds = [0, *sorted(c for c in cuts if c < len(events)), len(events)]
        for start, end in pairwise(bounds):
            store.append(events[start:end])
        write(store, [])
        assert list(store.read()) == events
        assert store.last_id() == len(events)


@given(
    events=LOGS,
    after=st.integers(0, 30),
    before=st.none() | st.integers(0, 31),
    kinds=st.none() | st.just(CONFIGURATION_KINDS) | st.just(frozenset({"reported"})),
    device=st.none() | DEVICES,
    newest_first=st.booleans(),
    limit=st.none() | st.integers(0, 9),
)
@settings(max_examples=60, deadline=None)
def test_a_reader_gets_exactly_the_events_it_asks_for(
    events: list[Event],
    after: int,
    before: int | None,
    kinds: frozenset[str] | None,
    device: DeviceId | None,
    newest_first: bool,
    limit: int | None,
) -> None:
    wished = [
        e
        for e in events
        if e.id > after
        and (before is None or e.id < before)
        and (kinds is None or e.what.__struct_config__.tag in kinds)
        and (device is None or device_of(e.what) == device)
    ]
    if newest_first:
        wished.reverse()
    with new_store() as store, patch("hubd.store.stretches.LENGTH", 7):
        write(store, events[:10])
        with store.engine.begin() as connection:
            Housekeeping(Retention()).slice(connection)
        write(store, events[10:])
        got = store.read(
            after=after,
            before=before,
            kinds=kinds,
            device=device,
            newest_first=newest_first,
            limit=limit,
        )
        assert list(got) == wished[:limit]


def test_a_device_is_found_in_all_stretches_also_after_a_restart(
    open_store: Callable[[], Store],
) -> None:
    whats: list[What] = [Reported(PropertyId(f"d{n % 997}/1/x"), n) for n in range(40_000)]
    events = numbered(whats)
    of_seven = [e for e in events if device_of(e.what) == "d7"]
    for part in (events[:20_000], events[20_000:]):
        store = open_store()
        write(store, part)
        store.close()
    store = open_store()
    assert list(store.read(device=DeviceId("d7"))) == of_seven
    assert list(store.read(device=DeviceId("d7"), newest_first=True, limit=9)) == of_seven[:-10:-1]
    assert list(store.read(device=DeviceId("nobody"))) == []
    store.close()


def test_a_log_of_many_pages_is_read_whole_from_either_end(store: Store) -> None:
    lamp = PropertyId("lamp/1/OnOff.on")
    events = numbered([Reported(lamp, n) for n in range(2_500)])
    write(store, events)
    assert list(store.read()) == events
    assert list(store.read(newest_first=True)) == events[::-1]
    assert store.event(EventId(1_234)) == events[1_233]
    assert store.event(EventId(9_999)) is None


def test_half_a_character_costs_that_character_and_no_event(store: Store) -> None:
    lamp = PropertyId("lamp/1/Text.value")
    write(store, numbered([Reported(lamp, "good"), Reported(lamp, "a\ud800b")]))
    assert [e.what for e in store.read()] == [Reported(lamp, "good"), Reported(lamp, "a\ufffdb")]


def test_what_a_commit_returned_from_is_on_the_disk(store: Store, database: Path) -> None:
    write(store, numbered([AreaSet(Area(AreaId("hall"), "Hall"))]))
    with sqlite3.connect(database) as other:
        kinds = "SELECT value ->> '$.what.kind' FROM log, json_each(log.body)"
        assert other.execute(kinds).fetchall() == [("area_set",)]
        assert other.execute("SELECT name FROM area").fetchall() == [("Hall",)]
    other.close()


def test_the_database_commits_to_the_disk_and_can_give_pages_back(store: Store) -> None:
    with store.engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "auto_vacuum")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "auto_vacuum": 2}


def registries(store: Store) -> Home:
    """What the tables say, as the core would hold it; names alone where that tells them apart."""
    home = Home()
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql
        for row in rows("SELECT latitude, longitude, timezone FROM place"):
            home.place = Place(*row)
        for row in rows("SELECT id, name, level FROM floor"):
            home.floors[row[0]] = Floor(*row)
        for row in rows("SELECT id, name, floor FROM area"):
            home.areas[row[0]] = Area(row[0], row[1], (), row[2])
        for row in rows("SELECT id, name, role FROM person"):
            home.people[row[0]] = Person(row[0], row[1], Role(row[2]))
        for row in rows("SELECT id, name, driver, area FROM device"):
            home.devices[row[0]] = Device(row[0], row[1], row[2], (), row[3])
    return home


def bare(home: Home) -> Home:
    return Home(
        place=home.place,
        floors=dict(home.floors),
        areas={a.id: Area(a.id, a.name, (), a.floor) for a in home.areas.values()},
        people=dict(home.people),
        devices={d.id: Device(d.id, d.name, d.driver, (), d.area) for d in home.devices.values()},
    )


@given(events=st.lists(CONFIGURATIONS, max_size=20).map(numbered), cut=st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_the_registries_say_what_the_fold_of_the_log_says(events: list[Event], cut: int) -> None:
    fold = Fold()
    fold.apply_all(events)
    endpoints = {(d.id, e.id) for d in fold.state.home.devices.values() for e in d.endpoints}
    scenes = {s.scene: s.source for s in fold.state.scenes.values()}
    with new_store() as store:
        write(store, events[:cut])
        write(store, events[cut:])
        for _ in range(2):
            assert registries(store) == bare(fold.state.home)
            with store.engine.connect() as connection:
                found = connection.exec_driver_sql("SELECT device, id FROM endpoint").all()
                sources = connection.exec_driver_sql("SELECT id, source FROM scene").all()
            assert {tuple(row) for row in found} == endpoints
            assert {row[0]: row[1] for row in sources} == scenes
            asyncio.run(store.rebuild_registries())  # and says the same once more


def test_a_closed_store_leaves_no_thread_and_has_written_all(
    open_store: Callable[[], Store],
) -> None:
    lamp = PropertyId("lamp/1/OnOff.on")
    events = numbered([Reported(lamp, n % 2 == 0) for n in range(5_000)])
    store = open_store()
    store.append(events)
    store.close()
    assert "hubd-log" not in {t.name for t in threading.enumerate()}
    again = open_store()
    assert list(again.read()) == events
    again.close()


def test_an_up_to_date_database_opens_without_the_libraries_of_rare_moments(
    open_store: Callable[[], Store], database: Path
) -> None:
    open_store().close()
    script = (
        "import sys; from hubd.store.store import Store;"
        f"Store.open('sqlite:///{database}').close();"
        "print(sorted({'alembic', 'duckdb', 'psycopg', 'numpy'} & set(sys.modules)))"
    )
    done = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("newest", [1, 3])
def test_events_without_a_wait_are_written_by_themselves(store: Store, newest: int) -> None:
    lamp = PropertyId("lamp/1/OnOff.on")
    store.append(numbered([Reported(lamp, n) for n in range(newest)]))
    while store.lag().written < newest:
        threading.Event().wait(0.005)
    assert store.last_id() == newest
