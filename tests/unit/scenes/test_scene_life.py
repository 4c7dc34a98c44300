"""How a scene begins, stands and ends."""

import pytest

from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import Claimed, Fired, SceneRemoved, SceneRevised
from hubd.model.ids import SceneId
from tests.unit.scenes.lab import Lab

LIGHT = """
scene: Light where people are
when: {occupied: kitchen}
claims: {kitchen lights: on}
until: {unoccupied: kitchen, for: 5 min}
"""


def test_a_scene_begins_when_its_state_comes_about_and_ends_when_until_has_lasted(
    kitchen: Lab,
) -> None:
    kitchen.scene(LIGHT)
    kitchen.report("kitchen_motion", value=True)
    assert kitchen.wished("kitchen_lamp") is True
    kitchen.report("kitchen_motion", value=False)
    kitchen.wait(299)
    assert kitchen.wished("kitchen_lamp") is True
    kitchen.wait(1)
    assert kitchen.wished("kitchen_lamp") is None
    assert kitchen.fired == ["Kitchen motion saw someone"]
    assert kitchen.released == ["nobody was in Kitchen for 5 min"]


def test_someone_who_comes_back_in_time_keeps_the_scene_standing(kitchen: Lab) -> None:
    kitchen.scene(LIGHT)
    kitchen.report("kitchen_motion", value=True)
    kitchen.report("kitchen_motion", value=False)
    kitchen.wait(200)
    kitchen.report("kitchen_motion", value=True)
    kitchen.wait(200)
    assert kitchen.wished("kitchen_lamp") is True
    assert len(kitchen.fired) == 1


def test_a_first_or_restored_value_begins_nothing(lab: Lab) -> None:
    lab.area("kitchen")
    lab.device("kitchen_motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    lab.device("kitchen_lamp", DeviceType.DIMMABLE_LIGHT, "kitchen")
    lab.scene(LIGHT)
    lab.report("kitchen_motion", value=True)
    lab.report("kitchen_motion", value=False, restored=True)
    lab.report("kitchen_motion", value=True, restored=True)
    assert lab.fired == []


def test_a_trigger_that_would_change_nothing_fires_nothing(kitchen: Lab) -> None:
    kitchen.device("kitchen_bed", DeviceType.BED_SENSOR, "kitchen")
    kitchen.report("kitchen_bed", value=False)
    kitchen.scene(
        "scene: S\nwhen: [{occupied: kitchen_motion}, {occupied: kitchen_bed}]\n"
        "claims: {kitchen lights: on}\nuntil: further notice"
    )
    kitchen.report("kitchen_motion", value=True)
    assert len(kitchen.report("kitchen_bed", value=True)) == 1


def test_a_scene_that_fires_again_comes_before_a_newer_one_of_its_rank(kitchen: Lab) -> None:
    for number, wish in (("one", "on"), ("two", "off")):
        kitchen.scene(
            f"scene: {number}\nwhen: {{pressed: kitchen_button, press: {number}}}\n"
            f"claims: {{kitchen lights: {wish}}}\nuntil: further notice",
            number,
        )
    for press, wished in (("one", True), ("two", False), ("one", True)):
        kitchen.press("kitchen_button", press)
        assert kitchen.wished("kitchen_lamp") is wished


def test_without_until_the_claims_end_with_the_state_that_set_them_off(kitchen: Lab) -> None:
    kitchen.scene("scene: S\nwhen: {open: kitchen_door}\nclaims: {kitchen lights: on}")
    kitchen.report("kitchen_door", value=True)
    assert kitchen.wished("kitchen_lamp") is True
    kitchen.report("kitchen_door", value=False)
    assert kitchen.wished("kitchen_lamp") is None
    assert kitchen.released == ["Kitchen door closed"]


def test_for_is_the_longest_that_claims_stand_and_a_new_trigger_prolongs_it(kitchen: Lab) -> None:
    kitchen.scene(
        "scene: S\nwhen: {pressed: kitchen_button}\nclaims: {kitchen lights: on}\nfor: 30 min"
    )
    kitchen.press("kitchen_button")
    kitchen.wait(20 * 60)
    kitchen.press("kitchen_button")
    kitchen.wait(20 * 60)
    assert kitchen.wished("kitchen_lamp") is True
    kitchen.wait(10 * 60)
    assert kitchen.wished("kitchen_lamp") is None


def test_a_lamp_that_makes_its_room_bright_is_still_prolonged(kitchen: Lab) -> None:
    kitchen.device("kitchen_light", DeviceType.LIGHT_SENSOR, "kitchen")
    kitchen.scene(
        "scene: S\nwhen: {occupied: kitchen}\nif: {dark: kitchen}\n"
        "claims: {kitchen lights: on}\nfor: 10 min"
    )
    kitchen.report("kitchen_light", 5)
    kitchen.report("kitchen_motion", value=True)
    kitchen.report("kitchen_light", 300)
    kitchen.wait(500)
    kitchen.report("kitchen_motion", value=False)
    kitchen.report("kitchen_motion", value=True)
    kitchen.wait(500)
    assert kitchen.wished("kitchen_lamp") is True


def test_until_a_time_of_day_ends_the_claims_then(kitchen: Lab) -> None:
    kitchen.scene(
        "scene: S\nwhen: {pressed: kitchen_button}\nclaims: {kitchen lights: on}\n"
        "until: {at: 22:30}"
    )
    kitchen.press("kitchen_button")
    kitchen.at("2026-06-15 22:29")
    assert kitchen.wished("kitchen_lamp") is True
    kitchen.at("2026-06-15 22:30")
    assert kitchen.wished("kitchen_lamp") is None


def test_until_a_press_ends_the_claims_then(kitchen: Lab) -> None:
    kitchen.scene(
        "scene: S\nwhen: {open: kitchen_door}\nclaims: {kitchen lights: on}\n"
        "until: {pressed: kitchen_button, press: double}"
    )
    kitchen.report("kitchen_door", value=True)
    kitchen.press("kitchen_button", "single")
    assert kitchen.wished("kitchen_lamp") is True
    kitchen.press("kitchen_button", "double")
    assert kitchen.wished("kitchen_lamp") is None
    assert kitchen.released == ["Kitchen button was pressed"]


def test_until_for_counts_from_the_beginning_where_it_holds_already(kitchen: Lab) -> None:
    kitchen.scene(
        "scene: S\nwhen: {pressed: kitchen_button}\nclaims: {kitchen lights: on}\n"
        "until: {unoccupied: kitchen, for: 5 min}"
    )
    kitchen.press("kitchen_button")
    kitchen.wait(300)
    assert kitchen.wished("kitchen_lamp") is None


def test_a_wait_left_from_an_earlier_time_does_not_end_a_later_one(kitchen: Lab) -> None:
    kitchen.scene(
        "scene: S\nwhen: {pressed: kitchen_button}\nclaims: {kitchen lights: on}\n"
        "until: {unoccupied: kitchen, for: 5 min}\nfor: 1 min"
    )
    kitchen.press("kitchen_button")
    kitchen.wait(290)
    kitchen.press("kitchen_button")
    kitchen.wait(30)
    assert kitchen.wished("kitchen_lamp") is True


def test_a_person_wins_over_a_scene_and_the_scene_comes_back_after(kitchen: Lab) -> None:
    kitchen.scene(LIGHT)
    kitchen.report("kitchen_motion", value=True)
    hand = Claim(
        kitchen.prop("kitchen_lamp"),
        False,
        Priority.HAND,
        "person:ann",
        until_us=kitchen.now_us + 60_000_000,
    )
    kitchen.tell(Claimed((hand,)), "person:ann")
    assert kitchen.wished("kitchen_lamp") is False
    kitchen.wait(60)
    assert kitchen.wished("kitchen_lamp") is True


def test_a_device_that_joins_is_claimed_and_listened_to(kitchen: Lab) -> None:
    kitchen.scene(LIGHT)
    kitchen.report("kitchen_motion", value=True)
    kitchen.device("second_lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    assert kitchen.wished("second_lamp") is True
    kitchen.device("second_motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    kitchen.report("second_motion", value=True)
    kitchen.report("kitchen_motion", value=False)
    kitchen.wait(600)
    assert kitchen.wished("second_lamp") is True
    kitchen.report("second_motion", value=False)
    kitchen.wait(300)
    assert kitchen.wished("second_lamp") is None


def test_a_device_that_moves_away_is_let_go(kitchen: Lab) -> None:
    kitchen.area("hall")
    kitchen.scene(LIGHT)
    kitchen.device("second_lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    kitchen.report("kitchen_motion", value=True)
    kitchen.device("second_lamp", DeviceType.ON_OFF_LIGHT, "hall")
    assert kitchen.wished("second_lamp") is None
    assert kitchen.wished("kitchen_lamp") is True


def test_a_scene_that_is_revised_while_it_stands_claims_what_it_says_now(kitchen: Lab) -> None:
    kitchen.scene(LIGHT)
    kitchen.report("kitchen_motion", value=True)
    kitchen.scene(LIGHT.replace(": on}", ": 40 %}"))
    assert kitchen.wished("kitchen_lamp", "LevelControl.level") == 40


def test_here_is_the_area_that_set_the_scene_off(lab: Lab) -> None:
    lab.area("kitchen", "hall", floor="ground")
    for area in ("kitchen", "hall"):
        lab.device(f"{area}_motion", DeviceType.OCCUPANCY_SENSOR, area)
        lab.device(f"{area}_lamp", DeviceType.ON_OFF_LIGHT, area)
        lab.report(f"{area}_motion", value=False)
    lab.scene(
        "scene: S\nwhen: {occupied: any area}\nclaims: {lights here: on}\n"
        "until: {unoccupied: here, for: 1 min}"
    )
    lab.report("kitchen_motion", value=True)
    assert (lab.wished("kitchen_lamp"), lab.wished("hall_lamp")) == (True, None)
    lab.report("hall_motion", value=True)
    lab.report("kitchen_motion", value=False)
    lab.wait(60)
    assert (lab.wished("kitchen_lamp"), lab.wished("hall_lamp")) == (None, True)


def test_any_area_without_here_is_the_whole_home(lab: Lab) -> None:
    lab.area("kitchen", "hall")
    lab.device("kitchen_motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    lab.device("hall_motion", DeviceType.OCCUPANCY_SENSOR, "hall")
    lab.device("hall_lamp", DeviceType.ON_OFF_LIGHT, "hall")
    for device in ("kitchen_motion", "hall_motion"):
        lab.report(device, value=False)
    lab.scene("scene: S\nwhen: {occupied: any area}\nclaims: {all lights: on}")
    lab.report("kitchen_motion", value=True)
    lab.report("hall_motion", value=True)
    lab.report("kitchen_motion", value=False)
    assert lab.wished("hall_lamp") is True
    lab.report("hall_motion", value=False)
    assert lab.wished("hall_lamp") is None


def test_a_floor_stands_for_its_areas(lab: Lab) -> None:
    lab.area("kitchen", "hall", floor="ground_floor")
    lab.device("kitchen_motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    lab.device("hall_lamp", DeviceType.ON_OFF_LIGHT, "hall")
    lab.report("kitchen_motion", value=False)
    lab.scene("scene: S\nwhen: {occupied: ground_floor}\nclaims: {Ground Floor lights: on}")
    lab.report("kitchen_motion", value=True)
    assert lab.wished("hall_lamp") is True


def test_a_scene_that_is_removed_lets_go(kitchen: Lab) -> None:
    kitchen.scene(LIGHT)
    kitchen.report("kitchen_motion", value=True)
    kitchen.tell(SceneRemoved(SceneId("scene")))
    assert kitchen.wished("kitchen_lamp") is None


def test_a_broken_scene_does_nothing(kitchen: Lab) -> None:
    kitchen.tell(SceneRevised(SceneId("broken"), "scene: S\nwhen: {ocupied: kitchen}"))
    kitchen.report("kitchen_motion", value=True)
    assert kitchen.fired == []


def test_actions_are_asked_once_at_each_firing(lab: Lab) -> None:
    lab.area("hall")
    lab.device("hall_button", DeviceType.GENERIC_SWITCH, "hall")
    lab.device("vacuum", DeviceType.ROBOTIC_VACUUM, "hall")
    lab.scene("scene: S\nwhen: {pressed: hall_button}\ndo: {vacuum: start cleaning}")
    lab.press("hall_button")
    lab.press("hall_button")
    assert lab.asked == ["vacuum: RvcRunMode.start"] * 2


def test_the_firing_says_why_and_names_its_claims(kitchen: Lab) -> None:
    kitchen.scene(LIGHT)
    kitchen.report("kitchen_motion", value=True)
    fired = kitchen.last(Fired).what
    assert isinstance(fired, Fired)
    assert [(c.property, c.value, c.owner, c.why) for c in fired.claims] == [
        ("kitchen_lamp/1/OnOff.on", True, "scene:scene", "Kitchen motion saw someone")
    ]


@pytest.mark.parametrize(
    ("until", "ends"),
    [("", "05:20"), ("until: {sun: up}", "05:20"), ("until: {between: 7:00 - 8:00}", "07:00")],
)
def test_claims_end_with_a_state_that_ends_by_the_time_alone(until: str, ends: str) -> None:
    lab = Lab()
    lab.area("kitchen")
    lab.device("lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    lab.scene(f"scene: Night\nwhen: {{sun: down}}\nclaims: {{kitchen lights: on}}\n{until}\n")
    lab.at("2026-06-15 23:30")
    assert lab.wished("lamp") is True
    before, after = (f"2026-06-16 {int(ends[:2]) + hours:02}{ends[2:]}" for hours in (-1, 1))
    lab.at(before)
    assert lab.wished("lamp") is True
    lab.at(after)
    assert lab.wished("lamp") is None


def test_an_ending_by_time_that_must_last_is_counted_from_its_turn() -> None:
    lab = Lab()
    lab.area("kitchen")
    lab.device("lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    until = "until: {between: 7:00 - 8:00, for: 10 min}"
    lab.scene(f"scene: Night\nwhen: {{sun: down}}\nclaims: {{kitchen lights: on}}\n{until}\n")
    lab.at("2026-06-16 07:09")
    assert lab.wished("lamp") is True
    lab.at("2026-06-16 07:11")
    assert lab.wished("lamp") is None


def test_claims_may_take_their_time(kitchen: Lab) -> None:
    kitchen.scene("""
scene: Slowly
when: {occupied: kitchen}
claims: {kitchen lamp: 40 %}
over: 30 s
""")
    kitchen.report("kitchen_motion", value=True)
    [standing] = kitchen.core.state.shadows[kitchen.prop("kitchen_lamp")].claims
    assert standing.claim.over_us == 30_000_000
