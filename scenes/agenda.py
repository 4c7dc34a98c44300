"""Whether an entry of a calendar is on, or begins soon: by the time alone."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from hubd.model.calendar import Appointment, Rule
from hubd.model.home import Place
from hubd.model.instant import DAY_US, from_us, to_us
from scenes.recurrence import days
from scenes.sun import zone
from scenes.timely import Stretch

_HORIZON = timedelta(days=8)
"""How far ahead is looked for what comes next; beyond, it is looked for again."""
_ONE_DAY = timedelta(days=1)


class Entry(Struct, frozen=True):
    """An appointment, read. `at` is None where it lasts whole days, `lasts` then tells how many."""

    start: date
    at: time | None
    lasts: timedelta
    zone: ZoneInfo | None
    rule: Rule | None
    but: frozenset[str]
    also: frozenset[date]

    def spans(self, first: date, last: date, place: Place) -> Iterator[tuple[int, int]]:
        """Yield beginning and end of each that begins from `first` to `last`."""
        for day in self._days(first, last):
            if self.at is None:
                here = zone(place)
                begin = datetime.combine(day, time(), here)
                end = datetime.combine(day + self.lasts, time(), here)
                yield to_us(begin.astimezone(UTC)), to_us(end.astimezone(UTC))
            else:
                begin = datetime.combine(day, self.at, self.zone or zone(place))
                begin_us = to_us(begin.astimezone(UTC))
                yield begin_us, begin_us + self.lasts // timedelta(microseconds=1)

    def _days(self, first: date, last: date) -> Iterator[date]:
        if self.rule is None:
            if first <= self.start <= last and not self._is_left_out(self.start):
                yield self.start
        else:
            for day in days(self.rule, self.start, first, last):
                if self.rule.until and self._iso(day) > self.rule.until:
                    break
                if not self._is_left_out(day):
                    yield day
        yield from (day for day in self.also if first <= day <= last)

    def _is_left_out(self, day: date) -> bool:
        return bool(self.but) and (day.isoformat() in self.but or self._iso(day) in self.but)

    def _iso(self, day: date) -> str:
        return day.isoformat() if self.at is None else f"{day}T{self.at}"


def read(appointment: Appointment) -> Entry:
    """Return `appointment` with its texts read."""
    day, _, at = appointment.start.partition("T")
    return Entry(
        start=date.fromisoformat(day),
        at=time.fromisoformat(at) if at else None,
        lasts=timedelta(seconds=appointment.lasts_s),
        zone=_zone(appointment.zone),
        rule=appointment.rule,
        but=frozenset(appointment.but),
        also=frozenset(date.fromisoformat(when[:10]) for when in appointment.also),
    )


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


class InCalendar:
    """Holds while one of some appointments is on; or, with `ahead_us`, so long before it begins."""

    __slots__ = ("_ahead_us", "_entries")

    def __init__(self, appointments: Iterable[Appointment], ahead_us: int = 0) -> None:
        self._entries = [read(appointment) for appointment in appointments]
        self._ahead_us = ahead_us

    def told(self, at_us: int, place: Place) -> tuple[str, str, str]:
        """Return what it is about, what is so, and what would have to be."""
        on = "something on" if not self._ahead_us else "something about to begin"
        is_so = on if self.stretch(at_us, place).holds else "nothing"
        return "the calendar", is_so, on

    def stretch(self, at_us: int, place: Place) -> Stretch:
        """Return a stretch around `at_us` in which this does not change."""
        today = from_us(at_us).date()
        end = today + _HORIZON
        ahead = timedelta(microseconds=self._ahead_us)
        until_us = to_us(datetime.combine(end, time(), UTC)) - DAY_US
        holds = False
        for entry in self._entries:
            first = today - entry.lasts - 2 * _ONE_DAY
            for span in entry.spans(first, end + ahead, place):
                began_us, over_us = (span[0] - self._ahead_us, span[0]) if ahead else span
                holds = holds or began_us <= at_us < over_us
                until_us = min([until_us, *(mark for mark in (began_us, over_us) if mark > at_us)])
        return Stretch(holds, at_us, until_us)
