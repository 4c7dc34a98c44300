"""The command line: `python -m firmware_sim play | live | record | load`."""

import logging
import sys

import click

from firmware_sim.living import live, record
from firmware_sim.load.command import load
from firmware_sim.play import play


@click.group()
@click.option("--verbose", is_flag=True, help="Log what happens to standard error.")
def main(*, verbose: bool) -> None:
    """Simulate the world outside of a home hub: devices on MQTT, rooms and people."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


for _command in (play, live, record, load):
    main.add_command(_command)
