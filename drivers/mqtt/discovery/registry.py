"""Which devices there are: announcements merged by what identifies a device. No I/O.

A device is what shares an identifier or a connection. Its id comes from the first identifier that
it was announced with, so that it stays the same at every start.
"""

from collections.abc import Iterable, Mapping
from itertools import chain

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from drivers.kit.identity import ieee, of_connections, serial, told
from drivers.mqtt.dialect import Described, DeviceFacts, Piece
from drivers.mqtt.part import Part, Publish
from hubd.model.device import Device, Endpoint, Trouble
from hubd.model.ids import DeviceId, EndpointId, slug


class Held(Struct, frozen=True):
    """A piece of a device, what announced it, and of what rank that is."""

    origin: str
    rank: int
    piece: Piece


class Record:
    """A device as it was announced so far."""

    def __init__(self, device: DeviceId) -> None:
        self.id = device
        self.facts: dict[str, DeviceFacts] = {}
        self.follows: dict[str, tuple[str, ...]] = {}
        self.covered: dict[str, tuple[str, ...]] = {}
        self.asks: dict[str, tuple[Publish, ...]] = {}
        self.rereads: dict[str, tuple[Publish, ...]] = {}
        self.heeds: dict[str, tuple[tuple[str, bytes], ...]] = {}
        self.pings: dict[str, tuple[Publish, ...]] = {}
        self.powered: dict[str, bool] = {}
        self.held: dict[str, Held] = {}
        self.identities: set[str] = set()

    def parts(self) -> dict[EndpointId, Part]:
        """Return the parts by endpoint, in an order that does not depend on that of arrival.

        Where two components have one key, the endpoint's id says the kind too.
        """
        out: dict[EndpointId, Part] = {}
        for held in self._in_order():
            part = held.piece.built
            if not isinstance(part, Part):
                continue
            endpoint = EndpointId(_own_name(part.endpoint.id, self.id))
            if part.group and endpoint in out and out[endpoint].group == part.group:
                out[endpoint] = out[endpoint].joined(part)
                continue
            if endpoint in out:
                endpoint = EndpointId(f"{endpoint}_{held.piece.kind}")
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
        troubles += [h.piece.built for h in self._in_order() if isinstance(h.piece.built, Trouble)]
        first = endpoints[0].name if endpoints else ""
        return Device(
            id=self.id,
            name=facts.name or first or self.id,
            driver="mqtt",
            endpoints=tuple(endpoints),
            maker=facts.maker,
            model=facts.model,
            version=facts.version,
            troubles=tuple(troubles),
            native=_native(facts, self.held.values(), marks),
            identities=_identities(facts),
        )

    @property
    def questions(self) -> Iterable[Publish]:
        """What has the device tell what the broker does not keep of it."""
        return chain.from_iterable(self.asks.values())

    @property
    def battery(self) -> bool | None:
        """Whether it runs on a battery, as it is told; None where nothing says so."""
        return any(self.powered.values()) if self.powered else None

    @property
    def area(self) -> str:
        """The room that the announcements say it is in, in words."""
        return self._merged().area

    def _in_order(self) -> list[Held]:
        """Return the pieces of the highest rank: what others tell of the same is held back."""
        highest = max((h.rank for h in self.held.values()), default=0)
        return sorted(
            (h for h in self.held.values() if h.rank == highest),
            key=lambda h: (h.piece.key, h.piece.kind, h.origin),
        )

    def _merged(self) -> DeviceFacts:
        """Return the facts of all announcements; what one leaves open another may say."""
        merged: dict[str, object] = {}
        identities: list[str] = []
        ranks = {h.origin: h.rank for h in self.held.values()}
        for origin in sorted(self.facts, key=lambda o: (-ranks.get(o, 0), o)):
            facts = self.facts[origin]
            identities += facts.identities
            merged = {**{k: v for k, v in asdict(facts).items() if v}, **merged}
        merged["identities"] = tuple(dict.fromkeys(identities))
        return msgspec.convert(merged, DeviceFacts)


class Registry:
    """All devices that were announced."""

    def __init__(self) -> None:
        self.records: dict[DeviceId, Record] = {}
        self._by_identity: dict[str, Record] = {}
        self._by_origin: dict[str, Record] = {}
        self._holders: dict[str, tuple[Record, str]] = {}

    def described(self, told: Described, rank: int) -> dict[DeviceId, Record]:
        """Take in what a dialect of `rank` described.

        Returns the devices that it touched: its own, and those that it took a piece from.
        """
        record = self._record(told.device)
        touched = {record.id: record}
        former = self._by_origin.get(told.origin)
        if former is not None and former is not record:
            touched[former.id] = former
        self._drop(told.origin, keep={p.identity for p in told.pieces})
        self._by_origin[told.origin] = record
        record.facts[told.origin] = told.device
        record.follows[told.origin] = told.follows
        record.covered[told.origin] = told.covered
        record.asks[told.origin] = told.asks
        record.rereads[told.origin] = told.rereads
        record.heeds[told.origin] = told.heeds
        record.pings[told.origin] = told.pings
        if told.battery is not None:
            record.powered[told.origin] = told.battery
        for piece in told.pieces:
            holder = self._holders.get(piece.identity)
            if holder is not None:
                touched[holder[0].id] = holder[0]
                holder[0].held.pop(piece.identity, None)
            record.held[piece.identity] = Held(told.origin, rank, piece)
            self._holders[piece.identity] = (record, told.origin)
        self._sweep(touched.values())
        return touched

    def withdrawn(self, origin: str) -> dict[DeviceId, Record]:
        """Forget what `origin` described; return the devices that it touched."""
        record = self._by_origin.pop(origin, None)
        if record is None:
            return {}
        self._drop(origin, keep=frozenset(), record=record)
        record.facts.pop(origin, None)
        record.follows.pop(origin, None)
        record.covered.pop(origin, None)
        record.asks.pop(origin, None)
        record.rereads.pop(origin, None)
        record.heeds.pop(origin, None)
        record.pings.pop(origin, None)
        record.powered.pop(origin, None)
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
        self, origin: str, *, keep: frozenset[str] | set[str], record: Record | None = None
    ) -> None:
        """Drop the pieces of `origin` but for those to keep, where it still holds them."""
        record = record or self._by_origin.get(origin)
        if record is None:
            return
        for identity in [i for i, h in record.held.items() if h.origin == origin and i not in keep]:
            del record.held[identity]
            self._holders.pop(identity, None)

    def _sweep(self, records: Iterable[Record]) -> None:
        """Forget the devices that have no piece left."""
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


def _identities(facts: DeviceFacts) -> tuple[str, ...]:
    """Return what other protocols may know the device by."""
    pairs = [i.removeprefix("connection:").split(":", 1) for i in facts.identities]
    found = of_connections((pair[0], pair[1]) for pair in pairs if len(pair) == 2)
    behind = (ieee(i.removeprefix("id:zigbee2mqtt_")) for i in facts.identities)
    return told(*found, *behind, serial(facts.maker, facts.serial))


def _native(facts: DeviceFacts, held: Iterable[Held], marks: Mapping[str, object]) -> str:
    record = {
        "discovery": sorted({h.origin for h in held}),
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
