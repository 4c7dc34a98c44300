"""A play as a readable timeline: what came from outside, what began and ended."""

from collections.abc import Collection

from hubd.core.home import Home
from hubd.model.events import (
    Asked,
    Availability,
    Claimed,
    Commanded,
    Event,
    Fired,
    Released,
    Reported,
    Signalled,
)
from hubd.model.ids import PropertyId, SceneId
from scenes.analysis.findings import Moment
from scenes.analysis.stage import OUTSIDE, Stage
from scenes.clock import local
from scenes.describe import describe, wishes
from scenes.phrases import scene_called

_LONGEST = 24


def told(
    stage: Stage,
    about: Collection[PropertyId],
    names: dict[SceneId, str],
    last: Event | None = None,
) -> list[Moment]:
    """Return what happened on `stage`: from outside, by scenes, and to the properties `about`.

    What came after the event `last` is left out.
    """
    found: list[Moment] = []
    for event in stage.log:
        if last is not None and event.id > last.id:
            break
        text = _text(event, stage, about, names)
        if text and (not found or found[-1].text != text):
            found.append(Moment(event.at_us - stage.start_us, text))
    if len(found) > _LONGEST:
        found = [*found[:_LONGEST], Moment(found[_LONGEST].offset_us, "and so on")]
    return found


def opening(at_us: int, home: Home) -> str:
    """Return the time that a play begins at, in words."""
    return f"It is {local(at_us, home.place):%A, %-d %B, %H:%M}."


def _text(
    event: Event, stage: Stage, about: Collection[PropertyId], names: dict[SceneId, str]
) -> str:
    shown = ""
    match event.what:
        case Reported(property=prop) if event.source == OUTSIDE or prop in about:
            shown = describe(event, stage.home, stage.event)
        case Signalled() | Availability() | Asked():
            shown = _named(describe(event, stage.home, stage.event), names)
        case Fired(claims=claims, why=why, scene=scene):
            mine = [c for c in claims if c.property in about] or claims
            wants = f": {wishes(mine, stage.home)}" if mine else ""
            shown = f'"{names.get(scene, scene)}" begins, because {why}{wants}'
        case Released(owner=owner, why=why) if owner.startswith("scene:"):
            scene = SceneId(owner.partition(":")[2])
            shown = f'"{names.get(scene, scene)}" ends, because {why}'
        case Claimed(claims=claims) if claims and claims[0].owner.startswith("hand:"):
            shown = describe(event, stage.home, stage.event)
        case Commanded(command=command) if command.property in about:
            shown = describe(event, stage.home, stage.event)
        case _:
            pass
    return shown


def _named(text: str, names: dict[SceneId, str]) -> str:
    for scene, name in names.items():
        text = text.replace(scene_called(scene), f'the scene "{name}"')
    return text
