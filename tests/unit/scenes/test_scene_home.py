"""The home's mode and its variables are claimed, restored and asked as all else is."""

import pytest

from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import Adopted, Claimed, Commanded, Reported
from hubd.model.home import Variable, VariableType
from hubd.model.ids import DeviceId, PropertyId
from hubd.model.value import Value
from hubd.own_devices import device_of, first_value, property_of, the_home
from tests.unit.scenes.lab import Lab, problems_of

MODE = PropertyId("home/1/Home.mode")
VARIABLES = (
    Variable(DeviceId("guests_stay"), "Guests stay", VariableType.SWITCH),
    Variable(
        DeviceId("vacation_days"), "Vacation days", VariableType.NUMBER, minimum=0, maximum=30
    ),
    Variable(DeviceId("warm_enough"), "Warm enough", VariableType.NUMBER, unit="°C", initial=20.0),
    Variable(
        DeviceId("heating_program"),
        "Heating program",
        VariableType.CHOICE,
        choices=("comfort", "Eco"),
    ),
    Variable(DeviceId("note"), "Note", VariableType.TEXT),
)


@pytest.fixture
def den(lab: Lab) -> Lab:
    """A home with its mode and variables, and a lamp."""
    lab.area("den")
    lab.device("den_lamp", DeviceType.ON_OFF_LIGHT, "den")
    lab.report("den_lamp", value=False)
    lab.tell(Adopted(the_home()))
    lab.tell(Reported(MODE, "home", restored=True))
    for variable in VARIABLES:
        device = device_of(variable)
        lab.tell(Adopted(device))
        lab.tell(Reported(property_of(device)[0], first_value(variable), restored=True))
    return lab


def obeyed(lab: Lab, device: str) -> Value:
    """What the device was commanded last; it reports so."""
    name = lab.prop(device)
    asked = [
        e.what.command.value
        for e in lab.log.values()
        if isinstance(e.what, Commanded) and e.what.command.property == name
    ]
    lab.tell(Reported(name, asked[-1]))
    return asked[-1]


def test_a_mode_of_the_home_is_a_state(den: Lab) -> None:
    den.scene("scene: S\nwhen: {mode: [night, away]}\nclaims: {den lamp: on}\n")
    den.report("home", "away")
    assert den.fired == ["the mode of the home became night or away"]
    den.report("home", "night")
    assert den.wished("den_lamp") is True
    den.report("home", "home")
    assert den.wished("den_lamp") is None


@pytest.mark.parametrize("claims", ["{the home: night}", "{the home: {mode: night}}"])
def test_a_mode_is_claimed_and_goes_back_to_what_it_was(den: Lab, claims: str) -> None:
    den.report("home", "guests")
    den.scene(f"scene: S\nwhen: {{on: den lamp}}\nclaims: {claims}\n")
    den.report("den_lamp", value=True)
    assert obeyed(den, "home") == "night"
    den.report("den_lamp", value=False)
    assert obeyed(den, "home") == "guests"


def test_a_mode_that_a_person_set_stands_until_another_is_set(den: Lab) -> None:
    den.tell(Claimed((Claim(MODE, "away", Priority.SCENE, "person:ann", "she asked"),)))
    den.at("2026-06-16 12:00")
    assert den.wished("home") == "away"
    den.scene("scene: S\nwhen: {on: den lamp}\nclaims: {the home: night}\n")
    den.report("den_lamp", value=True)
    assert den.wished("home") == "night"
    den.report("den_lamp", value=False)
    assert den.wished("home") == "away"


@pytest.mark.parametrize(
    ("when", "device", "value", "why"),
    [
        ("{on: guests stay}", "guests_stay", True, "Guests stay went on"),
        ("{value: {of: vacation days, above: 3}}", "vacation_days", 4, "Vacation days went above"),
        ("{value: {of: vacation days, is: 4}}", "vacation_days", 4, "Vacation days became 4"),
        ("{value: {of: warm enough, above: 70 °F}}", "warm_enough", 22, "Warm enough went above"),
        ("{option: {of: heating program, is: Eco}}", "heating_program", "Eco", "became Eco"),
        ("{text: {of: note, is: [tea, cake]}}", "note", "cake", "Note became tea or cake"),
    ],
)
def test_a_variable_of_the_home_sets_a_scene_off(
    den: Lab, when: str, device: str, value: Value, why: str
) -> None:
    den.scene(f"scene: S\nwhen: {when}\nclaims: {{den lamp: on}}\n")
    den.report(device, value)
    assert len(den.fired) == 1
    assert why in den.fired[0]


@pytest.mark.parametrize(
    ("claims", "device", "value"),
    [
        ("{guests stay: on}", "guests_stay", True),
        ("{vacation days: 5}", "vacation_days", 5),
        ("{vacation days: {value: 50}}", "vacation_days", 30),
        ("{warm enough: 68 °F}", "warm_enough", 20),
        ("{heating program: eco}", "heating_program", "Eco"),
        ("{heating program: {option: comfort}}", "heating_program", "comfort"),
        ("{note: back at six}", "note", "back at six"),
    ],
)
def test_a_variable_is_claimed_by_its_bare_value(
    den: Lab, claims: str, device: str, value: Value
) -> None:
    den.scene(f"scene: S\nwhen: {{on: den lamp}}\nclaims: {claims}\n")
    den.report("den_lamp", value=True)
    assert den.wished(device) == value


def test_a_quantity_in_another_unit_claims_nothing(den: Lab) -> None:
    den.scene("scene: S\nwhen: {on: den lamp}\nclaims: {warm enough: 20 lx, guests stay: on}\n")
    den.report("den_lamp", value=True)
    assert den.wished("warm_enough") is None
    assert den.wished("guests_stay") is True


@pytest.mark.parametrize(
    ("scene", "told"),
    [
        ("when: {mode: nihgt}\nclaims: {x: on}", 'did you mean "night"?'),
        ("when: {on: x}\nclaims: {the home: awy}", 'did you mean "away"?'),
        ("when: {on: x}\nclaims: {the home: {mood: away}}", "write mode: night"),
        ("when: {on: x}\nclaims: {kitchen lamp: onn}", 'did you mean "on"?'),
        ("when: {on: x}\nclaims: {kitchen lights: eco}", "is not something to claim"),
    ],
)
def test_a_wrong_word_is_told_the_nearest(scene: str, told: str) -> None:
    assert told in "\n".join(problems_of(f"scene: S\n{scene}\n"))
