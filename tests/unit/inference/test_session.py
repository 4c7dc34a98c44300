"""Models in ONNX Runtime: the same answer every time, and a clear error for what does not fit."""

import numpy as np
import pytest
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

from hubd.inference.errors import ModelError
from hubd.inference.session import Session


@pytest.fixture(scope="module")
def session() -> Session:
    places = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [2.0, 2.0]], np.float32)
    fitted = LogisticRegression().fit(places, np.array([0, 1, 0, 1]))
    made = to_onnx(fitted, places[:1], options={id(fitted): {"zipmap": False}})
    return Session(made.SerializeToString())


def test_a_model_answers_the_same_question_alike(session: Session) -> None:
    (name,) = session.inputs
    asked = {name: np.array([[2.0, 2.0], [0.0, 0.0]], np.float32)}
    first, second = session.run(asked), session.run(asked)
    assert first["label"].tolist() == [1, 0]
    assert np.array_equal(first["probabilities"], second["probabilities"])


@pytest.mark.parametrize(
    "asked",
    [
        {"X": np.zeros((1, 3), np.float32)},
        {"X": np.zeros((1, 2), np.float64)},
        {"y": np.zeros((1, 2), np.float32)},
        {"X": np.full((1, 2), np.nan, np.float32)},
    ],
)
def test_what_a_model_does_not_take_is_a_clear_error(
    session: Session, asked: dict[str, np.ndarray]
) -> None:
    with pytest.raises(ModelError, match="the model"):
        session.run(asked)


def test_a_file_that_is_no_model_is_a_clear_error() -> None:
    with pytest.raises(ModelError, match="no model"):
        Session(b"not onnx")
