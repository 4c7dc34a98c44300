"""Durations and quantities as people write them: `1 h 30 min`, `40 %`, `21 °C`, `2700 K`."""

import re
from collections.abc import Iterable
from typing import Annotated

from msgspec import Struct
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from hubd.documents import did_you_mean, wrong
from hubd.model.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from scenes.shapes import NUMBER, Shape, either, one_of
from scenes.shapes import text as text_shape
from scenes.units import SPELLED, UNITS, conversion
from scenes.units import unit as named

TIME_UNITS = {
    "day": DAY_US,
    "h": HOUR_US,
    "min": MINUTE_US,
    "s": SECOND_US,
    "ms": 1000,
}
"""Unit of time -> microseconds."""
TIME_WORDS = {
    "d": "day",
    "days": "day",
    "hour": "h",
    "hours": "h",
    "minute": "min",
    "minutes": "min",
    "second": "s",
    "seconds": "s",
    "sec": "s",
}
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)")
_DURATION = re.compile(rf"{_PART.pattern}(?:\s*{_PART.pattern})*")
_LONGEST_US = 366 * DAY_US


def parse_duration(text: object) -> int:
    """Return `text`, such as "1 h 30 min", in microseconds. Raises a "wrong" error."""
    example = "write it as in 90 s, 5 min or 1 h 30 min"
    if isinstance(text, int | float) and not isinstance(text, bool):
        raise wrong(f"{text} has no unit of time", example)
    words = str(text).strip().casefold()
    if not isinstance(text, str) or not _DURATION.fullmatch(words):
        raise wrong(f'"{text}" is not a length of time', example)
    total_us = 0.0
    for number, word in _PART.findall(words):
        unit = TIME_WORDS.get(word, word)
        if unit not in TIME_UNITS:
            units = ["day", "h", "min", "s"]
            raise wrong(f'"{word}" is not a unit of time', did_you_mean(word, units))
        total_us += float(number) * TIME_UNITS[unit]
    if not 1 <= total_us <= _LONGEST_US:
        raise wrong(f'"{text}" is out of range', "write more than nothing and at most 366 days")
    return round(total_us)


def is_duration(text: object) -> bool:
    """Say whether `text` reads as a length of time, and as no other quantity."""
    words = text.strip().casefold() if isinstance(text, str) else ""
    if not _DURATION.fullmatch(words):
        return False
    return all(TIME_WORDS.get(word, word) in TIME_UNITS for _, word in _PART.findall(words))


def format_duration(duration_us: int) -> str:
    """Return `duration_us` as people write it; `parse_duration` reads it back, to the ms."""
    left = duration_us
    parts = []
    for unit, size in TIME_UNITS.items():
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}s" if unit == "day" and count > 1 else f"{count} {unit}")
    return " ".join(parts) or "0 s"


TIME_PATTERN = rf"{NUMBER}\s*{one_of((*TIME_UNITS, *TIME_WORDS))}"
DURATION_SHAPE = text_shape(
    rf"{TIME_PATTERN}(?:\s*{TIME_PATTERN})*", "a length of time", ["90 s", "5 min", "1 h 30 min"]
)
Duration = Annotated[int, BeforeValidator(parse_duration), WithJsonSchema(DURATION_SHAPE)]
"""A length of time in microseconds, read from text."""


class Quantity(Struct, frozen=True):
    """A number with its unit; the unit is "" where there is none."""

    number: float
    unit: str = ""

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{self.number:g} {self.unit}".rstrip()


_QUANTITY = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?)\s*([^\d\s].*)?")


def read_quantity(text: object) -> Quantity | None:
    """Return `text` as a quantity; None if it is none. Raises "wrong" for an unknown unit."""
    if isinstance(text, bool):
        return None
    if isinstance(text, int | float):
        return Quantity(float(text))
    match = _QUANTITY.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    word = (match[2] or "").strip()
    if word in UNITS or not word:
        return Quantity(float(match[1]), word)
    unit = SPELLED.get(word.casefold())
    if unit is None:
        raise wrong(f'"{word}" is not a unit known here', did_you_mean(word, UNITS))
    return Quantity(float(match[1]), unit)


def parse_quantity(text: object) -> Quantity:
    """Return `text` as a quantity. Raises a "wrong" error."""
    quantity = text if isinstance(text, Quantity) else read_quantity(text)
    if quantity is None:
        raise wrong(f'"{text}" is not a quantity', "write a number and its unit, as in 40 %")
    return quantity


def in_unit(quantity: Quantity, unit: str) -> float:
    """Return the number of `quantity` in `unit`. Raises "wrong" if the units do not fit."""
    if quantity.unit == unit:
        return quantity.number
    convert = conversion(named(quantity.unit), named(unit))
    if convert is not None:
        return round(convert(quantity.number), 6)
    number = f"{quantity.number:g}"
    if not unit:
        raise wrong(f"{quantity} has a unit where none belongs", f"write {number}")
    if not quantity.unit:
        raise wrong(f"{number} has no unit", f"write {number} {unit}")
    raise wrong(f"{quantity} is not in {unit}", f"write it in {unit}, as in {number} {unit}")


def converted(quantity: Quantity, unit: str) -> float | None:
    """Return the number of `quantity` in a device's own `unit`; None if the units do not fit.

    A number without a unit is one in the device's.
    """
    if quantity.unit in {unit, ""}:
        return quantity.number
    try:
        return in_unit(quantity, unit)
    except PydanticCustomError:
        return None


def quantity_shape(units: Iterable[str], example: str) -> Shape:
    """Return the JSON Schema of a quantity in one of `units`; "" among them is a plain number."""
    known = set(units)
    spelled = one_of(word for word, unit in SPELLED.items() if unit in known)
    optional = "?" if "" in known else ""
    written = text_shape(
        rf"[-+]?{NUMBER}\s*{spelled}{optional}", "a number and its unit", [example]
    )
    return either(written, {"type": "number"}) if "" in known else written


def shape_in(unit: str) -> Shape:
    """Return the JSON Schema of a quantity that fits `unit`."""
    fitting = [name for name in (*UNITS, "") if conversion(named(name), named(unit)) is not None]
    return quantity_shape(fitting, f"40 {unit}".rstrip())


Amount = Annotated[
    Quantity,
    BeforeValidator(parse_quantity),
    WithJsonSchema(quantity_shape((*UNITS, ""), "21 °C")),
]
"""A quantity, read from text."""
