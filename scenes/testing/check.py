"""Whether scenes are right, before they run: their words, and what analysis finds of them."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from hubd.core.home import Home
from hubd.documents import DocumentError, Problem
from hubd.homefile import read_home_file
from hubd.model.events import Input, SceneRevised
from scenes.compiler import check
from scenes.folder import HOME_FILE, read_folder, revise
from scenes.testing.lab import Lab
from scenes.testing.language import home_of


class Finding(Struct, frozen=True):
    """Something that scenes do wrong together, though each is written right.

    `kind` is a word for what it is; `story` shows it happen, line by line.
    """

    path: str
    line: int
    kind: str
    message: str
    story: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as compilers write it, and the story below."""
        return "\n    ".join((f"{self.path}:{self.line}: {self.message}", *self.story))

    def as_json(self) -> dict[str, object]:
        """Return it for programs."""
        return {
            "path": self.path,
            "line": self.line,
            "kind": self.kind,
            "message": self.message,
            "story": list(self.story),
        }


type Analyser = Callable[[Sequence[SceneRevised], Home], Iterable[Finding]]
"""Looks at all scenes in the home that they are for."""


class Checked(Struct, frozen=True):
    """How many scenes could be read, what is wrong with the files, and what was found of them.

    `doubts` are words that mean nothing in the home.
    """

    scenes: int
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()


def findings(scenes: Sequence[SceneRevised], home: Home) -> list[Finding]:
    """Return what analysis finds of `scenes` in `home`: all analysers, one after the other."""
    return [finding for analyse in ANALYSERS for finding in analyse(scenes, home)]


ANALYSERS: tuple[Analyser, ...] = ()
"""What looks at scenes before they run, beside the words of each."""


def check_files(files: dict[str, str], home: Iterable[Input] | None) -> Checked:
    """Check the scenes of `files` (path -> text); with a `home`, also what they mean in it."""
    revision = revise({}, files)
    scenes = [event for event in revision.events if isinstance(event, SceneRevised)]
    problems = list(revision.problems)
    if home is None:
        return Checked(len(scenes), tuple(problems))
    furnished = Lab(home, 0).core.state.home
    broken = {problem.path for problem in problems}
    doubts = [
        doubt
        for path, text in sorted(files.items())
        if path not in broken
        for doubt in check(text, path, furnished)
    ]
    found = findings(scenes, furnished)
    return Checked(len(scenes), tuple(problems), tuple(doubts), tuple(found))


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
