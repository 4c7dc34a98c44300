"""What stands on a property: who holds it, who wishes else and why they lose, what comes back."""

from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import Claimed, Perceived
from hubd.model.instant import HOUR_US
from scenes.explain import explain
from scenes.standing import standing_words
from tests.unit.scenes.lab import Lab

LIGHT = "scene: Light\nwhen: {occupied: kitchen}\nclaims: {lamp: on}\n"


def kitchen() -> Lab:
    lab = Lab()
    lab.area("kitchen")
    lab.person("ann")
    lab.device("motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    lab.device("lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    lab.report("motion", value=False)
    lab.report("lamp", value=False)
    return lab


def words(lab: Lab) -> list[str]:
    return list(standing_words(lab.core.state.shadows[lab.prop("lamp")], lab.core.state.home))


def test_a_hand_its_lease_and_the_scene_beneath_are_told_with_what_comes_back() -> None:
    lab = kitchen()
    assert words(lab) == []
    lab.scene(LIGHT, "light")
    lab.report("motion", value=True)
    lab.report("lamp", value=True)
    hand = Claim(lab.prop("lamp"), False, Priority.HAND, "person:ann", "", lab.now_us + HOUR_US)
    lab.tell(Claimed((hand,)), "person:ann")
    assert words(lab) == [
        "Ann wants it off until 13:00:00, when the hand's lease is over.",
        'The scene "Light" wants it on, and stands beneath: a person\'s hand goes before a scene.',
        "When that ends, it goes to on.",
    ]


def test_of_two_scenes_the_older_stands_beneath() -> None:
    lab = kitchen()
    lab.scene(LIGHT, "light")
    lab.scene(LIGHT.replace("lamp: on", "lamp: off"), "no_light")
    lab.report("motion", value=True)
    winner, beneath, back = words(lab)
    assert winner == 'The scene "No light" wants it off, with no end by the clock.'
    assert beneath.startswith('The scene "Light" wants it on, and stands beneath: ')
    assert beneath.endswith("of two of one rank (a scene) the newer goes first.")
    assert back == "When that ends, it goes to on."


def test_a_percept_is_told_with_its_model_and_what_that_went_by() -> None:
    lab = kitchen()
    lab.device("stairs", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    lab.report("stairs", value=False)
    lab.scene(LIGHT.replace("occupied: kitchen", "occupied: motion"), "light")
    seen = lab.report("stairs", value=True)[0]
    lab.wait(1)
    percept = Perceived(lab.prop("motion"), True, 0.97, "presence-3", (seen.id,))
    made = lab.tell(percept, "perception")
    told = explain(made[-1], lab.log.get, lab.core.state.home)
    assert "(97% sure), says the model presence-3" in told.sentence
    assert [step.text for step in told.steps][-2:] == [
        "the hub believes that someone is in Motion (97% sure), says the model presence-3",
        "it went by this: Stairs saw someone",
    ]
