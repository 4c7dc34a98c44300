"""A Tell that keeps what it is told, and lets a test wait for it."""

import asyncio
from collections.abc import Callable

from drivers.kit.link import Description
from hubd.model.ids import EndpointId
from hubd.model.value import Value

PATIENCE_S = 30.0


class Telling:
    """What a link told, by part."""

    def __init__(self) -> None:
        self.descriptions: dict[str, Description] = {}
        self.values: dict[tuple[str, str, str], Value] = {}
        self.signals: list[tuple[str, str, str, str]] = []
        self.reach: dict[str, bool] = {}
        self.gone: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.lives = 0
        self._news = asyncio.Event()

    def described(self, part: str, description: Description) -> None:
        self.descriptions[part] = description
        self._news.set()

    def forgotten(self, part: str) -> None:
        self.gone.append(part)
        self._news.set()

    def reported(self, part: str, endpoint: EndpointId, name: str, value: Value) -> None:
        self.values[part, endpoint, name] = value
        self._news.set()

    def signalled(self, part: str, endpoint: EndpointId, name: str, value: str) -> None:
        self.signals.append((part, endpoint, name, value))
        self._news.set()

    def reached(self, part: str, *, available: bool, reason: str = "") -> None:
        assert available is not bool(reason)
        self.reach[part] = available
        self._news.set()

    def live(self) -> None:
        self.lives += 1
        self._news.set()

    def kept(self, record: str, secret: str) -> None:
        raise AssertionError(f"a link to Z-Wave JS keeps nothing, not {record!r} and {secret!r}")

    def refused_input(self, where: str, reason: str) -> None:
        self.refused.append((where, reason))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when `holds`, which is asked after all that is told."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._news.clear()
                await self._news.wait()
