"""The value of a checked expression. Anything unknown makes the whole unknown."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence

from hubd.core.view import View
from hubd.model.value import Value
from scenes.expression.tree import (
    Binary,
    Call,
    Converted,
    Node,
    Number,
    Plain,
    Reading,
    Unary,
    Variable,
)

type Evaluator = Callable[[View, Mapping[str, Value]], Value]
"""Gives the value now, with these variables; None where something of it is unknown."""

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_RECKONED: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def evaluator(  # noqa: PLR0911 - one case a kind of part
    node: Node, readings: Mapping[tuple[str, str], Evaluator]
) -> Evaluator:
    """Return what evaluates `node`, which types.check gave; `readings` read its parts' homes."""
    match node:
        case Number(number, _):
            return lambda _view, _variables: number
        case Plain(value):
            return lambda _view, _variables: value
        case Variable(name):
            return lambda _view, variables: variables.get(name)
        case Reading(measure, of):
            return readings[measure, of]
        case Unary("not", inner):
            return _not(evaluator(inner, readings))
        case Unary(_, inner):
            return _mapped(evaluator(inner, readings), operator.neg)
        case Converted(inner, convert):
            return _mapped(evaluator(inner, readings), convert)
        case Binary(sign, left, right):
            return _binary(sign, evaluator(left, readings), evaluator(right, readings))
        case Call(function, parts):
            return _call(function, [evaluator(part, readings) for part in parts])


def finite(number: Value) -> float | None:
    """Return `number` if it is one, and none that is beyond all bounds."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return number if -_MOST < number < _MOST else None


_MOST = 1e300


def _not(of: Evaluator) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        found = of(view, variables)
        return not found if isinstance(found, bool) else None

    return value


def _mapped(of: Evaluator, function: Callable[[float], float]) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        number = finite(of(view, variables))
        return finite(function(number)) if number is not None else None

    return value


def _binary(sign: str, left: Evaluator, right: Evaluator) -> Evaluator:
    if sign in _RECKONED:
        return _reckoned(_RECKONED[sign], left, right)
    if sign in _COMPARED:
        return _compared(_COMPARED[sign], left, right)
    if sign in {"=", "!="}:
        return _equal(left, right, yes=sign == "=")
    return _joined(left, right, both=sign == "and")


def _reckoned(
    reckon: Callable[[float, float], float], left: Evaluator, right: Evaluator
) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        a, b = finite(left(view, variables)), finite(right(view, variables))
        if a is None or b is None:
            return None
        try:
            return finite(reckon(a, b))
        except ArithmeticError:
            return None  # what is divided by nothing is unknown

    return value


def _compared(
    compare: Callable[[float, float], bool], left: Evaluator, right: Evaluator
) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        a, b = finite(left(view, variables)), finite(right(view, variables))
        return compare(a, b) if a is not None and b is not None else None

    return value


def _equal(left: Evaluator, right: Evaluator, *, yes: bool) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        a, b = left(view, variables), right(view, variables)
        return (a == b) is yes if a is not None and b is not None else None

    return value


def _joined(left: Evaluator, right: Evaluator, *, both: bool) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        a, b = left(view, variables), right(view, variables)
        if a is None or b is None:
            return None
        return bool(a and b) if both else bool(a or b)

    return value


def _call(function: str, parts: Sequence[Evaluator]) -> Evaluator:
    if function == "if":
        return _choice(*parts)
    if function == "round":
        return _rounded(parts)
    of = _OF_NUMBERS[function]

    def value(view: View, variables: Mapping[str, Value]) -> Value:
        numbers = list[float]()
        for part in parts:
            number = finite(part(view, variables))
            if number is None:
                return None
            numbers.append(number)
        return finite(of(numbers))

    return value


def mean(numbers: Sequence[float]) -> float:
    """Return the mean of `numbers`, which are not none."""
    return math.fsum(numbers) / len(numbers)


_OF_NUMBERS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "min": min,
    "max": max,
    "mean": mean,
    "abs": lambda numbers: abs(numbers[0]),
}


def _choice(asked: Evaluator, then: Evaluator, other: Evaluator) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        yes, a, b = asked(view, variables), then(view, variables), other(view, variables)
        if yes is None or a is None or b is None:
            return None
        return a if yes else b

    return value


def _rounded(parts: Sequence[Evaluator]) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        number = finite(parts[0](view, variables))
        step = finite(parts[1](view, variables)) if len(parts) > 1 else 1.0
        if number is None or not step:
            return None
        steps = finite(number / step) if abs(step) > _LEAST else None
        return finite(math.floor(steps + 0.5) * step) if steps is not None else None

    return value


_LEAST = 1e-9
"""A smaller step than this is none."""
