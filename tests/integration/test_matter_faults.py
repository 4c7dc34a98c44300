"""A Matter server that hangs, lies or fails: a clear error each, and nothing else is the worse."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from odd_matter_server import FABRIC, HELLO, LAMP, Failed, Never, OddServer, node, odd_server

from drivers.kit.errors import AccessError, AdoptionError, ErrandError, LinkError, RefusedError
from drivers.kit.found import Adoption, Found
from drivers.kit.trying import Told, command, tried
from drivers.matter import session
from drivers.matter.driver import MatterDriver
from drivers.matter.record import Record
from drivers.matter.setup_code import SetupCode, qr_text

CODE = qr_text(SetupCode(20202021, 3840))
ON = ("", "light", "OnOff.on")


@pytest.fixture
async def server() -> AsyncIterator[OddServer]:
    async with odd_server() as odd:
        odd.nodes = [node(1, LAMP)]
        yield odd


@pytest.fixture
async def driver(server: OddServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MatterDriver]:
    monkeypatch.setattr(session, "CONNECT_S", 0.5)
    monkeypatch.setattr("drivers.matter.server.STANDS_S", 1.0)
    made = MatterDriver()
    made.configured({"server": server.url})
    yield made
    await made.close()


def adopted(number: int, fabric: int = FABRIC) -> Adoption:
    return Adoption(f"n{number}", record=Record(number, fabric).text())


def heard(_words: str) -> None:
    pass


async def failure(driver: MatterDriver, number: int = 1, fabric: int = FABRIC) -> LinkError:
    """Return what a link ends with."""
    link = driver.link(adopted(number, fabric))
    with pytest.raises(LinkError) as caught:
        async with asyncio.timeout(20):
            await link.run(Told(link))
    return caught.value


async def test_a_server_that_says_nothing_is_away(server: OddServer, driver: MatterDriver) -> None:
    server.hangs = True
    assert "nothing answers" in (await failure(driver)).what


@pytest.mark.parametrize("raw", ["{", '"hello"', "[]", '{"schema_version": 11}', b"\x00\xff"])
async def test_what_is_no_matter_server_is_named_so(
    server: OddServer, driver: MatterDriver, raw: str | bytes
) -> None:
    server.raw = raw
    error = await failure(driver)
    assert "Matter server" in error.what
    assert "no message" in error.what or "no Matter server" in error.what


async def test_a_server_of_another_age_is_named_so(server: OddServer, driver: MatterDriver) -> None:
    server.hello = {**HELLO, "schema_version": 3}
    assert "version" in (await failure(driver)).what


async def test_a_server_without_nodes_that_can_be_read_is_named_so(
    server: OddServer, driver: MatterDriver
) -> None:
    server.nodes = {"no": "list"}
    assert "does not tell its nodes" in (await failure(driver)).what


async def test_a_node_of_another_fabric_wants_a_person(driver: MatterDriver) -> None:
    error = await failure(driver, fabric=FABRIC + 1)
    assert isinstance(error, AccessError)
    assert "another fabric" in error.what


async def test_a_node_that_was_removed_wants_a_person(driver: MatterDriver) -> None:
    error = await failure(driver, number=7)
    assert isinstance(error, AccessError)
    assert "removed" in error.what


async def test_a_malformed_node_keeps_no_other_from_working(
    server: OddServer, driver: MatterDriver
) -> None:
    server.nodes = [None, {"node_id": 3}, node(2, {"nonsense": 1, "1/6/0": "yes"}), node(1, LAMP)]
    async with tried(driver.link(adopted(1))) as told:
        assert told.values[ON] is False
        await server.tell("attribute_updated", [2, "no path", 1])
        await server.tell("attribute_updated", [99, "1/6/0", True])
        await server.tell("attribute_updated", "nothing")
        await server.tell("node_updated", {"node_id": "x"})
        await server.tell("node_event", {"node_id": 1, "event_number": "many"})
        await server.tell("unheard_of", {"a": [1]})
        await server.tell("attribute_updated", [1, "1/6/0", True])
        await told.until(lambda: told.values[ON] is True)
        assert server.connections == 1


@pytest.mark.parametrize("said", ["{", "[1, 2]", '{"result": 1}', b"bytes"])
async def test_a_malformed_message_ends_the_connection_and_it_is_made_anew(
    server: OddServer, driver: MatterDriver, said: str | bytes
) -> None:
    async with tried(driver.link(adopted(1))) as told:
        await server.say(said)
        await told.until(lambda: told.reach.get("") is False)
        assert told.ended is not None
        with pytest.raises(LinkError, match="Matter server"):
            await asyncio.wait_for(told.ended, 20)
    async with tried(driver.link(adopted(1))) as told:
        assert told.values[ON] is False
    assert server.connections == 2


async def test_a_server_that_goes_is_said_to_be_away_until_it_is_back(
    server: OddServer, driver: MatterDriver
) -> None:
    async with tried(driver.link(adopted(1))) as told:
        await server.hang_up()
        await told.until(lambda: told.reach.get("") is False)
        with pytest.raises(LinkError, match="away"):
            await told.send("", command("light", "OnOff.on", value=True))
        assert told.ended is not None
        with pytest.raises(LinkError, match="away"):
            await asyncio.wait_for(told.ended, 20)


async def test_an_acknowledged_command_is_told_at_once_and_a_late_report_does_not_undo_it(
    server: OddServer, driver: MatterDriver
) -> None:
    async with tried(driver.link(adopted(1))) as told:
        await told.send("", command("light", "OnOff.on", value=True))
        assert told.values[ON] is True
        await server.tell("attribute_updated", [1, "1/6/0", False])  # of before the command
        await server.tell("attribute_updated", [1, "1/8/0", 254])
        await told.until(lambda: told.values["", "light", "LevelControl.level"] == 100.0)
        assert told.values[ON] is True
        await told.until(lambda: told.values[ON] is False)  # it stays so: the device knows better


async def test_a_command_that_the_device_refuses_says_why(
    server: OddServer, driver: MatterDriver
) -> None:
    async with tried(driver.link(adopted(1))) as told:
        server.answers["device_command"] = Failed(0, "InteractionModelError: Busy (0x9c)")
        with pytest.raises(RefusedError, match="busy"):
            await told.send("", command("light", "OnOff.on", value=True))
        server.answers["device_command"] = {"status": 2, "statusText": "the lid is open"}
        with pytest.raises(RefusedError, match="the lid is open"):
            await told.send("", command("light", "OnOff.on", value=True))
        assert told.values[ON] is False
        with pytest.raises(RefusedError):
            await told.send("", command("light", "OnOff.on", value="maybe"))
        with pytest.raises(RefusedError):
            await told.send("", command("nowhere", "OnOff.on", value=True))


async def test_a_lost_command_is_sent_once_more_and_never_a_third_time(
    server: OddServer, driver: MatterDriver
) -> None:
    async with tried(driver.link(adopted(1))) as told:
        server.answers["device_command"] = Failed(0, "CHIP Error 0x00000032: Timeout")
        server.asked.clear()
        with pytest.raises(LinkError):
            await told.send("", command("light", "OnOff.on", value=True))
        sent = [a["args"] for a in server.asked if a["command"] == "device_command"]
        ons = [a for a in sent if isinstance(a, dict) and a["command_name"] == "On"]
        assert len(ons) == 2
        await told.until(lambda: told.reach.get("") is False)


async def test_a_server_that_answers_no_command_is_hung_up_on(
    server: OddServer, driver: MatterDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.matter.contact.COMMAND_S", 0.3)
    monkeypatch.setattr("drivers.matter.server.DOUBT_S", 0.3)
    async with tried(driver.link(adopted(1))) as told:
        server.answers["device_command"] = server.answers["server_info"] = Never()
        with pytest.raises(LinkError):
            await told.send("", command("light", "OnOff.on", value=True))
        await told.until(lambda: server.connections > 1)


ADOPTING = [
    (Failed(1, "Commission with code failed for node 3."), "did not let the hub in"),
    (Failed(1, "x CHIP Error 0x0000000B: No memory"), "fabric table is full"),
    (Failed(1, "FabricConflict"), "the hub has the device already"),
    (Failed(2, "Failed to interview node 3"), "did not tell what it is"),
    (Failed(9, "Invalid command"), "does not know how"),
    (Failed(0, "boom"), "failed"),
    ({"node_id": None}, "was taken in, but"),
    ("nonsense", "was taken in, but"),
]


@pytest.mark.parametrize(("answer", "words"), ADOPTING)
async def test_an_adoption_that_fails_says_why(
    server: OddServer, driver: MatterDriver, answer: object, words: str
) -> None:
    server.answers["commission_with_code"] = answer
    with pytest.raises(AdoptionError, match=words) as caught:
        await driver.adopt(Found("", "Matter"), {"code": CODE}, heard)
    assert CODE not in caught.value.what


async def test_no_wrong_code_is_sent(server: OddServer, driver: MatterDriver) -> None:
    for wrong in ("34970112333", "MT:Y.K90AFN00KA0648G0", "MT:Y.K90AFN00KA0648G0?", "00000000000"):
        with pytest.raises(AdoptionError):
            await driver.adopt(Found("", "Matter"), {"code": wrong}, heard)
    assert server.asked == []


async def test_an_adoption_without_a_server_says_so(
    server: OddServer, driver: MatterDriver
) -> None:
    server.hangs = True
    with pytest.raises(AdoptionError, match="away") as caught:
        await driver.adopt(Found("", "Matter"), {"code": CODE}, heard)
    assert "Matter server" in caught.value.mend


async def test_a_node_that_the_server_has_no_more_is_not_adopted(driver: MatterDriver) -> None:
    has = await driver.adopt(Found("n1", "Lamp", record=adopted(1).record), {}, heard)
    assert has == adopted(1)
    with pytest.raises(AdoptionError, match="no more"):
        await driver.adopt(Found("n7", "Lamp", record=adopted(7).record), {}, heard)


async def test_an_errand_that_fails_says_why(server: OddServer, driver: MatterDriver) -> None:
    server.answers["open_commissioning_window"] = Failed(3, "Node 1 is not (yet) available.")
    with pytest.raises(ErrandError, match="does not reach it"):
        await driver.errand("share", adopted(1), {}, heard)
    server.answers["open_commissioning_window"] = "nonsense"
    with pytest.raises(ErrandError, match="no code"):
        await driver.errand("share", adopted(1), {}, heard)
    with pytest.raises(ErrandError):
        await driver.errand("unheard_of", adopted(1), {}, heard)
