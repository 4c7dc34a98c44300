"""What a property can be: words and yes or no as sets, numbers as intervals."""

from math import inf

from msgspec import Struct

from hubd.model.device import Property
from hubd.model.value import Value, ValueType

_PLAUSIBLE: dict[str, tuple[float, float]] = {
    "°C": (-60, 150),
    "lx": (0, 200_000),
    "ppm": (0, 50_000),
    "dB": (0, 200),
    "µg/m³": (0, 10_000),
    "hPa": (500, 1_200),
}
"""By unit: beyond these no home's sensor goes, where its vocabulary sets no bound."""


class Domain(Struct, frozen=True):
    """Values that are left: of `only` (any, if None), not of `never`, within the interval.

    An interval includes its end unless that is open.
    """

    only: frozenset[Value] | None = None
    never: frozenset[Value] = frozenset()
    low: float = -inf
    high: float = inf
    low_open: bool = False
    high_open: bool = False

    @property
    def empty(self) -> bool:
        """Say whether no value is left."""
        if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
            return True
        return self.only is not None and not any(value in self for value in self.only)

    def __contains__(self, value: Value) -> bool:
        """Say whether `value` is left."""
        if value in self.never or (self.only is not None and value not in self.only):
            return False
        if isinstance(value, bool) or not isinstance(value, int | float):
            return True
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def meet(self, other: "Domain") -> "Domain":
        """Return what both leave."""
        if self.only is None or other.only is None:
            only = self.only if other.only is None else other.only
        else:
            only = self.only & other.only
        low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        high, shut = min((self.high, not self.high_open), (other.high, not other.high_open))
        return Domain(only, self.never | other.never, low, high, low_open, not shut)

    def touches(self, other: "Domain") -> bool:
        """Say whether a steady change goes from one to the other over a single limit."""
        if self.only is not None or other.only is not None:
            return True
        if self.never or other.never:
            return True
        return self.high == other.low or self.low == other.high

    def pick(self, near: float | None = None, margin: float = 1.0) -> Value:
        """Return a value that is left; None if none is.

        Of numbers the closest to `near` that is `margin` away from what is not left.
        """
        if self.only is not None:
            left = [value for value in self.only if value in self]
            return min(left, key=lambda v: (str(type(v)), str(v)), default=None)
        if self.low == -inf and self.high == inf and near is None:
            return _NOVEL
        wide = self.high - self.low
        margin = min(margin, wide / 4)
        low = self.low + margin if self.low_open else self.low
        high = self.high - margin if self.high_open else self.high
        wished = near if near is not None else (low if low > -inf else high)
        found = round(min(max(wished, low), high), 6)
        while found in self.never:
            found += margin / 3 or 1.0
        return found if found in self else None


_NOVEL = "something else"


def whole(prop: Property) -> Domain:
    """Return all that `prop` can be."""
    match prop.type:
        case ValueType.BOOLEAN:
            return Domain(only=frozenset({True, False}))
        case ValueType.STRING:
            return Domain(only=frozenset(prop.choices) if prop.choices else None)
        case _:
            low, high = _PLAUSIBLE.get(prop.unit, (-inf, inf))
            return Domain(
                low=prop.minimum if prop.minimum is not None else low,
                high=prop.maximum if prop.maximum is not None else high,
            )


_USUAL: dict[str, Value] = {
    "DoorLock.locked": True,
    "Presence.home": True,
    "WindowCovering.position": 100.0,
    "LevelControl.level": 100.0,
    "Thermostat.setpoint": 18.0,
    "TemperatureMeasurement.temperature": 20.0,
    "Thermostat.localTemperature": 20.0,
    "RelativeHumidityMeasurement.humidity": 50.0,
    "Thermostat.localHumidity": 50.0,
    "IlluminanceMeasurement.illuminance": 150.0,
    "CarbonDioxideConcentrationMeasurement.value": 600.0,
    "SoundMeasurement.level": 35.0,
    "PowerSource.batteryLevel": 80.0,
    "Valve.open": True,
    "FanControl.speed": 50.0,
    "Humidifier.setpoint": 50.0,
    "MediaPlayback.volume": 20.0,
}


def usual(prop: Property) -> Value:
    """Return what `prop` is on a quiet day."""
    known = _USUAL.get(prop.name)
    if known is not None:
        return known
    if prop.type is ValueType.BOOLEAN:
        return False
    if prop.type is ValueType.STRING:
        return prop.choices[0] if prop.choices else "idle"
    return whole(prop).pick(0.0)


def otherwise(prop: Property, wished: Value) -> Value:
    """Return what `prop` is on a quiet day on which it is not as `wished`."""
    quiet = usual(prop)
    if quiet != wished:
        return quiet
    if isinstance(wished, bool):
        return not wished
    if isinstance(wished, int | float):
        about = whole(prop)
        ends = [end for end in (about.low, about.high) if end not in {-inf, inf, wished}]
        return max(ends, key=lambda end: abs(end - wished), default=wished + 1.0)
    return next((choice for choice in prop.choices if choice != wished), quiet)
