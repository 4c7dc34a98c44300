"""What safety rules did, and people who disagree, in a line each."""

from hubd.core.home import Home
from hubd.model import events as e
from hubd.model.ids import NO_EVENT, SceneId, split_property_id
from scenes.phrases import (
    called,
    called_device,
    clock_words,
    deed,
    order,
    owner_called,
    scene_called,
    titled,
)

type Guarded = e.Withheld | e.Admitted | e.Slowed | e.Used | e.Confirmed | e.Disagreed


def guarded(what: Guarded, source: str, home: Home) -> str:  # noqa: PLR0911 - one line a kind
    """Return what `what` says; `source` is who says it."""
    match what:
        case e.Withheld():
            return _withheld(what, home)
        case e.Admitted():
            thing, who = called(what.property, home), owner_called(what.owner, home)
            return f"no safety rule holds back any more what {who} wants of {thing}"
        case e.Slowed():
            thing = called_device(what.device, home)
            if not what.until_us:
                return f"{thing} may be asked again"
            until = clock_words(what.until_us, home)
            return f"{thing} is not asked for anything until {until}, because {what.why}"
        case e.Used():
            rule = titled(what.rule)
            return f'the safety rule "{rule}" counted how long {called(what.property, home)} was so'
        case e.Confirmed():
            return f"{owner_called(source, home)} confirmed what a safety rule held back"
        case e.Disagreed():
            people = " and ".join(owner_called(owner, home) for owner in what.owners)
            return f"{people} disagree about {called(what.property, home)}; the newest is followed"


def waiting_called(scene: str) -> str:
    """Return who waits, from the id under which a wait is kept."""
    if scene.startswith("safety:"):
        return f'the safety rule "{titled(scene.removeprefix("safety:"))}"'
    if scene.startswith("leases:"):
        return "the hub"
    return scene_called(SceneId(scene))


def _withheld(what: e.Withheld, home: Home) -> str:
    _, _, name = split_property_id(what.property)
    doing = deed(name, what.value) if what.asked != NO_EVENT else order(name, what.value)
    thing, who = called(what.property, home), owner_called(what.owner, home)
    rule = f'the safety rule "{titled(what.rule)}"'
    said = f"{who} wanted {thing} to {doing}, which {rule} holds back"
    if what.confirm:
        article = "an" if what.confirm == "owner" else "a"
        said += f" until {article} {what.confirm} confirms it"
    return f"{said}, because {what.why}" if what.why else said
