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
from drivers.kit.manifest import Errand, Option
from drivers.kit.port import Ordered
from drivers.kit.sighting import Sighting
from hubd.model.ids import EndpointId, EventId
from hubd.model.value import Value

FRAME_LIMIT = 2 * 1024 * 1024
"""Bytes of a message beyond which none is sent, and the other side is not believed."""


class _Message(Struct, frozen=True, tag=True, array_like=True):
    """One message; its tag is its name."""


# from the hub to the driver


class Configure(_Message, frozen=True):
    """What hub.toml says for the driver, and the secret that it keeps; the first message."""

    options: Mapping[str, Option]
    secret: str = ""

    def __repr__(self) -> str:
        """Return it without the secret."""
        return f"Configure({self.options!r})"


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


class Run(_Message, frozen=True):
    """Run an errand; `call` comes back in the answer."""

    call: int
    errand: Errand
    adoption: Adoption | None
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
    """The driver is there; `fences` are those of the kernel that stand around it."""

    fences: tuple[str, ...] = ()


class Misconfigured(_Message, frozen=True):
    """The driver cannot do with what hub.toml says for it, and does nothing else."""

    key: str
    what: str
    mend: str


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


class Ran(_Message, frozen=True):
    """An errand was run; `told` is what to show for it."""

    call: int
    told: Mapping[str, str]


class Failed(_Message, frozen=True):
    """What was asked for was not done, and why."""

    call: int
    code: str
    what: str
    mend: str


class Doing(_Message, frozen=True):
    """What is being done for a call that is not answered yet, in words."""

    call: int
    words: str


class Kept(_Message, frozen=True):
    """An adoption changed: a renewed token, another address."""

    adoption: Adoption


class Entrust(_Message, frozen=True):
    """Keep this secret for the driver itself."""

    secret: str


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


type ToDriver = Configure | See | Look | Watch | Adopt | Run | Keep | Drop | Order | Ping | Heard
type FromDriver = (
    Started
    | Misconfigured
    | Pong
    | Saw
    | Recognised
    | Adopted
    | Ran
    | Failed
    | Doing
    | Kept
    | Entrust
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
    """Return the frame of a message. Raises MalformedError if it is too large for one."""
    body = _encoder.encode(message)
    if len(body) > FRAME_LIMIT:
        what = f"a {type(message).__name__} of {len(body)} bytes, {FRAME_LIMIT} are the most"
        raise MalformedError(what)
    return len(body).to_bytes(4) + body


class Frames[M]:
    """Takes bytes as they come, gives messages of one type."""

    def __init__(self, kind: type[M]) -> None:
        self._decode = msgspec.msgpack.Decoder(kind).decode
        self._waiting = bytearray()
        self._at = 0

    def take(self, data: bytes) -> None:
        """Take bytes, to be read by `next`."""
        if self._at:
            del self._waiting[: self._at]
            self._at = 0
        self._waiting += data

    def next(self) -> M | None:
        """Return the next message that is whole, or None. Raises MalformedError: it is over."""
        waiting, at = self._waiting, self._at + 4
        if len(waiting) < at:
            return None
        length = int.from_bytes(waiting[at - 4 : at])
        if length > FRAME_LIMIT:
            raise MalformedError(f"a frame of {length} bytes, {FRAME_LIMIT} are the most")
        if len(waiting) < at + length:
            return None
        self._at = at + length
        try:
            with memoryview(waiting) as whole:
                return self._decode(whole[at : at + length])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise MalformedError(f"a message that is none ({error})") from None

    def feed(self, data: bytes) -> list[M]:
        """Take bytes; return the messages that are whole now. Raises MalformedError."""
        self.take(data)
        messages: list[M] = []
        while (message := self.next()) is not None:
            messages.append(message)
        return messages
