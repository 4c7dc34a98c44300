"""The tasks `activity-zero-shot` and `activity-adapted`: a home that no model has seen.

Other homes teach the eight common activities (perception/activity/common.py) through channels that
every home shares; the new home is judged at the end of each minute.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.activity import baselines
from perception.activity.common import COMMON, commons
from perception.activity.model import Belief, Model
from perception.activity.rules import SAYINGS, sayings
from perception.activity.table import Table, table
from perception.data.folder import home, homes
from perception.data.recording import Moments, Recording, minutes
from perception.encoding.channels import at_home, shared
from perception.errors import DataError
from perception.evaluation.outcome import Codes, Outcome
from perception.evaluation.task import Say
from perception.learning.activity import fit
from perception.learning.ensemble import Effort

LABELS = tuple(sorted(COMMON))
_BASE = Effort(trees=60, nets=0)
_AT_HOME = Effort(trees=40, nets=0)
_DAYS = 3


class ZeroShotTask:
    """Learn from other homes, and tell what goes on in one never seen."""

    name = "activity-zero-shot"
    title = "What goes on in a home never seen, from what other homes taught"

    def evaluate(self, train: Path, test: Path, say: Say) -> Outcome:
        """Fit on the homes in one folder, but for the one in the other, and judge on that.

        Raises DataError.
        """
        others, new = _homes(train, test, say)
        known = _commonly(new, at=minutes(new))
        base = _base([_commonly(other, at=minutes(other)) for other in others])
        belief = _unseen(base, known)
        judged = np.ones(known.at.size, np.bool_)
        protocol = f"trained on {_names(others)}, judged on {new.name}, which it has never seen"
        return _outcome(self.name, protocol, new, known, belief, judged, say)


class AdaptedTask:
    """Learn from other homes and from the first three days of a new one; tell its later days."""

    name = "activity-adapted"
    title = "What goes on in a new home after three labelled days, helped by other homes"

    def evaluate(self, train: Path, test: Path, say: Say) -> Outcome:
        """Fit on the homes in one folder and three days of the other's; judge on the rest of it.

        Raises DataError.
        """
        others, new = _homes(train, test, say)
        known = _commonly(new, at=minutes(new))
        first = known.days < np.unique(known.days)[:_DAYS].max() + 1
        base = _base([_commonly(other, at=minutes(other)) for other in others])
        belief = _adapted(base, new, known, first)
        taught = f"{_names(others)} and the first {_DAYS} days of {new.name}"
        protocol = f"trained on {taught}, judged on the rest"
        return _outcome(self.name, protocol, new, known, belief, ~first, say)


def _homes(train: Path, test: Path, say: Say) -> tuple[list[Recording], Recording]:
    say("reading")
    new = home(test)
    others = [other for other in homes(train) if other.name != new.name]
    if not others:
        raise DataError(f"{train} holds no other home than {test}", mend="Put others' folders in")
    say("fitting")
    return others, new


def _commonly(recording: Recording, *, at: Moments) -> Table:
    """Return a home's table in shared channels and common activities."""
    told = Moments(at.at, at.seen, commons(at.labels))
    known = table(recording, told, shared(recording.senses))
    return _and(known, sayings(recording, told))


def _and(known: Table, more: NDArray[np.float32]) -> Table:
    rows = np.concatenate((known.rows, more), axis=1)
    return Table(rows, known.at, known.days, known.labels, known.weights)


def _base(tables: list[Table]) -> Model:
    channels = len(shared(()).names)
    return Model(fit(tables, LABELS, channels, _BASE, more=len(SAYINGS)))


def _adapted(base: Model, new: Recording, known: Table, first: NDArray[np.bool_]) -> Belief:
    """Return beliefs of a model of the home's first days that is told what the base believes."""
    told = base.beliefs(known.rows)
    both = _and(_own(new, known), told.astype(np.float32))
    channels = _channels(new)
    fitted = fit([both.where(first)], LABELS, channels, _AT_HOME, more=len(LABELS))
    return Model(fitted).beliefs(both.rows)


def _unseen(base: Model, known: Table) -> Belief:
    """Return the mean of what other homes taught and what plain sense says.

    Few homes teach less than the words bed, seat and stove tell: alone, the model does worse.
    """
    said = known.rows[:, -len(SAYINGS) :].astype(np.float64)
    belief: Belief = (base.beliefs(known.rows) + said) / 2
    return belief


def _channels(new: Recording) -> int:
    return len(at_home(new.senses).names)


def _own(new: Recording, known: Table) -> Table:
    """Return the home's table with channels of its own, for a model that lives in it."""
    when = minutes(new)
    told = Moments(when.at, when.seen, known.labels)
    return table(new, told, at_home(new.senses))


def _outcome(
    task: str,
    protocol: str,
    new: Recording,
    known: Table,
    belief: Belief,
    judged: NDArray[np.bool_],
    say: Say,
) -> Outcome:
    codes = np.searchsorted(LABELS, known.labels).astype(np.int64)
    return Outcome(
        task=task,
        protocol=f"{protocol}; eight common activities, at the end of each minute",
        labels=LABELS,
        truth=codes[judged],
        belief=belief[judged],
        guesses={
            "rules": sayings(new, minutes(new)).argmax(axis=1)[judged],
            **{name: guess[judged] for name, guess in _in_home(new, known, codes, say).items()},
        },
        times=new.times(minutes(new).where(judged)),
        notes=new.notes,
    )


def _in_home(new: Recording, known: Table, codes: Codes, say: Say) -> Mapping[str, Codes]:
    """Return what those would say who learnt in the home itself, each day left out in turn."""
    own = _own(new, known)
    simple = baselines.seen(new, minutes(new))
    guesses: dict[str, Codes] = {"in-home model": np.zeros_like(codes)}
    for day in np.unique(own.days).tolist():
        say(f"in-home: day {day + 1}")
        out = own.days == day
        fitted = fit([own.where(~out)], LABELS, _channels(new), _AT_HOME)
        guesses["in-home model"][out] = Model(fitted).beliefs(own.rows[out]).argmax(axis=1)
        for name, guess in baselines.guesses(simple, codes, ~out, out, own.weights).items():
            guesses.setdefault(f"in-home {name}", np.zeros_like(codes))[out] = guess
    return guesses


def _names(recordings: list[Recording]) -> str:
    return ", ".join(recording.name for recording in recordings)
