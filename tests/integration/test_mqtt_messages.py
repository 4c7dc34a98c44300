"""Messages that are no device's, on real brokers: listened to, and sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.broker.embedded import EmbeddedBroker
from drivers.broker.options import BrokerOptions
from drivers.broker.programs import find_nats_server
from drivers.mqtt import MqttDriver, MqttSettings
from drivers.mqtt.messages import MESSAGE_LIMIT
from tests.conftest import Mosquitto
from tests.integration.test_mqtt_driver import Wire, driving, until, wire
from tests.unit.drivers.mqtt_house import NotedHub


@pytest.fixture
def port(mosquitto: Mosquitto) -> int:
    return mosquitto.port


@asynccontextmanager
async def talking(port: int, *topics: str) -> AsyncIterator[tuple[MqttDriver, NotedHub, Wire]]:
    """A driver that listens to `topics`, and what the other end hears of "#"."""
    settings = MqttSettings(port=port)
    async with wire(port, "#") as other, driving(settings) as (driver, hub):
        await until(lambda: not driver.trouble, "a connection")
        driver.listen(frozenset(topics))
        await settled(driver, other, hub)
        yield driver, hub, other


async def settled(driver: MqttDriver, other: Wire, hub: NotedHub) -> None:
    """Wait until what was asked of the broker before is done: until a message comes round."""
    topics = driver._messages.topics
    driver.listen(topics | {"round/trip"})
    heard = len(hub.messages)
    while ("round/trip", "now") not in hub.messages[heard:]:
        await other.say("round/trip", "now", retain=False)
        await asyncio.sleep(0.02)
    driver.listen(topics)
    await asyncio.sleep(0.05)
    hub.messages[:] = [m for m in hub.messages if m[0] != "round/trip"]


async def test_a_message_on_a_topic_that_is_listened_to_is_told(port: int) -> None:
    async with talking(port, "bell/+/ring") as (driver, hub, other):
        await other.say("bell/front/rang", "no", retain=False)
        await other.say("bell/front/ring", "yes", retain=False)
        await until(lambda: len(hub.messages) == 1)
        driver.listen(frozenset({"other"}))
        await settled(driver, other, hub)
        await other.say("bell/front/ring", "again", retain=False)
        await other.say("other", "this", retain=False)
        await until(lambda: ("other", "this") in hub.messages)
        assert hub.messages == [("bell/front/ring", "yes"), ("other", "this")]


async def test_a_retained_message_is_no_news(port: int) -> None:
    async with wire(port) as before:
        await before.say("bell/old", "yesterday")
    async with talking(port, "bell/#") as (_, hub, other):
        await other.say("bell/new", "today", retain=False)
        await until(lambda: ("bell/new", "today") in hub.messages)
        assert hub.messages == [("bell/new", "today")]


async def test_a_message_that_several_topics_mean_is_told_once(port: int) -> None:
    async with talking(port, "bell/#", "bell/+", "bell/front") as (_, hub, other):
        for text in ("one", "two"):
            await other.say("bell/front", text, retain=False)
        await other.say("bell/end", "", retain=False)
        await until(lambda: ("bell/end", "") in hub.messages)
        assert hub.messages == [("bell/front", "one"), ("bell/front", "two"), ("bell/end", "")]


async def test_it_is_told_once_by_the_broker_that_comes_as_a_wheel(tmp_path: Path) -> None:
    program = find_nats_server()
    if program is None:
        pytest.skip("no nats-server here")
    async with (
        EmbeddedBroker(program, BrokerOptions(tmp_path)) as broker,
        talking(int(broker.url.rpartition(":")[2]), "bell/#", "bell/+", "bell/front") as (
            _,
            hub,
            other,
        ),
    ):
        for text in ("one", "two"):
            await other.say("bell/front", text, retain=False)
        await other.say("bell/end", "", retain=False)
        await until(lambda: ("bell/end", "") in hub.messages)
        assert hub.messages == [("bell/front", "one"), ("bell/front", "two"), ("bell/end", "")]


async def test_what_is_too_long_or_no_text_is_refused_and_named(port: int) -> None:
    async with talking(port, "big") as (_, hub, other):
        await other.say("big", b"x" * (MESSAGE_LIMIT + 1), retain=False)
        await other.say("big", b"\xff", retain=False)
        await other.say("big", "fine", retain=False)
        await until(lambda: ("big", "fine") in hub.messages)
        assert hub.messages == [("big", "fine")]
        assert [reason for topic, reason in hub.refused if topic == "big"] == [
            f"a message of {MESSAGE_LIMIT + 1} bytes, {MESSAGE_LIMIT} are the most",
            "a message that is not UTF-8",
        ]


async def test_a_device_is_read_and_its_press_counted_once_beside_a_scene_that_listens(
    port: int,
) -> None:
    async with talking(port, "dev/#") as (_, hub, other):
        config = {
            "automation_type": "trigger",
            "topic": "dev/action",
            "type": "action",
            "subtype": "single",
            "payload": "single",
            "device": {"identifiers": ["dev"], "name": "Device"},
        }
        await other.say("homeassistant/device_automation/dev/a/config", config)
        await until(lambda: "dev" in hub.devices)
        await asyncio.sleep(0.2)
        await other.say("dev/action", "single", retain=False)
        await other.say("dev/end", "", retain=False)
        await until(lambda: ("dev/end", "") in hub.messages)
        assert len(hub.signals) == 1
        assert hub.messages == [("dev/action", "single"), ("dev/end", "")]


async def test_a_message_is_sent_and_the_hubs_own_topics_are_not(port: int) -> None:
    async with talking(port) as (driver, hub, other):
        driver.publish("hubd/status", "offline", retain=True)
        driver.publish("$SYS/x", "y")
        driver.publish("a/#", "y")
        driver.publish("lamp/set", "on")
        driver.publish("lamp/kept", "é", retain=True)
        await until(lambda: "lamp/kept" in other.topics())
        sent = [(t, p) for t, p, _ in other.heard if t.startswith("lamp/")]
        assert sent == [("lamp/set", b"on"), ("lamp/kept", "é".encode())]
        assert ("hubd/status", b"offline") not in [(t, p) for t, p, _ in other.heard]
        assert [topic for topic, _ in hub.refused] == ["hubd/status", "$SYS/x", "a/#"]
    async with wire(port, "lamp/#") as late:
        await until(lambda: late.heard == [("lamp/kept", "é".encode(), True)])
        await late.say("lamp/kept", b"")


async def test_the_same_message_twice_is_told_twice_where_one_topic_means_it(port: int) -> None:
    async with talking(port, "bell/#") as (_, hub, other):
        for text in ("ding", "ding", "end"):
            await other.say("bell/front", text, retain=False)
        await until(lambda: ("bell/front", "end") in hub.messages)
        assert [text for _, text in hub.messages] == ["ding", "ding", "end"]
