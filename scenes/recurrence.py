"""On which days something is repeated (RFC 5545, section 3.3.10).

Each day is asked by itself, so that the work is bounded by the days that are asked about. What
enumerates a rule from its beginning on (dateutil's rrule does) is not: one that never comes true,
such as the 30th of each February, is searched to the end of the year 9999.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from hubd.model.calendar import Frequency, Rule

_ONE_DAY = timedelta(days=1)


def days(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last` on which what began on `start` comes (again)."""
    day = max(start, first)
    while day <= last:
        if comes(rule, start, day):
            yield day
        day += _ONE_DAY


def comes(rule: Rule, start: date, day: date) -> bool:
    """Say whether what began on `start` comes on `day`, which is not before."""
    if not _in_period(rule, start, day) or not _fits(rule, start, day):
        return False
    if not rule.positions:
        return True
    period = [d for d in _period(rule, day) if _fits(rule, start, d)]
    at = period.index(day)
    return at + 1 in rule.positions or at - len(period) in rule.positions


def _in_period(rule: Rule, start: date, day: date) -> bool:
    return _periods_between(rule, start, day) % rule.interval == 0


def _periods_between(rule: Rule, start: date, day: date) -> int:
    match rule.frequency:
        case Frequency.DAILY:
            return (day - start).days
        case Frequency.WEEKLY:
            return (_week(rule, day) - _week(rule, start)).days // 7
        case Frequency.MONTHLY:
            return (day.year - start.year) * 12 + day.month - start.month
        case Frequency.YEARLY:
            return day.year - start.year


def _week(rule: Rule, day: date) -> date:
    return day - timedelta(days=(day.weekday() - rule.week_start) % 7)


def _period(rule: Rule, day: date) -> Iterator[date]:
    """Yield the days of the period (week, month, year) that `day` is in."""
    first, count = day, 1
    match rule.frequency:
        case Frequency.DAILY:
            pass
        case Frequency.WEEKLY:
            first, count = _week(rule, day), 7
        case Frequency.MONTHLY:
            first, count = day.replace(day=1), monthrange(day.year, day.month)[1]
        case Frequency.YEARLY:
            first = date(day.year, 1, 1)
            count = (date(day.year, 12, 31) - first).days + 1
    return (first + timedelta(days=number) for number in range(count))


def _fits(rule: Rule, start: date, day: date) -> bool:
    """Say whether `day` is one that the rule names; where it names none, one like `start`."""
    frequency, by_month = rule.frequency, rule.months
    monthdays, weekdays = rule.monthdays, rule.weekdays
    if not monthdays and not weekdays:
        if frequency is Frequency.WEEKLY:
            weekdays = ((start.weekday(), 0),)
        elif frequency in {Frequency.MONTHLY, Frequency.YEARLY}:
            monthdays = (start.day,)
            by_month = by_month or ((start.month,) if frequency is Frequency.YEARLY else ())
    if by_month and day.month not in by_month:
        return False
    if monthdays:
        length = monthrange(day.year, day.month)[1]
        if day.day not in monthdays and day.day - length - 1 not in monthdays:
            return False
    return not weekdays or any(_is_weekday(rule, day, *wanted) for wanted in weekdays)


def _is_weekday(rule: Rule, day: date, weekday: int, nth: int) -> bool:
    if day.weekday() != weekday:
        return False
    if not nth or rule.frequency in {Frequency.DAILY, Frequency.WEEKLY}:
        return True
    if rule.frequency is Frequency.YEARLY and not rule.months:
        before = day.timetuple().tm_yday - 1
        after = (date(day.year, 12, 31) - day).days
    else:
        before = day.day - 1
        after = monthrange(day.year, day.month)[1] - day.day
    return nth in {before // 7 + 1, -(after // 7) - 1}
