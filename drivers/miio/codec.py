"""A device's values <-> the vocabulary's. Pure.

`read` raises MalformedError, `write` raises RefusedError; `read(write(x))` is `x`, within the
device's own resolution.
"""

import math
from collections.abc import Callable, Mapping

from msgspec import Struct

from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.numbers import is_number
from hubd.model.ids import slug
from hubd.model.value import Value

type Raw = bool | int | float | str | None
"""A value as a device tells it."""

_TRUE = frozenset({"on", "true", "1"})
_FALSE = frozenset({"off", "false", "0"})


class Codec(Struct, frozen=True):
    """How values of one kind are read and written."""

    read: Callable[[Raw], Value]
    write: Callable[[Value], Raw]


def boolean(*, yes: Raw = True, no: Raw = False) -> Codec:
    """Return the codec of a boolean; 1, 0, "on" and "off" are read as well."""

    def read(said: Raw) -> Value:
        word = str(said).casefold()
        if said == yes or word in _TRUE:
            return True
        if said == no or word in _FALSE:
            return False
        raise MalformedError(f"says {_brief(said)}, not on or off")

    def write(value: Value) -> Raw:
        if not isinstance(value, bool):
            raise RefusedError(f"takes on or off, not {_brief(value)}")
        return yes if value else no

    return Codec(read, write)


def number(
    scale: float = 1.0,
    offset: float = 0.0,
    *,
    low: float | None = None,
    high: float | None = None,
    whole: bool = False,
) -> Codec:
    """Return the codec of a number: value = said * scale + offset.

    `low` and `high` are in the value's unit; what is written outside of them is refused.
    """

    def read(said: Raw) -> Value:
        return round(plain(said) * scale + offset, 6)

    def write(value: Value) -> Raw:
        wished = wanted(value)
        if (low is not None and wished < low - 1e-9) or (high is not None and wished > high + 1e-9):
            raise RefusedError(f"takes {low:g} to {high:g}, not {wished:g}")
        raw = (wished - offset) / scale
        return round(raw) if whole else round(raw, 6)

    return Codec(read, write)


def words(meant: Mapping[Raw, str]) -> Codec:
    """Return the codec of a few values, each of which means a word.

    Several may mean one word; the first of them is written for it.
    """
    written: dict[Value, Raw] = {}
    for raw, word in meant.items():
        written.setdefault(word, raw)

    def read(said: Raw) -> Value:
        if said in meant:
            return meant[said]
        raise MalformedError(f"says {_brief(said)}, which means nothing here")

    def write(value: Value) -> Raw:
        if value not in written:
            raise RefusedError(f"cannot be {_brief(value)}, only {', '.join(map(str, written))}")
        return written[value]

    return Codec(read, write)


def steps(levels: tuple[int, ...]) -> Codec:
    """Return the codec of a percentage that a device has in these levels, the lowest first.

    The lowest is one step above standing still.
    """
    share = 100.0 / len(levels)

    def read(said: Raw) -> Value:
        level = plain(said)
        if level == 0:
            return 0.0
        if level not in levels:
            raise MalformedError(f"says {_brief(said)}, which is no level")
        return round((levels.index(int(level)) + 1) * share, 2)

    def write(value: Value) -> Raw:
        place = math.ceil(wanted(value) / share - 0.5)
        return levels[max(1, min(len(levels), place)) - 1]

    return Codec(read, write)


def text() -> Codec:
    """Return the codec of a text."""

    def read(said: Raw) -> Value:
        return str(said)[:4096]

    def write(value: Value) -> Raw:
        if not isinstance(value, str):
            raise RefusedError(f"takes a text, not {_brief(value)}")
        return value

    return Codec(read, write)


def plain(said: Raw) -> float:
    """Return the number that `said` is, as one or as a text. Raises MalformedError."""
    try:
        if not isinstance(said, bool) and math.isfinite(value := float(said or 0)):
            return value
    except (ValueError, OverflowError):
        pass
    raise MalformedError(f"says {_brief(said)}, not a number")


def wanted(value: Value) -> float:
    """Return the number that is wished. Raises RefusedError."""
    if not is_number(value):
        raise RefusedError(f"takes a number, not {_brief(value)}")
    return float(value)


def word_of(description: str) -> str:
    """Return a value's description as a word: `Straight Wind` is `straight_wind`."""
    plain_words = "_".join(description.split()).casefold()
    return slug(plain_words) if plain_words.isascii() else plain_words


def _brief(said: object) -> str:
    words_said = repr(said)
    return words_said if len(words_said) <= 60 else words_said[:57] + "…"
