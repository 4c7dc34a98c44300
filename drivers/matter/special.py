"""Attributes that need more than one codec: what depends on what is beside them. Pure.

Source: Matter 1.5 application cluster specification, the sections of the clusters named below.
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b

from msgspec.structs import replace

from drivers.kit.errors import MalformedError, RefusedError
from drivers.matter.attributes import Beside, Codec, Invoke, Order
from drivers.matter.codecs import (
    field,
    flag,
    member,
    number,
    tidy,
    to_code,
    to_number,
    wished_flag,
    wished_number,
)
from drivers.matter.device_types import SPEAKER, state_meaning
from hubd.model.value import Value

_UNITS: Mapping[int, tuple[str, float]] = {
    0: ("ppm", 1), 1: ("ppb", 1), 2: ("ppb", 0.001), 3: ("mg/m³", 1), 4: ("µg/m³", 1),
    5: ("µg/m³", 0.001), 6: ("1/m³", 1), 7: ("Bq/m³", 1),
}  # fmt: skip
"""MeasurementUnitEnum -> unit and factor."""


def state_of() -> Codec:
    """Return the codec of Boolean State: what true means is said by the device type."""
    plain = flag()

    def read(raw: object, beside: Beside) -> Value:
        told = plain.read(raw, beside)
        return told is not state_meaning(beside.types)[1]

    return Codec("BooleanState.state", read)


def stated_as(beside: Beside) -> str:
    """Return the property that Boolean State is."""
    return state_meaning(beside.types)[0]


def level_of(beside: Beside) -> str:
    """Return the property that a level is: loudness in a speaker, brightness elsewhere."""
    return "MediaPlayback.volume" if SPEAKER in beside.types else "LevelControl.level"


def on_as(beside: Beside) -> str:
    """Return the property that On/Off is: a speaker is on while it is not muted."""
    return "MediaPlayback.muted" if SPEAKER in beside.types else "OnOff.on"


def on_or_muted() -> Codec:
    """Return the codec of On/Off, which a speaker tells of its sound."""
    plain = flag()

    def read(raw: object, beside: Beside) -> Value:
        return plain.read(raw, beside) is not (SPEAKER in beside.types)

    return Codec(plain.plain, read, plain.write)


def switch_on(_raw: object, wished: Value, beside: Beside) -> Order:
    """Switch on or off; or give a speaker its sound, or take it away."""
    is_on = bool(wished) is not (SPEAKER in beside.types)
    if is_on and beside.feature(2):
        raise RefusedError("can only be switched off from here: switch it on by hand")
    return Invoke(1, "On") if is_on else Invoke(0, "Off")


def heating_of(beside: Beside) -> str:
    """Return the property of the heating setpoint: the only one, or the lower of two."""
    return "Thermostat.setpointLow" if beside.feature(1) else "Thermostat.setpoint"


def cooling_of(beside: Beside) -> str:
    """Return the property of the cooling setpoint: the only one, or the higher of two."""
    return "Thermostat.setpointHigh" if beside.feature(0) else "Thermostat.setpoint"


def concentration() -> Codec:
    """Return the codec of a concentration, in the unit that MeasurementUnit (8) says."""

    def read(raw: object, beside: Beside) -> Value:
        told = to_number(raw)
        if told is None:
            raise MalformedError("is not a number")
        return tidy(told * _unit(beside)[1])

    return Codec("Number.value", read, None, lambda beside: _unit(beside)[0])


def scaled_pressure() -> Codec:
    """Return the codec of ScaledValue: Pa times ten to the power of Scale (20)."""

    def read(raw: object, beside: Beside) -> Value:
        told, power = to_number(raw), to_number(beside.attributes.get(20)) or 0.0
        if told is None or abs(power) > 127:
            raise MalformedError("is not a number")
        return tidy(told * 10 ** (-power - 2))

    return Codec("Number.value", read, None, lambda _: "hPa")


def moving() -> Codec:
    """Return the codec of Window Covering's OperationalStatus: its lowest bits are the whole."""
    words = {0: "stopped", 1: "opening", 2: "closing"}
    return Codec(
        "Select.option",
        lambda raw, _: words.get(to_code(raw) & 0b11),
        shape=lambda _: {"choices": tuple(words.values())},
    )


def running() -> Codec:
    """Return the codec of a thermostat's running state."""
    masks = {"heating": 0b01001, "cooling": 0b10010, "fan": 0b1100100}

    def read(raw: object, _beside: Beside) -> Value:
        code = to_code(raw)
        return next((word for word, mask in masks.items() if code & mask), "idle")

    return Codec("Select.option", read, shape=lambda _: {"choices": ("idle", *masks)})


def any_bit() -> Codec:
    """Return the codec of a bitmap that counts as a whole."""
    return Codec(
        "BooleanState.state",
        lambda raw, _: to_code(raw) != 0,
        lambda wished, _: wished_flag(wished),
    )


def said(item: object) -> str | None:
    """Return a list's item that is its own label."""
    return item if isinstance(item, str) else None


def watts(item: object) -> str | None:
    """Return the label of a microwave's power."""
    return f"{item} W" if isinstance(item, int) else None


def step_of(item: object) -> str | None:
    """Return the label of a step of an energy preference: its own, or its percentage."""
    if not isinstance(item, Mapping):
        return None
    label, step = member(item, 1, "label"), member(item, 0, "step")
    return label if isinstance(label, str) else f"{step} %" if isinstance(step, int) else None


def input_of(own: int) -> Codec:
    """Return the codec of an input, output, target or sound, by the name that the list has for it.

    Their structures begin with a number; the name is the first text after it.
    """

    def names(beside: Beside) -> dict[int, str]:
        items = beside.attributes.get(own)
        found: dict[int, str] = {}
        for item in items[:256] if isinstance(items, list) else ():
            if not isinstance(item, Mapping):
                continue
            parts = list(item.values())
            label = next((part for part in parts if isinstance(part, str) and part), None)
            if parts and isinstance(parts[0], int) and label:
                found[parts[0]] = label
        return found

    return by_name(names)


def preset_of() -> Codec:
    """Return the codec of a thermostat's active preset, by its name or its scenario."""

    def names(beside: Beside) -> dict[str, str]:
        items = beside.attributes.get(80)
        found: dict[str, str] = {}
        for item in items[:256] if isinstance(items, list) else ():
            if isinstance(item, Mapping):
                handle, name = member(item, 0, "presetHandle"), member(item, 2, "name")
                scenario = _SCENARIOS.get(_small(member(item, 1, "presetScenario")), "")
                if isinstance(handle, str) and (
                    label := name if isinstance(name, str) and name else scenario
                ):
                    found[handle] = label
        return found

    def read(raw: object, beside: Beside) -> Value:
        if not isinstance(raw, str):
            raise MalformedError("is not the handle of a preset")
        return names(beside).get(raw) or raw[:64]

    def write(wished: Value, beside: Beside) -> object:
        handles = {name: handle for handle, name in names(beside).items()}
        if wished not in handles:
            raise RefusedError(f"cannot be {wished!r}, only {' or '.join(handles) or 'nothing'}")
        return handles[str(wished)]

    shape: Callable[[Beside], Mapping[str, object]] = lambda beside: {  # noqa: E731
        "choices": tuple(dict.fromkeys(names(beside).values()))
    }
    return Codec("Select.option", read, write, shape=shape)


def preset_ask(raw: object, _wished: Value, _beside: Beside) -> Order:
    """Ask for a preset."""
    return Invoke(6, "SetActivePresetRequest", {"presetHandle": raw})


def lift(raw: object, _wished: Value, _beside: Beside) -> Order:
    """Move a covering whose position is told in whole percent."""
    return Invoke(5, "GoToLiftPercentage", {"liftPercent100thsValue": _hundredths(raw)})


def tilt(raw: object, _wished: Value, _beside: Beside) -> Order:
    """Turn slats whose angle is told in whole percent."""
    return Invoke(8, "GoToTiltPercentage", {"tiltPercent100thsValue": _hundredths(raw)})


def sensitivity() -> Codec:
    """Return the codec of a sensor's sensitivity: one of SupportedSensitivityLevels (1), from 0."""

    def limited(beside: Beside) -> Codec:
        levels = to_number(beside.attributes.get(1)) or 10
        return number(low=0, high=levels - 1)

    plain = number()
    return replace(
        plain,
        write=lambda wished, beside: _written(limited(beside), wished, beside),
        shape=lambda beside: limited(beside).shape(beside),
    )


def closure_position() -> Codec:
    """Return the codec of a closure's overall position: one end, the other, or not known."""

    def read(raw: object, _beside: Beside) -> Value:
        where = member(raw, 0, "position")
        return None if where is None else {0: 0.0, 1: 100.0}.get(to_code(where))

    def write(wished: Value, _beside: Beside) -> object:
        told = wished_number(wished)
        if told not in {0, 100}:
            raise RefusedError(f"can only be opened (100) or closed (0), not {told:g}")
        return 1 if told else 0

    return Codec("Number.value", read, write, lambda _: "%", lambda _: {"step": 100.0})


def closure_move(raw: object, _wished: Value, _beside: Beside) -> Order:
    """Open or close a closure."""
    return Invoke(1, "MoveTo", {"position": raw})


def dimension() -> Codec:
    """Return the codec of a panel's position: the field of a structure that can be set."""
    inner = number(-0.01, "%", offset=100, low=0, high=100)
    return replace(field(0, "position", inner), write=inner.write)


def dimension_move(raw: object, _wished: Value, _beside: Beside) -> Order:
    """Move one panel of a closure."""
    return Invoke(0, "SetTarget", {"position": raw})


def position_s() -> Codec:
    """Return the codec of where a medium is, a field of a structure that can be sought."""
    inner = number(0.001, "s", low=0)
    return replace(field(1, "position", inner), write=inner.write)


def message(text: str) -> Mapping[str, object]:
    """Return a message to be shown. Its id is made of what it says: shown once, told twice."""
    if len(text.encode()) > 256:
        raise RefusedError("a message has at most 256 bytes")
    return {"messageID": blake2b(text.encode(), digest_size=16).digest(), "messageText": text}


_SCENARIOS: Mapping[int, str] = {
    1: "occupied", 2: "unoccupied", 3: "sleep", 4: "wake", 5: "vacation", 6: "going_to_sleep",
    254: "user_defined",
}  # fmt: skip


def _written(codec: Codec, wished: Value, beside: Beside) -> object:
    return codec.write(wished, beside) if codec.write else None


def by_name(names: Callable[[Beside], Mapping[int, str]]) -> Codec:
    """Return the codec of a number by the name that something beside has for it."""

    def read(raw: object, beside: Beside) -> Value:
        code = to_code(raw)
        return names(beside).get(code) or str(code)

    def write(wished: Value, beside: Beside) -> object:
        codes = {name: code for code, name in names(beside).items()}
        if wished not in codes:
            raise RefusedError(f"cannot be {wished!r}, only {' or '.join(codes) or 'nothing'}")
        return codes[str(wished)]

    return Codec(
        "Select.option",
        read,
        write,
        shape=lambda beside: {"choices": tuple(dict.fromkeys(names(beside).values()))},
    )


def _unit(beside: Beside) -> tuple[str, float]:
    return _UNITS.get(_small(beside.attributes.get(8)), ("", 1.0))


def _small(raw: object) -> int:
    return raw if isinstance(raw, int) else -1


def _hundredths(raw: object) -> object:
    return raw * 100 if isinstance(raw, int) else raw
