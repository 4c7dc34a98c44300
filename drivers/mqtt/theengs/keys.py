"""What the keys of decoded values mean in the vocabulary. Pure.

The keys are Theengs Decoder's (https://decoder.theengs.io/participate/adding-decoders.html#properties)
and the device classes of sensor-state-data, which bthome-ble and xiaomi-ble speak.
"""

import math
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from drivers.kit import classes
from drivers.mqtt.codec import to_number
from drivers.mqtt.errors import UnreadableError
from drivers.mqtt.theengs.message import Message
from drivers.mqtt.units import measured
from hubd.model.device import DeviceType
from hubd.model.value import Value
from hubd.model.vocabulary import term


class Reading(Struct, frozen=True):
    """One value: its key, the property that it is, the kind of endpoint, and the unit if plain."""

    key: str
    name: str
    kind: DeviceType
    value: Value
    unit: str = ""


_QUANTITIES: Mapping[str, tuple[str, str]] = {
    "tempc": ("temperature", "°C"),
    "hum": ("humidity", "%"),
    "batt": ("battery", "%"),
    "soc": ("battery", "%"),
    "volt": ("voltage", "V"),
    "current": ("current", "A"),
    "pv_power": ("power", "W"),
    "energy": ("energy", "kWh"),
    "yield_today": ("energy", "kWh"),
    "pres": ("pressure", "hPa"),
    "lux": ("illuminance", "lx"),
    "darkness": ("illuminance", "lx"),
    "moi": ("moisture", "%"),
    "fer": ("conductivity", "µS/cm"),
    "for": ("formaldehyde", "mg/m³"),
    "co2": ("carbon_dioxide", "ppm"),
    "pm25": ("pm25", "µg/m³"),
    "pm10": ("pm10", "µg/m³"),
    "weight": ("weight", "kg"),
    "windspeed": ("wind_speed", "m/s"),
    "lvl_cm": ("distance", "cm"),
    "litres": ("water", "L"),
    "ttg": ("duration", "min"),
    "duration": ("duration", "s"),
    "seconds": ("duration", "s"),
    "uptime": ("duration", "s"),
}
"""Theengs' key -> device class and unit; a key may have a number or a part's name behind it."""
_STATES: Mapping[str, str] = {
    "open": "opening",
    "motion": "motion",
    "presence": "presence",
    "moving": "moving",
    "shake": "vibration",
    "lowbatt": "battery",
    "batt_low": "battery",
    "charging": "battery_charging",
    "plugged_in": "connectivity",
    "alarm": "problem",
    "smoke": "smoke",
    "water_leak": "moisture",
}
"""Theengs' key -> class of sensor of two states."""
_CLASSES: Mapping[str, str] = {
    "mass": "weight",
    "dew_point": "temperature",
    "volume_flow_rate": "volume_flow_rate",
    "volume_storage": "volume",
}
"""sensor-state-data's class -> ours, where they differ."""
_SAYS_NOTHING = frozenset(
    {"id", "mac", "mac_type", "adv_type", "name", "brand", "model", "model_id", "type", "rssi",
     "distance", "tx", "txpower", "servicedata", "servicedatauuid", "manufacturerdata", "mfid",
     "uuid", "major", "minor", "cidc", "acts", "cont", "encr", "track", "prmac", "cipher", "ctr",
     "mic", "unit", "displayunit", "avgu", "sumu", "device", "packet", "seq", "session", "rpi",
     "aem", "gateway", "time", "presenceTopic"}
)  # fmt: skip
"""Keys that say what the device is or how it was heard, and nothing that it measures."""
_PRESSES = re.compile(r"button\d?|action")
_PARTED = re.compile(r"([a-z]+?)_?(\d+|_?(?:in|out|ac|aux|mid|load|batt|case|l|r)(?:_\d+)?)")
_IN_BAR = frozenset({"TPMS", "TPMSBR"})
_WEIGHTS: Mapping[str, str] = {"kg": "kg", "lb": "lb", "lbs": "lb", "g": "g"}
"""How scales name their unit; jin is half a kilogram and not carried."""


def presses(message: Message) -> dict[str, str]:
    """Return the presses that a decoded message tells, by key."""
    return {
        key: str(said)
        for key, said in message.fields.items()
        if _PRESSES.fullmatch(key) and said not in (0, "0", None) and isinstance(said, int | str)
    }


def readings(message: Message) -> Iterator[Reading]:
    """Yield the values of a message that the gateway decoded."""
    for key, said in message.fields.items():
        if key in _SAYS_NOTHING or key.startswith("tempf") or _PRESSES.fullmatch(key):
            continue
        reading = _known(message, key, said)
        if reading is None and message.decoded:
            reading = plain(key, said)
        if reading is not None:
            yield reading


def _known(message: Message, key: str, said: object) -> Reading | None:
    parted = _PARTED.fullmatch(key)
    stem = key if key in _QUANTITIES or key in _STATES or parted is None else parted[1]
    if key == "unlocked" and isinstance(said, bool):
        return Reading(key, "DoorLock.locked", DeviceType.GENERIC, not said)
    if stem in _STATES and (isinstance(said, bool) or said in (0, 1)):
        return state(key, _STATES[stem], bool(said))
    if stem not in _QUANTITIES:
        return None
    kind, unit = _QUANTITIES[stem]
    if stem == "pres" and message.text("model_id") in _IN_BAR:
        unit = "bar"
    if stem == "weight":
        unit = _WEIGHTS.get(message.text("unit") or unit, "")
        if not unit:
            return plain(key, said)
    return quantity(key, kind, unit, said)


def quantity(key: str, kind: str, unit: str, said: object) -> Reading | None:
    """Return the value of a class of sensor; None if it is none of a number. Unknown is None."""
    try:
        number = to_number(said)
    except UnreadableError:
        return None
    if number is not None and (not isinstance(number, float) or not math.isfinite(number)):
        return None
    unit = unit.replace("μ", "µ")  # two signs look alike; the tables have the micro sign
    if kind == "formaldehyde":
        found = ("FormaldehydeConcentrationMeasurement.value", DeviceType.AIR_QUALITY_SENSOR)
        unit = unit or "mg/m³"
    else:
        known = classes.quantity(_CLASSES.get(kind, kind), unit)
        if known is None:
            return Reading(key, "Number.value", DeviceType.GENERIC, number, unit)
        found = known
    value = measured(unit, term(found[0]).unit).read(number)
    return Reading(key, *found, value if isinstance(value, float) else None)


def state(key: str, kind: str, said: bool | None) -> Reading:
    """Return the value of a class of sensor of two states."""
    if kind == "lock":
        return Reading(
            key, "DoorLock.locked", DeviceType.GENERIC, None if said is None else not said
        )
    name, device = classes.STATES.get(kind, classes.PLAIN_STATE)
    return Reading(key, name, device, said)


def plain(key: str, said: object) -> Reading | None:
    """Return a value that no property of the vocabulary names; None for what is no value."""
    if isinstance(said, bool):
        return Reading(key, "BooleanState.state", DeviceType.GENERIC, said)
    if isinstance(said, int | float):
        return quantity(key, "", "", said)
    if isinstance(said, str) and len(said) <= 200:
        return Reading(key, "Text.value", DeviceType.GENERIC, said)
    return None
