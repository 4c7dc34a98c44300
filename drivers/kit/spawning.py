"""Starts a driver's process, and holds its end of the wire."""

import asyncio
import logging
import os
import shutil
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import cast

import msgspec

from drivers.kit.errors import MalformedError
from drivers.kit.manifest import Manifest
from drivers.kit.messages import Frames, FromDriver, ToDriver, framed

_log = logging.getLogger(__name__)

LINE_LIMIT = 2_000
LINES = 20
"""Lines of what a process printed that are kept."""
PRINT_S = 0.05
"""So long is the rest between two looks at what a process prints: it may not keep the hub busy."""
TURN_S = 0.002
"""So long one driver is listened to before the others have as long."""
CLOSE_S = 3.0
"""A process that was let go and has not ended by then is killed."""
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "PYTHONWARNINGS", "VIRTUAL_ENV")
"""What a driver sees of the hub's environment: there may be secrets in the rest."""


class Child(asyncio.Protocol):
    """One process, while it lasts."""

    def __init__(
        self, take: Callable[[FromDriver], None], name: str, hushed: Callable[[str], str]
    ) -> None:
        self.ended = asyncio.Event()
        self._take = take
        self._name = name
        self._hushed = hushed
        self._frames = Frames[FromDriver](FromDriver.__value__)
        self._transport: asyncio.Transport | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._lines: deque[str] = deque(maxlen=LINES)
        self._paused = self._closed = False

    def holds(self, process: asyncio.subprocess.Process) -> None:
        """Take the process whose end of the wire this is."""
        self._process = process
        self._reader = asyncio.get_running_loop().create_task(self._read_errors(process))

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid if self._process is not None else 0

    @property
    def buffered(self) -> int:
        """How many bytes wait to be taken by the process."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    @property
    def last_words(self) -> str:
        """The last line that it printed."""
        return self._lines[-1] if self._lines else ""

    def write(self, message: ToDriver) -> None:
        """Send a message; one to a process that has ended is lost. Raises MalformedError."""
        frame = framed(message)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)

    def kill(self) -> None:
        """End the process at once."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def exit_code(self) -> str:
        """Return how the process ended, in words; one that only hung up is killed."""
        if self._process is None:
            return "not started"
        await self._gone(self._process)
        code = self._process.returncode or 0
        if self._reader is not None:
            await asyncio.wait({self._reader}, timeout=CLOSE_S)
        return f"signal {-code}" if code < 0 else f"code {code}"

    async def close(self) -> None:
        """Let the process go, and kill it if it does not."""
        self._closed = True
        if self._rest is not None:
            self._rest.cancel()
        if self._transport is not None:
            if self.buffered:  # which it would have to take before it sees the end
                self._transport.abort()
            self._transport.close()
        if self._process is not None:
            await self._gone(self._process)
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def _gone(self, process: asyncio.subprocess.Process) -> None:
        """Wait until the process has ended, and see to it that it does."""
        try:
            async with asyncio.timeout(CLOSE_S):
                await process.wait()
        except TimeoutError:
            self.kill()
            await process.wait()
        except asyncio.CancelledError:
            self.kill()
            raise

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # Not asked for its type: uvloop's transports are none of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take what the process says; one that says what is none is ended."""
        self._frames.take(data)
        if self._rest is None:
            self._listen()

    def _listen(self) -> None:
        """Take what it said; after a while, let others have their turn before the rest."""
        self._rest = None
        end_s = perf_counter() + TURN_S
        try:
            while not self._closed and (message := self._frames.next()) is not None:
                self._hear(message)
                if perf_counter() > end_s:
                    self._rest = asyncio.get_running_loop().call_later(TURN_S, self._listen)
                    break
        except MalformedError as error:
            self._lines.append(error.what)
            self.kill()
        if self._transport is None or self._transport.is_closing():
            if self._rest is None:
                self.ended.set()
        elif self._paused is (self._rest is None):
            self._paused = not self._paused
            (self._transport.pause_reading if self._paused else self._transport.resume_reading)()

    def _hear(self, message: FromDriver) -> None:
        try:
            self._take(message)
        except Exception:  # noqa: BLE001 - what one driver tells must not end the hub
            _log.exception("what the %s driver told could not be taken in", self._name)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the process has ended, or will; what it said before is still taken in."""
        del exc
        if self._rest is None:
            self.ended.set()

    async def _read_errors(self, process: asyncio.subprocess.Process) -> None:
        """Keep the last lines that the process printed, and log them."""
        stream, rest = process.stderr, b""
        while stream is not None and (data := await stream.read(LINE_LIMIT)):
            *whole, rest = (rest + data).split(b"\n")
            rest = rest[:LINE_LIMIT]
            self._printed(whole)
            await asyncio.sleep(PRINT_S)
        self._printed([rest])

    def _printed(self, lines: list[bytes]) -> None:
        for line in lines:
            text = self._hushed(line[:LINE_LIMIT].decode(errors="replace").rstrip())
            if text:
                self._lines.append(text)
                _log.debug("%s: %s", self._name, text)


async def spawn(
    manifest: Manifest,
    folder: Path,
    take: Callable[[FromDriver], None],
    hushed: Callable[[str], str] = str,
) -> Child:
    """Start the driver of a manifest. Raises OSError if it cannot be.

    `take` is told what it says, `hushed` takes the secrets out of what it prints.
    """
    name = manifest.name
    scratch = folder / "drivers" / name
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    ours, theirs = socket.socketpair()
    try:
        _, child = await asyncio.get_running_loop().create_connection(
            lambda: Child(take, name, hushed), sock=ours
        )
        try:
            process = await asyncio.create_subprocess_exec(
                *yielding(),
                sys.executable,
                "-m",
                "drivers.kit.child",
                str(theirs.fileno()),
                msgspec.json.encode(manifest).decode(),
                str(scratch),
                str(folder),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env=_environment(scratch),
                cwd=scratch,
            )
        except BaseException:
            await child.close()
            raise
    finally:
        theirs.close()
    child.holds(process)
    return child


@cache
def yielding() -> tuple[str, ...]:
    """Return what begins the command of a process that yields the processor to all else.

    Python's own start takes longer than the reflex may wait, so the process is not left to say so
    itself (chrt(1), sched(7)); where there is no chrt, or it may not, it does (drivers.kit.fence).
    """
    chrt = shutil.which("chrt")
    if chrt is None:
        return ()
    command = (chrt, "--idle", "0")
    tried = subprocess.run([*command, "true"], check=False, capture_output=True)  # noqa: S603
    return () if tried.returncode else command


def _environment(scratch: Path) -> dict[str, str]:
    passed = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    path = os.pathsep.join(p for p in sys.path if p and not p.endswith(".zip"))
    return {**passed, "HOME": str(scratch), "TMPDIR": str(scratch), "PYTHONPATH": path}
