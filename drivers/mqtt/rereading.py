"""Devices that came back are asked for their state, unless they tell it by themselves.

One after the other: a radio network in which everybody is asked at once hears nobody.
"""

from collections.abc import Callable, Iterator, Sequence

from drivers.mqtt.part import Publish
from drivers.mqtt.payload import Payload
from drivers.mqtt.router import Handler
from drivers.mqtt.timing import Clock, Handle
from hubd.model.ids import DeviceId

PATIENCE_S = 3.0
"""How long a device that came back may take to tell its state by itself."""
SPACING_S = 0.25


class Rereading:
    """Which devices are still to be asked."""

    def __init__(self, clock: Callable[[], Clock], ask: Callable[[Sequence[Publish]], None]):
        self._clock = clock
        self._ask = ask
        self._waiting: dict[DeviceId, tuple[Publish, ...]] = {}
        self._timer: Handle | None = None

    def back(self, device: DeviceId, messages: tuple[Publish, ...]) -> None:
        """Have a device asked by `messages`, if it is silent for a while."""
        if messages:
            self._waiting[device] = messages
            if self._timer is None:
                self._timer = self._clock().call_later(PATIENCE_S, self._next)

    def handlers(self, device: DeviceId, topics: Sequence[str]) -> Iterator[tuple[str, Handler]]:
        """Yield what notes on `topics` that the device told its state."""

        def handle(payload: Payload, retained: bool) -> None:  # noqa: ARG001
            self._waiting.pop(device, None)

        for topic in topics:
            yield topic, handle

    def forget(self, device: DeviceId) -> None:
        """Leave a device unasked."""
        self._waiting.pop(device, None)

    def close(self) -> None:
        """Leave all unasked."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _next(self) -> None:
        self._timer = None
        if self._waiting:
            device = next(iter(self._waiting))
            self._ask(self._waiting.pop(device))
        if self._waiting:
            self._timer = self._clock().call_later(SPACING_S, self._next)
