"""Before a changed scene goes live: whether it is right, and its tests and all others pass."""

from collections.abc import Hashable, Iterable, Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from hubd.documents import Problem, wrong
from hubd.model.events import Input
from scenes.analysis.findings import Finding
from scenes.folder import is_scene_file
from scenes.testing.bundle import HomeFinder, bundle_of
from scenes.testing.check import Checked, check_files
from scenes.testing.language import SUFFIXES
from scenes.testing.run import Failure, Report, run_tests

_LONGEST = 200


class Trial(Struct, frozen=True):
    """What a change of one file would bring.

    `problems`, `findings` and `failures` are those that the change brings, or that are in its own
    file: what was wrong elsewhere before keeps nobody from mending this. `doubts` are words that
    mean nothing in the home yet, which is no reason to refuse.
    """

    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    tests: int
    passed: int

    @property
    def all_right(self) -> bool:
        """Say whether nothing speaks against the change."""
        return not self.problems and not self.findings and not self.failures


def try_change(
    files: Mapping[str, str],
    tests: Mapping[str, str],
    path: str,
    text: str,
    home: Iterable[Input],
    find_home: HomeFinder,
) -> Trial:
    """Return what comes of `text` at `path`, among the `files` of scenes and their `tests`.

    `home` is the one that the scenes are for, `find_home` finds those of tests.
    """
    furniture = tuple(home)
    changed, changed_tests = dict(files), dict(tests)
    (changed_tests if path.endswith(SUFFIXES) else changed)[path] = text
    checked, report = _look(changed, changed_tests, furniture, find_home)
    if not (checked.problems or report.problems or checked.findings or report.failures):
        return _trial(checked, report, checked.problems, checked.findings, ())
    was, was_report = _look(dict(files), dict(tests), furniture, find_home)
    problems = _news(
        (*checked.problems, *report.problems), (*was.problems, *was_report.problems), path
    )
    findings = _news(checked.findings, was.findings, path)
    failed_before = {(f.path, f.name) for f in was_report.failures}
    failures = tuple(
        f for f in report.failures if f.path == path or (f.path, f.name) not in failed_before
    )
    return _trial(checked, report, problems, findings, failures)


def _look(
    files: dict[str, str],
    tests: dict[str, str],
    home: tuple[Input, ...],
    find_home: HomeFinder,
) -> tuple[Checked, Report]:
    return check_files(files, home), run_tests(bundle_of(files, tests, find_home))


def _trial(
    checked: Checked,
    report: Report,
    problems: tuple[Problem, ...],
    findings: tuple[Finding, ...],
    failures: tuple[Failure, ...],
) -> Trial:
    return Trial(problems, checked.doubts, findings, failures, len(report.results), report.passed)


def _news[T: Problem | Finding](now: Iterable[T], before: Iterable[T], path: str) -> tuple[T, ...]:
    known: set[Hashable] = set(before)
    found = dict.fromkeys(each for each in now if each.path == path or each not in known)
    return tuple(found)


def checked_path(path: str) -> str:
    """Return the path of a scene's or a test's file within its folder. Raises "wrong"."""
    pure = PurePosixPath(path)
    parts = path.split("/")
    if pure.is_absolute() or "\\" in path or any(p in {"", ".", ".."} for p in parts):
        raise wrong(
            f'"{path}" is not a file within the scenes\' folder', "write it as in hall.yaml"
        )
    if len(path) > _LONGEST or not path.isprintable():
        raise wrong("no file is called so", "take a shorter name of letters and digits")
    if any(part.startswith(".") for part in parts):
        raise wrong(f'"{path}" is hidden', "take a name that does not begin with a dot")
    if not is_scene_file(pure.name) and not pure.name.endswith(SUFFIXES):
        raise wrong(f'"{path}" is not YAML', "let the name end in .yaml")
    return path
