"""What a scene claims: words for values, checked with their units when the scene is loaded."""

from collections.abc import Iterator
from difflib import get_close_matches

from msgspec import Struct

from hubd.core.home import Home
from hubd.documents import did_you_mean, inside, wrong
from hubd.model.device import Property
from hubd.model.ids import AreaId, PropertyId, property_id
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import TERMS, term
from scenes.quantities import Quantity, converted, in_unit, read_quantity
from scenes.targets import Found, Target, parse_target

_ON = "OnOff.on"
_NUMBER = "Number.value"
_MODE = "Home.mode"
THE_HOME = frozenset({"the home", "home"})
"""Phrases for the home itself, whose mode may be claimed."""

SETTINGS: dict[str, tuple[str, ...]] = {
    "on": (_ON,),
    "level": ("LevelControl.level",),
    "brightness": ("LevelControl.level",),
    "color temperature": ("ColorControl.colorTemperature",),
    "colour temperature": ("ColorControl.colorTemperature",),
    "color_temperature": ("ColorControl.colorTemperature",),
    "hue": ("ColorControl.hue",),
    "saturation": ("ColorControl.saturation",),
    "effect": ("Light.effect",),
    "position": ("WindowCovering.position", "Valve.level"),
    "tilt": ("WindowCovering.tilt",),
    "locked": ("DoorLock.locked",),
    "temperature": ("Thermostat.setpoint",),
    "at least": ("Thermostat.setpointLow",),
    "at most": ("Thermostat.setpointHigh",),
    "mode": ("Thermostat.systemMode", "FanControl.mode", "Humidifier.mode"),
    "preset": ("Thermostat.preset",),
    "speed": ("FanControl.speed",),
    "oscillating": ("FanControl.oscillating",),
    "humidity": ("Humidifier.setpoint", "Thermostat.humiditySetpoint"),
    "volume": ("MediaPlayback.volume",),
    "alarm": ("AlarmPanel.state",),
    "option": ("Select.option",),
    "text": ("Text.value",),
    "value": ("Number.value",),
}
"""Words for what can be set -> the properties they may mean; the first that a device has is."""

WORDS: dict[str, tuple[tuple[str, Value], ...]] = {
    "on": ((_ON, True),),
    "off": ((_ON, False),),
    "open": (("WindowCovering.position", 100), ("Valve.open", True)),
    "closed": (("WindowCovering.position", 0), ("Valve.open", False)),
    "locked": (("DoorLock.locked", True),),
    "unlocked": (("DoorLock.locked", False),),
}
"""Words that are a whole wish -> what they may mean."""

_BY_UNIT: dict[str, tuple[str, ...]] = {
    "%": (
        "LevelControl.level",
        "WindowCovering.position",
        "FanControl.speed",
        "Humidifier.setpoint",
        "MediaPlayback.volume",
        "Valve.level",
    ),
    "°C": ("Thermostat.setpoint",),
    "°F": ("Thermostat.setpoint",),
    "K": ("ColorControl.colorTemperature",),
}
_PLAIN_WORDS = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


class Want(Struct, frozen=True):
    """One value for an endpoint: the first of `options` (property, value) that it can take."""

    options: tuple[tuple[str, Value | Quantity], ...]
    """A quantity is one in a unit that the device itself will tell."""


class Wish(Struct, frozen=True):
    """What a scene wishes of what `target` means."""

    target: Target
    wants: tuple[Want, ...]

    def settle(self, home: Home, here: AreaId | None) -> Iterator[tuple[PropertyId, Value]]:
        """Yield the properties that this claims in `home`, and the values."""
        for found in self.target.find(home, here):
            yield from _settle(found, self.wants)


def parse_wishes(data: object) -> tuple[Wish, ...]:
    """Return the wishes that a mapping of targets to values says. Raises "wrong"."""
    if isinstance(data, list | tuple):
        return tuple(wish for number, item in enumerate(data) for wish in _listed(number, item))
    if not isinstance(data, dict):
        raise wrong("claims name what and how", "write it as in kitchen lights: on")
    wishes = []
    for phrase, value in data.items():
        with inside(phrase):
            wishes.append(Wish(parse_target(phrase), parse_wants(value, phrase)))
    return tuple(wishes)


def _listed(number: int, item: object) -> tuple[Wish, ...]:
    with inside(number):
        return parse_wishes(item)


def parse_wants(value: object, of: str) -> tuple[Want, ...]:
    """Return what `value` (a word, a quantity, or a mapping of settings) wants. Raises "wrong"."""
    words = " ".join(of.casefold().split())
    if words in THE_HOME:
        return (_mode(value),)
    if isinstance(value, dict):
        return tuple(_setting(word, inner) for word, inner in value.items())
    a_device = parse_target(words).kind is None
    if isinstance(value, bool):
        value = "on" if value else "off"
    quantity = read_quantity(value)
    if quantity is not None:
        names = _BY_UNIT.get(quantity.unit, ())
        own = ((_NUMBER, quantity),) if a_device else ()
        if not names and not own:
            hint = f"write it as in {of}: 40 %"
            raise wrong(f"{quantity} does not say what is to be set", hint)
        return (Want((*((name, checked(name, value)) for name in names), *own)),)
    meant = WORDS.get(str(value).strip().casefold())
    if meant is None and a_device and _is_own_word(value):
        meant = (("Select.option", str(value)), ("Text.value", str(value)))
    if meant is None:
        raise wrong(f'"{value}" is not something to claim', did_you_mean(str(value), WORDS))
    return (Want(meant),)


def _is_own_word(value: object) -> bool:
    """Say whether `value` may be a choice of a device's own, and is not a slip of the pen."""
    if not isinstance(value, str) or not value.strip():
        return False
    return not get_close_matches(value.strip().casefold(), WORDS, n=1, cutoff=0.7)


def _mode(value: object) -> Want:
    if isinstance(value, dict):
        for word in value:
            with inside(word):
                if word not in {"mode", _MODE}:
                    raise wrong(f'the home has no "{word}"', "write mode: night")
        with inside("mode"):
            return Want(((_MODE, checked(_MODE, value.get("mode", value.get(_MODE)))),))
    return Want(((_MODE, checked(_MODE, value)),))


def _setting(word: str, value: object) -> Want:
    names = (word,) if word in TERMS else SETTINGS.get(word.casefold())
    with inside(word):
        if names is None:
            raise wrong(f'"{word}" cannot be set', did_you_mean(word, SETTINGS))
        if names == (_NUMBER,):
            return Want(((_NUMBER, _quantity(value)),))
        return Want(tuple((name, checked(name, value)) for name in names))


def checked(name: str, value: object) -> Value:
    """Return `value` as the property `name` takes it. Raises "wrong": unit, range or kind."""
    about = term(name)
    if about.type is ValueType.BOOLEAN:
        plain = value if isinstance(value, bool) else _PLAIN_WORDS.get(str(value).casefold())
        if plain is None:
            raise wrong(f'"{value}" is neither on nor off', "write on or off")
        return plain
    if about.type is ValueType.STRING:
        if not isinstance(value, str):
            raise wrong(f"a word belongs here, not {value}")
        if about.choices and value not in about.choices:
            hint = did_you_mean(value, about.choices)
            raise wrong(f'"{value}" is not a {about.title or "word known here"}', hint)
        return value
    quantity = _quantity(value, about.unit or "it")
    number = in_unit(quantity, about.unit)
    low, high = about.minimum, about.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise wrong(f"{quantity} is out of range", f"from {low} to {high} {about.unit} is possible")
    return number


def _quantity(value: object, of: str = "it") -> Quantity:
    quantity = read_quantity(value)
    if quantity is None:
        raise wrong(f'"{value}" is not a quantity', f"write a number of {of}")
    return quantity


def _settle(found: Found, wants: tuple[Want, ...]) -> Iterator[tuple[PropertyId, Value]]:
    device, endpoint = found.device.id, found.endpoint
    writable = {p.name: p for p in endpoint.properties if p.writable}
    claimed: dict[str, Value] = {}
    for want in wants:
        for name, value in want.options:
            about = writable.get(name)
            own = _as_own(value, about) if about is not None else None
            if about is not None and own is not None:
                claimed[name] = _within(own, about.minimum, about.maximum)
                break
        else:
            if _ON in writable and want.options[0][0] == "LevelControl.level":
                claimed.setdefault(_ON, want.options[0][1] != 0)
    if _ON in writable and any(term(name).while_on for name in claimed):
        # To be dimmed to nothing is to be off; to be given any other look is to be on.
        claimed.setdefault(_ON, claimed.get("LevelControl.level") != 0)
        if claimed[_ON] is False:
            claimed = {name: v for name, v in claimed.items() if not term(name).while_on}
    for name, value in claimed.items():
        yield property_id(device, endpoint.id, name), value


def _as_own(value: Value | Quantity, about: Property) -> Value:
    """Return `value` as the property takes it; None if it is in another unit, or no choice."""
    if isinstance(value, Quantity):
        return converted(value, about.unit)
    if about.choices and isinstance(value, str) and value not in about.choices:
        return next((c for c in about.choices if c.casefold() == value.casefold()), None)
    return value


def _within(value: Value, low: float | None, high: float | None) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    at_least = value if low is None else max(value, low)
    return at_least if high is None else min(at_least, high)
