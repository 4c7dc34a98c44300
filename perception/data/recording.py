"""A recorded home in memory: what was sensed, and the moments at which somebody knew the truth."""

from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from perception.encoding.sense import Sense

type Seconds = NDArray[np.float64]
type Places = NDArray[np.int64]

DAY_S = 86_400.0
SLICE_S = 60.0
IDLE = "Idle"


class Moments(Struct, frozen=True):
    """When something is asked, and what was true: arrays of one length.

    `at`: seconds since the recording's midnight. `seen`: how many of the readings have come in by
    then; a belief may look at those alone. `labels`: what was true.
    """

    at: Seconds
    seen: Places
    labels: NDArray[np.str_]

    @property
    def days(self) -> Places:
        """The day of each, counted from the recording's first."""
        return np.asarray((self.at - 1e-6) // DAY_S, np.int64)

    def where(self, chosen: NDArray[np.bool_]) -> "Moments":
        """Return those alone that are chosen."""
        return Moments(self.at[chosen], self.seen[chosen], self.labels[chosen])


class Recording(Struct, frozen=True):
    """A home's readings in the order in which they came, and its moments of known truth.

    `midnight`: the local midnight before the first reading, from which `at` counts seconds.
    `sense`: whose reading it is, by place in `senses`. `value`: 1 for on, open, occupied; 0 else.
    `sliced`: the moments are the ends of minutes, not the readings themselves. `notes`: what was
    dropped or mended, with counts.
    """

    name: str
    midnight: datetime
    senses: tuple[Sense, ...]
    at: Seconds
    sense: Places
    value: Seconds
    moments: Moments
    sliced: bool
    notes: tuple[str, ...] = ()

    def times(self, moments: Moments) -> list[datetime]:
        """Return the local time of moments."""
        return [self.midnight + timedelta(seconds=float(at)) for at in moments.at]


def minutes(recording: Recording) -> Moments:
    """Return the recording's moments as ends of minutes, whatever they were.

    Between two moments of known truth the earlier holds.
    """
    if recording.sliced:
        return recording.moments
    known = recording.moments
    at = np.arange(known.at[0] // SLICE_S + 1, known.at[-1] // SLICE_S + 2) * SLICE_S
    held = np.searchsorted(known.at, at, side="left") - 1
    return Moments(at, np.searchsorted(recording.at, at, side="left"), known.labels[held])
