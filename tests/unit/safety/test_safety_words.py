"""The words of safety rules: what is right, and what is told of what is wrong."""

import re
import tomllib
from pathlib import Path

import pytest

from hubd.model.device import DeviceType
from hubd.model.errors import ConfigError
from hubd.model.instant import HOUR_US
from hubd.model.lease import LONGEST_US
from scenes.leases import parse_leases
from scenes.safety.compiler import DEFAULTS, check_rules, named, read_rules
from scenes.safety.words import rule_words

GUIDE = Path(__file__).parents[3] / "docs" / "safety.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


def test_the_guide_s_rules_are_right() -> None:
    texts = blocks("yaml")
    assert len(texts) >= 6
    assert [check_rules(text, "safety.md") for text in texts] == [[]] * len(texts)


def test_the_guide_s_leases_are_right() -> None:
    (text,) = blocks("toml")
    leases = parse_leases(tomllib.loads(text)["leases"])
    assert [(lease.lasts_us, lease.until_left) for lease in leases] == [
        (HOUR_US, False),
        (8 * HOUR_US, False),
        (LONGEST_US, True),
    ]
    assert DeviceType.WINDOW_COVERING in leases[2].types


def test_the_usual_rules_are_right_and_each_has_its_name() -> None:
    rules = named(read_rules(DEFAULTS))
    assert len({rule.id for rule in rules}) == len(rules) == 6


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{nevr: {lamp: on}}", '1:10: no key "nevr" here; did you mean "never"?'),
        ("{why: so}", "this rule says nothing"),
        ("{never: {lamp: on}, at most: {on: lamp, for: 1 h, of: 2 h}}", "says both never and"),
        ("{never: {all loks: unlocked}}", '"loks" is not a kind of device; did you mean "locks"?'),
        ("{never: {all locks: unloked}}", 'did you mean "unlocked"?'),
        ("{never: {lamp: {level: above 40 °C}}}", "40 °C is not in %"),
        ("{never: {lights here: on}}", "a rule has no area of its own"),
        ("{never: {lamp: on}, by: guess}", 'did you mean "guest"?'),
        ("{never: {lamp: on}, confirm: cat}", '"cat" cannot confirm'),
        ("{at most: {on: lamp, for: 2 h, of: 1 h}}", "the whole is not longer than its part"),
        ("{at most: {for: 1 h, of: 2 h}}", "write one of on, open, unlocked"),
        ("{at most: {on: lamp, for: 1 h, of: 2 h}, by: scene}", "counts whoever asks"),
        ("{nothing acts on data older than: 30}", "30 has no unit of time"),
        ("{no more than: {commands: 10, per: 2 h}}", "longer than is remembered"),
        ("{no more than: {commands: 10, per: 1 min}, confirm: person}", 'belongs to "never"'),
    ],
)
def test_what_is_wrong_is_told_by_line_and_nearest_word(rule: str, said: str) -> None:
    (problem, *_) = check_rules(f"rules: [{rule}]", "safety.yaml")
    assert str(problem).startswith("safety.yaml:1:")
    assert said in str(problem)


def test_two_rules_of_one_name_are_told_apart_or_refused() -> None:
    text = "rules:\n  - {name: a, never: {lamp: on}}\n  - {name: A, never: {lamp: off}}\n"
    (problem,) = check_rules(text, "safety.yaml")
    assert "another rule is called so already" in str(problem)


def test_a_rule_is_told_as_a_person_would() -> None:
    told = [rule_words(rule) for rule in read_rules(DEFAULTS).rules]
    assert told == [
        (
            "never all locks unlocked or all valves open or all alarms set "
            "by a prediction or a plan, unless a person confirms it within 10 min"
        ),
        (
            "never all locks told to open the door by a prediction or a plan, "
            "unless a person confirms it within 10 min"
        ),
        "never high risk set by a child or a guest over the hand of an owner or a resident",
        "nothing by a prediction acts on data older than 30 min",
        "no more than 60 commands per 1 min of all plugs",
        "no more than 20 commands per 1 min of all locks",
    ]


@pytest.mark.parametrize(
    ("lease", "said"),
    [
        ({"ligths": "2 h"}, 'Did you mean "lights"'),
        ({"lights": "2"}, "neither a length of time"),
        ({"lights": "until tea"}, "neither a length of time"),
    ],
)
def test_a_lease_that_cannot_be_is_told_with_what_would_be_right(
    lease: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=f"(?i){said}"):
        parse_leases(lease)
