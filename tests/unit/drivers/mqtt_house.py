"""A house for the MQTT driver: the real one, between a hub and a broker that take notes."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drivers.kit.found import Found
from drivers.kit.port import Ordered
from drivers.mqtt import MqttDriver, MqttSettings
from drivers.mqtt.connection import Events, NotSentError
from drivers.mqtt.part import Publish
from hubd.model.command import Command
from hubd.model.device import Device
from hubd.model.ids import DeviceId, EndpointId, EventId, PropertyId, split_property_id
from hubd.model.value import Value

FIXTURES = Path(__file__).parents[2] / "fixtures" / "homeassistant"


@dataclass
class NotedHub:
    """Notes what the driver tells."""

    devices: dict[str, Device] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    described_count: int = 0
    forgotten_ids: list[str] = field(default_factory=list)
    reports: list[tuple[str, Value, bool]] = field(default_factory=list)
    signals: list[tuple[str, str, str, str]] = field(default_factory=list)
    reach: list[tuple[str, bool, str]] = field(default_factory=list)
    answers: list[tuple[int, bool, str]] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def found(self, found: Found, *, seen: str = "") -> None:
        raise AssertionError(f"{found} {seen}")

    def described(self, device: Device, *, area: str = "") -> None:
        self.described_count += 1
        self.devices[device.id] = device
        self.areas[device.id] = area

    def recorded(self, device: DeviceId, native: str) -> None:
        raise AssertionError(f"{device} {native}")

    def listen(self, topic_filters: frozenset[str]) -> None:
        raise AssertionError(topic_filters)

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        raise AssertionError(f"{topic} {payload} {retain}")

    def forgotten(self, device: DeviceId) -> None:
        self.forgotten_ids.append(device)
        self.devices.pop(device, None)

    def reported(self, prop: PropertyId, value: Value, *, restored: bool = False) -> None:
        self.reports.append((prop, value, restored))

    def signalled(self, device: DeviceId, endpoint: EndpointId, name: str, value: str) -> None:
        self.signals.append((device, endpoint, name, value))

    def reached(self, device: DeviceId, *, available: bool, reason: str = "") -> None:
        self.reach.append((device, available, reason))

    def answered(self, command: EventId, *, accepted: bool, reason: str = "") -> None:
        self.answers.append((command, accepted, reason))

    def messaged(self, topic: str, payload: str) -> None:
        self.messages.append((topic, payload))

    def refused_input(self, where: str, reason: str) -> None:
        self.refused.append((where, reason))

    def values(self) -> dict[str, Value]:
        """What each property was reported last, by its id."""
        return {prop: value for prop, value, _ in self.reports}


@dataclass
class NotedBroker:
    """Notes what the driver publishes and subscribes to."""

    sent: list[Publish] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    overloaded: bool = False

    async def run(self, events: Events) -> None:
        events.connected()
        await asyncio.Event().wait()

    def publish(self, message: Publish, token: int = 0) -> None:
        if self.overloaded:
            raise NotSentError("the broker does not keep up")
        self.sent.append(message)
        self.tokens.append(token)

    def subscribe(self, topics: Iterable[str]) -> None:
        self.topics += topics

    def unsubscribe(self, topics: Iterable[str]) -> None:
        self.left += topics


class House:
    """The driver, connected, and what it tells and sends."""

    def __init__(self, settings: MqttSettings | None = None) -> None:
        self.hub = NotedHub()
        self.broker = NotedBroker()
        self.driver = MqttDriver(
            settings or MqttSettings(birth=False), self.hub, connection=self.broker
        )
        self.driver.connected()
        self._events = 0

    async def tell(self, topic: str, payload: object, *, retained: bool = False) -> None:
        """Have a message come in, and let what it sets going come to rest."""
        raw = payload if isinstance(payload, bytes) else as_bytes(payload)
        self.driver.received(topic, raw, retained=retained)
        await self.settle()

    async def settle(self) -> None:
        """Let the driver take in what was announced."""
        for _ in range(10):
            await asyncio.sleep(0)

    async def announce(
        self, kind: str, options: Mapping[str, object], *, key: str = "it", device: str = "dev"
    ) -> None:
        """Have a component of a device announced."""
        whole = {"device": {"identifiers": [device], "name": device}, "name": None, **options}
        await self.tell(f"homeassistant/{kind}/{device}/{key}/config", whole)

    def order(
        self,
        name: str,
        value: Value = None,
        *,
        endpoint: str = "it",
        device: str = "dev",
        action: bool = False,
    ) -> Ordered:
        """Return a command, numbered."""
        self._events += 1
        command = Command(DeviceId(device), EndpointId(endpoint), name, value, 0, action=action)
        return Ordered(EventId(self._events), command)

    def ask(self, name: str, value: Value = None, *, action: bool = False) -> list[tuple[str, str]]:
        """Command one thing of `dev/it`; return what was published: topics and payloads."""
        return self.send([self.order(name, value, action=action)])

    def send(self, commands: list[Ordered]) -> list[tuple[str, str]]:
        """Send commands; return what was published for them."""
        before = len(self.broker.sent)
        self.driver.send(commands)
        return [(m.topic, m.payload.decode()) for m in self.broker.sent[before:]]

    def value(self, name: str) -> Value:
        """What `dev/it` reported last of a property."""
        return self.hub.values()[f"dev/it/{name}"]


def as_bytes(payload: object) -> bytes:
    """Return a payload as a device would write it: text as it is, all else as JSON."""
    return payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()


def recorded(maker: str) -> list[tuple[str, bytes, bool]]:
    """Return a fixture's messages: topic, payload, whether it is retained."""
    messages = json.loads((FIXTURES / f"{maker}.json").read_text())
    return [(m["topic"], as_bytes(m["payload"]), m.get("retain", False)) for m in messages]


def tour(house: House) -> list[list[object]]:
    """Write every writable property its own value and ask for every action; return the traffic."""
    out: list[list[object]] = []
    for device in house.hub.devices.values():
        for endpoint in device.endpoints:
            for prop in endpoint.properties:
                if prop.writable:
                    whole = f"{device.id}/{endpoint.id}/{prop.name}"
                    value = house.hub.values().get(PropertyId(whole))
                    out.append([whole, value, *_sent(house, whole, value, action=False)])
            for action in endpoint.actions:
                whole = f"{device.id}/{endpoint.id}/{action.name}"
                out.append([f"{whole}()", None, *_sent(house, whole, None, action=True)])
    return out


def _sent(house: House, whole: str, value: Value, *, action: bool) -> list[object]:
    device, endpoint, name = split_property_id(PropertyId(whole))
    order = house.order(name, value, endpoint=endpoint, device=device, action=action)
    answered = len(house.hub.answers)
    sent: list[object] = [f"{topic} <- {said}" for topic, said in house.send([order])]
    return sent or [f"refused: {house.hub.answers[answered][2]}"]
