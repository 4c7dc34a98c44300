"""A message's payload, read at most once in each way, however many properties it carries."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from drivers.mqtt.errors import UnreadableError, excerpt

STATE_LIMIT = 64 * 1024
"""Bytes of a state message beyond which it is refused."""


class _Missing(Enum):
    MISSING = "missing"


MISSING: Final = _Missing.MISSING
"""A message says nothing about what is asked: no news, as opposed to None, "not known"."""

type Missing = Literal[_Missing.MISSING]

_NO_VARIABLES: Mapping[str, object] = MappingProxyType({})
_decode = msgspec.json.decode


class Payload:
    """The bytes of a message, and what templates may look at: the text, the JSON, the variables."""

    __slots__ = ("_json", "_text", "raw", "variables")

    def __init__(self, raw: bytes, variables: Mapping[str, object] = _NO_VARIABLES) -> None:
        self.raw = raw
        self.variables = variables
        self._text: str | None = None
        self._json: object = MISSING

    @property
    def text(self) -> str:
        """The payload as text. Raises UnreadableError if it is not UTF-8."""
        text = self._text
        if text is None:
            try:
                text = self._text = self.raw.decode()
            except UnicodeDecodeError as error:
                msg = f"not UTF-8 text: {excerpt(self.raw)} ({error.reason} at {error.start})"
                raise UnreadableError(msg) from None
        return text

    @property
    def json(self) -> object:
        """The payload as JSON. Raises UnreadableError if it is not."""
        value = self._json
        if value is MISSING:
            try:
                value = self._json = _decode(self.raw)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise UnreadableError(f"not JSON: {excerpt(self.raw)} ({error})") from None
            except RecursionError:
                raise UnreadableError(f"JSON too deep: {excerpt(self.raw)}") from None
        return value


def rendered(value: object) -> str:
    """Return `value` as the text that Jinja would write for it."""
    if type(value) is str:
        return value
    return "" if value is MISSING else str(value)
