"""What the home itself is as devices: its mode, and a device for each of its variables."""

from msgspec.structs import replace

from hubd.model.device import Device, DeviceType, Endpoint, Property
from hubd.model.events import Adopted, Reported
from hubd.model.home import THE_HOME, Variable, VariableType
from hubd.model.ids import EndpointId, PropertyId, property_id
from hubd.model.value import Value
from hubd.model.vocabulary import typical

DRIVER = "home"
_ONE = EndpointId("1")
_MODE = "Home.mode"

_NAMES: dict[VariableType, str] = {
    VariableType.SWITCH: "OnOff.on",
    VariableType.NUMBER: "Number.value",
    VariableType.CHOICE: "Select.option",
    VariableType.TEXT: "Text.value",
}


def the_home() -> Device:
    """Return the device that has the mode of the home."""
    mode = typical(_MODE, writable=True)
    return Device(THE_HOME, "The home", DRIVER, (Endpoint(_ONE, DeviceType.GENERIC, "", (mode,)),))


def device_of(variable: Variable) -> Device:
    """Return a variable as a device of one property."""
    prop = replace(
        typical(_NAMES[variable.type], writable=True),
        unit=variable.unit,
        minimum=variable.minimum,
        maximum=variable.maximum,
        step=variable.step,
        choices=variable.choices,
    )
    endpoint = Endpoint(_ONE, DeviceType.GENERIC, "", (prop,))
    return Device(variable.id, variable.name, DRIVER, (endpoint,), variable.area)


def property_of(device: Device) -> tuple[PropertyId, Property]:
    """Return the one property of a device of this driver, and its id."""
    endpoint = device.endpoints[0]
    prop = endpoint.properties[0]
    return property_id(device.id, endpoint.id, prop.name), prop


def first_value(variable: Variable) -> Value:
    """Return what a variable is that nobody has set yet."""
    if variable.initial is not None:
        return variable.initial
    match variable.type:
        case VariableType.SWITCH:
            return False
        case VariableType.NUMBER:
            low, high = variable.minimum, variable.maximum
            at_least = 0.0 if low is None else max(0.0, low)
            return at_least if high is None else min(at_least, high)
        case VariableType.CHOICE:
            return variable.choices[0]
        case VariableType.TEXT:
            return ""


def as_new(device: Device, first: Value = None) -> tuple[Adopted, Reported]:
    """Return what a device of this driver is when nothing is known of it: it, and its value.

    Without a `first` value it has what one of its kind begins with.
    """
    prop_id, prop = property_of(device)
    if first is None and device.id == THE_HOME:
        first = "home"
    if first is None:
        kind = next(kind for kind, name in _NAMES.items() if name == prop.name)
        low, high = prop.minimum, prop.maximum
        first = first_value(
            Variable(device.id, device.name, kind, "", low, high, None, prop.choices)
        )
    return Adopted(device), Reported(prop_id, first, restored=True)


def why_not(value: Value, prop: Property) -> str:
    """Return why a property cannot be `value`; "" if it can."""
    if prop.choices:
        return "" if value in prop.choices else f"{value} is none of {', '.join(prop.choices)}"
    low, high = prop.minimum, prop.maximum
    if isinstance(value, int | float) and not isinstance(value, bool):
        if low is not None and value < low:
            return f"{value:g} is below {low:g}"
        if high is not None and value > high:
            return f"{value:g} is above {high:g}"
    return ""
