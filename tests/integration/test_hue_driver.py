"""Hue over its real protocol: a bridge with HTTPS and an event stream, and the hub beside it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from driving import any_port, at_home
from heard import Heard, action, command, linked

from drivers.hue import bridge, link
from drivers.hue.advert import read_record
from drivers.hue.driver import HueDriver
from drivers.hue.link import HueLink
from drivers.kit.errors import AccessError, AdoptionError, LinkError, MalformedError, RefusedError
from drivers.kit.found import Adoption, Found
from drivers.kit.sighting import Medium, Sighting
from drivers.kit.trying import quietly
from firmware_sim.peers.hue import HuePeer
from hubd.model.command import Outcome

KEY = "001788fffe23ab01"


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[HuePeer]:
    folder = tmp_path / "peer"
    folder.mkdir()
    async with HuePeer(folder) as made:
        yield made


def sighting(peer: HuePeer) -> Sighting:
    return Sighting(
        Medium.MDNS,
        "_hue._tcp.local.",
        "Hue Bridge - 23AB01._hue._tcp.local.",
        addresses=(peer.address,),
        port=peer.port,
        texts=peer.texts,
    )


def found(peer: HuePeer) -> Found:
    thing = HueDriver().recognised(sighting(peer))
    assert thing is not None
    return thing


async def adopted(peer: HuePeer) -> Adoption:
    peer.press_link()
    return await HueDriver().adopt(found(peer), {}, quietly)


def link_of(adoption: Adoption, *, pause_s: float = 15.0) -> HueLink:
    record = read_record(adoption.record)
    return HueLink(adoption.secret, adoption.address, adoption.port, record, pause_s=pause_s)


def part_of(peer: HuePeer, device: str) -> str:
    return str(peer.state(device, "device")["id"])


async def test_a_bridge_is_found_adopted_pushed_commanded_lost_and_back(
    tmp_path: Path, peer: HuePeer
) -> None:
    async with at_home(tmp_path, "hue", change=any_port) as home:
        home.see(sighting(peer))
        entry = await home.found(KEY)
        with pytest.raises(AdoptionError, match="the button on the bridge was not pressed"):
            await home.network.adopt(entry.id, {}, None, "person:ann")
        peer.press_link()
        hub = await home.adopt(entry)
        lamp = home.part(hub, part_of(peer, "lamp"))
        await home.until_value(lamp, "light", "OnOff.on", value=False)
        await peer.set("lamp", "light", {"on": {"on": True}})
        await home.until_value(lamp, "light", "OnOff.on", value=True)
        switch = home.part(hub, part_of(peer, "switch"))
        await peer.press(1, "short_release")
        await home.until_signalled(switch, "Switch.pressed", "short_release")
        level = home.command(lamp, "light", "LevelControl.level", 30.0)
        assert await level is Outcome.CONFIRMED
        assert peer.state("lamp", "light")["dimming"] == {"brightness": 30.0, "min_dim_level": 0.2}
        assert await home.ask(lamp, "identify", "Identify.identify") is Outcome.CONFIRMED
        await peer.stop()
        await home.until_reached(hub, reached=False)
        await home.until_reached(lamp, reached=False)
        await peer.start()
        await home.until_reached(hub)
        await home.until_reached(lamp)
        await peer.set("lamp", "light", {"on": {"on": False}})
        await home.until_value(lamp, "light", "OnOff.on", value=False)


async def test_all_that_is_behind_a_bridge_is_read_and_told_of(peer: HuePeer) -> None:
    heard = Heard()
    sensor, plug, dial = (part_of(peer, name) for name in ("sensor", "plug", "dial"))
    async with linked(link_of(await adopted(peer)), heard):
        assert heard.parts[sensor].area == "Hall"
        assert heard.values[sensor, "temperature", "TemperatureMeasurement.temperature"] == 20.5
        report = {"motion": {"motion_report": {"changed": "now", "motion": True}}}
        await peer.set("sensor", "motion", report)
        await heard.value(sensor, "motion", "OccupancySensing.occupied", value=True)
        light = {"light": {"light_level_report": {"changed": "now", "light_level": 10_001}}}
        await peer.set("sensor", "light_level", light)
        await heard.value(sensor, "illuminance", "IlluminanceMeasurement.illuminance", 10.0)
        await peer.set("plug", "light", {"on": {"on": True}})
        await heard.value(plug, "plug", "OnOff.on", value=True)
        await peer.turn("clock_wise")
        await heard.until(lambda: (dial, "dial", "Switch.turned", "clockwise") in heard.signals)
        assert not heard.faults


async def test_a_colour_beyond_what_the_lamp_can_show_is_confirmed(peer: HuePeer) -> None:
    heard, lamp = Heard(), part_of(peer, "lamp")
    chain = link_of(await adopted(peer))
    async with linked(chain, heard):
        asked = [
            command("light", "OnOff.on", True, over_us=1_500_000),
            command("light", "ColorControl.hue", 240.0),
            command("light", "ColorControl.saturation", 100.0),
        ]
        await chain.send(lamp, asked)
        await heard.value(lamp, "light", "ColorControl.hue", 240.0)
        assert peer.state("lamp", "light")["color_temperature"] != {"mirek": 366}
        await chain.send(lamp, [command("light", "ColorControl.colorTemperature", 2500.0)])
        await heard.value(lamp, "light", "ColorControl.colorTemperature", 2500.0)


async def test_a_lamp_out_of_the_bridges_reach_is_told_so_and_refuses(peer: HuePeer) -> None:
    heard, lamp = Heard(), part_of(peer, "lamp")
    chain = link_of(await adopted(peer))
    async with linked(chain, heard):
        await peer.set("lamp", "zigbee_connectivity", {"status": "connectivity_issue"})
        await heard.until(lambda: heard.reach.get(lamp) is False)
        with pytest.raises(RefusedError, match="communication issues"):
            await chain.send(lamp, [command("light", "OnOff.on", True)])
        await peer.set("lamp", "zigbee_connectivity", {"status": "connected"})
        await heard.until(lambda: heard.reach.get(lamp) is True)
        await chain.send(lamp, [action("identify", "Identify.identify")])
        assert peer.state("lamp", "device")["identified"]


async def test_what_is_renamed_added_and_removed_is_told(
    peer: HuePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "SETTLES_S", 0.0)
    heard, white = Heard(), part_of(peer, "white")
    async with linked(link_of(await adopted(peer)), heard):
        await peer.rename_room("hall", "Corridor")
        await heard.until(lambda: heard.parts[white].area == "Corridor")
        await peer.add_lamp("attic")
        attic = part_of(peer, "attic")
        await heard.until(lambda: attic in heard.parts)
        await peer.remove("white")
        await heard.until(lambda: heard.gone == [white])


async def test_a_bridge_that_falls_silent_is_noticed(
    peer: HuePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    adoption = await adopted(peer)
    monkeypatch.setattr(bridge, "ANSWER_S", 1.0)
    async with linked(link_of(adoption, pause_s=0.05), Heard()) as running:
        await peer.hang()
        assert isinstance(await running, LinkError)


async def test_a_bridge_that_forgot_the_hub_must_be_adopted_again(peer: HuePeer) -> None:
    adoption = await adopted(peer)
    peer.forget_keys()
    with pytest.raises(AccessError, match="knows the hub's key no more"):
        await link_of(adoption).run(Heard())


async def test_a_stranger_at_the_bridges_address_gets_no_key(peer: HuePeer) -> None:
    adoption = await adopted(peer)
    await peer.stop()
    peer.new_certificate()
    await peer.start()
    with pytest.raises(AccessError, match="its certificate differs"):
        await link_of(adoption).run(Heard())
    assert peer.connections == 0


async def test_another_bridge_at_its_address_is_not_adopted(peer: HuePeer) -> None:
    other = Sighting(
        Medium.MDNS,
        "_hue._tcp.local.",
        "Hue",
        addresses=(peer.address,),
        port=peer.port,
        texts={"bridgeid": "001788fffe999999"},
    )
    thing = HueDriver().recognised(other)
    assert thing is not None
    peer.press_link()
    with pytest.raises(AdoptionError, match="is not that bridge"):
        await HueDriver().adopt(thing, {}, quietly)
    assert not peer.keys


async def test_a_bridge_that_is_away_says_so(peer: HuePeer) -> None:
    adoption, thing = await adopted(peer), found(peer)
    await peer.stop()
    with pytest.raises(AdoptionError, match="does not answer"):
        await HueDriver().adopt(thing, {}, quietly)
    with pytest.raises(LinkError, match="does not answer"):
        await link_of(adoption).run(Heard())


async def test_a_link_that_is_not_connected_takes_no_commands(peer: HuePeer) -> None:
    chain = link_of(await adopted(peer))
    with pytest.raises(LinkError):
        await chain.send("x", [command("light", "OnOff.on", True)])
    with pytest.raises(MalformedError):
        HueDriver().link(Adoption(KEY, "127.0.0.1", 443, '{"bridge":"x"}'))


async def test_an_ended_link_leaves_nothing_open(peer: HuePeer) -> None:
    adoption = await adopted(peer)
    before = asyncio.all_tasks()
    async with linked(link_of(adoption), Heard()):
        pass
    await peer.stop()
    assert asyncio.all_tasks() <= before


async def test_a_bridge_of_another_network_is_added_by_its_address(
    tmp_path: Path, peer: HuePeer
) -> None:
    async with at_home(tmp_path, "hue", change=any_port) as home:
        where = f"{peer.address}:{peer.port}"
        with pytest.raises(AdoptionError, match="the button on the bridge was not pressed"):
            await home.add("hue", address=where)
        peer.press_link()
        assert await home.add("hue", address=where) == f"hue_{KEY}"
        home.see(sighting(peer))
        await home.until(lambda: len(home.adoption.inbox._entries) == 1, "it is seen")
        assert list(home.adoption.inbox) == []
