"""Whether a device can be reached, from all that bears on it: topics, expiries, its silence.

A device with several rules is reached while any of them holds: one failing part does not take the
others away. Where no component has a topic for it, components that expire say it instead. One that
is lost by its silence is not reached, whatever its bridge says of itself.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from drivers.kit.port import Hub
from drivers.mqtt.availability.naps import Naps
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
    """Folds availability messages, expiries and silence into one answer, told when it changes.

    `heard`: whether it was heard and is not lost by its silence; None while nobody knows, and
    always where its silence is not measured. `naps` are those of a device that may doze.
    """

    def __init__(
        self,
        hub: Hub,
        device: DeviceId,
        parts: Mapping[EndpointId, Part],
        former: "DeviceReach | None" = None,
        back: Callable[[], None] = lambda: None,
        *,
        measured: bool = False,
        heard: bool | None = None,
        why: str = "",
    ) -> None:
        """Begin where `former` ended; `back` is called each time that the device is there again.

        `measured`: whether it is lost by its silence. `why` it is, if it is not `heard`.
        """
        self._hub = hub
        self._back = back
        self._device = device
        known = former.known if former else {}
        self._parts = {p.reach_key: p.reach for p in parts.values() if p.reach is not None}
        self._rules = {key: _Rule(reach, known) for key, reach in self._parts.items()}
        self._fresh: dict[EndpointId, bool | None] = {
            e: former.freshness.get(e) if former else None
            for e, p in parts.items()
            if p.expire_after_s is not None
        }
        self._measured = measured
        self._heard = heard
        self._why = why
        self.naps: Naps | None = None
        self.said: Callable[[bool], None] = lambda _: None
        """Called when the device's own topics say, newly or again, that it is there or gone."""
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

    def spoke(self) -> None:
        """Tell that the device is not silent any more."""
        self._heard, self._why = True, ""
        self._decide("")

    def silent(self, reason: str) -> None:
        """Tell that the device is lost by its silence."""
        self._heard, self._why = False, reason
        self._decide(reason)

    def broker_lost(self, reason: str) -> None:
        """Forget what the topics said: it is told anew once the broker is back."""
        for rule in self._rules.values():
            rule.told.clear()
        if not self._asleep:
            self._tell(available=False, reason=reason)

    def broker_back(self) -> None:
        """Take a device that does not tell its availability as being there."""
        gone = self._heard is False or False in self._fresh.values()
        if (not self._rules or self._dozes) and not gone and not self._asleep:
            self._tell(available=True, reason="")

    @property
    def _dozes(self) -> bool:
        """Whether it was heard, and its leaving means no more than that it sleeps."""
        return self.naps is not None and self.naps.dozes and self._heard is True

    @property
    def _asleep(self) -> bool:
        """Whether it speaks when it pleases and was not heard yet: nobody knows how it is."""
        return self._measured and self._heard is None and self._told is None and not self._rules

    def _handler(
        self, rule: _Rule, topic: str, meaning: Callable[[Payload], bool | object]
    ) -> Handler:
        def handle(payload: Payload, retained: bool) -> None:
            available = meaning(payload)
            if available is not MISSING:
                rule.tell(topic, available=bool(available))
                if self.naps is not None and not retained:
                    self.said(bool(available))
                self._decide("" if available else f"{topic} says that it is not available")

        return handle

    def _decide(self, reason: str) -> None:
        if self._heard is False:
            self._tell(available=False, reason=self._why)
            return
        held = [rule.holds for rule in self._rules.values()] or list(self._fresh.values())
        if not held:
            if self._heard:
                self._tell(available=True, reason="")
        elif True in held:
            self._tell(available=True, reason="")
        elif None not in held and not (self.naps is not None and self.naps.dozes):
            self._tell(available=False, reason=reason)

    def _tell(self, *, available: bool, reason: str) -> None:
        if self._told is not available:
            self._told = available
            self._hub.reached(self._device, available=available, reason=reason)
            if available:
                self._back()
