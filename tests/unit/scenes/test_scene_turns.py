"""What holds by the time alone ends the claims that it began, and those that it is to end."""

import pytest

from hubd.model.device import DeviceType
from tests.unit.scenes.lab import Lab


@pytest.mark.parametrize("until", ["", "until: {between: 15:00 - 16:00}\n"])
def test_a_span_of_the_day_ends_claims_when_its_time_comes(lab: Lab, until: str) -> None:
    lab.device("lamp", DeviceType.ON_OFF_LIGHT)
    lab.scene(f"scene: S\nwhen: {{between: 14:00 - 15:00}}\nclaims: {{lamp: on}}\n{until}")
    lab.at("2026-06-15 14:30")
    assert lab.wished("lamp") is True
    lab.at("2026-06-15 15:00")
    assert lab.wished("lamp") is None
    lab.at("2026-06-16 14:30")
    assert lab.wished("lamp") is True


def test_a_span_that_must_have_lasted_ends_claims_after_that_time(lab: Lab) -> None:
    lab.device("lamp", DeviceType.ON_OFF_LIGHT)
    until = "{between: 15:00 - 16:00, for: 10 min}"
    lab.scene(f"scene: S\nwhen: {{between: 14:00 - 15:00}}\nclaims: {{lamp: on}}\nuntil: {until}\n")
    lab.at("2026-06-15 15:09")
    assert lab.wished("lamp") is True
    lab.at("2026-06-15 15:10")
    assert lab.wished("lamp") is None
