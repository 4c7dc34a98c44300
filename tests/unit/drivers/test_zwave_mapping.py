"""What nodes of a Z-Wave network become. The values are as a Z-Wave JS server tells them."""

import json
import tracemalloc
from collections.abc import Iterable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.sighting import Medium, Sighting
from drivers.zwave.driver import SERVICE, ZwaveDriver
from drivers.zwave.function import Function, Setting, Wish
from drivers.zwave.node import Carried, carried, reachable, read_node
from drivers.zwave.values import read_key
from hubd.model.device import DeviceType
from hubd.model.value import Value

HOME = "7e570001"
CLASSES = {
    "light": (0x11, 1),
    "fan": (0x11, 8),
    "motor": (0x11, 6),
    "plug": (0x10, 1),
    "siren": (0x10, 5),
    "valve": (0x10, 6),
    "lock": (0x40, 3),
    "sensor": (0x07, 1),
}


def value(
    command_class: int,
    name: int | str,
    said: object = None,
    *,
    key: int | str | None = None,
    endpoint: int = 0,
    writeable: bool = False,
    version: int = 4,
    **metadata: object,
) -> dict[str, object]:
    kinds = {bool: "boolean", int: "number", float: "number", str: "string"}
    told: dict[str, object] = {
        "commandClass": command_class,
        "commandClassName": "",
        "endpoint": endpoint,
        "property": name,
        "propertyName": str(name),
        "ccVersion": version,
        "metadata": {
            "type": kinds.get(type(said), "any"),
            "readable": True,
            "writeable": writeable,
            "label": str(name),
            **metadata,
        },
    }
    if said is not None:
        told["value"] = said
    if key is not None:
        told |= {"propertyKey": key, "propertyKeyName": str(key)}
    return told


def node(kind: str, *values: Mapping[str, object], **facts: object) -> Carried:
    generic, specific = CLASSES[kind]
    told: dict[str, object] = {
        "nodeId": 12,
        "status": 4,
        "interviewStage": "Complete",
        "deviceClass": {"generic": {"key": generic}, "specific": {"key": specific}},
        **facts,
    }
    return carried(read_node(told, values), HOME)


def read(made: Carried, endpoint: str, values: Sequence[Mapping[str, object]]) -> dict[str, Value]:
    function = made.functions[endpoint]  # type: ignore[index]
    return dict(function.read({read_key(v): v.get("value") for v in values}))


def asked(made: Carried, endpoint: str, **wished: Value) -> list[tuple[object, object]]:
    function: Function = made.functions[endpoint]  # type: ignore[index]
    wish = Wish({name.replace("__", "."): v for name, v in wished.items()})
    return [(s.key.property, s.value) for s in function.write(wish)]


DIMMER = [
    value(38, "currentValue", 50, min=0, max=99),
    value(38, "targetValue", 50, min=0, max=99, writeable=True),
]


def test_a_dimmer_is_a_lamp_whose_level_is_a_percentage() -> None:
    made = node("light", *DIMMER)
    assert made.description.endpoints[0].type is DeviceType.DIMMABLE_LIGHT
    assert read(made, "light", DIMMER) == {"OnOff.on": True, "LevelControl.level": 50.5}
    assert asked(made, "light", LevelControl__level=100) == [("targetValue", 99)]
    assert asked(made, "light", LevelControl__level=0.2) == [("targetValue", 1)]
    assert asked(made, "light", OnOff__on=True) == [("targetValue", 255)]
    assert asked(made, "light", OnOff__on=True, LevelControl__level=30) == [("targetValue", 30)]
    assert asked(made, "light", OnOff__on=False, LevelControl__level=30) == [("targetValue", 0)]


@pytest.mark.parametrize("said", [None, 254, "unknown"])
def test_what_is_not_known_is_never_off(said: object) -> None:
    values = [{**DIMMER[0], "value": said}, DIMMER[1]]
    assert read(node("light", *values), "light", values) == {"OnOff.on": None}


def test_a_lamp_that_is_off_keeps_its_level() -> None:
    values = [{**DIMMER[0], "value": 0}, DIMMER[1]]
    assert read(node("light", *values), "light", values) == {"OnOff.on": False}


def test_a_motor_is_a_cover_that_can_be_stopped() -> None:
    values = [*DIMMER, value(38, "Open", writeable=True), value(38, "Close", writeable=True)]
    made = node("motor", *values)
    assert read(made, "cover", values) == {
        "WindowCovering.position": 50.5,
        "WindowCovering.operation": "open",
    }
    assert asked(made, "cover", WindowCovering__position=0) == [("targetValue", 0)]
    stop = made.functions["cover"].actions["WindowCovering.stop"]  # type: ignore[index]
    assert (stop.key.property, stop.value) == ("Open", False)


def test_the_device_class_says_what_is_switched() -> None:
    switch = [
        value(37, "currentValue", said=True),
        value(37, "targetValue", said=True, writeable=True),
    ]
    kinds = {
        kind: node(kind, *switch).description.endpoints[0].type
        for kind in ("plug", "siren", "valve")
    }
    assert kinds == {
        "plug": DeviceType.ON_OFF_PLUG,
        "siren": DeviceType.SIREN,
        "valve": DeviceType.WATER_VALVE,
    }
    assert node("fan", *DIMMER).description.endpoints[0].type is DeviceType.FAN


def test_each_endpoint_of_a_strip_is_one_of_the_hub() -> None:
    pairs = [
        value(37, name, said=False, endpoint=index, writeable=name == "targetValue")
        for index in (1, 2)
        for name in ("currentValue", "targetValue")
    ]
    made = node("plug", *pairs)
    assert [e.id for e in made.description.endpoints] == ["switch_1", "switch_2"]


@pytest.mark.parametrize(
    ("kind", "states", "said", "endpoint", "expected"),
    [
        (7, {"0": "idle", "8": "Motion"}, 8, "motion", {"OccupancySensing.occupied": True}),
        (7, {"0": "idle", "8": "Motion"}, 0, "motion", {"OccupancySensing.occupied": False}),
        (7, {"0": "idle", "3": "Cover removed"}, 3, "tamper", {"SmokeCoAlarm.tamper": True}),
        (6, {"22": "open", "23": "closed"}, 22, "contact", {"BooleanState.open": True}),
        (6, {"22": "open", "23": "closed"}, 23, "contact", {"BooleanState.open": False}),
        (6, {"22": "yes", "23": "no", "5633": "-"}, 5633, "contact", {"BooleanState.open": True}),
        (6, {"22": "open", "23": "closed"}, None, "contact", {"BooleanState.open": None}),
        (1, {"0": "idle", "2": "Smoke"}, 2, "smoke", {"SmokeCoAlarm.smoke": True}),
        (5, {"0": "idle", "2": "Leak"}, 0, "water", {"BooleanState.leak": False}),
        (
            4,
            {"0": "idle", "2": "Overheat", "6": "Underheat"},
            6,
            "heat",
            {"BooleanState.problem": False, "BooleanState.freeze": True},
        ),
        (8, {"0": "idle", "2": "off", "3": "on"}, 2, "mains", {"BooleanState.connected": False}),
        (8, {"0": "idle", "2": "off", "3": "on"}, 3, "mains", {"BooleanState.connected": True}),
        (12, {"0": "idle", "10": "Washing"}, 10, "appliance_status", {"Select.option": "Washing"}),
    ],
)  # fmt: skip
def test_notifications_mean_what_their_list_says(
    kind: int, states: dict[str, str], said: object, endpoint: str, expected: dict[str, Value]
) -> None:
    name = "Appliance" if kind == 12 else "N"
    notice = value(
        113,
        name,
        said,
        key="status",
        states=states,
        type="number",
        ccSpecific={"notificationType": kind},
    )
    assert read(node("sensor", notice), endpoint, [notice]) == expected


@pytest.mark.parametrize(
    ("sensor", "unit", "said", "name", "expected"),
    [
        (1, "°F", 68, "TemperatureMeasurement.temperature", 20.0),
        (3, "Lux", 120, "IlluminanceMeasurement.illuminance", 120),
        (3, "%", 40, "Number.value", 40),
        (9, "kPa", 101.3, "PressureMeasurement.pressure", 1013.0),
        (6, "Mph", 10, "Speed.value", 4.4704),
        (15, "mV", 1500, "ElectricalPowerMeasurement.voltage", 1.5),
        (27, "", 3, "Number.value", 3),
    ],
)
def test_measurements_are_told_in_the_vocabularys_units(
    sensor: int, unit: str, said: float, name: str, expected: float
) -> None:
    told = value(49, "Thing", said, unit=unit, ccSpecific={"sensorType": sensor, "scale": 0})
    made = node("sensor", told)
    assert read(made, "thing", [told]) == {name: pytest.approx(expected)}
    shown = made.description.endpoints[0].properties[0]
    assert name != "Number.value" or shown.unit == unit


def test_a_lock_that_does_not_know_itself_is_neither_locked_nor_unlocked() -> None:
    mode = value(98, "currentMode", 254)
    target = value(98, "targetMode", 255, writeable=True)
    made = node("lock", mode, target)
    assert read(made, "lock", [mode]) == {"DoorLock.locked": None}
    assert read(made, "lock", [{**mode, "value": 255}]) == {"DoorLock.locked": True}
    assert read(made, "lock", [{**mode, "value": 16}]) == {"DoorLock.locked": False}
    assert asked(made, "lock", DoorLock__locked=False) == [("targetMode", 0)]


def test_the_codes_of_a_lock_are_counted_and_never_told() -> None:
    slots = [value(99, "userIdStatus", n % 2, key=n) for n in range(1, 5)]
    codes = [value(99, "userCode", "4711", key=n, secret=True) for n in range(1, 5)]
    made = node("lock", *slots, *codes)
    assert read(made, "codes", slots) == {"Number.value": 2}
    assert "4711" not in repr(made.description)
    assert [t.where for t in made.description.troubles] == ["lock"]


def test_a_thermostat_in_fahrenheit_is_set_in_celsius() -> None:
    heat = value(67, "setpoint", 68, key=1, unit="°F", min=40, max=90, writeable=True)
    mode = value(64, "mode", 1, states={"0": "Off", "1": "Heat"}, writeable=True)
    made = node("sensor", heat, mode)
    assert read(made, "thermostat", [heat, mode]) == {
        "Thermostat.systemMode": "heat",
        "Thermostat.setpoint": 20.0,
    }
    assert asked(made, "thermostat", Thermostat__setpoint=21) == [("setpoint", 69.8)]
    with pytest.raises(RefusedError):
        asked(made, "thermostat", Thermostat__setpoint=45)


def test_a_garage_door_under_way_is_neither_open_nor_closed() -> None:
    now = value(102, "currentState", 254)
    made = node("plug", now, value(102, "targetState", 255, writeable=True))
    assert read(made, "door", [now]) == {
        "WindowCovering.position": None,
        "WindowCovering.operation": "opening",
    }
    assert made.description.endpoints[0].properties[0].stale_us > 0
    with pytest.raises(RefusedError):
        asked(made, "door", WindowCovering__position=50)


def test_a_parameter_is_a_plain_value_in_its_range() -> None:
    numbered = value(112, 3, 5, min=0, max=60, writeable=True, unit="s")
    named = value(112, 4, 1, min=0, max=1, states={"0": "Off", "1": "On"}, writeable=True)
    made = node("plug", numbered, named)
    assert asked(made, "config_3", Number__value=7) == [(3, 7)]
    with pytest.raises(RefusedError):
        asked(made, "config_3", Number__value=61)
    assert read(made, "config_4", [named]) == {"Select.option": "On"}
    assert asked(made, "config_4", Select__option="Off") == [(4, 0)]


def test_a_scene_button_tells_its_presses() -> None:
    states = {"0": "KeyPressed", "2": "KeyHeldDown", "3": "KeyPressed2x"}
    scene = value(91, "scene", key="001", states=states, stateful=False)
    made = node("sensor", scene)
    function = made.functions["button_1"]  # type: ignore[index]
    assert made.description.endpoints[0].signals[0].choices == ("single", "long", "double")
    assert function.listeners[read_key(scene)].read(3) == "double"


def test_a_meter_counts_and_can_be_reset() -> None:
    about = {"meterType": 1, "rateType": 1}
    energy = value(50, "value", 3.5, key=65537, unit="kWh", ccSpecific={**about, "scale": 0})
    power = value(50, "value", 12, key=66049, unit="W", ccSpecific={**about, "scale": 2})
    reset = value(50, "reset", type="boolean", readable=False, writeable=True)
    made = node("plug", energy, power, reset)
    assert read(made, "electric", [energy, power]) == {
        "ElectricalEnergyMeasurement.energy": 3.5,
        "ElectricalPowerMeasurement.activePower": 12,
    }
    assert made.functions["electric"].actions["Meter.reset"] == Setting(read_key(reset), value=True)  # type: ignore[index]


def test_a_node_that_is_not_interviewed_whole_says_so() -> None:
    made = node("plug", interviewStage="ProtocolInfo", ready=False)
    assert [t.where for t in made.description.troubles] == ["interview"]
    assert reachable(1) == (True, "")
    assert reachable(3)[0] is False


def test_a_server_is_recognised_by_its_home_id() -> None:
    sighting = Sighting(
        Medium.MDNS, SERVICE, "2119630849", addresses=("192.168.1.5",), port=3001,
        texts={"homeid": "2119630849"},
    )  # fmt: skip
    found = ZwaveDriver().recognised(sighting)
    assert found is not None
    assert (found.key, found.address, found.port) == (HOME, "192.168.1.5", 3001)
    with pytest.raises(MalformedError):
        ZwaveDriver().recognised(Sighting(Medium.MDNS, SERVICE, "x", texts={"homeid": "?"}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
COMMAND_CLASSES = [
    32, 37, 38, 43, 48, 49, 50, 51, 64, 66, 67, 68, 69, 91, 98, 99, 100, 102, 106, 109, 110, 111,
    112, 113, 118, 121, 128, 135, 144, 156,
]  # fmt: skip
NAMES = [
    "currentValue", "targetValue", "currentColor", "targetColor", "mode", "setpoint", "state",
    "value", "reset", "level", "isLow", "chargingStatus", "currentMode", "targetMode", "toneId",
    "defaultVolume", "scene", "currentState", "targetState", "userIdStatus", "Open", "doorStatus",
]  # fmt: skip
SOMETIMES = st.sampled_from([None, 0, 1, 2, 11, 255, "Opening state", "001"])


@st.composite
def strange_values(draw: st.DrawFn) -> object:
    """A value that is nearly right: any of its parts may be anything."""
    said: dict[str, object] = {
        "commandClass": draw(st.sampled_from(COMMAND_CLASSES)),
        "endpoint": draw(st.sampled_from([0, 1])),
        "property": draw(st.sampled_from(NAMES) | st.integers(0, 9)),
        "propertyKey": draw(SOMETIMES),
        "value": draw(JSON | st.integers(-300, 300)),
        "metadata": {
            "type": draw(st.sampled_from(["boolean", "number", "string", "any", "color"])),
            "writeable": draw(st.booleans()),
            "readable": draw(st.booleans()),
            "min": draw(st.none() | st.integers() | st.floats()),
            "max": draw(st.none() | st.integers() | st.floats()),
            "unit": draw(st.sampled_from(["", "°F", "W", "%"])),
            "states": draw(st.none() | st.dictionaries(st.integers(0, 300).map(str), st.text())),
            "ccSpecific": draw(
                st.dictionaries(
                    st.sampled_from(["sensorType", "meterType", "scale", "notificationType"]),
                    st.integers(0, 90),
                )
            ),
        },
    }
    for _ in range(draw(st.integers(0, 2))):
        said[draw(st.sampled_from(sorted(said)))] = draw(JSON)
    return said


def tried(told: object, values: Iterable[object]) -> None:
    """Read a node, then all its functions, and wish everything of it."""
    made = carried(read_node(told, values), HOME)
    known = {read_key(v): v.get("value") for v in _readable(values)}
    for function in made.functions.values():
        named = {p.name for p in function.endpoint.properties}
        assert {name for name, _ in function.read(known)} <= named
        for prop in function.endpoint.properties:
            for wished in (True, 0, 50.0, "off", None):
                try:
                    settings_made = function.write(Wish({prop.name: wished}, 1.0, known))
                except RefusedError:
                    continue
                json.dumps([s.value for s in settings_made])


def _readable(values: Iterable[object]) -> Iterable[Mapping[str, object]]:
    for said in values:
        try:
            read_key(said)
        except MalformedError:
            continue
        assert isinstance(said, dict)
        yield said


@settings(deadline=None, max_examples=300)
@given(st.lists(strange_values(), max_size=6), JSON)
def test_whatever_a_server_tells_of_values_nothing_but_malformed_is_raised(
    values: list[object], anything: object
) -> None:
    tried({"nodeId": 3, "deviceClass": anything, "endpoints": anything, "status": 4}, values)


@settings(deadline=None)
@given(JSON, st.lists(JSON, max_size=3))
def test_whatever_a_server_tells_of_nodes_nothing_but_malformed_is_raised(
    told: object, values: list[object]
) -> None:
    try:
        tried(told, values)
    except MalformedError:
        return


@settings(deadline=None, max_examples=50)
@given(st.lists(strange_values(), min_size=1, max_size=6))
def test_a_node_takes_no_memory_beyond_what_it_tells(values: list[object]) -> None:
    told = json.dumps(values).encode()
    tried({"nodeId": 3}, values)
    tracemalloc.start()
    try:
        carried(read_node({"nodeId": 3}, values), HOME)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # What a function, an endpoint and its properties are made of, for each value; and four times
    # what came in.
    assert peak <= 16_384 * (len(values) + 1) + 4 * len(told)


SIGHTED = st.dictionaries(st.sampled_from(["homeid", "serverversion"]), st.text(max_size=12))


@given(st.text(max_size=20), SIGHTED, st.integers(0, 65535))
def test_a_sighting_is_recognised_or_malformed(name: str, texts: dict[str, str], port: int) -> None:
    sighting = Sighting(Medium.MDNS, SERVICE, name, port=port, texts=texts)
    try:
        found = ZwaveDriver().recognised(sighting)
    except MalformedError:
        return
    assert found is not None
    assert len(found.key) == 8


def test_of_a_thousand_values_that_are_none_the_first_are_told() -> None:
    assert 0 < len(read_node({"nodeId": 3}, [1] * 1000).malformed) < 100
