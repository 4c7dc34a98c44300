"""The bounded search for a play: from how things must be before and after, to what must happen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

from msgspec import Struct

from hubd.model.ids import DeviceId, PropertyId
from hubd.model.instant import MINUTE_US, SECOND_US
from hubd.model.value import Value
from scenes.analysis.domain import Domain
from scenes.analysis.facts import Press, SceneFacts
from scenes.analysis.overlap import Box, Boxes, Ground
from scenes.analysis.physics import Influence
from scenes.analysis.stage import Stage
from scenes.analysis.weeks import among, includes

_MOST = 12
"""Pairs of before and after that are looked at for one question."""
_LEAD_US = MINUTE_US


class Set(Struct, frozen=True):
    """A property changes, from outside."""

    property: PropertyId
    value: Value


class Pressed(Struct, frozen=True):
    """A momentary event comes."""

    press: Press


class Wait(Struct, frozen=True):
    """Time passes."""

    duration_us: int


class Reaches(Struct, frozen=True):
    """A device comes within reach, or falls out of it."""

    device: DeviceId
    available: bool


type Step = Set | Pressed | Wait | Reaches


class Scenario(Struct, frozen=True):
    """How a play begins, and what happens in it from outside."""

    at_us: int
    given: Mapping[PropertyId, Value]
    reach: Mapping[DeviceId, bool]
    steps: tuple[Step, ...]

    def then(self, *steps: Step) -> "Scenario":
        """Return this and more steps."""
        return Scenario(self.at_us, self.given, self.reach, (*self.steps, *steps))


def play(
    scenario: Scenario, scenes: Sequence[SceneFacts], physics: Iterable[Influence] = ()
) -> Stage:
    """Return the stage after the play, run by the real core."""
    stage = Stage(scenes, scenario.at_us, scenario.given, physics, scenario.reach)
    for step in scenario.steps:
        match step:
            case Set():
                stage.set(step.property, step.value)
            case Pressed():
                stage.press(step.press)
            case Wait():
                stage.wait(step.duration_us)
            case Reaches():
                stage.reach(step.device, available=step.available)
    return stage


def values(
    ground: Ground, domains: Mapping[PropertyId, Domain], margin: float = 1.0
) -> dict[PropertyId, Value]:
    """Return a value for each of `domains`, as usual as it may be."""
    return {prop: a_value(ground, prop, domain, margin) for prop, domain in domains.items()}


def a_value(ground: Ground, prop: PropertyId, domain: Domain, margin: float = 1.0) -> Value:
    """Return a value of `domain`, the usual one if it is left."""
    usual = ground.usual(prop)
    if usual in domain and ground.whole(prop).meet(domain).only is not None:
        return usual
    near = usual if isinstance(usual, int | float) and not isinstance(usual, bool) else None
    return ground.whole(prop).meet(domain).pick(near, margin)


class Change(Struct, frozen=True):
    """What must change between a box before and one after; the rest holds in both."""

    at_us: int
    before: dict[PropertyId, Value]
    after: dict[PropertyId, Value]
    reach: dict[DeviceId, bool]
    reached: dict[DeviceId, bool]

    def steps(self, only: Iterable[PropertyId] | None = None) -> tuple[Step, ...]:
        """Return the steps that make the change, or those of it on `only`."""
        if only is not None:
            return tuple(Set(prop, self.after[prop]) for prop in only)
        moves = [Reaches(device, there) for device, there in self.reached.items()]
        return (*(Set(prop, value) for prop, value in self.after.items()), *moves)

    def scenario(self, *steps: Step) -> Scenario:
        """Return the scenario that begins before the change."""
        return Scenario(self.at_us, self.before, self.reach, (Wait(2 * SECOND_US), *steps))


def changes(
    ground: Ground, before: Boxes, after: Boxes, *, most: int | None = None, margin: float = 1.0
) -> Iterator[Change]:
    """Yield ways from `before` to `after` in which at most `most` properties change.

    What changes by itself over more than one limit at once is left out: readings go steadily.
    """
    for first, last in islice(product(before, after), _MOST * _MOST):
        if not ground.coherent(last):
            continue
        changed, kept = _differ(first, last)
        if changed is None or (most is not None and len(changed) > most):
            continue
        times = first.meet(Box(times=last.times)) if last.times is not None else first
        if times is None:
            continue
        reached = {d: t for d, t in last.reach.items() if first.reach.get(d, not t) is not t}
        yield Change(
            ground.weeks.a_time(times.times),
            values(ground, {**kept, **{p: b for p, (b, _) in changed.items()}}, margin),
            values(ground, {p: a for p, (_, a) in changed.items()}, margin),
            {**last.reach, **first.reach},
            reached,
        )


def _differ(
    first: Box, last: Box
) -> tuple[dict[PropertyId, tuple[Domain, Domain]] | None, dict[PropertyId, Domain]]:
    """Return what must change, with its domains before and after, and what holds in both."""
    changed: dict[PropertyId, tuple[Domain, Domain]] = {}
    kept: dict[PropertyId, Domain] = {}
    for prop in {**first.values, **last.values}:
        a, b = first.values.get(prop), last.values.get(prop)
        if a is None or b is None:
            kept[prop] = a or b or Domain()
            continue
        both = a.meet(b)
        if not both.empty:
            kept[prop] = both
        elif a.touches(b):
            changed[prop] = (a, b)
        else:
            return None, kept
    return changed, kept


def turns(ground: Ground, before: Boxes, after: Boxes) -> Iterator[tuple[int, Scenario]]:
    """Yield times at which `before` turns to `after` by time alone, and how the play begins."""
    for first, last in islice(product(before, after), _MOST * _MOST):
        if last.times is None:
            continue
        changed, kept = _differ(first, last)
        if changed != {}:
            continue
        starts = ground.weeks.starts(last.times)
        turning = (at for at in starts if includes(first.times, at - 1))
        for at_us in islice(turning, 2):
            yield at_us, at_moment(ground, at_us, kept, last.reach)


def moments(
    ground: Ground, instants: Iterable[int], boxes: Boxes
) -> Iterator[tuple[int, Scenario]]:
    """Yield which of `instants` are in one of `boxes`, and how the play begins before each."""
    instants = list(instants)
    for box in boxes[:_MOST]:
        if ground.coherent(box):
            for at_us in among(instants, box.times)[:2]:
                yield at_us, at_moment(ground, at_us, box.values, box.reach)


def at_moment(
    ground: Ground,
    at_us: int,
    domains: Mapping[PropertyId, Domain],
    reach: Mapping[DeviceId, bool],
) -> Scenario:
    """Return the scenario that begins shortly before `at_us` and goes on to it."""
    return Scenario(at_us - _LEAD_US, values(ground, domains), reach, (Wait(_LEAD_US),))
