"""`hubd perception`: how well the home is perceived, on recorded homes."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubd.cli import show

if TYPE_CHECKING:
    from perception.evaluation.outcome import Outcome

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def perception() -> None:
    """Judge and train what perceives the home (docs/perception.md)."""


@perception.command()
@click.argument("task")
@click.option("--train", type=_FOLDER, required=True, help="The folder that is learnt from.")
@click.option("--test", type=_FOLDER, required=True, help="The folder that is judged on.")
@click.option("--report", type=click.Path(path_type=Path), help="Write a page with pictures there.")
@click.option("--json", "as_json", is_flag=True, help="JSON on one line.")
def evaluate(task: str, train: Path, test: Path, report: Path | None, *, as_json: bool) -> None:
    """Judge TASK on a recorded home, beside what simpler means would have said.

    Where both folders are the same, its days are left out one by one.
    """
    from perception.evaluation import report as page  # noqa: PLC0415 - only where it is wanted
    from perception.evaluation import tasks  # noqa: PLC0415
    from perception.evaluation.scores import summary  # noqa: PLC0415

    with show.err.status("reading") as status:
        outcome = tasks.task(task).evaluate(train, test, status.update)
    if report is not None:
        report.write_text(page.html(outcome), encoding="utf-8")
    if as_json:
        show.as_json(summary(outcome))
        return
    _table(outcome)
    if report is not None:
        show.out.print(f"pictures: {report}")


def _table(outcome: "Outcome") -> None:
    from perception.evaluation.scores import calibration_error, scores  # noqa: PLC0415

    own = scores(outcome.truth, outcome.belief.argmax(axis=1))
    ece = calibration_error(outcome.truth, outcome.belief)
    rows = [("hubd", f"{own.accuracy:.3f}", f"{own.macro_f1:.3f}", f"{ece:.3f}")]
    for name, guess in outcome.guesses.items():
        other = scores(outcome.truth, guess)
        rows.append((name, f"{other.accuracy:.3f}", f"{other.macro_f1:.3f}", ""))
    title = f"{outcome.task}: {outcome.truth.size:,} judged"
    show.table(("", "accuracy", "macro-F1", "calibration error"), rows, title=title)
    show.out.print(outcome.protocol, soft_wrap=True)
    for note in outcome.notes:
        show.out.print(note, soft_wrap=True)
