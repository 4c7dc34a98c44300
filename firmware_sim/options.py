"""What the commands' options have in common: their types, and how a command ends."""

import math
import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from firmware_sim.station import Broker

UNUSABLE = 2
UNREACHABLE = 3
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Speed(click.ParamType[float]):
    """How many times as fast as real time: a number, or `max` (infinity)."""

    name = "speed"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the speed; fails for what is not more than 0."""
        if value == "max":
            return math.inf
        try:
            speed = float(str(value))
        except ValueError:
            self.fail(f"{value!r} is neither a number nor max", param, ctx)
        if not speed > 0:
            self.fail("it must be more than 0", param, ctx)
        return speed


class Instant(click.ParamType[datetime]):
    """An ISO 8601 time, with or without offset."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the time; fails for what is none."""
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not like 2026-03-02T06:00+01:00", param, ctx)


class BrokerUrl(click.ParamType[Broker]):
    """Where a broker is."""

    name = "url"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Broker:
        """Return the broker; fails for what is no `mqtt://` URL."""
        try:
            return Broker.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


broker_option = click.option(
    "--broker", type=BrokerUrl(), required=True, help="mqtt://[user:password@]host[:port]"
)
json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    default=lambda: not sys.stdout.isatty(),
    help="JSON lines; so by itself when the output is no terminal.",
)


def end(error: object, code: int) -> NoReturn:
    """Say on standard error what is wrong, and end with `code`."""
    click.echo(f"firmware_sim: {error}", err=True)
    sys.exit(code)
