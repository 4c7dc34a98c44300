"""Incoming messages to the hub: a table from topic to what reads it.

A message costs one look-up and its own readers, however many devices there are.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from drivers.kit.port import Hub
from drivers.mqtt.errors import MqttError, excerpt
from drivers.mqtt.part import Listener, Part, Reader, Splitter
from drivers.mqtt.payload import MISSING, STATE_LIMIT, Payload
from hubd.model.ids import DeviceId, EndpointId, PropertyId, property_id

type Handler = Callable[[Payload, bool], None]
"""Takes a payload, and whether it is a retained one."""

MALFORMED = (MqttError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError)
"""What a payload can make a reader raise; none of it may disturb anything else."""


_LEVEL = {"+": "[^/]*", "#": ".*"}
REMEMBERED = 100_000
"""Topics whose readers are remembered."""


class Router:
    """Which handlers read which topic."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._handlers: dict[str, dict[DeviceId, list[Handler]]] = {}
        self._resolved: dict[str, tuple[Handler, ...]] = {}
        self._wild: dict[str, re.Pattern[str]] = {}
        self._topics: dict[DeviceId, tuple[str, ...]] = {}

    @property
    def topics(self) -> Iterable[str]:
        """All topics that something reads."""
        return self._handlers.keys()

    def received(self, topic: str, raw: bytes, *, retained: bool) -> bool:
        """Give a message to what reads its topic; return whether anything does.

        What cannot be read is told by `Hub.refused_input`, once for each message.
        """
        handlers = self._resolved.get(topic)
        if handlers is None:
            handlers = self._resolve(topic)
        if not handlers:
            return False
        if len(raw) > STATE_LIMIT:
            self._hub.refused_input(topic, f"{len(raw)} bytes, {STATE_LIMIT} are the most")
            return True
        payload = Payload(raw)
        refused: list[str] = []
        for handle in handlers:
            try:
                handle(payload, retained)
            except MALFORMED as error:
                refused.append(error.what if isinstance(error, MqttError) else excerpt(str(error)))
        if refused:
            self._hub.refused_input(topic, "; ".join(dict.fromkeys(refused)))
        return True

    def topics_of(self, device: DeviceId) -> Iterable[str]:
        """Return the topics that a device reads."""
        return self._topics.get(device, ())

    def filters(self, topic: str) -> list[str]:
        """Return what is subscribed to for devices and matches `topic`."""
        wild = (f for f, pattern in self._wild.items() if pattern.fullmatch(topic))
        return [f for f in (topic, *wild) if f in self._handlers]

    def bind(
        self, device: DeviceId, handlers: Iterable[tuple[str, Handler]]
    ) -> tuple[set[str], set[str]]:
        """Replace what a device reads; return its topics, and those that nothing reads any more."""
        former = set(self._topics.pop(device, ()))
        for topic in former:
            self._handlers[topic].pop(device, None)
        mine: dict[str, list[Handler]] = {}
        for topic, handler in handlers:
            mine.setdefault(topic, []).append(handler)
        for topic, handled in mine.items():
            self._handlers.setdefault(topic, {})[device] = handled
        self._topics[device] = tuple(mine)
        unread = {topic for topic in former if not self._handlers[topic]}
        for topic in unread:
            del self._handlers[topic]
        for topic in former | mine.keys():
            if "+" in topic or "#" in topic:
                self._wild.pop(topic, None)
                self._resolved.clear()
            self._resolved.pop(topic, None)
        self._wild.update((t, _pattern(t)) for t in mine if "+" in t or "#" in t)
        return set(mine), unread

    def _resolve(self, topic: str) -> tuple[Handler, ...]:
        """Find what reads `topic`, by itself or by a wildcard, and remember it."""
        owners = [self._handlers[f] for f in self.filters(topic)]
        found = tuple(h for devices in owners for handled in devices.values() for h in handled)
        if len(self._resolved) >= REMEMBERED:
            self._resolved.clear()
        self._resolved[topic] = found
        return found


def _pattern(topic_filter: str) -> re.Pattern[str]:
    """Return what matches the topics of a filter with wildcards (MQTT 5.0, section 4.7.1)."""
    levels = [_LEVEL.get(level, re.escape(level)) for level in topic_filter.split("/")]
    return re.compile("/".join(levels).replace(f"/{_LEVEL['#']}", f"(?:/{_LEVEL['#']})?"))


def handlers_of(
    hub: Hub, device: DeviceId, parts: Mapping[EndpointId, Part]
) -> list[tuple[str, Handler]]:
    """Return what reads the properties and signals of a device, by topic."""
    out: list[tuple[str, Handler]] = []
    for endpoint, part in parts.items():
        out += [
            (r.topic, _reading(hub, property_id(device, endpoint, r.name), r)) for r in part.readers
        ]
        for splitter in part.splitters:
            ids = {p.name: property_id(device, endpoint, p.name) for p in part.endpoint.properties}
            out.append((splitter.topic, _splitting(hub, ids, splitter)))
        for listener in part.listeners:
            out.append((listener.topic, _listening(hub, device, endpoint, listener)))
    return out


def _reading(hub: Hub, prop: PropertyId, reader: Reader) -> Handler:
    reported, read = hub.reported, reader.read

    def handle(payload: Payload, retained: bool) -> None:
        value = read(payload)
        if value is not MISSING:
            reported(prop, value, restored=retained)

    return handle


def _splitting(hub: Hub, ids: Mapping[str, PropertyId], splitter: Splitter) -> Handler:
    reported, read = hub.reported, splitter.read

    def handle(payload: Payload, retained: bool) -> None:
        for name, value in read(payload):
            reported(ids[name], value, restored=retained)

    return handle


def _listening(hub: Hub, device: DeviceId, endpoint: EndpointId, listener: Listener) -> Handler:
    read = listener.read

    def handle(payload: Payload, retained: bool) -> None:
        # A retained press was made before the hub listened: it is not happening now.
        if not retained and (kind := read(payload)) is not None:
            hub.signalled(device, endpoint, listener.signal, kind)

    return handle
