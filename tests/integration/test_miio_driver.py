"""A Xiaomi lamp in a home: found, adopted, read, commanded, lost, and back, over real UDP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from driving import Driving, at_home
from msgspec.structs import replace

from drivers.kit.manifest import Manifest
from drivers.kit.sighting import Medium, Sighting
from firmware_sim.peers.miio import MiioPeer
from hubd.model.command import Outcome

MODEL = "yeelink.light.colorc"


def _any_port(manifest: Manifest) -> Manifest:
    """A simulated device has a port of its own."""
    return replace(manifest, reach=replace(manifest.reach, udp=("*",)))


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Driving]:
    async with at_home(tmp_path, "miio", change=_any_port) as made:
        yield made


def _seen(peer: MiioPeer) -> Sighting:
    name = f"{peer.model.replace('.', '-')}_miio{peer.device_id}"
    mac = {"mac": peer.mac.replace(":", "").lower()}
    return Sighting(
        Medium.MDNS,
        "_miio._udp.local.",
        name,
        addresses=(peer.address,),
        port=peer.port,
        texts=mac,
    )


async def test_a_lamp_is_found_adopted_commanded_lost_and_comes_back(home: Driving) -> None:
    lamp = MiioPeer(MODEL, {"2.1": False, "2.2": 40, "2.3": 4000, "2.4": 0xFF0000, "2.5": 2})
    async with lamp:
        home.see(_seen(lamp))
        entry = await home.found("123456789")
        assert (entry.found.maker, entry.found.model) == ("yeelink", MODEL)

        device = await home.adopt(entry, token=lamp.token.hex())
        assert home.devices[device].identities == ("mac:04cf8c123456",)
        await home.until_value(device, "light", "OnOff.on", False)
        await home.until_value(device, "light", "LevelControl.level", 40.0)

        await lamp.set("2.2", 65)
        await home.until_value(device, "light", "LevelControl.level", 65.0)

        assert await home.command(device, "light", "OnOff.on", True) is Outcome.CONFIRMED
        assert lamp.state["2.1"] is True
        outcome = await home.command(device, "light", "ColorControl.hue", 240.0)
        assert outcome is Outcome.CONFIRMED
        assert lamp.state["2.4"] == 0x0000FF

        await lamp.stop()
        await home.until_reached(device, reached=False)
        await lamp.set("2.2", 10)
        await lamp.set("2.3", 3000)
        await lamp.start()
        home.see(_seen(lamp))
        await home.until_reached(device)
        await home.until_value(device, "light", "ColorControl.colorTemperature", 3000.0)
        # What a hand had set while it was there stands: it is set anew.
        await home.until(lambda: lamp.state["2.2"] == 65, "the level that was wished")


async def test_a_vacuum_from_before_specs_is_told_to_clean(home: Driving) -> None:
    vacuum = MiioPeer(
        "roborock.vacuum.s5",
        {"state": 8, "battery": 97, "fan_power": 102, "error_code": 0, "map_present": 1},
        methods={"set_custom_mode": "fan_power"},
        status=True,
        device_id=55,
    )
    async with vacuum:
        home.see(_seen(vacuum))
        device = await home.adopt(await home.found("55"), token=vacuum.token.hex())
        await home.until_value(device, "vacuum", "RvcOperationalState.state", "docked")
        await home.until_value(device, "battery", "PowerSource.batteryLevel", 97.0)
        assert await home.ask(device, "vacuum", "RvcRunMode.start") is Outcome.CONFIRMED
        assert vacuum.done == ["app_start"]
        outcome = await home.command(device, "vacuum", "RvcOperationalState.fanSpeed", "max")
        assert outcome is Outcome.CONFIRMED
        assert vacuum.state["fan_power"] == 104


async def test_a_token_is_in_no_event(home: Driving) -> None:
    async with MiioPeer(MODEL, {"2.1": False}, device_id=56) as lamp:
        home.see(_seen(lamp))
        await home.adopt(await home.found("56"), token=lamp.token.hex())
        assert lamp.token.hex() not in repr(home.events)
        assert json.dumps(MODEL) in repr(home.events).replace("'", '"')


async def test_a_lamp_of_another_network_is_added_by_its_address_and_token(home: Driving) -> None:
    lamp = MiioPeer(MODEL, {"2.1": False, "2.2": 40, "2.3": 4000, "2.4": 0xFF0000, "2.5": 2})
    async with lamp:
        where = f"{lamp.address}:{lamp.port}"
        device = await home.add("miio", address=where, token=lamp.token.hex())
        assert device == "miio_123456789"
        assert await home.command(device, "light", "OnOff.on", True) is Outcome.CONFIRMED
        home.see(_seen(lamp))
        await home.until(lambda: len(home.adoption.inbox._entries) == 1, "it is seen")
        assert list(home.adoption.inbox) == []
