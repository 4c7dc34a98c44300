"""The commands and writes that set properties. Pure.

Source: Matter 1.5 application cluster specification; command ids and field names are its own.
"""

from collections.abc import Mapping

from drivers.matter.attributes import Beside, Invoke, Order, Ordering, Write
from hubd.model.value import Value

TIMED = frozenset({60, 153, 257, 260, 261, 1294})
"""Clusters whose commands count only within a time that is told before (access "T")."""

_AT_ONCE: Mapping[str, object] = {"transitionTime": 0, "optionsMask": 0, "optionsOverride": 0}
"""Lamps take a time and options with each command."""


def writes(attribute: int) -> Ordering:
    """Return what writes an attribute."""
    return lambda raw, _wished, _beside: Write(attribute, raw)


def invokes(command: int, name: str, field: str, **more: object) -> Ordering:
    """Return what invokes a command with the raw value as one of its fields."""
    return lambda raw, _wished, _beside: Invoke(command, name, {field: raw, **more})


def either(yes: Invoke, no: Invoke) -> Ordering:
    """Return what invokes one of two commands."""
    return lambda _raw, wished, _beside: yes if wished else no


def by_word(orders: Mapping[str, Invoke]) -> Ordering:
    """Return what invokes the command of a word; the codec has let no other pass."""
    return lambda _raw, wished, _beside: orders[str(wished)]


def lamp(command: int, name: str, *fields: str, **more: object) -> Ordering:
    """Return what invokes a lamp's command, at once."""
    return lambda raw, _wished, _beside: Invoke(
        command, name, {**dict.fromkeys(fields, raw), **more, **_AT_ONCE}
    )


def hue(raw: object, _wished: Value, beside: Beside) -> Order:
    """Turn to a hue the shorter way round, finely where the lamp can."""
    if beside.feature(1):
        fine = raw * 0xFFFF // 254 if isinstance(raw, int) else raw
        fields = {"enhancedHue": fine, "direction": 0, **_AT_ONCE}
        return Invoke(64, "EnhancedMoveToHue", fields)
    return Invoke(0, "MoveToHue", {"hue": raw, "direction": 0, **_AT_ONCE})


def color_x(raw: object, _wished: Value, beside: Beside) -> Order:
    """Move along x, and stay at its y."""
    fields = {"colorX": raw, "colorY": beside.attributes.get(4), **_AT_ONCE}
    return Invoke(7, "MoveToColor", fields)


def color_y(raw: object, _wished: Value, beside: Beside) -> Order:
    """Move along y, and stay at its x."""
    fields = {"colorX": beside.attributes.get(3), "colorY": raw, **_AT_ONCE}
    return Invoke(7, "MoveToColor", fields)


def rocking(raw: object, _wished: Value, beside: Beside) -> Order:
    """Rock in all ways that a fan can, or not at all."""
    ways = beside.attributes.get(7)
    return Write(8, (ways if isinstance(ways, int) else 1) if raw else 0)
