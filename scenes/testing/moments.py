"""When, in a test: a length of time, a time of day, a day and a time, or the day itself."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from hubd.documents import wrong
from hubd.model.home import Place
from hubd.model.instant import to_us
from scenes.clock import WEEKDAYS, DayTime, local, next_moment, parse_day_time

A_DAY = date(2026, 3, 2)
"""The day that a test begins on unless it says another: a Monday."""

_DATED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]+(.+)")
_NAMED = re.compile(rf"(today|tomorrow|{'|'.join(WEEKDAYS)})\s+(.+)")
_PRECISE = re.compile(r"[0-2]?[0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{1,6}")
_HINT = "write it as in 23:00, tomorrow 6:30, sunset - 20 min or 2026-03-02 18:30"


class Moment(Struct, frozen=True):
    """A time of day: on the day `dated`, on the next one called `day`, or as soon as it comes."""

    time: DayTime | str
    """A text is a time on the clock with parts of a second."""
    dated: str = ""
    day: str = ""

    def after(self, now_us: int, place: Place) -> int:
        """Return when this is, seen from `now_us`. Raises "wrong" if there is no such time."""
        if not self.dated and not self.day:
            return self._next(now_us, place)
        day = date.fromisoformat(self.dated) if self.dated else self._named(now_us, place)
        return self._on(day, place)

    def first(self, place: Place) -> int:
        """Return when this is for a test that begins with it."""
        day = date.fromisoformat(self.dated) if self.dated else A_DAY
        return self._on(day, place)

    def _named(self, now_us: int, place: Place) -> date:
        today = local(now_us, place).date()
        if self.day == "today":
            return today
        if self.day == "tomorrow":
            return today + timedelta(days=1)
        ahead = (WEEKDAYS.index(self.day) - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead)

    def _next(self, now_us: int, place: Place) -> int:
        if isinstance(self.time, str):
            there_us = self._on(local(now_us, place).date(), place)
            tomorrow = local(now_us, place).date() + timedelta(days=1)
            return there_us if there_us > now_us else self._on(tomorrow, place)
        there = next_moment(self.time, now_us, place)
        if there is None:
            raise wrong(f"{self.time} does not come within a year here")
        return there

    def _on(self, day: date, place: Place) -> int:
        if isinstance(self.time, str):
            when = datetime.fromisoformat(f"{day.isoformat()} {self.time.zfill(8)}")
            return to_us(when.replace(tzinfo=ZoneInfo(place.timezone)))
        there = self.time.on(day, place)
        if there is None:
            raise wrong(f"{self.time} does not come on {day.isoformat()} here")
        return there


def parse_moment(text: object) -> Moment:
    """Return `text` as a moment. Raises "wrong"."""
    words = " ".join(text.strip().casefold().split()) if isinstance(text, str) else ""
    dated = _DATED.fullmatch(words)
    if dated is not None:
        try:
            date.fromisoformat(dated[1])
        except ValueError:
            raise wrong(f'"{dated[1]}" is not a day', _HINT) from None
        return Moment(_time(dated[2]), dated=dated[1])
    named = _NAMED.fullmatch(words)
    if named is not None:
        return Moment(_time(named[2]), day=named[1])
    if not words:
        raise wrong(f'"{text}" is not a time', _HINT)
    return Moment(_time(words))


def _time(words: str) -> DayTime | str:
    return words if _PRECISE.fullmatch(words) else parse_day_time(words)
