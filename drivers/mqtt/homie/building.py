"""A Homie tree's parts: an endpoint for each node, and one for each value without a place in it."""

from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from drivers.kit.units import conversion, known
from drivers.mqtt.codec import Codec, mireds, number
from drivers.mqtt.errors import DiscoveryError
from drivers.mqtt.homie.color import HUE, SATURATION, Tint
from drivers.mqtt.homie.meaning import Meaning, kind_of, meaning, unit_of, words
from drivers.mqtt.homie.tree import HomieProperty, Node, Tree
from drivers.mqtt.homie.values import DATATYPES, NUMBERS, bounds, choices, codec, scaled
from drivers.mqtt.part import Joint, Part, Publish, Reach, Reader
from drivers.mqtt.payload import MISSING, Missing, Payload, rendered
from drivers.mqtt.sketch import Sketch, plain
from hubd.model.device import DeviceType, Trouble
from hubd.model.value import Value
from hubd.model.vocabulary import term

_PLAIN = frozenset(
    {"Number.value", "Text.value", "Select.option", "BooleanState.state", "Timestamp.value",
     "Duration.value"}
)  # fmt: skip
_STATES: Mapping[str, bool] = {
    "ready": True,
    "alert": True,
    "disconnected": False,
    "lost": False,
}
"""`init` says that it is not there yet, and `sleeping` neither that it is there nor that it is
gone: what was known before stands."""
_PRESSES = frozenset({"button", "press", "pressed", "click", "switch", "action"})
_STOP = frozenset({"stop", "STOP", "Stop"})


type Note = Callable[[str, bytes], None]
"""Takes a topic and what was read from it."""


def parts(tree: Tree, note: Note) -> Iterator[tuple[str, Part | Trouble]]:
    """Yield the name and the part of each endpoint of a device; `note` is told what is read."""
    taken: dict[str, Sketch] = {}
    reach = reach_of(tree)
    for node in tree.nodes:
        kind = kind_of(tree, node)
        for prop in node.properties:
            where = f"{node.id}/{prop.id}"
            try:
                _draw(taken, tree, node, kind, prop)
            except DiscoveryError as error:
                yield where, Trouble(where, error.what)
    for name, sketch in taken.items():
        part = sketch.part(reach=reach)
        yield name, replace(part, readers=tuple(_noted(reader, note) for reader in part.readers))


def _noted(reader: Reader, note: Note) -> Reader:
    read, topic = reader.read, reader.topic

    def noted(payload: Payload) -> Value | Missing:
        note(topic, payload.raw)
        return read(payload)

    return replace(reader, read=noted)


def reach_of(tree: Tree) -> Reach:
    """Return where a device says that it is there; a part of another is lost with it."""
    topics = [f"{tree.base}/$state"]
    if tree.root:
        topics.append(f"{tree.base.rpartition('/')[0]}/{tree.root}/$state")
    return Reach(tuple((topic, _state) for topic in topics), "all")


def _state(payload: Payload) -> bool | Missing:
    return _STATES.get(payload.text, MISSING)


def _draw(
    taken: dict[str, Sketch], tree: Tree, node: Node, kind: DeviceType, prop: HomieProperty
) -> None:
    """Draw a property into its node's endpoint. Raises DiscoveryError."""
    topic = f"{tree.base}/{node.id}/{prop.id}"
    if not prop.retained and not prop.settable:
        _signal(taken, node, prop, topic)
        return
    means = meaning(kind, prop)
    if prop.datatype == "color" and prop.settable:
        tint = Tint(prop.format, named=tree.nul)
        _tint(_place(taken, node, prop, means), tint, topic)
        return
    values, shape = _values(prop, means)
    sketch = _place(taken, node, prop, means)
    if prop.datatype not in DATATYPES:
        sketch.trouble(f"{prop.id}: its datatype {prop.datatype!r} is not known; taken as text")
    write = _writing(topic, values) if prop.settable else None
    sketch.property(means.name, [(topic, plain(values))] if prop.retained else [], write, shape)
    if kind is DeviceType.WINDOW_COVERING and prop.settable and prop.datatype == "enum":
        stop = next((word for word in choices(prop) if word in _STOP), None)
        if stop is not None:
            sketch.action("WindowCovering.stop", Publish(f"{topic}/set", stop.encode()))


def _place(taken: dict[str, Sketch], node: Node, prop: HomieProperty, means: Meaning) -> Sketch:
    """Return the endpoint of a property: its node's, or its own if it is plain or there already."""
    if means.name not in _PLAIN:
        sketch = taken.get(node.id)
        if sketch is None:
            sketch = taken[node.id] = Sketch(node.id, means.kind, node.name)
        if not sketch.has(means.name):
            sketch.kind = _richer(sketch.kind, means.kind)
            return sketch
    own = node.id if node.id == prop.id and node.id not in taken else f"{node.id}_{prop.id}"
    while own in taken:
        own += "_"
    name = " ".join(filter(None, (node.name, prop.name or prop.id)))
    taken[own] = sketch = Sketch(own, means.kind, name)
    return sketch


_LIGHTS = (
    DeviceType.ON_OFF_LIGHT,
    DeviceType.DIMMABLE_LIGHT,
    DeviceType.COLOR_TEMPERATURE_LIGHT,
    DeviceType.EXTENDED_COLOR_LIGHT,
)
_DRIVEN = (DeviceType.ON_OFF_PLUG, *_LIGHTS)


def _richer(one: DeviceType, other: DeviceType) -> DeviceType:
    """Return the kind that says more of an endpoint: what it does goes before what it senses."""
    if one in _DRIVEN and other in _DRIVEN:
        return max(one, other, key=_DRIVEN.index)
    return other if other in _DRIVEN else one


def _values(prop: HomieProperty, means: Meaning) -> tuple[Codec, dict[str, object]]:
    """Return how a property's values are read and written in the vocabulary's unit, and its shape.

    Raises DiscoveryError.
    """
    if means.scaled:
        return scaled(prop), {}
    if means.name == "ColorControl.colorTemperature":
        return _warmth(prop)
    if prop.datatype == "enum":
        return codec(prop), {"choices": choices(prop)}
    if prop.datatype not in NUMBERS:
        return codec(prop), {}
    return _number(prop, means)


def _number(prop: HomieProperty, means: Meaning) -> tuple[Codec, dict[str, object]]:
    unit, wanted = unit_of(prop), term(means.name).unit
    if wanted and not known(unit, wanted):
        raise DiscoveryError(f"its unit {prop.unit!r} is no {wanted}")
    scale, offset = conversion(unit, wanted) if wanted else (1.0, 0.0)
    low, high, step = bounds(prop)
    limits = [None if n is None else round(n * scale + offset, 3) for n in (low, high)]
    shape: dict[str, object] = {} if wanted or not unit else {"unit": unit}
    if not prop.settable:
        return number(scale, offset), shape
    told = {"minimum": limits[0], "maximum": limits[1], "step": step and round(step * scale, 3)}
    whole = prop.datatype == "integer"
    fitting = number(scale, offset, whole=whole, low=limits[0], high=limits[1])
    return fitting, {**shape, **{k: v for k, v in told.items() if v is not None}}


def _warmth(prop: HomieProperty) -> tuple[Codec, dict[str, object]]:
    """Return the codec of a colour temperature: kelvins, or mireds where its numbers are small."""
    low, high, _ = bounds(prop)
    small = prop.unit.startswith("mired") or (high is not None and high <= 1000)
    if not small:
        shape = {"minimum": low, "maximum": high}
        return number(whole=True, low=low, high=high), {k: v for k, v in shape.items() if v}
    limits = {"minimum": high and 1e6 / high, "maximum": low and 1e6 / low}
    return mireds(), {k: float(round(v)) for k, v in limits.items() if v}


def _writing(topic: str, values: Codec) -> Callable[[Value], Publish]:
    encode, target = values.write, f"{topic}/set"
    return lambda value: Publish(target, rendered(encode(value)).encode())


def _tint(sketch: Sketch, tint: Tint, topic: str) -> None:
    def write(values: Mapping[str, Value]) -> Publish:
        return Publish(f"{topic}/set", tint.write(values).encode())

    for place, name in enumerate((HUE, SATURATION)):
        sketch.property(
            name,
            [(topic, lambda payload, place=place: tint.read(payload)[place])],  # type: ignore[misc]
            lambda value, name=name: write({name: value}),  # type: ignore[misc]
        )
    sketch.writes_jointly(Joint(frozenset({HUE, SATURATION}), write))


def _signal(taken: dict[str, Sketch], node: Node, prop: HomieProperty, topic: str) -> None:
    """Draw what only happens: a value that is not retained says that it happened now."""
    pressed = bool(_PRESSES & set(words(node.type, node.id, prop.id, prop.name)))
    name = f"{node.id}_{prop.id}"
    kind = DeviceType.GENERIC_SWITCH if pressed else DeviceType.GENERIC
    taken[name] = sketch = Sketch(name, kind, prop.name or node.name)
    read = codec(prop).read

    def happened(payload: Payload) -> str | None:
        value = read(payload.text)
        return None if value is MISSING or value is None else rendered(_word(value))

    listed = choices(prop) if prop.datatype == "enum" else ()
    sketch.signal("Switch.pressed" if pressed else "Event.happened", [topic], happened, listed)


def _word(value: Value) -> Value:
    """Return a value as the protocol writes it."""
    return str(value).lower() if isinstance(value, bool) else value
