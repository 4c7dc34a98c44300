"""Which components of recorded discovery messages are carried (drivers/kit/coverage.py). Pure."""

from collections.abc import Iterable, Iterator

from drivers.kit.coverage import Entity
from drivers.kit.errors import MalformedError
from drivers.mqtt.components import BUILDERS, build
from drivers.mqtt.discovery.announcement import Announced, announcement
from drivers.mqtt.errors import MqttError, excerpt
from drivers.mqtt.part import Part
from drivers.mqtt.payload import STATE_LIMIT
from drivers.mqtt.recording import Message, messages, refusals
from hubd.model.device import Trouble

_KINDS = frozenset({"device", *BUILDERS})


def read(document: object) -> Iterable[Entity]:
    """Name each component that a recording's messages announce, and the states that it refuses.

    Raises MalformedError if it is no list of messages.
    """
    recorded = messages(document)
    if recorded is None:
        raise MalformedError("is no list of messages with a topic and a payload")
    return _entities(recorded)


def _entities(recorded: Iterable[Message]) -> Iterator[Entity]:
    parts: list[Part] = []
    others: list[Message] = []
    for message in recorded:
        if not message.topic:
            yield Entity(excerpt(message.said), "is no message")
        elif (prefix := _prefix(message.topic)) is None:
            others.append(message)
        else:
            yield from _announced(message, prefix, parts)
    for message in others:
        if len(message.payload) <= STATE_LIMIT:
            for reason in refusals(message.topic, message.payload, parts):
                yield Entity(message.topic, reason)


def _prefix(topic: str) -> str | None:
    """Return the discovery prefix of a config topic, or None if it is none."""
    levels = topic.split("/")
    if levels[-1] != "config" or len(levels) < 4:
        return None
    at = [len(levels) - back for back in (4, 3) if len(levels) > back]
    named = next((place for place in at if place and levels[place] in _KINDS), at[-1])
    return "/".join(levels[:named])


def _announced(message: Message, prefix: str, parts: list[Part]) -> Iterator[Entity]:
    try:
        told = announcement(message.topic, message.payload, prefix)
    except MqttError as error:
        yield Entity(message.topic, error.what)
        return
    if not isinstance(told, Announced):
        return
    device = told.device.name or told.device.identities[0]
    for component in told.components:
        built = build(component)
        yield from _entity(f"{device}: {component.kind} {component.key}", built)
        if isinstance(built, Part):
            parts.append(built)


def _entity(name: str, built: Part | Trouble) -> Iterator[Entity]:
    """Yield a component, and what of it is not carried."""
    if isinstance(built, Trouble):
        yield Entity(name, built.reason)
        return
    endpoint = built.endpoint
    if not (endpoint.properties or endpoint.actions or endpoint.signals):
        yield Entity(name, "; ".join(t.reason for t in built.troubles) or "nothing of it is known")
        return
    yield Entity(name)
    yield from (Entity(f"{name}, in part", t.reason) for t in built.troubles)
