"""Comparisons with the time in templates, as spans and days of States."""

import re

from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.states import States, Truth, either

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


def turned(sign: str) -> str:
    """Return the sign with its two sides swapped."""
    return _TURNED[sign]


def compared(part: str, sign: str, value: object) -> Truth:
    """Return what holds while a part of the time compares so with `value`."""
    match part:
        case "hour":
            return _hours(sign, _whole(value))
        case "weekday":
            return _days([d for d in range(7) if _holds(d, sign, _whole(value))])
        case "isoweekday":
            return _days([d for d in range(7) if _holds(d + 1, sign, _whole(value))])
        case "day name":
            named = str(value).casefold()[:3]
            return _days([i for i, d in enumerate(_DAYS) if (d == named) is (sign == "==")])
        case "clock" | "now":
            return _clock(sign, value)
    raise NotCarriedError(f"the {part} of now")


def one_of(part: str, values: list[object]) -> Truth:
    """Return what holds while a part of the time is one of `values`."""
    if part == "hour":
        hours = sorted({_whole(value) for value in values})
        starts = [hour for hour in hours if hour - 1 not in hours]
        ends = [hour + 1 for hour in hours if hour + 1 not in hours]
        return either([_span(start, end) for start, end in zip(starts, ends, strict=True)])
    found = set[int]()
    for value in values:
        truth = compared(part, "==", value)
        days = truth["days"] if isinstance(truth, dict) and "days" in truth else []
        listed = days if isinstance(days, list) else [days]
        found |= {_DAYS.index(str(day)) for day in listed}
    return _days(sorted(found))


def _holds(left: int, sign: str, right: int) -> bool:
    return {
        "==": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[sign]


def _whole(value: object) -> int:
    try:
        return round(float(str(value)))
    except (ValueError, OverflowError) as error:
        raise NotCarriedError(f'the time compared with "{value}"') from error


def _days(days: list[int]) -> Truth:
    if len(days) in {0, 7}:
        return bool(days)
    if days == [0, 1, 2, 3, 4]:
        return {"days": "weekdays"}
    if days == [5, 6]:
        return {"days": "weekend"}
    return {"days": [_DAYS[day] for day in days]}


def _hours(sign: str, hour: int) -> Truth:
    match sign:
        case ">=":
            return _span(hour, 24)
        case ">":
            return _span(hour + 1, 24)
        case "<":
            return _span(0, hour)
        case "<=":
            return _span(0, hour + 1)
        case "==":
            return _span(hour, hour + 1)
        case _:
            inner = _span(hour, hour + 1)
            return not inner if isinstance(inner, bool) else {"not": inner}


def _span(start: int, end: int) -> Truth:
    start, end = max(start, 0), min(end, 24)
    if start >= end:
        return False
    if (start, end) == (0, 24):
        return True
    return {"between": f"{start:02}:00 - {end % 24:02}:00"}


def _clock(sign: str, value: object) -> States:
    match = _TIME.fullmatch(str(value).strip())
    if match is None or sign in {"==", "!="}:
        raise NotCarriedError(f'the time compared with "{value}"')
    at = f"{int(match[1]):02}:{match[2]}"
    if sign in {">", ">="}:
        return {"between": f"{at} - 00:00"}
    return {"between": f"00:00 - {at}"}
