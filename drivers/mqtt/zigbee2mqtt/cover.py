"""Covers: how far they are open, their tilt, and stopping.

Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#cover: position 0 is closed, 100 open.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from drivers.mqtt.codec import Codec, one_of, steps
from drivers.mqtt.errors import UnwritableError, excerpt
from drivers.mqtt.payload import rendered
from drivers.mqtt.zigbee2mqtt.plain import plain
from drivers.mqtt.zigbee2mqtt.said import SET, Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place, Sketch
from hubd.model.device import DeviceType
from hubd.model.value import Value

_POSITION, _TILT = "WindowCovering.position", "WindowCovering.tilt"
_OPERATION, _STOP = "WindowCovering.operation", "WindowCovering.stop"
_MEANT = {"open": "open", "close": "closed", "closed": "closed", "stop": "stopped"}
_ENDS: Mapping[str, Value] = {"open": 100.0, "closed": 0.0}


def cover(feature: Expose, place: Place) -> Iterator[Drawn]:
    """Yield the cover's endpoint, and those of its settings."""
    title = "" if feature.endpoint is None else str(feature.endpoint)
    sketch = Sketch(place, feature.of_endpoint, name=title, of="cover")
    others: list[Expose] = []
    features = {f.name: f for f in feature.features or ()}
    for part in feature.features or ():
        match part.name:
            case "state":
                _state(sketch, part, positioned="position" in features)
            case "position" | "tilt" as name:
                codec = steps(
                    0 if part.value_min is None else part.value_min,
                    100 if part.value_max is None else part.value_max,
                )
                wanted = _POSITION if name == "position" else _TILT
                sketch.carry(part, wanted, codec)
            case _:
                others.append(part)
    yield sketch.drawn(DeviceType.WINDOW_COVERING)
    for part in others:
        yield plain(part, place, of="cover")


def _state(sketch: Sketch, feature: Expose, *, positioned: bool) -> None:
    """Add what it does, stopping, and, where it tells no position, one end or the other."""
    words = {
        _MEANT[word.casefold()]: word
        for word in map(rendered, feature.values)
        if word.casefold() in _MEANT
    }
    told = replace(feature, access=feature.access & ~SET)
    if feature.readable:
        meant = {said: word for said, word in _MEANT.items() if word in words}
        codec = _folded(one_of({}, dict(meant)))
        sketch.carry(told, _OPERATION, codec, shape={"choices": tuple(words)})
    if (stop := words.get("stopped")) is not None and feature.settable:
        message = sketch.place.message({feature.key: stop})
        sketch.does(_STOP, lambda _argument: message)
    if not positioned:
        sketch.carry(feature, _POSITION, _ends(words), shape={"step": 100.0})


def _ends(words: Mapping[str, str]) -> Codec:
    """Return the codec of a cover that is told and tells no more than open or closed."""
    written = {end: words[word] for word, end in _ENDS.items() if word in words}
    reading = one_of({}, {said: _ENDS[word] for said, word in _MEANT.items() if word in _ENDS})

    def encode(value: Value) -> object:
        if isinstance(value, bool) or value not in written:
            raise UnwritableError(f"can only be opened (100) or closed (0), not {excerpt(value)}")
        return written[value]

    return Codec(_folded(reading.skipping({"stop"})).read, encode)


def _folded(codec: Codec) -> Codec:
    """Return a codec that reads words in capitals too."""
    read = codec.read
    return Codec(lambda said: read(said.casefold() if isinstance(said, str) else said), codec.write)
