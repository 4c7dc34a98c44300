"""The colours of lamps: Color Switch. Pure.

Source: Z-Wave application command class specification, section "Color Switch": components of 0-255.
A white's warmth is the share of its cold and its warm light.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit import color
from drivers.kit.errors import RefusedError
from drivers.zwave.function import Setting, Site, Values, Wish
from drivers.zwave.values import Key, NodeValue, number
from hubd.model.device import DeviceType, Property
from hubd.model.value import Value
from hubd.model.vocabulary import typical

COLOR = 51
WARM_K, COLD_K = 2700, 6500
"""What the two whites of a lamp are taken as; the protocol does not tell."""
_WARM, _COLD = "warmWhite", "coldWhite"
_RGB = ("red", "green", "blue")
_CODES = {0: _WARM, 1: _COLD, 2: "red", 3: "green", 4: "blue"}
_HUE, _SATURATION = "ColorControl.hue", "ColorControl.saturation"
_WARMTH, _MODE = "ColorControl.colorTemperature", "ColorControl.mode"


class Colors(Struct, frozen=True):
    """What a lamp's colours add to it. `kind` is None where they are no colours that are known."""

    current: Key
    target: NodeValue | None
    rgb: bool
    white: bool
    """It mixes a warm and a cold white."""
    parts: frozenset[str]
    used: frozenset[Key]

    @property
    def sources(self) -> frozenset[Key]:
        """The values that tell the colour."""
        return frozenset({self.current})

    @property
    def kind(self) -> DeviceType | None:
        """The kind of light that it makes."""
        if self.rgb:
            return DeviceType.EXTENDED_COLOR_LIGHT
        return DeviceType.COLOR_TEMPERATURE_LIGHT if self.white else None

    @property
    def properties(self) -> Sequence[Property]:
        """The properties that it adds."""
        settable = self.target is not None
        slow = self.target is not None and self.target.takes_time
        names = [*((_HUE, _SATURATION) if self.rgb else ()), *((_WARMTH,) if self.white else ())]
        told = [replace(typical(n, writable=settable), transition=slow) for n in names]
        if self.white:
            told[-1] = replace(told[-1], minimum=WARM_K, maximum=COLD_K)
        if self.rgb and self.white:
            told.append(replace(typical(_MODE), choices=("hs", "color_temp")))
        return told

    def read(self, values: Values) -> Iterable[tuple[str, Value]]:
        """Tell hue, saturation and warmth, as far as the lamp shows them."""
        said = values.get(self.current)
        parts = said if isinstance(said, Mapping) else {}
        level = {name: number(parts.get(name)) or 0.0 for name in self.parts}
        tinted = self.rgb and any(level[name] > 0 for name in _RGB)
        whitened = self.white and level[_WARM] + level[_COLD] > 0
        if tinted:
            hue, saturation = color.hue_saturation(*(level[name] for name in _RGB))
            yield _HUE, hue
            yield _SATURATION, saturation
        if whitened:
            yield _WARMTH, _warmth(level[_WARM], level[_COLD])
        if self.rgb and self.white:
            yield _MODE, "hs" if tinted else "color_temp" if whitened else None

    def write(self, wish: Wish) -> Sequence[Setting]:
        """Return what sets the wished colour; nothing if none is wished. Raises RefusedError."""
        wished = wish.properties
        if self.target is None:
            return ()
        said: dict[str, int] | None = None
        if self.rgb and (_HUE in wished or _SATURATION in wished):
            now = dict(self.read(wish.told))
            hue = _within(wished.get(_HUE, now.get(_HUE, 0.0)), 0, 360)
            saturation = _within(wished.get(_SATURATION, now.get(_SATURATION, 100.0)), 0, 100)
            said = dict(zip(_RGB, color.rgb(hue, saturation), strict=True))
        elif self.white and _WARMTH in wished:
            said = _whites(_within(wished[_WARMTH], WARM_K, COLD_K))
        if said is None:
            return ()
        over = wish.over_s if self.target.takes_time else None
        return (Setting(self.target.key, {**dict.fromkeys(self.parts, 0), **said}, over),)


def colors(site: Site) -> Colors | None:
    """Return what the Color Switch of a site adds to its lamp, or None if it has none."""
    current, target = site.find(COLOR, "currentColor"), site.find(COLOR, "targetColor")
    if current is None:
        return None
    parts = frozenset(
        name for code, name in _CODES.items() if site.find(COLOR, "currentColor", code)
    )
    rgb, white = parts.issuperset(_RGB), {_WARM, _COLD} <= parts
    shown = {*(_RGB if rgb else ()), *((_WARM, _COLD) if rgb or white else ())}
    alone = {code for code, name in _CODES.items() if name not in shown} | set(range(5, 9))
    used = {v.key for v in site.of(COLOR) if v.key.key not in alone}
    return Colors(
        current.key,
        target if target is not None and target.writable else None,
        rgb,
        white,
        parts & shown,
        frozenset(used),
    )


def _warmth(warm: float, cold: float) -> float:
    """Return the colour temperature of a mixture, in K, even in mireds."""
    share = cold / (warm + cold)
    mireds = 1e6 / WARM_K + (1e6 / COLD_K - 1e6 / WARM_K) * share
    return round(1e6 / mireds)


def _whites(kelvins: float) -> dict[str, int]:
    share = (1e6 / WARM_K - 1e6 / kelvins) / (1e6 / WARM_K - 1e6 / COLD_K)
    cold = round(255 * share)
    return {_COLD: cold, _WARM: 255 - cold}


def _within(value: Value, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise RefusedError(f"takes {low:g} to {high:g}, not {value!r}")
    return float(value)
