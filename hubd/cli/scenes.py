"""`hubd scenes`: how they stand; whether they are right, and do what their tests say."""

import sys
import time
from pathlib import Path

import click
from pydantic_core import PydanticCustomError

from hubd.api.client import LocalClient
from hubd.cli import findings, show
from hubd.cli.group import Group
from hubd.cli.live import find_socket, options
from hubd.documents import Problem
from hubd.model.errors import ConfigError
from hubd.model.events import PlaceSet
from hubd.model.home import Place
from hubd.model.ids import slug
from hubd.model.instant import DAY_US
from hubd.settings import Settings
from hubd.store.reading import LogReader, log_url
from scenes.clock import local, midnight_us
from scenes.testing.bundle import read_bundle
from scenes.testing.check import check_folder
from scenes.testing.moments import parse_moment
from scenes.testing.record import record as record_log
from scenes.testing.record import run as run_text
from scenes.testing.run import Report, run_tests

_folder = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
_home = click.option(
    "--home",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The home file; home.yaml beside or above the scenes unless told.",
)
_json = click.option("--json", "as_json", is_flag=True, help="JSON on one line.")


@click.group(cls=Group, invoke_without_command=True)
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


@scenes.command()
@click.option("--log", help="A hub's database: a file, or a URL as in hub.toml.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="hub.toml, which names the database of the hub that runs here.",
)
@click.option("--from", "begins", required=True, help="Local time: 2026-03-02 18:30, or 18:30.")
@click.option("--to", "ends", required=True, help="Local time, as --from.")
@click.option(
    "--scenes",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Write it into this folder of scenes; and say how it comes out with them.",
)
@click.option(
    "--into", type=click.Path(dir_okay=False, path_type=Path), help="Write it into this file."
)
@click.option("--name", default="", help="What the test is called.")
def record(
    log: str | None,
    config: Path | None,
    begins: str,
    ends: str,
    folder: Path | None,
    into: Path | None,
    name: str,
) -> None:
    """Make a test of what happened at home between two times.

    Prints it, unless it is told where to write it. What the hub did then is what is expected from
    then on. Exits with 1 if the test does not pass with the scenes that ran then.
    """
    url = log_url(log) if log is not None else Settings.load(config).store_url
    with LogReader.open(url) as reader:
        place = _place(reader)
        newest_us = reader.newest_us()
        from_us, to_us = (_time(text, newest_us, place) for text in (begins, ends))
        called = name or f"As it was on {local(from_us, place):%Y-%m-%d at %H:%M}"
        recording = record_log(reader.read(), from_us, to_us, called)
    if into is None and folder is not None:
        into = folder / f"{slug(called)}.test.yaml"
    if into is None:
        sys.stdout.write(recording.text)
    elif into.exists():
        raise ConfigError(f"{into} is there already", mend="Take another name with --into")
    else:
        into.write_text(recording.text, encoding="utf-8")
        show.out.print(f"{into} was written.", markup=False, soft_wrap=True)
    report = recording.report
    if folder is not None:
        bundle = read_bundle(folder)
        report = run_text(recording.text, bundle.scenes).report
    for wrong in (*report.failures, *report.problems):
        show.err.print(str(wrong), markup=False, soft_wrap=True)
    if not recording.report.all_right:
        sys.exit(1)


def _place(reader: LogReader) -> Place:
    place = Place()
    for event in reader.read(kinds={"place_set"}):
        if isinstance(event.what, PlaceSet):
            place = event.what.place
    return place


def _time(text: str, newest_us: int, place: Place) -> int:
    """Return a local time; one without a day is that of the log's last day."""
    try:
        moment = parse_moment(text)
        return moment.after(midnight_us(local(newest_us, place).date(), place) - 1, place)
    except PydanticCustomError as error:
        context = error.context or {}
        raise ConfigError(context["message"], mend=context["hint"]) from error


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
