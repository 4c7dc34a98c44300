"""Dialects on a real broker: simulated devices that another MQTT library plays, and the driver.

Each is found, is told of, is commanded and confirms it, is lost, and comes back.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from driving import Driving, at_home

from drivers.kit.port import Ordered
from drivers.kit.rhythm import Bounds
from drivers.mqtt import MqttDriver, MqttSettings
from drivers.mqtt.esphome import UNTOLD
from drivers.mqtt.theengs import Theengs
from firmware_sim.devices.device import Device, Identity
from firmware_sim.devices.esphome import DiscoveredFan, SilentFan
from firmware_sim.devices.homie import Homie4Lamp, Homie5Blind
from firmware_sim.devices.properties import Property
from firmware_sim.devices.tasmota_native import Native, NativeLight, NativePlug, NativeShutter
from firmware_sim.devices.theengs import (
    DecodedThermometer,
    Heard,
    Omg,
    PlainThermometer,
    SealedThermometer,
    Window,
)
from firmware_sim.fleet import Fleet
from firmware_sim.pace import Pace
from firmware_sim.station import Broker
from hubd.driver_port import attach
from hubd.inbox import BY_MQTT
from hubd.model.command import Command, Outcome
from hubd.model.ids import DeviceId, EndpointId, EventId
from hubd.model.value import Value
from tests.conftest import Mosquitto
from tests.integration.test_mqtt_driver import driving, until
from tests.unit.drivers.mqtt_house import NotedHub

CONFIRMED = Outcome.CONFIRMED


@asynccontextmanager
async def playing(mosquitto: Mosquitto, *devices: Device) -> AsyncIterator[Fleet]:
    """Have simulated devices on the broker; they are gone afterwards."""
    now_s = time.time()
    fleet = Fleet(devices, Pace(int(now_s * 1e6), now_s, 1.0))
    async with fleet.on(Broker("127.0.0.1", mosquitto.port)):
        yield fleet


def bluetooth(driver: MqttDriver) -> Theengs:
    """Return the driver's dialect of Bluetooth gateways."""
    return next(d for d in driver._dialects if isinstance(d, Theengs))


def order(whole: str, value: Value = None, *, action: bool = False) -> Ordered:
    """Return a command to `device/endpoint/Property`."""
    device, endpoint, name = whole.split("/", 2)
    command = Command(DeviceId(device), EndpointId(endpoint), name, value, 0, action=action)
    return Ordered(EventId(1), command)


async def told(hub: NotedHub, whole: str, value: Value) -> None:
    """Wait until a property was reported so."""
    await until(lambda: hub.values().get(whole) == value, f"{whole} = {value}")


async def reached(hub: NotedHub, device: str, *, available: bool) -> None:
    """Wait until a device is there, or gone."""

    def last() -> list[bool]:
        return [there for known, there, _ in hub.reach if known == device][-1:]

    await until(lambda: last() == [available], f"{device} {'there' if available else 'gone'}")


async def commanded(
    driver: MqttDriver, hub: NotedHub, whole: str, value: Value, *more: tuple[str, Value]
) -> None:
    """Command properties, and wait until the device confirms them."""
    wishes = [(whole, value), *more]
    driver.send([order(*wish) for wish in wishes])
    for wish in wishes:
        await told(hub, *wish)


async def test_tasmota_is_found_told_commanded_lost_and_back(mosquitto: Mosquitto) -> None:
    def home() -> tuple[Native, ...]:
        return (
            NativePlug(Identity("plug", "Desk")),
            NativeLight(Identity("bulb", "Bulb")),
            NativeShutter(Identity("blind", "Blind")),
        )

    plug, bulb, blind = (f"tasmota_{d.mac.lower()}" for d in home())
    async with driving(MqttSettings(port=mosquitto.port)) as (driver, hub):
        async with playing(mosquitto, *home()) as fleet:
            await reached(hub, plug, available=True)
            # Nothing of this is kept by the broker: the hub asked for it.
            await told(hub, f"{plug}/switch/OnOff.on", value=False)
            await told(hub, f"{plug}/energy/ElectricalEnergyMeasurement.energy", 1.25)
            await told(hub, f"{blind}/cover/WindowCovering.position", 100.0)

            fleet.apply("plug", {Property.ON: True, Property.POWER: 42.0})
            await told(hub, f"{plug}/switch/OnOff.on", value=True)
            await told(hub, f"{plug}/energy/ElectricalPowerMeasurement.activePower", 42.0)

            await commanded(driver, hub, f"{plug}/switch/OnOff.on", False)
            level, hue = f"{bulb}/light/LevelControl.level", f"{bulb}/light/ColorControl.hue"
            await commanded(driver, hub, level, 80.0, (hue, 200.0))
            await commanded(driver, hub, f"{blind}/cover/WindowCovering.position", 30.0)
            assert fleet.states["bulb"][Property.ON] is True
            assert fleet.refused == 0
        await reached(hub, plug, available=False)
        async with playing(mosquitto, *home()):
            await reached(hub, plug, available=True)
            await told(hub, f"{blind}/cover/WindowCovering.position", 100.0)
        assert hub.refused == []
        assert all(d.troubles == () for d in hub.devices.values())


async def test_homie_is_found_told_commanded_lost_and_back(mosquitto: Mosquitto) -> None:
    def home() -> tuple[Device, ...]:
        return Homie4Lamp(Identity("lamp", "Lamp")), Homie5Blind(Identity("blind", "Blind"))

    on, position = "homie_lamp/light/OnOff.on", "homie_blind/shutter/WindowCovering.position"
    async with (
        playing(mosquitto, *home()) as fleet,
        # The hub comes later: it finds what the broker kept.
        driving(MqttSettings(port=mosquitto.port)) as (driver, hub),
    ):
        await reached(hub, "homie_lamp", available=True)
        await reached(hub, "homie_blind", available=True)
        await told(hub, on, value=False)
        await told(hub, "homie_lamp/air/TemperatureMeasurement.temperature", 21.0)
        await told(hub, position, 100.0)

        fleet.apply("lamp", {Property.ON: True})
        await told(hub, on, value=True)
        fresh = [restored for whole, value, restored in hub.reports if (whole, value) == (on, True)]
        assert fresh == [False]

        await commanded(driver, hub, on, False)
        tint = ("homie_lamp/light/ColorControl.saturation", 90.0)
        await commanded(driver, hub, "homie_lamp/light/ColorControl.hue", 240.0, tint)
        await commanded(driver, hub, position, 25.0)
        fleet.apply("blind", {Property.POSITION: 60.0})
        await told(hub, position, 60.0)
        driver.send([order("homie_blind/shutter_action/WindowCovering.stop", action=True)])
        await until(lambda: fleet.commands == 4, "the stop")
        assert fleet.refused == 0

    async with driving(MqttSettings(port=mosquitto.port)) as (_, hub):
        async with playing(mosquitto, *home()):
            await reached(hub, "homie_lamp", available=True)
        await reached(hub, "homie_lamp", available=False)
        await reached(hub, "homie_blind", available=False)
        async with playing(mosquitto, *home()):
            await reached(hub, "homie_lamp", available=True)
            await reached(hub, "homie_blind", available=True)
        assert hub.refused == []
        assert all(d.troubles == () for d in hub.devices.values())


async def test_esphome_is_found_told_commanded_lost_and_back(mosquitto: Mosquitto) -> None:
    def home() -> tuple[DiscoveredFan, ...]:
        return DiscoveredFan(Identity("fan", "Fan")), SilentFan(Identity("attic", "Attic fan"))

    fan, attic = (d.mac for d in home())
    async with driving(MqttSettings(port=mosquitto.port)) as (driver, hub):
        async with playing(mosquitto, *home()) as fleet:
            await reached(hub, fan, available=True)
            await until(lambda: attic in hub.devices, "the one that says nothing")
            assert [t.reason for t in hub.devices[attic].troubles] == [UNTOLD]
            await until(lambda: "192.168.1.44" in hub.devices[fan].native, "its own facts")
            assert hub.devices[fan].identities == (f"mac:{fan}",)

            fleet.apply("fan", {Property.ON: True})
            await told(hub, f"{fan}/fan/OnOff.on", value=True)
            await commanded(driver, hub, f"{fan}/fan/FanControl.speed", 75.0)
            await commanded(driver, hub, f"{fan}/fan/OnOff.on", False)
            assert fleet.refused == 0
        await reached(hub, fan, available=False)
        async with playing(mosquitto, *home()):
            await reached(hub, fan, available=True)
        assert hub.refused == []


async def test_bluetooth_sensors_and_their_gateway_are_found_told_lost_and_back(
    mosquitto: Mosquitto,
) -> None:
    def home() -> tuple[Heard, ...]:
        return (
            Omg(Identity("omg", "Gateway")),
            DecodedThermometer(Identity("decoded", "Hall")),
            PlainThermometer(Identity("plain", "Bath")),
            SealedThermometer(Identity("sealed", "Bed")),
            Window(Identity("window", "Window")),
        )

    _, decoded, plain, sealed, window = (d.mac.replace(":", "").lower() for d in home())
    keys = {d.mac: d.key.hex() for d in home() if isinstance(d, SealedThermometer)}
    celsius = "temperature/TemperatureMeasurement.temperature"
    async with driving(MqttSettings(port=mosquitto.port, bind_keys=keys)) as (driver, hub):
        bluetooth(driver)._libraries.bthome.wait()
        async with playing(mosquitto, *home()) as fleet:
            await told(hub, f"{decoded}/{celsius}", 21.0)
            await told(hub, f"{plain}/{celsius}", 20.0)
            await told(hub, f"{sealed}/{celsius}", 20.0)
            await told(hub, f"{window}/window/BooleanState.open", value=False)
            for device in (decoded, plain, sealed, window):
                await reached(hub, device, available=True)
            await reached(hub, "omg_esp32_ble", available=True)

            fleet.apply("sealed", {Property.TEMPERATURE: 22.5})
            await told(hub, f"{sealed}/{celsius}", 22.5)
            fleet.apply("window", {Property.OPEN: True})
            await told(hub, f"{window}/window/BooleanState.open", value=True)
            driver.send([order("omg_esp32_ble/gateway/Button.press", action=True)])
            await until(lambda: fleet.commands >= 1, "the scan")
            assert fleet.refused == 0
        await reached(hub, "omg_esp32_ble", available=False)
        async with playing(mosquitto, *home()):
            await reached(hub, "omg_esp32_ble", available=True)
        assert hub.refused == []
        assert all(d.troubles == () for d in hub.devices.values())


async def test_a_bluetooth_sensor_is_lost_by_its_rhythm_and_found_when_it_speaks(
    mosquitto: Mosquitto,
) -> None:
    sensor = DecodedThermometer(Identity("decoded", "Hall"))
    device, celsius = sensor.mac.replace(":", "").lower(), "temperature/TemperatureMeasurement"
    async with driving(MqttSettings(port=mosquitto.port)) as (driver, hub):
        bluetooth(driver)._steady = Bounds(at_least_s=0.5, at_most_s=0.5)
        async with playing(mosquitto, sensor) as fleet:
            await until(lambda: (device, True, "") in hub.reach, "the sensor")
            await reached(hub, device, available=False)
            assert "nothing heard" in hub.reach[-1][2]
            assert hub.values()[f"{device}/{celsius}.temperature"] is None

            fleet.apply("decoded", {Property.TEMPERATURE: 18.0})
            report = (f"{device}/{celsius}.temperature", 18.0, False)
            await until(lambda: report in hub.reports, "its new value")
            there = [available for known, available, _ in hub.reach if known == device]
            assert there[:3] == [True, False, True]


@asynccontextmanager
async def hub_of(
    mosquitto: Mosquitto, folder: Path, *, by_itself: bool = True
) -> AsyncIterator[tuple[Driving, MqttDriver]]:
    """Run a whole hub, by whose rule everything on MQTT is adopted."""
    settings = MqttSettings(port=mosquitto.port)
    async with at_home(folder, rules=(BY_MQTT,) if by_itself else ()) as home:
        driver = attach(home.hub, home.adoption, lambda port: MqttDriver(settings, port), "mqtt")
        running = asyncio.create_task(driver.run())
        try:
            yield home, driver
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_hub_adopts_commands_loses_and_finds_again_what_speaks_these_dialects(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    def things() -> tuple[Device, ...]:
        return (
            NativePlug(Identity("plug", "Desk plug")),
            NativeLight(Identity("bulb", "Bulb")),
            Homie4Lamp(Identity("lamp", "Lamp")),
            Homie5Blind(Identity("blind", "Blind")),
            DiscoveredFan(Identity("fan", "Fan")),
            DecodedThermometer(Identity("decoded", "Hall")),
        )

    level = "LevelControl.level"
    plug = DeviceId(f"tasmota_{NativePlug(Identity('plug', '')).mac.lower()}")
    bulb = DeviceId(f"tasmota_{NativeLight(Identity('bulb', '')).mac.lower()}")
    fan = DeviceId(DiscoveredFan(Identity("fan", "")).mac)
    hall = DeviceId(DecodedThermometer(Identity("decoded", "")).mac.replace(":", "").lower())
    lamp, blind = DeviceId("homie_lamp"), DeviceId("homie_blind")
    async with hub_of(mosquitto, tmp_path) as (home, _):
        async with playing(mosquitto, *things()) as fleet:
            for device in (plug, bulb, fan, hall, lamp, blind):
                await home.until(lambda device=device: device in home.devices, device)  # type: ignore[misc]
            await home.until_value(plug, "switch", "OnOff.on", value=False)
            await home.until_value(lamp, "light", "OnOff.on", value=False)
            await home.until_value(blind, "shutter", "WindowCovering.position", 100.0)
            await home.until_value(hall, "humidity", "RelativeHumidityMeasurement.humidity", 45.0)

            assert await home.command(plug, "switch", "OnOff.on", value=True) is CONFIRMED
            assert await home.command(bulb, "light", "OnOff.on", value=True) is CONFIRMED
            assert await home.command(bulb, "light", level, 30.0) is CONFIRMED
            assert await home.command(lamp, "light", "OnOff.on", value=True) is CONFIRMED
            assert await home.command(lamp, "light", level, 40.0) is CONFIRMED
            position = "WindowCovering.position"
            assert await home.command(blind, "shutter", position, 20.0) is CONFIRMED
            assert await home.command(fan, "fan", "FanControl.speed", 60.0) is CONFIRMED
            fleet.apply("decoded", {Property.TEMPERATURE: 23.5})
            thermometer = "TemperatureMeasurement.temperature"
            await home.until_value(hall, "temperature", thermometer, 23.5)

        def gone() -> set[DeviceId]:
            return {plug, bulb, fan, lamp, blind} & set(home.hub.core.state.unreachable)

        await home.until(lambda: len(gone()) == 5, "all gone")
        async with playing(mosquitto, *things()):
            await home.until(lambda: not gone(), "all back")


async def test_what_is_adopted_later_has_its_state_at_once_and_its_news_once(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    lamp, plug = Homie4Lamp(Identity("lamp", "Lamp")), NativePlug(Identity("plug", "Desk"))
    async with (
        hub_of(mosquitto, tmp_path, by_itself=False) as (home, driver),
        playing(mosquitto, lamp, plug) as fleet,
    ):
        keys = ("homie_lamp", f"tasmota_{plug.mac.lower()}")
        for key in keys:
            entry = await home.found(key)
            assert DeviceId(key) not in home.devices
            await home.network.adopt(entry.id, {}, None, "person:ann")
        air = "TemperatureMeasurement.temperature"
        await home.until_value(DeviceId(keys[0]), "air", air, 21.0)
        await home.until_value(DeviceId(keys[0]), "light", "OnOff.on", value=False)
        await home.until_value(DeviceId(keys[1]), "switch", "OnOff.on", value=False)

        came: list[str] = []
        receive = driver._router.received

        def counted(topic: str, raw: bytes, *, retained: bool) -> bool:
            came.append(topic)
            return receive(topic, raw, retained=retained)

        driver._router.received = counted  # type: ignore[method-assign]
        fleet.apply("lamp", {Property.TEMPERATURE: 22.0})
        await home.until_value(DeviceId(keys[0]), "air", air, 22.0)
        fleet.apply("lamp", {Property.TEMPERATURE: 23.0})
        await home.until_value(DeviceId(keys[0]), "air", air, 23.0)
        assert came.count("homie/lamp/air/temperature") == 2


async def test_only_the_dialects_that_are_named_are_listened_to(mosquitto: Mosquitto) -> None:
    settings = MqttSettings(port=mosquitto.port, dialects=("homie",))
    async with (
        driving(settings) as (_, hub),
        playing(
            mosquitto,
            NativePlug(Identity("plug", "Desk")),
            Homie4Lamp(Identity("lamp", "Lamp")),
        ),
    ):
        await reached(hub, "homie_lamp", available=True)
        assert list(hub.devices) == ["homie_lamp"]
