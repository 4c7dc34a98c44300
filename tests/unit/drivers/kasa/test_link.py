"""Kasa and Tapo devices over their real protocols, through python-kasa."""

from collections.abc import AsyncIterator

import pytest

pytest.importorskip("kasa", reason="python-kasa is not installed (extra `kasa`)")

from eavesdrop import live, order
from msgspec.structs import replace

from drivers.kasa.discovery import Device as Seen
from drivers.kasa.driver import KasaDriver, found_as
from drivers.kasa.link import KasaLink, Pace
from drivers.kasa.seeking import look
from drivers.kit.errors import AccessError, AdoptionError, LinkError, MalformedError, RefusedError
from drivers.kit.found import Adoption, Trust
from drivers.kit.link import ITSELF
from drivers.kit.trying import quietly
from firmware_sim.peers.kasa import KasaPeer, Lamp, Socket
from firmware_sim.peers.tapo import Sensor, TapoPeer
from hubd.model.device import DeviceType

QUICK = Pace(0.2, (0.0, 0.1), 2)


@pytest.fixture
async def tapo() -> AsyncIterator[TapoPeer]:
    async with TapoPeer() as peer:
        yield peer


def _seen(peer: KasaPeer) -> Seen:
    family = "IOT.SMARTBULB" if peer.lamp else "IOT.SMARTPLUGSWITCH"
    return Seen(peer.mac, peer.model, family, port=peer.port)


def _link(peer: KasaPeer) -> KasaLink:
    return KasaLink(peer.address, _seen(peer), "", "", QUICK)


def _tapo_link(peer: TapoPeer, password: str) -> KasaLink:
    seen = Seen(peer.mac, peer.model, "SMART.TAPOPLUG", "KLAP", 2, port=peer.port)
    return KasaLink(peer.address, seen, peer.username, password, QUICK)


async def test_a_plug_with_a_meter_is_read_and_switched() -> None:
    plug = KasaPeer(sockets=[Socket("Kettle", power_mw=2_000_000)])
    async with plug, live(link := _link(plug)) as (heard, _):
        told = heard.descriptions[ITSELF]
        assert (told.name, told.maker) == ("Kettle", "TP-Link")
        assert told.identities == ("mac:50c7bf001122",)
        assert heard.value("switch", "OnOff.on") is False
        assert heard.value("power", "ElectricalPowerMeasurement.activePower") == 0
        assert heard.value("voltage", "ElectricalPowerMeasurement.voltage") == pytest.approx(230.1)
        assert heard.value("energy", "ElectricalEnergyMeasurement.energy") == 1.234
        await link.send(ITSELF, [order("switch", "OnOff.on", True)])
        assert plug.sockets[0].on
        await heard.until_value("switch", "OnOff.on", True)
        await heard.until_value("power", "ElectricalPowerMeasurement.activePower", 2000.0)


async def test_a_hand_at_the_plug_is_seen() -> None:
    async with KasaPeer() as plug, live(_link(plug)) as (heard, _):
        plug.sockets[0].on = True
        await heard.until_value("switch", "OnOff.on", True)


async def test_a_strips_sockets_are_switched_one_by_one() -> None:
    sockets = [Socket("Fan"), Socket("Radio", on=True), Socket("Tree")]
    strip = KasaPeer("KP303(EU)", "Strip", sockets=sockets, meter=False)
    async with strip, live(link := _link(strip)) as (heard, _):
        assert [heard.value(f"switch_{n}", "OnOff.on") for n in (1, 2, 3)] == [False, True, False]
        assert heard.endpoint("switch_2").name == "Radio"
        await link.send(ITSELF, [order("switch_3", "OnOff.on", True)])
        assert [socket.on for socket in sockets] == [False, True, True]
        await heard.until_value("switch_3", "OnOff.on", True)


async def test_a_lamp_has_level_warmth_and_colour() -> None:
    bulb = KasaPeer("KL130(EU)", "Lamp", lamp=Lamp(on=True), meter=False)
    async with bulb, live(link := _link(bulb)) as (heard, _):
        lamp = heard.endpoint("light")
        assert lamp.type is DeviceType.EXTENDED_COLOR_LIGHT
        warmth = lamp.property("ColorControl.colorTemperature")
        assert warmth is not None
        assert (warmth.minimum, warmth.maximum) == (2500, 9000)
        assert heard.value("light", "ColorControl.hue") == 120
        level = order("light", "LevelControl.level", 70)
        await link.send(ITSELF, [level, order("light", "ColorControl.hue", 240)])
        assert bulb.lamp is not None
        assert (bulb.lamp.brightness, bulb.lamp.hue, bulb.lamp.saturation) == (70, 240, 75)
        await heard.until_value("light", "ColorControl.hue", 240.0)
        with pytest.raises(RefusedError):
            await link.send(ITSELF, [order("light", "LevelControl.level", 700)])
        with pytest.raises(RefusedError):
            await link.send(ITSELF, [order("light", "FanControl.speed", 7)])


async def test_a_device_that_is_gone_is_noticed_and_read_when_it_is_back() -> None:
    async with KasaPeer() as plug:
        async with live(_link(plug)) as (_, task):
            await plug.stop()
            with pytest.raises(LinkError):
                await task
        with pytest.raises(LinkError):
            async with live(_link(plug)):
                pass
        plug.sockets[0].on = True
        await plug.start()
        async with live(_link(plug)) as (heard, _):
            assert heard.value("switch", "OnOff.on") is True


async def test_a_tapo_plug_is_let_in_read_and_switched(tapo: TapoPeer) -> None:
    async with live(link := _tapo_link(tapo, tapo.password)) as (heard, _):
        assert heard.descriptions[ITSELF].name == "Heater"
        assert heard.value("switch", "OnOff.on") is False
        assert heard.value("overheated", "BooleanState.problem") is False
        await link.send(ITSELF, [order("switch", "OnOff.on", True)])
        assert tapo.on
        await heard.until_value("switch", "OnOff.on", True)
        await heard.until_value("power", "ElectricalPowerMeasurement.activePower", 42.5)


async def test_a_sensor_behind_a_hub_is_a_device_of_its_own() -> None:
    hub = TapoPeer(model="H100", nickname="Hub", sensors=[Sensor()])
    seen = Seen(hub.mac, "H100(EU)", "SMART.TAPOHUB", "KLAP", 2)
    async with hub:
        link = KasaLink(
            hub.address, replace(seen, port=hub.port), hub.username, hub.password, QUICK
        )
        async with live(link) as (heard, _):
            (part,) = [part for part in heard.descriptions if part != ITSELF]
            assert heard.descriptions[part].name == "Cellar"
            name = "TemperatureMeasurement.temperature"
            assert heard.value("temperature", name, part) == 12.5
            assert heard.value("battery", "PowerSource.batteryLow", part) is False
            hub.sensors[0].temperature_c = 14.0
            await heard.until_value("temperature", name, 14.0, part)
            hub.sensors[0].online = False
            await heard.until(lambda: heard.reach.get(part) is False)
            hub.sensors[0].online = True
            await heard.until(lambda: heard.reach.get(part) is True)
            hub.sensors.append(Sensor("802E" + "2" * 36, "Attic"))
            await heard.until(lambda: len(heard.descriptions) == 3)
            del hub.sensors[0]
            await heard.until(lambda: part not in heard.descriptions)


async def test_a_wrong_password_is_told_as_such(tapo: TapoPeer) -> None:
    with pytest.raises(AccessError, match="password") as caught:
        async with live(_tapo_link(tapo, "wrong one")):
            pass
    assert "wrong one" not in f"{caught.value} {caught.value.__cause__}"


async def test_both_searches_find_their_devices(tapo: TapoPeer) -> None:
    heard: dict[str, Seen] = {}
    async with KasaPeer() as plug:
        targets = [(plug.address, plug.port), (tapo.address, tapo.search_port)]
        await look(lambda _, seen: heard.update({seen.model: seen}), targets, times=1, pause_s=0.3)
    old, new = heard["HS110(EU)"], heard["P110(EU)"]
    assert (old.alias, old.family, old.encryption) == ("Kettle", "IOT.SMARTPLUGSWITCH", "XOR")
    assert (new.family, new.encryption, new.http_port) == ("SMART.TAPOPLUG", "KLAP", tapo.port)
    first, second = found_as(plug.address, old), found_as(tapo.address, new)
    assert (first.key, first.trust, first.needs) == ("50c7bf001122", Trust.OPEN, ())
    assert (second.key, second.trust) == ("1027f5aabbcc", Trust.KEYED)
    assert [need.name for need in second.needs] == ["username", "password"]


async def test_a_found_device_is_adopted_with_the_accounts_name(tapo: TapoPeer) -> None:
    driver = KasaDriver()
    seen = Seen(tapo.mac, "P110(EU)", "SMART.TAPOPLUG", "KLAP", 2, http_port=tapo.port)
    found = found_as(tapo.address, seen)
    answers = {"username": tapo.username, "password": tapo.password}
    adoption = await driver.adopt(found, answers, quietly)
    assert tapo.password not in adoption.record
    assert tapo.password not in repr(adoption)
    async with live(driver.link(adoption)) as (heard, _):
        assert heard.value("switch", "OnOff.on") is False
    with pytest.raises(AdoptionError, match="password"):
        await driver.adopt(found, {**answers, "password": "other"}, quietly)


async def test_without_the_library_it_is_said_what_to_do(
    tapo: TapoPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.kasa.library.installed", lambda: False)
    found = found_as(tapo.address, Seen(tapo.mac, "P110(EU)", "SMART.TAPOPLUG", "KLAP", 2))
    assert "hubd[kasa]" in found.asks
    with pytest.raises(AdoptionError) as caught:
        await KasaDriver().adopt(found, {}, quietly)
    assert "hubd[kasa]" in caught.value.mend
    with pytest.raises(AccessError):
        async with live(KasaDriver().link(Adoption("x", tapo.address, 0, found.record))):
            pass


async def test_a_family_that_is_not_known_is_malformed() -> None:
    with pytest.raises(MalformedError):
        async with live(KasaLink("127.0.0.1", Seen("", "X1", "ODD.THING"), "", "", QUICK)):
            pass
    with pytest.raises(MalformedError):
        KasaDriver().link(Adoption("x", "127.0.0.1", 0, "{"))
