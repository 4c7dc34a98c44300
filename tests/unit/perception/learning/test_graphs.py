"""Forests and nets as ONNX graphs: the same beliefs as what was fitted."""

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.neural_network import MLPClassifier

from hubd.inference.session import Session
from perception.learning import graphs

ROWS = np.random.default_rng(0).normal(size=(300, 5)).astype(np.float32)
CODES = np.array([0, 2, 3])[(ROWS[:, 0] > 0).astype(int) + (ROWS[:, 1] > 0.5)]


def told(graph: bytes) -> np.ndarray:
    found: np.ndarray = Session(graph).run({"x": ROWS})["belief"]
    return found


def test_a_forests_graph_believes_what_the_forest_does() -> None:
    forest = ExtraTreesClassifier(7, min_samples_leaf=3, random_state=0).fit(ROWS, CODES)
    belief = told(graphs.forest(forest, 5))
    assert belief[:, [0, 2, 3]] == pytest.approx(forest.predict_proba(ROWS), abs=1e-5)
    assert not belief[:, [1, 4]].any()


def test_a_nets_graph_believes_what_the_net_does() -> None:
    mean, spread = ROWS.mean(axis=0), ROWS.std(axis=0)
    net = MLPClassifier((6,), random_state=0)
    inputs = np.clip((ROWS - mean) / spread, -2, 2)
    for _ in range(5):
        net.partial_fit(inputs, CODES, classes=np.unique(CODES))
    belief = told(graphs.net(net, mean, spread, 2.0, 5))
    assert belief[:, [0, 2, 3]] == pytest.approx(net.predict_proba(inputs), abs=1e-5)
    assert belief[:, [1, 4]].max() < 1e-6
