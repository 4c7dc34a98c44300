"""`hubd scenes`: checked, tested and recorded at the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hubd.cli import hubd
from hubd.homefile import read_home_file
from hubd.model.errors import ConfigError
from hubd.model.events import Reported, SceneRevised
from hubd.model.ids import PropertyId
from hubd.model.instant import MINUTE_US, to_us
from hubd.store.store import Store
from scenes.folder import read_folder, revise
from scenes.testing.lab import Lab
from scenes.testing.language import home_of

EXAMPLES = Path(__file__).parents[3] / "scenes" / "examples"
BEGAN_US = to_us(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
MOTION = PropertyId("hall_motion/1/OccupancySensing.occupied")
LUX = PropertyId("hall_lux/1/IlluminanceMeasurement.illuminance")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(hubd, ["scenes", *map(str, arguments)])


def test_a_mistyped_subcommand_is_told_its_nearest() -> None:
    done = call("tset", EXAMPLES)
    assert done.exit_code == 2
    assert "Did you mean 'test'?" in done.stderr


def test_the_examples_pass_and_are_counted() -> None:
    done = call("test", EXAMPLES, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0, told
    assert told["tests"] == told["passed"] > 9
    assert told["failed"] == []
    some = json.loads(call("test", EXAMPLES, "--json", "-k", "night light").stdout)
    assert 0 < some["tests"] < told["tests"]


def test_a_test_that_fails_is_told_with_its_line_and_its_reason(tmp_path: Path) -> None:
    (tmp_path / "home.yaml").write_text((EXAMPLES / "home.yaml").read_text())
    scene = (EXAMPLES / "way_out.yaml").read_text()
    (tmp_path / "way_out.yaml").write_text(scene.replace("for: 1 h", "for: 10 min"))
    tests = (EXAMPLES / "way_out.test.yaml").read_text()
    (tmp_path / "way_out.test.yaml").write_text(tests)
    done = call("test", tmp_path)
    assert done.exit_code == 1
    assert "FAILED  way_out.test.yaml: Smoke opens the way out, for an hour" in done.stdout
    assert "way_out.test.yaml:8: expected: Hall lamp on at 02:59:00; got: Hall lamp off" in (
        done.stderr
    )
    told = json.loads(call("test", tmp_path, "--json").stdout)
    assert (told["tests"], told["passed"]) == (1, 0)
    assert set(told["failed"][0]) == {"name", "path", "line", "expected", "got", "why"}
    assert "its time is over" in told["failed"][0]["why"]


def test_what_is_wrong_with_scenes_is_told_also_what_means_nothing_in_the_home(
    tmp_path: Path,
) -> None:
    done = call("check", EXAMPLES)
    assert (done.exit_code, done.stdout) == (0, "9 scenes read, 0 problems found.\n")
    (tmp_path / "hall.yaml").write_text(
        "scene: Hall\nwhen: {occupied: hal}\nclaims: {hall lamp: on}\n"
    )
    assert call("check", tmp_path).exit_code == 0
    done = call("check", tmp_path, "--home", EXAMPLES / "home.yaml", "--json")
    assert done.exit_code == 1
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["path"], problem["line"]) == ("hall.yaml", 2)
    assert 'did you mean "Hall"?' in problem["message"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The database of a home in which someone was in the hall in the evening."""
    revision = revise({}, read_folder(EXAMPLES))
    scenes = [event for event in revision.events if isinstance(event, SceneRevised)]
    lab = Lab(home_of(read_home_file(EXAMPLES / "home.yaml")), BEGAN_US)
    lab.begin({LUX: 10.0}, scenes)
    for minutes, seen in ((20, True), (15, False), (30, True), (10, False)):
        lab.go(lab.now_us + minutes * MINUTE_US)
        lab.tell(Reported(MOTION, seen))
    lab.go(lab.now_us + 60 * MINUTE_US)
    path = tmp_path / "hub.db"
    store = Store.open(f"sqlite:///{path}")
    store.append(lab.log)
    store.close()
    return path


def test_an_evening_is_recorded_into_a_folder_where_it_passes(log: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scenes"
    folder.mkdir()
    for path, text in read_folder(EXAMPLES).items():
        (folder / path).write_text(text)
    times = ("--from", "2026-03-02 18:05", "--to", "2026-03-02 19:30")
    done = call("record", "--log", log, *times, "--scenes", folder, "--name", "A Monday evening")
    assert done.exit_code == 0, done.stderr
    text = (folder / "a_monday_evening.test.yaml").read_text()
    assert text.startswith("test: A Monday evening\n")
    assert text.count("expect: {Hall lamp: on, fired: [Light where people are]}") == 2
    assert call("test", folder).exit_code == 0
    again = call("record", "--log", log, *times, "--scenes", folder, "--name", "A Monday evening")
    assert isinstance(again.exception, ConfigError)


def test_a_recording_is_printed_where_no_file_is_named_and_a_time_may_be_of_the_last_day(
    log: Path,
) -> None:
    done = call("record", "--log", log, "--from", "18:05", "--to", "19:00")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("test: As it was on 2026-03-02 at 18:05\n")
