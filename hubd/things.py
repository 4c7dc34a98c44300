"""The thing layer: one physical device over several protocols, its records untouched. Pure.

Which records seem to be one and why; what the thing is that they make together; how a property of
the one is called in the other.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from hubd.core.home import Home
from hubd.model.device import Device, Endpoint
from hubd.model.errors import HubError
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.thing import Join, Pair

OWN = "home"
"""The driver of what is the home's own, and no thing: its mode, its variables."""


class JoinError(HubError):
    """Two devices cannot be made one thing."""

    code = "things.join"


class Proposal(Struct, frozen=True):
    """Two devices that seem to be one thing, and why, in words."""

    first: DeviceId
    second: DeviceId
    evidence: tuple[str, ...]


_CALLED = {
    "mac": "the same MAC address",
    "ieee": "the same Zigbee address",
    "serial": "the same maker and serial number",
    "uuid": "the same unique id",
}


def proposals(home: Home) -> list[Proposal]:
    """Return which devices of the home seem to be one thing.

    The first of two is the one that more can be said to; what one driver tells twice is its own.
    """
    by_identity: dict[str, list[Device]] = {}
    for device in home.devices.values():
        for identity in device.identities:
            by_identity.setdefault(identity, []).append(device)
    evidence: dict[tuple[DeviceId, DeviceId], list[str]] = {}
    for identity, devices in by_identity.items():
        for first, second in _pairs_of(devices):
            evidence.setdefault((first.id, second.id), []).append(identity)
    return [Proposal(*ids, shared(identities)) for ids, identities in evidence.items()]


def shared(identities: Iterable[str]) -> tuple[str, ...]:
    """Return in words what it means that two devices share these identities."""
    parts = (identity.partition(":") for identity in identities)
    words = (f"{_CALLED.get(k, f'the same {k}')} ({value})" for k, _, value in parts)
    return tuple(dict.fromkeys(words))


def _pairs_of(devices: Sequence[Device]) -> Iterator[tuple[Device, Device]]:
    ordered = sorted(devices, key=lambda d: (-_weight(d), d.id))
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            if first.driver != second.driver:
                yield first, second


def _weight(device: Device) -> int:
    return sum(2 if p.writable else 1 for e in device.endpoints for p in e.properties)


def joined(thing: Device, record: Device, evidence: Iterable[str] = ()) -> Join:
    """Return the join of `record` to `thing`: which of their properties are the same ones.

    Endpoints of one type with a property in common are the same one: those with the most in common
    first, then those of the same id or name. What the thing lacks is added to it.
    """
    free = list(thing.endpoints)
    taken = {endpoint.id for endpoint in thing.endpoints}
    pairs: list[Pair] = []
    for endpoint in record.endpoints:
        twin = max(free, key=lambda e: _likeness(e, endpoint), default=None)
        if twin is not None and _likeness(twin, endpoint)[0]:
            free.remove(twin)
            home, known = twin.id, _names(twin)
        else:
            home, known = _free_id(endpoint.id, record, taken), ()
            taken.add(home)
        pairs += [Pair(endpoint.id, n, home, n, n not in known) for n in _names(endpoint)]
    return Join(thing.id, record, tuple(pairs), tuple(evidence))


def rejoined(own: Device, joins: Iterable[Join]) -> list[Join]:
    """Return the joins of a thing as they are with its `own` description, in their order.

    Each record finds its place beside what those before it brought.
    """
    fresh: list[Join] = []
    thing = own
    for join in joins:
        fresh.append(joined(thing, join.record, join.evidence))
        thing = composed(thing, fresh[-1:])
    return fresh


def composed(thing: Device, joins: Iterable[Join]) -> Device:
    """Return `thing` with what its joined records add: their properties, names and identities."""
    endpoints = {endpoint.id: endpoint for endpoint in thing.endpoints}
    aliases, identities = list(thing.aliases), list(thing.identities)
    for join in joins:
        record = join.record
        added: dict[EndpointId, set[str]] = {}
        sources: dict[EndpointId, EndpointId] = {}
        for pair in join.pairs:
            sources[pair.thing_endpoint] = pair.endpoint
            if pair.added:
                added.setdefault(pair.thing_endpoint, set()).add(pair.name)
        for endpoint_id, names in added.items():
            source = next((e for e in record.endpoints if e.id == sources[endpoint_id]), None)
            if source is not None:
                known = endpoints.get(endpoint_id)
                endpoints[endpoint_id] = _with(known, source, names, endpoint_id)
        aliases += [record.id, record.name, *record.aliases]
        identities += record.identities
    own = {thing.id, thing.name}
    return replace(
        thing,
        endpoints=tuple(endpoints.values()),
        aliases=tuple(dict.fromkeys(a for a in aliases if a not in own)),
        identities=tuple(dict.fromkeys(identities)),
    )


def stripped(thing: Device, join: Join) -> Device:
    """Return a composed `thing` without what `join` added to it."""
    added = {(p.thing_endpoint, p.thing_name) for p in join.pairs if p.added}
    endpoints = [
        replace(
            e,
            properties=tuple(p for p in e.properties if (e.id, p.name) not in added),
            actions=tuple(a for a in e.actions if (e.id, a.name) not in added),
            signals=tuple(s for s in e.signals if (e.id, s.name) not in added),
        )
        for e in thing.endpoints
    ]
    came = {join.record.id, join.record.name, *join.record.aliases}
    return replace(
        thing,
        endpoints=tuple(e for e in endpoints if e.properties or e.actions or e.signals),
        aliases=tuple(a for a in thing.aliases if a not in came),
    )


def _with(
    known: Endpoint | None, source: Endpoint, names: set[str], endpoint_id: EndpointId
) -> Endpoint:
    """Return the thing's endpoint with those of the source's properties, actions, signals."""
    base = known or Endpoint(endpoint_id, source.type, source.name)
    signals = {s.name for s in base.signals}
    return replace(
        base,
        properties=(*base.properties, *(p for p in source.properties if p.name in names)),
        actions=(*base.actions, *(a for a in source.actions if a.name in names)),
        signals=(*base.signals, *(s for s in source.signals if s.name not in signals)),
    )


def _likeness(mine: Endpoint, other: Endpoint) -> tuple[int, bool, bool]:
    """Return how much two endpoints have in common; a first figure of 0 is nothing."""
    common = len({p.name for p in mine.properties} & {p.name for p in other.properties})
    counts = common if mine.type == other.type or common > 1 else 0
    return counts, mine.id == other.id, bool(mine.name) and mine.name == other.name


def _names(endpoint: Endpoint) -> tuple[str, ...]:
    """Return the names of all that an endpoint has, in its own order."""
    properties = (p.name for p in endpoint.properties)
    return (*properties, *(a.name for a in endpoint.actions), *(s.name for s in endpoint.signals))


def _free_id(endpoint: EndpointId, record: Device, taken: set[EndpointId]) -> EndpointId:
    if endpoint not in taken:
        return endpoint
    other = EndpointId(f"{endpoint}_{record.driver}")
    while other in taken:
        other = EndpointId(f"{other}_")
    return other
