"""Which features of recorded Zigbee2MQTT devices are carried (drivers/kit/coverage.py). Pure."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from drivers.kit.coverage import Entity
from drivers.kit.errors import MalformedError
from drivers.mqtt.errors import MqttError, excerpt
from drivers.mqtt.part import Part
from drivers.mqtt.recording import Message, messages, refusals
from drivers.mqtt.zigbee2mqtt import said
from drivers.mqtt.zigbee2mqtt.composite import parts_of
from drivers.mqtt.zigbee2mqtt.features import SPECIFIC, endpoints
from drivers.mqtt.zigbee2mqtt.said import Definition, Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place

_DEVICES, _GROUPS, _BRIDGE = "/bridge/devices", "/bridge/groups", "/bridge/"
_NOTES = frozenset(
    {"color_mode", "device", "elapsed", "last_seen", "linkquality", "update", "update_available"}
)
"""What the bridge adds to states of its own accord."""
_BESIDE = ("/availability", "/set", "/get")
_LOST = "nothing carries it"


class _Known(Struct, frozen=True):
    """A device of a recording: how its state is read, and which keys of it are features."""

    parts: tuple[Part, ...]
    keys: frozenset[str]


def read(document: object) -> Iterable[Entity]:
    """Name each feature of a `bridge/devices` array, or of the messages of a recording.

    Of a recording, what devices' states tell is named as well. Raises MalformedError.
    """
    recorded = messages(document)
    if recorded is not None:
        return _of_messages(recorded)
    devices = _devices(document)
    if devices is None:
        raise MalformedError("is neither a list of devices nor a list of messages")
    return (e for device in devices for e in _of_device(device, "zigbee2mqtt", {}))


def _devices(told: object) -> list[object] | None:
    """Return the devices of a list of them, also of one that was kept by number; or None."""
    if isinstance(told, dict):
        told = [told] if "ieee_address" in told else [*told.values()]
    if isinstance(told, list) and all(isinstance(d, dict) for d in told):
        return told
    return None


def leaves(exposes: Iterable[Expose]) -> Iterator[str]:
    """Yield the features that carry a value: parts of lights and composites each by themselves."""
    for feature in exposes:
        if feature.type in SPECIFIC:
            for part in feature.features or ():
                yield from (f"{feature.type}/{leaf}" for leaf in _leaves(part))
        else:
            yield from _leaves(feature)


def _leaves(feature: Expose) -> Iterator[str]:
    if feature.type == "composite" and feature.features:
        yield from ("/".join(path) for path, _ in parts_of(feature))
    else:
        yield feature.key


def _of_messages(recorded: Iterable[Message]) -> Iterator[Entity]:
    known: dict[str, _Known] = {}
    groups: set[str] = set()
    states: list[Message] = []
    for message in recorded:
        base = message.topic.removesuffix(_DEVICES)
        if message.topic.endswith(_DEVICES):
            devices = _devices(message.said)
            if devices is None:
                yield Entity(message.topic, "is no list of devices")
            for device in devices or ():
                yield from _of_device(device, base, known)
        elif message.topic.endswith(_GROUPS) and isinstance(message.said, list):
            named = (g.get("friendly_name") for g in message.said if isinstance(g, dict))
            groups |= {f"{message.topic.removesuffix(_GROUPS)}/{name}" for name in named}
        elif _BRIDGE not in message.topic:
            states.append(message)
    for message in states:
        if message.topic in known:
            yield from _of_state(message, known[message.topic])
        elif not message.topic.endswith(_BESIDE) and message.topic not in groups:
            yield from _of_nobody(message)


def _of_device(device: object, base: str, known: dict[str, _Known]) -> Iterator[Entity]:
    raw = msgspec.json.encode(device)
    try:
        entry = said.entry(raw)
        if entry.type == "Coordinator":
            return
        name = entry.friendly_name or entry.ieee_address
        definition = said.definition(entry.definition)
    except MqttError as error:
        yield Entity(excerpt(raw), error.what)
        return
    if definition is None:
        yield Entity(name, "Zigbee2MQTT does not know what it can do")
        return
    place = Place(base, name, entry.ieee_address)
    yield from of_definition(definition, place, known)


def of_definition(
    definition: Definition, place: Place, known: dict[str, _Known] | None = None
) -> Iterator[Entity]:
    """Yield each feature of a device."""
    name = place.name
    parts: list[Part] = []
    carried: dict[str, str] = {}
    reasons: list[Entity] = []
    for drawn in endpoints(definition, place):
        if isinstance(drawn, Drawn):
            if isinstance(drawn.piece.built, Part):
                parts.append(drawn.piece.built)
            for went in drawn.carried:
                carried.setdefault(went.feature, went.plain)
        else:
            reasons.append(Entity(f"{name}: {drawn.where}", drawn.reason))
    yield from reasons
    for leaf in leaves(definition.exposes):
        yield Entity(f"{name}: {leaf}", carried.get(leaf, _LOST))
    if known is not None:
        known[place.topic] = _Known(tuple(parts), frozenset(_keys(definition.exposes)))


def _keys(exposes: Iterable[Expose]) -> Iterator[str]:
    """Yield the features' keys in the state."""
    for feature in exposes:
        if feature.type in SPECIFIC:
            yield from (part.key for part in feature.features or ())
        else:
            yield feature.key


def _of_state(message: Message, device: _Known) -> Iterator[Entity]:
    """Yield what a device's state tells, each key by itself."""
    where = message.topic
    if not isinstance(message.said, dict):
        if message.payload:
            yield Entity(where, f"not a JSON object: {excerpt(message.payload)}")
        return
    for key, value in message.said.items():
        name = f"{where} {key}"
        alone = msgspec.json.encode({key: value})
        reason = "; ".join(refusals(where, alone, device.parts))
        if not reason and key not in device.keys | _NOTES:
            reason = "no feature that the device exposes"
        yield Entity(name, reason)


def _of_nobody(message: Message) -> Iterator[Entity]:
    if not message.topic:
        yield Entity(excerpt(message.said), "is no message")
    elif isinstance(message.said, dict):
        for key in message.said:
            yield Entity(f"{message.topic} {key}", "no bridge tells of a device of this name")
