"""Words that mean nothing in a home are told, with what was probably meant."""

import pytest

from hubd.model.device import DeviceType
from scenes.compiler import check
from tests.unit.scenes.lab import Lab


@pytest.mark.parametrize(
    ("scene", "told"),
    [
        ("when: {occupied: kitchen}\nclaims: {kitchen lights: on, kitchen lamp: 40 %}", []),
        ("when: {home: anyone}\nif: {dark: [kitchen, here]}\nclaims: {lights here: on}", []),
        (
            "when: {occupied: kitchn}\nclaims: {kitchen lights: on}",
            ['2:18: nothing is called "kitchn" in this home; did you mean "Kitchen"?'],
        ),
        (
            "when: {humidity: {of: [kitchen, ktchen], above: 70 %}}\nclaims: {kitchen lights: on}",
            ['2:33: nothing is called "ktchen" in this home; did you mean "Kitchen"?'],
        ),
        (
            "when: {open: kitchen}\nclaims:\n  kitchn lights: on",
            ['4:3: nothing is called "kitchn lights" in this home; did you mean "Kitchen lights"?'],
        ),
        (
            "when: {open: kitchen}\nclaims:\n  Kitchen Lampe: on",
            ['4:3: nothing is called "kitchen lampe" in this home; did you mean "Kitchen lamp"?'],
        ),
        (
            "when: {open: kitchen}\nclaims: {kitchen blinds: open}",
            ['3:10: there are no "kitchen blinds" in this home'],
        ),
        (
            "when: {open: kitchen}\nclaims: {kitchen lamp: 21 °C}",
            ['3:10: nothing that "kitchen lamp" means here can be so'],
        ),
        (
            "when: {open: kitchen}\ndo: {kitchen lamp: press}",
            ['3:6: nothing that "kitchen lamp" means here can be so'],
        ),
    ],
)
def test_a_word_that_means_nothing_is_told(kitchen: Lab, scene: str, told: list[str]) -> None:
    problems = check(f"scene: S\n{scene}", "s.yaml", kitchen.core.state.home)
    assert [str(problem).removeprefix("s.yaml:") for problem in problems] == told


def test_a_device_that_joins_gives_a_word_its_meaning(kitchen: Lab) -> None:
    text = "scene: S\nwhen: {open: gate}\nclaims: {kitchen lights: on}"
    assert len(check(text, "s.yaml", kitchen.core.state.home)) == 1
    kitchen.device("gate", DeviceType.CONTACT_SENSOR)
    assert check(text, "s.yaml", kitchen.core.state.home) == []


STEPS = """
when: {open: kitchen}
then:
  - wait: {occupied: kitchne}
  - if: {dark: kitchen}
    then: [{claims: {kichen lamp: on}}, {begin: Moovie}]
until: further notice
"""


def test_a_word_that_means_nothing_is_told_deep_inside_of_steps(kitchen: Lab) -> None:
    problems = check(f"scene: S{STEPS}", "s.yaml", kitchen.core.state.home, scenes=["movie"])
    assert [str(problem).removeprefix("s.yaml:") for problem in problems] == [
        '4:22: nothing is called "kitchne" in this home; did you mean "Kitchen"?',
        '6:22: nothing is called "kichen lamp" in this home; did you mean "Kitchen lamp"?',
        '6:49: no scene has the id "moovie"; did you mean "movie"?',
    ]
