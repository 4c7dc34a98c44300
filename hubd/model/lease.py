"""Leases: how long a person's hand is left alone."""

from msgspec import Struct

from hubd.model.device import DeviceType
from hubd.model.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US

LONGEST_US = 12 * HOUR_US
"""A hand that is left alone until its person leaves is so for this long at most."""

_UNITS = (("day", DAY_US), ("h", HOUR_US), ("min", MINUTE_US), ("s", SECOND_US))


class Lease(Struct, frozen=True, gc=False):
    """How long a hand on endpoints of `types` is left alone: `lasts_us`.

    With `until_left` also no longer than people are in its area: the longest is `LONGEST_US`.
    """

    types: tuple[DeviceType, ...]
    lasts_us: int
    until_left: bool = False


def in_words(lasts_us: int, *, until_left: bool) -> str:
    """Return a lease as people say it: "for 2 h", "until they leave"."""
    return "until they leave" if until_left else f"for {span_words(lasts_us)}"


def span_words(span_us: int) -> str:
    """Return a length of time as people write it, to the second: "1 h 30 min"."""
    left, parts = span_us, list[str]()
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}s" if unit == "day" and count > 1 else f"{count} {unit}")
    return " ".join(parts) or "0 s"
