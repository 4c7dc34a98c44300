"""What was found, and what it is called: adopt, dismiss, rename, join and split."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from hubd.api.client import LocalClient
from hubd.cli import show
from hubd.cli.live import Json, find_socket, options
from hubd.cli.needs import answered, named
from hubd.documents import did_you_mean
from hubd.model.errors import HubError

_TRUST = {
    "proven": "proven: each side shows who it is",
    "keyed": "keyed: encrypted with a key of its own",
    "password": "password: whoever knows it may command it",
    "open": "open: anyone in the network may command it",
}


class NothingSuchError(HubError):
    """Nothing that was found, and no device, has that name."""

    code = "nothing_such"


@click.command()
@options
@click.option("--look", is_flag=True, help="Look for things now, then list them.")
@click.option("--all", "every", is_flag=True, help="Also what was dismissed.")
def found(socket: Path | None, *, look: bool, every: bool, as_json: bool) -> None:
    """List what was found in the network and is not adopted yet."""
    client = LocalClient(find_socket(socket))
    if look:
        client.post("/api/inbox/look", {})
        import time  # noqa: PLC0415

        with show.waiting("Looking"):
            time.sleep(5.0)
    entries = [e for e in client.get("/api/inbox") if every or not e["dismissed"]]
    if as_json:
        show.as_json({"found": entries})
        return
    if not entries:
        more = "." if look else ". Look now with: hubd found --look"
        show.out.print(f"Nothing new was found{more}")
        return
    show.table(
        ("id", "what", "room", ""),
        ((e["id"], _what(e), _room(e), _notes(e)) for e in entries),
        title=f"{len(entries)} found",
        whole=("id",),
    )
    show.out.print("Adopt with: hubd adopt ID", highlight=False)


def _what(entry: Json) -> str:
    maker = " ".join(dict.fromkeys(w for w in (entry["maker"], entry["model"]) if w))
    can = ", ".join(word.replace("_", " ") for word in entry["pictured"])
    return " · ".join(w for w in (entry["name"], maker, can, entry["trust"]) if w)


def _room(entry: Json) -> str:
    return entry["room"]["name"] if entry["room"] else ""


def _notes(entry: Json) -> str:
    """Return what a person should know of a found thing, and what it wants."""
    notes: list[str] = []
    if not entry["present"]:
        notes.append("not seen now")
    if entry["dismissed"]:
        notes.append("dismissed")
    if (twin := entry["twin"]) is not None:
        notes.append(_twin(twin))
    if (former := entry["former"]) is not None:
        notes.append(f"was called {former['name']}")
    if entry["why"]:
        notes.append(entry["why"])
    if entry["adopted_elsewhere"]:
        notes.append("another controller has it, and must let it go first")
    if entry["asks"]:
        notes.append(entry["asks"])
    if entry["needs"]:
        notes.append(f"wants {', '.join(map(named, entry['needs']))}")
    return "; ".join(notes)


def _twin(twin: Json) -> str:
    if twin["again"]:
        return f"is {twin['name']}, which lets the hub in no more: adopt it anew"
    why = ", ".join(twin["evidence"])
    return f"seems to be {twin['name']}, which is in the home already ({why})"


@click.command()
@options
@click.argument("id_")
@click.option("--name", default="", help="What to call it.")
@click.option(
    "--area", help='Where it is; without, the room that it seems to be in; "" is nowhere.'
)
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="NEED=VALUE",
    help="What it wants, as in --answer key=…; asked for where it is left out.",
)
def adopt(
    socket: Path | None,
    id_: str,
    name: str,
    area: str | None,
    answers: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Adopt the found thing ID (see: hubd found)."""
    client = LocalClient(find_socket(socket), timeout_s=180.0)
    entry = _entry(client, id_)
    answered(answers, entry["needs"], "--answer", asks=False)
    if entry["asks"] and not as_json:
        show.out.print(entry["asks"], highlight=False)
    given = answered(answers, entry["needs"], "--answer", asks=True)
    body: Json = {"answers": given, "name": name}
    if area is None and entry["room"]:
        area = entry["room"]["name"]  # as hubd found shows it
    if area is not None:
        body["area"] = area
    if as_json:
        show.as_json(client.post(f"/api/inbox/{entry['id']}/adopt", body))
        return
    with show.waiting(f"Adopting {entry['name']}"):
        adopted = client.post(f"/api/inbox/{entry['id']}/adopt", body, show.said)
    home = client.get("/api/home")
    device = next((d for d in home["devices"] if d["id"] == adopted["device"]), None)
    if device is None:
        told = f"{entry['name']} is adopted, and has not shown itself yet. See: hubd drivers"
    else:
        told = f"{device['name']} is adopted, as {device['id']}{where(device, home)}."
    show.out.print(told, highlight=False)
    show.out.print(f"How it is guarded: {_TRUST[entry['trust']]}.", highlight=False)


def where(device: Json, home: Json) -> str:
    """Return in which room a device is, as the end of a sentence; "" if in none."""
    names = {area["id"]: area["name"] for area in home["areas"]}
    return f", in {names.get(device['area'], device['area'])}" if device["area"] else ""


@click.command()
@options
@click.argument("id_")
@click.option("--again", is_flag=True, help="Show it again.")
def dismiss(socket: Path | None, id_: str, *, again: bool, as_json: bool) -> None:
    """Show the found thing ID no more."""
    client = LocalClient(find_socket(socket))
    entry = _entry(client, id_)
    client.post(f"/api/inbox/{entry['id']}/dismiss", {"dismissed": not again})
    if as_json:
        show.as_json({"dismissed": not again})
    else:
        shown = "again" if again else "no more"
        show.out.print(f"{entry['name']} is shown {shown}.", highlight=False)


@click.command()
@options
@click.argument("device")
@click.option("--name", help="What to call it; without one it keeps its own.")
@click.option("--area", help='Where it is: an area\'s name; "" is nowhere.')
def rename(
    socket: Path | None, device: str, name: str | None, area: str | None, *, as_json: bool
) -> None:
    """Call DEVICE (its id or name) by another name, or put it elsewhere."""
    if name is None and area is None:
        raise click.UsageError("Say --name or --area.")
    client = LocalClient(find_socket(socket))
    known = device_called(client, device)
    body = {k: v for k, v in (("name", name), ("area", area)) if v is not None}
    client.patch(f"/api/devices/{known['id']}", body)
    home = client.get("/api/home")
    now = next(d for d in home["devices"] if d["id"] == known["id"])
    if as_json:
        show.as_json(now)
    else:
        told = f"{known['id']} is called {now['name']}{where(now, home)}."
        show.out.print(told, highlight=False)


@click.command()
@options
@click.argument("device")
def forget(socket: Path | None, device: str, *, as_json: bool) -> None:
    """Let go of the adopted DEVICE (its id or name)."""
    client = LocalClient(find_socket(socket))
    joined = client.get("/api/things")["joined"]
    known = next((j for j in joined if device == j["id"]), None) or device_called(client, device)
    client.delete(f"/api/devices/{known['id']}")
    if as_json:
        show.as_json({"forgotten": known["id"]})
    else:
        show.out.print(f"{known['name']} left the home.", highlight=False)


@click.command()
@options
def things(socket: Path | None, *, as_json: bool) -> None:
    """List devices that seem to be one thing, and those that were joined."""
    told = LocalClient(find_socket(socket)).get("/api/things")
    if as_json:
        show.as_json(told)
        return
    if not told["proposals"] and not told["joined"]:
        show.out.print("No two devices seem to be one thing.")
        return
    if told["proposals"]:
        show.table(
            ("thing", "other", "seem to be one, for"),
            ((p["first"], p["second"], "; ".join(p["evidence"])) for p in told["proposals"]),
            whole=("thing", "other"),
        )
        show.out.print("Join with: hubd join THING OTHER", highlight=False)
    if told["joined"]:
        show.table(
            ("joined", "to", "by", "for"),
            ((j["id"], j["thing"], j["driver"], "; ".join(j["evidence"])) for j in told["joined"]),
            whole=("joined", "to"),
        )
        show.out.print("Split with: hubd split JOINED", highlight=False)


@click.command()
@options
@click.argument("thing")
@click.argument("other")
def join(socket: Path | None, thing: str, other: str, *, as_json: bool) -> None:
    """Make the device OTHER another way to the device THING."""
    client = LocalClient(find_socket(socket))
    first, second = device_called(client, thing), device_called(client, other)
    client.post("/api/things", {"thing": first["id"], "other": second["id"]})
    if as_json:
        show.as_json({"thing": first["id"], "joined": second["id"]})
    else:
        told = f"{second['name']} ({second['id']}) is another way to {first['name']} now."
        show.out.print(told, highlight=False)


@click.command()
@options
@click.argument("joined")
def split(socket: Path | None, joined: str, *, as_json: bool) -> None:
    """Make the JOINED device one of its own again (see: hubd things)."""
    client = LocalClient(find_socket(socket))
    known = client.get("/api/things")["joined"]
    word = joined.casefold()
    one = next((j for j in known if word in {j["id"], j["name"].casefold()}), None)
    if one is None:
        raise _nothing("joined device", joined, (j["id"] for j in known))
    client.delete(f"/api/things/{one['id']}")
    if as_json:
        show.as_json({"split": one["id"]})
    else:
        show.out.print(f"{one['name']} is a device of its own again.", highlight=False)


@click.command()
@options
def drivers(socket: Path | None, *, as_json: bool) -> None:
    """List the drivers, and what keeps them from working."""
    told = LocalClient(find_socket(socket)).get("/api/drivers")
    if as_json:
        show.as_json({"drivers": told})
        return
    told.sort(key=lambda d: (not d["problems"], not d["devices"], not d["running"], d["name"]))
    show.table(
        ("driver", "speaks", "devices", ""),
        ((d["name"], d["protocol"], str(d["devices"] or ""), _how(d)) for d in told),
        whole=("driver",),
    )
    for problem in (p for d in told for p in d["problems"]):
        mend = f". {problem['mend']}" if problem["mend"] else ""
        show.out.print(f"\n{problem['what'][:1].upper()}{problem['what'][1:]}{mend}.")


def _how(driver: Json) -> str:
    if driver["problems"]:
        return "in trouble"
    return "runs" if driver["running"] else "sleeps"


def _entry(client: LocalClient, word: str) -> Json:
    """Return the found thing of that id, key or name. Raises NothingSuchError."""
    entries: list[Json] = client.get("/api/inbox")
    wanted = word.casefold()
    ids = [e for e in entries if wanted in _ids(e)]
    named = ids or [e for e in entries if e["name"].casefold() == wanted]
    if not entries:
        mend = "Look now with: hubd found --look"
        raise NothingSuchError("Nothing waits to be adopted", mend=mend)
    return _only(named, "found thing", word, [e["id"] for e in entries])


def _ids(entry: Json) -> tuple[str, str]:
    id_: str = entry["id"].casefold()
    return id_, id_.partition(":")[2]


def device_called(client: LocalClient, word: str) -> Json:
    """Return the device of that id or name. Raises NothingSuchError."""
    devices: list[Json] = client.get("/api/devices")
    wanted = word.casefold()
    ids = [d for d in devices if d["id"].casefold() == wanted]
    named = ids or [d for d in devices if d["name"].casefold() == wanted]
    known = [d[key] for key in ("id", "name") for d in devices]
    return _only(named, "device", word, known)


def _only(fitting: list[Json], kind: str, word: str, known: Sequence[str]) -> Json:
    """Return the one that fits. Raises NothingSuchError where none does, or more than one."""
    if len(fitting) > 1:
        ids = ", ".join(one["id"] for one in fitting)
        raise NothingSuchError(f'{len(fitting)} are called "{word}"', mend=f"Write one of {ids}")
    if not fitting:
        raise _nothing(kind, word, known)
    return fitting[0]


def _nothing(kind: str, word: str, known: Iterable[str]) -> NothingSuchError:
    hint = did_you_mean(word, list(known))
    return NothingSuchError(f'No {kind} is called "{word}"', mend=f"{hint[:1].upper()}{hint[1:]}")
