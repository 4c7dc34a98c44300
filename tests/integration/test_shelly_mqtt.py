"""Shellies on a real broker: RPC of Gen2 and later, and the topics of Gen1."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from drivers.kit.port import Ordered
from drivers.mqtt import MqttDriver, MqttSettings
from firmware_sim.devices.device import Fields
from firmware_sim.peers.shelly_firmware import ShellyFirmware, plus_1pm
from firmware_sim.peers.shelly_mqtt import ShellyGen1OnBroker, ShellyRpcOnBroker
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId, EventId
from hubd.model.value import Value
from tests.conftest import Mosquitto
from tests.unit.drivers.mqtt_house import NotedHub

PLUG = "shellyplus1pm-a8032ab12345"
POWER = "ElectricalPowerMeasurement.activePower"


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for what another process brings about."""
    try:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - another process changes it
                await asyncio.sleep(0.005)
    except TimeoutError:
        pytest.fail(f"never came: {what}")


@asynccontextmanager
async def driving(mosquitto: Mosquitto) -> AsyncIterator[tuple[MqttDriver, NotedHub]]:
    hub = NotedHub()
    driver = MqttDriver(MqttSettings(port=mosquitto.port), hub)
    task = asyncio.create_task(driver.run())
    try:
        yield driver, hub
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def order(device: str, endpoint: str, name: str, value: Value, *, over_s: float = 0.0) -> Ordered:
    over_us = int(over_s * 1e6)
    command = Command(DeviceId(device), EndpointId(endpoint), name, value, 0, over_us=over_us)
    return Ordered(EventId(1), command)


@pytest.mark.parametrize("prefix", [PLUG, "home/kettle"])
async def test_a_shelly_on_the_broker_is_asked_who_it_is_and_described(
    mosquitto: Mosquitto, prefix: str
) -> None:
    async with (
        driving(mosquitto) as (driver, hub),
        ShellyRpcOnBroker(mosquitto.port, plus_1pm(), prefix=prefix) as peer,
    ):
        energy = f"{PLUG}/switch_0/ElectricalEnergyMeasurement.energy"
        await until(lambda: hub.values().get(energy) == 1.2345, "its state")
        device = hub.devices[PLUG]
        assert (device.maker, device.model, device.version) == (
            "Shelly",
            "Shelly Plus 1PM",
            "1.7.1",
        )
        assert device.identities == ("mac:a8032ab12345",)
        assert device.troubles == ()
        assert hub.reach[-1] == (PLUG, True, "")

        on = f"{PLUG}/switch_0/OnOff.on"
        await peer.set("switch:0", output=True, apower=2003.5)
        await until(lambda: hub.values().get(on) is True, "the hand at the device")
        await until(lambda: hub.values().get(f"{PLUG}/switch_0/{POWER}") == 2003.5, "its power")
        await peer.press("input:0", "single_push")
        await until(lambda: bool(hub.signals), "the press")
        assert hub.signals == [(PLUG, "input_0", "Switch.pressed", "single")]

        driver.send([order(PLUG, "switch_0", "OnOff.on", False)])
        await until(lambda: hub.values()[on] is False, "the confirming report")
        assert peer.firmware.state["switch:0"]["output"] is False

        await peer.stop()
        await until(lambda: hub.reach[-1][1] is False, "it is lost")
        peer.firmware.state["switch:0"]["output"] = True
        await peer.start()
        await until(lambda: hub.reach[-1] == (PLUG, True, ""), "it is back")
        await until(lambda: hub.values()[on] is True, "what it became meanwhile")
        peer.firmware.rename("switch:0", "Toaster")
        await peer.flush()
        await until(lambda: "Toaster" in [e.name for e in hub.devices[PLUG].endpoints], "its name")
        assert hub.refused == []
        assert len(hub.signals) == 1


async def test_a_shelly_that_was_there_before_the_hub_is_found_all_the_same(
    mosquitto: Mosquitto,
) -> None:
    async with (
        ShellyRpcOnBroker(mosquitto.port, plus_1pm()),
        driving(mosquitto) as (_, hub),
    ):
        await until(lambda: f"{PLUG}/switch_0/OnOff.on" in hub.values(), "its state")


async def test_a_lamp_takes_level_colour_and_time_in_one_call(mosquitto: Mosquitto) -> None:
    lamp: Fields = {"output": False, "brightness": 50, "rgb": [255, 0, 0], "white": 0}
    firmware = ShellyFirmware("shellyplusrgbwpm-a8032ab1fade", {"rgbw:0": lamp}, app="PlusRGBWPM")
    async with (
        driving(mosquitto) as (driver, hub),
        ShellyRpcOnBroker(mosquitto.port, firmware) as peer,
    ):
        await until(lambda: f"{firmware.id}/rgbw_0/ColorControl.hue" in hub.values(), "its hue")
        asked = {
            "OnOff.on": True,
            "LevelControl.level": 80.0,
            "ColorControl.hue": 120.0,
            "ColorControl.saturation": 100.0,
        }
        driver.send([order(firmware.id, "rgbw_0", n, v, over_s=2.0) for n, v in asked.items()])
        for name, value in asked.items():
            prop = f"{firmware.id}/rgbw_0/{name}"
            await until(lambda p=prop, v=value: hub.values()[p] == v, prop)  # type: ignore[misc]
        calls = [params for method, params in peer.firmware.asked if method == "RGBW.Set"]
        assert calls == [
            {"id": 0, "on": True, "brightness": 80, "rgb": [0, 255, 0], "transition_duration": 2.0}
        ]


async def test_a_sleeping_sensor_is_not_lost_while_it_sleeps(mosquitto: Mosquitto) -> None:
    firmware = ShellyFirmware(
        "shellyplusht-a8032ab10077",
        {
            "temperature:0": {"tC": 21.4, "tF": 70.5},
            "humidity:0": {"rh": 51.0},
            "devicepower:0": {"battery": {"V": 5.2, "percent": 70}, "external": {"present": False}},
        },
        app="PlusHT",
    )
    firmware.state["sys"]["wakeup_period"] = 7200
    temperature = f"{firmware.id}/temperature_0/TemperatureMeasurement.temperature"
    async with driving(mosquitto) as (_, hub):
        peer = ShellyRpcOnBroker(mosquitto.port, firmware)
        await peer.start()
        await until(lambda: hub.values().get(temperature) == 21.4, "its state")
        await peer.stop()
        firmware.state["temperature:0"]["tC"] = 23.0
        await peer.start()
        await peer.wake()
        await until(lambda: hub.values()[temperature] == 23.0, "what it woke up with")
        assert all(available for _, available, _ in hub.reach)
        await peer.stop()


async def test_things_behind_a_gateway_are_devices_of_their_own(mosquitto: Mosquitto) -> None:
    gateway = ShellyFirmware(
        "shellyblugwg3-a8032ab1beef",
        {},
        app="BluGwG3",
        dynamic={
            f"bthomesensor:{200 + n}": {
                "status": {"id": 200 + n, "value": 20.0 + n},
                "config": {"id": 200 + n, "addr": f"7c:c6:b6:00:11:{n:02x}", "obj_id": 0x45},
            }
            for n in range(7)
        },
    )
    async with (
        driving(mosquitto) as (_, hub),
        ShellyRpcOnBroker(mosquitto.port, gateway) as peer,
    ):
        await until(lambda: len(hub.devices) == 8, "the gateway and what is behind it")
        seventh = next(d for d in hub.devices.values() if d.identities == ("mac:7cc6b6001106",))
        prop = f"{seventh.id}/bthomesensor_206/TemperatureMeasurement.temperature"
        said = '{"src":"x","method":"NotifyStatus","params":{"bthomesensor:206":{"value":19.5}}}'
        async with asyncio.timeout(20):
            while hub.values().get(prop) != 19.5:
                # Once more: the broker may not have heard yet that the hub listens.
                await peer.say(f"{gateway.id}/events/rpc", said)
                await asyncio.sleep(0.1)


async def test_a_shelly_of_the_first_generation_on_the_broker(mosquitto: Mosquitto) -> None:
    device_id = "shelly1pm-A8032AB1CAFE"
    device = device_id.casefold()
    on = f"{device}/relay_0/OnOff.on"
    async with (
        driving(mosquitto) as (driver, hub),
        ShellyGen1OnBroker(mosquitto.port, device_id) as peer,
    ):
        await until(lambda: hub.values().get(on) is False, "its state")
        described = hub.devices[device]
        assert (described.model, described.version) == ("Shelly 1PM", "1.14.0")
        assert described.identities == ("mac:a8032ab1cafe",)
        assert described.troubles == ()
        energy = f"{device}/relay_0/ElectricalEnergyMeasurement.energy"
        await until(lambda: hub.values().get(energy) == 2.0, "its energy, in kWh")
        await until(lambda: hub.reach[-1:] == [(device, True, "")], "it is there")

        await peer.turn(on=True)
        await until(lambda: hub.values()[on] is True, "the hand at the device")
        await until(lambda: hub.values()[f"{device}/relay_0/{POWER}"] == 60.0, "its power")
        await peer.press("SS")
        await until(lambda: bool(hub.signals), "the press")
        assert hub.signals == [(device, "input_0", "Switch.pressed", "double")]

        driver.send([order(device, "relay_0", "OnOff.on", False)])
        await until(lambda: hub.values()[on] is False, "the confirming report")
        assert peer.on is False

        await peer.stop()
        await until(lambda: hub.reach[-1][1] is False, "it is lost")
        peer.on = True
        await peer.start()
        await until(lambda: hub.reach[-1] == (device, True, ""), "it is back")
        await until(lambda: hub.values()[on] is True, "what it became meanwhile")
        assert hub.refused == []
