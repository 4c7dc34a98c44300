"""Lives through random homes in simulated time: `python -m tests.simulation --seeds 50`.

Exits with 1 if a law is broken; a seed that breaks one does so again with `--first SEED --seeds 1`.
"""

import argparse
import sys
import time

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.simulation.judging import LAWS, Record, temper_of


def main() -> int:
    """Live, judge and tell; return the exit code."""
    said = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    said.add_argument("--seeds", type=int, default=50, help="how many homes (50)")
    said.add_argument("--first", type=int, default=0, help="the first seed (0)")
    said.add_argument("--days", type=float, default=40.0, help="days of each home (40)")
    options = said.parse_args()
    console = Console()
    record, began_s = Record(), time.perf_counter()
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("living", total=options.seeds)
        for seed in range(options.first, options.first + options.seeds):
            for broken in record.live(seed, options.days, temper_of(seed))[:3]:
                console.print(f"seed {seed}: {broken}", style="red", markup=False)
            progress.advance(bar)
    _tell(console, record, options.seeds, time.perf_counter() - began_s)
    if record.broken:
        seed = next(iter(record.broken))
        again = f"python -m tests.simulation --first {seed} --seeds 1 --days {options.days:g}"
        console.print(f"To see it again: {again}", style="red", markup=False)
    return 1 if record.broken else 0


def _tell(console: Console, record: Record, seeds: int, took_s: float) -> None:
    table = Table(show_header=False)
    violations = sum(len(broken) for broken in record.broken.values())
    for key, value in (
        ("homes", seeds),
        ("days lived", f"{record.days:,.0f}"),
        *((key, f"{count:,}") for key, count in sorted(record.counts.items())),
        *((key, f"{count:,}") for key, count in sorted(record.faults.items())),
        ("laws checked", len(LAWS)),
        ("violations", violations),
        ("days a second", f"{record.days / took_s:,.0f}"),
    ):
        table.add_row(key, str(value))
    for law in LAWS:
        times = sum(b.startswith(law.name) for broken in record.broken.values() for b in broken)
        table.add_row(law.name, "holds" if not times else f"BROKEN {times} times")
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
