"""Features of several parts: each part by itself where it is told, one command where it is not.

A part is set together with what its siblings were told last: some converters take but the whole.
Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#composite.
"""

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from drivers.mqtt.part import Publish
from drivers.mqtt.payload import Payload
from drivers.mqtt.zigbee2mqtt.plain import COMMAND, as_json, command, draw, titled
from drivers.mqtt.zigbee2mqtt.said import Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place, Sketch, at
from hubd.model.device import DeviceType
from hubd.model.value import Value

_IN_COMMAND = "a part of one command; asked with the others as an action, in JSON"
_NESTED = "has parts of its own; shown as the device writes it"
_SINGLE = frozenset({"numeric", "binary", "enum", "text"})


def composite(feature: Expose, place: Place, *, of: str = "") -> Iterator[Drawn]:
    """Yield the endpoints of a feature's parts."""
    parts = feature.features or ()
    alone = len(parts) == 1 and parts[0].type in _SINGLE
    if not alone and not any(part.readable for part in parts):
        yield _one_command(feature, place, of)
        return
    whole = _Whole(feature, place)
    for part in parts:
        path = (feature.key, part.key)
        name = f"{titled(feature)}: {titled(replace(part, endpoint=None)).lower()}"
        sketch = Sketch(place, "_".join(path), name=name, category=feature.category or "", of=of)
        if part.type in _SINGLE:
            kind = draw(sketch, part, path)
        else:
            kind = as_json(sketch, part, path, _NESTED)
        whole.take(sketch, part)
        yield sketch.drawn(kind, order="/".join((feature.type, *path)))


def _one_command(feature: Expose, place: Place, of: str) -> Drawn:
    """Return what is told nothing of: an action that takes all its parts in one object.

    Some of them begin something (a siren, a code's removal): none may be set by itself.
    """
    category = feature.category or ""
    sketch = Sketch(place, feature.key, name=titled(feature), category=category, of=of)
    command(sketch, feature, (feature.key,))
    for part in feature.features or ():
        sketch.credit((feature.key, part.key), COMMAND, plain=_IN_COMMAND)
    if not feature.features:
        sketch.credit((feature.key,), COMMAND, plain=_IN_COMMAND)
    return sketch.drawn(DeviceType.GENERIC, order=f"{feature.type}/{feature.key}")


class _Whole:
    """What was told last of a feature's parts that can be set."""

    def __init__(self, feature: Expose, place: Place) -> None:
        self._key, self._place = feature.key, place
        self._parts = frozenset(p.key for p in feature.features or () if p.settable and p.readable)
        self._told: dict[str, object] = {}
        self._find = at((feature.key,))
        self._noted = not self._parts

    def take(self, sketch: Sketch, part: Expose) -> None:
        """Have a part's endpoint set the whole, and one of them note what is told of it."""
        if not self._noted:
            sketch.splits(self._note)
            self._noted = True
        sketch.rewrite(self._setting(part.key))

    def _note(self, payload: Payload) -> Sequence[tuple[str, Value]]:
        said = self._find(payload)
        if isinstance(said, dict):
            self._told.update({k: v for k, v in said.items() if k in self._parts})
        return ()

    def _setting(self, key: str) -> Callable[[object], Publish]:
        def message(said: object) -> Publish:
            return self._place.message({self._key: {**self._told, key: said}})

        return message
