"""Bluetooth gateways: their sensors, decoded there or here, and the gateways themselves."""

import subprocess
import sys
from collections.abc import Mapping

import pytest

from drivers.kit.rhythm import Bounds
from drivers.mqtt import MqttSettings
from drivers.mqtt.dialect import Described
from drivers.mqtt.dialects import dialects
from drivers.mqtt.errors import MqttError, UnreadableError
from drivers.mqtt.part import Part
from drivers.mqtt.theengs import Theengs
from drivers.mqtt.theengs.decoders import Libraries
from drivers.mqtt.theengs.dialect import SENSOR_LIMIT
from drivers.mqtt.theengs.keys import readings
from drivers.mqtt.theengs.libraries import Library, UnavailableError
from drivers.mqtt.theengs.message import read_message
from drivers.mqtt.theengs.sensor import SLEEPY, STEADY
from hubd.model.device import DeviceType
from hubd.model.errors import ConfigError
from hubd.model.value import Value
from tests.unit.drivers.mqtt_house import House, as_bytes

KEYED = "54:48:E6:8F:80:A5"
BIND_KEY = "231d39c1d7cc1ab1aee224cd096db932"
"""The example of https://bthome.io/encryption/."""
ENCRYPTED = "41a47266c95f730011223378237214"
DECODED: Mapping[str, object] = {
    "id": "A4:C1:38:AA:BB:CC", "name": "LYWSD03MMC", "rssi": -60, "brand": "Xiaomi",
    "model": "TH Sensor", "model_id": "LYWSD03MMC_ATC", "type": "THB", "tempc": 21.3, "tempf": 70.3,
    "hum": 45, "batt": 90, "volt": 2.9,
}  # fmt: skip
BASE = "home/OMG_ESP32_BLE"


@pytest.fixture(scope="module")
def libraries() -> Libraries:
    loaded = Libraries()
    for library in (loaded.bthome, loaded.xiaomi, loaded.theengs):
        library.wait()
    return loaded


@pytest.fixture
async def house(libraries: Libraries) -> House:
    house = House(MqttSettings(birth=False, bind_keys={KEYED.lower(): BIND_KEY}))
    for dialect in house.driver._dialects:
        if isinstance(dialect, Theengs):
            dialect._libraries = libraries
    return house


async def heard(
    house: House,
    address: str,
    fields: Mapping[str, object],
    gateway: str = BASE,
    *,
    retained: bool = False,
) -> str:
    """Have a gateway tell of a device; return the device's id."""
    digits = address.replace(":", "")
    said = {"id": address, "rssi": -60, **fields}
    await house.tell(f"{gateway}/BTtoMQTT/{digits}", said, retained=retained)
    return digits.lower()


def values(house: House, device: str) -> dict[str, Value]:
    told = house.hub.values().items()
    return {k.removeprefix(f"{device}/"): v for k, v in told if k.startswith(f"{device}/")}


async def test_what_a_gateway_decoded_is_described_and_read_at_once(house: House) -> None:
    fields = {k: v for k, v in DECODED.items() if k != "id"}
    device = await heard(house, "A4:C1:38:AA:BB:CC", fields)
    known = house.hub.devices[device]

    assert (known.name, known.maker, known.model) == ("LYWSD03MMC BBCC", "Xiaomi", "TH Sensor")
    assert known.identities == ("mac:a4c138aabbcc",)
    assert values(house, device) == {
        "temperature/TemperatureMeasurement.temperature": 21.3,
        "humidity/RelativeHumidityMeasurement.humidity": 45.0,
        "battery/PowerSource.batteryLevel": 90.0,
        "voltage/ElectricalPowerMeasurement.voltage": 2.9,
        "signal/Signal.strength": -60.0,
    }
    assert (device, True, "") in house.hub.reach
    assert house.hub.refused == []


ADVERTISED = [
    ("BTHome 2", "54:48:E6:8F:80:A6", {"servicedata": "4002ca0903bf13", "servicedatauuid": "fcd2"},
     {"temperature/TemperatureMeasurement.temperature": 25.06,
      "humidity/RelativeHumidityMeasurement.humidity": 50.55}),
    ("BTHome 2, encrypted", KEYED, {"servicedata": ENCRYPTED, "servicedatauuid": "0xfcd2"},
     {"temperature/TemperatureMeasurement.temperature": 25.06,
      "humidity/RelativeHumidityMeasurement.humidity": 50.55}),
    ("BTHome 1", "54:48:E6:8F:80:A7",
     {"servicedata": "2302ca090303bf13", "servicedatauuid": "0000181c-0000-1000-8000-00805f9b34fb"},
     {"temperature/TemperatureMeasurement.temperature": 25.06,
      "humidity/RelativeHumidityMeasurement.humidity": 50.55}),
    ("BTHome 2, a door", "54:48:E6:8F:80:A8",
     {"name": "SBDW-002C", "servicedata": "44000101642d01", "servicedatauuid": "fcd2"},
     {"window/BooleanState.open": True, "battery/PowerSource.batteryLevel": 100.0}),
    ("MiBeacon", "58:2D:34:35:93:21",
     {"servicedata": "5020aa01da21933534 2d580d1004fe004802".replace(" ", ""),
      "servicedatauuid": "0xfe95"},
     {"temperature/TemperatureMeasurement.temperature": 25.4,
      "humidity/RelativeHumidityMeasurement.humidity": 58.4}),
    ("Govee", "A4:C1:38:35:93:24",
     {"name": "GVH5075_9324", "manufacturerdata": "88ec0003519e6400"},
     {"temperature/TemperatureMeasurement.temperature": 21.7,
      "humidity/RelativeHumidityMeasurement.humidity": 50.2}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("format_", "address", "fields", "expected"), ADVERTISED, ids=[a[0] for a in ADVERTISED]
)
async def test_an_advertisement_as_it_was_is_decoded_by_the_fields_libraries(
    house: House, format_: str, address: str, fields: dict[str, object], expected: dict[str, Value]
) -> None:
    del format_
    device = await heard(house, address, fields)

    told = values(house, device)
    assert {k: told[k] for k in expected} == pytest.approx(expected)
    assert house.hub.devices[device].troubles == ()
    assert house.hub.refused == []


async def test_a_sensor_whose_key_is_missing_says_where_it_goes(house: House) -> None:
    fields = {"servicedata": ENCRYPTED, "servicedatauuid": "fcd2"}
    device = await heard(house, "54:48:E6:8F:80:A9", fields)

    (trouble,) = house.hub.devices[device].troubles
    assert '"54:48:E6:8F:80:A9" below [mqtt.bind_keys] in hub.toml' in trouble.reason


@pytest.mark.parametrize("key", ["00" * 16, "abc", "zz" * 16])
async def test_a_key_that_does_not_fit_is_told_and_not_shown(
    libraries: Libraries, key: str
) -> None:
    dialect = Theengs({KEYED: key}, libraries=libraries)
    raw = {"id": KEYED, "servicedata": ENCRYPTED, "servicedatauuid": "fcd2"}
    news = list(dialect.read(f"{BASE}/BTtoMQTT/5448E68F80A5", as_bytes(raw)))
    reasons = [p.built.reason for n in news if isinstance(n, Described) for p in n.pieces
               if not hasattr(p.built, "endpoint")]  # fmt: skip
    assert len(reasons) == 1
    assert "bind key" in reasons[0]
    assert key not in reasons[0]


async def test_a_press_is_signalled_once_though_it_is_advertised_many_times(house: House) -> None:
    button, fcd2 = "54:48:E6:8F:80:AA", {"name": "SBBT-002C", "servicedatauuid": "fcd2"}
    once, twice = "44000101643a01", "44000201643a02"
    device = await heard(house, button, {**fcd2, "servicedata": once})
    await heard(house, button, {**fcd2, "servicedata": once, "rssi": -61})
    await heard(house, button, {**fcd2, "servicedata": once, "rssi": -62})
    assert house.hub.signals == [(device, "button", "Switch.pressed", "press")]

    await heard(house, button, {**fcd2, "servicedata": twice})
    assert house.hub.signals[1:] == [(device, "button", "Switch.pressed", "double_press")]


@pytest.mark.parametrize(("data", "bounds"), [("44000101642d01", SLEEPY), ("4002ca09", STEADY)])
def test_a_sensor_that_speaks_on_events_may_be_silent_for_long(
    libraries: Libraries, data: str, bounds: Bounds
) -> None:
    raw = as_bytes({"id": KEYED, "servicedata": data, "servicedatauuid": "fcd2"})
    news = list(Theengs({}, libraries=libraries).read(f"{BASE}/BTtoMQTT/x", raw))
    parts = [p.built for n in news if isinstance(n, Described) for p in n.pieces]
    rhythms = {p.rhythm for p in parts if isinstance(p, Part) and p.rhythm is not None}
    assert rhythms == {bounds}


async def test_a_sensor_of_two_formats_is_read_in_both(house: House) -> None:
    address = "58:2D:34:35:93:21"
    mibeacon = {"servicedata": "5020aa01da219335342d580d1004fe004802", "servicedatauuid": "fe95"}
    device = await heard(house, address, mibeacon)
    await heard(house, address, {"servicedata": "40016402ca09", "servicedatauuid": "fcd2"})

    told = values(house, device)
    assert told["humidity/RelativeHumidityMeasurement.humidity"] == 58.4
    assert told["battery/PowerSource.batteryLevel"] == 100.0
    assert told["temperature/TemperatureMeasurement.temperature"] == 25.06


async def test_passers_by_are_not_described(house: House) -> None:
    beacon = {"mac_type": 1, "brand": "GENERIC", "model": "iBeacon", "model_id": "IBEACON",
              "mfid": "4c00", "uuid": "1de4b1", "major": 0, "minor": 0, "txpower": -66}  # fmt: skip
    await heard(house, "60:87:57:4C:9B:C2", beacon)
    await heard(house, "60:87:57:4C:9B:C3", {"name": "Someone's phone"})
    await heard(house, "60:87:57:4C:9B:C4", {"manufacturerdata": "4c0010054b1c4b1c01"})
    await heard(house, "60:87:57:4C:9B:C5", {"servicedata": "0011", "servicedatauuid": "fe9f"})

    assert house.hub.devices == {}
    assert house.hub.refused == []


async def test_what_is_told_a_part_at_a_time_is_put_together(house: House) -> None:
    flora = {"brand": "Xiaomi", "model": "Mi Flora", "model_id": "HHCCJCY01HHCC", "name": "Flora"}
    address = "C4:7C:8D:6A:00:01"
    device = await heard(house, address, {**flora, "tempc": 19.2})
    await heard(house, address, {**flora, "moi": 31})
    await heard(house, address, {**flora, "lux": 120})
    await heard(house, address, {**flora, "fer": 210})

    assert values(house, device) == {
        "temperature/TemperatureMeasurement.temperature": 19.2,
        "moisture/SoilMeasurement.moisture": 31.0,
        "illuminance/IlluminanceMeasurement.illuminance": 120.0,
        "conductivity/Number.value": 210.0,
        "signal/Signal.strength": -60.0,
    }


async def test_a_sensor_is_one_however_many_gateways_hear_it(house: House) -> None:
    fields = {k: v for k, v in DECODED.items() if k not in {"id", "tempc"}}
    device = await heard(house, "A4:C1:38:AA:BB:CC", {**fields, "tempc": 20.0})
    await heard(house, "A4:C1:38:AA:BB:CC", {**fields, "tempc": 22.0}, "home/attic")

    assert [d for d in house.hub.devices if "a4c138" in d] == [device]
    told = values(house, device)
    assert told["temperature/TemperatureMeasurement.temperature"] == 22.0
    await heard(house, "A4:C1:38:AA:BB:CC", {**fields, "tempc": 23.0})
    assert values(house, device)["temperature/TemperatureMeasurement.temperature"] == 23.0
    assert not [t for t in house.broker.topics if t.endswith("A4C138AABBCC")]


async def test_a_message_that_the_broker_kept_does_not_say_that_the_sensor_is_there(
    house: House,
) -> None:
    fields = {k: v for k, v in DECODED.items() if k != "id"}
    device = await heard(house, "A4:C1:38:AA:BB:CC", fields, retained=True)
    assert values(house, device)["battery/PowerSource.batteryLevel"] == 90.0
    assert [r for r in house.hub.reach if r[0] == device] == []


async def test_what_home_assistants_discovery_says_of_a_sensor_is_held_back(house: House) -> None:
    fields = {k: v for k, v in DECODED.items() if k != "id"}
    device = await heard(house, "A4:C1:38:AA:BB:CC", fields)
    config = {
        "stat_t": "+/+/BTtoMQTT/A4C138AABBCC", "name": "temp", "uniq_id": "A4C138AABBCC-tempc",
        "dev_cla": "temperature", "val_tpl": "{{ value_json.tempc | is_defined }}",
        "unit_of_meas": "°C",
        "dev": {"ids": ["A4C138AABBCC"], "cns": [["mac", "A4C138AABBCC"]], "name": "LYWSD03MMC"},
    }  # fmt: skip
    await house.tell("homeassistant/sensor/A4C138AABBCC-tempc/config", config, retained=True)

    assert [d for d in house.hub.devices if "a4c138" in d] == [device]
    ids = [e.id for e in house.hub.devices[device].endpoints]
    assert ids == ["temperature", "humidity", "battery", "voltage", "signal"]


async def test_the_gateway_is_a_device_that_can_be_asked_to_scan(house: House) -> None:
    state = {"uptime": 12, "version": "v1.7.0", "env": "esp32dev-ble", "rssi": -50,
             "ip": "192.168.1.4", "mac": "24:0A:C4:AA:BB:CC", "tempc": 40.1}  # fmt: skip
    await house.tell(f"{BASE}/SYStoMQTT", state)
    await house.tell(f"{BASE}/LWT", "online", retained=True)
    gateway = house.hub.devices["omg_esp32_ble"]

    assert (gateway.version, gateway.identities) == ("v1.7.0", ("mac:240ac4aabbcc",))
    told = values(house, gateway.id)
    assert told["signal/Signal.strength"] == -50
    assert told["gateway/BooleanState.connected"] is True
    await house.tell(f"{BASE}/LWT", "offline")
    assert house.hub.reach[-1][:2] == (gateway.id, False)
    await house.tell(f"{BASE}/LWT", "online")
    assert house.hub.reach[-1] == (gateway.id, True, "")
    order = house.order("Button.press", endpoint="gateway", device=gateway.id, action=True)
    assert house.send([order]) == [(f"{BASE}/commands/MQTTtoBT/config", '{"interval":0}')]


async def test_another_makers_last_will_makes_no_gateway(house: House) -> None:
    await house.tell("tele/plug/LWT", "Online", retained=True)
    assert house.hub.devices == {}


UNITS = [
    ({"model_id": "TPMS", "pres": 2.3}, "PressureMeasurement.pressure", 2300.0),
    ({"model_id": "CGP1W", "pres": 1013.0}, "PressureMeasurement.pressure", 1013.0),
    ({"model_id": "XMTZC05HM", "weight": 70.5, "unit": "kg"}, "Weight.value", 70.5),
    ({"model_id": "XMTZC05HM", "weight": 100, "unit": "lbs"}, "Weight.value", 45.359237),
    ({"model_id": "XMTZC05HM", "weight": 100, "unit": "jin"}, "Number.value", 100.0),
    ({"model_id": "X", "unlocked": True}, "DoorLock.locked", False),
    ({"model_id": "BSDOO", "open": True}, "BooleanState.open", True),
    ({"model_id": "JQJCY01YM", "for": 0.05}, "FormaldehydeConcentrationMeasurement.value", 0.05),
    ({"model_id": "CGDN1", "pm25": 12}, "Pm25ConcentrationMeasurement.value", 12.0),
    ({"model_id": "M1017", "lvl_cm": 42}, "Distance.value", 0.42),
    ({"model_id": "ADHS", "litres": 12}, "Volume.value", 0.012),
    ({"model_id": "IBT-4X(S/C)", "tempc2": 66.0}, "TemperatureMeasurement.temperature", 66.0),
    ({"model_id": "VICTBSC", "volt_batt_1": 12.6}, "ElectricalPowerMeasurement.voltage", 12.6),
    ({"model_id": "H10", "bpm": 61}, "Number.value", 61.0),
    ({"model_id": "X1", "state": "running"}, "Text.value", "running"),
    ({"hum": "52.6"}, "RelativeHumidityMeasurement.humidity", 52.6),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "name", "value"), UNITS, ids=lambda f: str(f)[:40])
def test_a_decoded_value_is_in_the_vocabularys_unit(
    fields: dict[str, object], name: str, value: Value
) -> None:
    message = read_message(as_bytes({"id": "A4:C1:38:AA:BB:CC", **fields}), "x")
    (reading,) = readings(message)
    assert reading.name == name
    assert reading.value == (pytest.approx(value) if isinstance(value, float) else value)


def test_the_number_of_sensors_is_bounded(libraries: Libraries) -> None:
    dialect = Theengs({}, libraries=libraries)

    def hear(number: int) -> list[object]:
        digits = f"A4C138{number:06X}"
        raw = as_bytes({"id": digits, "tempc": 20.0})
        return list(dialect.read(f"{BASE}/BTtoMQTT/{digits}", raw))

    for number in range(SENSOR_LIMIT):
        assert hear(number)
    with pytest.raises(MqttError, match=str(SENSOR_LIMIT)):
        hear(SENSOR_LIMIT)


async def test_a_decoder_that_is_not_installed_is_the_gateways_trouble(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "TheengsDecoder", None)
    bare = Libraries()
    bare.theengs.wait()
    for dialect in house.driver._dialects:
        if isinstance(dialect, Theengs):
            dialect._libraries = bare
    fields = {"name": "GVH5075_9324", "manufacturerdata": "88ec0003519e6400"}
    await heard(house, "A4:C1:38:35:93:24", fields)

    (trouble,) = house.hub.devices["omg_esp32_ble"].troubles
    assert "pip install 'hubd[theengs]'" in trouble.reason
    assert house.hub.refused == []


def test_a_decoder_is_loaded_beside_and_only_when_it_is_wanted() -> None:
    made: list[str] = []
    library: Library[list[str]] = Library("json", lambda: made, "")
    assert made == []
    first = library.get()
    library.wait()
    assert library.get() is made
    assert first in (None, made)


def test_a_hub_that_hears_no_advertisement_loads_no_decoder() -> None:
    heavy = "{'bleak', 'habluetooth', 'bthome_ble', 'xiaomi_ble', 'TheengsDecoder'}"
    script = (
        "import sys\nfrom drivers.mqtt import MqttSettings\n"
        "from drivers.mqtt.dialects import dialects\ndialects(MqttSettings())\n"
        f"print(*({heavy} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert ran.stdout.split() == []


def test_a_decoder_that_is_not_there_says_how_to_get_it() -> None:
    library: Library[object] = Library("no_such_module_of_ours", object, "Install it")
    library.wait()
    with pytest.raises(UnavailableError, match="no_such_module_of_ours") as caught:
        library.get()
    assert caught.value.mend == "Install it"


@pytest.mark.parametrize("raw", [b"{", b"[]", b"1", b'{"id":"nobody"}', b"\xff", b"x" * 10_000])
def test_a_message_that_cannot_be_read_is_told_as_such(raw: bytes) -> None:
    with pytest.raises(UnreadableError):
        list(Theengs({}).read(f"{BASE}/BTtoMQTT/nobody", raw))


# which dialects there are


def test_all_dialects_are_on_and_those_that_are_named_can_be_had_alone() -> None:
    names = [d.name for d in dialects(MqttSettings())]
    assert {"tasmota", "homie", "theengs", "esphome", "homeassistant"} <= set(names)
    only = MqttSettings(dialects=("homie", "tasmota"))
    assert {d.name for d in dialects(only)} == {"homie", "tasmota"}


def test_a_dialect_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ConfigError, match="tasmoto") as caught:
        dialects(MqttSettings(dialects=("tasmoto",)))
    assert "tasmota" in caught.value.mend


def test_bind_keys_are_not_shown() -> None:
    assert BIND_KEY not in repr(MqttSettings(bind_keys={KEYED: BIND_KEY}))


def test_a_thermometer_is_of_the_type_of_one() -> None:
    message = read_message(as_bytes({"id": "A4:C1:38:AA:BB:CC", "tempc": 20}), "x")
    assert [r.kind for r in readings(message)] == [DeviceType.TEMPERATURE_SENSOR]
