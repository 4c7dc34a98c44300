"""Events as the log keeps them: a group of them is one JSON array, so that any tool can read it."""

from collections.abc import Sequence

import msgspec

from hubd.model import encoding
from hubd.model.events import Event, What

_decoder: msgspec.json.Decoder[list[Event]] = msgspec.json.Decoder(list[Event])


def encode(events: Sequence[Event]) -> str:
    """Return a group of events as JSON."""
    return encoding.encode(events).decode()


def decode(body: str) -> list[Event]:
    """Return the events of a group."""
    return _decoder.decode(body)


def body_of(what: What) -> str:
    """Return what one event says, as JSON."""
    return encoding.encode(what).decode()


def said_as(text: str) -> str:
    """Return how `text` stands within a group's JSON."""
    return encoding.encode(text).decode()[1:-1]
