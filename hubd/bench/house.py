"""What the bench runs: a broker, the load, and a responder to it: the hub, or the bare floor."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from drivers.broker.embedded import find_broker
from hubd.bench.core import scene_text

_READY_TIMEOUT_S = 60.0
_SCENES_A_FILE = 500


@dataclass(frozen=True, slots=True)
class House:
    """A scratch folder, and the broker in it."""

    folder: Path
    broker_url: str


@dataclass(frozen=True, slots=True)
class Responder:
    """A process that answers motion with light."""

    pid: int


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """Run a broker of its own in `folder`."""
    async with find_broker(folder / "broker") as broker:
        yield House(folder, broker.url)


@asynccontextmanager
async def floor(where: House) -> AsyncIterator[Responder]:
    """Run the bare responder."""
    url = urlsplit(where.broker_url)
    async with _process("-m", "hubd.bench.floor", url.hostname, url.port) as process:
        await _line(process)
        yield Responder(process.pid)


@asynccontextmanager
async def hub(
    where: House, *, scenes: int, keep: bool = False, manifests: Sequence[Path] = ()
) -> AsyncIterator[Responder]:
    """Run the hub with that many scenes; with `keep`, on what an earlier one left behind.

    `manifests` are those of drivers beside its own.
    """
    home = where.folder / "hub"
    if not keep:
        _write(home, where.broker_url, scenes, manifests)
    config = str(home / "hub.toml")
    async with _process("-m", "hubd.cli", "run", "--config", config) as process:
        yield Responder(process.pid)


def _write(home: Path, broker_url: str, scenes: int, manifests: Sequence[Path]) -> None:
    (home / "scenes").mkdir(parents=True, exist_ok=True)
    for old in home.glob("data/hub.db*"):
        old.unlink()
    for old in home.glob("scenes/*.yaml"):
        old.unlink()
    for some in batched(range(1, scenes + 1), _SCENES_A_FILE):
        documents = "---\n".join(map(scene_text, some))
        (home / "scenes" / f"bench_{some[0]:05d}.yaml").write_text(documents)
    (home / "hub.toml").write_text(
        'data = "data"\nrun = "run"\nlog_level = "error"\n'
        f'[mqtt]\nurl = "{broker_url}"\n'
        "[api]\nport = 0\n"
        f"[drivers]\nmanifests = {json.dumps(list(map(str, manifests)))}\n"
    )


async def load(where: House, *arguments: object) -> dict[str, Any]:
    """Run the load with `arguments`; return what it measured, its last line."""
    command = ["-m", "firmware_sim", "load", "--broker", where.broker_url, "--json"]
    async with _process(*command, *arguments) as process:
        if process.stdout is None:
            raise AssertionError
        lines = (await process.stdout.read()).splitlines()
    measured: dict[str, Any] = json.loads(lines[-1])
    return measured


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


@asynccontextmanager
async def _process(*arguments: object) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *map(str, arguments), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _line(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None:
        return b""
    return await asyncio.wait_for(process.stdout.readline(), _READY_TIMEOUT_S)
