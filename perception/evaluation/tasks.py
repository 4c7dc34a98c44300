"""The tasks that can be evaluated."""

from perception.errors import PerceptionError
from perception.evaluation.activity import ActivityTask
from perception.evaluation.task import Task
from perception.evaluation.zero_shot import AdaptedTask, ZeroShotTask

TASKS: tuple[Task, ...] = (ActivityTask(), ZeroShotTask(), AdaptedTask())


def task(name: str) -> Task:
    """Return the task of that name. Raises PerceptionError."""
    for known in TASKS:
        if known.name == name:
            return known
    raise PerceptionError(
        f"there is no task {name!r}", mend="Choose one of " + ", ".join(t.name for t in TASKS)
    )
