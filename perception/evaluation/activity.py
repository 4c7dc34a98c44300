"""The task `activity`: what goes on in a home, from its own labelled days."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.activity import baselines
from perception.activity.model import Model
from perception.activity.table import Table, table
from perception.data.folder import home
from perception.data.recording import Moments, Recording
from perception.encoding.channels import at_home, taken_over
from perception.evaluation.outcome import Codes, Outcome
from perception.evaluation.task import Say
from perception.learning.activity import fit
from perception.learning.ensemble import Effort

FULL = Effort()
_ROWS_A_ROUND = 120_000
"""Rows times days that some minutes allow at full effort; nets would take many times as long."""


class ActivityTask:
    """Learn a home's activities from some of its days, and tell them on others."""

    name = "activity"
    title = "What goes on in a home, from its sensors' events"

    def evaluate(self, train: Path, test: Path, say: Say) -> Outcome:
        """Fit on one folder and judge on the other; the same folder: each day left out in turn.

        Raises DataError.
        """
        say("reading")
        learnt = home(train)
        if train.resolve() == test.resolve():
            return self._days_left_out(learnt, say)
        return self._later(learnt, home(test), say)

    def _later(self, learnt: Recording, judged: Recording, say: Say) -> Outcome:
        say("fitting")
        channels = at_home(learnt.senses)
        known = table(learnt, learnt.moments, channels)
        labels = tuple(np.unique(known.labels).tolist())
        model = Model(fit([known], labels, len(channels.names), FULL))
        say("judging")
        taken = taken_over(channels, learnt.senses, judged.senses)
        asked = table(judged, judged.moments, taken)
        unknown: set[str] = set(asked.labels.tolist()) - set(labels)
        names = (*labels, *sorted(unknown))
        joined = _one_after_another(learnt, judged)
        simple = baselines.seen(joined, joined.moments)
        codes = _codes(names, joined.moments.labels)
        first = np.arange(codes.size) < known.at.size
        belief = model.beliefs(asked.rows)
        return Outcome(
            task=self.name,
            protocol=f"trained on {_days(known)} days of {learnt.name}, judged on {_days(asked)} "
            f"days of {judged.name}, {_judged(judged)}; {_CAUSAL}",
            labels=names,
            truth=codes[~first],
            belief=np.pad(belief, ((0, 0), (0, len(names) - len(labels)))),
            guesses=baselines.guesses(simple, codes, first, ~first, np.ones(codes.size)),
            times=judged.times(judged.moments),
            notes=(*learnt.notes, *judged.notes),
        )

    def _days_left_out(self, recording: Recording, say: Say) -> Outcome:
        channels = at_home(recording.senses)
        known = table(recording, recording.moments, channels)
        labels = tuple(np.unique(known.labels).tolist())
        codes = _codes(labels, known.labels)
        simple = baselines.seen(recording, recording.moments)
        effort = _affordable(known)
        belief = np.zeros((known.at.size, len(labels)))
        others: dict[str, Codes] = {}
        days: list[int] = np.unique(known.days).tolist()
        for day in days:
            say(f"day {day + 1} of {len(days)}")
            out = known.days == day
            fitted = fit([known.where(~out)], labels, len(channels.names), effort)
            belief[out] = Model(fitted).beliefs(known.rows[out])
            for name, guess in baselines.guesses(simple, codes, ~out, out, known.weights).items():
                others.setdefault(name, np.zeros_like(codes))[out] = guess
        return Outcome(
            task=self.name,
            protocol=f"each of {len(days)} days of {recording.name} judged by what was learnt on "
            f"the others, {_judged(recording)}; {_CAUSAL}",
            labels=labels,
            truth=codes,
            belief=belief,
            guesses=others,
            times=recording.times(recording.moments),
            notes=(*recording.notes, mean_f(codes, belief.argmax(axis=1))),
        )


_CAUSAL = "a belief sees nothing that comes after it"


def mean_f(truth: Codes, guess: Codes) -> str:
    """Return a note on F as Ordonez et al. (Sensors 13(5), 2013) count it.

    Precision and recall are averaged over the labels first; it is F of the two averages.
    """
    labels = np.unique(truth)
    true, guessed = (np.array([where == label for label in labels]) for where in (truth, guess))
    right = (true & guessed).sum(axis=1)
    precision = float((right / np.maximum(guessed.sum(axis=1), 1)).mean())
    recall = float((right / true.sum(axis=1)).mean())
    f = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"F of mean precision and mean recall: {f:.3f}."


def _affordable(known: Table) -> Effort:
    """Return the effort at which all days take some minutes."""
    rows = int(np.count_nonzero(known.weights)) * _days(known)
    share = min(1.0, _ROWS_A_ROUND / max(1, rows))
    return Effort(trees=max(10, round(FULL.trees * share)), nets=0)


def _codes(names: tuple[str, ...], labels: NDArray[np.str_]) -> Codes:
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[label] for label in labels.tolist()], np.int64)


def _days(known: Table) -> int:
    return len(set(known.days.tolist()))


def _judged(recording: Recording) -> str:
    return "at the end of each minute" if recording.sliced else "at each event"


def _one_after_another(first: Recording, second: Recording) -> Recording:
    """Return both as one, as simple means see them: the senses by id."""
    ids = {sense.id: place for place, sense in enumerate(first.senses)}
    senses = list(first.senses)
    for sense in second.senses:
        if sense.id not in ids:
            ids[sense.id] = len(senses)
            senses.append(sense)
    places = np.array([ids[sense.id] for sense in second.senses], np.int64)
    gap = (second.midnight - first.midnight).total_seconds()
    a, b = first.moments, second.moments
    return Recording(
        name=first.name,
        midnight=first.midnight,
        senses=tuple(senses),
        at=np.concatenate((first.at, second.at + gap)),
        sense=np.concatenate((first.sense, places[second.sense])),
        value=np.concatenate((first.value, second.value)),
        moments=Moments(
            np.concatenate((a.at, b.at + gap)),
            np.concatenate((a.seen, b.seen + first.at.size)),
            np.concatenate((a.labels, b.labels)),
        ),
        sliced=second.sliced,
    )
