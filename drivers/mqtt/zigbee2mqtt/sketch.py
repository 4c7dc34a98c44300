"""One endpoint of a Zigbee device while it is drawn up from features.

A device tells its whole state in one JSON object on its topic, and takes any part of it on
`<topic>/set`. A feature's path is its key there, and below it the keys of composites.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from drivers.mqtt.codec import Codec
from drivers.mqtt.dialect import Piece
from drivers.mqtt.errors import UnreadableError, UnwritableError, excerpt
from drivers.mqtt.part import Joint, Listener, Part, Publish, Reach, Reader, Splitter, Writer
from drivers.mqtt.payload import MISSING, Missing, Payload
from drivers.mqtt.zigbee2mqtt.said import Expose
from hubd.model.device import Action, DeviceType, Endpoint, Property, Signal, Trouble
from hubd.model.ids import EndpointId, slug
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, SIGNALS, typical

type Path = tuple[str, ...]
_encode = msgspec.json.encode


class Place(Struct, frozen=True):
    """Where one device is: its bridge's base topic, its name there, its address, its reach."""

    base: str
    name: str
    address: str
    reach: Reach | None = None

    @property
    def topic(self) -> str:
        """The topic of its state."""
        return f"{self.base}/{self.name}"

    def message(self, said: Mapping[str, object]) -> Publish:
        """Return the command that sets what `said` names."""
        return Publish(f"{self.topic}/set", _encode(said))


class Carried(Struct, frozen=True):
    """Where a feature went: the property, action or signal `name` of an endpoint.

    `plain` says why it is no more than shown, as the device says it; empty where it is understood.
    """

    feature: str
    endpoint: EndpointId
    name: str
    plain: str = ""


class Drawn(Struct, frozen=True):
    """A finished endpoint, and which features went into it."""

    piece: Piece
    carried: tuple[Carried, ...]


def record(payload: Payload) -> Mapping[str, object]:
    """Return a state message; an empty one, which clears a retained one, says nothing.

    Raises UnreadableError.
    """
    if not payload.raw:
        return {}
    said = payload.json
    if type(said) is not dict:
        raise UnreadableError(f"not a JSON object: {excerpt(payload.raw)}")
    return said


def at(path: Path) -> Callable[[Payload], object]:
    """Return what finds a path's value in a state message; MISSING where it says nothing of it."""
    if len(path) == 1:
        (key,) = path
        return lambda payload: record(payload).get(key, MISSING)

    def find(payload: Payload) -> object:
        said: object = record(payload)
        for key in path:
            if type(said) is not dict:
                return MISSING
            said = said.get(key, MISSING)
        return said

    return find


TWICE = "is told of twice; the first is carried"


def nested(path: Path, said: object) -> dict[str, object]:
    """Return `said` as the JSON object in which `path` leads to it."""
    for key in reversed(path):
        said = {key: said}
    return said if isinstance(said, dict) else {}


class Sketch:
    """An endpoint, and what was found of it so far."""

    def __init__(
        self, place: Place, endpoint: str, *, name: str = "", category: str = "", of: str = ""
    ) -> None:
        """Begin an endpoint; `of` is the type of the whole that its features are parts of."""
        self.place = place
        self._of = of
        self.endpoint = EndpointId(slug(endpoint))
        self.properties: list[Property] = []
        self._name = name
        self._category = category
        self._actions: list[Action] = []
        self._signals: list[Signal] = []
        self._readers: list[Reader] = []
        self._splitters: list[Splitter] = []
        self._listeners: list[Listener] = []
        self._writers: dict[str, Writer] = {}
        self._doers: dict[str, Writer] = {}
        self._fields: dict[str, tuple[str, Callable[[Value], object]]] = {}
        self._encoders: dict[str, Callable[[Value], object]] = {}
        self._joint: Joint | None = None
        self._carried: list[Carried] = []
        self._troubles: list[Trouble] = []
        self.group = ""

    def has(self, name: str) -> bool:
        """Say whether the property was added."""
        return any(p.name == name for p in self.properties)

    def add(
        self,
        feature: Expose,
        name: str,
        *,
        shape: Mapping[str, object] | None = None,
        assumed: bool = True,
    ) -> Property:
        """Describe a property with the feature's access, as the vocabulary has it but for `shape`.

        `assumed` may be turned off for what is told in a roundabout way.
        """
        prop = typical(
            name,
            writable=feature.settable,
            assumed=assumed and feature.settable and not feature.readable,
        )
        prop = replace(prop, **shape) if shape else prop
        self.properties.append(prop)
        return prop

    def carry(
        self,
        feature: Expose,
        name: str,
        codec: Codec,
        *,
        path: Path = (),
        shape: Mapping[str, object] | None = None,
        plain: str = "",
    ) -> None:
        """Add a property that one feature tells and takes, at `path` or by its own key."""
        path = path or (feature.key,)
        if self.has(name):
            self.credit(path, name, plain=TWICE)
            return
        prop = self.add(feature, name, shape=shape)
        if feature.readable:
            self.reads(name, _reading(at(path), codec))
        if feature.settable:
            self._encoders[name] = codec.write
            self.rewrite(lambda said: self.place.message(nested(path, said)), only=name)
            if len(path) == 1:
                self._fields[prop.name] = (path[0], codec.write)
        self.credit(path, name, plain=plain)

    def credit(self, path: Path, name: str, *, plain: str = "", of: str | None = None) -> None:
        """Note that the feature at `path` went into `name`; `of` where it is of another whole."""
        whole = self._of if of is None else of
        feature = "/".join((whole, *path) if whole else path)
        self._carried.append(Carried(feature, self.endpoint, name, plain))

    def encoder(self, name: str) -> Callable[[Value], object]:
        """Return how a carried property that can be set is written."""
        return self._encoders[name]

    def splits(self, read: Callable[[Payload], Sequence[tuple[str, Value]]]) -> None:
        """Read several described properties from the state."""
        self._splitters.append(Splitter(self.place.topic, read))

    def reads(self, name: str, read: Callable[[Payload], Value | Missing]) -> None:
        """Read a described property from the state."""
        self._readers.append(Reader(self.place.topic, name, read))

    def writes(self, name: str, write: Callable[[Value], Publish]) -> None:
        """Write a described property."""
        assumed = any(p.assumed for p in self.properties if p.name == name)
        self._writers[name] = Writer(write, assumed)

    def rewrite(self, message: Callable[[object], Publish], *, only: str = "") -> None:
        """Have what was carried so far be sent in `message`, made of what a codec wrote."""
        for name, encode in self._encoders.items():
            if not only or name == only:
                self.writes(name, lambda value, encode=encode: message(encode(value)))  # type: ignore[misc]

    def writes_jointly(self, joint: Joint) -> None:
        """Write several described properties by one message."""
        self._joint = joint
        for name in joint.names:
            self.writes(name, lambda value, name=name: joint.write({name: value}))  # type: ignore[misc]

    def together(self) -> None:
        """Have the properties that were carried so far set by one message where they are asked."""
        fields, message = dict(self._fields), self.place.message

        def write(values: Mapping[str, Value]) -> Publish:
            try:
                return message({fields[n][0]: fields[n][1](v) for n, v in values.items()})
            except KeyError as error:
                raise UnwritableError(f"takes no {error}") from None

        if fields:
            self._joint = Joint(frozenset(fields), write)

    def does(
        self,
        action: str,
        write: Callable[[Value], Publish],
        *,
        title: str = "",
        argument: Property | None = None,
        parts: tuple[Property, ...] = (),
    ) -> None:
        """Add an action that publishes what `write` makes of its argument."""
        self._actions.append(Action(action, title or ACTIONS.get(action, ""), argument, parts))
        self._doers[action] = Writer(write)

    def signals(
        self, name: str, read: Callable[[Payload], str | None], choices: Iterable[str] = ()
    ) -> None:
        """Add a momentary event that the state tells."""
        self._signals.append(Signal(name, tuple(choices), SIGNALS.get(name, "")))
        self._listeners.append(Listener(self.place.topic, name, read))

    def trouble(self, where: str, reason: str) -> None:
        """Note what is not carried, and why."""
        self._troubles.append(Trouble(where, reason))

    def drawn(self, kind: DeviceType, *, order: str = "") -> Drawn:
        """Return the endpoint; `order` tells it apart from others of its name."""
        place = self.place
        part = Part(
            endpoint=Endpoint(
                self.endpoint,
                kind,
                self._name,
                tuple(self.properties),
                tuple(self._actions),
                tuple(self._signals),
            ),
            readers=tuple(self._readers),
            splitters=tuple(self._splitters),
            listeners=tuple(self._listeners),
            writers=self._writers,
            actions=self._doers,
            joint=self._joint,
            reach=place.reach,
            reach_key=place.base if place.reach else "",
            group=self.group,
            category=self._category,
            troubles=tuple(self._troubles),
        )
        key = "/".join(filter(None, (self._of, order or self.endpoint)))
        identity = f"zigbee2mqtt:{place.address}:{key}"
        return Drawn(Piece(identity, self.endpoint, key, part), tuple(self._carried))


def _reading(
    find: Callable[[Payload], object], codec: Codec
) -> Callable[[Payload], Value | Missing]:
    decode = codec.read

    def read(payload: Payload) -> Value | Missing:
        said = find(payload)
        return MISSING if said is MISSING else decode(said)

    return read
