"""Which devices there are: announcements merged by what identifies a device. No I/O.

A device is what shares an identifier or a connection. Its id comes from the first identifier that
it was announced with, so that it stays the same at every start.
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import asdict, replace

from drivers.mqtt.discovery.announcement import Announced, Component, DeviceFacts
from drivers.mqtt.part import Part
from hubd.model.device import Device, Endpoint, Trouble
from hubd.model.ids import AreaId, DeviceId, EndpointId, slug


class Held:
    """A component, the topic that announced it, and the part that it became."""

    __slots__ = ("built", "component", "topic")

    def __init__(self, topic: str, component: Component, built: Part | Trouble) -> None:
        self.topic = topic
        self.component = component
        self.built = built


class Record:
    """A device as it was announced so far."""

    def __init__(self, device: DeviceId) -> None:
        self.id = device
        self.facts: dict[str, DeviceFacts] = {}
        self.held: dict[str, Held] = {}
        self.identities: set[str] = set()

    def parts(self) -> dict[EndpointId, Part]:
        """Return the parts by endpoint, in an order that does not depend on that of arrival.

        Where two components have one key, the endpoint's id says the kind too.
        """
        out: dict[EndpointId, Part] = {}
        for held in self._in_order():
            part = held.built
            if not isinstance(part, Part):
                continue
            endpoint = EndpointId(_own_name(part.endpoint.id, self.id))
            if part.group and endpoint in out and out[endpoint].group == part.group:
                out[endpoint] = out[endpoint].joined(part)
                continue
            if endpoint in out:
                endpoint = EndpointId(f"{endpoint}_{held.component.kind}")
            while endpoint in out:
                endpoint = EndpointId(f"{endpoint}_")
            out[endpoint] = part
        return out

    def device(self) -> Device:
        """Return the device that the announcements describe."""
        facts = self._merged()
        endpoints: list[Endpoint] = []
        troubles: list[Trouble] = []
        marks: dict[str, object] = {}
        for endpoint, part in self.parts().items():
            endpoints.append(replace(part.endpoint, id=endpoint, name=_shortened(part, facts)))
            troubles += part.troubles
            if part.category or not part.enabled:
                marks[endpoint] = {"category": part.category, "enabled": part.enabled}
        troubles += [h.built for h in self._in_order() if isinstance(h.built, Trouble)]
        first = endpoints[0].name if endpoints else ""
        return Device(
            id=self.id,
            name=facts.name or first or self.id,
            driver="mqtt",
            endpoints=tuple(endpoints),
            area=AreaId(slug(facts.area)) if facts.area else None,
            maker=facts.maker,
            model=facts.model,
            version=facts.version,
            troubles=tuple(troubles),
            native=_native(facts, self.held.values(), marks),
        )

    def _in_order(self) -> list[Held]:
        return sorted(
            self.held.values(), key=lambda h: (h.component.key, h.component.kind, h.topic)
        )

    def _merged(self) -> DeviceFacts:
        """Return the facts of all announcements; what one leaves open another may say."""
        merged: dict[str, object] = {}
        identities: list[str] = []
        for topic in sorted(self.facts):
            facts = self.facts[topic]
            identities += facts.identities
            merged = {**{k: v for k, v in asdict(facts).items() if v}, **merged}
        merged["identities"] = tuple(dict.fromkeys(identities))
        return msgspec.convert(merged, DeviceFacts)


class Registry:
    """All devices that were announced."""

    def __init__(self) -> None:
        self.records: dict[DeviceId, Record] = {}
        self._by_identity: dict[str, Record] = {}
        self._by_topic: dict[str, Record] = {}
        self._holders: dict[str, tuple[Record, str]] = {}

    def announced(
        self, announced: Announced, parts: Mapping[str, Part | Trouble]
    ) -> dict[DeviceId, Record]:
        """Take in an announcement, its components built into `parts` by identity.

        Returns the devices that it touched: its own, and those that it took a component from.
        """
        record = self._record(announced.device)
        touched = {record.id: record}
        former = self._by_topic.get(announced.topic)
        if former is not None and former is not record:
            touched[former.id] = former
        self._drop(announced.topic, keep={c.identity for c in announced.components})
        self._by_topic[announced.topic] = record
        record.facts[announced.topic] = announced.device
        for component in announced.components:
            identity = component.identity
            holder = self._holders.get(identity)
            if holder is not None:
                touched[holder[0].id] = holder[0]
                holder[0].held.pop(identity, None)
            record.held[identity] = Held(announced.topic, component, parts[identity])
            self._holders[identity] = (record, announced.topic)
        self._sweep(touched.values())
        return touched

    def withdrawn(self, topic: str) -> dict[DeviceId, Record]:
        """Forget what `topic` announced; return the devices that it touched."""
        record = self._by_topic.pop(topic, None)
        if record is None:
            return {}
        self._drop(topic, keep=frozenset(), record=record)
        record.facts.pop(topic, None)
        self._sweep([record])
        return {record.id: record}

    def _record(self, facts: DeviceFacts) -> Record:
        known = (self._by_identity[i] for i in facts.identities if i in self._by_identity)
        record = next(known, None)
        if record is None:
            record = Record(self._free_id(facts.identities[0].split(":", 1)[1]))
            self.records[record.id] = record
        for identity in facts.identities:
            if self._by_identity.setdefault(identity, record) is record:
                record.identities.add(identity)
        return record

    def _free_id(self, name: str) -> DeviceId:
        device, count = DeviceId(slug(name)), 1
        while device in self.records:
            count += 1
            device = DeviceId(f"{slug(name)}_{count}")
        return device

    def _drop(
        self, topic: str, *, keep: frozenset[str] | set[str], record: Record | None = None
    ) -> None:
        """Drop the components of `topic` but for those to keep, where it still holds them."""
        record = record or self._by_topic.get(topic)
        if record is None:
            return
        for identity in [i for i, h in record.held.items() if h.topic == topic and i not in keep]:
            del record.held[identity]
            self._holders.pop(identity, None)

    def _sweep(self, records: Iterable[Record]) -> None:
        """Forget the devices that have no component left."""
        for record in records:
            if not record.held:
                self.records.pop(record.id, None)
                for identity in record.identities:
                    self._by_identity.pop(identity, None)


def _own_name(endpoint: str, device: str) -> str:
    """Return the endpoint's id without the device's at its beginning."""
    return endpoint.removeprefix(device).lstrip("_-") or endpoint


def _shortened(part: Part, facts: DeviceFacts) -> str:
    """Return the endpoint's name without the device's at its beginning."""
    name, device = part.endpoint.name, facts.name
    if device and name.casefold().startswith(device.casefold()):
        return name[len(device) :].strip(" -_:") if len(name) > len(device) else ""
    return name


def _native(facts: DeviceFacts, held: Iterable[Held], marks: Mapping[str, object]) -> str:
    record = {
        "discovery": sorted({h.topic for h in held}),
        "identities": facts.identities,
        "suggested_area": facts.area,
        "via": facts.via,
        "hardware": facts.hardware,
        "serial": facts.serial,
        "url": facts.url,
        "origin": facts.origin,
        "endpoints": marks,
    }
    return msgspec.json.encode({k: v for k, v in record.items() if v}).decode()
