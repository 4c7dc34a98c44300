"""Announcements: a config topic and its payload, read into components of a device. Pure."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from drivers.mqtt.dialect import DeviceFacts
from drivers.mqtt.discovery import abbreviations
from drivers.mqtt.discovery.options import Options
from drivers.mqtt.errors import DiscoveryError, excerpt

CONFIG_LIMIT = 256 * 1024
"""Bytes of an announcement beyond which it is refused."""
COMPONENT_LIMIT = 500
"""Components of one announcement beyond which it is refused."""

BASE = "~"
_NOT_SHARED = frozenset(
    {"device", "components", "origin", "migrate_discovery", "unique_id", "name"}
)


class Component(Struct, frozen=True):
    """One component, its short keys and `~` written out. `key` is its last name in the topic."""

    kind: str
    key: str
    identity: str
    """What stays the same when it is announced anew, be it from another topic."""
    options: Mapping[str, object]


class Announced(Struct, frozen=True):
    """A device with components. `removed`: the kinds and keys of those that it no longer has."""

    topic: str
    device: DeviceFacts
    components: tuple[Component, ...]


class Withdrawn(Struct, frozen=True):
    """What was announced at this topic is gone."""

    topic: str


class Migrating(Struct, frozen=True):
    """What was announced at this topic stays, and will be announced at another."""

    topic: str


type Announcement = Announced | Withdrawn | Migrating


def is_announcement(topic: str, prefix: str) -> bool:
    """Say whether messages of `topic` are announcements."""
    return topic.endswith("/config") and topic.startswith(prefix + "/")


def announcement(topic: str, payload: bytes, prefix: str = "homeassistant") -> Announcement:
    """Return what a message to a config topic announces.

    `<prefix>/<component>/[<node id>/]<object id>/config` announces one component,
    `<prefix>/device/[<node id>/]<object id>/config` a device with several.

    Raises DiscoveryError if the topic or the payload cannot be read.
    """
    kind, node, key = _names(topic, prefix)
    if not payload.strip():
        return Withdrawn(topic)
    said = _said(payload)
    if said.get("migrate_discovery") is True:
        return Migrating(topic)
    origin = _origin(said)
    if kind == "device":
        if "device" not in said:
            raise DiscoveryError("a device's announcement without device")
        device = _device(said, fallback=f"{node}_{key}" if node else key, origin=origin)
        return Announced(topic, device, _components(topic, said))
    device = _device(said, fallback=f"{node}_{key}" if node else key, origin=origin)
    options = _with_base(said)
    return Announced(topic, device, (_component(topic, kind, key, options),))


def _names(topic: str, prefix: str) -> tuple[str, str, str]:
    """Return the component's kind, the node id or "", and the object id that a topic names."""
    names = topic[len(prefix) + 1 : -len("/config")].split("/")
    if is_announcement(topic, prefix) and all(names):
        match names:
            case kind, key:
                return kind, "", key
            case kind, node, key:
                return kind, node, key
    raise DiscoveryError(f"{excerpt(topic)} is not {prefix}/<component>/[<node>/]<object>/config")


def _said(payload: bytes) -> dict[str, object]:
    if len(payload) > CONFIG_LIMIT:
        raise DiscoveryError(
            f"an announcement of {len(payload)} bytes, {CONFIG_LIMIT} are the most"
        )
    try:
        said = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DiscoveryError(f"not JSON: {excerpt(payload)} ({error})") from None
    if not isinstance(said, dict):
        raise DiscoveryError(f"not a JSON object: {excerpt(payload)}")
    said = abbreviations.expanded(said, abbreviations.OPTIONS)
    if isinstance(said.get("availability"), dict):
        said["availability"] = [said["availability"]]
    return said


def _origin(said: Mapping[str, object]) -> str:
    origin = said.get("origin")
    if not isinstance(origin, dict):
        return ""
    options = Options(abbreviations.expanded(origin, abbreviations.ORIGIN))
    return f"{options.text('name')} {options.text('sw_version')}".strip()


def _device(said: Mapping[str, object], *, fallback: str, origin: str) -> DeviceFacts:
    """Return the facts of the device; one that is not described is known by its topic."""
    device = said.get("device")
    if device is None:
        return DeviceFacts((f"topic:{fallback}",), origin=origin)
    if not isinstance(device, dict):
        raise DiscoveryError(f"device is {excerpt(device)}, not an object")
    options = Options(abbreviations.expanded(device, abbreviations.DEVICE))
    identities = [f"id:{i}" for i in options.texts("identifiers")]
    identities += [f"connection:{c}" for c in _connections(device)]
    if not identities:
        raise DiscoveryError("device has neither identifiers nor connections")
    return DeviceFacts(
        tuple(dict.fromkeys(identities)),
        name=options.text("name"),
        maker=options.text("manufacturer"),
        model=options.text("model") or options.text("model_id"),
        version=options.text("sw_version"),
        area=options.text("suggested_area"),
        via=options.text("via_device"),
        hardware=options.text("hw_version"),
        serial=options.text("serial_number"),
        url=options.text("configuration_url"),
        origin=origin,
    )


def _connections(device: Mapping[str, object]) -> list[str]:
    pairs = device.get("connections", device.get("cns"))
    if pairs is None:
        return []
    if isinstance(pairs, list) and all(isinstance(p, list) and len(p) == 2 for p in pairs):
        return [f"{kind}:{value}".lower() for kind, value in pairs]
    raise DiscoveryError(f"connections is {excerpt(pairs)}, not a list of pairs")


def _components(topic: str, said: Mapping[str, object]) -> tuple[Component, ...]:
    components = said.get("components")
    if not isinstance(components, dict) or not components:
        raise DiscoveryError("a device's announcement without components")
    if len(components) > COMPONENT_LIMIT:
        raise DiscoveryError(f"{len(components)} components, {COMPONENT_LIMIT} are the most")
    shared = {key: value for key, value in said.items() if key not in _NOT_SHARED}
    out: list[Component] = []
    for key, own in components.items():
        if not isinstance(own, dict):
            raise DiscoveryError(f"component {excerpt(key)} is {excerpt(own)}, not an object")
        options = abbreviations.expanded(own, abbreviations.OPTIONS)
        kind = options.pop("platform", None)
        if not isinstance(kind, str):
            raise DiscoveryError(f"component {excerpt(key)} without platform")
        if options:
            out.append(_component(topic, kind, key, _with_base({**shared, **options})))
    return tuple(out)


def _component(topic: str, kind: str, key: str, options: Mapping[str, object]) -> Component:
    unique = Options(options).text("unique_id")
    identity = f"{kind}:{unique}" if unique else f"{topic}:{kind}:{key}"
    return Component(kind, key, identity, options)


def _with_base(options: Mapping[str, object]) -> dict[str, object]:
    """Return `options` with `~` at either end of a topic replaced by the base topic.

    Replaced once: a base that holds `~` itself is taken literally, so nothing can go in circles.
    """
    if BASE not in options:
        return dict(options)
    base = options[BASE]
    if not isinstance(base, str):
        raise DiscoveryError(f"~ is {excerpt(base)}, not a topic")
    out = {k: _based(k, v, base) for k, v in options.items() if k != BASE}
    if isinstance(records := out.get("availability"), list):
        out["availability"] = [
            {k: _based(k, v, base) for k, v in _expanded_record(r).items()} for r in records
        ]
    return out


def _expanded_record(record: object) -> dict[str, object]:
    if not isinstance(record, dict):
        raise DiscoveryError(f"availability holds {excerpt(record)}, not an object")
    return abbreviations.expanded(record, abbreviations.OPTIONS)


def _based(key: str, value: object, base: str) -> object:
    if not key.endswith("topic") or not isinstance(value, str):
        return value
    if value.startswith(BASE):
        return base + value[1:]
    return value[:-1] + base if value.endswith(BASE) else value
