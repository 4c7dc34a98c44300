"""HomeKit over its real protocol: a bridge by HAP-python, and the hub as its controller."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from driving import at_home
from heard import Heard, action, command, linked

from drivers.homekit import session
from drivers.homekit.advert import read_record
from drivers.homekit.driver import HomeKitDriver
from drivers.homekit.keys import read_keys
from drivers.homekit.link import HomeKitLink
from drivers.kit.errors import AccessError, AdoptionError, LinkError, RefusedError
from drivers.kit.found import Adoption
from drivers.kit.sighting import Medium, Sighting
from drivers.kit.trying import quietly
from hubd.model.command import Outcome

pytest.importorskip("pyhap", reason="HAP-python is not installed (extra `sim`)")

from firmware_sim.peers.homekit import (
    BUTTON,
    CODE,
    DOOR,
    FAN,
    GARAGE,
    LAMP,
    LOCK,
    OUTLET,
    THERMOSTAT,
    HomeKitPeer,
)

KEY = "3ed20a5c719b"


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[HomeKitPeer]:
    folder = tmp_path / "peer"
    folder.mkdir()
    async with HomeKitPeer(folder) as made:
        yield made


def sighting(peer: HomeKitPeer) -> Sighting:
    return Sighting(
        Medium.MDNS,
        "_hap._tcp.local.",
        "Hallway bridge._hap._tcp.local.",
        addresses=(peer.address,),
        port=peer.port,
        texts=peer.texts,
    )


async def paired(peer: HomeKitPeer) -> Adoption:
    driver = HomeKitDriver()
    found = driver.recognised(sighting(peer))
    assert found is not None
    return await driver.adopt(found, {"code": CODE}, quietly)


def link_of(adoption: Adoption, *, pause_s: float = 15.0) -> HomeKitLink:
    keys, record = read_keys(adoption.secret), read_record(adoption.record)
    return HomeKitLink(keys, adoption.address, adoption.port, record, pause_s=pause_s)


async def test_a_bridge_is_found_adopted_pushed_commanded_lost_and_back(
    tmp_path: Path, peer: HomeKitPeer
) -> None:
    async with at_home(tmp_path, "homekit") as home:
        home.see(sighting(peer))
        bridge = await home.adopt(await home.found(KEY), code=CODE)
        lamp, lock = home.part(bridge, str(LAMP)), home.part(bridge, str(LOCK))
        await home.until_value(lamp, "light", "OnOff.on", value=False)
        await peer.set(LAMP, "On", value=True)
        await home.until_value(lamp, "light", "OnOff.on", value=True)
        assert await home.command(lamp, "light", "LevelControl.level", 40.0) is Outcome.CONFIRMED
        assert peer.state[LAMP, "Brightness"] == 40
        assert await home.command(lock, "lock", "DoorLock.locked", value=True) is Outcome.CONFIRMED
        assert await home.ask(lamp, "identify", "Identify.identify") is Outcome.CONFIRMED
        assert peer.identified == [LAMP]
        await peer.stop()
        await home.until_reached(bridge, reached=False)
        await home.until_reached(lamp, reached=False)
        await peer.start()
        await home.until_reached(bridge)
        await home.until_reached(lamp)
        await peer.set(LAMP, "On", value=False)
        await home.until_value(lamp, "light", "OnOff.on", value=False)


async def test_what_a_bridge_gets_more_of_is_described_while_it_is_connected(
    tmp_path: Path, peer: HomeKitPeer
) -> None:
    async with at_home(tmp_path, "homekit") as home:
        home.see(sighting(peer))
        bridge = await home.adopt(await home.found(KEY), code=CODE)
        await peer.grow()
        home.see(sighting(peer))
        fan = home.part(bridge, str(FAN))
        await home.until(lambda: fan in home.devices, "the fan in the home")
        assert await home.command(fan, "fan", "OnOff.on", value=True) is Outcome.CONFIRMED


async def test_a_forgotten_accessory_can_be_adopted_again(
    tmp_path: Path, peer: HomeKitPeer
) -> None:
    async with at_home(tmp_path, "homekit") as home:
        home.see(sighting(peer))
        bridge = await home.adopt(await home.found(KEY), code=CODE)
        assert peer.paired
        process = home.network.process("homekit")
        assert process is not None
        process.drop(KEY)
        await home.until(lambda: not peer.paired, "the bridge forgets the hub")
        assert bridge


async def test_a_wrong_code_says_so(peer: HomeKitPeer) -> None:
    driver = HomeKitDriver()
    found = driver.recognised(sighting(peer))
    assert found is not None
    with pytest.raises(AdoptionError, match="the setup code is not the right one"):
        await driver.adopt(found, {"code": "111-22-333"}, quietly)
    with pytest.raises(AdoptionError, match="eight digits"):
        await driver.adopt(found, {"code": "12"}, quietly)
    assert not peer.paired


async def test_an_accessory_that_another_took_meanwhile_says_so(peer: HomeKitPeer) -> None:
    driver = HomeKitDriver()
    found = driver.recognised(sighting(peer))
    assert found is not None
    await driver.adopt(found, {"code": CODE}, quietly)
    with pytest.raises(AdoptionError, match="another controller has it already"):
        await driver.adopt(found, {"code": CODE}, quietly)


async def test_an_accessory_that_is_away_says_so(peer: HomeKitPeer) -> None:
    driver = HomeKitDriver()
    found = driver.recognised(sighting(peer))
    assert found is not None
    await peer.stop()
    with pytest.raises(AdoptionError, match="does not answer"):
        await driver.adopt(found, {"code": CODE}, quietly)


async def test_all_that_is_behind_a_bridge_is_read_and_told_of(peer: HomeKitPeer) -> None:
    heard = Heard()
    async with linked(link_of(await paired(peer)), heard):
        door, outlet = str(DOOR), str(OUTLET)
        assert heard.parts[door].name == "Front door"
        await peer.set(DOOR, "ContactSensorState", 1)
        await heard.value(door, "contact", "BooleanState.open", value=True)
        await peer.set(DOOR, "BatteryLevel", 55)
        await heard.value(door, "battery", "PowerSource.batteryLevel", 55.0)
        assert heard.values[outlet, "meter", "ElectricalPowerMeasurement.activePower"] == 0.0
        await peer.press(BUTTON, 1)
        signal = (str(BUTTON), "button", "Switch.pressed", "double")
        await heard.until(lambda: signal in heard.signals)
        await peer.press(BUTTON, 1)
        await heard.until(lambda: heard.signals == [signal, signal])
        await peer.set(THERMOSTAT, "CurrentTemperature", 19.5)
        await heard.value(str(THERMOSTAT), "thermostat", "Thermostat.localTemperature", 19.5)


async def test_what_does_not_tell_by_itself_is_asked_for(peer: HomeKitPeer) -> None:
    heard = Heard()
    async with linked(link_of(await paired(peer), pause_s=0.05), heard):
        await peer.set(OUTLET, "Power", 42.5)
        await heard.value(str(OUTLET), "meter", "ElectricalPowerMeasurement.activePower", 42.5)


async def test_a_garage_door_is_opened_and_confirmed_when_it_is_open(peer: HomeKitPeer) -> None:
    heard, garage = Heard(), str(GARAGE)
    link = link_of(await paired(peer))
    async with linked(link, heard):
        await link.send(garage, [command("garage_door", "WindowCovering.position", 0.0)])
        await heard.value(garage, "garage_door", "WindowCovering.position", 0.0)
        assert peer.state[GARAGE, "CurrentDoorState"] == 1


async def test_a_lock_that_wants_it_announced_is_locked_in_two_steps(peer: HomeKitPeer) -> None:
    heard, lock = Heard(), str(LOCK)
    link = link_of(await paired(peer))
    async with linked(link, heard):
        await link.send(lock, [command("lock", "DoorLock.locked", True)])
        await heard.value(lock, "lock", "DoorLock.locked", value=True)
        assert peer.state[LOCK, "LockTargetState"] == 1


async def test_a_refusal_is_told_in_words(peer: HomeKitPeer) -> None:
    heard, lamp = Heard(), str(LAMP)
    link = link_of(await paired(peer))
    async with linked(link, heard):
        await peer.refuse(LAMP)
        with pytest.raises(RefusedError, match="cannot be reached by its bridge"):
            await link.send(lamp, [command("light", "OnOff.on", True)])
        await peer.refuse(LAMP, refuses=False)
        await link.send(lamp, [command("light", "OnOff.on", True)])
        assert heard.values[lamp, "light", "OnOff.on"] is True
        for nowhere in ("99", lamp):
            with pytest.raises(RefusedError):
                await link.send(nowhere, [action("light", "Button.press")])


async def test_an_accessory_out_of_its_bridges_reach_is_told_so_and_back_again(
    peer: HomeKitPeer,
) -> None:
    heard, lamp = Heard(), str(LAMP)
    async with linked(link_of(await paired(peer), pause_s=0.05), heard):
        await peer.reach(LAMP, within=False)
        await heard.until(lambda: heard.reach.get(lamp) is False)
        await peer.reach(LAMP, within=True)
        await heard.until(lambda: heard.reach.get(lamp) is True)


async def test_an_accessory_that_falls_silent_is_noticed(
    peer: HomeKitPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    adoption = await paired(peer)
    async with linked(link_of(adoption, pause_s=0.05), Heard()) as running:
        monkeypatch.setattr(session, "ANSWER_S", 0.3)
        await peer.hang()
        assert isinstance(await running, LinkError)


async def test_a_bridge_that_comes_back_is_read_anew(peer: HomeKitPeer) -> None:
    adoption, heard = await paired(peer), Heard()
    async with linked(link_of(adoption), heard) as running:
        await peer.stop()
        assert isinstance(await running, LinkError)
    await peer.start()
    await peer.set(LAMP, "On", value=True)
    async with linked(link_of(adoption), heard):
        assert heard.values[str(LAMP), "light", "OnOff.on"] is True


async def test_a_bridge_that_was_reset_must_be_adopted_again(peer: HomeKitPeer) -> None:
    adoption = await paired(peer)
    await peer.reset()
    with pytest.raises(AccessError, match="knows the hub no more"):
        await link_of(adoption).run(Heard())


async def test_a_part_that_is_behind_the_bridge_no_more_is_forgotten(peer: HomeKitPeer) -> None:
    adoption, heard = await paired(peer), Heard()
    gone = Adoption(
        adoption.key,
        adoption.address,
        adoption.port,
        read_record(adoption.record).text().replace("}", ',"parts":["","2","77"]}'),
        adoption.secret,
    )
    async with linked(link_of(gone), heard):
        assert heard.gone == ["77"]
        assert "77" not in read_record(heard.record).parts


async def test_an_ended_link_leaves_nothing_open(peer: HomeKitPeer) -> None:
    adoption = await paired(peer)
    before = asyncio.all_tasks()
    for _ in range(3):
        async with linked(link_of(adoption), Heard()):
            pass
    assert asyncio.all_tasks() <= before | {asyncio.current_task()}
