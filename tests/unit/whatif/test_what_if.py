"""What if: the past lived again differs by the scenes alone."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubd.bench.year import live, scene_texts
from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import (
    Claimed,
    Commanded,
    Event,
    Reported,
    SafetyRevised,
    SceneRevised,
)
from hubd.model.ids import SceneId
from hubd.model.instant import HOUR_US
from hubd.whatif.answer import Answer, answer
from hubd.whatif.picture import picture
from hubd.whatif.run import Run
from hubd.whatif.tally import Tally
from scenes.compiler import compile_scene
from scenes.safety.compiler import compile_rules
from tests.unit.scenes.lab import UTRECHT, Lab

LIGHT = "scene: Light\nwhen: {occupied: kitchen}\nclaims: {lamp: on}\n"


class Obeying(Lab):
    """A home whose devices do as they are told, half a second later."""

    def obey(self, made: Iterable[Event]) -> None:
        """Let the devices answer the commands among `made`."""
        for event in list(made):
            if isinstance(event.what, Commanded):
                self.wait(0.5)
                command = event.what.command
                self.obey(self.tell(Reported(command.property, command.value), "driver:test"))

    def say(self, device: str, value: bool | float, name: str | None = None) -> None:
        """Let a device report, and others obey what follows."""
        self.obey(self.report(device, value, name))


@pytest.fixture
def home() -> Obeying:
    home = Obeying()
    home.area("kitchen")
    home.device("motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    home.device("lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    home.report("motion", value=False)
    home.report("lamp", value=False)
    return home


def lived(home: Lab, scenes: dict[str, str] | None) -> Tally:
    run = Run(compile_scene, None if scenes is None else revised(scenes))
    return run.over(home.log.values())


def revised(texts: dict[str, str]) -> dict[SceneId, SceneRevised]:
    return {SceneId(s): SceneRevised(SceneId(s), text, f"{s}.yaml") for s, text in texts.items()}


def asked(home: Lab, scenes: dict[str, str]) -> Answer:
    return answer(lived(home, None), lived(home, scenes), home.core.state.home)


def an_evening(home: Obeying) -> None:
    for _ in range(3):
        home.wait(600)
        home.say("motion", value=True)
        home.wait(600)
        home.say("motion", value=False)


def test_without_the_scene_the_lamp_stays_off_and_its_own_reports_are_no_hands(
    home: Obeying,
) -> None:
    home.scene(LIGHT)
    an_evening(home)
    told = asked(home, {})
    (lamp,) = told.things
    assert (lamp.before.times, lamp.after.times) == (3, 0)
    assert lamp.after.hours == 0
    assert lamp.before.hours == pytest.approx(0.5, abs=0.001)
    assert [(use.before, use.after) for use in told.scenes] == [(3, 0)]


def test_a_persons_hand_stays_a_hand(home: Obeying) -> None:
    home.scene(LIGHT)
    home.wait(60)
    home.say("lamp", value=True)
    home.wait(3600)
    home.say("lamp", value=False)
    home.wait(60)
    told = asked(home, {})
    (lamp,) = told.things
    assert lamp.before == lamp.after
    assert lamp.before.times == 1
    assert not told.changed


def test_a_report_that_repeats_what_a_command_brought_about_is_no_hand(home: Obeying) -> None:
    home.scene(LIGHT)
    home.say("motion", value=True)
    for _ in range(5):
        home.wait(1200)
        home.report("lamp", value=True)
    told = asked(home, {})
    assert told.things[0].after.times == 0


def test_a_device_that_was_out_of_reach_does_not_answer(home: Obeying) -> None:
    home.reach("lamp", available=False)
    an_evening(home)
    told = asked(home, {"light": LIGHT})
    assert told.things[0].after.times == 0
    assert told.scenes[0].after == 3


def test_scenes_that_wish_different_things_at_once_are_at_odds(home: Obeying) -> None:
    an_evening(home)
    dark = LIGHT.replace("Light", "Dark").replace("lamp: on", "lamp: off")
    told = asked(home, {"light": LIGHT, "dark": dark})
    (conflict,) = told.conflicts_after
    assert conflict.scenes == ("dark", "light")
    assert conflict.values == (False, True)
    assert conflict.times == 3
    assert told.conflicts_before == ()


def test_energy_is_what_was_measured_while_on_else_what_is_assumed(home: Obeying) -> None:
    home.device("meter", DeviceType.ELECTRICAL_SENSOR, "kitchen")
    home.scene(LIGHT)
    an_evening(home)
    told = asked(home, {})
    assert told.power[0].watts == 8.0
    assert told.power[0].basis == "assumed of each on off light"
    assert told.things[0].before.kwh == pytest.approx(0.004)
    assert told.things[0].after.kwh == 0


def test_a_window_begins_with_the_home_as_it_was_then(home: Obeying) -> None:
    home.scene(LIGHT)
    an_evening(home)
    home.wait(100)
    home.say("motion", value=True)
    home.wait(HOUR_US / 1e6)
    middle_us = home.now_us
    home.wait(60)
    home.say("motion", value=False)
    home.wait(60)
    home.report("motion", value=True)
    events = list(home.log.values())
    before = Run(compile_scene, None).over(events, middle_us)
    after = Run(compile_scene, {}).over(events, middle_us)
    told = answer(before, after, home.core.state.home)
    assert told.things[0].before.times == 0
    assert [s.before for s in told.things[0].stretches][:1] == [True]


def test_the_picture_names_what_changes_and_draws_both(home: Obeying) -> None:
    home.scene(LIGHT)
    an_evening(home)
    before, after = lived(home, None), lived(home, {})
    told = answer(before, after, home.core.state.home)
    drawn = picture(told, before, after, UTRECHT)
    assert drawn.startswith("<svg xmlns=")
    assert ">Lamp</text>" in drawn
    assert drawn.count('class="w"') == 1 + 3  # the legend's, and three times on
    assert drawn.count('class="i"') == 1
    assert ">12:00<" in drawn or ">15:00<" in drawn
    same = answer(before, before, home.core.state.home)
    assert "Nothing would have gone on or off" in picture(same, before, before, UTRECHT)


MOMENTS = st.sampled_from(
    ["motion on", "motion off", "lamp on", "lamp off", "press", "away", "back", "bright", "dim"]
)
STEPS = st.lists(st.tuples(st.integers(1, 4000), MOMENTS), max_size=40)
SCENES = {
    "light": LIGHT,
    "shade": "scene: Shade\nwhen: {bright: kitchen, for: 10 min}\nclaims: {lamp: off}\nfor: 1 h\n",
    "press": (
        "scene: Press\nwhen: {pressed: button}\nif: {light: {of: kitchen, below: 50 lx}}\n"
        "claims: {lamp: on}\nuntil: {unoccupied: kitchen, for: 3 min}\n"
    ),
    "noon": "scene: Noon\nwhen: {at: '13:30'}\nclaims: {lamp: off}\nuntil: {at: '13:50'}\n",
}


def some_home(steps: Sequence[tuple[int, str]], scenes: Iterable[str]) -> Obeying:
    home = Obeying()
    home.area("kitchen")
    home.device("motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    home.device("lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    home.device("button", DeviceType.GENERIC_SWITCH, "kitchen")
    home.device("sun", DeviceType.LIGHT_SENSOR, "kitchen")
    for scene in scenes:
        home.scene(SCENES[scene], scene)
    home.report("motion", value=False)
    home.report("lamp", value=False)
    for seconds, moment in steps:
        home.wait(seconds)
        match moment.split():
            case ["motion", way]:
                home.say("motion", way == "on")
            case ["lamp", way]:
                home.say("lamp", way == "on")
            case ["press"]:
                home.obey(home.press("button"))
            case [("away" | "back") as way]:
                home.obey(home.reach("lamp", available=way == "back"))
            case [way]:
                home.say("sun", 800.0 if way == "bright" else 20.0)
    return home


@settings(max_examples=60, deadline=None)
@given(STEPS, st.sets(st.sampled_from(sorted(SCENES))), st.sets(st.sampled_from(sorted(SCENES))))
def test_the_quick_way_gives_the_commands_of_the_plain_one(
    steps: Sequence[tuple[int, str]], had: set[str], tried: set[str]
) -> None:
    events = list(some_home(steps, sorted(had)).log.values())
    scenes = revised({scene: SCENES[scene] for scene in tried})
    for given_scenes in (None, scenes):
        quick = Run(compile_scene, given_scenes, keep_commands=True).over(events)
        plain = Run(compile_scene, given_scenes, quick=False, keep_commands=True).over(events)
        assert quick.commands == plain.commands
        assert quick.tracks == plain.tracks
        assert quick.fired == plain.fired


@settings(max_examples=40, deadline=None)
@given(STEPS, st.sets(st.sampled_from(sorted(SCENES))))
def test_the_same_scenes_change_nothing(steps: Sequence[tuple[int, str]], had: set[str]) -> None:
    events = list(some_home(steps, sorted(had)).log.values())
    before = Run(compile_scene, None, keep_commands=True).over(events)
    after = Run(compile_scene, revised({s: SCENES[s] for s in had}), keep_commands=True).over(
        events
    )
    assert before.commands == after.commands
    assert before.tracks == after.tracks


def test_two_days_of_the_years_home_are_the_same_both_ways_and_lived_as_recorded() -> None:
    events = [event for made in live(7, 2) for event in made]
    quick = Run(compile_scene, None, keep_commands=True).over(events)
    plain = Run(compile_scene, None, quick=False, keep_commands=True).over(events)
    assert quick.commands == plain.commands
    recorded = [
        (event.at_us, event.what.command.property, event.what.command.value)
        for event in events
        if isinstance(event.what, Commanded)
    ]
    assert quick.commands == recorded
    other = {s: SceneRevised(s, t, f"{s}.yaml") for s, t in scene_texts(night_level=30).items()}
    assert Run(compile_scene, other, keep_commands=True).over(events).commands != recorded


def test_a_claim_of_a_person_is_lived_as_it_came(home: Obeying) -> None:
    until_us = home.now_us + HOUR_US
    claim = Claim(home.prop("lamp"), True, Priority.HAND, "person:ann", "", until_us)
    home.obey(home.tell(Claimed((claim,)), "person:ann"))
    home.wait(2 * 3600)
    home.report("motion", value=True)
    (lamp,) = asked(home, {}).things
    assert lamp.before == lamp.after
    assert lamp.after.times == 1


def test_a_past_with_safety_rules_is_lived_by_them(home: Obeying) -> None:
    rule = "rules: [{name: dark, never: {lamp: on}, by: scene, why: it is broken}]"
    home.tell(SafetyRevised(rule, "safety.yaml"))
    home.wait(60)
    an_evening(home)
    scenes = revised({"light": LIGHT})
    kept = Run(compile_scene, scenes, rules=compile_rules, keep_commands=True)
    assert kept.over(home.log.values()).commands == []
    loose = Run(compile_scene, scenes, keep_commands=True)
    assert [value for _, _, value in loose.over(home.log.values()).commands or ()][:1] == [True]
