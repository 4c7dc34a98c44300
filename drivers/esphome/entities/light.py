"""Lights, in all colour modes.

A mode is a set of capabilities; a lamp is in one of its modes at a time. `brightness` is that of
the whole lamp, `color_brightness` that of its coloured part. Colour temperatures are in mireds.
"""

import colorsys

from aioesphomeapi import (
    APIVersion,
    ColorMode,
    LightColorCapability,
    LightInfo,
    LightState,
)
from aioesphomeapi.client import APIClient
from msgspec import Struct

from drivers.esphome.entity import (
    Entity,
    Order,
    Values,
    Wish,
    choice,
    endpoint,
    flag,
    measured,
    number,
    percent,
    prop,
    settable,
    share,
    told,
    trouble,
    words,
)
from drivers.kit import color
from hubd.model.device import DeviceType, Property
from hubd.model.value import Value

_ON, _LEVEL, _KELVIN = "OnOff.on", "LevelControl.level", "ColorControl.colorTemperature"
_HUE, _SATURATION = "ColorControl.hue", "ColorControl.saturation"
_MODE, _EFFECT = "ColorControl.mode", "Light.effect"

_BRIGHTNESS = int(LightColorCapability.BRIGHTNESS)
_WHITE = int(LightColorCapability.WHITE)
_WARMTH = int(LightColorCapability.COLOR_TEMPERATURE)
_TWO_WHITES = int(LightColorCapability.COLD_WARM_WHITE)
_RGB = int(LightColorCapability.RGB)
_MODES = {
    int(ColorMode.ON_OFF): "onoff",
    int(ColorMode.LEGACY_BRIGHTNESS): "brightness",
    int(ColorMode.BRIGHTNESS): "brightness",
    int(ColorMode.WHITE): "white",
    int(ColorMode.COLOR_TEMPERATURE): "color_temp",
    int(ColorMode.COLD_WARM_WHITE): "color_temp",
    int(ColorMode.RGB): "rgb",
    int(ColorMode.RGB_WHITE): "rgbw",
    int(ColorMode.RGB_COLOR_TEMPERATURE): "rgbww",
    int(ColorMode.RGB_COLD_WARM_WHITE): "rgbww",
}
"""A mode -> its name, as lights over MQTT call it."""
_NAMES_MODES = APIVersion(1, 6)
"""From this version of the API on, lights say and take their mode."""
_NO_EFFECT = "None"


def light(info: LightInfo, api: APIVersion) -> Entity:
    """Return a light as an endpoint."""
    lamp = _Lamp(
        info.key,
        info.device_id,
        tuple(int(mode) for mode in info.supported_color_modes_compat(api)),
        api >= _NAMES_MODES,
        tuple(dict.fromkeys((_NO_EFFECT, *info.effects))) if info.effects else (),
    )
    troubles = []
    if any(m & _RGB and m & _WHITE for m in lamp.modes):
        troubles.append(
            trouble(info, "light", "its white can't be set beside its colours; they make white")
        )
    return Entity(
        endpoint(info, "light", lamp.type(), properties=lamp.properties(info)),
        told(LightState, lamp.read),
        lamp.write,
        troubles=tuple(troubles),
    )


class _Tint(Struct, frozen=True):
    """What of a command concerns the colour; None is left as it is."""

    mode: int | None = None
    rgb: tuple[float, float, float] | None = None
    rgb_share: float | None = None
    white: float | None = None
    two_whites: float | None = None
    mireds: float | None = None


class _Lamp(Struct, frozen=True):
    """A light, by what it can do."""

    key: int
    device: int
    modes: tuple[int, ...]
    names_modes: bool
    effects: tuple[str, ...]

    def can(self, capability: int) -> bool:
        return any(mode & capability for mode in self.modes)

    def type(self) -> DeviceType:
        if self.can(_RGB):
            return DeviceType.EXTENDED_COLOR_LIGHT
        if self.can(_WARMTH | _TWO_WHITES):
            return DeviceType.COLOR_TEMPERATURE_LIGHT
        return DeviceType.DIMMABLE_LIGHT if self.can(_BRIGHTNESS) else DeviceType.ON_OFF_LIGHT

    def properties(self, info: LightInfo) -> list[Property]:
        out = [settable(_ON, transition=True)]
        if self.can(_BRIGHTNESS):
            out.append(settable(_LEVEL, transition=True))
        if self.can(_WARMTH | _TWO_WHITES):
            bounds = {
                name: float(round(1e6 / mireds))
                for name, mireds in (("minimum", info.max_mireds), ("maximum", info.min_mireds))
                if mireds >= 1
            }
            out.append(settable(_KELVIN, transition=True, **bounds))
        if self.can(_RGB):
            out.append(settable(_HUE, transition=True))
            out.append(settable(_SATURATION, transition=True))
        if self.names_modes and len(names := self._mode_names()) > 1:
            out.append(prop(_MODE, choices=names))
        if self.effects:
            out.append(settable(_EFFECT, choices=self.effects))
        return out

    def _mode_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_MODES[m] for m in self.modes if m in _MODES))

    def read(self, state: LightState) -> Values:
        """Return what a state says, as far as the mode that the lamp is in gives it a meaning."""
        mode = int(state.color_mode)
        if not mode:
            for other in self.modes:
                mode |= other
        out: list[tuple[str, Value]] = [(_ON, state.state)]
        if self.can(_BRIGHTNESS):
            out.append((_LEVEL, percent(state.brightness)))
        colored = bool(mode & _RGB) and (not self.names_modes or state.color_brightness > 0)
        warm = bool(mode & (_WARMTH | _TWO_WHITES)) and not (colored and self.names_modes)
        if warm and self.can(_WARMTH | _TWO_WHITES):
            mireds = measured(state.color_temperature)
            out.append((_KELVIN, round(1e6 / mireds, 1) if mireds and mireds >= 1 else None))
        primaries = [measured(c) for c in (state.red, state.green, state.blue)]
        if colored and self.can(_RGB):
            red, green, blue = (max(0.0, c or 0.0) for c in primaries)
            hue, saturation = color.hue_saturation(red, green, blue)
            out += [(_HUE, hue), (_SATURATION, saturation)]
        if self.names_modes and len(self._mode_names()) > 1:
            out.append((_MODE, _MODES.get(int(state.color_mode))))
        if self.effects:
            out.append((_EFFECT, words(state.effect) or _NO_EFFECT))
        return out

    def write(self, wish: Wish) -> Order:
        """Return the call that asks for a wish. Raises RefusedError."""
        values = wish.values
        on = flag(values[_ON]) if _ON in values else None
        level = share(values[_LEVEL]) if _LEVEL in values else None
        effect = None
        if _EFFECT in values:
            effect = choice(values[_EFFECT], {name: name for name in self.effects})
        tint = self._tint(wish)

        def order(client: APIClient) -> None:
            client.light_command(
                self.key,
                state=on,
                brightness=level,
                color_mode=tint.mode if self.names_modes else None,
                color_brightness=tint.rgb_share if self.names_modes else None,
                rgb=tint.rgb,
                white=tint.white,
                color_temperature=tint.mireds,
                cold_white=tint.two_whites,
                warm_white=tint.two_whites,
                transition_length=wish.over_s,
                effect=effect,
                device_id=self.device,
            )

        return order

    def _tint(self, wish: Wish) -> _Tint:
        """Return what is to be done to the colour. A hue goes before a warmth."""
        values = wish.values
        if _HUE in values or _SATURATION in values:
            hue = number(values.get(_HUE, wish.known.get(_HUE) or 0.0), 0, 360)
            kept = wish.known.get(_SATURATION)
            saturation = share(values.get(_SATURATION, 100.0 if kept is None else kept))
            mode = self._simplest(_RGB)
            return _Tint(
                mode,
                rgb=colorsys.hsv_to_rgb(hue / 360 % 1, saturation, 1.0),
                rgb_share=1.0,
                white=0.0 if mode & _WHITE else None,
                two_whites=0.0 if mode & _TWO_WHITES else None,
            )
        if _KELVIN in values:
            mode = self._simplest(_WARMTH, _TWO_WHITES)
            return _Tint(
                mode,
                rgb_share=0.0 if mode & _RGB else None,
                white=1.0 if mode & _RGB and mode & _WHITE else None,
                mireds=1e6 / number(values[_KELVIN], 500, 20000),
            )
        return _Tint()

    def _simplest(self, *capabilities: int) -> int:
        """Return the mode of the fewest capabilities that has one of these, the first if it can."""
        for capability in capabilities:
            having = [mode for mode in self.modes if mode & capability]
            if having:
                return min(having, key=lambda mode: mode.bit_count())
        return 0
