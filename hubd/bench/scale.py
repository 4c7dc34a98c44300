"""Whether the reflex stays the same in a large home: many scenes, many devices."""

from pathlib import Path

from hubd.bench.house import House, house, hub, load
from hubd.bench.reflex import Say, latency

_RATE = 1_000
_SECONDS = 8.0
_ACTIVE_PAIRS = 10


async def measure(folder: Path, say: Say) -> dict[str, float]:
    """Return ratios of the reflex's p50: 10,000 scenes to 10, and 10,000 devices to 100."""
    found = {}
    for name, few, many in (
        ("10,000 scenes to 10", (10, _ACTIVE_PAIRS), (10_000, _ACTIVE_PAIRS)),
        ("10,000 devices to 100", (10, 50), (10, 5_000)),
    ):
        p50s = []
        for scenes, pairs in (few, many):
            say(f"scale: {scenes} scenes, {2 * pairs} devices")
            async with house(folder / f"scale-{scenes}-{pairs}") as where:
                p50s.append(await _p50_ms(where, scenes, pairs))
        found[name] = round(p50s[1] / p50s[0], 2)
    return found


async def _p50_ms(where: House, scenes: int, pairs: int) -> float:
    await load(where, "--pairs", pairs, "--announce-only")
    found = await latency(where, lambda: hub(where, scenes=scenes), _RATE, _SECONDS, _ACTIVE_PAIRS)
    return found.p50_ms
