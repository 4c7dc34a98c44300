"""A forest and some small nets: the learner of tables whose rows are moments of days."""

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
_LEAST_SPREAD = 0.05
_NOISE = 0.3
_EVENNESS = 0.3
"""0: a label counts by how often it is; 1: all labels count the same."""
_CLOCK_JITTER_H = 0.4
"""Habits vary by this much from day to day: without it a tree knows an hour by its minute."""


class Effort(Struct, frozen=True):
    """How much work goes into one fit."""

    trees: int = 60
    nets: int = 3
    passes: int = 20
    hidden: int = 64


def fit(
    table: Table, codes: Codes, weights: Weights, labels: int, effort: Effort, *, seed: int = 0
) -> tuple[tuple[float, bytes], ...]:
    """Return ONNX graphs, as `graphs` says, and how much the belief of each counts.

    A stretch of rows with one label is shifted in its time of day as a whole, at random. Rare
    labels count for more than their share.
    """
    random = np.random.default_rng(seed)
    stretch = np.cumsum(np.concatenate(([0], np.diff(codes) != 0)))
    weights = weights * _evened(codes, weights, labels)
    made = []
    kinds = (effort.trees > 0) + (effort.nets > 0)
    if effort.trees:
        trees = ExtraTreesClassifier(
            effort.trees, min_samples_leaf=3, max_features=0.3, random_state=seed, n_jobs=2
        )
        trees.fit(_shifted(table, stretch, random), codes, sample_weight=weights)
        made.append((1 / kinds, graphs.forest(trees, labels)))
    mean, spread = table.mean(axis=0), table.std(axis=0) + _LEAST_SPREAD
    for place in range(effort.nets):
        net = MLPClassifier((effort.hidden,), alpha=1.0, random_state=seed + place)
        for _ in range(effort.passes):
            inputs = (_shifted(table, stretch, random) - mean) / spread
            inputs += random.normal(0, _NOISE, inputs.shape)
            inputs = np.clip(inputs, -_LIMIT, _LIMIT)
            net.partial_fit(inputs, codes, classes=np.unique(codes), sample_weight=weights)
        made.append((1 / kinds / effort.nets, graphs.net(net, mean, spread, _LIMIT, labels)))
    return tuple(made)


def _evened(codes: Codes, weights: Weights, labels: int) -> Weights:
    counts = np.maximum(np.bincount(codes, weights, minlength=labels), 1.0)
    factors = (counts / counts.max()) ** -_EVENNESS
    return np.asarray((factors / np.average(factors, weights=counts))[codes])


def _shifted(table: Table, stretch: Codes, random: np.random.Generator) -> Table:
    shifts = random.normal(0, _CLOCK_JITTER_H, int(stretch[-1]) + 1)[stretch]
    moved = table.copy()
    moved[:, :CLOCK] = (table[:, :CLOCK] + shifts[:, None]) % 24
    return moved
