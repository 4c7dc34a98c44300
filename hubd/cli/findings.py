"""How findings of the analysis of scenes are shown: text with its timeline, or rows of JSON."""

from collections.abc import Iterable, Iterator

from hubd.cli import show
from scenes.analysis.findings import Finding

type Row = dict[str, object]


def text(finding: Finding) -> Iterator[str]:
    """Yield the lines that tell of `finding`: what, how it comes about, how to mend it."""
    yield str(finding)
    for spot in finding.also:
        yield f"{spot.path}:{spot.line}: this is the other"
    for moment in finding.timeline:
        yield f"    {moment}"
    yield f"    {finding.hint}"


def row(finding: Finding) -> Row:
    """Return `finding` for programs."""
    return {
        "kind": finding.kind.value,
        "scenes": list(finding.scenes),
        "path": finding.path,
        "line": finding.line,
        "also": [{"path": spot.path, "line": spot.line} for spot in finding.also],
        "message": finding.message,
        "timeline": [
            {"offset_us": moment.offset_us, "text": moment.text} for moment in finding.timeline
        ],
        "hint": finding.hint,
    }


def print_all(findings: Iterable[Finding]) -> None:
    """Print `findings` for people, on the error stream."""
    for finding in findings:
        for number, line in enumerate(text(finding)):
            style = "bold" if number == 0 else None
            show.err.print(line, style=style, markup=False, soft_wrap=True)
