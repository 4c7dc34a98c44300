"""Fuzzes the codecs: `python -m tests.fuzz [TARGET…] --seconds 60`; docs/fuzzing.md.

Exits with 1 if something was found: what it was, and how it is seen again, is told at the end.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.fuzz.campaign import FOLDER, Course, campaign
from tests.fuzz.laws import weigh
from tests.fuzz.table import every_target, target_named
from tests.fuzz.target import Target


def main() -> int:
    """Fuzz, or run what was found again; return the exit code."""
    said = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    said.add_argument("targets", nargs="*", metavar="TARGET", help="or a beginning of names (all)")
    said.add_argument("--seconds", type=float, default=60.0, help="for each target (60)")
    said.add_argument("--folder", type=Path, default=FOLDER, help=f"corpora and finds ({FOLDER})")
    said.add_argument(
        "--replay", type=Path, help="run one target on this file, and show what it is"
    )
    said.add_argument("--list", action="store_true", help="name the targets")
    options = said.parse_args()
    if options.replay:
        target = target_named(options.targets[0])
        held = weigh(target, options.replay.read_bytes())
        Console().print(f"{target.name} passes, and holds {held} bytes at most")
        return 0
    chosen = _chosen(options.targets)
    if options.list:
        for target in chosen:
            Console().print(target.name)
        return 0
    courses = [campaign(t, options.folder, options.seconds, _heard(t)) for t in chosen]
    _tell(courses)
    return 1 if any(course.finds for course in courses) else 0


def _chosen(names: list[str]) -> list[Target]:
    chosen = [t for t in every_target() if not names or t.name.startswith(tuple(names))]
    if not chosen:
        sys.exit(f"no target is called so: {' '.join(names)}; --list names them")
    return chosen


def _heard(target: Target) -> Console:
    console = Console(stderr=True)
    console.print(f"{target.name} …", style="dim")
    return console


def _tell(courses: list[Course]) -> None:
    console = Console()
    table = Table("target", "runs", "a second", "inputs kept", "most held, KiB", "found")
    for course in courses:
        runs, rate = f"{course.runs:,}", f"{course.runs / max(course.seconds, 0.001):,.0f}"
        held = f"{course.held / 1024:,.0f}"
        table.add_row(course.name, runs, rate, str(course.kept), held, str(len(course.finds) or ""))
    console.print(table)
    for course in courses:
        for find in course.finds:
            console.print(f"{course.name}: {find.what}", style="red", markup=False)
            console.print(
                f"  python -m tests.fuzz {course.name} --replay {find.path}", markup=False
            )


if __name__ == "__main__":
    sys.exit(main())
