"""A node of a Z-Wave network: what it is, and what it becomes. Pure.

Source: `NodeDataType` of the server's API, https://github.com/zwave-js/zwave-js-server.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit import identity
from drivers.kit.errors import MalformedError
from drivers.kit.link import Description
from drivers.zwave.buttons import buttons
from drivers.zwave.climate import climate
from drivers.zwave.covers import covers
from drivers.zwave.function import Function, Mapped, Site
from drivers.zwave.locks import locks
from drivers.zwave.notifications import notifications
from drivers.zwave.plain import plain
from drivers.zwave.sensors import sensors
from drivers.zwave.switches import sounds, switches
from drivers.zwave.values import Key, NodeValue, read_value, record, text, whole
from hubd.model.device import Trouble
from hubd.model.ids import EndpointId

_NAMING, _MANUFACTURER = 119, 114
_MOST_FAULTS = 50
_COMPLETE = "Complete"


class NodeStatus(IntEnum):
    """How the network stands to a node."""

    UNKNOWN = 0
    ASLEEP = 1
    AWAKE = 2
    DEAD = 3
    ALIVE = 4


class Node(Struct, frozen=True):
    """What the server tells of a node."""

    id: int
    name: str
    area: str
    maker: str
    model: str
    product: str
    """What kind of thing the maker says it is."""
    version: str
    dsk: str
    interview: str
    status: int
    sites: tuple[Site, ...]
    values: Mapping[Key, NodeValue]
    malformed: tuple[str, ...] = ()
    """What of its values could not be read."""


class Carried(Struct, frozen=True):
    """What a node becomes: its description, and the functions behind its endpoints."""

    description: Description
    functions: Mapping[EndpointId, Function]


def read_node(said: object, values: Iterable[object]) -> Node:
    """Read a node and its values. A value that cannot be read is left out, and named.

    Raises MalformedError if the node itself cannot be read.
    """
    told = record(said, "a node")
    own = whole(told.get("nodeId"))
    if own is None or own < 1:
        raise MalformedError("a node of the server has no number")
    read, malformed = _values(values)
    about = told.get("deviceConfig")
    config: Mapping[str, object] = about if isinstance(about, Mapping) else {}
    return Node(
        id=own,
        name=_naming(read, "name") or text(told.get("name")),
        area=_naming(read, "location") or text(told.get("location")),
        maker=text(config.get("manufacturer")) or text(told.get("manufacturer")),
        model=text(config.get("label")) or text(told.get("label")),
        product=text(config.get("description")),
        version=text(told.get("firmwareVersion")),
        dsk=text(told.get("dsk")),
        interview=str(told.get("interviewStage"))[:40],
        status=whole(told.get("status")) or 0,
        sites=tuple(_sites(told, read)),
        values={v.key: v for v in read},
        malformed=tuple(malformed),
    )


def carried(node: Node, home: str) -> Carried:
    """Return what a node of the home `home` (its id in hexadecimal) becomes."""
    functions: dict[EndpointId, Function] = {}
    troubles = [*(Trouble("value", reason) for reason in node.malformed)]
    if node.interview != _COMPLETE:
        reason = f"is not known whole yet: Z-Wave JS is at {node.interview!r} of its interview"
        troubles.append(Trouble("interview", reason))
    for site in node.sites:
        mapped = _mapped(site)
        troubles += mapped.troubles
        for function in mapped.functions:
            named = _apart(function, functions)
            functions[named.id] = named
    return Carried(
        Description(
            name=node.name or node.product or node.model or f"Z-Wave node {node.id}",
            endpoints=tuple(f.endpoint for f in functions.values()),
            maker=node.maker,
            model=node.model,
            version=node.version,
            identities=_identities(node, home),
            area=node.area,
            troubles=tuple(dict.fromkeys(troubles)),
        ),
        functions,
    )


def reachable(status: int) -> tuple[bool, str]:
    """Say whether a node can be reached, and why not. One that sleeps wakes up by itself."""
    if status == NodeStatus.DEAD:
        return False, "it does not answer: its power or its way through the network is gone"
    if status == NodeStatus.UNKNOWN:
        return False, "Z-Wave JS has not heard of it yet"
    return True, ""


def _values(said: Iterable[object]) -> tuple[list[NodeValue], list[str]]:
    read: dict[Key, NodeValue] = {}
    malformed: list[str] = []
    for value in said:
        try:
            told = read_value(value)
        except MalformedError as error:
            if len(malformed) < _MOST_FAULTS:
                malformed.append(error.what)
        else:
            read[told.key] = told
    return list(read.values()), malformed


def _naming(values: Iterable[NodeValue], name: str) -> str:
    return next(
        (
            text(v.value)
            for v in values
            if v.key.command_class == _NAMING and v.key.property == name
        ),
        "",
    )


def _sites(told: Mapping[str, object], values: Iterable[NodeValue]) -> Iterable[Site]:
    by_index: dict[int, list[NodeValue]] = {}
    for value in values:
        by_index.setdefault(value.key.endpoint, []).append(value)
    classes = _classes(told)
    for index, found in sorted(by_index.items()):
        generic, specific, label = classes.get(index, (0, 0, ""))
        yield Site(index, generic, specific, tuple(found), label)


def _classes(told: Mapping[str, object]) -> dict[int, tuple[int, int, str]]:
    """Return the device class and the label of each endpoint."""
    out = {0: (*_class(told.get("deviceClass")), "")}
    endpoints = told.get("endpoints")
    for endpoint in endpoints if isinstance(endpoints, list) else ():
        if not isinstance(endpoint, Mapping):
            continue
        index = whole(endpoint.get("index"))
        if index is None:
            continue
        generic, specific = _class(endpoint.get("deviceClass"))
        if generic == 0:
            generic, specific, _ = out[0]
        label = text(endpoint.get("endpointLabel"))
        out[index] = (generic, specific, label)
    return out


def _class(said: object) -> tuple[int, int]:
    if not isinstance(said, Mapping):
        return 0, 0
    return tuple(_code(said.get(part)) for part in ("generic", "specific"))  # type: ignore[return-value]


def _code(said: object) -> int:
    """Return a class's number: an object with its `key`, or the number itself in older schemas."""
    return (whole(said.get("key")) if isinstance(said, Mapping) else whole(said)) or 0


def _mapped(site: Site) -> Mapped:
    """Return all that a site becomes; what no room takes is plain."""
    rooms = (covers, switches, sounds, locks, climate, sensors, notifications, buttons)
    found = [room(site) for room in rooms]
    used: frozenset[Key] = frozenset().union(*(m.used for m in found))
    found.append(plain(site, used))
    return Mapped(
        tuple(f for m in found for f in m.functions),
        used,
        tuple(t for m in found for t in m.troubles),
    )


def _apart(function: Function, taken: Mapping[EndpointId, Function]) -> Function:
    """Return the function with an id that no other has."""
    own, count = function.id, 1
    while own in taken:
        count += 1
        own = EndpointId(f"{function.id}_{count}" if count else function.id)
    return replace(function, endpoint=replace(function.endpoint, id=own))


def _identities(node: Node, home: str) -> tuple[str, ...]:
    serial = next(
        (
            text(v.value)
            for v in node.values.values()
            if v.command_class == _MANUFACTURER and v.key.property == "deviceId"
        ),
        "",
    )
    return identity.told(
        identity.serial("zwave", f"{home}-{node.id}"),
        identity.serial("zwave-dsk", node.dsk),
        identity.serial(node.maker, serial),
    )
