"""`hubd check`: whether what a person wrote is right."""

import sys
from pathlib import Path

import click

from hubd.cli import show
from hubd.documents import DocumentError, Problem
from hubd.driver_options import chosen
from hubd.homefile import read_home_file
from hubd.manifests import known_manifests
from hubd.safekeeping import read_rules_file
from hubd.settings import Settings
from scenes.calendars import revise_calendars
from scenes.folder import read_folder, revise
from scenes.leases import parse_leases
from scenes.safety.compiler import check_rules


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--home",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Check this home file too.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON on one line.")
def check(folder: Path | None, config: Path | None, home: Path | None, *, as_json: bool) -> None:
    """Check the configuration, the home file, the safety rules and the scenes (of FOLDER).

    Exits with 1 if something is wrong.
    """
    settings = Settings.load(config)
    problems: list[Problem] = []
    home_path = home or settings.home.file
    if home_path is not None:
        problems += _home_problems(home_path)
    scenes_path = folder or settings.scenes.folder
    files = read_folder(scenes_path) if scenes_path.is_dir() else {}
    revision = revise({}, files)
    problems += [*revision.problems, *revise_calendars({}, files).problems]
    problems += _safety_problems(settings.safety_file)
    parse_leases(settings.leases)
    drivers = settings.drivers
    manifests, unread = known_manifests(drivers.manifests)
    chosen(manifests.values(), drivers.options, {*drivers.without, *unread})
    if as_json:
        rows = [{"path": p.path, "line": p.line, "message": str(p)} for p in problems]
        show.as_json(
            {
                "scenes": len(revision.events),
                "problems": rows,
                "warnings": [str(w) for w in revision.warnings],
            }
        )
    else:
        for problem in (*problems, *revision.warnings):
            show.err.print(str(problem), markup=False, soft_wrap=True)
        right, wrong = len(revision.events), len(problems)
        show.out.print(
            f"{right} scene{'s' * (right != 1)} right, {wrong} problem{'s' * (wrong != 1)} found."
        )
    if problems:
        sys.exit(1)


def _safety_problems(path: Path) -> list[Problem]:
    text = read_rules_file(path)
    return check_rules(text, str(path)) if text is not None else []


def _home_problems(path: Path) -> list[Problem]:
    try:
        read_home_file(path)
    except DocumentError as error:
        return list(error.problems)
    return []
