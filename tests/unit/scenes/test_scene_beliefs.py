"""What the hub believes, what is in trouble, and what is said in a phrase."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubd.core.engine import Core
from hubd.core.snapshot import decode, encode
from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import Claimed, Disputed, Event, Perceived, Released
from hubd.model.value import Value
from scenes.compiler import compile_scene
from scenes.sun import SunEvent, sun_event_us
from tests.unit.scenes.lab import UTRECHT, Lab, problems_of


@pytest.fixture
def den(lab: Lab) -> Lab:
    """A den with a motion sensor, a lamp and its switch."""
    lab.area("den")
    lab.device("motion", DeviceType.OCCUPANCY_SENSOR, "den")
    lab.device("den_lamp", DeviceType.ON_OFF_LIGHT)
    lab.device("plug", DeviceType.ON_OFF_PLUG, "den")
    for device in ("motion", "den_lamp", "plug"):
        lab.report(device, value=False)
    return lab


def react(lab: Lab, when: str) -> None:
    lab.scene(f"scene: S\nwhen: {when}\nclaims: {{den lamp: on}}\n")


def believe(lab: Lab, value: Value, confidence: float) -> list[Event]:
    return lab.tell(Perceived(lab.prop("motion"), value, confidence, "model:1"))


@pytest.mark.parametrize("name", ["occupied", "OccupancySensing.occupied"])
def test_a_percept_sets_a_scene_off_when_the_hub_is_sure_enough(den: Lab, name: str) -> None:
    react(den, f"{{percept: {{of: den, name: {name}, sure: 80 %}}}}")
    believe(den, True, 0.7)
    assert den.fired == []
    believe(den, True, 0.8)
    assert den.fired == ["the hub is 80 % sure that occupied of Den is seeing someone"]


def test_a_percept_that_is_a_little_less_sure_still_counts(den: Lab) -> None:
    react(den, "{percept: {of: den, name: occupied, sure: 80 %}}")
    for confidence in (0.85, 0.75, 0.7):
        believe(den, True, confidence)
        assert den.wished("den_lamp") is True
    believe(den, True, 0.69)
    assert den.wished("den_lamp") is None
    believe(den, True, 0.75)
    assert den.wished("den_lamp") is None, "it was over, and is not sure enough to begin"
    believe(den, False, 0.99)
    believe(den, True, 0.9)
    assert den.wished("den_lamp") is True


def test_how_sure_the_hub_was_survives_a_restart(den: Lab) -> None:
    react(den, "{percept: {of: den, name: occupied, sure: 80 %}}")
    believe(den, True, 0.85)
    believe(den, True, 0.75)
    den.core = Core(compile_scene, decode(encode(den.core.state)))
    believe(den, True, 0.74)
    assert den.wished("den_lamp") is True


@given(st.lists(st.floats(0, 1), max_size=12), st.floats(0.2, 1))
def test_a_limit_is_passed_at_it_and_unpassed_well_below_it(
    told: list[float], limit: float
) -> None:
    lab = Lab()
    lab.device("motion", DeviceType.OCCUPANCY_SENSOR)
    lab.report("motion", value=True)
    believe(lab, True, 0.0)
    held = False
    for confidence in told:
        believe(lab, True, confidence)
        if confidence >= limit:
            held = True
        elif confidence < limit - 0.1:
            held = False
        shadow = lab.core.state.shadows[lab.prop("motion")]
        if abs(confidence - limit) > 1e-6 and abs(confidence - limit + 0.1) > 1e-6:
            assert (shadow.sureness >= limit - 1e-9) is held


def test_a_device_s_own_report_is_sure(den: Lab) -> None:
    react(den, "{percept: {of: den, name: occupied, sure: 100 %}}")
    den.report("motion", value=True)
    assert den.wished("den_lamp") is True


@pytest.mark.parametrize("of", ["den", "plug"])
def test_a_device_out_of_reach_is_trouble(den: Lab, of: str) -> None:
    react(den, f"{{trouble: {of}}}")
    den.reach("plug", available=False)
    assert den.fired == ["Plug fell out of reach"]
    den.reach("plug", available=True)
    assert den.wished("den_lamp") is None


def test_a_low_battery_is_trouble(den: Lab) -> None:
    den.device("remote", DeviceType.BATTERY, "den")
    den.report("remote", value=False)
    react(den, "{trouble: any area}")
    den.report("remote", value=True)
    assert den.fired == ["the battery of Remote is low"]


def test_a_device_that_undoes_what_is_asked_is_trouble_until_it_obeys(den: Lab) -> None:
    react(den, "{trouble: plug}")
    plug = den.prop("plug")
    for _ in range(4):
        claim = Claim(plug, True, Priority.SAFETY, "safety:x")
        den.tell(Claimed((claim,)))
        den.report("plug", value=True)
        den.wait(1)
        den.report("plug", value=False)
        if any(isinstance(e.what, Disputed) for e in den.log.values()):
            break
        den.wait(1)
    assert den.fired == ["Plug undoes what is asked of it"]
    den.tell(Released("safety:x"))
    den.wait(20)
    den.report("plug", value=True)
    assert den.wished("den_lamp") is None


def test_phrases_say_who_is_home(lab: Lab) -> None:
    lab.person("ann", "ben")
    for device in ("ann_phone", "ben_phone"):
        lab.device(device, DeviceType.TRACKER)
        lab.report(device, value=True)
    lab.device("robot", DeviceType.ROBOTIC_VACUUM)
    for phrase in ("nobody home", "someone home", "everyone home"):
        what = "do: {robot: start cleaning}"
        lab.scene(f"scene: S\nwhen: {phrase}\n{what}\n", phrase.replace(" ", "_"))
    lab.report("ann_phone", value=False)
    assert lab.fired == []
    lab.report("ben_phone", value=False)
    lab.report("ann_phone", value=True)
    lab.report("ben_phone", value=True)
    assert lab.fired == ["Ben phone left home", "Ann phone came home", "Ben phone came home"]


@pytest.mark.parametrize("phrase", ["sunrise", "sunset", "dusk", "dawn"])
def test_the_suns_moments_are_phrases(lab: Lab, phrase: str) -> None:
    lab.device("robot", DeviceType.ROBOTIC_VACUUM)
    lab.at("2026-06-15 23:59")
    lab.scene(f"scene: S\nwhen: {phrase}\ndo: {{robot: start cleaning}}\n")
    at_us = sun_event_us(SunEvent(phrase), date(2026, 6, 16), UTRECHT)
    assert at_us is not None
    lab.wait((at_us - lab.now_us) / 1e6 - 1)
    assert lab.fired == []
    lab.wait(1)
    assert lab.fired == [f"it is {phrase}"]


def test_entered_and_left_are_words_for_occupied_and_unoccupied(den: Lab) -> None:
    den.scene("scene: S\nwhen: {entered: den}\nclaims: {den lamp: on}\nuntil: {left: den}\n")
    den.report("motion", value=True)
    assert den.wished("den_lamp") is True
    den.report("motion", value=False)
    assert den.wished("den_lamp") is None


@pytest.mark.parametrize(
    ("scene", "told"),
    [
        ("when: nobody hom", 'did you mean "nobody home"?'),
        ("when: {on: x}\nif: sunset", "does not say what is so"),
        ("when: {percept: {of: x, name: ocupied}}", 'did you mean "occupied"?'),
        ("when: {percept: {of: x, name: occupied, sure: 0 %}}", "out of range"),
        ("when: {percept: {of: x, name: occupied, sure: 80 lx}}", "not in %"),
    ],
)
def test_a_wrong_word_is_told_the_nearest(scene: str, told: str) -> None:
    assert told in "\n".join(problems_of(f"scene: S\n{scene}\nclaims: {{x: on}}\n"))
