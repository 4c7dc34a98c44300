"""A recorded evening, written as a test, passes with the scenes that ran then."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubd.homefile import read_home_file
from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import (
    Adopted,
    Availability,
    Claimed,
    Event,
    Forgotten,
    Input,
    Released,
    Reported,
    SceneRevised,
    Signalled,
)
from hubd.model.ids import AreaId, DeviceId, EndpointId, PropertyId
from hubd.model.instant import HOUR_US, MINUTE_US, SECOND_US, to_us
from scenes.folder import read_folder, revise
from scenes.testing.lab import Lab
from scenes.testing.language import home_of, read_tests
from scenes.testing.record import RecordError, record
from scenes.testing.typical import typical_device

EXAMPLES = Path(__file__).parents[3] / "scenes" / "examples"
BEGAN_US = to_us(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
MOTION = PropertyId("hall_motion/1/OccupancySensing.occupied")
LUX = PropertyId("hall_lux/1/IlluminanceMeasurement.illuminance")
LAMP = PropertyId("hall_lamp/1/OnOff.on")
BUTTON_SCENE = """
scene: Button
when: {pressed: hall button, press: double}
claims: {kitchen lamp: 40 %}
for: 10 min
"""


def example_scenes() -> list[SceneRevised]:
    revision = revise({}, {**read_folder(EXAMPLES), "button.yaml": BUTTON_SCENE})
    assert revision.problems == []
    return [event for event in revision.events if isinstance(event, SceneRevised)]


SCENES = example_scenes()
HOME = (
    *home_of(read_home_file(EXAMPLES / "home.yaml")),
    Adopted(
        typical_device(
            DeviceId("hall_button"), "Hall button", DeviceType.GENERIC_SWITCH, AreaId("hall")
        )
    ),
)


def lived(happenings: Sequence[tuple[int, Input | str]]) -> list[Event]:
    """Return the log of a home in which these come one after another, each after some time."""
    lab = Lab(HOME, BEGAN_US)
    lab.begin({LUX: 10.0}, SCENES)
    for after_us, what in happenings:
        lab.go(lab.now_us + after_us)
        if isinstance(what, str):
            lab.restart(int(what) * MINUTE_US, {})
        else:
            lab.tell(what, "person:ann" if isinstance(what, Claimed | Released) else "test")
    lab.go(lab.now_us + HOUR_US)
    return lab.log


def test_an_evening_becomes_a_test_that_reads_well_and_passes() -> None:
    log = lived(
        [
            (20 * MINUTE_US, Reported(MOTION, True)),
            (15 * MINUTE_US, Reported(MOTION, False)),
            (30 * SECOND_US, Reported(PropertyId("hall_lamp/1/LevelControl.level"), 40.0)),
        ]
    )
    recording = record(log, BEGAN_US + 5 * MINUTE_US, BEGAN_US + HOUR_US, "Monday evening")
    assert recording.report.all_right, recording.report
    assert recording.text.startswith("test: Monday evening\n")
    assert "  - Hall motion: occupied\n  - expect:" in recording.text
    assert "Hall lamp: {LevelControl.level: 40 %}" in recording.text
    tests, problems = read_tests(recording.text, "evening.test.yaml")
    assert (len(tests), problems) == (1, [])


def test_what_stood_and_waited_when_it_began_is_given() -> None:
    log = lived(
        [
            (5 * MINUTE_US, Reported(MOTION, True)),
            (15 * MINUTE_US, Reported(MOTION, False)),
            (30 * MINUTE_US, Reported(MOTION, True)),
        ]
    )
    recording = record(log, BEGAN_US + 22 * MINUTE_US, BEGAN_US + HOUR_US, "Late")
    assert recording.report.all_right, recording.report
    assert "    - scene: light_where_people_are\n      Hall lamp: on\n" in recording.text
    assert "      before: {Hall lamp: off}\n" in recording.text
    assert "expect: {Hall lamp: off}" in recording.text


def test_what_no_scene_listens_to_is_left_out() -> None:
    plug = typical_device(DeviceId("washer"), "Washer", DeviceType.ON_OFF_PLUG)
    lab = Lab((*HOME, Adopted(plug)), BEGAN_US)
    lab.begin({}, [scene for scene in SCENES if scene.scene == "button"])
    for number in range(50):
        lab.go(lab.now_us + MINUTE_US)
        power = PropertyId("washer/1/ElectricalPowerMeasurement.activePower")
        lab.tell(Reported(power, float(number)))
    recording = record(lab.log, BEGAN_US + MINUTE_US, BEGAN_US + HOUR_US, "Washing")
    assert recording.report.all_right, recording.report
    assert "washer" not in recording.text
    assert len(recording.text.splitlines()) < 20


def test_a_device_that_did_not_obey_is_deaf_in_the_test() -> None:
    lab = Lab(HOME, BEGAN_US)
    lab.begin({LUX: 10.0}, SCENES)
    lab.deaf.add(DeviceId("hall_lamp"))
    lab.go(lab.now_us + MINUTE_US)
    lab.tell(Reported(MOTION, True))
    lab.go(lab.now_us + HOUR_US)
    recording = record(lab.log, BEGAN_US + SECOND_US, BEGAN_US + HOUR_US, "Deaf")
    assert recording.report.all_right, recording.report
    assert "Hall lamp: deaf" in recording.text


def test_a_time_in_which_the_home_changed_is_refused() -> None:
    log = lived([(MINUTE_US, Reported(MOTION, True)), (MINUTE_US, Forgotten(DeviceId("hall_lux")))])
    with pytest.raises(RecordError, match="changed"):
        record(log, BEGAN_US + SECOND_US, BEGAN_US + HOUR_US, "Changed")


def test_a_time_before_the_log_is_refused() -> None:
    with pytest.raises(RecordError, match="nothing"):
        record([], BEGAN_US, BEGAN_US + HOUR_US, "Nothing")


def claim(value: bool, until_us: int) -> Claimed:
    return Claimed((Claim(LAMP, value, Priority.HAND, "person:ann", "she said so", until_us),))


HAPPENINGS = st.one_of(
    st.builds(lambda value: Reported(MOTION, value), st.booleans()),
    st.builds(lambda value: Reported(LUX, float(value)), st.sampled_from([0, 30, 70, 400])),
    st.builds(lambda value: Reported(LAMP, value), st.booleans()),
    st.builds(
        lambda value: Reported(PropertyId("bedroom_window/1/BooleanState.open"), value),
        st.booleans(),
    ),
    st.builds(
        lambda value: Reported(PropertyId("ann_phone/1/Presence.home"), value), st.booleans()
    ),
    st.builds(
        lambda value: Reported(PropertyId("tim_phone/1/Presence.home"), value), st.booleans()
    ),
    st.builds(
        lambda kind: Signalled(DeviceId("hall_button"), EndpointId("1"), "Switch.pressed", kind),
        st.sampled_from(["single", "double"]),
    ),
    st.builds(lambda there: Availability(DeviceId("hall_lamp"), there), st.booleans()),
    st.builds(lambda value: claim(value, BEGAN_US + 3 * HOUR_US), st.booleans()),
    st.just(Released("person:ann", "she let go", (LAMP,))),
    st.sampled_from(["1", "7"]),
)
GAPS_US = st.one_of(
    st.integers(0, 120).map(lambda seconds: seconds * SECOND_US),
    st.integers(0, 40 * MINUTE_US),
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(GAPS_US, HAPPENINGS), max_size=12),
    st.integers(0, 90),
    st.integers(1, 120),
)
def test_a_recording_of_any_evening_passes(
    happenings: list[tuple[int, Input | str]], from_min: int, lasts_min: int
) -> None:
    began_us = BEGAN_US + SECOND_US + from_min * MINUTE_US
    recording = record(lived(happenings), began_us, began_us + lasts_min * MINUTE_US, "Any")
    assert recording.report.all_right, f"{recording.report}\n{recording.text}"
