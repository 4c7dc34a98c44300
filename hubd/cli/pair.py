"""`hubd pair CODE`: a setup code, whoever's it is."""

import re
from pathlib import Path

import click

from drivers.matter.setup_code import digits, is_qr_text, read_code
from hubd.api.client import LocalClient
from hubd.cli import show
from hubd.cli.finding import NothingSuchError, where
from hubd.cli.live import Json, find_socket, options
from hubd.model.errors import HubError

_HOMEKIT = re.compile(r"(\d{3})-?(\d{2})-?(\d{3})")
_TAKES_S = 240.0


class NoCodeError(HubError):
    """What was written is no setup code."""

    code = "no_code"


@click.command()
@options
@click.argument("code")
@click.option("--name", default="", help="What to call it.")
@click.option("--area", help='Where it is; "" is nowhere.')
def pair(socket: Path | None, code: str, name: str, area: str | None, *, as_json: bool) -> None:
    """Adopt the device of a setup CODE: Matter's QR text (MT:…) or number, or HomeKit's.

    A code that cannot be right is turned down here, with what is wrong; nothing is sent then.
    """
    body: Json = {"name": name}
    if area is not None:
        body["area"] = area
    if is_qr_text(code) or digits(code):
        read_code(code)
        client = LocalClient(find_socket(socket), timeout_s=_TAKES_S)
        path, more = "/api/inbox", {"driver": "matter", "answers": {"code": code}}
    elif (match := _HOMEKIT.fullmatch(code.strip())) is not None:
        client = LocalClient(find_socket(socket), timeout_s=_TAKES_S)
        entry = _accessory(client.get("/api/inbox"))
        path, more = (
            f"/api/inbox/{entry['id']}/adopt",
            {"answers": {"code": "-".join(match.groups())}},
        )
    else:
        raise NoCodeError(
            f"{code[:60]!r} is no setup code",
            mend="Matter's is the QR text (MT:…) or 11 or 21 digits, HomeKit's is XXX-XX-XXX",
        )
    if as_json:
        show.as_json(client.post(path, {**body, **more}))
        return
    with show.waiting("Pairing"):
        adopted = client.post(path, {**body, **more}, show.said)
    home = client.get("/api/home")
    device = next((d for d in home["devices"] if d["id"] == adopted["device"]), None)
    if device is None:
        told = f"It is adopted as {adopted['device']}. See: hubd drivers"
    else:
        told = f"{device['name']} is adopted, as {device['id']}{where(device, home)}."
    show.out.print(told, highlight=False)


def _accessory(entries: list[Json]) -> Json:
    """Return the only HomeKit accessory that waits. Raises NothingSuchError."""
    waiting = [
        e
        for e in entries
        if e["driver"] == "homekit" and e["present"] and not e["adopted_elsewhere"]
    ]
    if len(waiting) == 1:
        return waiting[0]
    if not waiting:
        raise NothingSuchError(
            "The code is one of HomeKit's, and no HomeKit accessory waits to be adopted",
            mend="Look whether it is on and in the same network: hubd found --look",
        )
    names = ", ".join(f"{e['name']} ({e['id']})" for e in waiting)
    raise NothingSuchError(
        f"{len(waiting)} HomeKit accessories wait: {names}",
        mend=f"Say which: hubd adopt {waiting[0]['id']} --answer code=…",
    )
