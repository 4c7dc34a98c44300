"""Clocks: where the time of events comes from."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the home's time, and how long a span of it takes on the wall."""

    def now_us(self) -> int:
        """Return the home's time in microseconds since the epoch."""
        ...

    def wall_s(self, span_us: int) -> float:
        """Return how many seconds of the wall clock `span_us` of the home's time take."""
        ...


class WallClock:
    """The home's time is that of the machine."""

    def now_us(self) -> int:
        """Return the machine's time."""
        return time.time_ns() // 1_000

    def wall_s(self, span_us: int) -> float:
        """Return `span_us` in seconds."""
        return span_us / 1e6


class PacedClock:
    """The home's time runs `pace` times as fast, as when a recorded day is played in a minute."""

    def __init__(self, *, home_start_us: int, wall_start_s: float, pace: float) -> None:
        """Tell `home_start_us` at the moment `wall_start_s` of the machine's clock."""
        self._home_start_us = home_start_us
        self._wall_start_s = wall_start_s
        self._pace = pace

    def now_us(self) -> int:
        """Return the home's time; before the start it stands still."""
        passed_s = max(0.0, time.time() - self._wall_start_s)
        return self._home_start_us + int(passed_s * self._pace * 1e6)

    def wall_s(self, span_us: int) -> float:
        """Return how many seconds `span_us` take at this pace."""
        return span_us / 1e6 / self._pace
