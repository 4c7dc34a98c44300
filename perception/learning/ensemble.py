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
_EVENNESS = 0.4
"""0: a label counts by how often it is; 1: all labels count the same."""
_CLOCK_JITTER_H = 0.4
"""Habits vary by this much from day to day: without it a tree knows an hour by its minute."""


class Lesson(Struct, frozen=True):
    """What is to be learnt: rows in the order of time, codes below `labels`, weights."""

    table: Table
    codes: Codes
    weights: Weights
    labels: int

    def evened(self) -> Weights:
        """Return weights by which rare labels count for more than their share."""
        counts = np.maximum(np.bincount(self.codes, self.weights, minlength=self.labels), 1.0)
        factors = (counts / counts.max()) ** -_EVENNESS
        return np.asarray(
            self.weights * (factors / np.average(factors, weights=counts))[self.codes]
        )

    def shifted(self, random: np.random.Generator) -> Table:
        """Return the table with each stretch of one label moved in its time of day, at random."""
        stretch = np.cumsum(np.concatenate(([0], np.diff(self.codes) != 0)))
        shifts = random.normal(0, _CLOCK_JITTER_H, int(stretch[-1]) + 1)[stretch]
        moved = self.table.copy()
        moved[:, :CLOCK] = (self.table[:, :CLOCK] + shifts[:, None]) % 24
        return moved


class Effort(Struct, frozen=True):
    """How much work goes into one fit."""

    trees: int = 60
    nets: int = 2
    passes: int = 20
    hidden: int = 64


def forest(lesson: Lesson, effort: Effort, seed: int) -> tuple[bytes, ...]:
    """Return the graph of a forest (perception/learning/graphs.py)."""
    trees = ExtraTreesClassifier(
        effort.trees, min_samples_leaf=3, max_features=0.3, random_state=seed, n_jobs=2
    )
    random = np.random.default_rng(seed)
    trees.fit(lesson.shifted(random), lesson.codes, sample_weight=lesson.evened())
    return (graphs.forest(trees, lesson.labels),)


def nets(lesson: Lesson, effort: Effort, seed: int) -> tuple[bytes, ...]:
    """Return the graphs of small nets, which see every row a little otherwise in every pass."""
    mean = lesson.table.mean(axis=0)
    spread = lesson.table.std(axis=0) + _LEAST_SPREAD
    made = []
    for place in range(effort.nets):
        random = np.random.default_rng(seed + place)
        net = MLPClassifier((effort.hidden,), alpha=1.0, random_state=seed + place)
        for _ in range(effort.passes):
            inputs = (lesson.shifted(random) - mean) / spread
            inputs += random.normal(0, _NOISE, inputs.shape)
            net.partial_fit(
                np.clip(inputs, -_LIMIT, _LIMIT),
                lesson.codes,
                classes=np.unique(lesson.codes),
                sample_weight=lesson.evened(),
            )
        made.append(graphs.net(net, mean, spread, _LIMIT, lesson.labels))
    return tuple(made)
