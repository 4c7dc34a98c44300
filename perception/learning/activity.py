"""Fitting the activity model on recorded days, and its temperature on days held out."""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from perception.activity.memory import memories
from perception.activity.model import Fitted, Step, Weighted, cooled
from perception.activity.table import Table
from perception.learning import ensemble
from perception.learning.ensemble import Effort

_TEMPERATURES = np.geomspace(0.4, 3.0, 41)


class _Rows(Struct, frozen=True):
    """All homes' rows in one; `home` and `days` tell whose and when."""

    rows: NDArray[np.float32]
    codes: NDArray[np.int64]
    weights: NDArray[np.float64]
    part: NDArray[np.int64]


def fit(
    tables: Sequence[Table],
    labels: tuple[str, ...],
    effort: Effort,
    *,
    parts: int = 4,
    seed: int = 0,
) -> Fitted:
    """Return a model of homes' tables.

    The memory and the temperature are learnt from beliefs about days (with several homes: about
    homes) that the glance which had them did not see: `parts` parts are held out in turn.
    """
    all_rows = _Rows(
        rows=np.concatenate([t.rows for t in tables]),
        codes=np.searchsorted(labels, np.concatenate([t.labels for t in tables])),
        weights=np.concatenate([t.weights for t in tables]),
        part=_parts(tables, parts),
    )
    count = len(labels)
    glances = _held_out(all_rows, count, effort, seed)
    ends = np.cumsum([t.at.size for t in tables])[:-1]
    told = np.concatenate(
        [memories(t.at, g) for t, g in zip(tables, np.split(glances, ends), strict=True)]
    )
    both = _Rows(
        np.concatenate((all_rows.rows, told), axis=1),
        all_rows.codes,
        all_rows.weights,
        all_rows.part,
    )
    looks = _held_out(both, count, effort, seed)
    return Fitted(
        labels=labels,
        glance=_graphs(all_rows, count, effort, seed),
        look=_graphs(both, count, effort, seed),
        temperature=_temperature((glances + looks) / 2, all_rows),
    )


def _parts(tables: Sequence[Table], parts: int) -> NDArray[np.int64]:
    if len(tables) > 1:
        return np.repeat(np.arange(len(tables)), [t.at.size for t in tables])
    days, place = np.unique(tables[0].days, return_inverse=True)
    return np.asarray(place * min(parts, days.size) // days.size, np.int64)


def _held_out(rows: _Rows, labels: int, effort: Effort, seed: int) -> NDArray[np.float32]:
    """Return a belief about each row from graphs that did not see its part."""
    beliefs = np.full((rows.codes.size, labels), 1 / labels, np.float32)
    for part in np.unique(rows.part):
        seen, unseen = rows.part != part, rows.part == part
        if seen.any():
            step = Step(_graphs(_chosen(rows, seen), labels, effort, seed))
            beliefs[unseen] = step(rows.rows[unseen])
    return beliefs


def _graphs(rows: _Rows, labels: int, effort: Effort, seed: int) -> Weighted:
    counted = _chosen(rows, rows.weights > 0)
    return ensemble.fit(counted.rows, counted.codes, counted.weights, labels, effort, seed=seed)


def _chosen(rows: _Rows, chosen: NDArray[np.bool_]) -> _Rows:
    return _Rows(rows.rows[chosen], rows.codes[chosen], rows.weights[chosen], rows.part[chosen])


def _temperature(beliefs: NDArray[np.float32], rows: _Rows) -> float:
    """Return the temperature at which the truth is least surprising (negative log-likelihood)."""

    def surprise(temperature: float) -> float:
        right = cooled(beliefs, temperature)[np.arange(rows.codes.size), rows.codes]
        return float(-np.log(np.maximum(right, 1e-9)).mean())

    return float(min(_TEMPERATURES, key=surprise))


def days_left_out(table: Table) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield the rows to learn from and the rows of one day, for each day in turn."""
    for day in np.unique(table.days):
        yield table.days != day, table.days == day
