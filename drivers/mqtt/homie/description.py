"""Homie 5: a device is told by one JSON document, `homie/5/<device>/$description`. Pure.

Source: https://homieiot.github.io/specification/spec-core-v5_0_0/ (Device description).
"""

import msgspec
from msgspec import Struct

from drivers.mqtt.errors import DiscoveryError, excerpt
from drivers.mqtt.homie.tree import HomieProperty, Node, Tree, checked, checked_id

LENGTH_LIMIT = 64 * 1024
"""Bytes of a description; what is decoded of it takes up to some thirty times as much."""


class _Property(Struct, frozen=True):
    datatype: str
    name: str = ""
    format: str = ""
    settable: bool = False
    retained: bool = True
    unit: str = ""


class _Node(Struct, frozen=True):
    name: str = ""
    type: str = ""
    properties: dict[str, _Property] = {}


class _Description(Struct, frozen=True):
    homie: str
    name: str = ""
    type: str = ""
    nodes: dict[str, _Node] = {}
    root: str = ""


def tree_of(device: str, payload: bytes) -> Tree:
    """Return what a description tells. Raises DiscoveryError."""
    if len(payload) > LENGTH_LIMIT:
        raise DiscoveryError(f"{len(payload)} bytes, {LENGTH_LIMIT} are the most")
    try:
        said = msgspec.json.decode(payload, type=_Description)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DiscoveryError(f"{error} in {excerpt(payload)}") from None
    if not said.homie.startswith("5."):
        raise DiscoveryError(f"is Homie {excerpt(said.homie)}; below homie/5 it is 5")
    nodes = [
        Node(
            checked_id(ident),
            node.name,
            node.type,
            tuple(_property(checked_id(p), prop) for p, prop in node.properties.items()),
        )
        for ident, node in said.nodes.items()
    ]
    root = checked_id(said.root) if said.root and said.root != device else ""
    base = f"homie/5/{checked_id(device)}"
    return checked(
        Tree(device, base, said.name, tuple(nodes), said.homie, said.type, root=root, nul=True)
    )


def _property(ident: str, said: _Property) -> HomieProperty:
    return HomieProperty(
        ident, said.name, said.datatype, said.format, said.settable, said.retained, said.unit
    )
