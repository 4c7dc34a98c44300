"""Groups of a Zigbee network, and devices that are told to take their time."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from drivers.kit.port import Ordered
from drivers.mqtt.errors import UnreadableError
from drivers.mqtt.groups import Group, grouped, read_groups
from drivers.mqtt.part import Publish
from tests.unit.drivers.mqtt_house import House

LAMPS = ("0x01", "0x02", "0x03")
GROUPS = [
    {"id": 1, "friendly_name": "all", "members": [{"ieee_address": a} for a in LAMPS]},
    {"id": 2, "friendly_name": "two", "members": [{"ieee_address": a} for a in LAMPS[:2]]},
]


def lamp(address: str) -> dict[str, object]:
    """Return a lamp as Zigbee2MQTT announces it."""
    return {
        "schema": "json",
        "brightness": True,
        "brightness_scale": 254,
        "state_topic": f"zigbee2mqtt/{address}",
        "command_topic": f"zigbee2mqtt/{address}/set",
        "availability": [{"topic": "zigbee2mqtt/bridge/state"}],
        "device": {"identifiers": [f"zigbee2mqtt_{address}"], "name": address},
    }


async def network() -> House:
    """Return a house with three lamps, and groups of all and of two of them."""
    house = House()
    for address in LAMPS:
        await house.announce("light", lamp(address), key="light", device=address)
    await house.tell("zigbee2mqtt/bridge/groups", GROUPS, retained=True)
    return house


def orders(house: House, *addresses: str, value: bool = True, attempt: int = 1) -> list[Ordered]:
    """Return a command to each lamp."""
    made = [
        house.order("OnOff.on", value, endpoint="light", device=f"zigbee2mqtt_{a}")
        for a in addresses
    ]
    return [Ordered(o.event, replace(o.command, attempt=attempt)) for o in made]


ON = '{"state":"ON"}'


async def test_a_whole_group_is_told_by_one_message() -> None:
    house = await network()
    assert house.send(orders(house, *LAMPS)) == [("zigbee2mqtt/all/set", ON)]


async def test_the_largest_group_is_told_and_the_rest_by_itself() -> None:
    house = await network()
    assert house.send(orders(house, "0x01", "0x02")) == [("zigbee2mqtt/two/set", ON)]
    assert house.send(orders(house, "0x02", "0x03")) == [
        ("zigbee2mqtt/0x02/set", ON),
        ("zigbee2mqtt/0x03/set", ON),
    ]


async def test_what_differs_is_told_to_each() -> None:
    house = await network()
    both = [*orders(house, "0x01"), *orders(house, "0x02", value=False)]
    assert [topic for topic, _ in house.send(both)] == [
        "zigbee2mqtt/0x01/set",
        "zigbee2mqtt/0x02/set",
    ]


async def test_what_is_tried_again_goes_to_each_member_by_itself() -> None:
    house = await network()
    again = house.send(orders(house, "0x01", "0x02", attempt=2))
    assert [topic for topic, _ in again] == ["zigbee2mqtt/0x01/set", "zigbee2mqtt/0x02/set"]


async def test_several_values_of_each_member_are_one_message_too() -> None:
    house = await network()
    batch = [
        house.order(name, value, endpoint="light", device=f"zigbee2mqtt_{address}")
        for address in LAMPS
        for name, value in (("OnOff.on", True), ("LevelControl.level", 50.0))
    ]
    assert house.send(batch) == [("zigbee2mqtt/all/set", '{"state":"ON","brightness":127}')]


async def test_a_group_with_a_member_that_nobody_knows_is_not_used() -> None:
    house = await network()
    unknown = [
        {"id": 1, "friendly_name": "x", "members": [{"ieee_address": a} for a in ("0x01", "0x09")]}
    ]
    await house.tell("zigbee2mqtt/bridge/groups", unknown)
    assert len(house.send(orders(house, *LAMPS))) == 3


async def test_a_lamp_that_left_is_told_by_no_group() -> None:
    house = await network()
    await house.tell("homeassistant/light/0x03/light/config", b"")
    assert [t for t, _ in house.send(orders(house, "0x01", "0x02"))] == ["zigbee2mqtt/two/set"]
    for address in LAMPS[:2]:
        await house.tell(f"homeassistant/light/{address}/light/config", b"")
    assert "zigbee2mqtt/bridge/groups" in house.broker.left


async def test_a_list_of_groups_that_cannot_be_read_is_refused_and_changes_nothing() -> None:
    house = await network()
    await house.tell("zigbee2mqtt/bridge/groups", {"groups": "?"})
    assert house.hub.refused[-1][0] == "zigbee2mqtt/bridge/groups"
    assert house.send(orders(house, *LAMPS)) == [("zigbee2mqtt/all/set", ON)]


@pytest.mark.parametrize("said", [None, {}, [1], [{"id": 1}]])
def test_groups_must_be_a_list_of_named_ones(said: object) -> None:
    with pytest.raises(UnreadableError):
        read_groups("z", said)


topics = st.sampled_from(["a", "b", "c", "d"])
messages = st.lists(st.builds(Publish, topics, st.sampled_from([b"1", b"2"])), max_size=8)
groups = st.lists(
    st.builds(Group, st.sampled_from(["G", "H", "I"]), st.frozensets(topics, max_size=4)),
    max_size=4,
)


@given(messages, groups)
def test_each_message_reaches_its_device_once_whatever_the_groups(
    sent: list[Publish], known: list[Group]
) -> None:
    bundles = grouped(sent, known)
    places = [place for bundle in bundles for place in bundle.places]
    assert sorted(places) == list(range(len(sent)))
    for bundle in bundles:
        told = {sent[place].topic for place in bundle.places}
        assert {sent[place].payload for place in bundle.places} == {bundle.message.payload}
        if len(bundle.places) > 1:
            assert any(g.topic == bundle.message.topic and g.members == told for g in known)
    for topic in "abcd":
        mine = [place for place in places if sent[place].topic == topic]
        assert mine == sorted(mine), "the order of each is kept"


# taking time


async def test_a_light_takes_the_time_that_it_is_told_to() -> None:
    house = await network()
    level, on = (
        house.order(name, value, endpoint="light", device="zigbee2mqtt_0x01")
        for name, value in (("LevelControl.level", 50.0), ("OnOff.on", True))
    )
    slow = [Ordered(o.event, replace(o.command, over_us=90_000_000)) for o in (on, level)]
    ((_, said),) = house.send(slow)
    assert json.loads(said) == {"state": "ON", "brightness": 127, "transition": 90.0}
    ((_, said),) = house.send(
        [Ordered(on.event, replace(on.command, value=False, over_us=500_000))]
    )
    assert json.loads(said) == {"state": "OFF", "transition": 0.5}


async def test_only_what_can_take_its_time_says_so() -> None:
    house = await network()
    plain = {**lamp("0x04"), "transition": False, "effect": True, "effect_list": ["blink"]}
    await house.announce("light", plain, key="light", device="0x04")
    can = {
        str(device.id): {p.name for e in device.endpoints for p in e.properties if p.transition}
        for device in house.hub.devices.values()
    }
    assert can["zigbee2mqtt_0x01"] == {"OnOff.on", "LevelControl.level"}
    assert can["zigbee2mqtt_0x04"] == set()
