"""Homie 4 and 5: what becomes of a device, in whatever order it is told."""

import random
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.mqtt.dialect import Described, Heard
from drivers.mqtt.errors import DiscoveryError, UnwritableError
from drivers.mqtt.homie import Homie
from drivers.mqtt.homie.color import HUE, SATURATION, Tint
from drivers.mqtt.homie.meaning import kind_of, meaning, words
from drivers.mqtt.homie.tree import HomieProperty, Node, Tree
from drivers.mqtt.homie.values import codec, scaled
from drivers.mqtt.payload import Payload
from hubd.model.device import DeviceType
from hubd.model.value import Value
from tests.unit.drivers.mqtt_house import House, as_bytes

LAMP: Mapping[str, str] = {
    "$homie": "4.0.0", "$name": "Reading lamp", "$state": "ready", "$nodes": "light,climate",
    "$mac": "A4:CF:12:00:11:22", "$localip": "192.168.1.9",
    "light/$name": "Light", "light/$type": "dimmable light",
    "light/$properties": "power,brightness,color,effect",
    "light/power/$datatype": "boolean", "light/power/$settable": "true",
    "light/brightness/$datatype": "integer", "light/brightness/$format": "0:255",
    "light/brightness/$settable": "true",
    "light/color/$datatype": "color", "light/color/$format": "rgb", "light/color/$settable": "true",
    "light/effect/$datatype": "enum", "light/effect/$format": "none,rainbow",
    "light/effect/$settable": "true",
    "climate/$name": "Climate", "climate/$type": "BME280",
    "climate/$properties": "temperature,humidity,motion,press",
    "climate/temperature/$datatype": "float", "climate/temperature/$unit": "°F",
    "climate/humidity/$datatype": "float", "climate/humidity/$unit": "%",
    "climate/motion/$datatype": "boolean",
    "climate/press/$datatype": "enum", "climate/press/$format": "single,double",
    "climate/press/$retained": "false",
}  # fmt: skip
VALUES: Mapping[str, str] = {
    "light/power": "true", "light/brightness": "51", "light/color": "255,0,0",
    "light/effect": "rainbow", "climate/temperature": "68", "climate/humidity": "41.5",
    "climate/motion": "false",
}  # fmt: skip
MEANT: Mapping[str, Value] = {
    "light/OnOff.on": True,
    "light/LevelControl.level": 20.0,
    "light/ColorControl.hue": 0.0,
    "light/ColorControl.saturation": 100.0,
    "light_effect/Select.option": "rainbow",
    "climate/TemperatureMeasurement.temperature": 20.0,
    "climate/RelativeHumidityMeasurement.humidity": 41.5,
    "climate/OccupancySensing.occupied": False,
}
DEVICE = "homie_lamp"


async def told(messages: Iterable[tuple[str, str]], *, retained: bool = True) -> House:
    house = House()
    for path, said in messages:
        await house.tell(f"homie/lamp/{path}", said.encode(), retained=retained)
    return house


def ask(house: House, endpoint: str, name: str, value: Value) -> list[tuple[str, str]]:
    return house.send([house.order(name, value, endpoint=endpoint, device=DEVICE)])


def values(house: House) -> dict[str, Value]:
    return {k.removeprefix(f"{DEVICE}/"): v for k, v in house.hub.values().items()}


@pytest.mark.parametrize("seed", range(20))
async def test_a_device_is_assembled_whatever_the_order_of_its_messages(seed: int) -> None:
    messages = [*LAMP.items(), *VALUES.items()]
    random.Random(seed).shuffle(messages)
    house = await told(messages)
    device = house.hub.devices[DEVICE]

    assert (device.name, device.identities) == ("Reading lamp", ("mac:a4cf12001122",))
    assert device.troubles == ()
    assert {e.id: e.type for e in device.endpoints} == {
        "light": DeviceType.EXTENDED_COLOR_LIGHT,
        "light_effect": DeviceType.GENERIC,
        "climate": DeviceType.TEMPERATURE_SENSOR,
        "climate_press": DeviceType.GENERIC_SWITCH,
    }
    assert {k: v for k, v in values(house).items() if k in MEANT} == pytest.approx(dict(MEANT))
    assert house.hub.reach == [(DEVICE, True, "")]
    assert house.hub.refused == []


async def test_what_came_before_its_device_was_known_is_old_news() -> None:
    house = await told([*VALUES.items(), *LAMP.items()], retained=False)
    assert house.hub.reports
    assert all(restored for _, _, restored in house.hub.reports)


async def test_nothing_is_subscribed_to_twice() -> None:
    house = await told([*LAMP.items(), *VALUES.items()])
    assert [t for t in house.broker.topics if t.startswith("homie/lamp")] == []
    house.driver.lost("gone")
    house.driver.connected()
    assert [t for t in house.broker.topics if t.startswith("homie/lamp")] == []


async def test_a_lamp_is_commanded() -> None:
    house = await told([*LAMP.items(), *VALUES.items()])

    assert ask(house, "light", "OnOff.on", value=False) == [("homie/lamp/light/power/set", "false")]
    assert ask(house, "light", "LevelControl.level", 100.0) == [
        ("homie/lamp/light/brightness/set", "255")
    ]
    assert ask(house, "light_effect", "Select.option", "none") == [
        ("homie/lamp/light/effect/set", "none")
    ]
    both = [(HUE, 120.0), (SATURATION, 100.0)]
    orders = [house.order(n, v, endpoint="light", device=DEVICE) for n, v in both]
    assert house.send(orders) == [("homie/lamp/light/color/set", "0,255,0")]
    assert ask(house, "light", HUE, 240.0) == [("homie/lamp/light/color/set", "0,0,255")]


async def test_a_press_is_signalled_and_one_of_yesterday_is_not() -> None:
    house = await told([*LAMP.items(), *VALUES.items()])
    await house.tell("homie/lamp/climate/press", "double", retained=True)
    assert house.hub.signals == []
    await house.tell("homie/lamp/climate/press", "double")
    assert house.hub.signals == [(DEVICE, "climate_press", "Switch.pressed", "double")]


STATES = [
    ("disconnected", False),
    ("lost", False),
    ("sleeping", None),
    ("init", None),
    ("alert", None),
]


@pytest.mark.parametrize(("state", "available"), STATES)
async def test_a_devices_state_says_whether_it_is_there(state: str, available: bool | None) -> None:
    house = await told([*LAMP.items(), *VALUES.items()])
    before = len(house.hub.reach)
    await house.tell("homie/lamp/$state", state)
    changes = [there for _, there, _ in house.hub.reach[before:]]
    assert changes == ([] if available is None else [available])
    await house.tell("homie/lamp/$state", "ready")
    assert house.hub.reach[-1][:2] == (DEVICE, True)


async def test_a_device_that_slept_when_the_hub_started_is_unknown() -> None:
    house = await told([*{**LAMP, "$state": "sleeping"}.items(), *VALUES.items()])
    assert house.hub.reach == []
    assert values(house)["climate/OccupancySensing.occupied"] is False


async def test_a_property_that_is_added_joins_with_the_value_it_has() -> None:
    house = await told([*LAMP.items(), *VALUES.items()])
    await house.tell("homie/lamp/climate/pressure", "1013.2", retained=True)
    await house.tell("homie/lamp/climate/pressure/$datatype", "float", retained=True)
    await house.tell("homie/lamp/climate/pressure/$unit", "hPa", retained=True)
    listed = f"{LAMP['climate/$properties']},pressure"
    await house.tell("homie/lamp/climate/$properties", listed, retained=True)

    assert values(house)["climate/PressureMeasurement.pressure"] == 1013.2


async def test_a_device_that_is_withdrawn_is_forgotten() -> None:
    house = await told([*LAMP.items(), *VALUES.items()])
    for path in LAMP:
        await house.tell(f"homie/lamp/{path}", b"")
    assert house.hub.forgotten_ids == [DEVICE]


async def test_an_older_convention_is_told_as_not_carried() -> None:
    house = await told({**LAMP, "$homie": "2.0.1"}.items())
    assert house.hub.devices == {}
    assert "2.0.1" in house.hub.refused[0][1]


# version 5

BRIDGE: dict[str, object] = {
    "homie": "5.0", "version": 7, "name": "Blinds", "children": ["blind"], "nodes": {},
}  # fmt: skip
BLIND: dict[str, object] = {
    "homie": "5.0", "version": 1, "name": "Kitchen blind", "root": "bridge", "parent": "bridge",
    "nodes": {
        "shutter": {
            "type": "shutter",
            "properties": {
                "position": {"datatype": "integer", "format": "0:100", "unit": "%",
                             "settable": True},
                "action": {"datatype": "enum", "format": "open,close,stop", "settable": True,
                           "retained": False},
                "label": {"datatype": "string", "settable": True},
            },
        },
        "light": {
            "properties": {
                "on": {"datatype": "boolean", "settable": True},
                "colour": {"datatype": "color", "format": "rgb,hsv", "settable": True},
                "warmth-colour-temp": {"datatype": "integer", "format": "153:500",
                                       "settable": True},
            }
        },
    },
}  # fmt: skip


async def blind() -> House:
    house = House()
    await house.tell("homie/5/bridge/$state", "ready", retained=True)
    await house.tell("homie/5/bridge/$description", BRIDGE, retained=True)
    await house.tell("homie/5/blind/shutter/position", "30", retained=True)
    await house.tell("homie/5/blind/$description", BLIND, retained=True)
    await house.tell("homie/5/blind/$state", "ready", retained=True)
    await house.tell("homie/5/blind/light/colour", "hsv,300,50,75", retained=True)
    await house.tell("homie/5/blind/light/warmth-colour-temp", "250", retained=True)
    await house.tell("homie/5/blind/shutter/label", b"\0", retained=True)
    return house


async def test_a_description_of_version_5_is_read_told_of_and_commanded() -> None:
    house = await blind()
    told = {k.removeprefix("homie_blind/"): v for k, v in house.hub.values().items()}

    assert told["shutter/WindowCovering.position"] == 30
    assert told["light/ColorControl.hue"] == 300
    assert told["light/ColorControl.saturation"] == 50
    assert told["light/ColorControl.colorTemperature"] == 4000
    assert told["shutter_label/Text.value"] == ""
    assert house.hub.reach == [("homie_blind", True, "")]

    def ask(
        endpoint: str, name: str, value: Value, *, action: bool = False
    ) -> list[tuple[str, str]]:
        order = house.order(name, value, endpoint=endpoint, device="homie_blind", action=action)
        return house.send([order])

    assert ask("shutter", "WindowCovering.position", 80.0) == [
        ("homie/5/blind/shutter/position/set", "80")
    ]
    assert ask("light", HUE, 120.0) == [("homie/5/blind/light/colour/set", "hsv,120,50,75")]
    assert ask("shutter_label", "Text.value", "") == [("homie/5/blind/shutter/label/set", "\0")]
    assert ask("shutter_action", "WindowCovering.stop", None, action=True) == [
        ("homie/5/blind/shutter/action/set", "stop")
    ]
    assert house.hub.refused == []


async def test_a_part_of_a_device_that_is_lost_is_lost_with_it() -> None:
    house = await blind()
    await house.tell("homie/5/bridge/$state", "lost")
    assert house.hub.reach[-1][:2] == ("homie_blind", False)
    await house.tell("homie/5/bridge/$state", "ready")
    assert house.hub.reach[-1] == ("homie_blind", True, "")


async def test_a_description_that_is_withdrawn_takes_its_device_with_it() -> None:
    house = await blind()
    await house.tell("homie/5/blind/$description", b"")
    assert house.hub.forgotten_ids == ["homie_blind"]


@pytest.mark.parametrize(
    "payload",
    [b"{", b"[]", {"homie": "4.0"}, {"homie": "5.0", "nodes": {"a/b": {}}},
     {"homie": "5.0", "nodes": {"n": {"properties": {"p": {}}}}},
     {"homie": "5.0", "nodes": {"n": {"properties": {f"p{i}": {"datatype": "integer"}
                                                     for i in range(501)}}}}],
)  # fmt: skip
def test_a_description_that_cannot_be_read_is_told_as_such(payload: object) -> None:
    raw = payload if isinstance(payload, bytes) else as_bytes(payload)
    with pytest.raises(DiscoveryError):
        list(Homie().read("homie/5/x/$description", raw))


def test_a_property_whose_format_is_nonsense_is_a_trouble_and_the_rest_is_carried() -> None:
    said = {"homie": "5.0", "nodes": {"n": {"properties": {
        "a": {"datatype": "integer", "format": "9:1", "settable": True},
        "b": {"datatype": "integer"},
        "c": {"datatype": "hologram"},
    }}}}  # fmt: skip
    (described,) = Homie().read("homie/5/x/$description", as_bytes(said))
    assert isinstance(described, Described)
    kinds = {piece.kind: type(piece.built).__name__ for piece in described.pieces}
    assert kinds == {"n/a": "Trouble", "n_b": "Part", "n_c": "Part"}


def test_a_value_that_waited_in_line_while_its_device_was_bound_is_not_lost() -> None:
    homie = Homie()
    list(homie.read("homie/5/blind/$description", as_bytes(BLIND)))
    topic = "homie/5/blind/shutter/position"
    assert list(homie.read(topic, b"12")) == [Heard(topic, b"12")]


# meanings


def meant(node: str, prop: str, **shape: object) -> str:
    """Return the name in the vocabulary of a property of a node of that type."""
    fields: dict[str, object] = {"settable": True, **shape}
    whole = HomieProperty(prop, **fields)  # type: ignore[arg-type]
    set_ = HomieProperty("other", settable=True)
    kind = kind_of(Tree("d", "homie/d"), Node("n", type=node, properties=(whole, set_)))
    return meaning(kind, whole).name


MEANINGS = [
    ("light", "power", {"datatype": "boolean"}, "OnOff.on"),
    ("", "power", {"datatype": "boolean"}, "OnOff.on"),
    ("relay", "state", {"datatype": "boolean"}, "OnOff.on"),
    ("", "child-lock", {"datatype": "boolean"}, "BooleanState.state"),
    ("door lock", "locked", {"datatype": "boolean"}, "DoorLock.locked"),
    ("valve", "open", {"datatype": "boolean"}, "Valve.open"),
    ("light", "dim", {"datatype": "float", "format": "0:1"}, "LevelControl.level"),
    ("RollerShutter", "position", {"datatype": "integer"}, "WindowCovering.position"),
    ("fan", "speed", {"datatype": "integer", "format": "0:3"}, "FanControl.speed"),
    ("thermostat", "target", {"datatype": "float", "unit": "°C"}, "Thermostat.setpoint"),
    ("thermostat", "mode", {"datatype": "enum", "format": "off,heat"}, "Thermostat.systemMode"),
    ("thermostat", "temperature", {"datatype": "float", "unit": "°C", "settable": False},
     "Thermostat.localTemperature"),
    ("lamp", "color-temp", {"datatype": "integer", "unit": "K"}, "ColorControl.colorTemperature"),
    ("", "power", {"datatype": "float", "unit": "W", "settable": False},
     "ElectricalPowerMeasurement.activePower"),
    ("", "value", {"datatype": "float", "unit": "kWh", "settable": False},
     "ElectricalEnergyMeasurement.energy"),
    ("", "battery", {"datatype": "integer", "unit": "%", "settable": False},
     "PowerSource.batteryLevel"),
    ("", "co2", {"datatype": "integer", "unit": "ppm", "settable": False},
     "CarbonDioxideConcentrationMeasurement.value"),
    ("", "speed", {"datatype": "integer", "settable": False}, "Number.value"),
    ("", "frontDoor", {"datatype": "boolean", "settable": False}, "BooleanState.open"),
    ("", "whatever", {"datatype": "boolean", "settable": False}, "BooleanState.state"),
    ("", "since", {"datatype": "datetime", "settable": False}, "Timestamp.value"),
    ("", "rest", {"datatype": "duration"}, "Duration.value"),
    ("", "gain", {"datatype": "float"}, "Number.value"),
    ("", "program", {"datatype": "enum", "format": "a,b"}, "Select.option"),
    ("", "note", {"datatype": "string"}, "Text.value"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "prop", "shape", "name"), MEANINGS)
def test_a_property_is_what_its_type_unit_and_name_say(
    node: str, prop: str, shape: dict[str, object], name: str
) -> None:
    assert meant(node, prop, **shape) == name


def test_names_are_read_however_people_write_them() -> None:
    assert words("targetTemp", "RGB-light_2", "CO2") == [
        "target", "temp", "rgb", "light", "2", "co", "2",
    ]  # fmt: skip


# values


@given(st.floats(0, 100), st.sampled_from(["0:255", "0:1:0.001", "-100:100", "10:20", ""]))
def test_a_share_that_is_written_is_read_back(share: float, said_format: str) -> None:
    prop = HomieProperty("p", datatype="float", format=said_format)
    both = scaled(prop)
    assert both.read(str(both.write(share))) == pytest.approx(share, abs=1e-3)


@given(st.integers(0, 10**9))
def test_a_duration_that_is_written_is_read_back(seconds: int) -> None:
    both = codec(HomieProperty("p", datatype="duration"))
    assert both.read(both.write(seconds)) == seconds


def test_a_duration_is_read_as_the_convention_writes_it() -> None:
    assert codec(HomieProperty("p", datatype="duration")).read("PT12H5M46S") == 43546.0


@given(st.floats(0, 360), st.floats(0, 100), st.sampled_from(["hsv", "rgb"]), st.booleans())
def test_a_colour_that_is_written_is_read_back(
    hue: float, saturation: float, form: str, named: bool
) -> None:
    tint = Tint(form, named=named)
    said = tint.write({HUE: hue, SATURATION: saturation})
    back_hue, back_saturation = Tint(form, named=named).read(Payload(said.encode()))
    assert back_saturation == pytest.approx(saturation, abs=1.0)
    if saturation > 20:
        assert min(abs(back_hue - hue), 360 - abs(back_hue - hue)) <= 3.0


@pytest.mark.parametrize("value", [None, "red", True, 400.0])
def test_a_colour_that_is_none_is_not_written(value: Value) -> None:
    with pytest.raises(UnwritableError):
        Tint("hsv", named=True).write({HUE: value})
