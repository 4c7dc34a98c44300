"""Weighs how long silent devices on batteries are believed in: false alarms against late ones.

Lives through years of devices of each kind, with the hub's own Rhythm. Run it from the repository's
root: `.venv/bin/python docs/decisions/0014_weigh_silence.py`.
"""

import random
from collections.abc import Callable, Iterator

from drivers.kit.rhythm import Bounds, Rhythm
from drivers.mqtt.availability.plan import BATTERY

HOUR_S, DAY_S, YEAR_S = 3600.0, 86_400.0, 365 * 86_400.0
YEARS = 300
type Times = Callable[[random.Random], Iterator[float]]


def regular(period_s: float, lost: float, jitter: float = 0.1) -> Times:
    """Return when a device is heard that reports every so often, of which radio loses a share."""

    def times(chance: random.Random) -> Iterator[float]:
        at_s = 0.0
        while at_s < YEAR_S:
            at_s += period_s * chance.uniform(1 - jitter, 1 + jitter)
            if chance.random() >= lost:
                yield at_s

    return times


def in_use(*, away_days: int) -> Times:
    """Return when a door is used, by day, that says nothing else; people are away once a year."""

    def times(chance: random.Random) -> Iterator[float]:
        away = chance.randrange(0, 365 - away_days)
        for day in range(365):
            if not away <= day < away + away_days:
                uses = sorted(chance.uniform(7, 23) for _ in range(chance.randint(1, 12)))
                yield from (day * DAY_S + hour * HOUR_S for hour in uses)

    return times


def weighed(times: Times, bounds: Bounds | None) -> tuple[float, float]:
    """Return false alarms a year, and after how many hours a loss is noticed in the middle."""
    alarms, patience = 0, list[float]()
    for year in range(YEARS):
        rhythm, before_s = Rhythm(bounds or BATTERY), 0.0
        for at_s in times(random.Random(year)):  # noqa: S311 - the same years each time
            borne_s = 25 * HOUR_S if bounds is None else rhythm.patience_s
            alarms += rhythm.heard_s is not None and at_s - before_s > borne_s
            rhythm.heard(at_s)
            before_s = at_s
        patience.append(25 * HOUR_S if bounds is None else rhythm.patience_s)
    return alarms / YEARS, sorted(patience)[YEARS // 2] / HOUR_S


def main() -> None:
    """Print the table."""
    kinds: dict[str, Times] = {
        "every hour, 5 % lost": regular(HOUR_S, 0.05),
        "every hour, 20 % lost": regular(HOUR_S, 0.2),
        "every 4 hours, 5 % lost": regular(4 * HOUR_S, 0.05),
        "every 4 hours, 20 % lost": regular(4 * HOUR_S, 0.2),
        "every 12 hours, 5 % lost": regular(12 * HOUR_S, 0.05),
        "once a day, 1 % lost": regular(DAY_S, 0.01),
        "once a day, 5 % lost": regular(DAY_S, 0.05),
        "once a day, 10 % lost": regular(DAY_S, 0.1),
        "a door in use alone": in_use(away_days=0),
        "the same, a fortnight away": in_use(away_days=14),
    }
    ways: dict[str, Bounds | None] = {
        "25 h": None,
        "slack 2.5": Bounds(25 * HOUR_S, 7 * DAY_S, 2.5, recent=14, stretch_s=DAY_S),
        "slack 3.5": BATTERY,
        "16 gaps": Bounds(600.0, 7 * DAY_S, 3.5, recent=16),
    }
    print("| device |", " | ".join(ways), "|")
    for name, times in kinds.items():
        cells = (weighed(times, bounds) for bounds in ways.values())
        print(
            f"| {name} |",
            " | ".join(f"{alarms:.2f}; {hours:.0f} h" for alarms, hours in cells),
            "|",
        )


if __name__ == "__main__":
    main()
