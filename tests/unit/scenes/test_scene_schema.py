"""The JSON Schema for editors: it takes what the check takes, and tells what a schema can tell."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hubd.cli.schema import schema
from hubd.documents import Data, DocumentError, parse
from scenes.blueprint import check_scene
from scenes.folder import read_folder
from scenes.library import shipped
from scenes.schema import scene_schema
from tests.unit.scenes.test_scene_laws import KEYS, NESTED, written
from tests.unit.scenes.test_scene_words import WRONG

ROOT = Path(__file__).parents[3]
VALIDATOR = Draft202012Validator(scene_schema())
PAGES = [ROOT / "docs" / name for name in ("scenes.md", "expressions.md", "blueprints.md")]
EXAMPLES = {
    **read_folder(ROOT / "scenes" / "examples"),
    **shipped(),
    **{
        f"{page.name} {number}": text
        for page in PAGES
        for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL))
    },
}
NOT_TOLD = {
    "no when",
    "nothing that ends it",
    "nothing to do",
    "an end of nothing",
    "out of range",
    "a moment that lasts",
    "two moments",
    "a press of nothing",
    "until with more",
    "an empty when",
    "a wrong unit of a reading",
    "a reading of nothing",
    "a key twice",
    "not YAML",
}
"""What of the wrong scenes no schema can tell, or only the check of the whole does."""


def complaints(data: Data) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(data)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(scene_schema())


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_right_by_the_schema(name: str) -> None:
    for document in parse(EXAMPLES[name]):
        assert complaints(document.data) == []


@pytest.mark.parametrize("name", sorted(set(WRONG) - NOT_TOLD))
def test_what_is_wrong_in_its_shape_is_told_by_the_schema_too(name: str) -> None:
    assert complaints(parse(WRONG[name])[0].data)


@settings(max_examples=500)
@given(st.dictionaries(st.sampled_from(KEYS), NESTED, max_size=4))
def test_the_schema_takes_all_that_the_check_takes(data: dict[str, object]) -> None:
    try:
        document = parse(written({"scene": "S", **data}))[0]
        check_scene(document)
    except DocumentError:
        return
    assert complaints(document.data) == []


STATES = st.sampled_from(
    [
        "occupied: Den", "open: [a, b]", "opened: a", "in bed: a", "on: on", "at: Sunset - 20 MIN",
        "at: [7:00, dawn]", "pressed: a", "days: Weekdays", "days: [MON, sunday]",
        "between: 22:00 - 6:30", "between: sunset and 23:00", "between: [7:00, dusk + 1 h]",
        "temperature: {of: a, above: 20 c, below: 77 °f}", "dark: a", "dark: {of: [a, b]}",
        "bright: {of: a, below: 30 LUX}", "sun: up", "that: on of a", "any: {on: a}",
        "not: [{on: a}, {off: b}]", "property: {of: a, name: Select.option, is: x}",
        "for: 1 H 30 min", "humidity: {of: a, below: 40 Percent}", "dark: ~", "sun: down",
    ]
)  # fmt: skip
CLAIMS = st.sampled_from(
    [
        "a: On", "a: true", "a: 40 %", "a: 70 °F", "a: 2700 Kelvin", "a: = 40 %", "a: OPEN",
        "a: {Level: 40 %, on: Yes}", "a: {color temperature: 2700 K}", "a: {hue: 30 degrees}",
        "a: {OnOff.on: true}", "a: {mode: heat}", "a: {Number.value: 3}", "a: {volume: = 40 %}",
        "a: {value: 3}", "a: {locked: NO}", "a: {}", "a: {temperature: 70 f}",
    ]
)  # fmt: skip
DOCUMENTS = st.builds(
    "{}\nwhen: {}\nif: {}\nclaims: {{{}}}\n{}\n{}\n".format,
    st.sampled_from(["scene: S", "name: S", "scene: S\nid: s-1"]),
    st.one_of(STATES.map("{{{}}}".format), STATES.map("[{{{0}}}, {{{0}}}]".format)),
    STATES.map("{{{}}}".format),
    CLAIMS,
    st.sampled_from(["for: 2 days", "until: further notice", "until: {at: 7:00}", "until: []"]),
    st.sampled_from(["", "do: {a: Press}", "do: [{a: {Button.press: 3}}]", "variables: {a: 3 °C}"]),
)


@settings(max_examples=500)
@given(DOCUMENTS)
def test_the_schema_takes_every_way_to_write_a_thing(text: str) -> None:
    document = parse(text)[0]
    try:
        check_scene(document)
    except DocumentError:
        return
    assert complaints(document.data) == []


def test_an_editor_can_offer_keys_words_and_units() -> None:
    definitions = scene_schema()["$defs"]
    states = definitions["States"]["properties"]
    assert states["occupied"]["description"] == "comes about when a device of it saw someone"
    assert {"scene", "when", "claims", "until"} <= set(definitions["Scene"]["properties"])
    assert "opened" in states


def test_the_schema_is_printed_as_json() -> None:
    assert json.loads(CliRunner().invoke(schema).output) == json.loads(json.dumps(scene_schema()))
