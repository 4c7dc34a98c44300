"""What a test's words for things and states mean in its home."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from pydantic_core import PydanticCustomError

from hubd.core.home import Home
from hubd.documents import did_you_mean, inside, wrong
from hubd.model.device import Device, Endpoint, Property
from hubd.model.ids import DeviceId, EndpointId, PropertyId, property_id
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import TERMS, term
from scenes.expression.expression import Expression
from scenes.later import Later, Toggle
from scenes.presence import belongs
from scenes.quantities import Quantity, in_unit, read_quantity
from scenes.senses import MEASURES, SENSES
from scenes.targets import parse_target, things_at
from scenes.wishes import SETTINGS, WORDS, Wish, checked, parse_wants

UNKNOWN = "unknown"

STATES: dict[str, tuple[tuple[str, Value], ...]] = {
    **{
        word.replace("_", " "): tuple((name, sense.value) for name in sense.names)
        for word, sense in SENSES.items()
    },
    "wet": (("BooleanState.leak", True),),
    "dry": (("BooleanState.leak", False), ("BooleanState.rain", False)),
    "no smoke": tuple((name, False) for name in SENSES["smoke"].names),
    "still": (("BooleanState.vibration", False),),
    "battery good": (("PowerSource.batteryLow", False),),
}
"""Words for what a sensor tells -> the properties that may tell it; the first it has does."""


class Thing(Struct, frozen=True):
    """A function of a device that a word means."""

    device: Device
    endpoint: Endpoint

    def prop(self, name: str) -> PropertyId:
        """Return the id of its property of that name."""
        return property_id(self.device.id, self.endpoint.id, name)


type Said = tuple[PropertyId, Value]


def find(phrase: str, home: Home) -> list[Thing]:
    """Return what `phrase` means. Raises "wrong" if nothing.

    It may be a device, a part of one ("switch / left"), a person (their phone or tag), a place (all
    in it), or a place and a kind ("kitchen lights").
    """
    words = " ".join(phrase.casefold().split())
    whole, _, part = (piece.strip() for piece in words.partition("/"))
    devices = home.find_devices(whole) or _of_person(whole, home) or things_at(whole, home, None)
    found = [Thing(device, endpoint) for device in devices for endpoint in device.endpoints]
    if part:
        found = [t for t in found if part in {t.endpoint.id.casefold(), t.endpoint.name.casefold()}]
    if not found:
        target = parse_target(words)
        found = [Thing(each.device, each.endpoint) for each in target.find(home, None)]
    if not found:
        raise wrong(
            f'nothing is called "{phrase}" in this home', did_you_mean(phrase, _names(home))
        )
    return found


def devices_of(phrase: str, home: Home) -> list[DeviceId]:
    """Return the devices that `phrase` means, each once. Raises "wrong" if none."""
    return list(dict.fromkeys(thing.device.id for thing in find(phrase, home)))


def _of_person(word: str, home: Home) -> list[Device]:
    if not home.find_people(word):
        return []
    return [
        device
        for device in home.devices.values()
        if any(e.property("Presence.home") for e in device.endpoints)
        and belongs(device, word, home)
    ]


def _names(home: Home) -> Iterator[str]:
    for device in home.devices.values():
        yield from (device.name, *device.aliases)
    yield from (person.name for person in home.people.values())
    yield from (area.name for area in home.areas.values())


def said(phrase: str, value: object, home: Home) -> list[Said]:
    """Return what the things that `phrase` means tell, if they tell `value`. Raises "wrong"."""
    things = find(phrase, home)
    if isinstance(value, dict):
        return [each for word, inner in value.items() for each in _set(word, inner, things)]
    if value == UNKNOWN:
        return [(t.prop(p.name), None) for t in things for p in t.endpoint.properties]
    found = _state(value, things) or _measured(value, things) or _wished(phrase, value, home)
    if found:
        return found
    shown = "on" if value is True else "off" if value is False else value
    hint = did_you_mean(str(shown), _possible(things))
    raise wrong(f'"{phrase}" cannot be "{shown}"', hint)


def wished(phrase: str, value: object, home: Home) -> list[Said]:
    """Return what is claimed if `phrase` is claimed to be `value`, as in a scene; empty if nothing.

    Raises "wrong" if it is nothing to claim.
    """
    if isinstance(value, dict) and all(word in TERMS or "." in word for word in value):
        things = find(phrase, home)
        return [each for word, inner in value.items() for each in _set(word, inner, things)]
    found = _wished(phrase, value, home)
    if found:
        return found
    things = find(phrase, home)
    wants = parse_wants(value, phrase)
    return [
        (thing.prop(name), inner)
        for thing in things
        for want in wants
        for name, inner in want.options
        if (about := thing.endpoint.property(name)) is not None and about.writable
        if not isinstance(inner, Quantity | Expression | Toggle)
    ][:1]


def _wished(phrase: str, value: object, home: Home) -> list[Said]:
    if not isinstance(value, dict) and not _is_wish(value):
        return []
    settled = Wish(parse_target(phrase), parse_wants(value, phrase)).settle(home, None)
    return [(prop, wished) for prop, wished in settled if not isinstance(wished, Later)]


def _is_wish(value: object) -> bool:
    if isinstance(value, bool) or str(value).strip().casefold() in WORDS:
        return True
    quantity = read_quantity(value)
    return quantity is not None and quantity.unit in {"%", "°C", "°F", "K"}


def _state(value: object, things: Sequence[Thing]) -> list[Said]:
    word = " ".join(str(value).casefold().replace("_", " ").split())
    if isinstance(value, bool):
        word = "on" if value else "off"
    options = STATES.get(word, ())
    found: list[Said] = []
    for thing in things:
        for name, inner in options:
            if thing.endpoint.property(name) is not None:
                found.append((thing.prop(name), inner))
                break
    return found


def _measured(value: object, things: Sequence[Thing]) -> list[Said]:
    """Return the first quantity of each thing that is measured in the unit of `value`."""
    quantity = read_quantity(value)
    if quantity is None or not quantity.unit:
        return []
    found: list[Said] = []
    for thing in things:
        for prop in thing.endpoint.properties:
            if prop.type in {ValueType.NUMBER, ValueType.INTEGER} and not prop.writable:
                try:
                    number = in_unit(quantity, prop.unit)
                except PydanticCustomError:
                    continue
                found.append((thing.prop(prop.name), number))
                break
    return found


def _set(word: str, value: object, things: Sequence[Thing]) -> list[Said]:
    """Return what `word` (a setting, a measure, a title, a property's own name) tells."""
    measure = MEASURES.get(word.casefold())
    names = (
        (word,)
        if "." in word
        else (*(measure.names if measure is not None else ()), *SETTINGS.get(word.casefold(), ()))
    )
    found: list[Said] = []
    with inside(word):
        for thing in things:
            about = next((p for n in names if (p := thing.endpoint.property(n))), None)
            about = about or _titled(word, thing.endpoint)
            if about is not None:
                found.append((thing.prop(about.name), value_of(about, value)))
        if not found:
            raise wrong(f'nothing here has "{word}"', did_you_mean(word, _settings(things)))
    return found


def _titled(word: str, endpoint: Endpoint) -> Property | None:
    wanted = word.casefold()
    return next((p for p in endpoint.properties if p.title.casefold() == wanted), None)


def value_of(about: Property, value: object) -> Value:
    """Return `value` as the property holds it. Raises "wrong"."""
    if value == UNKNOWN:
        return None
    if about.name in TERMS:
        return checked(about.name, value)
    quantity = read_quantity(value) if about.type in {ValueType.NUMBER, ValueType.INTEGER} else None
    if quantity is not None:
        return in_unit(quantity, about.unit)
    if isinstance(value, bool | int | float | str):
        return value
    raise wrong(f"{about.name} cannot be that", "write one word or number")


def _possible(things: Sequence[Thing]) -> list[str]:
    has = {p.name for t in things for p in t.endpoint.properties}
    return [word for word, options in STATES.items() if any(name in has for name, _ in options)]


def _settings(things: Sequence[Thing]) -> list[str]:
    return [p.title or p.name for t in things for p in t.endpoint.properties]


# from the home back to words


def phrase_of(device: DeviceId, endpoint: EndpointId, home: Home) -> str:
    """Return the shortest phrase that means this function of a device alone."""
    known = home.devices[device]
    name = known.name if _means_it_alone(known.name, known, home) else str(device)
    return name if len(known.endpoints) == 1 else f"{name} / {endpoint}"


def _means_it_alone(name: str, device: Device, home: Home) -> bool:
    plain = name.strip() == name and "/" not in name and "(" not in name
    return plain and [d.id for d in home.find_devices(name)] == [device.id]


def saying(prop: PropertyId, value: Value, home: Home) -> tuple[str, object]:
    """Return phrase and words by which `said` means just that `prop` is `value`."""
    device, endpoint, name = prop.split("/", 2)
    phrase = phrase_of(DeviceId(device), EndpointId(endpoint), home)
    whole = value_text(name, value)
    words: list[object] = [w for w, options in STATES.items() if (name, value) in options]
    for word in [*words, whole]:
        if value is not None and _reads(phrase, word, home) == [(prop, value)]:
            return phrase, word
    return phrase, {name: whole}


def wishing(prop: PropertyId, value: Value, home: Home) -> tuple[str, object]:
    """Return phrase and words by which `wished` means just that `prop` is to be `value`."""
    device, endpoint, name = prop.split("/", 2)
    phrase = phrase_of(DeviceId(device), EndpointId(endpoint), home)
    whole = value_text(name, value)
    words: list[object] = [w for w, options in STATES.items() if (name, value) in options]
    for word in [*words, "open", "closed", whole]:
        if _wishes(phrase, word, home) == [(prop, value)]:
            return phrase, word
    return phrase, {name: whole}


def _reads(phrase: str, word: object, home: Home) -> list[Said]:
    try:
        return said(phrase, word, home)
    except PydanticCustomError:
        return []


def _wishes(phrase: str, word: object, home: Home) -> list[Said]:
    try:
        return wished(phrase, word, home)
    except PydanticCustomError:
        return []


def value_text(name: str, value: Value) -> object:
    """Return `value` of the property `name` as `value_of` reads it back."""
    match value:
        case None:
            return UNKNOWN
        case bool():
            return "on" if value else "off"
        case int() | float():
            unit = term(name).unit
            number = f"{value:g}" if float(f"{value:g}") == value else repr(value)
            return f"{number} {unit}" if unit and "e" not in number else value
        case _:
            return value
