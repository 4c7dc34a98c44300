"""What a running simulation tells: JSON lines for programs, plain lines for people."""

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Tidings:
    """Prints what happens on standard output, a line each."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def ready(self, devices: int, sim_start: datetime) -> None:
        """Tell that all devices are announced."""
        self._tell(
            {"ready": True, "devices": devices, "sim_start": sim_start.isoformat()},
            f"{devices} devices announced; it is {sim_start:%a %d %b %Y %H:%M:%S %Z}",
        )

    def progress(self, played: int, at: datetime) -> None:
        """Tell how far it is."""
        self._tell(
            {"played": played, "at": at.isoformat()}, f"{at:%d %b %H:%M:%S}  {played} reports"
        )

    def done(self, played: int, commands: int) -> None:
        """Tell that it is over."""
        self._tell(
            {"done": True, "played": played, "commands": commands},
            f"Done: {played} reports played, {commands} commands obeyed",
        )

    def _tell(self, fields: dict[str, object], words: str) -> None:
        sys.stdout.write((json.dumps(fields) if self._as_json else words) + "\n")
        sys.stdout.flush()


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGINT end what runs inside, wherever it is; it cleans up as it leaves."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task(loop)
    asked = False

    def ask() -> None:
        nonlocal asked
        if task is not None and not asked:
            asked = True
            task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, ask)
    try:
        yield
    except asyncio.CancelledError:
        if task is None or not asked:
            raise
        task.uncancel()
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


async def run_for(
    seconds: float | None, work: Awaitable[None], each_second: Callable[[], None]
) -> None:
    """Run `work` to its end, or for `seconds` at most, and call `each_second` and at the end."""
    ticking = asyncio.create_task(_each_second(each_second))
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            await work
    except TimeoutError:
        if not limit.expired():
            raise
    finally:
        ticking.cancel()
        each_second()


async def _each_second(call: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(1)
        call()
