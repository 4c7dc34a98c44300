"""The house, its physics and its people: sane, and the same for the same seed."""

import math
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_sim.devices.catalog import DeviceType
from firmware_sim.devices.properties import MOMENTARY, Property
from firmware_sim.home import Area, DeviceEntry, Floor, Home, Person, Role, read_home
from firmware_sim.live import simulate
from firmware_sim.play import MAPLE_STREET
from firmware_sim.recording import Reading, write_recording
from firmware_sim.world.house import Blueprint, advance, opened
from firmware_sim.world.layout import Layout, Use
from firmware_sim.world.people import day_of, moves
from firmware_sim.world.physics import (
    OUTSIDE_CO2_PPM,
    Air,
    Influence,
    Room,
    breathe,
    illuminance_lx,
)
from firmware_sim.world.sky import daylight_lx, outside_c, sun_elevation_deg

HOME = read_home(MAPLE_STREET / "home.yaml")
MONDAY = datetime(2026, 3, 2, tzinfo=HOME.zone)
AIRS = st.builds(Air, st.floats(-20, 45), st.floats(420, 5000), st.floats(5, 98))
INFLUENCES = st.builds(
    Influence,
    st.floats(-25, 40),
    st.floats(0, 5000),
    st.integers(0, 10),
    st.booleans(),
    st.booleans(),
)
STEPS_S = st.floats(0.1, 1e6)


@given(air=AIRS, by=INFLUENCES, seconds=STEPS_S)
def test_air_never_leaves_what_drives_it(air: Air, by: Influence, seconds: float) -> None:
    after = breathe(Room(), air, by, seconds)
    warmest_c = by.outside_c + (by.heat_w + by.people * 80) / Room().loss_w_per_k
    low, high = min(air.temperature_c, by.outside_c), max(air.temperature_c, warmest_c)
    assert low - 1e-6 <= after.temperature_c <= high + 1e-6
    assert after.co2_ppm >= OUTSIDE_CO2_PPM - 1e-6
    assert 0 <= after.humidity_pct <= 100
    assert all(math.isfinite(x) for x in (after.temperature_c, after.co2_ppm, after.humidity_pct))


@given(air=AIRS, by=INFLUENCES, seconds=st.floats(1, 10_000))
def test_one_long_step_is_as_many_short_ones(air: Air, by: Influence, seconds: float) -> None:
    whole, parts = breathe(Room(), air, by, seconds), air
    for _ in range(7):
        parts = breathe(Room(), parts, by, seconds / 7)
    assert parts.temperature_c == pytest.approx(whole.temperature_c, rel=1e-6, abs=1e-6)
    assert parts.co2_ppm == pytest.approx(whole.co2_ppm, rel=1e-6)
    assert parts.humidity_pct == pytest.approx(whole.humidity_pct, rel=1e-6)


@given(air=AIRS, outside_c_=st.floats(-25, 40), heat_w=st.floats(0, 5000))
def test_heat_that_comes_in_is_stored_or_lost(air: Air, outside_c_: float, heat_w: float) -> None:
    room, seconds = Room(), 10.0
    after = breathe(room, air, Influence(outside_c_, heat_w), seconds)
    stored_j = room.capacity_j_per_k * (after.temperature_c - air.temperature_c)
    mean_c = (after.temperature_c + air.temperature_c) / 2
    lost_j = room.loss_w_per_k * (mean_c - outside_c_) * seconds
    assert stored_j + lost_j == pytest.approx(heat_w * seconds, abs=1.0)


@given(
    light=st.floats(0, 120_000),
    uncovered=st.floats(0, 1),
    lamps=st.floats(0, 5),
    more=st.floats(0, 1),
)
def test_a_lamp_and_an_open_cover_never_make_it_darker(
    light: float, uncovered: float, lamps: float, more: float
) -> None:
    now = illuminance_lx(Room(), light, uncovered, lamps)
    assert illuminance_lx(Room(), light, uncovered, lamps + more) >= now
    assert illuminance_lx(Room(), light, min(1.0, uncovered + more), lamps) >= now
    assert now >= 0


@pytest.mark.parametrize(
    ("at", "latitude", "longitude", "elevation"),
    [
        # Solstices and equinox at local noon: 90° - latitude + declination.
        (datetime(2026, 6, 21, 12, 2, tzinfo=UTC), 51.5, 0.0, 61.9),
        (datetime(2026, 12, 21, 11, 58, tzinfo=UTC), 51.5, 0.0, 15.1),
        (datetime(2026, 3, 20, 12, 7, tzinfo=UTC), 0.0, 0.0, 90.0),
        (datetime(2026, 6, 21, 0, 2, tzinfo=UTC), 51.5, 0.0, -15.1),
    ],
)
def test_the_sun_stands_where_it_should(
    at: datetime, latitude: float, longitude: float, elevation: float
) -> None:
    assert sun_elevation_deg(at, latitude, longitude) == pytest.approx(elevation, abs=0.6)


@given(hours=st.integers(0, 900_000), lat=st.floats(-90, 90))
def test_sky_and_weather_are_always_finite(hours: int, lat: float) -> None:
    at = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    elevation = sun_elevation_deg(at, lat, 10.0)
    assert -90 <= elevation <= 90
    assert 0 <= daylight_lx(elevation) < 60_000
    assert -50 < outside_c(at, lat, 3) < 50


@given(seed=st.integers(), day=st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_a_day_is_a_row_of_stays_from_bed_to_bed(seed: int, day: date) -> None:
    layout = Layout.of(HOME)
    for person in HOME.people:
        stays = day_of(person, layout, day, seed)
        assert stays == day_of(person, layout, day, seed)
        assert all(b.start_s - a.start_s >= 60 for a, b in pairwise(stays))
        assert stays[0].area == stays[-1].area == layout.bedroom(person)
        assert any(stay.area is None for stay in stays)
        walked = list(moves(stays, layout))
        assert all(a.at_s < b.at_s for a, b in pairwise(walked))


@given(seed=st.integers(), day=st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_people_walk_through_doors_and_not_through_walls(seed: int, day: date) -> None:
    layout = Layout.of(HOME)
    person = HOME.people[0]
    here: str | None = layout.bedroom(person)
    for move in moves(day_of(person, layout, day, seed), layout):
        if here is None:
            assert move.area == layout.entrance
        elif move.area is None:
            assert here == layout.entrance
        else:
            assert move.area == here or move.area in layout.doors[here]
        here = move.area


def test_the_areas_of_maple_street_are_for_what_they_are_called() -> None:
    layout = Layout.of(HOME)
    assert layout.entrance == "hall"
    assert {layout.bedroom(p) for p in HOME.people} == {"bedroom", "child_bedroom"}
    assert layout.of_use(Use.COOK) == ("kitchen",)
    assert layout.way("bathroom", "kitchen") == ("landing", "hall", "kitchen")


def test_the_same_seed_is_the_same_day_and_another_seed_another() -> None:
    first, again, other = (list(simulate(HOME, seed, MONDAY, 12 * 3600)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_maple_street_is_what_its_command_makes(tmp_path: Path) -> None:
    readings = simulate(HOME, 7, MONDAY, 2 * 86_400)
    write_recording(HOME, readings, tmp_path, MAPLE_STREET / "home.yaml")
    for name in ("events.csv", "home.yaml"):
        assert (tmp_path / name).read_bytes() == (MAPLE_STREET / name).read_bytes()
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 300_000


@pytest.fixture(scope="module")
def monday() -> list[Reading]:
    return list(simulate(HOME, 11, MONDAY, 86_400))


def test_a_day_is_in_order_and_every_reading_is_a_change(monday: list[Reading]) -> None:
    assert all(a.at_us <= b.at_us for a, b in pairwise(monday))
    last: dict[tuple[str, Property], object] = {}
    for reading in monday:
        if reading.property in MOMENTARY:
            continue
        key = (reading.device, reading.property)
        assert last.get(key) != reading.value
        last[key] = reading.value


def test_everybody_leaves_and_comes_home_through_the_front_door(monday: list[Reading]) -> None:
    doors = [r.at_us for r in monday if r.device == "front_door" and r.value is True]
    for person in HOME.people:
        home = [r for r in monday if r.device == f"phone_{person.id}"]
        assert [r.value for r in home] == [False, True]
        assert all(r.at_us in doors for r in home)


def test_the_day_has_light_heat_breath_and_power(monday: list[Reading]) -> None:
    devices = {r.device for r in monday}
    assert {"kitchen_lamp", "living_room_shutter", "bedside_button", "front_door_lock"} <= devices
    co2 = [float(r.value) for r in monday if r.property is Property.CO2]
    assert max(co2) > 800
    assert min(co2) > 400
    warm = [float(r.value) for r in monday if r.property is Property.TEMPERATURE]
    assert 10 < min(warm) < max(warm) < 26
    energy = [
        float(r.value)
        for r in monday
        if r.device == "energy_meter" and r.property is Property.ENERGY
    ]
    assert energy == sorted(energy)
    assert 2 < energy[-1] < 20


def test_a_lamp_that_a_hub_puts_on_is_left_on_by_who_comes_in() -> None:
    blueprint = Blueprint(HOME, 7)
    house = opened(blueprint, MONDAY)
    states = {d.id: d.initial() for d in HOME.firmwares()}
    lit = [d.id for d in HOME.devices if d.type.endswith("_light")]
    states |= {i: {**states[i], Property.ON: True} for i in lit}
    until_us = house.at_us + 6 * 3_600_000_000
    while house.next_us < until_us:
        house, readings = advance(blueprint, house, states)
        assert not [r for r in readings if r.device in lit and r.value is True]


@settings(max_examples=10)
@given(
    kinds=st.lists(st.sampled_from(DeviceType), max_size=12),
    rooms=st.lists(
        st.sampled_from(["bed", "bath", "kitchen", "hall", "attic"]), max_size=4, unique=True
    ),
    roles=st.lists(st.sampled_from(Role), max_size=3),
    seed=st.integers(0, 99),
)
def test_any_home_can_be_lived_in(
    kinds: list[DeviceType], rooms: list[str], roles: list[Role], seed: int
) -> None:
    home = Home(
        floors=(Floor(id="g", name="G"),),
        areas=tuple(Area(id=room, name=room, floor="g") for room in rooms),
        devices=tuple(
            DeviceEntry(
                id=f"d{n}", name=f"D{n}", type=kind, area=rooms[n % len(rooms)] if rooms else None
            )
            for n, kind in enumerate(kinds)
        ),
        people=tuple(Person(id=f"p{n}", name=f"P{n}", role=role) for n, role in enumerate(roles)),
    )
    known = {device.id: device.initial() for device in home.firmwares()}
    start = datetime(2026, 6, 1, 6, tzinfo=UTC)
    for reading in simulate(home, seed, start, timedelta(hours=3).total_seconds()):
        assert reading.property in known[reading.device] or reading.property in MOMENTARY
        assert not (isinstance(reading.value, float) and not math.isfinite(reading.value))
