"""Recorded homes: what is written is read, what is broken is told, real homes are understood."""

import gzip
import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.devices.catalog import DeviceType
from firmware_sim.devices.properties import FLAGS, WORDS, Property, Value, parse, text
from firmware_sim.home import Area, DeviceEntry, Home, Place
from firmware_sim.recording import (
    Reading,
    Recording,
    events_csv,
    local,
    read_recording,
    write_recording,
)
from firmware_sim.replay import readings_from, states_at
from firmware_sim.rows import RecordingError, instant_us

HOME = Home(
    place=Place(timezone="Europe/Amsterdam"),
    areas=(Area(id="hall", name="Hall"),),
    devices=(
        DeviceEntry(id="lamp", name="Lamp", area="hall", type=DeviceType.DIMMABLE_LIGHT),
        DeviceEntry(id="door", name="Door", area="hall", type=DeviceType.CONTACT_SENSOR),
        DeviceEntry(id="heat", name="Heat", area="hall", type=DeviceType.THERMOSTAT),
    ),
)
INSTANTS = st.integers(0, 4_000_000_000_000_000)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def values(prop: Property) -> st.SearchStrategy[Value]:
    if prop in FLAGS:
        return st.booleans()
    if prop in WORDS:
        return st.from_regex(r"[a-z]{1,10}", fullmatch=True)
    return st.integers(-10_000, 10_000_000).map(lambda n: n / 100)


TOLD = st.sampled_from(
    [
        ("lamp", Property.ON),
        ("lamp", Property.LEVEL),
        ("door", Property.OPEN),
        ("heat", Property.MODE),
        ("heat", Property.SETPOINT),
    ]
)


def readings_of(told: tuple[str, Property]) -> st.SearchStrategy[Reading]:
    device, prop = told
    return st.builds(Reading, INSTANTS, st.just(device), st.just(prop), values(prop))


READINGS = st.lists(TOLD.flatmap(readings_of), min_size=1, max_size=30)


@given(data=st.data(), prop=st.sampled_from(Property))
def test_a_value_survives_its_text(data: st.DataObject, prop: Property) -> None:
    value = data.draw(values(prop))
    assert parse(prop, text(prop, value)) == value


@given(readings=READINGS)
def test_what_is_written_is_read(
    readings: list[Reading], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("recording")
    write_recording(HOME, readings, folder)
    read = read_recording(folder)
    assert read.home == HOME
    assert read.faults == ()
    # The reader sorts by time and keeps the order of what happened at once.
    assert list(read.readings) == sorted(readings, key=lambda r: r.at_us)


@given(at_us=INSTANTS, zone=st.sampled_from(["UTC", "Europe/Amsterdam", "Asia/Shanghai"]))
def test_an_instant_survives_local_time(at_us: int, zone: str) -> None:
    at = local(at_us, ZoneInfo(zone))
    assert instant_us(at.isoformat(), UTC) == at_us


def test_a_time_without_offset_is_local() -> None:
    assert instant_us("2026-07-01 08:00:00.5", AMSTERDAM) == round(
        datetime(2026, 7, 1, 6, 0, 0, 500_000, UTC).timestamp() * 1e6
    )


def write(folder: Path, *lines: str, name: str = "events.csv") -> Path:
    data = ("\n".join(lines) + "\n").encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    return folder


def test_rows_that_cannot_be_used_are_told_by_file_and_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        "timestamp,sensor,value",
        "2026-03-01 10:00:00,KitchenMotion,ON",
        "yesterday,KitchenMotion,OFF",
        "2026-03-01 10:01:00,,OFF",
        "2026-03-01 10:02:00,KitchenMotion",
        "2026-03-01 10:03:00,KitchenMotion,perhaps",
        "2026-03-01 10:04:00,KitchenMotion,OFF",
    )
    read = read_recording(tmp_path)
    assert [r.value for r in read.readings] == [True, False]
    assert [fault.source for fault in read.faults] == [f"events.csv:{n}" for n in (3, 4, 5, 6)]
    assert "perhaps" in str(read.faults[-1])


def test_a_device_that_the_home_does_not_have_is_a_fault_and_not_the_end(tmp_path: Path) -> None:
    write_recording(HOME, [Reading(0, "lamp", Property.ON, True)], tmp_path)
    with (tmp_path / "events.csv").open("a") as out:
        out.write("2026-03-01 10:00:00,cellar,ON,\n2026-03-01 10:00:00,lamp,ON,colour\n")
    read = read_recording(tmp_path)
    assert len(read.readings) == 1
    assert [fault.source for fault in read.faults] == ["events.csv:3", "events.csv:4"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["timestamp,sensor,value", "x,y,z"], "none of 1 rows"),
        (["when,what", "1,2"], "columns what, when are not known"),
        ([""], "columns"),
    ],
)
def test_a_folder_without_a_usable_row_is_refused(
    tmp_path: Path, lines: list[str], told: str
) -> None:
    with pytest.raises(RecordingError, match=told):
        read_recording(write(tmp_path, *lines))


def test_a_folder_without_events_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"no events\.csv"):
        read_recording(tmp_path)


def test_intervals_are_on_at_their_start_and_off_at_their_end(tmp_path: Path) -> None:
    write(
        tmp_path,
        "start,end,sensor_id,object,room",
        "2026-03-01 10:00:00,2026-03-01 10:05:00,7,Fridge,Kitchen",
        "2026-03-01 10:04:00,2026-03-01 10:09:00,7,Fridge,Kitchen",
        "2026-03-01 11:00:00,2026-03-01 10:00:00,7,Fridge,Kitchen",
        name="events_1.csv.gz",
    )
    read = read_recording(tmp_path)
    start_us = instant_us("2026-03-01 10:00", UTC)
    assert [(r.at_us - start_us, r.device, r.value) for r in read.readings] == [
        (0, "kitchen_fridge", True),
        (540_000_000, "kitchen_fridge", False),
    ]
    assert [str(fault) for fault in read.faults] == ["events_1.csv.gz:4: it ends before it starts"]


def test_a_home_is_inferred_from_names_and_values(tmp_path: Path) -> None:
    at = "2026-03-01 10:00:00"
    write(
        tmp_path,
        "timestamp,sensor,value",
        *(f"{at},{sensor},{value}" for sensor, value in INFERRED),
    )
    home = read_recording(tmp_path).home
    types = {d.id: (d.area, d.type) for d in home.devices}
    assert types["bedroom_a_bed"] == ("bedroom_a", DeviceType.BED_SENSOR)
    assert types["living_room_motion"] == ("living_room", DeviceType.OCCUPANCY_SENSOR)
    assert types["kitchen_temperature"] == ("kitchen", DeviceType.TEMPERATURE_SENSOR)
    assert types["hall_co2"] == ("hall", DeviceType.AIR_QUALITY_SENSOR)
    assert types["bathroom_humidity"] == ("bathroom", DeviceType.HUMIDITY_SENSOR)
    assert types["front_door"][1] is DeviceType.CONTACT_SENSOR
    assert types["front_door_motion"][1] is DeviceType.OCCUPANCY_SENSOR
    lamps = {d.area for d in home.devices if d.type is DeviceType.DIMMABLE_LIGHT}
    assert lamps == {area.id for area in home.areas}
    assert types["lamp_living_room"] == ("living_room", DeviceType.DIMMABLE_LIGHT)


INFERRED = [
    ("BedroomABed", "ON"),
    ("LivingRoomMotion", "ON"),
    ("KitchenTemperature", "21.5"),
    ("hall_co2", "600"),
    ("Bathroom/Humidity", "55"),
    ("FrontDoor", "OPEN"),
    ("FrontDoor", "ON"),
]


def test_the_states_at_the_start_are_what_was_reported_before_it() -> None:
    readings = [Reading(n, "lamp", Property.LEVEL, float(n)) for n in (10, 20, 30)]
    assert states_at(readings, 30) == {"lamp": {Property.LEVEL: 20.0}}
    assert states_at(readings, 5) == {}


@given(ats=st.lists(st.integers(0, 10**12), min_size=1, max_size=20).map(sorted))
def test_a_looped_recording_goes_on_forward_at_the_same_time_of_day(ats: list[int]) -> None:
    readings = [Reading(at, "lamp", Property.ON, True) for at in ats]
    played = readings_from(readings, 0, loop=True)
    twice = [next(played) for _ in range(2 * len(ats))]
    assert all(a.at_us <= b.at_us for a, b in pairwise(twice))
    day_us = timedelta(days=1) // timedelta(microseconds=1)
    again = twice[len(ats) :]
    assert {(b.at_us - a) % day_us for a, b in zip(ats, again, strict=True)} == {0}


def test_the_busiest_day_is_a_full_one() -> None:
    day_us = 86_400_000_000
    counts = {0: 50, 1: 3, 2: 7, 3: 90}
    readings = tuple(
        Reading(day * day_us + n, "lamp", Property.ON, True)
        for day, count in counts.items()
        for n in range(count)
    )
    recording = Recording(Home(), readings)
    assert recording.busiest_day() == datetime(1970, 1, 3, tzinfo=UTC)


def test_a_property_is_written_only_when_it_is_not_the_devices_own() -> None:
    known = {d.id: d for d in HOME.firmwares()}
    readings = [Reading(0, "lamp", Property.ON, True), Reading(0, "lamp", Property.LEVEL, 40.0)]
    lines = events_csv(readings, UTC, known).splitlines()
    assert [line.split(",", 1)[1] for line in lines[1:]] == ["lamp,ON,", "lamp,40,level_pct"]


def datasets() -> Path:
    given_folder = os.environ.get("HUBD_DATASETS")
    folder = Path(given_folder) if given_folder else Path(__file__).parents[4] / "shared/datasets"
    if not folder.is_dir():
        pytest.skip("no datasets folder: set HUBD_DATASETS")
    return folder


@pytest.mark.parametrize(
    ("name", "readings", "areas"),
    [
        ("casas_al_smarthome", 39_768, {"bathroom", "bedroom", "kitchen", "living_room"}),
        ("casas_tm000_absence", 21_968, {"bedroom_a", "kitchen_a", "living_room_a"}),
        ("kasteren_A", 2_638, {"kitchen", "toilet", "bathroom", "bedroom"}),
        ("ordonez_A", 818, {"bathroom", "bedroom", "kitchen", "living_room", "entrance"}),
        ("mit_placelab_s1", 5_240, {"bathroom", "foyer", "kitchen", "living_room", "bedroom"}),
    ],
)
def test_a_real_home_is_read_without_a_fault(name: str, readings: int, areas: set[str]) -> None:
    folder = datasets() / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not in the datasets folder")
    recording = read_recording(folder)
    assert (len(recording.readings), recording.faults) == (readings, ())
    assert areas <= {area.id for area in recording.home.areas}
    assert all(a.at_us <= b.at_us for a, b in pairwise(recording.readings))
    types = {d.type for d in recording.home.devices}
    assert {DeviceType.CONTACT_SENSOR, DeviceType.DIMMABLE_LIGHT} <= types


@pytest.mark.parametrize(
    ("name", "device", "kind"),
    [
        ("ordonez_A", "bedroom_bed_pressure", DeviceType.BED_SENSOR),
        ("ordonez_A", "bathroom_shower_pir", DeviceType.OCCUPANCY_SENSOR),
        ("ordonez_A", "kitchen_toaster_electric", DeviceType.ON_OFF_PLUG),
        ("kasteren_A", "outside_front_door", DeviceType.CONTACT_SENSOR),
        ("mit_placelab_s1", "foyer_light_switch", DeviceType.ON_OFF_LIGHT),
        # Both are motion detectors aimed at a spot: they are on for a second or two.
        ("casas_tm000_absence", "bedroom_a_bed", DeviceType.OCCUPANCY_SENSOR),
        ("casas_al_smarthome", "outside_door", DeviceType.CONTACT_SENSOR),
        ("casas_al_smarthome", "outside_door_motion", DeviceType.OCCUPANCY_SENSOR),
    ],
)
def test_a_real_sensor_becomes_the_device_that_it_is(
    name: str, device: str, kind: DeviceType
) -> None:
    folder = datasets() / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not in the datasets folder")
    found = {d.id: d.type for d in read_recording(folder).home.devices}
    assert found[device] is kind
