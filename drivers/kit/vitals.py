"""What a process takes of the machine, against what it may; and whether it was let."""

import os
from collections import deque

from drivers.kit.manifest import Limits

_TICKS = os.sysconf("SC_CLK_TCK")
WINDOW_S = 30.0
"""CPU time is judged over so long: a start or a burst is not held against a driver."""
_OWN = (b"RssAnon:", b"RssShmem:", b"VmSwap:")
"""Of a process's memory, what would not be there without it (proc(5), status), in kB."""


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
        self._used.append((now_s, self.cpu_s))
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
        """Return its memory, in use or swapped out, without what files give; 0 if it has ended."""
        lines = self._read("status").splitlines()
        owned = (line.split()[1] for line in lines if line.startswith(_OWN))
        return sum(map(int, owned)) * 1024 / 1_000_000

    @property
    def cpu_s(self) -> float:
        """Return the seconds of a processor that it has used since its start."""
        fields = self._stat()
        return (int(fields[11]) + int(fields[12])) / _TICKS if len(fields) > 12 else 0.0

    @property
    def wants_to_run(self) -> bool:
        """Whether it waits for a processor, or for the disk, and not for something of its own."""
        return self._stat()[:1] in ([b"R"], [b"D"])

    def _stat(self) -> list[bytes]:
        return self._read("stat").rpartition(b")")[2].split()

    def _read(self, name: str) -> bytes:
        try:
            with open(f"{self._folder}/{name}", "rb") as file:  # noqa: PTH123 - once a second
                return file.read()
        except OSError:
            return b""
