"""Whether scenes are right, before they run: their words, and what analysis finds of them."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from hubd.documents import DocumentError, Problem
from hubd.homefile import read_home_file
from hubd.model.events import Input, SceneRevised
from scenes.analysis.analyse import analyse
from scenes.analysis.findings import Finding, Kind
from scenes.compiler import check
from scenes.folder import HOME_FILE, read_folder, revise
from scenes.library import Library
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
    """Check the scenes of `files` (path -> text); with a `home`, also what they mean in it."""
    revision = revise({}, files)
    scenes = [event for event in revision.events if isinstance(event, SceneRevised)]
    problems = list(revision.problems)
    if home is None:
        return Checked(len(scenes), tuple(problems))
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
