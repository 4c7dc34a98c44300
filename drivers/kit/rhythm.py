"""How long a thing may be silent before it counts as lost, learnt from how often it is heard. Pure.

Things on batteries speak when they please: one every ten seconds, one twice a day, and radio drops
some of it. So each is measured by its own rhythm: the longest of its recent gaps, with some slack.
A gap that is longer than what was borne (it was carried away, the hub was off) teaches little at a
time, so that one absence does not make the next one go unnoticed; a thing that became slower for
good is followed within a few gaps. Time is any clock's that only goes forward, in seconds.
"""

from collections import deque

from msgspec import Struct


class Bounds(Struct, frozen=True):
    """What is borne at least and at most, whatever the rhythm is.

    `slack`: how many times the longest recent gap is borne. Until `enough` gaps were seen, the most
    is borne: it is not known yet how the thing behaves.
    """

    at_least_s: float = 120.0
    at_most_s: float = 6 * 3600.0
    slack: float = 2.5
    enough: int = 3
    recent: int = 16
    """How many gaps are remembered."""
    growth: float = 2.0
    """By how much one gap may raise what is borne."""


class Rhythm:
    """When one thing was heard, and what silence is borne of it."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._gaps_s: deque[float] = deque(maxlen=bounds.recent)
        self._heard_s: float | None = None

    @property
    def heard_s(self) -> float | None:
        """When it was heard last; None if never."""
        return self._heard_s

    @property
    def patience_s(self) -> float:
        """The silence that is borne."""
        bounds = self._bounds
        if len(self._gaps_s) < bounds.enough:
            return bounds.at_most_s
        wished = max(self._gaps_s) * bounds.slack
        return min(max(wished, bounds.at_least_s), bounds.at_most_s)

    def heard(self, now_s: float) -> None:
        """Note that it is heard at `now_s`."""
        before_s = self._heard_s
        self._heard_s = now_s
        if before_s is None:
            return
        bounds = self._bounds
        most_s = self.patience_s * bounds.growth / bounds.slack
        self._gaps_s.append(min(max(0.0, now_s - before_s), most_s))

    def left_s(self, now_s: float) -> float | None:
        """Return how long it may still be silent; 0 or less if it is lost, None if never heard."""
        if self._heard_s is None:
            return None
        return self._heard_s + self.patience_s - now_s
