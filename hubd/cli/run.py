"""`hubd run`: the daemon."""

import asyncio
import logging
import signal
import sys
from pathlib import Path

import click
import uvloop

from hubd.app import App, running
from hubd.sdnotify import Notifier
from hubd.settings import Settings


@click.command()
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="hub.toml; without it, the environment over the defaults.",
)
def run(config: Path | None) -> None:
    """Run the hub until it is told to stop."""
    settings = Settings.load(config)
    logging.basicConfig(
        level=settings.log_level.upper(), stream=sys.stderr, format="%(levelname)s %(message)s"
    )
    uvloop.run(_run(settings))


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(settings) as app, Notifier.from_environment() as notifier:
        _greet(app)
        notifier.ready(f"{len(app.hub.core.state.home.devices)} devices")
        await stop.wait()
        notifier.stopping()


def _greet(app: App) -> None:
    log = logging.getLogger("hubd")
    log.info("the panel is at %s", app.front.panel_url)
    log.info("devices speak MQTT at %s", app.broker_url)
    if app.front.owner_code is not None:
        log.info("the first owner comes in with the code %s", app.front.owner_code)
