"""Google Cast in a whole hub, with its driver in a process of its own."""

from pathlib import Path

from cast_house import sighting
from driving import any_port, at_home

from firmware_sim.peers.cast import CastReceiver
from hubd.model.command import Outcome

P = "player"


async def test_a_receiver_is_found_adopted_pushed_commanded_lost_and_back(tmp_path: Path) -> None:
    async with CastReceiver() as peer, at_home(tmp_path, "cast", change=any_port) as home:
        home.see(sighting(peer))
        it = await home.adopt(await home.found(peer.state.id))
        await home.until_value(it, P, "MediaPlayback.state", "idle")

        await peer.play("Naima", "John Coltrane")
        await home.until_value(it, P, "MediaPlayback.title", "Naima")
        assert await home.command(it, P, "MediaPlayback.volume", 25.0) is Outcome.CONFIRMED
        assert await home.command(it, P, "MediaPlayback.muted", True) is Outcome.CONFIRMED
        assert await home.ask(it, P, "MediaPlayback.pause") is Outcome.CONFIRMED
        await home.until_value(it, P, "MediaPlayback.state", "paused")
        url = "https://radio.example/stream.mp3"
        assert await home.ask(it, P, "MediaPlayback.playUrl", url) is Outcome.CONFIRMED
        await home.until_value(it, P, "MediaPlayback.state", "playing")

        await peer.stop()
        await home.until_reached(it, reached=False)
        await peer.leave()
        await peer.start()
        await home.until_reached(it)
        await home.until_value(it, P, "MediaPlayback.state", "idle")
        assert await home.command(it, P, "MediaPlayback.volume", 60.0) is Outcome.CONFIRMED
