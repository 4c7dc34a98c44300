"""What an evaluation ends with: the truth, what was believed, and what others would have said."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

type Codes = NDArray[np.int64]
"""Labels by their place in a tuple of names, shape (n,)."""
type Belief = NDArray[np.float64]
"""Probabilities of labels, shape (n, labels); each row sums to 1."""


class Scores(Struct, frozen=True):
    """How good guesses are: shares from 0 to 1."""

    accuracy: float
    macro_f1: float


class Outcome(Struct, frozen=True):
    """One task's evaluation.

    `truth`, `belief`: of the model, over `labels`, on data that nothing was fitted to. `times`:
    local time of each, for the timeline; empty where there is none. `guesses`: each baseline's, on
    the same data. `protocol` says in words what trained what and what was tested. `notes`: what
    was dropped or mended in the data, with counts.
    """

    task: str
    protocol: str
    labels: tuple[str, ...]
    truth: Codes
    belief: Belief
    guesses: Mapping[str, Codes]
    times: Sequence[datetime] = ()
    notes: tuple[str, ...] = ()
