"""A media renderer over its real protocol: SOAP and GENA events, in the hub."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from driving import Driving, any_port, at_home
from msgspec.structs import replace

from drivers.kit.errors import AdoptionError
from drivers.kit.sighting import Medium, Sighting
from firmware_sim.peers.upnp_documents import DEVICE
from firmware_sim.peers.upnp_renderer import UUID, Renderer
from hubd.model.command import Outcome
from hubd.model.ids import DeviceId

KEY = UUID.removeprefix("uuid:")
STATE, VOLUME = "MediaPlayback.state", "MediaPlayback.volume"
MUTED, TITLE = "MediaPlayback.muted", "MediaPlayback.title"


def seen(renderer: Renderer, boot: int = 1) -> Sighting:
    return Sighting(
        Medium.SSDP,
        DEVICE,
        f"{UUID}::{DEVICE}",
        addresses=(renderer.address,),
        port=renderer.port,
        texts={
            "location": renderer.location,
            "bootid.upnp.org": str(boot),
            "friendlyname": "Living room",
            "manufacturer": "Simulated Audio",
        },
    )


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Driving]:
    async with at_home(tmp_path, "upnp", change=any_port) as made:
        yield made


async def adopted(home: Driving, renderer: Renderer) -> DeviceId:
    home.see(seen(renderer))
    return await home.adopt(await home.found(KEY))


async def test_a_renderer_is_found_adopted_pushed_commanded_lost_and_back(home: Driving) -> None:
    async with Renderer() as renderer:
        device = await adopted(home, renderer)
        known = home.devices[device]
        assert (known.name, known.maker, known.model) == (
            "Living room",
            "Simulated Audio",
            "Renderer One",
        )
        assert known.troubles == ()
        await home.until_value(device, "player", VOLUME, 20.0)
        await home.until_value(device, "player", STATE, "idle")
        polls = renderer.asked.count("GetVolume")

        await renderer.set(transport="PLAYING", title="Noon", volume=25, mute=True)
        await home.until_value(device, "player", STATE, "playing")
        await home.until_value(device, "player", TITLE, "Noon")
        await home.until_value(device, "player", VOLUME, 50.0)
        await home.until_value(device, "player", MUTED, value=True)
        assert renderer.asked.count("GetVolume") == polls, "it was told, not asked"

        assert await home.command(device, "player", VOLUME, 71) is Outcome.CONFIRMED
        assert renderer.state.volume == 36
        assert await home.command(device, "player", MUTED, value=False) is Outcome.CONFIRMED
        assert await home.ask(device, "player", "MediaPlayback.pause") is Outcome.CONFIRMED
        await home.until_value(device, "player", STATE, "paused")
        assert await home.ask(device, "player", "MediaPlayback.next") is Outcome.CONFIRMED
        await home.until_value(device, "player", TITLE, "Dawn")

        url = "http://192.168.1.2/songs/morning.mp3"
        assert await home.ask(device, "player", "MediaPlayback.playUrl", url) is Outcome.CONFIRMED
        await home.until_value(device, "player", TITLE, "morning.mp3")
        await home.until_value(device, "player", STATE, "playing")
        assert renderer.state.url == url

        await renderer.stop()
        home.see(replace(seen(renderer), gone=True))
        await home.until_reached(device, reached=False)
        renderer.state.volume, renderer.state.title = 5, "Evening"
        await renderer.start()
        home.see(seen(renderer, boot=2))
        await home.until_reached(device)
        await home.until_value(device, "player", TITLE, "Evening")
        await home.until(lambda: renderer.state.volume == 36, "the wished volume is back")


async def test_what_a_renderer_cannot_do_now_is_refused_with_its_reason(home: Driving) -> None:
    async with Renderer() as renderer:
        device = await adopted(home, renderer)
        assert await home.ask(device, "player", "MediaPlayback.pause") is Outcome.REFUSED
        outcome = await home.ask(device, "player", "MediaPlayback.playUrl", "file:///etc/passwd")
        assert outcome is Outcome.REFUSED
        assert renderer.state.url == ""


@pytest.mark.parametrize("events", ["refused", "lost"])
async def test_where_events_do_not_come_it_is_asked_and_says_why(
    home: Driving, events: str
) -> None:
    async with Renderer(events=events) as renderer:
        device = await adopted(home, renderer)
        (trouble,) = home.devices[device].troubles
        assert "every 5 seconds" in trouble.reason
        assert await home.command(device, "player", VOLUME, 40) is Outcome.CONFIRMED
        await renderer.set(transport="PLAYING")
        await home.until_value(device, "player", STATE, "playing")


async def test_one_that_began_anew_is_linked_anew_before_it_is_missed(home: Driving) -> None:
    async with Renderer() as renderer:
        device = await adopted(home, renderer)
        await renderer.stop(goodbye=False)
        await renderer.start()
        home.see(seen(renderer, boot=2))
        renderer.state.volume = 45
        await home.until_value(device, "player", VOLUME, 90.0)


async def test_a_renderer_of_another_network_is_added_by_its_description(home: Driving) -> None:
    async with Renderer() as renderer:
        with pytest.raises(AdoptionError, match="is no address of a description"):
            await home.add("upnp", location=renderer.address)
        device = await home.add("upnp", location=renderer.location)
        assert device == f"upnp_{KEY}"
        assert await home.command(device, "player", VOLUME, 71) is Outcome.CONFIRMED
        home.see(seen(renderer))
        await home.until(lambda: len(home.adoption.inbox._entries) == 1, "it is seen")
        assert list(home.adoption.inbox) == []
        await home.until_reached(device)
