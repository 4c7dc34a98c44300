"""Attempts that fail make the next one wait, longer each time. Pure; memory is bounded."""

from collections import OrderedDict

from msgspec import Struct

from hubd.guard.errors import TooManyAttemptsError
from hubd.model.instant import SECOND_US


class _Record(Struct):
    failures: int = 0
    closed_until_us: int = 0


class Backoff:
    """After `free` failures a key waits 1 s, then 2, 4, … up to `longest_s`.

    A key is a name or a source address. At most `capacity` keys are kept: the one failed longest
    ago is forgotten first, so a flood of made-up names costs memory neither to us nor to others.
    """

    def __init__(self, *, free: int = 5, longest_s: int = 900, capacity: int = 4096) -> None:
        self._free = free
        self._longest_s = longest_s
        self._capacity = capacity
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._records)

    def check(self, key: str, now_us: int) -> None:
        """Raise TooManyAttemptsError if `key` has to wait still."""
        record = self._records.get(key)
        if record is not None and record.closed_until_us > now_us:
            raise TooManyAttemptsError(-((now_us - record.closed_until_us) // SECOND_US))

    def failed(self, key: str, now_us: int) -> None:
        """Note a failure of `key`."""
        record = self._records.setdefault(key, _Record())
        self._records.move_to_end(key)
        record.failures += 1
        over = record.failures - self._free
        if over >= 0:
            wait_s = min(1 << min(over, 30), self._longest_s)
            record.closed_until_us = now_us + wait_s * SECOND_US
        while len(self._records) > self._capacity:
            self._records.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget the failures of `key`."""
        self._records.pop(key, None)
