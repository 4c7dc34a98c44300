"""How long a thing may be silent before it counts as lost, learnt from how often it is heard. Pure.

Things on batteries speak when they please: one every ten seconds, one twice a day, and radio drops
some of it. So each is measured by its own rhythm: the longest of its recent gaps, with some slack.
A gap that is longer than what was borne (it was carried away, the hub was off) teaches little at a
time, so that one absence does not make the next one go unnoticed; a thing that became slower for
good is followed within a few gaps. Time is any clock's that only goes forward, in seconds.
"""

from collections import deque
from collections.abc import Iterable

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
    stretch_s: float = 0.0
    """Of the gaps that end within so long the longest counts: a thing that has much to tell for an
    hour does not make forgotten how long its nights are."""


LONG_AGO_S = float("-inf")


class Rhythm:
    """When one thing was heard, and what silence is borne of it.

    `heard_s` is when it was heard last, None if never. Until `news_s`, being heard teaches nothing
    new: whoever hears much may then set `heard_s` alone.
    """

    __slots__ = ("_bounds", "_gaps_s", "_stretch_ends_s", "_torn", "heard_s", "news_s")

    def __init__(self, bounds: Bounds, gaps_s: Iterable[float] = ()) -> None:
        """Begin; `gaps_s` are those that were learnt before, the newest last."""
        self._bounds = bounds
        self._gaps_s: deque[float] = deque(gaps_s, maxlen=bounds.recent)
        self._stretch_ends_s = LONG_AGO_S
        self._torn = False
        self.heard_s: float | None = None
        self.news_s = LONG_AGO_S

    @property
    def gaps_s(self) -> tuple[float, ...]:
        """The gaps that are remembered, the newest last."""
        return tuple(self._gaps_s)

    @property
    def longest_s(self) -> float | None:
        """The longest recent gap; None until enough is known."""
        return max(self._gaps_s) if len(self._gaps_s) >= self._bounds.enough else None

    @property
    def patience_s(self) -> float:
        """The silence that is borne."""
        bounds, longest_s = self._bounds, self.longest_s
        if longest_s is None:
            return bounds.at_most_s
        return min(max(longest_s * bounds.slack, bounds.at_least_s), bounds.at_most_s)

    def begin(self, at_s: float | None) -> None:
        """Take it as heard at `at_s` (None is never), without learning of it."""
        self.heard_s = at_s
        self.tear()

    def tear(self) -> None:
        """Note that nobody listened for a while: the gap that goes on is longer than is known."""
        self._torn, self.news_s = True, LONG_AGO_S

    def await_it(self) -> None:
        """Have the next time that it is heard be news, whatever it teaches."""
        self.news_s = LONG_AGO_S

    def heard(self, now_s: float) -> bool:
        """Note that it is heard at `now_s`; return whether that teaches anything."""
        before_s, self.heard_s = self.heard_s, now_s
        learnt = before_s is not None and self._learn(now_s, now_s - before_s)
        if now_s < self._stretch_ends_s:
            self.news_s = min(self._stretch_ends_s, now_s + self._gaps_s[-1])
        return learnt

    def _learn(self, now_s: float, gap_s: float) -> bool:
        bounds, gaps_s = self._bounds, self._gaps_s
        if self._torn:
            self._torn = False
            if not gaps_s or gap_s <= max(gaps_s):
                return False
        same = now_s < self._stretch_ends_s
        if same and gap_s <= gaps_s[-1]:
            return False
        most_s = self.patience_s * bounds.growth / bounds.slack
        gap_s = min(max(0.0, gap_s), most_s)
        if same:
            gaps_s[-1] = max(gaps_s[-1], gap_s)
        else:
            gaps_s.append(gap_s)
            self._stretch_ends_s = now_s + bounds.stretch_s
        return True

    @property
    def due_s(self) -> float | None:
        """Until when it may be silent; None if it was never heard.

        Twice as long where nobody listened for a while: it may have spoken then, and what it said
        before and after may have been lost by radio.
        """
        if self.heard_s is None:
            return None
        return self.heard_s + self.patience_s * (2.0 if self._torn else 1.0)

    def left_s(self, now_s: float) -> float | None:
        """Return how long it may still be silent; 0 or less if it is lost, None if never heard."""
        due_s = self.due_s
        return None if due_s is None else due_s - now_s
