"""What a bridge tells becomes devices, values and signals; what is asked becomes requests."""

import json
import math
from collections.abc import Mapping

import pytest
from heard import Heard, action, command
from hypothesis import given
from hypothesis import strategies as st

from drivers.hue.documents import Change, Event, Told, read_events, read_resources
from drivers.hue.estate import Estate, Memory
from drivers.hue.gamut import alike, shown
from drivers.hue.reading import kelvins, lux
from drivers.hue.resource import Point, Triangle
from drivers.kit.errors import RefusedError
from hubd.model.device import DeviceType

type Json = dict[str, object]

GAMUT = {
    "red": {"x": 0.6915, "y": 0.3083},
    "green": {"x": 0.17, "y": 0.7},
    "blue": {"x": 0.1532, "y": 0.0475},
}
TRIANGLE = Triangle(Point(0.6915, 0.3083), Point(0.17, 0.7), Point(0.1532, 0.0475))
LIGHT: Json = {
    "id": "l",
    "type": "light",
    "on": {"on": False},
    "dimming": {"brightness": 40.0},
    "color_temperature": {
        "mirek": 370,
        "mirek_valid": True,
        "mirek_schema": {"mirek_minimum": 153, "mirek_maximum": 500},
    },
    "color": {"xy": {"x": 0.4, "y": 0.4}, "gamut": GAMUT},
    "effects_v2": {
        "action": {"effect_values": ["no_effect", "candle"]},
        "status": {"effect": "no_effect"},
    },
}


def device(rid: str, *services: tuple[str, str], **product: str) -> Json:
    return {
        "id": rid,
        "type": "device",
        "metadata": {"name": f"Thing {rid}"},
        "product_data": {"manufacturer_name": "Signify", "model_id": "M1", **product},
        "identify": {},
        "services": [{"rid": r, "rtype": kind} for r, kind in services],
    }


def told(*resources: Mapping[str, object]) -> tuple[Told, ...]:
    read, faults = read_resources(json.dumps({"errors": [], "data": resources}).encode())
    assert not faults
    return read


def estate(*resources: Mapping[str, object], memory: Memory | None = None) -> tuple[Estate, Heard]:
    heard, said = Heard(), told(*resources)
    made = Estate(said, heard, memory or Memory())
    made.describe(())
    made.read(said)
    return made, heard


def update(*resources: Mapping[str, object], kind: str = "update") -> Event:
    events, faults = read_events(json.dumps([{"type": kind, "data": resources}]).encode())
    assert not faults
    return events[0]


def lamp() -> tuple[Estate, Heard]:
    return estate(device("d", ("l", "light")), LIGHT)


def test_a_lamp_is_what_it_can_do_and_says_what_it_is() -> None:
    _, heard = lamp()
    endpoint = heard.parts["d"].endpoints[0]
    assert endpoint.type is DeviceType.EXTENDED_COLOR_LIGHT
    warmth = endpoint.property("ColorControl.colorTemperature")
    assert warmth is not None
    assert (warmth.minimum, warmth.maximum) == (2000.0, 6536.0)
    effect = endpoint.property("Light.effect")
    assert effect is not None
    assert effect.choices == ("no_effect", "candle")
    assert heard.values["d", "light", "OnOff.on"] is False
    assert heard.values["d", "light", "LevelControl.level"] == 40.0
    assert heard.values["d", "light", "ColorControl.colorTemperature"] == 2702.7


def test_a_lamp_that_shows_a_colour_has_no_warmth() -> None:
    made, heard = lamp()
    white = {"id": "l", "type": "light", "color_temperature": {"mirek": None, "mirek_valid": False}}
    made.happened(update(white))
    assert heard.values["d", "light", "ColorControl.colorTemperature"] is None


def test_a_plug_is_a_plug() -> None:
    plug = {"id": "l", "type": "light", "on": {"on": True}}
    _, heard = estate(device("d", ("l", "light"), product_archetype="plug"), plug)
    assert heard.parts["d"].endpoints[0].type is DeviceType.ON_OFF_PLUG
    assert heard.values["d", "plug", "OnOff.on"] is True


def test_the_room_of_a_device_is_its_area() -> None:
    room = {
        "id": "r",
        "type": "room",
        "metadata": {"name": "Kitchen"},
        "children": [{"rid": "d", "rtype": "device"}],
    }
    _, heard = estate(device("d"), room)
    assert heard.parts["d"].area == "Kitchen"


def test_a_device_is_known_by_its_zigbee_address_and_the_bridge_by_its_mac() -> None:
    radio = {
        "id": "z",
        "type": "zigbee_connectivity",
        "status": "connected",
        "mac_address": "00:17:88:01:0b:cc:dd:ee",
    }
    bridge = {"id": "b", "type": "bridge", "bridge_id": "001788fffe23ab01"}
    _, heard = estate(
        device("d", ("z", "zigbee_connectivity")), device("h", ("b", "bridge")), radio, bridge
    )
    assert heard.parts["d"].identities == ("ieee:0x001788010bccddee",)
    assert heard.parts[""].identities == ("mac:00178823ab01",)


def test_a_device_the_bridge_cannot_reach_is_told_so_with_the_reason() -> None:
    radio = {"id": "z", "type": "zigbee_connectivity", "status": "connected"}
    made, heard = estate(device("d", ("z", "zigbee_connectivity")), device("e"), radio)
    assert heard.reach == {"d": True, "e": True}
    made.happened(update({**radio, "status": "connectivity_issue"}))
    assert heard.reach["d"] is False
    made.happened(update({**radio, "status": "connected"}))
    assert heard.reach["d"] is True


@pytest.mark.parametrize(
    ("kind", "said", "endpoint", "name", "value"),
    [
        (
            "motion",
            {"motion": {"motion_report": {"motion": True}}},
            "motion",
            "OccupancySensing.occupied",
            True,
        ),
        (
            "motion",
            {"motion": {"motion": True, "motion_valid": False}},
            "motion",
            "OccupancySensing.occupied",
            None,
        ),
        (
            "motion",
            {"enabled": False, "motion": {"motion": True}},
            "motion",
            "OccupancySensing.occupied",
            None,
        ),
        (
            "temperature",
            {"temperature": {"temperature_report": {"temperature": 21.3}}},
            "temperature",
            "TemperatureMeasurement.temperature",
            21.3,
        ),
        (
            "light_level",
            {"light": {"light_level_report": {"light_level": 20_001}}},
            "illuminance",
            "IlluminanceMeasurement.illuminance",
            100.0,
        ),
        (
            "contact",
            {"contact_report": {"state": "no_contact"}},
            "contact",
            "BooleanState.open",
            True,
        ),
        (
            "tamper",
            {"tamper_reports": [{"state": "tampered"}]},
            "tamper",
            "SmokeCoAlarm.tamper",
            True,
        ),
        (
            "device_power",
            {"power_state": {"battery_level": 12, "battery_state": "critical"}},
            "battery",
            "PowerSource.batteryLow",
            True,
        ),
    ],
)
def test_what_a_sensor_says_is_a_property_of_the_vocabulary(
    kind: str, said: Mapping[str, object], endpoint: str, name: str, value: object
) -> None:
    sensor: Json = {"id": "s", "type": kind, "enabled": True, **said}
    _, heard = estate(device("d", ("s", kind)), sensor)
    assert heard.values["d", endpoint, name] == value


def test_a_press_is_told_once_and_not_again_when_the_bridge_starts_anew() -> None:
    def pressed(event: str, when: str) -> Json:
        report = {"event": event, "updated": when}
        return {
            "id": "b",
            "type": "button",
            "metadata": {"control_id": 2},
            "button": {"button_report": report, "event_values": ["short_release"]},
        }

    memory = Memory()
    first = pressed("short_release", "10:00")
    made, heard = estate(device("d", ("b", "button")), first, memory=memory)
    assert heard.parts["d"].endpoints[0].signals[0].choices == ("short_release",)
    made.happened(update(first))
    assert not heard.signals
    made.happened(update(pressed("short_release", "10:01")))
    made.happened(update(pressed("short_release", "10:01")))
    made.happened(update(pressed("short_release", "10:02")))
    assert heard.signals == [("d", "button_2", "Switch.pressed", "short_release")] * 2


def test_a_dial_that_is_turned_tells_which_way() -> None:
    dial: Json = {"id": "w", "type": "relative_rotary", "relative_rotary": {}}
    made, heard = estate(device("d", ("w", "relative_rotary")), dial)
    report = {"updated": "1", "rotation": {"direction": "counter_clock_wise", "steps": 15}}
    made.happened(update({**dial, "relative_rotary": {"rotary_report": report}}))
    assert heard.signals == [("d", "dial", "Switch.turned", "counterclockwise")]


def test_what_is_asked_together_is_one_request() -> None:
    made, _ = lamp()
    kind, rid, asked = made.request(
        "d",
        [
            command("light", "OnOff.on", True, over_us=2_000_000),
            command("light", "LevelControl.level", 30.0, over_us=2_000_000),
            command("light", "ColorControl.colorTemperature", 2700.0),
        ],
    )
    assert (kind, rid) == ("light", "l")
    assert asked.body == {
        "on": {"on": True},
        "dimming": {"brightness": 30.0},
        "color_temperature": {"mirek": 370},
        "dynamics": {"duration": 2000},
    }


def test_an_effect_is_asked_for_in_the_way_the_lamp_knows() -> None:
    made, _ = lamp()
    _, _, asked = made.request("d", [command("light", "Light.effect", "candle")])
    assert asked.body == {"effects_v2": {"action": {"effect": "candle"}}}


def test_a_colour_that_a_lamp_cannot_show_is_confirmed_by_the_nearest_that_it_can() -> None:
    made, heard = lamp()
    _, _, asked = made.request(
        "d",
        [
            command("light", "ColorControl.hue", 120.0),
            command("light", "ColorControl.saturation", 100.0),
        ],
    )
    made.happened(update({"id": "l", "type": "light", "color": asked.body["color"]}))
    assert heard.values["d", "light", "ColorControl.hue"] == 120.0
    assert heard.values["d", "light", "ColorControl.saturation"] == 100.0
    made.happened(update({"id": "l", "type": "light", "color": {"xy": {"x": 0.6, "y": 0.3}}}))
    assert heard.values["d", "light", "ColorControl.hue"] != 120.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OnOff.on", "on"),
        ("LevelControl.level", 101.0),
        ("LevelControl.level", math.nan),
        ("ColorControl.hue", True),
        ("Light.effect", "disco"),
        ("DoorLock.locked", True),
    ],
)
def test_what_a_lamp_cannot_do_is_refused(name: str, value: bool | float | str) -> None:
    made, _ = lamp()
    with pytest.raises(RefusedError):
        made.request("d", [command("light", name, value)])


def test_what_is_not_there_is_refused() -> None:
    made, _ = lamp()
    for part, asked in (
        ("x", command("light", "OnOff.on", True)),
        ("d", command("fan", "OnOff.on", True)),
        ("d", action("light", "Button.press")),
    ):
        with pytest.raises(RefusedError):
            made.request(part, [asked])
    kind, rid, identify = made.request("d", [action("identify", "Identify.identify")])
    assert (kind, rid, identify.body) == ("device", "d", {"identify": {"action": "identify"}})


def test_what_there_is_is_read_anew_when_there_is_more_or_it_is_called_otherwise() -> None:
    made, _ = lamp()
    assert not made.happened(update({"id": "l", "type": "light", "on": {"on": True}}))
    assert made.happened(update({"id": "d", "type": "device", "metadata": {"name": "New"}}))
    assert made.happened(update(device("n"), kind="add"))
    assert made.happened(update({"id": "d", "type": "device"}, kind="delete"))
    assert not made.happened(update({"id": "g", "type": "grouped_light"}, kind="add"))
    assert not made.happened(Event(Change.UPDATE, ()))


def test_a_device_that_went_away_is_forgotten() -> None:
    made, heard = lamp()
    made.describe(("d", "gone"))
    assert heard.gone == ["gone"]


@given(st.floats(0.001, 0.8), st.floats(0.001, 0.8))
def test_the_colour_shown_is_within_what_the_lamp_can_and_stays_it(x: float, y: float) -> None:
    once = shown(Point(x, y), TRIANGLE)
    assert alike(shown(once, TRIANGLE), once)
    corners = (TRIANGLE.red, TRIANGLE.green, TRIANGLE.blue)
    asked = math.dist((x, y), (once.x, once.y))
    assert all(asked <= math.dist((x, y), (c.x, c.y)) + 1e-9 for c in corners)


@given(st.floats(0, 100_000))
def test_more_light_is_more_lux(level: float) -> None:
    light = lux(level)
    brighter = lux(min(100_000.0, level + 5000))
    assert light is not None
    assert brighter is not None
    assert brighter >= light >= 0


@given(st.floats(153, 500))
def test_mireds_are_kelvins(mireds: float) -> None:
    warmth = kelvins(mireds)
    assert warmth is not None
    assert abs(1e6 / warmth - mireds) < 0.1
