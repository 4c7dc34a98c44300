"""The activity model as it runs: ONNX graphs whose beliefs are averaged and cooled."""

from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hubd.inference.session import Session
from perception.encoding.stream import Vector

type Belief = NDArray[np.float64]
type Weighted = tuple[tuple[float, bytes], ...]
"""Graphs, and how much the belief of each counts; the weights sum to 1."""

UNSURE = 0.5
_LEAST = 1e-6


class Fitted(Struct, frozen=True):
    """What a fit leaves behind: all that a gateway keeps of a model.

    `columns`: what it reads of a vector (perception/encoding/stream.py). `temperature`: fitted on
    days that the graphs had not seen (Guo et al. 2017).
    """

    labels: tuple[str, ...]
    columns: tuple[int, ...]
    graphs: Weighted
    temperature: float = 1.0

    @property
    def size(self) -> int:
        """Bytes of its graphs."""
        return sum(len(graph) for _, graph in self.graphs)


class Model:
    """A fitted model, ready to run."""

    def __init__(self, fitted: Fitted) -> None:
        self._fitted = fitted
        self.labels = fitted.labels
        self._columns = np.array(fitted.columns)

    @cached_property
    def _sessions(self) -> list[tuple[float, Session]]:
        return [(weight, Session(graph)) for weight, graph in self._fitted.graphs]

    def beliefs(self, rows: NDArray[np.float32]) -> Belief:
        """Return the belief at each moment, shape (n, labels). Raises ModelError."""
        return cooled(self.raw(rows), self._fitted.temperature)

    def belief(self, vector: Vector) -> Belief:
        """Return the belief at one moment, shape (labels,). Raises ModelError."""
        one: Belief = self.beliefs(vector[None, :])[0]
        return one

    def raw(self, rows: NDArray[np.float32]) -> Belief:
        """Return the graphs' mean belief, before it is cooled."""
        read = np.ascontiguousarray(rows[:, self._columns])
        total = np.zeros((rows.shape[0], len(self.labels)))
        for weight, session in self._sessions:
            total += weight * session.run({"x": read})["belief"]
        return total

    def percept(self, vector: Vector) -> tuple[str, float] | None:
        """Return the likeliest activity and how sure it is; None where it is too unsure to say."""
        belief = self.belief(vector)
        best = int(belief.argmax())
        return (self.labels[best], float(belief[best])) if belief[best] >= UNSURE else None


def cooled(belief: NDArray[np.floating], temperature: float) -> Belief:
    """Return beliefs made less sure (temperature > 1) or surer (< 1); their order stays."""
    scores = np.log(np.maximum(belief, _LEAST).astype(np.float64)) / temperature
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
