"""Fitting the activity model on recorded days; what is chosen is chosen on some held out."""

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from perception.activity.model import Belief, Fitted, Model, cooled
from perception.activity.table import Table
from perception.encoding.stream import CLOCK, View, columns
from perception.learning import ensemble
from perception.learning.ensemble import Effort, Lesson

_TEMPERATURES = np.geomspace(0.4, 3.0, 41)


type Learner = Callable[[Lesson, Effort, int], tuple[bytes, ...]]


class _Plan(Struct, frozen=True):
    """One way to fit: what is read, by what, and what that believes about rows it did not see."""

    columns: tuple[int, ...]
    learners: tuple[Learner, ...]
    unseen: Belief


class _Rows(Struct, frozen=True):
    """All tables in one. `part`: which of the parts that are held out together."""

    rows: NDArray[np.float32]
    codes: NDArray[np.int64]
    weights: NDArray[np.float64]
    part: NDArray[np.int64]


def fit(
    tables: Sequence[Table],
    labels: tuple[str, ...],
    channels: int,
    effort: Effort,
    *,
    parts: int = 3,
    more: int = 0,
    seed: int = 0,
) -> Fitted:
    """Return a model of the tables of one or several homes, whose vectors have `channels`.

    Whether it reads plain or whole vectors, with nets beside the forest or without, and how sure it
    is: all that is chosen by beliefs about `parts` stretches of days (with several homes: about
    homes) that were held out in turn. `labels` are sorted. `more` columns follow each vector and
    are always read.
    """
    rows = _Rows(
        rows=np.concatenate([t.rows for t in tables]),
        codes=np.searchsorted(labels, np.concatenate([t.labels for t in tables])),
        weights=np.concatenate([t.weights for t in tables]),
        part=_parts(tables, parts),
    )
    plans = _tried(rows, labels, channels, more, effort, seed)
    plan = max(plans, key=lambda one: _worth(one.unseen, rows.codes))
    fitted = _fitted(rows, labels, plan.columns, plan.learners, effort, seed)
    return replace(fitted, temperature=_temperature(plan.unseen, rows))


def _tried(
    rows: _Rows, labels: tuple[str, ...], channels: int, more: int, effort: Effort, seed: int
) -> list[_Plan]:
    """Return the ways to fit, with what each believes about rows that it did not see."""
    end = int(columns(View.WHOLE, channels)[-1]) + 1
    tried = []
    views = [tuple(columns(view, channels).tolist()) for view in View]
    if more:
        views.append(tuple(range(CLOCK)))
    for view in views:
        read = (*view, *range(end, end + more))
        trees = _held_out(rows, labels, read, ensemble.forest, effort, seed)
        tried.append(_Plan(read, (ensemble.forest,), trees))
        if effort.nets:
            nets = _held_out(rows, labels, read, ensemble.nets, effort, seed)
            tried.append(_Plan(read, (ensemble.forest, ensemble.nets), (trees + nets) / 2))
    return tried


def _parts(tables: Sequence[Table], parts: int) -> NDArray[np.int64]:
    if len(tables) > 1:
        return np.repeat(np.arange(len(tables)), [t.at.size for t in tables])
    days, place = np.unique(tables[0].days, return_inverse=True)
    return np.asarray(place * min(parts, days.size) // days.size, np.int64)


def _held_out(
    rows: _Rows,
    labels: tuple[str, ...],
    read: tuple[int, ...],
    learner: Learner,
    effort: Effort,
    seed: int,
) -> Belief:
    """Return a belief about each row from graphs that did not see its part."""
    beliefs = np.full((rows.codes.size, len(labels)), 1 / len(labels))
    for part in np.unique(rows.part):
        seen, unseen = rows.part != part, rows.part == part
        if seen.any():
            fitted = _fitted(_chosen(rows, seen), labels, read, (learner,), effort, seed)
            beliefs[unseen] = Model(fitted).raw(rows.rows[unseen])
    return beliefs


def _fitted(
    rows: _Rows,
    labels: tuple[str, ...],
    read: tuple[int, ...],
    learners: tuple[Learner, ...],
    effort: Effort,
    seed: int,
) -> Fitted:
    counted = _chosen(rows, rows.weights > 0)
    lesson = Lesson(counted.rows[:, list(read)], counted.codes, counted.weights, len(labels))
    made = [learner(lesson, effort, seed) for learner in learners]
    graphs = [(1 / len(made) / len(some), graph) for some in made for graph in some]
    return Fitted(labels, read, tuple(graphs))


def _chosen(rows: _Rows, chosen: NDArray[np.bool_]) -> _Rows:
    return _Rows(rows.rows[chosen], rows.codes[chosen], rows.weights[chosen], rows.part[chosen])


def _worth(beliefs: Belief, codes: NDArray[np.int64]) -> float:
    guess = beliefs.argmax(axis=1)
    return float(np.mean(guess == codes) + f1_score(codes, guess, average="macro"))


def _temperature(beliefs: Belief, rows: _Rows) -> float:
    """Return the temperature at which the truth is least surprising (negative log-likelihood)."""

    def surprise(temperature: float) -> float:
        right = cooled(beliefs, temperature)[np.arange(rows.codes.size), rows.codes]
        return float(-np.log(np.maximum(right, 1e-9)).mean())

    return float(min(_TEMPERATURES.tolist(), key=surprise))
