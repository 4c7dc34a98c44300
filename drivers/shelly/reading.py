"""Readers: from what a status says to the vocabulary's values. Pure.

Each raises MalformedError for what the protocol does not say at that place. `null` is "not known".
"""

import math
from collections.abc import Callable, Mapping

from drivers.kit import color
from drivers.kit.errors import MalformedError
from hubd.model.value import Value

type Read = Callable[[object], Value]

TEXT_LIMIT = 4096
"""Characters of a text beyond which it is refused."""


def number(scale: float = 1.0, *, low: float = -math.inf, high: float = math.inf) -> Read:
    """Return the reader of a number; one outside of `low` to `high` says "not known"."""

    def read(said: object) -> Value:
        if said is None:
            return None
        if isinstance(said, bool) or not isinstance(said, int | float):
            raise MalformedError(f"says {excerpt(said)}, not a number")
        try:
            value = float(said)
        except OverflowError:
            raise MalformedError(f"says {excerpt(said)}, too large a number") from None
        if not math.isfinite(value) or not low <= value <= high:
            return None
        return round(value * scale, 9) if scale != 1.0 else value

    return read


def flag(said: object) -> Value:
    """Read a boolean, which older firmware writes as 0 or 1 too."""
    if said is None or isinstance(said, bool):
        return said
    if isinstance(said, int | float) and said in {0, 1}:
        return bool(said)
    raise MalformedError(f"says {excerpt(said)}, not true or false")


def filled(said: object) -> Value:
    """Read whether there is something: entries of a list, a number that is not 0."""
    if said is None or isinstance(said, list | dict | str | bool | int | float):
        return bool(said)
    raise MalformedError(f"says {excerpt(said)}, not a list")


def text(said: object) -> Value:
    """Read a text; a number is written out."""
    if said is None:
        return None
    words = said if isinstance(said, str) else str(said)
    if len(words) > TEXT_LIMIT:
        raise MalformedError(f"says a text of {len(words)} characters, {TEXT_LIMIT} are the most")
    return words


def word(meanings: Mapping[str, Value], *, unknown: Value = None) -> Read:
    """Return the reader of a few words; another word means `unknown`."""

    def read(said: object) -> Value:
        if said is None:
            return None
        if not isinstance(said, str):
            raise MalformedError(f"says {excerpt(said)}, not a word")
        return meanings.get(said, unknown)

    return read


def among(meaning: str) -> Read:
    """Return the reader of a list of words: whether `meaning` is one of them."""

    def read(said: object) -> Value:
        if said is None:
            return False
        if not isinstance(said, list):
            raise MalformedError(f"says {excerpt(said)}, not a list")
        return meaning in said

    return read


def hue(said: object) -> Value:
    """Read the hue (0-360 °) of [red, green, blue]."""
    primaries = _primaries(said)
    return None if primaries is None else color.hue_saturation(*primaries)[0]


def saturation(said: object) -> Value:
    """Read the saturation (0-100 %) of [red, green, blue]."""
    primaries = _primaries(said)
    return None if primaries is None else color.hue_saturation(*primaries)[1]


def _primaries(said: object) -> tuple[float, float, float] | None:
    if said is None:
        return None
    if isinstance(said, list) and len(said) == 3:
        values = [number(low=0, high=255)(part) for part in said]
        red, green, blue = values
        if isinstance(red, float) and isinstance(green, float) and isinstance(blue, float):
            return red, green, blue
    raise MalformedError(f"says {excerpt(said)}, not red, green and blue of 0 to 255")


def plain(said: object) -> Read | None:
    """Return the reader of a value that nothing more is known of; None if it is no single value."""
    if isinstance(said, bool):
        return flag
    if isinstance(said, int | float):
        return number()
    return text if isinstance(said, str) else None


def record(said: object) -> Mapping[str, object]:
    """Return a JSON object as it is; anything else as an empty one."""
    return said if isinstance(said, dict) else {}


def excerpt(said: object, length: int = 60) -> str:
    """Return the beginning of what was said, in one printable line, for an error's text."""
    words = said if isinstance(said, str | bytes) else str(said)[: length + 1]
    shown = repr(words[: length + 1])
    return shown if len(shown) <= length else f"{shown[:length]}…"
