"""What was believed until now, as a vector: how a home's day went so far."""

import numpy as np
from numpy.typing import NDArray

from perception.encoding.stream import DAY_S

_HELD_S = np.array((30.0, 300.0, 1800.0, 7200.0, 28_800.0))[:, None]
_MOMENTS = np.exp(-1 / np.array((3.0, 10.0, 30.0, 100.0)))[:, None]
_SURE = 0.6
_LONGEST_S = 3 * DAY_S


class Memory:
    """Sums of past beliefs that fade, in time and in moments, and when each was last sure."""

    def __init__(self, labels: int) -> None:
        self._held = np.zeros((len(_HELD_S), labels))
        self._moments = np.zeros((len(_MOMENTS), labels))
        self._sure = np.full(labels, -_LONGEST_S)
        self._last = np.zeros(labels)
        self._now: float | None = None

    def recall(self, now: float) -> NDArray[np.float32]:
        """Return what is remembered at `now` (seconds), before that moment's own belief."""
        passed = 0.0 if self._now is None else now - self._now
        kept = np.exp(-passed / _HELD_S)
        self._held = self._held * kept + (1 - kept) * self._last
        self._now = now
        ago = np.log1p(np.minimum(now - self._sure, _LONGEST_S))
        parts = (self._held.ravel(), self._moments.ravel(), ago, self._last)
        return np.concatenate(parts).astype(np.float32)

    def keep(self, belief: NDArray[np.floating]) -> None:
        """Add what was believed at the moment last recalled."""
        assert self._now is not None, "recall comes first"
        self._moments = self._moments * _MOMENTS + (1 - _MOMENTS) * belief
        self._last = np.asarray(belief, np.float64)
        self._sure[belief > _SURE] = self._now


def memories(at: NDArray[np.float64], beliefs: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return what is remembered at each moment, shape (n, features)."""
    memory = Memory(beliefs.shape[1])
    told = []
    for now, belief in zip(at.tolist(), beliefs, strict=True):
        told.append(memory.recall(now))
        memory.keep(belief)
    return np.array(told)
