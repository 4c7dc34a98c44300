"""Values as JSON."""

import msgspec

_encoder = msgspec.json.Encoder()


def encode(document: object) -> bytes:
    """Return `document` as JSON, with U+FFFD where a device sent half a character.

    A lone surrogate (which JSON can smuggle in as an escape) has no form in UTF-8; one such text
    must not take along what stands beside it.
    """
    try:
        return _encoder.encode(document)
    except UnicodeEncodeError:
        return _encoder.encode(_whole(msgspec.to_builtins(document)))


def _whole(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {_whole(k): _whole(v) for k, v in value.items()}
        case list() | tuple():
            return [_whole(v) for v in value]
        case _:
            return value
