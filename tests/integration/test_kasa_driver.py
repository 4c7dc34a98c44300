"""Kasa and Tapo devices in a home: found by both searches, adopted, read, commanded, lost, back."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from driving import Driving, at_home
from msgspec.structs import replace

pytest.importorskip("kasa", reason="python-kasa is not installed (extra `kasa`)")

from near_kasa import address_near

from drivers.kasa.discovery import NEW_PORTS, OLD_PORT
from drivers.kit.errors import AdoptionError
from drivers.kit.manifest import Manifest
from firmware_sim.peers.kasa import KasaPeer, Socket
from firmware_sim.peers.tapo import TapoPeer
from hubd.model.command import Outcome

NEAR = address_near(os.getpid())


def _near(manifest: Manifest) -> Manifest:
    """A simulated device has HTTP on a port of its own, and is asked on this machine."""
    reach = replace(manifest.reach, tcp=("*",))
    return replace(manifest, reach=reach, entry="near_kasa:NearKasaDriver")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Driving]:
    async with at_home(tmp_path, "kasa", change=_near) as made:
        yield made


async def test_a_plug_is_found_adopted_commanded_lost_and_comes_back(home: Driving) -> None:
    plug = KasaPeer(sockets=[Socket("Kettle")], address=NEAR, port=OLD_PORT)
    async with plug:
        home.network.look()
        entry = await home.found("50c7bf001122")
        assert (entry.found.name, entry.found.needs) == ("Kettle", ())
        device = await home.adopt(entry)
        await home.until_value(device, "switch", "OnOff.on", False)

        plug.sockets[0].on = True
        await home.until_value(device, "switch", "OnOff.on", True)
        plug.sockets[0].power_mw = 1_500_000
        name = "ElectricalPowerMeasurement.activePower"
        await home.until_value(device, "power", name, 1500.0)

        assert await home.command(device, "switch", "OnOff.on", False) is Outcome.CONFIRMED
        assert not plug.sockets[0].on

        await plug.stop()
        await home.until_reached(device, reached=False)
        plug.energy_wh = 4321
        await plug.start()
        home.network.look()
        await home.until_reached(device)
        await home.until_value(device, "energy", "ElectricalEnergyMeasurement.energy", 4.321)


async def test_a_tapo_plug_is_let_in_by_the_accounts_name(home: Driving) -> None:
    async with TapoPeer(address=NEAR, search_port=NEW_PORTS[0]) as plug:
        home.network.look()
        entry = await home.found("1027f5aabbcc")
        assert [need.name for need in entry.found.needs] == ["username", "password"]
        device = await home.adopt(entry, username=plug.username, password=plug.password)
        await home.until_value(device, "switch", "OnOff.on", False)
        assert await home.command(device, "switch", "OnOff.on", True) is Outcome.CONFIRMED
        assert plug.on
        name = "ElectricalPowerMeasurement.activePower"
        await home.until_value(device, "power", name, 42.5)
        assert plug.password not in repr(home.events)


async def test_devices_of_another_network_are_added_by_their_address(home: Driving) -> None:
    async with KasaPeer(sockets=[Socket("Kettle")], address=NEAR, port=OLD_PORT):
        kettle = await home.add("kasa", address=NEAR)
        assert await home.command(kettle, "switch", "OnOff.on", True) is Outcome.CONFIRMED
    async with TapoPeer(address=NEAR, search_port=NEW_PORTS[0]) as plug:
        where = f"{NEAR}:{NEW_PORTS[0]}"
        with pytest.raises(AdoptionError, match="wants TP-Link account and Password"):
            await home.add("kasa", address=where)
        device = await home.add(
            "kasa", address=where, username=plug.username, password=plug.password
        )
        assert await home.command(device, "switch", "OnOff.on", True) is Outcome.CONFIRMED
    with pytest.raises(AdoptionError, match="no Kasa or Tapo device answers"):
        await home.add("kasa", address=where)
