"""Time as the analysis sees it: four weeks of a year, or days of all of it where it matters.

Times are intervals of real instants in the home's own time zone, so the sun's times, the days of
the week and spans past midnight all meet in the same way.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from hubd.model.home import Place
from hubd.model.instant import DAY_US
from scenes.clock import DayTime, midnight_us
from scenes.timely import Timely

type Times = tuple[tuple[int, int], ...] | None
"""Disjoint stretches (from, before) in their order; None is always."""

_SEASONS = (date(2026, 6, 15), date(2026, 9, 14), date(2026, 12, 14), date(2026, 3, 16))
_YEAR = date(2026, 1, 1)
_STEP_DAYS = 5  # has no divisor in common with a week: all days of it come in all seasons


class Weeks:
    """The times that are looked at, in `place`; `dense`: two days in five of a whole year."""

    def __init__(self, place: Place, *, dense: bool = False) -> None:
        self.place = place
        if dense:
            starts = [_YEAR + timedelta(days=n) for n in range(0, 365, _STEP_DAYS)]
            days = 2
        else:
            starts, days = sorted(_SEASONS), 7
        self._days = [s + timedelta(days=n) for s in starts for n in range(days)]
        self._windows = [
            (midnight_us(s, place), midnight_us(s + timedelta(days=days), place)) for s in starts
        ]
        self._of: dict[tuple[Timely, bool], Times] = {}
        self._instants: dict[DayTime, tuple[int, ...]] = {}

    def of(self, timely: Timely, *, holds: bool) -> Times:
        """Return when `timely` holds, or does not."""
        known = self._of.get((timely, holds))
        if known is None:
            known = self._of[timely, holds] = tuple(self._stretches(timely, holds=holds))
        return known

    def _stretches(self, timely: Timely, *, holds: bool) -> Iterator[tuple[int, int]]:
        for start_us, end_us in self._windows:
            at_us, since_us = start_us, -1
            while at_us < end_us:
                stretch = timely.stretch(at_us, self.place)
                if stretch.holds is holds:
                    since_us = at_us if since_us < 0 else since_us
                elif since_us >= 0:
                    yield since_us, at_us
                    since_us = -1
                at_us = max(stretch.until_us, at_us + 1)
            if since_us >= 0:
                yield since_us, end_us

    def instants(self, of_day: DayTime) -> tuple[int, ...]:
        """Return when `of_day` comes."""
        known = self._instants.get(of_day)
        if known is None:
            found = (of_day.on(day, self.place) for day in self._days)
            known = self._instants[of_day] = tuple(at for at in found if at is not None)
        return known

    def starts(self, times: Times) -> Iterator[int]:
        """Yield when each of `times` begins, but for those cut off by the weeks' own ends."""
        cuts = {start_us for start_us, _ in self._windows}
        yield from (start_us for start_us, _ in times or () if start_us not in cuts)

    def a_time(self, times: Times) -> int:
        """Return a time well inside of `times`: a third of the longest stretch, noon if always."""
        if times is None:
            return self._windows[1][0] + DAY_US + DAY_US // 2
        start_us, end_us = max(times, key=lambda t: (t[1] - t[0], -t[0]))
        return start_us + (end_us - start_us) // 3


def meet(a: Times, b: Times) -> Times:
    """Return when both are."""
    if a is None or b is None:
        return a if b is None else b
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        start_us, end_us = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if start_us < end_us:
            found.append((start_us, end_us))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def includes(times: Times, at_us: int) -> bool:
    """Say whether `at_us` is one of `times`."""
    return times is None or any(start_us <= at_us < end_us for start_us, end_us in times)


def longest_us(times: Times) -> int | None:
    """Return the length of the longest stretch of `times`; None if that is always."""
    return None if times is None else max((end - start for start, end in times), default=0)


def among(instants: Iterable[int], times: Times) -> list[int]:
    """Return those of `instants` that are in `times`."""
    return [at_us for at_us in instants if includes(times, at_us)]
