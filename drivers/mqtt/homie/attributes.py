"""Homie 3 and 4: a device is told by many retained attributes, which come in any order. Pure.

Source: https://homieiot.github.io/specification/spec-core-v4_0_0/ (Device, Node and Property
attributes) and its extension legacy-firmware (`$mac`, `$localip`, `$fw`).
"""

from collections.abc import Mapping
from functools import lru_cache

from drivers.mqtt.errors import DiscoveryError, excerpt
from drivers.mqtt.homie.tree import HomieProperty, Node, Tree, checked, checked_id

ATTRIBUTE_LIMIT = 4_000
"""Attributes of one device that are kept."""
LENGTH_LIMIT = 4_096
"""Characters of an attribute."""
_DEVICE = frozenset({"$homie", "$name", "$nodes", "$mac", "$localip", "$fw/name", "$fw/version"})
_NODE = frozenset({"$name", "$type", "$properties"})
_PROPERTY = frozenset({"$name", "$datatype", "$format", "$settable", "$retained", "$unit"})
_VERSIONS = ("3.", "4.")


def is_attribute(path: str) -> bool:
    """Say whether `path`, below a device's topic, is an attribute that tells of its tree."""
    if path in _DEVICE:
        return True
    *levels, last = path.split("/")
    match levels:
        case [node]:
            return last in _NODE and not node.startswith("$")
        case [node, prop]:
            return last in _PROPERTY and "$" not in node + prop
    return False


class Attributes:
    """What was told of one device so far."""

    def __init__(self, device: str) -> None:
        self._device = checked_id(device)
        self._told: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._told)

    def tell(self, path: str, payload: bytes) -> None:
        """Take in an attribute; an empty one is withdrawn. Raises DiscoveryError."""
        if not payload:
            self._told.pop(path, None)
            return
        try:
            said = payload.decode()
        except UnicodeDecodeError:
            raise DiscoveryError(f"not UTF-8 text: {excerpt(payload)}") from None
        if len(said) > LENGTH_LIMIT:
            raise DiscoveryError(f"{len(said)} characters, {LENGTH_LIMIT} are the most")
        if path not in self._told and len(self._told) >= ATTRIBUTE_LIMIT:
            raise DiscoveryError(f"{ATTRIBUTE_LIMIT} attributes are the most")
        self._told[path] = said

    def tree(self) -> Tree | None:
        """Return the device, or None while something is missing. Raises DiscoveryError."""
        told = self._told
        version = told.get("$homie")
        if version is None or "$nodes" not in told:
            return None
        if not version.startswith(_VERSIONS):
            raise DiscoveryError(f"is Homie {excerpt(version)}; 3, 4 and 5 are carried")
        nodes: list[Node] = []
        for node in _ids(told["$nodes"]):
            listed = told.get(f"{node}/$properties")
            if listed is None:
                return None
            properties = [_property(told, node, prop) for prop in _ids(listed)]
            if None in properties:
                return None
            nodes.append(
                Node(
                    node,
                    told.get(f"{node}/$name", ""),
                    told.get(f"{node}/$type", ""),
                    tuple(p for p in properties if p is not None),
                )
            )
        firmware = f"{told.get('$fw/name', '')} {told.get('$fw/version', '')}".strip()
        return checked(
            Tree(
                self._device,
                f"homie/{self._device}",
                told.get("$name", ""),
                tuple(nodes),
                version,
                mac=told.get("$mac", ""),
                address=told.get("$localip", ""),
                firmware=firmware,
            )
        )


@lru_cache(256)  # devices of one make list the same, and each is asked for its tree many times
def _ids(said: str) -> tuple[str, ...]:
    names = [name.strip().removesuffix("[]") for name in said.split(",")]
    return tuple(dict.fromkeys(checked_id(name) for name in names if name))


def _property(told: Mapping[str, str], node: str, prop: str) -> HomieProperty | None:
    """Return a property, or None while its datatype is missing: the rest has defaults."""
    base = f"{node}/{prop}"
    datatype = told.get(f"{base}/$datatype")
    if datatype is None:
        return None
    return HomieProperty(
        prop,
        told.get(f"{base}/$name", ""),
        datatype,
        told.get(f"{base}/$format", ""),
        told.get(f"{base}/$settable", "false") == "true",
        told.get(f"{base}/$retained", "true") == "true",
        told.get(f"{base}/$unit", ""),
    )
