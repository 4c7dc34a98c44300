"""The home file describes a home, or says by line why it does not."""

import re
from pathlib import Path

import pytest

from hubd.core.home import Home
from hubd.documents import DocumentError
from hubd.homefile import match, parse_home_file, read_home_file, unmatched
from hubd.model.device import Device
from hubd.model.events import AreaSet, FloorSet, PersonSet, PlaceSet
from hubd.model.home import Area, Floor, Person, Place, Role
from hubd.model.ids import AreaId, DeviceId, FloorId, PersonId

GUIDE = Path(__file__).parents[2] / "docs" / "home-file.md"
HOME = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[0]


def problems(text: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        parse_home_file(text)
    return [str(problem) for problem in caught.value.problems]


def test_the_guides_example_is_a_home() -> None:
    home = parse_home_file(HOME)
    assert home.name == "Maple Street"
    assert list(home.events()) == [
        PlaceSet(Place(52.09, 5.12, "Europe/Amsterdam")),
        FloorSet(Floor(FloorId("ground"), "Ground floor", 0)),
        AreaSet(Area(AreaId("kitchen"), "Kitchen", ("厨房",), FloorId("ground"))),
        AreaSet(Area(AreaId("hall"), "Hall", (), FloorId("ground"))),
        PersonSet(Person(PersonId("ann"), "Ann", Role.OWNER)),
        PersonSet(Person(PersonId("tim"), "Tim", Role.CHILD)),
    ]


def test_what_the_home_knows_already_is_no_news() -> None:
    file, home = parse_home_file(HOME), Home()
    home.areas[AreaId("hall")] = Area(AreaId("hall"), "Hall", (), FloorId("ground"))
    home.people[PersonId("tim")] = Person(PersonId("tim"), "Timothy", Role.CHILD)
    news = file.news(home)
    assert len(news) == 5
    assert PersonSet(Person(PersonId("tim"), "Tim", Role.CHILD)) in news


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("areas: [{id: a, name: A, floor: grund}]\nfloors: [{id: ground, name: G}]",
         'home.yaml:1:33: no floor has the id "grund"; did you mean "ground"?'),
        ("areas: [{id: kitchen, name: A}]\ndevices:\n  - {id: a, name: A, area: kitchn}",
         'home.yaml:3:28: no area has the id "kitchn"; did you mean "kitchen"?'),
        ("areas:\n  - {id: a, name: A}\n  - {id: a, name: B}",
         'home.yaml:3:10: the id "a" is here twice'),
        ("devices: [{id: a, name: A, type: dimable_light}]",
         'home.yaml:1:34: "dimable_light" is not known here; did you mean "dimmable_light"?'),
        ("people: [{id: a, name: A, role: boss}]",
         'home.yaml:1:33: "boss" is not known here; write owner, resident, child or guest'),
        ("areas: [{id: The Hall, name: A}]",
         'home.yaml:1:14: "The Hall" is not an id; write lower-case letters, digits, _ and -'),
        ("place: {timezone: Europe/Amsterdm}",
         'home.yaml:1:19: "Europe/Amsterdm" is not a time zone; did you mean "Europe/Amsterdam"?'),
        ("place: {latitude: 95}",
         "home.yaml:1:19: input should be less than or equal to 90, not 95"),
        ("aeras: []", 'home.yaml:1:1: no key "aeras" here; did you mean "areas"?'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_line_and_nearest_word(text: str, told: str) -> None:
    assert problems(text) == [told]


def test_a_file_that_cannot_be_read_is_a_problem_of_that_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.yaml:1:1: this cannot be read"):
        read_home_file(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("device", "name"),
    [("kitchen_lamp", "x"), ("0x00158d", "KITCHEN LAMP"), ("0x00158d", "Ceiling")],
)
def test_a_found_device_takes_its_name_and_area_from_the_file(device: str, name: str) -> None:
    found = match(Device(DeviceId(device), name, "mqtt"), parse_home_file(HOME))
    assert (found.id, found.name, found.area) == (device, "Kitchen lamp", "kitchen")
    assert "ceiling" in found.aliases


def test_a_device_that_the_file_does_not_name_stays_as_it_is() -> None:
    found = Device(DeviceId("other"), "Other", "mqtt")
    assert match(found, parse_home_file(HOME)) is found


def test_entries_without_a_device_are_known() -> None:
    file = parse_home_file(HOME)
    found = match(Device(DeviceId("0x1"), "Front door", "mqtt"), file)
    assert [entry.id for entry in unmatched(file, [found])] == ["kitchen_lamp", "kitchen_motion"]


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("{id: home, name: X, type: text}", 'the id "home" is that of a device'),
        ("{id: x, name: X, type: choice}", "a choice needs them"),
        ("{id: x, name: X, type: choice, choices: [a, b], initial: c}", '"c" is no choice'),
        ("{id: x, name: X, type: number, initial: warm}", '"warm" cannot be in a number'),
        ("{id: x, name: X, type: number, initial: true}", '"True" cannot be in a number'),
        ("{id: x, name: X, type: number, from: 0, to: 3, initial: 4}", "4 is out of range"),
        ("{id: x, name: X, type: number, from: 3, to: 0}", "from: is less than to:"),
        ("{id: x, name: X, type: text, unit: kg}", "unit: is for numbers"),
        ("{id: x, name: X, type: swich}", 'did you mean "switch"?'),
        ("{id: x, name: X, type: text, area: den}", 'no area has the id "den"'),
    ],
)
def test_a_variable_that_cannot_be_is_refused_by_line(variable: str, told: str) -> None:
    (problem,) = problems(f"name: H\nvariables:\n  - {variable}\n")
    assert problem.startswith("home.yaml:3:")
    assert told in problem
