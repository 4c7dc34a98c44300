"""A fleet of devices on a broker that goes away and comes back."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import aiomqtt

from firmware_sim.devices.catalog import DeviceType
from firmware_sim.devices.properties import Changes, Property
from firmware_sim.fleet import Fleet
from firmware_sim.home import DeviceEntry, Home
from firmware_sim.pace import Pace
from firmware_sim.station import Broker

PATIENCE_S = 30.0
HOME = Home(
    devices=(
        DeviceEntry(id="lamp", name="Lamp", type=DeviceType.DIMMABLE_LIGHT),
        DeviceEntry(id="shutter", name="Shutter", type=DeviceType.WINDOW_COVERING),
    )
)


class Real(Protocol):
    """The `mosquitto` fixture."""

    @property
    def port(self) -> int: ...


class Road:
    """A way to the broker that can be cut."""

    def __init__(self, port: int) -> None:
        self._goal = port
        self._travellers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.open = True

    @asynccontextmanager
    async def built(self) -> AsyncIterator["Road"]:
        server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.cut()
            server.close()
            await server.wait_closed()

    def cut(self) -> None:
        for writer in self._travellers:
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.open:
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._goal)
        self._travellers |= {writer, back}

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError):
                while data := await source.read(65536):
                    sink.write(data)
            sink.close()

        await asyncio.gather(pump(reader, back), pump(there, writer))
        self._travellers -= {writer, back}


async def heard(client: aiomqtt.Client, topic: str, count: int) -> list[str]:
    payloads: list[str] = []

    async def listen() -> None:
        async for message in client.messages:
            if str(message.topic) == topic:
                payloads.append(bytes(message.payload).decode())
            if len(payloads) == count:
                return

    await asyncio.wait_for(listen(), PATIENCE_S)
    return payloads


async def test_what_happens_while_the_broker_is_away_is_told_in_order_when_it_is_back(
    mosquitto: Real,
) -> None:
    fleet = Fleet(HOME.firmwares(), Pace(0, 0.0))
    async with (
        Road(mosquitto.port).built() as road,
        aiomqtt.Client("127.0.0.1", mosquitto.port) as client,
    ):
        await client.subscribe("zigbee2mqtt/lamp", qos=1)
        async with fleet.on(Broker("127.0.0.1", road.port)):
            (first,) = await heard(client, "zigbee2mqtt/lamp", 1)
            assert json.loads(first)["brightness"] == 254
            road.open = False
            road.cut()
            await client.subscribe("zigbee2mqtt/bridge/state", qos=1)
            while (await heard(client, "zigbee2mqtt/bridge/state", 1)) != ['{"state":"offline"}']:
                pass
            for level in (10.0, 20.0, 30.0):
                fleet.apply("lamp", {Property.LEVEL: level})
            road.open = True
            levels = [
                json.loads(p)["brightness"] for p in await heard(client, "zigbee2mqtt/lamp", 4)
            ]
            # What waited goes out in order, and then the state as it is.
            assert levels == [25, 51, 76, 76]


async def test_a_covering_travels_in_the_homes_time_and_a_new_command_turns_it(
    mosquitto: Real,
) -> None:
    commanded: list[tuple[str, Changes]] = []
    fleet = Fleet(
        HOME.firmwares(),
        Pace(0, 0.0, speed=100.0),
        commanded=lambda ident, changes: commanded.append((ident, changes)),
    )
    async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
        await client.subscribe("shutter/status/cover:0", qos=1)
        async with fleet.on(Broker("127.0.0.1", mosquitto.port)):
            await client.publish("shutter/command/cover:0", "close", qos=1)
            await heard(client, "shutter/status/cover:0", 2)
            await client.publish("shutter/command/cover:0", "open", qos=1)
            while fleet.states["shutter"][Property.MOVEMENT] != "stopped":
                await heard(client, "shutter/status/cover:0", 1)
            assert fleet.states["shutter"][Property.POSITION] == 100.0
    assert fleet.commands == 2
    assert ("shutter", {Property.MOVEMENT: "closing"}) in commanded
    assert ("shutter", {Property.POSITION: 0.0, Property.MOVEMENT: "stopped"}) not in commanded


async def test_a_broker_that_never_comes_is_a_timeout_and_leaves_nothing_running(
    unused_tcp_port: int,
) -> None:
    fleet = Fleet(HOME.firmwares(), Pace(0, 0.0))
    before = asyncio.all_tasks()
    with suppress(TimeoutError):
        async with fleet.on(Broker("127.0.0.1", unused_tcp_port), patience_s=0.3):
            raise AssertionError("nobody is there")
    assert asyncio.all_tasks() == before
