"""Tasmota's native discovery: what becomes of a device, and what it is told."""

import pytest
from msgspec.structs import replace

from drivers.mqtt.dialect import Described, Gone
from drivers.mqtt.errors import DiscoveryError
from drivers.mqtt.part import Publish
from drivers.mqtt.tasmota import Tasmota
from hubd.model.device import DeviceType
from hubd.model.value import Value
from tests.unit.drivers.mqtt_house import House, as_bytes

MAC = "E09806F17F56"
CONFIG: dict[str, object] = {
    "ip": "192.168.2.71", "dn": "Desk", "fn": ["Desk", "Fan lamp", None, None], "hn": "tasmota-1",
    "mac": MAC, "md": "Athom Plug V2", "ty": 0, "if": 0, "ofln": "Offline", "onln": "Online",
    "state": ["OFF", "ON", "TOGGLE", "HOLD"], "sw": "14.4.1", "t": "desk",
    "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"], "rl": [1, 0, 0, 0],
    "swc": [-1, -1, -1, -1], "swn": [None, None, None, None], "btn": [0, 0, 0, 0],
    "so": {"4": 0, "11": 0, "13": 0, "17": 0, "20": 0, "30": 0, "68": 0, "73": 0, "82": 0,
           "114": 0, "117": 0},
    "lk": 1, "lt_st": 0, "bat": 0, "dslp": 0, "sho": [0, 0], "sht": [[0, 0, 0], [0, 0, 0]],
    "ver": 1,
}  # fmt: skip
"""Keys and values as of an Athom plug on Tasmota 14."""
DEVICE = "tasmota_e09806f17f56"
ENERGY = {
    "TotalStartTime": "2023-06-24T08:32:22", "Total": 1.25, "Yesterday": 0.1, "Today": 0.2,
    "Power": 12, "ApparentPower": 14, "ReactivePower": 3, "Factor": 0.86, "Voltage": 233,
    "Current": 0.06, "Period": 1,
}  # fmt: skip


def options(**on: int) -> dict[str, int]:
    """Return the options with those of `so<number>` set."""
    base = CONFIG["so"]
    assert isinstance(base, dict)
    return {**base, **{key.removeprefix("so"): value for key, value in on.items()}}


async def announced(sample: object = None, **changed: object) -> House:
    """Return a house with one device, online."""
    house = House()
    said = {**CONFIG, **{("if" if k == "ifan" else k): v for k, v in changed.items()}}
    await house.tell(f"tasmota/discovery/{MAC}/config", said, retained=True)
    if sample is not None:
        sensors = {"sn": sample, "ver": 1}
        await house.tell(f"tasmota/discovery/{MAC}/sensors", sensors, retained=True)
    await house.tell("tele/desk/LWT", "Online", retained=True)
    return house


def value(house: House, endpoint: str, name: str) -> Value:
    return house.hub.values()[f"{DEVICE}/{endpoint}/{name}"]


def ask(house: House, endpoint: str, name: str, value: Value = None) -> list[tuple[str, str]]:
    action = name.endswith((".stop", ".press"))
    return house.send([house.order(name, value, endpoint=endpoint, device=DEVICE, action=action)])


def endpoints(house: House) -> dict[str, DeviceType]:
    return {e.id: e.type for e in house.hub.devices[DEVICE].endpoints}


async def test_a_plug_is_described_told_of_and_commanded() -> None:
    house = await announced()
    device = house.hub.devices[DEVICE]

    assert (device.name, device.model, device.version) == ("Desk", "Athom Plug V2", "14.4.1")
    assert device.identities == ("mac:e09806f17f56",)
    assert device.troubles == ()
    assert endpoints(house)["switch"] is DeviceType.ON_OFF_PLUG
    assert house.hub.reach == [(DEVICE, True, "")]

    await house.tell("stat/desk/RESULT", {"POWER": "ON"})
    assert value(house, "switch", "OnOff.on") is True
    await house.tell("stat/desk/POWER", "OFF")
    assert value(house, "switch", "OnOff.on") is False
    await house.tell("tele/desk/STATE", {"POWER": "ON", "Wifi": {"RSSI": 92, "Signal": -54}})
    assert value(house, "switch", "OnOff.on") is True
    assert value(house, "signal", "Signal.strength") == -54
    assert ask(house, "switch", "OnOff.on", value=False) == [("cmnd/desk/POWER1", "OFF")]
    assert house.hub.refused == []


async def test_a_device_that_is_back_is_asked_for_what_it_does_not_keep_with_the_broker() -> None:
    house = await announced()
    questions = [("cmnd/desk/STATE", b""), ("cmnd/desk/STATUS", b"10")]
    assert [(m.topic, m.payload) for m in house.broker.sent][-2:] == questions
    house.broker.sent.clear()

    await house.tell("tele/desk/LWT", "Offline")
    assert house.hub.reach[-1][:2] == (DEVICE, False)
    assert house.broker.sent == []
    await house.tell("tele/desk/LWT", "Online")
    assert house.hub.reach[-1] == (DEVICE, True, "")
    assert [(m.topic, m.payload) for m in house.broker.sent] == questions

    house.broker.sent.clear()
    house.driver.lost("gone")
    house.driver.connected()
    sent = [(m.topic, m.payload) for m in house.broker.sent]
    assert [m for m in sent if m[0].startswith("cmnd/")] == questions


@pytest.mark.parametrize(
    "full", ["%topic%/%prefix%/", "home/%prefix%/%hostname%/%id%", "%prefix%/%topic%"]
)
async def test_every_pattern_of_a_full_topic_is_followed(full: str) -> None:
    house = await announced(ft=full)
    filled = full if full.endswith("/") else f"{full}/"
    for name, said in (("topic", "desk"), ("hostname", "tasmota-1"), ("id", "F17F56")):
        filled = filled.replace(f"%{name}%", said)

    await house.tell(filled.replace("%prefix%", "stat") + "RESULT", {"POWER1": "ON"})

    assert value(house, "switch", "OnOff.on") is True
    command = filled.replace("%prefix%", "cmnd") + "POWER1"
    assert ask(house, "switch", "OnOff.on", value=True) == [(command, "ON")]


async def test_results_that_come_on_topics_of_their_commands_are_heard() -> None:
    house = await announced(rl=[2, 0, 0, 0], lt_st=1, so=options(so4=1))

    await house.tell("stat/desk/POWER", {"POWER": "ON"})
    await house.tell("stat/desk/DIMMER", {"POWER": "ON", "Dimmer": 40})

    assert value(house, "light", "OnOff.on") is True
    assert value(house, "light", "LevelControl.level") == 40


async def test_several_relays_are_told_apart_and_named() -> None:
    house = await announced(rl=[1, 1, 0, 0])
    named: dict[str, str] = {e.id: e.name for e in house.hub.devices[DEVICE].endpoints}
    assert named["switch_1"] == ""
    assert named["switch_2"] == "Fan lamp"

    await house.tell("tele/desk/STATE", {"POWER1": "ON", "POWER2": "OFF"})

    assert value(house, "switch_1", "OnOff.on") is True
    assert value(house, "switch_2", "OnOff.on") is False
    assert ask(house, "switch_2", "OnOff.on", value=True) == [("cmnd/desk/POWER2", "ON")]


async def test_a_relay_that_is_said_to_be_a_lamp_is_one() -> None:
    house = await announced(so=options(so30=1))
    assert endpoints(house)["light"] is DeviceType.ON_OFF_LIGHT


LIGHTS = [
    (0, DeviceType.ON_OFF_LIGHT, {"OnOff.on"}),
    (1, DeviceType.DIMMABLE_LIGHT, {"OnOff.on", "LevelControl.level"}),
    (2, DeviceType.COLOR_TEMPERATURE_LIGHT,
     {"OnOff.on", "LevelControl.level", "ColorControl.colorTemperature"}),
    (3, DeviceType.EXTENDED_COLOR_LIGHT,
     {"OnOff.on", "LevelControl.level", "ColorControl.hue", "ColorControl.saturation"}),
    (4, DeviceType.EXTENDED_COLOR_LIGHT,
     {"OnOff.on", "LevelControl.level", "ColorControl.hue", "ColorControl.saturation"}),
    (5, DeviceType.EXTENDED_COLOR_LIGHT,
     {"OnOff.on", "LevelControl.level", "ColorControl.hue", "ColorControl.saturation",
      "ColorControl.colorTemperature"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "device_type", "names"), LIGHTS)
async def test_each_kind_of_light_has_what_it_can_do(
    kind: int, device_type: DeviceType, names: set[str]
) -> None:
    house = await announced(rl=[2, 0, 0, 0], lt_st=kind)
    light = next(e for e in house.hub.devices[DEVICE].endpoints if e.id == "light")

    assert light.type is device_type
    assert {p.name for p in light.properties} - {"Light.effect"} == names
    assert all(p.writable for p in light.properties)


async def test_a_colour_light_is_read_commanded_and_faded_in_one_message() -> None:
    house = await announced(rl=[2, 0, 0, 0], lt_st=5)
    state = {"POWER": "ON", "Dimmer": 50, "HSBColor": "120,80,50", "CT": 250, "Scheme": 2}
    await house.tell("stat/desk/RESULT", state)

    assert value(house, "light", "LevelControl.level") == 50
    assert value(house, "light", "ColorControl.hue") == 120
    assert value(house, "light", "ColorControl.saturation") == 80
    assert value(house, "light", "ColorControl.colorTemperature") == 4000
    assert value(house, "light", "Light.effect") == "Cycle up"
    assert ask(house, "light", "ColorControl.colorTemperature", 2700.0) == [("cmnd/desk/CT", "370")]

    wishes = [("OnOff.on", True), ("LevelControl.level", 80.0), ("ColorControl.hue", 200.0),
              ("ColorControl.saturation", 100.0)]  # fmt: skip
    orders = [house.order(n, v, endpoint="light", device=DEVICE) for n, v in wishes]
    assert house.send(orders) == [("cmnd/desk/Backlog0", "Dimmer 80;HsbColor1 200;HsbColor2 100")]


@pytest.mark.parametrize(
    ("fixed", "speed"), [(1, "4"), (0, "5")], ids=["whatever the change", "for a whole change"]
)
async def test_a_fade_takes_the_time_that_it_is_told(fixed: int, speed: str) -> None:
    house = await announced(rl=[2, 0, 0, 0], lt_st=1, so=options(so117=fixed))
    await house.tell("stat/desk/RESULT", {"POWER": "ON", "Dimmer": 20})
    order = house.order("LevelControl.level", 100.0, endpoint="light", device=DEVICE)
    slow = replace(order, command=replace(order.command, over_us=2_000_000))

    assert house.send([slow]) == [("cmnd/desk/Backlog0", f"Fade2 1;Speed2 {speed};Dimmer 100")]


async def test_channels_that_are_lamps_of_their_own_are_set_by_their_channel() -> None:
    house = await announced(rl=[2, 2, 0, 0], lt_st=2, so=options(so68=1))
    await house.tell("tele/desk/STATE", {"POWER1": "ON", "Channel1": 30, "POWER2": "OFF",
                                         "Channel2": 0})  # fmt: skip

    assert value(house, "light_1", "LevelControl.level") == 30
    assert ask(house, "light_2", "LevelControl.level", 60.0) == [("cmnd/desk/Channel2", "60")]


async def test_colour_and_white_that_are_not_linked_are_two_lamps() -> None:
    house = await announced(rl=[2, 2, 0, 0], lt_st=5, lk=0)
    assert endpoints(house)["light_1"] is DeviceType.EXTENDED_COLOR_LIGHT
    assert endpoints(house)["light_2"] is DeviceType.COLOR_TEMPERATURE_LIGHT

    await house.tell("tele/desk/STATE", {"Dimmer1": 10, "Dimmer2": 90})

    assert value(house, "light_1", "LevelControl.level") == 10
    assert value(house, "light_2", "LevelControl.level") == 90
    assert ask(house, "light_2", "LevelControl.level", 20.0) == [("cmnd/desk/Dimmer2", "20")]


async def test_a_fan_with_its_lamp_has_three_speeds() -> None:
    house = await announced(ifan=1, rl=[1, 0, 0, 0])
    assert endpoints(house)["fan"] is DeviceType.FAN
    assert endpoints(house)["light"] is DeviceType.ON_OFF_LIGHT

    await house.tell("stat/desk/RESULT", {"FanSpeed": 3})
    assert value(house, "fan", "OnOff.on") is True
    assert value(house, "fan", "FanControl.speed") == 100
    assert ask(house, "fan", "FanControl.speed", 33.0) == [("cmnd/desk/FANSPEED", "1")]
    assert ask(house, "fan", "OnOff.on", value=False) == [("cmnd/desk/FANSPEED", "0")]
    await house.tell("stat/desk/RESULT", {"FanSpeed": 0})
    assert value(house, "fan", "OnOff.on") is False
    assert ask(house, "fan", "OnOff.on", value=True) == [("cmnd/desk/FANSPEED", "3")]


@pytest.mark.parametrize(("options", "told", "asked"), [(0, 30.0, "70"), (1, 70.0, "30")])
async def test_a_shutter_is_read_moved_and_stopped_the_right_way_round(
    options: int, told: float, asked: str
) -> None:
    house = await announced(rl=[3, 3, 0, 0], sho=[options], sht=[[-90, 90, 600]])
    shutter = {"Shutter1": {"Position": 30, "Direction": 1, "Target": 40, "Tilt": 0}}
    await house.tell("stat/desk/RESULT", shutter)

    assert value(house, "cover", "WindowCovering.position") == told
    moving = "closing" if options else "opening"
    assert value(house, "cover", "WindowCovering.operation") == moving
    assert value(house, "cover", "WindowCovering.tilt") == 50
    assert ask(house, "cover", "WindowCovering.position", 70.0) == [
        ("cmnd/desk/ShutterPosition1", asked)
    ]
    assert ask(house, "cover", "WindowCovering.tilt", 100.0) == [("cmnd/desk/ShutterTilt1", "90")]
    assert ask(house, "cover", "WindowCovering.stop") == [("cmnd/desk/ShutterStop1", "")]


async def test_a_shutter_of_one_relay_is_a_trouble_and_not_a_guess() -> None:
    house = await announced(rl=[3, 1, 3, 0])
    assert [t.where for t in house.hub.devices[DEVICE].troubles] == ["shutter"]
    assert "switch" in endpoints(house)


async def test_buttons_and_switches_are_signalled_by_their_modes() -> None:
    house = await announced(
        swc=[1, 0, 8, 13], swn=["Hall door", None, None, None], btn=[1, 0, 0, 0],
        so=options(so73=1, so114=1),
    )  # fmt: skip
    await house.tell("stat/desk/RESULT", {"Button1": {"Action": "TRIPLE"}})
    await house.tell("stat/desk/RESULT", {"Switch2": {"Action": "TOGGLE"}})
    await house.tell("stat/desk/RESULT", {"Switch3": {"Action": "HOLD"}})
    await house.tell("stat/desk/RESULT", {"Switch2": {"Action": "ON"}})
    assert house.hub.signals == [
        (DEVICE, "button_1", "Switch.pressed", "triple"),
        (DEVICE, "input_2", "Switch.pressed", "single"),
        (DEVICE, "input_3", "Switch.pressed", "double"),
    ]

    await house.tell("stat/desk/RESULT", {"Hall door": {"Action": "ON"}})
    assert value(house, "input_1", "BooleanState.state") is True
    await house.tell("stat/desk/STATUS10", {"StatusSNS": {"Hall door": "OFF"}})
    assert value(house, "input_1", "BooleanState.state") is False
    assert house.hub.refused == []


async def test_a_button_whose_presses_are_swapped_is_told_as_it_is_meant() -> None:
    house = await announced(btn=[1, 0, 0, 0], so=options(so73=1, so11=1))
    await house.tell("stat/desk/RESULT", {"Button1": {"Action": "SINGLE"}})
    assert house.hub.signals == [(DEVICE, "button_1", "Switch.pressed", "double")]


async def test_energy_is_carried_whole() -> None:
    house = await announced({"Time": "2023-06-24T08:39:31", "ENERGY": ENERGY})
    await house.tell("tele/desk/SENSOR", {"ENERGY": ENERGY})

    power = "ElectricalPowerMeasurement"
    assert value(house, "energy", "ElectricalEnergyMeasurement.energy") == 1.25
    assert value(house, "energy", f"{power}.activePower") == 12
    assert value(house, "energy", f"{power}.apparentPower") == 14
    assert value(house, "energy", f"{power}.reactivePower") == 3
    assert value(house, "energy", f"{power}.powerFactor") == 86
    assert value(house, "energy", f"{power}.voltage") == 233
    assert value(house, "energy", f"{power}.activeCurrent") == 0.06
    assert value(house, "energy_today", "ElectricalEnergyMeasurement.energy") == 0.2
    assert value(house, "energy_yesterday", "ElectricalEnergyMeasurement.energy") == 0.1
    assert value(house, "energy_totalstarttime", "Timestamp.value") == "2023-06-24T08:32:22"


SENSED = [
    ({"AM2301": {"Temperature": 68.0, "Humidity": 40.0, "DewPoint": 50.0}, "TempUnit": "F"},
     {"am2301/TemperatureMeasurement.temperature": 20.0,
      "am2301/RelativeHumidityMeasurement.humidity": 40.0,
      "am2301_dewpoint/TemperatureMeasurement.temperature": 10.0}),
    ({"BMP280": {"Pressure": 750.0, "SeaPressure": 760.0}, "PressureUnit": "mmHg"},
     {"bmp280/PressureMeasurement.pressure": 999.917906}),
    ({"BH1750": {"Illuminance": 120}}, {"bh1750/IlluminanceMeasurement.illuminance": 120.0}),
    ({"SR04": {"Distance": 86.6}}, {"sr04/Distance.value": 0.866}),
    ({"TX23": {"Speed": {"Act": 36.0, "Avg": 18.0}, "Dir": {"Card": "WSW"}}, "SpeedUnit": "km/h"},
     {"tx23/Speed.value": 10.0, "tx23_speed_avg/Speed.value": 5.0,
      "tx23_dir_card/Text.value": "WSW"}),
    ({"SCD30": {"CarbonDioxide": 612, "eCO2": 600}},
     {"scd30/CarbonDioxideConcentrationMeasurement.value": 612.0}),
    ({"PMS5003": {"CF1": 1, "PM2.5": 12, "PM10": 15, "PB0.3": 100}},
     {"pms5003/Pm25ConcentrationMeasurement.value": 12.0,
      "pms5003/Pm10ConcentrationMeasurement.value": 15.0, "pms5003_pb0_3/Number.value": 100.0}),
    ({"ENERGY": {"Voltage": [231, 232, 233], "Total": 3.0}},
     {"energy/ElectricalEnergyMeasurement.energy": 3.0,
      "energy_2/ElectricalPowerMeasurement.voltage": 232.0}),
    ({"ANALOG": {"Temperature1": 23.2, "CTEnergy1": {"Power": 2300, "Energy": 0.5}},
      "TempUnit": "C"},
     {"analog/TemperatureMeasurement.temperature": 23.2,
      "analog/ElectricalPowerMeasurement.activePower": 2300.0}),
    ({"LD2410": {"Distance": 50, "Energy": 100}}, {"ld2410_energy/Number.value": 100.0}),
    ({"DS18B20-1": {"Id": "00000938355C", "Temperature": None}, "TempUnit": "C"},
     {"ds18b20-1/TemperatureMeasurement.temperature": None,
      "ds18b20-1_id/Text.value": "00000938355C"}),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "values"), SENSED, ids=lambda s: next(iter(s)))
async def test_every_group_of_sensors_is_read_in_the_vocabularys_units(
    sample: dict[str, object], values: dict[str, Value]
) -> None:
    house = await announced(sample)
    await house.tell("stat/desk/STATUS10", {"StatusSNS": sample})

    told = house.hub.values()
    for where, expected in values.items():
        said = told[f"{DEVICE}/{where}"]
        assert said == pytest.approx(expected) if isinstance(expected, float) else said == expected
    assert house.hub.refused == []


async def test_a_pressure_in_a_unit_that_is_not_known_is_a_trouble() -> None:
    house = await announced({"BMP280": {"Pressure": 750.0}, "PressureUnit": "cubits"})
    assert "cubits" in house.hub.devices[DEVICE].troubles[0].reason


async def test_a_device_that_sleeps_is_unknown_until_it_wakes_and_has_no_last_will() -> None:
    sample = {"SHT3X": {"Temperature": 20.0}, "TempUnit": "C"}
    house = await announced(sample, dslp=1, bat=1)
    assert house.hub.reach == []

    await house.tell("tele/desk/STATE", {"BatteryPercentage": 71})
    assert house.hub.reach == [(DEVICE, True, "")]
    assert value(house, "battery", "PowerSource.batteryLevel") == 71
    assert not any(m.topic.startswith("cmnd/") for m in house.broker.sent)


async def test_a_device_that_is_withdrawn_is_forgotten_and_its_topics_are_left() -> None:
    house = await announced({"ENERGY": ENERGY})
    await house.tell(f"tasmota/discovery/{MAC}/config", b"")

    assert house.hub.forgotten_ids == [DEVICE]
    assert not {t for t in house.broker.topics if "desk" in t} - set(house.broker.left)


def test_the_order_of_the_two_announcements_does_not_matter() -> None:
    sensors, config = as_bytes({"sn": {"ENERGY": ENERGY}, "ver": 1}), as_bytes(CONFIG)
    topic = f"tasmota/discovery/{MAC}"

    def last(*messages: tuple[str, bytes]) -> list[str]:
        dialect, described = Tasmota(), None
        for kind, payload in messages:
            for news in dialect.read(f"{topic}/{kind}", payload):
                described = news if isinstance(news, Described) else described
        assert described is not None
        return [piece.identity for piece in described.pieces]

    assert last(("config", config), ("sensors", sensors)) == last(
        ("sensors", sensors), ("config", config)
    )


def test_what_was_never_described_is_not_withdrawn() -> None:
    dialect = Tasmota()
    assert list(dialect.read(f"tasmota/discovery/{MAC}/sensors", b"")) == []
    dialect.read(f"tasmota/discovery/{MAC}/config", as_bytes(CONFIG))
    assert list(dialect.read(f"tasmota/discovery/{MAC}/config", b"")) == [
        Gone(f"tasmota/discovery/{MAC}")
    ]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (f"tasmota/discovery/{MAC}/config", {**CONFIG, "mac": "E09806F17F57"}),
        (f"tasmota/discovery/{MAC}/config", {**CONFIG, "ver": 2}),
        (f"tasmota/discovery/{MAC}/config", {**CONFIG, "t": "a/+/b"}),
        (f"tasmota/discovery/{MAC}/config", {**CONFIG, "ft": "%topic%/"}),
        (f"tasmota/discovery/{MAC}/config", {**CONFIG, "rl": [1] * 1000}),
        (f"tasmota/discovery/{MAC}/config", {**CONFIG, "rl": "on"}),
        (f"tasmota/discovery/{MAC}/config", b"{"),
        (f"tasmota/discovery/{MAC}/sensors", {"ver": 1}),
        ("tasmota/discovery/nobody/config", CONFIG),
    ],
)
def test_an_announcement_that_cannot_be_read_is_told_as_such(topic: str, payload: object) -> None:
    raw = payload if isinstance(payload, bytes) else as_bytes(payload)
    with pytest.raises(DiscoveryError):
        list(Tasmota().read(topic, raw))


def test_the_questions_are_messages_that_are_not_kept() -> None:
    (described,) = Tasmota().read(f"tasmota/discovery/{MAC}/config", as_bytes(CONFIG))
    assert isinstance(described, Described)
    assert described.asks == (
        Publish("cmnd/desk/STATE", b""),
        Publish("cmnd/desk/STATUS", b"10"),
    )
