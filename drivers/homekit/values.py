"""What a characteristic holds <-> the vocabulary's values. Pure.

`read` raises MalformedError, `write` RefusedError. `shape` is what the characteristic says of its
range, in the property's unit.
"""

import math
from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

from drivers.homekit.database import Characteristic, Scalar
from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.numbers import is_number
from hubd.model.value import Value


class Silent(Enum):
    """What is read where nothing is said: the property stays as it is."""

    SILENT = "silent"


SILENT = Silent.SILENT


class Codec(Struct, frozen=True):
    """How a characteristic is read and written as a property."""

    read: Callable[[Scalar], Value | Silent]
    write: Callable[[Value], Scalar]
    shape: Mapping[str, object] = {}


type Make = Callable[[Characteristic], Codec]
"""Makes the codec that fits a characteristic."""


def flag(*, on: int = 1, off: int = 0) -> Make:
    """Return the codec of what is true or false, told as a boolean or as `on` and `off`."""

    def make(characteristic: Characteristic) -> Codec:
        whole = characteristic.format != "bool"

        def read(said: Scalar) -> Value:
            if said is None:
                return None
            match said == on, said == off:
                case True, _:
                    return True
                case _, True:
                    return False
            raise MalformedError(f"says {said!r}, not {on} or {off}")

        def write(value: Value) -> Scalar:
            if not isinstance(value, bool):
                raise RefusedError(f"takes true or false, not {value!r}")
            return (on if value else off) if whole else (on if value else off) == 1

        return Codec(read, write)

    return make


def number(scale: float = 1.0) -> Make:
    """Return the codec of a number: value = said * scale, in the characteristic's own range."""

    def make(characteristic: Characteristic) -> Codec:
        low, high, step = characteristic.minimum, characteristic.maximum, characteristic.step
        shape: dict[str, object] = {}
        if low is not None:
            shape["minimum"] = round(low * scale, 6)
        if high is not None:
            shape["maximum"] = round(high * scale, 6)
        if step is not None:
            shape["step"] = round(step * scale, 6)
        return Codec(
            lambda said: scaled(said, scale),
            lambda value: fitted(value, scale, characteristic),
            shape,
        )

    return make


def share(*, low: float = 0.0, high: float = 100.0) -> Make:
    """Return the codec of a percentage: 0 % at the characteristic's least value, 100 % at its most.

    `low` and `high` are these where it does not say.
    """

    def make(characteristic: Characteristic) -> Codec:
        least = low if characteristic.minimum is None else characteristic.minimum
        most = high if characteristic.maximum is None else characteristic.maximum
        if most <= least:
            least, most = low, high
        scale = 100.0 / (most - least)

        def read(said: Scalar) -> Value:
            told = finite(said)
            return None if told is None else round(min(100.0, max(0.0, (told - least) * scale)), 3)

        def write(value: Value) -> Scalar:
            asked = told_number(value)
            if not 0 <= asked <= 100:
                raise RefusedError(f"takes 0 to 100 %, not {asked:g}")
            return snapped(least + asked / scale, characteristic)

        shape: dict[str, object] = {}
        if characteristic.step is not None:
            shape["step"] = round(characteristic.step * scale, 3)
        return Codec(read, write, shape)

    return make


def percent() -> Make:
    """Return the codec of a percentage that is told as one, whatever range it may be set in."""

    def make(characteristic: Characteristic) -> Codec:
        said = number()(characteristic)
        return Codec(lambda told: _bounded(said.read(told)), said.write, said.shape)

    return make


def mireds() -> Make:
    """Return the codec of a colour temperature in kelvins that is told in mireds (1e6 / K)."""

    def make(characteristic: Characteristic) -> Codec:
        def read(said: Scalar) -> Value:
            told = finite(said)
            if told is None:
                return None
            if told < 1:
                raise MalformedError(f"says {told:g} mireds")
            return round(1e6 / told, 1)

        def write(value: Value) -> Scalar:
            asked = told_number(value)
            if asked <= 0:
                raise RefusedError(f"takes kelvins, not {asked:g}")
            return snapped(1e6 / asked, characteristic)

        # A lamp that names no range has the one that the protocol gives by default.
        least = max(1.0, characteristic.minimum or 50.0)
        most = max(least, characteristic.maximum or 400.0)
        shape = {"minimum": float(round(1e6 / most)), "maximum": float(round(1e6 / least))}
        return Codec(read, write, shape)

    return make


def word(words: Mapping[int, str]) -> Make:
    """Return the codec of a few states, as numbers; only those that the characteristic allows."""

    def make(characteristic: Characteristic) -> Codec:
        allowed = {n: w for n, w in words.items() if _allows(characteristic, n)} or words
        numbers = {w: n for n, w in allowed.items()}

        def read(said: Scalar) -> Value:
            told = finite(said)
            if told is None:
                return None
            try:
                return words[int(told)]
            except KeyError:
                raise MalformedError(f"says {told:g}, which means nothing there") from None

        def write(value: Value) -> Scalar:
            if not isinstance(value, str) or value not in numbers:
                raise RefusedError(f"cannot be {value!r}, only {' or '.join(numbers)}")
            return numbers[value]

        return Codec(read, write, {"choices": tuple(numbers)})

    return make


def text(longest: int = 1024) -> Make:
    """Return the codec of a text."""

    def read(said: Scalar) -> Value:
        if said is None:
            return None
        words = said if isinstance(said, str) else str(said)
        if len(words) > longest:
            raise MalformedError(f"a text of {len(words)} characters, {longest} are the most")
        return words

    def write(value: Value) -> Scalar:
        if not isinstance(value, str) or len(value) > longest:
            raise RefusedError(f"takes a text of at most {longest} characters")
        return value

    return lambda _characteristic: Codec(read, write)


def finite(said: Scalar) -> float | None:
    """Return the number that was said; None for nothing. Raises MalformedError."""
    if said is None:
        return None
    if isinstance(said, str):
        raise MalformedError(f"says {said[:40]!r}, not a number")
    try:
        value = float(said)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise MalformedError("says a number without an end")
    return value


def scaled(said: Scalar, scale: float) -> Value:
    """Return what was said, times `scale`, without the noise of its arithmetic."""
    told = finite(said)
    return None if told is None else round(told * scale, 6)


def told_number(value: Value) -> float:
    """Return the number that was asked for. Raises RefusedError."""
    if not is_number(value):
        raise RefusedError(f"takes a number, not {value!r}")
    return float(value)


def fitted(value: Value, scale: float, characteristic: Characteristic) -> Scalar:
    """Return `value` as the characteristic takes it. Raises RefusedError outside of its range."""
    asked = told_number(value) / scale
    low, high = characteristic.minimum, characteristic.maximum
    if (low is not None and asked < low - 1e-6) or (high is not None and asked > high + 1e-6):
        ends = " to ".join(f"{end * scale:g}" for end in (low, high) if end is not None)
        raise RefusedError(f"takes {ends}, not {asked * scale:g}")
    return snapped(asked, characteristic)


def snapped(asked: float, characteristic: Characteristic) -> Scalar:
    """Return the value nearest to `asked` that the characteristic can hold.

    Raises RefusedError if it holds none of that size.
    """
    low, high, step = characteristic.minimum, characteristic.maximum, characteristic.step
    if abs(asked) > _MOST.get(characteristic.format, _MOST_OF_ALL):
        raise RefusedError(f"{asked:g} is more than it can hold")
    if step is not None and step >= _FINEST:
        start = low or 0.0
        asked = start + round((asked - start) / step) * step
    if low is not None:
        asked = max(low, asked)
    if high is not None:
        asked = min(high, asked)
    return round(asked, 6) if characteristic.format in {"float", ""} else round(asked)


_FINEST = 1e-6
_MOST_OF_ALL = 1e15
_MOST: Mapping[str, float] = {"uint8": 2**8, "uint16": 2**16, "uint32": 2**32, "int": 2**31}
"""What the whole numbers of a format stay below. Source: R2, table 6-5."""


def _allows(characteristic: Characteristic, value: int) -> bool:
    if characteristic.values:
        return value in characteristic.values
    low, high = characteristic.minimum, characteristic.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def _bounded(value: Value | Silent) -> Value | Silent:
    if isinstance(value, int | float):
        return min(100.0, max(0.0, float(value)))
    return value
