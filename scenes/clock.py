"""Local time as people write it: moments of the day, spans of it, days of the week.

A local time that a day skips (the clock is put forward) comes as much later as the clock was put;
one that a day has twice (the clock is put back) is the first of the two.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from msgspec import Struct
from pydantic import BeforeValidator, WithJsonSchema

from hubd.documents import did_you_mean, wrong
from hubd.model.home import Place
from hubd.model.instant import DAY_US, from_us, to_us
from scenes.quantities import TIME_PATTERN, format_duration, parse_duration
from scenes.shapes import either, one_of, words
from scenes.shapes import text as text_shape
from scenes.sun import SUN_EVENTS, SunEvent, sun_event_us, zone

_ONE_DAY = timedelta(days=1)
_SEARCH_DAYS = 370
"""How far a next moment is looked for: beyond a polar night."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_WORDS: dict[str, frozenset[int]] = {
    **{name: frozenset({i}) for i, name in enumerate(WEEKDAYS)},
    **{name[:3]: frozenset({i}) for i, name in enumerate(WEEKDAYS)},
    "weekdays": frozenset(range(5)),
    "weekend": frozenset({5, 6}),
    "weekends": frozenset({5, 6}),
    "every day": frozenset(range(7)),
}


def local(at_us: int, place: Place) -> datetime:
    """Return `at_us` as the clocks of `place` show it."""
    return from_us(at_us).astimezone(zone(place))


class ClockTime(Struct, frozen=True):
    """A time on the clock."""

    hour: int
    minute: int
    second: int = 0

    def on(self, day: date, place: Place) -> int | None:
        """Return when the clocks of `place` show this time on `day`, in microseconds."""
        at = time(self.hour, self.minute, self.second, tzinfo=zone(place))
        return to_us(datetime.combine(day, at).astimezone(UTC))

    def __str__(self) -> str:
        """Return it as people write it."""
        seconds = f":{self.second:02}" if self.second else ""
        return f"{self.hour:02}:{self.minute:02}{seconds}"


class SunTime(Struct, frozen=True):
    """A time told by the sun: `offset_us` after (or before, if negative) `event`."""

    event: SunEvent
    offset_us: int = 0

    def on(self, day: date, place: Place) -> int | None:
        """Return when this is on `day`; None where the sun does not do so on that day."""
        at_us = sun_event_us(self.event, day, place)
        return at_us + self.offset_us if at_us is not None else None

    def __str__(self) -> str:
        """Return it as people write it."""
        if not self.offset_us:
            return self.event.value
        sign = "+" if self.offset_us > 0 else "-"
        return f"{self.event.value} {sign} {format_duration(abs(self.offset_us))}"


type DayTime = ClockTime | SunTime
"""A moment of every day."""

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")
_SUN = re.compile(r"([a-z]+)(?:\s*([-+])\s*(.+))?")


def parse_day_time(text: object) -> DayTime:
    """Return `text` ("22:30", "sunset - 20 min") as a moment of the day. Raises "wrong"."""
    words = text.strip().casefold() if isinstance(text, str) else ""
    clock = _CLOCK.fullmatch(words)
    if clock is not None:
        return ClockTime(int(clock[1]), int(clock[2]), int(clock[3] or 0))
    sun = _SUN.fullmatch(words)
    if sun is not None:
        if sun[1] not in SUN_EVENTS:
            raise wrong(f'"{sun[1]}" is not a time of day', did_you_mean(sun[1], SUN_EVENTS))
        offset_us = parse_duration(sun[3]) if sun[3] else 0
        return SunTime(SunEvent(sun[1]), -offset_us if sun[2] == "-" else offset_us)
    raise wrong(f'"{text}" is not a time of day', "write it as in 22:30 or sunset - 20 min")


def parse_days(text: object) -> frozenset[int]:
    """Return days of the week (0 is Monday) from words or a list of them. Raises "wrong"."""
    words = text if isinstance(text, list | tuple) else [text]
    days: set[int] = set()
    for word in words:
        found = _DAY_WORDS.get(str(word).strip().casefold())
        if found is None:
            hint = did_you_mean(str(word), [*WEEKDAYS, "weekdays", "weekend"])
            raise wrong(f'"{word}" is not a day of the week', hint)
        days |= found
    return frozenset(days)


class Between(Struct, frozen=True):
    """A span of the day; it may pass midnight."""

    start: DayTime
    end: DayTime

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{self.start} and {self.end}"


_BETWEEN = re.compile(r"(.+?)\s+(?:and|to|until|–)\s+(.+)")
_HYPHEN = re.compile(r"([0-9:]+)\s*[-–]\s*([0-9:]+)")


def parse_between(text: object) -> Between:
    """Return `text` ("22:00 - 6:30", "sunset and 23:00") as a span of the day. Raises "wrong"."""
    if isinstance(text, list | tuple) and len(text) == 2:
        return Between(parse_day_time(text[0]), parse_day_time(text[1]))
    words = text.strip() if isinstance(text, str) else ""
    match = _HYPHEN.fullmatch(words) or _BETWEEN.fullmatch(words)
    if match is None:
        example = "write it as in 22:00 - 6:30 or sunset and 23:00"
        raise wrong(f'"{text}" is not a span of the day', example)
    return Between(parse_day_time(match[1]), parse_day_time(match[2]))


_CLOCK_SHAPE = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_SUN_SHAPE = rf"{one_of(SUN_EVENTS)}(?:\s*[-+]\s*{TIME_PATTERN}(?:\s*{TIME_PATTERN})*)?"
_MOMENT = rf"(?:{_CLOCK_SHAPE}|{_SUN_SHAPE})"
DAY_TIME_SHAPE = text_shape(_MOMENT, "a time of day", ["22:30", "sunset - 20 min", "dawn"])
_SPAN_SHAPE = either(
    text_shape(
        rf"{_MOMENT}\s+(?:and|to|until|–)\s+{_MOMENT}|[0-9:]+\s*[-–]\s*[0-9:]+",
        "a span of the day",
        ["22:00 - 6:30", "sunset and 23:00"],
    ),
    {"type": "array", "items": DAY_TIME_SHAPE, "minItems": 2, "maxItems": 2},
)
_DAY_SHAPE = words(_DAY_WORDS)

Days = Annotated[
    frozenset[int],
    BeforeValidator(parse_days),
    WithJsonSchema(either(_DAY_SHAPE, {"type": "array", "items": _DAY_SHAPE})),
]
Span = Annotated[Between, BeforeValidator(parse_between), WithJsonSchema(_SPAN_SHAPE)]


def next_moment(of_day: DayTime, after_us: int, place: Place) -> int | None:
    """Return the first time after `after_us` that `of_day` comes; None if not within a year."""
    day = local(after_us, place).date() - _ONE_DAY
    for _ in range(_SEARCH_DAYS):
        at_us = of_day.on(day, place)
        if at_us is not None and at_us > after_us:
            return at_us
        day += _ONE_DAY
    return None


def midnight_us(day: date, place: Place) -> int:
    """Return when `day` begins in `place`."""
    start = datetime.combine(day, time(tzinfo=zone(place)))
    return to_us(start.astimezone(UTC))


def next_multiple(every_us: int, after_us: int, place: Place) -> int:
    """Return the first time after `after_us` of those that are `every_us` apart.

    They are counted from local midnight where they divide the day, and else from 1970 on. A day on
    which the clock is changed ends with less, or more, than a whole step.
    """
    if DAY_US % every_us:
        return (after_us // every_us + 1) * every_us
    today = local(after_us, place).date()
    start_us, end_us = midnight_us(today, place), midnight_us(today + _ONE_DAY, place)
    return min(start_us + ((after_us - start_us) // every_us + 1) * every_us, end_us)
