"""What a property can hold, and when two values are the same for the eye."""

from enum import StrEnum

type Value = bool | int | float | str | None
"""A property's value; None is "not known"."""


class ValueType(StrEnum):
    """The type that a property's values have, named as in JSON Schema and WoT."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    STRING = "string"


def same(a: Value, b: Value, tolerance: float = 0.0) -> bool:
    """Say whether `a` and `b` are equal, numbers within `tolerance` (in their own unit)."""
    if a == b:
        return True
    if tolerance and isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) <= tolerance
    return False
