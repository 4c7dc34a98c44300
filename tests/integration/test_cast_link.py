"""Google Cast over its real protocol: told, commanded, lost, and no thread left behind."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
from cast_house import adopted, found
from overheard import Overheard, order, running
from pychromecast import socket_client
from pychromecast.controllers import heartbeat

from drivers.cast import link as link_module
from drivers.cast import session as session_module
from drivers.cast.driver import CastDriver
from drivers.cast.link import CastLink
from drivers.kit.errors import AdoptionError, LinkError, RefusedError
from drivers.kit.found import Adoption, Trust
from drivers.kit.link import ITSELF
from firmware_sim.peers.cast import CastReceiver, Receiver

P = "player"


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = {
        t for t in set(threading.enumerate()) - before if isinstance(t, socket_client.SocketClient)
    }
    assert not left


async def linked(peer: CastReceiver) -> CastLink:
    return CastLink(await adopted(peer))


async def test_a_receiver_is_found_adopted_told_and_commanded() -> None:
    async with CastReceiver() as peer:
        seen = found(peer)
        assert (seen.name, seen.maker, seen.trust) == ("Living room", "Google", Trust.OPEN)
        assert seen.identities == ("uuid:01234567-89ab-cdef-0123-456789abcdef",)
        link = await linked(peer)
        async with running(link) as (heard, _):
            assert heard.value(P, "MediaPlayback.state") == "idle"
            assert heard.value(P, "MediaPlayback.volume") == 50.0
            assert heard.value(P, "MediaPlayback.title") is None

            await link.send(ITSELF, [order(P, "MediaPlayback.volume", 30.0)])
            await link.send(ITSELF, [order(P, "MediaPlayback.muted", True)])
            await heard.until(lambda: heard.holds(P, "MediaPlayback.muted", True))
            assert heard.value(P, "MediaPlayback.volume") == 30.0
            assert peer.state.volume == pytest.approx(0.3)
            assert peer.state.muted

            await peer.set(volume=0.8)
            await heard.until(lambda: heard.holds(P, "MediaPlayback.volume", 80.0))


async def test_what_plays_is_told_and_turned() -> None:
    async with CastReceiver() as peer:
        link = await linked(peer)
        async with running(link) as (heard, _):
            await peer.play("Blue in Green", "Miles Davis")
            await heard.until(lambda: heard.holds(P, "MediaPlayback.artist", "Miles Davis"))
            assert heard.value(P, "MediaPlayback.state") == "playing"
            assert heard.value(P, "MediaPlayback.title") == "Blue in Green"
            assert heard.value(P, "MediaPlayback.app") == "Default Media Receiver"

            for name, state in (
                ("MediaPlayback.pause", "paused"),
                ("MediaPlayback.play", "playing"),
                ("MediaPlayback.stop", "idle"),
            ):
                await link.send(ITSELF, [order(P, name, action=True)])
                await heard.until(lambda s=state: heard.holds(P, "MediaPlayback.state", s))  # type: ignore[misc]
            await link.send(ITSELF, [order(P, "MediaPlayback.next", action=True)])
            await link.send(ITSELF, [order(P, "MediaPlayback.next", action=True)])
            await link.send(ITSELF, [order(P, "MediaPlayback.previous", action=True)])
            medium = peer.state.medium
            assert medium is not None
            assert medium.place == 1

            await peer.leave()
            await heard.until(lambda: heard.holds(P, "MediaPlayback.app", None))
            assert heard.value(P, "MediaPlayback.title") is None


async def test_what_plays_already_is_known_before_it_is_live() -> None:
    async with CastReceiver() as peer:
        await peer.play("So What", "Miles Davis")
        async with running(await linked(peer)) as (heard, _):
            assert heard.value(P, "MediaPlayback.title") == "So What"
            assert heard.value(P, "MediaPlayback.state") == "playing"


async def test_an_address_is_played_by_an_app_that_is_started_for_it() -> None:
    async with CastReceiver() as peer:
        link = await linked(peer)
        async with running(link) as (heard, _):
            url = "https://radio.example/stream.mp3"
            await link.send(ITSELF, [order(P, "MediaPlayback.playUrl", url, action=True)])
            await heard.until(lambda: heard.holds(P, "MediaPlayback.state", "playing"))
    medium = peer.state.medium
    assert medium is not None
    assert medium.url == url


async def test_what_cannot_be_done_is_refused_in_words() -> None:
    async with CastReceiver(Receiver(loadable=False)) as peer:
        link = await linked(peer)
        async with running(link):
            for bad, why in (
                (order(P, "MediaPlayback.volume", 130.0), "0 to 100"),
                (order(P, "MediaPlayback.muted", "yes"), "yes or no"),
                (order(P, "MediaPlayback.title", "Mine"), "it has no"),
                (order(P, "MediaPlayback.pause", action=True), "plays nothing"),
                (order(P, "MediaPlayback.playUrl", "file:///etc", action=True), "http"),
                (order(P, "MediaPlayback.playUrl", "http://[", action=True), "http"),
                (
                    order(P, "MediaPlayback.playUrl", "http://a.example/x", action=True),
                    "LOAD_FAILED",
                ),
                (order("light", "OnOff.on", True), "one player"),
            ):
                with pytest.raises(RefusedError, match=why):
                    await link.send(ITSELF, [bad])


async def test_a_receiver_with_a_fixed_loudness_cannot_be_turned_up() -> None:
    fixed = CastReceiver(Receiver(control="fixed"))
    async with fixed as peer, running(await linked(peer)) as (heard, _):
        (player,) = heard.descriptions[ITSELF].endpoints
        volume = player.property("MediaPlayback.volume")
        assert volume is not None
        assert not volume.writable


async def test_a_sleeping_receiver_is_off() -> None:
    asleep = CastReceiver(Receiver(standby=True))
    async with asleep as peer, running(await linked(peer)) as (heard, _):
        assert heard.value(P, "MediaPlayback.state") == "off"


async def test_a_receiver_that_goes_is_lost_and_comes_back() -> None:
    async with CastReceiver() as peer:
        link = await linked(peer)
        async with running(link) as (_, task):
            await peer.stop()
            with pytest.raises(LinkError):
                await task
        with pytest.raises(LinkError):
            await link.send(ITSELF, [order(P, "MediaPlayback.volume", 1.0)])
        with pytest.raises(LinkError, match="answer"):
            async with running(link):
                pass
        with pytest.raises(AdoptionError):
            await adopted(peer)
        await peer.start()
        async with running(link) as (heard, _):
            assert heard.lives == 1


async def test_a_receiver_that_falls_silent_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = heartbeat.HB_PING_TIME + heartbeat.HB_PONG_TIME + socket_client.SELECT_TIMEOUT
    assert limits < 30, "it is noticed within half a minute"
    monkeypatch.setattr(heartbeat, "HB_PING_TIME", 0.1)
    monkeypatch.setattr(heartbeat, "HB_PONG_TIME", 0.4)
    monkeypatch.setattr(socket_client, "SELECT_TIMEOUT", 0.05)
    async with CastReceiver() as peer, running(await linked(peer)) as (_, task):
        peer.deaf = True
        with pytest.raises(LinkError):
            await task


async def test_one_who_lets_connect_and_says_nothing_is_no_receiver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link_module, "STATUS_S", 0.3)
    async with CastReceiver() as peer:
        peer.deaf = True
        with pytest.raises(AdoptionError, match="no status"):
            await adopted(peer)


async def test_a_link_that_is_ended_while_it_connects_ends_its_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session_module, "CONNECT_S", 1.0)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        peer = CastReceiver()
        peer.port = mute.getsockname()[1]
        seen = found(peer)
        adoption = Adoption(seen.key, seen.address, seen.port, seen.record)
        task = asyncio.create_task(CastLink(adoption).run(Overheard()))
        accepted, _ = await asyncio.to_thread(mute.accept)
        with accepted:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_a_group_that_got_another_leader_is_reached_there() -> None:
    group = Receiver(name="Downstairs", model="Google Cast Group", capabilities=36)
    async with CastReceiver(group) as old, CastReceiver(group) as new:
        adoption = await adopted(old)
        await old.stop()
        moved = CastDriver().moved(adoption, found(new))
        async with running(CastLink(moved)) as (heard, _):
            assert heard.descriptions[ITSELF].name == "Downstairs"


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[]",
        '{"type": "RECEIVER_STATUS", "status": {"volume": {"level": "loud"}}}',
        '{"type": "RECEIVER_STATUS", "status": {"volume": {"level": NaN}}}',
        '{"type": "RECEIVER_STATUS", "status": {"volume": {"muted": 3}}}',
    ],
)
async def test_nonsense_is_told_or_passed_over_and_the_rest_goes_on(text: str) -> None:
    async with CastReceiver() as peer, running(await linked(peer)) as (heard, _):
        await peer.babble(text)
        await peer.set(volume=0.1)
        await heard.until(lambda: heard.holds(P, "MediaPlayback.volume", 10.0))
        assert len(heard.refused) == ("RECEIVER" in text)
