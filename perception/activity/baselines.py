"""What simpler means would have said, as causal as the model.

The majority, the last sensor, a hidden Markov model, and a random forest on windows.
"""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from perception.data.recording import DAY_S, Moments, Recording

type Codes = NDArray[np.int64]

_WINDOW = 30
_ADDED = 0.5


class Simple(Struct, frozen=True):
    """A recording as simple means see it.

    `last`: the sense heard from last at each moment, and whether it went on; `windows`: counts of
    each in the last 30 readings, and the hour.
    """

    last: Codes
    windows: NDArray[np.float32]


def seen(recording: Recording, moments: Moments) -> Simple:
    """Return what simple means look at."""
    count = len(recording.senses)
    kind = recording.sense * 2 + (recording.value > 0)
    last = np.where(moments.seen > 0, kind[np.maximum(moments.seen - 1, 0)] + 1, 0)
    heard = np.zeros((recording.at.size + 1, count))
    heard[np.arange(recording.at.size) + 1, recording.sense] = 1
    heard = heard.cumsum(axis=0)
    windows = heard[moments.seen] - heard[np.maximum(moments.seen - _WINDOW, 0)]
    since = moments.at - np.concatenate(([-DAY_S], recording.at))[moments.seen]
    rest = (last, moments.at % DAY_S / 3600, np.log1p(since))
    return Simple(last, np.column_stack((windows, *rest)).astype(np.float32))


def guesses(
    simple: Simple,
    codes: Codes,
    train: NDArray[np.bool_],
    test: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> Mapping[str, Codes]:
    """Return each baseline's codes for the rows of `test`, learnt from those of `train`.

    `weights`: how much a row counts for the forest; 0 leaves it out.
    """
    usual = np.bincount(codes[train]).argmax()
    count = int(codes.max()) + 1
    symbols = int(simple.last.max()) + 1
    together = np.zeros((symbols, count))
    np.add.at(together, (simple.last[train], codes[train]), 1)
    rule = np.where(together.sum(axis=1) > 0, together.argmax(axis=1), usual)
    trees = RandomForestClassifier(50, min_samples_leaf=2, random_state=0, n_jobs=2)
    fitting = train & (weights > 0)
    trees.fit(simple.windows[fitting], codes[fitting], sample_weight=weights[fitting])
    return {
        "majority": np.full(np.count_nonzero(test), usual),
        "last sensor": rule[simple.last[test]],
        "hmm": _filtered(together, codes, train, simple.last[test]),
        "random forest": trees.predict(simple.windows[test]),
    }


def _filtered(
    together: NDArray[np.float64], codes: Codes, train: NDArray[np.bool_], symbols: Codes
) -> Codes:
    """Return what a hidden Markov model filters from the sensor heard from last."""
    count = together.shape[1]
    next_to = np.full((count, count), _ADDED / count)
    beside = train[1:] & train[:-1]
    np.add.at(next_to, (codes[:-1][beside], codes[1:][beside]), 1)
    next_to /= next_to.sum(axis=1, keepdims=True)
    told = (together + _ADDED) / (together + _ADDED).sum(axis=0)
    belief = np.maximum(together.sum(axis=0), _ADDED)
    belief /= belief.sum()
    guesses = np.zeros(symbols.size, np.int64)
    for place, symbol in enumerate(symbols):
        belief = (belief @ next_to) * told[symbol]
        belief /= belief.sum()
        guesses[place] = belief.argmax()
    return guesses
