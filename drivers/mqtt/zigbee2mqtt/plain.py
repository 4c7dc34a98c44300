"""Features that stand by themselves: numbers, two states, choices, texts, lists.

Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html (generic types).
"""

import math
from collections.abc import Iterable, Mapping

import msgspec

from drivers.kit.units import conversion
from drivers.mqtt.codec import Codec, number, text, tidy
from drivers.mqtt.errors import UnreadableError, UnwritableError, excerpt
from drivers.mqtt.payload import MISSING, Missing, rendered
from drivers.mqtt.zigbee2mqtt.quantities import flag_meaning, number_meaning, unit
from drivers.mqtt.zigbee2mqtt.said import Expose, Preset, Word
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Path, Place, Sketch
from hubd.model.device import DeviceType, Property
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import term

PRESS, COMMAND = "Button.press", "Command.send"
_SWITCHED = frozenset({"on", "off"})
_VALVED = frozenset({"open", "close", "closed"})
_BOLTED = frozenset({"lock", "unlock"})


def plain(feature: Expose, place: Place, *, of: str = "") -> Drawn:
    """Return the endpoint of a feature that stands by itself, if it is part `of` another too."""
    category = feature.category or ""
    sketch = Sketch(place, feature.of_endpoint, name=titled(feature), category=category, of=of)
    path = (feature.key,)
    return sketch.drawn(draw(sketch, feature, path), order=f"{feature.type}/{feature.key}")


def draw(sketch: Sketch, feature: Expose, path: Path) -> DeviceType:
    """Add a feature that is told at `path`; return the kind of endpoint that it makes."""
    match feature.type:
        case "numeric":
            return _number(sketch, feature, path)
        case "binary":
            return _flag(sketch, feature, path)
        case "enum":
            return _choice(sketch, feature, path)
        case "text":
            sketch.carry(feature, "Text.value", text(), path=path)
            return DeviceType.GENERIC
        case "list":
            return as_json(sketch, feature, path, "a list; shown as the device writes it")
        case kind:
            reason = f"of a type that is not known, {kind!r}; shown as the device writes it"
            return as_json(sketch, feature, path, reason)


def titled(feature: Expose) -> str:
    """Return a feature's name for people."""
    label = feature.label or (feature.name or "").replace("_", " ").capitalize()
    return label if feature.endpoint is None else f"{label} {feature.endpoint}".strip()


def quantity(
    feature: Expose, name: str, *, scale: float = 1.0, offset: float = 0.0, said: str = ""
) -> tuple[Codec, Mapping[str, object]]:
    """Return how a number is told and taken as the property `name`, and the property's shape.

    `scale` and `offset` turn what the device says into the property's unit; `said` is the unit
    where the property has none of its own.
    """
    usual = term(name)
    low, high = _bound(feature.value_min, scale, offset), _bound(feature.value_max, scale, offset)
    step = None if feature.value_step is None else round(abs(feature.value_step * scale), 6)
    shape: dict[str, object] = {
        "minimum": usual.minimum if low is None else low,
        "maximum": usual.maximum if high is None else high,
    }
    if step:
        shape["step"] = step
        if usual.tolerance:
            shape["tolerance"] = max(usual.tolerance, round(step / 2, 6))
    if said and not usual.unit:
        shape["unit"] = said
    codec = number(scale, offset, low=low, high=high) if feature.settable else number(scale, offset)
    words = frozenset(w for w in _words(feature.presets))
    return (_wordy(codec, words) if words else codec), shape


def states(feature: Expose, *, inverted: bool = False) -> Codec:
    """Return the codec of two states, as the feature writes each.

    Where it writes truth values, true is yes, whichever of the two is called on; `inverted` turns
    either round.
    """
    on, off = _either(feature)
    if isinstance(on, bool) and isinstance(off, bool) and on is not off:
        on, off = True, False
    yes, no = (off, on) if inverted else (on, off)
    words: dict[str, Value] = {"true": not inverted, "false": inverted}
    words |= {_folded(yes): True, _folded(no): False}

    def decode(said: object) -> Value | Missing:
        if said is None or said is MISSING or said == "":
            return None if said is None else MISSING
        try:
            return words[_folded(said)]
        except KeyError:
            raise UnreadableError(f"says {excerpt(said)}, not {yes!r} or {no!r}") from None

    def encode(value: Value) -> object:
        if not isinstance(value, bool):
            raise UnwritableError(f"takes yes or no, not {excerpt(value)}")
        return yes if value else no

    return Codec(decode, encode)


def choices(words: Iterable[Word]) -> Codec:
    """Return the codec of a choice, whose words may be numbers on the wire."""
    written = {rendered(word): word for word in words}
    codec = text(tuple(written))

    def encode(value: Value) -> object:
        return written.get(str(codec.write(value)), value)

    return Codec(codec.read, encode)


def json_text() -> Codec:
    """Return the codec of something of several parts, which is shown as JSON."""

    def decode(said: object) -> Value | Missing:
        return None if said is None else msgspec.json.encode(said).decode()

    return Codec(decode, parsed)


def parsed(value: Value) -> object:
    """Return what JSON text says. Raises UnwritableError."""
    try:
        return msgspec.json.decode(str(value))
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnwritableError(f"takes JSON, and {excerpt(value)} is none: {error}") from None


def as_json(sketch: Sketch, feature: Expose, path: Path, reason: str) -> DeviceType:
    """Add a feature of several parts: shown as text, or, if it is never told, as an action."""
    if feature.settable and not feature.readable:
        command(sketch, feature, path)
        sketch.credit(path, COMMAND, plain=reason)
    else:
        sketch.carry(feature, "Text.value", json_text(), path=path, plain=reason)
    return DeviceType.GENERIC


def command(sketch: Sketch, feature: Expose, path: Path) -> None:
    """Add an action whose argument, in JSON, is what the feature is set to."""
    place, key = sketch.place, path[0]
    argument = Property("Text.value", ValueType.STRING, writable=True, title="JSON")
    sketch.does(
        COMMAND,
        lambda value: place.message({key: parsed(value)}),
        title=titled(feature).casefold(),
        argument=argument,
    )


def _number(sketch: Sketch, feature: Expose, path: Path) -> DeviceType:
    meaning = number_meaning(feature)
    said = unit(feature.unit)
    if meaning is None:
        codec, shape = quantity(feature, "Number.value", said=said)
        sketch.carry(feature, "Number.value", codec, path=path, shape=shape)
        return DeviceType.GENERIC
    if meaning.name.endswith("powerFactor") and not said:
        scale, offset = 100.0, 0.0  # converters tell it in per cent, or as a share of one
    else:
        scale, offset = conversion(said, term(meaning.name).unit)
    codec, shape = quantity(feature, meaning.name, scale=scale, offset=offset, said=said)
    sketch.carry(feature, meaning.name, codec, path=path, shape=shape)
    return meaning.kind


def _flag(sketch: Sketch, feature: Expose, path: Path) -> DeviceType:
    meaning = flag_meaning(feature)
    if meaning is not None:
        codec = states(feature, inverted=meaning.inverted)
        sketch.carry(feature, meaning.name, codec, path=path)
        return meaning.kind
    name, kind, inverted = "BooleanState.state", DeviceType.GENERIC, False
    words = {_folded(w) for w in _either(feature)}
    if (feature.name or "").split("_")[0] == "state" and len(path) == 1:
        if words <= _SWITCHED and feature.settable:
            name, kind = "OnOff.on", DeviceType.ON_OFF_PLUG
        elif words <= _VALVED and feature.settable:
            name, kind = "Valve.open", DeviceType.WATER_VALVE
        elif words <= _BOLTED:
            name, inverted = "DoorLock.locked", _folded(_either(feature)[0]) == "unlock"
    sketch.carry(feature, name, states(feature, inverted=inverted), path=path)
    return kind


def _choice(sketch: Sketch, feature: Expose, path: Path) -> DeviceType:
    if len(feature.values) == 1 and feature.settable and not feature.readable and len(path) == 1:
        message = sketch.place.message({path[0]: feature.values[0]})
        sketch.does(PRESS, lambda _argument: message, title=titled(feature).casefold())
        sketch.credit(path, PRESS)
        return DeviceType.GENERIC
    shape = {"choices": tuple(rendered(v) for v in feature.values)}
    sketch.carry(feature, "Select.option", choices(feature.values), path=path, shape=shape)
    return DeviceType.GENERIC


def _either(feature: Expose) -> tuple[Word, Word]:
    on = True if feature.value_on is None else feature.value_on
    off = False if feature.value_off is None else feature.value_off
    return on, off


def _folded(said: object) -> str:
    return rendered(said).casefold()


def _bound(said: float | None, scale: float, offset: float) -> float | None:
    if said is None or not math.isfinite(said):
        return None
    return float(tidy(said * scale + offset))


def _words(presets: tuple[Preset, ...] | dict[str, Preset] | None) -> Iterable[str]:
    """Yield the presets that are words: the device says them in place of a number."""
    each = presets.values() if isinstance(presets, dict) else presets or ()
    return (p.value for p in each if isinstance(p.value, str))


def _wordy(codec: Codec, words: frozenset[str]) -> Codec:
    """Return a number's codec to which `words` are no number."""
    read = codec.read
    return Codec(lambda said: None if said in words else read(said), codec.write)
