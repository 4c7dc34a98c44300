"""Thermostats and humidity: modes, setpoints, what they do, and their fans. Pure.

Source: Z-Wave application command class specification, sections "Thermostat Mode", "Thermostat
Setpoint", "Thermostat Operating State", "Thermostat Fan Mode", "Thermostat Fan State" and
"Humidity Control".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.errors import RefusedError
from drivers.kit.units import conversion
from drivers.zwave.function import Function, Mapped, Setting, Site, Values, Wish, refuse
from drivers.zwave.sensors import AIR_TEMPERATURE, HUMIDITY, SENSOR, measured
from drivers.zwave.values import NodeValue, number, whole
from hubd.model.device import DeviceType, Endpoint, Property
from hubd.model.ids import slug
from hubd.model.value import Value
from hubd.model.vocabulary import typical

MODE, SETPOINT, STATE, FAN_MODE, FAN_STATE = 64, 67, 66, 68, 69
HUMIDITY_MODE, HUMIDITY_STATE, HUMIDITY_SETPOINT = 109, 110, 100
_HEATING, _COOLING = 1, 2
_MODES = {
    0: "off", 1: "heat", 2: "cool", 3: "auto", 4: "emergency_heat", 5: "resume", 6: "fan_only",
    7: "furnace", 8: "dry", 9: "moist", 10: "auto_changeover", 11: "energy_heat",
    12: "energy_cool", 13: "away", 15: "full_power", 31: "manufacturer",
}  # fmt: skip
_STATES = {
    0: "idle", 1: "heating", 2: "cooling", 3: "fan", 4: "pending_heat", 5: "pending_cool",
    6: "vent", 7: "heating", 8: "heating", 9: "cooling", 10: "heating", 11: "heating",
}  # fmt: skip
_FAN_MODES = {
    0: "auto", 1: "low", 2: "auto_high", 3: "high", 4: "auto_medium", 5: "medium",
    6: "circulation", 7: "humidity", 8: "left_right", 9: "up_down", 10: "quiet", 11: "external",
}  # fmt: skip
_HUMIDITY_MODES = {0: "off", 1: "humidify", 2: "dehumidify", 3: "auto"}
_HUMIDITY_STATES = {0: "idle", 1: "humidifying", 2: "drying"}


class _Line(Struct, frozen=True):
    """One property of a thermostat, read from a value; `write` is None where it cannot be set."""

    prop: Property
    value: NodeValue
    read: Callable[[object], Value]
    write: Callable[[Value], object] | None = None


def climate(site: Site) -> Mapped:
    """Return the thermostat and the humidity control of a site."""
    lines = [*_words(site, MODE, "mode", "Thermostat.systemMode", _MODES), *_setpoints(site)]
    mapped: list[Function] = []
    used = {line.value.key for line in lines}
    if lines:
        lines += [
            *_words(site, STATE, "state", "Thermostat.runningState", _STATES),
            *_words(site, FAN_MODE, "mode", "FanControl.mode", _FAN_MODES),
            *_room(site),
        ]
        used |= {line.value.key for line in lines}
        mapped.append(_function(site, "thermostat", DeviceType.THERMOSTAT, lines))
    damp = [
        *_words(site, HUMIDITY_MODE, "mode", "Humidifier.mode", _HUMIDITY_MODES),
        *_words(site, HUMIDITY_STATE, "state", "Humidifier.action", _HUMIDITY_STATES),
        *_damp_setpoints(site),
    ]
    if damp:
        used |= {line.value.key for line in damp}
        mapped.append(_function(site, "humidity_control", DeviceType.HUMIDIFIER, damp))
    return Mapped(tuple(mapped), frozenset(used))


def _function(site: Site, stem: str, kind: DeviceType, lines: Sequence[_Line]) -> Function:
    endpoint = Endpoint(site.id(stem), kind, site.label, tuple(line.prop for line in lines))

    def read(values: Values) -> Iterable[tuple[str, Value]]:
        return [(line.prop.name, line.read(values.get(line.value.key))) for line in lines]

    def write(wish: Wish) -> Sequence[Setting]:
        # In the order of the lines: the mode first, which some thermostats keep setpoints for.
        out = [
            Setting(line.value.key, line.write(wish.properties[line.prop.name]))
            for line in lines
            if line.write is not None and line.prop.name in wish.properties
        ]
        return out or refuse(wish)

    return Function(endpoint, frozenset(line.value.key for line in lines), read, write)


def _words(
    site: Site, command_class: int, name: str, prop: str, words: Mapping[int, str]
) -> list[_Line]:
    """Return the line of a value whose numbers have names; what is not in `words` has its own."""
    value = site.find(command_class, name)
    if value is None:
        return []
    told = {code: words.get(code) or slug(label) for code, label in value.states.items()}
    told = told or dict(words)
    codes: dict[str, int] = {}
    for code, word in told.items():
        codes.setdefault(word, code)

    def read(said: object) -> Value:
        code = whole(said)
        return None if code is None else told.get(code) or words.get(code)

    def write(wished: Value) -> object:
        if wished not in codes:
            raise RefusedError(f"cannot be {wished!r}, only {' or '.join(codes)}")
        return codes[str(wished)]

    shape = replace(typical(prop, writable=value.writable), choices=tuple(codes))
    return [_Line(shape, value, read, write if value.writable else None)]


def _setpoints(site: Site) -> list[_Line]:
    """Return the wished temperatures: one alone is the setpoint, two are its bounds."""
    heat, cool = (
        site.find(SETPOINT, "setpoint", _HEATING),
        site.find(SETPOINT, "setpoint", _COOLING),
    )
    if heat and cool:
        return [
            _temperature("Thermostat.setpointLow", heat),
            _temperature("Thermostat.setpointHigh", cool),
        ]
    alone = heat or cool
    return [_temperature("Thermostat.setpoint", alone)] if alone else []


def _temperature(name: str, value: NodeValue) -> _Line:
    scale, offset = conversion(value.unit, "°C")
    low, high = (
        None if bound is None else round(bound * scale + offset, 2)
        for bound in (value.minimum, value.maximum)
    )
    usual = typical(name, writable=value.writable)
    shape = replace(
        usual,
        minimum=usual.minimum if low is None else low,
        maximum=usual.maximum if high is None else high,
    )

    def read(said: object) -> Value:
        told = number(said)
        return None if told is None else round(told * scale + offset, 2)

    def write(wished: Value) -> object:
        if isinstance(wished, bool) or not isinstance(wished, int | float):
            raise RefusedError(f"takes a temperature, not {wished!r}")
        if (low is not None and wished < low) or (high is not None and wished > high):
            raise RefusedError(f"takes {low} to {high} °C, not {wished:g}")
        told = round((wished - offset) / scale, 1)
        return int(told) if told == int(told) else told

    return _Line(shape, value, read, write if value.writable else None)


def _room(site: Site) -> list[_Line]:
    """Return what a thermostat measures itself."""
    lines = []
    for sensor, unit, name in (
        (AIR_TEMPERATURE, "°C", "Thermostat.localTemperature"),
        (HUMIDITY, "%", "Thermostat.localHumidity"),
    ):
        for value in site.of(SENSOR):
            if value.specific.get("sensorType") == sensor and (read := measured(value, unit)):
                lines.append(_Line(typical(name), value, read))
                break
    return lines


def _damp_setpoints(site: Site) -> list[_Line]:
    """Return the wished humidity; of several the first, as a humidifier has one."""
    values = [v for v in site.of(HUMIDITY_SETPOINT) if v.key.property == "setpoint"]
    return [_humidity(values[0])] if values else []


def _humidity(value: NodeValue) -> _Line:
    shape = typical("Humidifier.setpoint", writable=value.writable)

    def write(wished: Value) -> object:
        if (
            isinstance(wished, bool)
            or not isinstance(wished, int | float)
            or not 0 <= wished <= 100
        ):
            raise RefusedError(f"takes 0 to 100 %, not {wished!r}")
        return wished

    return _Line(shape, value, number, write if value.writable else None)
