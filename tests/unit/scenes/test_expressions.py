"""Expressions in scenes: what they mean, what is wrong with them, and how they are told."""

import pytest
from pydantic_core import PydanticCustomError

from hubd.core.view import View
from hubd.model.device import DeviceType
from hubd.model.ids import AreaId
from hubd.model.value import Value
from scenes.compiler import check
from scenes.expression.expression import parse
from scenes.expression.grammar import parse_tree
from scenes.expression.text import parse_text, said
from scenes.expression.tree import written
from scenes.expression.types import SECONDS, number_in
from scenes.expression.variables import parse_constant
from tests.unit.scenes.expressions import VARIABLES
from tests.unit.scenes.lab import Lab, problems_of


@pytest.fixture
def rooms(lab: Lab) -> Lab:
    """A kitchen with two thermometers, a hall with one, light, doors and lamps."""
    lab.area("kitchen", "hall")
    lab.device("stove_air", DeviceType.TEMPERATURE_SENSOR, "kitchen")
    lab.device("window_air", DeviceType.TEMPERATURE_SENSOR, "kitchen")
    lab.device("hall_air", DeviceType.TEMPERATURE_SENSOR, "hall")
    lab.device("kitchen_sky", DeviceType.LIGHT_SENSOR, "kitchen")
    lab.device("front_door", DeviceType.CONTACT_SENSOR, "hall")
    lab.device("kitchen_lamp", DeviceType.DIMMABLE_LIGHT, "kitchen")
    lab.device("hall_heating", DeviceType.THERMOSTAT, "hall")
    lab.report("stove_air", 24.0)
    lab.report("window_air", 20.0)
    lab.report("hall_air", 18.5)
    lab.report("kitchen_sky", 60)
    lab.report("front_door", value=False)
    return lab


def value_of(text: str, lab: Lab, **variables: Value) -> Value:
    bound = parse(text, VARIABLES).bind(lab.core.state.home, AreaId("kitchen"))
    return bound.value(View(lab.core.state), variables)


VALUES: list[tuple[str, Value]] = [
    ("temperature of kitchen", 22.0),
    ("temperature of here", 22.0),
    ("temperature of Stove air", 24.0),
    ("temperature of kitchen > temperature of hall + 2 °C", True),
    ("temperature of kitchen > temperature of hall + 4 K", False),
    ("temperature of kitchen - temperature of hall", 3.5),
    ("temperature of kitchen - temperature of hall > 3 °C", True),
    ("temperature of kitchen - temperature of hall = 3.5 K", True),
    ("temperature of hall + 9 °F", 23.5),
    ("temperature of hall > 65 °F", True),
    ("mean(temperature of kitchen, temperature of hall)", 20.25),
    ("min(100 %, 20 % + (100 lx - light of kitchen) * 0.5 %/lx)", 40.0),
    ("1 kW + 500 W = 1500 W", True),
    ("2 kW * 30 min = 1 kWh", True),
    ("1 h 30 min", 5400.0),
    ("1 h 30 min / 5 min", 18.0),
    ("10 %/h * 2 h = 20 %", True),
    ("open of front door", False),
    ("closed of hall and not (open of front door)", True),
    ("BooleanState.open of front door is no", True),
    ("round(22.26 °C)", 22.0),
    ("round(22.26 °C, 0.5 °C)", 22.5),
    ("round(2.5)", 3.0),
    ("abs(-3)", 3.0),
    ("if(open of front door, 17 °C, 21 °C)", 21.0),
    ("mood is not 'calm'", True),
    ("share + 5 %", 15.0),
    ("pause < 10 min", True),
    ("1 + 2 * 3 - 4 / 2", 5.0),
    ("-5 °C < 30 °F", True),
    ("not yes or yes and no", False),
    ("1 / 0", None),
    ("temperature of cellar", None),
    ("temperature of cellar > 3 °C or yes", None),
    ("if(no, temperature of cellar, 3 °C)", None),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_an_expression_has_the_value_that_a_person_expects(
    rooms: Lab, text: str, value: Value
) -> None:
    assert value_of(text, rooms, share=10.0, pause=60.0, mood="wild") == value


def test_names_of_several_words_need_no_quotes() -> None:
    text = "temperature of Ann's room 2-b <= 3 °C and on of 'this or that'"
    assert written(parse_tree(text)) == (
        'temperature of "ann\'s room 2-b" <= 3 °C and on of "this or that"'
    )
    assert parse(text, {}).words == ("ann's room 2-b", "this or that")


MISTAKES = [
    "temperature of kitchen > light of hall",
    "temperature of kitchen + light of hall",
    "temperature of kitchen > 20",
    "temperature of kitchen > 300 K",
    "temperature of kitchen > yes",
    "temperatur of kitchen > 20 °C",
    "Thermostat.setpont of kitchen",
    "shere > 20 %",
    "temperature > 20 °C",
    "mood is heat",
    "mood < 'b'",
    "max > 3",
    "maxx(1, 2)",
    "abs(1, 2)",
    "if(yes, 1)",
    "min()",
    "if(1, 2, 3)",
    "if(yes, 1 %, 'text')",
    "min(1 %, 2 lx)",
    "round(yes)",
    "round(20 °C, 3 %)",
    "abs('x')",
    "1 < 2 < 3",
    "not 3",
    "-yes",
    "yes and 1",
    "yes + 1",
    "1 % * 1 % * 1 % * 1 % * 1 %",
    "(1 + 2",
    "1 +",
    "",
    "1 + )",
    "5 mins",
    "5 lumens",
    "'no end",
    "temperature of",
    "temperature of (kitchen)",
    "the lamp",
    "1 ; 2",
    "1 2",
    "9" * 20,
    "x" * 2001,
    "(" * 30 + "1" + ")" * 30,
    "1" + "+1" * 200,
    "__import__('os')",
    "{{ states.light }}",
]


def test_what_is_wrong_is_told_with_its_place(snapshot: object) -> None:
    told = {}
    for text in MISTAKES:
        with pytest.raises(PydanticCustomError) as error:
            parse(text, VARIABLES)
        context = error.value.context or {}
        told[text[:60]] = f"{context['message']}; {context['hint']}"
    assert told == snapshot


def test_an_expression_that_comes_to_hold_sets_a_scene_off_and_says_why(rooms: Lab) -> None:
    rooms.scene(
        "scene: S\nwhen: {that: temperature of kitchen > temperature of hall + 5 °C}\n"
        "claims: {kitchen lamp: on}"
    )
    rooms.report("stove_air", 28.0)
    assert rooms.fired == ["the temperature of Kitchen went above the temperature of Hall + 5 °C"]
    assert rooms.wished("kitchen_lamp") is True
    rooms.report("hall_air", 20.0)
    assert rooms.released == [
        "the temperature of Kitchen is not above the temperature of Hall + 5 °C any more"
    ]


def test_what_is_unknown_does_not_hold(lab: Lab) -> None:
    lab.area("hall")
    lab.device("hall_air", DeviceType.TEMPERATURE_SENSOR, "hall")
    lab.device("lamp", DeviceType.ON_OFF_LIGHT, "hall")
    lab.scene("scene: S\nwhen: {that: not (temperature of hall > 20 °C)}\nclaims: {lamp: on}")
    lab.report("hall_air", 21.0)
    assert lab.wished("lamp") is None
    lab.report("hall_air", 19.0)
    assert lab.wished("lamp") is True


def test_an_expression_about_any_area_stands_in_each_area_by_itself(rooms: Lab) -> None:
    rooms.device("hall_lamp", DeviceType.ON_OFF_LIGHT, "hall")
    rooms.scene(
        "scene: S\nwhen: {that: temperature of any area > 25 °C}\nclaims: {lights here: on}"
    )
    rooms.report("hall_air", 26.0)
    assert rooms.wished("hall_lamp") is True
    assert rooms.wished("kitchen_lamp") is None


def test_a_device_that_joins_is_read_from_then_on(rooms: Lab) -> None:
    rooms.scene("scene: S\nwhen: {that: temperature of hall > 20 °C}\nclaims: {kitchen lamp: on}")
    rooms.device("second", DeviceType.TEMPERATURE_SENSOR, "hall")
    rooms.report("second", 18.0)
    rooms.report("second", 25.0)
    assert rooms.fired == ["the temperature of Hall went above 20 °C"]


def test_a_claimed_value_is_worked_out_as_the_scene_begins(rooms: Lab) -> None:
    rooms.scene(
        "scene: S\nvariables: {least: 20 %}\nwhen: {opened: front door}\n"
        "claims:\n"
        "  kitchen lamp:\n"
        "    level: = min(90 %, least + (100 lx - light of kitchen) * 1 %/lx)\n"
        "  hall heating: = temperature of hall + 2 °C\n"
    )
    rooms.report("front_door", value=True)
    assert rooms.wished("kitchen_lamp", "LevelControl.level") == 60
    assert rooms.wished("kitchen_lamp") is True
    assert rooms.wished("hall_heating", "Thermostat.setpoint") == 20.5
    rooms.report("kitchen_sky", 90)
    assert rooms.wished("kitchen_lamp", "LevelControl.level") == 60, "it is not followed"
    rooms.report("front_door", value=False)
    rooms.report("front_door", value=True)
    assert rooms.wished("kitchen_lamp", "LevelControl.level") == 30


def test_a_claimed_value_stays_within_what_the_device_can(rooms: Lab) -> None:
    rooms.scene(
        "scene: S\nwhen: {opened: front door}\n"
        "claims: {kitchen lamp: {level: = 400 lx * 1 %/lx}, hall heating: = -5 °C}"
    )
    rooms.report("front_door", value=True)
    assert rooms.wished("kitchen_lamp", "LevelControl.level") == 100
    assert rooms.wished("hall_heating", "Thermostat.setpoint") == 5


def test_a_level_that_works_out_to_nothing_is_off(rooms: Lab) -> None:
    rooms.scene(
        "scene: S\nwhen: {opened: front door}\n"
        "claims:\n  kitchen lamp:\n    level: = max(0 %, (50 lx - light of kitchen) * 1 %/lx)"
    )
    rooms.report("front_door", value=True)
    assert rooms.wished("kitchen_lamp") is False
    assert rooms.wished("kitchen_lamp", "LevelControl.level") is None


def test_what_cannot_be_worked_out_is_not_claimed(rooms: Lab) -> None:
    rooms.scene(
        "scene: S\nwhen: {opened: front door}\n"
        "claims: {kitchen lamp: {level: = humidity of kitchen}, hall heating: 20 °C}"
    )
    rooms.report("front_door", value=True)
    assert rooms.wished("kitchen_lamp") is None
    assert rooms.wished("hall_heating", "Thermostat.setpoint") == 20


def test_an_expression_of_a_wrong_type_is_refused_with_its_line(snapshot: object) -> None:
    scene = "scene: S\nwhen: {open: a}\nvariables: {dim: 20 %}\nclaims:\n  b: "
    values = ("= dim > 3 lx", "{level: = 20 °C}", "{hue: = dim}", "= 3 lx", "{on: = dim}", "= dmi")
    told = {value: problems_of(scene + value) for value in values}
    told["that"] = problems_of("scene: S\nwhen: {that: temperature of a}\nclaims: {b: on}")
    told["variable"] = problems_of("scene: S\nvariables: {if: 3}\nwhen: {on: a}\nclaims: {b: on}")
    assert all(told.values())
    assert told == snapshot


def test_a_name_that_means_nothing_here_is_told_in_expressions_too(rooms: Lab) -> None:
    text = (
        "scene: S\nwhen: {that: temperature of kitchn > 3 °C}\n"
        "claims:\n  kitchen lamp: {level: = humidity of hal}\n"
    )
    assert [str(p) for p in check(text, "s.yaml", rooms.core.state.home)] == [
        's.yaml:2:14: nothing is called "kitchn" in this home; did you mean "Kitchen"?',
        's.yaml:4:25: nothing is called "hal" in this home; did you mean "Hall"?',
    ]


def test_people_at_home_are_read_by_name(rooms: Lab) -> None:
    rooms.person("ann")
    rooms.device("phone_ann", DeviceType.TRACKER, name="Ann's phone")
    rooms.report("phone_ann", value=True)
    assert value_of("home of ann", rooms) is True
    assert value_of("away of everyone", rooms) is False


def test_a_text_says_values_as_people_do(rooms: Lab) -> None:
    text = parse_text(
        "The kitchen is {temperature of kitchen}, {temperature of kitchen - temperature of hall} "
        "warmer than the hall; {{door}}: {open of front door}, {pause}, {humidity of hall}.",
        VARIABLES,
    )
    saying = text.bind(rooms.core.state.home)
    assert saying.say(View(rooms.core.state), {"pause": 5400.4}) == (
        "The kitchen is 22 °C, 3.5 °C warmer than the hall; {door}: no, 1 h 30 min, unknown."
    )
    assert text.words == ("kitchen", "hall", "front door")
    assert set(saying.keys) >= {rooms.prop("hall_air"), rooms.prop("front_door")}


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [(0.0344, "kWh", "0.034 kWh"), (7.126, "W", "7.13 W"), (21.55, "°C", "21.6 °C"),
     (1239.7, "W", "1240 W"), (-0.0001, "", "0"), (3.0, "", "3")],
)  # fmt: skip
def test_numbers_are_rounded_as_people_say_them(number: float, unit: str, words: str) -> None:
    assert said(number, number_in(unit)) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0 s"), (61, "1 min 1 s"), (-90, "-1 min 30 s")]
)
def test_lengths_of_time_are_said_as_they_are_written(seconds: float, words: str) -> None:
    assert said(seconds, SECONDS) == words


@pytest.mark.parametrize("text", ["a {b", "a } b", "{1 +}", "{}"])
def test_a_text_that_is_wrong_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(PydanticCustomError, match="at character"):
        parse_text(text, {})


@pytest.mark.parametrize(
    ("data", "kind", "first"),
    [(True, "yes or no", True), ("off", "yes or no", False), ("20 %", "in %", 20.0),
     ("5 min", "in s", 300.0), (3, "a number without a unit", 3.0), ("calm", "a text", "calm")],
)  # fmt: skip
def test_the_first_value_of_a_variable_is_its_type(data: object, kind: str, first: Value) -> None:
    variable = parse_constant(data)
    assert (str(variable.type), variable.first) == (kind, first)
