"""What is due when: the ends of claims and of what is withheld, deadlines of commands, waits.

An entry stays where it is when what it was made for ends early; one that no longer holds is dropped
when it comes first, so that time need not be taken for it. The order of entries due at one time is
that of their own fields, not of their making: so it is the same in a hub that started from a
snapshot.
"""

import heapq
from collections.abc import Callable
from enum import IntEnum

from msgspec import Struct

from hubd.model.ids import DeviceId, EventId, PropertyId, SceneId


class ClaimEnds(Struct, frozen=True, gc=False, order=True):
    """The claim of `owner` on `property` ends, if it is still to end at this very time."""

    owner: str
    property: PropertyId


class CommandDue(Struct, frozen=True, gc=False, order=True):
    """The command of `event` times out, if it is not settled."""

    event: EventId


class TimerDue(Struct, frozen=True, gc=False, order=True):
    """A scene's wait is over, if the timer still stands for this very time."""

    scene: SceneId
    timer: str


class HeldEnds(Struct, frozen=True, gc=False, order=True):
    """Nobody confirmed what the event withheld, if it is still held."""

    event: EventId


class SlowedEnds(Struct, frozen=True, gc=False, order=True):
    """A device may be commanded again, if it is slowed until this very time."""

    device: DeviceId


type Due = ClaimEnds | CommandDue | TimerDue | HeldEnds | SlowedEnds


class _Rank(IntEnum):
    """Of what is due at one time: ends of claims first, so that commands see what is left."""

    CLAIM = 0
    COMMAND = 1
    TIMER = 2
    HELD = 3
    SLOWED = 4


class Agenda:
    """A heap of what is due."""

    __slots__ = ("_heap",)

    def __init__(self) -> None:
        self._heap: list[tuple[int, _Rank, Due]] = []

    def claim_ends(self, due_us: int, entry: ClaimEnds) -> None:
        """Note the end of a claim."""
        heapq.heappush(self._heap, (due_us, _Rank.CLAIM, entry))

    def command_due(self, due_us: int, event: EventId) -> None:
        """Note the deadline of a command."""
        heapq.heappush(self._heap, (due_us, _Rank.COMMAND, CommandDue(event)))

    def timer_due(self, due_us: int, entry: TimerDue) -> None:
        """Note the end of a scene's wait."""
        heapq.heappush(self._heap, (due_us, _Rank.TIMER, entry))

    def held_ends(self, due_us: int, event: EventId) -> None:
        """Note until when what was withheld may be confirmed."""
        heapq.heappush(self._heap, (due_us, _Rank.HELD, HeldEnds(event)))

    def slowed_ends(self, due_us: int, device: DeviceId) -> None:
        """Note when a device may be commanded again."""
        heapq.heappush(self._heap, (due_us, _Rank.SLOWED, SlowedEnds(device)))

    def next_us(self, holds: Callable[[int, Due], bool]) -> int | None:
        """Return when the next entry that `holds` is due; None if there is none."""
        heap = self._heap
        while heap:
            due_us, _, entry = heap[0]
            if holds(due_us, entry):
                return due_us
            heapq.heappop(heap)
        return None

    def take(self, now_us: int) -> list[tuple[int, Due]]:
        """Take all entries that are due at `now_us`, each with its time."""
        taken = []
        while self._heap and self._heap[0][0] <= now_us:
            due_us, _, entry = heapq.heappop(self._heap)
            taken.append((due_us, entry))
        return taken
