"""What scenes name and this home has not: places, devices, kinds of things."""

from collections.abc import Iterator, Sequence

from hubd.documents import Loc, Mark, Parsed, Problem
from hubd.model.instant import DAY_US
from scenes.analysis.facts import SceneFacts
from scenes.analysis.findings import Finding, Kind, Moment
from scenes.analysis.loops import begins
from scenes.analysis.overlap import Ground
from scenes.analysis.physics import Influence
from scenes.analysis.search import Wait, at_moment, play
from scenes.analysis.spots import Spots
from scenes.analysis.stage import Stage
from scenes.analysis.timeline import opening, told
from scenes.meaning import unmeant
from scenes.targets import Target


def aimless(
    scene: SceneFacts, ground: Ground, physics: Sequence[Influence], spots: Spots
) -> Iterator[tuple[Loc, Finding]]:
    """Yield what `scene` names in vain, and where it says so."""
    document = spots.document(scene)
    if document is None:
        return
    for problem in unmeant(scene.said, document, ground.home):
        yield _loc(document, problem), _finding(scene, problem, ground, physics)
    for key, targets in (
        ("claims", [wish.target for wish in scene.said.claims]),
        ("do", [deed.target for deed in scene.said.do]),
    ):
        for target in targets:
            if target.here and not _aims(scene, key, target):
                loc = spots.of_target(scene, key, target.phrase)
                problem = document.problem(loc, _nowhere(scene, target), key=True)
                yield loc, _finding(scene, problem, ground, physics)


def _aims(scene: SceneFacts, key: str, target: Target) -> bool:
    home = scene.ground.home
    said = scene.said.claims if key == "claims" else scene.said.do
    mine = [one for one in said if one.target == target]
    return any(any(one.settle(home, part.here)) for part in scene.places for one in mine)


def _nowhere(scene: SceneFacts, target: Target) -> str:
    if not scene.places:
        return f'what sets this off is in no area, so "{target.phrase}" means nothing'
    return f'no area that sets this off has "{target.phrase.removesuffix(" here")}" that can be so'


def _finding(
    scene: SceneFacts, problem: Problem, ground: Ground, physics: Sequence[Influence]
) -> Finding:
    stage, verdict = _played(scene, ground, physics)
    lines = (
        Moment(0, opening(stage.start_us, ground.home)),
        *told(stage, (), {scene.id: scene.name}),
        Moment(stage.now_us - stage.start_us, verdict),
    )
    message = f'"{scene.name}" aims at nothing: {problem.message}.'
    hint = problem.hint or "Name something that is here, or leave it away."
    return Finding(Kind.AIMLESS, (scene.id,), problem.path, problem.line, message, lines, hint)


def _played(scene: SceneFacts, ground: Ground, physics: Sequence[Influence]) -> tuple[Stage, str]:
    """Return a play of the scene, and what came of it."""
    for part in scene.parts:
        for start in part.starts:
            for scenario in begins(part, start, ground, 1.0):
                stage = play(scenario, (scene,), physics)
                if stage.fired(scene):
                    return stage, "It begins, and this part of it does nothing."
    scenario = at_moment(ground, ground.weeks.a_time(None), {}, {})
    return play(scenario.then(Wait(DAY_US)), (scene,)), "A day later nothing has come of it."


def _loc(document: Parsed, problem: Problem) -> Loc:
    """Return the place that `problem` is at."""
    at = Mark(problem.line, problem.column)
    places = (*document.values.items(), *document.keys.items())
    return next((loc for loc, place in places if place == at and loc), ())
