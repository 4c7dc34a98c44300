"""Events as the log keeps them: a group of them is one JSON array, so that any tool can read it."""

from collections.abc import Sequence

import msgspec

from hubd.model.events import Event, What

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[list[Event]] = msgspec.json.Decoder(list[Event])


def encode(events: Sequence[Event]) -> str:
    """Return a group of events as JSON."""
    return _text(events)


def decode(body: str) -> list[Event]:
    """Return the events of a group."""
    return _decoder.decode(body)


def body_of(what: What) -> str:
    """Return what one event says, as JSON."""
    return _text(what)


def said_as(text: str) -> str:
    """Return how `text` stands within a group's JSON."""
    return _text(text)[1:-1]


def _text(it: Sequence[Event] | What | str) -> str:
    try:
        return _encoder.encode(it).decode()
    except UnicodeEncodeError:
        # A lone surrogate has no form in UTF-8; the rest of the group must not suffer from it.
        return _encoder.encode(_whole(msgspec.to_builtins(it))).decode()


def _whole(value: object) -> object:
    """Return plain `value` with U+FFFD where a text has half a character."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {_whole(k): _whole(v) for k, v in value.items()}
        case list() | tuple():
            return [_whole(v) for v in value]
        case _:
            return value
