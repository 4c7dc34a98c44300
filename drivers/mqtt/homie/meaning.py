"""What a Homie property is in the vocabulary: by its datatype, unit, format and names. Pure.

The convention leaves names free, so they are read as people write them: `temperature`,
`target-temp`, `rollerShutter`. What is not recognised is a plain value of its type.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from drivers.kit.classes import STATES, quantity
from drivers.mqtt.homie.tree import HomieProperty, Node, Tree
from drivers.mqtt.homie.values import NUMBERS
from hubd.model.device import DeviceType

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_UNITS: Mapping[str, str] = {
    "": "",
    "°": "",
    "#": "",
    "F": "°F",
    "C": "°C",
    "L/m": "L/min",
    "lux": "lx",
}
"""Homie's units that are written in another way elsewhere; the rest are the same."""


class Meaning(Struct, frozen=True):
    """The property's name in the vocabulary, and the kind of endpoint that it makes.

    `scaled`: the device counts a share in a range of its own.
    """

    name: str
    kind: DeviceType
    scaled: bool = False


_NODES: Mapping[DeviceType, frozenset[str]] = {
    DeviceType.DIMMABLE_LIGHT: frozenset(
        {"light", "lights", "lamp", "bulb", "led", "ledstrip", "strip", "dimmer", "lightbulb"}
    ),
    DeviceType.WINDOW_COVERING: frozenset(
        {"shutter", "cover", "blind", "blinds", "curtain", "garage", "awning", "rollershutter"}
    ),
    DeviceType.THERMOSTAT: frozenset({"thermostat", "climate", "hvac", "heating", "radiator"}),
    DeviceType.FAN: frozenset({"fan", "ventilation", "ventilator"}),
    DeviceType.DOOR_LOCK: frozenset({"lock", "doorlock"}),
    DeviceType.WATER_VALVE: frozenset({"valve"}),
    DeviceType.ON_OFF_PLUG: frozenset({"relay", "switch", "plug", "outlet", "socket", "power"}),
}
"""What a node is, by the words of its type, its name and its id; the first that fits."""
_SWITCHED = frozenset(
    {"power", "on", "onoff", "switch", "state", "relay", "outlet", "light", "lamp"}
)
_DIMMED = frozenset({"brightness", "dim", "dimmer", "level", "intensity", "luminance"})
_CLASSES: Mapping[str, str] = {
    "temperature": "temperature", "temp": "temperature", "humidity": "humidity",
    "pressure": "pressure", "barometer": "pressure", "illuminance": "illuminance",
    "lux": "illuminance", "battery": "battery", "co2": "carbon_dioxide", "pm1": "pm1",
    "pm10": "pm10", "pm25": "pm25", "power": "power", "energy": "energy", "voltage": "voltage",
    "current": "current", "frequency": "frequency", "rssi": "signal_strength",
    "signal": "signal_strength", "moisture": "moisture", "soil": "moisture", "distance": "distance",
    "weight": "weight", "speed": "speed", "volume": "volume", "gas": "gas", "water": "water",
    "flow": "volume_flow_rate", "sound": "sound_pressure", "noise": "sound_pressure",
    "rain": "precipitation", "precipitation": "precipitation",
}  # fmt: skip
"""A word of a number's name -> the class of sensor."""
_BY_UNIT: Mapping[str, str] = {
    "°C": "temperature", "°F": "temperature", "W": "power", "kW": "power", "kWh": "energy",
    "Wh": "energy", "V": "voltage", "A": "current", "mA": "current", "lx": "illuminance",
    "hPa": "pressure", "Pa": "pressure", "kPa": "pressure", "psi": "pressure", "Hz": "frequency",
    "dBm": "signal_strength", "m": "distance", "kg": "weight", "m³/h": "volume_flow_rate",
    "L/min": "volume_flow_rate", "m³": "volume", "L": "volume", "m/s": "speed", "km/h": "speed",
}  # fmt: skip
_STATES: Mapping[str, str] = {
    "motion": "motion", "occupancy": "occupancy", "occupied": "occupancy", "presence": "presence",
    "present": "presence", "pir": "motion", "contact": "opening", "door": "door",
    "window": "window", "open": "opening", "opened": "opening", "leak": "moisture",
    "flood": "moisture", "smoke": "smoke", "gas": "gas", "tamper": "tamper",
    "vibration": "vibration", "charging": "battery_charging", "problem": "problem",
    "fault": "problem", "connected": "connectivity", "freeze": "cold", "frost": "cold",
}  # fmt: skip
"""A word of a boolean's name -> the class of sensor of two states."""
_KELVIN = frozenset({"K", "mired", "mireds"})


def words(*said: str) -> list[str]:
    """Return the words of names, in lower case: `targetTemp` is target, temp."""
    return [word.lower() for text in said for word in _WORDS.findall(text)]


def unit_of(prop: HomieProperty) -> str:
    """Return a property's unit as it is written elsewhere."""
    return _UNITS.get(prop.unit, prop.unit)


def kind_of(tree: Tree, node: Node) -> DeviceType:
    """Return what a node is; GENERIC where its words do not say."""
    said = words(node.type, node.id, node.name, *((tree.type,) if len(tree.nodes) == 1 else ()))
    joined = "".join(said)
    set_ = any(prop.settable for prop in node.properties)
    for kind, names in _NODES.items():
        # "climate" is a thermometer's node as well as a thermostat's.
        if (names & set(said) or joined in names) and (set_ or kind is not DeviceType.THERMOSTAT):
            return kind
    return DeviceType.GENERIC


def meaning(node: DeviceType, prop: HomieProperty) -> Meaning:
    """Return what a property of a node of that kind is."""
    said = words(prop.id, prop.name)
    if prop.settable:
        set_ = _settable(node, prop, said)
        if set_ is not None:
            return set_
    elif prop.datatype in NUMBERS:
        return _measured(node, prop, said)
    elif prop.datatype == "boolean":
        found = next((STATES[_STATES[w]] for w in said if w in _STATES), None)
        if found is not None:
            return Meaning(*found)
    return _plain(prop)


_SET_CHOICES: Mapping[tuple[DeviceType, str], str] = {
    (DeviceType.THERMOSTAT, "mode"): "Thermostat.systemMode",
    (DeviceType.THERMOSTAT, "preset"): "Thermostat.preset",
    (DeviceType.FAN, "mode"): "FanControl.mode",
}


def _settable(node: DeviceType, prop: HomieProperty, said: list[str]) -> Meaning | None:
    match prop.datatype:
        case "boolean":
            return _switched(node, said)
        case "color":
            return Meaning("ColorControl.hue", DeviceType.EXTENDED_COLOR_LIGHT)
        case "integer" | "float" | "percent":
            return _set_number(node, prop, said)
        case "enum":
            names = (_SET_CHOICES.get((node, word)) for word in said)
            name = next((name for name in names if name is not None), None)
            return None if name is None else Meaning(name, node)
    return None


def _switched(node: DeviceType, said: list[str]) -> Meaning | None:
    """Return what a boolean that can be set is: on and off only where its words say so."""
    if node is DeviceType.DOOR_LOCK and said and said[0] in {"lock", "locked", "state"}:
        return Meaning("DoorLock.locked", node)
    if node is DeviceType.WATER_VALVE and {"open", "valve", "state"} & set(said):
        return Meaning("Valve.open", node)
    if node is DeviceType.FAN and {"oscillate", "oscillation", "oscillating", "swing"} & set(said):
        return Meaning("FanControl.oscillating", node)
    if said and not set(said) - _SWITCHED - set("123456789"):
        switched = node in {DeviceType.GENERIC, DeviceType.DOOR_LOCK, DeviceType.WINDOW_COVERING}
        return Meaning("OnOff.on", DeviceType.ON_OFF_PLUG if switched else node)
    return None


def _set_number(node: DeviceType, prop: HomieProperty, said: list[str]) -> Meaning | None:
    mine, unit = set(said), unit_of(prop)
    target = {"target", "setpoint", "wished", "desired", "set"} & mine
    if unit in {"°C", "°F"} and (target or node is DeviceType.THERMOSTAT):
        return Meaning("Thermostat.setpoint", DeviceType.THERMOSTAT)
    warm = unit in _KELVIN or {"temp", "temperature"} & mine
    if warm and (node is DeviceType.DIMMABLE_LIGHT or {"color", "colour"} & mine):
        return Meaning("ColorControl.colorTemperature", DeviceType.COLOR_TEMPERATURE_LIGHT)
    shares: tuple[tuple[DeviceType, frozenset[str], str], ...] = (
        (DeviceType.DIMMABLE_LIGHT, _DIMMED, "LevelControl.level"),
        (DeviceType.WINDOW_COVERING, frozenset({"position", "level"}), "WindowCovering.position"),
        (DeviceType.WINDOW_COVERING, frozenset({"tilt", "slats"}), "WindowCovering.tilt"),
        (DeviceType.FAN, frozenset({"speed"}), "FanControl.speed"),
        (DeviceType.WATER_VALVE, frozenset({"position", "level", "open"}), "Valve.level"),
    )
    for kind, names, name in shares:
        if node is kind and names & mine:
            return Meaning(name, kind, scaled=True)
    if mine & {"brightness", "dimmer"}:
        return Meaning("LevelControl.level", DeviceType.DIMMABLE_LIGHT, scaled=True)
    return None


def _measured(node: DeviceType, prop: HomieProperty, said: list[str]) -> Meaning:
    """Return what a number that is only told is: by a word of its name, else by its unit."""
    unit = unit_of(prop)
    classes = [_CLASSES[w] for w in ["".join(said), *said] if w in _CLASSES]
    if unit in _BY_UNIT:
        classes.append(_BY_UNIT[unit])
    for kind in classes:
        found = quantity(kind, unit)
        if found is None or (kind != "signal_strength" and not unit and kind in _NEED_UNIT):
            continue
        name, device = found
        if node is DeviceType.THERMOSTAT and kind in _OF_ROOM:
            return Meaning(_OF_ROOM[kind], node)
        return Meaning(name, device)
    return _plain(prop)


_NEED_UNIT = frozenset(
    {"power", "current", "gas", "water", "volume", "speed", "soil", "sound_pressure"}
)
"""Classes whose words mean too much else where no unit tells that they are it."""
_OF_ROOM = {
    "temperature": "Thermostat.localTemperature",
    "humidity": "Thermostat.localHumidity",
}


def _plain(prop: HomieProperty) -> Meaning:
    match prop.datatype:
        case "integer" | "float" | "percent":
            return Meaning("Number.value", DeviceType.GENERIC)
        case "boolean":
            return Meaning("BooleanState.state", DeviceType.GENERIC)
        case "enum":
            return Meaning("Select.option", DeviceType.GENERIC)
        case "datetime":
            return Meaning("Timestamp.value", DeviceType.GENERIC)
        case "duration":
            return Meaning("Duration.value", DeviceType.GENERIC)
        case _:
            return Meaning("Text.value", DeviceType.GENERIC)
