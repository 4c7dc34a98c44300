"""Features of several parts: each part by itself where it is told, one command where it is not.

A part is set together with what its siblings were told last: some converters take but the whole.
Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#composite.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from drivers.mqtt.errors import UnwritableError, excerpt
from drivers.mqtt.part import Publish
from drivers.mqtt.payload import MISSING, Payload
from drivers.mqtt.zigbee2mqtt.plain import COMMAND, draw, parsed, titled
from drivers.mqtt.zigbee2mqtt.said import SET, Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Path, Place, Sketch, at
from hubd.model.device import DeviceType, Property
from hubd.model.value import Value, ValueType

_NESTED = "has parts of its own; asked in JSON"
_LIST = "a list; asked in JSON"
_SINGLE = frozenset({"numeric", "binary", "enum", "text"})


def composite(feature: Expose, place: Place, *, of: str = "") -> Iterator[Drawn]:
    """Yield the endpoints of a feature's parts."""
    parts = list(parts_of(feature))
    alone = len(parts) == 1 and parts[0][1].type in _SINGLE
    if not alone and not any(part.readable for _, part in parts):
        yield _one_command(feature, place, of)
        return
    whole = _Whole(feature, place, parts)
    for path, part in parts:
        name = f"{titled(feature)}: {titled(replace(part, endpoint=None)).lower()}"
        category = feature.category or ""
        sketch = Sketch(place, "_".join(path), name=name, category=category, of=of)
        kind = draw(sketch, part, path)
        if part.type in _SINGLE:
            whole.take(sketch, path)
        yield sketch.drawn(kind, order="/".join((feature.type, *path)))


def parts_of(feature: Expose, above: Path = ()) -> Iterator[tuple[Path, Expose]]:
    """Yield a composite's parts that have none of their own, each by its path in the state."""
    path = (*above, feature.key_within if above else feature.key)
    for part in feature.features or ():
        if part.type == "composite" and part.features:
            yield from parts_of(part, path)
        else:
            yield (*path, part.key_within), part


def _one_command(feature: Expose, place: Place, of: str) -> Drawn:
    """Return what is told nothing of: an action that takes its parts in one JSON object.

    Some of them begin something (a siren, a code's removal): none may be set by itself.
    """
    category = feature.category or ""
    sketch = Sketch(place, feature.key, name=titled(feature), category=category, of=of)
    arguments: list[Property] = []
    encoders: dict[str, Callable[[Value], object]] = {}
    for part in feature.features or ():
        path, key = (feature.key, part.key_within), part.key_within
        if part.type in _SINGLE:
            described, encoders[key] = _argument(part, place)
            arguments.append(described)
            sketch.credit(path, COMMAND)
        else:
            for inner, _ in parts_of(part, (feature.key,)) if part.features else ((path, part),):
                sketch.credit(inner, COMMAND, plain=_NESTED if part.features else _LIST)
    if not feature.features:
        sketch.credit((feature.key,), COMMAND)
    others = {p.key_within for p in feature.features or ()} - encoders.keys()

    def write(value: Value) -> Publish:
        said = parsed(value)
        if not isinstance(said, dict):
            raise UnwritableError(f"takes an object, not {excerpt(said)}")
        if strange := sorted(said.keys() - encoders.keys() - others):
            raise UnwritableError(f"knows no {strange[0]!r}, only {', '.join(encoders)}")
        asked = {k: encoders[k](v) if k in encoders else v for k, v in said.items()}
        return place.message({feature.key: asked})

    json = Property("Text.value", ValueType.STRING, writable=True, title="JSON")
    sketch.does(
        COMMAND,
        write,
        title=titled(feature).casefold(),
        argument=json,
        parts=tuple(arguments),
    )
    return sketch.drawn(DeviceType.GENERIC, order=f"{feature.type}/{feature.key}")


def _argument(part: Expose, place: Place) -> tuple[Property, Callable[[Value], object]]:
    """Return what a part of a command may be, and how it is written."""
    sketch = Sketch(place, part.key_within)
    draw(sketch, replace(part, access=part.access | SET), (part.key_within, ""))
    (prop,) = sketch.properties
    described = replace(prop, name=part.key_within, title=titled(part), assumed=False)
    return described, sketch.encoder(prop.name)


class _Whole:
    """What was told last of a feature's parts that can be set."""

    def __init__(self, feature: Expose, place: Place, parts: Sequence[tuple[Path, Expose]]) -> None:
        self._key, self._place = feature.key, place
        settable = [path for path, p in parts if p.settable and p.readable]
        self._finders = [(path, at(path)) for path in settable]
        self._told: dict[Path, object] = {}
        self._noted = not settable

    def take(self, sketch: Sketch, path: Path) -> None:
        """Have a part's endpoint set the whole, and one of them note what is told of it."""
        if not self._noted:
            sketch.splits(self._note)
            self._noted = True
        sketch.rewrite(lambda said: self._place.message(_grown({**self._told, path: said})))

    def _note(self, payload: Payload) -> Sequence[tuple[str, Value]]:
        for path, find in self._finders:
            said = find(payload)
            if said is not MISSING and said is not None:
                self._told[path] = said
        return ()


def _grown(values: Mapping[Path, object]) -> dict[str, object]:
    """Return the JSON object that has each value at its path."""
    whole: dict[str, object] = {}
    for path, value in values.items():
        below = whole
        for key in path[:-1]:
            branch = below.setdefault(key, {})
            assert isinstance(branch, dict)  # noqa: S101 - only leaves are values
            below = branch
        below[path[-1]] = value
    return whole
