"""Lights: on, level, warmth and colour, told and taken together.

Levels are 0-254 on the wire, or as the feature says; warmth is in mireds; colour is CIE xy or hue
and saturation. Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#light and
.../mqtt_topics_and_messages.html (`transition`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from drivers.mqtt.codec import Codec, mireds, steps
from drivers.mqtt.errors import UnwritableError
from drivers.mqtt.part import Joint, Publish
from drivers.mqtt.payload import MISSING, Payload
from drivers.mqtt.tint import Tint
from drivers.mqtt.zigbee2mqtt.composite import composite
from drivers.mqtt.zigbee2mqtt.plain import choices, plain, states
from drivers.mqtt.zigbee2mqtt.said import Expose
from drivers.mqtt.zigbee2mqtt.sketch import TWICE, Drawn, Place, Sketch, record
from hubd.model.device import DeviceType
from hubd.model.value import Value

_ON, _LEVEL, _KELVIN = "OnOff.on", "LevelControl.level", "ColorControl.colorTemperature"
_HUE, _SATURATION = "ColorControl.hue", "ColorControl.saturation"
_X, _Y, _MODE, _EFFECT = "ColorControl.x", "ColorControl.y", "ColorControl.mode", "Light.effect"
_TINTS = {"color_xy": "xy", "color_hs": "hs"}
_OFF_ALONE = "is being turned off, and takes nothing else with it"


def light(lamp: Expose, place: Place, effect: Expose | None) -> Iterator[Drawn]:
    """Yield the light's endpoint, with its `effect` if it has one, and those of its settings."""
    features = {f.name or "": f for f in lamp.features or ()}
    title = "" if lamp.endpoint is None else str(lamp.endpoint)
    drawing = _Light(Sketch(place, lamp.of_endpoint, name=title, of="light"))
    if (state := features.pop("state", None)) is not None:
        drawing.switch(state)
    if (level := features.pop("brightness", None)) is not None:
        drawing.level(level)
    if (warmth := features.pop("color_temp", None)) is not None:
        drawing.warmth(warmth)
    tints = [features.pop(name) for name in _TINTS if name in features]
    if tints:
        drawing.tint(tints, mode=warmth is not None)
    if effect is not None:
        drawing.effect(effect)
    yield drawing.drawn()
    for feature in features.values():
        if feature.type == "composite":
            yield from composite(feature, place, of="light")
        else:
            yield plain(feature, place, of="light")


class _Light:
    """One light: its features, as keys of the state and of the command."""

    def __init__(self, sketch: Sketch) -> None:
        self._sketch = sketch
        self._reads: list[tuple[str, str, Codec]] = []
        self._writes: dict[str, tuple[str, Callable[[Value], object]]] = {}
        self._switch: tuple[str, Callable[[Value], object]] | None = None
        self._tint = Tint(frozenset())
        self._tint_key = self._mode_key = self._warm_key = ""
        self._tints: frozenset[str] = frozenset()

    def switch(self, feature: Expose) -> None:
        """Add on and off."""
        codec = states(feature)
        self._has(feature, _ON, codec)
        if feature.settable:
            self._switch = (feature.key, codec.write)

    def level(self, feature: Expose) -> None:
        """Add how bright it is."""
        low = feature.value_min or 0
        high = 254 if feature.value_max is None else feature.value_max
        self._has(feature, _LEVEL, steps(low, high if high > low else low + 254))

    def warmth(self, feature: Expose) -> None:
        """Add its colour temperature."""
        shape = {}
        if feature.value_max:
            shape["minimum"] = float(round(1e6 / feature.value_max))
        if feature.value_min:
            shape["maximum"] = float(round(1e6 / feature.value_min))
        self._warm_key = feature.key
        self._has(feature, _KELVIN, mireds(), shape)

    def tint(self, features: Sequence[Expose], *, mode: bool) -> None:
        """Add its colour; `mode` tells whether it is coloured or white."""
        first = features[0]
        forms = frozenset(_TINTS[f.name or ""] for f in features)
        self._tint = Tint(forms, hue="hue", saturation="saturation")
        self._tint_key = first.key
        self._tints = frozenset({_HUE, _SATURATION} | ({_X, _Y} if "xy" in forms else set()))
        for name in (_HUE, _SATURATION, _X, _Y):
            if name in self._tints:
                shape = {"transition": True} if first.settable else {}
                self._sketch.add(first, name, shape=shape)
        parts = {"x": _X, "y": _Y, "hue": _HUE, "saturation": _SATURATION}
        for feature in features:
            for part in feature.features or ():
                name = parts.get(part.key_within, _HUE)
                self._sketch.credit((feature.key, part.key_within), name)
        if mode and first.readable:
            self._mode_key = first.key.replace("color", "color_mode", 1)
            both = ("color_temp", *sorted(forms))
            self._sketch.add(_readable(first), _MODE, shape={"choices": both})

    def effect(self, feature: Expose) -> None:
        """Add what it can be told to play."""
        codec = choices(feature.values)
        shape = {"choices": tuple(str(v) for v in feature.values), "transition": False}
        self._has(feature, _EFFECT, codec, shape, of="")

    def drawn(self) -> Drawn:
        """Return the endpoint."""
        sketch = self._sketch
        if self._reads or self._tint_key:
            sketch.splits(self._read)
        names = frozenset(self._writes) | (self._tints if self._takes_tint() else frozenset())
        if self._switch is not None:
            names |= {_ON}
        if names:
            sketch.writes_jointly(Joint(names, self._write, self._fade))
        kinds = (
            (_HUE, DeviceType.EXTENDED_COLOR_LIGHT),
            (_KELVIN, DeviceType.COLOR_TEMPERATURE_LIGHT),
            (_LEVEL, DeviceType.DIMMABLE_LIGHT),
        )
        kind = next((k for name, k in kinds if sketch.has(name)), DeviceType.ON_OFF_LIGHT)
        return sketch.drawn(kind)

    def _has(
        self,
        feature: Expose,
        name: str,
        codec: Codec,
        shape: Mapping[str, object] | None = None,
        *,
        of: str = "light",
    ) -> None:
        if self._sketch.has(name):
            self._sketch.credit((feature.key,), name, plain=TWICE, of=of)
            return
        fades = {"transition": True} if feature.settable else {}
        self._sketch.add(feature, name, shape={**fades, **(shape or {})})
        self._sketch.credit((feature.key,), name, of=of)
        if feature.readable:
            self._reads.append((feature.key, name, codec))
        if feature.settable and name != _ON:
            self._writes[name] = (feature.key, codec.write)

    def _takes_tint(self) -> bool:
        return any(p.name == _HUE and p.writable for p in self._sketch.properties)

    def _read(self, payload: Payload) -> Sequence[tuple[str, Value]]:
        said = record(payload)
        out: list[tuple[str, Value]] = []
        mode = said.get(self._mode_key) if self._mode_key else None
        for key, name, codec in self._reads:
            # While it is coloured, it tells the warmth that would come nearest.
            if key in said and not (key == self._warm_key and mode not in {None, "color_temp"}):
                value = codec.read(said[key])
                if value is not MISSING:
                    out.append((name, value))
        if isinstance(mode, str):
            out.append((_MODE, mode))
        tint = said.get(self._tint_key) if self._tint_key else None
        if isinstance(tint, dict) and mode != "color_temp":
            out += self._tint.read(tint)
        return out

    def _write(self, values: Mapping[str, Value]) -> Publish:
        return self._sketch.place.message(self._said(values))

    def _fade(self, values: Mapping[str, Value], over_s: float) -> Publish:
        return self._sketch.place.message({**self._said(values), "transition": over_s})

    def _said(self, values: Mapping[str, Value]) -> dict[str, object]:
        said: dict[str, object] = {}
        if self._switch is not None:
            key, encode = self._switch
            on = values.get(_ON, True)
            if on is False and len(values) > 1:
                raise UnwritableError(_OFF_ALONE)
            # What is set of a lamp that is off lights it: that is what is meant by it.
            said[key] = encode(on)
        for name, value in values.items():
            if (field := self._writes.get(name)) is not None:
                said[field[0]] = field[1](value)
            elif name in self._tints:
                said[self._tint_key] = self._tint.written(values)
        return said


def _readable(feature: Expose) -> Expose:
    """Return what is told with a feature, and cannot be set."""
    return Expose(feature.type, access=1)


def effect_of(lamp: Expose, exposes: Iterable[Expose]) -> Expose | None:
    """Return the effects of a light: those of its endpoint."""
    return next(
        (
            e
            for e in exposes
            if e.type == "enum"
            and e.name == "effect"
            and e.endpoint == lamp.endpoint
            and e.settable
        ),
        None,
    )
