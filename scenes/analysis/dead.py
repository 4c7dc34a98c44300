"""Scenes that can never begin, or items of their `when` that never come about."""

from collections.abc import Iterator, Sequence
from itertools import islice

from hubd.model.events import SceneRevised
from hubd.model.instant import MINUTE_US
from scenes.analysis.facts import Part, SceneFacts, Start
from scenes.analysis.findings import Finding, Kind, Moment
from scenes.analysis.overlap import Box, Boxes, Ground, meet_all
from scenes.analysis.physics import Influence
from scenes.analysis.reasons import Atom, Reason, possible, said_by, why_never
from scenes.analysis.search import at_moment
from scenes.analysis.spots import Spots
from scenes.analysis.stage import Stage
from scenes.analysis.timeline import opening, told
from scenes.analysis.weeks import includes, longest_us
from scenes.program import SceneProgram
from scenes.quantities import format_duration

_MOST_TOLD = 3
"""Tries that a finding tells of."""
_HINT = "Change one of the two, or leave it away."


def dead(
    scene: SceneFacts,
    ground: Ground,
    dense: Ground,
    physics: Sequence[Influence],
    spots: Spots,
    known: frozenset[int],
) -> Iterator[Finding]:
    """Yield the items of `when` that never set `scene` off; not those of `known` numbers."""
    count = len(scene.said.when)
    reasons = {n: r for n in range(count) if (r := _never(scene, n, ground, dense)) is not None}
    whole = len(reasons) == count
    for number, (part, reason) in reasons.items():
        if number in known:
            continue
        stages = list(_tries(scene, number, reason, ground, physics))
        if any(stage.fired(one) for stage, one, _ in stages):
            continue
        spot = spots.at(scene, *reason.loc)
        where = f" ({ground.home.areas[part.here].name})" if part.here is not None else ""
        what = f'"{scene.name}" can never begin' if whole else f'This never begins "{scene.name}"'
        message = f"{what}{where}: {reason.text}."
        lines = _lines(stages)
        yield Finding(
            Kind.DEAD, (scene.id,), spot.path, spot.line, message, tuple(lines), reason.hint
        )


def _never(
    scene: SceneFacts, number: int, ground: Ground, dense: Ground
) -> tuple[Part, Reason] | None:
    """Return why item `number` begins nothing anywhere; None if it may somewhere."""
    first: tuple[Part, Reason] | None = None
    for part in scene.parts:
        reason = _why(part, number, ground)
        if reason is None:
            return None
        first = first or (part, reason)
    if first is None:
        return None
    everywhen = SceneFacts(scene.revised, scene.program, dense)
    if any(_why(part, number, dense) is None for part in everywhen.parts):
        return None
    return first


def _why(part: Part, number: int, ground: Ground) -> Reason | None:
    start = part.starts[number]
    if _may_come(part, start, ground):
        return None
    when, conditions = said_by(part, number, ground)
    return (
        _unpressed(start)
        or why_never(when, ground)
        or _no_change(start, when, ground)
        or why_never([*when, *conditions], ground)
        or _by_the_clock(part, start, [*when, *conditions], ground)
    )


def _unpressed(start: Start) -> Reason | None:
    words, loc = start.words, ("when", start.number)
    if words.pressed and not start.presses:
        named = ", ".join(words.pressed)
        how = f'no "{words.press}" press' if words.press else "nothing that can be pressed"
        hint = "Name a button, and a press that it knows."
        return Reason(f"{named} has {how}", (*loc, "press" if words.press else "pressed"), hint)
    return None


def _no_change(start: Start, when: Sequence[Atom], ground: Ground) -> Reason | None:
    """Return why the state of `start` never comes about, though it may hold."""
    loc = ("when", start.number)
    if start.becomes and start.state is not None:
        if not possible(ground, [ground.boxes(start.state, holds=False)]):
            named = " and ".join(atom.words for atom in when)
            text = f"{named} always holds, so it never comes about"
            return Reason(text, loc, "Name a state that begins and ends.", tuple(when))
        longest = max((_longest(box) for box in start.boxes), default=0)
        if start.for_us > longest:
            lasting = format_duration(start.for_us)
            text = f"it never lasts {lasting}: {when[0].words} is over before"
            return Reason(text, (*loc, "for"), "Write a shorter time.", tuple(when))
    return None


def _may_come(part: Part, start: Start, ground: Ground) -> bool:
    """Say whether `start` comes about at some time, lasts as it must, and may begin `part` then."""
    if start.words.pressed and not start.presses:
        return False
    if start.becomes and start.state is not None:
        lasting = any(start.for_us <= _longest(box) for box in start.boxes)
        if not lasting or not possible(ground, [ground.boxes(start.state, holds=False)]):
            return False
    return possible(ground, [part.beginnings(start)])


def _longest(box: Box) -> float:
    longest = longest_us(box.times)
    return float("inf") if longest is None or box.unsure else longest


def _by_the_clock(part: Part, start: Start, atoms: Sequence[Atom], ground: Ground) -> Reason | None:
    """Return why the moments at which `start` comes are never those that the rest asks for."""
    if possible(ground, [part.beginnings(start)]) or not (start.at or start.by_time):
        return None
    if start.at:
        instants = [t for at in start.at for t in ground.weeks.instants(at)]
        what = " or ".join(str(at) for at in start.at)
    else:
        begun = [t for box in start.boxes for t in ground.weeks.starts(box.times)]
        instants = [t + start.for_us for t in begun]
        what = f"the moment at which {atoms[0].words} begins"
    other = next((a for a in reversed(atoms) if not _any_among(instants, a.boxes)), atoms[-1])
    text = f"{what} never comes while {other.words} holds"
    return Reason(text, other.loc, _HINT, (other,))


def _any_among(instants: Sequence[int], boxes: Boxes) -> bool:
    return any(includes(box.times, at_us) for box in boxes for at_us in instants)


def alone(scene: SceneFacts, number: int) -> SceneFacts:
    """Return `scene` with item `number` of its `when` alone."""
    said = scene.said.model_copy(update={"when": (scene.said.when[number],)})
    revised: SceneRevised = scene.revised
    return SceneFacts(revised, SceneProgram(scene.id, said), scene.ground)


def _tries(
    scene: SceneFacts,
    number: int,
    reason: Reason,
    ground: Ground,
    physics: Sequence[Influence],
) -> Iterator[tuple[Stage, SceneFacts, str]]:
    """Yield plays in which the home comes as near as it can, each for one thing that is asked."""
    one = alone(scene, number)
    for part in islice(one.parts, 1):
        start = part.starts[0]
        for at_us in _moments(start, ground):
            verdict = f"Nothing begins: {reason.text}."
            box = Box(times=((at_us, at_us + 1),))
            yield _tried(one, box, ground, physics), one, verdict
    for atom in reason.atoms[:3]:
        several = [atom.boxes, *_beside(one, reason, ground)]
        boxes = [b for b in meet_all(several) if ground.coherent(b)]
        verdict = _verdict(atom, reason, holds=bool(boxes))
        yield _tried(one, next(iter(boxes), Box()), ground, physics), one, verdict
    if not reason.atoms:
        verdict = f"Nothing begins: {reason.text}."
        yield _tried(one, Box(), ground, physics), one, verdict


def _beside(scene: SceneFacts, reason: Reason, ground: Ground) -> Iterator[Boxes]:
    """Yield when all else holds that `scene` asks for, which is not the reason."""
    said = {(atom.key, atom.words) for atom in reason.atoms}
    for part in islice(scene.parts, 1):
        for atom in (found for each in said_by(part, 0, ground) for found in each):
            if (atom.key, atom.words) not in said and atom.boxes:
                yield atom.boxes


def _moments(start: Start, ground: Ground) -> Iterator[int]:
    """Yield a moment at which `start` comes by itself, if it does."""
    for box in start.boxes[:1] if start.at or start.by_time else ():
        yield from islice(ground.weeks.starts(box.times), 1)


def _tried(scene: SceneFacts, box: Box, ground: Ground, physics: Sequence[Influence]) -> Stage:
    """Return a play in which all that `box` asks comes about, in its time, and stays a while."""
    at_us = ground.weeks.a_time(box.times)
    scenario = at_moment(ground, at_us, {}, {})
    wanted = at_moment(ground, at_us, box.values, box.reach)
    stage = Stage((scene,), scenario.at_us, {}, physics)
    there = stage.core.state.shadows
    values = {p: v for p, v in wanted.given.items() if p in there}
    stage.go(at_us)
    for start in scene.said.when:
        for press in (p for part in scene.parts for s in part.starts for p in s.presses):
            stage.press(press)
        for prop, value in values.items():
            if stage.value(prop) != value:
                stage.set(prop, value)
        stage.wait((start.for_ or 0) + MINUTE_US)
    return stage


def _verdict(atom: Atom, reason: Reason, *, holds: bool) -> str:
    if not holds:
        return f"Nothing begins: {reason.text}."
    others = [other.words for other in reason.atoms if other is not atom]
    if not others:
        return f"Nothing begins: {reason.text}."
    return f"Now {atom.words} holds, and {' and '.join(others)} does not: nothing begins."


def _lines(stages: Sequence[tuple[Stage, SceneFacts, str]]) -> list[Moment]:
    lines: list[Moment] = []
    for stage, scene, verdict in stages[:_MOST_TOLD]:
        lines.append(Moment(0, opening(stage.start_us, stage.home)))
        lines += told(stage, (), {scene.id: scene.name})
        lines.append(Moment(stage.now_us - stage.start_us, verdict))
    return lines
