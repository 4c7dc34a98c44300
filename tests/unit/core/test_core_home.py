"""How people's words find things in the home, and which words a change touches."""

import pytest

from hubd.core import wants
from hubd.core.home import Home
from hubd.core.listening import EVERYTHING
from hubd.model.device import Device
from hubd.model.events import (
    Adopted,
    AreaRemoved,
    AreaSet,
    FloorSet,
    Forgotten,
    PersonSet,
    PlaceSet,
    TimePassed,
    What,
)
from hubd.model.home import Area, Floor, Person, Place
from hubd.model.ids import AreaId, DeviceId, FloorId, PersonId

KITCHEN = Area(AreaId("kitchen"), "Küche", ("Cooking Corner",), FloorId("ground"))
GROUND = Floor(FloorId("ground"), "Ground Floor")
ANN = Person(PersonId("ann"), "Ann")
LAMP = Device(DeviceId("Lamp-1"), "Ceiling", "test", area=KITCHEN.id, aliases=("Big Light",))


@pytest.fixture
def home() -> Home:
    made = Home(
        floors={GROUND.id: GROUND},
        areas={KITCHEN.id: KITCHEN},
        people={ANN.id: ANN},
    )
    made.put_device(LAMP)
    return made


@pytest.mark.parametrize("word", ["kitchen", "Küche", "KÜCHE", "cooking corner"])
def test_an_area_is_found_by_id_name_and_alias_in_any_case(home: Home, word: str) -> None:
    assert home.find_areas(word) == [KITCHEN]


@pytest.mark.parametrize("word", ["ground", "GROUND", "ground floor"])
def test_a_floor_is_found_by_id_and_name_in_any_case(home: Home, word: str) -> None:
    assert home.find_floors(word) == [GROUND]


@pytest.mark.parametrize("word", ["Lamp-1", "lamp-1", "LAMP-1", "ceiling", "big light"])
def test_a_device_is_found_by_id_name_and_alias_in_any_case(home: Home, word: str) -> None:
    assert home.find_devices(word) == [LAMP]


@pytest.mark.parametrize("word", ["ann", "ANN"])
def test_a_person_is_found_by_id_and_name_in_any_case(home: Home, word: str) -> None:
    assert home.find_people(word) == [ANN]


def test_a_word_that_means_nothing_finds_nothing(home: Home) -> None:
    for find in (home.find_areas, home.find_floors, home.find_devices, home.find_people):
        assert find("moon") == []


def test_a_device_that_moves_is_in_its_new_area_alone(home: Home) -> None:
    hall = AreaId("hall")
    home.put_device(Device(LAMP.id, "Ceiling", "test", area=hall))
    assert list(home.devices_in(KITCHEN.id)) == []
    assert [d.id for d in home.devices_in(hall)] == [LAMP.id]
    home.drop_device(LAMP.id)
    assert list(home.devices_in(hall)) == []


def test_dropping_what_is_not_there_does_nothing(home: Home) -> None:
    home.drop_device(DeviceId("nobody"))
    assert list(home.devices) == [LAMP.id]


AREA_WORDS = {"kitchen", "küche", "cooking corner"}
FLOOR_WORDS = {"ground", "ground floor"}
LAMP_WORDS = {"Lamp-1", "lamp-1", "ceiling", "big light"}


@pytest.mark.parametrize(
    ("what", "touched"),
    [
        (Adopted(LAMP), LAMP_WORDS | AREA_WORDS | FLOOR_WORDS),
        (Forgotten(LAMP.id), LAMP_WORDS | AREA_WORDS | FLOOR_WORDS),
        (Forgotten(DeviceId("nobody")), set()),
        (AreaSet(KITCHEN), AREA_WORDS | FLOOR_WORDS),
        (AreaRemoved(KITCHEN.id), AREA_WORDS | FLOOR_WORDS),
        (FloorSet(GROUND), FLOOR_WORDS),
        (PersonSet(ANN), {"ann"}),
        (PlaceSet(Place()), {EVERYTHING}),
        (TimePassed(), set()),
    ],
)
def test_a_change_touches_the_words_of_what_it_changes(
    home: Home, what: What, touched: set[str]
) -> None:
    assert wants.touched(home, what) == touched


def test_a_renamed_device_touches_its_old_and_its_new_words(home: Home) -> None:
    renamed = Device(LAMP.id, "Pendant", "test")
    assert wants.touched(home, Adopted(renamed)) >= {"ceiling", "pendant", "kitchen"}
