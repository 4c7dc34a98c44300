"""What goes wrong in a simulated home, and how often."""

from enum import Enum, auto

from msgspec import Struct


class Manner(Enum):
    """How a device takes what it is told."""

    OBEDIENT = auto()
    SLOW = auto()
    """Answers later than the hub waits."""
    DEAF = auto()
    UNDOING = auto()
    """Does as told, and drops it three seconds later."""


class Temper(Struct, frozen=True):
    """How a home's days are: happenings a day, and chances of 0 to 1.

    `duplicated`, `late` and `lost` are of a report; `obedient` of a device; `crashes` of a taken
    input, half of them while it is taken. `outages` is of a happening being a device that leaves,
    which is the lock or the valve in `risky_outages` of the cases; `asks`, `hands`, `wishes` and
    `safety` of it being a person's asking, hand or wish, or the safety's; the rest are sensors.
    """

    happenings: float = 34.0
    obedient: float = 0.65
    duplicated: float = 0.06
    late: float = 0.06
    lost: float = 0.02
    crashes: float = 0.006
    clock_jumps: float = 0.01
    outages: float = 0.05
    risky_outages: float = 0.3
    asks: float = 0.03
    hands: float = 0.1
    wishes: float = 0.08
    safety: float = 0.02


STORMY = Temper(crashes=0.02, asks=0.08)
"""The hub is killed time and again, and much is asked of it."""
REMOTE = Temper(outages=0.15, risky_outages=0.7, wishes=0.15)
"""Locks and valves are out of reach for hours, and wished for meanwhile."""
QUARRELSOME = Temper(hands=0.3, duplicated=0.2, late=0.2, wishes=0.05)
"""People use what the hub uses, and messages cross."""
PERILOUS = Temper(safety=0.1, wishes=0.15, hands=0.15)
"""Safety speaks up often, and everyone else too."""
