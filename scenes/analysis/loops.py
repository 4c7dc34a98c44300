"""Loops: scenes that set themselves or each other off, directly or through the rooms around them.

A loop is told when the core, left alone with devices that obey and rooms that follow, begins a
scene for one and the same reason three times.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec import structs

from hubd.model.events import Event, Fired
from hubd.model.ids import PropertyId, split_property_id
from hubd.model.instant import HOUR_US, MINUTE_US
from hubd.model.vocabulary import term
from scenes.analysis.domain import otherwise
from scenes.analysis.facts import Part, SceneFacts, Start
from scenes.analysis.findings import Finding, Kind, Moment
from scenes.analysis.overlap import Ground
from scenes.analysis.physics import Influence, influenced
from scenes.analysis.search import (
    Pressed,
    Scenario,
    Wait,
    at_moment,
    changes,
    moments,
    play,
    turns,
)
from scenes.analysis.spots import Spots
from scenes.analysis.stage import Stage
from scenes.analysis.timeline import opening, told
from scenes.phrases import called
from scenes.quantities import format_duration

_TIMES = 3
_LONGEST = 4
"""Scenes in one loop."""
_MOST_PLAYS = 6
_CLOSE = 0.1
"""How near to its limit a reading begins: a sensor's own noise."""
_PACE_US = 5 * MINUTE_US
_SLOW_US = 5 * MINUTE_US


_STAYS = 'Write "until: further notice": what it claims then stays as it is.'
_BEYOND = (
    'Let it end by something that it does not change itself: "until:" with other words, or with '
    "a limit well beyond the one that begins it."
)


def loops(
    facts: Sequence[SceneFacts], ground: Ground, physics: Sequence[Influence], spots: Spots
) -> Iterator[Finding]:
    """Yield the loops, one for each set of scenes."""
    moved = influenced(list(physics))
    told_of: set[frozenset[SceneFacts]] = set()
    for cycle in cycles(facts, moved):
        scenes = frozenset(part.scene for part in cycle)
        if any(known <= scenes for known in told_of):
            continue
        found = _looping(cycle, ground, physics, spots)
        if found is not None:
            told_of.add(scenes)
            yield found


def cycles(
    facts: Sequence[SceneFacts], moved: Mapping[PropertyId, tuple[PropertyId, ...]]
) -> Iterator[tuple[Part, ...]]:
    """Yield the shortest ring from each part over what it writes and others read, back to it."""
    parts = [part for scene in facts for part in scene.parts if part.wishes]
    reading: dict[str, list[Part]] = {}
    for part in parts:
        for key in dict.fromkeys(key for start in part.starts for key in start.keys):
            reading.setdefault(key, []).append(part)
    following: dict[Part, list[Part]] = {}
    for part in parts:
        touched = [p for prop in part.wishes for p in (prop, *moved.get(prop, ()))]
        following[part] = list(dict.fromkeys(f for p in touched for f in reading.get(p, ())))
    for part in parts:
        ring = _ring(part, following)
        if ring is not None:
            yield ring


def _ring(first: Part, following: Mapping[Part, list[Part]]) -> tuple[Part, ...] | None:
    ways: list[tuple[Part, ...]] = [(first,)]
    seen = {first}
    for _ in range(_LONGEST):
        longer: list[tuple[Part, ...]] = []
        for way in ways:
            for part in following[way[-1]]:
                if part is first:
                    return way
                if part not in seen:
                    seen.add(part)
                    longer.append((*way, part))
        ways = longer
    return None


def _looping(
    cycle: Sequence[Part], ground: Ground, physics: Sequence[Influence], spots: Spots
) -> Finding | None:
    scenes = tuple(dict.fromkeys(part.scene for part in cycle))
    horizon_us = _horizon_us(cycle)
    plays = 0
    for part in cycle:
        for start in part.starts:
            for scenario in islice(begins(part, start, ground), 3):
                plays += 1
                if plays > _MOST_PLAYS:
                    return None
                whole = scenario.then(Wait(horizon_us))
                stage = play(whole, scenes, physics)
                again = _again(stage)
                if again and not _paced(cycle, stage, again, physics):
                    found = _told(cycle, stage, again, spots)
                    return structs.replace(found, plays=(whole,))
    return None


def begins(part: Part, start: Start, ground: Ground, margin: float = _CLOSE) -> Iterator[Scenario]:
    """Yield scenarios in which one thing from outside, or time, begins `part` by `start`.

    What it claims is not so before.
    """
    resting = {p: otherwise(ground.properties[p], value) for p, value in part.wishes.items()}
    for scenario in _begun(part, start, ground, margin):
        yield structs.replace(scenario, given={**resting, **scenario.given})


def _begun(part: Part, start: Start, ground: Ground, margin: float) -> Iterator[Scenario]:
    when = part.begins_with(start)
    if start.presses:
        for box in when[:2]:
            at_us = ground.weeks.a_time(box.times)
            yield at_moment(ground, at_us, box.values, box.reach).then(Pressed(start.presses[0]))
    elif start.at:
        instants = sorted({t for at in start.at for t in ground.weeks.instants(at)})
        yield from (scenario for _, scenario in moments(ground, instants, when))
    elif start.state is not None:
        before = ground.boxes(start.state, holds=False)
        for _, scenario in turns(ground, before, when):
            yield scenario.then(Wait(start.for_us))
        for change in changes(ground, before, when, margin=margin):
            if change.after or change.reached:
                yield change.scenario(*change.steps(), Wait(start.for_us))


def _horizon_us(cycle: Sequence[Part]) -> int:
    waits_us = leases_us = 0
    for part in cycle:
        said = part.scene.said
        waits_us += said.for_ or 0
        waits_us += sum(words.for_ or 0 for words in (*said.when, *(said.until or ())))
        names = [split_property_id(prop)[2] for prop in part.wishes]
        leases_us = max([leases_us, *(term(name).lease_us for name in names)])
    return leases_us + 2 * HOUR_US + 4 * waits_us


def _again(stage: Stage) -> list[Event]:
    """Return the beginnings of the scene that began for one reason three times."""
    fired = [event for event in stage.log if isinstance(event.what, Fired)]
    reasons = Counter(_reason(event) for event in fired)
    most, times = reasons.most_common(1)[0] if reasons else ("", 0)
    return [event for event in fired if _reason(event) == most] if times >= _TIMES else []


def _reason(event: Event) -> str:
    what = event.what
    if not isinstance(what, Fired):
        return ""
    first = what.claims[0].property if what.claims else ""
    return f"{what.scene}|{first}|{what.why}"


def _paced(
    cycle: Sequence[Part], stage: Stage, again: Sequence[Event], physics: Sequence[Influence]
) -> bool:
    """Say whether slow sensors alone close the ring, at a pace that its scenes set themselves."""
    read = {key for part in cycle for start in part.starts for key in start.keys}
    written = {prop for part in cycle for prop in part.wishes}
    ways = [i for i in physics if i.sensor in read and written & set(i.by)]
    if read & written or not ways or any(i.delay_us < _SLOW_US for i in ways):
        return False
    said = [part.scene.said for part in cycle]
    waits = [words.for_ or 0 for s in said for words in (*s.when, *(s.until or ()))]
    ended = {event.at_us for part in cycle for event in stage.let_go(part.scene)}
    return any(wait >= _PACE_US for wait in waits) or bool(ended & _until_us(again))


def _until_us(fired: Sequence[Event]) -> set[int]:
    return {c.until_us for e in fired if isinstance(e.what, Fired) for c in e.what.claims}


def _told(cycle: Sequence[Part], stage: Stage, again: Sequence[Event], spots: Spots) -> Finding:
    scenes = tuple(dict.fromkeys(part.scene for part in cycle))
    first = scenes[0]
    named = " and ".join(f'"{scene.name}"' for scene in scenes)
    props = list(dict.fromkeys(p for part in cycle for p in part.wishes))
    thing = called(props[0], stage.home)
    took_us = again[2].at_us - again[0].at_us
    pace = format_duration(max(took_us // 1_000_000, 1) * 1_000_000)
    if len(scenes) == 1:
        message = (
            f"{named} sets itself off: what it does to {thing} ends what began it, and that "
            f"comes about again, three times in {pace} with nobody near."
        )
    else:
        message = (
            f"{named} set each other off, again and again: three times in {pace} with nobody near."
        )
    read = {key for part in cycle for key in part.reads}
    hint = _BEYOND
    if read & set(props) and all(scene.said.until is None for scene in scenes):
        hint = _STAYS
    about = {prop for prop in stage.core.state.shadows if prop in read or prop in props[:1]}
    lines = [Moment(0, opening(stage.start_us, stage.home))]
    lines += told(stage, about, {scene.id: scene.name for scene in scenes}, again[2])
    lines.append(Moment(again[2].at_us - stage.start_us, "And so on."))
    spot = spots.at(first, "when", 0)
    also = tuple(spots.at(scene, "when", 0) for scene in scenes[1:])
    ids = tuple(scene.id for scene in scenes)
    return Finding(Kind.LOOP, ids, spot.path, spot.line, message, tuple(lines), hint, also)
