"""What a node notices: motion, open doors, smoke, water, tampering, faults. Pure.

Source: Z-Wave application command class specification, section "Notification" and its list of
assigned notifications (types, states and events), and "Alarm Sensor".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from drivers.zwave.function import Function, Mapped, Site, Values, one
from drivers.zwave.values import NodeValue, whole
from hubd.model.device import DeviceType, Endpoint
from hubd.model.ids import slug
from hubd.model.value import Value
from hubd.model.vocabulary import typical

NOTIFICATION, ALARM = 113, 156

_SMOKE = DeviceType.SMOKE_CO_ALARM
_WATER = DeviceType.WATER_LEAK_DETECTOR
_CONTACT = DeviceType.CONTACT_SENSOR
_MOTION = DeviceType.OCCUPANCY_SENSOR
_PLAIN = DeviceType.GENERIC
_PROBLEM, _STATE, _TAMPER = "BooleanState.problem", "BooleanState.state", "SmokeCoAlarm.tamper"
_DOOR_OPEN, _DOOR_CLOSED = 0x16, 0x17
_HANDLE_OPEN, _HANDLE_CLOSED = 0x18, 0x19

type _Meaning = tuple[str, DeviceType, str, frozenset[int]]
"""Property, kind, the endpoint's stem, and the states in which it is so."""

_MEANINGS: Mapping[int, Sequence[_Meaning]] = {
    1: (("SmokeCoAlarm.smoke", _SMOKE, "smoke", frozenset({1, 2})),),
    2: (("SmokeCoAlarm.co", _SMOKE, "co", frozenset({1, 2})),),
    3: ((_PROBLEM, _SMOKE, "co2", frozenset({1, 2})),),
    4: (
        (_PROBLEM, _SMOKE, "heat", frozenset({1, 2})),
        ("BooleanState.freeze", _SMOKE, "heat", frozenset({5, 6})),
    ),
    5: (("BooleanState.leak", _WATER, "water", frozenset({1, 2})),),
    6: (
        ("BooleanState.open", _CONTACT, "contact", frozenset({_DOOR_OPEN})),
        ("BooleanState.open", _CONTACT, "handle", frozenset({_HANDLE_OPEN})),
        (_PROBLEM, DeviceType.DOOR_LOCK, "jammed", frozenset({11})),
        (_PROBLEM, _PLAIN, "obstacle", frozenset({0x48})),
    ),
    7: (
        ("OccupancySensing.occupied", _MOTION, "motion", frozenset({7, 8})),
        (_TAMPER, _PLAIN, "tamper", frozenset({3})),
        (_STATE, _PLAIN, "intrusion", frozenset({1, 2})),
        (_PROBLEM, _PLAIN, "magnet", frozenset({11})),
    ),
    8: (
        (_STATE, _PLAIN, "power", frozenset({1})),
        ("BooleanState.connected", _PLAIN, "mains", frozenset({3})),
        ("PowerSource.batteryLow", DeviceType.BATTERY, "battery_state", frozenset({10, 11})),
        ("PowerSource.charging", DeviceType.BATTERY, "battery_charge", frozenset({12})),
        (_PROBLEM, _PLAIN, "overcurrent", frozenset({6})),
        (_PROBLEM, _PLAIN, "overvoltage", frozenset({7})),
        (_PROBLEM, _PLAIN, "overload", frozenset({8})),
        (_PROBLEM, _PLAIN, "load_error", frozenset({9})),
    ),
    9: (
        (_PROBLEM, _PLAIN, "hardware", frozenset({1, 3})),
        (_PROBLEM, _PLAIN, "software", frozenset({2, 4})),
        (_TAMPER, _PLAIN, "cover", frozenset({6})),
        (_PROBLEM, _PLAIN, "emergency_shutoff", frozenset({7})),
    ),
    14: ((_STATE, DeviceType.SIREN, "siren_active", frozenset({1})),),
    16: (
        ("BooleanState.rain", DeviceType.RAIN_SENSOR, "rain", frozenset({1})),
        ("BooleanState.leak", _WATER, "damp", frozenset({2})),
        ("BooleanState.freeze", DeviceType.TEMPERATURE_SENSOR, "frost", frozenset({3})),
    ),
    18: (
        ("SmokeCoAlarm.gas", _SMOKE, "gas", frozenset({1, 2})),
        ("SmokeCoAlarm.gas", _SMOKE, "toxic_gas", frozenset({3, 4})),
    ),
    20: ((_STATE, _PLAIN, "light_seen", frozenset({1})),),
    22: (("OccupancySensing.occupied", _MOTION, "occupancy", frozenset({1, 2})),),
}
"""Notification type -> what its states mean. Other states are told by their names."""
_ENDS: Mapping[int, Mapping[int, bool]] = {
    6: {_DOOR_OPEN: True, _DOOR_CLOSED: False, _HANDLE_OPEN: True, _HANDLE_CLOSED: False},
    8: {2: False, 3: True},
}
"""States of a pair, where neither is idle: what each says of its property."""
_DOORS = ("Door state (simple)", "Door state", "Opening state")
"""Z-Wave JS tells one door up to three times; the first of these that it has is taken."""
_ALARMS: Mapping[int, tuple[str, DeviceType, str]] = {
    1: ("SmokeCoAlarm.smoke", _SMOKE, "smoke"),
    2: ("SmokeCoAlarm.co", _SMOKE, "co"),
    4: (_PROBLEM, _SMOKE, "heat"),
    5: ("BooleanState.leak", _WATER, "water"),
}


def notifications(site: Site) -> Mapped:
    """Return what a site notices, by Notification and by the older Alarm Sensor."""
    values = [v for v in site.of(NOTIFICATION) if "notificationType" in v.specific]
    doors = [v for v in values if v.key.key in _DOORS]
    door = min(doors, key=lambda v: _DOORS.index(str(v.key.key)), default=None)
    functions = [_noticed(site, v) for v in values if v.key.key not in _DOORS or v is door]
    functions += [_alarm(site, v) for v in site.of(ALARM) if v.key.property == "state"]
    # The first generation's alarm type and level have no meaning that is the same in two devices.
    used = {v.key for v in values} | {v.key for v in site.of(ALARM)}
    used |= {v.key for v in site.of(NOTIFICATION) if v.key.property in {"alarmType", "alarmLevel"}}
    return Mapped(tuple(functions), frozenset(used))


def _noticed(site: Site, value: NodeValue) -> Function:
    kind = value.specific["notificationType"]
    if value.key.key == "Opening state":
        meaning: _Meaning = ("BooleanState.open", _CONTACT, "contact", frozenset({1, 2}))
        return _states(site, value, [meaning], {})
    states = set(value.states)
    meant = [m for m in _MEANINGS.get(kind, ()) if m[3] & states]
    if not meant:
        return _named(site, value)
    return _states(site, value, meant, _ENDS.get(kind, {}))


def _states(
    site: Site, value: NodeValue, meant: Sequence[_Meaning], ends: Mapping[int, bool]
) -> Function:
    _, device_type, stem, _ = meant[0]
    taken = {name: codes for name, _, other, codes in meant if other == stem}
    paired = any(codes & ends.keys() for codes in taken.values())
    endpoint = Endpoint(
        site.id(stem),
        device_type,
        _title(value),
        tuple(typical(name) for name in taken),
    )

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        code = whole(values.get(value.key))
        # A state with an argument is told as state * 256 + argument.
        code = code >> 8 if code is not None and code > 0xFF else code
        for name, codes in taken.items():
            if code is None or (paired and code not in ends):
                yield name, None
            else:
                yield name, ends[code] if paired else code in codes

    return Function(endpoint, frozenset({value.key}), read)


def _named(site: Site, value: NodeValue) -> Function:
    """Return a state that is told by its name, or by its number where it has none."""
    kinds = site.id(slug(f"{value.key.property}_{value.key.key or ''}".lower()))
    if not value.states:
        shape = replace(typical("Number.value"), title=value.label)
        endpoint = Endpoint(kinds, _PLAIN, _title(value), (shape,))
        return one(endpoint, value, whole)
    names = dict(value.states)
    choices = tuple(dict.fromkeys(names.values()))
    endpoint = Endpoint(
        kinds, _PLAIN, _title(value), (replace(typical("Select.option"), choices=choices),)
    )
    return one(endpoint, value, _name_of(names))


def _name_of(names: Mapping[int, str]) -> Callable[[object], Value]:
    def read(said: object) -> Value:
        code = whole(said)
        return None if code is None else names.get(code)

    return read


def _alarm(site: Site, value: NodeValue) -> Function:
    name, kind, stem = _ALARMS.get(
        value.specific.get("sensorType", -1), (_STATE, _PLAIN, slug(value.key_name or "alarm"))
    )
    endpoint = Endpoint(
        site.id(f"alarm_{stem}"), kind, value.key_name or value.label, (typical(name),)
    )

    def read(said: object) -> Value:
        if isinstance(said, bool):
            return said
        level = whole(said)
        return None if level is None else level > 0

    return one(endpoint, value, read)


def _title(value: NodeValue) -> str:
    return value.label or value.key_name or str(value.key.property)
