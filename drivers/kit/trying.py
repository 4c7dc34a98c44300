"""For the tests of drivers: runs a link against its peer, and keeps what it tells.

async with tried(driver.link(adoption)) as told:
await told.until(lambda: told.values.get(("", "light", "OnOff.on")) is True)
await told.send("", command("light", "OnOff.on", False))
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from drivers.kit.link import Description, Link
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value

PATIENCE_S = 30.0


def quietly(words: str) -> None:
    """Take what an adoption says of how it goes, and show it to nobody."""
    del words


class Told:
    """What a link told (fills drivers.kit.link.Tell)."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.descriptions: dict[str, Description] = {}
        self.values: dict[tuple[str, str, str], Value] = {}
        """By part, endpoint and property."""
        self.signals: list[tuple[str, str, str, str]] = []
        self.reach: dict[str, bool] = {}
        self.refused: list[tuple[str, str]] = []
        self.records: list[tuple[str, str]] = []
        self.is_live = False
        self.ended: asyncio.Task[None] | None = None

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds`. Raises TimeoutError, or what the link ended with."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                if self.ended is not None and self.ended.done():
                    self.ended.result()
                    raise TimeoutError("the link ended")
                await asyncio.sleep(0.01)

    async def send(self, part: str, *commands: Command) -> None:
        """Have the link carry out commands. Raises RefusedError or LinkError."""
        await self.link.send(part, commands)

    # drivers.kit.link.Tell

    def described(self, part: str, description: Description) -> None:
        """Keep a description."""
        self.descriptions[part] = description

    def forgotten(self, part: str) -> None:
        """Forget a part."""
        self.descriptions.pop(part, None)

    def reported(self, part: str, endpoint: EndpointId, name: str, value: Value) -> None:
        """Keep a value. Raises AssertionError for one that no description has."""
        ends = self.descriptions[part].endpoints
        assert any(e.id == endpoint and e.property(name) for e in ends), (part, endpoint, name)  # noqa: S101
        self.values[part, endpoint, name] = value

    def signalled(self, part: str, endpoint: EndpointId, name: str, value: str) -> None:
        """Keep a momentary event."""
        self.signals.append((part, endpoint, name, value))

    def reached(self, part: str, *, available: bool, reason: str = "") -> None:
        """Keep whether a part is reached."""
        del reason
        self.reach[part] = available

    def live(self) -> None:
        """Note that commands may come."""
        self.is_live = True

    def kept(self, record: str, secret: str) -> None:
        """Keep a changed record."""
        self.records.append((record, secret))

    def refused_input(self, where: str, reason: str) -> None:
        """Keep what was malformed."""
        self.refused.append((where, reason))


@asynccontextmanager
async def tried(link: Link) -> AsyncIterator[Told]:
    """Run a link until it is live, and for as long as the context lasts."""
    told = Told(link)

    async def run() -> None:
        await link.run(told)

    told.ended = asyncio.create_task(run())
    try:
        await told.until(lambda: told.is_live)
        yield told
    finally:
        told.ended.cancel()
        await asyncio.gather(told.ended, return_exceptions=True)


def command(endpoint: str, name: str, value: Value = None, *, action: bool = False) -> Command:
    """Return a command, as the hub would give it."""
    deadline_us = 2**60
    return Command(DeviceId("tried"), EndpointId(endpoint), name, value, deadline_us, action=action)
