"""The activity model as it runs: two steps of ONNX graphs, and a memory between them.

A first glance tells from the events what goes on. The memory sums up what the glances told until
now; a second look takes events and memory together. The belief is the mean of both, cooled by a
temperature that was fitted on days that neither had seen (Guo et al. 2017).
"""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hubd.inference.session import Session
from perception.activity.memory import Memory, memories
from perception.encoding.stream import Vector

type Belief = NDArray[np.float64]
type Weighted = tuple[tuple[float, bytes], ...]
"""Graphs, and how much each one's belief counts; the weights sum to 1."""

_LEAST = 1e-6


class Fitted(Struct, frozen=True):
    """What a fit leaves behind: all that a gateway keeps of a model."""

    labels: tuple[str, ...]
    glance: Weighted
    look: Weighted
    temperature: float = 1.0

    @property
    def size(self) -> int:
        """Bytes of its graphs."""
        return sum(len(graph) for _, graph in (*self.glance, *self.look))


class Step:
    """Graphs of one step, their beliefs averaged."""

    def __init__(self, graphs: Weighted) -> None:
        """Load the graphs. Raises ModelError."""
        self._sessions = [(weight, Session(graph)) for weight, graph in graphs]

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return beliefs, shape (n, labels). Raises ModelError."""
        told = (weight * s.run({"x": rows})["belief"] for weight, s in self._sessions)
        return np.asarray(sum(told), np.float32)


class Model:
    """A fitted model, loaded."""

    def __init__(self, fitted: Fitted) -> None:
        """Load it. Raises ModelError."""
        self.labels = fitted.labels
        self._glance, self._look = Step(fitted.glance), Step(fitted.look)
        self._temperature = fitted.temperature

    def beliefs(self, rows: NDArray[np.float32], at: NDArray[np.float64]) -> Belief:
        """Return the belief at each of a stretch of moments, in their order, all at once."""
        glances = self._glance(rows)
        looks = self._look(np.concatenate((rows, memories(at, glances)), axis=1))
        return cooled((glances + looks) / 2, self._temperature)

    def follow(self, labels: Memory, now: float, vector: Vector) -> Belief:
        """Return the belief at one moment, and keep it in mind: the same as `beliefs`, live."""
        row = vector[None, :]
        glance = self._glance(row)
        look = self._look(np.concatenate((row, labels.recall(now)[None, :]), axis=1))
        labels.keep(glance[0])
        return cooled((glance + look) / 2, self._temperature)[0]


def cooled(belief: NDArray[np.floating], temperature: float) -> Belief:
    """Return beliefs made less sure (temperature > 1) or surer (< 1); their order stays."""
    scores = np.log(np.maximum(belief, _LEAST).astype(np.float64)) / temperature
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
