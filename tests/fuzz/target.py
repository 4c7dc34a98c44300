"""What a fuzz target is: a name, a codec to give bytes to, and packets to begin with."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import msgspec
from msgspec import Struct

from drivers.kit.errors import MalformedError, RefusedError
from drivers.mqtt.errors import MqttError
from hubd.model.errors import HubError
from hubd.model.value import Value

LONGEST_REASON = 1_000
"""Characters of an error's text. It goes into logs, whoever made the packet."""
RECORD = b"\x1e"
"""Separates the packets of an input that holds several: they come one after the other."""
DEVICE = 1024 * 1024
"""Bytes: what describing a device of many parts takes, and asking for each of them."""
ODD: tuple[Value, ...] = (None, True, 0, -1, 50.0, 1e300, 2**63 - 1, "", "on", "x" * 300)
"""What may be wished of any property, by a scene that is wrong."""


class Target(Struct, frozen=True):
    """One codec, or several that read the same.

    `run` gives them bytes; whatever it raises is a find. `of` are the packages of the codec: what
    is instrumented, and where its words are. `allowance_bytes` may be held beside four times the
    packet: what an answer takes however short its packet was.
    """

    name: str
    of: tuple[str, ...]
    run: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    longest: int = 4_096
    allowance_bytes: int = 256 * 1024


class UntypedError(AssertionError):
    """A typed error that no log can hold."""


@contextmanager
def typed(*errors: type[HubError]) -> Iterator[None]:
    """Pass over the errors that a codec promises; all others go on."""
    promised = errors or (MalformedError,)
    try:
        yield
    except promised as error:
        judge_reason(error.what)


def judge_reason(reason: str) -> None:
    """Raise UntypedError for a reason that is none, or that floods a log."""
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise UntypedError(f"a reason of {len(reason)} characters: {reason[:200]!r}")


def tried[T](read: Callable[[], T], *errors: type[HubError]) -> T | None:
    """Return what a codec reads; None where it refuses."""
    with typed(*errors):
        return read()
    return None


def wished(write: Callable[[Value], object], values: Iterable[Value] = ODD) -> None:
    """Wish odd things of a property or an action: they are orders, or they are refused."""
    for value in values:
        with typed(RefusedError, MqttError):
            write(value)


def records(data: bytes, most: int = 24) -> list[bytes]:
    """Return the packets of an input."""
    return data.split(RECORD, most)


def messages(data: bytes, most: int = 24) -> list[tuple[str, bytes]]:
    """Return the messages of an input: in each packet, a line with the topic, and the payload."""
    parts = (record.partition(b"\n") for record in records(data, most))
    return [(topic.decode(errors="replace"), payload) for topic, _, payload in parts]


def told(*messages: tuple[str, object]) -> bytes:
    """Return the input of messages."""
    return RECORD.join(t.encode() + b"\n" + _payload(p) for t, p in messages)


def document(data: bytes) -> object:
    """Return the JSON of an input, as libraries decode it before a codec sees it; None if none."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def as_json(*documents: object) -> list[bytes]:
    """Return inputs of one document each."""
    return [msgspec.json.encode(said) for said in documents]


def field(said: object, key: str) -> object:
    """Return a field of a document; None where there is none."""
    return said.get(key) if isinstance(said, dict) else None


def _payload(said: object) -> bytes:
    if isinstance(said, bytes):
        return said
    return said.encode() if isinstance(said, str) else msgspec.json.encode(said)
