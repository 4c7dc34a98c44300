"""Homes for the tests of scenes."""

import pytest

from hubd.model.device import DeviceType
from tests.unit.scenes.lab import Lab


@pytest.fixture
def lab() -> Lab:
    """An empty home near Utrecht, on a Monday at noon."""
    return Lab()


@pytest.fixture
def kitchen(lab: Lab) -> Lab:
    """A home with a kitchen: motion, door, light sensor, button, a dimmable lamp; all at rest."""
    lab.area("kitchen")
    lab.device("kitchen_motion", DeviceType.OCCUPANCY_SENSOR, "kitchen")
    lab.device("kitchen_door", DeviceType.CONTACT_SENSOR, "kitchen")
    lab.device("kitchen_button", DeviceType.GENERIC_SWITCH, "kitchen")
    lab.device("kitchen_lamp", DeviceType.DIMMABLE_LIGHT, "kitchen")
    for device in ("kitchen_motion", "kitchen_door", "kitchen_lamp"):
        lab.report(device, value=False)
    return lab
