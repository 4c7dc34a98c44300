"""Rooms guessed from names, in English and in Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubd.core.home import Home
from hubd.model.home import Area
from hubd.model.ids import AreaId
from hubd.rooms import guess, named


def home(*areas: Area) -> Home:
    return Home(areas={area.id: area for area in areas})


@pytest.mark.parametrize(
    ("said", "room"),
    [
        ("Kitchen ceiling", "kitchen"),
        ("shelly-bedroom-2.local", "bedroom"),
        ("Master Bedroom Lamp", "master_bedroom"),
        ("MasterBedroomLamp", "master_bedroom"),
        ("living_room_tv", "living_room"),
        ("livingroom2", "living_room"),
        ("Children's room light", "kids_room"),
        ("客厅吸顶灯", "living_room"),
        ("主卧空调", "master_bedroom"),
        ("卧室灯", "bedroom"),
        ("玄关传感器", "entrance"),
        ("Xiaomi 厨房 插座", "kitchen"),
    ],
)
def test_a_name_tells_the_room_that_most_homes_have(said: str, room: str) -> None:
    guessed = guess([said], Home())
    assert guessed is not None
    assert (guessed.area.id, guessed.known) == (room, False)


@pytest.mark.parametrize("said", ["Lamp 3", "Hallmark card", "shelly1-a8032ab1", "Studyhard", ""])
def test_a_name_without_a_room_tells_none(said: str) -> None:
    assert guess([said], Home()) is None


def test_the_home_s_own_rooms_go_first_by_any_of_their_names() -> None:
    den = Area(AreaId("den"), "Den", ("Kitchen corner",))
    guessed = guess(["kitchen corner lamp"], home(den))
    assert guessed is not None
    assert (guessed.area, guessed.known) == (den, True)


def test_a_usual_room_is_the_home_s_own_whatever_language_it_is_named_in() -> None:
    kitchen = Area(AreaId("r1"), "厨房")
    guessed = guess(["Kitchen lamp"], home(kitchen))
    assert guessed is not None
    assert guessed.area == kitchen
    bedroom = Area(AreaId("r2"), "Bedroom")
    assert named("卧室", home(bedroom)) == bedroom


def test_the_surest_words_go_first() -> None:
    guessed = guess(["Study", "Kitchen lamp"], Home())
    assert guessed is not None
    assert guessed.area.id == "study"


def test_a_room_that_a_device_names_gets_that_very_name() -> None:
    assert named("Pottery shed", Home()) == Area(AreaId("pottery_shed"), "Pottery shed")
    assert named("茶室", Home()) == Area(AreaId("u8336_u5ba4"), "茶室")
    assert named(" ", Home()) is None


@given(st.lists(st.text(max_size=30), max_size=3))
def test_no_name_breaks_the_guess(said: list[str]) -> None:
    guess(said, home(Area(AreaId("x"), "X ray"), Area(AreaId("y"), "书房")))


@given(st.text(alphabet="abcdefghij klm", min_size=1, max_size=20))
def test_an_area_is_found_by_its_own_name(name: str) -> None:
    if not name.strip():
        return
    area = Area(AreaId("a"), name.strip())
    guessed = guess([f"{name.strip()} lamp"], home(area))
    assert guessed is not None
    assert guessed.area == area
