"""Homie's colours: hue and saturation out of RGB, HSV or CIE xyz, and back. Pure.

Version 5 writes `rgb,100,100,100`, version 4 the numbers alone. How bright a colour is has its own
property in some devices; what is written is as bright as what was told last.
"""

from collections.abc import Mapping, Sequence

from drivers.kit import color
from drivers.mqtt.codec import tidy, to_number
from drivers.mqtt.errors import DiscoveryError, UnreadableError, UnwritableError, excerpt
from drivers.mqtt.payload import Payload
from hubd.model.value import Value

HUE, SATURATION = "ColorControl.hue", "ColorControl.saturation"
FORMS = ("hsv", "rgb", "xyz")
_LONGEST = 100


class Tint:
    """One colour property; keeps what was told last, for half of it can be asked."""

    def __init__(self, said_format: str, *, named: bool) -> None:
        """Make it of a property's format. Raises DiscoveryError if none of it is known."""
        forms = [form.strip() for form in said_format.split(",")]
        form = next((form for form in FORMS if form in forms), None)
        if form is None:
            raise DiscoveryError(f"format is {excerpt(said_format)}, not {' or '.join(FORMS)}")
        self._form = form
        self._named = named
        self._told: tuple[float, float] = (0.0, 0.0)
        self._bright = 1.0

    def read(self, payload: Payload) -> tuple[float, float]:
        """Return hue (0-360 °) and saturation (0-100 %). Raises UnreadableError."""
        said = payload.text
        if len(said) > _LONGEST:
            raise UnreadableError(f"says {excerpt(said)}, not a colour")
        form, *parts = said.split(",") if self._named else [self._form, *said.split(",")]
        numbers = [n for n in map(to_number, parts) if isinstance(n, float) and abs(n) < 1e6]
        if len(parts) > 3 or len(numbers) != len(parts):
            raise UnreadableError(f"says {excerpt(said)}, not a colour")
        told, self._bright = _read(form, numbers, said)
        self._told = told
        return told

    def write(self, values: Mapping[str, Value]) -> str:
        """Return what asks for a hue, a saturation or both. Raises UnwritableError."""
        hue, saturation = (
            _checked(values.get(name, told), most)
            for name, told, most in ((HUE, self._told[0], 360), (SATURATION, self._told[1], 100))
        )
        numbers = self._written(hue, saturation)
        words = [str(tidy(round(n, 4))) for n in numbers]
        return ",".join([self._form, *words] if self._named else words)

    def _written(self, hue: float, saturation: float) -> Sequence[float]:
        bright = self._bright or 1.0
        match self._form:
            case "hsv":
                return round(hue), round(saturation), round(bright * 100)
            case "rgb":
                return [round(c * bright) for c in color.rgb(hue, saturation)]
        return color.xy(hue, saturation)


def _read(form: str, numbers: Sequence[float], said: str) -> tuple[tuple[float, float], float]:
    """Return hue and saturation, and how bright (0 to 1) they were told."""
    match form, numbers:
        case "hsv", [hue, saturation, value] if 0 <= hue <= 360 and 0 <= saturation <= 100:
            return (hue, saturation), min(1.0, max(0.0, value / 100))
        case "rgb", [red, green, blue] if min(numbers) >= 0:
            top = min(1.0, max(numbers) / 255)
            return color.hue_saturation(red, green, blue), top
        case "xyz", [x, y] if 0 <= x <= 1 and 0 <= y <= 1:
            return color.hue_saturation_of_xy(x, y), 1.0
    raise UnreadableError(f"says {excerpt(said)}, not a colour")


def _checked(value: Value, most: float) -> float:
    if isinstance(value, bool | str | None) or not 0 <= value <= most:
        raise UnwritableError(f"takes 0 to {most:g}, not {excerpt(value)}")
    return float(value)
