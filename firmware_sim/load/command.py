"""`python -m firmware_sim load`: the load generator's command line."""

import asyncio
import json
import sys
from dataclasses import asdict, dataclass

import click
import uvloop

from firmware_sim.load.generator import Generator, Search, find_highest
from firmware_sim.load.pairs import Schema
from firmware_sim.load.stopwatch import Result
from firmware_sim.options import UNREACHABLE, broker_option, end, json_option
from firmware_sim.station import Broker


@dataclass(frozen=True, slots=True)
class Load:
    """What the command line asks for."""

    pairs: int
    rate: float
    seconds: float
    schema: Schema
    announce_only: bool = False
    announced: bool = False
    forget: bool = False
    first_reaction: bool = False
    find_highest: bool = False
    settle_s: float = 1.0
    timeout_s: float = 60.0
    as_json: bool = True


_POSITIVE = click.FloatRange(min=0, min_open=True)


@click.command()
@broker_option
@click.option("--pairs", type=click.IntRange(1, 9999), default=50, show_default=True)
@click.option(
    "--rate",
    type=_POSITIVE,
    default=100.0,
    show_default=True,
    help="Sensor messages a second, all sensors together; every other one is an ON.",
)
@click.option(
    "--seconds", type=_POSITIVE, default=5.0, show_default=True, help="Of the load, or of a step."
)
@click.option(
    "--schema",
    type=click.Choice([schema.value for schema in Schema]),
    default="json",
    show_default=True,
    help="How the lamps speak.",
)
@click.option(
    "--scenario",
    type=click.Choice(["steady", "saturate"]),
    default="steady",
    show_default=True,
    help="One rate; or the same as --find-highest.",
)
@click.option(
    "--find-highest",
    is_flag=True,
    help="Raise the rate by 1.4 until p99 > 100 ms or more than 0.1 % is lost.",
)
@click.option("--announce-only", is_flag=True, help="Announce the devices, and end.")
@click.option("--announced", is_flag=True, help="The devices are announced already.")
@click.option("--forget", is_flag=True, help="Take the announcements back, and end.")
@click.option(
    "--first-reaction", is_flag=True, help="Toggle sensor 1 every 50 ms until lamp 1 is commanded."
)
@click.option(
    "--settle",
    "settle_s",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Seconds between announcing and the load.",
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Seconds to wait for the first reaction.",
)
@json_option
def load(*, broker: Broker, schema: str, scenario: str, find_highest: bool, **wish: object) -> None:
    """Load a broker and what reacts on it, and measure the reaction."""
    asked = Load(
        schema=Schema(schema),
        find_highest=find_highest or scenario == "saturate",
        **wish,  # type: ignore[arg-type]
    )
    try:
        answered = uvloop.run(run(broker, asked))
    except OSError as error:
        end(f"{broker.host}:{broker.port}: {error}", UNREACHABLE)
    if not answered:
        sys.exit(1)


async def run(broker: Broker, load: Load) -> bool:
    """Do what `load` asks for and print its result; return whether there was one."""
    generator = Generator(load.pairs, load.schema)
    await generator.open(broker)
    try:
        return await _run(generator, load)
    finally:
        await generator.close()


async def _run(generator: Generator, load: Load) -> bool:
    if load.forget:
        await generator.forget()
        _tell({"forgotten": load.pairs * 2}, load)
        return True
    if not load.announced:
        await generator.announce()
    if load.announce_only:
        _tell({"announced": load.pairs * 2}, load)
        return True
    if load.first_reaction:
        seconds = await generator.first_reaction(load.timeout_s)
        _tell({"first_reaction_s": None if seconds is None else round(seconds, 3)}, load)
        return seconds is not None
    await asyncio.sleep(load.settle_s)
    if load.find_highest:
        held, steps = await find_highest(generator, Search(seconds=load.seconds))
        _tell({"highest_rate": round(held), "steps": [_fields(step) for step in steps]}, load)
        return held > 0
    result = await generator.load(load.rate, load.seconds)
    _tell(_fields(result), load)
    return True


def _fields(result: Result) -> dict[str, object]:
    return asdict(result)


def _tell(fields: dict[str, object], load: Load) -> None:
    if load.as_json:
        text = json.dumps(fields)
    else:
        text = "\n".join(f"{key:>17}  {value}" for key, value in fields.items())
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
