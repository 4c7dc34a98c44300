"""Scores of guesses, against scikit-learn's and by their laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import accuracy_score, f1_score

from perception.evaluation.outcome import Outcome
from perception.evaluation.report import html
from perception.evaluation.scores import calibration_error, confusion, scores, summary

LABELS = 4
CODES = arrays.arrays(np.int64, st.integers(1, 60), elements=st.integers(0, LABELS - 1))


@given(st.data())
def test_scores_are_those_that_the_field_counts(data: st.DataObject) -> None:
    truth = data.draw(CODES)
    guess = data.draw(arrays.arrays(np.int64, truth.size, elements=st.integers(0, LABELS - 1)))
    own = scores(truth, guess)
    assert own.accuracy == pytest.approx(accuracy_score(truth, guess))
    assert own.macro_f1 == pytest.approx(f1_score(truth, guess, average="macro"))
    counts = confusion(truth, guess, LABELS)
    assert counts.sum() == truth.size
    assert np.trace(counts) == np.count_nonzero(truth == guess)


def test_who_is_sure_and_right_is_calibrated_and_who_is_sure_and_wrong_is_not() -> None:
    truth = np.array([0, 1, 2])
    assert calibration_error(truth, np.eye(3)) == 0
    assert calibration_error(truth, np.roll(np.eye(3), 1, axis=1)) == 1


def test_who_says_seven_in_ten_and_is_right_seven_times_in_ten_is_calibrated() -> None:
    truth = np.array([0] * 7 + [1] * 3)
    belief = np.tile([0.7, 0.3], (10, 1))
    assert calibration_error(truth, belief) == pytest.approx(0)


def test_nothing_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        scores(np.array([], np.int64), np.array([], np.int64))


def test_an_outcome_is_told_in_numbers_and_in_pictures() -> None:
    truth = np.array([0, 1, 1, 0])
    outcome = Outcome(
        task="occupancy",
        protocol="trained on Monday, judged on <Tuesday>",
        labels=("empty", "occupied"),
        truth=truth,
        belief=np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [1.0, 0.0]]),
        guesses={"always empty": np.zeros(4, np.int64)},
    )
    told = summary(outcome)
    assert told["accuracy"] == 0.75
    assert told["baselines"] == {"always empty": {"accuracy": 0.5, "macro_f1": 0.3333}}
    page = html(outcome)
    assert "&lt;Tuesday&gt;" in page
    assert page.count("<svg") == 2
