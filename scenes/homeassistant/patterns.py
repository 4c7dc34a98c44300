"""Blueprints as blueprints of ours: worked out with stand-ins, which then become `$input`.

A stand-in is a value that nobody writes (a name, a time, a length of time), so that it can be told
in the scene that comes of it. An input that is itself triggers, conditions or actions has none.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from scenes.homeassistant.automations import Document, Outcome, automation, script
from scenes.homeassistant.blueprints import inputs_of
from scenes.homeassistant.durations import lasting
from scenes.homeassistant.left import Left, NotCarriedError
from scenes.homeassistant.library import Library, titled
from scenes.homeassistant.marked import Items, Keys, plain
from scenes.homeassistant.registry import Appliance

_DURATIONS = {"seconds": 1, "s": 1, "minutes": 60, "min": 60, "hours": 3600, "h": 3600}
_FIRST_S = 99 * 3600
_FIRST_NUMBER = 73.191
_UNITS = frozenset({"%", "°C", "°F", "K", "lx", "W", "ppm"})


class StandIn(Struct, frozen=True):
    """What stands for an input: its value, what it becomes in a scene, and its type here."""

    value: object
    becomes: str
    type: str


def pattern(path: str, node: Keys, library: Library) -> Outcome:
    """Return what a blueprint becomes: a blueprint of ours, of the same inputs."""
    head = node.get("blueprint")
    head = head if isinstance(head, Keys) else Keys(node.place)
    name = plain(head.get("name")) or titled(path.rpartition("/")[2].partition(".")[0])
    outcome = Outcome(name, node.place)
    try:
        stand_ins = {
            key: _stand_in(key, about, number, library)
            for number, (key, about) in enumerate(inputs_of(node).items())
        }
    except NotCarriedError as error:
        outcome.left.append(Left(*(error.place or node.place), name, error.reason))
        return outcome
    user = _use(path, stand_ins, node)
    kind = "script" if path.startswith("script/") else "automation"
    if kind == "script":
        made = script(f"script.{name}", user, library, {path: node})
    else:
        made = automation(user, node.place, name, library, {path: node})
    outcome.left = [Left(row.file, row.line, name, row.reason) for row in made.left]
    if len(made.documents) != 1 or outcome.left:
        outcome.left = outcome.left or [Left(*node.place, name, "a blueprint of several scenes")]
        return outcome
    document = _with_inputs(made.documents[0][0], stand_ins)
    told = str(document)
    lost = next((key for key in stand_ins if f"${key}" not in told), "")
    if lost:
        reason = f'the input "{lost}" stands where none can stand here'
        outcome.left.append(Left(*node.place, name, reason))
        return outcome
    inputs = {key: _input(stand_ins[key], about) for key, about in inputs_of(node).items()}
    whole: Document = {"blueprint": name, "version": 1, "inputs": inputs}
    outcome.documents.append((whole | document, False))
    outcome.notes = made.notes
    return outcome


def _use(path: str, stand_ins: Mapping[str, StandIn], node: Keys) -> Keys:
    place = node.place
    values, use, user = Keys(place), Keys(place), Keys(place)
    for key, stand_in in stand_ins.items():
        values.put(key, stand_in.value, place)
    use.put("path", path.partition("/")[2], place)
    use.put("input", values, place)
    user.put("use_blueprint", use, place)
    return user


def _stand_in(  # noqa: PLR0911 - one case a kind
    key: str, about: Keys, number: int, library: Library
) -> StandIn:
    selector = about.get("selector")
    kinds = selector if isinstance(selector, Keys) else Keys(about.place)
    kind = next(iter(kinds), "text")
    said = kinds.get(kind)
    options = said if isinstance(said, Keys) else Keys(about.place)
    token = f"zz_{key}_zz"
    word = token.replace("_", " ").casefold()
    match kind:
        case "entity":
            return StandIn(_entity(options, token, library), word, "device")
        case "target":
            entity = options.get("entity")
            first = next(iter(entity), None) if isinstance(entity, Items) else entity
            inner = first if isinstance(first, Keys) else Keys(about.place)
            target = Keys(about.place)
            target.put("entity_id", _entity(inner, token, library), about.place)
            return StandIn(target, word, "device")
        case "device":
            library.names.registry.devices[token] = Appliance(token)
            return StandIn(token, word, "device")
        case "area":
            return StandIn(token, word, "area")
        case "time":
            at = f"23:58:{number + 1:02}"
            return StandIn(at, at, "time")
        case "duration":
            return _length(1, number)
        case "number":
            return _number(options, number)
        case "text" | "select":
            return StandIn(token, token, "text")
    raise NotCarriedError(f'an input of the kind "{kind}" ({key})', about.place)


def _entity(options: Keys, token: str, library: Library) -> str:
    inner = options.get("filter")
    first = next(iter(inner), None) if isinstance(inner, Items) else inner
    options = first if isinstance(first, Keys) else options
    domain = options.get("domain")
    named = next(iter(domain), "") if isinstance(domain, Items) else domain
    if not isinstance(named, str) or not named:
        raise NotCarriedError("an input that may be a thing of any kind", options.place)
    entity = f"{named}.{token}".casefold()
    classed = options.get("device_class")
    classed = next(iter(classed), "") if isinstance(classed, Items) else classed
    library.names.classify(entity, plain(classed))
    return entity


def _length(size_s: int, number: int) -> StandIn:
    length_s = _FIRST_S + (number + 1) * size_s
    return StandIn(length_s / size_s, lasting(length_s), "duration")


def _number(options: Keys, number: int) -> StandIn:
    unit = plain(options.get("unit_of_measurement"))
    if unit.casefold() in _DURATIONS:
        return _length(_DURATIONS[unit.casefold()], number)
    value = round(_FIRST_NUMBER + number / 1000, 3)
    if unit in _UNITS:
        return StandIn(value, f"{value} {unit}", unit)
    return StandIn(value, str(value), "number")


def _input(stand_in: StandIn, about: Keys) -> Document:
    said: Document = {"type": stand_in.type}
    default = about.get("default")
    if isinstance(default, str | int | float) and not isinstance(default, bool):
        if stand_in.type == "duration" and isinstance(default, int | float):
            size = _DURATIONS.get(_unit(about).casefold(), 1)
            said["default"] = lasting(default * size)
        elif stand_in.type in _UNITS:
            said["default"] = f"{plain(default)} {stand_in.type}"
        elif stand_in.type in {"number", "text", "time"} and default != "":
            said["default"] = default
    described = about.get("description") or about.get("name")
    return said | ({"description": " ".join(plain(described).split())} if described else {})


def _unit(about: Keys) -> str:
    selector = about.get("selector")
    number = selector.get("number") if isinstance(selector, Keys) else None
    return plain(number.get("unit_of_measurement")) if isinstance(number, Keys) else ""


def _with_inputs(document: Document, stand_ins: Mapping[str, StandIn]) -> Document:
    """Return the document with `$input` where stand-ins are, in keys and values."""
    by_length = sorted(stand_ins.items(), key=lambda item: -len(item[1].becomes))

    def replaced(value: object) -> object:
        if isinstance(value, dict):
            return {str(replaced(key)): replaced(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [replaced(inner) for inner in value]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return value
        text = str(value)
        for key, stand_in in by_length:
            text = re.sub(rf"(?<!\w){re.escape(stand_in.becomes)}(?!\w)", f"${key}", text)
        return text if text != str(value) else value

    return {key: replaced(inner) for key, inner in document.items()}
