"""Random expressions, and an evaluator of them that shares nothing with the hub's own.

It knows no conversions that were worked out before: it carries each number with its units, as
powers of kelvin, watt, second and so on, and reckons with them as it goes.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import msgspec
from hypothesis import strategies as st

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
from scenes.expression.types import FUNCTIONS, TEXT, YES_NO, Type, number_in

VARIABLES: Mapping[str, Type] = {
    "share": number_in("%"),
    "count": number_in(""),
    "offset": number_in("°C"),
    "cool": number_in("°F"),
    "pause": number_in("s"),
    "draw": number_in("kW"),
    "busy": YES_NO,
    "mood": TEXT,
}
MEASURED = {
    "temperature": "°C",
    "humidity": "%",
    "light": "lx",
    "power": "W",
    "ElectricalEnergyMeasurement.energy": "kWh",
}
SENSED = ("open", "closed", "occupied", "on", "OnOff.on")
PLACES = ("kitchen", "hall", "front door", "salon d'ete", "a + b", 'the "blue" lamp', "lamp-2")
UNITS = ("", "%", "°C", "°F", "K", "lx", "W", "kW", "s", "min/%", "%/lx", "%/°C", "W/m³/h", "m/s")

_numbers = st.one_of(
    st.integers(0, 200).map(float), st.floats(0, 1000, allow_nan=False).map(lambda x: round(x, 3))
)
_texts = st.text("abc +'éß.", max_size=6)
_leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Number, _numbers, st.sampled_from(UNITS)),
    st.builds(Number, _numbers.filter(bool).map(lambda x: -x), st.sampled_from(UNITS)),
    st.builds(Plain, st.one_of(st.booleans(), _texts)),
    st.builds(Variable, st.sampled_from(sorted(VARIABLES))),
    st.builds(Reading, st.sampled_from([*MEASURED, *SENSED]), st.sampled_from(PLACES)),
)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    signs = st.sampled_from(
        ["and", "or", "<", "<=", ">", ">=", "=", "!=", "+", "-", "*", "/", "+", "-", "*"]
    )
    return st.one_of(
        st.builds(Binary, signs, inner, inner),
        st.builds(Unary, st.sampled_from(["-", "not"]), inner),
        st.builds(Call, st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=3).map(tuple)),
    )


TREES: st.SearchStrategy[Node] = st.recursive(_leaves, _grown, max_leaves=8)
"""Expressions of all kinds, most of them with a wrong type somewhere."""


def typed_trees(depth: int = 3, unit: str | None = None) -> st.SearchStrategy[Node]:
    """Return expressions that are numbers in `unit`, or that are yes or no if that is None."""
    return _yes_no(depth) if unit is None else _number(depth, unit)


_COMPARED = ("<", "<=", ">", ">=", "=", "!=")


@cache
def _yes_no(depth: int) -> st.SearchStrategy[Node]:
    leaves: list[st.SearchStrategy[Node]] = [
        st.builds(Plain, st.booleans()),
        st.just(Variable("busy")),
        st.builds(Reading, st.sampled_from(SENSED), st.sampled_from(PLACES)),
    ]
    if depth <= 0:
        return st.one_of(leaves)
    yes = st.deferred(lambda: _yes_no(depth - 1))
    return st.one_of(
        *leaves,
        st.builds(Unary, st.just("not"), yes),
        st.builds(Binary, st.sampled_from(["and", "or"]), yes, yes),
        st.builds(Binary, st.just("="), st.just(Variable("mood")), st.builds(Plain, _texts)),
        st.builds(Call, st.just("if"), st.tuples(yes, yes, yes)),
        *(
            st.builds(Binary, st.sampled_from(_COMPARED), number, number)
            for unit in ("%", "°C", "lx", "W", "")
            for number in [_number(depth - 1, unit)]
        ),
    )


@cache
def _number(depth: int, unit: str) -> st.SearchStrategy[Node]:
    mine = [v for v, kind in VARIABLES.items() if kind == number_in(unit)]
    read = [m for m, of in MEASURED.items() if of == unit]
    leaves: list[st.SearchStrategy[Node]] = [
        st.builds(Number, _numbers, st.just(unit)),
        *(st.just(Variable(v)) for v in mine),
        *(st.builds(Reading, st.just(m), st.sampled_from(PLACES)) for m in read),
    ]
    if depth <= 0:
        return st.one_of(leaves)
    number = st.deferred(lambda: _number(depth - 1, unit))
    plain = st.deferred(lambda: _number(depth - 1, ""))
    yes = st.deferred(lambda: _yes_no(depth - 1))
    several = st.lists(number, min_size=1, max_size=3).map(tuple)
    grown: list[st.SearchStrategy[Node]] = [
        st.builds(Binary, st.sampled_from(["+", "-"]), number, number),
        st.builds(Call, st.sampled_from(["min", "max", "mean"]), several),
        st.builds(Call, st.just("if"), st.tuples(yes, number, number)),
        st.builds(Binary, st.sampled_from(["*", "/"]), number, plain),
        st.builds(Call, st.sampled_from(["abs", "round"]), st.tuples(number)),
    ]
    if unit == "%":
        light = st.deferred(lambda: _number(depth - 1, "lx"))
        grown.append(st.builds(Binary, st.just("*"), st.just(Number(0.5, "%/lx")), light))
    if unit == "W":
        kilo = st.deferred(lambda: _number(depth - 1, "kW"))
        grown.append(st.builds(Binary, st.just("+"), number, kilo))
    return st.one_of(leaves + grown)


def without_places(node: Node) -> Node:
    """Return `node` as if it stood nowhere."""
    match node:
        case Unary(sign, inner):
            return Unary(sign, without_places(inner))
        case Binary(sign, left, right):
            return Binary(sign, without_places(left), without_places(right))
        case Call(function, parts):
            return Call(function, tuple(without_places(part) for part in parts))
        case Converted(inner, conversion):
            return Converted(without_places(inner), conversion)
        case _:
            return msgspec.structs.replace(node, at=0)


@dataclass(frozen=True)
class Amount:
    """A number in base units. `counted`: a temperature on a scale, and no difference."""

    number: float
    powers: Mapping[str, int] = field(default_factory=dict)
    counted: bool = False


_BASE: dict[str, tuple[float, dict[str, int]]] = {
    "%": (1, {"%": 1}),
    "K": (1, {"K": 1}),
    "lx": (1, {"lx": 1}),
    "W": (1, {"W": 1}),
    "kW": (1000, {"W": 1}),
    "kWh": (3_600_000, {"W": 1, "s": 1}),
    "s": (1, {"s": 1}),
    "min/%": (60, {"s": 1, "%": -1}),
    "%/lx": (1, {"%": 1, "lx": -1}),
    "%/°C": (1, {"%": 1, "K": -1}),
    "W/m³/h": (3600, {"W": 1, "m³": -1, "s": 1}),
    "m/s": (1, {"m": 1, "s": -1}),
    "": (1, {}),
}

type Answer = bool | str | Amount | None


def amount(number: float, unit: str) -> Amount:
    """Return a number with its unit; temperatures are counted in °C."""
    if unit == "°C":
        return Amount(number, {"K": 1}, counted=True)
    if unit == "°F":
        return Amount((number - 32) / 1.8, {"K": 1}, counted=True)
    factor, powers = _BASE[unit]
    return Amount(number * factor, powers)


def reckon(  # noqa: C901, PLR0911 - one case a kind of part
    node: Node, read: Callable[[str, str], Value], variables: Mapping[str, Value]
) -> Answer:
    """Return the value of a well-typed expression without °F, in base units."""

    def go(part: Node) -> Answer:
        return reckon(part, read, variables)

    match node:
        case Number(number, unit):
            return amount(number, unit)
        case Plain(value):
            return value
        case Variable(name):
            return _of(variables.get(name), str(VARIABLES[name].unit))
        case Reading(measure, of):
            return _of(read(measure, of), MEASURED.get(measure, ""))
        case Unary(sign, inner):
            a = go(inner)
            if isinstance(a, Amount):
                return Amount(-a.number, a.powers, a.counted)
            return None if a is None else not a
        case Binary(sign, left, right):
            return _both(sign, go(left), go(right))
        case Call(function, parts):
            return _called(function, [go(part) for part in parts])
        case Converted():
            raise AssertionError


def _of(value: Value, unit: str) -> Answer:
    if isinstance(value, bool | str | None):
        return value
    return amount(value, "" if unit == "1" else unit)


def _both(sign: str, a: Answer, b: Answer) -> Answer:  # noqa: PLR0911 - one a kind of sign
    if a is None or b is None:
        return None
    if sign in {"and", "or"}:
        return all([a, b]) if sign == "and" else any([a, b])
    if not isinstance(a, Amount) or not isinstance(b, Amount):
        return (a == b) is (sign == "=")
    if sign in {"<", "<=", ">", ">=", "=", "!="}:
        assert a.powers == b.powers
        x, y = a.number, b.number
        return {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "=": x == y, "!=": x != y}[sign]
    if sign in {"+", "-"}:
        number = a.number + b.number if sign == "+" else a.number - b.number
        counted = (a.counted or b.counted) and not (a.counted and b.counted and sign == "-")
        return Amount(number, a.powers, counted=counted)
    if sign == "/" and b.number == 0:
        return None
    power = 1 if sign == "*" else -1
    powers = dict(a.powers)
    for name, much in b.powers.items():
        powers[name] = powers.get(name, 0) + power * much
    number = a.number * b.number if sign == "*" else a.number / b.number
    return Amount(number, {name: much for name, much in powers.items() if much})


def _called(function: str, values: list[Answer]) -> Answer:
    if any(value is None for value in values):
        return None
    if function == "if":
        return values[1] if values[0] else values[2]
    amounts = [value for value in values if isinstance(value, Amount)]
    numbers = [value.number for value in amounts]
    found = {
        "min": min(numbers),
        "max": max(numbers),
        "mean": sum(numbers) / len(numbers),
        "abs": abs(numbers[0]),
        "round": math.floor(numbers[0] + 0.5),
    }[function]
    return Amount(float(found), amounts[0].powers, all(a.counted for a in amounts))
