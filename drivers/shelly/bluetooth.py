"""Bluetooth sensors in BTHome's format, told by the Shelly that hears them. Pure.

Each is a thing of its own behind its gateway. Sources: https://bthome.io/format (object ids) and
https://shelly-api-docs.shelly.cloud/gen2/DynamicComponents/BTHome/.
"""

from collections.abc import Mapping

from drivers.kit.units import conversion
from drivers.shelly.function import Neighbour
from drivers.shelly.metering import ERRORS
from drivers.shelly.reading import Read, flag, number, plain, text
from drivers.shelly.sketch import Component, Kind, Rule
from hubd.model.device import DeviceType
from hubd.model.value import Value
from hubd.model.vocabulary import term

BUTTONS = {
    "single_push": "single",
    "double_push": "double",
    "triple_push": "triple",
    "long_push": "long",
    "long_double_push": "long_double",
    "long_triple_push": "long_triple",
    "hold_press": "hold",
}
BUTTON_OBJECT = 0x3A

_NUMBERS: Mapping[int, tuple[str, str, str]] = {
    0x01: ("PowerSource.batteryLevel", "%", ""),
    0x02: ("TemperatureMeasurement.temperature", "°C", ""),
    0x03: ("RelativeHumidityMeasurement.humidity", "%", ""),
    0x04: ("PressureMeasurement.pressure", "hPa", ""),
    0x05: ("IlluminanceMeasurement.illuminance", "lx", ""),
    0x06: ("Weight.value", "kg", ""),
    0x07: ("Weight.value", "lb", ""),
    0x08: ("TemperatureMeasurement.temperature", "°C", "dew point"),
    0x0A: ("ElectricalEnergyMeasurement.energy", "kWh", ""),
    0x0B: ("ElectricalPowerMeasurement.activePower", "W", ""),
    0x0C: ("ElectricalPowerMeasurement.voltage", "V", ""),
    0x0D: ("Pm25ConcentrationMeasurement.value", "µg/m³", ""),
    0x0E: ("Pm10ConcentrationMeasurement.value", "µg/m³", ""),
    0x12: ("CarbonDioxideConcentrationMeasurement.value", "ppm", ""),
    0x13: ("TotalVolatileOrganicCompoundsConcentrationMeasurement.value", "µg/m³", ""),
    0x14: ("SoilMeasurement.moisture", "%", ""),
    0x2E: ("RelativeHumidityMeasurement.humidity", "%", ""),
    0x2F: ("SoilMeasurement.moisture", "%", ""),
    0x40: ("Distance.value", "mm", ""),
    0x41: ("Distance.value", "m", ""),
    0x42: ("Duration.value", "s", ""),
    0x43: ("ElectricalPowerMeasurement.activeCurrent", "A", ""),
    0x44: ("Speed.value", "m/s", ""),
    0x45: ("TemperatureMeasurement.temperature", "°C", ""),
    0x47: ("Volume.value", "L", ""),
    0x48: ("Volume.value", "mL", ""),
    0x49: ("FlowMeasurement.flow", "m³/h", ""),
    0x4A: ("ElectricalPowerMeasurement.voltage", "V", ""),
    0x4B: ("Volume.value", "m³", "gas"),
    0x4C: ("Volume.value", "m³", "gas"),
    0x4D: ("ElectricalEnergyMeasurement.energy", "kWh", ""),
    0x4E: ("Volume.value", "L", ""),
    0x4F: ("Volume.value", "L", "water"),
    0x55: ("Volume.value", "L", "stored"),
    0x57: ("TemperatureMeasurement.temperature", "°C", ""),
    0x58: ("TemperatureMeasurement.temperature", "°C", ""),
    0x5C: ("ElectricalPowerMeasurement.activePower", "W", ""),
    0x5D: ("ElectricalPowerMeasurement.activeCurrent", "A", ""),
    0x5F: ("Precipitation.value", "mm", ""),
    0x62: ("Speed.value", "m/s", ""),
}
"""Object id -> property, the unit that it is told in, and a title of its own."""

_OTHER_NUMBERS: Mapping[int, tuple[str, str]] = {
    0x09: ("count", ""),
    0x3D: ("count", ""),
    0x3E: ("count", ""),
    0x3F: ("rotation", "°"),
    0x46: ("UV index", ""),
    0x51: ("acceleration", "m/s²"),
    0x52: ("turning", "°/s"),
    0x56: ("conductivity", "µS/cm"),
    0x59: ("count", ""),
    0x5A: ("count", ""),
    0x5B: ("count", ""),
    0x5E: ("direction", "°"),
    0x60: ("channel", ""),
    0x61: ("turns", "rpm"),
    0x63: ("acceleration", "m/s²"),
}

_FLAGS: Mapping[int, tuple[str, str]] = {
    0x0F: ("BooleanState.state", ""),
    0x10: ("BooleanState.state", "power"),
    0x11: ("BooleanState.open", ""),
    0x15: ("PowerSource.batteryLow", ""),
    0x16: ("PowerSource.charging", ""),
    0x17: ("SmokeCoAlarm.co", ""),
    0x18: ("BooleanState.freeze", ""),
    0x19: ("BooleanState.connected", ""),
    0x1A: ("BooleanState.open", ""),
    0x1B: ("BooleanState.open", ""),
    0x1C: ("SmokeCoAlarm.gas", ""),
    0x1D: ("BooleanState.problem", "heat"),
    0x1E: ("BooleanState.state", "light"),
    0x1F: ("BooleanState.open", "unlocked"),
    0x20: ("BooleanState.leak", ""),
    0x21: ("OccupancySensing.occupied", ""),
    0x22: ("BooleanState.vibration", "moving"),
    0x23: ("OccupancySensing.occupied", ""),
    0x24: ("BooleanState.connected", "plug"),
    0x25: ("OccupancySensing.occupied", ""),
    0x26: ("BooleanState.problem", ""),
    0x27: ("BooleanState.state", "running"),
    0x28: ("BooleanState.problem", "unsafe"),
    0x29: ("SmokeCoAlarm.smoke", ""),
    0x2A: ("BooleanState.state", "sound"),
    0x2B: ("SmokeCoAlarm.tamper", ""),
    0x2C: ("BooleanState.vibration", ""),
    0x2D: ("BooleanState.open", ""),
}

_TYPES: Mapping[str, DeviceType] = {
    "TemperatureMeasurement": DeviceType.TEMPERATURE_SENSOR,
    "RelativeHumidityMeasurement": DeviceType.HUMIDITY_SENSOR,
    "PressureMeasurement": DeviceType.PRESSURE_SENSOR,
    "IlluminanceMeasurement": DeviceType.LIGHT_SENSOR,
    "OccupancySensing": DeviceType.OCCUPANCY_SENSOR,
    "SmokeCoAlarm": DeviceType.SMOKE_CO_ALARM,
    "ElectricalPowerMeasurement": DeviceType.ELECTRICAL_SENSOR,
    "ElectricalEnergyMeasurement": DeviceType.ELECTRICAL_SENSOR,
    "PowerSource": DeviceType.BATTERY,
    "FlowMeasurement": DeviceType.FLOW_SENSOR,
}
_BY_NAME: Mapping[str, DeviceType] = {
    "BooleanState.open": DeviceType.CONTACT_SENSOR,
    "BooleanState.leak": DeviceType.WATER_LEAK_DETECTOR,
}


def device(component: Component) -> None:
    """Draw the thing itself: its battery, its signal, its buttons."""
    component.outline().hears(component.key, BUTTONS)
    component.sketch.note(f"{component.key}.event")
    meet(component)


def meet(component: Component) -> None:
    """Name the thing behind the device."""
    if component.behind:
        said = component.config.get("local_name")
        model = said if isinstance(said, str) else ""
        component.sketch.neighbour(Neighbour(component.behind, component.name, model))


def sensor(component: Component) -> None:
    """Draw one value of a thing."""
    said = component.config.get("obj_id")
    number_ = said if isinstance(said, int) and not isinstance(said, bool) else -1
    if number_ == BUTTON_OBJECT:
        component.outline().hears(component.key, BUTTONS)
        component.outline().type = DeviceType.GENERIC_SWITCH
        component.taken.add(("value",))
        return
    if not component.has("value"):
        return
    name, read, title, unit = _meaning(number_, component.status.get("value"))
    kind = _BY_NAME.get(name) or _TYPES.get(name.partition(".")[0], DeviceType.GENERIC)
    shape = {"unit": unit} if unit else {}
    component.outline(kind=kind).type = kind
    component.take(Rule("value", name, read, title=title, shape=shape))


def _meaning(number_: int, said: Value | object) -> tuple[str, Read, str, str]:
    """Return a value's property, reader, title and own unit."""
    if number_ in _NUMBERS:
        name, unit, title = _NUMBERS[number_]
        scale, _ = conversion(unit, term(name).unit)
        return name, number(scale), title, ""
    if number_ in _FLAGS:
        name, title = _FLAGS[number_]
        return name, flag, title, ""
    if number_ in _OTHER_NUMBERS:
        title, unit = _OTHER_NUMBERS[number_]
        return "Number.value", number(), title, unit
    if isinstance(said, bool):
        return "BooleanState.state", flag, "", ""
    if isinstance(said, str):
        return "Text.value", text, "", ""
    return "Number.value", plain(said) or number(), "", ""


BLUETOOTH: Mapping[str, Kind] = {
    "bthomedevice": Kind(
        DeviceType.GENERIC,
        (
            Rule("battery", "PowerSource.batteryLevel"),
            Rule("rssi", "Signal.strength"),
            ERRORS,
        ),
        more=device,
        left={
            "packet_id": "the count of its radio messages",
            "paired": "whether it is paired with its gateway",
            "fw_ver": "its firmware: the gateway keeps it",
        },
    ),
    "bthomesensor": Kind(more=sensor),
}
"""What is heard by bluetooth, by its type."""
