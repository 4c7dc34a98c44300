"""`hubd bench`: how fast the hub is, beside a bare responder in the same run."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec
import uvloop

from hubd.bench import (
    analysis,
    core,
    discovery,
    isolation,
    reflex,
    replay,
    scale,
    size,
    year,
)
from hubd.bench.house import house
from hubd.bench.reflex import QUICK, WHOLE, Latency, Reflex, Say
from hubd.cli import show

type Report = dict[str, Any]


@click.command()
@click.option("--quick", is_flag=True, help="In four minutes at most.")
@click.option("--json", "as_json", is_flag=True, help="JSON on one line, as the last line.")
def bench(*, quick: bool, as_json: bool) -> None:
    """Measure the reflex over MQTT, the core alone, replay, memory and start.

    Ratios are to a bare responder (gmqtt on uvloop) on the same broker in the same run.
    """
    scratch = Path(tempfile.mkdtemp(prefix="hubd-bench-"))
    try:
        with show.err.status("starting") as status:
            report = uvloop.run(_measure(scratch, status.update, quick=quick))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if not as_json:
        _tables(report)
    show.as_json(report)


async def _measure(scratch: Path, say: Say, *, quick: bool) -> Report:
    say("the core alone")
    report: Report = {"core": {"events_per_s": round(await asyncio.to_thread(core.events_per_s))}}
    say("the analysis of scenes")
    report["scene_check_s_200_scenes"] = round(await asyncio.to_thread(analysis.seconds), 2)
    if finding := await discovery.measure(say):
        report["discovery_ms_200_services"] = msgspec.to_builtins(finding)
    async with house(scratch) as where:
        hub, floor = await reflex.compare(where, QUICK if quick else WHOLE, say)
        report["reflex"] = _reflex(hub, floor)
        sized = await size.measure(where, say)
    report["replay"] = {"times_real_time": round(await replay.times_real_time(scratch, say))}
    if not quick:
        report["what_if_year_s"] = round(await year.what_if_s(scratch, say), 1)
    report["rss_mb_1000_devices"] = round(sized.rss_mb, 1)
    report["start_s_1000_devices"] = round(sized.start_s, 2)
    report["isolation_p99_ratio"] = await isolation.measure(scratch, say, 2 if quick else 5)
    if not quick:
        report["scale"] = await scale.measure(scratch, say)
    return report


def _reflex(hub: Reflex, floor: Reflex) -> Report:
    return {
        "p50_ms": {str(r): at.p50_ms for r, at in hub.by_rate.items()},
        "p99_ms": {str(r): at.p99_ms for r, at in hub.by_rate.items()},
        "max_ms": {str(r): at.max_ms for r, at in hub.by_rate.items()},
        "lost": sum(at.lost for at in hub.by_rate.values()),
        "p50_ratio": _ratios(hub, floor, lambda at: at.p50_ms),
        "p99_ratio": _ratios(hub, floor, lambda at: at.p99_ms),
        "p99_ratio_1000": _ratios(hub, floor, lambda at: at.p99_ms)["1000"],
        "highest_rate": round(hub.highest_rate),
        "highest_rate_ratio": round(hub.highest_rate / floor.highest_rate, 2),
        "floor": {
            "p50_ms": {str(r): at.p50_ms for r, at in floor.by_rate.items()},
            "p99_ms": {str(r): at.p99_ms for r, at in floor.by_rate.items()},
            "max_ms": {str(r): at.max_ms for r, at in floor.by_rate.items()},
            "highest_rate": round(floor.highest_rate),
        },
    }


def _ratios(hub: Reflex, floor: Reflex, of: Callable[[Latency], float]) -> dict[str, float]:
    return {str(r): round(of(at) / of(floor.by_rate[r]), 2) for r, at in hub.by_rate.items()}


def _tables(report: Report) -> None:
    hub, floor = report["reflex"], report["reflex"]["floor"]
    show.table(
        ("sensor messages/s", "p50 ms", "floor", "ratio", "p99 ms", "floor", "ratio", "longest ms"),
        (
            (
                rate,
                f"{hub['p50_ms'][rate]:.3f}",
                f"{floor['p50_ms'][rate]:.3f}",
                f"{hub['p50_ratio'][rate]:.2f}",
                f"{hub['p99_ms'][rate]:.3f}",
                f"{floor['p99_ms'][rate]:.3f}",
                f"{hub['p99_ratio'][rate]:.2f}",
                f"{hub['max_ms'][rate]:.1f}",
            )
            for rate in hub["p50_ms"]
        ),
        title="Reflex: sensor's message to lamp's command",
    )
    highest = f"{hub['highest_rate']:,} ({hub['highest_rate_ratio']:.2f} of the floor)"
    rows = [
        ("highest rate held, messages/s", highest),
        ("core alone, events/s", f"{report['core']['events_per_s']:,}"),
        ("analysis of 200 scenes, s", str(report["scene_check_s_200_scenes"])),
        ("replay, times real time", f"{report['replay']['times_real_time']:,}"),
        ("memory with 1,000 devices, MB", str(report["rss_mb_1000_devices"])),
        ("start with 1,000 devices, s", str(report["start_s_1000_devices"])),
    ]
    if "what_if_year_s" in report:
        rows.append(("what if over a year with 50 scenes, s", str(report["what_if_year_s"])))
    rows += [
        (f"200 mDNS services, {name}: p50, longest, ms", f"{at['p50_ms']}, {at['max_ms']}")
        for name, at in report.get("discovery_ms_200_services", {}).items()
    ]
    rows += [
        (f"reflex p99 beside a driver that {what}, over one at rest", f"{ratio:.2f}")
        for what, ratio in report["isolation_p99_ratio"].items()
    ]
    rows += [
        (f"reflex p50, {name}", f"{ratio:.2f}") for name, ratio in report.get("scale", {}).items()
    ]
    show.table(("", ""), rows)
