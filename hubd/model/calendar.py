"""Calendars: what is entered in them, as far as it matters to a home.

Dates and times are as the entry's own zone shows them: "2026-06-15T09:00:00", or "2026-06-15" of
what lasts whole days.
"""

from enum import StrEnum

from msgspec import Struct

from hubd.model.ids import CalendarId


class Frequency(StrEnum):
    """In which periods something is repeated."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class Rule(Struct, frozen=True, omit_defaults=True):
    """How an entry is repeated: RFC 5545, section 3.3.10, whose names these are.

    Weekdays count from 0, Monday; `weekdays` pairs each with its number in the month or year, 0 for
    every one. `until` is the last time at which it may begin, "" if there is none.
    """

    frequency: Frequency
    interval: int = 1
    until: str = ""
    months: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


class Appointment(Struct, frozen=True, omit_defaults=True):
    """An entry. `zone` is an IANA time zone; "" means that of the home.

    `but` are beginnings (or whole days) left out of the rule, `also` are added to it.
    """

    title: str
    start: str
    lasts_s: int
    zone: str = ""
    rule: Rule | None = None
    but: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def all_day(self) -> bool:
        """Say whether it lasts whole days of the home."""
        return "T" not in self.start


class Calendar(Struct, frozen=True):
    """A calendar, and where it stands."""

    id: CalendarId
    appointments: tuple[Appointment, ...]
    path: str = ""
