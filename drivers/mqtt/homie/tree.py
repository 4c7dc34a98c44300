"""A Homie device: its nodes and their properties, whatever version told them. Pure data."""

import re

from msgspec import Struct

from drivers.mqtt.errors import DiscoveryError, excerpt

PROPERTY_LIMIT = 500
"""Properties of one device beyond which it is refused."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
"""Lower-case letters, digits and `-` by the convention; more is taken of devices that are older."""


class HomieProperty(Struct, frozen=True):
    """One property. `format` and `unit` are "" where none is told."""

    id: str
    name: str = ""
    datatype: str = "string"
    format: str = ""
    settable: bool = False
    retained: bool = True
    unit: str = ""


class Node(Struct, frozen=True):
    """One part of a device, with its properties."""

    id: str
    name: str = ""
    type: str = ""
    properties: tuple[HomieProperty, ...] = ()


class Tree(Struct, frozen=True):
    """A device.

    `base` is where its topics begin, without a slash; `root` the device that it is a part of, if
    any. `nul` says that it writes as version 5 does: an empty text as a zero byte, colours named.
    """

    id: str
    base: str
    name: str = ""
    nodes: tuple[Node, ...] = ()
    version: str = ""
    type: str = ""
    mac: str = ""
    address: str = ""
    firmware: str = ""
    root: str = ""
    nul: bool = False


def checked_id(said: str) -> str:
    """Return `said` if it can be a level of a topic and an id. Raises DiscoveryError."""
    if _ID.fullmatch(said) is None:
        raise DiscoveryError(f"{excerpt(said)} is no id: letters, digits and - are")
    return said


def checked(tree: Tree) -> Tree:
    """Return `tree` if it is not too large. Raises DiscoveryError."""
    count = sum(len(node.properties) for node in tree.nodes)
    if count > PROPERTY_LIMIT:
        raise DiscoveryError(f"{count} properties, {PROPERTY_LIMIT} are the most")
    return tree
