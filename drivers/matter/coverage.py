"""What of a Matter node is carried. Pure.

An entity is each attribute of an application cluster that tells something of the home, and each
switch that tells presses. What only says how others are to be read (a range, a list of modes), the
global attributes and the clusters of the node itself are none.
"""

from collections.abc import Iterable, Iterator

from drivers.kit.coverage import Entity
from drivers.kit.errors import MalformedError
from drivers.matter.attributes import GLOBAL, Attribute, Beside, Cluster, Role
from drivers.matter.clusters import CLUSTERS
from drivers.matter.dump import Endpoint, nodes
from drivers.matter.infrastructure import INFRASTRUCTURE
from drivers.matter.mapping import decoded, described
from drivers.matter.reasons import MAKERS_OWN, NEWER
from drivers.matter.switches import SWITCH, presses
from hubd.model.value import Value, ValueType

_STANDARD = 0x7FFF
"""Clusters above this are of a maker, whose number is in their upper half."""


def read(document: object) -> Iterable[Entity]:
    """Name every entity of a node dump, or of several. Raises MalformedError for none."""
    for _name, endpoints in nodes(document):
        for endpoint in endpoints:
            yield from _entities(endpoint)


def _entities(endpoint: Endpoint) -> Iterator[Entity]:
    for own, attributes in endpoint.clusters.items():
        if own in INFRASTRUCTURE:
            continue
        cluster, beside = CLUSTERS.get(own), endpoint.beside(own)
        for attribute, raw in attributes.items():
            if not GLOBAL <= attribute <= 0xFFFF:
                yield from _entity(endpoint.id, own, cluster, attribute, raw, beside)
        if own == SWITCH and presses(beside):
            yield Entity(f"{endpoint.id}/{own} Switch.pressed")
    for cluster_name, label in endpoint.unknown:
        yield Entity(f"{endpoint.id}/{cluster_name}/{label}", NEWER)


def _entity(
    endpoint: int, own: int, cluster: Cluster | None, attribute: int, raw: object, beside: Beside
) -> Iterator[Entity]:
    path = f"{endpoint}/{own}/{attribute}"
    if cluster is None:
        yield Entity(path, MAKERS_OWN if own > _STANDARD else NEWER)
        return
    known = cluster.attributes.get(attribute)
    if known is None:
        yield Entity(f"{path} {cluster.name}", MAKERS_OWN if attribute > 0xFFFF else NEWER)
    elif known.role is not Role.BOUND:
        name = f"{path} {cluster.name}.{known.label}"
        yield Entity(name, known.reason or _trouble(known, raw, beside))


def _trouble(attribute: Attribute, raw: object, beside: Beside) -> str:
    """Return why a value cannot be read; empty where it can, and fits its property."""
    try:
        prop = described(attribute, beside)
        value = decoded(attribute, raw, beside)
    except MalformedError as error:
        return error.what
    return "" if _fits(value, prop.type) else f"{value!r} is not a {prop.type}"


def _fits(value: Value, kind: ValueType) -> bool:
    if value is None:
        return True
    if kind is ValueType.BOOLEAN:
        return isinstance(value, bool)
    if kind is ValueType.STRING:
        return isinstance(value, str)
    return isinstance(value, int | float) and not isinstance(value, bool)
