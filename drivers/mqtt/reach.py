"""Whether a device can be reached, from what its components' availability topics say.

A device with several rules is reached while any of them holds: one failing part does not take the
others away. Where no component has a topic for it, components that expire say it instead.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from drivers.kit.port import Hub
from drivers.mqtt.part import Part, Reach
from drivers.mqtt.payload import MISSING, Payload
from drivers.mqtt.router import Handler
from hubd.model.ids import DeviceId, EndpointId


class _Rule:
    """One way that components say whether they are available."""

    def __init__(self, reach: Reach, known: Mapping[str, bool]) -> None:
        self._mode = reach.mode
        self.told = {topic: known[topic] for topic, _ in reach.topics if topic in known}
        self._count = len({topic for topic, _ in reach.topics})
        self._latest = next(reversed(self.told.values()), None)

    def tell(self, topic: str, *, available: bool) -> None:
        self.told[topic] = self._latest = available

    @property
    def holds(self) -> bool | None:
        """Whether it is available; None while not enough was told."""
        values = self.told.values()
        whole = len(self.told) == self._count
        match self._mode:
            case "all":
                return False if False in values else True if whole else None
            case "any":
                return True if True in values else False if whole else None
            case _:
                return self._latest


class DeviceReach:
    """Folds availability messages and expiries into one answer, told when it changes."""

    def __init__(
        self,
        hub: Hub,
        device: DeviceId,
        parts: Mapping[EndpointId, Part],
        former: "DeviceReach | None" = None,
        back: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin where `former` ended; `back` is called each time that the device is there again."""
        self._hub = hub
        self._back = back
        self._device = device
        known = former.known if former else {}
        self._parts = {p.reach_key: p.reach for p in parts.values() if p.reach is not None}
        self._rules = {key: _Rule(reach, known) for key, reach in self._parts.items()}
        self._fresh: dict[EndpointId, bool | None] = {
            e: former.freshness.get(e) if former else None
            for e, p in parts.items()
            if p.expire_after_s is not None or p.rhythm is not None
        }
        self._rhythmic = any(p.rhythm is not None for p in parts.values())
        self._told: bool | None = former.told if former else None
        self._decide("")

    @property
    def told(self) -> bool | None:
        """What the hub was told last."""
        return self._told

    @property
    def known(self) -> dict[str, bool]:
        """What each topic said last."""
        return dict(chain.from_iterable(rule.told.items() for rule in self._rules.values()))

    @property
    def freshness(self) -> Mapping[EndpointId, bool | None]:
        """Which expiring endpoints are fresh."""
        return self._fresh

    def handlers(self) -> Iterable[tuple[str, Handler]]:
        """Yield what reads the availability topics."""
        for key, reach in self._parts.items():
            for topic, meaning in reach.topics:
                yield topic, self._handler(self._rules[key], topic, meaning)

    def fresh(self, endpoint: EndpointId, *, fresh: bool, reason: str = "") -> None:
        """Tell that an endpoint that expires was heard, or expired."""
        if self._fresh.get(endpoint) is not fresh:
            self._fresh[endpoint] = fresh
            self._decide(reason)

    def all_fresh(self, endpoints: Iterable[EndpointId], *, fresh: bool, reason: str = "") -> None:
        """Tell that endpoints that live by one rhythm were heard, or are lost."""
        changed = [e for e in endpoints if self._fresh.get(e) is not fresh]
        if changed:
            self._fresh.update(dict.fromkeys(changed, fresh))
            self._decide(reason)

    def broker_lost(self, reason: str) -> None:
        """Forget what the topics said: it is told anew once the broker is back."""
        for rule in self._rules.values():
            rule.told.clear()
        if not self._asleep:
            self._tell(available=False, reason=reason)

    def broker_back(self) -> None:
        """Take a device that does not tell its availability as being there."""
        if not self._rules and False not in self._fresh.values() and not self._asleep:
            self._tell(available=True, reason="")

    @property
    def _asleep(self) -> bool:
        """Whether it speaks when it pleases and was not heard yet: nobody knows how it is."""
        return self._rhythmic and True not in self._fresh.values() and self._told is None

    def _handler(
        self, rule: _Rule, topic: str, meaning: Callable[[Payload], bool | object]
    ) -> Handler:
        def handle(payload: Payload, retained: bool) -> None:  # noqa: ARG001
            available = meaning(payload)
            if available is not MISSING:
                rule.tell(topic, available=bool(available))
                self._decide("" if available else f"{topic} says that it is not available")

        return handle

    def _decide(self, reason: str) -> None:
        held = [rule.holds for rule in self._rules.values()] or list(self._fresh.values())
        if not held or True in held:
            if held:
                self._tell(available=True, reason="")
        elif None not in held:
            self._tell(available=False, reason=reason)

    def _tell(self, *, available: bool, reason: str) -> None:
        if self._told is not available:
            self._told = available
            self._hub.reached(self._device, available=available, reason=reason)
            if available:
                self._back()
