"""Shellies in a real hub: RPC on a WebSocket, and the HTTP pages of the first generation."""

from pathlib import Path

import pytest
from driving import any_port, at_home

from drivers.kit.errors import AdoptionError
from drivers.kit.sighting import Medium, Sighting
from firmware_sim.peers.service import Service
from firmware_sim.peers.shelly_firmware import ShellyFirmware, plus_1pm
from firmware_sim.peers.shelly_gen1 import ShellyGen1Peer
from firmware_sim.peers.shelly_rpc import ShellyRpcPeer
from hubd.model.command import Outcome
from hubd.model.device import DeviceType
from hubd.model.events import Availability

POWER = "ElectricalPowerMeasurement.activePower"


def sighting(service: Service) -> Sighting:
    """Return what the hub sees of a service that is announced."""
    name = f"{service.name}.{service.type}"
    return Sighting(
        Medium.MDNS, service.type, name, "", ("127.0.0.1",), service.port, service.texts
    )


async def test_a_shelly_is_found_adopted_told_of_commanded_lost_and_back(tmp_path: Path) -> None:
    async with (
        ShellyRpcPeer(plus_1pm()) as peer,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        home.see(sighting(peer.service()))
        entry = await home.found("shellyplus1pm-a8032ab12345")
        assert entry.found.maker == "Shelly"
        assert entry.found.identities == ("mac:a8032ab12345",)
        plug = await home.adopt(entry)
        device = home.devices[plug]
        assert (device.model, device.version) == ("Shelly Plus 1PM", "1.7.1")
        assert device.identities == ("mac:a8032ab12345",)
        assert device.troubles == ()
        await home.until_value(plug, "switch_0", "OnOff.on", False)
        await home.until_value(plug, "switch_0", "ElectricalEnergyMeasurement.energy", 1.2345)

        await peer.set("switch:0", output=True, apower=2003.5)
        await home.until_value(plug, "switch_0", "OnOff.on", True)
        await home.until_value(plug, "switch_0", POWER, 2003.5)
        await peer.press("input:0", "double_push")
        await home.until_signalled(plug, "Switch.pressed", "double")

        outcome = await home.command(plug, "switch_0", "OnOff.on", False)
        assert outcome is Outcome.CONFIRMED
        assert peer.firmware.state["switch:0"]["output"] is False

        await peer.stop()
        await home.until_reached(plug, reached=False)
        peer.firmware.state["switch:0"]["output"] = True
        await peer.start()
        await home.until_reached(plug)
        # It is told again what was wished: her hand said off.
        await home.until(lambda: not peer.firmware.state["switch:0"]["output"], "it is off")


async def test_a_shelly_with_a_password_takes_the_right_one_alone(tmp_path: Path) -> None:
    async with (
        ShellyRpcPeer(plus_1pm(password="open sesame")) as peer,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        home.see(sighting(peer.service()))
        entry = await home.found("shellyplus1pm-a8032ab12345")
        with pytest.raises(AdoptionError, match="asks for its password"):
            await home.adopt(entry)
        with pytest.raises(AdoptionError, match="does not take the password"):
            await home.adopt(entry, password="open barley")
        plug = await home.adopt(entry, password="open sesame")
        assert await home.command(plug, "switch_0", "OnOff.on", True) is Outcome.CONFIRMED
        assert "sesame" not in repr(home.events)


async def test_what_was_renamed_in_the_makers_app_is_described_anew(tmp_path: Path) -> None:
    async with (
        ShellyRpcPeer(plus_1pm()) as peer,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        home.see(sighting(peer.service()))
        plug = await home.adopt(await home.found("shellyplus1pm-a8032ab12345"))
        peer.firmware.rename("switch:0", "Toaster")
        await peer.flush()

        def names() -> list[str]:
            return [endpoint.name for endpoint in home.devices[plug].endpoints]

        await home.until(lambda: "Toaster" in names(), "the new name")


async def test_a_gateway_tells_of_the_bluetooth_sensors_behind_it_each_as_its_own(
    tmp_path: Path,
) -> None:
    gateway = ShellyFirmware(
        "shellyblugwg3-a8032ab1beef",
        {},
        app="BluGwG3",
        gen=3,
        dynamic={
            "bthomedevice:200": {
                "status": {"id": 200, "rssi": -70, "battery": 88, "packet_id": 4},
                "config": {"id": 200, "addr": "7c:c6:b6:00:11:22", "name": "Window"},
            },
            "bthomesensor:200": {
                "status": {"id": 200, "value": True},
                "config": {"id": 200, "addr": "7c:c6:b6:00:11:22", "obj_id": 0x2D},
            },
            "number:201": {
                "status": {"value": 20.0},
                "config": {"id": 201, "name": "Wished", "min": 0, "max": 50},
            },
        },
    )
    async with (
        ShellyRpcPeer(gateway) as peer,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        home.see(sighting(peer.service()))
        hub = await home.adopt(await home.found("shellyblugwg3-a8032ab1beef"))
        window = home.part(hub, "7c:c6:b6:00:11:22")
        await home.until(lambda: any(d.name == "Window" for d in home.devices.values()), "it")
        window = next(d.id for d in home.devices.values() if d.name == "Window")
        assert home.devices[window].identities == ("mac:7cc6b6001122",)
        await home.until_value(window, "bthomesensor_200", "BooleanState.open", True)
        await home.until_value(window, "bthomedevice_200", "PowerSource.batteryLevel", 88.0)
        assert await home.command(hub, "number_201", "Number.value", 22.5) is Outcome.CONFIRMED


async def test_a_shelly_that_hears_nothing_any_more_is_noticed(tmp_path: Path) -> None:
    async with (
        ShellyRpcPeer(plus_1pm()) as peer,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        home.see(sighting(peer.service()))
        plug = await home.adopt(await home.found("shellyplus1pm-a8032ab12345"))
        peer.deaf = True
        await home.until_reached(plug, reached=False)


async def test_frames_that_are_none_are_refused_and_disturb_nothing(tmp_path: Path) -> None:
    babble = ("{oops", "[]", "3", "null", '{"id":[]}', '{"id":{}}', '{"id":1.5,"result":3}',
              '{"method":"NotifyStatus","params":[]}', '{"method":{},"params":{}}',
              '{"method":"NotifyEvent","params":{"events":7}}', '{"id":"x","result":{}}',
              '{"method":"NotifyStatus","params":{"switch:0":{"output":"x"}}}')  # fmt: skip
    async with (
        ShellyRpcPeer(plus_1pm()) as peer,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        home.see(sighting(peer.service()))
        plug = await home.adopt(await home.found("shellyplus1pm-a8032ab12345"))
        for text in babble:
            await peer.babble(text)
        await peer.set("switch:0", output=True)
        await home.until_value(plug, "switch_0", "OnOff.on", True)
        assert await home.command(plug, "switch_0", "OnOff.on", False) is Outcome.CONFIRMED
        lost = [e for e in home.events if isinstance(e.what, Availability) and not e.what.available]
        assert lost == []


async def test_a_battery_device_that_sleeps_is_sent_to_the_broker(tmp_path: Path) -> None:
    sleeper = ShellyFirmware(
        "shellyplusht-a8032ab10077",
        {"temperature:0": {"tC": 21.4, "tF": 70.5}, "humidity:0": {"rh": 51.0}},
        app="PlusHT",
    )
    sleeper.state["sys"]["wakeup_period"] = 7200
    async with (
        ShellyRpcPeer(sleeper) as peer,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        home.see(sighting(peer.service()))
        entry = await home.found("shellyplusht-a8032ab10077")
        with pytest.raises(AdoptionError, match="sleeps") as raised:
            await home.adopt(entry)
        assert "MQTT" in raised.value.mend


async def test_a_shelly_of_the_first_generation_is_spoken_to_by_its_pages(tmp_path: Path) -> None:
    async with (
        ShellyGen1Peer(password="swordfish") as peer,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        home.see(sighting(peer.service()))
        entry = await home.found("shellyswitch25-a8032ab1cafe")
        with pytest.raises(AdoptionError, match="asks for its password"):
            await home.adopt(entry)
        double = await home.adopt(entry, password="swordfish")
        device = home.devices[double]
        assert (device.name, device.model, device.version) == ("Study", "Shelly 2.5", "1.14.0")
        lamp = next(e for e in device.endpoints if e.id == "relay_0")
        assert (lamp.name, lamp.type) == ("Desk lamp", DeviceType.ON_OFF_LIGHT)
        await home.until_value(double, "relay_0", "OnOff.on", False)
        await home.until_value(double, "relay_0", "ElectricalEnergyMeasurement.energy", 1.0)

        peer.turn(1, on=True)
        await home.until_value(double, "relay_1", "OnOff.on", True)
        await home.until_value(double, "relay_1", POWER, 40.0)
        peer.press(0, "L")
        await home.until_signalled(double, "Switch.pressed", "long")
        assert await home.command(double, "relay_0", "OnOff.on", True) is Outcome.CONFIRMED
        assert "/relay/0?turn=on" in peer.asked

        await peer.stop()
        await home.until_reached(double, reached=False)
        peer.turn(0, on=False)
        await peer.start()
        await home.until_reached(double)
        await home.until(lambda: peer.item("relays", 0)["ison"] is True, "it is on, as wished")


async def test_a_roller_goes_where_it_is_wished(tmp_path: Path) -> None:
    async with (
        ShellyGen1Peer(roller=True) as peer,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        home.see(sighting(peer.service()))
        roller = await home.adopt(await home.found("shellyswitch25-a8032ab1cafe"))
        await home.until_value(roller, "roller_0", "WindowCovering.position", 100.0)
        outcome = await home.command(roller, "roller_0", "WindowCovering.position", 35.0)
        assert outcome is Outcome.CONFIRMED
        assert peer.item("rollers")["current_pos"] == 35


async def test_a_shelly_of_another_network_is_added_by_its_address(tmp_path: Path) -> None:
    async with (
        ShellyRpcPeer(plus_1pm(password="open sesame")) as peer,
        ShellyGen1Peer() as old,
        at_home(tmp_path, "shelly", change=any_port) as home,
    ):
        where = f"127.0.0.1:{peer.service().port}"
        with pytest.raises(AdoptionError, match="asks for its password"):
            await home.add("shelly", address=where)
        plug = await home.add("shelly", address=where, password="open sesame")
        assert plug == "shelly_shellyplus1pm-a8032ab12345"
        assert await home.command(plug, "switch_0", "OnOff.on", True) is Outcome.CONFIRMED

        blind = await home.add("shelly", address=f"127.0.0.1:{old.service().port}")
        home.see(sighting(old.service()))
        home.see(sighting(peer.service()))
        both = {entry.found.key for entry in home.adoption.inbox._entries.values()}
        await home.until(lambda: len(home.adoption.inbox._entries) == 2, f"both are seen ({both})")
        assert list(home.adoption.inbox) == [], "under the names that they were added by"
        assert blind in home.devices
