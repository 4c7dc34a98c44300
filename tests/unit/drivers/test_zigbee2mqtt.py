"""Zigbee2MQTT spoken natively: what becomes of its devices, told, asked, and over time."""

import asyncio
import json
from functools import partial

import pytest

from drivers.mqtt.availability.asking import PATIENCE_S, SPACING_S, Asking
from drivers.mqtt.payload import Payload
from hubd.model.device import DeviceType, Endpoint, Property
from hubd.model.ids import DeviceId
from hubd.model.value import Value
from tests.unit.drivers.mqtt_house import House
from tests.unit.drivers.test_mqtt_behaviour import Loop
from tests.unit.drivers.zigbee_bridge import (
    BASE,
    COORDINATOR,
    HUE,
    LEVEL,
    LIGHT,
    SWITCH,
    XY,
    Fields,
    Json,
    at,
    binary,
    composite,
    entry,
    enum,
    info,
    numeric,
    whole,
)

DEVICE = "zigbee2mqtt_0x00158d0001a2b3c4"


async def bridge(*devices: Fields, base: str = BASE) -> House:
    """Return a house in which a bridge told of these devices, and is online."""
    house = House()
    await house.tell(f"{base}/bridge/devices", [COORDINATOR, *devices], retained=True)
    await house.tell(f"{base}/bridge/state", {"state": "online"}, retained=True)
    return house


async def one(*exposes: Fields) -> House:
    """Return a house with one device, called `it`."""
    return await bridge(entry("it", *exposes))


def endpoint(house: House, name: str) -> Endpoint:
    (device,) = house.hub.devices.values()
    return next(e for e in device.endpoints if e.id == name)


def prop(house: House, name: str, prop_name: str) -> Property:
    found = endpoint(house, name).property(prop_name)
    assert found is not None
    return found


def value(house: House, name: str, prop_name: str) -> Value:
    return house.hub.values()[f"{DEVICE}/{name}/{prop_name}"]


def asked(house: House, name: str, *values: tuple[str, Value], action: bool = False) -> object:
    """Ask for values at once; return what the device is told."""
    orders = [house.order(n, v, endpoint=name, device=DEVICE, action=action) for n, v in values]
    ((topic, said),) = house.send(orders)
    assert topic == f"{BASE}/it/set"
    return json.loads(said)


class TestLights:
    """A lamp is told and tells on, level, warmth and colour in one message."""

    async def test_it_tells_what_it_is(self) -> None:
        house = await one(LIGHT)
        assert endpoint(house, "light").type is DeviceType.EXTENDED_COLOR_LIGHT
        kelvin = prop(house, "light", "ColorControl.colorTemperature")
        assert (kelvin.minimum, kelvin.maximum, kelvin.transition) == (2000, 6536, True)
        (device,) = house.hub.devices.values()
        assert (device.id, device.name, device.maker) == (DEVICE, "it", "Acme")
        assert device.model == "Thing (AC-1)"
        assert device.identities == ("ieee:0x00158d0001a2b3c4",)

    async def test_levels_are_percent_and_warmth_is_kelvins(self) -> None:
        house = await one(LIGHT)
        await house.tell(
            f"{BASE}/it",
            {
                "state": "ON",
                "brightness": 127,
                "color_temp": 250,
                "color_mode": "color_temp",
                "color": {"x": 0.38, "y": 0.38},
            },
        )
        assert value(house, "light", "OnOff.on") is True
        assert value(house, "light", "LevelControl.level") == 50.0
        assert value(house, "light", "ColorControl.colorTemperature") == 4000.0
        assert value(house, "light", "ColorControl.mode") == "color_temp"
        assert f"{DEVICE}/light/ColorControl.hue" not in house.hub.values()

    async def test_while_it_is_coloured_its_warmth_says_nothing(self) -> None:
        house = await one(LIGHT)
        told = {"color": {"x": 0.7, "y": 0.3}, "color_mode": "xy", "color_temp": 500}
        await house.tell(f"{BASE}/it", told)
        assert value(house, "light", "ColorControl.x") == 0.7
        assert value(house, "light", "ColorControl.saturation") == pytest.approx(100, abs=1)
        assert f"{DEVICE}/light/ColorControl.colorTemperature" not in house.hub.values()

    async def test_what_is_asked_together_goes_out_together(self) -> None:
        house = await one(LIGHT)
        told = asked(
            house,
            "light",
            ("OnOff.on", True),
            ("LevelControl.level", 50.0),
            ("ColorControl.colorTemperature", 4000.0),
        )
        assert told == {"state": "ON", "brightness": 127, "color_temp": 250}
        assert asked(house, "light", ("OnOff.on", False)) == {"state": "OFF"}

    async def test_a_lamp_that_takes_hues_is_told_the_hue(self) -> None:
        house = await one(whole("light", SWITCH, LEVEL, XY, HUE))
        told = asked(house, "light", ("ColorControl.hue", 120.0), ("ColorControl.saturation", 50.0))
        assert told == {"state": "ON", "color": {"hue": 120.0, "saturation": 50.0}}

    async def test_a_lamp_that_takes_points_is_told_the_point(self) -> None:
        house = await one(LIGHT)
        told = asked(house, "light", ("ColorControl.hue", 0.0), ("ColorControl.saturation", 100.0))
        assert isinstance(told, dict)
        assert told["color"]["x"] == pytest.approx(0.7, abs=0.01)

    async def test_it_can_take_its_time(self) -> None:
        house = await one(LIGHT)
        order = house.order("OnOff.on", False, endpoint="light", device=DEVICE)
        slow = type(order)(order.event, order.command.__replace__(over_us=3_000_000))
        ((_, said),) = house.send([slow])
        assert json.loads(said) == {"state": "OFF", "transition": 3.0}

    async def test_each_of_two_lamps_in_one_has_an_endpoint(self) -> None:
        lamps = [whole("light", SWITCH, LEVEL, endpoint=which) for which in ("l1", "l2")]
        house = await one(*lamps)
        await house.tell(f"{BASE}/it", {"state_l1": "ON", "state_l2": "OFF", "brightness_l2": 254})
        assert value(house, "light_l1", "OnOff.on") is True
        assert value(house, "light_l2", "OnOff.on") is False
        assert value(house, "light_l2", "LevelControl.level") == 100.0
        assert asked(house, "light_l2", ("LevelControl.level", 0.0)) == {
            "state_l2": "ON",
            "brightness_l2": 0,
        }

    async def test_its_effects_are_its_own(self) -> None:
        effect = enum("effect", ["blink", "colorloop"], 2)
        house = await one(LIGHT, effect)
        (device,) = house.hub.devices.values()
        assert [e.id for e in device.endpoints] == ["light"]
        found = prop(house, "light", "Light.effect")
        assert (found.choices, found.assumed) == (("blink", "colorloop"), True)
        told = asked(house, "light", ("Light.effect", "blink"))
        assert told == {"state": "ON", "effect": "blink"}


class TestAppliances:
    """Covers, locks, thermostats, fans and switches."""

    async def test_a_cover_is_as_far_open_as_it_says(self) -> None:
        state = enum("state", ["OPEN", "CLOSE", "STOP"])
        house = await one(
            whole(
                "cover",
                state,
                numeric("position", 7, "%", low=0, high=100),
                numeric("tilt", 7, "%", low=0, high=100),
            )
        )
        await house.tell(f"{BASE}/it", {"state": "OPEN", "position": 30, "tilt": 0})
        assert value(house, "cover", "WindowCovering.position") == 30.0
        assert value(house, "cover", "WindowCovering.operation") == "open"
        assert asked(house, "cover", ("WindowCovering.position", 0.0)) == {"position": 0}
        assert asked(house, "cover", ("WindowCovering.stop", None), action=True) == {
            "state": "STOP"
        }

    async def test_a_cover_without_a_position_is_open_or_closed(self) -> None:
        house = await one(whole("cover", enum("state", ["OPEN", "CLOSE", "STOP"])))
        await house.tell(f"{BASE}/it", {"state": "CLOSE"})
        assert value(house, "cover", "WindowCovering.position") == 0.0
        assert asked(house, "cover", ("WindowCovering.position", 100.0)) == {"state": "OPEN"}
        house.send([house.order("WindowCovering.position", 40.0, endpoint="cover", device=DEVICE)])
        assert house.hub.answers[-1][1] is False

    @pytest.mark.parametrize(
        ("state", "bolt", "locked"),
        [("LOCK", "locked", True), ("LOCK", "not_fully_locked", False), ("LOCK", None, True),
         ("UNLOCK", "unlocked", False), ("LOCK", "unlocked", False)],
    )  # fmt: skip
    async def test_a_lock_is_locked_when_its_bolt_is(
        self, state: str, bolt: str | None, *, locked: bool
    ) -> None:
        bolts = enum("lock_state", ["not_fully_locked", "locked", "unlocked"], 1)
        house = await one(whole("lock", binary("state", 7, "LOCK", "UNLOCK"), bolts))
        await house.tell(f"{BASE}/it", {"state": state, "lock_state": bolt})
        assert value(house, "lock", "DoorLock.locked") is locked
        assert asked(house, "lock", ("DoorLock.locked", True)) == {"state": "LOCK"}

    async def test_a_thermostat_tells_and_takes_degrees_and_modes(self) -> None:
        house = await one(
            whole(
                "climate",
                numeric("occupied_heating_setpoint", 7, "°C", low=5, high=30, step=0.5),
                numeric("local_temperature", 5, "°C"),
                enum("system_mode", ["off", "heat"], 7),
                enum("running_state", ["idle", "heat"], 5),
                numeric("local_temperature_calibration", 7, "°C", low=-5, high=5),
            )
        )
        await house.tell(
            f"{BASE}/it",
            {
                "occupied_heating_setpoint": 21,
                "local_temperature": 19.5,
                "system_mode": "heat",
                "running_state": "heat",
                "local_temperature_calibration": -1,
            },
        )
        assert value(house, "climate", "Thermostat.setpoint") == 21.0
        assert value(house, "climate", "Thermostat.localTemperature") == 19.5
        assert value(house, "climate", "Thermostat.runningState") == "heating"
        assert value(house, "local_temperature_calibration", "Number.value") == -1.0
        wished = prop(house, "climate", "Thermostat.setpoint")
        assert (wished.minimum, wished.maximum, wished.step) == (5.0, 30.0, 0.5)
        told = asked(
            house, "climate", ("Thermostat.setpoint", 18.5), ("Thermostat.systemMode", "heat")
        )
        assert told == {"occupied_heating_setpoint": 18.5, "system_mode": "heat"}

    async def test_what_heats_and_cools_has_two_wishes(self) -> None:
        house = await one(
            whole(
                "climate",
                numeric("occupied_heating_setpoint", 7, "°C"),
                numeric("occupied_cooling_setpoint", 7, "°C"),
            )
        )
        await house.tell(
            f"{BASE}/it", {"occupied_heating_setpoint": 20, "occupied_cooling_setpoint": 26}
        )
        assert value(house, "climate", "Thermostat.setpointLow") == 20.0
        assert value(house, "climate", "Thermostat.setpointHigh") == 26.0

    async def test_the_lowest_speed_of_a_fan_is_above_standing_still(self) -> None:
        house = await one(
            whole(
                "fan", SWITCH, numeric("speed", 7, low=1, high=4), enum("mode", ["low", "high"], 7)
            )
        )
        await house.tell(f"{BASE}/it", {"state": "ON", "speed": 1, "mode": "low"})
        assert value(house, "fan", "FanControl.speed") == 25.0
        assert asked(house, "fan", ("OnOff.on", True), ("FanControl.mode", "high")) == {
            "state": "ON",
            "mode": "high",
        }

    async def test_each_gang_of_a_switch_is_an_endpoint(self) -> None:
        gangs = [whole("switch", SWITCH, endpoint=which) for which in ("left", "right")]
        house = await one(*gangs, at(numeric("power", 5, "W"), "left"))
        await house.tell(f"{BASE}/it", {"state_left": "ON", "state_right": "OFF", "power_left": 7})
        assert value(house, "switch_left", "OnOff.on") is True
        assert value(house, "power_left", "ElectricalPowerMeasurement.activePower") == 7.0
        assert asked(house, "switch_right", ("OnOff.on", True)) == {"state_right": "ON"}


class TestSensors:
    """What is measured comes in the vocabulary's unit, and what is true means what it should."""

    @pytest.mark.parametrize(
        ("feature", "said", "name", "means"),
        [
            (binary("contact", 1, on=False, off=True), True, "BooleanState.open", False),
            (binary("contact", 1, on=False, off=True), False, "BooleanState.open", True),
            (binary("occupancy"), True, "OccupancySensing.occupied", True),
            (binary("water_leak"), False, "BooleanState.leak", False),
            (binary("smoke"), None, "SmokeCoAlarm.smoke", None),
            (binary("battery_low"), True, "PowerSource.batteryLow", True),
            (numeric("temperature", 1, "°F"), 68, "TemperatureMeasurement.temperature", 20.0),
            (numeric("pressure", 1, "kPa"), 101.3, "PressureMeasurement.pressure", 1013.0),
            (numeric("voltage", 1, "mV"), 3000, "ElectricalPowerMeasurement.voltage", 3.0),
            (numeric("energy", 1, "Wh"), 1500, "ElectricalEnergyMeasurement.energy", 1.5),
            (numeric("power_factor", 5), 0.9, "ElectricalPowerMeasurement.powerFactor", 90.0),
            (numeric("illuminance", 5, "lux"), 12, "IlluminanceMeasurement.illuminance", 12.0),
            (numeric("target_distance", 1, "cm"), 150, "Distance.value", 1.5),
            (numeric("uptime", 1, "Hours"), 2, "Duration.value", 7200.0),
            (numeric("device_temperature", 1, "°C"), 40, "Number.value", 40.0),
            (enum("battery_state", ["low", "high"], 1), "low", "Select.option", "low"),
        ],
    )  # fmt: skip
    async def test_a_reading(self, feature: Fields, said: Json, name: str, means: Value) -> None:
        house = await one(feature)
        key = str(feature["property"])
        await house.tell(f"{BASE}/it", {key: said})
        told = value(house, key, name)
        assert told == (pytest.approx(means) if isinstance(means, float) else means)
        assert prop(house, key, name).writable is False

    async def test_the_bounds_of_a_number_are_in_its_unit(self) -> None:
        house = await one(
            numeric("threshold", 3, "kW", low=0, high=3.5, step=0.1),
            numeric("probe", 1, "mV", low=100, high=900),
            numeric("supply_voltage", 1, "mV", low=100, high=900),
        )
        threshold = prop(house, "threshold", "Number.value")
        assert (threshold.unit, threshold.maximum, threshold.step) == ("kW", 3.5, 0.1)
        supply = prop(house, "supply_voltage", "ElectricalPowerMeasurement.voltage")
        assert (supply.minimum, supply.maximum, supply.unit) == (0.1, 0.9, "V")
        assert asked(house, "threshold", ("Number.value", 2.5)) == {"threshold": 2.5}
        house.send([house.order("Number.value", 4.0, endpoint="threshold", device=DEVICE)])
        assert house.hub.answers[-1][1:] == (False, "takes 0 to 3.5, not 4")

    async def test_a_number_may_be_a_word(self) -> None:
        presets: Json = [{"name": "previous", "value": "previous", "description": ""}]
        house = await one(numeric("startup_level", 7, low=1, high=254, presets=presets))
        await house.tell(f"{BASE}/it", {"startup_level": "previous"})
        assert value(house, "startup_level", "Number.value") is None
        assert house.hub.refused == []

    async def test_presses_are_told_once_and_not_when_they_are_kept(self) -> None:
        house = await one(enum("action", ["single", "double"], 1))
        await house.tell(f"{BASE}/it", {"action": "single", "battery": 90})
        await house.tell(f"{BASE}/it", {"action": "double"}, retained=True)
        await house.tell(f"{BASE}/it", {"action": ""})
        assert house.hub.signals == [(DEVICE, "buttons", "Switch.pressed", "single")]
        (signal,) = endpoint(house, "buttons").signals
        assert signal.choices == ("single", "double")

    async def test_a_kind_of_press_may_stand_for_many(self) -> None:
        house = await one(enum("action", ["on", "recall_*"], 1))
        await house.tell(f"{BASE}/it", {"action": "recall_3"})
        assert house.hub.signals == [(DEVICE, "buttons", "Switch.pressed", "recall_3")]


class TestComposites:
    """A part is set with its siblings; a command of several parts is one action."""

    async def test_a_part_is_set_together_with_what_its_siblings_told(self) -> None:
        house = await one(
            composite(
                "level_config",
                7,
                numeric("on_level", 7, low=1, high=254),
                binary("execute_if_off", 7),
            )
        )
        await house.tell(f"{BASE}/it", {"level_config": {"on_level": 90, "execute_if_off": False}})
        assert value(house, "level_config_on_level", "Number.value") == 90.0
        told = asked(house, "level_config_execute_if_off", ("BooleanState.state", True))
        assert told == {"level_config": {"on_level": 90, "execute_if_off": True}}

    async def test_a_command_of_several_parts_is_asked_as_a_whole(self) -> None:
        house = await one(
            composite(
                "warning",
                2,
                enum("mode", ["stop", "burglar"], 2),
                numeric("duration", 2, "s", low=0, high=1800),
            )
        )
        (action,) = endpoint(house, "warning").actions
        assert [p.name for p in action.parts] == ["mode", "duration"]
        assert action.parts[1].unit == "s"
        wish = '{"mode": "burglar", "duration": 10}'
        assert asked(house, "warning", ("Command.send", wish), action=True) == {
            "warning": {"mode": "burglar", "duration": 10}
        }

    @pytest.mark.parametrize("wish", ['{"mode": "dance"}', '{"siren": 1}', "[]", "loud", None])
    async def test_a_command_that_it_does_not_know_is_refused(self, wish: str | None) -> None:
        house = await one(composite("warning", 2, enum("mode", ["stop"], 2), numeric("level", 2)))
        order = house.order("Command.send", wish, endpoint="warning", device=DEVICE, action=True)
        assert house.send([order]) == []
        assert house.hub.answers[-1][1] is False

    async def test_a_list_is_shown_as_it_is_written(self) -> None:
        lists: Fields = {
            "type": "list",
            "name": "gradient",
            "property": "gradient",
            "access": 7,
            "item_type": {"type": "text", "name": "hex", "access": 3},
        }
        house = await one(lists)
        await house.tell(f"{BASE}/it", {"gradient": ["#ff0000"]})
        assert value(house, "gradient", "Text.value") == '["#ff0000"]'
        assert asked(house, "gradient", ("Text.value", '["#00ff00"]')) == {"gradient": ["#00ff00"]}


class TestTheBridge:
    """What is told of all devices at once is told of each, as it changes."""

    async def test_a_device_that_is_renamed_stays_the_same(self) -> None:
        house = await bridge(entry("lamp", LIGHT))
        await house.tell(f"{BASE}/bridge/devices", [entry("kitchen/lamp", LIGHT)])
        assert list(house.hub.devices) == [DEVICE]
        assert house.hub.devices[DEVICE].name == "kitchen/lamp"
        await house.tell(f"{BASE}/kitchen/lamp", {"state": "ON"})
        assert value(house, "light", "OnOff.on") is True
        assert house.hub.forgotten_ids == []
        assert f"{BASE}/lamp" in house.broker.left

    async def test_a_device_that_left_is_forgotten(self) -> None:
        other = entry("other", LIGHT, address="0x00158d0001a2b3c5")
        house = await bridge(entry("lamp", LIGHT), other)
        await house.tell(f"{BASE}/bridge/devices", [other])
        assert house.hub.forgotten_ids == [DEVICE]
        assert list(house.hub.devices) == ["zigbee2mqtt_0x00158d0001a2b3c5"]

    async def test_only_what_changed_is_described_anew(self) -> None:
        first, second = entry("a", LIGHT), entry("b", LIGHT, address="0x00158d0001a2b3c5")
        house = await bridge(first, second)
        before = house.hub.described_count
        changed = entry("b", LIGHT, address="0x00158d0001a2b3c5", software_build_id="2")
        await house.tell(f"{BASE}/bridge/devices", [COORDINATOR, first, changed])
        assert house.hub.described_count == before + 1
        assert house.hub.devices["zigbee2mqtt_0x00158d0001a2b3c5"].version == "2"

    @pytest.mark.parametrize("base", ["z2m", "home/zigbee", "a/b/c"])
    async def test_its_topics_may_begin_with_anything(self, base: str) -> None:
        house = await bridge(entry("it", LIGHT), base=base)
        await house.tell(f"{base}/it", {"state": "ON"})
        assert value(house, "light", "OnOff.on") is True
        sent = house.send([house.order("OnOff.on", True, endpoint="light", device=DEVICE)])
        assert sent[0][0] == f"{base}/it/set"

    async def test_it_is_carried_in_place_of_what_it_announces_for_others(self) -> None:
        house = House()
        discovery = {
            "unique_id": "0x00158d0001a2b3c4_light_zigbee2mqtt", "schema": "json",
            "state_topic": f"{BASE}/it", "command_topic": f"{BASE}/it/set",
            "device": {"identifiers": [DEVICE], "name": "it", "suggested_area": "Kitchen"},
        }  # fmt: skip
        await house.tell(f"homeassistant/light/{DEVICE}/light/config", discovery)
        await house.tell(f"{BASE}/bridge/devices", [entry("it", LIGHT)])
        (device,) = house.hub.devices.values()
        assert [e.id for e in device.endpoints] == ["light"]
        assert prop(house, "light", "LevelControl.level").writable
        await house.tell(f"{BASE}/bridge/devices", [])
        assert [p.name for p in endpoint(house, "light").properties] == ["OnOff.on"]

    async def test_a_device_that_it_does_not_know_is_shown_with_the_reason(self) -> None:
        house = await bridge(entry("it", definition=None, supported=False))
        (device,) = house.hub.devices.values()
        assert [t.reason for t in device.troubles] == ["Zigbee2MQTT does not know this model yet"]

    async def test_one_that_is_being_asked_is_shown_so(self) -> None:
        house = await bridge(entry("it", definition=None, interview_state="IN_PROGRESS"))
        (device,) = house.hub.devices.values()
        assert "still asking" in device.troubles[0].reason

    async def test_a_feature_that_is_none_does_not_take_the_others_along(self) -> None:
        broken: Fields = {"type": "numeric", "name": "odd", "access": "much"}
        house = await one(LIGHT, broken)
        (device,) = house.hub.devices.values()
        assert [e.id for e in device.endpoints] == ["light"]
        assert "odd" in device.troubles[0].reason

    async def test_a_device_that_is_none_does_not_take_the_others_along(self) -> None:
        house = await bridge(entry("a", LIGHT), entry("b", address="0x01", disabled="perhaps"))
        assert len(house.hub.devices) == 2
        assert house.hub.devices["0x01"].troubles

    @pytest.mark.parametrize("payload", ["[", "{}", '["x"]', "[0,0]", '[{"friendly_name":"x"}]'])
    async def test_what_is_no_list_of_devices_is_refused_in_words(self, payload: str) -> None:
        house = await bridge(entry("it", LIGHT))
        await house.tell(f"{BASE}/bridge/devices", payload)
        assert [topic for topic, _ in house.hub.refused] == [f"{BASE}/bridge/devices"]
        assert list(house.hub.devices) == [DEVICE]

    async def test_an_update_is_shown_and_can_be_installed(self) -> None:
        thing = entry("it", LIGHT)
        assert isinstance(thing["definition"], dict)
        thing["definition"]["supports_ota"] = True
        house = await bridge(thing)
        told = {"state": "updating", "installed_version": 1, "latest_version": 2, "progress": 37.5}
        await house.tell(f"{BASE}/it", {"update": told})
        assert value(house, "update", "Update.installed") == "1"
        assert value(house, "update", "Update.latest") == "2"
        assert value(house, "update", "Update.progress") == 37.5
        await house.tell(f"{BASE}/it", {"update": {"state": "idle", "installed_version": 2}})
        assert value(house, "update", "Update.progress") is None
        order = house.order("Update.install", endpoint="update", device=DEVICE, action=True)
        ((topic, said),) = house.send([order])
        assert topic == f"{BASE}/bridge/request/device/ota_update/update"
        assert json.loads(said) == {"id": "0x00158d0001a2b3c4"}


class TestReach:
    """A device is there while its bridge is, and while the bridge says so where it watches."""

    async def test_without_availability_the_bridge_decides(self) -> None:
        house = await bridge(entry("it", LIGHT))
        await house.tell(f"{BASE}/bridge/state", "offline")
        assert [(there, why) for _, there, why in house.hub.reach] == [
            (True, ""),
            (False, f"{BASE}/bridge/state says that it is not available"),
        ]

    @pytest.mark.parametrize("said", ["offline", {"state": "offline"}])
    async def test_with_availability_both_decide(self, said: object) -> None:
        house = House()
        await house.tell(f"{BASE}/bridge/info", info())
        await house.tell(f"{BASE}/bridge/devices", [entry("it", LIGHT)])
        await house.tell(f"{BASE}/bridge/state", {"state": "online"})
        assert house.hub.reach == []
        await house.tell(f"{BASE}/it/availability", {"state": "online"})
        await house.tell(f"{BASE}/it/availability", said)
        assert [there for _, there, _ in house.hub.reach] == [True, False]

    async def test_what_the_bridge_says_of_itself_may_come_later(self) -> None:
        house = await bridge(entry("it", LIGHT))
        await house.tell(f"{BASE}/bridge/info", info())
        await house.tell(f"{BASE}/it/availability", "offline")
        assert [there for _, there, _ in house.hub.reach] == [True, False]

    async def test_one_device_may_be_left_unwatched(self) -> None:
        house = House()
        await house.tell(
            f"{BASE}/bridge/info", info({"0x00158d0001a2b3c4": {"availability": False}})
        )
        await house.tell(f"{BASE}/bridge/devices", [entry("it", LIGHT)])
        await house.tell(f"{BASE}/bridge/state", {"state": "online"})
        assert [there for _, there, _ in house.hub.reach] == [True]

    async def test_a_device_that_is_disabled_is_not_there(self) -> None:
        house = await bridge(entry("it", LIGHT, disabled=True))
        assert [there for _, there, _ in house.hub.reach] == [False]
        assert "disabled" in house.hub.devices[DEVICE].troubles[0].reason


class TestAsking:
    """Who comes back and says nothing is asked, one after the other."""

    def asking(self) -> tuple[Asking, Loop, list[str]]:
        loop, asked = Loop(), list[str]()
        return Asking(lambda: loop), loop, asked

    def test_the_silent_are_asked_in_turn(self) -> None:
        asking, loop, asked = self.asking()
        for name in ("a", "b"):
            asking.reread(DeviceId(name), partial(asked.append, name))
        loop.until(PATIENCE_S)
        assert asked == ["a"]
        loop.until(PATIENCE_S + SPACING_S)
        assert asked == ["a", "b"]

    def test_who_told_its_state_is_not_asked(self) -> None:
        asking, loop, asked = self.asking()
        asking.reread(DeviceId("a"), partial(asked.append, "a"))
        ((_, handle),) = asking.handlers(DeviceId("a"), ("state",))
        handle(Payload(b"{}"), False)
        loop.until(60)
        assert asked == []

    def test_a_ping_waits_for_nobody_who_is_given_time(self) -> None:
        asking, loop, asked = self.asking()
        asking.reread(DeviceId("a"), partial(asked.append, "a"))
        asking.ping(DeviceId("b"), partial(asked.append, "b"))
        loop.until(SPACING_S)
        assert asked == ["b"]
        loop.until(PATIENCE_S)
        assert asked == ["b", "a"]

    async def test_it_asks_for_what_matters_and_no_sleeper(self) -> None:
        awake = entry("it", LIGHT, numeric("power", 5, "W"))
        asleep = entry(
            "b", LIGHT, address="0x00158d0001a2b3c5", power_source="Battery", type="EndDevice"
        )
        house = await bridge(awake, asleep)
        asking = house.driver._watch.asking
        sleeper = DeviceId("zigbee2mqtt_0x00158d0001a2b3c5")
        assert (DEVICE in asking, sleeper in asking) == (True, False)
        asking._waiting[DeviceId(DEVICE), True].ask()
        message = house.broker.sent[-1]
        assert (message.topic, json.loads(message.payload)) == (
            f"{BASE}/it/get",
            {"state": "", "brightness": "", "color_temp": ""},
        )
        await house.tell(f"{BASE}/it", {"state": "ON"})
        assert DEVICE not in asking


async def test_a_thousand_devices_leave_the_loop_its_turns() -> None:
    house = House()
    devices = [entry(f"d{i}", LIGHT, address=f"0x{i:016x}") for i in range(1, 201)]
    house.driver.received(f"{BASE}/bridge/devices", json.dumps(devices).encode(), retained=True)
    turns = 0
    while len(house.hub.devices) < 200:
        await asyncio.sleep(0)
        turns += 1
        assert turns < 1000
    assert turns >= 200 / 16
