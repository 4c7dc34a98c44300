"""What actions are told: a number, a text, a word, or several parts as one JSON object. Pure."""

from collections.abc import Callable, Mapping

import msgspec

from drivers.kit.errors import RefusedError
from drivers.matter.attributes import Beside, Takes
from drivers.matter.codecs import wished_number
from hubd.model.device import Property
from hubd.model.value import Value, ValueType

_LONGEST = 1024


def takes_number(
    field: str, title: str, *, scale: float = 1.0, unit: str = "", low: float, high: float
) -> Takes:
    """Return what takes a number within bounds, in `unit`, as a whole number of `scale`."""
    argument = Property(
        "Number.value", ValueType.NUMBER, writable=True, unit=unit, minimum=low, maximum=high,
        title=title,
    )  # fmt: skip

    def fields(told: Value, _beside: Beside) -> Mapping[str, object]:
        return {field: round(within(told, low, high) / scale)}

    return Takes(fields, argument)


def takes_text(make: Callable[[str], Mapping[str, object]], title: str) -> Takes:
    """Return what takes a text that is not empty."""
    argument = Property("Text.value", ValueType.STRING, writable=True, title=title)

    def fields(told: Value, _beside: Beside) -> Mapping[str, object]:
        return make(worded(told))

    return Takes(fields, argument)


def takes_word(field: str, title: str, words: Mapping[str, int]) -> Takes:
    """Return what takes one of some words."""
    argument = Property(
        "Select.option", ValueType.STRING, writable=True, choices=tuple(words), title=title
    )

    def fields(told: Value, _beside: Beside) -> Mapping[str, object]:
        code = words.get(told) if isinstance(told, str) else None
        if code is None:
            raise RefusedError(f"takes {' or '.join(words)}, not {told!r:.80}")
        return {field: code}

    return Takes(fields, argument)


def takes_parts(
    make: Callable[[Mapping[str, object], Beside], Mapping[str, object]], *parts: Property
) -> Takes:
    """Return what takes a JSON object of parts; `make` gets those that were told."""
    argument = Property("Text.value", ValueType.STRING, writable=True, title="JSON")
    names = {part.name for part in parts}

    def fields(told: Value, beside: Beside) -> Mapping[str, object]:
        try:
            said = msgspec.json.decode(told if isinstance(told, str) else "")
        except msgspec.DecodeError as error:
            raise RefusedError(f"takes a JSON object, not {told!r:.80}") from error
        if not isinstance(said, dict) or said.keys() - names:
            raise RefusedError(f"takes an object of {', '.join(sorted(names))}")
        return make(said, beside)

    return Takes(fields, argument, parts)


def within(told: object, low: float, high: float) -> float:
    """Return a number within bounds. Raises RefusedError."""
    number = wished_number(told if isinstance(told, int | float | str | None) else None)
    if not low <= number <= high:
        raise RefusedError(f"takes {low:g} to {high:g}, not {number:g}")
    return number


def worded(told: object) -> str:
    """Return a text that is neither empty nor endless. Raises RefusedError."""
    if not isinstance(told, str) or not 0 < len(told) <= _LONGEST:
        raise RefusedError(f"takes a text of 1 to {_LONGEST} characters")
    return told
