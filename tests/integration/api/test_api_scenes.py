"""Scenes are tried before they are saved, over the API."""

from pathlib import Path

import aiohttp
from api_serving import DUSK, Served

from hubd.guard.permission import Permission

LATE_TEST = """
test: The lamp is on in the evening
given: {at: 2026-03-02 17:00}
steps:
  - at: 20:00
  - expect: {the lamp: on}
"""
"""In the home as it is: nothing is said of where it is, so that it is in UTC at 0° N, 0° E."""


async def headers(served: Served) -> dict[str, str]:
    return await served.token(Permission.SEE_SCENES, Permission.EDIT_SCENES)


async def answer(response: aiohttp.ClientResponse, status: int = 200) -> dict[str, object]:
    assert response.status == status, await response.text()
    told: dict[str, object] = await response.json()
    return told


async def test_a_scene_s_text_can_be_read(served: Served) -> None:
    proof = await headers(served)
    async with served.client.get("/api/scenes/dusk.yaml", headers=proof) as response:
        assert await answer(response) == {"path": "dusk.yaml", "text": DUSK}
    async with served.client.get("/api/scenes/dawn.yaml", headers=proof) as response:
        assert response.status == 404


async def test_what_is_wrong_is_told_by_its_line_and_nothing_is_saved(
    served: Served, tmp_path: Path
) -> None:
    body = {"path": "dusk.yaml", "text": DUSK.replace("when", "whem")}
    proof = await headers(served)
    async with served.client.post("/api/scenes/try", json=body, headers=proof) as response:
        told = await answer(response)
    assert (told["all_right"], told["saved"]) == (False, False)
    assert told["problems"] == [
        {"path": "dusk.yaml", "line": 3, "message": 'no key "whem" here; did you mean "when"?'},
    ]
    assert (tmp_path / "scenes" / "dusk.yaml").read_text() == DUSK


async def test_a_word_that_means_nothing_yet_is_a_doubt_and_no_reason_to_refuse(
    served: Served,
) -> None:
    body = {"text": DUSK.replace("the lamp", "the lmap")}
    proof = await headers(served)
    async with served.client.put("/api/scenes/dusk.yaml", json=body, headers=proof) as response:
        told = await answer(response)
    assert (told["saved"], told["all_right"]) == (True, True)
    assert 'did you mean "The lamp"?' in str(told["doubts"])


async def test_a_change_that_breaks_a_test_is_not_saved_but_by_force_which_the_audit_tells(
    served: Served, tmp_path: Path
) -> None:
    proof = await headers(served)
    file = tmp_path / "scenes" / "dusk.yaml"
    test = {"text": LATE_TEST}
    async with served.client.put(
        "/api/scenes/dusk.test.yaml", json=test, headers=proof
    ) as response:
        told = await answer(response)
    assert (told["saved"], told["tests"], told["passed"]) == (True, 1, 1), told

    never = DUSK.replace("claims: {the lamp: on}", "claims: {the lamp: off}")
    async with served.client.put(
        "/api/scenes/dusk.yaml", json={"text": never}, headers=proof
    ) as response:
        told = await answer(response)
    assert (told["saved"], told["passed"]) == (False, 0)
    (failed,) = told["failed"] if isinstance(told["failed"], list) else []
    assert (failed["path"], failed["line"]) == ("dusk.test.yaml", 6)
    assert failed["got"] == "The lamp off"
    assert 'the scene "Dusk"' in failed["why"]
    assert file.read_text() == DUSK

    async with served.client.put(
        "/api/scenes/dusk.yaml", json={"text": never, "force": True}, headers=proof
    ) as response:
        assert (await answer(response))["saved"] is True
    assert file.read_text() == never
    noted = [(e.action, e.subject) for e in await served.guard.audit()]
    assert noted[0] == ("scene_forced", "dusk.yaml")


async def test_a_file_in_a_folder_of_the_folder_is_named_as_one_part(
    served: Served, tmp_path: Path
) -> None:
    proof = await headers(served)
    address = f"{served.server.url}api/scenes/up%2Fnight.yaml"
    async with served.client.put(address, json={"text": DUSK}, headers=proof) as response:
        assert (await answer(response))["saved"] is True
    assert (tmp_path / "scenes" / "up" / "night.yaml").read_text() == DUSK


async def test_nothing_outside_of_the_folder_is_read_or_written(
    served: Served, tmp_path: Path
) -> None:
    proof = await headers(served)
    (tmp_path / "secret.yaml").write_text("password: 1234")
    (tmp_path / "scenes" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    bad = ("../secret.yaml", "/etc/x.yaml", "a/../../x.yaml", ".x.yaml", "x.txt", "link.yaml", "")
    for path in bad:
        body = {"path": path, "text": DUSK}
        async with served.client.post("/api/scenes/try", json=body, headers=proof) as response:
            assert response.status == 422, path
    for path in ("..%2Fsecret.yaml", "link.yaml", "x%00.yaml", "a%5Cb.yaml"):
        address = f"{served.server.url}api/scenes/{path}"
        async with served.client.get(address, headers=proof) as response:
            assert response.status in {404, 422}, path
        forced = {"text": DUSK, "force": True}
        async with served.client.put(address, json=forced, headers=proof) as response:
            assert response.status in {404, 405, 422}, path
    assert (tmp_path / "secret.yaml").read_text() == "password: 1234"

    spying = f"home: ../secret.yaml\n{LATE_TEST}"
    body = {"path": "spy.test.yaml", "text": spying}
    async with served.client.post("/api/scenes/try", json=body, headers=proof) as response:
        told = await answer(response)
    assert "outside" in str(told["problems"])
    assert "password" not in str(told)
