"""Times of the day, days and patterns of time, as scenes say them."""

import re

from scenes.homeassistant.durations import lasting
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Input, Keys, plain, words
from scenes.homeassistant.states import States

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS = {"seconds": (1, 60), "minutes": (60, 60), "hours": (3600, 24)}


def clock(at: object) -> str:
    """Return a time of the day. Raises NotCarriedError for one that changes."""
    if isinstance(at, Input):
        raise NotCarriedError(f"the input {at} has no value")
    if isinstance(at, Keys) or (isinstance(at, str) and "." in at):
        what = plain(at.get("entity_id")) if isinstance(at, Keys) else at
        raise NotCarriedError(f"a time of day that {what} tells: write the time into the scene")
    if isinstance(at, int) and not isinstance(at, bool):
        minutes, second = divmod(at, 60)
        hour, minute = divmod(minutes, 60)
        at = f"{hour:02}:{minute:02}:{second:02}"
    match = _CLOCK.fullmatch(str(at).strip())
    if match is None:
        raise NotCarriedError(f'"{at}" is not a time of day')
    tail = f":{match[3]}" if match[3] and match[3] != "00" else ""
    return f"{int(match[1]):02}:{match[2]}{tail}"


def days_of(value: object) -> States:
    """Return the state of being one of these days; none if all are meant."""
    named = [word.casefold()[:3] for word in words(value)]
    unknown = [word for word in named if word not in _DAYS]
    if unknown:
        raise NotCarriedError(f'"{unknown[0]}" is not a day')
    days = [day for day in _DAYS if day in named]
    if not days or len(days) == 7:
        return {}
    if days == list(_DAYS[:5]):
        return {"days": "weekdays"}
    if days == list(_DAYS[5:]):
        return {"days": "weekend"}
    return {"days": days}


def pattern(item: Keys) -> States:  # noqa: PLR0911 - one case a kind
    """Return what a pattern of time is: `every: 5 min`, or times of the day."""
    hours, minutes, secs = (_field(item, unit) for unit in ("hours", "minutes", "seconds"))
    if hours is None and minutes is None:
        if secs is None or secs == "*":
            return {"every": "1 s"}
        return {"every": _every("seconds", secs) if secs.startswith("/") else "1 min"}
    if minutes is None or (minutes == "*" and hours is None):
        if hours is None or hours == "*":
            return {"every": "1 min"}
        minutes = "0" if minutes is None else minutes
    if minutes.startswith("/") and hours in {None, "*"}:
        return {"every": _every("minutes", minutes)}
    if hours is not None and hours.startswith("/") and minutes in {"0", "00"}:
        return {"every": _every("hours", hours)}
    if hours in {None, "*"} and minutes in {"0", "00"}:
        return {"every": "1 h"}
    return {"at": [f"{h:02}:{m:02}" for h in _matching(hours, 24) for m in _matching(minutes, 60)]}


def _field(item: Keys, unit: str) -> str | None:
    value = item.get(unit)
    return None if value is None else plain(value).strip()


def _every(unit: str, text: str) -> str:
    size, most = _UNITS[unit]
    count = _number(text.lstrip("/"), most)
    if not count:
        raise NotCarriedError(f'the pattern of time "{text}"')
    return lasting(count * size)


def _matching(text: str | None, most: int) -> list[int]:
    if text is None or text == "*":
        return list(range(most))
    if text.startswith("/"):
        step = _number(text[1:], most)
        return list(range(0, most, step)) if step else []
    return [_number(text, most - 1)]


def _number(text: str, most: int) -> int:
    if not text.isdecimal() or int(text) > most:
        raise NotCarriedError(f'the pattern of time "{text}"')
    return int(text)
