"""Raw values of attributes to values and back. Pure.

`read` raises MalformedError for what is not of the attribute's type; `write` raises RefusedError
for what it cannot be. Structures come with their fields' tags as keys ("0"), or with their names.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from drivers.kit.errors import MalformedError, RefusedError
from drivers.matter.attributes import Beside, Codec
from hubd.model.value import Value

type Words = Mapping[int, str]

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Matter counts from here (Matter 1.5 core specification, 7.19.2.6)."""
_LONGEST = 4096
_FAR = 2**40


def member(said: object, tag: int, label: str) -> object:
    """Return a structure's field by its tag or its name; None if it is not there.

    Raises MalformedError for what is no structure.
    """
    if not isinstance(said, Mapping):
        raise MalformedError(f"is {_kind(said)}, not a structure")
    return said.get(str(tag), said.get(label))


def number(
    scale: float = 1.0,
    unit: str = "",
    *,
    offset: float = 0.0,
    low: float | None = None,
    high: float | None = None,
    bounds: tuple[int | None, int | None] | None = None,
    whole: bool = True,
) -> Codec:
    """Return the codec of a number: value = raw * scale + offset, in `unit`.

    `low` and `high` are its range, in `unit`; `bounds` are the attributes that tell it, raw. It is
    written as a whole number if `whole`.
    """

    def scaled(raw: float) -> float:
        return tidy(raw * scale + offset)

    def within(beside: Beside) -> tuple[float | None, float | None]:
        if bounds is None:
            return low, high
        told = [None if own is None else to_number(beside.attributes.get(own)) for own in bounds]
        found = [
            default if raw is None else scaled(raw)
            for raw, default in zip(told, (low, high), strict=True)
        ]
        # Devices that leave both at nothing tell no range.
        if found[0] is not None and found[1] is not None and found[0] >= found[1]:
            return low, high
        return found[0], found[1]

    def read(raw: object, _beside: Beside) -> Value:
        told = to_number(raw)
        if told is None:
            raise MalformedError(f"is {_kind(raw)}, not a number")
        return scaled(told)

    def write(wished: Value, beside: Beside) -> object:
        told = wished_number(wished)
        least, most = within(beside)
        if (least is not None and told < least) or (most is not None and told > most):
            raise RefusedError(f"takes {least} to {most} {unit}, not {told:g}")
        raw = (told - offset) / scale
        return round(raw) if whole else raw

    def shape(beside: Beside) -> Mapping[str, object]:
        least, most = within(beside)
        # What it takes in whole steps comes back as the nearest one.
        step = abs(scale) / 2 * 1.01 if whole else None
        said = {"minimum": least, "maximum": most, "tolerance": step}
        return {key: limit for key, limit in said.items() if limit is not None}

    return Codec("Number.value", read, write, lambda _: unit, shape)


def flag(*, inverted: bool = False) -> Codec:
    """Return the codec of a boolean."""

    def read(raw: object, _beside: Beside) -> Value:
        if isinstance(raw, bool):
            return raw is not inverted
        raise MalformedError(f"is {_kind(raw)}, not a boolean")

    def write(wished: Value, _beside: Beside) -> object:
        return wished_flag(wished) is not inverted

    return Codec("BooleanState.state", read, write)


def bit(place: int) -> Codec:
    """Return the codec of one bit of a bitmap, which is only read."""
    return Codec("BooleanState.state", lambda raw, _: bool(to_code(raw) >> place & 1))


def is_in(true: frozenset[int], false: frozenset[int]) -> Codec:
    """Return the codec of an enumeration that says yes or no; anything else is not known.

    What is written is the wish itself, for an order that has a command for each.
    """

    def read(raw: object, _beside: Beside) -> Value:
        code = to_code(raw)
        return True if code in true else False if code in false else None

    return Codec("BooleanState.state", read, lambda wished, _: wished_flag(wished))


def choice(words: Words) -> Codec:
    """Return the codec of an enumeration by its words. A number that has none is its own word."""
    codes = {word: code for code, word in words.items()}

    def read(raw: object, _beside: Beside) -> Value:
        code = to_code(raw)
        return words.get(code) or str(code)

    def write(wished: Value, _beside: Beside) -> object:
        if not isinstance(wished, str) or wished not in codes:
            raise RefusedError(f"cannot be {wished!r}, only {' or '.join(codes)}")
        return codes[wished]

    return Codec("Select.option", read, write, shape=lambda _: {"choices": tuple(codes)})


def bits(words: Words) -> Codec:
    """Return the codec of a bitmap as a text: the words of the bits that are set."""

    def read(raw: object, _beside: Beside) -> Value:
        code = to_code(raw)
        return ", ".join(word for place, word in words.items() if code >> place & 1)

    def write(wished: Value, _beside: Beside) -> object:
        said = [word.strip() for word in wished.split(",")] if isinstance(wished, str) else [""]
        places = {word: place for place, word in words.items()}
        if not all(word in places for word in said if word) or not isinstance(wished, str):
            raise RefusedError(f"cannot be {wished!r}, only some of {', '.join(places)}")
        return sum(1 << places[word] for word in set(said) if word)

    return Codec("Text.value", read, write)


def listed_words(words: Words) -> Codec:
    """Return the codec of a list of an enumeration's values as a text: their words."""

    def read(raw: object, _beside: Beside) -> Value:
        if not isinstance(raw, list):
            raise MalformedError(f"is {_kind(raw)}, not a list")
        codes = [to_code(item) for item in raw[:64]]
        return ", ".join(words.get(code) or str(code) for code in codes)

    return Codec("Text.value", read)


def text() -> Codec:
    """Return the codec of a text."""

    def read(raw: object, _beside: Beside) -> Value:
        if isinstance(raw, str):
            return raw[:_LONGEST]
        raise MalformedError(f"is {_kind(raw)}, not a text")

    def write(wished: Value, _beside: Beside) -> object:
        if isinstance(wished, str):
            return wished
        raise RefusedError(f"takes a text, not {wished!r}")

    return Codec("Text.value", read, write)


def moment(per_s: int = 1) -> Codec:
    """Return the codec of a time since 2000 in seconds (or `per_s` parts of one), as ISO 8601."""

    def read(raw: object, _beside: Beside) -> Value:
        told = to_number(raw)
        if told is None or not 0 <= told / per_s < _FAR // 32:
            raise MalformedError(f"is {_kind(raw)}, not a time")
        try:
            return (_EPOCH + timedelta(seconds=told / per_s)).isoformat(timespec="seconds")
        except OverflowError as error:
            raise MalformedError("is a time too far away") from error

    def write(wished: Value, _beside: Beside) -> object:
        try:
            when = datetime.fromisoformat(wished if isinstance(wished, str) else "")
        except ValueError as error:
            raise RefusedError(f"takes a time as ISO 8601, not {wished!r}") from error
        since = (when if when.tzinfo else when.replace(tzinfo=UTC)) - _EPOCH
        return round(since.total_seconds() * per_s)

    return Codec("Timestamp.value", read, write)


def listed(own: int, *, label: Callable[[object], str | None]) -> Codec:
    """Return the codec of a place in the list that the attribute `own` has, by what is there."""

    def names(beside: Beside) -> dict[int, str]:
        items = beside.attributes.get(own)
        said = [label(item) for item in items[:256]] if isinstance(items, list) else []
        return {place: name for place, name in enumerate(said) if name}

    return _named(names)


def moded(own: int = 0) -> Codec:
    """Return the codec of a mode, by its label in the list of modes that the attribute `own` has.

    Source: section "Mode Base cluster", ModeOptionStruct: label (0), mode (1).
    """

    def names(beside: Beside) -> dict[int, str]:
        items = beside.attributes.get(own)
        found: dict[int, str] = {}
        for item in items[:256] if isinstance(items, list) else ():
            if not isinstance(item, Mapping):
                continue
            label, mode = member(item, 0, "label"), member(item, 1, "mode")
            if isinstance(label, str) and isinstance(mode, int):
                found[mode] = label
        return found

    return _named(names)


def stated(words: Words, own: int = 3) -> Codec:
    """Return the codec of an operational state: by its word, or the label that the list `own` has.

    Source: section "Operational State cluster", OperationalStateStruct: id (0), label (1).
    """

    def names(beside: Beside) -> dict[int, str]:
        items = beside.attributes.get(own)
        found: dict[int, str] = {}
        for item in items[:256] if isinstance(items, list) else ():
            if isinstance(item, Mapping):
                code, label = (
                    member(item, 0, "operationalStateID"),
                    member(item, 1, "operationalStateLabel"),
                )
                if isinstance(code, int):
                    found[code] = (label if isinstance(label, str) else "") or words.get(code, "")
        return {code: word for code, word in (found or dict(words)).items() if word}

    def read(raw: object, beside: Beside) -> Value:
        code = to_code(raw)
        return words.get(code) or names(beside).get(code) or str(code)

    def shape(beside: Beside) -> Mapping[str, object]:
        said = [words.get(code) or word for code, word in names(beside).items()]
        return {"choices": tuple(dict.fromkeys(said))}

    return Codec("Select.option", read, None, shape=shape)


def field(tag: int, label: str, inner: Codec) -> Codec:
    """Return the codec of one field of a structure, which is only read."""

    def read(raw: object, beside: Beside) -> Value:
        said = member(raw, tag, label)
        return None if said is None else inner.read(said, beside)

    return Codec(inner.plain, read, None, inner.unit, inner.shape)


def illuminance() -> Codec:
    """Return the codec of light in lx: raw = 10000 * log10(lx) + 1, 0 is too dark to measure."""

    def read(raw: object, _beside: Beside) -> Value:
        code = to_code(raw)
        if not 0 <= code <= 0xFFFF:
            raise MalformedError(f"is {code}, not 16 bits")
        return round(10 ** ((code - 1) / 10_000), 2) if code else 0.0

    return Codec("Number.value", read, None, lambda _: "lx")


def mireds() -> Codec:
    """Return the codec of a colour temperature in mireds, as K."""

    def read(raw: object, _beside: Beside) -> Value:
        told = to_number(raw)
        if told is None:
            raise MalformedError(f"is {_kind(raw)}, not a number")
        return round(1e6 / told) if told > 0 else None

    def write(wished: Value, beside: Beside) -> object:
        told = wished_number(wished)
        low, high = _kelvins(beside)
        if not low <= told <= high:
            raise RefusedError(f"takes {low:g} to {high:g} K, not {told:g}")
        return round(1e6 / told)

    def shape(beside: Beside) -> Mapping[str, object]:
        low, high = _kelvins(beside)
        return {"minimum": float(low), "maximum": float(high), "tolerance": 60.0}

    return Codec("Number.value", read, write, lambda _: "K", shape)


def tidy(amount: float) -> float:
    """Return `amount` without the noise of its arithmetic."""
    return round(amount, 6)


def to_number(raw: object) -> float | None:
    """Return `raw` if it is a finite number, else None."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        told = float(raw)
    except OverflowError:
        return None
    return told if math.isfinite(told) else None


def to_code(raw: object) -> int:
    """Return `raw` if it is a whole number of at most 64 bits. Raises MalformedError."""
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 2**64:
        return raw
    if isinstance(raw, Mapping) and isinstance(raw.get("value"), int):
        return to_code(raw["value"])
    raise MalformedError(f"is {_kind(raw)}, not a whole number")


def wished_number(wished: Value) -> float:
    """Return a wished number. Raises RefusedError for what is none."""
    if isinstance(wished, bool) or not isinstance(wished, int | float):
        raise RefusedError(f"takes a number, not {wished!r}")
    told = to_number(wished)
    if told is None:
        raise RefusedError(f"takes a number, not {wished!r}")
    return told


def wished_flag(wished: Value) -> bool:
    """Return a wished boolean. Raises RefusedError for what is none."""
    if isinstance(wished, bool):
        return wished
    raise RefusedError(f"takes yes or no, not {wished!r}")


def _named(names: Callable[[Beside], Mapping[int, str]]) -> Codec:
    def read(raw: object, beside: Beside) -> Value:
        code = to_code(raw)
        return names(beside).get(code) or str(code)

    def write(wished: Value, beside: Beside) -> object:
        codes = {name: code for code, name in names(beside).items()}
        if not isinstance(wished, str) or wished not in codes:
            raise RefusedError(f"cannot be {wished!r}, only {' or '.join(codes) or 'nothing'}")
        return codes[wished]

    return Codec(
        "Select.option",
        read,
        write,
        shape=lambda beside: {"choices": tuple(dict.fromkeys(names(beside).values()))},
    )


_MIREDS = (0x400B, 0x400C)
"""ColorTempPhysicalMinMireds and ColorTempPhysicalMaxMireds."""


def _kelvins(beside: Beside) -> tuple[float, float]:
    """Return the range of a lamp's colour temperature; the vocabulary's where it tells none."""
    least, most = (to_number(beside.attributes.get(own)) for own in _MIREDS)
    high = 1e6 / least if least and least >= 80 else 12_000.0
    low = 1e6 / most if most and 0 < most <= 1000 else 1_000.0
    return (round(low), round(high)) if low < high else (1_000.0, 12_000.0)


def _kind(raw: object) -> str:
    return f"a {type(raw).__name__}"
