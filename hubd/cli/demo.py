"""`hubd demo`: a recorded home lives through the hub, over the devices' real protocol."""

import asyncio
import json
import logging
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import uvloop

from drivers.broker.embedded import find_broker
from hubd import samples
from hubd.api.port import Explanation
from hubd.app import App, running
from hubd.cli import show
from hubd.cli.live import demo_folder
from hubd.clock import PacedClock
from hubd.core.reconciler import Policy
from hubd.model.command import Outcome
from hubd.model.errors import HubError
from hubd.model.events import Fired
from hubd.model.instant import to_us
from hubd.settings import HomeSettings, MqttSettings, PanelSettings, ScenesSettings, Settings

_DAY_S = 86_400.0
_LEAD_S = 1.5
"""Between the devices' announcements and their first report: the time that a hub needs to start."""


class DemoError(HubError):
    """The simulated devices did not start, or ended before their time."""

    code = "demo"


@dataclass(frozen=True, slots=True)
class _Play:
    """What to play, and how fast; `seconds` of the wall clock at most."""

    recording: Path
    speed: float
    seconds: float | None


@click.command()
@click.option(
    "--recording",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with a recorded home; without it, the one that comes with hubd.",
)
@click.option("--speed", type=float, help="How many times faster than it was lived.")
@click.option("--seconds", type=float, help="End after so many seconds; a day is played in them.")
@click.option("--port", default=0, help="The panel's port; any free one without it.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON, as the last line.")
def demo(
    recording: Path | None,
    speed: float | None,
    seconds: float | None,
    port: int,
    *,
    as_json: bool,
) -> None:
    """Play a recorded home: devices announce themselves, people live, scenes react.

    All of it runs in a scratch folder on free ports, and leaves nothing behind.
    """
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    default = 300.0 if seconds is None else max(1.0, seconds - 2 * _LEAD_S)
    play = _Play(recording or samples.recording(), speed or _DAY_S / default, seconds)
    scratch = Path(tempfile.mkdtemp(prefix="hubd-demo-"))
    try:
        summary = uvloop.run(_demo(play, scratch, port, as_json=as_json))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if as_json:
        show.as_json(summary)
    else:
        show.table(("", ""), ((key, str(value)) for key, value in summary.items()))


async def _demo(play: _Play, scratch: Path, port: int, *, as_json: bool) -> dict[str, Any]:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(find_broker(scratch / "broker"))
        wall_start_s = time.time() + _LEAD_S
        devices = await stack.enter_async_context(_devices(play, broker.url, wall_start_s))
        ready = await devices.ready()
        clock = PacedClock(
            home_start_us=to_us(datetime.fromisoformat(ready["sim_start"])),
            wall_start_s=wall_start_s,
            pace=play.speed,
        )
        settings = _settings(play, scratch, broker.url, port)
        app = await stack.enter_async_context(running(settings, clock, Policy(pace=play.speed)))
        if not as_json:
            _greet(app, play)
        with suppress(TimeoutError):
            async with asyncio.timeout(play.seconds):
                await asyncio.wait(
                    [asyncio.create_task(stop.wait()), asyncio.create_task(devices.done())],
                    return_when=asyncio.FIRST_COMPLETED,
                )
        return await _summary(app)


def _settings(play: _Play, scratch: Path, broker_url: str, port: int) -> Settings:
    home = play.recording / "home.yaml"
    socket_folder = demo_folder() if _is_free(demo_folder() / "hub.sock") else scratch
    socket_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Settings(
        data=scratch,
        run=socket_folder,
        home=HomeSettings(file=home if home.exists() else None),
        mqtt=MqttSettings(url=broker_url),
        scenes=ScenesSettings(folder=samples.EXAMPLES),
        api=PanelSettings(port=port),
    )


def _is_free(path: Path) -> bool:
    """Say whether no other demo answers at the socket `path`."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return True
    return False


def _greet(app: App, play: _Play) -> None:
    show.out.print(f"Playing [bold]{play.recording.name}[/], {play.speed:g} times as fast.")
    show.out.print(f"  panel   {app.front.panel_url}")
    if app.front.owner_code is not None:
        show.out.print(f"  code    {app.front.owner_code}   (the first owner comes in with it)")
    show.out.print("  ask     hubd devices · hubd events · hubd why NAME   (in another terminal)")
    show.out.print("  end     Ctrl-C")


async def _summary(app: App) -> dict[str, Any]:
    counts = app.hub.counts
    why = await _a_reason(app)
    return {
        "devices": len(app.hub.core.state.home.devices),
        "events": counts.events,
        "scenes_fired": counts.scenes_fired,
        "commands": counts.commands,
        "confirmed": counts.outcomes[Outcome.CONFIRMED],
        "why": why.sentence if why is not None else "",
    }


async def _a_reason(app: App) -> Explanation | None:
    """Return why the latest command that a scene gave was given."""
    await app.store.commit()
    commands = app.store.read(kinds={"commanded"}, newest_first=True, limit=500)
    for event in commands:
        cause = app.store.event(event.cause)
        if cause is not None and isinstance(cause.what, Fired):
            return await app.front.outlook.why(str(event.id))
    return None


class _Devices:
    """The simulated devices: a process of their own, which tells how it goes in lines of JSON."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ready(self) -> dict[str, Any]:
        """Wait until all have announced themselves; return what they say of that."""
        async for told in self._lines():
            if told.get("ready"):
                return told
        raise DemoError("The simulated devices ended before they were ready")

    async def done(self) -> None:
        """Wait until the recording is over."""
        async for told in self._lines():
            if told.get("done"):
                return

    async def _lines(self) -> AsyncIterator[dict[str, Any]]:
        if self._process.stdout is None:
            return
        async for line in self._process.stdout:
            yield json.loads(line)


@asynccontextmanager
async def _devices(play: _Play, broker_url: str, wall_start_s: float) -> AsyncIterator[_Devices]:
    arguments = ["play", "--broker", broker_url, "--recording", str(play.recording), "--json"]
    arguments += ["--speed", str(play.speed), "--wall-start", str(wall_start_s)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "firmware_sim", *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield _Devices(process)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
