"""What the hub asks of devices by itself goes out one after the other.

A radio network in which everybody is asked at once hears nobody; a device that came back may tell
its state by itself, and is asked only if it does not.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from drivers.mqtt.clock import Clock, Handle
from drivers.mqtt.payload import Payload
from drivers.mqtt.router import Handler
from hubd.model.ids import DeviceId

PATIENCE_S = 3.0
"""How long a device that came back may take to tell its state by itself."""
SPACING_S = 0.25


class _Wanted(NamedTuple):
    """Something to ask: when at the earliest, in which order, of whom, and how."""

    at_s: float
    order: int
    device: DeviceId
    reread: bool
    ask: Callable[[], None]


class Asking:
    """Which devices are still to be asked: at most one question of each kind for each device."""

    def __init__(self, clock: Callable[[], Clock]) -> None:
        self._clock = clock
        self._line: list[_Wanted] = []
        self._order = count()
        self._waiting: dict[tuple[DeviceId, bool], _Wanted] = {}
        self._timer: Handle | None = None
        self._timer_s = 0.0
        self._free_s = 0.0

    def __contains__(self, device: object) -> bool:
        """Whether a device is to be asked for its state."""
        return (device, True) in self._waiting

    def reread(self, device: DeviceId, ask: Callable[[], None]) -> None:
        """Have a device asked for its state, if it is silent for a while."""
        self._want(device, ask, after_s=PATIENCE_S, reread=True)

    def ping(self, device: DeviceId, ask: Callable[[], None]) -> None:
        """Have a device asked whether it is there, when it is its turn."""
        self._want(device, ask, after_s=0.0, reread=False)

    def handlers(self, device: DeviceId, topics: Sequence[str]) -> Iterator[tuple[str, Handler]]:
        """Yield what notes on `topics` that the device told its state."""
        key, waiting = (device, True), self._waiting

        def handle(payload: Payload, retained: bool) -> None:  # noqa: ARG001
            if waiting:
                waiting.pop(key, None)

        for topic in topics:
            yield topic, handle

    def forget(self, device: DeviceId) -> None:
        """Leave a device unasked."""
        for reread in (True, False):
            self._waiting.pop((device, reread), None)

    def close(self) -> None:
        """Leave all unasked."""
        self._waiting.clear()
        self._line.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _want(
        self, device: DeviceId, ask: Callable[[], None], *, after_s: float, reread: bool
    ) -> None:
        at_s = self._clock().time() + after_s
        wanted = _Wanted(at_s, next(self._order), device, reread, ask)
        self._waiting[device, reread] = wanted
        heapq.heappush(self._line, wanted)
        self._set()

    def _set(self) -> None:
        if not self._line:
            return
        at_s = max(self._line[0].at_s, self._free_s)
        if self._timer is not None:
            if at_s >= self._timer_s:
                return
            self._timer.cancel()
        clock = self._clock()
        self._timer_s = at_s
        self._timer = clock.call_later(max(0.0, at_s - clock.time()), self._next)

    def _next(self) -> None:
        """Ask whoever has waited longest; those who told their state meanwhile are passed over."""
        self._timer = None
        while self._line and self._line[0].at_s <= self._clock().time() + 1e-3:
            wanted = heapq.heappop(self._line)
            key = (wanted.device, wanted.reread)
            if self._waiting.get(key) is wanted:
                del self._waiting[key]
                self._free_s = self._clock().time() + SPACING_S
                wanted.ask()
                break
        self._set()
