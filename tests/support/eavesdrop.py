"""What a link tells, kept: for tests that run a link without a hub."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from drivers.kit.link import ITSELF, Description, Link
from hubd.model.command import Command
from hubd.model.device import Endpoint
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value

PATIENCE_S = 30.0


class Eavesdropper:
    """Fills drivers.kit.link.Tell: keeps what is told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.descriptions: dict[str, Description] = {}
        self.values: dict[tuple[str, str, str], Value] = {}
        self.history: list[tuple[str, str, str, Value]] = []
        self.reach: dict[str, bool] = {}
        self.refused: list[tuple[str, str]] = []
        self.is_live = False
        self._news = asyncio.Event()

    def described(self, part: str, description: Description) -> None:
        self.descriptions[part] = description
        self._news.set()

    def forgotten(self, part: str) -> None:
        del self.descriptions[part]
        self._news.set()

    def reported(self, part: str, endpoint: EndpointId, name: str, value: Value) -> None:
        assert self.endpoint(endpoint, part).property(name) is not None, f"{endpoint} {name}"
        self.values[part, endpoint, name] = value
        self.history.append((part, endpoint, name, value))
        self._news.set()

    def signalled(self, part: str, endpoint: EndpointId, name: str, value: str) -> None:
        raise AssertionError(f"{part} {endpoint} told {name} {value}: nothing here does")

    def reached(self, part: str, *, available: bool, reason: str = "") -> None:
        del reason
        self.reach[part] = available
        self._news.set()

    def live(self) -> None:
        self.is_live = True
        self._news.set()

    def kept(self, record: str, secret: str) -> None:
        del record, secret

    def refused_input(self, where: str, reason: str) -> None:
        self.refused.append((where, reason))
        self._news.set()

    def endpoint(self, endpoint: str, part: str = ITSELF) -> Endpoint:
        """Return a described endpoint."""
        return next(e for e in self.descriptions[part].endpoints if e.id == endpoint)

    def value(self, endpoint: str, name: str, part: str = ITSELF) -> Value:
        """Return what was reported last."""
        return self.values[part, endpoint, name]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something was told by which `holds` is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def until_value(self, endpoint: str, name: str, value: Value, part: str = ITSELF) -> None:
        """Wait until a property was reported to be `value`."""
        await self.until(lambda: self.values.get((part, endpoint, name), ...) == value)


def order(endpoint: str, name: str, value: Value = None, *, action: bool = False) -> Command:
    """Return a command to an endpoint."""
    return Command(DeviceId("it"), EndpointId(endpoint), name, value, 0, action=action)


@asynccontextmanager
async def live(link: Link) -> AsyncIterator[tuple[Eavesdropper, "asyncio.Task[None]"]]:
    """Run a link, from when it is live; raises what it ended with if it never was."""
    heard = Eavesdropper()
    task = asyncio.create_task(link.run(heard))
    waiting = asyncio.create_task(heard.until(lambda: heard.is_live))
    try:
        await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        await waiting
        yield heard, task
    finally:
        waiting.cancel()
        task.cancel()
        await asyncio.gather(task, waiting, return_exceptions=True)
