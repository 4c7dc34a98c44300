"""What the reflex feels of a driver that blocks its loop, leaks a gigabyte, or raises all the time.

Each is measured against the same driver, as many messages and no misdeed, the two taking turns, so
that what else the machine does falls on both alike; the median of the ratios counts. That it spins
takes a processor's half from its sibling, where two share a core: no process can keep that apart.
One that does no wrong is measured alike: by how far its ratio is from 1, the others are uncertain.
"""

import asyncio
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from drivers.mqtt.connection import GmqttConnection, NotSentError
from drivers.mqtt.part import Publish
from drivers.mqtt.settings import MqttSettings
from hubd.bench.house import House, house, hub, load
from hubd.bench.reflex import Say

PAIRS = 100
_RATE = 1_000
_SECONDS = 12
_NOISE_PER_S = 50
_CALM_S = 3.0
MISDEEDS = {
    "blocks 10 s": ("unruly/do", "block"),
    "leaks 1 GB": ("unruly/do", "leak"),
    "always raises": ("unruly/noise", ""),
    "spins 10 s": ("unruly/do", "spin"),
    "does no wrong": ("unruly/quiet", ""),
}
"""What it does wrong, and what it is told for that."""
MANIFEST = Path(__file__).parent / "unruly" / "driver.toml"


class _Mouth:
    """Publishes on the bench's broker."""

    def __init__(self, where: House) -> None:
        url = urlsplit(where.broker_url)
        settings = MqttSettings(host=url.hostname or "", port=url.port or 0, client_id="unruly")
        self._connection = GmqttConnection(settings)
        self.is_up = asyncio.Event()

    async def run(self) -> None:
        await self._connection.run(self)

    def say(self, topic: str, payload: str) -> None:
        try:
            self._connection.publish(Publish(topic, payload.encode(), qos=0))
        except NotSentError:
            return

    def connected(self) -> None:
        self.is_up.set()

    def lost(self, reason: str) -> None:
        del reason

    def received(self, topic: str | bytes, payload: bytes, *, retained: bool) -> None:
        del topic, payload, retained

    def acknowledged(self, token: int) -> None:
        del token


async def measure(folder: Path, say: Say, rounds: int) -> dict[str, float]:
    """Return, for each misdeed, the reflex's p99 over that with the same driver at rest."""
    ratios: dict[str, list[float]] = {what: [] for what in MISDEEDS}
    async with house(folder / "isolation") as where:
        await load(where, "--pairs", PAIRS, "--announce-only")
        mouth = _Mouth(where)
        speaking = asyncio.create_task(mouth.run())
        try:
            async with hub(where, scenes=PAIRS, manifests=[MANIFEST]):
                await load(where, "--pairs", PAIRS, "--announced", "--first-reaction")
                await _p99_ms(where, 2)  # warm up
                for round_ in range(rounds):
                    for what, found in ratios.items():
                        say(f"a driver that {what}, round {round_ + 1} of {rounds}")
                        await asyncio.sleep(_CALM_S)
                        calm_ms = await _beside(where, mouth, ("unruly/quiet", ""))
                        found.append(await _beside(where, mouth, MISDEEDS[what]) / calm_ms)
        finally:
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)
    return {what: round(median(found), 2) for what, found in ratios.items()}


async def _beside(where: House, mouth: _Mouth, said: tuple[str, str]) -> float:
    """Return the reflex's p99 while the driver is told `said`, again and again."""
    await mouth.is_up.wait()

    async def tell() -> None:
        topic, payload = said
        if topic == "unruly/do":
            mouth.say(topic, payload)
            topic, payload = "unruly/quiet", ""
        while True:
            await asyncio.sleep(1 / _NOISE_PER_S)
            mouth.say(topic, payload)

    telling = asyncio.create_task(tell())
    try:
        return await _p99_ms(where, _SECONDS)
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _p99_ms(where: House, seconds: int) -> float:
    got = await load(
        where,
        "--pairs",
        PAIRS,
        "--announced",
        "--settle",
        0.2,
        "--rate",
        _RATE,
        "--seconds",
        seconds,
    )
    return float(got["p99_ms"])
