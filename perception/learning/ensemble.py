"""A forest and some small nets: the learner of tables whose rows are moments of days."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.neural_network import MLPClassifier

from perception.encoding.stream import CLOCK
from perception.learning import graphs

type Table = NDArray[np.float32]
type Codes = NDArray[np.int64]
type Weights = NDArray[np.float64]

_LIMIT = 4.0
_CLOCK_JITTER_H = 0.4
"""Habits vary by this much from day to day: without it a tree knows an hour by its minute."""


class Effort(Struct, frozen=True):
    """How much work goes into one fit."""

    trees: int = 60
    nets: int = 3
    passes: int = 12
    hidden: int = 64


def fit(
    table: Table, codes: Codes, weights: Weights, labels: int, effort: Effort, *, seed: int = 0
) -> tuple[bytes, ...]:
    """Return ONNX graphs whose beliefs are to be averaged, as `graphs` says.

    A stretch of rows with one label is shifted in its time of day as a whole, at random.
    """
    random = np.random.default_rng(seed)
    stretch = np.cumsum(np.concatenate(([0], np.diff(codes) != 0)))
    made = []
    if effort.trees:
        trees = ExtraTreesClassifier(
            effort.trees, min_samples_leaf=3, max_features=0.3, random_state=seed, n_jobs=2
        )
        trees.fit(_shifted(table, stretch, random), codes, sample_weight=weights)
        made.append(graphs.forest(trees, labels))
    mean, spread = table.mean(axis=0), table.std(axis=0) + 0.05
    for place in range(effort.nets):
        net = MLPClassifier(
            (effort.hidden,), alpha=1.0, random_state=seed + place, max_iter=effort.passes
        )
        inputs = np.clip((_shifted(table, stretch, random) - mean) / spread, -_LIMIT, _LIMIT)
        for _ in range(1):
            net.fit(inputs, codes, sample_weight=weights)
        made.append(graphs.net(net, mean, spread, _LIMIT, labels))
    return tuple(made)


def _shifted(table: Table, stretch: Sequence[int] | Codes, random: np.random.Generator) -> Table:
    shifts = random.normal(0, _CLOCK_JITTER_H, int(stretch[-1]) + 1)[stretch]
    hours = table[:, CLOCK - 2] + shifts
    turn = 2 * np.pi * hours / 24
    moved = table.copy()
    clock = (np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn))
    moved[:, :CLOCK] = np.stack((*clock, hours % 24, (hours - 4) % 24), axis=1)
    return moved
