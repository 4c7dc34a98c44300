"""Scenes with steps: what they do one after the other, and what is left of it after a restart."""

import pytest

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.model.device import DeviceType
from hubd.model.events import (
    Claimed,
    Hailed,
    Message,
    Questioned,
    Replied,
    RunEnded,
    SceneRevised,
    Sent,
    Summoned,
    Told,
)
from hubd.model.ids import SceneId
from scenes.compiler import compile_scene
from tests.unit.scenes.lab import Lab, problems_of


@pytest.fixture
def lab() -> Lab:
    lab = Lab()
    lab.area("kitchen", "hall")
    lab.device("kitchen_lamp", DeviceType.DIMMABLE_LIGHT, "kitchen")
    lab.device("hall_lamp", DeviceType.DIMMABLE_LIGHT, "hall")
    lab.device("kitchen_motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    lab.device("hall_motion", DeviceType.OCCUPANCY_SENSOR, "hall")
    lab.device("hall_light", DeviceType.LIGHT_SENSOR, "hall")
    lab.device("button", DeviceType.GENERIC_SWITCH, "hall")
    lab.device("siren", DeviceType.SIREN, "hall")
    lab.report("kitchen_motion", value=False)
    lab.report("hall_motion", value=False)
    lab.report("kitchen_lamp", value=False)
    return lab


def restart(lab: Lab, off_s: float = 0) -> None:
    """Let the hub go on from its snapshot after some time; what fell due is due then, at once."""
    lab.core = Core(compile_scene, snapshot.decode(snapshot.encode(lab.core.state)))
    lab.now_us += round(off_s * 1e6)
    lab.wait(0)


def told(lab: Lab) -> list[str]:
    return [e.what.text for e in lab.log.values() if isinstance(e.what, Told)]


def runs(lab: Lab, scene: str = "scene") -> list[str]:
    return list(lab.core.state.runs.get(SceneId(scene), ()))


WAKE_UP = """
scene: Wake up
when: {pressed: button}
then:
  - claims: {kitchen lamp: 10 %}
  - wait: 10 min
  - claims: {kitchen lamp: 60 %}
  - wait: 10 min
"""


def test_steps_follow_one_another_and_the_claims_end_with_the_last(lab: Lab) -> None:
    lab.scene(WAKE_UP)
    lab.press("button")
    assert lab.wished("kitchen_lamp", "LevelControl.level") == 10
    lab.wait(601)
    assert lab.wished("kitchen_lamp", "LevelControl.level") == 60
    lab.wait(600)
    assert lab.wished("kitchen_lamp") is None
    assert lab.released == ["its last step is done"]
    assert not runs(lab)


def test_a_wait_survives_a_restart(lab: Lab) -> None:
    lab.scene(WAKE_UP)
    lab.press("button")
    lab.wait(300)
    restart(lab)
    assert lab.wished("kitchen_lamp", "LevelControl.level") == 10
    lab.wait(301)
    assert lab.wished("kitchen_lamp", "LevelControl.level") == 60


def test_claims_may_outlive_the_last_step(lab: Lab) -> None:
    lab.scene(WAKE_UP + "until: further notice")
    lab.press("button")
    lab.wait(5000)
    assert lab.wished("kitchen_lamp", "LevelControl.level") == 60


def test_what_ends_the_claims_ends_the_run(lab: Lab) -> None:
    lab.scene(WAKE_UP + "until: {occupied: kitchen}")
    lab.press("button")
    lab.report("kitchen_motion", value=True)
    assert lab.wished("kitchen_lamp") is None
    lab.wait(5000)
    assert lab.wished("kitchen_lamp") is None
    assert not lab.core.state.timers


def test_a_run_ends_when_its_longest_time_is_over(lab: Lab) -> None:
    lab.scene(WAKE_UP + "for: 15 min")
    lab.press("button")
    lab.wait(14 * 60)
    assert lab.wished("kitchen_lamp", "LevelControl.level") == 60
    lab.wait(61)
    assert lab.wished("kitchen_lamp") is None
    assert not runs(lab)
    assert not lab.core.state.timers


def mode_of(mode: str) -> str:
    return f"""
scene: Ring
when: {{pressed: button}}
do: {{siren: sound}}
then: [{{wait: 10 s}}, {{tell: done}}]
runs: {mode}
"""


@pytest.mark.parametrize(
    ("mode", "rings_at_once", "tells_after", "span_s"),
    [
        ("single", 1, 1, 11),
        ("restart", 3, 1, 11),
        ("queued", 1, 3, 31),
        ("parallel", 3, 3, 11),
        ("{queued: 2}", 1, 2, 31),
    ],
)
def test_run_modes_say_what_becomes_of_a_scene_set_off_while_it_runs(
    lab: Lab, mode: str, rings_at_once: int, tells_after: int, span_s: int
) -> None:
    lab.scene(mode_of(mode))
    for _ in range(3):
        lab.press("button")
    assert len(lab.asked) == rings_at_once
    restart(lab)
    lab.wait(span_s)
    assert len(told(lab)) == tells_after
    assert len(lab.asked) == max(rings_at_once, tells_after)
    assert not runs(lab)
    assert not lab.core.state.timers


def test_a_step_waits_for_what_comes_about_but_not_for_ever(lab: Lab) -> None:
    lab.scene("""
scene: Way
when: {pressed: button}
then:
  - wait: {occupied: kitchen}
    at most: 5 min
    otherwise: stop
  - tell: someone came
""")
    lab.press("button")
    lab.report("kitchen_motion", value=True)
    assert told(lab) == ["someone came"]
    lab.report("kitchen_motion", value=False)
    lab.press("button")
    lab.wait(301)
    lab.report("kitchen_motion", value=True)
    assert told(lab) == ["someone came"]
    assert lab.last(RunEnded).what == RunEnded(
        SceneId("scene"), ":1", "it waited as long as it may"
    )


def test_a_step_waits_until_a_state_lasted(lab: Lab) -> None:
    lab.scene("""
scene: Calm
when: {pressed: button}
then:
  - wait: {unoccupied: kitchen, for: 2 min}
  - tell: calm
""")
    lab.report("kitchen_motion", value=True)
    lab.press("button")
    lab.report("kitchen_motion", value=False)
    lab.wait(60)
    lab.report("kitchen_motion", value=True)
    lab.report("kitchen_motion", value=False)
    lab.wait(119)
    assert not told(lab)
    restart(lab)
    lab.wait(2)
    assert told(lab) == ["calm"]


def test_a_step_waits_for_a_press_or_a_moment(lab: Lab) -> None:
    lab.scene("""
scene: Either
when: {occupied: kitchen}
then:
  - wait: [{pressed: button, press: double}, {at: 22:00}]
  - tell: now
""")
    lab.report("kitchen_motion", value=True)
    lab.press("button")
    assert not told(lab)
    lab.press("button", "double")
    assert told(lab) == ["now"]
    lab.report("kitchen_motion", value=False)
    lab.report("kitchen_motion", value=True)
    lab.at("2026-06-15 22:01")
    assert told(lab) == ["now", "now"]
    assert not lab.core.state.timers


def test_steps_are_repeated(lab: Lab) -> None:
    lab.scene("""
scene: Three
when: {pressed: button}
then:
  - repeat: 2
    steps:
      - repeat: 3
        steps: [{tell: a}, {wait: 1 s}]
      - tell: b
""")
    lab.press("button")
    lab.wait(3.5)
    restart(lab)
    lab.wait(60)
    assert "".join(told(lab)) == "aaabaaab"


def test_steps_are_repeated_while_and_until_something_holds(lab: Lab) -> None:
    lab.scene("""
scene: While
when: {pressed: button}
then:
  - repeat: {while: {occupied: kitchen}}
    steps: [{tell: w}, {wait: 1 min}]
  - repeat: {until: {occupied: hall}}
    steps: [{tell: u}, {wait: 1 min}]
  - tell: end
""")
    lab.press("button")
    lab.report("hall_motion", value=True)
    lab.wait(61)
    assert told(lab) == ["u", "end"]
    lab.report("kitchen_motion", value=True)
    lab.press("button")
    lab.wait(61)
    lab.report("kitchen_motion", value=False)
    lab.wait(121)
    assert told(lab) == ["u", "end", "w", "w", "u", "end"]


def test_a_run_that_goes_round_without_a_wait_is_ended(lab: Lab) -> None:
    lab.scene("""
scene: Endless
when: {pressed: button}
then:
  - repeat: {while: {unoccupied: kitchen}}
    steps: [{if: {occupied: hall}, then: {tell: x}}]
""")
    lab.press("button")
    assert not runs(lab)


BRANCH = """
scene: Branch
when:
  - {id: pressed, pressed: button}
  - {id: seen, occupied: hall}
then:
  - if: {by: pressed, occupied: kitchen}
    then: {tell: pressed and occupied}
    else:
      - if: {by: [pressed, seen]}
        then: {tell: other}
"""


def test_steps_depend_on_what_holds_and_what_set_them_off(lab: Lab) -> None:
    lab.scene(BRANCH)
    lab.press("button")
    lab.report("hall_motion", value=True)
    lab.report("kitchen_motion", value=True)
    lab.press("button")
    assert told(lab) == ["other", "other", "pressed and occupied"]


def test_steps_go_on_together_and_meet_again(lab: Lab) -> None:
    lab.scene("""
scene: Together
when: {pressed: button}
then:
  - together:
      - [{wait: 10 s}, {tell: a}]
      - [{tell: b}, {wait: 20 s}]
      - {tell: c}
  - tell: met
""")
    lab.press("button")
    assert told(lab) == ["b", "c"]
    restart(lab)
    lab.wait(11)
    assert told(lab) == ["b", "c", "a"]
    lab.wait(10)
    assert told(lab) == ["b", "c", "a", "met"]
    assert not runs(lab)


def test_a_stop_ends_the_whole_run(lab: Lab) -> None:
    lab.scene("""
scene: Stop
when: {pressed: button}
then:
  - together:
      - [{wait: 10 s}, {stop: enough}]
      - [{wait: 20 s}, {tell: never}]
  - tell: never
""")
    lab.press("button")
    lab.wait(60)
    assert not told(lab)
    assert not runs(lab)
    assert not lab.core.state.timers


def test_scenes_begin_and_end_one_another(lab: Lab) -> None:
    lab.scene("scene: Movie\nclaims: {hall lamp: 20 %}\nuntil: further notice", "movie")
    lab.scene(
        """
scene: Evening
when: {pressed: button}
then: [{begin: Movie}, {wait: 1 h}, {end: Movie}]
""",
        "evening",
    )
    lab.press("button")
    assert lab.wished("hall_lamp", "LevelControl.level") == 20
    lab.wait(3601)
    assert lab.wished("hall_lamp") is None


def test_a_person_begins_a_scene_without_a_trigger(lab: Lab) -> None:
    lab.scene("scene: Movie\nclaims: {hall lamp: 20 %}\nuntil: further notice", "movie")
    lab.tell(Summoned(SceneId("movie"), "person:ann", "Ann asked for it"))
    assert lab.wished("hall_lamp", "LevelControl.level") == 20
    assert lab.fired == ["Ann asked for it"]
    lab.tell(Summoned(SceneId("movie"), "person:ann", end=True))
    assert lab.wished("hall_lamp") is None


def test_scenes_that_begin_one_another_in_a_circle_end(lab: Lab) -> None:
    lab.scene("scene: A\nthen: [{begin: B}]", "a")
    lab.scene("scene: B\nthen: [{begin: A}]", "b")
    lab.tell(Summoned(SceneId("a"), "person:ann"))
    refused = [
        e.what.refused for e in lab.log.values() if isinstance(e.what, Summoned) and e.what.refused
    ]
    assert refused == ["scenes begin one another in a circle"]


def test_a_scene_that_is_not_there_is_refused(lab: Lab) -> None:
    [event] = lab.tell(Summoned(SceneId("nothing"), "person:ann"))
    assert isinstance(event.what, Summoned)
    assert event.what.refused == "there is no such scene"


def test_a_step_lets_go_of_claims(lab: Lab) -> None:
    lab.scene("""
scene: Both
when: {pressed: button}
then:
  - claims: {hall lamp: on, kitchen lamp: on}
  - wait: 1 min
  - let go: kitchen lamp
  - wait: 1 min
""")
    lab.press("button")
    lab.wait(61)
    assert (lab.wished("hall_lamp"), lab.wished("kitchen_lamp")) == (True, None)


def test_a_changed_scene_ends_its_runs(lab: Lab) -> None:
    lab.scene(WAKE_UP)
    lab.press("button")
    lab.scene(WAKE_UP.replace("60 %", "70 %"))
    assert not runs(lab)
    lab.wait(5000)
    assert lab.wished("kitchen_lamp") is None


def test_each_place_runs_by_itself(lab: Lab) -> None:
    lab.scene("""
scene: Here
when: {occupied: any area}
then: [{claims: {lights here: on}}, {wait: {unoccupied: here, for: 1 min}}]
""")
    lab.report("hall_motion", value=True)
    lab.report("kitchen_motion", value=True)
    lab.report("hall_motion", value=False)
    restart(lab)
    lab.wait(61)
    assert (lab.wished("hall_lamp"), lab.wished("kitchen_lamp")) == (None, True)
    assert runs(lab) == ["kitchen:1"]


MORNING = """
scene: Coffee
when: {at: 6:30}
do: {siren: sound}
"""


@pytest.mark.parametrize(
    ("missed", "rings"), [("", 0), ("missed: skip", 0), ("missed: do now", 1), ("missed: ask", 0)]
)
def test_a_moment_that_was_missed_is_what_the_scene_says(lab: Lab, missed: str, rings: int) -> None:
    lab.scene(MORNING + missed)
    lab.at("2026-06-16 06:20")
    restart(lab, off_s=3600)
    assert len(lab.asked) == rings


def test_a_person_is_asked_about_what_was_missed(lab: Lab) -> None:
    lab.scene(MORNING + "missed: ask")
    lab.at("2026-06-16 06:20")
    restart(lab, off_s=3600)
    question = lab.last(Questioned).what
    assert isinstance(question, Questioned)
    assert question.text == "06:30 passed while the hub was off"
    assert lab.core.state.questions
    restart(lab)
    lab.tell(Replied(question.scene, question.timer, yes=True))
    assert len(lab.asked) == 1
    assert not lab.core.state.questions


@pytest.mark.parametrize(
    ("missed", "said"), [("", ["x"]), ("missed: do now", ["x"]), ("missed: skip", [])]
)
def test_a_wait_that_was_over_while_the_hub_was_off_is_what_the_scene_says(
    lab: Lab, missed: str, said: list[str]
) -> None:
    lab.scene("scene: W\nwhen: {pressed: button}\nthen: [{wait: 10 min}, {tell: x}]\n" + missed)
    lab.press("button")
    restart(lab, off_s=7200)
    assert told(lab) == said
    assert not runs(lab)


@pytest.mark.parametrize(("yes", "said"), [(True, ["x"]), (False, [])])
def test_a_person_says_what_becomes_of_a_wait_that_was_missed(
    lab: Lab, yes: bool, said: list[str]
) -> None:
    lab.scene("scene: W\nwhen: {pressed: button}\nthen: [{wait: 10 min}, {tell: x}]\nmissed: ask")
    lab.press("button")
    restart(lab, off_s=7200)
    assert not told(lab)
    [(scene, timer)] = lab.core.state.questions
    lab.tell(Replied(scene, timer, yes))
    assert told(lab) == said
    assert not runs(lab)


def test_a_state_that_changes_by_time_alone_is_waited_for(lab: Lab) -> None:
    lab.scene(
        "scene: N\nwhen: {pressed: button}\nthen: [{wait: {between: 22:00 - 6:00}}, {tell: x}]"
    )
    lab.press("button")
    restart(lab)
    lab.at("2026-06-15 21:59")
    assert not told(lab)
    lab.at("2026-06-15 22:01")
    assert told(lab) == ["x"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("then: [{wait: 5 min, tell: x}]", "a step does one thing, not wait: and tell:"),
        ("then: [{over: 5 s}]", "this step does nothing"),
        ("then: [{wait: 5 min, otherwise: stop}]", "a wait of a fixed time has no at most:"),
        ("then: [{tell: x, at most: 5 s}]", "at most: belongs to wait:"),
        ("then: [{repeat: 3}]", "nothing is repeated"),
        ("then: [{if: {occupied: x}}]", "nothing depends on this if:"),
        ("then: [{if: {by: zap}, then: {tell: x}}]", 'no trigger has the id "zap"'),
        ("then: [{claims: {kitchen lamp: on}}]", "end with its last step, and no step waits"),
        ("do: {siren: sound}\nruns: queued", "runs: is about steps, and this scene has none"),
        ("then: [{tell: x}]\nruns: qued", '"qued" is not known here; did you mean "queued"?'),
    ],
)
def test_what_is_wrong_with_steps_is_told(text: str, problem: str) -> None:
    [told_problem] = problems_of("scene: X\nwhen: {pressed: button}\n" + text)
    assert problem in told_problem


def test_a_run_leaves_nothing_behind(lab: Lab) -> None:
    lab.scene(BRANCH)
    lab.press("button")
    state = lab.core.state
    assert (state.runs, state.timers, state.questions) == ({}, {}, {})
    assert not any(isinstance(e.what, SceneRevised | Claimed) for e in list(lab.log.values())[-3:])


COUNTING = """
scene: Counting
when: {pressed: button}
variables: {count: 0, most: 3}
then:
  - repeat: {while: {that: count < most}}
    steps:
      - set: {count: = count + 1}
      - tell: "Number {count} of {most}"
      - claims: {kitchen lamp: {level: = 10 % * count}}
      - wait: 1 min
"""


def test_a_run_has_variables_that_survive_a_restart(lab: Lab) -> None:
    lab.scene(COUNTING)
    lab.press("button")
    lab.wait(61)
    restart(lab)
    assert lab.wished("kitchen_lamp", "LevelControl.level") == 20
    lab.wait(600)
    assert told(lab) == ["Number 1 of 3", "Number 2 of 3", "Number 3 of 3"]
    lab.press("button")
    assert told(lab)[3:] == ["Number 1 of 3"]


def test_what_is_told_says_how_things_are(lab: Lab) -> None:
    lab.scene("scene: T\nwhen: {pressed: button}\nthen: {tell: 'It is {light of hall} bright'}")
    lab.press("button")
    lab.report("hall_light", 120.0)
    lab.press("button")
    assert told(lab) == ["It is unknown bright", "It is 120 lx bright"]


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ("{set: {cuont: 3}}", 'no variable is called "cuont"; did you mean "count"?'),
        ("{set: {count: 3 %}}", "count is a number"),
        ("{set: {count: = light of hall}}", "lx"),
        ("[{set: {count: 3}}, {wait: {that: count > 2}}]", "cannot be asked after here"),
        ("{tell: 'It is {cuont}'}", "cuont"),
    ],
)
def test_what_is_wrong_with_variables_is_told(steps: str, problem: str) -> None:
    [told_problem] = problems_of(
        f"scene: X\nwhen: {{pressed: button}}\nvariables: {{count: 0}}\nthen: {steps}"
    )
    assert problem in told_problem


def test_a_toggle_wishes_the_contrary_of_what_is_about_to_be(lab: Lab) -> None:
    lab.scene(
        "scene: T\nwhen: {pressed: button}\nclaims: {kitchen lamp: toggle}\nuntil: further notice"
    )
    lab.press("button")
    assert lab.wished("kitchen_lamp") is True
    lab.press("button")
    assert lab.wished("kitchen_lamp") is False


def test_a_step_takes_its_time_and_sends_messages(lab: Lab) -> None:
    lab.scene("""
scene: S
when: {pressed: button}
then:
  - claims: {kitchen lamp: 40 %}
    over: 5 min
  - send: {topic: garden/pump/set, payload: 'light {light of hall}', retain: true}
  - send: {topic: garden/pump, payload: '{"on": true}'}
until: further notice
""")
    lab.press("button")
    shadow = lab.core.state.shadows[lab.prop("kitchen_lamp", "LevelControl.level")]
    assert shadow.claims[0].claim.over_us == 300_000_000
    sent = [e.what for e in lab.log.values() if isinstance(e.what, Sent)]
    assert [(s.topic, s.payload, s.retain) for s in sent] == [
        ("garden/pump/set", "light unknown", True),
        ("garden/pump", '{"on": true}', False),
    ]


def test_nothing_is_sent_to_topics_of_the_hub_or_the_broker() -> None:
    for topic in ("$SYS/x", "hubd/x", "a/#"):
        step = f"then: [{{send: {{topic: {topic}, payload: x}}}}]"
        [told_problem] = problems_of(f"scene: X\nwhen: {{pressed: button}}\n{step}")
        assert "nothing can be sent there" in told_problem


def test_a_step_waits_for_a_message_or_a_call(lab: Lab) -> None:
    lab.scene("""
scene: M
when: {pressed: button}
then:
  - wait: [{message: {topic: bell/+, payload: ding}}, {called: doorbell}]
  - tell: heard
""")
    lab.press("button")
    lab.tell(Message("bell/front", "dong"))
    assert not told(lab)
    lab.tell(Message("bell/front", "ding"))
    assert told(lab) == ["heard"]
    lab.press("button")
    restart(lab)
    lab.tell(Hailed("doorbell"))
    assert told(lab) == ["heard", "heard"]


def test_what_recurs_is_no_wait() -> None:
    step = "then: [{wait: {every: 5 min}}, {tell: x}]"
    [told_problem] = problems_of(f"scene: X\nwhen: {{pressed: button}}\n{step}")
    assert "every: is no wait" in told_problem


@pytest.mark.parametrize(
    ("mode", "said"),
    [("single", ["on", "off"]), ("queued", ["on", "off"]), ("restart", ["on"] * 2)],
)
def test_what_a_run_waits_for_goes_on_with_it_before_it_sets_the_scene_off_anew(
    lab: Lab, mode: str, said: list[str]
) -> None:
    lab.scene(f"""
scene: Press twice
when: {{pressed: button}}
then: [{{tell: "on"}}, {{wait: {{pressed: button}}}}, {{tell: "off"}}]
runs: {mode}
""")
    lab.press("button")
    lab.press("button")
    assert told(lab) == said


def test_what_lets_go_of_nothing_lets_go_of_nothing(lab: Lab) -> None:
    lab.scene("""
scene: Both
when: {pressed: button}
then:
  - claims: {hall lamp: on}
  - let go: [attic lamp, kitchen lamp]
  - wait: 1 min
""")
    lab.press("button")
    assert lab.wished("hall_lamp") is True


def test_a_place_where_nothing_is_claimed_ends_without_the_claims_elsewhere(lab: Lab) -> None:
    lab.area("attic")
    lab.device("attic_motion", DeviceType.OCCUPANCY_SENSOR, "attic")
    lab.report("attic_motion", value=False)
    lab.scene("""
scene: Here
when: {occupied: any area}
claims: {lights here: on}
then: [{wait: 1 h}]
until: {unoccupied: here}
""")
    lab.report("hall_motion", value=True)
    lab.report("attic_motion", value=True)
    lab.report("attic_motion", value=False)
    assert lab.wished("hall_lamp") is True
    assert runs(lab) == ["hall:1"]
