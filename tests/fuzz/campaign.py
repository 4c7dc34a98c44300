"""One target fuzzed for a while, in a process of its own, and its corpus judged thereafter."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from rich.console import Console

from tests.fuzz.laws import weigh
from tests.fuzz.target import Target

FOLDER = Path(".fuzz")
FOUND = Path(__file__).parent / "found"
"""What was found once, by target: it is mended, and every run begins with it."""
_GRACE_S = 60.0
_RUNS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_RAISED = re.compile(
    r"^(?:[\w.]+(?:Error|Exception|Warning|Interrupt)\b.*|SUMMARY: .*)$", re.MULTILINE
)
_MOST_FINDS = 20


class Find(Struct, frozen=True):
    """A law that was broken, and the input that broke it."""

    what: str
    path: Path


class Course(Struct, frozen=True):
    """How a target did."""

    name: str
    runs: int
    seconds: float
    kept: int
    held: int
    finds: tuple[Find, ...]


def known_inputs(target: Target) -> Iterator[bytes]:
    """Yield what a target begins with: its seeds, and what was found of it once."""
    yield from target.seeds()
    for path in sorted((FOUND / target.name).glob("*")):
        yield path.read_bytes()


def campaign(target: Target, folder: Path, seconds: float, console: Console) -> Course:
    """Fuzz a target. What is found is written below `folder`, as the corpus is."""
    corpus, finds = folder / "corpus" / target.name, folder / "found"
    for place in (corpus, finds):
        place.mkdir(parents=True, exist_ok=True)
    for data in known_inputs(target):
        (corpus / sha256(data).hexdigest()[:40]).write_bytes(data)
    prefix = finds / f"{target.name}-"
    began_s = time.monotonic()
    said = _guided(target, corpus, prefix, seconds)
    spent_s = time.monotonic() - began_s
    runs = int(match[1]) if (match := _RUNS.search(said)) else 0
    found = [Find(_what(said), path) for path in _written(said)]
    if not runs and not found:
        console.print(said[-4_000:], style="red", markup=False)
        raise RuntimeError(f"{target.name} did not run")
    held, hoards = _judged(target, corpus, prefix)
    kept = sum(1 for _ in corpus.iterdir())
    return Course(target.name, runs, spent_s, kept, held, (*found, *hoards))


def _guided(target: Target, corpus: Path, prefix: Path, seconds: float) -> str:
    """Run the process that fuzzes; return all that it said."""
    command = [sys.executable, "-m", "tests.fuzz.guided", target.name, str(corpus), str(prefix),
               f"{seconds:g}"]  # fmt: skip
    ended = subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False,
        timeout=seconds * 2 + _GRACE_S,
    )  # fmt: skip
    return ended.stdout + ended.stderr


def _written(said: str) -> Iterator[Path]:
    for match in re.finditer(r"Test unit written to (\S+)", said):
        yield Path(match[1])


def _what(said: str) -> str:
    """Return the line that says what was raised."""
    raised = _RAISED.findall(said)
    return str(raised[0])[:300] if raised else "it ended without a word"


def _judged(target: Target, corpus: Path, prefix: Path) -> tuple[int, list[Find]]:
    """Weigh every input that was kept; return the most that was held, and what is found."""
    held, finds = 0, []
    for path in sorted(corpus.iterdir()):
        data = path.read_bytes()
        try:
            held = max(held, weigh(target, data))
        except Exception as error:  # noqa: BLE001 - whatever a codec raises is a find
            written = prefix.with_name(f"{prefix.name}{path.name}")
            written.write_bytes(data)
            finds.append(Find(f"{type(error).__name__}: {error!s:.250}", written))
            if len(finds) >= _MOST_FINDS:
                break
    return held, finds
