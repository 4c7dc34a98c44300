"""Tests of scenes: what they can say, what they tell when something is not so, and how fast."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubd.documents import DocumentError
from hubd.homefile import parse_home_file
from hubd.model.device import Device, DeviceType, Endpoint, Property
from hubd.model.events import Adopted, SceneRevised
from hubd.model.ids import DeviceId, EndpointId, SceneId
from hubd.model.value import ValueType
from scenes.testing.bundle import Bundle, read_bundle
from scenes.testing.language import SceneTest, home_of
from scenes.testing.run import Report, Result, run_tests

EXAMPLES = Path(__file__).parents[3] / "scenes" / "examples"
HOME = """
areas: [{id: hall, name: Hall}, {id: kitchen, name: Kitchen}]
people: [{id: ann, name: Ann}]
devices:
  - {id: motion, name: Hall motion, area: hall, type: occupancy_sensor}
  - {id: lux, name: Hall light sensor, area: hall, type: light_sensor}
  - {id: lamp, name: Hall lamp, area: hall, type: dimmable_light}
  - {id: button, name: Hall button, area: hall, type: generic_switch}
  - {id: siren, name: Hall siren, area: hall, type: siren}
  - {id: door, name: Front door, area: hall, type: contact_sensor}
  - {id: heater, name: Heater, area: kitchen, type: thermostat}
"""
SCENES = {
    "light": """
scene: Light
when: {occupied: hall}
if: {dark: hall}
claims: {hall lamp: on}
until: {unoccupied: hall, for: 5 min}
""",
    "button": """
scene: Button
when: {pressed: hall button, press: double}
claims: {hall lamp: 40 %}
for: 10 min
""",
    "alarm": """
scene: Alarm
when: {open: front door, for: 3 min}
do: {hall siren: sound}
""",
}


def run(*tests: str, scenes: dict[str, str] | None = None) -> Report:
    texts = SCENES if scenes is None else scenes
    revised = tuple(SceneRevised(SceneId(s), text, f"{s}.yaml") for s, text in texts.items())
    home = tuple(home_of(parse_home_file(HOME)))
    texts_by_path = {f"{number}.test.yaml": text for number, text in enumerate(tests)}
    return run_tests(Bundle(revised, texts_by_path, lambda _, __: home))


def passes(steps: str, given: str = "{hall light sensor: 5 lx}") -> Report:
    report = run(f"test: It\ngiven: {given}\nsteps:\n{steps}")
    assert report.all_right, (report.failures, report.problems)
    return report


def problem_of(steps: str, given: str = "{}") -> str:
    report = run(f"test: It\ngiven: {given}\nsteps:\n{steps}")
    assert report.results == ()
    (problem,) = report.problems
    return str(problem)


@pytest.mark.parametrize("result", run_tests(read_bundle(EXAMPLES)).results, ids=lambda r: r.name)
def test_the_examples_do_what_their_tests_say(result: Result) -> None:
    assert result.failures == ()


def test_every_example_has_a_test() -> None:
    bundle = read_bundle(EXAMPLES)
    assert bundle.problems == ()
    tested = {path.removesuffix(".test.yaml") for path in bundle.tests}
    assert tested == {str(each.scene) for each in bundle.scenes}


def test_a_failure_tells_where_what_is_so_and_why() -> None:
    report = run(
        """test: The lamp stays off
given: {at: 18:30, hall light sensor: 5 lx}
steps:
  - hall motion: occupied
  - after: 1 min
  - expect:
      heater: free
      hall lamp: off
""",
    )
    (failure,) = report.failures
    assert (failure.name, failure.path, failure.line) == ("The lamp stays off", "0.test.yaml", 8)
    assert failure.expected == "Hall lamp off at 18:31:00"
    assert failure.got == "Hall lamp on"
    assert failure.why == (
        'At 18:30:00 the scene "Light" began and wants Hall lamp on because '
        "Hall motion saw someone."
    )
    assert str(failure).startswith("0.test.yaml:8: expected: Hall lamp off at 18:31:00; got: ")


def test_all_that_is_not_so_at_one_moment_is_told_and_what_comes_after_is_not() -> None:
    report = run(
        """test: Two things
steps:
  - expect: {hall lamp: on, heater: 25 °C}
  - expect: {fired: Light}
""",
    )
    assert [failure.line for failure in report.failures] == [3, 3]


def test_a_scene_that_did_not_fire_is_told_with_what_did_instead() -> None:
    report = run(
        """test: The alarm
given: {hall light sensor: 5 lx}
steps:
  - hall motion: occupied
  - expect: {fired: Alarm}
""",
    )
    (failure,) = report.failures
    assert failure.expected.startswith('the scene "Alarm" fires')
    assert 'the scene "Light" began' in failure.why


@pytest.mark.parametrize(
    ("steps", "given_"),
    [
        ("  - press: hall button (double)\n  - expect: {hall lamp: 40 %, fired: button}", "{}"),
        ("  - press: hall button\n  - expect: {hall lamp: off, fired: nothing}", "{}"),
        (
            """
  - front door: open
  - after: 4 min
  - expect: {hall siren: sound}
  - after: 1 day
  - expect: {hall siren: not asked, not fired: Alarm}
""",
            "{}",
        ),
        ("  - hall motion: occupied\n  - expect: {fired: nothing}", "{hall light sensor: 90 lx}"),
        (
            """
  - hall motion: occupied
  - after: 1 s
  - expect: {hall lamp: on, reported: {hall lamp: off}}
""",
            "{hall lamp: deaf, hall light sensor: 5 lx}",
        ),
        (
            """
  - hall motion: occupied
  - wish: {by: ann, hall lamp: off, for: 1 h}
  - expect: {hall lamp: off}
  - let go: {by: ann, of: hall lamp}
  - expect: {hall lamp: on}
""",
            "{hall light sensor: 5 lx}",
        ),
        ("  - ann: away\n  - expect: {reported: {ann: away}}", "{ann: home}"),
        ("  - hall motion: unavailable\n  - expect: {hall motion: unavailable}", "{}"),
        ("  - ask: {hall siren: sound}\n  - expect: {hall siren: sound}", "{}"),
        (
            """
  - found: {hall motion: occupied}
  - expect: {fired: nothing}
""",
            "{hall light sensor: 5 lx}",
        ),
        (
            """
  - restart: {for: 1 h, meanwhile: {front door: open}}
  - expect: {fired: nothing, front door: open}
""",
            "{}",
        ),
        (
            """
  - by hand: {heater: 25 °C}
  - heater: {room temperature: 19 °C}
  - expect: {heater: 25 °C, reported: {heater: 19 °C}}
""",
            "{}",
        ),
        ("  - hall lights: on\n  - expect: {all lights: on}", "{}"),
    ],
)
def test_what_a_test_can_say(steps: str, given_: str) -> None:
    passes(steps, given_)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("  - hall moton: occupied", '0.test.yaml:4:17: nothing is called "hall moton" in this'),
        ("  - hall motion: occupyed", 'cannot be "occupyed"; did you mean "occupied"?'),
        ("  - after: 5", "5 has no unit of time"),
        ("  - at: 25:00", '"25:00" is not a time of day'),
        ("  - expect: {fired: Ligth}", 'no scene is called "Ligth"; did you mean "light"?'),
        ("  - press: hall button (tripple)", 'has no "tripple"'),
        ("  - press: hall lamp", "cannot be pressed"),
        ("  - wish: {by: bob, hall lamp: off}", 'nobody is called "bob" here; write Ann'),
        ("  - restart: {fro: 5 min}", "a restart says for how long"),
    ],
)
def test_what_cannot_be_understood_is_told_by_its_line_and_the_nearest_word(
    steps: str, said: str
) -> None:
    assert said in problem_of(steps)


def test_days_are_named_and_the_hub_may_be_off() -> None:
    report = passes(
        "  - at: tomorrow 6:30\n  - at: friday 8:00\n  - at: sunset\n  - restart: 2 h\n"
        "  - expect: {fired: nothing}"
    )
    assert 4 * 86_400e6 < report.simulated_us < 5.5 * 86_400e6


def test_a_test_may_run_with_some_scenes_alone() -> None:
    text = (
        "test: Alone\nscenes: button\ngiven: {hall light sensor: 5 lx}\n"
        "steps:\n  - hall motion: occupied\n  - expect: {hall lamp: off}\n"
    )
    assert run(text).all_right
    assert "did you mean" in str(run(text.replace("button", "buton")).problems[0])


@given(minutes=st.integers(1, 3000), late=st.booleans())
def test_a_light_is_off_five_minutes_after_the_last_one_left(minutes: int, *, late: bool) -> None:
    more = "6 min" if late else "4 min"
    passes(
        f"  - hall motion: occupied\n  - after: {minutes} min\n  - hall motion: unoccupied\n"
        f"  - after: {more}\n  - expect: {{hall lamp: {'off' if late else 'on'}}}"
    )


def test_a_file_of_tests_is_no_scene_and_neither_is_a_home(tmp_path: Path) -> None:
    (tmp_path / "home.yaml").write_text(HOME)
    (tmp_path / "light.yaml").write_text(SCENES["light"])
    (tmp_path / "light.test.yaml").write_text(
        "test: It\ngiven: {hall light sensor: 5 lx}\n"
        "steps: [{hall motion: occupied}, {expect: {hall lamp: on}}]"
    )
    report = run_tests(read_bundle(tmp_path))
    assert report.all_right
    assert len(report.results) == 1


def test_a_test_without_a_home_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "scenes"
    folder.mkdir(parents=True)
    (folder / "x.test.yaml").write_text("test: It\nsteps: [{after: 1 s}]")
    bundle = read_bundle(folder)
    with pytest.raises(DocumentError, match=r"no home\.yaml"):
        bundle.find_home("x.test.yaml", SceneTest(test="It", steps=({"after": "1 s"},)))


def test_the_mode_of_a_home_that_has_modes_is_given_changed_and_expected() -> None:
    mode = Property("Home.mode", ValueType.STRING, writable=True, choices=("home", "away"))
    endpoint = Endpoint(EndpointId("1"), DeviceType.GENERIC, properties=(mode,))
    home = (Adopted(Device(DeviceId("the_home"), "The home", "home", (endpoint,))),)
    text = (
        "test: Modes\ngiven: {mode: home}\nsteps:\n"
        "  - expect: {mode: home}\n  - mode: away\n  - expect: {mode: home}\n"
    )
    (failure,) = run_tests(Bundle((), {"mode.test.yaml": text}, lambda _, __: home)).failures
    assert failure.line == 6
    assert "away" in failure.got
