"""Pairs of functions between what a device says and the vocabulary's values.

`read` takes what a template or the payload's text gave, and raises UnreadableError; `write` returns
what a command template or the message is made of, and raises UnwritableError. `read(write(x))` is
`x`, within the device's own resolution.
"""

import math
from collections.abc import Callable, Container, Iterable, Mapping
from itertools import batched

from msgspec import Struct

from drivers.kit.numbers import is_number
from drivers.mqtt.errors import UnreadableError, UnwritableError, excerpt
from drivers.mqtt.payload import MISSING, Missing, rendered
from hubd.model.value import Value

NO_VALUE = frozenset({"None", "none", "null", "unknown", "unavailable"})
"""What devices write where they do not know a value."""


class Codec(Struct, frozen=True):
    """How a property's values are read and written."""

    read: Callable[[object], Value | Missing]
    write: Callable[[Value], object]

    def skipping(self, words: Container[str]) -> "Codec":
        """Return this codec, to which `words` say nothing."""
        read = self.read
        return Codec(
            lambda said: MISSING if isinstance(said, str) and said in words else read(said),
            self.write,
        )

    def otherwise(self, *, value: Value) -> "Codec":
        """Return this codec, to which what it cannot read means `value`."""
        read = self.read

        def decode(said: object) -> Value | Missing:
            try:
                return read(said)
            except UnreadableError:
                return value

        return Codec(decode, self.write)


def either(*, yes: str, no: str, read_yes: str | None = None, read_no: str | None = None) -> Codec:
    """Return the codec of a boolean that is written `yes` or `no`, and read likewise."""
    return one_of(
        {True: yes, False: no},
        {yes if read_yes is None else read_yes: True, no if read_no is None else read_no: False},
    )


def one_of(written: Mapping[Value, str], read: Mapping[str, Value] | None = None) -> Codec:
    """Return the codec of a few values: how each is written, and what each word read means."""
    words: Mapping[str, Value]
    words = {word: value for value, word in written.items()} if read is None else read

    def decode(said: object) -> Value | Missing:
        try:
            return words[said if type(said) is str else rendered(said)]
        except KeyError:
            return _no_word(said, words)

    def encode(value: Value) -> object:
        try:
            return written[value]
        except KeyError:
            raise UnwritableError(f"cannot be {excerpt(value)}, only {_listed(written)}") from None

    return Codec(decode, encode)


def _no_word(said: object, words: Mapping[str, Value]) -> Value | Missing:
    if said is MISSING or said == "":
        return MISSING
    if said is None or (isinstance(said, str) and said in NO_VALUE):
        return None
    raise UnreadableError(f"says {excerpt(said)}, not {_listed(words)}")


def _listed(words: Iterable[object]) -> str:
    first, *more = [*batched(words, 6)] or [()]
    return (" or ".join(map(repr, first)) or "anything") + (" …" if more else "")


def number(
    scale: float = 1.0,
    offset: float = 0.0,
    *,
    whole: bool = False,
    low: float | None = None,
    high: float | None = None,
) -> Codec:
    """Return the codec of a number: value = said * scale + offset.

    It is written whole if `whole`, and refused outside of `low` to `high` (in the value's unit).
    """

    def decode(said: object) -> Value | Missing:
        if type(said) is float or type(said) is int:
            value = to_float(said)
        else:
            told = to_number(said)
            if not isinstance(told, float):
                return told
            value = told
        if scale != 1.0 or offset:
            value = value * scale + offset
        return value if math.isfinite(value) else None

    def encode(value: Value) -> object:
        if not is_number(value):
            raise UnwritableError(f"takes a number, not {excerpt(value)}")
        if (low is not None and value < low) or (high is not None and value > high):
            raise UnwritableError(f"takes {_range(low, high)}, not {value:g}")
        said = (value - offset) / scale
        return round(said) if whole else tidy(said)

    return Codec(decode, encode)


def _range(low: float | None, high: float | None) -> str:
    if high is None:
        return f"{low:g} at least"
    return f"{high:g} at most" if low is None else f"{low:g} to {high:g}"


def mireds() -> Codec:
    """Return the codec of a colour temperature in kelvins that is told in mireds (1e6 / K)."""

    def decode(said: object) -> Value | Missing:
        told = to_number(said)
        if not isinstance(told, float):
            return told
        if not 1 <= told < math.inf:
            raise UnreadableError(f"says {told:g} mireds")
        return round(1e6 / told, 1)

    def encode(value: Value) -> object:
        if not is_number(value) or value <= 0:
            raise UnwritableError(f"takes kelvins, not {excerpt(value)}")
        return round(1e6 / value)

    return Codec(decode, encode)


def to_number(said: object) -> float | Missing | None:
    """Return the number that `said` is; None for "not known"; MISSING for nothing said.

    Raises UnreadableError for anything else.
    """
    if said is MISSING or said is None:
        return said
    if isinstance(said, int | float):
        return to_float(said)
    if isinstance(said, str):
        try:
            return float(said)
        except ValueError:
            word = said.strip()
            if not word:
                return MISSING
            if word in NO_VALUE:
                return None
    raise UnreadableError(f"says {excerpt(said)}, not a number")


def to_float(said: float) -> float:
    """Return a number as a float. Raises UnreadableError for a whole one that is too large."""
    try:
        return float(said)
    except OverflowError:
        raise UnreadableError(f"says {excerpt(said)}, too large a number") from None


def tidy(value: float) -> int | float:
    """Return `value` without the noise of its arithmetic, whole if it is."""
    value = round(value, 6)
    return int(value) if value == int(value) else value


def text(choices: tuple[str, ...] = (), *, longest: int = 4096) -> Codec:
    """Return the codec of a text; one of `choices` if there are any, `longest` characters."""

    def decode(said: object) -> Value | Missing:
        if said is MISSING or said is None:
            return said
        words = said if type(said) is str else rendered(said)
        if words == "None" and words not in choices:
            return None
        if len(words) > longest:
            raise UnreadableError(f"a text of {len(words)} characters, {longest} are the most")
        return words

    def encode(value: Value) -> object:
        if value is None:
            raise UnwritableError("takes a text, not nothing")
        words = str(value)
        if choices and words not in choices:
            raise UnwritableError(f"cannot be {words!r}, only {_listed(dict.fromkeys(choices))}")
        return words

    return Codec(decode, encode)


def steps(low: float, high: float, *, percent_of_low: float = 0.0) -> Codec:
    """Return the codec of a percentage that a device counts from `low` to `high`.

    `low` is 0 % (or `percent_of_low`), `high` is 100 %; `high` may be the smaller one, as with
    covers that count how far they are closed.
    """
    span = 100.0 - percent_of_low
    scale = span / (high - low)

    def decode(said: object) -> Value | Missing:
        told = to_number(said)
        if not isinstance(told, float) or not math.isfinite(told):
            return told if not isinstance(told, float) else None
        value = percent_of_low + (told - low) * scale
        if not -1.0 <= value <= 101.0:
            raise UnreadableError(f"says {told:g}, not {low:g} to {high:g}")
        return min(100.0, max(0.0, value))

    def encode(value: Value) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnwritableError(f"takes a percentage, not {excerpt(value)}")
        if not 0 <= value <= 100:
            raise UnwritableError(f"takes 0 to 100 %, not {value:g}")
        return round(low + (value - percent_of_low) / scale)

    return Codec(decode, encode)
