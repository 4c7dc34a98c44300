"""What a node becomes: the parts behind it, their endpoints, and which attribute is which property.

Pure. A bridged device is a part of its own, and so is the node itself. What the vocabulary has
names for stands together in one endpoint for each of Matter's; what it has none for stands alone.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit import identity
from drivers.kit.errors import MalformedError
from drivers.kit.link import ITSELF, Description
from drivers.matter.attributes import GLOBAL, Attribute, Cluster, Invoke, Role
from drivers.matter.clusters import CLUSTERS
from drivers.matter.codecs import member
from drivers.matter.device_types import device_type
from drivers.matter.infrastructure import INFRASTRUCTURE
from drivers.matter.mapping import action, decoded, described, is_spare
from drivers.matter.reasons import MAKERS_OWN, NEWER
from drivers.matter.switches import signal
from drivers.matter.told import BASIC, BRIDGED, DESCRIPTOR, PARTS, TAGS, Path, Told
from hubd.model.device import Action, DeviceType, Endpoint, Property, Signal, Trouble
from hubd.model.ids import EndpointId, slug
from hubd.model.value import Value

BRIDGED_NODE, AGGREGATOR = 0x13, 0x0E
REACHABLE = 17
_ACCEPTED = 0xFFF9
_STANDARD = 0x7FFF
_GENERAL, _NETWORKS, _LABELS, _USER_LABELS = 51, 0, 64, 65
_WIFI, _THREAD = 1, 4
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_STEMS: Mapping[DeviceType, str] = {
    DeviceType.ON_OFF_LIGHT: "light",
    DeviceType.DIMMABLE_LIGHT: "light",
    DeviceType.COLOR_TEMPERATURE_LIGHT: "light",
    DeviceType.EXTENDED_COLOR_LIGHT: "light",
    DeviceType.ON_OFF_PLUG: "plug",
    DeviceType.GENERIC_SWITCH: "switch",
    DeviceType.OCCUPANCY_SENSOR: "occupancy",
    DeviceType.CONTACT_SENSOR: "contact",
    DeviceType.LIGHT_SENSOR: "illuminance",
    DeviceType.TEMPERATURE_SENSOR: "temperature",
    DeviceType.HUMIDITY_SENSOR: "humidity",
    DeviceType.PRESSURE_SENSOR: "pressure",
    DeviceType.FLOW_SENSOR: "flow",
    DeviceType.AIR_QUALITY_SENSOR: "air",
    DeviceType.WATER_LEAK_DETECTOR: "leak",
    DeviceType.RAIN_SENSOR: "rain",
    DeviceType.SMOKE_CO_ALARM: "smoke",
    DeviceType.ELECTRICAL_SENSOR: "energy",
    DeviceType.WINDOW_COVERING: "cover",
    DeviceType.DOOR_LOCK: "lock",
    DeviceType.WATER_VALVE: "valve",
    DeviceType.ROBOTIC_VACUUM: "vacuum",
    DeviceType.GENERIC: "device",
}
_TIMED_BY_DEVICE = frozenset({8, 768})
"""Clusters whose commands say how long the device is to take: levels and colours."""


class Source(Struct, frozen=True):
    """The attribute that is a property."""

    part: str
    endpoint: EndpointId
    prop: Property
    path: Path
    attribute: Attribute

    @property
    def key(self) -> "PropertyKey":
        """How the property is asked for."""
        return self.part, self.endpoint, self.prop.name


class Deed(Struct, frozen=True):
    """The command that is an action."""

    endpoint: int
    cluster: int
    invoke: Invoke


class Carried(Struct, frozen=True):
    """What a node becomes."""

    parts: Mapping[str, Description]
    sources: Mapping[Path, Source]
    settings: Mapping["PropertyKey", Source]
    deeds: Mapping["PropertyKey", Deed]
    signals: Mapping[tuple[int, int], tuple[str, EndpointId]]
    """By Matter's endpoint and cluster: where what happens is told."""
    bridged: Mapping[str, int]
    """The parts behind it, each with the endpoint that it begins at."""
    tied: frozenset[tuple[int, int]]
    """Endpoints and clusters of which something is a property."""


type PropertyKey = tuple[str, EndpointId, str]


def carried(told: Told, fallback: str) -> Carried:
    """Return what a node becomes; `fallback` is what it is called if it has no name."""
    roots = _roots(told)
    owner = {member: part for part, root in roots.items() for member in _family(told, root)}
    builds = {part: _Build(part, told) for part in (ITSELF, *roots)}
    for endpoint in told.endpoints:
        part = owner.get(endpoint, ITSELF)
        builds[part].add(endpoint, roots.get(part, 1))
    about = {part: _bridged(told, roots[part], part) for part in roots}
    about[ITSELF] = _itself(told, fallback)
    sources = {s.path: s for build in builds.values() for s in build.sources}
    return Carried(
        parts={part: builds[part].described(about[part]) for part in builds},
        sources=sources,
        settings={s.key: s for s in sources.values() if s.prop.writable},
        deeds={key: deed for build in builds.values() for key, deed in build.deeds.items()},
        signals={at: where for build in builds.values() for at, where in build.signals.items()},
        bridged=roots,
        tied=frozenset((s.path[0], s.path[1]) for s in sources.values()),
    )


def values(told: Told, sources: Iterable[Source]) -> Iterator[tuple[Source, Value]]:
    """Yield the value of each property; of one that cannot be read None, which is not known."""
    for source in sources:
        endpoint, cluster, attribute = source.path
        try:
            raw = told.get(endpoint, cluster, attribute)
            yield source, decoded(source.attribute, raw, told.beside(endpoint, cluster))
        except MalformedError:
            yield source, None


def sleeps(told: Told) -> bool:
    """Say whether a node is one that must not be woken up: it sleeps, or lives on its battery.

    Source: Matter 1.5 core specification, 9.15 (ICD Management), 11.14 (Thread Network Diagnostics,
    RoutingRole), 11.7 (Power Source: features, Order).
    """
    clusters = told.clusters(0)
    if 70 in clusters or told.number(0, 53, 1) == 2:
        return True
    features = [
        told.number(endpoint, 47, 0xFFFC) or 0
        for endpoint in told.endpoints
        if 47 in told.clusters(endpoint)
    ]
    return bool(features) and not any(feature & 0b01 for feature in features)


def is_thread(told: Told) -> bool:
    """Say whether a node is reached by Thread, whose air is narrow."""
    return told.number(0, 53, 1) is not None


def _roots(told: Told) -> dict[str, int]:
    """Return the parts behind a node, each with its first endpoint."""
    bridged = [
        endpoint
        for endpoint in told.endpoints
        if endpoint and (BRIDGED in told.clusters(endpoint) or BRIDGED_NODE in told.types(endpoint))
    ]
    unique = [told.text(endpoint, BRIDGED, 18) for endpoint in bridged]
    roots: dict[str, int] = {}
    for endpoint, own in zip(bridged, unique, strict=True):
        named = own and unique.count(own) == 1
        part = slug(own)[:40] if named else f"e{endpoint}"
        roots[part if part not in roots else f"e{endpoint}"] = endpoint
    return roots


def _family(told: Told, root: int) -> Iterator[int]:
    """Yield an endpoint and all that are part of it."""
    waiting, seen = [root], {root}
    while waiting:
        endpoint = waiting.pop()
        yield endpoint
        for part in told.numbers(endpoint, DESCRIPTOR, PARTS):
            if part not in seen:
                seen.add(part)
                waiting.append(part)


def _itself(told: Told, fallback: str) -> Description:
    maker, model = told.text(0, BASIC, 1), told.text(0, BASIC, 3)
    return Description(
        name=told.text(0, BASIC, 5) or told.text(0, BASIC, 14) or model or fallback,
        maker=maker,
        model=model,
        version=told.text(0, BASIC, 10),
        identities=identity.told(
            *_addresses(told), identity.serial(maker, told.text(0, BASIC, 15))
        ),
        area=_room(told, 0),
    )


def _bridged(told: Told, root: int, part: str) -> Description:
    maker, model = told.text(root, BRIDGED, 1), told.text(root, BRIDGED, 3)
    label = told.text(root, BRIDGED, 5) or told.text(root, BRIDGED, 14)
    return Description(
        name=label or model or f"Bridged device {part}",
        maker=maker,
        model=model,
        version=told.text(root, BRIDGED, 10),
        identities=identity.told(identity.serial(maker, told.text(root, BRIDGED, 15))),
        area=_room(told, root),
    )


def _addresses(told: Told) -> Iterator[str | None]:
    """Yield the hardware addresses of a node's radios (GeneralDiagnostics, NetworkInterfaces).

    Those of a cable are left out: a node that is a program has its machine's.
    """
    listed = told.get(0, _GENERAL, _NETWORKS)
    for item in listed[:16] if isinstance(listed, list) else ():
        if not isinstance(item, Mapping):
            continue
        said, kind = member(item, 4, "hardwareAddress"), member(item, 7, "type")
        if not isinstance(said, str) or kind not in (_WIFI, _THREAD):
            continue
        try:
            data = base64.b64decode(said, validate=True)
        except (binascii.Error, ValueError):
            continue
        yield identity.ieee(data.hex()) if len(data) == 8 else identity.mac(data.hex())


def _room(told: Told, endpoint: int) -> str:
    """Return the room that a node says it is in, by its labels."""
    for cluster in (_USER_LABELS, _LABELS):
        for label, value in _labels(told, endpoint, cluster):
            if label.casefold() == "room":
                return value
    return ""


def _labels(told: Told, endpoint: int, cluster: int) -> Iterator[tuple[str, str]]:
    listed = told.get(endpoint, cluster, 0)
    for item in listed[:32] if isinstance(listed, list) else ():
        if isinstance(item, Mapping):
            label, value = member(item, 0, "label"), member(item, 1, "value")
            if isinstance(label, str) and isinstance(value, str) and value:
                yield label, value[:64]


class _Build:
    """One part while it is put together."""

    def __init__(self, part: str, told: Told) -> None:
        self.sources: list[Source] = []
        self.deeds: dict[PropertyKey, Deed] = {}
        self.signals: dict[tuple[int, int], tuple[str, EndpointId]] = {}
        self._part = part
        self._told = told
        self._endpoints: dict[EndpointId, Endpoint] = {}
        self._troubles: dict[tuple[str, str], list[str]] = {}

    def described(self, about: Description) -> Description:
        """Return the description of the part."""
        troubles = [
            Trouble(f"{where}: {', '.join(labels)}" if any(labels) else where, reason)
            for (where, reason), labels in self._troubles.items()
        ]
        troubles += [Trouble("node", reason) for reason in self._told.malformed]
        if self._part != ITSELF:
            troubles = [t for t in troubles if t.where != "node"]
        return replace(about, endpoints=tuple(self._endpoints.values()), troubles=tuple(troubles))

    def add(self, number: int, first: int) -> None:
        """Take an endpoint of Matter's; the part's `first` one has no number in its ids."""
        told = self._told
        kind = device_type(sorted(told.types(number)))
        main = self._free(_STEMS.get(kind, kind.value), number, first)
        named: dict[str, Source] = {}
        alone: list[Source] = []
        actions: dict[str, Action] = {}
        signals: dict[str, Signal] = {}
        for own, attributes in sorted(told.clusters(number).items()):
            if own in INFRASTRUCTURE:
                continue
            cluster = CLUSTERS.get(own)
            if cluster is None:
                self._trouble(f"cluster {own:#06x}", MAKERS_OWN if own > _STANDARD else NEWER)
                continue
            for source in self._sources(number, cluster, attributes, main):
                if _is_named(source):
                    named[source.prop.name] = source
                else:
                    alone.append(source)
            for name, invoke in self._asked(number, cluster).items():
                actions[name] = action(name, invoke)
                self.deeds[self._part, main, name] = Deed(number, own, invoke)
            if (told_by := signal(own, told.beside(number, own))) is not None:
                former = signals.get(told_by.name, told_by)
                kinds = tuple(dict.fromkeys((*former.choices, *told_by.choices)))
                signals[told_by.name] = replace(told_by, choices=kinds)
                self.signals[number, own] = (self._part, main)
        if named or actions or signals:
            self._endpoints[main] = Endpoint(
                main,
                kind,
                _name(told, number),
                tuple(s.prop for s in named.values()),
                tuple(actions.values()),
                tuple(signals.values()),
            )
            self.sources += named.values()
        for source in alone:
            self._alone(source, number, first)

    def _sources(
        self, number: int, cluster: Cluster, attributes: Mapping[int, object], main: EndpointId
    ) -> Iterator[Source]:
        beside = self._told.beside(number, cluster.id)
        for own, raw in sorted(attributes.items()):
            if GLOBAL <= own <= 0xFFFF:
                continue
            known = cluster.attributes.get(own)
            if known is None:
                reason = MAKERS_OWN if own > 0xFFFF else NEWER
                self._trouble(cluster.name, reason, f"attribute {own:#06x}")
            elif known.role is Role.LEFT:
                self._trouble(cluster.name, known.reason, known.label)
            elif known.role is Role.VALUE and not is_spare(known, beside):
                try:
                    prop = described(known, beside)
                    decoded(known, raw, beside)
                except MalformedError as error:
                    self._trouble(cluster.name, error.what, known.label)
                    continue
                if cluster.id in _TIMED_BY_DEVICE and prop.writable and known.name:
                    prop = replace(prop, transition=True)
                yield Source(self._part, main, prop, (number, cluster.id, own), known)

    def _asked(self, number: int, cluster: Cluster) -> Mapping[str, Invoke]:
        """Return the actions of a cluster that the device takes, as it says."""
        taken = self._told.get(number, cluster.id, _ACCEPTED)
        if not isinstance(taken, list):
            return cluster.actions
        return {name: it for name, it in cluster.actions.items() if it.command in taken}

    def _alone(self, source: Source, number: int, first: int) -> None:
        """Give what has no name in the vocabulary an endpoint of its own."""
        cluster, label = CLUSTERS[source.path[1]].name, source.attribute.label
        own = self._free(_snake(f"{cluster}_{label}"), number, first)
        title = source.prop.title or _WORD.sub(" ", label).lower()
        self._endpoints[own] = Endpoint(own, DeviceType.GENERIC, title, (source.prop,))
        self.sources.append(replace(source, endpoint=own))

    def _free(self, stem: str, number: int, first: int) -> EndpointId:
        plain = EndpointId(stem if number <= first else f"{stem}_{number}")
        return plain if plain not in self._endpoints else EndpointId(f"{stem}_{number}")

    def _trouble(self, where: str, reason: str, label: str = "") -> None:
        labels = self._troubles.setdefault((where, reason), [])
        if label not in labels:
            labels.append(label)


def _is_named(source: Source) -> bool:
    """Say whether the vocabulary has a name of its own for what an attribute is."""
    attribute = source.attribute
    plain = attribute.codec.plain if attribute.codec is not None else ""
    return bool(attribute.name or attribute.named) and source.prop.name != plain


def _snake(label: str) -> str:
    return slug(_WORD.sub("_", label))


def _name(told: Told, endpoint: int) -> str:
    """Return what an endpoint is called by the tags and labels that it has."""
    listed = told.get(endpoint, DESCRIPTOR, TAGS)
    for item in listed[:8] if isinstance(listed, list) else ():
        if isinstance(item, Mapping):
            label = member(item, 3, "label")
            if isinstance(label, str) and label:
                return label[:64]
    return next((v for k, v in _labels(told, endpoint, _LABELS) if k.casefold() != "room"), "")
