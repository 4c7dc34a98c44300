"""A connection's life: connecting, live, lost, and connecting again after a while.

One object for all drivers. A connection that is lost comes back after waits that double and are
spread by chance; of many that were lost at once (a router's restart) only a few connect at a time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum
from random import random
from typing import Protocol

from drivers.kit.backoff import Backoff
from drivers.kit.errors import AccessError, LinkError

_log = logging.getLogger(__name__)

READY_S = 30.0
"""A connection that is not live after so long has failed."""
BARRED_S = 600.0
"""How long one that a person must mend is left alone, unless it is woken."""


class Phase(StrEnum):
    """Where a connection is in its life."""

    WAITING = "waiting"
    CONNECTING = "connecting"
    LIVE = "live"
    BARRED = "barred"
    """The other side does not let it in: a person must mend that."""


class Watcher(Protocol):
    """What is told of a connection's life."""

    def moved(self, phase: Phase, error: LinkError | None) -> None:
        """Take the phase that it came to; `error` is why it is not live."""
        ...


class Lifecycle:
    """Keeps one connection: runs it, and runs it again whenever it ends."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[None]],
        watcher: Watcher,
        gate: asyncio.Semaphore,
        *,
        backoff: Backoff | None = None,
        ready_s: float = READY_S,
        chance: Callable[[], float] = random,
    ) -> None:
        """Prepare; `connect` runs one connection from its beginning to its end.

        `gate` is shared by all connections that must not connect at once.
        """
        self.phase = Phase.WAITING
        self._connect = connect
        self._watcher = watcher
        self._gate = gate
        self._backoff = backoff or Backoff(first_s=0.5, longest_s=120.0)
        self._ready_s = ready_s
        self._chance = chance
        self._is_live = asyncio.Event()
        self._woken = asyncio.Event()

    def live(self) -> None:
        """Tell that the connection stands. Does nothing where it does not connect."""
        if self.phase is Phase.CONNECTING:
            self._is_live.set()
            self._move(Phase.LIVE, None)

    def wake(self) -> None:
        """Connect at once if it waits: there is a sign of the other side."""
        self._woken.set()

    async def keep(self) -> None:
        """Keep the connection until cancelled."""
        while True:
            error, held_s = await self._once()
            self._backoff.held(held_s)
            barred = isinstance(error, AccessError)
            wait_s = BARRED_S if barred else self._backoff.wait_s(self._chance())
            self._woken.clear()
            self._move(Phase.BARRED if barred else Phase.WAITING, error)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()

    async def _once(self) -> tuple[LinkError, float]:
        """Run the connection once; return why it ended, and how many seconds it was live."""
        loop = asyncio.get_running_loop()
        self._is_live.clear()
        async with self._gate:
            self.phase = Phase.CONNECTING
            task = asyncio.ensure_future(self._connect())
            try:
                await self._until_live(task)
            except BaseException:
                await _end(task)
                raise
        since_s = loop.time()
        if not self._is_live.is_set() and not task.done():
            await _end(task)
            return LinkError(f"it was not ready within {self._ready_s:g} s"), 0.0
        try:
            await task
        except LinkError as error:
            return error, loop.time() - since_s if self._is_live.is_set() else 0.0
        except asyncio.CancelledError:
            await _end(task)
            raise
        except Exception as error:  # noqa: BLE001 - whatever a library raises stays with its link
            _log.debug("a connection failed", exc_info=error)
            what = f"the connection failed ({type(error).__name__}: {error})"
            return LinkError(what[:300]), loop.time() - since_s if self._is_live.is_set() else 0.0
        return LinkError("the connection ended"), loop.time() - since_s

    async def _until_live(self, task: "asyncio.Future[None]") -> None:
        live = asyncio.ensure_future(self._live_at_last())
        try:
            await asyncio.wait(
                {task, live}, timeout=self._ready_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            await _end(live)

    async def _live_at_last(self) -> None:
        await self._is_live.wait()

    def _move(self, phase: Phase, error: LinkError | None) -> None:
        self.phase = phase
        self._watcher.moved(phase, error)


async def _end(task: "asyncio.Future[None]") -> None:
    """Cancel a task and wait for its end, whatever that is."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
