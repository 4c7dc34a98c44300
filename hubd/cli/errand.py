"""What is asked of drivers that is neither adopting nor commanding."""

from pathlib import Path

import click

from hubd.api.client import LocalClient
from hubd.cli import show
from hubd.cli.finding import NothingSuchError, device_called
from hubd.cli.live import Json, find_socket, options
from hubd.cli.needs import answered, named
from hubd.documents import did_you_mean

_PATIENCE_S, _LONG_S = 180.0, 960.0


@click.command()
@options
@click.argument("driver", required=False)
@click.argument("name", required=False)
@click.argument("words", nargs=-1, metavar="[DEVICE] [NEED=VALUE]...")
def errand(
    socket: Path | None,
    driver: str | None,
    name: str | None,
    words: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Ask DRIVER to do NAME, for DEVICE if it is for one; without these, list what may be asked.

    What it needs and is left out is asked for; what is secret is not shown.
    """
    client = LocalClient(find_socket(socket), _PATIENCE_S)
    known: list[Json] = client.get("/api/errands")
    if driver is None or name is None:
        _list([it for it in known if driver in {None, it["driver"]}], as_json=as_json)
        return
    it = _errand(known, driver, name)
    device, answers = _divided(words)
    body: Json = {"answers": answered(answers, it["needs"], "NEED=VALUE", asks=True)}
    if device is not None:
        body["device"] = device_called(client, device)["id"]
    if it["long"]:
        client = LocalClient(find_socket(socket), _LONG_S)
    path = f"/api/errands/{it['driver']}/{it['name']}"
    if as_json:
        show.as_json(client.post(path, body))
        return
    with show.waiting(it["title"]):
        told: dict[str, str] = client.post(path, body, show.said)["told"]
    for what, value in told.items():
        show.out.print(f"{what}: {value}", highlight=False, markup=False)
    if not told:
        show.out.print("Done.")


def _divided(words: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Return the device that is named before all answers, if one is, and the answers."""
    if words and "=" not in words[0]:
        return words[0], words[1:]
    return None, words


def _errand(known: list[Json], driver: str, name: str) -> Json:
    """Return the errand of that driver and name. Raises NothingSuchError."""
    mine = [it for it in known if it["driver"] == driver.casefold()]
    if not mine:
        hint = did_you_mean(driver, [it["driver"] for it in known])
        raise NothingSuchError(f'No driver called "{driver}" runs errands', mend=hint.capitalize())
    for it in mine:
        if it["name"] == name.casefold():
            return it
    hint = did_you_mean(name, [it["name"] for it in mine])
    raise NothingSuchError(f'{driver} knows no errand "{name}"', mend=hint.capitalize())


def _list(known: list[Json], *, as_json: bool) -> None:
    if as_json:
        show.as_json({"errands": known})
    elif not known:
        show.out.print("Nothing may be asked of the drivers beside adopting and commanding.")
    else:
        show.table(
            ("driver", "errand", "what", "of", "wants"),
            (
                (
                    it["driver"],
                    it["name"],
                    it["title"],
                    ", ".join(it["devices"]) or ("itself" if it["of"] == "driver" else "-"),
                    ", ".join(map(named, it["needs"])),
                )
                for it in known
            ),
            whole=("driver", "errand"),
        )
        show.out.print("Ask with: hubd errand DRIVER ERRAND [DEVICE] [NEED=VALUE]", highlight=False)
