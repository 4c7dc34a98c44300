"""The reflex over real MQTT: from a sensor's message to its lamp's command, and how many a second.

Hub and floor take turns on one broker, so that what else the machine does falls on both alike; of
several rounds the median counts.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from statistics import median
from typing import Any

from msgspec import Struct

from hubd.bench.house import House, Responder, floor, hub, load

PAIRS = 100
_ALL_REACT_TIMEOUT_S = 120.0
RATES = (100, 1_000, 5_000)

type Say = Callable[[str], None]
type Start = Callable[[], AbstractAsyncContextManager[Responder]]


class Latency(Struct, frozen=True):
    """The reflex at one rate; `lost` are the commands that never came."""

    p50_ms: float
    p99_ms: float
    max_ms: float
    lost: int


class Reflex(Struct, frozen=True):
    """One responder: its latency by rate of sensor messages a second, and the highest it held."""

    by_rate: dict[int, Latency]
    highest_rate: float


class Duration(Struct, frozen=True):
    """How long to measure: seconds a rate, rounds of hub and floor, seconds a step upwards."""

    rate_s: float
    rounds: int
    step_s: float


QUICK = Duration(rate_s=4, rounds=2, step_s=2)
WHOLE = Duration(rate_s=10, rounds=3, step_s=4)


async def compare(where: House, duration: Duration, say: Say) -> tuple[Reflex, Reflex]:
    """Return the hub's reflex and the floor's."""
    starts: dict[str, Start] = {
        "hub": lambda: hub(where, scenes=PAIRS),
        "floor": lambda: floor(where),
    }
    await load(where, "--pairs", PAIRS, "--announce-only")
    found: dict[str, list[Reflex]] = {"hub": [], "floor": []}
    for round_ in range(duration.rounds):
        for name, start in starts.items():
            say(f"reflex of the {name}, round {round_ + 1} of {duration.rounds}")
            last = round_ == duration.rounds - 1
            found[name].append(await _measure(where, start, duration, climb=last))
    return _middle(found["hub"]), _middle(found["floor"])


async def latency(where: House, start: Start, rate: int, seconds: float, pairs: int) -> Latency:
    """Return the latency of a responder, started for it, at one rate."""
    async with start():
        await load(where, "--pairs", pairs, "--announced", "--first-reaction")
        await _all_react(where, pairs)
        return await _at(where, rate, seconds, pairs)


async def _all_react(where: House, pairs: int) -> None:
    """Wait until every lamp answers: a broker subscribes to ten thousand devices for a while."""
    async with asyncio.timeout(_ALL_REACT_TIMEOUT_S):
        while (await _at(where, 100, 1, pairs)).lost:
            pass


async def _measure(where: House, start: Start, duration: Duration, *, climb: bool) -> Reflex:
    async with start():
        await load(where, "--pairs", PAIRS, "--announced", "--first-reaction")
        await _at(where, 1_000, 1, PAIRS)  # warm up
        by_rate = {rate: await _at(where, rate, duration.rate_s, PAIRS) for rate in RATES}
        highest = await _highest(where, duration.step_s) if climb else 0.0
    return Reflex(by_rate, highest)


async def _at(where: House, rate: int, seconds: float, pairs: int) -> Latency:
    got = await load(
        where,
        "--pairs",
        pairs,
        "--announced",
        "--settle",
        0.2,
        "--rate",
        rate,
        "--seconds",
        seconds,
    )
    return Latency(got["p50_ms"], got["p99_ms"], got["max_ms"], got["lost"])


async def _highest(where: House, step_s: float) -> float:
    got: dict[str, Any] = await load(
        where, "--pairs", PAIRS, "--announced", "--find-highest", "--seconds", step_s
    )
    return float(got["highest_rate"])


def _middle(rounds: Sequence[Reflex]) -> Reflex:
    by_rate = {
        rate: Latency(
            median(r.by_rate[rate].p50_ms for r in rounds),
            median(r.by_rate[rate].p99_ms for r in rounds),
            max(r.by_rate[rate].max_ms for r in rounds),
            sum(r.by_rate[rate].lost for r in rounds),
        )
        for rate in RATES
    }
    return Reflex(by_rate, max(r.highest_rate for r in rounds))
