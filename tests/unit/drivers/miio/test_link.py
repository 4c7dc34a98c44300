"""A link to a simulated device over real UDP, with what goes wrong on the way."""

import asyncio
import json

import pytest
from eavesdrop import live, order

from drivers.kit.errors import AccessError, AdoptionError, LinkError, MalformedError, RefusedError
from drivers.kit.found import Adoption, Found, Trust
from drivers.kit.link import ITSELF
from drivers.kit.sighting import Medium, Sighting
from drivers.kit.trying import quietly
from drivers.miio.connection import CallError, Connection
from drivers.miio.driver import MiioDriver, _greeted, profile_for
from drivers.miio.hello import look
from drivers.miio.link import MiioLink, Pace, Where
from drivers.miio.packet import Packet, token
from drivers.miio.rpc import Call
from drivers.miio.specs import VARIABLE
from firmware_sim.peers.miio import Faults, MiioPeer
from hubd.model.device import DeviceType

QUICK_S = (0.1, 0.2, 0.4)
QUICK = Pace(0.1, 0.5, (0.0, 0.05), 0.1, 2, QUICK_S, 0.2)
LAMP = "yeelink.light.colorc"


def _lamp() -> MiioPeer:
    return MiioPeer(LAMP, {"2.1": False, "2.2": 40, "2.3": 4000, "2.4": 0xFF0000, "2.5": 2})


def _connection(peer: MiioPeer) -> Connection:
    return Connection(peer.address, peer.port, token(peer.token.hex()))


def _link(peer: MiioPeer, token_hex: str = "") -> MiioLink:
    where = Where(peer.address, peer.port, peer.device_id)
    profile = profile_for(peer.model, str(peer.device_id))
    return MiioLink(where, token(token_hex or peer.token.hex()), peer.model, profile, QUICK)


async def test_a_lamp_is_described_read_and_live() -> None:
    async with _lamp() as peer, live(_link(peer)) as (heard, _):
        told = heard.descriptions[ITSELF]
        assert (told.model, told.maker, told.version) == (LAMP, "yeelink", "2.1.7")
        assert told.identities == ("mac:04cf8c123456",)
        assert heard.endpoint("light").type is DeviceType.EXTENDED_COLOR_LIGHT
        assert heard.value("light", "OnOff.on") is False
        assert heard.value("light", "LevelControl.level") == 40
        assert heard.value("light", "ColorControl.hue") == 0


async def test_a_command_is_done_and_confirmed_by_what_is_read() -> None:
    async with _lamp() as peer, live(link := _link(peer)) as (heard, _):
        commands = [order("light", "OnOff.on", True), order("light", "LevelControl.level", 70)]
        await link.send(ITSELF, commands)
        assert (peer.state["2.1"], peer.state["2.2"]) == (True, 70)
        assert peer.calls.count("set_properties") == 1
        await heard.until_value("light", "OnOff.on", True)
        await heard.until_value("light", "LevelControl.level", 70)


async def test_a_hand_at_the_device_is_seen_and_nothing_else_is_told() -> None:
    async with _lamp() as peer, live(_link(peer)) as (heard, _):
        before = len(heard.history)
        await peer.set("2.1", True)
        await heard.until_value("light", "OnOff.on", True)
        assert heard.history[before:] == [(ITSELF, "light", "OnOff.on", True)]


async def test_a_device_that_went_silent_is_noticed() -> None:
    async with _lamp() as peer, live(_link(peer)) as (_, task):
        await peer.stop()
        with pytest.raises(LinkError, match="does not answer"):
            await task


async def test_a_device_that_was_started_anew_goes_on() -> None:
    """Its clock begins again, and what is stamped with the former one it does not take."""
    async with _lamp() as peer, live(_link(peer)) as (heard, _):
        await peer.stop()
        peer.boot_s = 5
        await peer.start()
        await peer.set("2.2", 90)
        await heard.until_value("light", "LevelControl.level", 90)


async def test_a_lossy_way_with_doubled_answers_loses_no_command() -> None:
    faults = Faults(lost_in=0.2, lost_out=0.2, doubled=True)
    async with _lamp() as peer:
        key = token(peer.token.hex())
        async with Connection(peer.address, peer.port, key, (0.05,) * 40) as connection:
            await connection.greet()
            peer.faults = faults
            for level in range(1, 40):
                place = {"did": "1", "siid": 2, "piid": 2, "value": level}
                result = await connection.call(Call("set_properties", [place]))
                assert json.loads(result)[0]["code"] == 0
                assert peer.state["2.2"] == level


async def test_garbage_in_answers_is_passed_over() -> None:
    async with _lamp() as peer:
        key = token(peer.token.hex())
        async with Connection(peer.address, peer.port, key, (0.1,) * 10) as connection:
            await connection.greet()
            peer.faults.garbled = 1
            result = await connection.call(Call("miIO.info"))
            assert json.loads(result)["model"] == LAMP


async def test_what_a_device_says_no_to_is_refused_in_words() -> None:
    async with _lamp() as peer, live(link := _link(peer)) as (_, _task):
        del peer.state["2.2"]
        with pytest.raises(RefusedError, match="no such property"):
            await link.send(ITSELF, [order("light", "LevelControl.level", 10)])
        with pytest.raises(RefusedError, match="1 to 100"):
            await link.send(ITSELF, [order("light", "LevelControl.level", 0)])
        with pytest.raises(RefusedError, match="cannot be set"):
            await link.send(ITSELF, [order("light", "Light.effect", "sunrise")])


async def test_an_action_goes_out_once_and_its_silence_is_doubt() -> None:
    state: dict[str, bool | int | float | str | None] = {"2.1": 8, "3.1": 100}
    vacuum = MiioPeer("roborock.vacuum.a15", state)
    async with vacuum as peer, live(link := _link(peer)):
        await link.send(ITSELF, [order("vacuum", "RvcRunMode.start", action=True)])
        assert peer.done == ["action 2.1"]
        peer.faults.lost_out = 1.0
        with pytest.raises(RefusedError, match="whether it was done is not known"):
            await link.send(ITSELF, [order("vacuum", "RvcRunMode.goHome", action=True)])
        assert peer.done == ["action 2.1", "action 3.1"]


async def test_a_device_that_takes_few_at_once_is_asked_for_few() -> None:
    state: dict[str, bool | int | float | str | None] = {
        "2.1": True, "2.2": 2, "2.3": 0, "2.4": False, "2.10": 60, "3.1": True,
    }  # fmt: skip
    fan = MiioPeer("dmaker.fan.p18", state, faults=Faults(most=2))
    async with fan as peer, live(_link(peer)) as (heard, _):
        assert heard.value("fan", "FanControl.speed") == 60
        assert heard.value("physical_controls_locked", "OnOff.on") is True


async def test_what_a_device_has_not_becomes_a_trouble_and_is_not_asked_for_again() -> None:
    async with MiioPeer(LAMP, {"2.1": True, "2.2": 5}) as peer, live(_link(peer)) as (heard, _):
        told = heard.descriptions[ITSELF]
        assert {p.name for e in told.endpoints for p in e.properties} == {
            "OnOff.on",
            "LevelControl.level",
        }
        assert len(told.troubles) == 4
        assert all("no such property" in trouble.reason for trouble in told.troubles)


async def test_a_setting_that_is_seldom_read_is_read_after_it_was_set() -> None:
    state: dict[str, bool | int | float | str | None] = {"2.1": True, "9.1": False, "9.2": 900}
    async with MiioPeer("cuco.plug.v2eur", state) as peer, live(link := _link(peer)) as (heard, _):
        await link.send(ITSELF, [order("max_power_limit_on", "OnOff.on", True)])
        await heard.until_value("max_power_limit_on", "OnOff.on", True)


async def test_a_wrong_token_is_told_as_such() -> None:
    async with _lamp() as peer:
        link = _link(peer, "ff" * 16)
        with pytest.raises(AccessError, match="token") as caught:
            async with live(link):
                pass
        assert "ffff" not in str(caught.value)


async def test_another_device_at_the_address_is_not_taken_for_it() -> None:
    async with _lamp() as peer:
        link = _link(peer)
        peer.device_id += 1
        with pytest.raises(LinkError, match="another device"):
            async with live(link):
                pass


async def test_a_model_that_is_not_known_is_a_trouble_with_its_mend() -> None:
    thing = MiioPeer("odd.thing.v1", {"2.1": True})
    async with thing as peer, live(link := _link(peer)) as (heard, _):
        (trouble,) = heard.descriptions[ITSELF].troubles
        assert "miot-spec" in trouble.reason
        with pytest.raises(RefusedError):
            await link.send(ITSELF, [order("light", "OnOff.on", True)])


SIGHTING = Sighting(
    Medium.MDNS,
    "_miio._udp.local.",
    "yeelink-light-colorc_miio123456789",
    addresses=("127.0.0.1",),
    port=54321,
    texts={"epoch": "1", "mac": "04cf8c123456"},
)


def test_a_sighting_names_model_and_id() -> None:
    found = MiioDriver().recognised(SIGHTING)
    assert found is not None
    assert (found.key, found.model, found.maker) == ("123456789", LAMP, "yeelink")
    assert found.identities == ("mac:04cf8c123456",)
    assert found.pictured == (DeviceType.DIMMABLE_LIGHT,)
    assert found.trust is Trust.KEYED
    assert [need.name for need in found.needs] == ["token"]


def test_a_model_that_is_not_known_asks_for_its_spec() -> None:
    name = "odd-thing-v1_miio5"
    found = MiioDriver().recognised(Sighting(Medium.MDNS, "_miio._udp.local.", name))
    assert found is not None
    assert [(need.name, need.optional) for need in found.needs] == [
        ("token", False),
        ("spec", True),
    ]


@pytest.mark.parametrize(
    "name", ["", "lamp", "a_miio", "_miio7", "x" * 300, "a_miio99999999999999999999999"]
)
def test_a_sighting_that_is_none_is_malformed(name: str) -> None:
    with pytest.raises(MalformedError):
        MiioDriver().recognised(Sighting(Medium.MDNS, "_miio._udp.local.", name))


def _found(peer: MiioPeer) -> Found:
    found = MiioDriver().recognised(SIGHTING)
    assert found is not None
    return Found(found.key, found.name, address=peer.address, port=peer.port, record=found.record)


async def test_it_is_adopted_with_its_token_and_linked_by_what_was_kept() -> None:
    driver = MiioDriver()
    async with _lamp() as peer:
        adoption = await driver.adopt(_found(peer), {"token": peer.token.hex()}, quietly)
        assert adoption.key == "123456789"
        assert peer.token.hex() not in adoption.record
        assert peer.token.hex() not in repr(adoption)
        async with live(driver.link(adoption)) as (heard, _):
            assert heard.value("light", "OnOff.on") is False


async def test_a_wrong_token_cannot_adopt() -> None:
    async with _lamp() as peer:
        for said in ("ff" * 16, "short"):
            driver = MiioDriver()
            driver.waits_s = QUICK_S
            with pytest.raises(AdoptionError):
                await driver.adopt(_found(peer), {"token": said}, quietly)


async def test_a_spec_that_was_given_makes_a_model_known() -> None:
    driver = MiioDriver()
    service = "urn:miot-spec-v2:service:switch:0000780C:odd-v1:1"
    on = {"iid": 1, "type": "urn:miot-spec-v2:property:on:00000006:odd-v1:1", "format": "bool"}
    spec = {
        "type": "urn:miot-spec-v2:device:outlet:0000A002:odd-v1:1",
        "services": [
            {"iid": 2, "type": service, "properties": [{**on, "access": ["read", "write"]}]}
        ],
    }
    async with MiioPeer("odd.thing.v1", {"2.1": True}) as peer:
        answers = {"token": peer.token.hex(), "spec": json.dumps(spec)}
        adoption = await driver.adopt(_found(peer), answers, quietly)
        async with live(driver.link(adoption)) as (heard, _):
            assert heard.value("switch", "OnOff.on") is True
        with pytest.raises(AdoptionError, match="MIoT-Spec"):
            await driver.adopt(_found(peer), {**answers, "spec": "{}"}, quietly)


def test_a_spec_in_the_owners_folder_comes_before_ours(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("specs")
    monkeypatch.setenv(VARIABLE, str(folder))
    (folder / f"{LAMP}.json").write_text("{}")
    with pytest.raises(MalformedError, match="colorc"):
        profile_for(LAMP, "1")


def test_a_record_that_is_damaged_is_malformed() -> None:
    with pytest.raises(MalformedError):
        MiioDriver().link(Adoption("1", "127.0.0.1", 1, "{", "00" * 16))
    with pytest.raises(MalformedError):
        MiioDriver().link(Adoption("1", "127.0.0.1", 1, "{}", "00"))


async def test_who_answers_a_hello_is_found_once() -> None:
    heard: list[tuple[str, int, Packet]] = []
    async with _lamp() as one, _lamp() as other:
        one.faults.doubled = True
        other.device_id, other.reveals = 77, True
        targets = [(peer.address, peer.port) for peer in (one, other)]
        await look(lambda *answer: heard.append(answer), targets, times=3, pause_s=0.05)
    assert sorted(packet.device_id for _, _, packet in heard) == [77, 123456789]


async def test_a_device_that_is_not_set_up_tells_its_token_by_itself() -> None:
    driver, found = MiioDriver(), list[Found]()
    async with _lamp() as peer:
        peer.reveals = True
        await look(
            lambda a, p, packet: found.append(_greeted(a, p, packet)),
            [(peer.address, peer.port)],
            times=1,
            pause_s=0.1,
        )
        (one,) = found
        assert one.trust is Trust.OPEN
        assert [need.name for need in one.needs] == ["spec"]
        adoption = await driver.adopt(one, {}, quietly)
        assert adoption.secret == peer.token.hex()
        assert "00112233" not in adoption.record


async def test_calls_in_flight_end_when_the_connection_is_closed() -> None:
    async with _lamp() as peer:
        peer.faults.silent = True
        connection = Connection(peer.address, peer.port, token(peer.token.hex()))
        async with connection:
            call = asyncio.create_task(connection.call(Call("miIO.info")))
            await asyncio.sleep(0.05)
        with pytest.raises((LinkError, asyncio.CancelledError)):
            await call


async def test_a_fault_of_the_device_is_told_with_its_code() -> None:
    async with _lamp() as peer, _connection(peer) as connection:
        with pytest.raises(CallError) as caught:
            await connection.call(Call("no_such_method"))
        assert caught.value.fault.code == -32601
