"""Begin and end scenes of the running hub, and answer what they ask."""

from pathlib import Path

import click

from hubd.api.client import LocalClient
from hubd.cli import show
from hubd.cli.live import find_socket, options
from hubd.documents import did_you_mean
from hubd.model.errors import HubError


class NoSceneError(HubError):
    """No scene of the running hub has that name."""

    code = "no_such_scene"


@click.command()
@options
@click.argument("scene")
@click.option("--area", help="In this area alone, of a scene that is in several.")
def begin(socket: Path | None, scene: str, area: str | None, *, as_json: bool) -> None:
    """Begin SCENE (its id or name)."""
    _call(LocalClient(find_socket(socket)), scene, "begin", area, as_json=as_json)


@click.command()
@options
@click.argument("scene")
@click.option("--area", help="In this area alone, of a scene that is in several.")
def end(socket: Path | None, scene: str, area: str | None, *, as_json: bool) -> None:
    """End SCENE (its id or name)."""
    _call(LocalClient(find_socket(socket)), scene, "end", area, as_json=as_json)


@click.command()
@options
def questions(socket: Path | None, *, as_json: bool) -> None:
    """List what scenes missed while the hub was off, and ask about."""
    asked = LocalClient(find_socket(socket)).get("/api/questions")
    if as_json:
        show.as_json(asked)
        return
    if not asked:
        show.out.print("No scene asks anything.")
        return
    show.table(
        ("", "scene", "asks whether to make up for it"),
        ((str(n), q["scene"], q["text"]) for n, q in enumerate(asked, 1)),
    )
    show.out.print("Answer with: hubd answer NUMBER yes (or no)", highlight=False)


@click.command()
@options
@click.argument("number", type=click.IntRange(min=1))
@click.argument("answer", type=click.Choice(["yes", "no"]))
def answer(socket: Path | None, number: int, answer: str, *, as_json: bool) -> None:
    """Answer the question of that NUMBER (see: hubd questions)."""
    client = LocalClient(find_socket(socket))
    asked = client.get("/api/questions")
    if number > len(asked):
        raise click.BadParameter(f"there are {len(asked)} questions", param_hint="NUMBER")
    of = asked[number - 1]
    body = {"scene": of["scene"], "timer": of["timer"], "yes": answer == "yes"}
    accepted = client.post("/api/questions", body)
    if as_json:
        show.as_json(accepted)
    else:
        show.out.print("It is made up for now." if answer == "yes" else "It is left.")


def _call(client: LocalClient, scene: str, deed: str, area: str | None, *, as_json: bool) -> None:
    known = client.get("/api/scenes")
    word = scene.casefold()
    found = next((s for s in known if word in {s["id"], s["name"].casefold()}), None)
    if found is None:
        hint = did_you_mean(scene, [s["name"] for s in known])
        raise NoSceneError(f'No scene is called "{scene}"', mend=f"{hint[:1].upper()}{hint[1:]}")
    body = {} if area is None else {"area": area}
    accepted = client.post(f"/api/scenes/{found['id']}/{deed}", body)
    if as_json:
        show.as_json(accepted)
    else:
        done = "began" if deed == "begin" else "ended"
        show.out.print(f"{found['name']} {done}.", highlight=False)
