"""Devices that tell no availability, on a real broker: asked, lost, found, and read anew.

How long they may be silent is a matter of minutes and days (docs/decisions/0014-availability.md);
here of fractions of a second.
"""

import asyncio
import time
from dataclasses import replace

import aiomqtt
import pytest

from drivers.kit.rhythm import Bounds
from drivers.mqtt import MqttSettings
from drivers.mqtt.availability import asking, silence, watch
from firmware_sim.devices.device import Identity
from firmware_sim.devices.properties import Property
from firmware_sim.devices.zigbee_lights import ColorTemperatureLight
from firmware_sim.devices.zigbee_sensors import ContactSensor
from firmware_sim.fleet import Fleet
from firmware_sim.pace import Pace
from firmware_sim.station import Broker
from tests.conftest import Mosquitto
from tests.integration.test_mqtt_dialects import reached
from tests.integration.test_mqtt_driver import driving
from tests.integration.test_mqtt_driver import until as comes
from tests.integration.test_zigbee2mqtt import DOOR, LAMP, LEVEL, at_home, until

OPEN = "door/contact/BooleanState.open"


class UnwatchedLamp(ColorTemperatureLight):
    """A lamp whose bridge does not watch whether it is there."""

    watched = False


class UnwatchedDoor(ContactSensor):
    """A contact that sleeps."""

    watched = False


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have everything happen a thousand times sooner."""
    for name, seconds in (
        ("GRACE_S", 0.2),
        ("SPREAD_S", 0.2),
        ("ANSWER_S", 1.0),
        ("PAUSE_S", 0.2),
        ("LATER_S", 0.5),
        ("LATEST_S", 1.0),
    ):
        monkeypatch.setattr(silence, name, seconds)
    monkeypatch.setattr(silence, "AWAKE", Bounds(at_least_s=0.5, at_most_s=1.0))
    monkeypatch.setattr(asking, "PATIENCE_S", 0.2)
    monkeypatch.setattr(watch, "SETTLED_S", 0.0)


async def test_a_zigbee_lamp_without_power_is_missed_found_and_read_anew(
    mosquitto: Mosquitto,
) -> None:
    lamp = UnwatchedLamp(Identity("lamp", "Reading lamp", "study"))
    door = UnwatchedDoor(Identity("door", "Front door"))
    fleet = Fleet([lamp, door], Pace(0, time.time()))
    async with at_home(mosquitto) as home, fleet.on(Broker("127.0.0.1", mosquitto.port)):
        await until(lambda: home.there(LAMP) and home.there(DOOR), "the devices")
        fleet.apply("lamp", {Property.LEVEL: 80.0})
        await until(lambda: home.value(LEVEL) == pytest.approx(80, abs=0.5), "its level")
        heard_us = home.hub.core.heard_us(LAMP) or 0
        asked = fleet.asked["lamp"]
        await until(lambda: fleet.asked["lamp"] > asked, "it is asked")
        await until(lambda: (home.hub.core.heard_us(LAMP) or 0) > heard_us, "it answers")

        fleet.away.add("lamp")
        fleet.apply("lamp", {Property.ON: True, Property.LEVEL: 30.0})  # a hand at its own switch
        await until(lambda: not home.there(LAMP), "the lamp to be missed")
        assert "it does not answer" in home.hub.core.state.unreachable[LAMP]
        assert home.value(LEVEL) == pytest.approx(80, abs=0.5)
        assert home.there(DOOR)

        fleet.away.discard("lamp")
        await until(lambda: home.there(LAMP), "the lamp to be back")
        await until(lambda: home.value(LEVEL) == pytest.approx(30, abs=0.5), "what changed")
        assert fleet.asked["door"] == 0, "nobody asks a sleeper"


async def test_what_the_broker_keeps_of_a_device_comes_again_when_it_is_back(
    mosquitto: Mosquitto,
) -> None:
    config = (
        b'{"state_topic":"s","command_topic":"c","availability_topic":"a",'
        b'"device":{"identifiers":["dev"],"name":"Plug"},"name":null}'
    )
    settings = replace(MqttSettings(port=mosquitto.port), birth=False)
    async with (
        driving(settings) as (_, hub),
        aiomqtt.Client("127.0.0.1", mosquitto.port) as device,
    ):

        async def say(topic: str, payload: bytes) -> None:
            await device.publish(topic, payload, qos=1, retain=True)

        await say("homeassistant/switch/dev/it/config", config)
        await say("s", b"ON")
        await say("a", b"online")
        await reached(hub, "dev", available=True)
        await comes(lambda: ("dev/it/OnOff.on", True) in [r[:2] for r in hub.reports], "its state")
        await say("a", b"offline")
        await reached(hub, "dev", available=False)
        before = len(hub.reports)
        await say("a", b"online")
        await comes(lambda: ("dev/it/OnOff.on", True, True) in hub.reports[before:], "it again")


async def test_a_dozing_device_on_a_real_broker_is_lost_by_its_rhythm_alone(
    mosquitto: Mosquitto,
) -> None:
    config = (
        b'{"state_topic":"s","availability_topic":"a","device_class":"temperature",'
        b'"unit_of_measurement":"C","device":{"identifiers":["dev"],"name":"Attic"},"name":null}'
    )
    settings = replace(MqttSettings(port=mosquitto.port), birth=False)
    async with (
        driving(settings) as (_, hub),
        aiomqtt.Client("127.0.0.1", mosquitto.port) as device,
    ):

        async def say(topic: str, payload: bytes) -> None:
            await device.publish(topic, payload, qos=1, retain=True)

        await say("homeassistant/sensor/dev/it/config", config)
        await comes(lambda: "dev" in hub.devices, "the device")
        await asyncio.sleep(0)
        for degrees in range(8):
            await say("a", b"online")
            await say("s", str(degrees).encode())
            await say("a", b"offline")
            await comes(lambda n=degrees: n in hub.values().values(), "its value")  # type: ignore[misc]
        there = [available for known, available, _ in hub.reach if known == "dev"]
        assert there == [True, False, True, False, True], "after three naps it is believed no more"
