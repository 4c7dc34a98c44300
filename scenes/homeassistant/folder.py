"""What a folder declares: automations, scripts, scenes, blueprints, helpers and groups.

Reached from configuration.yaml (includes and packages) where there is one; else told by shape.
"""

import posixpath
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from scenes.homeassistant.marked import Items, Keys, Place, placed, plain, words
from scenes.homeassistant.reading import Texts

_CONFIG = "configuration.yaml"
_UI_FILES = ("automations.yaml", "scripts.yaml", "scenes.yaml")
_HELPERS = (
    *("input_boolean", "input_number", "input_select", "input_text", "input_datetime"),
    *("counter", "timer", "input_button"),
)


class Declared(Struct):
    """What is declared, each with its place. Scripts, helpers and groups are by entity id."""

    automations: list[tuple[Keys, Place]] = field(default_factory=list)
    scenes: list[tuple[Keys, Place]] = field(default_factory=list)
    scripts: dict[str, Keys] = field(default_factory=dict)
    helpers: dict[str, Keys] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    blueprints: dict[str, Keys] = field(default_factory=dict)
    """By "automation/author/name.yaml" or "script/…"."""
    people: list[str] = field(default_factory=list)
    fahrenheit: bool = False


def declared(texts: Texts) -> Declared:
    """Return what the files of one home declare."""
    found = Declared()
    root = texts.read(_CONFIG) if texts.has(_CONFIG) else None
    if isinstance(root, Keys):
        _package(root, found)
        for file in _UI_FILES:
            if texts.has(file) and file not in texts.reached:
                _by_shape(file, texts.read(file), found)
    else:
        for path in texts.below(""):
            if not path.startswith(("blueprints/", "custom_components/", "esphome/")):
                _by_shape(path, texts.read(path), found)
    for path in texts.below("blueprints"):
        data = texts.read(path)
        if isinstance(data, Keys) and isinstance(data.get("blueprint"), Keys):
            found.blueprints[path.removeprefix("blueprints/")] = data
    return found


def _package(root: Keys, found: Declared, depth: int = 0) -> None:  # noqa: C901 - one case a kind
    for key, value in root.items():
        domain = key.split(" ")[0]
        place = root.at(key)
        match domain:
            case "automation":
                found.automations += _mappings(value, place)
            case "scene":
                found.scenes += _mappings(value, place)
            case "script":
                _scripts(value, found)
            case "homeassistant":
                _core(value, found, depth)
            case "group":
                _groups(value, found)
            case "light" | "cover" | "switch" | "fan" | "binary_sensor" | "media_player" | "sensor":
                _platforms(domain, value, place, found)
            case "template":
                _templates(value, place, found)
            case "person":
                for person, _ in _mappings(value, place):
                    found.people.append(plain(person.get("name") or person.get("id")))
            case _ if domain in _HELPERS and isinstance(value, Keys):
                for name, about in value.items():
                    at = value.at(name)
                    keys = about if isinstance(about, Keys) else Keys(at)
                    found.helpers[f"{domain}.{name}"] = keys


def _core(value: object, found: Declared, depth: int) -> None:
    if not isinstance(value, Keys):
        return
    system = plain(value.get("unit_system", "")).casefold()
    if system in {"imperial", "us_customary"} or plain(value.get("temperature_unit")) == "F":
        found.fahrenheit = True
    custom = value.get("customize")
    if isinstance(custom, Keys):
        for entity, about in custom.items():
            if isinstance(about, Keys) and about.get("device_class") is not None:
                found.classes[entity] = plain(about["device_class"])
    if depth == 0:
        for package in _packages(value.get("packages")):
            _package(package, found, depth + 1)


def _packages(value: object) -> Iterator[Keys]:
    """Yield the packages of a mapping by name, of a list of such, and of lists in it."""
    for some in value if isinstance(value, Items) else [value]:
        for package in some.values() if isinstance(some, Keys) else ():
            inner = package if isinstance(package, Items) else [package]
            yield from (one for one in inner if isinstance(one, Keys))


def _mappings(value: object, place: Place) -> list[tuple[Keys, Place]]:
    found: list[tuple[Keys, Place]] = []
    for item, at in placed(value, place):
        if isinstance(item, Keys):
            found.append((item, at))
        elif isinstance(item, Items):
            found += [(inner, p) for inner, p in placed(item, at) if isinstance(inner, Keys)]
    return found


def _scripts(value: object, found: Declared) -> None:
    if isinstance(value, Keys):
        for name, script in value.items():
            if isinstance(script, Keys):
                found.scripts[f"script.{name}"] = script
            elif isinstance(script, Items):
                keys = Keys(value.at(name))
                keys.put("sequence", script, value.at(name))
                found.scripts[f"script.{name}"] = keys
    elif isinstance(value, Items):
        for inner in value:
            _scripts(inner, found)


def _groups(value: object, found: Declared) -> None:
    if isinstance(value, Items):
        for inner in value:
            _groups(inner, found)
    if not isinstance(value, Keys):
        return
    for name, about in value.items():
        members = about.get("entities") if isinstance(about, Keys) else about
        found.groups[f"group.{name}"] = [word.casefold() for word in words(members)]


def _platforms(domain: str, value: object, place: Place, found: Declared) -> None:
    for about, _ in _mappings(value, place):
        if plain(about.get("platform")) == "group":
            name = plain(about.get("name") or f"{domain} group")
            members = [word.casefold() for word in words(about.get("entities"))]
            found.groups[f"{domain}.{_slug(name)}"] = members
        sensors = about.get("sensors")
        for name, sensor in sensors.items() if isinstance(sensors, Keys) else ():
            if isinstance(sensor, Keys) and sensor.get("device_class") is not None:
                found.classes[f"{domain}.{name}"] = plain(sensor["device_class"])


def _templates(value: object, place: Place, found: Declared) -> None:
    for block, _ in _mappings(value, place):
        for domain in ("binary_sensor", "sensor"):
            for about, _ in _mappings(block.get(domain), place):
                if about.get("device_class") is not None and about.get("name") is not None:
                    entity = f"{domain}.{_slug(plain(about['name']))}"
                    found.classes[entity] = plain(about["device_class"])


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name.casefold()).strip("_")


def is_automation(value: object) -> bool:
    """Say whether `value` has the shape of an automation."""
    if not isinstance(value, Keys):
        return False
    if isinstance(value.get("use_blueprint"), Keys):
        return True
    return bool({"trigger", "triggers"} & set(value)) and bool({"action", "actions"} & set(value))


def _by_shape(path: str, data: object, found: Declared) -> None:
    place = Place(path, 1)
    if posixpath.basename(path) == "scripts.yaml" and isinstance(data, Keys):
        _scripts(data, found)
    elif is_automation(data) and isinstance(data, Keys):
        found.automations.append((data, data.place))
    elif isinstance(data, Items):
        for item, at in _mappings(data, place):
            if is_automation(item) or posixpath.basename(path) == "automations.yaml":
                found.automations.append((item, at))
            elif isinstance(item.get("entities"), Keys):
                found.scenes.append((item, at))
    elif isinstance(data, Keys):
        if all(isinstance(v, Keys) and "sequence" in v for v in data.values()) and data:
            _scripts(data, found)
        elif data and all(is_automation(value) for value in data.values()):
            found.automations += [(v, data.at(k)) for k, v in _items(data)]
        else:
            _package(data, found)


def _items(data: Keys) -> Iterator[tuple[str, Keys]]:
    yield from ((key, value) for key, value in data.items() if isinstance(value, Keys))


def homes(texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the files of each home among `texts`, by its folder.

    That is where a configuration.yaml or an automations.yaml is. The paths within a home are
    relative to its folder. Without any, all of it is one home.
    """
    marks = {_CONFIG, "automations.yaml"}
    roots = {posixpath.dirname(path) for path in texts if posixpath.basename(path) in marks}
    outer = [
        root
        for root in sorted(roots)
        if not any(
            root != other and root.startswith(f"{other}/" if other else "") for other in roots
        )
    ]
    if not outer:
        return {"": dict(texts)}
    found: dict[str, dict[str, str]] = {}
    for root in outer:
        start = f"{root}/" if root else ""
        found[root] = {
            path.removeprefix(start): text for path, text in texts.items() if path.startswith(start)
        }
    return found
