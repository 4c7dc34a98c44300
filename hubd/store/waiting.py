"""The events that wait to be written, and what is given up when they are too many."""

import logging
from collections import deque
from collections.abc import Sequence

from msgspec import Struct

from hubd.model.events import CONFIGURATION, Availability, Event, Perceived, Reported
from hubd.model.ids import EventId

_LOG = logging.getLogger(__name__)

_FIRST_TO_GO = frozenset({Reported, Perceived, Availability})
"""A newer event of these kinds says what an older one said; the others stand for themselves."""


class Shed(Struct):
    """Events given up within one outage: how many of those from `first_id` to `last_id`."""

    first_id: EventId
    last_id: EventId
    at_us: int
    events: int
    reason: str


class Waiting:
    """A queue from the loop's thread (`extend`) to the writer's (all else).

    `position` counts the events that were ever handed over, `settled` those that are durable or
    given up. Beyond `bound` events, the oldest are given up, configuration never.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._queue: deque[Event] = deque()
        self._group: list[Event] = []
        self.position = 0
        self.settled = 0
        self.shed: Shed | None = None
        self.shed_count = 0

    def __len__(self) -> int:
        return len(self._queue) + len(self._group)

    def extend(self, events: Sequence[Event]) -> None:
        """Hand `events` over."""
        self._queue.extend(events)
        self.position += len(events)

    def group(self, size: int) -> list[Event]:
        """Return the oldest events, `size` at most; the same ones until they are `done`."""
        if not self._group:
            take = self._queue.popleft
            self._group = [take() for _ in range(min(size, len(self._queue)))]
        return self._group

    def done(self) -> None:
        """The group is durable, and so is the note of what was shed."""
        self.settled += len(self._group)
        self._group = []
        self.shed = None

    def skip_to(self, last: EventId) -> list[Event]:
        """Return the group without what is in the log already, which ends with `last`."""
        there = sum(e.id <= last for e in self._group)
        self._group = self._group[there:]
        self.settled += there
        return self._group

    def keep_within_bound(self, reason: str) -> None:
        """Give up the oldest events if there are too many."""
        excess = len(self) - self._bound
        if excess <= 0:
            return
        self._queue.extendleft(reversed(self._group))
        self._group = []
        excess -= self._give_up(excess, reason, all_kinds=False)
        if excess > 0:
            self._give_up(excess, reason, all_kinds=True)

    def _give_up(self, excess: int, reason: str, *, all_kinds: bool) -> int:
        kept: list[Event] = []
        gone: list[Event] = []
        for _ in range(len(self._queue)):
            if len(gone) == excess:
                break
            event = self._queue.popleft()
            kind = type(event.what)
            may_go = kind in _FIRST_TO_GO or (all_kinds and kind not in CONFIGURATION)
            (gone if may_go else kept).append(event)
        self._queue.extendleft(reversed(kept))
        if gone:
            self._note(gone, reason)
        return len(gone)

    def _note(self, gone: Sequence[Event], reason: str) -> None:
        _LOG.error("%d events were given up, too many wait: %s", len(gone), reason)
        self.settled += len(gone)
        self.shed_count += len(gone)
        first, last, events = gone[0].id, gone[-1], len(gone)
        if self.shed is not None:
            first, events = min(self.shed.first_id, first), self.shed.events + events
        newest = max(last.id, self.shed.last_id if self.shed is not None else last.id)
        self.shed = Shed(first, newest, last.at_us, events, reason)
