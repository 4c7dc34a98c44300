"""The check of an expression's types and units, and the conversions that it needs."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from msgspec import Struct

from hubd.documents import did_you_mean
from hubd.model.value import ValueType
from hubd.model.vocabulary import TERMS
from scenes.expression.tree import (
    COMPARISONS,
    Binary,
    Call,
    Converted,
    Node,
    Number,
    Plain,
    Reading,
    Unary,
    Variable,
    mistake,
    written,
)
from scenes.senses import MEASURES, SENSES
from scenes.units import (
    PLAIN,
    SPELLED,
    UNIT_OF_DIFFERENCE,
    Conversion,
    Unit,
    conversion,
    over,
    product,
    unit,
)


class Sort(Enum):
    """What a value is."""

    YES_NO = "yes or no"
    TEXT = "a text"
    NUMBER = "a number"


class Type(Struct, frozen=True):
    """The type of an expression: what its value is, and its unit if it is a number."""

    sort: Sort
    unit: Unit = PLAIN

    def __str__(self) -> str:
        """Return what a value of it is called: "in %", "yes or no"."""
        if self.sort is not Sort.NUMBER:
            return str(self.sort.value)
        if self.unit.is_difference:
            return "a difference in °C"
        return f"in {self.unit}" if self.unit.parts else "a number without a unit"


YES_NO = Type(Sort.YES_NO)
TEXT = Type(Sort.TEXT)
SECONDS = Type(Sort.NUMBER, unit("s"))
"""The type of a length of time."""

type Typed = tuple[Node, Type]


def number_in(name: str) -> Type:
    """Return the type of numbers in the unit `name`; "" for plain ones."""
    return Type(Sort.NUMBER, unit(name))


def type_of_property(name: str) -> Type:
    """Return the type of what the property `name` (of vocabulary.TERMS) holds."""
    about = TERMS[name]
    match about.type:
        case ValueType.BOOLEAN:
            return YES_NO
        case ValueType.STRING:
            return TEXT
        case _:
            return number_in(about.unit)


def check(node: Node, scope: Mapping[str, Type]) -> Typed:  # noqa: PLR0911 - one case a kind of part
    """Return `node` with its conversions, and its type. Raises "wrong", which says where."""
    match node:
        case Number():
            return node, Type(Sort.NUMBER, _unit_of(node))
        case Plain(value):
            return node, TEXT if isinstance(value, str) else YES_NO
        case Variable(name):
            return node, _variable(node, name, scope)
        case Reading():
            return _reading(node)
        case Unary(sign, inner):
            typed, kind = check(inner, scope)
            wanted = Sort.YES_NO if sign == "not" else Sort.NUMBER
            if kind.sort is not wanted:
                raise mistake(f"{written(inner)} is {kind}, not {wanted.value}", node.at)
            return Unary(sign, typed, at=node.at), kind
        case Binary(sign, left, right):
            return _binary(node, sign, check(left, scope), check(right, scope))
        case Call():
            return _call(node, [check(part, scope) for part in node.parts])
        case Converted(inner, _):
            return check(inner, scope)


def fitted(typed: Typed, to: Type, at: int) -> Node:
    """Return a part with a conversion `to` another unit. Raises "wrong" if it does not fit."""
    node, of = typed
    if of.sort is to.sort:
        convert = conversion(of.unit, to.unit)
        if convert is not None:
            return node if of == to else Converted(node, convert, at=node.at)
    hint = ""
    if of.sort is to.sort is Sort.NUMBER:
        hint = _hint(node, of.unit, to.unit)
    raise mistake(f"{written(node)} is {of}, and {_what(to)} belongs here", at, hint)


def _what(kind: Type) -> str:
    named = str(kind)
    return f"something {named}" if named.startswith("in ") else named


def _hint(node: Node, of: Unit, to: Unit) -> str:
    if to.is_temperature and of.is_difference:
        return "add it to a temperature; of several temperatures, take the mean(a, b)"
    if isinstance(node, Number) and not of.parts:
        return f"write {written(node)} {to}"
    return ""


def _unit_of(node: Number) -> Unit:
    if node.unit in SPELLED.values() or "/" not in node.unit:
        return unit(node.unit)
    above, *below = _split(node.unit)
    return over(above, tuple(below))


def _split(name: str) -> list[str]:
    """Return the units that a written one is made of; some have a "/" of their own."""
    parts = list[str]()
    for word in name.split("/"):
        if parts and f"{parts[-1]}/{word}" in SPELLED.values():
            parts[-1] = f"{parts[-1]}/{word}"
        else:
            parts.append(word)
    return parts


def _variable(node: Variable, name: str, scope: Mapping[str, Type]) -> Type:
    kind = scope.get(name)
    if kind is not None:
        return kind
    if name.casefold() in MEASURES or name.casefold() in SENSES or name in TERMS:
        raise mistake(f'"{name}" is of nothing', node.at, f"write it as in {name} of kitchen")
    if name.casefold() in FUNCTIONS:
        raise mistake(f'"{name}" is a function', node.at, f"write it as in {name}(a, b)")
    hint = did_you_mean(name, scope)
    if not hint.startswith("did"):
        hint = f'if it is a text, write "{name}"'
    raise mistake(f'"{name}" is no variable here', node.at, hint)


_SYNONYMS = {"opened": "open"}


def _reading(node: Reading) -> Typed:
    if node.measure in TERMS:
        return node, type_of_property(node.measure)
    key = "_".join(node.measure.casefold().split())
    key = _SYNONYMS.get(key, key)
    known = Reading(key, node.of, at=node.at)
    if key in MEASURES:
        return known, number_in(MEASURES[key].unit)
    if key in SENSES:
        return known, YES_NO
    valid = TERMS if "." in node.measure else [*MEASURES, *SENSES]
    hint = did_you_mean(node.measure, valid)
    raise mistake(f'"{node.measure}" is nothing that can be read', node.at, hint)


def _binary(node: Binary, sign: str, left: Typed, right: Typed) -> Typed:
    if sign in {"and", "or"}:
        for part, kind in (left, right):
            if kind.sort is not Sort.YES_NO:
                raise mistake(f'{written(part)} is {kind}; "{sign}" joins yes and no', node.at)
        return Binary(sign, left[0], right[0], at=node.at), YES_NO
    if sign in COMPARISONS:
        return _comparison(node, sign, left, right)
    for part, kind in (left, right):
        if kind.sort is not Sort.NUMBER:
            raise mistake(f'{written(part)} is {kind}; "{sign}" is for numbers', node.at)
    if sign in {"*", "/"}:
        return _product(node, sign, left, right)
    return _sum(node, sign, left, right)


def _comparison(node: Binary, sign: str, left: Typed, right: Typed) -> Typed:
    if left[1].sort is not Sort.NUMBER and sign not in {"=", "!="}:
        raise mistake(f'{written(left[0])} is {left[1]}; "{sign}" is for numbers', node.at)
    first, second, _ = _alike(left, right, node.at, "compared with")
    return Binary(sign, first, second, at=node.at), YES_NO


def _alike(left: Typed, right: Typed, at: int, verb: str) -> tuple[Node, Node, Type]:
    """Return two parts in one type, and the type. Raises "wrong" if they do not fit."""
    if left[1].sort is right[1].sort:
        for to in (left[1], right[1]):
            if to.unit.is_temperature and not (left[1] == right[1] or _both_counted(left, right)):
                # A temperature and a difference: both are differences.
                continue
            if conversion(left[1].unit, to.unit) and conversion(right[1].unit, to.unit):
                return fitted(left, to, at), fitted(right, to, at), to
    message = f"{written(left[0])} ({left[1]}) cannot be {verb} {written(right[0])} ({right[1]})"
    hint = ""
    for (part, kind), (_, other) in ((left, right), (right, left)):
        if isinstance(part, Number) and not kind.unit.parts and other.sort is Sort.NUMBER:
            hint = f"write {written(part)} {other.unit}"
    raise mistake(message, at, hint)


def _both_counted(left: Typed, right: Typed) -> bool:
    return left[1].unit.is_temperature and right[1].unit.is_temperature


def _sum(node: Binary, sign: str, left: Typed, right: Typed) -> Typed:
    one, other = left[1].unit, right[1].unit
    difference = Type(Sort.NUMBER, UNIT_OF_DIFFERENCE)
    celsius = number_in("°C")
    if one.is_temperature and other.is_temperature and sign == "-":
        parts = fitted(left, celsius, node.at), fitted(right, celsius, node.at)
        return Binary(sign, *parts, at=node.at), difference
    if one.is_temperature or (other.is_temperature and sign == "+"):
        # The warmer by how much: of two temperatures the one that is a number is how much.
        first_is_much = not one.is_temperature or (
            other.is_temperature
            and isinstance(left[0], Number)
            and not isinstance(right[0], Number)
        )
        kinds = (difference, celsius) if first_is_much else (celsius, difference)
        if conversion(one, kinds[0].unit) and conversion(other, kinds[1].unit):
            parts = fitted(left, kinds[0], node.at), fitted(right, kinds[1], node.at)
            return Binary(sign, *parts, at=node.at), celsius
    first, second, kind = _alike(left, right, node.at, "added to" if sign == "+" else "reduced by")
    return Binary(sign, first, second, at=node.at), kind


def _product(node: Binary, sign: str, left: Typed, right: Typed) -> Typed:
    power = 1 if sign == "*" else -1
    of, factor = product(left[1].unit, right[1].unit, power)
    if any(abs(much) > _MAX_POWER for _, much in of.parts):
        raise mistake(f"{of} is no unit that anything has", node.at)
    made: Node = Binary(sign, left[0], right[0], at=node.at)
    if factor != 1.0:
        made = Converted(made, Conversion(0.0, factor), at=node.at)
    return made, Type(Sort.NUMBER, of)


_MAX_POWER = 4


def _call(node: Call, parts: Sequence[Typed]) -> Typed:
    rule = FUNCTIONS.get(node.function)
    if rule is None:
        hint = did_you_mean(node.function, FUNCTIONS)
        raise mistake(f'there is no function "{node.function}"', node.at, hint)
    least, most, typing = rule
    if not least <= len(parts) <= most:
        raise mistake(f"{node.function} is of {_count(least, most)}, not {len(parts)}", node.at)
    return typing(node, parts)


def _count(least: int, most: int) -> str:
    if most == _ANY:
        return f"{least} value{'s' * (least > 1)} or more"
    return f"{least} value{'s' * (least > 1)}" if least == most else f"{least} or {most} values"


_ANY = 1000


def _of_numbers(node: Call, parts: Sequence[Typed]) -> Typed:
    for part, kind in parts:
        if kind.sort is not Sort.NUMBER:
            raise mistake(f"{written(part)} is {kind}; {node.function} is of numbers", part.at)
    to = parts[0][1]
    for typed in parts[1:]:
        _, _, to = _alike((parts[0][0], to), typed, typed[0].at, "put beside")
    fit = tuple(fitted(typed, to, typed[0].at) for typed in parts)
    return Call(node.function, fit, at=node.at), to


def _round(node: Call, parts: Sequence[Typed]) -> Typed:
    for part, kind in parts:
        if kind.sort is not Sort.NUMBER:
            raise mistake(f"{written(part)} is {kind}; round is of numbers", part.at)
    of = parts[0][1]
    if len(parts) == 1:
        return Call("round", (parts[0][0],), at=node.at), of
    step = Type(Sort.NUMBER, UNIT_OF_DIFFERENCE) if of.unit.is_temperature else of
    if of.unit == unit("°F"):
        of = number_in("°C")
    fit = fitted(parts[0], of, node.at), fitted(parts[1], step, parts[1][0].at)
    return Call("round", fit, at=node.at), of


def _absolute(node: Call, parts: Sequence[Typed]) -> Typed:
    part, kind = parts[0]
    if kind.sort is not Sort.NUMBER:
        raise mistake(f"{written(part)} is {kind}; abs is of numbers", part.at)
    return Call("abs", (part,), at=node.at), kind


def _choice(node: Call, parts: Sequence[Typed]) -> Typed:
    (asked, kind), then, other = parts
    if kind.sort is not Sort.YES_NO:
        raise mistake(f"{written(asked)} is {kind}, not yes or no", asked.at)
    first, second, to = _alike(then, other, node.at, "an alternative to")
    return Call("if", (asked, first, second), at=node.at), to


type _Rule = tuple[int, int, Callable[[Call, Sequence[Typed]], Typed]]

FUNCTIONS: Mapping[str, _Rule] = {
    "min": (1, _ANY, _of_numbers),
    "max": (1, _ANY, _of_numbers),
    "mean": (1, _ANY, _of_numbers),
    "abs": (1, 1, _absolute),
    "round": (1, 2, _round),
    "if": (3, 3, _choice),
}
"""Function -> how many values it takes, least and most, and how its type is found."""
