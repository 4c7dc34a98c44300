"""What firmware of known makers announces and publishes, and what the hub makes of it.

The fixtures are written by hand, in the shapes that these projects are known to publish; none is a
capture. The snapshots are the whole outcome: the devices, their values, and every message that
commanding them sends.
"""

import pytest
from syrupy.assertion import SnapshotAssertion

from hubd.model.device import Property
from tests.unit.drivers.mqtt_house import FIXTURES, House, recorded, tour

MAKERS = sorted(path.stem for path in FIXTURES.glob("*.json"))


async def played(maker: str) -> House:
    """Return a house in which a maker's messages came in."""
    house = House()
    for topic, payload, retained in recorded(maker):
        await house.tell(topic, payload, retained=retained)
    return house


@pytest.mark.parametrize("maker", MAKERS)
async def test_a_makers_device_is_described_read_and_commanded(
    maker: str, snapshot: SnapshotAssertion
) -> None:
    house = await played(maker)

    seen = {
        "devices": [
            {
                "id": device.id,
                "name": device.name,
                "maker": device.maker,
                "model": device.model,
                "version": device.version,
                "area": device.area,
                "endpoints": {
                    f"{e.id} ({e.name!r}): {e.type}": [
                        *(_described(p) for p in e.properties),
                        *(f"{a.name}()" for a in e.actions),
                        *(f"{s.name}! {', '.join(s.choices)}" for s in e.signals),
                    ]
                    for e in device.endpoints
                },
                "troubles": [f"{t.where}: {t.reason}" for t in device.troubles],
            }
            for device in house.hub.devices.values()
        ],
        "reports": [list(r) for r in house.hub.reports],
        "signals": [list(s) for s in house.hub.signals],
        "reached": [list(r) for r in house.hub.reach],
        "refused": [list(r) for r in house.hub.refused],
    }
    assert seen == snapshot(name="told")
    assert tour(house) == snapshot(name="commanded")


@pytest.mark.parametrize("maker", MAKERS)
async def test_no_message_of_a_real_device_is_refused(maker: str) -> None:
    house = await played(maker)

    assert house.hub.refused == []


@pytest.mark.parametrize("maker", MAKERS)
async def test_announcing_all_again_changes_nothing(maker: str) -> None:
    house = await played(maker)
    before, described = dict(house.hub.devices), house.hub.described_count

    for topic, payload, retained in recorded(maker):
        if topic.endswith("/config"):
            await house.tell(topic, payload, retained=retained)

    assert house.hub.devices == before
    assert house.hub.described_count == described


@pytest.mark.parametrize("maker", MAKERS)
async def test_a_device_is_the_same_in_whatever_order_it_is_announced(maker: str) -> None:
    house, other = await played(maker), House()

    for topic, payload, retained in reversed(recorded(maker)):
        if topic.endswith("/config"):
            await other.tell(topic, payload, retained=retained)

    assert {k: d.endpoints for k, d in other.hub.devices.items()} == {
        k: d.endpoints for k, d in house.hub.devices.items()
    }


@pytest.mark.parametrize("maker", MAKERS)
async def test_what_is_withdrawn_is_forgotten_and_no_longer_listened_to(maker: str) -> None:
    house = await played(maker)
    known = set(house.hub.devices)

    for topic, _, _ in recorded(maker):
        if topic.endswith("/config"):
            await house.tell(topic, b"")

    assert house.hub.devices == {}
    assert set(house.hub.forgotten_ids) == known
    assert set(house.broker.topics) - set(house.broker.left) == set(House().broker.topics)


def _described(prop: Property) -> str:
    """Return a property in a line: its type, range, choices, and whether it can be written."""
    low = "" if prop.minimum is None else f"{prop.minimum:g}"
    high = "" if prop.maximum is None else f"{prop.maximum:g}"
    words = [prop.name, prop.type.value, f"{low}..{high}" if low or high else "", prop.unit]
    words += ["|".join(prop.choices), "writable" * prop.writable, "assumed" * prop.assumed]
    return " ".join(word for word in words if word)
