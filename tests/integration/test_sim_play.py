"""Recorded and simulated homes on a real broker, through the command line."""

import asyncio
import json
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import aiomqtt
import pytest

from firmware_sim.devices.properties import MOMENTARY, State
from firmware_sim.play import MAPLE_STREET
from firmware_sim.recording import read_recording

type Line = dict[str, object]
PATIENCE_S = 30.0


class Broker(Protocol):
    """The `mosquitto` fixture."""

    @property
    def url(self) -> str: ...
    @property
    def port(self) -> int: ...


class Simulation:
    """A running `python -m firmware_sim`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self) -> Line:
        assert self.process.stdout is not None
        text = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE_S)
        assert text, "it ended without saying more"
        line: Line = json.loads(text)
        return line

    async def until(self, key: str) -> Line:
        while key not in (line := await self.line()):
            pass
        return line


@asynccontextmanager
async def simulation(*arguments: object) -> AsyncIterator[Simulation]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "firmware_sim",
        *map(str, arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Simulation(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


class Ear:
    """A client that keeps all it hears, by topic."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.heard: dict[str, list[str]] = defaultdict(list)

    async def hear(self, enough: Callable[[], bool]) -> None:
        async def listen() -> None:
            async for message in self.client.messages:
                self.heard[str(message.topic)].append(bytes(message.payload).decode())
                if enough():
                    return

        if not enough():
            await asyncio.wait_for(listen(), PATIENCE_S)

    def last(self, topic: str) -> str:
        return (self.heard[topic] or [""])[-1]


@asynccontextmanager
async def ear(broker: Broker, *topics: str) -> AsyncIterator[Ear]:
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        for topic in topics or ("#",):
            await client.subscribe(topic, qos=1)
        yield Ear(client)


async def test_every_device_is_announced_and_retained_before_ready_is_said(
    mosquitto: Broker,
) -> None:
    async with simulation("play", "--broker", mosquitto.url, "--json") as sim:
        ready = await sim.line()
        assert ready["ready"] is True
        assert str(ready["sim_start"]).endswith("+01:00")
        devices = read_recording(MAPLE_STREET).home.firmwares()
        assert ready["devices"] == len(devices)
        topics = {message.topic for device in devices for message in device.announcement()}
        async with ear(mosquitto, "homeassistant/#") as late:
            await late.hear(lambda: topics <= late.heard.keys())


async def test_what_was_recorded_is_published_in_the_order_of_each_device(
    mosquitto: Broker,
) -> None:
    recording = read_recording(MAPLE_STREET)
    devices = {device.id: device for device in recording.home.firmwares()}
    states: dict[str, State] = {ident: device.initial() for ident, device in devices.items()}
    wanted: dict[str, list[str]] = defaultdict(list)
    for device in devices.values():
        for message in device.report(device.initial(), frozenset(device.initial())):
            wanted[message.topic].append(message.payload)
    for reading in recording.readings:
        device, state = devices[reading.device], states[reading.device]
        if reading.property not in MOMENTARY and state.get(reading.property) == reading.value:
            continue
        state = {**state, reading.property: reading.value}
        changed = frozenset({reading.property})
        for message in device.report(state, changed):
            wanted[message.topic].append(message.payload)
        states[reading.device] = {p: v for p, v in state.items() if p not in MOMENTARY}
    start = ("--from-day", 1, "--speed", "max")
    async with (
        ear(mosquitto, *wanted) as listener,
        simulation("play", "--broker", mosquitto.url, "--json", *start) as sim,
    ):
        done = await sim.until("done")
        assert done["played"] == len(recording.readings)
        total = sum(map(len, wanted.values()))
        await listener.hear(lambda: sum(map(len, listener.heard.values())) >= total)
        assert listener.heard == wanted


async def test_a_lamp_obeys_a_command_and_reports_and_refuses_nonsense(mosquitto: Broker) -> None:
    lamp = "zigbee2mqtt/kitchen_lamp"
    async with (
        ear(mosquitto, lamp) as listener,
        simulation("play", "--broker", mosquitto.url, "--json") as sim,
    ):
        await sim.line()
        await listener.client.publish(f"{lamp}/set", "nonsense")
        await listener.client.publish(f"{lamp}/set", '{"state":"ON","brightness":127}')
        await listener.hear(lambda: '"state":"ON"' in listener.last(lamp))
        assert json.loads(listener.last(lamp))["brightness"] == 127
        sim.process.send_signal(signal.SIGTERM)
        assert (await sim.until("done"))["commands"] == 1


async def test_a_command_that_changes_nothing_is_still_answered(mosquitto: Broker) -> None:
    topic = "zigbee2mqtt/kitchen_lamp"
    async with (
        ear(mosquitto, topic) as listener,
        simulation("play", "--broker", mosquitto.url, "--json") as sim,
    ):
        await sim.line()
        for expected in (2, 3):
            await listener.client.publish(f"{topic}/set", '{"state":"OFF"}')
            await listener.hear(lambda: len(listener.heard[topic]) >= expected)  # noqa: B023


async def test_devices_announce_themselves_again_when_a_hub_comes(mosquitto: Broker) -> None:
    config = "homeassistant/light/kitchen_lamp/light/config"
    async with (
        ear(mosquitto, config, "zigbee2mqtt/kitchen_lamp") as listener,
        simulation("play", "--broker", mosquitto.url, "--json") as sim,
    ):
        await sim.line()
        await listener.hear(lambda: len(listener.heard[config]) == 1)
        await listener.client.publish("homeassistant/status", "online")
        await listener.hear(
            lambda: (
                len(listener.heard[config]) == 2
                and len(listener.heard["zigbee2mqtt/kitchen_lamp"]) == 2
            )
        )


OFFLINE = {
    "zigbee2mqtt/bridge/state": '{"state":"offline"}',
    "zwave/_CLIENTS/ZWAVE_GATEWAY-home/status": '{"value":false}',
    "tele/hall_lamp/LWT": "Offline",
    "bedroom_bed/status": "offline",
    "living_room_shutter/online": "false",
    "living_room_co2/availability": "offline",
}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly_and_all_devices_say_that_they_go(
    mosquitto: Broker, number: signal.Signals
) -> None:
    own = {"zigbee2mqtt/kitchen_lamp/availability": '{"state":"offline"}'}
    async with (
        ear(mosquitto, *OFFLINE, *own) as listener,
        simulation("play", "--broker", mosquitto.url, "--json") as sim,
    ):
        await sim.line()
        sim.process.send_signal(number)
        assert (await sim.until("done"))["done"] is True
        assert await asyncio.wait_for(sim.process.wait(), PATIENCE_S) == 0
        gone = OFFLINE | own
        await listener.hear(lambda: all(listener.last(t) == p for t, p in gone.items()))


async def test_devices_that_are_killed_are_told_gone_by_the_broker(mosquitto: Broker) -> None:
    async with (
        ear(mosquitto, *OFFLINE) as listener,
        simulation("play", "--broker", mosquitto.url, "--json") as sim,
    ):
        await sim.line()
        sim.process.kill()
        await listener.hear(lambda: all(listener.last(t) == p for t, p in OFFLINE.items()))


async def test_a_simulated_house_lives_and_is_felt_through_its_devices(mosquitto: Broker) -> None:
    home = MAPLE_STREET / "home.yaml"
    start = ("--speed", "max", "--start", "2026-03-02T06:30", "--seed", "7", "--json")
    motion, phone = "zigbee2mqtt/kitchen_motion", "phones/phone_ann/state"
    async with (
        ear(mosquitto, motion, phone) as listener,
        simulation("live", "--broker", mosquitto.url, "--home", home, *start) as sim,
    ):
        assert (await sim.line())["sim_start"] == "2026-03-02T06:30:00+01:00"
        await listener.hear(lambda: '"occupancy":true' in listener.last(motion))
        await listener.hear(lambda: listener.last(phone) == "not_home")
        sim.process.send_signal(signal.SIGTERM)
        assert (await sim.until("done"))["done"] is True


async def test_a_signal_ends_it_while_it_still_looks_for_the_broker(unused_tcp_port: int) -> None:
    url = f"mqtt://127.0.0.1:{unused_tcp_port}"
    async with simulation("--verbose", "play", "--broker", url, "--json") as sim:
        assert sim.process.stderr is not None
        assert b"again in" in await asyncio.wait_for(sim.process.stderr.readline(), PATIENCE_S)
        sim.process.terminate()
        assert await sim.line() == {"done": True, "played": 0, "commands": 0}


async def test_without_a_broker_it_says_so_and_ends(unused_tcp_port: int) -> None:
    url = f"mqtt://127.0.0.1:{unused_tcp_port}"
    async with simulation("play", "--broker", url) as sim:
        _, said = await asyncio.wait_for(sim.process.communicate(), 60)
        assert sim.process.returncode == 3
        assert f"no broker answers at 127.0.0.1:{unused_tcp_port}" in said.decode()


async def test_a_folder_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    arguments = ("--broker", "mqtt://127.0.0.1", "--recording", tmp_path)
    async with simulation("play", *arguments) as sim:
        _, said = await asyncio.wait_for(sim.process.communicate(), PATIENCE_S)
        assert sim.process.returncode == 2
        assert "no events.csv" in said.decode()
