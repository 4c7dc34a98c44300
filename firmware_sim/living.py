"""`python -m firmware_sim live` and `record`: the simulated house, on a broker or into a folder."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click
import uvloop

from firmware_sim.fleet import Fleet
from firmware_sim.home import Home, HomeError, read_home
from firmware_sim.live import live as live_on
from firmware_sim.live import simulate
from firmware_sim.options import (
    FILE,
    UNREACHABLE,
    UNUSABLE,
    Instant,
    Speed,
    broker_option,
    end,
    json_option,
)
from firmware_sim.pace import Pace
from firmware_sim.recording import local, write_recording
from firmware_sim.replay import Progress
from firmware_sim.station import Broker
from firmware_sim.tidings import Tidings, ended_by_signals, run_for
from firmware_sim.world.house import Blueprint, opened

_home = click.option("--home", "home_file", type=FILE, required=True, help="The home file.")
_seed = click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same days.")


@click.command()
@broker_option
@_home
@_seed
@click.option("--speed", type=Speed(), default=1.0, help="Times real time, or max. [default: 1]")
@click.option("--start", type=Instant(), help="The home's time at the start. [default: now]")
@click.option("--wall-start", type=float, help="When that is, in seconds since the epoch.")
@click.option("--seconds", type=float, help="End after so many seconds of the wall clock.")
@json_option
def live(
    *,
    broker: Broker,
    home_file: Path,
    seed: int,
    speed: float,
    start: datetime | None,
    wall_start: float | None,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Let simulated people live in a home, on a broker, until stopped."""
    home = _read(home_file)
    begin = start.replace(tzinfo=start.tzinfo or home.zone) if start else datetime.now(UTC)
    tidings = Tidings(as_json=as_json)
    blueprint = Blueprint(home, seed)
    try:
        uvloop.run(_live(broker, blueprint, begin, (speed, wall_start, seconds), tidings))
    except TimeoutError:
        end(f"no broker answers at {broker.host}:{broker.port}", UNREACHABLE)


@click.command()
@_home
@_seed
@click.option("--days", type=click.FloatRange(min=0, min_open=True), default=1.0, show_default=True)
@click.option("--start", type=Instant(), required=True, help="Local without an offset.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
def record(*, home_file: Path, seed: int, days: float, start: datetime, out: Path) -> None:
    """Run the simulated house in virtual time and write what happens as a recording."""
    home = _read(home_file)
    begin = start.replace(tzinfo=start.tzinfo or home.zone)
    readings = tuple(simulate(home, seed, begin, days * 86_400))
    write_recording(home, readings, out, home_file)
    size = (out / "events.csv").stat().st_size
    told = {"readings": len(readings), "devices": len(home.firmwares()), "bytes": size}
    sys.stdout.write(json.dumps(told) + "\n")


async def _live(
    broker: Broker,
    blueprint: Blueprint,
    begin: datetime,
    when: tuple[float, float | None, float | None],
    tidings: Tidings,
) -> None:
    speed, wall_start, seconds = when
    zone = blueprint.zone
    house = opened(blueprint, begin)
    progress = Progress(0, house.at_us)
    fleet = Fleet(blueprint.home.firmwares(), Pace(house.at_us, time.time(), speed))
    with ended_by_signals():
        async with fleet.on(broker):
            tidings.ready(len(fleet), local(house.at_us, zone))
            pace = Pace(house.at_us, wall_start or time.time(), speed)
            await run_for(
                seconds,
                live_on(blueprint, house, fleet, pace, progress),
                lambda: tidings.progress(progress.played, local(progress.at_us, zone)),
            )
    tidings.done(progress.played, fleet.commands)


def _read(path: Path) -> Home:
    try:
        return read_home(path)
    except HomeError as error:
        end(error, UNUSABLE)
