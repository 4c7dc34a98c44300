"""What an .ics file says (RFC 5545).

A file comes from outside: its size, its entries and what it repeats are bounded, and whatever
cannot be carried is left out and told. Zones are taken by their names; a file's own definitions of
them are not read, since their rules know no bounds.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar as Component
from icalendar import Event, vRecur
from icalendar.timezone import tzp
from msgspec.structs import replace

from hubd.documents import Problem
from hubd.model.calendar import Appointment, Frequency, Rule
from scenes.recurrence import comes

MOST_ENTRIES = 2_000
MOST_LISTED = 500
"""Dates that one entry leaves out of its rule, or adds to it."""
MOST_COUNTED_DAYS = 200_000
"""Days that are gone through in a file where rules say how often, and not until when."""
LONGEST = timedelta(days=366)
_LONGEST_REPEATED = timedelta(days=31)
_TITLE = 200

_WANTED = re.compile(
    r"(BEGIN|END|UID|SUMMARY|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|STATUS)[;:]",
    re.IGNORECASE,
)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CARRIED = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"}
)


_MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an entry can make its reader raise; none of it may take the others along."""


class _LeftOutError(Exception):
    """An entry that cannot be carried, and why."""


class _Budget:
    """The days that may still be gone through."""

    def __init__(self) -> None:
        self.days = MOST_COUNTED_DAYS

    def spend(self, days: int = 1) -> None:
        self.days -= days
        if self.days < 0:
            raise _LeftOutError("the rules of this file count too far")


def read_calendar(text: str, path: str) -> tuple[tuple[Appointment, ...], list[Problem]]:
    """Return the appointments of an .ics, and what of it could not be carried.

    Raises ValueError where it is no calendar.
    """
    slim = "\r\n".join(_slim(text))
    if slim.upper().count("BEGIN:VEVENT") > MOST_ENTRIES:
        raise ValueError(f"it has over {MOST_ENTRIES:,} entries")
    try:
        events = [e for e in Component.from_ical(slim).walk("VEVENT") if isinstance(e, Event)]
    except _MALFORMED as error:
        raise ValueError("it cannot be read") from error
    problems: list[Problem] = []
    found: list[tuple[str, str, Appointment | None]] = []
    budget = _Budget()
    for event in events:
        try:
            found.append(_appointment(event, budget))
        except _LeftOutError as error:
            problems.append(_left_out(event, str(error), path))
        except _MALFORMED:
            problems.append(_left_out(event, "it cannot be read", path))
    return tuple(_overridden(found)), problems


def _left_out(event: Event, why: str, path: str) -> Problem:
    title = str(event.get("SUMMARY", "an entry"))[:_TITLE]
    return Problem(path, 1, 1, f'"{title}" is left out: {why}')


def _slim(text: str) -> Iterator[str]:
    """Yield the lines that matter: entries without their alarms, and no definitions of zones."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line[:1] in {" ", "\t"} and lines:
            lines[-1] += line[1:]
        else:
            lines.append(line)
    nested: list[str] = []
    for line in lines:
        if not _WANTED.match(line):
            continue
        key, _, value = line.partition(":")
        kind = value.strip().upper()
        if key.upper() == "BEGIN":
            nested.append(kind)
        inside = nested in (["VCALENDAR"], ["VCALENDAR", "VEVENT"])
        if inside and (key.upper() in {"BEGIN", "END"} or len(nested) == 2):
            yield line
        if key.upper() == "END" and nested:
            nested.pop()


def _appointment(event: Event, budget: _Budget) -> tuple[str, str, Appointment | None]:
    """Return the entry with its UID and the beginning that it takes the place of.

    None in the place of one that is cancelled.
    """
    start, zone = _start(event)
    lasts = _lasts(event, start)
    appointment = Appointment(
        title=str(event.get("SUMMARY", ""))[:_TITLE],
        start=_iso(start, zone),
        lasts_s=round(lasts.total_seconds()),
        zone=zone,
        but=_listed(event, "EXDATE", zone),
        also=_listed(event, "RDATE", zone),
    )
    if "RRULE" in event:
        if lasts > _LONGEST_REPEATED:
            raise _LeftOutError("it is repeated and lasts longer than a month")
        appointment = replace(appointment, rule=_rule(event, appointment, zone, budget))
    instead = event.get("RECURRENCE-ID")
    if instead is not None and "RANGE" in instead.params:
        raise _LeftOutError("it changes all that follow, which is not carried")
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    beginning = _iso(instead.dt, zone) if instead is not None else ""
    return str(event.get("UID", "")), beginning, None if cancelled else appointment


def _start(event: Event) -> tuple[date, str]:
    """Return the beginning as its own zone shows it, and the zone."""
    said = event.get("DTSTART")
    if said is None or isinstance(said, list) or not hasattr(said, "dt"):
        raise _LeftOutError("it has no beginning")
    start = said.dt
    if not isinstance(start, datetime):
        return start, ""
    if start.tzinfo is None:
        # A zone that is not known by its name: the home's.
        return start, _named(str(said.params.get("TZID", "")))
    return start, _named(getattr(start.tzinfo, "key", "")) or "UTC"


def _named(zone: str) -> str:
    """Return the IANA name of `zone`, which may be another system's; "" if it is not known."""
    return str(getattr(tzp.timezone(zone), "key", "")) if zone else ""


def _iso(when: date, zone: str) -> str:
    """Return `when` as the clocks of `zone` show it. Raises ValueError if it is no date."""
    if not isinstance(when, datetime):
        return when.isoformat()
    if when.tzinfo is not None and zone:
        when = when.astimezone(ZoneInfo(zone))
    return when.replace(tzinfo=None, microsecond=0).isoformat()


def _lasts(event: Event, start: date) -> timedelta:
    end, duration = event.get("DTEND"), event.get("DURATION")
    if duration is not None:
        lasts = duration.dt
    elif end is not None:
        if isinstance(end.dt, datetime) is not isinstance(start, datetime):
            raise _LeftOutError("its beginning and its end are not alike")
        lasts = end.dt - (start if not isinstance(start, datetime) else event.get("DTSTART").dt)
    else:
        lasts = timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
    if not isinstance(lasts, timedelta) or not timedelta(0) <= lasts <= LONGEST:
        raise _LeftOutError("it lasts less than nothing, or more than a year")
    return lasts


def _listed(event: Event, key: str, zone: str) -> tuple[str, ...]:
    said = event.get(key, [])
    dates = [d.dt for one in (said if isinstance(said, list) else [said]) for d in one.dts]
    if len(dates) > MOST_LISTED:
        raise _LeftOutError(f"{key} has over {MOST_LISTED} dates")
    if not all(isinstance(d, date) for d in dates):
        raise _LeftOutError(f"{key} has more than dates")
    return tuple(sorted({_iso(d, zone) for d in dates}))


def _rule(event: Event, appointment: Appointment, zone: str, budget: _Budget) -> Rule:
    said = event.get("RRULE")
    if not isinstance(said, vRecur):
        raise _LeftOutError("it has several rules")
    more = sorted({key.upper() for key in said} - _CARRIED)
    frequency = str(_one(said, "FREQ", "")).upper()
    if more or frequency not in Frequency:
        raise _LeftOutError(f"its rule is not carried: {', '.join(more) or frequency}")
    rule = Rule(
        frequency=Frequency(frequency),
        interval=int(_one(said, "INTERVAL", 1)),
        until=_until(_one(said, "UNTIL", None), appointment, zone),
        months=_numbers(said, "BYMONTH"),
        monthdays=_numbers(said, "BYMONTHDAY"),
        weekdays=tuple(_weekday(str(day)) for day in said.get("BYDAY", [])),
        positions=_numbers(said, "BYSETPOS"),
        week_start=_WEEKDAYS.index(str(_one(said, "WKST", "MO")).upper()),
    )
    if rule.positions:
        # Each of them looks through its period again and again.
        budget.spend(7_000 if rule.frequency is Frequency.YEARLY else 600)
    if not 1 <= rule.interval <= 10_000:
        raise _LeftOutError("its interval is out of range")
    count = int(_one(said, "COUNT", 0))
    return replace(rule, until=_last(rule, appointment, count, budget)) if count else rule


def _one(said: vRecur, key: str, otherwise: Any) -> Any:
    value = said.get(key, otherwise)
    return value[0] if isinstance(value, list) and value else value


def _numbers(said: vRecur, key: str) -> tuple[int, ...]:
    return tuple(int(number) for number in said.get(key, []))


def _weekday(word: str) -> tuple[int, int]:
    return _WEEKDAYS.index(word[-2:].upper()), int(word[:-2] or 0)


def _until(until: date | None, appointment: Appointment, zone: str) -> str:
    if until is None:
        return ""
    iso = _iso(until, zone)
    if appointment.all_day:
        return iso[:10]
    return iso if "T" in iso else f"{iso}T23:59:59"


def _last(rule: Rule, appointment: Appointment, count: int, budget: _Budget) -> str:
    """Return when a rule that says how often comes for the last time."""
    day_iso, separator, at = appointment.start.partition("T")
    start = day = date.fromisoformat(day_iso)
    while True:
        budget.spend()
        if comes(rule, start, day):
            count -= 1
            if count <= 0:
                return f"{day}{separator}{at}"
        day += timedelta(days=1)


def _overridden(found: Iterable[tuple[str, str, Appointment | None]]) -> Iterator[Appointment]:
    """Yield the entries; what another takes the place of is left out of its rule."""
    instead: dict[str, set[str]] = {}
    for uid, beginning, _ in found:
        if beginning:
            instead.setdefault(uid, set()).add(beginning)
    for uid, beginning, appointment in found:
        moved = instead.get(uid)
        if appointment is None:
            continue
        if beginning or not moved:
            yield appointment
        else:
            yield replace(appointment, but=tuple(sorted({*appointment.but, *moved})))
