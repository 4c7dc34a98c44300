"""Recorded MQTT messages, as JSON keeps them: a list of topics and payloads. Pure."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from drivers.mqtt.errors import MqttError
from drivers.mqtt.part import Part
from drivers.mqtt.payload import Payload
from drivers.mqtt.router import MALFORMED


class Message(Struct, frozen=True):
    """A recorded message. `said` is its payload as JSON, or as text where it is none."""

    topic: str
    said: object

    @property
    def payload(self) -> bytes:
        """The payload as it was sent."""
        if self.said is None:
            return b""
        return self.said.encode() if isinstance(self.said, str) else msgspec.json.encode(self.said)


def messages(document: object) -> list[Message] | None:
    """Return the messages of a recording, or None if `document` is none.

    A payload may be kept as the text that was sent, or as what it says. What is no message has no
    topic.
    """
    if not isinstance(document, list) or not any(map(_is_message, document)):
        return None
    return [
        Message(kept["topic"], _said(kept.get("payload")))
        if _is_message(kept)
        else Message("", kept)
        for kept in document
    ]


def _is_message(kept: object) -> bool:
    return isinstance(kept, dict) and isinstance(kept.get("topic"), str)


def _said(payload: object) -> object:
    if not isinstance(payload, str):
        return payload
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError):
        return payload


def refusals(topic: str, payload: bytes, parts: Iterable[Part]) -> Iterator[str]:
    """Yield why what `parts` read of a message cannot be read, each reason once."""
    told = Payload(payload)
    seen: set[str] = set()
    for part in parts:
        readings = [
            *((r.topic, r.read) for r in part.readers),
            *((r.topic, r.read) for r in part.splitters),
            *((r.topic, r.read) for r in part.listeners),
        ]
        for read in (read for where, read in readings if where == topic):
            try:
                read(told)
            except MALFORMED as error:
                reason = error.what if isinstance(error, MqttError) else str(error)
                if reason not in seen:
                    seen.add(reason)
                    yield reason
