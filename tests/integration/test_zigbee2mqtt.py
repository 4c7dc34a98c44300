"""A Zigbee2MQTT bridge on a real broker, spoken natively: from found to lost, and back."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import aiomqtt
import pytest

from drivers.mqtt import MqttDriver, MqttSettings
from firmware_sim.devices.device import Identity
from firmware_sim.devices.properties import Property, State
from firmware_sim.devices.zigbee_lights import ColorTemperatureLight
from firmware_sim.devices.zigbee_sensors import ContactSensor
from firmware_sim.fleet import Fleet
from firmware_sim.pace import Pace
from firmware_sim.station import Broker
from hubd.adoption import Adoption
from hubd.clock import WallClock
from hubd.core.engine import Core
from hubd.driver_port import attach
from hubd.hub import Hub
from hubd.model.claim import Claim, Priority
from hubd.model.command import Outcome
from hubd.model.events import Claimed, Event, Settled
from hubd.model.ids import DeviceId, PropertyId
from hubd.model.value import Value
from scenes.compiler import compile_scene
from tests.conftest import Mosquitto

LAMP, DOOR = DeviceId("lamp"), DeviceId("door")
LEVEL, WARMTH = "lamp/light/LevelControl.level", "lamp/light/ColorControl.colorTemperature"


class Notes:
    """A log that is kept in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append(self, events: Sequence[Event]) -> None:
        self.events += events

    async def commit(self, events: Sequence[Event]) -> None:
        self.append(events)

    def outcomes(self) -> list[Outcome]:
        return [e.what.outcome for e in self.events if isinstance(e.what, Settled)]


class Home:
    """A hub on a broker, and how its devices stand there."""

    def __init__(self, hub: Hub, notes: Notes) -> None:
        self.hub, self.notes = hub, notes

    def value(self, prop: str) -> Value:
        shadow = self.hub.core.state.shadows.get(PropertyId(prop))
        return shadow.reported if shadow is not None else None

    def there(self, device: DeviceId) -> bool:
        state = self.hub.core.state
        return device in state.home.devices and device not in state.unreachable

    def wish(self, *values: tuple[str, Value]) -> None:
        claims = (Claim(PropertyId(p), v, Priority.HAND, "person:ann") for p, v in values)
        self.hub.take(Claimed(tuple(claims)), "person:ann")


async def until(condition: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(30):
            while not condition():  # noqa: ASYNC110 - other programs change it
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"never came: {what}")


@asynccontextmanager
async def at_home(broker: Mosquitto) -> AsyncIterator[Home]:
    """Run a hub on the broker."""
    notes = Notes()
    hub = Hub(Core(compile_scene), notes, WallClock())
    settings = MqttSettings.from_url(broker.url)
    driver = attach(hub, Adoption(hub, None), lambda port: MqttDriver(settings, port), "mqtt")
    running = asyncio.create_task(driver.run())
    hub.start()
    try:
        yield Home(hub, notes)
    finally:
        hub.close()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def fleet(states: Mapping[str, State] | None = None) -> Fleet:
    """Return a lamp and a door behind a bridge, as they were left."""
    lamp = ColorTemperatureLight(Identity("lamp", "Reading lamp", "study"))
    door = ContactSensor(Identity("door", "Front door"))
    return Fleet([lamp, door], Pace(0, time.time()), states=states)


async def test_a_bridges_devices_are_found_told_asked_lost_and_back(mosquitto: Mosquitto) -> None:
    where, devices = Broker("127.0.0.1", mosquitto.port), fleet()
    async with at_home(mosquitto) as home:
        async with devices.on(where):
            await until(lambda: home.there(LAMP) and home.there(DOOR), "the devices")
            lamp = home.hub.core.state.home.devices[LAMP]
            assert (lamp.name, lamp.maker) == ("Reading lamp", "IKEA")
            assert "linkquality" in {e.id for e in lamp.endpoints}  # only the bridge tells of it

            await until(lambda: home.value("door/contact/BooleanState.open") is False, "closed")
            devices.apply("door", {Property.OPEN: True})
            await until(lambda: home.value("door/contact/BooleanState.open") is True, "opened")

            home.wish(("lamp/light/OnOff.on", True), (LEVEL, 40.0), (WARMTH, 4000.0))
            await until(lambda: len(home.notes.outcomes()) == 3, "three outcomes")
            assert set(home.notes.outcomes()) == {Outcome.CONFIRMED}
            assert devices.states["lamp"][Property.LEVEL] == pytest.approx(40, abs=0.5)

            async with aiomqtt.Client("127.0.0.1", mosquitto.port) as bridge:
                topic = "zigbee2mqtt/lamp/availability"
                await bridge.publish(topic, '{"state":"offline"}', qos=1, retain=True)
                await until(lambda: not home.there(LAMP), "the lamp to be lost")
                assert home.there(DOOR)
                await bridge.publish(topic, '{"state":"online"}', qos=1, retain=True)
                await until(lambda: home.there(LAMP), "the lamp to be back")

        await until(lambda: not home.there(LAMP) and not home.there(DOOR), "the bridge to be lost")
        home.wish((LEVEL, 70.0))
        again = fleet(devices.states)
        async with again.on(where):
            await until(lambda: home.there(LAMP) and home.there(DOOR), "the bridge to be back")
            await until(
                lambda: again.states["lamp"][Property.LEVEL] == pytest.approx(70, abs=0.5),
                "what was wished meanwhile",
            )


async def test_a_device_is_renamed_and_leaves(mosquitto: Mosquitto) -> None:
    def entry(name: str) -> dict[str, object]:
        state = {"type": "binary", "name": "state", "property": "state", "access": 7,
                 "value_on": "ON", "value_off": "OFF"}  # fmt: skip
        exposes = [{"type": "switch", "features": [state]}]
        return {
            "ieee_address": "0x00158d0001a2b3c4",
            "friendly_name": name,
            "type": "Router",
            "definition": {"model": "P1", "vendor": "Acme", "exposes": exposes},
        }

    plug = DeviceId("zigbee2mqtt_0x00158d0001a2b3c4")
    async with (
        at_home(mosquitto) as home,
        aiomqtt.Client("127.0.0.1", mosquitto.port) as bridge,
    ):

        async def say(topic: str, said: object) -> None:
            await bridge.publish(f"home/z2m/{topic}", json.dumps(said), qos=1, retain=True)

        await say("bridge/state", {"state": "online"})
        await say("bridge/devices", [entry("plug")])
        await until(lambda: home.there(plug), "the plug")
        await say("bridge/devices", [entry("kitchen/kettle")])
        await until(
            lambda: home.hub.core.state.home.devices[plug].name == "kitchen/kettle", "its new name"
        )
        await say("kitchen/kettle", {"state": "ON"})
        await until(lambda: home.value(f"{plug}/switch/OnOff.on") is True, "its state")
        await say("bridge/devices", [])
        await until(lambda: plug not in home.hub.core.state.home.devices, "that it left")
