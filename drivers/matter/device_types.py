"""Device types of Matter, and what they make of a cluster. Pure data.

Source: Matter 1.5 device library specification.
"""

from collections.abc import Iterable, Mapping

from hubd.model.device import DeviceType

SPEAKER, DOORBELL = 0x22, 0x148
_CONTACT, _LEAK, _FREEZE, _RAIN = 0x15, 0x43, 0x41, 0x44

TYPES: Mapping[int, DeviceType] = {
    0x000A: DeviceType.DOOR_LOCK,
    0x000F: DeviceType.GENERIC_SWITCH,
    0x0011: DeviceType.BATTERY,
    _CONTACT: DeviceType.CONTACT_SENSOR,
    0x0017: DeviceType.ELECTRICAL_SENSOR,
    0x0018: DeviceType.ELECTRICAL_SENSOR,
    SPEAKER: DeviceType.SPEAKER,
    0x0023: DeviceType.SPEAKER,
    0x0027: DeviceType.GENERIC,
    0x0028: DeviceType.SPEAKER,
    0x002B: DeviceType.FAN,
    0x002C: DeviceType.AIR_QUALITY_SENSOR,
    0x002D: DeviceType.FAN,
    _FREEZE: DeviceType.TEMPERATURE_SENSOR,
    0x0042: DeviceType.WATER_VALVE,
    _LEAK: DeviceType.WATER_LEAK_DETECTOR,
    _RAIN: DeviceType.RAIN_SENSOR,
    0x0045: DeviceType.HUMIDITY_SENSOR,
    0x0070: DeviceType.GENERIC,
    0x0071: DeviceType.GENERIC,
    0x0072: DeviceType.THERMOSTAT,
    0x0073: DeviceType.GENERIC,
    0x0074: DeviceType.ROBOTIC_VACUUM,
    0x0075: DeviceType.GENERIC,
    0x0076: DeviceType.SMOKE_CO_ALARM,
    0x0077: DeviceType.GENERIC,
    0x0078: DeviceType.GENERIC,
    0x0079: DeviceType.GENERIC,
    0x007A: DeviceType.FAN,
    0x007B: DeviceType.GENERIC,
    0x007C: DeviceType.GENERIC,
    0x0100: DeviceType.ON_OFF_LIGHT,
    0x0101: DeviceType.DIMMABLE_LIGHT,
    0x0103: DeviceType.GENERIC_SWITCH,
    0x0104: DeviceType.GENERIC_SWITCH,
    0x0105: DeviceType.GENERIC_SWITCH,
    0x0106: DeviceType.LIGHT_SENSOR,
    0x0107: DeviceType.OCCUPANCY_SENSOR,
    0x010A: DeviceType.ON_OFF_PLUG,
    0x010B: DeviceType.ON_OFF_PLUG,
    0x010C: DeviceType.COLOR_TEMPERATURE_LIGHT,
    0x010D: DeviceType.EXTENDED_COLOR_LIGHT,
    0x010F: DeviceType.ON_OFF_PLUG,
    0x0110: DeviceType.ON_OFF_PLUG,
    0x0146: DeviceType.SIREN,
    DOORBELL: DeviceType.GENERIC_SWITCH,
    0x0202: DeviceType.WINDOW_COVERING,
    0x0230: DeviceType.WINDOW_COVERING,
    0x0231: DeviceType.WINDOW_COVERING,
    0x0301: DeviceType.THERMOSTAT,
    0x0302: DeviceType.TEMPERATURE_SENSOR,
    0x0303: DeviceType.WATER_VALVE,
    0x0305: DeviceType.PRESSURE_SENSOR,
    0x0306: DeviceType.FLOW_SENSOR,
    0x0307: DeviceType.HUMIDITY_SENSOR,
    0x0309: DeviceType.THERMOSTAT,
    0x050C: DeviceType.GENERIC,
    0x050F: DeviceType.THERMOSTAT,
    0x0510: DeviceType.ELECTRICAL_SENSOR,
    0x0511: DeviceType.ELECTRICAL_SENSOR,
    0x0514: DeviceType.ELECTRICAL_SENSOR,
    0x0850: DeviceType.CONTACT_SENSOR,
}
"""Device type -> what an endpoint of it is here; what is not in it is GENERIC."""

_BESIDE = frozenset({DeviceType.BATTERY, DeviceType.ELECTRICAL_SENSOR})
"""What stands beside another device type on its endpoint."""

_STATES: Mapping[int, tuple[str, bool]] = {
    _CONTACT: ("BooleanState.open", True),
    _LEAK: ("BooleanState.leak", False),
    _FREEZE: ("BooleanState.freeze", False),
    _RAIN: ("BooleanState.rain", False),
}


def state_meaning(types: Iterable[int]) -> tuple[str, bool]:
    """Return which property the Boolean State of an endpoint is, and whether it is told inverted.

    A contact sensor says true for contact, which is closed.
    """
    return next((_STATES[t] for t in types if t in _STATES), ("BooleanState.state", False))


def device_type(types: Iterable[int]) -> DeviceType:
    """Return what an endpoint of these device types is: what it is for, before what feeds it."""
    known = [TYPES[t] for t in types if t in TYPES]
    told = [t for t in known if t is not DeviceType.GENERIC]
    first = next((t for t in told if t not in _BESIDE), None)
    return first or next(iter(told), DeviceType.GENERIC)
