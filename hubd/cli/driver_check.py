"""`hubd driver check`: walks the quality scale of a driver, and tries it in its own process."""

import ast
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from drivers.kit.errors import ManifestError
from drivers.kit.manifest import FILE, read_manifest
from drivers.kit.quality import RULES, Level, Source, Verdict, judge, level
from hubd.cli import show

_SAYS = {rule.name: rule.says for rule in RULES} | {
    "starts": "its process starts, fenced in",
    "holds": "no sighting breaks it",
    "passes": "its tests pass",
}


@click.command()
@click.argument("driver")
@click.option("--tests/--no-tests", default=True, help="Run its tests, too.")
@click.option("--json", "as_json", is_flag=True, help="JSON on one line.")
def check(driver: str, *, tests: bool, as_json: bool) -> None:
    """Walk the quality scale for DRIVER: a folder, or the name of one of hubd's own."""
    source, root = read_source(driver)
    verdicts = [*judge(source), *asyncio.run(_tried(source, root))]
    if tests and source.tests:
        verdicts.append(_run_tests(source, root))
    reached = level(verdicts)
    if as_json:
        told = {"driver": source.manifest.name, "level": reached, "rules": verdicts}
        show.as_json(msgspec.to_builtins(told))
    else:
        _show(verdicts, reached)
    if reached is None:
        raise click.exceptions.Exit(1)


def read_source(driver: str) -> tuple[Source, Path]:
    """Return a driver's files, and the folder that its tests are in. Raises ManifestError."""
    path = _manifest(driver)
    manifest = read_manifest(path)
    package = path.parent
    root = package.parent
    own = package.parent.name == "drivers" and (root.parent / "hubd").is_dir()
    if own:
        root = root.parent
    tests = {
        str(file.relative_to(root)): file.read_text("utf-8")
        for file in sorted((root / "tests").rglob("test_*.py"))
        if not own or package.name in file.relative_to(root).as_posix()
    }
    pages = [root / "docs" / "drivers" / f"{manifest.name}.md"] if own else [root / "README.md"]
    return (
        Source(
            manifest,
            package,
            {
                str(file.relative_to(root)): ast.parse(file.read_text("utf-8"), str(file))
                for file in sorted(package.rglob("*.py"))
            },
            tests,
            {str(page): page.read_text("utf-8") for page in pages if page.is_file()},
        ),
        root,
    )


def _manifest(driver: str) -> Path:
    given = Path(driver).resolve()
    own = Path(__file__).resolve().parents[2] / "drivers" / driver / FILE
    places = [given / FILE, *sorted(given.glob(f"*/{FILE}")), own]
    for place in places:
        if place.is_file():
            return place
    raise ManifestError(f"There is no {FILE} in {driver}", mend="Name the driver's folder")


async def _tried(source: Source, root: Path) -> list[Verdict]:
    """Start the driver in its own process, and show it what no driver expects."""
    from hubd.cli.driver_trial import trial  # noqa: PLC0415 - a process is started for nothing else

    with tempfile.TemporaryDirectory() as folder:
        return [
            Verdict(name, Level.BRONZE, not why, why)
            for name, why in (await trial(source.manifest, Path(folder), root)).items()
        ]


def _run_tests(source: Source, root: Path) -> Verdict:
    """Run the driver's tests."""
    with show.waiting("Running its tests"):
        done = subprocess.run(  # noqa: S603 - the tests of who asks for them
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *source.tests],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    why = "" if done.returncode == 0 else (lines[-1] if lines else done.stderr[-300:])
    return Verdict("passes", Level.SILVER, not why, why)


def _show(verdicts: list[Verdict], reached: Level | None) -> None:
    show.table(("", "rule", "says", ""), _rows(verdicts))
    for verdict in verdicts:
        if not verdict.kept:
            show.out.print(f"{verdict.rule}: {verdict.why}.")
        elif verdict.exempt:
            show.out.print(f"{verdict.rule} need not be kept: {verdict.exempt}.")
    show.out.print(f"It is {reached}." if reached else "It is not bronze yet.", highlight=False)


def _rows(verdicts: list[Verdict]) -> Iterator[tuple[str, str, str, str]]:
    for verdict in sorted(verdicts, key=lambda v: list(Level).index(v.level)):
        mark = "exempt" if verdict.exempt else "kept" if verdict.kept else "broken"
        yield verdict.level, verdict.rule, _SAYS[verdict.rule], mark
