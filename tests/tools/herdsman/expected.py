"""What a feature should become: its class, its property, and its values in the property's unit.

Written from the documentation of the exposes, apart from the driver: two readings of one text.
"""

import re
from collections.abc import Callable

from tests.tools.herdsman.features import Feature

# class, what it is part of, its name, its type -> the property; the first that fits
RULES: list[tuple[str, str, str, str, str]] = [
    ("on/off", "light|switch|fan", "state", "binary", "OnOff.on"),
    ("level", "light", "brightness", "numeric", "LevelControl.level"),
    ("colour", "light", "color_temp", "numeric", "ColorControl.colorTemperature"),
    ("colour", "light", "x", "numeric", "ColorControl.x"),
    ("colour", "light", "y", "numeric", "ColorControl.y"),
    ("colour", "light", "hue", "numeric", "ColorControl.hue"),
    ("colour", "light", "saturation", "numeric", "ColorControl.saturation"),
    ("cover", "cover", "position", "numeric", "WindowCovering.position"),
    ("cover", "cover", "tilt", "numeric", "WindowCovering.tilt"),
    ("cover", "cover", "state", "enum", "WindowCovering.operation"),
    ("lock", "lock", "state", "binary", "DoorLock.locked"),
    ("lock", "lock", "lock_state", "enum", "DoorLock.state"),
    ("fan", "fan", "mode", "enum", "FanControl.mode"),
    ("fan", "fan", "speed", "numeric", "FanControl.speed"),
    ("climate", "climate", "local_temperature", "numeric", "Thermostat.localTemperature"),
    ("climate", "climate", "(current|occupied)_(heating|cooling)_setpoint", "numeric",
     r"Thermostat\.setpoint(Low|High)?"),
    # Two thermostats have both a current and an occupied set point: one of them stands by itself.
    ("climate", "climate", "second_setpoint", "numeric", "Number.value"),
    ("climate", "climate", "system_mode", "enum", "Thermostat.systemMode"),
    ("climate", "climate", "running_state", "enum", "Thermostat.runningState"),
    ("climate", "climate", "preset", "enum", "Thermostat.preset"),
    ("climate", "climate", "fan_mode", "enum", "FanControl.mode"),
    ("climate", "climate", "swing_mode", "enum", "Thermostat.swing"),
    ("climate", "climate", ".*", "numeric|enum", r"(Number\.value|Select\.option)"),
    ("occupancy", "", "occupancy|presence", "binary", "OccupancySensing.occupied"),
    ("contact", "", "contact|garage_door_contact", "binary", "BooleanState.open"),
    ("sensed", "", "water_leak", "binary", "BooleanState.leak"),
    ("sensed", "", "smoke", "binary", "SmokeCoAlarm.smoke"),
    ("sensed", "", "gas", "binary", "SmokeCoAlarm.gas"),
    ("sensed", "", "carbon_monoxide", "binary", "SmokeCoAlarm.co"),
    ("sensed", "", "vibration", "binary", "BooleanState.vibration"),
    ("sensed", "", "tamper", "binary", "SmokeCoAlarm.tamper"),
    ("sensed", "", "battery_low", "binary", "PowerSource.batteryLow"),
    ("presses", "", "action", "enum", "Switch.pressed"),
]  # fmt: skip
READINGS: list[tuple[str, str, str]] = [
    ("climate-sensing", "temperature", "TemperatureMeasurement.temperature"),
    ("climate-sensing", "humidity", "RelativeHumidityMeasurement.humidity"),
    ("climate-sensing", "pressure", "PressureMeasurement.pressure"),
    ("climate-sensing", "soil_moisture", "SoilMeasurement.moisture"),
    ("climate-sensing", "co2", "CarbonDioxideConcentrationMeasurement.value"),
    ("climate-sensing", "pm25", "Pm25ConcentrationMeasurement.value"),
    ("climate-sensing", "pm10", "Pm10ConcentrationMeasurement.value"),
    ("climate-sensing", "illuminance", "IlluminanceMeasurement.illuminance"),
    ("sensed", "battery", "PowerSource.batteryLevel"),
    ("power and energy", "power(_.+)?", "ElectricalPowerMeasurement.activePower"),
    ("power and energy", "(produced_)?energy(_.+)?", "ElectricalEnergyMeasurement.energy"),
    ("power and energy", "voltage(_.+)?", "ElectricalPowerMeasurement.voltage"),
    ("power and energy", "current(_.+)?", "ElectricalPowerMeasurement.activeCurrent"),
    ("power and energy", "power_factor(_.+)?", "ElectricalPowerMeasurement.powerFactor"),
    ("power and energy", "ac_frequency", "ElectricalPowerMeasurement.frequency"),
]
"""Of numbers that cannot be set, and whose unit is one of the quantity's."""
_QUANTITIES = {
    "TemperatureMeasurement.temperature": "°C °F",
    "RelativeHumidityMeasurement.humidity": "%",
    "PressureMeasurement.pressure": "hPa kPa Pa",
    "SoilMeasurement.moisture": "%",
    "CarbonDioxideConcentrationMeasurement.value": "ppm",
    "Pm25ConcentrationMeasurement.value": "µg/m³",
    "Pm10ConcentrationMeasurement.value": "µg/m³",
    "IlluminanceMeasurement.illuminance": "lx",
    "PowerSource.batteryLevel": "%",
    "ElectricalPowerMeasurement.activePower": "W kW",
    "ElectricalEnergyMeasurement.energy": "kWh Wh",
    "ElectricalPowerMeasurement.voltage": "V mV",
    "ElectricalPowerMeasurement.activeCurrent": "A mA",
    "ElectricalPowerMeasurement.frequency": "Hz",
}

PLAIN = {
    "numeric": "Number.value", "binary": "BooleanState.state", "enum": "Select.option",
    "text": "Text.value",
}  # fmt: skip

_SPELT = {
    "lux": "lx", "Lx": "lx", "C": "°C", "ºC": "°C", "℃": "°C", "℉": "°F", "volt": "V", "Volt": "V",
    "w": "W", "watt": "W", "mWt": "mW", "m3": "m³", "VAR": "var", "VAr": "var",
    "VArh": "varh", "kVArh": "kvarh", "ug/m3": "µg/m³", "H": "h", "hour": "h",
    "sec": "s", "sec.": "s", "Sec": "s", "seconds": "s", "Seconds": "s", "S": "s",
    "min.": "min", "minute": "min", "minutes": "min", "Hr": "h", "hours": "h",
    "Hours": "h", "day": "d", "days": "d", "Day": "d", "meters": "m", "μS/cm": "µS/cm",
}  # fmt: skip
"""How devices spell a unit, and how it is spelt in the International System."""

_TO: dict[tuple[str, str], Callable[[float], float]] = {
    ("°F", "°C"): lambda v: (v - 32) / 1.8,
    ("K", "°C"): lambda v: v - 273.15,
    ("kPa", "hPa"): lambda v: v * 10,
    ("bar", "hPa"): lambda v: v * 1000,
    ("psi", "hPa"): lambda v: v * 68.947573,
    ("mV", "V"): lambda v: v / 1000,
    ("kW", "W"): lambda v: v * 1000,
    ("mW", "W"): lambda v: v / 1000,
    ("kVA", "VA"): lambda v: v * 1000,
    ("mA", "A"): lambda v: v / 1000,
    ("Wh", "kWh"): lambda v: v / 1000,
    ("µg/m³", "mg/m³"): lambda v: v / 1000,
    ("L", "m³"): lambda v: v / 1000,
    ("gal", "m³"): lambda v: v * 0.003785411784,
    ("L/h", "m³/h"): lambda v: v / 1000,
    ("gal/min", "m³/h"): lambda v: v * 0.227124707,
    ("cm", "m"): lambda v: v / 100,
    ("g", "kg"): lambda v: v / 1000,
    ("min", "s"): lambda v: v * 60,
    ("h", "s"): lambda v: v * 3600,
    ("d", "s"): lambda v: v * 86400,
    ("dBA", "dB"): lambda v: v,
    ("dB", "dBm"): lambda v: v,
    ("mired", "K"): lambda v: 1e6 / v,
}


def spelt(unit: str) -> str:
    return _SPELT.get(unit, unit)


def converted(value: float, said: str, wanted: str) -> float | None:
    """Return a value in the unit `wanted`, or None if nobody knows how."""
    said = spelt(said)
    if said == wanted or not said or not wanted:
        return value if said == wanted or not said else None
    convert = _TO.get((said, wanted))
    return None if convert is None else convert(value)


def judged_as(feature: Feature) -> tuple[str, str]:
    """Return the class of a feature, and a pattern of the property's name that it must become."""
    for kind, whole, name, type_, prop in RULES:
        called = "second_setpoint" if feature.second_setpoint else feature.name
        if (
            re.fullmatch(whole, feature.whole)
            and re.fullmatch(name, called)
            and re.fullmatch(type_, feature.type)
        ):
            return kind, prop
    if feature.type == "numeric" and not feature.set and not feature.whole:
        for kind, name, prop in READINGS:
            units = _QUANTITIES.get(prop, "%").split()
            fits = spelt(feature.unit) in units or (
                not feature.unit and prop.endswith(("powerFactor", "humidity", "batteryLevel"))
            )
            if re.fullmatch(name, feature.name) and fits:
                return kind, prop
    if feature.type == "numeric" and not feature.whole:
        return "numbers", ".+"
    return {"binary": "two states", "enum": "choices", "text": "texts"}.get(
        feature.type, feature.type
    ), ".+"


def truth(feature: Feature, value: object) -> bool:
    """Return what a value of two states means; a contact that is closed is not open."""
    on, off = feature.raw.get("value_on"), feature.raw.get("value_off")
    contact = "contact" in feature.name and feature.name != "dry_contact"
    if isinstance(on, bool) and isinstance(off, bool):
        return not value if contact else bool(value)
    if feature.whole == "" and feature.name == "state" and {on, off} == {"LOCK", "UNLOCK"}:
        return value == "LOCK"
    return (value == off) if contact else (value == on)


def worded(feature: Feature, value: object) -> object:
    """Return the word by which a choice is told."""
    word = str(value)
    if feature.whole == "climate" and feature.name == "running_state":
        return {"heat": "heating", "cool": "cooling", "dry": "drying", "fan_only": "fan"}.get(
            word, word
        )
    if feature.whole == "cover":
        return {"OPEN": "open", "CLOSE": "closed", "STOP": "stopped"}.get(word, word)
    return word
