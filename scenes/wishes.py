"""What a scene claims: words for values, checked with their units when the scene is loaded."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from msgspec import Struct
from pydantic import ValidationInfo

from hubd.core.home import Home
from hubd.documents import did_you_mean, inside, wrong
from hubd.model.ids import AreaId, PropertyId
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import TERMS, term
from scenes.expression.expression import Expression, is_expression, parse_value
from scenes.expression.types import YES_NO, Type, type_of_property
from scenes.expression.variables import NO_SCOPE, scope_of
from scenes.later import Later, Toggle
from scenes.quantities import (
    Quantity,
    in_unit,
    quantity_shape,
    read_quantity,
    shape_in,
)
from scenes.settling import Want, bound_options, settle
from scenes.shapes import EXPRESSION, Shape, any_case, closed, either, words
from scenes.targets import Target, parse_target

_ON = "OnOff.on"
_LEVEL = "LevelControl.level"
_NUMBER = "Number.value"
_MODE = "Home.mode"
THE_HOME = "the home"
"""The phrase for the home itself, whose mode may be claimed."""

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

WORDS: dict[str, tuple[tuple[str, Value | Toggle], ...]] = {
    "on": ((_ON, True),),
    "off": ((_ON, False),),
    "open": (("WindowCovering.position", 100), ("Valve.open", True)),
    "closed": (("WindowCovering.position", 0), ("Valve.open", False)),
    "locked": (("DoorLock.locked", True),),
    "unlocked": (("DoorLock.locked", False),),
    "toggle": (
        (_ON, Toggle.IT),
        ("WindowCovering.position", Toggle.IT),
        ("DoorLock.locked", Toggle.IT),
        ("Valve.open", Toggle.IT),
    ),
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


class Wish(Struct, frozen=True):
    """What a scene wishes of what `target` means."""

    target: Target
    wants: tuple[Want, ...]

    @property
    def expressions(self) -> Iterator[Expression]:
        """The values that are worked out."""
        for want in self.wants:
            yield from (value for _, value in want.options[:1] if isinstance(value, Expression))

    def wants_tokens(self) -> Iterator[str]:
        """Yield the tokens (listening.Program.wants) that this may change with."""
        yield from self.target.wants()
        for expression in self.expressions:
            yield from expression.tokens()

    def settle(self, home: Home, here: AreaId | None) -> Iterator[tuple[PropertyId, Value | Later]]:
        """Yield the properties that this claims in `home`, and the values."""
        for found in self.target.find(home, here):
            yield from settle(found, [bound_options(want, home, here) for want in self.wants])


def read_wishes(data: object, info: ValidationInfo) -> tuple[Wish, ...]:
    """Return the wishes of a document's key, whose variables its context types. Raises "wrong"."""
    return parse_wishes(data, scope_of(info))


def parse_wishes(data: object, scope: Mapping[str, Type] = NO_SCOPE) -> tuple[Wish, ...]:
    """Return the wishes that a mapping of targets to values says. Raises "wrong"."""
    if isinstance(data, list | tuple):
        items = enumerate(data)
        return tuple(wish for number, item in items for wish in _listed(number, item, scope))
    if not isinstance(data, dict):
        raise wrong("claims name what and how", "write it as in kitchen lights: on")
    wishes = []
    for phrase, value in data.items():
        with inside(phrase):
            wishes.append(Wish(parse_target(phrase), parse_wants(value, phrase, scope)))
    return tuple(wishes)


def _listed(number: int, item: object, scope: Mapping[str, Type]) -> tuple[Wish, ...]:
    with inside(number):
        return parse_wishes(item, scope)


def parse_wants(value: object, of: str, scope: Mapping[str, Type] = NO_SCOPE) -> tuple[Want, ...]:
    """Return what `value` (a word, a quantity, or a mapping of settings) wants. Raises "wrong"."""
    phrase = " ".join(of.casefold().split())
    if phrase == THE_HOME:
        return (_mode(value),)
    if isinstance(value, dict):
        return tuple(_setting(word, inner, scope) for word, inner in value.items())
    if is_expression(value):
        return (_worked(parse_value(value, scope), of),)
    a_device = parse_target(phrase).kind is None
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


def _worked(expression: Expression, of: str) -> Want:
    """Return what an expression wants whose unit alone says what is to be set."""
    if expression.type == YES_NO:
        return Want(((_ON, expression),))
    names = _BY_UNIT.get(str(expression.type.unit))
    if names is None:
        hint = f"write it as in {of}: {{level: {expression}}}"
        raise wrong(f"{expression} is {expression.type}, which does not say what to set", hint)
    return Want(tuple((name, expression.of_type(type_of_property(name))) for name in names))


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


def _setting(word: str, value: object, scope: Mapping[str, Type]) -> Want:
    names = (word,) if word in TERMS else SETTINGS.get(word.casefold())
    with inside(word):
        if names is None:
            raise wrong(f'"{word}" cannot be set', did_you_mean(word, SETTINGS))
        if is_expression(value):
            expression = parse_value(value, scope)
            typed = ((name, expression.of_type(type_of_property(name))) for name in names)
            return Want(tuple(typed))
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


def _value_shape(names: Sequence[str]) -> Shape:
    """Return the JSON Schema of what all the properties `names` take."""
    about = term(names[0])
    if about.type is ValueType.BOOLEAN:
        return either(words(_PLAIN_WORDS), {"type": "boolean"}, EXPRESSION)
    if about.type is ValueType.STRING:
        return {"type": "string", "examples": list(about.choices)}
    return either(shape_in(about.unit), EXPRESSION)


_CLAIM = either(
    words(WORDS),
    {"type": "boolean"},
    quantity_shape(_BY_UNIT, "40 %"),
    EXPRESSION,
    closed(
        {
            **{word: _value_shape(names) for word, names in SETTINGS.items()},
            **{name: _value_shape((name,)) for name in TERMS},
        },
        {f"^{any_case(word)}$": _value_shape(names) for word, names in SETTINGS.items()},
    ),
)
_WISHES: Shape = {
    "type": "object",
    "description": "what is to be how: kitchen lights: 40 %",
    "additionalProperties": _CLAIM,
}
WISHES_SHAPE = either(_WISHES, {"type": "array", "items": either(_WISHES, {"type": "array"})})
