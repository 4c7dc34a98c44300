"""The answer to "what if": each thing, scene and conflict, as it was beside as it would have been.

It is told as it is sent and printed: times are UTC, power in watts, energy in kWh.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from hubd.core.home import Home
from hubd.model.device import LIGHTS, Device, DeviceType
from hubd.model.ids import PropertyId, SceneId, split_property_id
from hubd.model.instant import HOUR_US, from_us
from hubd.model.value import Value
from hubd.whatif.tally import Tally, Track
from scenes.phrases import called, title_of

ASSUMED_W: dict[DeviceType, float] = {
    **dict.fromkeys(LIGHTS, 8.0),
    DeviceType.FAN: 35.0,
    DeviceType.HUMIDIFIER: 25.0,
}
"""What a thing is taken to draw while it is on, where it has no meter; dimming is left out."""

_ON_WORDS = {
    "OnOff.on": "on",
    "DoorLock.locked": "locked",
    "Valve.open": "open",
    "Valve.level": "open",
    "WindowCovering.position": "open",
    "FanControl.speed": "on",
}
"""Of properties that are on or off, whatever else they are: what they are then."""
_MOST_STRETCHES = 20


class Usage(Struct, frozen=True):
    """What a property did over the time that was asked about.

    `times`: how often it went on, or, where it can't, changed. `hours`: how long it was on; null
    where it can't be. `mean`: of its numbers, over the time; null where it has none.
    """

    times: int
    hours: float | None
    mean: float | None
    kwh: float | None


class Stretch(Struct, frozen=True):
    """A time over which a property would have been another than it was."""

    begin: datetime
    end: datetime
    before: Value
    after: Value


class ThingChange(Struct, frozen=True):
    """A commandable property, before and after. `stretches` are the first few that differ."""

    property: PropertyId
    name: str
    word: str
    before: Usage
    after: Usage
    hours_different: float
    stretches: tuple[Stretch, ...]


class SceneUse(Struct, frozen=True):
    """How often a scene fired."""

    scene: SceneId
    before: int
    after: int


class ActionUse(Struct, frozen=True):
    """How often an action was asked for, named as properties are."""

    action: PropertyId
    before: int
    after: int


class Conflict(Struct, frozen=True):
    """Two scenes that wished one property differently at the same time."""

    property: PropertyId
    name: str
    scenes: tuple[SceneId, SceneId]
    values: tuple[Value, Value]
    times: int
    first: datetime
    last: datetime


class Power(Struct, frozen=True):
    """What a thing was taken to draw while it is on, and where that comes from."""

    property: PropertyId
    name: str
    watts: float | None
    basis: str


class Answer(Struct, frozen=True):
    """What would have been, beside what was. `before` lives the log's own scenes, `after` others.

    Both are lived by the same rules (docs/why.md), so that they differ by the scenes alone.
    """

    begin: datetime
    end: datetime
    events: int
    things: tuple[ThingChange, ...]
    scenes: tuple[SceneUse, ...]
    actions: tuple[ActionUse, ...]
    conflicts_before: tuple[Conflict, ...]
    conflicts_after: tuple[Conflict, ...]
    power: tuple[Power, ...]

    @property
    def changed(self) -> tuple[ThingChange, ...]:
        """The properties that would have been otherwise at some time."""
        return tuple(change for change in self.things if change.hours_different)


class Told(Struct, frozen=True):
    """The answer, and its picture as SVG."""

    answer: Answer
    picture: str


def answer(before: Tally, after: Tally, home: Home) -> Answer:
    """Return what `after` is beside `before`, in the words of `home`."""
    props = sorted(set(before.tracks) | set(after.tracks))
    power = {prop: _power(prop, before, home) for prop in props if prop.endswith("/OnOff.on")}
    watts = {prop: known.watts for prop, known in power.items()}
    span = (before.from_us, before.to_us)
    return Answer(
        begin=from_us(before.from_us),
        end=from_us(before.to_us),
        events=before.events,
        things=tuple(_change(p, before, after, home, watts.get(p), span) for p in props),
        scenes=tuple(
            SceneUse(scene, before.fired.get(scene, 0), after.fired.get(scene, 0))
            for scene in sorted(set(before.fired) | set(after.fired))
        ),
        actions=tuple(
            ActionUse(action, before.asked.get(action, 0), after.asked.get(action, 0))
            for action in sorted(set(before.asked) | set(after.asked))
        ),
        conflicts_before=_conflicts(before, home),
        conflicts_after=_conflicts(after, home),
        power=tuple(power.values()),
    )


def is_on(prop: PropertyId, value: Value) -> bool | None:
    """Say whether a property that is `value` is on (open, locked); None if it can't be."""
    if split_property_id(prop)[2] not in _ON_WORDS:
        return None
    return isinstance(value, bool | int | float) and value > 0


def on_times(prop: PropertyId, track: Track | None, to_us: int) -> Iterator[tuple[int, int]]:
    """Yield from when to when a property was on."""
    for begin_us, end_us, value in _pieces(track, to_us):
        if is_on(prop, value):
            yield begin_us, end_us


def _pieces(track: Track | None, to_us: int) -> Iterator[tuple[int, int, Value]]:
    changes = track.changes if track is not None else []
    ends = [at_us for at_us, _ in changes[1:]] + [to_us]
    for (at_us, value), end_us in zip(changes, ends, strict=bool(changes)):
        yield at_us, max(at_us, end_us), value


def _change(
    prop: PropertyId,
    before: Tally,
    after: Tally,
    home: Home,
    watts: float | None,
    span: tuple[int, int],
) -> ThingChange:
    name = split_property_id(prop)[2]
    one, other = before.tracks.get(prop), after.tracks.get(prop)
    differing = list(_differing(one, other, span))
    return ThingChange(
        property=prop,
        name=called(prop, home),
        word=_ON_WORDS.get(name, title_of(name)),
        before=_usage(prop, one, before.to_us, watts),
        after=_usage(prop, other, after.to_us, watts),
        hours_different=round(sum(end - begin for begin, end, *_ in differing) / HOUR_US, 3),
        stretches=tuple(
            Stretch(from_us(begin), from_us(end), was, would)
            for begin, end, was, would in differing[:_MOST_STRETCHES]
        ),
    )


def _usage(prop: PropertyId, track: Track | None, to_us: int, watts: float | None) -> Usage:
    pieces = list(_pieces(track, to_us))
    states = [is_on(prop, value) for _, _, value in pieces]
    on_us = sum(end - begin for (begin, end, _), on in zip(pieces, states, strict=True) if on)
    switching = split_property_id(prop)[2] in _ON_WORDS
    went_on = sum(b is True and a is not True for a, b in pairwise(states))
    hours = on_us / HOUR_US
    numbers = [
        (end - begin, value)
        for begin, end, value in pieces
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    span_us = sum(length for length, _ in numbers)
    mean = sum(length * value for length, value in numbers) / span_us if span_us else None
    return Usage(
        times=went_on if switching else max(0, len(pieces) - 1),
        hours=round(hours, 3) if switching else None,
        mean=round(mean, 2) if mean is not None else None,
        kwh=round(hours * watts / 1000, 3) if switching and watts is not None else None,
    )


def _differing(
    one: Track | None, other: Track | None, span: tuple[int, int]
) -> Iterator[tuple[int, int, Value, Value]]:
    """Yield from when to when a property was not as it would have been."""
    steps: list[tuple[int, int, Value]] = []
    for which, track in enumerate((one, other)):
        steps += [(at_us, which, value) for at_us, value in (track.changes if track else ())]
    steps.sort(key=lambda step: step[:2])
    now: list[Value] = [None, None]
    since_us = span[0]
    for at_us, which, value in steps:
        if now[0] != now[1] and at_us > since_us:
            yield since_us, at_us, now[0], now[1]
        now[which] = value
        since_us = at_us
    if now[0] != now[1] and span[1] > since_us:
        yield since_us, span[1], now[0], now[1]


def _power(prop: PropertyId, before: Tally, home: Home) -> Power:
    name = called(prop, home)
    measured = before.watts.get(prop)
    if measured is not None:
        watts, readings = measured
        return Power(prop, name, round(watts, 1), f"the mean of {readings} readings while on")
    device_id, endpoint_id, _ = split_property_id(prop)
    device: Device | None = home.devices.get(device_id)
    ends = device.endpoints if device is not None else ()
    kind = next((e.type for e in ends if e.id == endpoint_id), DeviceType.GENERIC)
    assumed = ASSUMED_W.get(kind)
    what = str(kind).replace("_", " ")
    unknown = "not known: nothing was measured while on"
    basis = unknown if assumed is None else f"assumed of each {what}"
    return Power(prop, name, assumed, basis)


def _conflicts(tally: Tally, home: Home) -> tuple[Conflict, ...]:
    quarrels = sorted(tally.quarrels, key=lambda q: (-q.times, q.property, q.one, q.other))
    return tuple(
        Conflict(
            property=q.property,
            name=called(q.property, home),
            scenes=(q.one, q.other),
            values=q.values,
            times=q.times,
            first=from_us(q.first_us),
            last=from_us(q.last_us),
        )
        for q in quarrels
    )


def total_kwh(things: Sequence[ThingChange]) -> tuple[float, float]:
    """Return what all things used before and after, as far as it is known."""
    return (
        round(sum(thing.before.kwh or 0.0 for thing in things), 3),
        round(sum(thing.after.kwh or 0.0 for thing in things), 3),
    )
