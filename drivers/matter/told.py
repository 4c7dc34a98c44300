"""What a server last told of a node: its attributes, by endpoint, cluster and attribute. Pure."""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.matter.attributes import Beside
from drivers.matter.dump import Endpoint

type Path = tuple[int, int, int]
"""Endpoint, cluster, attribute."""

_PATH = re.compile(r"([0-9]{1,5})/([0-9]{1,10})/([0-9]{1,10})")

_MOST_FAULTS = 10
DESCRIPTOR, BASIC, BRIDGED = 29, 40, 57
PARTS, TYPES, TAGS = 3, 0, 4
"""Attributes of a Descriptor."""


def read_path(said: object) -> Path:
    """Return the path that a text like `1/6/0` is. Raises MalformedError."""
    match = _PATH.fullmatch(said) if isinstance(said, str) else None
    if match is None:
        raise MalformedError(f"{said!r:.60} is no path of an attribute")
    endpoint, cluster, attribute = match.groups()
    return int(endpoint), int(cluster), int(attribute)


def path_text(path: Path) -> str:
    """Return a path as a server writes it."""
    return "/".join(map(str, path))


class Head(Struct, frozen=True):
    """What a server says of a node beside its attributes."""

    id: int
    available: bool = False
    is_bridge: bool = False


class Told:
    """The attributes of one node. A value that is none is left out, and named in `malformed`."""

    def __init__(self, attributes: Mapping[str, object] | None = None) -> None:
        self.malformed: list[str] = []
        self._by_endpoint: dict[int, dict[int, dict[int, object]]] = {}
        self.update(attributes or {})

    @property
    def endpoints(self) -> Iterable[int]:
        """The numbers of the endpoints, in their order."""
        return sorted(self._by_endpoint)

    def clusters(self, endpoint: int) -> Mapping[int, Mapping[int, object]]:
        """Return the clusters of an endpoint, each with its attributes."""
        return self._by_endpoint.get(endpoint, {})

    def get(self, endpoint: int, cluster: int, attribute: int) -> object:
        """Return an attribute's raw value; None if it is null, or not there."""
        return self._by_endpoint.get(endpoint, {}).get(cluster, {}).get(attribute)

    def text(self, endpoint: int, cluster: int, attribute: int) -> str:
        """Return an attribute that is a text; "" if it is none."""
        said = self.get(endpoint, cluster, attribute)
        return said.strip()[:120] if isinstance(said, str) else ""

    def number(self, endpoint: int, cluster: int, attribute: int) -> int | None:
        """Return an attribute that is a whole number; None if it is none."""
        said = self.get(endpoint, cluster, attribute)
        return said if isinstance(said, int) and not isinstance(said, bool) else None

    def numbers(self, endpoint: int, cluster: int, attribute: int) -> tuple[int, ...]:
        """Return an attribute that is a list of whole numbers, without what is none."""
        said = self.get(endpoint, cluster, attribute)
        items = said[:1024] if isinstance(said, list) else ()
        return tuple(i for i in items if isinstance(i, int) and not isinstance(i, bool))

    def types(self, endpoint: int) -> frozenset[int]:
        """Return the device types of an endpoint."""
        return Endpoint(endpoint, self.clusters(endpoint)).types

    def beside(self, endpoint: int, cluster: int) -> Beside:
        """Return what is known beside the attributes of a cluster."""
        return Beside(self.clusters(endpoint).get(cluster, {}), self.types(endpoint))

    def put(self, path: Path, raw: object) -> bool:
        """Take an attribute's value; return whether it is another one than before."""
        endpoint, cluster, attribute = path
        known = self._by_endpoint.setdefault(endpoint, {}).setdefault(cluster, {})
        changed = attribute not in known or known[attribute] != raw
        known[attribute] = raw
        return changed

    def update(self, attributes: Mapping[str, object]) -> list[Path]:
        """Take values by their paths as texts; return the paths of those that changed."""
        changed: list[Path] = []
        for said, raw in attributes.items():
            try:
                path = read_path(said)
            except MalformedError as error:
                if len(self.malformed) < _MOST_FAULTS:
                    self.malformed.append(error.what)
                continue
            if self.put(path, raw):
                changed.append(path)
        return changed

    def drop(self, endpoint: int) -> None:
        """Forget an endpoint."""
        self._by_endpoint.pop(endpoint, None)


def read_node(said: object) -> tuple[Head, Mapping[str, object]]:
    """Return a node and its attributes as a server tells them. Raises MalformedError for none."""
    if not isinstance(said, Mapping):
        raise MalformedError("the server tells a node that is none")
    own, attributes = said.get("node_id"), said.get("attributes")
    if not isinstance(own, int) or isinstance(own, bool) or own < 1:
        raise MalformedError("the server tells a node without its number")
    if not isinstance(attributes, Mapping):
        raise MalformedError(f"the server tells node {own} without its attributes")
    head = Head(own, said.get("available") is True, said.get("is_bridge") is True)
    return head, attributes
