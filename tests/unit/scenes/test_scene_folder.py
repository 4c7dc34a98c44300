"""A folder of scene files, and what its changes mean for the running scenes."""

import asyncio
from contextlib import aclosing
from pathlib import Path

from hubd.model.events import SceneRemoved, SceneRevised
from hubd.model.ids import SceneId
from scenes.folder import read_folder, revise, watch_folder

ONE = "scene: One\nwhen: {open: a}\nclaims: {b: on}\n"
TWO = "scene: Two of them\nwhen: {open: a}\nclaims: {b: off}\n"
EXAMPLES = Path(__file__).parents[3] / "scenes" / "examples"


def loaded(files: dict[str, str]) -> dict[SceneId, SceneRevised]:
    revision = revise({}, files)
    assert revision.problems == []
    return {e.scene: e for e in revision.events if isinstance(e, SceneRevised)}


def test_a_scene_is_called_after_its_file_or_as_it_says_itself() -> None:
    files = {"sub/My light.yaml": ONE, "two.yaml": f"id: own\n{TWO}"}
    assert loaded(files) == {
        "my_light": SceneRevised(SceneId("my_light"), ONE, "sub/My light.yaml"),
        "own": SceneRevised(SceneId("own"), f"id: own\n{TWO}", "two.yaml"),
    }


def test_a_file_may_hold_several_scenes_each_with_its_own_text() -> None:
    scenes = loaded({"both.yaml": f"# both\n---\n{ONE}---\n{TWO}"})
    assert list(scenes) == ["one", "two_of_them"]
    assert scenes[SceneId("two_of_them")].source == f"---\n{TWO}"


def test_what_did_not_change_is_not_told() -> None:
    files = {"one.yaml": ONE, "both.yaml": f"{ONE.replace('One', 'Other')}---\n{TWO}"}
    assert revise(loaded(files), files).events == []


def test_a_change_is_told_and_a_file_that_is_gone_takes_its_scenes_along() -> None:
    before = loaded({"one.yaml": ONE, "two.yaml": TWO})
    changed = ONE.replace("on}", "off}")
    assert revise(before, {"one.yaml": changed}).events == [
        SceneRevised(SceneId("one"), changed, "one.yaml"),
        SceneRemoved(SceneId("two")),
    ]


def test_a_broken_file_leaves_its_scenes_as_they_were() -> None:
    before = loaded({"both.yaml": f"{ONE}---\n{TWO}", "other.yaml": ONE.replace("One", "Three")})
    files = {"both.yaml": f"{ONE}---\n{TWO}unitl: 3\n", "new.yaml": TWO}
    revision = revise(before, files)
    assert [str(p) for p in revision.problems] == [
        'both.yaml:8:1: no key "unitl" here; did you mean "until"?'
    ]
    assert revision.events == [
        SceneRevised(SceneId("new"), TWO, "new.yaml"),
        SceneRemoved(SceneId("other")),
    ]


def test_two_scenes_of_one_id_are_a_problem_of_the_second() -> None:
    revision = revise({}, {"a.yaml": f"id: x\n{ONE}", "b.yaml": f"id: x\n{TWO}"})
    assert len(revision.events) == 1
    assert [str(p) for p in revision.problems] == [
        'b.yaml:1:1: the id "x" is that of the scene in a.yaml already; give this one another id:'
    ]


def test_a_scene_that_came_from_no_file_is_left_alone() -> None:
    accepted = SceneRevised(SceneId("accepted"), ONE)
    assert revise({accepted.scene: accepted}, {}).events == []


def test_a_folder_is_read_with_what_is_below_it(tmp_path: Path) -> None:
    (tmp_path / "upstairs").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "one.yaml").write_text(ONE, encoding="utf-8")
    (tmp_path / "upstairs" / "two.yml").write_text(TWO, encoding="utf-8")
    (tmp_path / "upstairs" / "bad.yaml").write_bytes(b"scene: \xff\n")
    for other in ("readme.txt", ".hidden.yaml", ".git/three.yaml"):
        (tmp_path / other).write_text(ONE, encoding="utf-8")
    files = read_folder(tmp_path)
    assert sorted(files) == ["one.yaml", "upstairs/bad.yaml", "upstairs/two.yml"]
    assert [p.path for p in revise({}, files).problems] == ["upstairs/bad.yaml"]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert read_folder(tmp_path / "none") == {}


async def test_each_change_of_a_file_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    async with asyncio.timeout(30), aclosing(watch_folder(tmp_path, every_s=0.01)) as changes:
        assert await anext(changes) == {}
        file.write_text(ONE, encoding="utf-8")
        seen = await anext(changes)
        while seen != {"one.yaml": ONE}:
            # Polled between the making of the file and the writing of it.
            seen = await anext(changes)
        file.unlink()
        assert await anext(changes) == {}


def test_the_examples_are_right() -> None:
    files = read_folder(EXAMPLES)
    revision = revise({}, files)
    assert revision.problems == []
    assert len(revision.events) == len(files) >= 9
