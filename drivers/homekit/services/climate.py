"""Warmth and air: thermostats, heaters, air conditioners, fans, humidifiers, purifiers, filters."""

from collections.abc import Mapping

from drivers.homekit.database import Scalar
from drivers.homekit.services.draft import Draft
from drivers.homekit.uuids import CharKind
from drivers.homekit.values import Silent, finite, fitted, flag, number, percent, share, word
from drivers.kit.errors import MalformedError, RefusedError
from hubd.model.device import DeviceType
from hubd.model.value import Value

_TARGETS = {0: "off", 1: "heat", 2: "cool", 3: "auto"}
_DOING = {0: "idle", 1: "heating", 2: "cooling"}
_HEATER_TARGETS = {0: "auto", 1: "heat", 2: "cool"}
_HEATER_DOING = {0: "off", 1: "idle", 2: "heating", 3: "cooling"}
_HUMIDIFIER_TARGETS = {0: "auto", 1: "humidify", 2: "dehumidify"}
_HUMIDIFIER_DOING = {0: "off", 1: "idle", 2: "humidifying", 3: "drying"}
_BY_ITSELF = {0: "manual", 1: "auto"}
_PURIFIER_DOING = {0: "off", 1: "idle", 2: "purifying"}
_FAN_DOING = {0: "off", 1: "idle", 2: "blowing"}
_DIRECTIONS = {0: "forward", 1: "reverse"}
_THRESHOLDS = (
    ("Thermostat.setpointLow", CharKind.HEATING_THRESHOLD),
    ("Thermostat.setpointHigh", CharKind.COOLING_THRESHOLD),
)


def thermostat(draft: Draft) -> None:
    """Add the mode, what it does, what is measured and what is wished."""
    draft.type = DeviceType.THERMOSTAT
    draft.property("Thermostat.systemMode", word(_TARGETS), CharKind.HEATING_COOLING_TARGET)
    draft.property("Thermostat.runningState", word(_DOING), CharKind.HEATING_COOLING_CURRENT)
    draft.property("Thermostat.setpoint", number(), CharKind.TEMPERATURE_TARGET)
    for name, kind in _THRESHOLDS:
        draft.property(name, number(), kind)
    draft.property("Thermostat.localTemperature", number(), CharKind.TEMPERATURE_CURRENT)
    draft.property("Thermostat.localHumidity", percent(), CharKind.HUMIDITY_CURRENT)
    draft.property("Thermostat.humiditySetpoint", percent(), CharKind.HUMIDITY_TARGET)


def heater_cooler(draft: Draft) -> None:
    """Add the mode with off, what it does, what is measured and wished, and its fan."""
    draft.type = DeviceType.THERMOSTAT
    _heater_mode(draft)
    draft.property("Thermostat.runningState", word(_HEATER_DOING), CharKind.HEATER_COOLER_CURRENT)
    draft.property("Thermostat.localTemperature", number(), CharKind.TEMPERATURE_CURRENT)
    _heater_setpoint(draft)
    for name, kind in _THRESHOLDS:
        draft.property(name, number(), kind)
    draft.property("FanControl.speed", share(), CharKind.ROTATION_SPEED)
    draft.property("FanControl.oscillating", flag(), CharKind.SWING)


def _heater_mode(draft: Draft) -> None:
    target = draft.service.find(CharKind.HEATER_COOLER_TARGET)
    if target is None:
        draft.property("OnOff.on", flag(), CharKind.ACTIVE)
        return
    codec = word(_HEATER_TARGETS)(target)

    def read(state: Mapping[str, Scalar]) -> Value | Silent:
        active = finite(state[CharKind.ACTIVE])
        return "off" if active == 0 else codec.read(state[CharKind.HEATER_COOLER_TARGET])

    def write(value: Value, _state: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
        if value == "off":
            return {CharKind.ACTIVE: 0}
        return {CharKind.ACTIVE: 1, CharKind.HEATER_COOLER_TARGET: codec.write(value)}

    choices = ("off", *_words(codec.shape))
    kinds = (CharKind.ACTIVE, CharKind.HEATER_COOLER_TARGET)
    draft.computed("Thermostat.systemMode", kinds, read, write, {"choices": choices})


def _heater_setpoint(draft: Draft) -> None:
    """Add the wished temperature: the threshold that counts in the mode that it is in."""
    heating = draft.service.find(CharKind.HEATING_THRESHOLD)
    cooling = draft.service.find(CharKind.COOLING_THRESHOLD)
    if heating is None or cooling is None:
        only = CharKind.COOLING_THRESHOLD if heating is None else CharKind.HEATING_THRESHOLD
        draft.property("Thermostat.setpoint", number(), only)
        return
    by_mode = {1: (CharKind.HEATING_THRESHOLD, heating), 2: (CharKind.COOLING_THRESHOLD, cooling)}

    def counts(state: Mapping[str, Scalar]) -> CharKind | None:
        mode = state[CharKind.HEATER_COOLER_TARGET]
        return by_mode[int(mode)][0] if isinstance(mode, int | float) and mode in by_mode else None

    def read(state: Mapping[str, Scalar]) -> Value | Silent:
        kind = counts(state)
        return finite(state[kind]) if kind else None

    def write(value: Value, state: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
        kind = counts(state)
        if kind is None:
            raise RefusedError("by itself it keeps between two: set at least and at most instead")
        return {
            kind: fitted(value, 1.0, heating if kind == CharKind.HEATING_THRESHOLD else cooling)
        }

    kinds = (CharKind.HEATER_COOLER_TARGET, CharKind.HEATING_THRESHOLD, CharKind.COOLING_THRESHOLD)
    shape = number()(heating).shape
    other = number()(cooling).shape
    draft.computed("Thermostat.setpoint", kinds, read, write, _hull(shape, other), late=True)


def _hull(one: Mapping[str, object], other: Mapping[str, object]) -> Mapping[str, object]:
    """Return the range that holds both."""
    hull = {**other, **one}
    for bound, pick in (("minimum", min), ("maximum", max)):
        ends = [s[bound] for s in (one, other) if isinstance(s.get(bound), float)]
        hull[bound] = pick(e for e in ends if isinstance(e, float)) if len(ends) == 2 else None
    return hull


def fan(draft: Draft) -> None:
    """Add on and off, speed, direction, swing, and whether it governs itself."""
    draft.type = DeviceType.FAN
    draft.property(
        "OnOff.on", flag(), CharKind.ON if draft.service.find(CharKind.ON) else CharKind.ACTIVE
    )
    draft.property("FanControl.speed", share(), CharKind.ROTATION_SPEED)
    draft.property("FanControl.mode", word(_BY_ITSELF), CharKind.FAN_TARGET)
    draft.property("FanControl.direction", word(_DIRECTIONS), CharKind.ROTATION_DIRECTION)
    draft.property("FanControl.oscillating", flag(), CharKind.SWING)
    draft.property("Text.value", word(_FAN_DOING), CharKind.FAN_CURRENT, shape={"title": "doing"})


def air_purifier(draft: Draft) -> None:
    """Add what a fan has, and what it does."""
    draft.type = DeviceType.FAN
    draft.property("OnOff.on", flag(), CharKind.ACTIVE)
    draft.property("FanControl.speed", share(), CharKind.ROTATION_SPEED)
    draft.property("FanControl.mode", word(_BY_ITSELF), CharKind.PURIFIER_TARGET)
    draft.property("FanControl.oscillating", flag(), CharKind.SWING)
    draft.property(
        "Text.value", word(_PURIFIER_DOING), CharKind.PURIFIER_CURRENT, shape={"title": "doing"}
    )


def humidifier(draft: Draft) -> None:
    """Add on and off, mode, what it does, and the humidity that is and that is wished."""
    draft.type = DeviceType.HUMIDIFIER
    draft.property("OnOff.on", flag(), CharKind.ACTIVE)
    draft.property("Humidifier.mode", word(_HUMIDIFIER_TARGETS), CharKind.HUMIDIFIER_TARGET)
    draft.property("Humidifier.action", word(_HUMIDIFIER_DOING), CharKind.HUMIDIFIER_CURRENT)
    draft.property("Humidifier.humidity", percent(), CharKind.HUMIDITY_CURRENT)
    wets = draft.service.find(CharKind.HUMIDIFIER_THRESHOLD) is not None
    wished = CharKind.HUMIDIFIER_THRESHOLD if wets else CharKind.DEHUMIDIFIER_THRESHOLD
    draft.property("Humidifier.setpoint", percent(), wished)
    draft.property("FanControl.speed", share(), CharKind.ROTATION_SPEED)
    draft.property("FanControl.oscillating", flag(), CharKind.SWING)


def filter_maintenance(draft: Draft) -> None:
    """Add how much of the filter is left, whether to change it, and saying that it was changed."""
    draft.property("ResourceMonitoring.condition", percent(), CharKind.FILTER_LIFE)
    draft.property("ResourceMonitoring.change", flag(), CharKind.FILTER_CHANGE)
    draft.action("ResourceMonitoring.reset", CharKind.FILTER_RESET, 1)


def _words(shape: Mapping[str, object]) -> tuple[str, ...]:
    choices = shape.get("choices")
    if not isinstance(choices, tuple):
        raise MalformedError("no choices")
    return choices
