"""The MQTT driver on a real broker, against devices that another MQTT library plays."""

import asyncio
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from pathlib import Path

import aiomqtt
import pytest
import uvloop

from drivers.broker.embedded import EmbeddedBroker
from drivers.broker.options import BrokerOptions
from drivers.broker.programs import find_nats_server
from drivers.kit.port import Ordered
from drivers.mqtt import MqttDriver, MqttSettings
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId, EventId
from hubd.model.value import Value
from tests.conftest import Mosquitto
from tests.unit.drivers.mqtt_house import NotedHub, as_bytes


async def until(condition: Callable[[], bool], what: str = "") -> None:
    """Wait for what another process brings about."""
    try:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - another process changes it
                await asyncio.sleep(0.005)
    except TimeoutError:
        pytest.fail(f"never came: {what or condition}")


DRIVEN = ContextVar[MqttDriver]("DRIVEN")
"""The driver that a task belongs to."""


@asynccontextmanager
async def driving(settings: MqttSettings) -> AsyncIterator[tuple[MqttDriver, NotedHub]]:
    """Run the driver; when it is cancelled no task of it is left.

    Its tasks are those that inherit its context: the other client's come and go beside them.
    """
    hub = NotedHub()
    driver = MqttDriver(settings, hub)
    context = copy_context()
    context.run(DRIVEN.set, driver)
    task = asyncio.create_task(driver.run(), context=context)
    try:
        yield driver, hub
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        left = [task for task in asyncio.all_tasks() if task.get_context().get(DRIVEN) is driver]
        assert not left


@dataclass
class Wire:
    """A device's side: what it hears, and a client to publish with."""

    client: aiomqtt.Client
    heard: list[tuple[str, bytes, bool]] = field(default_factory=list)

    async def say(self, topic: str, payload: object, *, retain: bool = True) -> None:
        raw = payload if isinstance(payload, bytes) else as_bytes(payload)
        await self.client.publish(topic, raw, qos=1, retain=retain)

    def topics(self) -> list[str]:
        return [topic for topic, _, _ in self.heard]


@asynccontextmanager
async def wire(port: int, *topics: str) -> AsyncIterator[Wire]:
    """Connect a device that hears `topics`."""
    async with aiomqtt.Client("127.0.0.1", port) as client:
        seen = Wire(client)
        for topic in topics:
            await client.subscribe(topic, qos=1)

        async def hear() -> None:
            async for message in client.messages:
                payload = message.payload
                assert isinstance(payload, bytes)
                seen.heard.append((str(message.topic), payload, message.retain))

        hearing = asyncio.create_task(hear())
        try:
            yield seen
        finally:
            hearing.cancel()
            with suppress(asyncio.CancelledError):
                await hearing


def order(event: int, name: str, value: Value = None, *, action: bool = False) -> Ordered:
    """Return a command to the device that these tests play."""
    command = Command(DeviceId("dev"), EndpointId("it"), name, value, 0, action=action)
    return Ordered(EventId(event), command)


DEVICE = {"identifiers": ["dev"], "name": "Device"}
_STATE, _SET = {"state_topic": "dev/state"}, {"command_topic": "dev/set"}
BOTH = {**_STATE, **_SET}


@dataclass(frozen=True)
class Case:
    """A component: a message that it sends, what it means, a command, and its message."""

    kind: str
    options: Mapping[str, object]
    told: tuple[str, object] | None
    means: tuple[str, Value] | None
    asked: tuple[str, Value] | None
    wire: tuple[str, str] | None


CASES: Sequence[Case] = [
    Case("binary_sensor", {**_STATE, "device_class": "motion"}, ("dev/state", "ON"),
         ("OccupancySensing.occupied", True), None, None),
    Case("sensor", {**_STATE, "device_class": "temperature", "unit_of_measurement": "°F"},
         ("dev/state", "68"), ("TemperatureMeasurement.temperature", 20.0), None, None),
    Case("switch", BOTH, ("dev/state", "ON"), ("OnOff.on", True), ("OnOff.on", False),
         ("dev/set", "OFF")),
    Case("light", {**BOTH, "schema": "json", "brightness": True},
         ("dev/state", {"state": "ON", "brightness": 51}), ("LevelControl.level", 20.0),
         ("LevelControl.level", 100.0), ("dev/set", '{"state":"ON","brightness":255}')),
    Case("light", {**BOTH, "brightness_state_topic": "dev/bri", "brightness_scale": 100,
                   "brightness_command_topic": "dev/bri/set"},
         ("dev/bri", "40"), ("LevelControl.level", 40.0), ("LevelControl.level", 60.0),
         ("dev/bri/set", "60")),
    Case("cover", {**_SET, "position_topic": "dev/pos", "set_position_topic": "dev/pos/set"},
         ("dev/pos", "30"), ("WindowCovering.position", 30.0), ("WindowCovering.position", 70.0),
         ("dev/pos/set", "70")),
    Case("climate", {"temperature_state_topic": "dev/temp",
                     "temperature_command_topic": "dev/temp/set"},
         ("dev/temp", "20.5"), ("Thermostat.setpoint", 20.5), ("Thermostat.setpoint", 18.0),
         ("dev/temp/set", "18")),
    Case("fan", {**BOTH, "percentage_state_topic": "dev/pct", "speed_range_max": 4,
                 "percentage_command_topic": "dev/pct/set"},
         ("dev/pct", "2"), ("FanControl.speed", 50.0), ("FanControl.speed", 75.0),
         ("dev/pct/set", "3")),
    Case("lock", BOTH, ("dev/state", "LOCKED"), ("DoorLock.locked", True),
         ("DoorLock.locked", False), ("dev/set", "UNLOCK")),
    Case("number", BOTH, ("dev/state", "5"), ("Number.value", 5.0), ("Number.value", 6.5),
         ("dev/set", "6.5")),
    Case("select", {**BOTH, "options": ["day", "night"]}, ("dev/state", "day"),
         ("Select.option", "day"), ("Select.option", "night"), ("dev/set", "night")),
    Case("device_tracker", _STATE, ("dev/state", "home"), ("Presence.home", True), None, None),
    Case("update", _STATE, ("dev/state", {"installed_version": "1", "latest_version": "2"}),
         ("Update.latest", "2"), None, None),
    Case("alarm_control_panel", BOTH, ("dev/state", "armed_away"),
         ("AlarmPanel.state", "armed_away"), ("AlarmPanel.state", "disarmed"),
         ("dev/set", "DISARM")),
    Case("humidifier", {**BOTH, "target_humidity_state_topic": "dev/hum",
                        "target_humidity_command_topic": "dev/hum/set"},
         ("dev/hum", "45"), ("Humidifier.setpoint", 45.0), ("Humidifier.setpoint", 50.0),
         ("dev/hum/set", "50")),
    Case("vacuum", {**BOTH, "fan_speed_list": ["low", "max"], "set_fan_speed_topic": "dev/fan/set"},
         ("dev/state", {"state": "docked"}), ("RvcOperationalState.state", "docked"),
         ("RvcOperationalState.fanSpeed", "max"), ("dev/fan/set", "max")),
    Case("valve", BOTH, ("dev/state", "open"), ("Valve.open", True), ("Valve.open", False),
         ("dev/set", "CLOSE")),
    Case("siren", BOTH, ("dev/state", {"state": "OFF"}), ("OnOff.on", False), ("OnOff.on", True),
         ("dev/set", '{"state":"ON"}')),
    Case("text", BOTH, ("dev/state", "hello"), ("Text.value", "hello"), ("Text.value", "bye"),
         ("dev/set", "bye")),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
async def test_a_component_is_described_read_commanded_and_watched(
    case: Case, mosquitto: Mosquitto
) -> None:
    async with (
        driving(MqttSettings(port=mosquitto.port)) as (driver, hub),
        wire(mosquitto.port, "dev/#") as device,
    ):
        await device.say("dev/online", "online")
        config = {**case.options, "device": DEVICE, "availability_topic": "dev/online"}
        await device.say(f"homeassistant/{case.kind}/dev/it/config", config)
        await until(lambda: ("dev", True, "") in hub.reach, "the device, available")
        assert hub.devices["dev"].troubles == ()

        if case.told and case.means:
            name, value = case.means
            await device.say(*case.told, retain=False)
            await until(lambda: (f"dev/it/{name}", value, False) in hub.reports, "its report")

        if case.asked and case.wire:
            driver.send([order(1, *case.asked)])
            topic, said = case.wire
            await until(lambda: (topic, said.encode(), False) in device.heard, "the command")

        await device.say("dev/online", "offline")
        await until(lambda: any(not available for _, available, _ in hub.reach), "it is gone")
        await device.say("dev/online", "online")
        await until(lambda: hub.reach[-1] == ("dev", True, ""), "it is back")
        assert hub.refused == []


async def test_a_button_is_pressed_and_the_broker_confirms_it(mosquitto: Mosquitto) -> None:
    async with (
        driving(MqttSettings(port=mosquitto.port)) as (driver, hub),
        wire(mosquitto.port, "dev/#") as device,
    ):
        await device.say("homeassistant/button/dev/it/config", {**_SET, "device": DEVICE})
        await until(lambda: "dev" in hub.devices)
        driver.send([order(7, "Button.press", action=True)])

        await until(lambda: (7, True, "") in hub.answers, "the confirmation")
        await until(lambda: ("dev/set", b"PRESS", False) in device.heard, "the press")


async def test_events_and_triggers_are_signalled_but_not_those_of_yesterday(
    mosquitto: Mosquitto,
) -> None:
    async with (
        driving(MqttSettings(port=mosquitto.port)) as (_, hub),
        wire(mosquitto.port) as device,
    ):
        await device.say("dev/event", {"event_type": "press"}, retain=True)
        event = {"state_topic": "dev/event", "event_types": ["press"], "device_class": "button"}
        await device.say("homeassistant/event/dev/it/config", {**event, "device": DEVICE})
        trigger = {"automation_type": "trigger", "topic": "dev/action", "payload": "double"}
        await device.say(
            "homeassistant/device_automation/dev/t/config",
            {**trigger, "type": "action", "subtype": "double", "device": DEVICE},
        )
        await until(lambda: "dev" in hub.devices and len(hub.devices["dev"].endpoints) == 2)
        await device.say("dev/event", {"event_type": "press"}, retain=False)
        await device.say("dev/action", "single", retain=False)
        await device.say("dev/action", "double", retain=False)

        await until(lambda: len(hub.signals) >= 2)
        assert hub.signals == [
            ("dev", "it", "Switch.pressed", "press"),
            ("dev", "buttons", "Switch.pressed", "double"),
        ]


async def test_retained_states_are_restored_and_news_is_news(mosquitto: Mosquitto) -> None:
    async with wire(mosquitto.port) as device:
        await device.say("homeassistant/switch/dev/it/config", {**BOTH, "device": DEVICE})
        await device.say("dev/state", "ON")
        async with driving(MqttSettings(port=mosquitto.port)) as (_, hub):
            await until(lambda: hub.reports == [("dev/it/OnOff.on", True, True)])
            await device.say("dev/state", "OFF")
            await until(lambda: hub.reports[-1] == ("dev/it/OnOff.on", False, False))


async def test_a_component_that_joins_gets_the_retained_state_of_a_shared_topic(
    mosquitto: Mosquitto,
) -> None:
    async with (
        driving(MqttSettings(port=mosquitto.port)) as (_, hub),
        wire(mosquitto.port) as device,
    ):
        await device.say("dev/state", {"a": 1, "b": 2})
        for key in ("a", "b"):
            options = {**_STATE, "value_template": f"{{{{ value_json.{key} }}}}"}
            await device.say(
                f"homeassistant/sensor/dev/{key}/config",
                {**options, "state_class": "measurement", "device": DEVICE},
            )
            prop = f"dev/{key}/Number.value"
            await until(lambda p=prop: p in hub.values(), prop)  # type: ignore[misc]


async def test_commands_arrive_in_their_order_beyond_the_brokers_window(
    mosquitto: Mosquitto,
) -> None:
    count = 300
    async with (
        driving(MqttSettings(port=mosquitto.port)) as (driver, hub),
        wire(mosquitto.port, "dev/set") as device,
    ):
        config = {**BOTH, "max": count, "device": DEVICE}
        await device.say("homeassistant/number/dev/it/config", config)
        await until(lambda: "dev" in hub.devices)
        for n in range(1, count + 1):
            driver.send([order(n, "Number.value", float(n))])

        await until(lambda: len(device.heard) == count, "all commands")
        assert [int(payload) for _, payload, _ in device.heard] == list(range(1, count + 1))
        assert hub.answers == []


async def test_the_hub_shows_itself_and_asks_devices_to_announce_themselves(
    mosquitto: Mosquitto,
) -> None:
    async with wire(mosquitto.port, "hubd/status", "homeassistant/status") as device:
        async with driving(MqttSettings(port=mosquitto.port)):
            await until(lambda: len(device.heard) == 2)
            assert sorted(device.heard) == [
                ("homeassistant/status", b"online", False),
                ("hubd/status", b"online", False),
            ]
        await until(lambda: device.heard[-1] == ("hubd/status", b"offline", False))


async def test_a_flood_of_malformed_messages_leaves_a_good_device_working(
    mosquitto: Mosquitto,
) -> None:
    deep = b"[" * 20_000
    cyclic = "{% set a = a ~ a %}" * 100 + "{{ a }}"
    async with (
        driving(MqttSettings(port=mosquitto.port)) as (driver, hub),
        wire(mosquitto.port, "dev/set") as device,
    ):
        light = {**BOTH, "schema": "json", "brightness": True, "device": DEVICE}
        await device.say("homeassistant/light/dev/it/config", light)
        await until(lambda: "dev" in hub.devices)
        states = (b"{oops", b"\xff\xfe", deep, b"x" * 1_000_000, b'"ON"', b'{"state":1}', b"[]")
        for state in states:
            await device.say("dev/state", state, retain=False)
        configs = (b"{oops", b"\xff", deep, b"x" * 1_000_000, b"[]", b"{}", b'{"device":3}')
        for n, config in enumerate(configs):
            await device.say(f"homeassistant/switch/bad{n}/config", config)
        bad = {"state_topic": "dev/bad", "value_template": cyclic, "device": DEVICE}
        await device.say("homeassistant/sensor/dev/bad/config", bad)
        for n in range(200):
            await device.say(f"homeassistant/sensor/flood{n}/config", {"name": n}, retain=False)

        await device.say("dev/state", {"state": "ON", "brightness": 255}, retain=False)
        await until(lambda: ("dev/it/LevelControl.level", 100.0, False) in hub.reports)
        driver.send([order(1, "OnOff.on", value=False)])
        await until(lambda: ("dev/set", b'{"state":"OFF"}', False) in device.heard)
        await until(lambda: len(hub.devices["dev"].troubles) == 1, "the template's trouble")
        assert "'a' at character" in hub.devices["dev"].troubles[0].reason
        assert [w for w, _ in hub.refused if w == "dev/state"] == ["dev/state"] * len(states)
        assert {w for w, _ in hub.refused} >= {
            f"homeassistant/switch/bad{n}/config" for n in (0, 1, 2, 3, 4, 6)
        }
        assert all("\n" not in reason and len(reason) < 400 for _, reason in hub.refused)


def free_port() -> int:
    """Return a port that nothing listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Killable:
    """A mosquitto that keeps its retained messages when it is killed."""

    folder: Path
    port: int
    anonymous: bool = True
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        if program is None:
            pytest.skip("mosquitto is not installed (Debian's package `mosquitto`)")
        config = self.folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\npersistence true\n"
            f"allow_anonymous {'true' if self.anonymous else 'false'}\n"
            f"persistence_location {self.folder}/\nautosave_on_changes true\n"
            "autosave_interval 1\nuser root\n"
        )
        self.process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
            [program, "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        await until(self.listens, "mosquitto")

    def listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


async def test_a_broker_killed_and_started_again_is_gone_on_with(tmp_path: Path) -> None:
    port = free_port()
    broker = Killable(tmp_path, port)
    await broker.start()
    try:
        async with driving(MqttSettings(port=port)) as (driver, hub):
            async with wire(port) as device:
                await device.say("homeassistant/switch/dev/it/config", {**BOTH, "device": DEVICE})
                await device.say("dev/state", "ON")
                await until(lambda: hub.values().get("dev/it/OnOff.on") is True, "the report")
            broker.kill()
            await until(lambda: hub.reach[-1][1] is False, "the broker's loss")
            assert hub.reach[-1][2] == f"mqtt://127.0.0.1:{port}: connection lost"
            driver.send([order(1, "OnOff.on", value=True)])
            assert hub.answers == [(1, False, f"no connection to mqtt://127.0.0.1:{port}")]

            await broker.start()
            await until(lambda: hub.reach[-1] == ("dev", True, ""), "the reconnection")
            async with wire(port, "dev/set") as device:
                await device.say("dev/state", "OFF")
                await until(lambda: hub.values()["dev/it/OnOff.on"] is False, "the new report")
                driver.send([order(2, "OnOff.on", value=True)])
                await until(lambda: ("dev/set", b"ON", False) in device.heard)
            assert list(hub.devices) == ["dev"]
    finally:
        broker.kill()


async def test_a_broker_that_speaks_only_mqtt_3_is_spoken_to_in_it(tmp_path: Path) -> None:
    program = find_nats_server()
    if program is None:
        pytest.skip("nats-server is not installed (extra `broker`)")
    async with EmbeddedBroker(program, BrokerOptions(tmp_path / "broker")) as broker:
        settings = MqttSettings.from_url(broker.url)
        async with (
            driving(settings) as (driver, hub),
            wire(settings.port, "dev/set") as device,
        ):
            await device.say("homeassistant/switch/dev/it/config", {**BOTH, "device": DEVICE})
            await until(lambda: "dev" in hub.devices, "the device")
            await device.say("dev/state", "ON")
            await until(lambda: hub.values().get("dev/it/OnOff.on") is True, "the report")
            driver.send([order(1, "OnOff.on", value=False)])
            await until(lambda: ("dev/set", b"OFF", False) in device.heard, "the command")


def test_all_of_it_runs_on_uvloop(mosquitto: Mosquitto) -> None:
    async def life() -> None:
        async with (
            driving(MqttSettings(port=mosquitto.port)) as (driver, hub),
            wire(mosquitto.port, "dev/set") as device,
        ):
            await device.say("homeassistant/switch/dev/it/config", {**BOTH, "device": DEVICE})
            await until(lambda: "dev" in hub.devices)
            await device.say("dev/state", "ON")
            await until(lambda: "dev/it/OnOff.on" in hub.values())
            driver.send([order(1, "OnOff.on", value=False)])
            await until(lambda: ("dev/set", b"OFF", False) in device.heard)

    uvloop.run(life())


async def test_wrong_credentials_are_told_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Killable(tmp_path, free_port(), anonymous=False)
    await broker.start()
    try:
        settings = MqttSettings(port=broker.port, username="hub", password="hunter2")
        async with driving(settings):
            await until(lambda: caplog.text.count("refused: Not authorized") >= 2)
    finally:
        broker.kill()
    assert "hunter2" not in caplog.text + repr(settings)
