"""Blueprints: scenes made from them, what is wrong with either, and their life in the folder."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubd.documents import parse
from hubd.model.device import DeviceType
from hubd.model.events import SceneRemoved, SceneRevised
from hubd.model.ids import SceneId, slug
from scenes.blueprint import expand, is_blueprint, read_blueprint
from scenes.compiler import check, compile_scene, read_scene
from scenes.folder import Revision, revise
from scenes.library import Library, shipped
from tests.unit.scenes.lab import Lab

BLUEPRINT = re.compile(r"^blueprint: (.*)", re.MULTILINE)
DOCS = Path(__file__).parents[3] / "docs"

GLOW = """\
# Light in a room.
blueprint: Glow
version: 2
description: Light when a door opens
inputs:
  place: {type: area, description: the room}
  doors: {type: place, default: [front door, back door]}
  glow: {type: "%", default: 40 %}
  lasts: {type: duration, default: 5 min}
when: {opened: $doors}
claims: {"${place} lights": {level: $glow}}
for: $lasts
"""
USE = "scene: Kitchen light\nfrom: glow\nversion: 2\nwith: {place: kitchen, glow: 60 %}\n"


def problems_of(use: str, blueprint: str = GLOW) -> Sequence[str]:
    library = Library({"lib/glow.yaml": blueprint})
    return [str(p) for p in (*library.problems, *check(use, "use.yaml", None, library))]


def after(revision: Revision) -> dict[SceneId, SceneRevised]:
    return {e.scene: e for e in revision.events if isinstance(e, SceneRevised)}


def test_a_use_is_the_scene_with_its_values_in_place_of_the_inputs() -> None:
    plain = read_scene(
        "scene: Kitchen light\ndescription: Light when a door opens\n"
        "when: {opened: [front door, back door]}\n"
        "claims: {kitchen lights: {level: 60 %}}\nfor: 5 min\n",
        "plain.yaml",
    )
    assert read_scene(USE, "use.yaml", GLOW) == plain


def test_a_scene_made_from_a_blueprint_does_what_it_says(kitchen: Lab) -> None:
    kitchen.device("front_door", DeviceType.CONTACT_SENSOR, "kitchen")
    kitchen.report("front_door", value=False)
    kitchen.tell(SceneRevised(SceneId("glow"), USE, "use.yaml", GLOW))
    kitchen.report("front_door", value=True)
    assert kitchen.wished("kitchen_lamp", "LevelControl.level") == 60
    kitchen.wait(300)
    assert kitchen.wished("kitchen_lamp") is None


def test_the_log_alone_gives_the_scene_back() -> None:
    revised = SceneRevised(SceneId("glow"), USE, "use.yaml", GLOW)
    kept = msgspec.json.decode(msgspec.json.encode(revised), type=SceneRevised)
    assert compile_scene(kept).wants == compile_scene(revised).wants != frozenset()


def test_a_scene_without_a_blueprint_is_kept_as_before() -> None:
    kept = msgspec.json.encode(SceneRevised(SceneId("s"), "scene: S", "s.yaml"))
    assert kept == b'{"kind":"scene_revised","scene":"s","source":"scene: S","path":"s.yaml"}'


def test_inputs_may_stand_in_keys_texts_and_expressions(kitchen: Lab) -> None:
    blueprint = (
        "blueprint: B\ninputs:\n  room: {type: area}\n  much: {type: lx}\n  what: {type: text}\n"
        "when: {pressed: $room button}\n"
        "claims:\n  $room lamp:\n    level: = min(100 %, ($much - 10 lx) * 1 %/lx)\n"
        "until: further notice\n"
    )
    use = "scene: S\ndescription: costs $5\nfrom: b\nwith: {room: kitchen, much: 60 lx, what: x}\n"
    kitchen.tell(SceneRevised(SceneId("s"), use, "s.yaml", blueprint))
    kitchen.press("kitchen_button")
    assert kitchen.wished("kitchen_lamp", "LevelControl.level") == 50


WRONG: Mapping[str, tuple[str, str]] = {
    "an unknown blueprint": ("scene: S\nfrom: glw\n", GLOW),
    "a missing input": ("scene: S\nfrom: glow\nwith: {glow: 3 %}\n", GLOW),
    "no inputs": ("scene: S\nfrom: glow\n", GLOW),
    "an unknown input": ("scene: S\nfrom: glow\nwith:\n  place: a\n  glwo: 3 %\n", GLOW),
    "a wrong unit": ("scene: S\nfrom: glow\nwith:\n  place: a\n  glow: 3 lx\n", GLOW),
    "a wrong duration": ("scene: S\nfrom: glow\nwith:\n  place: a\n  lasts: soon\n", GLOW),
    "what the property cannot": ("scene: S\nfrom: glow\nwith:\n  place: a\n  glow: 300 %\n", GLOW),
    "several in a text": ("scene: S\nfrom: glow\nwith:\n  place: [a, b]\n", GLOW),
    "a newer version": ("scene: S\nfrom: glow\nversion: 3\nwith: {place: a}\n", GLOW),
    "more than a use": ("scene: S\nfrom: glow\nwith: {place: a}\nwhen: {open: a}\n", GLOW),
    "an unknown name in it": (USE, GLOW.replace("$lasts", "$last")),
    "an unknown name in a key": (USE, GLOW.replace("${place} l", "${plce} l")),
    "an unknown key in it": (USE, GLOW.replace("opened:", "opned:")),
    "an unknown setting in it": (USE, GLOW.replace("{level:", "{levl:")),
    "a wrong default": (USE, GLOW.replace("5 min", "5 %")),
    "a wrong type": (USE, GLOW.replace("type: area", "type: aera")),
    "choices of no choice": (USE, GLOW.replace("{type: area", "{choices: [a], type: area")),
    "no version": (USE, GLOW.replace("version: 2", "version: two")),
    "a scene of no sense": (USE, GLOW.replace("for: $lasts", "until: {at: 7:00, days: mon}")),
    "a key twice by the inputs": (
        USE,
        GLOW.replace('{"${place} lights": {level: $glow}}', "{$place: on, kitchen: on}"),
    ),
    "two documents": (USE, f"{GLOW}---\nscene: S\n"),
}


def test_what_is_wrong_is_told_in_the_file_that_it_is_in(snapshot: object) -> None:
    told = {name: problems_of(*texts) for name, texts in WRONG.items()}
    assert all(told.values()), [name for name, problems in told.items() if not problems]
    assert told == snapshot


def test_a_name_that_means_nothing_is_told_where_it_was_given(kitchen: Lab) -> None:
    library = Library({"glow.yaml": GLOW})
    use = "scene: S\nfrom: glow\nwith:\n  place: kitchn\n  doors: kitchen door\n"
    told = [str(p) for p in check(use, "use.yaml", kitchen.core.state.home, library)]
    wanted = 'use.yaml:4:10: nothing is called "kitchn lights" in this home'
    assert told == [f'{wanted}; did you mean "Kitchen lights"?']


def test_a_use_of_an_older_version_goes_on_with_a_warning() -> None:
    revision = revise({}, {"glow.yaml": GLOW, "use.yaml": USE.replace("version: 2", "version: 1")})
    assert revision.problems == []
    assert len(revision.events) == 1
    told = (
        'use.yaml:3:10: this is written for version 1 of "glow", now 2; '
        "see what changed in it, then write version: 2"
    )
    assert [str(w) for w in revision.warnings] == [told]


def test_a_changed_blueprint_changes_the_scenes_made_from_it() -> None:
    files = {"blueprints/glow.yaml": GLOW, "a.yaml": USE, "b.yaml": "scene: B\nwhen: {on: a}\n"}
    files["b.yaml"] += "claims: {b: on}\n"
    first = after(revise({}, files))
    assert first[SceneId("a")] == SceneRevised(SceneId("a"), USE, "a.yaml", GLOW)
    assert revise(first, files).events == []
    changed = GLOW.replace("5 min", "9 min")
    revision = revise(first, {**files, "blueprints/glow.yaml": changed})
    assert revision.events == [SceneRevised(SceneId("a"), USE, "a.yaml", changed)]


def test_a_broken_or_lost_blueprint_leaves_its_scenes_as_they_were() -> None:
    files = {"glow.yaml": GLOW, "a.yaml": USE}
    first = after(revise({}, files))
    broken = revise(first, {**files, "glow.yaml": GLOW.replace("opened", "opned")})
    assert broken.events == []
    assert [str(p) for p in broken.problems] == [
        'glow.yaml:10:8: no key "opned" here; did you mean "open"?',
        'a.yaml:2:7: the blueprint "glow" is broken; mend glow.yaml, line 10',
    ]
    lost = revise(first, {"a.yaml": USE})
    assert lost.events == []
    assert [p.path for p in lost.problems] == ["a.yaml"]
    assert revise(first, {"glow.yaml": GLOW}).events == [SceneRemoved(SceneId("a"))]


def test_one_file_may_hold_several_uses_and_scenes() -> None:
    both = f"{USE}---\n{USE.replace('Kitchen', 'Hall').replace('place: kitchen', 'place: hall')}"
    scenes = after(revise({}, {"glow.yaml": GLOW, "both.yaml": both}))
    assert {s: bool(e.blueprint) for s, e in scenes.items()} == {
        "kitchen_light": True,
        "hall_light": True,
    }


def test_two_blueprints_of_one_id_are_a_problem_of_the_second() -> None:
    revision = revise({}, {"a/glow.yaml": GLOW, "b/glow.yaml": GLOW, "use.yaml": USE})
    assert len(revision.events) == 1
    told = (
        'b/glow.yaml:1:1: the blueprint "glow" is in a/glow.yaml already; '
        "give this file another name"
    )
    assert [str(p) for p in revision.problems] == [told]


@pytest.mark.parametrize("path", shipped())
def test_those_that_come_with_the_hub_are_right(path: str) -> None:
    assert check(shipped()[path], path) == []


def test_one_that_comes_with_the_hub_is_used_without_a_copy(kitchen: Lab) -> None:
    use = "scene: Kitchen\nfrom: motion_light\nversion: 1\nwith: {place: kitchen, glow: 70 %}\n"
    revision = revise({}, {"k.yaml": use})
    assert revision.problems == []
    kitchen.at("2026-06-15 23:30")
    for event in revision.events:
        kitchen.tell(event)
    kitchen.report("kitchen_motion", value=True)
    assert kitchen.wished("kitchen_lamp", "LevelControl.level") == 70
    kitchen.report("kitchen_motion", value=False)
    kitchen.wait(180)
    assert kitchen.wished("kitchen_lamp") is None


def test_one_of_the_folder_goes_before_one_that_comes_with_the_hub() -> None:
    own = GLOW.replace("Glow", "Mine")
    use = USE.replace("glow\n", "motion_light\n")
    scenes = after(revise({}, {"motion_light.yaml": own, "use.yaml": use}))
    assert scenes[SceneId("use")].blueprint == own


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("blueprint: B\n", True),
        ("# why\n\n---\nblueprint : B", True),
        ('"blueprint": B', True),
        ("scene: S\nblueprint: B", False),
        ("blueprints: B", False),
    ],
)
def test_a_blueprint_is_known_by_its_first_key(text: str, *, is_one: bool) -> None:
    assert is_blueprint(text) is is_one


@given(st.text(max_size=12), st.text(max_size=12))
def test_whatever_is_given_the_use_is_right_or_refused_in_its_own_file(
    place: str, lasts: str
) -> None:
    given_ = msgspec.json.encode({"place": place, "lasts": lasts}).decode()
    use = f"scene: S\nfrom: glow\nwith: {given_}\n"
    library = Library({"glow.yaml": GLOW})
    assert {p.path for p in check(use, "use.yaml", None, library)} <= {"use.yaml"}


def test_each_part_of_what_is_made_stands_where_it_was_written() -> None:
    blueprint = read_blueprint(GLOW, "glow.yaml", "glow")
    whole, warnings = expand(parse(USE, "use.yaml")[0], blueprint)
    assert warnings == []
    places = {loc: (mark.path or whole.path, mark.line) for loc, mark in whole.values.items()}
    assert places["scene",] == ("use.yaml", 1)
    assert places["claims", "kitchen lights", "level"] == ("use.yaml", 4)
    assert places["when", "opened"] == ("glow.yaml", 10)
    assert whole.keys["claims", "kitchen lights"].line == 4


@pytest.mark.parametrize("page", ["expressions.md", "blueprints.md"])
def test_the_examples_of_the_guide_are_right(page: str) -> None:
    texts = re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    named = {f"{slug(name)}.yaml": t for t in texts for name in BLUEPRINT.findall(t)}
    library = Library(named)
    assert library.problems == []
    assert len(texts) >= 3
    for text in texts:
        assert check(text, page, None, library) == []
