"""Reports rolled up by the hour: pure sums, no database."""

from dataclasses import dataclass, field
from math import inf, isfinite

from hubd.model.events import Event, Reported
from hubd.model.ids import PropertyId
from hubd.model.instant import HOUR_US, SECOND_US


@dataclass(slots=True)
class Sum:
    """What a property's reports come to within the hour that begins at `hour_us`.

    `integral` is the value times the seconds it stood, over the `covered_s` that are known.
    """

    hour_us: int
    count: int = 0
    minimum: float = inf
    maximum: float = -inf
    total: float = 0.0
    last: float = 0.0
    last_at_us: int = 0
    integral: float = 0.0
    covered_s: float = 0.0

    def stand_until(self, at_us: int) -> None:
        """Let the last value stand until `at_us`, or this hour's end."""
        self._cover(self.last, min(at_us, self.hour_us + HOUR_US) - self.last_at_us)

    def begin_with(self, value: float, until_us: int) -> None:
        """Let `value`, of an earlier hour, stand from this hour's start."""
        self._cover(value, until_us - self.hour_us)

    def report(self, value: float, at_us: int) -> None:
        """Count a report."""
        self.count += 1
        self.minimum = min(self.minimum, value)
        self.maximum = max(self.maximum, value)
        self.total += value
        self.last = value
        self.last_at_us = max(at_us, self.last_at_us)

    def _cover(self, value: float, span_us: int) -> None:
        span_s = max(span_us, 0) / SECOND_US
        self.integral += value * span_s
        self.covered_s += span_s


@dataclass(slots=True)
class RollUp:
    """Folds reports into hours: `newest` has the hour in the making of each property."""

    newest: dict[PropertyId, Sum] = field(default_factory=dict)
    changed: dict[tuple[PropertyId, int], Sum] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Count `event`, if it reports a number or a boolean (as 0 or 1)."""
        reading = number(event)
        if reading is None:
            return
        prop, value = reading
        at_us = event.at_us
        hour_us = at_us - at_us % HOUR_US
        now = self.newest.get(prop)
        if now is None:
            now = Sum(hour_us)
        else:
            now.stand_until(at_us)
            if now.hour_us < hour_us:
                self.changed[prop, now.hour_us] = now
                before, now = now, Sum(hour_us)
                now.begin_with(before.last, at_us)
        now.report(value, at_us)
        self.newest[prop] = now
        self.changed[prop, now.hour_us] = now


def number(event: Event) -> tuple[PropertyId, float] | None:
    """Return the property and the number that `event` reports; None if it reports none."""
    what = event.what
    if type(what) is not Reported or not isinstance(what.value, bool | int | float):
        return None
    try:
        value = float(what.value)
    except OverflowError:
        return None
    return (what.property, value) if isfinite(value) else None
