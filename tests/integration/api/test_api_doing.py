"""How an adoption goes, told while it does: in lines, on the WebSocket, in the inbox."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from api_home import furnished
from api_serving import Served, serving
from toy import Toy

from drivers.discovery.brands import Brands
from drivers.kit.manifest import read_manifest
from hubd.guard.permission import Permission
from hubd.household import Household
from hubd.network import Network
from hubd.vault import Vault
from scenes.describe import describe

MANIFEST = Path(__file__).parents[2] / "fixtures" / "drivers" / "toy" / "driver.toml"
LINES = {"Accept": "application/x-ndjson"}
RIGHTS = (Permission.EDIT_HOME, Permission.SEE_HOME)


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with Toy() as made:
        yield made


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """A home with toys."""
    home, vault = furnished(), Vault(tmp_path)
    home.network = Network(home.hub, home.adoption, vault, tmp_path, Brands())
    home.finding = Household(home.hub, home.adoption, home.network)
    running = asyncio.create_task(home.network.attach(read_manifest(MANIFEST)).run())
    try:
        async with serving(tmp_path, home=home) as made:
            yield made
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await vault.written()


async def added(served: Served, toy: Toy, key: str, **headers: str) -> tuple[int, list[object]]:
    """Add a toy; return the status and the lines of the answer."""
    place = f"{toy.key}@127.0.0.1:{toy.port}"
    body = {"driver": "toy", "answers": {"place": place, "key": key}}
    headers |= await served.token(*RIGHTS)
    async with served.client.post("/api/inbox", json=body, headers=headers) as response:
        text = await response.text()
        return response.status, [json.loads(line) for line in text.splitlines()]


async def test_who_listens_hears_each_step_and_then_the_answer(served: Served, toy: Toy) -> None:
    status, lines = await added(served, toy, "1234", **LINES)
    assert status == 200
    assert {"said": "trying the key (secret)…"} in lines
    assert lines[-1] == {"status": 200, "body": {"device": f"toy_{toy.key}"}}


async def test_who_does_not_gets_the_answer_alone(served: Served, toy: Toy) -> None:
    assert await added(served, toy, "1234") == (200, [{"device": f"toy_{toy.key}"}])


async def test_an_error_is_the_same_for_both(served: Served, toy: Toy) -> None:
    status, [plain] = await added(served, toy, "4321")
    assert status == 422
    assert await added(served, toy, "4321", **LINES) == (
        200,
        [{"said": "trying the key (secret)…"}, {"status": 422, "body": plain}],
    )
    assert isinstance(plain, dict)
    assert plain["error"]["message"] == "The key is another one"


async def test_a_thing_that_is_adopted_already_is_a_conflict(served: Served, toy: Toy) -> None:
    await added(served, toy, "1234")
    process = served.home.network.process("toy")
    assert process is not None
    async with asyncio.timeout(30):
        while not process.is_live(process.id_of(toy.key)):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    status, [told] = await added(served, toy, "1234")
    assert status == 409
    assert isinstance(told, dict)
    assert told["error"]["code"] == "conflict"


async def test_all_who_may_adopt_and_have_the_home_open_hear_it(served: Served, toy: Toy) -> None:
    guest = await served.token(Permission.SEE_HOME)
    owner = await served.token(*RIGHTS)
    async with (
        served.client.ws_connect("/api/ws", headers=owner) as hears,
        served.client.ws_connect("/api/ws", headers=guest) as does_not,
    ):
        await added(served, toy, "1234")
        words: list[str] = []
        while not words or words[-1]:
            message = await hears.receive_json()
            if message["type"] == "doing":
                assert (message["driver"], message["entry"]) == ("toy", None)
                words.append(message["words"])
        assert words[-2:] == ["trying the key (secret)…", ""]
        await served.server.stop()
        told = [json.loads(message.data)["type"] async for message in does_not]
        assert "doing" not in told


async def test_an_inbox_entry_says_how_its_adoption_goes_until_it_is_over(
    served: Served, toy: Toy
) -> None:
    home = served.home
    home.network.saw(toy.sighting())
    inbox = home.adoption.inbox
    async with asyncio.timeout(30):
        while not len(inbox):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    doing: list[str] = []
    (entry,) = inbox

    def heard(words: str) -> None:
        now = inbox.get(entry.id)
        assert now is not None
        assert now.doing == words
        doing.append(words)

    await home.finding.adopt(entry.id, {"key": "1234"}, None, "person:ann", heard)
    assert doing == ["trying the key (secret)…"]
    after = inbox.get(entry.id)
    assert after is not None
    assert after.doing == ""


async def test_errands_are_listed_with_whom_they_may_be_asked_of(served: Served, toy: Toy) -> None:
    await added(served, toy, "1234")
    headers = await served.token(*RIGHTS)
    async with served.client.get("/api/errands", headers=headers) as response:
        listed = await response.json()
    greet, remember, recall = listed
    assert (greet["driver"], greet["name"], greet["of"], greet["long"]) == (
        *("toy", "greet", "thing"),
        False,
    )
    assert greet["devices"] == [f"toy_{toy.key}"]
    assert [need["name"] for need in greet["needs"]] == ["whom", "how"]
    assert (remember["devices"], recall["long"]) == ([], True)


async def test_an_errand_is_run_heard_and_in_the_log_without_its_secrets(
    served: Served, toy: Toy
) -> None:
    await added(served, toy, "1234")
    headers = await served.token(*RIGHTS)
    device = f"toy_{toy.key}"
    body = {"device": device, "answers": {"whom": "Ann", "how": "hocuspocus"}}
    async with served.client.ws_connect("/api/ws", headers=headers) as socket:
        async with served.client.post(
            "/api/errands/toy/greet", json=body, headers=headers | LINES
        ) as response:
            lines = [json.loads(line) for line in (await response.text()).splitlines()]
        words = f"{toy.key} greets Ann (secret)…"
        assert lines == [
            {"said": words},
            {"status": 200, "body": {"told": {"said": "Hello Ann", "with": "1234"}}},
        ]
        while (message := await socket.receive_json())["type"] != "doing":
            pass
        assert message == {
            "type": "doing",
            "driver": "toy",
            "entry": None,
            "errand": "greet",
            "device": device,
            "words": words,
        }
    event = served.home.log[-1]
    assert event.source == "person:ann"
    words = describe(event, served.home.view.home)
    assert words == "the toy driver was asked for Lamp: Have a toy greet someone"
    assert "hocuspocus" not in repr(served.home.log)


async def test_an_errand_that_is_not_there_or_cannot_be_is_told_so(
    served: Served, toy: Toy
) -> None:
    headers = await served.token(*RIGHTS)
    for path, status, code in (
        ("/api/errands/toy/grete", 404, "not_found"),
        ("/api/errands/toy/greet", 422, "invalid"),
    ):
        async with served.client.post(path, json={}, headers=headers) as response:
            assert response.status == status
            assert (await response.json())["error"]["code"] == code
    guest = await served.token(Permission.SEE_HOME)
    async with served.client.post("/api/errands/toy/recall", json={}, headers=guest) as response:
        assert response.status == 403
    assert toy.connections == 0
