"""A driver's own door to the hub (drivers.kit.port.Hub): what comes through bears its name."""

import logging
import time
from collections.abc import Callable
from typing import final

from drivers.kit.found import Found
from drivers.kit.port import Driver
from hubd.adoption import Adoption
from hubd.hub import Hub
from hubd.model.device import Device
from hubd.model.events import Answered, Availability, Message, Reported, Signalled
from hubd.model.ids import DeviceId, EndpointId, EventId, PropertyId
from hubd.model.value import Value

_log = logging.getLogger(__name__)


LOG_EVERY_S = 10.0
LOG_MOST = 20
"""So many lines of one driver's refused inputs are printed in that time; the rest is counted."""


@final
class DriverPort:
    """What one driver may tell."""

    __slots__ = ("_adoption", "_hub", "_logged", "_name", "_since_s", "_source", "_unlogged")

    def __init__(self, hub: Hub, adoption: Adoption, name: str) -> None:
        self._hub = hub
        self._adoption = adoption
        self._name = name
        self._source = f"driver:{name}"
        self._since_s = 0.0
        self._logged = self._unlogged = 0

    def found(self, found: Found, *, seen: str = "") -> None:
        """Show a found thing in the inbox."""
        self._adoption.found(self._name, found, seen)

    def described(self, device: Device, *, area: str = "") -> None:
        """Take a device that is adopted, or may be by itself; else show it in the inbox."""
        home = self._hub.core.state.home
        known = home.devices.get(device.id)
        if known is None and device.id in home.joins:
            known = home.joins[device.id].record
        if known is not None and known.driver != device.driver:
            self.refused_input(device.id, f"it is a device of the {known.driver} driver already")
            return
        self._adoption.described(device, area, self._source)

    def recorded(self, device: DeviceId, native: str) -> None:
        """Keep a driver's changed record of its device."""
        self._adoption.recorded(device, native, self._source)

    def forgotten(self, device: DeviceId) -> None:
        """Forget a device that was withdrawn."""
        self._adoption.forgotten(device, self._source)

    def reported(self, prop: PropertyId, value: Value, *, restored: bool = False) -> None:
        """Fold a report."""
        hub = self._hub
        if hub.paths and prop.partition("/")[0] in hub.paths:
            counts = hub.paths.reported(prop, value)
            if counts is None:
                return
            prop = counts
        elif prop not in hub.core.state.shadows:
            return  # of a device that nobody has adopted
        hub.take(Reported(prop, value, restored), self._source)

    def signalled(self, device: DeviceId, endpoint: EndpointId, name: str, value: str) -> None:
        """Fold a momentary event."""
        hub = self._hub
        if hub.paths and device in hub.paths:
            place = hub.paths.signalled(device, endpoint, name)
            if place is None:
                return
            device, endpoint, name = place
        elif device not in hub.core.state.home.devices:
            return  # nobody has adopted it
        hub.take(Signalled(device, endpoint, name, value), self._source)

    def reached(self, device: DeviceId, *, available: bool, reason: str = "") -> None:
        """Fold a coming or going, where it is one, and the first word of it since the start."""
        hub = self._hub
        first = device in hub.awaited
        hub.awaited.discard(device)
        if hub.paths and device in hub.paths:
            turn = hub.paths.reached(device, available=available)
            device, available = turn.thing, turn.available
            for prop, value in turn.told:
                hub.take(Reported(prop, value, restored=True), self._source)
        known = hub.core.state
        if device not in known.home.devices:
            return
        former = known.unreachable.get(device)
        news = first or available is (former is not None)
        if news or (not available and reason != former):
            hub.take(Availability(device, available, reason), self._source)

    def answered(self, command: EventId, *, accepted: bool, reason: str = "") -> None:
        """Fold the answer to a command that still waits for one; a refusal tries another path."""
        hub = self._hub
        if command not in hub.core.state.ledger:
            return
        if not accepted and hub.try_another_way(command):
            return
        hub.take(Answered(command, accepted, reason), self._source)

    def listen(self, topic_filters: frozenset[str]) -> None:
        """Have the driver hear what comes on these topics."""
        self._hub.listen_for(self._name, topic_filters)

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Send a message to the broker."""
        self._hub.publish(topic, payload, retain=retain)

    def messaged(self, topic: str, payload: str) -> None:
        """Fold a message that scenes listen to, and hand it to the drivers that do."""
        hub = self._hub
        hub.hand_round(topic, payload)
        if hub.is_scenes(topic):
            hub.take(Message(topic, payload), self._source)

    def refused_input(self, where: str, reason: str) -> None:
        """Count and print what was malformed."""
        self._hub.counts.refused_inputs[self._name] += 1
        now_s = time.monotonic()
        if now_s - self._since_s > LOG_EVERY_S:
            if self._unlogged:
                _log.warning("%d more were refused from %s", self._unlogged, self._name)
            self._since_s, self._logged, self._unlogged = now_s, 0, 0
        if self._logged < LOG_MOST:
            self._logged += 1
            _log.warning("refused from %s: %s", where, reason)
        else:
            self._unlogged += 1


def attach[D: Driver](
    hub: Hub, adoption: Adoption, make: Callable[[DriverPort], D], name: str
) -> D:
    """Add the driver that `make` makes of its own door to the hub."""
    driver = make(DriverPort(hub, adoption, name))
    hub.attach(driver, name)
    return driver
