"""Care for what homes really record: doubles, clocks that jump back, sensors that stay stuck."""

from collections import Counter

import numpy as np

from perception.data.recording import DAY_S, Places, Seconds
from perception.encoding.sense import Sense


def in_order(at: Seconds) -> tuple[Seconds, int]:
    """Return times that never go back, and how many were mended.

    Readings count in the order in which they came: a stamp that is earlier than the one before it
    is taken as that one. A live hub can do no better, for it cannot wait for what is to come.
    """
    steady = np.maximum.accumulate(at) if at.size else at
    return steady, int(np.count_nonzero(steady != at))


def stuck(senses: tuple[Sense, ...], at: Seconds, sense: Places, value: Seconds) -> list[str]:
    """Return a note on each sense that stood on for more than a day."""
    since: dict[int, float] = {}
    longest: Counter[int] = Counter()
    end = at[-1] if at.size else 0.0
    for when, which, on in zip(at.tolist(), sense.tolist(), value.tolist(), strict=True):
        if on:
            since.setdefault(which, when)
        elif which in since:
            longest[which] = max(longest[which], int(when - since.pop(which)))
    for which, when in since.items():
        longest[which] = max(longest[which], int(end - when))
    return [
        f"{senses[which].id} stood on for {seconds / 3600:.0f} h: not believed after a day."
        for which, seconds in longest.most_common()
        if seconds > DAY_S
    ]
