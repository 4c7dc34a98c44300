"""Lengths of time as Home Assistant writes them: `00:05:00`, seconds, `{minutes: 5}`."""

import re

from scenes.homeassistant.jinja import is_template
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Input, Keys

_CLOCK = re.compile(r"([-+]?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?")
_UNITS = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1, "milliseconds": 0.001}
_LONGEST_S = 366 * 86400


def seconds(value: object) -> float:
    """Return `value` in seconds. Raises NotCarriedError if it is no constant length of time."""
    total: float
    if isinstance(value, bool) or value is None:
        raise NotCarriedError(f'"{value}" is not a length of time')
    if isinstance(value, Input):
        raise NotCarriedError(f"the input {value} has no value")
    if isinstance(value, int | float):
        total = float(value)
    elif isinstance(value, Keys):
        total = sum(_part(unit, number) for unit, number in value.items())
    else:
        text = str(value).strip()
        match = _CLOCK.fullmatch(text)
        if match is not None:
            total = int(match[2]) * 3600 + int(match[3]) * 60 + int(match[4] or 0)
            total = -total if match[1] == "-" else total
        else:
            total = _part("seconds", text)
    if not abs(total) <= _LONGEST_S:
        raise NotCarriedError(f'"{value}" is not a length of time')
    return total


def _part(unit: str, number: object) -> float:
    if unit not in _UNITS:
        raise NotCarriedError(f'"{unit}" is not a unit of time')
    if is_template(number):
        raise NotCarriedError("a length of time that is worked out")
    try:
        return float(str(number)) * _UNITS[unit]
    except ValueError as error:
        raise NotCarriedError(f'"{number}" is not a length of time') from error


def lasting(total_s: float) -> str:
    """Return a length of time as scenes say it."""
    left = round(total_s * 1000)
    parts = []
    for unit, size in (("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 s"
