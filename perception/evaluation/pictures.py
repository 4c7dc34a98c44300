"""Pictures of an outcome, as SVG: confusion, calibration, and a day of truth against belief."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

import numpy as np

from perception.evaluation.outcome import Belief, Codes

_CELL, _LEFT, _TOP = 30, 150, 110
_SIDE = 320
_WIDE, _ROW = 960, 22
_INK, _PALE, _BLUE, _RED = "#1f2933", "#d9e2ec", "#2563eb", "#dc2626"


def confusion(counts: Codes, labels: Sequence[str]) -> str:
    """Return a matrix: rows are true, columns guessed; darker is a greater share of its row."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cells = []
    for row, label in enumerate(labels):
        y = _TOP + row * _CELL
        cells.append(_text(_LEFT - 6, y + _CELL * 0.65, label, anchor="end"))
        x = _LEFT + row * _CELL + _CELL * 0.6
        cells.append(_text(x, _TOP - 6, label, turn=-50))
        cells += [_cell(row, column, shares, counts) for column in range(len(labels))]
    side = len(labels) * _CELL
    return _svg(_LEFT + side + 90, _TOP + side + 10, cells)


def _cell(row: int, column: int, shares: np.ndarray, counts: Codes) -> str:
    x, y = _LEFT + column * _CELL, _TOP + row * _CELL
    share = shares[row, column]
    color = _BLUE if row == column else _RED
    said = f"<title>{counts[row, column]:,} ({share:.0%})</title>"
    return (
        f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" fill="{color}" '
        f'fill-opacity="{share:.3f}" stroke="{_PALE}">{said}</rect>'
        + (_text(x + _CELL / 2, y + 19, f"{share:.0%}", anchor="middle", size=9) if share else "")
    )


def calibration(truth: Codes, belief: Belief, bins: int = 10) -> str:
    """Return how often it was right against how sure it was; on the diagonal, it knew."""
    sure, right = belief.max(axis=1), belief.argmax(axis=1) == truth
    places = np.minimum((sure * bins).astype(np.int64), bins - 1)
    parts = [
        f'<rect x="50" y="10" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="{_PALE}"/>',
        f'<line x1="50" y1="{10 + _SIDE}" x2="{50 + _SIDE}" y2="10" stroke="{_PALE}"/>',
        _text(50 + _SIDE / 2, _SIDE + 44, "how sure", anchor="middle"),
        _text(16, 10 + _SIDE / 2, "how often right", anchor="middle", turn=-90),
    ]
    for tenth in (0, 0.5, 1):
        parts.append(_text(50 + tenth * _SIDE, _SIDE + 26, f"{tenth:.0%}", anchor="middle"))
        parts.append(_text(44, 14 + (1 - tenth) * _SIDE, f"{tenth:.0%}", anchor="end"))
    for place in range(bins):
        inside = places == place
        if not inside.any():
            continue
        x, y = 50 + sure[inside].mean() * _SIDE, 10 + (1 - right[inside].mean()) * _SIDE
        radius = 3 + 12 * np.sqrt(inside.mean())
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_BLUE}" fill-opacity="0.6">'
            f"<title>{inside.sum():,}</title></circle>"
        )
    return _svg(_SIDE + 90, _SIDE + 56, parts)


def day(times: Sequence[datetime], truth: Codes, guess: Codes, labels: Sequence[str]) -> str:
    """Return a day as a row for each label: what was true above what was believed."""
    shown = [
        place for place in range(len(labels)) if (truth == place).any() | (guess == place).any()
    ]
    parts = [
        _text(_LEFT + hour / 24 * _WIDE, 14, f"{hour:02}", anchor="middle")
        for hour in range(0, 25, 3)
    ]
    minutes = np.array([t.hour * 60 + t.minute + t.second / 60 for t in times])
    widths = np.clip(np.diff(minutes, append=minutes[-1] + 1), 0.5, 15) / 1440 * _WIDE
    xs = _LEFT + minutes / 1440 * _WIDE
    for row, place in enumerate(shown):
        y = 22 + row * _ROW
        parts.append(_text(_LEFT - 6, y + 14, labels[place], anchor="end"))
        parts += _bars(xs, widths, truth == place, y + 2, _INK)
        parts += _bars(xs, widths, guess == place, y + 10, _BLUE)
    return _svg(_LEFT + _WIDE + 20, 30 + len(shown) * _ROW, parts)


def _bars(xs: np.ndarray, widths: np.ndarray, on: np.ndarray, y: int, color: str) -> list[str]:
    """Return a bar for each run of `on`."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], on, [False]))))
    return [
        f'<rect x="{xs[first]:.1f}" y="{y}" height="7" fill="{color}" '
        f'width="{max(xs[last - 1] + widths[last - 1] - xs[first], 0.8):.1f}"/>'
        for first, last in edges.reshape(-1, 2)
    ]


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, turn: int = 0
) -> str:
    turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{_INK}"{turned}>{escape(text)}</text>'
    )


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">'
        + "".join(parts)
        + "</svg>"
    )
