"""Finding over a real network: the watcher in one network namespace, the world in another."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from driving import any_port, at_home
from msgspec.structs import replace
from namespaces import HUB, WORLD, WORLD6, Cable, cable, player

from drivers.discovery.announcer import TYPE as HUBD
from drivers.discovery.announcer import Announcement
from drivers.discovery.interfaces import interfaces, watched
from drivers.discovery.mdns import MOST_OF_A_TYPE
from drivers.discovery.watcher import Watcher
from drivers.kit.manifest import Manifest
from drivers.kit.sighting import Sighting
from firmware_sim.peers.upnp_documents import DEVICE
from firmware_sim.peers.upnp_renderer import UUID
from hubd.model.command import Outcome

TYPE = "_crowd._tcp.local."
CROWD = "firmware_sim.peers.mdns_crowd"
RENDERER = "firmware_sim.peers.upnp_renderer"
PATIENCE_S = 30.0


@pytest.fixture
def laid() -> Iterator[Cable]:
    with cable() as laid:
        yield laid


class Seen:
    """What a watcher told, as it stands."""

    def __init__(self) -> None:
        self.there: dict[str, Sighting] = {}
        self.told: list[Sighting] = []
        self._news = asyncio.Event()

    def saw(self, sighting: Sighting) -> None:
        self._news.set()
        self.told.append(sighting)
        if sighting.gone:
            del self.there[sighting.key]
        else:
            self.there[sighting.key] = sighting

    @property
    def names(self) -> set[str]:
        return {sighting.name for sighting in self.there.values()}

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def watching(
    *types: str, targets: tuple[str, ...] = (), announcement: Announcement | None = None
) -> AsyncIterator[tuple[Watcher, Seen]]:
    seen = Seen()
    watcher = Watcher(types, targets, seen.saw, announcement=announcement)
    task = asyncio.create_task(watcher.run())
    try:
        yield watcher, seen
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_200_services_appear_and_vanish_with_their_goodbye(laid: Cable) -> None:
    async with watching(TYPE) as (watcher, seen), player(laid, CROWD, WORLD, TYPE) as crowd:
        await crowd.ask("announce 200 120")
        await seen.until(lambda: len(seen.there) == 200)
        one = next(iter(seen.there.values()))
        assert (one.service, one.address, one.port) == (TYPE, WORLD, 80)
        assert one.texts == {"id": "crow", "v": "1.0"}
        await crowd.ask("withdraw")
        await seen.until(lambda: not seen.there)
        assert watcher.trouble == ""


async def test_who_lost_power_is_gone_when_its_time_is_over_and_who_answers_stays(
    laid: Cable,
) -> None:
    async with watching(TYPE) as (_, seen), player(laid, CROWD, WORLD, TYPE) as crowd:
        await crowd.ask("announce 200 3")
        await seen.until(lambda: len(seen.there) == 200)
        await asyncio.sleep(5)  # more than its time: it was asked, and answered
        assert len(seen.there) == 200
        assert not any(sighting.gone for sighting in seen.told)
        await crowd.ask("silence")
        await seen.until(lambda: not seen.there)


async def test_services_that_speak_ipv6_alone_are_found_at_their_link_s_address(
    laid: Cable,
) -> None:
    address = f"{WORLD6}%{laid.world_end}"
    async with watching(TYPE) as (_, seen), player(laid, CROWD, address, TYPE) as crowd:
        # Announced again and again: an interface's own IPv6 addresses take their time.
        async with asyncio.timeout(PATIENCE_S):
            while len(seen.there) < 3:
                await crowd.ask("announce 3 120")
                await asyncio.sleep(0.2)
        (found,) = {sighting.addresses for sighting in seen.there.values()}
        assert found == (f"{WORLD6}%{socket.if_nametoindex(laid.hub_end)}",)
        await crowd.ask("withdraw")
        await seen.until(lambda: not seen.there)


async def test_who_was_there_before_is_found_by_asking(laid: Cable) -> None:
    async with player(laid, CROWD, WORLD, TYPE) as crowd:
        await crowd.ask("announce 40 120")
        async with watching(TYPE) as (_, seen):
            await seen.until(lambda: len(seen.there) == 40)


async def test_types_may_change_while_it_runs(laid: Cable) -> None:
    async with (
        watching("_other._tcp") as (watcher, seen),
        player(laid, CROWD, WORLD, TYPE) as crowd,
    ):
        await crowd.ask("announce 5 120")
        await asyncio.sleep(0.5)
        watcher.set_types([TYPE])
        await seen.until(lambda: len(seen.there) == 5)
        watcher.set_types(["_other._tcp"])
        await seen.until(lambda: not seen.there)


async def test_a_pulled_cable_and_new_addresses_are_survived(laid: Cable) -> None:
    async with watching(TYPE, targets=(DEVICE,)) as (_, seen):
        async with player(laid, CROWD, WORLD, TYPE) as crowd:
            await crowd.ask("announce 5 2")
            await seen.until(lambda: len(seen.there) == 5)
            laid.set_link(up=False)
            await seen.until(lambda: not seen.there)
            laid.set_link(up=True)
            await seen.until(lambda: len(seen.there) == 5)
            laid.set_hub_link(up=False)
            await seen.until(lambda: not seen.there)
            laid.set_hub_link(up=True)
            await seen.until(lambda: len(seen.there) == 5)
            laid.readdress(HUB, "10.211.0.77")
            await asyncio.sleep(3)
            assert len(seen.there) == 5, "they are asked from the new address, and answer"
        async with player(laid, RENDERER, WORLD) as renderer:
            await renderer.ask("state")
            await seen.until(lambda: any(s.service == DEVICE for s in seen.there.values()))


async def test_a_change_of_the_interfaces_is_noticed_at_once(laid: Cable) -> None:
    changes = watched(poll_s=600)
    former = await anext(changes)
    assert [i.name for i in former if not i.loopback] == [laid.hub_end]
    laid.readdress(HUB, "10.211.0.9")
    async with asyncio.timeout(PATIENCE_S):
        async for now in changes:
            if any("10.211.0.9" in i.addresses for i in now):
                break
    laid.set_link(up=False)
    async with asyncio.timeout(PATIENCE_S):
        async for now in changes:
            if not any(i.running for i in now if not i.loopback):
                break
    await changes.aclose()
    assert interfaces() == now


async def test_no_network_at_all_is_told_and_mended_by_one(laid: Cable) -> None:
    laid.set_hub_link(up=False)
    laid.readdress(HUB, "10.211.0.9")
    async with watching(TYPE) as (watcher, seen), player(laid, CROWD, WORLD, TYPE) as crowd:
        await asyncio.sleep(0.5)
        laid.set_hub_link(up=True)
        await crowd.ask("announce 3 120")
        await seen.until(lambda: len(seen.there) == 3)
        assert watcher.trouble == ""


async def test_malformed_packets_and_a_flood_do_not_end_it(laid: Cable) -> None:
    async with watching(TYPE) as (_, seen), player(laid, CROWD, WORLD, TYPE) as crowd:
        for packet in ("00", "ff" * 300, "0000840000000001000000000c5f63726f7764", "c0" * 40):
            await crowd.ask(f"send {packet}")
        await crowd.ask("silence")
        await crowd.ask("announce 9000 2")
        await seen.until(lambda: bool(seen.there))
        await seen.until(lambda: not seen.there)
        assert len({sighting.name for sighting in seen.told}) <= MOST_OF_A_TYPE
        await crowd.ask("announce 3 120")
        await seen.until(lambda: seen.names >= {"crowd-0001", "crowd-0002", "crowd-0003"})


@pytest.mark.usefixtures("laid")
async def test_the_hub_announces_itself_and_says_goodbye() -> None:
    ours = Announcement("Home", "maple-1", 8123, "0.2.0", "/panel")
    theirs = Announcement("Home", "oak-2", 8124, "0.2.0")
    async with watching(HUBD) as (_, seen):
        async with watching(HUBD, announcement=ours) as (_, own):
            await seen.until(lambda: "Home" in seen.names)
            sighting = next(iter(seen.there.values()))
            assert sighting.texts == {"version": "0.2.0", "id": "maple-1", "path": "/panel"}
            assert (sighting.host, sighting.port) == ("hubd-maple-1.local.", 8123)
            assert HUB in sighting.addresses
            assert own.there == {}, "it does not tell of itself"
            async with watching(announcement=theirs):
                await seen.until(lambda: seen.names == {"Home", "Home-2"})
            await seen.until(lambda: seen.names == {"Home"})
        await seen.until(lambda: not seen.there)


async def test_a_upnp_thing_is_seen_with_what_it_says_of_itself(laid: Cable) -> None:
    async with (
        watching(targets=("urn:*:MediaRenderer:*",)) as (_, seen),
        player(laid, RENDERER, WORLD) as renderer,
    ):
        await renderer.ask("state")
        await seen.until(lambda: any("manufacturer" in s.texts for s in seen.there.values()))
        (sighting,) = seen.there.values()
        assert (sighting.service, sighting.address) == (DEVICE, WORLD)
        assert sighting.texts["friendlyname"] == "Living room"
        assert sighting.texts["manufacturer"] == "Simulated Audio"
        await renderer.ask("stop")
        await seen.until(lambda: not seen.there)
        await renderer.ask("start")
        await seen.until(lambda: len(seen.there) == 1)


async def test_a_upnp_thing_that_was_there_before_is_found_by_searching(laid: Cable) -> None:
    async with player(laid, RENDERER, WORLD) as renderer:
        await renderer.ask("state")
        await asyncio.sleep(0.3)
        async with watching(targets=(DEVICE, "upnp:rootdevice")) as (_, seen):
            await seen.until(lambda: len(seen.there) == 2)


def in_the_lan(manifest: Manifest) -> Manifest:
    return replace(manifest, reach=replace(any_port(manifest).reach, hosts=("lan",)))


async def test_a_renderer_is_found_over_the_network_adopted_commanded_lost_and_back(
    laid: Cable, tmp_path: Path
) -> None:
    async with (
        player(laid, RENDERER, WORLD) as renderer,
        at_home(tmp_path, "upnp", change=in_the_lan) as home,
    ):
        watcher = Watcher((), home.network.targets, home.network.saw)
        task = asyncio.create_task(watcher.run())
        try:
            device = await home.adopt(await home.found(UUID.removeprefix("uuid:")))
            await home.until_value(device, "player", "MediaPlayback.volume", 20.0)
            assert home.devices[device].troubles == (), "its events reach the hub"
            await renderer.ask("set volume 40")
            await home.until_value(device, "player", "MediaPlayback.volume", 80.0)
            done = await home.ask(device, "player", "MediaPlayback.next")
            assert done is Outcome.CONFIRMED
            await home.until_value(device, "player", "MediaPlayback.title", "Dawn")
            await renderer.ask("stop")
            await home.until_reached(device, reached=False)
            await renderer.ask("start")
            await home.until_reached(device)
            await renderer.ask("cut")
            await home.until_reached(device, reached=False)
            await renderer.ask("start")
            await home.until_reached(device)
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
