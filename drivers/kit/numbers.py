"""Numbers as others say them: JSON has some that no sensor measures and no float holds. Pure."""

import math
from typing import TypeGuard


def is_kept(said: int) -> bool:
    """Say whether a whole number has the 64 bits that the log keeps, and messages carry."""
    return -(2**63) <= said < 2**63


def is_number(said: object) -> TypeGuard[int | float]:
    """Say whether `said` is a finite number that a float can hold; a truth value is none."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        return False
    try:
        return math.isfinite(said)
    except OverflowError:
        return False
