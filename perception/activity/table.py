"""A recording's moments as a table of features, and how much each row counts in a fit."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from perception.data.recording import Moments, Recording
from perception.encoding.channels import Channels
from perception.encoding.stream import Stream

_STEADY_S = 600.0
_ONE_IN = 8


class Table(Struct, frozen=True):
    """Rows of features, with what was true.

    `rows`: (n, features). `at`: seconds; `days`: which day; `labels`: the home's words. `weights`:
    0 for what a fit may leave out.
    """

    rows: NDArray[np.float32]
    at: NDArray[np.float64]
    days: NDArray[np.int64]
    labels: NDArray[np.str_]
    weights: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> "Table":
        """Return those rows alone that are chosen."""
        return Table(
            self.rows[chosen],
            self.at[chosen],
            self.days[chosen],
            self.labels[chosen],
            self.weights[chosen],
        )


def table(recording: Recording, moments: Moments, channels: Channels) -> Table:
    """Return the features of moments; each sees only the readings that came in by then."""
    stream = Stream(channels)
    heard = 0
    rows = []
    at, sense, value = (part.tolist() for part in (recording.at, recording.sense, recording.value))
    for now, seen in zip(moments.at.tolist(), moments.seen.tolist(), strict=True):
        while heard < seen:
            stream.hear(at[heard], sense[heard], value[heard])
            heard += 1
        rows.append(stream.vector(now))
    days = moments.days
    return Table(np.array(rows), moments.at, days, moments.labels, _weights(recording, moments))


def _weights(recording: Recording, moments: Moments) -> NDArray[np.float64]:
    """Let one row in eight stand for all where nothing was heard for ten minutes.

    A night is one long row many times over: it makes a fit slow, and no better.
    """
    weights = np.ones(moments.at.size)
    if moments.at.size == recording.at.size:
        return weights
    heard = np.concatenate(([-np.inf], recording.at))[moments.seen]
    changed = np.concatenate(([True], moments.labels[1:] != moments.labels[:-1]))
    steady = (moments.at - heard > _STEADY_S) & ~changed
    place = np.arange(steady.size)
    weights[steady & (place % _ONE_IN != 0)] = 0
    weights[steady & (place % _ONE_IN == 0)] = _ONE_IN
    return weights
