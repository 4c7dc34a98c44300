"""The server as a child process: started, watched, started again and stopped gently."""

import asyncio
import logging
import os
import shutil
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import random

from drivers.broker import leash
from drivers.kit.backoff import Backoff
from drivers.matter.managed import own_root
from drivers.matter.managed.errors import MatterServerError
from drivers.matter.managed.installing import install
from drivers.matter.managed.options import LOOPBACK, MatterServerOptions

_log = logging.getLogger(__name__)

READY_S = 60.0
_POLL_S = 0.05
STOP_S = 10.0
"""It says goodbye to its nodes; what takes longer is killed."""
_LONGEST_LINE = 1 << 18
_PASSED_ON = frozenset({"PATH", "HOME", "LANG", "TZ"})
_FAR_S = 10 * 365 * 86_400
_DATA = Path("/data")


class ManagedServer:
    """A server that runs for as long as `run` does.

    `rooted`: the folders that it insists on are given by whoever runs the hub (a service manager),
    and need not be made.
    """

    def __init__(
        self,
        options: MatterServerOptions,
        said: Callable[[str], None] = lambda words: _log.info("%s", words),
        *,
        rooted: bool = False,
    ) -> None:
        self.options = options
        self.restarts = 0
        self.is_ready = asyncio.Event()
        self._said = said
        self._rooted = rooted
        self._process: Process | None = None
        self._lines: deque[str] = deque(maxlen=8)

    @property
    def pid(self) -> int | None:
        """The process id of the server while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def run(self) -> None:
        """Install the server if need be, and keep it running until cancelled.

        Raises MatterServerError if it cannot be installed, or does not start the first time.
        """
        python = await install(self.options.folder, self._said)
        backoff = Backoff(first_s=0.2, longest_s=60.0, steady_s=60.0)
        loop = asyncio.get_running_loop()
        try:
            await self._launch(python)
            while True:
                since_s = loop.time()
                code = await self._ended()
                backoff.held(loop.time() - since_s)
                _log.warning("the Matter server ended (exit code %s): %s", code, self._last_words)
                self._said("the Matter server ended; starting it again…")
                await asyncio.sleep(backoff.wait_s(random()))  # noqa: S311 - it is no secret
                self.restarts += 1
                with suppress(MatterServerError):  # it is tried again, and its words were logged
                    await self._launch(python)
        finally:
            await self._stop()

    async def _launch(self, python: Path) -> None:
        """Start it, and wait until it answers. Raises MatterServerError."""
        self.is_ready.clear()
        self._lines.clear()
        if await answers(self.options.port):
            raise MatterServerError(
                f"another Matter server answers at {self.options.url}",
                mend="Stop it, choose another port ([matter] port), or take [matter] managed out",
            )
        await asyncio.to_thread(_trust, self.options)
        self._said("starting the Matter server…")
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(python),
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=STDOUT,
                env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
                limit=_LONGEST_LINE,
                start_new_session=True,
            )
        except OSError as error:
            raise MatterServerError(f"the Matter server cannot be started: {error}") from error
        printing = asyncio.create_task(self._print(self._process))
        try:
            await self._ready(self._process)
        except BaseException:
            await self._stop()
            await printing
            raise
        self._said(f"the Matter server answers at {self.options.url}")
        self.is_ready.set()

    def _command(self, python: Path) -> list[str]:
        options = self.options
        program = [str(python), "-m", "matter_server.server"]
        if self._rooted:
            own = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid())]
        else:
            own = [sys.executable, "-I", "-S", own_root.__file__, str(os.getpid())]
            own.append(str(options.folder.resolve()))
        return own + program + options.arguments(_DATA, _DATA / "credentials")

    async def _ready(self, process: Process) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                while process.returncode is None:
                    if await answers(self.options.port):
                        return
                    await asyncio.sleep(_POLL_S)
        what = "did not answer in time" if process.returncode is None else "ended at once"
        mend = "Its Linux may forbid namespaces: run it by systemd/hubd-matter.service"
        raise MatterServerError(f"the Matter server {what}: {self._last_words}", mend=mend)

    async def _ended(self) -> int | None:
        process = self._process
        code = await process.wait() if process is not None else None
        self.is_ready.clear()
        return code

    async def _stop(self) -> None:
        process, self._process = self._process, None
        self.is_ready.clear()
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise

    @property
    def _last_words(self) -> str:
        return " | ".join(self._lines)[-600:] or "it said nothing"

    async def _print(self, process: Process) -> None:
        """Hand what it prints to the logger."""
        while process.stdout is not None and (raw := await process.stdout.readline()):
            line = raw.decode(errors="replace").rstrip()
            if line and "CHIP:" not in line:
                self._lines.append(line)
            _log.debug("matter: %s", line)


async def answers(port: int) -> bool:
    """Say whether a Matter server answers at a port of this machine."""
    writer = None
    try:
        async with asyncio.timeout(2.0):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            writer.write(b"GET /info HTTP/1.0\r\nHost: localhost\r\n\r\n")
            head = await reader.readline()
            return head.startswith(b"HTTP/") and b" 200 " in head
    except (OSError, TimeoutError):
        return False
    finally:
        if writer is not None:
            writer.close()


def _trust(options: MatterServerOptions) -> None:
    """Put the owner's root certificates to those that the server trusts.

    It throws all of them away where its note of the last look-up is missing.
    """
    if options.certificates is None:
        return
    options.roots.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        for root in options.certificates.glob("*.der"):
            shutil.copyfile(root, options.roots / root.name)
    except OSError as error:
        raise MatterServerError(
            f"{options.certificates} can't be read: {error.strerror}"
        ) from error
    note = options.roots / ".version"
    if not note.exists():
        note.write_text("1")
        # Far ahead: these are what the owner trusts, and no others.
        ahead_s = time.time() + _FAR_S
        os.utime(note, (ahead_s, ahead_s))
