"""Virtual Matter devices on matter.js: commissionable, commanded, and touched as by a hand.

Each runs in a process of Node's own (`firmware_sim/matter/device.mjs`, which says what a
description holds); `.ci/matter` installs what it needs. Matter wants a network with IPv6 link-local
addresses and mDNS, which the loopback is not: `within` is the command that enters one.
"""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

_SCRIPTS = Path(__file__).parents[1] / "matter"
_PATIENCE_S = 60.0
_LONGEST_LINE = 16 * 1024 * 1024
_FIRST_PORT = 5540
_FIRST_PASSCODE = 20_202_021
_numbers = count(0)

type Told = Mapping[str, object]


class MatterPeer:
    """A device with the endpoints of its description. `installed` is the folder of `.ci/matter`.

    Its codes, and what it keeps (its fabrics, its state), stay the same when it is stopped or
    killed and started again. Its codes are its own unless the description has them.
    """

    def __init__(
        self,
        installed: Path,
        *endpoints: Mapping[str, object],
        within: Sequence[str] = (),
        interface: str = "",
        **more: object,
    ) -> None:
        number = next(_numbers)
        self.description: dict[str, object] = {
            "port": _FIRST_PORT + number % 10_000,
            "passcode": _FIRST_PASSCODE + number % 10_000,
            "discriminator": (3840 + number) % 4096,
            "serial": f"virtual-{number:04}",
            **more,
            "endpoints": list(endpoints),
        }
        self.qr = self.manual = ""
        self.commissioned = False
        self.told: list[Told] = []
        self._installed = installed
        self._within, self._interface = tuple(within), interface
        self._storage = TemporaryDirectory(prefix="matter-peer-")
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Start it."""
        try:
            await self.start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill it, and forget what it kept."""
        await self.kill()
        self._storage.cleanup()

    async def start(self) -> None:
        """Start it, and wait until it can be reached. Raises RuntimeError with its complaint."""
        folder = Path(self._storage.name)
        _lay_out(folder, self._installed)
        settings = {
            "MATTER_STORAGE_PATH": str(folder / "kept"),
            "MATTER_LOG_LEVEL": "fatal",
            "MATTER_LOG_FORMAT": "plain",
        }
        if self._interface:
            settings["MATTER_MDNS_NETWORKINTERFACE"] = self._interface
        self._process = await asyncio.create_subprocess_exec(
            *self._within,
            *("env", *(f"{name}={value}" for name, value in settings.items())),
            *("node", str(folder / "device.mjs"), "-"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        self.told.clear()
        self._reading = asyncio.create_task(self._read(self._process))
        self._say(self.description)
        told = await self.until(lambda told: "ready" in told or "failed" in told)
        ready = told.get("ready")
        if not isinstance(ready, dict):
            raise RuntimeError(f"the Matter device: {told.get('failed')}")  # noqa: TRY004
        self.qr, self.manual = str(ready["qr"]), str(ready["manual"])
        self.commissioned = ready["commissioned"] is True

    async def stop(self) -> None:
        """Have it say goodbye to its controllers, and end."""
        if self._process is not None:
            self._say({"stop": True})
            async with asyncio.timeout(_PATIENCE_S):
                await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        """End it as a power cut does: without a goodbye."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._reading is not None:
            await asyncio.wait({self._reading})
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = self._reading = None

    async def set(self, endpoint: str, **state: Mapping[str, object]) -> None:
        """Change an endpoint as by a hand: `set("light", onOff={"onOff": True})`."""
        await self._act({"set": {endpoint: state}})

    async def state(self, endpoint: str) -> Mapping[str, Mapping[str, object]]:
        """Return an endpoint's state, by cluster and attribute as matter.js names them."""
        told = await self._act({"get": endpoint})
        if not isinstance(told, dict):
            raise TypeError(f"the Matter device's state is told as {told!r}")
        return told

    async def press(self, endpoint: str, *, position: int = 1, held_ms: int = 50) -> None:
        """Press a switch, and let it go."""
        await self._act({"press": endpoint, "position": position, "heldMs": held_ms})

    async def happen(self, endpoint: str, **events: Mapping[str, Mapping[str, object]]) -> None:
        """Have an event of a cluster: `happen("lock", doorLock={"doorLockAlarm": {…}})`."""
        await self._act({"happen": {endpoint: events}})

    async def add(self, described: Mapping[str, object], *, under: str) -> None:
        """Have an endpoint come, as of a device that a bridge learns of."""
        await self._act({"add": {**described, "under": under}})

    async def remove(self, endpoint: str) -> None:
        """Have an endpoint go."""
        await self._act({"remove": endpoint})

    @property
    def commanded(self) -> list[Told]:
        """The commands that it was sent since its start: endpoint, cluster, command, fields."""
        return [c for t in self.told if isinstance(c := t.get("commanded"), Mapping)]

    async def until(self, holds: Callable[[Told], bool]) -> Told:
        """Wait until it told, since its start, what `holds`; return it. Raises RuntimeError."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                for told in self.told:
                    if holds(told):
                        return told
                if self._reading is None or self._reading.done():
                    raise RuntimeError("the Matter device ended; its complaint is on stderr")
                self._news.clear()
                await self._news.wait()

    async def _act(self, act: Told) -> object:
        async with self._turn:
            begin = sum(_is_answer(told) for told in self.told)
            self._say(act)
            await self.until(lambda _: sum(_is_answer(told) for told in self.told) > begin)
            answer = [told for told in self.told if _is_answer(told)][begin]
        if "failed" in answer:
            raise RuntimeError(f"the Matter device: {answer['failed']}")
        return answer["done"]

    def _say(self, what: Told) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise RuntimeError("the Matter device is not running")
        process.stdin.write(json.dumps(what).encode() + b"\n")

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            raise RuntimeError("the Matter device has no output")
        while line := await process.stdout.readline():
            told = json.loads(line)
            if "commissioned" in told:
                self.commissioned = told["commissioned"]
            self.told.append(told)
            self._news.set()
        self._news.set()


def device_types(installed: Path) -> list[str]:
    """Return the device types that an endpoint may have, as matter.js names them."""
    with TemporaryDirectory(prefix="matter-types-") as name:
        folder = Path(name)
        _lay_out(folder, installed)
        script = folder / "types.mjs"
        told = subprocess.run(["node", script], capture_output=True, check=True)  # noqa: S603, S607
    names: list[str] = json.loads(told.stdout)
    return names


def _lay_out(folder: Path, installed: Path) -> None:
    """Put the scripts beside the packages that they import."""
    shutil.copytree(_SCRIPTS, folder, dirs_exist_ok=True)
    modules = folder / "node_modules"
    if not modules.is_symlink():
        modules.symlink_to(installed / "node_modules")


def _is_answer(told: Told) -> bool:
    return "done" in told or "failed" in told
