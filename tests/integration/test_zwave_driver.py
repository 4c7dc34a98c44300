"""A Z-Wave network in a home: found, adopted, told, commanded, confirmed, lost, back again."""

from pathlib import Path

import pytest
from driving import any_port, at_home
from zwave_installed import installed

from drivers.kit.sighting import Medium, Sighting
from firmware_sim.peers.zwave import HOME_ID, ZwavePeer
from hubd.model.command import Outcome


@pytest.fixture(scope="module")
def zwave_js() -> Path:
    return installed()


async def test_a_network_lives_in_the_home_over_its_real_protocol(
    tmp_path: Path, zwave_js: Path
) -> None:
    async with (
        ZwavePeer(zwave_js) as peer,
        at_home(tmp_path, "zwave", change=any_port) as home,
    ):
        home.see(
            Sighting(
                Medium.MDNS,
                "_zwave-js-server._tcp.local.",
                str(HOME_ID),
                addresses=(peer.host,),
                port=peer.port,
                texts={"homeid": str(HOME_ID), "serverversion": "3.10.2"},
            )
        )
        network = await home.adopt(await home.found(f"{HOME_ID:08x}"))
        lamp, lock = home.part(network, "2"), home.part(network, "5")
        await home.until(lambda: lamp in home.devices, "the lamp is in the home")
        assert home.devices[lamp].name == "Ceiling lamp"
        await home.until_value(lamp, "light", "OnOff.on", value=False)

        await peer.set(
            2,
            "MultilevelSwitchCCReport",
            {"currentValue": 40, "targetValue": 40},
            state={"MultilevelSwitch_currentValue": 40},
        )
        await home.until_value(lamp, "light", "LevelControl.level", 40)
        assert await home.command(lamp, "light", "LevelControl.level", 70) is Outcome.CONFIRMED
        assert (await peer.state(2))["MultilevelSwitch_currentValue"] == 69
        assert await home.command(lock, "lock", "DoorLock.locked", value=True) is Outcome.CONFIRMED

        await peer.silence(2)
        await home.until_reached(lamp, reached=False)
        await peer.silence(2, silent=False)
        await home.until_reached(lamp)

        await peer.stop()
        await home.until_reached(lamp, reached=False)
        await peer.start()
        await home.until_reached(lamp)
        await home.until_value(lamp, "light", "LevelControl.level", 70)
        assert await home.command(lamp, "light", "OnOff.on", value=False) is Outcome.CONFIRMED


async def test_a_server_that_announces_nothing_is_added_by_its_address(
    tmp_path: Path, zwave_js: Path
) -> None:
    async with (
        ZwavePeer(zwave_js) as peer,
        at_home(tmp_path, "zwave", change=any_port) as home,
    ):
        network = await home.add("zwave", address=f"ws://{peer.host}:{peer.port}")
        assert network == f"zwave_{HOME_ID:08x}"
        lock = home.part(network, "5")
        await home.until(lambda: lock in home.devices, "the lock is in the home")
        assert await home.command(lock, "lock", "DoorLock.locked", value=True) is Outcome.CONFIRMED
