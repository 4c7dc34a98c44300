"""`hubd replay`: what the hub would have done."""

import time
from pathlib import Path

import click

from hubd.cli import show
from hubd.model.errors import ConfigError
from hubd.model.events import Commanded, Event, SceneRevised
from hubd.model.instant import from_us
from hubd.replaying import Replay
from hubd.store.reading import LogReader, log_url
from scenes.compiler import compile_scene
from scenes.folder import read_folder, revise
from scenes.safety.compiler import compile_rules


@click.command()
@click.argument("log")
@click.option(
    "--scenes",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Replay through the scenes of this folder instead of the log's own.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each line.")
@click.option("--quiet", is_flag=True, help="Print the summary alone.")
def replay(log: str, folder: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Fold LOG anew, and print the commands that it would have given, and a digest of them.

    LOG is a hub's database: a file, or a URL as in hub.toml.
    """
    scenes = _scenes(folder) if folder is not None else None
    began_s = time.perf_counter()
    with LogReader.open(log_url(log)) as reader, show.progress() as bar:
        total = reader.count()
        task = bar.add_task("replaying", total=total)
        run = Replay(
            bar.track(reader.read(), total=total, task_id=task),
            compile_scene,
            scenes,
            compile_rules,
        )
        for event in run:
            if not quiet:
                _print(event, as_json=as_json)
    took_s = time.perf_counter() - began_s
    summary = {
        "inputs": run.inputs,
        "events": run.events,
        "scenes_fired": run.fired,
        "commands": run.commands,
        "digest": run.digest,
        "times_real_time": round(run.span_us / 1e6 / took_s) if took_s else 0,
    }
    if as_json:
        show.as_json(summary)
    else:
        show.table(("", ""), ((key, str(value)) for key, value in summary.items()))


def _scenes(folder: Path) -> list[SceneRevised]:
    revision = revise({}, read_folder(folder))
    if revision.problems:
        raise ConfigError("\n".join(str(p) for p in revision.problems))
    return [event for event in revision.events if isinstance(event, SceneRevised)]


def _print(event: Event, *, as_json: bool) -> None:
    if not isinstance(event.what, Commanded):
        return
    command = event.what.command
    if as_json:
        row = {"event": event.id, "at": from_us(event.at_us).isoformat(), "action": command.action}
        show.as_json({**row, "property": command.property, "value": command.value})
    else:
        at = from_us(event.at_us).strftime("%Y-%m-%d %H:%M:%S")
        show.out.print(f"{at}  {command.property} -> {command.value}", highlight=False)
