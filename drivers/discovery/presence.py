"""How long what was seen counts as there, and when to ask after it. Pure: time comes from outside.

Both mDNS (RFC 6762, 5.2 and 10) and SSDP (UPnP Device Architecture 2.0, 1.2.2) announce for a time:
who is not heard of again until it ends is gone. Asking shortly before keeps the living.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count


@dataclass(slots=True)
class _Stay:
    since_s: float
    for_s: float
    asked: int = 0


class Presence[K: Hashable]:
    """Items, each with the time at which it lapses unless it is seen again.

    `ask_at` are the parts of its time (0 to 1, rising) at which to ask after an item. All times are
    seconds of one clock that never goes back.
    """

    def __init__(self, ask_at: Sequence[float] = ()) -> None:
        self._ask_at = tuple(ask_at)
        self._stays: dict[K, _Stay] = {}
        self._calls: list[tuple[float, int, K]] = []
        self._order = count()

    def __len__(self) -> int:
        return len(self._stays)

    def __contains__(self, item: K) -> bool:
        return item in self._stays

    def seen(self, item: K, now_s: float, for_s: float) -> None:
        """Count `item` as there for the next `for_s` seconds."""
        former = self._stays.get(item)
        self._stays[item] = stay = _Stay(now_s, for_s)
        if former is None or self._call_s(stay) < self._call_s(former):
            self._put(item, stay)

    def left(self, item: K) -> None:
        """Count `item` as there no more, if it was."""
        self._stays.pop(item, None)

    def next_s(self) -> float | None:
        """Return the time at which `due` may have something to say; None if never."""
        return self._calls[0][0] if self._calls else None

    def due(self, now_s: float) -> tuple[list[K], list[K]]:
        """Return the items to ask after now, and those that lapsed, which are dropped."""
        ask: list[K] = []
        lapsed: list[K] = []
        while self._calls and self._calls[0][0] <= now_s:
            _, _, item = heappop(self._calls)
            stay = self._stays.get(item)
            if stay is None or self._call_s(stay) > now_s:
                # Seen again since: it is called when that time comes.
                if stay is not None:
                    self._put(item, stay)
            elif stay.since_s + stay.for_s <= now_s:
                del self._stays[item]
                lapsed.append(item)
            else:
                while stay.asked < len(self._ask_at) and self._call_s(stay) <= now_s:
                    stay.asked += 1
                self._put(item, stay)
                ask.append(item)
        return list(dict.fromkeys(ask)), lapsed

    def _call_s(self, stay: _Stay) -> float:
        part = self._ask_at[stay.asked] if stay.asked < len(self._ask_at) else 1.0
        return stay.since_s + stay.for_s * part

    def _put(self, item: K, stay: _Stay) -> None:
        heappush(self._calls, (self._call_s(stay), next(self._order), item))
        if len(self._calls) > 4 * len(self._stays) + 64:
            self._tidy()

    def _tidy(self) -> None:
        """Drop the calls of what left: who comes and goes all day must not grow the heap."""
        self._calls = [(self._call_s(s), next(self._order), i) for i, s in self._stays.items()]
        heapify(self._calls)
