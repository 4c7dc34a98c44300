"""Matter devices in a home: real server, real virtual devices, the driver in its own process."""

from collections.abc import Mapping
from pathlib import Path

from driving import Driving, at_home
from matter_house import MatterHouse
from matter_socket import connected

from drivers.kit.found import Trust
from drivers.matter.setup_code import read_code
from hubd.errands import Errands
from hubd.model.command import Outcome
from hubd.model.events import Signalled
from hubd.model.ids import DeviceId


async def errand(
    home: Driving, what: str, device: DeviceId, /, **answers: str
) -> Mapping[str, str]:
    """Ask something of a Matter device."""
    errands = Errands(home.hub, home.network)
    said: list[str] = []
    return await errands.run("matter", what, device, answers, "person:ann", said.append)


async def test_a_lamp_is_found_taken_in_commanded_lost_and_true_again(
    matter_house: MatterHouse, tmp_path: Path
) -> None:
    async with (
        matter_house.device({"id": "light", "type": "DimmableLight"}, product="Lamp") as peer,
        at_home(tmp_path, "matter", "discovery") as home,
    ):
        home.network.watch()
        inbox = home.adoption.inbox
        await home.until(lambda: len(inbox) == 1, "a device that waits in the inbox")
        (entry,) = inbox
        said: list[str] = []
        lamp = await home.network.adopt(
            entry.id, {"code": peer.qr}, None, "person:ann", said.append
        )
        assert lamp is not None
        assert said
        await home.until_reached(lamp)
        assert len(inbox) == 0
        assert home.devices[lamp].model == "Lamp"
        assert home.value(lamp, "light", "OnOff.on") is False

        assert await home.command(lamp, "light", "OnOff.on", True) is Outcome.CONFIRMED
        assert (await peer.state("light"))["onOff"]["onOff"] is True
        await peer.set("light", onOff={"onOff": False})
        await home.until_value(lamp, "light", "OnOff.on", False)

        await peer.kill()
        await home.until_reached(lamp, reached=False)
        assert "does not answer" in home.hub.core.state.unreachable[lamp]
        await peer.start()
        await peer.set("light", onOff={"onOff": True})
        await home.until_reached(lamp)
        await home.until_value(lamp, "light", "OnOff.on", True)

        await home.network.remove(lamp, "person:ann")
        await peer.until(lambda told: told.get("commissioned") is False)


async def test_a_node_that_the_server_has_already_is_found_and_needs_no_code(
    matter_house: MatterHouse, tmp_path: Path
) -> None:
    async with (
        matter_house.device({"id": "plug", "type": "OnOffPlugInUnit"}, label="Heater") as peer,
        connected(matter_house.url) as server,
        at_home(tmp_path, "matter") as home,
    ):
        number = await server.commission(peer.qr)
        home.network.look()
        entry = await home.found(f"n{number}")
        assert entry.wants_nobody
        assert entry.found.trust is Trust.PROVEN
        plug = await home.adopt(entry)
        assert home.devices[plug].name == "Heater"
        assert await home.command(plug, "plug", "OnOff.on", True) is Outcome.CONFIRMED

        process = home.network.process("matter")
        assert process is not None
        told = await errand(home, "fabrics", plug)
        assert [words for words in told.values() if "this hub" in words] == list(told.values())
        await errand(home, "label", plug, name="Fan")
        await home.until(lambda: home.devices[plug].name == "Fan", "the new name")
        told = await errand(home, "share", plug)
        assert read_code(told["code"]).passcode == read_code(told["QR"]).passcode

        await server.ask("remove_node", node_id=number)
        await home.until_reached(plug, reached=False)
        await home.until(lambda: any("removed" in p.what for p in process.problems), "a problem")


async def test_a_bridge_s_devices_are_devices_of_their_own(
    matter_house: MatterHouse, tmp_path: Path
) -> None:
    hall = {
        "id": "hall",
        "type": "DimmableLight",
        "bridged": {"nodeLabel": "Hall lamp", "uniqueId": "hall-1", "vendorName": "Lux"},
    }
    door = {
        "id": "door",
        "type": "ContactSensor",
        "bridged": {"nodeLabel": "Door", "uniqueId": "door-1", "reachable": False},
    }
    bridge = {"id": "bridge", "type": "Aggregator", "parts": [hall, door]}
    async with (
        matter_house.device(bridge, product="Bridge") as peer,
        at_home(tmp_path, "matter") as home,
    ):
        own = await home.network.add("matter", {"code": peer.qr}, None, "person:ann")
        await home.until_reached(own)
        lamp, contact = home.part(own, "hall-1"), home.part(own, "door-1")
        await home.until(lambda: {lamp, contact} <= home.devices.keys(), "the bridged devices")
        assert home.devices[lamp].name == "Hall lamp"
        assert home.devices[lamp].maker == "Lux"
        await home.until_reached(contact, reached=False)
        assert await home.command(lamp, "light", "OnOff.on", True) is Outcome.CONFIRMED
        assert (await peer.state("hall"))["onOff"]["onOff"] is True

        await peer.set("door", bridgedDeviceBasicInformation={"reachable": True})
        await home.until(lambda: contact not in home.hub.core.state.unreachable, "the door")
        more = {
            "id": "desk",
            "type": "OnOffLight",
            "bridged": {"nodeLabel": "Desk", "uniqueId": "desk-1"},
        }
        await peer.add(more, under="bridge")
        await home.until(lambda: home.part(own, "desk-1") in home.devices, "the new device")
        await peer.remove("hall")
        await home.until(lambda: lamp not in home.devices, "the device that is gone")


async def test_what_happens_at_a_device_is_told(matter_house: MatterHouse, tmp_path: Path) -> None:
    async with (
        matter_house.device(
            {"id": "button", "type": "GenericSwitch"}, {"id": "lock", "type": "DoorLock"}
        ) as peer,
        at_home(tmp_path, "matter") as home,
    ):
        own = await home.network.add("matter", {"code": peer.manual}, None, "person:ann")
        await home.until_reached(own)
        await peer.press("button")
        await home.until(
            lambda: any(isinstance(e.what, Signalled) for e in home.events), "a press is told"
        )
        lock = next(e.id for e in home.devices[own].endpoints if e.property("DoorLock.locked"))
        locked = home.value(own, lock, "DoorLock.locked") is True
        assert await home.command(own, lock, "DoorLock.locked", not locked) is Outcome.CONFIRMED
        await peer.happen("lock", doorLock={"doorLockAlarm": {"alarmCode": 0}})
        await home.until_signalled(own, "Event.happened", "lock_jammed")
