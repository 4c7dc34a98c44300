"""Virtual components: values that a device's owner, or the maker's own program, adds to it. Pure.

A role says what such a value is for. Source:
https://shelly-api-docs.shelly.cloud/gen2/DynamicComponents/Virtual/.
"""

from collections.abc import Mapping

from drivers.kit.units import conversion, known
from drivers.shelly import lamps
from drivers.shelly import reading as read
from drivers.shelly.function import Call, Wish
from drivers.shelly.sketch import Component, Kind, Rule
from hubd.model.device import DeviceType
from hubd.model.vocabulary import term

_NUMBER, _SELECT, _TEXT = "Number.value", "Select.option", "Text.value"
_NUMBER_ROLES: Mapping[str, tuple[str, DeviceType]] = {
    "current_temperature": ("TemperatureMeasurement.temperature", DeviceType.TEMPERATURE_SENSOR),
    "water_temperature": ("TemperatureMeasurement.temperature", DeviceType.TEMPERATURE_SENSOR),
    "current_humidity": ("RelativeHumidityMeasurement.humidity", DeviceType.HUMIDITY_SENSOR),
    "target_temperature": ("Thermostat.setpoint", DeviceType.THERMOSTAT),
    "target_humidity": ("Thermostat.humiditySetpoint", DeviceType.THERMOSTAT),
    "position": ("Valve.level", DeviceType.WATER_VALVE),
    "flow_rate": ("FlowMeasurement.flow", DeviceType.FLOW_SENSOR),
    "water_pressure": ("PressureMeasurement.pressure", DeviceType.PRESSURE_SENSOR),
    "water_consumption": ("Volume.value", DeviceType.GENERIC),
    "total_power": ("ElectricalPowerMeasurement.activePower", DeviceType.ELECTRICAL_SENSOR),
    "total_energy": ("ElectricalEnergyMeasurement.energy", DeviceType.ELECTRICAL_SENSOR),
    "energy_charge": ("ElectricalEnergyMeasurement.energy", DeviceType.ELECTRICAL_SENSOR),
}
_NUMBER_UNITS: Mapping[str, str] = {
    "°C": "TemperatureMeasurement.temperature",
    "°F": "TemperatureMeasurement.temperature",
    "lx": "IlluminanceMeasurement.illuminance",
    "W": "ElectricalPowerMeasurement.activePower",
    "kW": "ElectricalPowerMeasurement.activePower",
    "V": "ElectricalPowerMeasurement.voltage",
    "A": "ElectricalPowerMeasurement.activeCurrent",
    "kWh": "ElectricalEnergyMeasurement.energy",
    "Wh": "ElectricalEnergyMeasurement.energy",
    "ppm": "CarbonDioxideConcentrationMeasurement.value",
    "hPa": "PressureMeasurement.pressure",
    "m3/min": "FlowMeasurement.flow",
}
_FLAG_ROLES: Mapping[str, tuple[str, DeviceType]] = {
    "enable": ("OnOff.on", DeviceType.GENERIC),
    "has_power": ("BooleanState.connected", DeviceType.GENERIC),
    "open": ("BooleanState.open", DeviceType.CONTACT_SENSOR),
}
_SPELLED = {"m3": "m³", "m3/h": "m³/h", "l": "L", "l/min": "L/min", "m^3": "m³"}
_UNSCALED = (1.0, 0.0)


def _writable(component: Component) -> bool:
    """Say whether its owner lets it be set: not where it is shown as a label, or read only."""
    access, view = component.config.get("access", "crw"), _ui(component).get("view")
    return isinstance(access, str) and "w" in access and view != "label"


def _ui(component: Component) -> Mapping[str, object]:
    return read.record(read.record(component.config.get("meta")).get("ui"))


def _role(component: Component) -> str:
    role = component.config.get("role")
    return role if isinstance(role, str) else ""


def number(component: Component) -> None:
    """Draw a number, by its role or its unit."""
    said = _ui(component).get("unit")
    unit = _SPELLED.get(said, said) if isinstance(said, str) else ""
    role = _role(component)
    name, kind = _NUMBER_ROLES.get(role, (_NUMBER, DeviceType.GENERIC))
    writable = _writable(component)
    if name == _NUMBER and not writable:
        name = _NUMBER_UNITS.get(unit, _NUMBER)
    if name != _NUMBER and not known(unit, term(name).unit):
        name = _NUMBER
    scale, offset = _UNSCALED if name == _NUMBER else conversion(unit, term(name).unit)
    low, high = component.config.get("min"), component.config.get("max")
    shape: dict[str, object] = {} if name != _NUMBER else {"unit": unit}
    lowest, highest = -1e12, 1e12
    if isinstance(low, int | float) and isinstance(high, int | float) and low < high:
        lowest, highest = low * scale + offset, high * scale + offset
        if writable:
            shape |= {"minimum": lowest, "maximum": highest}
    read_number = read.number()

    def scaled(said: object) -> float | None:
        value = read_number(said)
        return round(value * scale + offset, 9) if isinstance(value, float) else None

    _draw(component, name, scaled, kind, shape, role)
    number_ = component.number

    def write(wish: Wish) -> Call:
        value = lamps.number_of(name, wish.values.get(name), lowest, highest)
        return Call("Number.Set", {"id": number_, "value": round((value - offset) / scale, 6)})

    if writable:
        component.outline().writes(write, name)


def boolean(component: Component) -> None:
    """Draw a boolean: a switch, or a sign where it cannot be set."""
    role, writable = _role(component), _writable(component)
    name, kind = _FLAG_ROLES.get(
        role, ("OnOff.on" if writable else "BooleanState.state", DeviceType.GENERIC)
    )
    _draw(component, name, read.flag, kind, {}, role)
    number_ = component.number

    def write(wish: Wish) -> Call:
        value = lamps.flag_of(name, wish.values.get(name))
        return Call("Boolean.Set", {"id": number_, "value": value})

    if writable:
        component.outline().writes(write, name)


def enum(component: Component) -> None:
    """Draw a choice of a few words."""
    options = component.config.get("options")
    choices = tuple(str(o) for o in options) if isinstance(options, list) else ()
    shape: dict[str, object] = {"choices": choices} if choices else {}
    _draw(component, _SELECT, read.text, DeviceType.GENERIC, shape, _role(component))
    number_ = component.number

    def write(wish: Wish) -> Call:
        value = lamps.word_of(_SELECT, wish.values.get(_SELECT), choices)
        return Call("Enum.Set", {"id": number_, "value": value})

    if _writable(component) and choices:
        component.outline().writes(write, _SELECT)


def text(component: Component) -> None:
    """Draw a text."""
    _draw(component, _TEXT, read.text, DeviceType.GENERIC, {}, _role(component))
    number_ = component.number

    def write(wish: Wish) -> Call:
        value = wish.values.get(_TEXT)
        return Call("Text.Set", {"id": number_, "value": "" if value is None else str(value)})

    if _writable(component):
        component.outline().writes(write, _TEXT)


def button(component: Component) -> None:
    """Draw a button: it can be pressed, and tells when it was."""
    number_ = component.number
    outline = component.outline()
    outline.hears(component.key, {"single_push": "single", "double_push": "double",
                                  "triple_push": "triple", "long_push": "long"})  # fmt: skip
    outline.acts(
        "Button.press", lambda _: Call("Button.Trigger", {"id": number_, "event": "single_push"})
    )
    component.sketch.note(component.key)


def _draw(
    component: Component,
    name: str,
    reader: read.Read,
    kind: DeviceType,
    shape: Mapping[str, object],
    role: str,
) -> None:
    component.outline(kind=kind).type = kind
    if component.has("value"):
        title = component.name or role.replace("_", " ")
        component.take(Rule("value", name, reader, title=title, shape=shape))


VIRTUAL: Mapping[str, Kind] = {
    "number": Kind(more=number),
    "boolean": Kind(more=boolean),
    "enum": Kind(more=enum),
    "text": Kind(more=text),
    "button": Kind(DeviceType.GENERIC_SWITCH, more=button),
}
"""What virtual components are, by their type."""
