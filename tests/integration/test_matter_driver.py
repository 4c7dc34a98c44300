"""Matter devices in a home: real server, real virtual devices, the driver in its own process."""

from pathlib import Path

from driving import at_home
from matter_house import MatterHouse

from hubd.model.command import Outcome


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
        await peer.start()
        await peer.set("light", onOff={"onOff": True})
        await home.until_reached(lamp)
        await home.until_value(lamp, "light", "OnOff.on", True)

        await home.network.remove(lamp, "person:ann")
        await peer.until(lambda told: told.get("commissioned") is False)
