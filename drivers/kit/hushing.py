"""Keeps secrets out of what is said in words. Pure."""

from collections.abc import Iterable, Iterator

import msgspec

LEAST = 4
"""A secret of fewer characters is in too many words to be taken out of them."""
SHORT = 8
"""Parts of a secret (a JSON object's values) that are shorter may be anything."""
HIDDEN = "(secret)"


def hushed(words: str, secrets: Iterable[str]) -> str:
    """Return `words` without the secrets, and without the parts of those that are JSON."""
    for secret in secrets:
        for part in _parts(secret):
            if part in words:
                words = words.replace(part, HIDDEN)
    return words


def _parts(secret: str) -> Iterator[str]:
    if len(secret) >= LEAST:
        yield secret
    if secret.startswith(("{", "[")):
        try:
            inner = msgspec.json.decode(secret)
        except (msgspec.MsgspecError, RecursionError):
            return
        yield from (text for text in _texts(inner) if len(text) >= SHORT)


def _texts(inner: object) -> Iterator[str]:
    match inner:
        case str():
            yield inner
        case dict():
            for value in inner.values():
                yield from _texts(value)
        case list():
            for value in inner:
                yield from _texts(value)
        case _:
            pass
