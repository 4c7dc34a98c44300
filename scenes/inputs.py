"""What a blueprint asks for: inputs with their types, and whether a value is of its type."""

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from hubd.documents import Data, Document, did_you_mean, inside, wrong
from scenes.clock import parse_day_time
from scenes.expression.grammar import YES_NO
from scenes.quantities import in_unit, parse_duration, parse_quantity
from scenes.shapes import Shape
from scenes.units import UNITS

NAMES = ("area", "floor", "place", "device", "person")
"""The types of inputs that name things of the home."""


def _named(value: Data) -> None:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise wrong("a name belongs here, or a list of them")


def _text(value: Data) -> None:
    if not isinstance(value, str | int | float):
        raise wrong("a text belongs here")


def _yes_no(value: Data) -> None:
    if not isinstance(value, bool) and str(value).casefold() not in YES_NO:
        raise wrong(f'"{value}" is neither yes nor no', "write yes or no")


_CHECKS: Mapping[str, Callable[[Data], object]] = {
    **dict.fromkeys(NAMES, _named),
    "duration": parse_duration,
    "time": parse_day_time,
    "text": _text,
    "choice": _text,
    "yes/no": _yes_no,
}
_SAMPLES: Mapping[str, Data] = {
    **dict.fromkeys(NAMES, "somewhere"),
    "duration": "5 min",
    "time": "12:00",
    "text": "text",
    "yes/no": True,
}
_NUMBER = "number"
TYPES = (*_CHECKS, _NUMBER, *UNITS)
"""The types that an input may have: a kind of thing or value, or the unit of a quantity."""


def _type(data: object) -> str:
    if data not in TYPES:
        raise wrong(f'"{data}" is not a type of input', did_you_mean(str(data), TYPES))
    return str(data)


_CHOICES: Shape = {"type": "array", "minItems": 1}


def _choices(data: object) -> tuple[str, ...]:
    if not isinstance(data, list | tuple) or not data:
        raise wrong("the choices are a list", "write it as in [warm, cold]")
    return tuple(str(item) for item in data)


def _plain(data: object) -> object:
    if isinstance(data, dict):
        raise wrong("a value belongs here, not keys and values")
    return data


_PLAIN: Shape = {"type": ["boolean", "number", "string", "array"]}
Plain = Annotated[object, BeforeValidator(_plain), WithJsonSchema(_PLAIN)]


class Input(Document):
    """One input of a blueprint; without a default it must be given."""

    type: Annotated[str, BeforeValidator(_type), WithJsonSchema({"enum": list(TYPES)})]
    default: Plain = None
    description: str = ""
    choices: Annotated[tuple[str, ...], BeforeValidator(_choices), WithJsonSchema(_CHOICES)] = ()

    @model_validator(mode="after")
    def _whole(self) -> "Input":
        if (self.type == "choice") is not bool(self.choices):
            raise wrong("choices: belong to an input of the type choice", "write both, or neither")
        if self.needed:
            return self
        with inside("default"):
            check_input(self, _data(self.default))
        return self

    @property
    def needed(self) -> bool:
        """Say whether it must be given."""
        return self.default is None

    @property
    def sample(self) -> Data:
        """A value that it could have."""
        if not self.needed:
            return _data(self.default)
        if self.choices:
            return self.choices[0]
        number = "1" if self.type == _NUMBER else f"{_SOME.get(self.type, 50)} {self.type}"
        return _SAMPLES.get(self.type, number)


_SOME: Mapping[str, int] = {"°C": 20, "°F": 68, "K": 2700}


def check_input(asked: Input, value: Data) -> None:
    """Raise "wrong" if `value` is not of the type of the input `asked`."""
    check = _CHECKS.get(asked.type)
    if check is not None:
        check(value)
    else:
        in_unit(parse_quantity(value), "" if asked.type == _NUMBER else asked.type)
    if asked.choices and str(value) not in asked.choices:
        raise wrong(f'"{value}" is not one of the choices', did_you_mean(str(value), asked.choices))


def _data(value: object) -> Data:
    """Return a default as the data that it was read from."""
    if isinstance(value, list):
        return [_data(item) for item in value]
    if isinstance(value, bool | int | float | str):
        return value
    raise wrong("a value belongs here")
