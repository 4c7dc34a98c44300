"""Conflicts: two scenes that want different things of one thing, and chance decides.

docs/decisions/0009-static-analysis.md says what is a conflict in a home of claims, and what is the
natural way in which one scene follows another.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from hubd.model.ids import PropertyId, split_property_id
from hubd.model.instant import MINUTE_US
from hubd.model.value import Value, same
from scenes.analysis.facts import Part, SceneFacts, Start
from scenes.analysis.findings import Finding, Kind, Moment, Spot
from scenes.analysis.overlap import Boxes, Ground, meet_all
from scenes.analysis.physics import Influence
from scenes.analysis.search import (
    Change,
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
from scenes.language import States
from scenes.phrases import called, value_words

_MOST_PLACES = 6
"""Places of one pair of scenes that are looked at."""
_MOST_PLAYS = 8
"""Plays that are tried for one pair of scenes in one place."""
_SETTLED_US = MINUTE_US

_PASSING = frozenset(
    {"home", "away", "in_bed", "out_of_bed", "unoccupied", "smoke", "leak", "battery_low"}
    | {"available", "unavailable", "dark", "bright", "sun", "between", "days"}
)
"""What people expect to go before all else, or as the day goes: coming, leaving, danger, time."""
_THINGS = frozenset(
    {"occupied", "open", "closed", "locked", "unlocked", "on", "off", "rain", "dry", "vibration"}
    | {"temperature", "humidity", "light", "co2", "pm25", "sound", "power", "battery", "level"}
    | {"position", "property"}
)
"""What goes on beside each other, each in its own time."""
_EXPECTED = _PASSING - {"dark", "bright", "sun", "between", "days"}


class Rivals(Struct, frozen=True):
    """Two parts of two scenes and a property of which they want different values."""

    a: Part
    b: Part
    property: PropertyId


def conflicts(
    facts: Sequence[SceneFacts], ground: Ground, physics: Sequence[Influence], spots: Spots
) -> Iterator[Finding]:
    """Yield the conflicts, one for each pair of scenes."""
    for places in rivals(facts, ground).values():
        for pair in places[:_MOST_PLACES]:
            found = _at_once(pair, ground, physics, spots) or _by_chance(
                pair, ground, physics, spots
            )
            if found is not None:
                yield found
                break


def rivals(
    facts: Sequence[SceneFacts], ground: Ground
) -> dict[tuple[SceneFacts, SceneFacts], list[Rivals]]:
    """Return the pairs of scenes that want different values of one property, and where."""
    wanting: dict[PropertyId, list[tuple[Part, Value]]] = {}
    for scene in facts:
        for part in scene.parts:
            for prop, value in part.wishes.items():
                wanting.setdefault(prop, []).append((part, value))
    found: dict[tuple[SceneFacts, SceneFacts], list[Rivals]] = {}
    seen: set[tuple[Part, Part]] = set()
    for prop, those in wanting.items():
        tolerance = ground.properties[prop].tolerance
        for number, (a, wanted) in enumerate(those):
            for b, other in those[number + 1 :]:
                if a.scene is b.scene or same(wanted, other, tolerance) or (a, b) in seen:
                    continue
                seen.add((a, b))
                found.setdefault((a.scene, b.scene), []).append(Rivals(a, b, prop))
    return dict(sorted(found.items(), key=lambda pair: (pair[0][0].id, pair[0][1].id)))


# at one moment


def _at_once(
    pair: Rivals, ground: Ground, physics: Sequence[Influence], spots: Spots
) -> Finding | None:
    plays = 0
    for a in pair.a.starts:
        for b in pair.b.starts:
            for scenario in _together(a, b, pair, ground):
                plays += 1
                if plays > _MOST_PLAYS:
                    return None
                stage = play(scenario, (pair.a.scene, pair.b.scene), physics)
                if _race(stage, pair):
                    return structs.replace(_told_race(stage, pair, spots), plays=(scenario,))
    return None


def _together(a: Start, b: Start, pair: Rivals, ground: Ground) -> Iterator[Scenario]:
    """Yield scenarios in which one event sets both off."""
    if a.becomes and b.becomes:
        how = _becoming
    elif a.presses and b.presses:
        how = _pressed
    elif a.at and b.at:
        how = _at_a_moment
    elif (a.at or b.at) and (a.becomes or b.becomes):
        how = _moment_and_turn
    else:
        return
    if how is _becoming and (a.for_us != b.for_us or not _can_coincide(a, b)):
        return
    both = _likely(ground, (pair.a.begins_with(a), pair.b.begins_with(b)))
    if both:
        yield from how(a, b, both, ground)


def _can_coincide(a: Start, b: Start) -> bool:
    return bool(set(a.keys) & set(b.keys)) or (_has_time(a) and _has_time(b))


def _has_time(start: Start) -> bool:
    return any(box.times is not None for box in start.boxes)


def _becoming(a: Start, b: Start, both: Boxes, ground: Ground) -> Iterator[Scenario]:
    before = meet_all((_not(a, ground), _not(b, ground)))
    for change in changes(ground, before, both, most=1):
        if change.after or change.reached:
            yield change.scenario(*change.steps(), Wait(a.for_us))
    for _, scenario in turns(ground, before, both):
        yield scenario.then(Wait(a.for_us))


def _pressed(a: Start, b: Start, both: Boxes, ground: Ground) -> Iterator[Scenario]:
    for press in a.presses:
        if press in b.presses:
            for box in both[:2]:
                at_us = ground.weeks.a_time(box.times)
                yield at_moment(ground, at_us, box.values, box.reach).then(Pressed(press))


def _at_a_moment(a: Start, b: Start, both: Boxes, ground: Ground) -> Iterator[Scenario]:
    instants, others = (
        {t for at in start.at for t in ground.weeks.instants(at)} for start in (a, b)
    )
    yield from (scenario for _, scenario in moments(ground, sorted(instants & others), both))


def _moment_and_turn(a: Start, b: Start, both: Boxes, ground: Ground) -> Iterator[Scenario]:
    moment, state = (a, b) if a.at else (b, a)
    instants = {t for at in moment.at for t in ground.weeks.instants(at)}
    for at_us, scenario in turns(ground, _not(state, ground), both):
        if at_us + state.for_us in instants:
            yield scenario.then(Wait(state.for_us))


def _not(start: Start, ground: Ground) -> Boxes:
    return ground.boxes(start.state, holds=False) if start.state is not None else ()


def _likely(ground: Ground, several: Sequence[Boxes]) -> Boxes:
    boxes = meet_all(several)
    return tuple(b for b in boxes if ground.coherent(b) and ground.everyday(b))


def _race(stage: Stage, pair: Rivals) -> bool:
    """Say whether one event set both off, and both stand and want what differs."""
    scenes = (pair.a.scene, pair.b.scene)
    roots = [{stage.root(event) for event in stage.fired(scene)} for scene in scenes]
    return bool(roots[0] & roots[1]) and all(stage.stands(s, pair.property) for s in scenes)


def _told_race(stage: Stage, pair: Rivals, spots: Spots) -> Finding:
    a, b = pair.a.scene, pair.b.scene
    thing, first, second = _wanted(pair, stage)
    winner = a if stage.core.state.shadows[pair.property].claims[0].claim.owner == a.owner else b
    message = (
        f'"{a.name}" and "{b.name}" begin at the same moment and want {thing} to be {first} and '
        f'{second}; only the order of their names lets "{winner.name}" win.'
    )
    hint = (
        'Give one of them an "if:" that the other does not have (a time, "not:"), '
        "or make one scene of the two."
    )
    lines = (
        Moment(0, opening(stage.start_us, stage.home)),
        *told(stage, {pair.property}, {a.id: a.name, b.id: b.name}),
        Moment(stage.now_us - stage.start_us, _end(stage, pair)),
    )
    return _finding(pair, message, lines, hint, spots)


def _end(stage: Stage, pair: Rivals) -> str:
    _, _, name = split_property_id(pair.property)
    thing, won = called(pair.property, stage.home), value_words(name, stage.desired(pair.property))
    return f"Both stand. {thing} is to be {won}."


def _wanted(pair: Rivals, stage: Stage) -> tuple[str, str, str]:
    _, _, name = split_property_id(pair.property)
    values = (part.wishes[pair.property] for part in (pair.a, pair.b))
    first, second = (value_words(name, value) for value in values)
    return called(pair.property, stage.home), first, second


def _finding(
    pair: Rivals, message: str, timeline: Sequence[Moment], hint: str, spots: Spots
) -> Finding:
    a, b = pair.a.scene, pair.b.scene
    spot = spots.of_claim(a, pair.a, pair.property)
    other = spots.of_claim(b, pair.b, pair.property)
    ids = (a.id, b.id)
    return Finding(Kind.CONFLICT, ids, *_at(spot), message, tuple(timeline), hint, (other,))


def _at(spot: Spot) -> tuple[str, int]:
    return spot.path, spot.line


# beside each other


def _by_chance(
    pair: Rivals, ground: Ground, physics: Sequence[Influence], spots: Spots
) -> Finding | None:
    """Find two plays that end with the same facts, and with different wishes."""
    scenes = (pair.a.scene, pair.b.scene)
    if not all(_stands_with_states(scene) for scene in scenes):
        return None
    plays = 0
    for a in pair.a.starts:
        for b in pair.b.starts:
            if not (_is_of_things(a) and _is_of_things(b)):
                continue
            for one, two in _orders(a, b, pair, ground):
                plays += 1
                if plays > _MOST_PLAYS:
                    return None
                ends = [play(scenario, scenes, physics) for scenario in (one, two)]
                if _differ_by_order(ends, pair):
                    found = _told_chance(ends, pair, spots)
                    return structs.replace(found, plays=(one, two))
    return None


def _stands_with_states(scene: SceneFacts) -> bool:
    """Say whether `scene` stands as long as something is so, and not until further notice."""
    said = scene.said
    if said.until is None:
        return said.for_ is None and not said.then
    return any(not until.momentary for until in said.until)


def _is_of_things(start: Start) -> bool:
    """Say whether `start` is a state of things, and nothing that goes before all else."""
    named = set(_named(start.words))
    return start.becomes and bool(named & _THINGS) and not named & _EXPECTED and named <= _KNOWN


_KNOWN = _THINGS | _PASSING | {"all_", "any_", "not_", "for_"}


def _named(states: States) -> Iterator[str]:
    for key, value in states:
        if value and key in States.model_fields:
            yield key
        if key in {"all_", "any_", "not_"}:
            for inner in value:
                yield from _named(inner)


def _orders(
    a: Start, b: Start, pair: Rivals, ground: Ground
) -> Iterator[tuple[Scenario, Scenario]]:
    """Yield pairs of scenarios: first what sets `a` off and then `b`, and the other way round."""
    both = _likely(ground, (pair.a.begins_with(a), pair.b.begins_with(b)))
    before = meet_all((_not(a, ground), _not(b, ground)))
    for change in changes(ground, before, both):
        mine, yours = _sides(change, a, b)
        if mine and yours:
            first = (*change.steps(mine), Wait(a.for_us + _SETTLED_US))
            second = (*change.steps(yours), Wait(b.for_us + _SETTLED_US))
            yield change.scenario(*first, *second), change.scenario(*second, *first)


def _sides(change: Change, a: Start, b: Start) -> tuple[list[PropertyId], list[PropertyId]]:
    mine = [prop for prop in change.after if prop in a.keys]
    yours = [prop for prop in change.after if prop in b.keys]
    if set(mine) & set(yours) or len(mine) + len(yours) != len(change.after) or change.reached:
        return [], []
    return mine, yours


def _differ_by_order(ends: Sequence[Stage], pair: Rivals) -> bool:
    scenes = (pair.a.scene, pair.b.scene)
    if not all(stage.stands(scene, pair.property) for stage in ends for scene in scenes):
        return False
    read = pair.a.reads | pair.b.reads
    facts = [
        {p: v.reported for p, v in s.core.state.shadows.items() if p in read and p not in w}
        for s in ends
        for w in (pair.a.wishes.keys() | pair.b.wishes.keys(),)
    ]
    one, two = (stage.desired(pair.property) for stage in ends)
    tolerance = pair.a.scene.ground.properties[pair.property].tolerance
    won = {stage.core.state.shadows[pair.property].claims[0].claim.owner for stage in ends}
    owners = {scene.owner for scene in scenes}
    return facts[0] == facts[1] and not same(one, two, tolerance) and won == owners


def _told_chance(ends: Sequence[Stage], pair: Rivals, spots: Spots) -> Finding:
    a, b = pair.a.scene, pair.b.scene
    one, two = ends
    thing, first, second = _wanted(pair, one)
    message = (
        f'"{a.name}" wants {thing} to be {first}, "{b.name}" wants it {second}, and both may hold '
        "at once; which of them you get depends on which began last."
    )
    hint = (
        'Say which is to win: give the other an "if:" with "not:" and what begins the first, '
        'and an "until:" with it.'
    )
    names = {a.id: a.name, b.id: b.name}
    lines = [Moment(0, opening(one.start_us, one.home)), *told(one, {pair.property}, names)]
    lines.append(Moment(one.now_us - one.start_us, _end(one, pair)))
    lines.append(Moment(0, "The same day, with the same things in the other order."))
    lines += told(two, {pair.property}, names)
    lines.append(Moment(two.now_us - two.start_us, _end(two, pair)))
    return _finding(pair, message, lines, hint, spots)
