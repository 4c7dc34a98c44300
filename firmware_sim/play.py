"""`python -m firmware_sim play`: a recorded home on a broker."""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
import uvloop

from firmware_sim.fleet import Fleet
from firmware_sim.home import HomeError
from firmware_sim.options import (
    FILE,
    FOLDER,
    UNREACHABLE,
    UNUSABLE,
    Instant,
    Speed,
    broker_option,
    end,
    json_option,
)
from firmware_sim.pace import Pace
from firmware_sim.recording import Recording, read_recording
from firmware_sim.replay import Progress, readings_from, replay, states_at
from firmware_sim.rows import RecordingError
from firmware_sim.station import Broker
from firmware_sim.tidings import Tidings, ended_by_signals, run_for

MAPLE_STREET = Path(__file__).with_name("recordings") / "maple_street"


@dataclass(frozen=True, slots=True)
class When:
    """What of the recording is played, and how fast; `wall_start` is seconds since the epoch."""

    speed: float
    sim_start: datetime | None
    wall_start: float | None
    from_day: int | None
    seconds: float | None
    loop: bool


@click.command()
@broker_option
@click.option(
    "--recording",
    type=FOLDER,
    default=MAPLE_STREET,
    help="A folder with events.csv. [default: the recording of Maple Street]",
)
@click.option("--home", "home_file", type=FILE, help="Its home file, instead of its home.yaml.")
@click.option("--speed", type=Speed(), default=1.0, help="Times real time, or max. [default: 1]")
@click.option(
    "--sim-start",
    type=Instant(),
    help="The home's time at the start; local without an offset. [default: the busiest full day]",
)
@click.option(
    "--wall-start",
    type=float,
    help="When that is, in seconds since the epoch. [default: when the devices are announced]",
)
@click.option(
    "--from-day",
    type=click.IntRange(min=1),
    help="Start with this day; 1 is the recording's first.",
)
@click.option("--seconds", type=float, help="End after so many seconds of the wall clock.")
@click.option("--loop", is_flag=True, help="Start over at the end, whole days later.")
@json_option
def play(
    *, broker: Broker, recording: Path, home_file: Path | None, as_json: bool, **when: object
) -> None:
    """Play a recorded home as devices on a broker."""
    try:
        home = read_recording(recording, home_file)
    except (RecordingError, HomeError) as error:
        end(error, UNUSABLE)
    if home.faults:
        click.echo(f"{len(home.faults)} rows cannot be used:", err=True)
        for fault in home.faults[:10]:
            click.echo(f"  {fault}", err=True)
    wish = When(**when)  # type: ignore[arg-type]
    try:
        uvloop.run(_play(broker, home, wish, Tidings(as_json=as_json)))
    except TimeoutError:
        end(f"no broker answers at {broker.host}:{broker.port}", UNREACHABLE)


async def _play(broker: Broker, recording: Recording, when: When, tidings: Tidings) -> None:
    start = sim_start(recording, when)
    start_us = round(start.timestamp() * 1e6)
    progress = Progress(0, start_us)
    # What takes time in a device needs the speed alone; the clock starts when all are announced.
    fleet = Fleet(
        recording.home.firmwares(),
        Pace(start_us, time.time(), when.speed),
        states=states_at(recording.readings, start_us),
    )
    with ended_by_signals():
        async with fleet.on(broker):
            pace = Pace(start_us, when.wall_start or time.time(), when.speed)
            tidings.ready(len(fleet), start)
            readings = readings_from(recording.readings, start_us, loop=when.loop)
            await run_for(
                when.seconds,
                replay(readings, fleet, pace, progress),
                lambda: tidings.progress(progress.played, progress.at(recording)),
            )
    tidings.done(progress.played, fleet.commands)


def sim_start(recording: Recording, when: When) -> datetime:
    """Return the home's time at which to start; raises click.BadParameter for a day too late."""
    if when.sim_start:
        return when.sim_start.replace(tzinfo=when.sim_start.tzinfo or recording.home.zone)
    if when.from_day:
        days = recording.days()
        if when.from_day > len(days):
            raise click.BadParameter(f"the recording has {len(days)} days", param_hint="--from-day")
        return days[when.from_day - 1]
    return recording.busiest_day()
