"""Folders of recorded homes: both formats are read, what is broken is named, nothing is lost."""

import gzip
from pathlib import Path

import pytest

from perception.data.folder import home, homes
from perception.data.recording import minutes
from perception.encoding.sense import AreaType, Thing
from perception.errors import DataError

CASAS = """timestamp,sensor,value,activity
2020-05-04 07:00:01.5,Kitchen,ON,Cook
2020-05-04 07:00:03,Kitchen,OFF,Cook
2020-05-04 07:00:03,Kitchen,OFF,Cook
2020-05-04 07:00:02,OutsideDoor,OPEN,Leave_Home
2020-05-04 07:02:10,OutsideDoor,CLOSE,Leave_Home
"""
EVENTS = """start,end,sensor_id,object,area
2020-05-04 07:00:10,2020-05-04 07:00:20,8,Fridge,Kitchen
2020-05-04 07:00:10,2020-05-04 07:00:20,8,Fridge,Kitchen
2020-05-04 07:01:30,2020-05-04 07:04:00,14,Toilet Flush,Toilet
"""
ACTIVITIES = """start,end,activity
2020-05-04 07:00:05,2020-05-04 07:00:40,breakfast
2020-05-04 07:02:00,2020-05-04 07:00:59,toilet
"""


@pytest.fixture
def intervals(tmp_path: Path) -> Path:
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "activities.csv").write_text(ACTIVITIES)
    return tmp_path


def test_events_with_labels_are_read_and_what_was_mended_is_counted(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "june.csv.gz", "wt") as file:
        file.write(CASAS)
    read = home(tmp_path)
    assert [sense.id for sense in read.senses] == ["Kitchen", "OutsideDoor (door)"]
    assert read.senses[1].thing is Thing.OUTER_DOOR
    assert read.value.tolist() == [1, 0, 1, 0]
    assert read.at.tolist() == [25201.5, 25203, 25203, 25330]
    assert read.moments.seen.tolist() == [1, 2, 3, 4]
    assert read.notes[0].startswith("1 doubled events dropped, 1 stamped earlier")


def test_files_of_one_home_are_joined_in_time(tmp_path: Path) -> None:
    header, *lines = CASAS.splitlines(keepends=True)
    (tmp_path / "a_later.csv").write_text(header + lines[4])
    (tmp_path / "b_earlier.csv").write_text(header + lines[0])
    assert home(tmp_path).moments.labels.tolist() == ["Cook", "Leave_Home"]


def test_intervals_become_two_readings_each_and_minutes_have_labels(intervals: Path) -> None:
    read = home(intervals)
    assert [(s.id, s.thing, s.area) for s in read.senses] == [
        ("14", Thing.TOILET, AreaType.TOILET),
        ("8", Thing.FRIDGE, AreaType.KITCHEN),
    ]
    assert read.value.tolist() == [1, 0, 1, 0]
    assert read.moments.labels.tolist() == ["breakfast", "Idle", "toilet"]
    assert read.moments.seen.tolist() == [2, 3, 3], "an end is not known before it came"
    assert "1 doubled intervals dropped" in read.notes[0]
    assert "1 that end before they begin" in read.notes[1]


def test_labelled_events_can_be_asked_at_minutes(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(CASAS)
    asked = minutes(home(tmp_path))
    assert asked.labels.tolist() == ["Leave_Home", "Leave_Home", "Leave_Home"]
    assert asked.seen.tolist() == [3, 3, 4]


def test_a_sensor_that_stands_on_for_days_is_named(intervals: Path) -> None:
    late = "2020-05-06 09:00:00"
    (intervals / "events.csv").write_text(EVENTS.replace("2020-05-04 07:04:00", late))
    assert "14 stood on for 50 h: not believed after a day." in home(intervals).notes


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (("ON", "MAYBE"), r"events\.csv line 2 has the value 'MAYBE'"),
        (("2020-05-04 07:00:03", "noon"), r"events\.csv line 3 has 'noon' in 'timestamp'"),
        ((",Cook\n", ",\n"), r"events\.csv line 2 has nothing in 'activity'"),
        ((CASAS[32:], ""), "has no events"),
        (("activity\n", "note\n"), "is no recorded home"),
    ],
)
def test_what_is_broken_is_named_by_file_and_line(
    tmp_path: Path, broken: tuple[str, str], said: str
) -> None:
    (tmp_path / "events.csv").write_text(CASAS.replace(*broken))
    with pytest.raises(DataError, match=said):
        home(tmp_path)


def test_a_file_without_a_column_is_named(intervals: Path) -> None:
    (intervals / "activities.csv").write_text(ACTIVITIES.replace("end,", "stop,"))
    with pytest.raises(DataError, match=r"activities\.csv has no column end"):
        home(intervals)


def test_a_folder_of_homes_is_read_home_by_home(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.csv").write_text(CASAS)
    assert [read.name for read in homes(tmp_path)] == ["one", "two"]
    with pytest.raises(DataError, match="holds no recorded home"):
        homes(_empty(tmp_path))


def _empty(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"
