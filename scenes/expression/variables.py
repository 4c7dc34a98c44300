"""The variables of a scene: their first value, which fixes the type."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Struct
from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

from hubd.documents import inside, wrong
from hubd.model.value import Value
from scenes.expression.grammar import YES_NO as YES_NO_WORDS
from scenes.expression.lexer import KEYWORDS
from scenes.expression.types import FUNCTIONS, SECONDS, TEXT, YES_NO, Type, number_in
from scenes.quantities import is_duration, parse_duration, read_quantity
from scenes.shapes import Shape


class Variable(Struct, frozen=True):
    """A variable's type, and the value that it begins with, in the unit of its type."""

    type: Type
    first: Value


def parse_constant(data: object) -> Variable:
    """Return what a plain value of a document is: yes or no, a number, a time, or else a text.

    Raises "wrong".
    """
    if isinstance(data, bool):
        return Variable(YES_NO, data)
    if isinstance(data, str) and data.strip().casefold() in YES_NO_WORDS:
        return Variable(YES_NO, YES_NO_WORDS[data.strip().casefold()])
    if is_duration(data):
        return Variable(SECONDS, parse_duration(data) / 1e6)
    quantity = read_quantity(data)
    if quantity is not None:
        return Variable(number_in(quantity.unit), quantity.number)
    if isinstance(data, str):
        return Variable(TEXT, data)
    raise wrong("a variable holds one value", "write yes or no, a text, or a number with its unit")


def parse_variables(data: object) -> Mapping[str, Variable]:
    """Return the variables that a mapping of names to first values declares. Raises "wrong"."""
    if not isinstance(data, dict):
        raise wrong("variables are names with values", "write it as in dimmed: 20 %")
    found = {}
    for name, value in data.items():
        with inside(name):
            if not name.isidentifier() or name.casefold() in _TAKEN:
                raise wrong(f'"{name}" is no name for a variable', "write letters, digits and _")
            found[name] = parse_constant(value)
    return found


_TAKEN = frozenset({*KEYWORDS, *YES_NO_WORDS, *FUNCTIONS})

_SHAPE: Shape = {
    "type": "object",
    "description": "names, each with its first value: yes or no, a text, or a number with its unit",
    "additionalProperties": {"type": ["boolean", "number", "string"]},
}
Variables = Annotated[
    Mapping[str, Variable], BeforeValidator(parse_variables), WithJsonSchema(_SHAPE)
]


class Scope(Struct, frozen=True):
    """The context in which a document's expressions are checked: the types of its variables."""

    types: Mapping[str, Type]


NO_SCOPE: Mapping[str, Type] = {}


def scope_of(info: ValidationInfo) -> Mapping[str, Type]:
    """Return the types of the variables of the document that is validated."""
    return info.context.types if isinstance(info.context, Scope) else NO_SCOPE


def declared(data: object) -> Scope:
    """Return the scope that `data`, the `variables` of a document, declares; empty if broken.

    What is broken in it is told when the document is checked.
    """
    types = dict[str, Type]()
    for name, value in data.items() if isinstance(data, dict) else ():
        try:
            types[str(name)] = parse_constant(value).type
        except ValueError:
            continue
    return Scope(types)
