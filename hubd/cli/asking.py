"""What the past answers: why a scene did not begin, and what other scenes would have done."""

from datetime import datetime
from pathlib import Path

import click
import msgspec

from hubd.cli import show
from hubd.cli.when import Moment
from hubd.model.instant import to_us
from hubd.settings import Settings
from hubd.store.reading import log_url
from hubd.whatif.answer import Answer, Change, total_kwh
from hubd.whatif.asking import Question, what_if as ask_what_if
from scenes.folder import read_folder
from scenes.phrases import scene_called, value_words


def own_log(log: str | None, config: Path | None) -> str:
    """Return the URL of the log that is meant: the one named, or else the hub's own."""
    return log_url(log) if log is not None else Settings.load(config).store_url


@click.command("what-if")
@click.option(
    "--scenes",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The scenes to try.",
)
@click.option("--from", "begin", type=Moment(), help="Since when; the log's begin without it.")
@click.option("--to", "end", type=Moment(), help="Until when; the log's end without it.")
@click.option("--log", help="A hub's database, a file or a URL; the hub's own without it.")
@click.option("--config", type=click.Path(path_type=Path), help="The hub.toml of the hub.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw it, as SVG, into this file.")
@click.option("--json", "as_json", is_flag=True, help="JSON on one line.")
def what_if(
    folder: Path,
    begin: datetime | None,
    end: datetime | None,
    log: str | None,
    config: Path | None,
    picture: Path | None,
    *,
    as_json: bool,
) -> None:
    """Live the past anew under the scenes of a folder, and show what would have been otherwise."""
    question = Question(
        url=own_log(log, config),
        files=read_folder(folder),
        from_us=to_us(begin) if begin is not None else 0,
        to_us=to_us(end) if end is not None else 0,
    )
    with show.err.status("living the past twice"):
        told = ask_what_if(question)
    if picture is not None:
        picture.write_text(told.picture, encoding="utf-8")
    if as_json:
        show.as_json(msgspec.to_builtins(told.answer))
        return
    _tell(told.answer)
    if picture is not None:
        show.out.print(f"The picture is in {picture}.")


def _tell(answer: Answer) -> None:
    began, ended = (f"{t:%Y-%m-%d %H:%M}" for t in (answer.begin, answer.end))
    show.out.print(f"From {began} to {ended} UTC, {answer.events:,} events lived anew.")
    if not answer.changed:
        show.out.print("Nothing would have been otherwise.")
    else:
        show.table(
            ("thing", "", "times", "what if", "hours", "what if", "kWh", "what if", "other for"),
            map(_row, answer.changed),
        )
    before, after = total_kwh(answer.things)
    show.out.print(f"Energy, as far as it is known: {before:g} kWh; what if: {after:g} kWh.")
    fired = [use for use in answer.scenes if use.before != use.after]
    if fired:
        show.table(
            ("scene", "began", "what if"),
            ((use.scene, str(use.before), str(use.after)) for use in fired),
        )
    for conflict in answer.conflicts_after:
        one, other = map(scene_called, conflict.scenes)
        name = conflict.property.rpartition("/")[2]
        wished, wished_too = (value_words(name, value) for value in conflict.values)
        times = "once" if conflict.times == 1 else f"{conflict.times} times"
        show.out.print(
            f"At odds {times}: {one} wants {conflict.name} {wished}, {other} {wished_too}."
        )
    was = sum(conflict.times for conflict in answer.conflicts_before)
    now = sum(conflict.times for conflict in answer.conflicts_after)
    if was != now:
        show.out.print(f"Conflicts: {was} as it was; {now} what if.")


def _row(change: Change) -> tuple[str, ...]:
    before, after = change.before, change.after
    return (
        change.name,
        change.word,
        str(before.times),
        str(after.times),
        _number(before.hours),
        _number(after.hours),
        _number(before.kwh),
        _number(after.kwh),
        f"{change.hours_different:.1f} h",
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
