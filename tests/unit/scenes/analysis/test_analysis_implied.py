"""Where no home is described, scenes are looked at in one that has what they name."""

from pathlib import Path

import pytest

from scenes.testing.check import check_files
from tests.unit.scenes.analysis.test_analysis_corpus import CLEAN, FAULTS, said

OF_THE_HOME = {
    *("a_lamp_has_no_button", "a_mode_it_has_not", "an_end_that_never_comes", "ends_by_no_air"),
    *("ends_by_what_is_not_there", "no_motion_in_the_garden", "no_thermometer"),
    *("flat_sun_curtain", "night_and_dark_cellar", "sun_at_midnight"),
}
"""Faults that only the home itself shows: what is in it, what stands near what, where it is."""
OF_THE_LIGHT_OUTSIDE = {"blinds_against_light", "bright_bedroom", "light_and_blind_in_turn"}
"""Loops through daylight, of which nothing is known where nobody knows the windows."""
BY_THE_SUN = {"flat_dark_by_the_sun"}
"""Quiet in a home without light sensors; that one is there is implied."""


@pytest.mark.parametrize(
    "file",
    [
        f
        for f in FAULTS
        if f.stem not in OF_THE_HOME | OF_THE_LIGHT_OUTSIDE
        and not said(f.read_text(encoding="utf-8"), "finds").startswith("aimless")
    ],
    ids=lambda file: file.stem,
)
def test_a_fault_is_found_without_a_home(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = check_files({file.name: text}, None).findings
    assert said(text, "finds") in [f"{f.kind}: {', '.join(sorted(f.scenes))}" for f in found]


@pytest.mark.parametrize(
    "file", [f for f in CLEAN if f.stem not in BY_THE_SUN], ids=lambda file: file.stem
)
def test_what_is_clean_raises_no_alarm_without_a_home(file: Path) -> None:
    assert check_files({file.name: file.read_text(encoding="utf-8")}, None).findings == ()
