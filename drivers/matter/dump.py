"""A node as a Matter server tells it, in any of the forms that it has had. Pure.

Source: the node dumps of python-matter-server. First attributes came as
`{"1": {"OnOff": {"onOff": true}}}`, then as `{"1/6/0": {"value": true, …}}`, and now as
`{"1/6/0": true}`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.matter.attributes import GLOBAL, Beside
from drivers.matter.clusters import CLUSTERS
from drivers.matter.infrastructure import INFRASTRUCTURE

DESCRIPTOR = 29
_PATH = re.compile(r"([0-9]{1,5})/([0-9]{1,10})/([0-9]{1,10})")
_NUMBER = re.compile(r"[0-9]{1,5}")
_GLOBALS = {
    "generatedcommandlist": 0xFFF8,
    "acceptedcommandlist": 0xFFF9,
    "eventlist": 0xFFFA,
    "attributelist": 0xFFFB,
    "featuremap": 0xFFFC,
    "clusterrevision": 0xFFFD,
}
_FORMER = {(768, "colortemperature"): 7, (29, "devicelist"): 0, (29, "devicetypelist"): 0}
"""Names that attributes had in former versions."""


class Endpoint(Struct, frozen=True):
    """One endpoint: its clusters by id, each with its attributes by id.

    `unknown` are the attributes that are told by a name which no version has.
    """

    id: int
    clusters: Mapping[int, Mapping[int, object]]
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def types(self) -> frozenset[int]:
        """The device types of the endpoint."""
        listed = self.clusters.get(DESCRIPTOR, {}).get(0)
        found = set()
        for item in listed if isinstance(listed, list) else ():
            if isinstance(item, Mapping):
                said = item.get("0", item.get("deviceType", item.get("type")))
                if isinstance(said, int):
                    found.add(said)
        return frozenset(found)

    def beside(self, cluster: int) -> Beside:
        """Return what is known beside the attributes of a cluster."""
        return Beside(self.clusters.get(cluster, {}), self.types)


def nodes(document: object) -> Iterator[tuple[str, tuple[Endpoint, ...]]]:
    """Return the nodes of a document, each with its name and its endpoints.

    The document is a node, a list of them, or anything that holds such: a server's storage, a
    diagnosis. Raises MalformedError for one that holds none.
    """
    found = list(_nodes(document, "", 0))
    if not found:
        raise MalformedError("holds no Matter node: nothing in it has attributes of endpoints")
    for name, attributes in found:
        yield name, _endpoints(attributes)


def _nodes(said: object, name: str, depth: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    if depth > 8:
        return
    if isinstance(said, list):
        for item in said:
            yield from _nodes(item, name, depth + 1)
    elif isinstance(said, Mapping):
        attributes = said.get("attributes")
        if isinstance(attributes, Mapping):
            own = said.get("node_id", name)
            yield str(own) if isinstance(own, int | str) else "", attributes
            return
        for key, item in said.items():
            yield from _nodes(item, str(key), depth + 1)


def _endpoints(attributes: Mapping[str, object]) -> tuple[Endpoint, ...]:
    told: dict[int, dict[int, dict[int, object]]] = {}
    unknown: dict[int, list[tuple[str, str]]] = {}
    for key, said in attributes.items():
        if path := _PATH.fullmatch(str(key)):
            endpoint, cluster, attribute = map(int, path.groups())
            told.setdefault(endpoint, {}).setdefault(cluster, {})[attribute] = _bare(said)
        elif _NUMBER.fullmatch(str(key)) and isinstance(said, Mapping):
            endpoint = int(key)
            clusters, strange = _by_name(said)
            told.setdefault(endpoint, {}).update(clusters)
            unknown.setdefault(endpoint, []).extend(strange)
    return tuple(
        Endpoint(own, clusters, tuple(unknown.get(own, ())))
        for own, clusters in sorted(told.items())
    )


def _bare(said: object) -> object:
    """Return a value out of the record that it was told in."""
    if isinstance(said, Mapping) and "value" in said and "attribute_id" in said:
        return said["value"]
    return said


def _by_name(
    said: Mapping[str, object],
) -> tuple[dict[int, dict[int, object]], list[tuple[str, str]]]:
    clusters: dict[int, dict[int, object]] = {}
    unknown: list[tuple[str, str]] = []
    for name, attributes in said.items():
        if not isinstance(attributes, Mapping):
            continue
        own = _CLUSTERS.get(_plain(name))
        labels = _LABELS.get(own, {}) if own is not None else {}
        # A record of a class has all attributes that its class knows, told or not.
        has = attributes.get("attributeList")
        found: dict[int, object] = {}
        for label, value in attributes.items():
            plain = _plain(label)
            attribute = _GLOBALS.get(plain, labels.get(plain))
            if attribute is None and own is not None:
                attribute = _FORMER.get((own, plain))
            if attribute is None:
                if not label.startswith("_") and value is not None and not _is_own(own):
                    unknown.append((name, label))
            elif attribute >= GLOBAL or not isinstance(has, list) or attribute in has:
                found[attribute] = value
        if own is not None:
            clusters[own] = found
    return clusters, unknown


def _is_own(cluster: int | None) -> bool:
    """Say whether a cluster is the node's own, whose attributes are not looked at."""
    return cluster in INFRASTRUCTURE


def _plain(name: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(name).casefold())


def _names() -> Iterable[tuple[str, int]]:
    for own, names in INFRASTRUCTURE.items():
        for name in names:
            yield _plain(name), own
    for own, cluster in CLUSTERS.items():
        yield _plain(cluster.name), own


_CLUSTERS: Mapping[str, int] = dict(_names())
_LABELS: Mapping[int, Mapping[str, int]] = {
    own: {_plain(a.label): a.id for a in cluster.attributes.values()}
    for own, cluster in CLUSTERS.items()
}
