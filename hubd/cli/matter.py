"""`hubd matter`: the Matter server of the hub's own."""

import asyncio
import os
import signal
from pathlib import Path

import click

from drivers.matter.managed.installing import install
from drivers.matter.managed.running import ManagedServer
from hubd.cli import show
from hubd.matter import server_options
from hubd.sdnotify import Notifier
from hubd.settings import Settings

_config = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="hub.toml; without it, the environment over the defaults.",
)


@click.group()
def matter() -> None:
    """Install and run a Matter server of the hub's own (docs/drivers/matter.md)."""


@matter.command(name="install")
@_config
def install_(config: Path | None) -> None:
    """Install the server into an environment of its own, and end."""
    asyncio.run(_install(Settings.load(config)))


async def _install(settings: Settings) -> None:
    await install(server_options(settings).folder, show.said)


@matter.command()
@_config
@click.option(
    "--rooted",
    is_flag=True,
    help="The server's fixed folders, /data and /tmp, are given by the service manager.",
)
def serve(config: Path | None, *, rooted: bool) -> None:
    """Install the server if it is not there, and run it until told to stop."""
    asyncio.run(_serve(Settings.load(config), rooted=rooted))


async def _serve(settings: Settings, *, rooted: bool) -> None:
    server = ManagedServer(server_options(settings), show.said, rooted=rooted)
    running = asyncio.create_task(server.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    async with Notifier.from_environment(os.environ) as notifier:
        ready = asyncio.create_task(server.is_ready.wait())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if server.is_ready.is_set():
            notifier.ready(f"answers at {server.options.url}")
        try:
            await running
        except asyncio.CancelledError:
            notifier.stopping()
