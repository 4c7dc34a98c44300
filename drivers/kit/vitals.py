"""What a process takes of the machine, against what it may."""

import os
from collections import deque

from drivers.kit.manifest import Limits

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
WINDOW_S = 30.0
"""CPU time is judged over so long: a start or a burst is not held against a driver."""


class Vitals:
    """Reads /proc of one process (proc(5))."""

    def __init__(self, pid: int, limits: Limits) -> None:
        self._folder = f"/proc/{pid}"
        self._limits = limits
        self._used: deque[tuple[float, float]] = deque()

    def excess(self, now_s: float) -> str:
        """Return what is beyond the limits, in words; "" if nothing is."""
        memory_mb = self.memory_mb
        if memory_mb > self._limits.memory_mb:
            return f"took {memory_mb:.0f} MB of memory, {self._limits.memory_mb} are allowed"
        self._used.append((now_s, self._cpu_s()))
        while self._used[0][0] < now_s - WINDOW_S:
            self._used.popleft()
        since_s, used_s = self._used[0]
        if now_s - since_s < WINDOW_S - 2:
            return ""
        percent = 100 * (self._used[-1][1] - used_s) / (now_s - since_s)
        if percent <= self._limits.cpu_percent:
            return ""
        return f"took {percent:.0f} % of a processor, {self._limits.cpu_percent} are allowed"

    @property
    def memory_mb(self) -> float:
        """Return its resident memory, without what it shares with others; 0 if it has ended."""
        try:
            with open(f"{self._folder}/statm", "rb") as file:  # noqa: PTH123 - once a second
                fields = file.read().split()
        except OSError:
            return 0.0
        return (int(fields[1]) - int(fields[2])) * _PAGE / 1_000_000

    def _cpu_s(self) -> float:
        try:
            with open(f"{self._folder}/stat", "rb") as file:  # noqa: PTH123
                fields = file.read().rsplit(b")", 1)[1].split()
        except (OSError, IndexError):
            return 0.0
        return (int(fields[11]) + int(fields[12])) / _TICKS
