"""Accuracy, macro-F1, and expected calibration error."""

import numpy as np

from perception.evaluation.outcome import Belief, Codes, Outcome, Scores

BINS = 15


def scores(truth: Codes, guess: Codes) -> Scores:
    """Return how good `guess` is. Macro-F1 is over the labels that are true or guessed somewhere.

    Raises ValueError if there is nothing to judge.
    """
    if truth.size == 0 or truth.shape != guess.shape:
        raise ValueError(f"{truth.shape} truths and {guess.shape} guesses cannot be compared")
    labels = np.union1d(truth, guess)
    f1 = [_f1(truth == label, guess == label) for label in labels]
    return Scores(float(np.mean(truth == guess)), float(np.mean(f1)))


def _f1(truth: np.ndarray, guess: np.ndarray) -> float:
    right = np.count_nonzero(truth & guess)
    return float(2 * right / (np.count_nonzero(truth) + np.count_nonzero(guess)))


def calibration_error(truth: Codes, belief: Belief, bins: int = BINS) -> float:
    """Return the expected calibration error of the likeliest label (Guo et al. 2017, eq. 3).

    Bins are of equal width in confidence; each counts by how many fall into it.
    """
    sure = belief.max(axis=1)
    right = belief.argmax(axis=1) == truth
    places = np.minimum((sure * bins).astype(np.int64), bins - 1)
    count = np.bincount(places, minlength=bins)
    gap = np.bincount(places, weights=right - sure, minlength=bins)
    return float(np.abs(gap).sum() / max(1, count.sum()))


def confusion(truth: Codes, guess: Codes, labels: int) -> Codes:
    """Return counts, shape (labels, labels): rows are true, columns guessed."""
    return np.bincount(truth * labels + guess, minlength=labels * labels).reshape(labels, labels)


def summary(outcome: Outcome) -> dict[str, object]:
    """Return an outcome as `hubd perception evaluate --json` prints it."""
    own = scores(outcome.truth, outcome.belief.argmax(axis=1))
    others = {name: scores(outcome.truth, guess) for name, guess in outcome.guesses.items()}
    return {
        "task": outcome.task,
        "protocol": outcome.protocol,
        "accuracy": round(own.accuracy, 4),
        "macro_f1": round(own.macro_f1, 4),
        "ece": round(calibration_error(outcome.truth, outcome.belief), 4),
        "baselines": {
            name: {"accuracy": round(s.accuracy, 4), "macro_f1": round(s.macro_f1, 4)}
            for name, s in others.items()
        },
        "n_test": int(outcome.truth.size),
        "notes": list(outcome.notes),
    }
