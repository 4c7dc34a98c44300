"""How large the hub is with 1,000 devices, and how soon it reacts after a start that knows them."""

import asyncio

from msgspec import Struct

from hubd.bench.house import House, hub, load, memory_mb
from hubd.bench.reflex import Say

PAIRS = 500
"""A pair is a motion sensor and a lamp: two devices."""
SCENES = 100
_CALM_S = 8.0


class Size(Struct, frozen=True):
    """Resident memory when idle, in MB; seconds from the process's start to the first reaction."""

    rss_mb: float
    start_s: float


async def measure(where: House, say: Say) -> Size:
    """Return the size of a hub that knows 1,000 devices from an earlier run."""
    say("1,000 devices: first acquaintance")
    await load(where, "--pairs", PAIRS, "--announce-only")
    async with hub(where, scenes=SCENES):
        await load(where, "--pairs", PAIRS, "--announced", "--first-reaction")
        await asyncio.sleep(_CALM_S / 2)
    say("1,000 devices: start, and memory when idle")
    async with hub(where, scenes=SCENES, keep=True) as process:
        began = await load(where, "--pairs", PAIRS, "--announced", "--first-reaction")
        await asyncio.sleep(_CALM_S)
        size = Size(memory_mb(process.pid), began["first_reaction_s"])
    await load(where, "--pairs", PAIRS, "--forget")
    return size
