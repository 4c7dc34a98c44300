"""`hubd scenes`: how they stand; whether they are right, and do what their tests say."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import click

from hubd.api.client import LocalClient
from hubd.cli import findings, show
from hubd.cli.group import Group
from hubd.cli.live import find_socket, options
from hubd.documents import Problem
from hubd.model.instant import DAY_US
from scenes.testing.bundle import read_bundle
from scenes.testing.check import check_folder
from scenes.testing.run import Report, run_tests

_folder = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
_home = click.option(
    "--home",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The home file; home.yaml beside or above the scenes unless told.",
)
_json = click.option("--json", "as_json", is_flag=True, help="JSON on one line.")


class _Scenes(Group):
    """What is done to scenes; what reads a log has a module of its own, which is slow to load."""

    modules: ClassVar[Mapping[str, str]] = {"record": "recording"}


@click.group(cls=_Scenes, invoke_without_command=True)
@options
@click.pass_context
def scenes(ctx: click.Context, socket: Path | None, *, as_json: bool) -> None:
    """List the scenes, and how they stand; or check, test and record them."""
    if ctx.invoked_subcommand is not None:
        return
    known = LocalClient(find_socket(socket)).get("/api/scenes")
    if as_json:
        show.as_json(known)
        return
    show.table(
        ("scene", "name", "state", "last fired (UTC)", ""),
        (
            (s["id"], s["name"], s["state"], s["last_fired"] or "-", s["problem"] or "")
            for s in known
        ),
    )


@scenes.command()
@_folder
@_home
@_json
def check(folder: Path, home: Path | None, *, as_json: bool) -> None:
    """Say what is wrong with the scenes of FOLDER, before they run.

    With a home (--home, or home.yaml beside the scenes), also which of their words mean nothing in
    it. Exits with 1 if something is wrong.
    """
    checked = check_folder(folder, home)
    if as_json:
        show.as_json(
            {
                "scenes": checked.scenes,
                "problems": [_row(p) for p in (*checked.problems, *checked.doubts)],
                "findings": [findings.row(finding) for finding in checked.findings],
            }
        )
    else:
        for problem in (*checked.problems, *checked.doubts):
            show.err.print(str(problem), markup=False, soft_wrap=True)
        findings.print_all(checked.findings)
        wrong = len(checked.problems) + len(checked.doubts) + len(checked.findings)
        show.out.print(f"{_some(checked.scenes, 'scene')} read, {_some(wrong, 'problem')} found.")
    if checked.problems or checked.doubts or checked.findings:
        sys.exit(1)


@scenes.command()
@_folder
@_home
@_json
@click.option("-k", "words", default="", help="Only tests with these words in name or path.")
def test(folder: Path, home: Path | None, words: str, *, as_json: bool) -> None:
    """Run the tests (*.test.yaml) beside the scenes of FOLDER, in virtual time.

    Exits with 1 if one fails, or cannot be understood.
    """
    began_s = time.perf_counter()
    report = run_tests(read_bundle(folder, home), words)
    took_s = time.perf_counter() - began_s
    if as_json:
        show.as_json({**told(report), "seconds": round(took_s, 3)})
    else:
        _print(report, took_s)
    if not report.all_right:
        sys.exit(1)


def told(report: Report) -> dict[str, object]:
    """Return how tests came out, as JSON for programs."""
    return {
        "tests": len(report.results),
        "passed": report.passed,
        "failed": [
            {
                "name": f.name,
                "path": f.path,
                "line": f.line,
                "expected": f.expected,
                "got": f.got,
                "why": f.why,
            }
            for f in report.failures
        ],
        "problems": [_row(problem) for problem in report.problems],
    }


def _print(report: Report, took_s: float) -> None:
    for result in report.results:
        mark = "passed" if result.passed else "FAILED"
        show.out.print(f"{mark}  {result.path}: {result.name}", markup=False, soft_wrap=True)
        for failure in result.failures:
            show.err.print(str(failure), markup=False, soft_wrap=True)
    for problem in report.problems:
        show.err.print(str(problem), markup=False, soft_wrap=True)
    failed = len(report.results) - report.passed
    days = report.simulated_us / DAY_US
    summary = f"{report.passed} passed, {failed} failed"
    if report.problems:
        summary += f", {_some(len(report.problems), 'problem')}"
    show.out.print(f"{summary}: {days:.1f} days of the home in {took_s * 1000:.0f} ms.")


def _row(problem: Problem) -> dict[str, object]:
    return {"path": problem.path, "line": problem.line, "message": str(problem)}


def _some(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
