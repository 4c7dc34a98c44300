"""Lights that tell and take everything in one JSON object.

Source: https://www.home-assistant.io/integrations/light.mqtt/#json-schema.
"""

from collections.abc import Mapping, Sequence

import msgspec

from drivers.mqtt.codec import either, steps, text
from drivers.mqtt.components.light_traits import kelvins, light_type, warmth
from drivers.mqtt.draft import Draft
from drivers.mqtt.errors import UnreadableError, UnwritableError, excerpt
from drivers.mqtt.part import Joint, Publish
from drivers.mqtt.payload import MISSING, Payload
from drivers.mqtt.tint import COLORED, Tint
from hubd.model.device import DeviceType
from hubd.model.value import Value

_ON, _LEVEL, _KELVIN = "OnOff.on", "LevelControl.level", "ColorControl.colorTemperature"
_HUE, _SATURATION, _EFFECT = "ColorControl.hue", "ColorControl.saturation", "Light.effect"
_X, _Y, _MODE = "ColorControl.x", "ColorControl.y", "ColorControl.mode"
_encode = msgspec.json.encode


def json_light(draft: Draft) -> DeviceType:
    """Add what the light can do, read from one topic and written by one message."""
    options = draft.options
    state, command = options.topic("state_topic"), options.target("command_topic")
    modes = _modes(draft)
    names = _names(draft, modes)
    shapes: dict[str, Mapping[str, object]] = {_KELVIN: kelvins(options)}
    if effects := options.texts("effect_list"):
        shapes[_EFFECT] = {"choices": effects}
    fades = options.flag("transition", default=True)
    if fades:
        for name in names:
            if name != _EFFECT:
                shapes[name] = {**shapes.get(name, {}), "transition": True}
    for name in names:
        assumed = bool(command) and (draft.optimistic or not state)
        draft.add(name, writable=bool(command), assumed=assumed, shape=shapes.get(name))
    if state and modes & COLORED and "color_temp" in modes:
        draft.add(_MODE, shape={"choices": tuple(sorted(modes))})
    light = _JsonLight(draft, command, modes, frozenset(names))
    if state:
        draft.splits(state, light.read)
    if command:
        draft.writes_jointly(Joint(frozenset(names), light.write, light.fade if fades else None))
    else:
        draft.trouble("has no command_topic")
    return light_type(draft)


def _modes(draft: Draft) -> frozenset[str]:
    """Return the colour modes; older devices name them by flags of their own."""
    options = draft.options
    modes = set(options.texts("supported_color_modes"))
    modes |= {m for m in ("color_temp", "hs", "xy", "rgb") if options.flag(m)}
    if options.flag("brightness") and not modes:
        modes.add("brightness")
    return frozenset(modes or {"onoff"})


def _names(draft: Draft, modes: frozenset[str]) -> list[str]:
    """Return the names of the properties that lights of these colour modes have."""
    colored = bool(modes & COLORED)
    effects = draft.options.flag("effect") or "effect_list" in draft.options
    has = {
        _ON: True,
        _LEVEL: modes != {"onoff"},
        _KELVIN: "color_temp" in modes,
        _HUE: colored,
        _SATURATION: colored,
        _X: "xy" in modes,
        _Y: "xy" in modes,
        _EFFECT: effects,
    }
    return [name for name, there in has.items() if there]


class _JsonLight:
    """Reads and writes one light's JSON."""

    def __init__(
        self, draft: Draft, topic: str, modes: frozenset[str], names: frozenset[str]
    ) -> None:
        level = steps(0, draft.options.number("brightness_scale", 255))
        kelvin = warmth(draft.options)
        effects = text(draft.options.texts("effect_list"))
        codecs = {
            "state": (_ON, either(yes="ON", no="OFF")),
            "brightness": (_LEVEL, level),
            "effect": (_EFFECT, effects),
            "color_mode": (_MODE, text()),
        }
        told = names | ({_MODE} if draft.has(_MODE) else set())
        self._fields = [
            (key, name, codec.read) for key, (name, codec) in codecs.items() if name in told
        ]
        self._read_kelvin = kelvin.read if _KELVIN in names else None
        self._writes = {
            _LEVEL: ("brightness", level.write),
            _KELVIN: ("color_temp", kelvin.write),
            _EFFECT: ("effect", effects.write),
        }
        self._names = names
        self._tint = Tint(modes)
        self._topic = topic
        self._message = draft.message
        self._on = draft.message(topic, b'{"state":"ON"}')
        self._off = draft.message(topic, b'{"state":"OFF"}')

    def read(self, payload: Payload) -> Sequence[tuple[str, Value]]:
        """Return what the light says. Raises UnreadableError."""
        said = payload.json
        if type(said) is not dict:
            raise UnreadableError(f"not a JSON object: {excerpt(payload.raw)}")
        out: list[tuple[str, Value]] = []
        for key, name, read in self._fields:
            if key in said and (value := read(said[key])) is not MISSING:
                out.append((name, value))
        warm = said.get("color_mode", "color_temp") == "color_temp"
        if warm and self._read_kelvin is not None and "color_temp" in said:
            kelvin = self._read_kelvin(said["color_temp"])
            if kelvin is not MISSING:
                out.append((_KELVIN, kelvin))
        tint = said.get("color")
        if type(tint) is dict and _HUE in self._names and said.get("color_mode") != "color_temp":
            out += self._tint.read(tint)
        return out

    def write(self, values: Mapping[str, Value]) -> Publish:
        """Return the message that asks for `values`. Raises UnwritableError."""
        if values.get(_ON) is False:
            if len(values) > 1:
                raise UnwritableError("is being turned off, and takes nothing else with it")
            return self._off
        if len(values) == 1 and _ON in values:
            return self._on
        return self._message(self._topic, _encode(self._lit(values)))

    def fade(self, values: Mapping[str, Value], over_s: float) -> Publish:
        """Return the message that asks for `values` within `over_s`. Raises UnwritableError."""
        if values.get(_ON) is False:
            if len(values) > 1:
                raise UnwritableError("is being turned off, and takes nothing else with it")
            said: dict[str, object] = {"state": "OFF"}
        else:
            said = self._lit(values)
        return self._message(self._topic, _encode({**said, "transition": over_s}))

    def _lit(self, values: Mapping[str, Value]) -> dict[str, object]:
        """Return what a light that is on is told."""
        said: dict[str, object] = {"state": "ON"}
        for name, value in values.items():
            if (field := self._writes.get(name)) is not None:
                said[field[0]] = field[1](value)
            elif name != _ON and "color" not in said:
                said["color"] = self._tint.written(values)
        return said
