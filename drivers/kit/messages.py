"""What the hub and a driver's process say to each other, and how it is framed. Pure.

A frame is four bytes of length (big-endian) and a message in MessagePack.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from drivers.kit.driver import Announced
from drivers.kit.errors import MalformedError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Description
from drivers.kit.port import Ordered
from drivers.kit.sighting import Sighting
from hubd.model.ids import EndpointId, EventId
from hubd.model.value import Value

FRAME_LIMIT = 8 * 1024 * 1024
"""Bytes of a frame beyond which the other side is not believed."""


class _Message(Struct, frozen=True, tag=True, array_like=True):
    """One message; its tag is its name."""


# from the hub to the driver


class See(_Message, frozen=True):
    """A sighting that is meant for the driver."""

    sighting: Sighting


class Look(_Message, frozen=True):
    """Look for things now."""


class Watch(_Message, frozen=True):
    """Watch the network for these, and announce the hub so (drivers.kit.driver.Announced)."""

    services: tuple[str, ...]
    targets: tuple[str, ...]
    announced: Announced | None


class Adopt(_Message, frozen=True):
    """Pair with a found thing; `call` comes back in the answer."""

    call: int
    found: Found
    answers: Mapping[str, str]


class Keep(_Message, frozen=True):
    """Keep a link to an adopted thing."""

    adoption: Adoption


class Drop(_Message, frozen=True):
    """Let go of an adopted thing."""

    key: str


class Order(_Message, frozen=True):
    """Commands to one endpoint of a part."""

    key: str
    part: str
    orders: tuple[Ordered, ...]


class Ping(_Message, frozen=True):
    """Asks whether the driver's loop goes round."""

    number: int


class Heard(_Message, frozen=True):
    """A message on a topic that the driver listens to."""

    topic: str
    payload: str


# from the driver to the hub


class Started(_Message, frozen=True):
    """The driver is there."""


class Pong(_Message, frozen=True):
    """Says that it does."""

    number: int


class Saw(_Message, frozen=True):
    """Something showed itself on the network."""

    sighting: Sighting


class Recognised(_Message, frozen=True):
    """A thing that can be adopted; `seen` is the sighting's key, "" if the driver found it."""

    found: Found
    seen: str = ""


class Adopted(_Message, frozen=True):
    """A thing was paired with."""

    call: int
    adoption: Adoption


class NotAdopted(_Message, frozen=True):
    """It was not, and why."""

    call: int
    code: str
    what: str
    mend: str


class Kept(_Message, frozen=True):
    """An adoption changed: a renewed token, another address."""

    adoption: Adoption


class Described(_Message, frozen=True):
    """A part of a link is this."""

    key: str
    part: str
    description: Description


class Forgotten(_Message, frozen=True):
    """A part is gone for good."""

    key: str
    part: str


class Reported(_Message, frozen=True):
    """A property's value."""

    key: str
    part: str
    endpoint: EndpointId
    name: str
    value: Value
    restored: bool


class Signalled(_Message, frozen=True):
    """A momentary event."""

    key: str
    part: str
    endpoint: EndpointId
    name: str
    value: str


class Reached(_Message, frozen=True):
    """A part came within reach or fell out of it; of `part` "" all behind it do.

    `code` and `mend` are those of the error, where a person must mend it.
    """

    key: str
    part: str
    available: bool
    reason: str = ""
    code: str = ""
    mend: str = ""


class Answered(_Message, frozen=True):
    """A command was sent, or refused."""

    event: EventId
    accepted: bool
    reason: str = ""


class Refused(_Message, frozen=True):
    """Something malformed came in."""

    where: str
    reason: str


class Listen(_Message, frozen=True):
    """Hear these topics, and no others."""

    topics: tuple[str, ...]


class Say(_Message, frozen=True):
    """Publish a message."""

    topic: str
    payload: str
    retain: bool = False


type ToDriver = See | Look | Watch | Adopt | Keep | Drop | Order | Ping | Heard
type FromDriver = (
    Started
    | Pong
    | Saw
    | Recognised
    | Adopted
    | NotAdopted
    | Kept
    | Described
    | Forgotten
    | Reported
    | Signalled
    | Reached
    | Answered
    | Refused
    | Listen
    | Say
)

_encoder = msgspec.msgpack.Encoder()


def framed(message: ToDriver | FromDriver) -> bytes:
    """Return the frame of a message."""
    body = _encoder.encode(message)
    return len(body).to_bytes(4) + body


class Frames[M]:
    """Takes bytes as they come, gives messages of one type."""

    def __init__(self, kind: type[M]) -> None:
        self._decode = msgspec.msgpack.Decoder(kind).decode
        self._waiting = b""

    def feed(self, data: bytes) -> list[M]:
        """Return the messages that are whole now. Raises MalformedError, after which it is over."""
        data = self._waiting + data if self._waiting else data
        messages: list[M] = []
        at, end = 0, len(data)
        while end - at >= 4:
            length = int.from_bytes(data[at : at + 4])
            if length > FRAME_LIMIT:
                raise MalformedError(f"a frame of {length} bytes, {FRAME_LIMIT} are the most")
            if end - at - 4 < length:
                break
            try:
                messages.append(self._decode(memoryview(data)[at + 4 : at + 4 + length]))
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                raise MalformedError(f"a message that is none ({error})") from None
            at += 4 + length
        self._waiting = data[at:]
        return messages
