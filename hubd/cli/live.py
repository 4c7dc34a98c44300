"""What is asked of the running hub, through its Unix socket: devices, events, why."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hubd.api.client import LocalClient
from hubd.cli import show
from hubd.model.ids import slug
from hubd.settings import Settings

type Json = dict[str, Any]


def options[F: Callable[..., object]](command: F) -> F:
    """Add the options of all commands that ask the running hub: --socket and --json."""
    socket = click.option(
        "--socket",
        envvar="HUBD_SOCKET",
        type=click.Path(path_type=Path),
        help="The hub's socket; found by itself where the hub runs here.",
    )
    return socket(
        click.option("--json", "as_json", is_flag=True, help="JSON on one line.")(command)
    )


def find_socket(given: Path | None) -> Path:
    """Return the socket of the hub that runs here: the service's, the user's own, or the demo's."""
    own = Settings.load(None)
    places = [Path("/run/hubd/hub.sock"), own.socket, demo_folder() / "hub.sock"]
    return given or next((place for place in places if place.exists()), places[0])


def demo_folder() -> Path:
    """Return the folder of the demo's socket."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime) / "hubd-demo" if runtime else Path.home() / ".local/state/hubd-demo"


@click.command()
@options
@click.argument("area", required=False)
def devices(socket: Path | None, area: str | None, *, as_json: bool) -> None:
    """List the devices (of AREA), and how they are."""
    home = LocalClient(find_socket(socket)).get("/api/home")
    wanted = [d for d in home["devices"] if area is None or _is_in(d, area, home)]
    if as_json:
        show.as_json({"devices": wanted})
        return
    names = {a["id"]: a["name"] for a in home["areas"]}
    show.table(
        ("device", "name", "area", "state", "last heard", ""),
        (
            (d["id"], d["name"], names.get(d["area"], "-"), _state(d), _heard(d), _trouble(d))
            for d in wanted
        ),
        title=f"{len(wanted)} devices",
    )


def _is_in(device: Json, area: str, home: Json) -> bool:
    word = area.casefold()
    return any(
        device["area"] == a["id"] and word in {a["id"], a["name"].casefold(), *a["aliases"]}
        for a in home["areas"]
    )


def _state(device: Json) -> str:
    parts = []
    for prop in (p for e in device["endpoints"] for p in e["properties"]):
        value = prop["value"]
        if not prop["known"]:
            shown = "?"
        elif isinstance(value, bool):
            shown = "yes" if value else "no"
        elif isinstance(value, float):
            shown = f"{value:g} {prop['unit']}".rstrip()
        else:
            shown = f"{value} {prop['unit']}".rstrip()
        parts.append(f"{prop['title']} {shown}")
    return ", ".join(parts)


def _heard(device: Json) -> str:
    if device["seen"] is None:
        return "never"
    ago_s = (datetime.now(UTC) - datetime.fromisoformat(device["seen"])).total_seconds()
    for unit_s, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if ago_s >= 2 * unit_s:
            return f"{ago_s / unit_s:.0f} {name} ago"
    return "just now"


def _trouble(device: Json) -> str:
    if not device["available"]:
        return f"out of reach: {device['unreachable_reason'] or 'unknown why'}"
    return "; ".join(f"{t['where']}: {t['reason']}" for t in device["troubles"])


@click.command()
@options
@click.option("--device", help="Of this device alone.")
@click.option("--area", help="Of this area's devices alone.")
@click.option("--kind", help="Of this kind alone: reported, fired, commanded, …")
@click.option("--limit", default=30, show_default=True, help="How many, the latest.")
def events(
    socket: Path | None,
    device: str | None,
    area: str | None,
    kind: str | None,
    limit: int,
    *,
    as_json: bool,
) -> None:
    """List what happened, the latest last."""
    wanted = {"device": device, "area": area, "kind": kind, "limit": limit}
    page = LocalClient(find_socket(socket)).get("/api/events", **wanted)
    if as_json:
        show.as_json(page)
        return
    show.table(
        ("event", "at (UTC)", "kind", "what"),
        ((str(e["id"]), e["at"], e["kind"], e["text"]) for e in reversed(page["events"])),
    )


@click.command()
@options
@click.argument("of")
def why(socket: Path | None, of: str, *, as_json: bool) -> None:
    """Say why a device (its id or name), a property or an event is as it is."""
    answer = LocalClient(find_socket(socket)).get("/api/why", of=of)
    if as_json:
        show.as_json(answer)
        return
    show.out.print(answer["sentence"])
    for claim in answer["claims"]:
        show.out.print(claim)
    show.table(
        ("", "event", "at (UTC)", "what"),
        (
            ("because" if i else "", str(s["event"]), s["at"], s["text"])
            for i, s in enumerate(answer["steps"])
        ),
    )


@click.command()
@options
def safety(socket: Path | None, *, as_json: bool) -> None:
    """List the safety rules, and what they hold back now."""
    known = LocalClient(find_socket(socket)).get("/api/safety")
    if as_json:
        show.as_json(known)
        return
    show.table(
        ("rule", "says", "because"),
        ((r["id"], r["text"], r["why"]) for r in known["rules"]),
    )
    if known["withheld"]:
        show.table(
            ("event", "since (UTC)", "held back", "confirm until (UTC)"),
            ((str(w["event"]), w["since"], w["text"], w["until"] or "") for w in known["withheld"]),
        )
    if known["slowed"]:
        show.table(
            ("device", "gets no commands until (UTC)"),
            ((s["device"], s["until"]) for s in known["slowed"]),
        )


@options
@click.argument("name")
@click.argument("text", default="")
def call(socket: Path | None, name: str, text: str, *, as_json: bool) -> None:
    """Call the scenes that listen to NAME (their `called`), and say TEXT with it."""
    accepted = LocalClient(find_socket(socket)).post(f"/api/calls/{slug(name)}", {"text": text})
    if as_json:
        show.as_json(accepted)
        return
    show.out.print(f"Called (event {accepted['event']}).")
