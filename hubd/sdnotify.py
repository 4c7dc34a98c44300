"""Tells the service manager how the hub is: sd_notify(3), by datagrams to `NOTIFY_SOCKET`.

Outside of a service manager nobody listens, and nothing is sent.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

_log = logging.getLogger(__name__)

READY = "READY=1"
STOPPING = "STOPPING=1"
WATCHDOG = "WATCHDOG=1"


class Notifier:
    """The service manager's ear.

    `async with` it, and the watchdog is fed from the event loop, so by its progress: a loop that
    hangs feeds nothing, and the service manager starts the hub anew.
    """

    def __init__(self, address: str = "", *, watchdog_s: float | None = None) -> None:
        # "@" stands for the zero byte that an abstract socket's name begins with.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_s = watchdog_s
        self._feeding: asyncio.Task[None] | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Return the one that the service manager named in the environment of this process."""
        return cls(environ.get("NOTIFY_SOCKET", ""), watchdog_s=_watchdog_s(environ))

    async def __aenter__(self) -> Self:
        """Begin to feed the watchdog, if there is one."""
        if self._address and self.watchdog_s is not None:
            self._feeding = asyncio.create_task(self._feed(self.watchdog_s / 2), name="watchdog")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Feed no more."""
        if self._feeding is not None:
            self._feeding.cancel()
            with suppress(asyncio.CancelledError):
                await self._feeding

    def ready(self, status: str = "") -> None:
        """Tell that the hub serves, with a status line for `systemctl status`."""
        self._send(READY, *([_status(status)] if status else []))

    def status(self, status: str) -> None:
        """Tell what the hub is doing, in one line."""
        self._send(_status(status))

    def stopping(self) -> None:
        """Tell that the hub is on its way out."""
        self._send(STOPPING)

    async def _feed(self, every_s: float) -> None:
        while True:
            self._send(WATCHDOG)
            await asyncio.sleep(every_s)

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            # A manager that does not read must not hold the loop.
            sock.settimeout(0)
            try:
                sock.sendto("\n".join(lines).encode(), self._address)
            except OSError as error:
                _log.warning("The service manager could not be told %s: %s", lines[0], error)


def _status(status: str) -> str:
    return "STATUS=" + " ".join(status.split())


def _watchdog_s(environ: Mapping[str, str]) -> float | None:
    """Return the time in seconds, if this very process is watched (sd_watchdog_enabled(3))."""
    try:
        allowed_us = int(environ.get("WATCHDOG_USEC", "0"))
        watched_pid = int(environ.get("WATCHDOG_PID", "0"))
    except ValueError:
        _log.warning("WATCHDOG_USEC or WATCHDOG_PID is no number; the watchdog is not fed")
        return None
    if allowed_us <= 0 or watched_pid not in {0, os.getpid()}:
        return None
    return allowed_us / 1e6
