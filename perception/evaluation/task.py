"""What an evaluation task is."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from perception.evaluation.outcome import Outcome

type Say = Callable[[str], None]
"""Told what is under way, in a few words."""


class Task(Protocol):
    """One thing to perceive, and the honest way to judge how well it is perceived."""

    @property
    def name(self) -> str:
        """Its name on the command line."""
        ...

    @property
    def title(self) -> str:
        """What is perceived, from what, in a line."""
        ...

    def evaluate(self, train: Path, test: Path, say: Say) -> Outcome:
        """Fit on one folder, judge on the other; the same folder is split by its protocol.

        Nothing that is fitted or chosen sees what is judged, and nothing at a moment sees what
        comes after it. Raises DataError for a folder that is not of the task's kind.
        """
        ...
