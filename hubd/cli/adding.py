"""Adopting what does not show itself: by its address, or by a code."""

from pathlib import Path

import click

from hubd.api.client import LocalClient
from hubd.cli import show
from hubd.cli.finding import NothingSuchError, where
from hubd.cli.live import Json, find_socket, options
from hubd.cli.needs import answered, named
from hubd.documents import did_you_mean


@click.command()
@options
@click.argument("driver", required=False)
@click.argument("answers", nargs=-1, metavar="[NEED=VALUE]...")
@click.option("--name", default="", help="What to call it.")
@click.option("--area", help='Where it is; "" is nowhere.')
def add(
    socket: Path | None,
    driver: str | None,
    answers: tuple[str, ...],
    name: str,
    area: str | None,
    *,
    as_json: bool,
) -> None:
    """Adopt what does not show itself, by what DRIVER asks of it; without one, list who can.

    What is left out is asked for; what is secret is not shown.
    """
    client = LocalClient(find_socket(socket), timeout_s=180.0)
    known: list[Json] = client.get("/api/inbox/adds")
    if driver is None:
        _list(known, as_json=as_json)
        return
    it = next((one for one in known if one["driver"] == driver.casefold()), None)
    if it is None:
        hint = did_you_mean(driver, [one["driver"] for one in known])
        raise NothingSuchError(
            f'No driver called "{driver}" takes what does not show itself', mend=hint.capitalize()
        )
    body: Json = {
        "driver": it["driver"],
        "answers": answered(answers, it["needs"], "NEED=VALUE", asks=True),
        "name": name,
    }
    if area is not None:
        body["area"] = area
    if as_json:
        show.as_json(client.post("/api/inbox", body))
        return
    with show.waiting(f"Adopting by {it['driver']}"):
        adopted = client.post("/api/inbox", body, show.said)
    home = client.get("/api/home")
    device = next((d for d in home["devices"] if d["id"] == adopted["device"]), None)
    if device is None:
        told = f"It is adopted as {adopted['device']}, and has not shown itself yet."
        show.out.print(f"{told} See: hubd drivers", highlight=False)
    else:
        told = f"{device['name']} is adopted, as {device['id']}{where(device, home)}."
        show.out.print(told, highlight=False)


def _list(known: list[Json], *, as_json: bool) -> None:
    if as_json:
        show.as_json({"adds": known})
        return
    if not known:
        show.out.print("No driver takes what does not show itself.")
        return
    show.table(
        ("driver", "what", "wants"),
        ((it["driver"], it["title"], ", ".join(map(named, it["needs"]))) for it in known),
        whole=("driver",),
    )
    first = known[0]
    show.out.print(
        f"Add with, for instance: hubd add {first['driver']} {first['needs'][0]['name']}=…",
        highlight=False,
    )
