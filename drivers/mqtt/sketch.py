"""A part while a dialect draws it up: what it has, where that is read, and how it is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from drivers.kit.rhythm import Bounds
from drivers.mqtt.codec import Codec
from drivers.mqtt.part import Joint, Listener, Part, Publish, Reach, Reader, Writer
from drivers.mqtt.payload import MISSING, Missing, Payload
from hubd.model.device import Action, DeviceType, Endpoint, Property, Signal, Trouble
from hubd.model.ids import EndpointId
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, SIGNALS, typical

type Read = Callable[[Payload], Value | Missing]
type Path = Sequence[str | int]


class Sketch:
    """One endpoint, as far as it is drawn."""

    def __init__(self, endpoint: str, kind: DeviceType, name: str = "") -> None:
        self.endpoint = endpoint
        self.kind = kind
        self.name = name
        self.category = ""
        self._properties: list[Property] = []
        self._actions: list[Action] = []
        self._signals: list[Signal] = []
        self._readers: list[Reader] = []
        self._listeners: list[Listener] = []
        self._writers: dict[str, Writer] = {}
        self._doers: dict[str, Writer] = {}
        self._joint: Joint | None = None
        self._troubles: list[Trouble] = []

    def property(
        self,
        name: str,
        reads: Iterable[tuple[str, Read]],
        write: Callable[[Value], Publish] | None = None,
        shape: Mapping[str, object] | None = None,
    ) -> None:
        """Add a property: the topics that it is read from, and what writes it.

        `shape` refines the vocabulary's property. One that is written and never read is assumed.
        """
        readers = [Reader(topic, name, read) for topic, read in reads]
        assumed = write is not None and not readers
        prop = typical(name, writable=write is not None, assumed=assumed)
        self._properties.append(replace(prop, **shape) if shape else prop)
        self._readers += readers
        if write is not None:
            self._writers[name] = Writer(write, assumed)

    def has(self, name: str) -> bool:
        """Say whether the property was added."""
        return any(p.name == name for p in self._properties)

    def writes_jointly(self, joint: Joint) -> None:
        """Write several of the properties by one message."""
        self._joint = joint

    def action(self, name: str, message: Publish) -> None:
        """Add an action that sends a message."""
        self._actions.append(Action(name, ACTIONS.get(name, "")))
        self._doers[name] = Writer(lambda _argument: message)

    def signal(
        self,
        name: str,
        topics: Iterable[str],
        read: Callable[[Payload], str | None],
        choices: tuple[str, ...] = (),
    ) -> None:
        """Add a momentary event that messages of these topics tell."""
        self._signals.append(Signal(name, choices, SIGNALS.get(name, "")))
        self._listeners += [Listener(topic, name, read) for topic in topics]

    def trouble(self, reason: str) -> None:
        """Note what of this endpoint is not carried, and why."""
        self._troubles.append(Trouble(self.endpoint, reason))

    def part(
        self,
        *,
        reach: Reach | None = None,
        rhythm: Bounds | None = None,
        off_delay_s: float | None = None,
    ) -> Part:
        """Return the endpoint as it was drawn."""
        return Part(
            endpoint=Endpoint(
                EndpointId(self.endpoint),
                self.kind,
                self.name,
                tuple(self._properties),
                tuple(self._actions),
                tuple(self._signals),
            ),
            readers=tuple(self._readers),
            listeners=tuple(self._listeners),
            writers=self._writers,
            actions=self._doers,
            joint=self._joint,
            reach=reach,
            reach_key="device" if reach else "",
            rhythm=rhythm,
            off_delay_s=off_delay_s,
            category=self.category,
            troubles=tuple(self._troubles),
        )


def at(path: Path, codec: Codec) -> Read:
    """Return what reads the field of a JSON message that `path` leads to, by `codec`."""
    decode = codec.read

    def read(payload: Payload) -> Value | Missing:
        said = found(payload.json, path)
        return MISSING if said is MISSING else decode(said)

    return read


def found(said: object, path: Path) -> object:
    """Return what `path` leads to in decoded JSON, or MISSING."""
    for key in path:
        if isinstance(said, dict):
            said = said.get(key, MISSING)
        elif isinstance(said, list) and isinstance(key, int) and key < len(said):
            said = said[key]
        else:
            return MISSING
    return said


def plain(codec: Codec) -> Read:
    """Return what reads a whole message, by `codec`."""
    decode = codec.read
    return lambda payload: decode(payload.text)


def alive(topic: str, online: str, offline: str) -> Reach:
    """Return the reach that a last will tells: one word for there, one for gone."""
    words = {online: True, offline: False}
    return Reach(((topic, lambda payload: words.get(payload.text, MISSING)),), "latest")
