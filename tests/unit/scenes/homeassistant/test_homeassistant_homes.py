"""Whole homes: what is carried, that it is right, and that every automation is accounted for."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from hubd.cli.importing import read_texts
from scenes.homeassistant.importer import Import, import_folder
from scenes.homeassistant.validating import check
from scenes.homeassistant.writing import files_of, rows

HOMES = Path(__file__).parents[3] / "fixtures/homeassistant/homes"


@pytest.fixture(scope="module")
def everything() -> Import:
    return import_folder(read_texts(HOMES))


@pytest.mark.parametrize("home", sorted(path.name for path in HOMES.iterdir()))
def test_a_home_becomes_these_scenes(home: str, snapshot: SnapshotAssertion) -> None:
    result = import_folder(read_texts(HOMES / home))

    assert files_of(result) == snapshot(name="scenes")
    assert rows(result.left) == snapshot(name="left")


def test_nine_of_ten_automations_are_carried(everything: Import) -> None:
    count = everything.automations

    assert count.found >= 200
    assert count.carried / count.found >= 0.9


def test_what_is_not_carried_is_named_by_a_line_that_is_there(everything: Import) -> None:
    texts = read_texts(HOMES)

    for row in everything.left:
        assert row.name
        assert 1 <= row.line <= len(texts[row.file].splitlines()), row


def test_every_scene_that_is_written_is_right(everything: Import) -> None:
    problems = {w.path: check(w.document) for w in everything.written}

    assert {path: found for path, found in problems.items() if found} == {}


def test_each_scene_has_a_file_of_its_own(everything: Import) -> None:
    assert len({w.path for w in everything.written}) == len(everything.written)
    assert len(everything.written) > everything.automations.carried
