"""A page about one outcome, in one file that needs nothing else."""

from collections import Counter
from html import escape

import numpy as np

from perception.evaluation import pictures
from perception.evaluation.outcome import Outcome
from perception.evaluation.scores import calibration_error, confusion, scores

_STYLE = (
    "body{font:15px/1.5 sans-serif;margin:2rem auto;max-width:1150px;padding:0 1rem;color:#1f2933}"
    "table{border-collapse:collapse}td,th{padding:.2rem 1rem .2rem 0;text-align:left}"
    "svg{max-width:100%;height:auto}"
)


def html(outcome: Outcome) -> str:
    """Return the page: the table, the confusion, the calibration, and the busiest day."""
    guess = outcome.belief.argmax(axis=1)
    counts = confusion(outcome.truth, guess, len(outcome.labels))
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(outcome.task)}</title>",
        f"<style>{_STYLE}</style><h1>{escape(outcome.task)}</h1><p>{escape(outcome.protocol)}</p>",
        _table(outcome),
        *(f"<p>{escape(note)}</p>" for note in outcome.notes),
        "<h2>What was taken for what</h2><p>Rows are true, columns believed.</p>",
        pictures.confusion(counts, outcome.labels),
        "<h2>How sure, and how often right</h2>",
        pictures.calibration(outcome.truth, outcome.belief),
        _day(outcome, guess),
    ]
    return "".join(parts) + "</html>\n"


def _table(outcome: Outcome) -> str:
    own = scores(outcome.truth, outcome.belief.argmax(axis=1))
    ece = calibration_error(outcome.truth, outcome.belief)
    rows = [("hubd", f"{own.accuracy:.3f}", f"{own.macro_f1:.3f}", f"{ece:.3f}")]
    for name, guess in outcome.guesses.items():
        other = scores(outcome.truth, guess)
        rows.append((name, f"{other.accuracy:.3f}", f"{other.macro_f1:.3f}", ""))
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    head = "<tr><th></th><th>accuracy</th><th>macro-F1</th><th>calibration error</th></tr>"
    return f"<table>{head}{body}</table><p>{outcome.truth.size:,} judged.</p>"


def _day(outcome: Outcome, guess: np.ndarray) -> str:
    """Return the day on which most was different from moment to moment."""
    if not outcome.times:
        return ""
    days = np.array([time.toordinal() for time in outcome.times])
    changes = days[1:][np.diff(outcome.truth) != 0]
    chosen = Counter(changes.tolist()).most_common(1)[0][0] if changes.size else days[0]
    inside = np.flatnonzero(days == chosen)
    times = [outcome.times[int(place)] for place in inside]
    picture = pictures.day(times, outcome.truth[inside], guess[inside], outcome.labels)
    title = f"<h2>{times[0]:%A, %d %B %Y}</h2><p>Black is true, blue believed.</p>"
    return title + picture
