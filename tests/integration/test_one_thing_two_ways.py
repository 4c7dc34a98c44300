"""One Shelly, reached by the broker and by its own API: proposed, joined, failed over, split."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from driving import Driving, any_port, at_home

from drivers.kit.sighting import Medium, Sighting
from drivers.mqtt import MqttDriver, MqttSettings
from firmware_sim.peers.shelly_firmware import plus_1pm
from firmware_sim.peers.shelly_mqtt import ShellyRpcOnBroker
from firmware_sim.peers.shelly_rpc import ShellyRpcPeer
from hubd.driver_port import attach
from hubd.inbox import BY_MQTT
from hubd.model.command import Outcome
from hubd.model.ids import DeviceId
from hubd.things import proposals
from tests.conftest import Mosquitto

BY_BROKER = DeviceId("shellyplus1pm-a8032ab12345")
ON = ("switch_0", "OnOff.on")


@asynccontextmanager
async def lived_in(
    folder: Path, mosquitto: Mosquitto
) -> AsyncIterator[tuple[Driving, ShellyRpcPeer, ShellyRpcOnBroker, DeviceId]]:
    """Run a home with one plug that is adopted over both."""
    firmware = plus_1pm()
    async with (
        ShellyRpcPeer(firmware) as api,
        ShellyRpcOnBroker(mosquitto.port, firmware) as broker,
        at_home(folder, "shelly", change=any_port, rules=[BY_MQTT]) as home,
    ):
        settings = MqttSettings(port=mosquitto.port)
        driver = attach(home.hub, home.adoption, lambda port: MqttDriver(settings, port), "mqtt")
        running = asyncio.create_task(driver.run())
        try:
            await home.until_value(BY_BROKER, *ON, value=False)
            service = api.service()
            name = f"{service.name}.{service.type}"
            address = ("127.0.0.1",)
            home.see(
                Sighting(Medium.MDNS, service.type, name, "", address, service.port, service.texts)
            )
            by_api = await home.adopt(await home.found(BY_BROKER))
            await home.until_value(by_api, *ON, value=False)
            yield home, api, broker, by_api
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_it_is_proposed_joined_commanded_by_either_way_and_split(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    async with lived_in(tmp_path, mosquitto) as (home, api, broker, by_api):
        (proposal,) = proposals(home.hub.core.state.home)
        assert {proposal.first, proposal.second} == {BY_BROKER, by_api}
        assert proposal.evidence == ("the same MAC address (a8032ab12345)",)

        await home.adoption.join(BY_BROKER, by_api, proposal.evidence, "person:ann")
        assert list(home.devices) == [BY_BROKER]
        assert await home.command(BY_BROKER, *ON, value=True) is Outcome.CONFIRMED

        await broker.stop()
        unreachable = home.hub.core.state.unreachable
        await home.until(lambda: not home.hub.paths.is_live(BY_BROKER), "the broker's way is lost")
        assert BY_BROKER not in unreachable, "its own way is there"
        assert await home.command(BY_BROKER, *ON, value=False) is Outcome.CONFIRMED
        assert api.firmware.state["switch:0"]["output"] is False
        await api.set("switch:0", output=True)
        await home.until_value(BY_BROKER, *ON, value=True)

        await api.stop()
        await home.until(lambda: BY_BROKER in unreachable, "both ways are lost")
        await api.start()
        await home.until(lambda: BY_BROKER not in unreachable, "one way is back")

        await home.adoption.part(by_api, "person:ann")
        assert set(home.devices) == {BY_BROKER, by_api}
        assert home.value(by_api, *ON) is False, "it is as it was on the thing"
        assert await home.command(by_api, *ON, value=True) is Outcome.CONFIRMED
