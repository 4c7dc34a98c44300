"""The embedded broker: a child process that is started, watched, started again and stopped."""

import asyncio
import logging
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from drivers.broker import leash
from drivers.broker.errors import BrokerStartError
from drivers.broker.handshake import serves
from drivers.broker.options import BrokerOptions, LanListener, Saves
from drivers.broker.programs import LOOPBACK, BrokerProgram, find_program

_log = logging.getLogger(__name__)

_READY_TIMEOUT_S = 20.0
_READY_POLL_S = 0.02
_STOP_TIMEOUT_S = 5.0
_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 10.0
_HEALTHY_AFTER_S = 60.0
_LONGEST_LINE = 1 << 18

# What else is in the hub's environment is not the broker's: secrets, and the service manager's
# socket, on which mosquitto would say that it is ready in the hub's name.
_PASSED_ON = frozenset({"PATH", "HOME", "LANG", "TMPDIR", "TZ"})

# A broker left behind by a hub that was killed would hold the port and the files.
_LEASH = (sys.executable, "-I", "-S", leash.__file__)


class EmbeddedBroker:
    """A broker that runs as long as this does: `async with EmbeddedBroker(…) as broker`.

    When the program dies it is started again on the same port and the same files, at once first
    and with growing delays while it keeps dying.
    """

    def __init__(self, program: BrokerProgram, options: BrokerOptions) -> None:
        self._program = program
        self._options = options
        self._port = options.port
        self._process: Process | None = None
        self._printing: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._last_lines: deque[str] = deque(maxlen=8)
        self.restarts = 0

    @property
    def name(self) -> str:
        """The program's name."""
        return self._program.name

    @property
    def url(self) -> str:
        """Where the hub connects to; known once started."""
        return f"mqtt://{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process id of the program while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process is not None and running else None

    async def start(self) -> str:
        """Start the program, wait until it serves, and return its URL.

        Raises:
            BrokerStartError: it ended, did not serve within 20 seconds, or its port is taken.
            BrokerOptionsError: it cannot do what the options ask.

        """
        if self._watching is not None:
            raise RuntimeError("the broker was started before")
        self._port = self._options.port or _free_port()
        self._options.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        await self._launch()
        self._watching = asyncio.create_task(self._watch(), name="broker")
        return self.url

    async def stop(self) -> None:
        """Stop the program and leave nothing of it running. May be called twice."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None
        await self._end()

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
        """Stop it."""
        await self.stop()

    async def _launch(self) -> None:
        # Another broker on this port would answer in the place of ours.
        if not _is_free(self._port):
            raise BrokerStartError(
                f"{self.name} cannot have port {self._port} of {LOOPBACK}: another program listens",
                mend="If that is a broker, name it in hub.toml: [mqtt] url; or choose another port",
            )
        config = self._options.folder / f"{self._program.name}.conf"
        config.write_text(self._program.config(self._options, self._port))
        self._last_lines.clear()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *_LEASH,
                str(os.getpid()),
                *self._program.command(config),
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=PIPE,
                env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
                limit=_LONGEST_LINE,
                start_new_session=True,
            )
        except OSError as error:
            raise BrokerStartError(f"{self.name} cannot be started: {error}") from error
        self._printing = asyncio.create_task(self._print(self._process), name="broker's log")
        try:
            await self._ready(self._process)
        except BaseException:
            await self._end()
            raise
        _log.info("%s serves at %s (pid %d)", self.name, self.url, self._process.pid)

    async def _ready(self, process: Process) -> None:
        try:
            async with asyncio.timeout(_READY_TIMEOUT_S):
                while process.returncode is None:
                    if await serves(LOOPBACK, self._port):
                        return
                    await asyncio.sleep(_READY_POLL_S)
        except TimeoutError:
            failure = f"did not serve on port {self._port} in {_READY_TIMEOUT_S:.0f} s"
        else:
            failure = f"ended at once (exit code {process.returncode})"
        await self._end()  # which reads the last of what it said
        said = " | ".join(self._last_lines) or "nothing"
        raise BrokerStartError(f"{self.name} {failure}", mend=f"It said: {said}")

    async def _watch(self) -> None:
        """Start the program again whenever it ends."""
        clock = asyncio.get_running_loop().time
        delay_s = _FIRST_DELAY_S
        while True:
            since_s = clock()
            if self._process is not None:
                code = await self._process.wait()
                _log.warning("%s ended (exit code %d); starting it again", self.name, code)
                await self._end()
            if clock() - since_s > _HEALTHY_AFTER_S:
                delay_s = _FIRST_DELAY_S
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, _LONGEST_DELAY_S)
            try:
                await self._launch()
            except BrokerStartError as error:
                _log.error("%s", error)
            else:
                self.restarts += 1

    async def _end(self) -> None:
        """Stop the process if it runs, and finish reading what it printed."""
        process = self._process
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_TIMEOUT_S)
            except TimeoutError:
                _log.warning("%s did not stop in %.0f s; killed", self.name, _STOP_TIMEOUT_S)
                process.kill()
                await process.wait()
        if self._printing is not None:
            await self._printing
        self._process = self._printing = None

    async def _print(self, process: Process) -> None:
        """Hand what the program prints to the logger."""
        if process.stderr is None:
            return
        async for raw in process.stderr:
            line = raw.decode(errors="replace").strip()
            if not line:
                continue
            self._last_lines.append(line)
            _log.log(self._program.level(line), "%s: %s", self.name, line)


def find_broker(
    folder: Path,
    *,
    port: int = 0,
    lan: LanListener | None = None,
    saves: Saves = Saves.EACH_CHANGE,
) -> EmbeddedBroker:
    """Return the best broker of this machine, not started yet, with its files in `folder`.

    Raises:
        BrokerMissingError: there is none.

    """
    return EmbeddedBroker(find_program(), BrokerOptions(folder, port, lan, saves))


def _is_free(port: int) -> bool:
    """Tell whether a port of the loopback can be listened on, old connections or not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    """Return a port of the loopback that nobody holds now.

    Another process may take it before the broker does; then starting fails with a clear error.
    """
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
