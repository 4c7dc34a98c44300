"""A Tell that remembers what a link told, and waits for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from drivers.kit.errors import LinkError
from drivers.kit.link import Description, Link
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value

WAIT_S = 30.0
"""For how long a test waits for what must happen: long, so that a busy machine fails nothing."""


@dataclass
class Heard:
    """All that was told."""

    parts: dict[str, Description] = field(default_factory=dict)
    values: dict[tuple[str, str, str], Value] = field(default_factory=dict)
    """(part, endpoint, property) -> its value."""
    signals: list[tuple[str, str, str, str]] = field(default_factory=list)
    reach: dict[str, bool] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    record: str = ""
    lives: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def described(self, part: str, description: Description) -> None:
        self.parts[part] = description
        self._news.set()

    def forgotten(self, part: str) -> None:
        self.gone.append(part)
        self.parts.pop(part, None)
        self._news.set()

    def reported(self, part: str, endpoint: EndpointId, name: str, value: Value) -> None:
        assert part in self.parts, "a part is described before anything else is told of it"
        there = next(e for e in self.parts[part].endpoints if e.id == endpoint)
        assert there.property(name) is not None, "only what was described is reported"
        self.values[part, endpoint, name] = value
        self._news.set()

    def signalled(self, part: str, endpoint: EndpointId, name: str, value: str) -> None:
        self.signals.append((part, endpoint, name, value))
        self._news.set()

    def reached(self, part: str, *, available: bool, reason: str = "") -> None:
        self.reach[part] = available
        assert available or reason, "why it cannot be reached is said in words"
        self._news.set()

    def live(self) -> None:
        self.lives += 1
        self._news.set()

    def kept(self, record: str, secret: str) -> None:  # noqa: ARG002
        self.record = record

    def refused_input(self, where: str, reason: str) -> None:
        self.faults.append(f"{where}: {reason}")
        self._news.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(WAIT_S):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def value(self, part: str, endpoint: str, name: str, value: Value) -> None:
        """Wait until a property has that value."""
        await self.until(lambda: self.values.get((part, endpoint, name)) == value)


@asynccontextmanager
async def linked(link: Link, heard: Heard) -> AsyncIterator[asyncio.Task[LinkError | None]]:
    """Run a link until it is live, and for as long as the block lasts.

    What is yielded ends when the link does, with why.
    """
    lives = heard.lives

    async def run() -> LinkError | None:
        try:
            await link.run(heard)
        except LinkError as error:
            return error
        return None

    running = asyncio.create_task(run())
    ended = asyncio.create_task(_ended(running, heard))
    try:
        await heard.until(lambda: heard.lives > lives or running.done())
        if running.done() and (error := running.result()):
            raise error
        yield running
    finally:
        running.cancel()
        ended.cancel()
        await asyncio.gather(running, ended, return_exceptions=True)


async def _ended(running: asyncio.Task[LinkError | None], heard: Heard) -> None:
    await asyncio.wait({running})
    heard._news.set()


def command(endpoint: str, name: str, value: Value, *, over_us: int = 0) -> Command:
    """Return a command that sets a property."""
    return Command(DeviceId("it"), EndpointId(endpoint), name, value, 0, over_us=over_us)


def action(endpoint: str, name: str, value: Value = None) -> Command:
    """Return a command that asks for an action."""
    return Command(DeviceId("it"), EndpointId(endpoint), name, value, 0, action=True)
