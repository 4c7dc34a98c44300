"""The past by the hour, and what is let go: the sums are right and nothing needed is deleted."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubd.model.device import Device
from hubd.model.events import Adopted, AreaSet, Event, Reported
from hubd.model.home import Area
from hubd.model.ids import AreaId, DeviceId, EventId, PropertyId
from hubd.model.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from hubd.model.value import Value
from hubd.store import stretches, writer
from hubd.store.history import SLICE, Hour, Housekeeping, Retention
from hubd.store.hourly import RollUp
from hubd.store.snapshots import Snapshot
from hubd.store.store import Store

HEAT = PropertyId("hall/1/TemperatureMeasurement.measured")
LAMP = PropertyId("lamp/1/OnOff.on")
T0 = 1_760_000_000_000_000 - 1_760_000_000_000_000 % HOUR_US


def report(event_id: int, at_us: int, value: Value, prop: PropertyId = HEAT) -> Event:
    return Event(EventId(event_id), at_us, "driver:test", EventId(0), Reported(prop, value))


def log_of(steps: Sequence[tuple[int, float]]) -> list[Event]:
    at_us, events = T0, []
    for n, (minutes, value) in enumerate(steps, 1):
        at_us += minutes * MINUTE_US
        events.append(report(n, at_us, value))
    return events


STEPS = st.lists(st.tuples(st.integers(0, 100), st.floats(-40, 60)), min_size=1, max_size=30)


def value_at(events: Sequence[Event], at_us: int) -> float | None:
    """The value that stood at `at_us`, by looking through the whole log."""
    known = [e.what.value for e in events if e.at_us <= at_us and isinstance(e.what, Reported)]
    return float(known[-1]) if known and isinstance(known[-1], int | float) else None


@given(steps=STEPS)
def test_the_sums_of_an_hour_are_those_of_its_reports(steps: list[tuple[int, float]]) -> None:
    events = log_of(steps)
    roll_up = RollUp()
    for event in events:
        roll_up.take(event)
    by_hour: dict[int, list[float]] = {}
    for event, (_, value) in zip(events, steps, strict=True):
        by_hour.setdefault(event.at_us - event.at_us % HOUR_US, []).append(value)
    assert {hour_us for _, hour_us in roll_up.changed} == set(by_hour)
    for (_, hour_us), found in roll_up.changed.items():
        values = by_hour[hour_us]
        assert (found.count, found.minimum, found.maximum, found.last) == (
            len(values),
            min(values),
            max(values),
            values[-1],
        )
        assert found.total == pytest.approx(sum(values))
        # Minute by minute, over the time that the next report has made known.
        until_us = min(hour_us + HOUR_US, events[-1].at_us)
        stood = [
            v
            for at_us in range(hour_us, until_us, MINUTE_US)
            if (v := value_at(events, at_us)) is not None
        ]
        assert found.covered_s == len(stood) * 60
        assert found.integral == pytest.approx(sum(stood) * 60, abs=1e-6)


def keep_house(store: Store, retention: Retention) -> None:
    """Do all of the housekeeping, as the writer does in its pauses."""
    housekeeping = Housekeeping(retention)

    def all_slices() -> None:
        more = True
        while more:
            with store.engine.begin() as connection:
                more = housekeeping.slice(connection)

    all_slices()
    all_slices()


@given(steps=STEPS, cut=st.integers(0, 30))
@settings(max_examples=20, deadline=None)
def test_a_restart_between_two_reports_does_not_change_the_hours(
    steps: list[tuple[int, float]], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    events = log_of(steps)
    folder = tmp_path_factory.mktemp("home")
    found = []
    for name, parts in (("one", [events]), ("two", [events[:cut], events[cut:]])):
        store = Store.open(f"sqlite:///{folder}/{name}.db", group_ms=1)
        for part in parts:
            asyncio.run(store.commit(part))
            keep_house(store, Retention())
        found.append(list(store.hours(HEAT)))
        store.close()
    assert found[0] == found[1]


def test_a_boolean_tells_how_long_it_was_on(store: Store) -> None:
    events = [
        report(1, T0, value=True, prop=LAMP),
        report(2, T0 + 15 * MINUTE_US, value=False, prop=LAMP),
        report(3, T0 + 45 * MINUTE_US, value=True, prop=LAMP),
        report(4, T0 + 61 * MINUTE_US, value=False, prop=LAMP),
    ]
    asyncio.run(store.commit(events))
    keep_house(store, Retention())
    first, second = store.hours(LAMP)
    assert first.weighted_mean * first.covered_s == 30 * 60
    assert (second.weighted_mean * second.covered_s, second.count) == (60, 1)
    assert list(store.hours(LAMP, after_us=T0 + 1)) == [second]
    assert list(store.hours(LAMP, before_us=T0 + HOUR_US)) == [first]


@pytest.mark.parametrize("value", ["warm", None, float("inf"), 10**400])
def test_what_is_no_number_is_left_out_of_the_hours(value: Value) -> None:
    roll_up = RollUp()
    roll_up.take(report(1, T0, value))
    assert roll_up.changed == {}


def hall(event_id: int) -> Event:
    area = Area(AreaId("hall"), "Hall")
    return Event(EventId(event_id), T0, "person:ann", EventId(0), AreaSet(area))


def lived(store: Store, days: int, per_day: int, *, snapshot: int | None = None) -> int:
    """Let a home live: return its last event's id."""
    step_us = DAY_US // per_day
    events = [hall(1)]
    events += [report(n + 2, T0 + n * step_us, float(n % 30)) for n in range(days * per_day)]
    last = events[-1].id

    async def write() -> None:
        await store.commit(events)
        await store.save_snapshot(Snapshot(EventId(snapshot or last), 0, "state/1", b"state"))

    asyncio.run(write())
    return last


def test_events_older_than_what_is_kept_go_and_their_hours_and_configuration_stay(
    store: Store,
) -> None:
    last = lived(store, days=10, per_day=240)
    keep_house(store, Retention(days=3))
    kept = list(store.read())
    assert kept[0] == hall(1)
    newest_us = kept[-1].at_us
    group_us = writer.GROUP_EVENTS * DAY_US // 240
    assert newest_us - 3 * DAY_US - group_us < kept[1].at_us <= newest_us - 3 * DAY_US
    assert kept[-1].id == last
    assert len(list(store.hours(HEAT))) == 240


def test_what_a_start_from_the_snapshot_needs_is_kept_however_old(store: Store) -> None:
    lived(store, days=10, per_day=240, snapshot=700)
    keep_house(store, Retention(days=1))
    assert [e.id for e in store.read(limit=2)] == [1, 501]


def test_a_device_whose_reports_went_is_still_found_by_its_configuration(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "LENGTH", 100)
    adopted = Event(
        EventId(1), T0, "driver:test", EventId(0), Adopted(Device(DeviceId("hall"), "Hall", "test"))
    )
    reports = [report(n + 2, T0 + n * DAY_US // 240, float(n)) for n in range(2_400)]

    async def write() -> None:
        await store.commit([adopted, *reports])
        await store.save_snapshot(Snapshot(reports[-1].id, 0, "state/1", b"state"))

    asyncio.run(write())
    keep_house(store, Retention(days=1))
    kept = list(store.read(device=DeviceId("hall")))
    assert kept == list(store.read())
    assert kept[0] == adopted
    with store.engine.connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM stretch").scalar()
    assert count == 1 + len({e.id // 100 for e in kept[1:]})


def test_nothing_goes_without_a_snapshot(store: Store) -> None:
    asyncio.run(store.commit([report(n, T0 + n * DAY_US, 1.0) for n in range(1, 50)]))
    keep_house(store, Retention(days=1, max_bytes=1))
    assert len(list(store.read())) == 49


def test_a_database_over_its_bytes_shrinks_to_them_and_gives_the_disk_back(
    store: Store,
) -> None:
    lived(store, days=60, per_day=1_000)
    with store.engine.connect() as connection:
        before = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    keep_house(store, Retention(max_bytes=4_000_000))
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    assert (pages - free) * 4_096 < 4_100_000
    assert free <= 1_000
    assert pages < before
    kept = [e.id for e in store.read()]
    assert kept[0] == 1
    assert kept[1:] == list(range(kept[1], 60_002))


def test_a_slice_of_housekeeping_is_small(store: Store) -> None:
    lived(store, days=10, per_day=240)
    housekeeping = Housekeeping(Retention(days=1))
    left = 2_401
    while True:
        with store.engine.begin() as connection:
            more = housekeeping.slice(connection)
        now = len(list(store.read()))
        assert left - now <= SLICE
        left = now
        if not more:
            break
    assert left < 2_401


async def test_the_writer_keeps_house_by_itself(
    open_store: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_REST_S", 0.01)
    store = open_store()
    await store.commit([report(1, T0, 20.5), report(2, T0 + SECOND_US, 21.5)])
    found: list[Hour] = []
    while not found:
        await asyncio.sleep(0.01)
        found = list(store.hours(HEAT))
    assert found[0].mean == 21.0
    store.close()


@pytest.fixture(autouse=True)
def _the_writer_leaves_the_house_to_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_REST_S", 3_600)
    monkeypatch.setattr(writer, "_HOUSEKEEPING_S", 0.01)
