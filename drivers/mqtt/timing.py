"""What happens to a property by time alone: it expires, or falls back to off."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from drivers.kit.port import Hub
from drivers.kit.rhythm import Bounds, Rhythm
from drivers.mqtt.part import Part
from drivers.mqtt.payload import Payload
from drivers.mqtt.reach import DeviceReach
from drivers.mqtt.router import Handler
from hubd.model.ids import DeviceId, EndpointId, property_id


class Handle(Protocol):
    """Something set for later, that can be called off."""

    def cancel(self) -> None:
        """Call it off."""
        ...


class Clock(Protocol):
    """An event loop's time, in seconds."""

    def time(self) -> float:
        """Return the time."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object]) -> Handle:
        """Have `callback` called after `delay` seconds."""
        ...


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


class Listening:
    """Takes a device for lost when it is silent for longer than its own rhythm lets one expect.

    It is unknown, not lost, until it is heard for the first time: it may be asleep.
    """

    def __init__(self, clock: Clock, rhythm: Rhythm, lost: Callable[[float], None]) -> None:
        self._clock = clock
        self.rhythm = rhythm
        self._lost = lost
        self._timer: Handle | None = None
        self._due_s = 0.0
        self._wait()

    def heard(self) -> None:
        """Note that something was heard."""
        now_s = self._clock.time()
        self.rhythm.heard(now_s)
        # A timer that rings too soon looks again; one that rings too late is set anew.
        if self._timer is None or now_s + self.rhythm.patience_s < self._due_s:
            self.cancel()
            self._wait()

    def cancel(self) -> None:
        """Stop waiting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        now_s = self._clock.time()
        left_s = self.rhythm.left_s(now_s)
        if left_s is not None:
            self._due_s = now_s + max(0.0, left_s)
            self._timer = self._clock.call_later(max(0.0, left_s), self._look)

    def _look(self) -> None:
        self._timer = None
        left_s = self.rhythm.left_s(self._clock.time())
        if left_s is not None and left_s <= 0:
            self._lost(self.rhythm.patience_s)
        else:
            self._wait()


class Timing:
    """The expiries of a device's endpoints, and their falling back to off."""

    def __init__(
        self,
        hub: Hub,
        clock: Clock,
        device: DeviceId,
        parts: Mapping[EndpointId, Part],
        reach: DeviceReach,
        former: "Timing | None" = None,
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._device = device
        self._parts = parts
        self._reach = reach
        self._running: list[Expiry | Listening] = []
        self._rhythms: dict[Bounds, Rhythm] = {}
        if former is not None:
            bounds = {p.rhythm for p in parts.values()}
            self._rhythms = {b: r for b, r in former.rhythms.items() if b in bounds}

    @property
    def rhythms(self) -> Mapping[Bounds, Rhythm]:
        """What was learnt of when the device is heard."""
        return self._rhythms

    def handlers(self) -> Iterator[tuple[str, Handler]]:
        """Yield what must hear the messages of the endpoints that change by time."""
        for bounds in {p.rhythm for p in self._parts.values() if p.rhythm is not None}:
            yield from self._by_rhythm(bounds)
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

    def _by_rhythm(self, bounds: Bounds) -> Iterator[tuple[str, Handler]]:
        """Yield what hears all endpoints that share a rhythm: they are one thing that speaks."""
        mine = {e: p for e, p in self._parts.items() if p.rhythm == bounds}

        def lost(patience_s: float) -> None:
            reason = f"nothing heard for {patience_s:.0f} s, longer than it is ever silent"
            for endpoint, part in mine.items():
                for prop in part.endpoint.properties:
                    whole = property_id(self._device, endpoint, prop.name)
                    self._hub.reported(whole, None, restored=True)
            self._reach.all_fresh(mine, fresh=False, reason=reason)

        rhythm = self._rhythms.setdefault(bounds, Rhythm(bounds))
        listening = Listening(self._clock, rhythm, lost)
        self._running.append(listening)

        def handle(payload: Payload, retained: bool) -> None:  # noqa: ARG001
            if not retained:  # the broker kept it: the thing may have been gone for long
                listening.heard()
                self._reach.all_fresh(mine, fresh=True)

        topics = {topic for part in mine.values() for topic in part.topics()}
        yield from ((topic, handle) for topic in topics)

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
