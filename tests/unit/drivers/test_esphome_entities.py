"""ESPHome's entities as endpoints: what each kind means, and that no nonsense breaks it."""

import math
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from enum import Enum

import pytest
from aioesphomeapi.client import APIClient
from aioesphomeapi.core import ConnectionNotEstablishedAPIError
from aioesphomeapi.model import (
    COMPONENT_TYPE_TO_INFO,
    APIModelBase,
    APIVersion,
    ClimateFeature,
    ClimateInfo,
    ClimateState,
    ColorMode,
    CoverInfo,
    CoverState,
    DateTimeInfo,
    DateTimeState,
    DeviceInfo,
    EntityCategory,
    EntityInfo,
    EntityState,
    FanInfo,
    FanState,
    LegacyCoverState,
    LightInfo,
    LightState,
    NumberInfo,
    SensorInfo,
    SensorState,
    SubDeviceInfo,
    TemperatureUnit,
    UserService,
)
from aioesphomeapi.model_conversions import STATE_TYPE_TO_INFO_TYPE
from hypothesis import given
from hypothesis import strategies as st

from drivers.esphome.device import Source, anatomy
from drivers.esphome.entities import carried
from drivers.esphome.entity import Entity, Wish
from drivers.kit.errors import MalformedError, RefusedError
from hubd.model.device import Trouble
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, SIGNALS, TERMS


def of[T: APIModelBase](kind: type[T], **said: object) -> T:
    """Return what the library makes of a message with these fields."""
    return kind.from_dict(said)


NEW, OLD = of(APIVersion, major=1, minor=14), of(APIVersion, major=1, minor=0)
UNCARRIED = {"camera", "infrared", "radio_frequency"}


def entity(info: EntityInfo, api: APIVersion = NEW) -> Entity:
    made = carried(info, api)
    assert isinstance(made, Entity)
    return made


def read(made: Entity, state: EntityState) -> Mapping[str, Value]:
    assert made.told is not None
    return dict(made.told.read(state))


@pytest.mark.parametrize("kind", sorted(COMPONENT_TYPE_TO_INFO))
def test_every_kind_of_the_library_is_carried_or_says_why_not(kind: str) -> None:
    made = carried(of(COMPONENT_TYPE_TO_INFO[kind], name="It"), NEW)
    assert isinstance(made, Trouble) == (kind in UNCARRIED)


def test_names_are_the_vocabularys() -> None:
    for kind in COMPONENT_TYPE_TO_INFO.values():
        made = carried(kind(), NEW)
        if isinstance(made, Entity):
            assert {p.name for p in made.endpoint.properties} <= TERMS.keys()
            assert {a.name for a in made.endpoint.actions} <= ACTIONS.keys()
            assert {s.name for s in made.endpoint.signals} <= SIGNALS.keys()


LAMP = of(
    LightInfo,
    key=1,
    name="Lamp",
    supported_color_modes=[ColorMode.RGB_WHITE, ColorMode.COLD_WARM_WHITE],
    min_mireds=153,
    max_mireds=500,
)


def test_a_lamp_in_white_has_a_warmth_and_no_hue() -> None:
    white = of(
        LightState,
        key=1,
        state=True,
        brightness=0.5,
        color_mode=ColorMode.COLD_WARM_WHITE,
        color_temperature=250,
    )
    assert read(entity(LAMP), white) == {
        "OnOff.on": True,
        "LevelControl.level": 50.0,
        "ColorControl.colorTemperature": 4000.0,
        "ColorControl.mode": "color_temp",
    }


def test_a_lamp_in_colour_has_a_hue_and_no_warmth() -> None:
    red = of(
        LightState,
        key=1,
        state=True,
        brightness=1,
        color_mode=ColorMode.RGB_WHITE,
        color_brightness=1,
        red=1,
    )
    said = read(entity(LAMP), red)
    assert said["ColorControl.hue"] == 0.0
    assert said["ColorControl.saturation"] == 100.0
    assert "ColorControl.colorTemperature" not in said


def test_a_lamps_range_of_warmth_is_its_own() -> None:
    warmth = entity(LAMP).endpoint.property("ColorControl.colorTemperature")
    assert warmth is not None
    assert (warmth.minimum, warmth.maximum, warmth.transition) == (2000.0, 6536.0, True)


def test_a_cover_of_the_first_api_is_open_or_closed() -> None:
    made = entity(of(CoverInfo, name="Gate", device_class="gate", supports_position=True), OLD)
    said = read(made, of(CoverState, legacy_state=LegacyCoverState.CLOSED, position=1.0))
    assert said["WindowCovering.position"] == 0.0
    position = made.endpoint.property("WindowCovering.position")
    assert position is not None
    assert (position.step, position.stale_us > 0) == (100.0, True)
    assert made.write is not None
    with pytest.raises(RefusedError):
        made.write(Wish({"WindowCovering.position": 40.0}, {}))


@given(st.integers(1, 100), st.data())
def test_a_fans_speeds_come_back_as_they_were_set(levels: int, data: st.DataObject) -> None:
    made = entity(of(FanInfo, supports_speed=True, supported_speed_count=levels))
    level = data.draw(st.integers(1, levels))
    said = read(made, of(FanState, state=True, speed_level=level))["FanControl.speed"]
    assert isinstance(said, float)
    assert round(said / 100 * levels) == level
    speed = made.endpoint.property("FanControl.speed")
    assert speed is not None
    assert speed.minimum is not None
    assert speed.minimum <= said + 0.01


def test_a_thermostat_in_fahrenheit_is_told_in_celsius() -> None:
    made = entity(
        of(
            ClimateInfo,
            feature_flags=ClimateFeature.SUPPORTS_CURRENT_TEMPERATURE,
            temperature_unit=TemperatureUnit.FAHRENHEIT,
            visual_min_temperature=50,
            visual_max_temperature=104,
            visual_target_temperature_step=1,
        )
    )
    setpoint = made.endpoint.property("Thermostat.setpoint")
    assert setpoint is not None
    assert (setpoint.minimum, setpoint.maximum) == (10.0, 40.0)
    said = read(made, of(ClimateState, current_temperature=68, target_temperature=math.nan))
    assert said["Thermostat.localTemperature"] == 20.0
    assert said["Thermostat.setpoint"] is None


def test_a_sensors_class_and_unit_say_what_it_measures() -> None:
    for info, said, name, value in (
        (
            of(SensorInfo, device_class="power", unit_of_measurement="kW"),
            1.5,
            "activePower",
            1500.0,
        ),
        (of(SensorInfo, unit_of_measurement="Wh"), 250.0, "energy", 0.25),
        (of(SensorInfo, device_class="power_factor"), 0.9, "powerFactor", 90.0),
        (
            of(SensorInfo, device_class="temperature", unit_of_measurement="furlong"),
            3.0,
            "value",
            3.0,
        ),
        (of(SensorInfo, unit_of_measurement="rpm"), 3.0, "value", 3.0),
    ):
        told = read(entity(info), of(SensorState, state=said))
        ((full, got),) = told.items()
        assert full.partition(".")[2] == name
        assert got == pytest.approx(value)


def test_a_number_is_as_it_was_before_it_was_a_short_float() -> None:
    said = read(entity(SensorInfo()), of(SensorState, state=21.299999237060547))
    assert said == {"Number.value": 21.3}


def test_times_are_told_with_their_zone() -> None:
    clock = entity(DateTimeInfo())
    said = read(clock, of(DateTimeState, epoch_seconds=1767225600))
    assert said == {"Timestamp.value": "2026-01-01T00:00:00+00:00"}
    assert clock.write is not None
    with pytest.raises(RefusedError, match="zone"):
        clock.write(Wish({"Timestamp.value": "2026-01-01T00:00:00"}, {}))


def test_entities_of_one_name_stay_apart_and_a_strange_part_is_the_device_itself() -> None:
    device = anatomy(
        of(DeviceInfo, name="node", devices=[of(SubDeviceInfo, device_id=5, name="Pot")]),
        [
            of(NumberInfo, key=1, name="温度"),
            of(NumberInfo, key=2, name="湿度"),
            of(NumberInfo, key=3, name="a b"),
            of(NumberInfo, key=4, name="a.b"),
            of(SensorInfo, key=3, name="a b"),
            of(SensorInfo, key=9, name="lost", device_id=77),
            of(SensorInfo, key=10, name="later", entity_category=EntityCategory.DIAGNOSTIC),
            of(SensorInfo, key=11, name="wet", device_id=5),
        ],
        [of(UserService, name="dance", key=1)],
        NEW,
    )
    ids = [e.id for e in device.parts[""].description.endpoints]
    assert len(ids) == len(set(ids)) == 7
    assert ids[-1] == "sensor_later"
    assert [e.id for e in device.parts["5"].description.endpoints] == ["sensor_wet"]
    assert device.places[Source(SensorState, 77, 9)].part == ""


# whatever is told

TEXTS = st.text(max_size=20) | st.sampled_from(["temperature", "°C", "garage", "lock", "x" * 5000])
NUMBERS = st.integers(-(2**31), 2**31 - 1) | st.integers(0, 130)
FLOATS = st.floats(width=32) | st.sampled_from([0.0, 1.0, 153.0, 500.0, -1.0])


def whatever(kind: "type[EntityInfo | EntityState]") -> st.SearchStrategy[object]:
    """Return instances as the library makes them of a message with arbitrary fields."""
    drawn: dict[str, st.SearchStrategy[object]] = {}
    for one in fields(kind):  # type: ignore[arg-type] # the library's decorator hides what it is
        said = str(one.type)
        if one.name in {"key", "device_id"}:
            drawn[one.name] = st.integers(0, 2**32 - 1)
        elif said.startswith("list[str]"):
            drawn[one.name] = st.lists(TEXTS, max_size=5)
        elif said.startswith("list["):
            drawn[one.name] = st.lists(NUMBERS, max_size=8)
        elif said.startswith("bool"):
            drawn[one.name] = st.booleans()
        elif said.startswith("float"):
            drawn[one.name] = FLOATS
        elif said.startswith("str"):
            drawn[one.name] = TEXTS
        elif said.startswith("bytes"):
            drawn[one.name] = st.binary(max_size=20)
        else:
            drawn[one.name] = NUMBERS
    if "supported_formats" in drawn:
        drawn["supported_formats"] = st.just([])
    return st.builds(kind, **drawn)


VERSIONS = st.integers(0, 30).map(lambda minor: of(APIVersion, major=1, minor=minor))
VALUES: st.SearchStrategy[Value] = (
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.floats(0, 100)
)
KINDS = sorted(COMPONENT_TYPE_TO_INFO)
STATES = {info: state for state, info in STATE_TYPE_TO_INFO_TYPE.items()}


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_no_entity_breaks_what_maps_it(kind: str, data: st.DataObject) -> None:
    info_type = COMPONENT_TYPE_TO_INFO[kind]
    info = data.draw(whatever(info_type))
    assert isinstance(info, EntityInfo)
    made = carried(info, data.draw(VERSIONS))
    if isinstance(made, Trouble):
        return
    described = {p.name: p for p in made.endpoint.properties}
    if made.told is not None:
        state = data.draw(whatever(STATES[info_type]))
        assert isinstance(state, EntityState)
        try:
            values = made.told.read(state)
        except MalformedError:
            values = ()
        names = [name for name, _ in values]
        signals = {s.name for s in made.endpoint.signals}
        assert set(names) <= (signals if made.told.momentary else described.keys())
        assert len(names) == len(set(names))
        for _, value in values:
            assert value is None or isinstance(value, bool | int | float | str)
            assert not isinstance(value, float) or math.isfinite(value)
            assert not isinstance(value, Enum)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - UNCARRIED))
@given(st.data())
async def test_no_wish_breaks_what_sends_it(kind: str, data: st.DataObject) -> None:
    info = data.draw(whatever(COMPONENT_TYPE_TO_INFO[kind]))
    assert isinstance(info, EntityInfo)
    made = entity(info, data.draw(VERSIONS))
    names = [p.name for p in made.endpoint.properties if p.writable]
    orders: list[Callable[[APIClient], None]] = []
    if made.write is not None and names:
        wanted = data.draw(st.dictionaries(st.sampled_from(names), VALUES, min_size=1))
        known = data.draw(st.dictionaries(st.sampled_from(names), st.none() | st.floats(0, 100)))
        with suppress(RefusedError):
            orders.append(made.write(Wish(wanted, known, data.draw(st.none() | st.floats(0, 99)))))
    for act in made.actions.values():
        with suppress(RefusedError):
            orders.append(act(data.draw(VALUES)))
    client = APIClient("127.0.0.1", 6053)
    for order in orders:
        with pytest.raises(ConnectionNotEstablishedAPIError):
            order(client)


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=30), st.data())
def test_a_device_takes_no_more_memory_than_what_it_says(
    kinds: Sequence[str], data: st.DataObject
) -> None:
    infos = [data.draw(whatever(COMPONENT_TYPE_TO_INFO[k])) for k in kinds]
    entities = [info for info in infos if isinstance(info, EntityInfo)]
    told_bytes = sum(len(repr(info)) for info in entities)
    anatomy(DeviceInfo(), entities, [], NEW)
    tracemalloc.start()
    try:
        anatomy(DeviceInfo(), entities, [], NEW)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= 4 * told_bytes + 16_384 * len(entities)
