"""A Z-Wave network behind a real Z-Wave JS server: nodes that answer frames, over a mocked stick.

zwave-js, its server and its mock of a controller run in a process of Node's own
(`zwave_js/network.mjs`); `.ci/zwave` installs them. The nodes are those of `zwave_js/nodes.mjs`.
"""

import asyncio
import json
import shutil
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

_SCRIPTS = Path(__file__).with_name("zwave_js")
_START_S = 60.0
HOME_ID = 0x7E570001

type Field = bool | int | float | str | Mapping[str, int] | None


class ZwavePeer:
    """The network. `installed` is the folder that `.ci/zwave` prints.

    Port and storage stay the same when it is stopped and started again, so what its nodes were told
    is kept. `names` gives nodes a name and a location, by their number.
    """

    def __init__(
        self,
        installed: Path,
        *,
        announced: bool = False,
        names: Mapping[int, tuple[str, str]] | None = None,
    ) -> None:
        self.host = "127.0.0.1"
        self.port = _free_port(self.host)
        self._announced = announced
        self._names = names or {2: ("Ceiling lamp", "Kitchen")}
        self._installed = installed
        self._storage = TemporaryDirectory(prefix="zwave-peer-")
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it, and forget what its nodes were told."""
        await self.stop()
        self._storage.cleanup()

    async def start(self) -> None:
        """Start the server, and wait until all nodes are known. Raises RuntimeError."""
        folder = Path(self._storage.name)
        for script in _SCRIPTS.glob("*.mjs"):
            shutil.copy(script, folder)
        modules = folder / "node_modules"
        if not modules.is_symlink():
            modules.symlink_to(self._installed / "node_modules")
        options = {
            "host": self.host,
            "port": self.port,
            "storage": str(folder),
            "homeId": HOME_ID,
            "announced": self._announced,
            "named": {str(n): {"name": a, "location": b} for n, (a, b) in self._names.items()},
        }
        self._process = await asyncio.create_subprocess_exec(
            "node",
            str(folder / "network.mjs"),
            json.dumps(options),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(_START_S):
            await self._said()

    async def stop(self) -> None:
        """Kill the server as a power cut would."""
        if self._process is not None:
            self._process.kill()
            await self._process.communicate()
            self._process = None

    def freeze(self) -> None:
        """Have the server stand still with its connections open, as one that hangs."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    async def set(
        self,
        node: int,
        report: str,
        fields: Mapping[str, Field],
        *,
        state: Mapping[str, Field] | None = None,
        endpoint: int = 0,
    ) -> None:
        """Have a node report, as after a hand's touch: `set(3, "BinarySwitchCCReport", {…})`.

        `state` is what its mock remembers beside it, under the names of zwave-js.
        """
        await self._act(
            "report", node, cc=report, fields=fields, state=state or {}, endpoint=endpoint
        )

    async def state(self, node: int) -> Mapping[str, object]:
        """Return what a node remembers, under the names of zwave-js's mock."""
        told = await self._act("state", node)
        if not isinstance(told, dict):
            raise TypeError(f"a node's state is told as {told!r}")
        return told

    async def silence(self, node: int, *, silent: bool = True) -> None:
        """Have a node answer no more, or again; the network notices."""
        await self._act("silent", node, silent=silent)

    async def sleep(self, node: int) -> None:
        """Have the network take a node as asleep."""
        await self._act("sleep", node)

    async def wake(self, node: int) -> None:
        """Have the network take a node as awake."""
        await self._act("wake", node)

    async def rename(self, node: int, name: str, location: str) -> None:
        """Give a node another name and location."""
        await self._act("rename", node, name=name, location=location)

    async def leave(self, node: int) -> None:
        """Take a node out of the network."""
        await self._act("leave", node)

    async def wants_in(self, node: int, *classes: str) -> str:
        """Have a new plug ask to be taken in when the network is opened next; return its PIN.

        `classes` are the security classes that it asks for, as "S2_Authenticated"; it must be
        granted all or none.
        """
        pin = await self._act("wantsIn", node, classes=list(classes))
        if not isinstance(pin, str):
            raise TypeError(f"a PIN is told as {pin!r}")
        return pin

    async def wants_out(self, node: int) -> None:
        """Have a node ask to be let go when the network lets devices go next."""
        await self._act("wantsOut", node)

    async def _act(self, do: str, node: int, **more: object) -> object:
        process = self._process
        if process is None or process.stdin is None:
            raise RuntimeError("the Z-Wave network is not running")
        async with self._turn:
            process.stdin.write(json.dumps({"do": do, "node": node, **more}).encode() + b"\n")
            await process.stdin.drain()
            async with asyncio.timeout(_START_S):
                answer = await self._said()
        if "failed" in answer:
            raise RuntimeError(f"the Z-Wave network: {answer['failed']}")
        return answer.get("done")

    async def _said(self) -> dict[str, object]:
        process = self._process
        if process is None or process.stdout is None:
            raise RuntimeError("the Z-Wave network is not running")
        line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"the Z-Wave network ended with {await process.wait()}")
        said = json.loads(line)
        if not isinstance(said, dict):
            raise TypeError(f"the Z-Wave network says {said!r}")
        return said


def _free_port(host: str) -> int:
    with socket.socket() as taken:
        taken.bind((host, 0))
        port = taken.getsockname()[1]
        return int(port)
