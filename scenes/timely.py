"""What holds or not by the time alone, and for how long it will."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Protocol

from msgspec import Struct

from hubd.model.home import Place
from scenes.clock import Between, local, midnight_us
from scenes.sun import SunEvent, is_up, sun_event_us

_ONE_DAY = timedelta(days=1)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Stretch(Struct, frozen=True):
    """Whether something about time `holds`, from `since_us` on and before `until_us`."""

    holds: bool
    since_us: int
    until_us: int


class Timely(Protocol):
    """Something that holds or not by the time alone."""

    def stretch(self, at_us: int, place: Place) -> Stretch:
        """Return the longest known stretch around `at_us` in which this does not change."""
        ...

    def told(self, at_us: int, place: Place) -> tuple[str, str, str]:
        """Return what this is about, how it is at `at_us`, and how it is while this holds."""
        ...


class OnDays(Struct, frozen=True):
    """Holds on some days of the week."""

    days: frozenset[int]

    def stretch(self, at_us: int, place: Place) -> Stretch:
        """Return today."""
        day = local(at_us, place).date()
        start, end = midnight_us(day, place), midnight_us(day + _ONE_DAY, place)
        return Stretch(day.weekday() in self.days, start, end)

    def told(self, at_us: int, place: Place) -> tuple[str, str, str]:
        """Return the day it is, and the days on which this holds."""
        named = " or ".join(_DAYS[day] for day in sorted(self.days))
        return "the day", _DAYS[local(at_us, place).weekday()], named


class InSpan(Struct, frozen=True):
    """Holds in a span of each day."""

    span: Between

    def stretch(self, at_us: int, place: Place) -> Stretch:
        """Return what the nearest starts and ends around `at_us` say."""
        return around(at_us, place, self.span.start.on, self.span.end.on)

    def told(self, at_us: int, place: Place) -> tuple[str, str, str]:
        """Return the time it is, and between which ones this holds."""
        return "the time", f"{local(at_us, place):%H:%M}", f"between {self.span}"


def around(
    at_us: int,
    place: Place,
    starts: Callable[[date, Place], int | None],
    ends: Callable[[date, Place], int | None],
) -> Stretch:
    """Return the stretch around `at_us` of what begins and ends once a day."""
    today = local(at_us, place).date()
    marks: list[tuple[int, bool]] = []
    for days_away in (-2, -1, 0, 1, 2):
        day = today + timedelta(days=days_away)
        for moment, begins in ((starts(day, place), True), (ends(day, place), False)):
            if moment is not None:
                marks.append((moment, begins))
    marks.sort()
    before = [mark for mark in marks if mark[0] <= at_us]
    after = [mark for mark in marks if mark[0] > at_us]
    since_us = before[-1][0] if before else midnight_us(today, place)
    until_us = after[0][0] if after else midnight_us(today + _ONE_DAY, place)
    holds = before[-1][1] if before else bool(after) and not after[0][1]
    return Stretch(holds, since_us, until_us)


class SunUp(Struct, frozen=True):
    """Holds while the sun is up; while it is down, if not `up`."""

    up: bool = True

    def stretch(self, at_us: int, place: Place) -> Stretch:
        """Return the day or the night around `at_us`; today alone where the sun stays."""
        today = local(at_us, place).date()
        if _of_sun(SunEvent.SUNRISE)(today, place) is None:
            end_us = midnight_us(today + _ONE_DAY, place)
            return Stretch(is_up(at_us, place) is self.up, midnight_us(today, place), end_us)
        light = around(at_us, place, _of_sun(SunEvent.SUNRISE), _of_sun(SunEvent.SUNSET))
        return Stretch(light.holds is self.up, light.since_us, light.until_us)

    def told(self, at_us: int, place: Place) -> tuple[str, str, str]:
        """Return whether the sun is up, and whether it is while this holds."""
        is_day = self.stretch(at_us, place).holds is self.up
        return "the sun", "up" if is_day else "down", "up" if self.up else "down"


def _of_sun(event: SunEvent) -> Callable[[date, Place], int | None]:
    return lambda day, place: sun_event_us(event, day, place)
