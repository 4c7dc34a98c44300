"""ESPHome devices in a whole hub, with their driver in a process of its own."""

from pathlib import Path

import pytest
from driving import any_port, at_home
from esphome_house import OTHER_KEY, kitchen, node, sighting

from drivers.kit.errors import AdoptionError
from hubd.model.command import Outcome

SETPOINT = "TemperatureMeasurement.temperature"


async def test_a_device_is_found_adopted_pushed_commanded_lost_and_back(tmp_path: Path) -> None:
    async with node(kitchen()) as peer, at_home(tmp_path, "esphome", change=any_port) as home:
        home.see(sighting(peer))
        entry = await home.found("246f28abcdef")
        with pytest.raises(AdoptionError, match="not the device's"):
            await home.network.adopt(entry.id, {"key": OTHER_KEY}, None, "person:ann")
        it = await home.adopt(entry, key=peer.key)
        assert home.devices[it].identities == ("mac:246f28abcdef", "mac:246f28abcdf1")

        await home.until_value(it, "sensor_temperature", SETPOINT, 22.0)
        await home.until_value(home.part(it, "7"), "sensor_soil", "SoilMeasurement.moisture", 33.0)
        await peer.set("Motion", state=False)
        await home.until_value(it, "binary_sensor_motion", "OccupancySensing.occupied", False)
        await peer.happen("Bell", "ring")
        await home.until_signalled(it, "Doorbell.rang", "ring")

        assert await home.command(it, "switch_relay", "OnOff.on", True) is Outcome.CONFIRMED
        assert peer.state["Relay"]["state"] is True
        assert (
            await home.command(it, "cover_blind", "WindowCovering.position", 75.0)
            is Outcome.CONFIRMED
        )
        assert await home.ask(it, "button_restart", "Button.press") is Outcome.CONFIRMED
        assert "Restart" in [name for name, _ in peer.commands]

        await peer.stop()
        await home.until_reached(it, reached=False)
        await peer.set("Temperature", state=68.0)
        await peer.start()
        await home.until_reached(it)
        await home.until_value(it, "sensor_temperature", SETPOINT, 20.0)
        assert await home.command(it, "lock_door", "DoorLock.locked", False) is Outcome.CONFIRMED


async def test_a_device_whose_key_was_changed_is_a_problem_with_its_mend(tmp_path: Path) -> None:
    async with node(kitchen()) as peer, at_home(tmp_path, "esphome", change=any_port) as home:
        home.see(sighting(peer))
        it = await home.adopt(await home.found("246f28abcdef"), key=peer.key)
        await peer.stop()
        await home.until_reached(it, reached=False)
        peer.key = OTHER_KEY
        await peer.start()
        home.see(sighting(peer))

        def problems() -> list[str]:
            return [str(p) for d in home.hub.drivers for p in d.problems]

        await home.until(lambda: "driver.access" in str(problems()), "the changed key is told")
        assert "api: encryption: key" in str(problems())
        assert OTHER_KEY not in str(problems())


async def test_a_device_of_another_network_is_added_by_its_address_and_key(tmp_path: Path) -> None:
    async with node(kitchen()) as peer, at_home(tmp_path, "esphome", change=any_port) as home:
        where = f"{peer.host}:{peer.port}"
        with pytest.raises(AdoptionError, match="key"):
            await home.add("esphome", address=where)
        it = await home.add("esphome", address=where, key=peer.key)
        assert it == "esphome_246f28abcdef"
        assert await home.command(it, "switch_relay", "OnOff.on", True) is Outcome.CONFIRMED
        home.see(sighting(peer))
        await home.until(lambda: len(home.adoption.inbox) == 0, "it is what was seen")
