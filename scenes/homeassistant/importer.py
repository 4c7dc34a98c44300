"""A folder of Home Assistant: its texts in; scenes, variables and what was left out."""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field

from hubd.model.ids import slug
from scenes.homeassistant.automations import Document, Outcome, automation, script, static_scene
from scenes.homeassistant.durations import seconds
from scenes.homeassistant.folder import Declared, declared, homes
from scenes.homeassistant.helpers import read_helper, timer_scenes, variables
from scenes.homeassistant.left import Left, NotCarriedError
from scenes.homeassistant.library import Library
from scenes.homeassistant.marked import Keys, Place, plain, words
from scenes.homeassistant.names import Names
from scenes.homeassistant.patterns import pattern
from scenes.homeassistant.reading import Texts
from scenes.homeassistant.registry import read_registry
from scenes.homeassistant.spans import span_scenes

_CALLS = ("action", "service", "service_template")


class Count(Struct):
    """How many there are, and how many of them were carried whole."""

    found: int = 0
    carried: int = 0

    def add(self, *, carried: bool) -> None:
        """Count one."""
        self.found += 1
        self.carried += carried


class Written(Struct, frozen=True):
    """A scene to be written: its document, and what was left of it or is to be known.

    `off`: it is not to be taken up before a person has looked at it.
    """

    path: str
    document: Document
    left: tuple[Left, ...] = ()
    notes: tuple[str, ...] = ()
    origin: str = ""
    off: bool = False


class Import(Struct):
    """What became of a folder."""

    automations: Count = field(default_factory=Count)
    scripts: Count = field(default_factory=Count)
    scenes: Count = field(default_factory=Count)
    blueprints: Count = field(default_factory=Count)
    left: list[Left] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    variables: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    """What each home has to declare, by its folder ("" or with a / at its end)."""


def import_folder(texts: Mapping[str, str]) -> Import:
    """Return what becomes of the files of a folder (path -> text); it may hold several homes.

    Every automation is carried, or has a row in `left` at least. Nothing in a text raises.
    """
    whole = Import()
    for root, files in homes(texts).items():
        _import_home(f"{root}/" if root else "", files, whole)
    whole.left.sort()
    return whole


def _import_home(start: str, files: Mapping[str, str], whole: Import) -> None:
    texts = Texts(files)
    found = declared(texts)
    library = _library(found, files)
    taken: set[str] = {written.path for written in whole.written}

    def keep(outcome: Outcome, count: Count | None) -> None:
        left = tuple(_under(start, row) for row in outcome.left)
        whole.left += left
        if count is not None:
            count.add(carried=not left)
        for document, off in outcome.documents:
            name = document.get("blueprint", document["scene"])
            path = _path(start + slug(plain(name))[:80], taken)
            file, line = outcome.place
            origin = f"{start}{file}:{line}" if file else ""
            notes = tuple(outcome.notes)
            whole.written.append(Written(path, document, left, notes, origin, off))

    whole.left += [_under(start, row) for row in texts.left]
    names = _named_automations(found)
    for (node, place), name in zip(found.automations, names, strict=True):
        keep(automation(node, place, name, library, found.blueprints), whole.automations)
    for entity, node in found.scripts.items():
        keep(script(entity, node, library, found.blueprints), whole.scripts)
    for node, place in found.scenes:
        keep(static_scene(node, place, _scene_name(node), library), whole.scenes)
    for path, node in found.blueprints.items():
        keep(pattern(path, node, library), whole.blueprints)
    for document in [*timer_scenes(library), *span_scenes(library)]:
        keep(Outcome(plain(document["scene"]), Place("", 0), [(document, False)]), None)
    declared_here = variables(library)
    if declared_here:
        whole.variables[start] = declared_here


def _under(start: str, row: Left) -> Left:
    return Left(start + row.file, row.line, row.name, row.reason)


def _path(stem: str, taken: set[str]) -> str:
    path, number = stem, 2
    while path in taken:
        path, number = f"{stem}_{number}", number + 1
    taken.add(path)
    return path


def _scene_name(node: Keys) -> str:
    return plain(node.get("name") or node.get("id")) or "Scene"


def _named_automations(found: Declared) -> list[str]:
    """Return a name for each automation, each once."""
    names: list[str] = []
    taken: set[str] = set()
    for number, (node, _) in enumerate(found.automations, 1):
        said = node.get("alias") or node.get("id") or f"Automation {number}"
        base = " ".join(plain(said).split())[:150] or f"Automation {number}"
        name, again = base, 2
        while name in taken:
            name, again = f"{base} {again}", again + 1
        taken.add(name)
        names.append(name)
    return names


def _library(found: Declared, files: Mapping[str, str]) -> Library:
    registry = read_registry(files)
    names = Names(registry, found.groups, found.classes, fahrenheit=found.fahrenheit)
    library = Library(names, scripts=found.scripts)
    names.people |= {" ".join(person.casefold().split()) for person in found.people if person}
    for (node, _), name in zip(found.automations, _named_automations(found), strict=True):
        for said in (node.get("alias"), node.get("id")):
            if said is not None and not isinstance(said, dict | list):
                library.automations.setdefault(f"automation.{slug(plain(said))}", name)
    for node, _ in found.scenes:
        said = node.get("name") or node.get("id")
        library.scenes.setdefault(f"scene.{slug(plain(said))}", _scene_name(node))
    for entity, about in found.helpers.items():
        read_helper(entity, about, library)
    roots: list[object] = [node for node, _ in found.automations]
    roots += [node for node, _ in found.scenes]
    roots += [*found.scripts.values(), *found.blueprints.values()]
    for root in roots:
        _look_ahead(root, library)
    for (node, _), name in zip(found.automations, _named_automations(found), strict=True):
        for event in events_of(node):
            library.listening.setdefault(event, []).append(name)
    return library


def events_of(node: Keys) -> Iterator[str]:
    """Yield the events that set an automation off."""
    triggers = node.get("triggers", node.get("trigger"))
    for item in triggers if isinstance(triggers, list) else [triggers]:
        if isinstance(item, Keys) and not item.get("event_data"):
            yield from words(item.get("event_type"))


def _look_ahead(value: object, library: Library) -> None:
    """Note what one part tells of things that others speak of: people, timers, devices, pauses."""
    if isinstance(value, str):
        _look_at_text(value, library.names)
    elif isinstance(value, list):
        for inner in value:
            _look_ahead(inner, library)
    elif isinstance(value, Keys):
        _look_at_keys(value, library)
        for key, inner in value.items():
            library.names.see(key)
            if key not in _CALLS or not isinstance(inner, str):
                _look_ahead(inner, library)


def _look_at_text(text: str, names: Names) -> None:
    names.see(text)
    for word in words(text) if text.startswith("person.") else ():
        person = names.person(word) if word.startswith("person.") else ""
        names.people |= {person} if person else set()


def _look_at_keys(value: Keys, library: Library) -> None:
    device, entity = value.get("device_id"), value.get("entity_id")
    if isinstance(device, str) and isinstance(entity, str) and "." in entity:
        library.names.mentioned.setdefault(device, entity.casefold())
    call = next((value[key] for key in _CALLS if isinstance(value.get(key), str)), "")
    look = _LOOKED_FOR.get(plain(call))
    if look is not None:
        for target in _targets(value):
            look(target, value, library)


def _targets(value: Keys) -> Iterator[str]:
    for inner in (value, value.get("target"), value.get("data")):
        if isinstance(inner, Keys):
            yield from words(inner.get("entity_id"))


def _paused(entity: str, action: Keys, library: Library) -> None:
    del action
    if entity in library.automations:
        library.paused.add(entity)


def _started(entity: str, action: Keys, library: Library) -> None:
    timer = library.timer(entity.casefold())
    data = action.get("data")
    given = data.get("duration") if isinstance(data, Keys) else None
    try:
        length_s = seconds(given) if given is not None else timer.own_s
    except NotCarriedError:
        return
    if length_s > 0 and length_s not in timer.started_s:
        timer.started_s.append(length_s)


_LOOKED_FOR: Mapping[str, Callable[[str, Keys, Library], None]] = {
    "automation.turn_off": _paused,
    "automation.turn_on": _paused,
    "automation.toggle": _paused,
    "timer.start": _started,
}
