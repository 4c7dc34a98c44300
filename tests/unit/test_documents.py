"""YAML becomes a checked model, or an error that says where and what."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubd.documents import Document, DocumentError, Problem, did_you_mean, parse, read


class Child(Document):
    name: str
    size: Literal["small", "large"] = "small"


class Parent(Document):
    children: tuple[Child, ...] = ()
    on: str = ""
    at: str = ""


def problems(text: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        read(text, Parent, "home.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_words_stay_the_words_that_were_written() -> None:
    data = parse("on: off\nat: 22:30\nno: yes\ndate: 2026-01-01\nn: 0o7\nv: 1_000")[0].data
    assert data == {
        "on": "off",
        "at": "22:30",
        "no": "yes",
        "date": "2026-01-01",
        "n": "0o7",
        "v": "1_000",
    }


def test_plain_scalars_are_what_the_core_schema_says() -> None:
    data = parse("[1, -2, 1.5, 2e3, true, False, null, ~, 'true', \"1\", ]")[0].data
    assert data == [1, -2, 1.5, 2000.0, True, False, None, None, "true", "1"]


def test_all_that_is_wrong_is_told_with_its_place_and_the_nearest_word() -> None:
    assert problems("childen: []\nchildren: 3") == [
        'home.yaml:1:1: no key "childen" here; did you mean "children"?'
    ]
    assert problems("children:\n  - {name: a, size: smal}\n  - {size: large}") == [
        'home.yaml:2:21: "smal" is not known here; did you mean "small"?',
        'home.yaml:3:5: the key "name" is missing',
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\na: 2", 'home.yaml:2:1: the key "a" is here twice'),
        (
            "a: &x 1\nb: *x",
            "home.yaml:1:4: anchors (&) and aliases (*) are not used here; write it out",
        ),
        (
            "a: !!python/object 1",
            'home.yaml:1:4: tags such as "tag:yaml.org,2002:python/object" are not used here',
        ),
        ("a: [1", "home.yaml:2:1: this is not YAML"),
        ("? [a]\n: 1", "home.yaml:1:3: a key is one word or a few, not a list or a mapping"),
        ("[" * 100_000, "home.yaml:1:42: this is nested deeper than 40 levels"),
        ("a: 1\n---\nb: 1", "home.yaml:1:1: one document belongs here, not 2"),
        ("", "home.yaml:1:1: one document belongs here, not 0"),
        ("a: \x07", "home.yaml:1:1: this is not YAML"),
        ("a: \ud800", "home.yaml:1:1: this is not YAML"),
        ("x" * 1_000_001, "home.yaml:1:1: this is over 1,000,000 characters"),
        ("- 1", "home.yaml:1:1: keys and values belong here, not a list"),
    ],
)
def test_what_cannot_be_read_safely_is_refused(text: str, told: str) -> None:
    assert problems(text)[0].startswith(told)


def refused(text: str) -> tuple[Problem, ...] | None:
    try:
        read(text, Parent)
    except DocumentError as error:
        return error.problems
    return None


@given(st.text() | st.text(alphabet="ab:-[]{}&*!|>'\"#%\n ,?", max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    told = refused(text)
    assert told is None or told
    assert all(problem.line >= 1 and problem.column >= 1 for problem in told or ())


def test_a_hint_names_the_nearest_word_or_lists_a_few() -> None:
    assert did_you_mean("KITCHN", ["Kitchen", "Hall"]) == 'did you mean "Kitchen"?'
    assert did_you_mean("zzz", ["a", "b", "c"]) == "write a, b or c"
    assert did_you_mean("zzz", []) == ""
