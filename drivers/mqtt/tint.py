"""The colour of a light in JSON, in whichever of its forms the light tells and takes it."""

from collections.abc import Mapping

from drivers.kit import color
from drivers.mqtt.codec import number
from drivers.mqtt.errors import UnwritableError, excerpt
from hubd.model.value import Value

COLORED = frozenset({"hs", "xy", "rgb", "rgbw", "rgbww"})
"""The colour modes that are coloured, as Home Assistant names them."""
_HUE, _SATURATION = "ColorControl.hue", "ColorControl.saturation"
_X, _Y = "ColorControl.x", "ColorControl.y"
_FORMS = (("h", "s"), ("hue", "saturation"), ("x", "y"), ("r", "g", "b"))
_number = number().read


class Tint:
    """Reads and writes one light's colour. Keeps what was told last: half of one can be asked."""

    def __init__(self, modes: frozenset[str], *, hue: str = "h", saturation: str = "s") -> None:
        """Take the light's colour `modes`; `hue` and `saturation` are the keys that it takes."""
        self._modes = modes
        self._keys = (hue, saturation)
        self._told: dict[str, Value] = {_HUE: 0.0, _SATURATION: 100.0, _X: 0.3127, _Y: 0.329}

    def read(self, said: Mapping[str, object]) -> list[tuple[str, Value]]:
        """Return what a JSON colour says, by property."""
        forms: dict[str, list[float]] = {}
        for form in _FORMS:
            values = [v for v in (_number(said.get(key)) for key in form) if isinstance(v, float)]
            if len(values) == len(form):
                forms[form[0]] = values
        out: list[tuple[str, Value]] = []
        if "x" in forms and "xy" in self._modes:
            out += zip((_X, _Y), forms["x"], strict=True)
        if pair := forms.get("h") or forms.get("hue"):
            hue, saturation = pair
        elif point := forms.get("x"):
            hue, saturation = color.hue_saturation_of_xy(*point)
        elif primaries := forms.get("r"):
            hue, saturation = color.hue_saturation(*primaries)
        else:
            self._told.update(out)
            return out
        out += [(_HUE, hue), (_SATURATION, saturation)]
        self._told.update(out)
        return out

    def written(self, values: Mapping[str, Value]) -> Mapping[str, object]:
        """Return the JSON colour; what of it is not asked stays as it was told last.

        Raises UnwritableError.
        """
        if _X in values or _Y in values:
            return {"x": round(self._asked(_X, values), 4), "y": round(self._asked(_Y, values), 4)}
        hue, saturation = self._asked(_HUE, values), self._asked(_SATURATION, values)
        if "hs" in self._modes:
            return dict(zip(self._keys, (hue, saturation), strict=True))
        if "xy" in self._modes:
            x, y = color.xy(hue, saturation)
            return {"x": x, "y": y}
        red, green, blue = color.rgb(hue, saturation)
        whites = {"rgbw": {"w": 0}, "rgbww": {"c": 0, "w": 0}}
        extra = next((whites[m] for m in ("rgbww", "rgbw") if m in self._modes), {})
        return {"r": red, "g": green, "b": blue, **extra}

    def _asked(self, name: str, values: Mapping[str, Value]) -> float:
        value = values.get(name, self._told[name])
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnwritableError(f"takes a number for {name}, not {excerpt(value)}")
        return float(value)
