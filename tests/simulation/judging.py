"""Lives through seeds, and judges what happened by the laws."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field

from tests.simulation.edges import OncePerEdge
from tests.simulation.faults import PERILOUS, QUARRELSOME, REMOTE, STORMY, Temper
from tests.simulation.laws import (
    HandFirst,
    InOrder,
    Law,
    NothingForgotten,
    NothingStale,
    Once,
    RestoredIsNoNews,
    SafetyFirst,
    judge,
)
from tests.simulation.world import World

LAWS: Sequence[type[Law]] = (
    NothingForgotten,
    Once,
    InOrder,
    NothingStale,
    OncePerEdge,
    RestoredIsNoNews,
    HandFirst,
    SafetyFirst,
)
TEMPERS: Sequence[Temper] = (Temper(), STORMY, REMOTE, QUARRELSOME, PERILOUS)


class Record(Struct):
    """What was lived so far, and how the laws were broken: by seed."""

    days: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    broken: dict[int, list[str]] = field(default_factory=dict)

    def live(self, seed: int, days: float, temper: Temper) -> list[str]:
        """Live through `days` of `seed`; return how laws were broken."""
        world = World(seed, temper).live(days)
        self.days += days
        self.counts += world.counts
        self.faults += world.faults
        broken = judge(world.story, world.now_us, [law(world.home) for law in LAWS])
        if broken:
            self.broken[seed] = broken
        return broken


def temper_of(seed: int) -> Temper:
    """Return how the days of a seed are."""
    return TEMPERS[seed % len(TEMPERS)]
