"""Messages of a Matter server's WebSocket, JSON texts. Pure.

Source: https://github.com/matter-js/python-matter-server, `matter_server/common/models.py`, and the
same API of OHF's server, https://github.com/matter-js/matterjs-server.
"""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, Struct, UnsetType

from drivers.kit.errors import MalformedError

OLDEST_SCHEMA, NEWEST_SCHEMA = 9, 11
"""Versions of the API: the oldest that has all that is used here, and the newest known here."""


class Hello(Struct, frozen=True):
    """What a server says of itself at first. `fabric` is its compressed fabric id."""

    fabric: int
    schema: int
    oldest_schema: int
    version: str
    bluetooth: bool
    wifi: bool
    thread: bool


class Answer(Struct, frozen=True):
    """The result of a command."""

    call: str
    result: object


class Failure(Struct, frozen=True):
    """Why a command was not carried out: the server's own code and words."""

    call: str
    code: int
    details: str


class Happening(Struct, frozen=True):
    """Something that the server tells unasked."""

    event: str
    data: object


type Message = Hello | Answer | Failure | Happening


class _Said(Struct):
    message_id: str | None = None
    result: object | UnsetType = UNSET
    error_code: int | None = None
    details: str | None = None
    event: str | None = None
    data: object = None
    compressed_fabric_id: int | None = None
    schema_version: int = 0
    min_supported_schema_version: int = 0
    sdk_version: str = ""
    wifi_credentials_set: bool = False
    thread_credentials_set: bool = False
    bluetooth_enabled: bool = False


_decode = msgspec.json.Decoder(_Said).decode
_encode = msgspec.json.Encoder().encode


def read_message(text: str | bytes) -> Message:
    """Return what the server says. Raises MalformedError for what is none of its messages."""
    try:
        said = _decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise MalformedError(f"the Matter server says what is no message of it: {error}") from None
    if said.event is not None:
        return Happening(said.event, said.data)
    if said.message_id is not None and said.error_code is not None:
        return Failure(said.message_id, said.error_code, said.details or "")
    if said.message_id is not None and said.result is not UNSET:
        return Answer(said.message_id, said.result)
    if said.compressed_fabric_id is not None:
        return Hello(
            fabric=said.compressed_fabric_id,
            schema=said.schema_version,
            oldest_schema=said.min_supported_schema_version,
            version=said.sdk_version[:80],
            bluetooth=said.bluetooth_enabled,
            wifi=said.wifi_credentials_set,
            thread=said.thread_credentials_set,
        )
    raise MalformedError("the Matter server says what is no message of it")


def command_text(call: str, command: str, arguments: Mapping[str, object]) -> str:
    """Return the message of a command. Raises MalformedError for what JSON does not hold."""
    try:
        body = {"message_id": call, "command": command, "args": arguments}
        return _encode(body).decode()
    except (msgspec.MsgspecError, TypeError, OverflowError, ValueError) as error:
        raise MalformedError(f"{command} cannot be written: {error}") from None
