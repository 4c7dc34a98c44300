"""`hubd driver restart`: a driver's process is ended, and started anew."""

from pathlib import Path

import click

from hubd.api.client import LocalClient
from hubd.cli import show
from hubd.cli.live import find_socket, options


@click.command()
@options
@click.argument("name")
def restart(socket: Path | None, name: str, *, as_json: bool) -> None:
    """Start the driver NAME anew (see: hubd drivers)."""
    LocalClient(find_socket(socket)).post(f"/api/drivers/{name}/restart", {})
    if as_json:
        show.as_json({"restarted": name})
    else:
        show.out.print(f"The {name} driver is started anew.", highlight=False)
