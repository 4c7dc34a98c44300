"""A person's day: where they are and what they do, drawn from a seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from itertools import pairwise

from firmware_sim.home import Person, Role
from firmware_sim.world.layout import Layout, Use

_MINUTE = 60.0
_HOUR = 3600.0
_DAY = 24 * _HOUR
STEP_S = 6.0
"""How long one walks through a hall."""


class Activity(Enum):
    """What a person does."""

    SLEEP = auto()
    WASH = auto()
    SHOWER = auto()
    DRESS = auto()
    EAT = auto()
    COOK = auto()
    RELAX = auto()
    WORK = auto()
    AWAY = auto()


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody does something in an area from `start_s` on; seconds since local midnight.

    No area means that they are out.
    """

    start_s: float
    person: str
    area: str | None
    activity: Activity


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody comes into an area, or leaves the home (no area), maybe to do something there."""

    at_s: float
    person: str
    area: str | None
    activity: Activity | None = None


def day_of(person: Person, layout: Layout, day: date, seed: int) -> tuple[Stay, ...]:
    """Return the stays of one day in the order of time; the first starts at midnight, in bed."""
    draw = random.Random(f"{seed} {person.id} {day}")  # noqa: S311
    stays: list[Stay] = []
    earliest_s = 0.0
    for wished_s, area, activity in _stays(person, layout, day, draw):
        start_s = max(wished_s, earliest_s)
        stays.append(Stay(start_s, person.id, area, activity))
        earliest_s = start_s + _MINUTE
    return tuple(stay for stay in stays if stay.start_s < _DAY - _MINUTE)


def moves(stays: tuple[Stay, ...], layout: Layout) -> Iterator[Move]:
    """Return the ways between the stays: each area on the way is entered, halls in six seconds."""
    for before, after in pairwise(stays):
        if before.area == after.area:
            yield Move(after.start_s, after.person, after.area, after.activity)
            continue
        start, goal = before.area or layout.entrance, after.area or layout.entrance
        way = layout.way(start, goal)
        if before.area is None:
            way = (start, *way)
        at_s = after.start_s
        for area in way:
            last = area == way[-1] and after.area is not None
            yield Move(at_s, after.person, area, after.activity if last else None)
            at_s += STEP_S
        if after.area is None:
            yield Move(at_s, after.person, None, after.activity)


def _stays(
    person: Person, layout: Layout, day: date, draw: random.Random
) -> Iterator[tuple[float, str | None, Activity]]:
    child, weekend = person.role is Role.CHILD, day.weekday() >= 5
    bed, bath = layout.bedroom(person), draw.choice(layout.of_use(Use.WASH))
    kitchen, living = layout.of_use(Use.COOK)[0], layout.of_use(Use.RELAX)[0]
    desk = bed if child else layout.of_use(Use.WORK)[0]

    def about(hours: float, spread_min: float) -> float:
        return hours * _HOUR + draw.gauss(0, spread_min) * _MINUTE

    wake = about(8.2 if weekend else 6.7, 12)
    yield 0.0, bed, Activity.SLEEP
    if draw.random() < (0.25 if child else 0.45):
        night = about(3.0, 40)
        yield night, bath, Activity.WASH
        yield night + draw.uniform(3, 6) * _MINUTE, bed, Activity.SLEEP
    now = wake
    yield now, bath, Activity.SHOWER if draw.random() < 0.7 else Activity.WASH
    now += draw.uniform(8, 16) * _MINUTE
    yield now, bed, Activity.DRESS
    now += draw.uniform(5, 9) * _MINUTE
    yield now, kitchen, Activity.EAT
    now += draw.uniform(18, 30) * _MINUTE
    if not weekend:
        yield now, bath, Activity.WASH
        now += draw.uniform(3, 6) * _MINUTE
        yield now, None, Activity.AWAY
        now = max(now + _HOUR, about(15.4 if child else 17.2, 15))
    else:
        yield now, living, Activity.RELAX
        now = about(10.5, 20)
        yield now, None, Activity.AWAY
        now = max(now + 0.5 * _HOUR, about(12.8, 20))
        yield now, kitchen, Activity.EAT
        now += draw.uniform(25, 40) * _MINUTE
    yield now, desk if draw.random() < 0.5 else living, Activity.WORK
    now = max(now + 0.5 * _HOUR, about(18.2, 8))
    yield now, kitchen, Activity.EAT if child else Activity.COOK
    now += draw.uniform(35, 50) * _MINUTE
    yield now, kitchen, Activity.EAT
    now += draw.uniform(20, 30) * _MINUTE
    yield now, living, Activity.RELAX
    now = min(about(20.4 if child else 22.6, 15), 23.4 * _HOUR)
    if draw.random() < 0.5:
        yield now - 75 * _MINUTE, bath, Activity.WASH
        yield now - 70 * _MINUTE, living, Activity.RELAX
    yield now, bath, Activity.WASH
    now += draw.uniform(6, 11) * _MINUTE
    yield now, bed, Activity.SLEEP
