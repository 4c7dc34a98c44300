"""What miIO packets carry: requests and answers as JSON. Pure.

`{"id": 1, "method": "get_prop", "params": ["power"]}` is answered by `{"id": 1, "result": ["on"]}`
or by `{"id": 1, "error": {"code": -5001, "message": "invalid arg"}}`.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Raw, Struct

from drivers.kit.errors import MalformedError

_MOST_VALUES = 512

MEANINGS: Mapping[int, str] = {
    -1: "it could not do that",
    -4001: "this cannot be read",
    -4002: "this cannot be set",
    -4003: "it has no such property or action",
    -4004: "something went wrong inside of it",
    -4005: "it does not take this value",
    -4006: "it does not take these parameters",
    -4007: "it has no such device behind it",
    -5001: "it does not take these parameters",
    -5005: "it does not take these parameters",
    -9999: "its radio module got no answer from the rest of it",
    -10000: "it could not do that",
    -30001: "it is busy",
}
"""What devices mean by their codes, of requests and of single properties."""
ABSENT = frozenset({-4001, -4003})
"""Codes of a property that will never be told."""
PASSING = frozenset({-9999, -30001})
"""Codes of what may go well when it is tried again."""


class Call(Struct, frozen=True):
    """A request, without its id."""

    method: str
    params: Sequence[object] | Mapping[str, object] = ()


class Fault(Struct, frozen=True):
    """That a request was not carried out."""

    code: int = -1
    message: str = ""

    @property
    def reason(self) -> str:
        """Why, in words."""
        said = f" (it says {self.message[:80]!r})" if self.message else ""
        return f"{meaning(self.code)}{said}"


class Answer(Struct, frozen=True):
    """The answer to the request of the same id: a result as JSON, or a fault."""

    id: int
    result: bytes = b"null"
    fault: Fault | None = None


class Info(Struct, frozen=True):
    """What a device tells of itself."""

    model: str = ""
    mac: str = ""
    fw_ver: str = ""


class _Envelope(Struct):
    id: int
    result: Raw = Raw(b"")
    error: Raw = Raw(b"")


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_FAULT = msgspec.json.Decoder(Fault)
_INFO = msgspec.json.Decoder(Info)
_VALUES = msgspec.json.Decoder(list[bool | int | float | str | None])


def meaning(code: int) -> str:
    """Return what a code means, in words."""
    return MEANINGS.get(code, f"it answers with code {code}")


def asked(number: int, call: Call) -> bytes:
    """Return the text of a request."""
    return msgspec.json.encode({"id": number, "method": call.method, "params": call.params})


def answered(text: bytes) -> Answer:
    """Return the answer that `text` is. Raises MalformedError.

    Firmware ends its texts with zero bytes, and some writes two commas for one.
    """
    text = text.rstrip(b"\x00\r\n ")
    try:
        envelope = _decoded(text)
        error = bytes(envelope.error)
        if error in {b"", b"null"}:
            return Answer(envelope.id, bytes(envelope.result) or b"null")
        return Answer(envelope.id, fault=_fault(error))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as wrong:
        raise MalformedError(f"not an answer: {wrong}") from wrong


def info(result: bytes) -> Info:
    """Return what the result of `miIO.info` says. Raises MalformedError."""
    try:
        return _INFO.decode(result)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError(f"tells nothing of itself: {error}") from error


def values(result: bytes) -> list[bool | int | float | str | None]:
    """Return the plain values that a result is a list of. Raises MalformedError."""
    if result.count(b",") > _MOST_VALUES:
        raise MalformedError("more values than were asked for")
    try:
        return _VALUES.decode(result)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError(f"not a list of values: {error}") from error


def _decoded(text: bytes) -> _Envelope:
    try:
        return _ENVELOPE.decode(text)
    except msgspec.DecodeError:
        if b",," not in text:
            raise
        return _ENVELOPE.decode(text.replace(b",,", b","))


def _fault(raw: bytes) -> Fault:
    try:
        return _FAULT.decode(raw)
    except msgspec.ValidationError:
        return Fault(message=raw.decode(errors="replace")[:80])
