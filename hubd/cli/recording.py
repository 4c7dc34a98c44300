"""`hubd scenes record`: what happened at home becomes a test."""

import sys
from pathlib import Path

import click
from pydantic_core import PydanticCustomError

from hubd.cli import show
from hubd.model.errors import ConfigError
from hubd.model.events import PlaceSet
from hubd.model.home import Place
from hubd.model.ids import slug
from hubd.settings import Settings
from hubd.store.reading import LogReader, log_url
from scenes.clock import local, midnight_us
from scenes.testing.bundle import read_bundle
from scenes.testing.moments import parse_moment
from scenes.testing.record import record as record_log
from scenes.testing.record import run as run_text


@click.command()
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
