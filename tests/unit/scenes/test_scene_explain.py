"""Events in a line, and why they came about in a sentence, as a person would say it."""

import re
from pathlib import Path

from syrupy.assertion import SnapshotAssertion

from hubd.model.claim import Claim, Priority
from hubd.model.command import Command, Outcome
from hubd.model.device import DeviceType
from hubd.model.events import (
    Answered,
    Asked,
    Claimed,
    Commanded,
    Disputed,
    Event,
    Forgotten,
    Perceived,
    Released,
    Reported,
    SceneRemoved,
    Settled,
    What,
)
from hubd.model.ids import NO_EVENT, DeviceId, EventId, PropertyId, SceneId
from hubd.model.instant import SECOND_US
from scenes.compiler import check
from scenes.explain import describe, explain
from tests.unit.scenes.lab import ONE, Lab

GUIDE = Path(__file__).parents[3] / "docs" / "scenes.md"
LIGHT = """
scene: Light where people are
when: {occupied: kitchen}
claims: {kitchen lights: on}
until: {unoccupied: kitchen, for: 5 min}
"""


def told(lab: Lab) -> list[str]:
    """Return why each event of the lab's log came about."""
    home = lab.core.state.home
    return [explain(event, lab.log.get, home).sentence for event in lab.log.values()]


def an_evening(lab: Lab) -> None:
    lab.at("2026-06-15 19:04:12")
    lab.scene(LIGHT, "light_where_people_are")
    lab.report("kitchen_motion", value=True)
    lab.now_us += SECOND_US // 10
    lab.report("kitchen_lamp", value=True)
    lab.wait(60)
    lab.report("kitchen_motion", value=False)
    lab.wait(300)


def test_why_a_lamp_went_on_is_told_from_the_lamp_to_the_root(kitchen: Lab) -> None:
    an_evening(kitchen)
    on = next(
        e
        for e in kitchen.log.values()
        if isinstance(e.what, Reported) and "lamp" in e.what.property and e.what.value
    )
    why = explain(on, kitchen.log.get, kitchen.core.state.home)
    assert why.sentence == (
        'Kitchen lamp went on at 19:04:12 because the scene "Light where people are" asked for it '
        "(on), because Kitchen motion saw someone."
    )
    assert [step.kind for step in why.steps] == ["reported", "commanded", "fired", "reported"]
    assert [step.text for step in why.steps][-1] == "Kitchen motion saw someone"


def test_an_evening_is_told_line_by_line(kitchen: Lab, snapshot: SnapshotAssertion) -> None:
    an_evening(kitchen)
    home = kitchen.core.state.home
    lines = [describe(event, home, kitchen.log.get) for event in kitchen.log.values()]
    assert lines == snapshot(name="lines")
    assert told(kitchen) == snapshot(name="sentences")


def test_each_kind_of_event_has_its_words(lab: Lab, snapshot: SnapshotAssertion) -> None:
    lab.area("hall")
    lab.person("ann")
    for device, kind in (
        ("hall_lamp", DeviceType.DIMMABLE_LIGHT),
        ("hall_blind", DeviceType.WINDOW_COVERING),
        ("heater", DeviceType.THERMOSTAT),
        ("front_door", DeviceType.DOOR_LOCK),
        ("thermometer", DeviceType.TEMPERATURE_SENSOR),
        ("vacuum", DeviceType.ROBOTIC_VACUUM),
    ):
        lab.device(device, kind, "hall")
    lamp = DeviceId("hall_lamp")
    on, level = (PropertyId(f"hall_lamp/1/{n}") for n in ("OnOff.on", "LevelControl.level"))

    def command(name: str, value: float | bool | str, of: str, attempt: int = 1) -> Commanded:
        return Commanded(Command(DeviceId(of), ONE, name, value, 0, attempt=attempt))

    whats: list[What] = [
        Reported(on, True),
        Reported(on, True, restored=True),
        Reported(level, 40.0),
        Reported(PropertyId("thermometer/1/TemperatureMeasurement.temperature"), 21.5),
        Reported(PropertyId("hall_blind/1/WindowCovering.position"), 30),
        Reported(PropertyId("heater/1/Thermostat.systemMode"), "fan_only"),
        Reported(PropertyId("gone/1/BooleanState.open"), True),
        Perceived(PropertyId("hall/1/OccupancySensing.occupied"), True, 0.97, "m"),
        command("OnOff.on", False, "hall_lamp", 2),
        command("LevelControl.level", 40, "hall_lamp"),
        command("WindowCovering.position", 0, "hall_blind"),
        command("WindowCovering.position", 30, "hall_blind"),
        command("Thermostat.setpoint", 21, "heater"),
        command("Thermostat.systemMode", "heat", "heater"),
        command("DoorLock.locked", True, "front_door"),
        Commanded(Command(DeviceId("vacuum"), ONE, "RvcRunMode.start", None, 0, action=True)),
        Claimed((Claim(on, False, Priority.HAND, "person:ann"),)),
        Claimed((Claim(on, False, Priority.HAND, "hand:hall_lamp"),)),
        Claimed(
            tuple(
                Claim(level, n, Priority.SAFETY, "safety:way_out", "there is smoke")
                for n in range(5)
            )
        ),
        Released("person:ann", "its time is over", (on,)),
        Asked(DeviceId("vacuum"), ONE, "RvcRunMode.goHome", "agent:planner", "guests are coming"),
        Settled(EventId(1), Outcome.TIMED_OUT),
        Settled(EventId(1), Outcome.REFUSED, "the battery is empty"),
        Settled(EventId(1), Outcome.SUPERSEDED),
        Answered(EventId(1), accepted=False, reason="jammed"),
        Disputed(on, 3),
        Forgotten(lamp),
        SceneRemoved(SceneId("old_scene")),
    ]
    issued = Event(EventId(1), 0, "core", NO_EVENT, command("OnOff.on", True, "hall_lamp"))
    home = lab.core.state.home
    lines = [
        describe(Event(EventId(2), 5 * SECOND_US, "x", NO_EVENT, what), home, lambda _: issued)
        for what in whats
    ]
    assert lines == snapshot


def test_a_change_that_nobody_asked_for_is_told_as_such(kitchen: Lab) -> None:
    kitchen.wait(3600)
    (event, *_) = kitchen.report("kitchen_lamp", value=True)
    sentence = explain(event, kitchen.log.get, kitchen.core.state.home).sentence
    assert "nothing in the hub asked for it" in sentence


def test_a_log_that_lost_the_causes_is_still_told(kitchen: Lab) -> None:
    an_evening(kitchen)
    home = kitchen.core.state.home
    for event in kitchen.log.values():
        why = explain(event, lambda _: None, home)
        assert [step.event for step in why.steps] == [event.id]
        assert why.sentence.endswith(".")


def test_a_log_whose_causes_go_round_comes_to_an_end(kitchen: Lab) -> None:
    loop = Event(EventId(9), 0, "x", EventId(8), Forgotten(DeviceId("a")))
    assert len(explain(loop, lambda _: loop, kitchen.core.state.home).steps) <= 100


def test_every_scene_of_the_guide_is_right() -> None:
    scenes = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(scenes) >= 7
    assert [check(text, "scenes.md") for text in scenes] == [[]] * len(scenes)
