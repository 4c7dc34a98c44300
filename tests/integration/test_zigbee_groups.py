"""A group of Zigbee lamps on a real broker: one message, each lamp's report, and who missed it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import aiomqtt
import pytest

from drivers.mqtt import MqttDriver, MqttSettings
from firmware_sim.devices.device import Identity
from firmware_sim.devices.zigbee_groups import ZigbeeGroups
from firmware_sim.devices.zigbee_lights import DimmableLight
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
from hubd.model.events import Claimed, Commanded, Event, Settled
from hubd.model.ids import PropertyId
from scenes.compiler import compile_scene
from tests.conftest import Mosquitto

LAMPS = ("lamp_a", "lamp_b", "lamp_c")


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


async def until(condition: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(30):
            while not condition():  # noqa: ASYNC110 - other programs change it
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"never came: {what}")


@asynccontextmanager
async def home(broker: Mosquitto) -> AsyncIterator[tuple[Hub, Notes, Fleet, list[str]]]:
    """Run a hub and three lamps that are a group; note the topics of commands."""
    lamps = [DimmableLight(Identity(name, name)) for name in LAMPS]
    devices = [*lamps, ZigbeeGroups({"all": lamps})]
    fleet = Fleet(devices, Pace(0, time.time()))
    notes = Notes()
    hub = Hub(Core(compile_scene), notes, WallClock())
    settings = MqttSettings.from_url(broker.url)
    driver = attach(hub, Adoption(hub, None), lambda port: MqttDriver(settings, port), "mqtt")
    told: list[str] = []

    async def listen(client: aiomqtt.Client) -> None:
        async for message in client.messages:
            told.append(str(message.topic))  # noqa: PERF401 - it never ends

    async with (
        fleet.on(Broker("127.0.0.1", broker.port)),
        aiomqtt.Client("127.0.0.1", broker.port) as ear,
    ):
        await ear.subscribe("zigbee2mqtt/+/set")
        tasks = [asyncio.create_task(driver.run()), asyncio.create_task(listen(ear))]
        hub.start()
        try:
            await until(
                lambda: (
                    len([s for s in hub.core.state.shadows.values() if s.known]) >= 6
                    and not hub.core.state.unreachable
                ),
                "the lamps",
            )
            yield hub, notes, fleet, told
        finally:
            hub.close()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


def wish(level: float) -> Claimed:
    """Return a wish for all lamps."""
    return Claimed(
        tuple(
            Claim(PropertyId(f"{lamp}/light/{name}"), value, Priority.HAND, "person:ann")
            for lamp in LAMPS
            for name, value in (("OnOff.on", True), ("LevelControl.level", level))
        )
    )


async def test_one_message_tells_a_group_and_each_lamp_confirms_its_own(
    mosquitto: Mosquitto,
) -> None:
    async with home(mosquitto) as (hub, notes, _, told):
        hub.take(wish(40.0), "person:ann")
        await until(lambda: len(notes.outcomes()) == 6, "six outcomes")
        assert set(notes.outcomes()) == {Outcome.CONFIRMED}
        await until(lambda: bool(told), "the command")
        assert told == ["zigbee2mqtt/all/set"]
        commands = [e.what.command for e in notes.events if isinstance(e.what, Commanded)]
        assert {c.device for c in commands} == set(LAMPS)


async def test_a_lamp_that_missed_its_groups_message_is_told_by_itself(
    mosquitto: Mosquitto,
) -> None:
    async with home(mosquitto) as (hub, notes, fleet, told):
        fleet.deaf.add("lamp_b")
        hub.take(wish(60.0), "person:ann")
        await until(lambda: notes.outcomes().count(Outcome.CONFIRMED) == 6, "all to be confirmed")
        assert told[0] == "zigbee2mqtt/all/set"
        assert set(told[1:]) == {"zigbee2mqtt/lamp_b/set"}
        again = [e.what.command for e in notes.events if isinstance(e.what, Commanded)]
        assert {c.device for c in again if c.attempt > 1} == {"lamp_b"}
