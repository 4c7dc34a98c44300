"""Two network namespaces with a cable between them: the hub's side and the world's.

A test enters the hub's side itself; what plays the world runs in processes in the other. Needs root
and iproute2; without them a test that asks is skipped, and says why.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

HUB, WORLD = "10.211.0.1", "10.211.0.2"
HUB6, WORLD6 = "fe80::1", "fe80::2"
_LONGEST_ANSWER = 4 * 1024 * 1024
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Cable:
    """The two namespaces' names, and those of the interfaces at the ends."""

    hub: str
    world: str
    hub_end: str = "eth0"
    world_end: str = "eth0"

    def set_link(self, *, up: bool) -> None:
        """Plug the cable in or pull it, at the world's end."""
        _ip("-n", self.world, "link", "set", self.world_end, "up" if up else "down")

    def set_hub_link(self, *, up: bool) -> None:
        """Take the hub's own interface up or down; down it loses its IPv6 addresses."""
        _ip("-n", self.hub, "link", "set", self.hub_end, "up" if up else "down")

    def readdress(self, former: str, address: str) -> None:
        """Give the hub's interface another address."""
        _ip("-n", self.hub, "addr", "del", f"{former}/24", "dev", self.hub_end)
        _ip("-n", self.hub, "addr", "add", f"{address}/24", "dev", self.hub_end)

    def in_hub(self, *command: str) -> list[str]:
        """Return `command` as it runs in the hub's namespace."""
        return ["ip", "netns", "exec", self.hub, *command]

    def in_world(self, *command: str) -> list[str]:
        """Return `command` as it runs in the world's namespace."""
        return ["ip", "netns", "exec", self.world, *command]


@contextmanager
def cable() -> Iterator[Cable]:
    """Lay a cable, and be in the hub's namespace meanwhile. Skips the test where that cannot be."""
    with lay() as laid, inside(laid):
        yield laid


@contextmanager
def inside(laid: Cable) -> Iterator[None]:
    """Be in the hub's namespace: this thread, and the threads and processes that it starts."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        hub = os.open(Path("/run/netns") / laid.hub, os.O_RDONLY)
        try:
            os.setns(hub, os.CLONE_NEWNET)
        finally:
            os.close(hub)
        yield
    finally:
        os.setns(home, os.CLONE_NEWNET)
        os.close(home)


@contextmanager
def lay() -> Iterator[Cable]:
    """Lay a cable. Skips the test where that cannot be."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    if shutil.which("ip") is None:
        pytest.skip("iproute2 is not installed (Debian's package `iproute2`)")
    number = f"{os.getpid() % 100_000}-{next(_numbers)}"
    laid = Cable(f"hubd-hub-{number}", f"hubd-world-{number}")
    try:
        try:
            _lay(laid)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
        yield laid
    finally:
        for name in (laid.hub, laid.world):
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", name)


def _lay(laid: Cable) -> None:
    for name in (laid.hub, laid.world):
        _ip("netns", "add", name)
        _ip("-n", name, "link", "set", "lo", "up")
    _ip(
        *("-n", laid.hub, "link", "add", laid.hub_end, "type", "veth"),
        *("peer", "name", laid.world_end, "netns", laid.world),
    )
    for name, end, address, address6 in (
        (laid.hub, laid.hub_end, HUB, HUB6),
        (laid.world, laid.world_end, WORLD, WORLD6),
    ):
        _ip("-n", name, "addr", "add", f"{address}/24", "dev", end)
        _ip("-n", name, "addr", "add", f"{address6}/64", "dev", end, "nodad")
        _ip("-n", name, "link", "set", end, "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Player:
    """A process in the world's namespace that takes a command a line, and answers with JSON."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def ask(self, command: str) -> dict[str, object]:
        """Give a command; return its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(command.encode() + b"\n")
        line = await self.process.stdout.readline()
        assert line, "the world's process ended"
        answer = json.loads(line)
        return answer if isinstance(answer, dict) else {}

    async def kill(self) -> None:
        """End it as a power cut does: without a goodbye."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def player(laid: Cable, module: str, *arguments: str) -> AsyncIterator[Player]:
    """Run `python -m module arguments` in the world's namespace."""
    process = await asyncio.create_subprocess_exec(
        *laid.in_world(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_ANSWER,
    )
    try:
        yield Player(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
