"""From a sensor's ON to its lamp's command: each answered, lost, or unasked."""

import math
from collections import deque
from dataclasses import dataclass

LOST_AFTER_S = 2.0


@dataclass(frozen=True, slots=True)
class Result:
    """What a step of load came to; latencies are None without answers.

    `rate` is the sensor messages a second that were asked for; `late_ms` says how far behind its
    time the generator itself was at worst.
    """

    rate: float
    sent: int
    answered: int
    lost: int
    unasked: int
    p50_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    late_ms: float

    @property
    def held(self) -> bool:
        """Whether this load was held: p99 at most 100 ms, and at most 0.1 % of the ONs lost."""
        asked = self.answered + self.lost
        if self.p99_ms is None or not asked:
            return False
        return self.p99_ms <= 100 and self.lost <= 0.001 * asked


class Stopwatch:
    """Times in seconds of any one clock; the first command answers the oldest ON of its lamp."""

    def __init__(self, pairs: int) -> None:
        self._waiting: list[deque[float]] = [deque() for _ in range(pairs)]
        self._latencies: list[float] = []
        self._lost = 0
        self._unasked = 0

    def asked(self, pair: int, now_s: float) -> None:
        """Note that the ON of `pair` (from 0) was written."""
        self._waiting[pair].append(now_s)

    def commanded(self, pair: int, now_s: float) -> None:
        """Note that the lamp of `pair` was commanded ON; what waited over two seconds is lost."""
        waiting = self._waiting[pair]
        while waiting and now_s - waiting[0] > LOST_AFTER_S:
            waiting.popleft()
            self._lost += 1
        if waiting:
            self._latencies.append(now_s - waiting.popleft())
        else:
            self._unasked += 1

    @property
    def open(self) -> int:
        """How many ONs wait for their answer."""
        return sum(map(len, self._waiting))

    def result(self, rate: float, sent: int, late_s: float) -> Result:
        """Return what came of it; who still waits is lost."""
        ordered = sorted(self._latencies)
        return Result(
            rate=rate,
            sent=sent,
            answered=len(ordered),
            lost=self._lost + self.open,
            unasked=self._unasked,
            p50_ms=_milliseconds(ordered, 0.5),
            p99_ms=_milliseconds(ordered, 0.99),
            max_ms=_milliseconds(ordered, 1.0),
            late_ms=round(late_s * 1000, 3),
        )


def _milliseconds(ordered: list[float], part: float) -> float | None:
    """Return the smallest latency that `part` of all do not exceed (nearest rank)."""
    if not ordered:
        return None
    rank = max(0, math.ceil(len(ordered) * part) - 1)
    return round(ordered[rank] * 1000, 3)
