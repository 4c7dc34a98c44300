"""ESPHome over MQTT: its own facts, joined to what it announces by Home Assistant's discovery."""

from collections.abc import Mapping

import pytest

from drivers.mqtt.errors import DiscoveryError
from drivers.mqtt.esphome import UNTOLD, EspHome
from hubd.model.value import Value
from tests.unit.drivers.mqtt_house import House, as_bytes

MAC = "a8032ab12345"
FACTS: Mapping[str, object] = {
    "ip": "192.168.1.44", "name": "porch", "friendly_name": "Porch", "port": 6053,
    "version": "2025.9.3", "mac": MAC, "platform": "ESP32", "board": "esp32dev", "network": "wifi",
    "api_encryption": "Noise_NNpsk0_25519_ChaChaPoly_SHA256",
}  # fmt: skip
DEV: Mapping[str, object] = {
    "ids": MAC, "name": "Porch", "sw": "2025.9.3 (Sep 17 2025, 10:11:12)", "mdl": "esp32dev",
    "mf": "Espressif", "cns": [["mac", MAC]], "sa": "Porch",
}  # fmt: skip


def shape(component: str, key: str, **fields: object) -> tuple[str, dict[str, object]]:
    """Return a component as ESPHome's MQTT client announces it (mqtt_component.cpp)."""
    common = {"name": key.title(), "avty_t": "porch/status", "uniq_id": f"ESP{component}{key}"}
    return f"homeassistant/{component}/porch/{key}/config", {**common, **fields, "dev": DEV}


CLIMATE = shape(
    "climate", "heating",
    curr_temp_t="porch/climate/heating/current_temperature/state",
    mode_cmd_t="porch/climate/heating/mode/command",
    mode_stat_t="porch/climate/heating/mode/state", modes=["off", "heat", "fan_only"],
    temp_cmd_t="porch/climate/heating/target_temperature/command",
    temp_stat_t="porch/climate/heating/target_temperature/state",
    min_temp=7, max_temp=30, temp_step=0.5, temp_unit="C",
    act_t="porch/climate/heating/action/state",
    pr_mode_cmd_t="porch/climate/heating/preset/command",
    pr_mode_stat_t="porch/climate/heating/preset/state", pr_modes=["none", "eco", "away"],
    fan_mode_cmd_t="porch/climate/heating/fan_mode/command",
    fan_mode_stat_t="porch/climate/heating/fan_mode/state", fan_modes=["auto", "low"],
    swing_mode_cmd_t="porch/climate/heating/swing_mode/command",
    swing_mode_stat_t="porch/climate/heating/swing_mode/state", swing_modes=["off", "vertical"],
)  # fmt: skip
LIGHT = shape(
    "light", "strip", schema="json", color_mode=True, brightness=True,
    supported_color_modes=["rgbww", "color_temp"], stat_t="porch/light/strip/state",
    cmd_t="porch/light/strip/command", effect=True, effect_list=["None", "Rainbow"],
    min_mirs=153, max_mirs=370,
)  # fmt: skip
COVER = shape(
    "cover", "gate", dev_cla="gate", pos_t="porch/cover/gate/position/state",
    set_pos_t="porch/cover/gate/position/command", cmd_t="porch/cover/gate/command",
    stat_t="porch/cover/gate/state", tilt_cmd_t="porch/cover/gate/tilt/command",
    tilt_status_t="porch/cover/gate/tilt/state",
)  # fmt: skip
FAN = shape(
    "fan", "fan", stat_t="porch/fan/fan/state", cmd_t="porch/fan/fan/command",
    osc_stat_t="porch/fan/fan/oscillation/state", osc_cmd_t="porch/fan/fan/oscillation/command",
    pct_stat_t="porch/fan/fan/speed_level/state", pct_cmd_t="porch/fan/fan/speed_level/command",
    spd_rng_max=4, dir_stat_t="porch/fan/fan/direction/state",
    dir_cmd_t="porch/fan/fan/direction/command",
)  # fmt: skip
SHAPES = [
    (CLIMATE, "porch/climate/heating/current_temperature/state", "19.5",
     "heating/Thermostat.localTemperature", 19.5,
     ("Thermostat.setpoint", 21.5), ("porch/climate/heating/target_temperature/command", "21.5")),
    (CLIMATE, "porch/climate/heating/action/state", "heating",
     "heating/Thermostat.runningState", "heating",
     ("Thermostat.systemMode", "heat"), ("porch/climate/heating/mode/command", "heat")),
    (CLIMATE, "porch/climate/heating/preset/state", "eco", "heating/Thermostat.preset", "eco",
     ("Thermostat.swing", "vertical"), ("porch/climate/heating/swing_mode/command", "vertical")),
    (LIGHT, "porch/light/strip/state",
     {"color_mode": "color_temp", "state": "ON", "brightness": 51, "color_temp": 250, "color": {}},
     "strip/ColorControl.colorTemperature", 4000.0,
     ("LevelControl.level", 100.0),
     ("porch/light/strip/command", '{"state":"ON","brightness":255}')),
    (COVER, "porch/cover/gate/position/state", "35", "gate/WindowCovering.position", 35.0,
     ("WindowCovering.tilt", 50.0), ("porch/cover/gate/tilt/command", "50")),
    (COVER, "porch/cover/gate/state", "opening", "gate/WindowCovering.operation", "opening",
     ("WindowCovering.position", 100.0), ("porch/cover/gate/position/command", "100")),
    (FAN, "porch/fan/fan/speed_level/state", "3", "fan/FanControl.speed", 75.0,
     ("FanControl.oscillating", True), ("porch/fan/fan/oscillation/command", "oscillate_on")),
    (FAN, "porch/fan/fan/oscillation/state", "oscillate_off", "fan/FanControl.oscillating", False,
     ("FanControl.direction", "reverse"), ("porch/fan/fan/direction/command", "reverse")),
    (shape("number", "delay", min=0, max=60, step=1, mode="box", stat_t="porch/number/delay/state",
           cmd_t="porch/number/delay/command", unit_of_meas="s"),
     "porch/number/delay/state", "12", "delay/Number.value", 12.0, ("Number.value", 30.0),
     ("porch/number/delay/command", "30")),
    (shape("select", "tune", ops=["a", "b"], stat_t="porch/select/tune/state",
           cmd_t="porch/select/tune/command"),
     "porch/select/tune/state", "a", "tune/Select.option", "a", ("Select.option", "b"),
     ("porch/select/tune/command", "b")),
    (shape("lock", "door", stat_t="porch/lock/door/state", cmd_t="porch/lock/door/command"),
     "porch/lock/door/state", "LOCKED", "door/DoorLock.locked", True, ("DoorLock.locked", False),
     ("porch/lock/door/command", "UNLOCK")),
    (shape("valve", "tap", stat_t="porch/valve/tap/state", cmd_t="porch/valve/tap/command",
           pos_t="porch/valve/tap/position/state", set_pos_t="porch/valve/tap/position/command"),
     "porch/valve/tap/position/state", "40", "tap/Valve.level", 40.0, ("Valve.level", 60.0),
     ("porch/valve/tap/position/command", "60")),
    (shape("sensor", "lux", dev_cla="illuminance", unit_of_meas="lx", stat_cla="measurement",
           stat_t="porch/sensor/lux/state"),
     "porch/sensor/lux/state", "33.0", "lux/IlluminanceMeasurement.illuminance", 33.0, None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("announced", "topic", "said", "where", "value", "asked", "sent"), SHAPES,
    ids=lambda v: v if isinstance(v, str) and v.startswith("porch/") else "",
)  # fmt: skip
async def test_each_component_as_esphome_announces_it_is_read_and_commanded(
    announced: tuple[str, dict[str, object]],
    topic: str,
    said: object,
    where: str,
    value: Value,
    asked: tuple[str, Value] | None,
    sent: tuple[str, str] | None,
) -> None:
    house = House()
    await house.tell(*announced, retained=True)
    await house.tell("porch/status", "online", retained=True)
    await house.tell(topic, said)

    assert house.hub.devices[MAC].troubles == ()
    assert house.hub.values()[f"{MAC}/{where}"] == value
    assert house.hub.reach == [(MAC, True, "")]
    if asked is not None:
        endpoint = where.partition("/")[0]
        assert house.send([house.order(*asked, endpoint=endpoint, device=MAC)]) == [sent]
    assert house.hub.refused == []


@pytest.mark.parametrize("facts_first", [True, False])
async def test_a_devices_own_facts_join_what_it_announces(*, facts_first: bool) -> None:
    house = House()
    messages: list[tuple[str, object]] = [("esphome/discover/porch", FACTS), LIGHT]
    for topic, said in messages if facts_first else reversed(messages):
        await house.tell(topic, said, retained=True)

    (device,) = house.hub.devices.values()
    assert device.id == MAC
    assert device.identities == (f"mac:{MAC}",)
    assert [e.id for e in device.endpoints] == ["strip"]
    assert device.troubles == ()
    assert "http://192.168.1.44" in device.native


async def test_a_device_that_says_nothing_of_what_it_can_do_is_shown_with_the_mend() -> None:
    house = House()
    await house.tell("esphome/discover/porch", FACTS, retained=True)

    (device,) = house.hub.devices.values()
    assert (device.name, device.maker, device.model) == ("Porch", "Espressif", "esp32dev")
    assert [t.reason for t in device.troubles] == [UNTOLD]
    await house.tell("esphome/discover/porch", b"")
    assert house.hub.forgotten_ids == [MAC]


async def test_all_devices_are_asked_to_tell_of_themselves_at_each_connection() -> None:
    house = House()
    house.broker.sent.clear()
    house.driver.connected()
    assert "esphome/discover" in [m.topic for m in house.broker.sent]


def test_a_project_names_the_maker_and_the_model() -> None:
    said = {**FACTS, "project_name": "apollo.air-1", "project_version": "25.1"}
    (news,) = EspHome().read("esphome/discover/porch", as_bytes(said))
    assert getattr(news, "device").maker == "apollo"  # noqa: B009 - any kind of news
    assert getattr(news, "device").model == "air-1"  # noqa: B009


@pytest.mark.parametrize("payload", [b"{", b"[]", {"name": "x"}, {"name": "x", "mac": "nonsense"}])
def test_facts_that_cannot_be_read_are_told_as_such(payload: object) -> None:
    raw = payload if isinstance(payload, bytes) else as_bytes(payload)
    with pytest.raises(DiscoveryError):
        list(EspHome().read("esphome/discover/x", raw))
