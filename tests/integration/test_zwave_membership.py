"""Devices taken into a Z-Wave network and out of it, over the real server and its real driver."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from driving import Driving, any_port, at_home
from zwave_installed import installed

from drivers.kit.errors import ErrandError
from drivers.zwave import membership
from firmware_sim.peers.zwave import ZwavePeer
from hubd.errands import Errands
from hubd.model.command import Outcome
from hubd.model.ids import DeviceId

NEW = 20
PROVEN = ("S2_Authenticated", "S2_Unauthenticated")


@pytest.fixture(scope="module")
def zwave_js() -> Path:
    return installed()


@pytest.fixture
async def peer(zwave_js: Path) -> AsyncIterator[ZwavePeer]:
    async with ZwavePeer(zwave_js) as made:
        yield made


class Network:
    """A network in a home."""

    def __init__(self, home: Driving, device: DeviceId) -> None:
        self.home = home
        self.device = device
        self.said: list[str] = []

    async def asked(self, errand: str, **answers: str) -> dict[str, str]:
        errands = Errands(self.home.hub, self.home.network)
        told = await errands.run("zwave", errand, None, answers, "person:ann", self.said.append)
        return dict(told)

    def node(self, number: int) -> DeviceId:
        return self.home.part(self.device, str(number))


@pytest.fixture
async def network(tmp_path: Path, peer: ZwavePeer) -> AsyncIterator[Network]:
    async with at_home(tmp_path, "zwave", change=any_port) as home:
        device = await home.add("zwave", address=f"{peer.host}:{peer.port}")
        yield Network(home, device)


async def test_a_plug_is_taken_in_commanded_and_taken_out_again(
    network: Network, peer: ZwavePeer
) -> None:
    home, plug = network.home, network.node(NEW)
    await peer.wants_in(NEW)
    assert await network.asked("include") == {"node": "20", "guarded": "not encrypted"}
    assert network.said == [
        "the network is open: make the device ask to be taken in, as its manual says…",
        "a device has asked; it is being taken in…",
    ]
    await home.until(
        lambda: plug in home.devices and bool(home.devices[plug].endpoints), "the plug is described"
    )
    await home.until_value(plug, "switch", "OnOff.on", value=False)
    assert await home.command(plug, "switch", "OnOff.on", value=True) is Outcome.CONFIRMED

    await peer.wants_out(NEW)
    assert await network.asked("exclude") == {"node": "20"}
    await home.until(lambda: plug not in home.devices, "the plug left the home")


async def test_a_plug_with_its_pin_is_encrypted_and_proven(
    network: Network, peer: ZwavePeer
) -> None:
    pin = await peer.wants_in(NEW, *PROVEN)
    told = await network.asked("include", pin=pin)
    assert told == {"node": "20", "guarded": "encrypted, and proven by its PIN (S2, authenticated)"}
    assert "settling with it how the talk is guarded…" in network.said
    home, plug = network.home, network.node(NEW)
    await home.until(
        lambda: plug in home.devices and bool(home.devices[plug].endpoints), "the plug is described"
    )
    assert await home.command(plug, "switch", "OnOff.on", value=True) is Outcome.CONFIRMED


async def test_a_plug_with_a_wrong_pin_is_in_and_said_to_be_open(
    network: Network, peer: ZwavePeer
) -> None:
    pin = await peer.wants_in(NEW, *PROVEN)
    told = await network.asked("include", pin=f"{(int(pin) + 1) % 65536:05}")
    assert told["guarded"] == "not encrypted"
    assert told["less guarded than it could be"].startswith("its PIN was not the right one")


async def test_a_plug_without_its_pin_is_encrypted_and_unproven(
    network: Network, peer: ZwavePeer
) -> None:
    await peer.wants_in(NEW, "S2_Unauthenticated")
    told = await network.asked("include")
    assert told == {"node": "20", "guarded": "encrypted (S2, unauthenticated)"}


async def test_a_code_of_smart_start_is_kept_until_the_device_is_given_power(
    network: Network,
) -> None:
    # The example of zwave-js' documentation (QR codes).
    code = (
        "900132782003515253545541424344453132333435212223242500100435301537022065520001000000300578"
    )
    assert await network.asked("include", code=code) == {
        "joins": "by itself, within some minutes of being given power"
    }
    with pytest.raises(ErrandError, match="that is no Z-Wave QR code"):
        await network.asked("include", code=f"90{'1' * 60}")


async def test_a_server_that_goes_away_meanwhile_is_told(network: Network, peer: ZwavePeer) -> None:
    asked = asyncio.create_task(network.asked("exclude"))
    home = network.home
    await home.until(lambda: bool(network.said), "the network lets devices go")
    with pytest.raises(ErrandError, match="is taking a device in or out already"):
        await network.asked("include")
    await peer.stop()
    with pytest.raises(ErrandError, match="the Z-Wave JS server is gone"):
        await asked


async def test_a_network_that_nobody_asks_is_closed_again(
    peer: ZwavePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "WAIT_S", 0.3)
    for _ in range(2):  # the second finds it closed
        with pytest.raises(ErrandError, match="no device has asked to be taken in within"):
            await membership.include(peer.host, peer.port, "", "", lambda _: None)
    with pytest.raises(ErrandError, match="no device has asked to be let go within"):
        await membership.exclude(peer.host, peer.port, lambda _: None)
