"""Laws of expressions, for all of them."""

import math
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from hubd.core.engine import Core
from hubd.core.view import View
from hubd.model.device import Device, DeviceType, Endpoint
from hubd.model.events import Adopted, Reported
from hubd.model.ids import DeviceId, property_id
from hubd.model.value import Value
from hubd.model.vocabulary import typical
from scenes.compiler import compile_scene
from scenes.expression.expression import Expression, parse
from scenes.expression.grammar import parse_tree
from scenes.expression.lexer import tokens
from scenes.expression.text import said
from scenes.expression.tree import Node, written
from scenes.expression.types import Sort, check
from scenes.units import Unit, conversion, unit
from tests.unit.scenes.expressions import (
    MEASURED,
    SENSED,
    TREES,
    VARIABLES,
    Amount,
    amount,
    reckon,
    typed_trees,
    without_places,
)
from tests.unit.scenes.lab import ONE

NAMES = {
    "temperature": "TemperatureMeasurement.temperature",
    "humidity": "RelativeHumidityMeasurement.humidity",
    "light": "IlluminanceMeasurement.illuminance",
    "power": "ElectricalPowerMeasurement.activePower",
    "ElectricalEnergyMeasurement.energy": "ElectricalEnergyMeasurement.energy",
    "open": "BooleanState.open",
    "closed": "BooleanState.open",
    "occupied": "OccupancySensing.occupied",
    "on": "OnOff.on",
    "OnOff.on": "OnOff.on",
}
THINGS = {
    "kitchen": DeviceId("k"),
    "hall": DeviceId("h"),
    "front door": DeviceId("d"),
    "lamp-2": DeviceId("l"),
}

_any_value: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1000, 1000),
    st.floats(),
    st.sampled_from([1e308, -1e308, 10**400, 0]),
    st.text(max_size=3),
)
_fit_numbers = st.one_of(st.none(), st.integers(-20, 100).map(float))
_fit_booleans = st.one_of(st.none(), st.booleans())


def home(reported: Mapping[tuple[str, DeviceId], Value]) -> Core:
    """Return a home whose four things have all that can be read."""
    core = Core(compile_scene)
    for name, device in THINGS.items():
        properties = tuple(typical(prop) for prop in sorted(set(NAMES.values())))
        end = Endpoint(ONE, DeviceType.TEMPERATURE_SENSOR, properties=properties)
        core.fold(Adopted(Device(device, name, "test", (end,))), 0, "test")
    for (prop, device), value in reported.items():
        core.fold(Reported(property_id(device, ONE, prop), value), 0, "test")
    return core


def value_of(expression: Expression, core: Core, variables: Mapping[str, Value]) -> Value:
    return expression.bind(core.state.home).value(View(core.state), variables)


_reports = st.dictionaries(
    st.tuples(st.sampled_from(sorted(set(NAMES.values()))), st.sampled_from([*THINGS.values()])),
    _any_value,
    max_size=12,
)


@given(TREES)
def test_what_is_written_is_read_as_the_same(tree: Node) -> None:
    again = parse_tree(written(tree))
    assert without_places(again) == without_places(tree)
    assert written(again) == written(tree)


@given(st.text(max_size=40) | st.text("()+-<=!ofis not1%°C,\"'{} ", max_size=40))
@example("(" * 5000)
@example("-" * 1999)
@example("not " * 400)
@example("1+" * 900 + "1")
@example("9" * 1500)
def test_any_text_is_read_or_refused_with_a_word_on_where(text: str) -> None:
    with suppress(PydanticCustomError):
        assert parse(text, VARIABLES).type is not None
        return
    with pytest.raises(PydanticCustomError, match=r"at character \d+$"):
        parse(text, VARIABLES)


@given(TREES, _reports, st.dictionaries(st.sampled_from(sorted(VARIABLES)), _any_value))
def test_what_has_a_type_never_fails_whatever_the_home_says(
    tree: Node, reports: dict[tuple[str, DeviceId], Value], variables: dict[str, Value]
) -> None:
    try:
        expression = parse(written(tree), VARIABLES)
    except PydanticCustomError:
        assume(False)
        raise
    value = value_of(expression, home(reports), variables)
    kinds = {Sort.YES_NO: bool, Sort.TEXT: str, Sort.NUMBER: int | float}
    assert value is None or isinstance(value, kinds[expression.type.sort])
    assert said(value, expression.type) or value == ""


@given(typed_trees(), _reports)
def test_what_is_made_with_its_units_right_passes_the_check(
    tree: Node, reports: dict[tuple[str, DeviceId], Value]
) -> None:
    expression = parse(written(tree), VARIABLES)
    assert value_of(expression, home(reports), {}) in {None, True, False}


@given(st.data())
def test_the_value_is_that_of_another_evaluator(data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from([None, "%", "°C", "lx", "W", ""]))
    tree = data.draw(typed_trees(unit=wanted))
    try:
        expression = parse(written(tree), VARIABLES)
    except PydanticCustomError:
        # A temperature times a number is a difference, which is no temperature any more.
        assert wanted in {None, "°C"}
        assume(False)
        raise
    numbers = {(NAMES[m], d): data.draw(_fit_numbers) for m in MEASURED for d in THINGS.values()}
    states = {(NAMES[m], d): data.draw(_fit_booleans) for m in SENSED for d in THINGS.values()}
    reported = {**numbers, **states}
    variables: dict[str, Value] = {
        name: data.draw(_fit_numbers) for name in ("share", "count", "offset", "pause", "draw")
    }
    variables |= {"busy": data.draw(_fit_booleans), "mood": data.draw(st.sampled_from(["a", ""]))}

    def read(measure: str, of: str) -> Value:
        value = reported.get((NAMES[measure], THINGS.get(of, DeviceId(""))))
        return not value if measure == "closed" and value is not None else value

    answer = reckon(tree, read, variables)
    value = value_of(expression, home(reported), variables)
    if not isinstance(answer, Amount):
        assert value == answer
        return
    assert isinstance(value, int | float)
    made = expression.type.unit
    in_base = made.parts and not made.is_difference and not answer.counted
    factor = amount(1, str(made)).number if in_base else 1
    assert math.isclose(value * factor, answer.number, abs_tol=1e-6)


_BOTH_WAYS = (("°C", "°F"), ("W", "kW"), ("s", "min"), ("%/°C", "%/K"), ("mA", "A"), ("kWh", "Wh"))


@given(st.sampled_from(_BOTH_WAYS), st.floats(-1e6, 1e6))
def test_a_conversion_and_the_one_back_change_nothing(
    units: tuple[str, str], number: float
) -> None:
    one, two = (_unit(name) for name in units)
    there, back = conversion(one, two), conversion(two, one)
    assert there is not None
    assert back is not None
    assert math.isclose(back(there(number)), number, abs_tol=1e-6)


def _unit(name: str) -> Unit:
    if "/" not in name:
        return unit(name)
    return check(parse_tree(f"1 {name}"), {})[1].unit


@given(st.text(max_size=30))
def test_the_words_of_a_text_stand_where_they_say(text: str) -> None:
    try:
        found = list(tokens(text))
    except PydanticCustomError:
        return
    places = [token.at for token in found]
    assert places == sorted(places)
    assert places[-1] == len(text)
