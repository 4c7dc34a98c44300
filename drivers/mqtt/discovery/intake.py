"""Announcements waiting their turn, so that a flood of them disturbs nothing else. No I/O.

The newest of each topic is kept; one that says what is known already costs a comparison. Devices
that are known, and withdrawals, pass at once; new ones are let in at a bounded rate.
"""

from collections.abc import Iterator
from itertools import islice

WAITING_LIMIT = 100_000
"""Announcements that may wait."""


class Intake:
    """Which announcements are to be read next."""

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute / 60.0
        self._burst = float(per_minute)
        self._allowance = self._burst
        self._looked_s = 0.0
        self._known: dict[str, int] = {}
        self._passing: dict[str, bytes] = {}
        self._waiting: dict[str, bytes] = {}

    def __len__(self) -> int:
        return len(self._passing) + len(self._waiting)

    def offer(self, topic: str, payload: bytes) -> bool:
        """Put an announcement in line; return False if there is no room left for it."""
        if topic in self._known:
            if topic in self._passing or self._known[topic] != hash(payload):
                self._passing[topic] = payload
            return True
        if not payload:
            self._waiting.pop(topic, None)
            return True
        if topic not in self._waiting and len(self._waiting) >= WAITING_LIMIT:
            return False
        self._waiting[topic] = payload
        return True

    def overtaken(self, topic: str) -> None:
        """Drop what waits of a topic: something newer of it was read already."""
        self._waiting.pop(topic, None)
        self._passing.pop(topic, None)

    def take(self, now_s: float, most: int) -> Iterator[tuple[str, bytes]]:
        """Yield up to `most` announcements whose turn it is at `now_s`."""
        passed_s = max(0.0, now_s - self._looked_s)
        self._looked_s = now_s
        self._allowance = min(self._burst, self._allowance + passed_s * self._rate)
        for topic in list(islice(self._passing, most)):
            yield self._taken(topic, self._passing.pop(topic))
        new = min(most, int(self._allowance))
        for topic in list(islice(self._waiting, new)):
            self._allowance -= 1.0
            yield self._taken(topic, self._waiting.pop(topic))

    def wait_s(self) -> float:
        """Return how long until the next may be taken; 0 if at once."""
        at_once = self._passing or self._allowance >= 1.0
        return 0.0 if at_once else (1.0 - self._allowance) / self._rate

    def _taken(self, topic: str, payload: bytes) -> tuple[str, bytes]:
        if payload:
            self._known[topic] = hash(payload)
        else:
            self._known.pop(topic, None)
        return topic, payload
