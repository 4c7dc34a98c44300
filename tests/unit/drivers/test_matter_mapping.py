"""Attributes of Matter as properties, both ways."""

import json
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.kit.errors import MalformedError, RefusedError
from drivers.matter.attributes import Attribute, Beside, Invoke, Role, Write
from drivers.matter.clusters import CLUSTERS
from drivers.matter.coverage import read
from drivers.matter.device_types import device_type
from drivers.matter.dump import nodes
from drivers.matter.infrastructure import INFRASTRUCTURE
from drivers.matter.mapping import decoded, described, encoded
from drivers.matter.switches import happened, presses
from hubd.model.device import DeviceType
from hubd.model.value import Value, ValueType, same
from hubd.model.vocabulary import ACTIONS, TERMS, term

FEATURES = 0xFFFC
MODES = [{"0": "Cotton", "1": 3, "2": []}, {"label": "Wool", "mode": 4}]
VALUES = [a for c in CLUSTERS.values() for a in c.attributes.values() if a.role is Role.VALUE]


def attribute(cluster: int, own: int) -> Attribute:
    return CLUSTERS[cluster].attributes[own]


@pytest.mark.parametrize(
    ("cluster", "own", "raw", "beside", "name", "value"),
    [
        (6, 0, True, {}, "OnOff.on", True),
        (8, 0, 127, {}, "LevelControl.level", 50.0),
        (768, 7, 250, {}, "ColorControl.colorTemperature", 4000),
        (768, 0, 127, {}, "ColorControl.hue", 180.0),
        (1024, 0, 25_000, {}, "IlluminanceMeasurement.illuminance", 316.15),
        (1026, 0, 2150, {}, "TemperatureMeasurement.temperature", 21.5),
        (1026, 0, None, {}, "TemperatureMeasurement.temperature", None),
        (1027, 0, 1013, {}, "PressureMeasurement.pressure", 1013),
        (1027, 16, 10132, {20: -1}, "PressureMeasurement.pressure", 1013.2),
        (1028, 0, 25, {}, "FlowMeasurement.flow", 2.5),
        (1029, 0, 4512, {}, "RelativeHumidityMeasurement.humidity", 45.12),
        (1030, 0, 1, {}, "OccupancySensing.occupied", True),
        (1037, 0, 612.0, {8: 0}, "CarbonDioxideConcentrationMeasurement.value", 612),
        (1067, 0, 80.0, {8: 4}, "FormaldehydeConcentrationMeasurement.value", 0.08),
        (1070, 0, 220.0, {8: 1}, "Number.value", 220),
        (91, 0, 3, {}, "AirQuality.level", "moderate"),
        (47, 12, 133, {}, "PowerSource.batteryLevel", 66.5),
        (47, 14, 2, {}, "PowerSource.batteryLow", True),
        (144, 8, 550_000, {}, "ElectricalPowerMeasurement.activePower", 550),
        (144, 4, 220_000, {}, "ElectricalPowerMeasurement.voltage", 220),
        (145, 1, {"0": 2_500_000}, {}, "ElectricalEnergyMeasurement.energy", 2.5),
        (145, 1, {"energy": 2_500_000}, {}, "ElectricalEnergyMeasurement.energy", 2.5),
        (0x130AFC01, 0x130A000B, 0.22, {}, "ElectricalEnergyMeasurement.energy", 0.22),
        (257, 0, 1, {}, "DoorLock.locked", True),
        (257, 0, 0, {}, "DoorLock.locked", False),
        (257, 0, None, {}, "DoorLock.locked", None),
        (258, 14, 2500, {}, "WindowCovering.position", 75),
        (258, 10, 0b000101, {}, "WindowCovering.operation", "opening"),
        (513, 18, 2100, {FEATURES: 1}, "Thermostat.setpoint", 21),
        (513, 18, 2100, {FEATURES: 3}, "Thermostat.setpointLow", 21),
        (513, 17, 2600, {FEATURES: 3}, "Thermostat.setpointHigh", 26),
        (513, 28, 4, {}, "Thermostat.systemMode", "heat"),
        (513, 41, 1, {}, "Thermostat.runningState", "heating"),
        (514, 3, 40, {}, "FanControl.speed", 40),
        (92, 1, 2, {}, "SmokeCoAlarm.smoke", True),
        (87, 2, 1, {}, "BooleanState.open", True),
        (81, 1, 3, {0: MODES}, "OperationalState.mode", "Cotton"),
        (81, 1, 4, {0: MODES}, "OperationalState.mode", "Wool"),
        (97, 4, 66, {}, "RvcOperationalState.state", "docked"),
        (96, 4, 128, {3: [{"0": 128, "1": "Spin"}]}, "OperationalState.state", "Spin"),
        (86, 0, 400, {1: -100, 2: 800}, "Thermostat.setpoint", 4),
        (1286, 0, 1, {}, "MediaPlayback.state", "paused"),
    ],
)
def test_an_attribute_is_the_property_that_it_means(
    cluster: int, own: int, raw: object, beside: dict[int, object], name: str, value: Value
) -> None:
    about = Beside(beside)
    assert described(attribute(cluster, own), about).name == name
    told = decoded(attribute(cluster, own), raw, about)
    assert told == value if not isinstance(value, float) else told == pytest.approx(value)


@pytest.mark.parametrize(
    ("types", "name", "value"),
    [
        ({0x15}, "BooleanState.open", False),
        ({0x43}, "BooleanState.leak", True),
        ({0x44}, "BooleanState.rain", True),
        (set(), "BooleanState.state", True),
    ],
)
def test_the_device_type_says_what_a_boolean_state_is(
    types: set[int], name: str, value: bool
) -> None:
    beside = Beside({}, frozenset(types))
    assert described(attribute(69, 0), beside).name == name
    assert decoded(attribute(69, 0), True, beside) is value


@pytest.mark.parametrize(
    ("cluster", "own", "wished", "beside", "order"),
    [
        (6, 0, True, {}, Invoke(1, "On")),
        (6, 0, False, {}, Invoke(0, "Off")),
        (257, 0, True, {}, Invoke(0, "LockDoor")),
        (258, 14, 75, {}, Invoke(5, "GoToLiftPercentage", {"liftPercent100thsValue": 2500})),
        (258, 8, 75, {}, Invoke(5, "GoToLiftPercentage", {"liftPercent100thsValue": 2500})),
        (513, 18, 21.5, {FEATURES: 1}, Write(18, 2150)),
        (513, 28, "cool", {}, Write(28, 3)),
        (514, 3, 40, {}, Write(2, 40)),
        (81, 1, "Wool", {0: MODES}, Invoke(0, "ChangeToMode", {"newMode": 4})),
        (129, 4, False, {}, Invoke(1, "Close")),
        (260, 3, 100, {}, Invoke(1, "MoveTo", {"position": 1})),
    ],
)
def test_a_wish_is_the_order_that_the_specification_has(
    cluster: int, own: int, wished: Value, beside: dict[int, object], order: object
) -> None:
    assert encoded(attribute(cluster, own), wished, Beside(beside)) == order


def test_a_setpoint_beyond_the_devices_own_range_is_refused() -> None:
    with pytest.raises(RefusedError):
        encoded(attribute(513, 18), 31, Beside({FEATURES: 1, 21: 700, 22: 3000}))
    assert described(attribute(513, 18), Beside({21: 700, 22: 3000})).maximum == 30


def test_every_property_is_of_the_vocabulary_and_has_its_unit() -> None:
    for each in VALUES:
        assert each.codec is not None
        prop = described(each, Beside())
        assert prop.name in TERMS, each.label
        assert not term(prop.name).unit or prop.unit == term(prop.name).unit
        assert not prop.writable or each.codec.write is not None
    for cluster in CLUSTERS.values():
        assert set(cluster.actions) <= set(ACTIONS)


def test_no_cluster_is_both_the_homes_and_the_nodes_own() -> None:
    assert not set(CLUSTERS) & set(INFRASTRUCTURE)


WRITABLE = [a for a in VALUES if a.order is not None and a.codec and a.codec.write]


@given(st.sampled_from(WRITABLE), st.integers(0, 254) | st.booleans() | st.sampled_from(["a", ""]))
def test_what_is_read_can_be_wished_again(each: Attribute, raw: object) -> None:
    beside = Beside({0: MODES, 2: MODES})
    try:
        value = decoded(each, raw, beside)
    except MalformedError:
        return
    if value is None:
        return
    prop = described(each, beside)
    try:
        order = encoded(each, value, beside)
    except RefusedError:
        # Out of the range that it may be set to, or a word for a number without a name.
        return
    if isinstance(order, Write) and order.attribute == each.id:
        again = decoded(each, order.value, beside)
        assert same(again, value, prop.tolerance + 1e-3)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["0", "1", "2", "label", "mode"]), inner, max_size=3)
    ),
    max_leaves=6,
)
BESIDE = st.dictionaries(
    st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 21, 22, 80, 0x400B, 0x400C, FEATURES]),
    JSON,
    max_size=4,
)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(VALUES), JSON | st.integers(-(2**70), 2**70), BESIDE)
def test_whatever_an_attribute_says_nothing_but_malformed_is_raised(
    each: Attribute, raw: object, beside: dict[int, object]
) -> None:
    about = Beside(beside)
    prop = described(each, about)
    try:
        value = decoded(each, raw, about)
    except MalformedError:
        return
    kinds: dict[ValueType, type | tuple[type, ...]] = {
        ValueType.BOOLEAN: bool,
        ValueType.STRING: str,
        ValueType.NUMBER: (int, float),
        ValueType.INTEGER: int,
    }
    assert value is None or isinstance(value, kinds[prop.type])


@settings(deadline=None, max_examples=400)
@given(
    st.sampled_from(VALUES),
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    BESIDE,
)
def test_whatever_is_wished_is_ordered_or_refused(
    each: Attribute, wished: Value, beside: dict[int, object]
) -> None:
    try:
        order = encoded(each, wished, Beside(beside))
    except RefusedError:
        return
    assert isinstance(order, Invoke | Write)


PATHS = st.builds(
    lambda e, c, a: f"{e}/{c}/{a}",
    st.integers(0, 2),
    st.sampled_from([*sorted(CLUSTERS), 29, 4711]),
    st.integers(0, 20) | st.sampled_from([0xFFFC, 0xFFFB, 16384]),
)
NAMES = st.sampled_from(["OnOff", "Descriptor", "LevelControl", "Switch", "x"])


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(
        PATHS | st.sampled_from(["0", "1", "x"]), JSON | st.dictionaries(NAMES, JSON), max_size=6
    ),
    JSON,
)
def test_whatever_a_dump_holds_it_is_named_or_malformed(
    attributes: dict[str, object], anything: object
) -> None:
    assert all(e.name for e in read({"node_id": 1, "attributes": attributes}))
    try:
        list(read(anything))
    except MalformedError:
        return


@settings(deadline=None, max_examples=30)
@given(st.dictionaries(PATHS, JSON, max_size=12))
def test_a_dump_takes_no_memory_beyond_what_it_tells(attributes: dict[str, object]) -> None:
    document = {"attributes": attributes}
    size = len(json.dumps(document))
    list(read(document))
    tracemalloc.start()
    try:
        list(read(document))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # What an entity, a property and an endpoint are made of, for each attribute; and four times
    # what came in.
    assert peak <= 8_192 * (len(attributes) + 2) + 4 * size


def test_all_forms_of_a_dump_name_the_same_entities() -> None:
    bare = {"1/29/0": [{"0": 21, "1": 1}], "1/69/0": True, "1/69/65531": [0, 65531]}
    kept = {path: {"node_id": 4, "attribute_id": 0, "value": value} for path, value in bare.items()}
    named = {
        "1": {
            "Descriptor": {"deviceTypeList": [{"type": 21, "revision": 1}]},
            "BooleanState": {"stateValue": True, "attributeList": [0, 65531]},
        }
    }
    told = [
        [e.name for e in read(document)]
        for document in (
            {"node_id": 4, "attributes": bare},
            {"attributes": kept},
            [{"attributes": named}],
            {"data": {"nodes": {"4": {"attributes": bare}}}},
        )
    ]
    assert told == [["1/69/0 BooleanState.stateValue"]] * 4


def test_what_is_not_carried_says_why() -> None:
    attributes = {"1/6/0": "on", "1/336/5": [1], "1/4711/0": 1, "1/4276879361/1": 1, "1/6/77": 1}
    told = {e.name.split()[0]: e.reason for e in read({"attributes": attributes})}
    assert set(told) == set(attributes)
    assert all(told.values())


def test_a_document_without_a_node_is_malformed() -> None:
    with pytest.raises(MalformedError):
        list(nodes({"attributes": 3}))


def test_presses_are_told_once_each() -> None:
    multi = Beside({FEATURES: 0b11110, 2: 3})
    assert presses(multi) == ("single", "double", "triple", "long", "long_release")
    assert happened(59, 1, {"newPosition": 1}, multi) is None
    assert happened(59, 6, {"0": 1, "1": 2}, multi) == ("Switch.pressed", "double")
    simple = Beside({FEATURES: 0b10})
    assert presses(simple) == ("single",)
    assert happened(59, 1, {"newPosition": 1}, simple) == ("Switch.pressed", "single")
    latching = Beside({FEATURES: 0b1, 0: 2})
    assert happened(59, 0, {"newPosition": 1}, latching) == ("Switch.pressed", "position_1")


@given(st.sampled_from([59, 257, 6]), st.integers(0, 9), JSON, BESIDE)
def test_whatever_an_event_says_nothing_but_malformed_is_raised(
    cluster: int, event: int, data: object, beside: dict[int, object]
) -> None:
    presses(Beside(beside))
    try:
        happened(cluster, event, data, Beside(beside))
    except MalformedError:
        return


def test_an_endpoint_is_what_its_device_types_say() -> None:
    assert device_type([17, 0x100]) is DeviceType.ON_OFF_LIGHT
    assert device_type([17, 0x510]) is DeviceType.BATTERY
    assert device_type([0x74]) is DeviceType.ROBOTIC_VACUUM
    assert device_type([0xFFF1]) is DeviceType.GENERIC


def test_recorded_nodes_are_carried_whole() -> None:
    folder = os.environ.get("HUBD_DATASETS")
    if not folder:
        pytest.skip("no datasets folder: set HUBD_DATASETS")
    files = sorted((Path(folder) / "device_payloads" / "matter").glob("*.json"))
    assert files
    for file in files:
        entities = list(read(json.loads(file.read_text())))
        assert entities
        assert [e for e in entities if not e.mapped] == [], file.name
