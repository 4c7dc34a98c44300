"""What the plain features of Zigbee devices are in the vocabulary: by their name, or by their unit.

Converters write one unit in many ways (`lx`, `lux`, `Lx`), and one quantity under many names.
Source: the exposes of https://github.com/Koenkk/zigbee-herdsman-converters.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from drivers.kit.units import known
from drivers.mqtt.zigbee2mqtt.said import Expose
from hubd.model.device import DeviceType
from hubd.model.vocabulary import term

UNITS: Mapping[str, str] = {
    "c": "°C", "℃": "°C", "ºc": "°C", "℉": "°F", "mired": "mired",
    "lux": "lx", "lx": "lx", "w": "W", "watt": "W", "mwt": "mW", "volt": "V", "var": "var",
    "varh": "varh", "kvarh": "kvarh",
    "s": "s", "sec": "s", "sec.": "s", "second": "s", "seconds": "s",
    "min": "min", "min.": "min", "minute": "min", "minutes": "min",
    "h": "h", "hr": "h", "hour": "h", "hours": "h", "day": "d", "days": "d",
    "m3": "m³", "meters": "m", "ug/m3": "µg/m³", "μg/m³": "µg/m³", "μs/cm": "µS/cm",
}  # fmt: skip
"""How a unit is written here, by how converters write it, in lower case."""


class Meaning(Struct, frozen=True):
    """The property that a feature is, and the kind of endpoint that has it."""

    name: str
    kind: DeviceType
    bare: bool = False
    """It may be told without a unit, and is in the vocabulary's then."""
    inverted: bool = False
    """Its truth is the opposite of what the property asks."""


_AIR = DeviceType.AIR_QUALITY_SENSOR
_ELECTRIC = DeviceType.ELECTRICAL_SENSOR
_PLAIN = DeviceType.GENERIC

_NUMBERS: tuple[tuple[str, Meaning], ...] = (
    (
        "((current|local|room|indoor)_)?temperature|temperature_([a-z]?[0-9]+|[cf])|air_temp(erature)?",
        Meaning("TemperatureMeasurement.temperature", DeviceType.TEMPERATURE_SENSOR),
    ),
    (
        "(current_|local_|room_)?humidity(_[a-z]?[0-9]+)?",
        Meaning("RelativeHumidityMeasurement.humidity", DeviceType.HUMIDITY_SENSOR, bare=True),
    ),
    (
        "pressure|(air|atmospheric|barometric)_pressure|bar|psi",
        Meaning("PressureMeasurement.pressure", DeviceType.PRESSURE_SENSOR),
    ),
    (
        "illuminance(_lux)?(_[a-z]?[0-9]+)?|ambient_light",
        Meaning("IlluminanceMeasurement.illuminance", DeviceType.LIGHT_SENSOR),
    ),
    ("(soil_)?moisture(_[a-z]?[0-9]+)?|soil_humidity",
     Meaning("SoilMeasurement.moisture", DeviceType.HUMIDITY_SENSOR)),
    ("e?co2|carbon_dioxide", Meaning("CarbonDioxideConcentrationMeasurement.value", _AIR)),
    ("co|co_ppm|carbon_monoxide(_value)?",
     Meaning("CarbonMonoxideConcentrationMeasurement.value", _AIR)),
    ("pm25|pm2_5", Meaning("Pm25ConcentrationMeasurement.value", _AIR)),
    ("pm10", Meaning("Pm10ConcentrationMeasurement.value", _AIR)),
    ("pm1", Meaning("Pm1ConcentrationMeasurement.value", _AIR)),
    ("t?voc|total_volatile_organic_compounds",
     Meaning("TotalVolatileOrganicCompoundsConcentrationMeasurement.value", _AIR)),
    ("no2|nitrogen_dioxide", Meaning("NitrogenDioxideConcentrationMeasurement.value", _AIR)),
    ("o3|ozone", Meaning("OzoneConcentrationMeasurement.value", _AIR)),
    ("hcho|formaldehyde?(_concentration)?",
     Meaning("FormaldehydeConcentrationMeasurement.value", _AIR)),
    ("aqi|air_quality_index", Meaning("AirQuality.index", _AIR, bare=True)),
    ("noise(_level)?|sound(_level)?", Meaning("SoundMeasurement.level", _PLAIN)),
    ("batt(ery)?(_?[0-9]+)?|battery_(percentage|life)|battpercentage",
     Meaning("PowerSource.batteryLevel", DeviceType.BATTERY, bare=True)),
    ("power_factor(_.+)?", Meaning("ElectricalPowerMeasurement.powerFactor", _ELECTRIC)),
    ("(ac_)?frequency(_.+)?", Meaning("ElectricalPowerMeasurement.frequency", _ELECTRIC)),
    ("(.+_)?voltage(_.+)?", Meaning("ElectricalPowerMeasurement.voltage", _ELECTRIC)),
    ("precipitation|rainfall|rain_(today|total)",
     Meaning("Precipitation.value", DeviceType.RAIN_SENSOR)),
    ("weight(_.+)?", Meaning("Weight.value", _PLAIN)),
    ("(.+_)?rssi", Meaning("Signal.strength", _PLAIN)),
)  # fmt: skip

_BY_UNIT: Mapping[str, Meaning] = {
    **dict.fromkeys(
        ("W", "kW", "mW"), Meaning("ElectricalPowerMeasurement.activePower", _ELECTRIC)
    ),
    **dict.fromkeys(("VA", "kVA"), Meaning("ElectricalPowerMeasurement.apparentPower", _ELECTRIC)),
    **dict.fromkeys(
        ("var", "kvar"), Meaning("ElectricalPowerMeasurement.reactivePower", _ELECTRIC)
    ),
    **dict.fromkeys(("kWh", "Wh", "MWh"), Meaning("ElectricalEnergyMeasurement.energy", _ELECTRIC)),
    **dict.fromkeys(("A", "mA"), Meaning("ElectricalPowerMeasurement.activeCurrent", _ELECTRIC)),
    "V": Meaning("ElectricalPowerMeasurement.voltage", _ELECTRIC),
    "lx": Meaning("IlluminanceMeasurement.illuminance", DeviceType.LIGHT_SENSOR),
    **dict.fromkeys(
        ("m³/h", "L/h", "L/min", "gal/min"), Meaning("FlowMeasurement.flow", DeviceType.FLOW_SENSOR)
    ),
    **dict.fromkeys(("m³", "L", "gal"), Meaning("Volume.value", DeviceType.FLOW_SENSOR)),
    **dict.fromkeys(("m", "cm"), Meaning("Distance.value", _PLAIN)),
    "m/s": Meaning("Speed.value", _PLAIN),
    "kg": Meaning("Weight.value", _PLAIN),
    **dict.fromkeys(("s", "min", "h", "d"), Meaning("Duration.value", _PLAIN)),
    "dBm": Meaning("Signal.strength", _PLAIN),
}
"""What is measured in a unit has its meaning whatever it is called; not so a temperature or a
share, which are of the room only under a name that says so."""

_SMOKE = DeviceType.SMOKE_CO_ALARM
_SUFFIX = "(_alarm)?(_[a-z]?[0-9]+)?"
_FLAGS: tuple[tuple[str, Meaning], ...] = (
    (
        f"(occupancy|presence|motion){_SUFFIX}",
        Meaning("OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR),
    ),
    (
        f"(garage_door_)?contact{_SUFFIX}",
        Meaning("BooleanState.open", DeviceType.CONTACT_SENSOR, inverted=True),
    ),
    (
        "window(_open)?|open_window_detected|opening|door_open",
        Meaning("BooleanState.open", DeviceType.CONTACT_SENSOR),
    ),
    (
        f"((active_)?water_)?leak{_SUFFIX}",
        Meaning("BooleanState.leak", DeviceType.WATER_LEAK_DETECTOR),
    ),
    (f"smoke{_SUFFIX}", Meaning("SmokeCoAlarm.smoke", _SMOKE)),
    (f"gas{_SUFFIX}", Meaning("SmokeCoAlarm.gas", _SMOKE)),
    (f"(co|carbon_monoxide){_SUFFIX}", Meaning("SmokeCoAlarm.co", _SMOKE)),
    (f"tamper{_SUFFIX}", Meaning("SmokeCoAlarm.tamper", _PLAIN)),
    (f"vibration{_SUFFIX}", Meaning("BooleanState.vibration", _PLAIN)),
    (f"rain{_SUFFIX}", Meaning("BooleanState.rain", DeviceType.RAIN_SENSOR)),
    (
        "battery_low(_[a-z]?[0-9]+)?",
        Meaning("PowerSource.batteryLow", DeviceType.BATTERY),
    ),
    ("(battery_|is_)?charging", Meaning("PowerSource.charging", DeviceType.BATTERY)),
    ("fault(_alarm)?|trouble|problem", Meaning("BooleanState.problem", _PLAIN)),
)

_KNOWN_NUMBERS = [(re.compile(pattern), meaning) for pattern, meaning in _NUMBERS]
_KNOWN_FLAGS = [(re.compile(pattern), meaning) for pattern, meaning in _FLAGS]


def unit(said: str | None) -> str:
    """Return a unit as it is written here; "" for none."""
    plain = (said or "").strip()
    return UNITS.get(plain.casefold(), plain)


def number_meaning(feature: Expose) -> Meaning | None:
    """Return what a number that is told is in the vocabulary, or None if it is a plain one.

    What can be set is a setting: its meaning is its own.
    """
    if feature.settable:
        return None
    said, name = unit(feature.unit), feature.name or ""
    for pattern, meaning in _KNOWN_NUMBERS:
        if pattern.fullmatch(name):
            wanted = term(meaning.name).unit
            if said and known(said, wanted) and wanted:
                return meaning
            if not said and (meaning.bare or meaning.name.endswith("powerFactor")):
                return meaning
            if not wanted and meaning.bare:
                return meaning
    return _BY_UNIT.get(said)


def flag_meaning(feature: Expose) -> Meaning | None:
    """Return what a feature of two states is in the vocabulary, or None if it is a plain one."""
    name = feature.name or ""
    return next((m for pattern, m in _KNOWN_FLAGS if pattern.fullmatch(name)), None)
