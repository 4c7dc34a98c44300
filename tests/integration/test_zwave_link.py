"""The driver speaks with a real Z-Wave JS server, its driver and frames of mocked nodes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from zwave_installed import installed
from zwave_telling import Telling

from drivers.kit.errors import AdoptionError, LinkError, RefusedError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Link
from drivers.kit.trying import quietly
from drivers.zwave.driver import ZwaveDriver
from firmware_sim.peers.zwave import HOME_ID, ZwavePeer
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value, same
from hubd.model.vocabulary import term

HOME = f"{HOME_ID:08x}"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def zwave_js() -> Path:
    return installed()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def peer(zwave_js: Path) -> AsyncIterator[ZwavePeer]:
    async with ZwavePeer(zwave_js) as peer:
        yield peer


def command(endpoint: str, name: str, value: Value, *, action: bool = False) -> Command:
    return Command(DeviceId("d"), EndpointId(endpoint), name, value, 0, action=action)


@asynccontextmanager
async def linked(peer: ZwavePeer, telling: Telling) -> AsyncIterator[Link]:
    driver = ZwaveDriver()
    adoption = await driver.adopt(Found("", "", address=peer.host, port=peer.port), {}, quietly)
    link = driver.link(adoption)
    lives = telling.lives
    running = asyncio.create_task(link.run(telling))
    try:
        await telling.until(lambda: telling.lives > lives or running.done())
        assert not running.done()
        yield link
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_a_network_is_adopted_told_commanded_lost_and_found_again(peer: ZwavePeer) -> None:
    driver, telling = ZwaveDriver(), Telling()
    adoption = await driver.adopt(Found("", "", address=peer.host, port=peer.port), {}, quietly)
    assert adoption == Adoption(HOME, peer.host, peer.port)
    link = driver.link(adoption)
    running = asyncio.create_task(link.run(telling))
    await telling.until(lambda: telling.lives == 1)

    lamp = telling.descriptions["2"]
    assert (lamp.name, lamp.area) == ("Ceiling lamp", "Kitchen")
    assert telling.values["2", "light", "OnOff.on"] is False
    assert telling.reach["2"]

    await peer.set(
        2,
        "MultilevelSwitchCCReport",
        {"currentValue": 40, "targetValue": 40},
        state={"MultilevelSwitch_currentValue": 40},
    )
    await telling.until(lambda: telling.values.get(("2", "light", "LevelControl.level")) == 40.4)

    await link.send(
        "2", [command("light", "OnOff.on", True), command("light", "LevelControl.level", 70)]
    )
    await telling.until(lambda: telling.values["2", "light", "LevelControl.level"] == 69.7)
    assert (await peer.state(2))["MultilevelSwitch_currentValue"] == 69

    await peer.stop()
    with pytest.raises(LinkError):
        await running
    with pytest.raises(LinkError):
        await link.send("2", [command("light", "OnOff.on", False)])

    await peer.start()
    running = asyncio.create_task(link.run(telling))
    await telling.until(lambda: telling.lives == 2)
    await link.send("2", [command("light", "OnOff.on", False)])
    await telling.until(lambda: telling.values["2", "light", "OnOff.on"] is False)
    running.cancel()
    await asyncio.wait({running})
    assert not telling.refused


async def test_a_dead_node_is_out_of_reach_and_a_sleeping_one_is_not(peer: ZwavePeer) -> None:
    telling = Telling()
    async with linked(peer, telling) as link:
        await peer.sleep(4)
        await peer.silence(3)
        await telling.until(lambda: not telling.reach["3"])
        assert telling.reach["4"]
        with pytest.raises(RefusedError):
            await link.send("3", [command("switch", "OnOff.on", True)])
        await peer.silence(3, silent=False)
        await telling.until(lambda: telling.reach["3"])


async def test_everything_that_can_be_set_is_set_and_confirmed(peer: ZwavePeer) -> None:
    telling = Telling()
    async with linked(peer, telling) as link:

        async def ask(part: str, endpoint: str, told: Value, *wished: tuple[str, Value]) -> None:
            commands = [command(endpoint, name, value) for name, value in wished]
            await link.send(part, commands)
            key = (part, endpoint, wished[0][0])
            near = term(wished[0][0]).tolerance
            await telling.until(lambda: same(telling.values.get(key), told, near))

        await ask("3", "switch", True, ("OnOff.on", True))
        await ask("5", "lock", True, ("DoorLock.locked", True))
        await ask("5", "lock", False, ("DoorLock.locked", False))
        await ask("6", "cover", 20, ("WindowCovering.position", 20))
        await ask("7", "thermostat", "cool", ("Thermostat.systemMode", "cool"))
        await ask("7", "thermostat", 22, ("Thermostat.setpointLow", 22))
        await ask("7", "thermostat", 26, ("Thermostat.setpointHigh", 26))
        await ask("8", "light", 240, ("ColorControl.hue", 240), ("ColorControl.saturation", 100))
        await ask("8", "light", 4000, ("ColorControl.colorTemperature", 4000))
        await ask("9", "siren", "Alarm (30 sec)", ("Siren.tone", "Alarm (30 sec)"))
        await ask("9", "siren", False, ("OnOff.on", False))
        await ask("2", "config_1", 12, ("Number.value", 12))
        await link.send("3", [command("electric", "Meter.reset", None, action=True)])


async def test_what_sensors_notice_is_told_in_the_vocabularys_units(peer: ZwavePeer) -> None:
    telling = Telling()
    async with linked(peer, telling):
        assert telling.values["4", "air_temperature", "TemperatureMeasurement.temperature"] == 20.0
        assert telling.values["3", "electric", "ElectricalEnergyMeasurement.energy"] == 3.25
        assert telling.values["3", "electric", "ElectricalPowerMeasurement.activePower"] == 12.5
        assert telling.values["4", "contact", "BooleanState.open"] is None
        for event, name, endpoint, value in (
            ((7, 8), "OccupancySensing.occupied", "motion", True),
            ((7, 0), "OccupancySensing.occupied", "motion", False),
            ((6, 0x16), "BooleanState.open", "contact", True),
            ((6, 0x17), "BooleanState.open", "contact", False),
            ((5, 2), "BooleanState.leak", "water", True),
        ):
            fields = {"notificationType": event[0], "notificationEvent": event[1]}
            await peer.set(4, "NotificationCCReport", fields)
            key = ("4", endpoint, name)
            await telling.until(lambda key=key, value=value: telling.values[key] is value)  # type: ignore[misc]
        fields = {"notificationType": 6, "notificationEvent": 6}
        await peer.set(5, "NotificationCCReport", fields)
        await telling.until(lambda: bool(telling.signals))
        assert telling.signals == [("5", "events", "Event.happened", "keypad_unlock_operation")]


async def test_a_node_that_is_renamed_or_leaves_is_told(peer: ZwavePeer) -> None:
    telling = Telling()
    async with linked(peer, telling):
        await peer.rename(3, "Fridge", "Pantry")
        await telling.until(lambda: telling.descriptions["3"].name == "Fridge")
        await telling.until(lambda: telling.descriptions["3"].area == "Pantry")
        await peer.leave(9)
        await telling.until(lambda: telling.gone == ["9"])


async def test_a_server_that_hangs_is_noticed(
    peer: ZwavePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.zwave.link._PING_S", 0.2)
    telling = Telling()
    link = ZwaveDriver().link(Adoption(HOME, peer.host, peer.port))
    running = asyncio.create_task(link.run(telling))
    await telling.until(lambda: telling.lives == 1)
    peer.freeze()
    with pytest.raises(LinkError):
        await running
    await peer.stop()


async def test_an_address_where_nothing_answers_is_not_adopted() -> None:
    with pytest.raises(AdoptionError):
        await ZwaveDriver().adopt(Found("", ""), {"address": "127.0.0.1:1"}, quietly)
