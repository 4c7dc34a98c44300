"""Whether scenes are right, before they run: their words, and what analysis finds of them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from hubd.documents import DocumentError, Problem
from hubd.homefile import read_home_file
from hubd.model.events import Input, SceneRevised
from hubd.model.home import Place
from hubd.model.ids import SceneId
from scenes.analysis.analyse import analyse
from scenes.analysis.findings import Finding, Kind
from scenes.clock import DayTime, SunTime
from scenes.compiler import check, read_scene
from scenes.folder import HOME_FILE, read_folder, revise
from scenes.language import Trigger, inner_states
from scenes.library import Library
from scenes.scene import Scene
from scenes.testing.implied import PLACES, implied_home
from scenes.testing.lab import Lab
from scenes.testing.language import home_of


class Checked(Struct, frozen=True):
    """How many scenes could be read, what is wrong with the files, and what was found of them.

    `doubts` are words that mean nothing in the home.
    """

    scenes: int
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()


def check_files(files: dict[str, str], home: Iterable[Input] | None) -> Checked:
    """Check the scenes of `files` (path -> text); with a `home`, also what they mean in it.

    Without one, what they do to each other is looked at in a home that has what they name.
    """
    revision = revise({}, files)
    scenes = [event for event in revision.events if isinstance(event, SceneRevised)]
    problems = list(revision.problems)
    if home is None:
        return Checked(len(scenes), tuple(problems), (), _in_an_implied_home(scenes))
    furnished = Lab(home, 0).core.state.home
    library, ids = Library(files), [revised.scene for revised in scenes]
    broken = {problem.path for problem in problems}
    doubts = [
        doubt
        for path, text in sorted(files.items())
        if path not in broken
        for doubt in check(text, path, furnished, library, ids)
    ]
    found = analyse(scenes, furnished)
    told = {(doubt.path, doubt.line) for doubt in doubts}
    # What is not in the home was told already, with the nearest word.
    new = (f for f in found if f.kind is not Kind.AIMLESS or (f.path, f.line) not in told)
    return Checked(len(scenes), tuple(problems), tuple(doubts), tuple(new))


def _in_an_implied_home(scenes: Sequence[SceneRevised]) -> tuple[Finding, ...]:
    """Return what analysis finds in a home that has what `scenes` name, and nothing else.

    What hangs on what is in the home is not told; what hangs on the sun, only if it is so anywhere.
    """
    said = {r.scene: read_scene(r.source, r.path, r.blueprint) for r in scenes}
    first = _found_at(PLACES[0], scenes, said)
    sunny = [key for key in first if any(_goes_by_the_sun(said[scene]) for scene in key[1])]
    others = [_found_at(place, scenes, said) for place in PLACES[1:]] if sunny else []
    missing = {key for found in others for key in sunny if key not in found}
    return tuple(finding for key, finding in first.items() if key not in missing)


type _Key = tuple[Kind, tuple[SceneId, ...], str, int]


def _found_at(
    place: Place, scenes: Sequence[SceneRevised], said: Mapping[SceneId, Scene]
) -> dict[_Key, Finding]:
    home = Lab(implied_home(said.values(), place), 0).core.state.home
    found = (finding for finding in analyse(scenes, home) if finding.kind is not Kind.AIMLESS)
    return {(f.kind, f.scenes, f.path, f.line): f for f in found}


def _goes_by_the_sun(scene: Scene) -> bool:
    times: list[DayTime] = []
    for states in scene.states:
        for each in (states, *inner_states(states)):
            if each.sun is not None:
                return True
            times += each.at if isinstance(each, Trigger) else ()
            times += (each.between.start, each.between.end) if each.between is not None else ()
    return any(isinstance(time, SunTime) for time in times)


def check_folder(folder: Path, home: Path | None = None) -> Checked:
    """Check the scenes of `folder`, in `home` or the `home.yaml` beside or above them, if any."""
    files = read_folder(folder)
    near = (folder / HOME_FILE, folder.absolute().parent / HOME_FILE)
    file = home or next((place for place in near if place.is_file()), None)
    if file is None:
        return check_files(files, None)
    try:
        furnished = tuple(home_of(read_home_file(file)))
    except DocumentError as error:
        checked = check_files(files, None)
        return Checked(checked.scenes, (*error.problems, *checked.problems))
    return check_files(files, furnished)
