"""What a component of an announcement becomes: an endpoint, and how its messages are read and made.

Pure data and functions: topics, readers from payload to values, writers from values to messages.
The router binds them to topics, the sender to commands.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.rhythm import Bounds
from drivers.mqtt.payload import Missing, Payload
from hubd.model.device import Endpoint, Signal, Trouble
from hubd.model.value import Value


class Publish(Struct, frozen=True, gc=False):
    """A message to send."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class Reader(Struct, frozen=True):
    """Reads one property from messages of a topic. `read` raises UnreadableError."""

    topic: str
    name: str
    read: Callable[[Payload], Value | Missing]


class Splitter(Struct, frozen=True):
    """Reads several properties, by name, from a message of a topic. Raises UnreadableError."""

    topic: str
    read: Callable[[Payload], Sequence[tuple[str, Value]]]


class Listener(Struct, frozen=True):
    """Reads a momentary event's kind from messages of a topic; None if the message is none."""

    topic: str
    signal: str
    read: Callable[[Payload], str | None]


class Writer(Struct, frozen=True):
    """Makes the message that sets a property or asks for an action. Raises UnwritableError."""

    write: Callable[[Value], Publish]
    assumed: bool = False
    """Nothing will report it: what was sent is taken as so."""


class Joint(Struct, frozen=True):
    """Makes one message of several properties' values. Raises UnwritableError.

    `fade` makes one by which the device takes so many seconds; None where it cannot.
    """

    names: frozenset[str]
    write: Callable[[Mapping[str, Value]], Publish]
    fade: Callable[[Mapping[str, Value], float], Publish] | None = None


class Reach(Struct, frozen=True):
    """Where a component says whether it can be reached.

    `topics`: each with what its message means (True, False, or MISSING for neither). `mode`: `all`,
    `any` or `latest` of them must say so. `own` is False where they tell of the bridge that carries
    the device alone.
    """

    topics: tuple[tuple[str, Callable[[Payload], bool | Missing]], ...]
    mode: str
    own: bool = True


class Part(Struct, frozen=True):
    """A component, ready to be bound to topics and commands."""

    endpoint: Endpoint
    readers: tuple[Reader, ...] = ()
    splitters: tuple[Splitter, ...] = ()
    listeners: tuple[Listener, ...] = ()
    writers: Mapping[str, Writer] = {}
    actions: Mapping[str, Writer] = {}
    joint: Joint | None = None
    reach: Reach | None = None
    reach_key: str = ""
    expire_after_s: float | None = None
    rhythm: Bounds | None = None
    """Counts as lost when it is silent for longer than its own rhythm lets one expect."""
    off_delay_s: float | None = None
    group: str = ""
    """Parts of one group share an endpoint."""
    category: str = ""
    enabled: bool = True
    troubles: tuple[Trouble, ...] = ()

    def topics(self) -> set[str]:
        """Return the topics that its properties and signals are read from."""
        return {
            *(reader.topic for reader in self.readers),
            *(splitter.topic for splitter in self.splitters),
            *(listener.topic for listener in self.listeners),
        }

    def joined(self, other: "Part") -> "Part":
        """Return this part with the signals of `other`, of the same group, beside its own."""
        mine, theirs = self.endpoint.signals, other.endpoint.signals
        merged: dict[str, Signal] = {}
        for signal in (*mine, *theirs):
            former = merged.get(signal.name, replace(signal, choices=()))
            choices = tuple(dict.fromkeys((*former.choices, *signal.choices)))
            merged[signal.name] = replace(signal, choices=choices)
        return replace(
            self,
            endpoint=replace(self.endpoint, signals=tuple(merged.values())),
            listeners=(*self.listeners, *other.listeners),
            troubles=(*self.troubles, *other.troubles),
        )
