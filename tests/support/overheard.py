"""What a link tells, heard and kept: for tests that drive a link without a hub."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from drivers.kit.link import ITSELF, Description, Link
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value

PATIENCE_S = 20.0


class Overheard:
    """Fills `drivers.kit.link.Tell`: keeps what is told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.descriptions: dict[str, Description] = {}
        self.values: dict[tuple[str, EndpointId, str], Value] = {}
        self.signals: list[tuple[str, EndpointId, str, str]] = []
        self.reach: dict[str, bool] = {}
        self.lives = 0
        self.refused: list[tuple[str, str]] = []
        self.secrets: list[tuple[str, str]] = []
        self._changed = asyncio.Event()

    def described(self, part: str, description: Description) -> None:
        self.descriptions[part] = description
        self._changed.set()

    def forgotten(self, part: str) -> None:
        del self.descriptions[part]
        self._changed.set()

    def reported(self, part: str, endpoint: EndpointId, name: str, value: Value) -> None:
        told = self.descriptions[part]
        described = next(e for e in told.endpoints if e.id == endpoint)
        assert described.property(name) is not None, f"{endpoint} has no {name}"
        self.values[part, endpoint, name] = value
        self._changed.set()

    def signalled(self, part: str, endpoint: EndpointId, name: str, value: str) -> None:
        self.signals.append((part, endpoint, name, value))
        self._changed.set()

    def reached(self, part: str, *, available: bool, reason: str = "") -> None:
        del reason
        self.reach[part] = available
        self._changed.set()

    def live(self) -> None:
        self.lives += 1
        self._changed.set()

    def kept(self, record: str, secret: str) -> None:
        self.secrets.append((record, secret))

    def refused_input(self, where: str, reason: str) -> None:
        self.refused.append((where, reason))
        self._changed.set()

    def value(self, endpoint: str, name: str, part: str = ITSELF) -> Value:
        """Return what was reported last."""
        return self.values[part, EndpointId(endpoint), name]

    def holds(self, endpoint: str, name: str, value: object, part: str = ITSELF) -> bool:
        """Say whether `value` was reported last, be it for the first time."""
        key = part, EndpointId(endpoint), name
        return key in self.values and self.values[key] == value

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something is told by which `holds` is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


def order(
    endpoint: str, name: str, value: Value = None, *, action: bool = False, over_us: int = 0
) -> Command:
    """Return a command to an endpoint of whatever device."""
    return Command(
        DeviceId("it"), EndpointId(endpoint), name, value, 0, action=action, over_us=over_us
    )


@asynccontextmanager
async def running(link: Link) -> AsyncIterator[tuple[Overheard, "asyncio.Task[None]"]]:
    """Run a link until it is live; in the end it is cancelled, if it has not ended by itself."""
    heard = Overheard()
    task = asyncio.create_task(link.run(heard))
    try:
        waiting = asyncio.create_task(heard.until(lambda: heard.lives > 0))
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
        if task.done():
            await task
        yield heard, task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task
