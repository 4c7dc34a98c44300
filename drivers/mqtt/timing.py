"""What happens to a property by time alone: it expires, or falls back to off."""

from collections.abc import Callable, Iterator, Mapping

from drivers.kit.port import Hub
from drivers.mqtt.availability.reach import DeviceReach
from drivers.mqtt.clock import Clock, Handle
from drivers.mqtt.part import Part
from drivers.mqtt.payload import Payload
from drivers.mqtt.router import Handler
from hubd.model.ids import DeviceId, EndpointId, property_id


class Expiry:
    """Takes an endpoint's values for unknown when nothing was heard for too long.

    A message costs one assignment; the timer looks, when it runs out, how long ago the last was.
    """

    def __init__(self, clock: Clock, after_s: float, expired: Callable[[], None]) -> None:
        self._clock = clock
        self._after_s = after_s
        self._expired = expired
        self._heard_s = clock.time()
        self._timer: Handle | None = None

    def heard(self) -> None:
        """Note that something was heard."""
        self._heard_s = self._clock.time()
        if self._timer is None:
            self._timer = self._clock.call_later(self._after_s, self._look)

    def cancel(self) -> None:
        """Stop waiting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        left_s = self._heard_s + self._after_s - self._clock.time()
        if left_s > 0:
            self._timer = self._clock.call_later(left_s, self._look)
        else:
            self._timer = None
            self._expired()


class Timing:
    """The expiries of a device's endpoints, and their falling back to off."""

    def __init__(
        self,
        hub: Hub,
        clock: Clock,
        device: DeviceId,
        parts: Mapping[EndpointId, Part],
        reach: DeviceReach,
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._device = device
        self._parts = parts
        self._reach = reach
        self._running: list[Expiry] = []

    def handlers(self) -> Iterator[tuple[str, Handler]]:
        """Yield what must hear the messages of the endpoints that change by time."""
        for endpoint, part in self._parts.items():
            topics = {r.topic for r in part.readers}
            if part.expire_after_s is not None:
                handler = self._expiring(endpoint, part, part.expire_after_s)
                yield from ((topic, handler) for topic in topics)
            if part.off_delay_s is not None and part.readers:
                yield part.readers[0].topic, self._falling(endpoint, part, part.off_delay_s)

    def close(self) -> None:
        """Call off everything."""
        for expiry in self._running:
            expiry.cancel()

    def _expiring(self, endpoint: EndpointId, part: Part, after_s: float) -> Handler:
        names = [p.name for p in part.endpoint.properties]
        reason = f"nothing heard for {after_s:g} s"

        def expired() -> None:
            for name in names:
                prop = property_id(self._device, endpoint, name)
                self._hub.reported(prop, None, restored=True)
            self._reach.fresh(endpoint, fresh=False, reason=reason)

        expiry = Expiry(self._clock, after_s, expired)
        expiry.heard()
        self._running.append(expiry)

        def handle(payload: Payload, retained: bool) -> None:  # noqa: ARG001
            expiry.heard()
            self._reach.fresh(endpoint, fresh=True)

        return handle

    def _falling(self, endpoint: EndpointId, part: Part, after_s: float) -> Handler:
        """Report off when on was not said again; such sensors never say off themselves."""
        reader = part.readers[0]
        prop = property_id(self._device, endpoint, reader.name)
        expiry = Expiry(self._clock, after_s, lambda: self._hub.reported(prop, False))  # noqa: FBT003
        self._running.append(expiry)

        def handle(payload: Payload, retained: bool) -> None:
            if reader.read(payload) is True and not retained:
                expiry.heard()
            else:
                expiry.cancel()

        return handle
