"""What the past answers: why a scene did not begin, and what other scenes would have done."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from msgspec import convert, to_builtins

from hubd.api import pictures
from hubd.api.client import LocalClient
from hubd.bygone import why_not as reader_why_not
from hubd.cli import show
from hubd.cli.live import find_socket
from hubd.cli.when import Moment
from hubd.model.errors import HubError
from hubd.model.ids import SceneId
from hubd.model.instant import HOUR_US, to_us
from hubd.store.reading import LogReader, log_url
from hubd.whatif.answer import Answer, ThingChange, total_kwh
from hubd.whatif.asking import Question
from hubd.whatif.asking import what_if as ask_what_if
from scenes.folder import read_folder
from scenes.phrases import scene_called, value_words
from scenes.whynot import WhyNot

_PATIENCE_S = 600.0
_MOST_CONFLICTS = 8

type Json = dict[str, Any]


def _where[F: Callable[..., object]](command: F) -> F:
    socket = click.option(
        "--socket",
        envvar="HUBD_SOCKET",
        type=click.Path(path_type=Path),
        help="The hub's socket; found by itself where the hub runs here.",
    )
    log = click.option(
        "--log", help="Ask this log itself and no hub: a hub's database, a file or a URL."
    )
    return socket(log(click.option("--json", "as_json", is_flag=True, help="JSON.")(command)))


@click.command("why-not")
@_where
@click.option("--at", type=Moment(), help="When; now without it. As 2026-06-15T19:04, or 3h (ago).")
@click.option("--within", default=24.0, show_default=True, help="Hours before that to look at.")
@click.argument("scene")
def why_not(
    scene: str,
    at: datetime | None,
    within: float,
    socket: Path | None,
    log: str | None,
    *,
    as_json: bool,
) -> None:
    """Say why SCENE (its id) did not begin, and what would have had to be otherwise."""
    if log is not None:
        told = to_builtins(pictures.why_not(_from_log(log, scene, at, within)))
    else:
        when = at.isoformat() if at is not None else None
        client = LocalClient(find_socket(socket), _PATIENCE_S)
        told = client.get("/api/why-not", scene=scene, at=when, within_h=str(within))
    if as_json:
        show.as_json(told)
        return
    show.out.print(told["sentence"])
    for problem in told["problems"]:
        show.out.print(f"  {problem}")
    if len(told["whens"]) > 1:
        show.table(
            ("when", "in", "came about", "nearest"),
            (
                (w["when"], w["area"] or "-", f"{w['came_about']} times", w["text"])
                for w in told["whens"]
            ),
        )


def _from_log(log: str, scene: str, at: datetime | None, within_h: float) -> WhyNot:
    url = log_url(log)
    with LogReader.open(url) as reader:
        at_us = to_us(at) if at is not None else reader.last_us()
        told = reader_why_not(reader.engine, SceneId(scene), at_us, round(within_h * HOUR_US))
    if told is None:
        raise NoSceneError(
            f"The log has no scene {scene!r} at that time", mend="See `hubd scenes` for the ids"
        )
    return told


class NoSceneError(HubError):
    """The log has no such scene."""

    code = "no_scene"


@click.command("what-if")
@_where
@click.option(
    "--scenes",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The scenes to try.",
)
@click.option("--from", "begin", type=Moment(), help="Since when; the log's begin without it.")
@click.option("--to", "end", type=Moment(), help="Until when; the log's end without it.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw it, as SVG, into this file.")
def what_if(
    folder: Path,
    begin: datetime | None,
    end: datetime | None,
    picture: Path | None,
    socket: Path | None,
    log: str | None,
    *,
    as_json: bool,
) -> None:
    """Live the past anew under the scenes of a folder; show what would have been otherwise."""
    files = read_folder(folder)
    with show.err.status("living the past twice"):
        if log is not None:
            told = _lived_from_log(log, files, begin, end)
        else:
            body: Json = {"scenes": files, "picture": picture is not None}
            body |= {"from": begin.isoformat()} if begin is not None else {}
            body |= {"to": end.isoformat()} if end is not None else {}
            told = LocalClient(find_socket(socket), _PATIENCE_S).post("/api/what-if", body)
    drawn = told.pop("picture")
    if picture is not None:
        picture.write_text(drawn, encoding="utf-8")
    if as_json:
        show.as_json(told)
        return
    _tell(convert(told, Answer, strict=False))
    if picture is not None:
        show.out.print(f"The picture is in {picture}.")


def _lived_from_log(
    log: str, files: dict[str, str], begin: datetime | None, end: datetime | None
) -> Json:
    question = Question(
        url=log_url(log),
        files=files,
        from_us=to_us(begin) if begin is not None else 0,
        to_us=to_us(end) if end is not None else 0,
    )
    told: Json = to_builtins(pictures.what_if(ask_what_if(question), drawn=True))
    return told


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
    for conflict in answer.conflicts_after[:_MOST_CONFLICTS]:
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


def _row(change: ThingChange) -> tuple[str, ...]:
    before, after = change.before, change.after
    return (
        change.name,
        change.word,
        str(before.times),
        str(after.times),
        _number(before.hours),
        _number(after.hours),
        "-" if before.kwh is None else f"{before.kwh:.3g}",
        "-" if after.kwh is None else f"{after.kwh:.3g}",
        f"{change.hours_different:.1f} h",
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
