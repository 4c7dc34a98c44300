"""Units: how they are spelled, how they convert, and what they make when multiplied or divided."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

UNITS = (
    *("%", "°C", "°F", "K", "lx", "°", "ppm", "W", "kW", "Wh", "kWh", "V", "A", "mA", "hPa", "dB"),
    *("µg/m³", "mg/m³", "m", "m/s", "mm", "m³", "m³/h", "kg", "s", "Hz", "VA", "var", "dBm"),
)
_WORDS = {
    "percent": "%",
    "c": "°C",
    "°c": "°C",
    "℃": "°C",
    "celsius": "°C",
    "f": "°F",
    "°f": "°F",
    "fahrenheit": "°F",
    "k": "K",
    "kelvin": "K",
    "lux": "lx",
    "deg": "°",
    "degrees": "°",
    "ug/m³": "µg/m³",
    "ug/m3": "µg/m³",
    "µg/m3": "µg/m³",
    "watt": "W",
    "watts": "W",
}
SPELLED: Mapping[str, str] = {**{u.casefold(): u for u in UNITS}, **_WORDS}
"""All spellings of the units, case-folded -> the unit."""

DIFFERENCE = "°C difference"
"""The unit of one temperature less another: 2 °C and 2 K are both this much."""

_MADE_OF: dict[str, tuple[float, Mapping[str, int]]] = {
    "°C": (1.0, {"K": 1}),
    "°F": (5 / 9, {"K": 1}),
    DIFFERENCE: (1.0, {"K": 1}),
    "kW": (1e3, {"W": 1}),
    "Wh": (3.6e3, {"W": 1, "s": 1}),
    "kWh": (3.6e6, {"W": 1, "s": 1}),
    "mA": (1e-3, {"A": 1}),
    "mm": (1e-3, {"m": 1}),
    "m/s": (1.0, {"m": 1, "s": -1}),
    "m³/h": (1 / 3600, {"m³": 1, "s": -1}),
    "µg/m³": (1.0, {"µg": 1, "m³": -1}),
    "mg/m³": (1e3, {"µg": 1, "m³": -1}),
    "kg": (1e9, {"µg": 1}),
    "ms": (1e-3, {"s": 1}),
    "min": (60.0, {"s": 1}),
    "h": (3600.0, {"s": 1}),
    "day": (86400.0, {"s": 1}),
}
"""Unit -> how much it is of which others; a unit that is not here is made of itself."""

_TEMPERATURES = frozenset({"°C", "°F"})


class Unit(Struct, frozen=True):
    """A product of units with their exponents, sorted by name; empty for a plain number."""

    parts: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        """Return it as people write it: `%/lx`."""
        above = "·".join(_raised(name, power) for name, power in self.parts if power > 0)
        below = "/".join(_raised(name, -power) for name, power in self.parts if power < 0)
        return f"{above or '1'}/{below}" if below else above

    @property
    def is_temperature(self) -> bool:
        """Say whether it is that of a temperature, which is counted from no true zero."""
        return len(self.parts) == 1 and self.parts[0][0] in _TEMPERATURES and self.parts[0][1] == 1

    @property
    def is_difference(self) -> bool:
        """Say whether it is that of a difference of temperatures."""
        return self == UNIT_OF_DIFFERENCE


def _raised(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def unit(name: str) -> Unit:
    """Return the unit called `name`, one of UNITS, a unit of time, or "" for a plain number."""
    return Unit(((name, 1),)) if name else PLAIN


PLAIN = Unit()
UNIT_OF_DIFFERENCE = unit(DIFFERENCE)
_KELVIN = unit("K")


class Conversion(Struct, frozen=True):
    """How a number in one unit becomes one in another: `(number + offset) * factor`."""

    offset: float = 0.0
    factor: float = 1.0

    def __call__(self, number: float) -> float:
        """Return `number` in the other unit."""
        return (number + self.offset) * self.factor


_SAME = Conversion()


def conversion(of: Unit, to: Unit) -> Conversion | None:
    """Return how a number in `of` becomes one in `to`; None if they do not fit.

    A temperature may stand for a difference ("2 °C warmer"), a difference for no temperature.
    """
    if of == to:
        return _SAME
    if to.is_temperature:
        if not of.is_temperature:
            return None
        return Conversion(-32, 5 / 9) if to == unit("°C") else Conversion(160 / 9, 9 / 5)
    if of.is_temperature and not to.is_difference:
        return None
    (factor, base), (other, same) = _base(of), _base(to)
    return Conversion(0.0, factor / other) if base == same else None


def product(a: Unit, b: Unit, power: int = 1) -> tuple[Unit, float]:
    """Return the unit of an `a` times a `b` to `power` (1 or -1), and the factor to it.

    What is multiplied or divided is never a temperature, but always a difference of them.
    """
    if not b.parts:
        return _not_counted(a)
    if not a.parts and power == 1:
        return _not_counted(b)
    (factor, base), (other, others) = _base(a), _base(b)
    powers = dict(base)
    for name, much in others:
        powers[name] = powers.get(name, 0) + much * power
    return _sorted(powers), factor * (other if power == 1 else 1 / other)


def _not_counted(of: Unit) -> tuple[Unit, float]:
    """Return `of`, a difference in place of a temperature, and the factor to it."""
    if not of.is_temperature:
        return of, 1.0
    return UNIT_OF_DIFFERENCE, _MADE_OF[of.parts[0][0]][0]


def _base(of: Unit) -> tuple[float, tuple[tuple[str, int], ...]]:
    """Return what one of `of` is in units that are made of no others."""
    total, powers = 1.0, dict[str, int]()
    for name, power in of.parts:
        factor, made_of = _MADE_OF.get(name, (1.0, {name: 1}))
        total *= factor**power
        for other, much in made_of.items():
            powers[other] = powers.get(other, 0) + much * power
    return total, _sorted(powers).parts


def _sorted(powers: Mapping[str, int]) -> Unit:
    return Unit(tuple(sorted((name, power) for name, power in powers.items() if power)))


def over(above: str, below: Iterator[str] | tuple[str, ...]) -> Unit:
    """Return the unit `above` divided by each of `below`: `%/lx`."""
    powers = {above: 1} if above else {}
    for name in below:
        powers[name] = powers.get(name, 0) - 1
    return _sorted(powers)
