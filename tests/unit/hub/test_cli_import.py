"""`hubd import homeassistant`: what it prints and writes, and what it leaves alone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hubd.cli import hubd
from scenes.folder import read_folder

HOMES = Path(__file__).parents[2] / "fixtures/homeassistant/homes"


def _run(*args: object) -> tuple[int, str]:
    result = CliRunner().invoke(hubd, ["import", "homeassistant", *map(str, args)])
    return result.exit_code, result.output


def test_json_counts_and_names_what_was_left() -> None:
    code, output = _run(HOMES, "--json")

    told = json.loads(output)
    assert code == 0
    assert told["carried"] / told["automations"] >= 0.9
    assert {"name", "file", "line", "reason"} == set(told["left"][0])
    assert told["scripts"]["found"] >= 10
    assert told["blueprints"] == {"found": 3, "carried": 2}


def test_without_a_folder_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    code, output = _run(HOMES / "maple")

    assert code == 0
    assert "automations" in output
    assert list(tmp_path.iterdir()) == []


def test_scenes_are_written_one_a_file_with_what_was_left_on_top(tmp_path: Path) -> None:
    into = tmp_path / "scenes"

    code, _ = _run(HOMES / "birch", "--into", into)

    assert code == 0
    assert (into / "variables.txt").is_file()
    geofence = (into / "geofence_of_the_shop.yaml").read_text()
    assert "# Left out of it:\n#   packages/presence.yaml:58: the trigger" in geofence
    assert len(read_folder(into)) >= 15


def test_files_that_are_there_are_kept_unless_told_otherwise(tmp_path: Path) -> None:
    _run(HOMES / "ridge", "--into", tmp_path)
    mine = tmp_path / "coffee_off.yaml"
    mine.write_text("scene: Mine\n")

    code, output = _run(HOMES / "ridge", "--into", tmp_path)
    assert code == 1
    assert "--force" in output
    assert mine.read_text() == "scene: Mine\n"

    code, _ = _run(HOMES / "ridge", "--into", tmp_path, "--force")
    assert code == 0
    assert mine.read_text() != "scene: Mine\n"


def test_a_folder_without_anything_is_told_so(tmp_path: Path) -> None:
    code, output = _run(tmp_path)

    assert code == 0
    assert "Nothing of Home Assistant's" in output
