"""The picture of "what if": for each thing that changes, when it was on above when it would be."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from hubd.model.home import Place
from hubd.model.instant import DAY_US, from_us, to_us
from hubd.whatif.answer import Answer, ThingChange, is_on, on_times
from hubd.whatif.tally import Tally

_LEFT = 190
_WIDTH = 960
_LANE = 12
_ROW = 40
_TOP = 54
_SHADES = 5
_MOST_BARS = 200
"""Beyond so many, columns are shaded by how much of them something was on."""
_MOST_LABELS = 16
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.d{fill:#777;font-size:11px}"
    ".w{fill:#8795a8}.i{fill:#e08a1e}.l{fill:#f1f3f6}.g{stroke:#d5d9e0}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.d{fill:#999}.l{fill:#23272e}"
    ".g{stroke:#3a404a}svg{background:#16191d}}"
)


def picture(told: Answer, before: Tally, after: Tally, place: Place) -> str:
    """Return the timeline as an SVG document: what was above, what would have been below."""
    rows = [c for c in told.changed if is_on(c.property, value=True) is not None]
    height = _TOP + max(1, len(rows)) * _ROW + 16
    total = _LEFT + _WIDTH + 20
    span = (before.from_us, max(before.to_us, before.from_us + 1))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{height}" role="img">',
        "<title>What was, and what would have been</title>",
        f"<style>{_STYLE}</style>",
        '<rect class="w" x="10" y="10" width="12" height="10"/>',
        '<text x="28" y="19">as it was</text>',
        '<rect class="i" x="100" y="10" width="12" height="10"/>',
        '<text x="118" y="19">what if</text>',
        *_days(span, place, height),
    ]
    if not rows:
        parts.append(f'<text x="10" y="{_TOP + 18}">Nothing would have gone on or off.</text>')
    for number, row in enumerate(rows):
        parts += _row(row, before, after, span, _TOP + number * _ROW)
    return "".join([*parts, "</svg>\n"])


def _row(
    row: ThingChange, before: Tally, after: Tally, span: tuple[int, int], top: int
) -> Iterator[str]:
    word = "" if row.word == "on" else f" ({row.word})"
    yield f'<text x="10" y="{top + 16}">{escape(row.name + word)}</text>'
    for number, (tally, of) in enumerate(((before, "w"), (after, "i"))):
        y = top + 2 + number * (_LANE + 2)
        yield f'<rect class="l" x="{_LEFT}" y="{y}" width="{_WIDTH}" height="{_LANE}"/>'
        times = list(on_times(row.property, tally.tracks.get(row.property), tally.to_us))
        few = len(times) <= _MOST_BARS
        for x, width, shade in _bars(times, span) if few else _runs(_shares(times, span)):
            opacity = "" if shade == _SHADES else f' opacity="{shade / _SHADES:g}"'
            yield (
                f'<rect class="{of}" x="{_LEFT + x:g}" y="{y}" width="{width:g}" '
                f'height="{_LANE}"{opacity}/>'
            )


def _bars(
    times: Iterable[tuple[int, int]], span: tuple[int, int]
) -> Iterator[tuple[float, float, int]]:
    """Yield each time as (x, width, shade); what is short is still seen."""
    scale = _WIDTH / (span[1] - span[0])
    for begin_us, end_us in times:
        yield (
            round((begin_us - span[0]) * scale, 1),
            max(1.0, round((end_us - begin_us) * scale, 1)),
            _SHADES,
        )


def _shares(times: Iterable[tuple[int, int]], span: tuple[int, int]) -> list[float]:
    """Return how much of each column of the picture something was on, from 0 to 1."""
    shares = [0.0] * _WIDTH
    scale = _WIDTH / (span[1] - span[0])
    for begin_us, end_us in times:
        begin, end = (begin_us - span[0]) * scale, (end_us - span[0]) * scale
        for column in range(max(0, int(begin)), min(_WIDTH, int(end) + 1)):
            shares[column] += max(0.0, min(end, column + 1) - max(begin, column))
    return shares


def _runs(shares: list[float]) -> Iterator[tuple[float, float, int]]:
    """Yield columns of one shade as (first, how many, shade); the lightest shows what is short."""
    begin, shade = 0, 0
    for column, share in enumerate([*shares, 0.0]):
        now = 0 if share <= 0 or column == _WIDTH else max(1, round(min(1.0, share) * _SHADES))
        if now != shade:
            if shade:
                yield begin, column - begin, shade
            begin, shade = column, now
    if shade:
        yield begin, _WIDTH - begin, shade


def _days(span: tuple[int, int], place: Place, height: int) -> Iterator[str]:
    """Yield lines at midnights, with labels where they have room."""
    days = (span[1] - span[0]) / DAY_US
    if days < 2:
        step = timedelta(hours=1 if days < 0.5 else 3)
    else:
        step = timedelta(days=max(1, round(days / _MOST_LABELS)))
    here = ZoneInfo(place.timezone)
    mark = from_us(span[0]).astimezone(here).replace(minute=0, second=0, microsecond=0)
    mark = mark.replace(hour=0)
    scale = _WIDTH / (span[1] - span[0])
    while (at_us := to_us(mark)) <= span[1]:
        if at_us >= span[0]:
            x = round(_LEFT + (at_us - span[0]) * scale, 1)
            yield f'<line class="g" x1="{x}" y1="{_TOP - 8}" x2="{x}" y2="{height - 10}"/>'
            yield f'<text class="d" x="{x + 2}" y="{_TOP - 12}">{_label(mark, days)}</text>'
        mark += step


def _label(mark: datetime, days: float) -> str:
    if days < 2 and mark.hour:
        return mark.strftime("%H:%M")
    return f"{mark:%a} {mark.day} {mark:%b}" if days < 60 else f"{mark.day} {mark:%b}"
