"""What is called by its role is found where it is, also when that changes."""

import pytest
from msgspec.structs import replace

from hubd.homefile import match, parse_home_file
from hubd.model.device import DeviceType
from hubd.model.events import Adopted, AreaSet, Forgotten
from hubd.model.home import Area
from hubd.model.ids import AreaId, DeviceId
from tests.unit.scenes.lab import Lab

PLUGS = ("kitchen_lamp", "den_lamp", "spot")


@pytest.fixture
def house(lab: Lab) -> Lab:
    """A home with lamps in two rooms, and a button."""
    lab.area("kitchen", "den", floor="ground")
    lab.device("kitchen_lamp", DeviceType.ON_OFF_LIGHT, "kitchen")
    lab.device("spot", DeviceType.ON_OFF_LIGHT, "kitchen")
    lab.device("den_lamp", DeviceType.ON_OFF_LIGHT, "den")
    lab.device("button", DeviceType.GENERIC_SWITCH, "den")
    for device in PLUGS:
        lab.report(device, value=False)
    give(lab, "kitchen_lamp", "reading light", "Night glass")
    give(lab, "den_lamp", "reading light")
    return lab


def give(lab: Lab, device: str, *roles: str) -> None:
    known = lab.core.state.home.devices[DeviceId(device)]
    lab.tell(Adopted(replace(known, roles=roles)))


def lit(lab: Lab) -> set[str]:
    return {device for device in PLUGS if lab.wished(device)}


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("kitchen reading lights", {"kitchen_lamp"}),
        ("Kitchen reading light", {"kitchen_lamp"}),
        ("reading lights", {"kitchen_lamp", "den_lamp"}),
        ("all reading lights", {"kitchen_lamp", "den_lamp"}),
        ("ground floor reading lights", set()),
        ("ground reading lights", {"kitchen_lamp", "den_lamp"}),
        ("night glass", {"kitchen_lamp"}),
        ("reading light here", {"den_lamp"}),
        ("kitchen lights", {"kitchen_lamp", "spot"}),
    ],
)
def test_a_role_is_a_target(house: Lab, target: str, found: set[str]) -> None:
    text = f"when: {{pressed: den}}\nclaims: {{{target}: on}}\nuntil: further notice\n"
    house.scene(f"scene: S\n{text}")
    house.press("button")
    assert lit(house) == found


def test_a_role_follows_the_home_as_it_changes(house: Lab) -> None:
    claims = "claims: {kitchen reading lights: on}\nuntil: further notice\n"
    house.scene(f"scene: S\nwhen: {{pressed: den}}\n{claims}")
    house.press("button")
    give(house, "spot", "reading light")
    assert lit(house) == {"kitchen_lamp", "spot"}
    give(house, "kitchen_lamp")
    assert lit(house) == {"spot"}
    house.tell(Forgotten(DeviceId("spot")))
    assert not house.wished("kitchen_lamp")
    house.tell(AreaSet(Area(AreaId("den"), "Kitchen")))
    house.press("button")
    assert house.wished("den_lamp")


def test_a_role_is_named_in_a_state(house: Lab) -> None:
    house.scene("scene: S\nwhen: {on: reading lights}\nclaims: {spot: on}\n")
    house.report("den_lamp", value=True)
    assert house.fired == ["Den lamp went on"]


def test_the_home_file_gives_roles() -> None:
    file = parse_home_file("devices: [{id: lamp, name: Lamp, roles: [reading light]}]")
    lab = Lab()
    lab.device("lamp", DeviceType.ON_OFF_LIGHT)
    found = lab.core.state.home.devices[DeviceId("lamp")]
    assert match(found, file).roles == ("reading light",)
