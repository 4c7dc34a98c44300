"""Why not: the nearest condition that failed, and what would have had to be true."""

import pytest

from hubd.core.state import State
from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import Claimed
from hubd.model.ids import SceneId
from hubd.model.instant import DAY_US
from scenes.attempts import Came
from scenes.compiler import compile_scene
from scenes.whynot import WhyNot, why_not
from tests.unit.scenes.lab import Lab

SCENE = SceneId("scene")


def asked(lab: Lab, *, since_us: int = 0) -> WhyNot:
    """Ask why not, over the whole log or a part of it, as it is kept."""
    state = State()
    lab_log = [event for event in lab.log.values() if event.at_us >= since_us]
    told = why_not(SCENE, state, lab_log, lab.now_us, compile_scene)
    assert told is not None
    return told


@pytest.fixture
def lab() -> Lab:
    lab = Lab()
    lab.area("kitchen", "hall")
    lab.device("motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    lab.device("sun", DeviceType.LIGHT_SENSOR, "kitchen", "Window sensor")
    lab.device("lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    lab.device("button", DeviceType.GENERIC_SWITCH, "hall")
    lab.report("motion", value=False)
    lab.report("sun", value=80.0)
    lab.report("lamp", value=False)
    return lab


LIGHT = """
scene: Kitchen light
when: {occupied: kitchen}
if: {light: {of: kitchen, below: 50 lx}}
claims: {lamp: on}
"""


def test_the_condition_that_failed_is_named_with_its_value_and_what_it_would_have_had_to_be(
    lab: Lab,
) -> None:
    lab.scene(LIGHT)
    lab.wait(60)
    lab.report("motion", value=True)
    told = asked(lab)
    assert told.nearest is Came.CONDITION
    assert told.sentence == (
        'The scene "Scene" came nearest at 12:01:00: Motion saw someone, but the light of Window '
        "sensor was 80 lx; it would have had to be below 50 lx."
    )
    assert [when.came_about for when in told.whens] == [1]


def test_what_did_not_come_about_is_told_by_its_nearest_try_and_the_latest_of_equals(
    lab: Lab,
) -> None:
    lab.device("door", DeviceType.CONTACT_SENSOR, "kitchen")
    lab.report("door", value=False)
    lab.scene(
        "scene: Both\nwhen: {occupied: kitchen, open: door, bright: {of: kitchen, below: 200 lx}}\n"
        "claims: {lamp: on}\n"
    )
    lab.report("motion", value=True)  # two are lacking
    lab.wait(60)
    lab.report("door", value=True)  # one is lacking
    lab.wait(60)
    lab.report("sun", value=90.0)  # the same one, later
    lab.wait(60)
    lab.report("door", value=False)  # two again
    told = asked(lab)
    assert told.nearest is Came.MISSED
    assert told.sentence == (
        'The scene "Scene" came nearest at 12:02:00: the light of Window sensor was 90 lx; '
        "it would have had to be above 200 lx."
    )


def test_a_state_that_did_not_last_says_for_how_long_it_did(lab: Lab) -> None:
    lab.scene("scene: Long\nwhen: {occupied: kitchen, for: 5 min}\nclaims: {lamp: on}\n")
    lab.report("motion", value=True)
    lab.wait(180)
    lab.report("motion", value=False)
    told = asked(lab)
    assert told.nearest is Came.TOO_SHORT
    assert "so for 3 min only; it would have had to be so for 5 min" in told.sentence


def test_a_scene_that_began_says_so_and_who_goes_before_it(lab: Lab) -> None:
    lab.scene("scene: Plain\nwhen: {occupied: kitchen}\nclaims: {lamp: on}\n")
    hand = Claim(lab.prop("lamp"), False, Priority.HAND, "person:ann", "", lab.now_us + DAY_US)
    lab.person("ann")
    lab.tell(Claimed((hand,)), "person:ann")
    lab.wait(1)
    lab.report("motion", value=True)
    told = asked(lab)
    assert told.nearest is Came.OVERRULED
    assert told.sentence == (
        'The scene "Scene" did begin at 12:00:01, because Motion saw someone; but Ann wants Lamp '
        "off until 12:00:00, and goes before it."
    )
    assert told.event


def test_a_scene_that_stood_already_says_so(lab: Lab) -> None:
    lab.scene("scene: Stands\nwhen: {pressed: button}\nclaims: {lamp: on}\nuntil: further notice\n")
    lab.press("button")
    lab.wait(60)
    lab.press("button")
    told = asked(lab)
    assert told.nearest is Came.STOOD
    assert told.sentence == 'The scene "Scene" stood already at 12:01:00, when Button was pressed.'


def test_what_held_all_the_time_does_not_come_about(lab: Lab) -> None:
    lab.report("motion", value=True)
    lab.scene("scene: Held\nwhen: {occupied: kitchen}\nclaims: {lamp: on}\n")
    lab.wait(60)
    told = asked(lab)
    assert told.nearest is Came.HELD
    assert "only its coming about begins the scene" in told.sentence


def test_a_press_that_never_came_is_what_was_lacking(lab: Lab) -> None:
    lab.scene("scene: Press\nwhen: {pressed: button}\nclaims: {lamp: on}\nfor: 1 h\n")
    lab.wait(60)
    told = asked(lab)
    assert told.nearest is Came.MISSED
    assert "Button was not pressed; it would have had to be pressed" in told.sentence


def test_a_moment_at_which_a_state_failed_is_told(lab: Lab) -> None:
    lab.scene("scene: Noon\nwhen: {at: '13:00', occupied: kitchen}\nclaims: {lamp: on}\nfor: 1 h\n")
    lab.wait(2 * 3600)
    told = asked(lab)
    assert told.sentence == (
        'The scene "Scene" came nearest at 13:00:00: it is 13:00, but Motion was seeing nobody; '
        "it would have had to be seeing someone."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scene: X\nwhen: {ocupied: kitchen}\nclaims: {lamp: on}\n", "can't be understood"),
        ("scene: X\nwhen: {occupied: cellar}\nclaims: {nothing: on}\n", "means nothing"),
    ],
)
def test_a_scene_that_can_never_begin_says_what_is_wrong_with_it(
    lab: Lab, text: str, said: str
) -> None:
    from hubd.model.events import SceneRevised

    lab.tell(SceneRevised(SCENE, text, "scene.yaml"))
    told = asked(lab)
    assert said in told.sentence
    assert told.problems


def test_each_place_of_a_scene_of_here_is_told_by_itself(lab: Lab) -> None:
    lab.device("hall_motion", DeviceType.OCCUPANCY_SENSOR, "hall")
    lab.device("hall_lamp", DeviceType.ON_OFF_LIGHT, "hall")
    lab.report("hall_motion", value=False)
    lab.scene(
        "scene: Here\nwhen: {occupied: anywhere}\nif: {sun: down}\nclaims: {lights here: on}\n"
    )
    lab.report("hall_motion", value=True)
    told = asked(lab)
    assert {when.area: when.nearest for when in told.whens} == {
        "Hall": Came.CONDITION,
        "Kitchen": Came.MISSED,
    }
    assert "Hall motion saw someone, but the sun was up; it would have had to be down" in (
        told.sentence
    )


def test_a_scene_that_is_not_in_the_home_is_no_answer(lab: Lab) -> None:
    assert why_not(SCENE, State(), lab.log.values(), lab.now_us, compile_scene) is None
