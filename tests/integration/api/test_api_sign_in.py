"""Coming in and going out over HTTP: the owner's code, the cookie, people and tokens."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from api_home import furnished
from api_serving import Served, serving
from guarding import BEA, PASSWORD, identity

from hubd.api.gate import COOKIE
from hubd.guard.permission import Permission
from hubd.model.events import PersonRemoved
from hubd.model.home import Role
from hubd.model.ids import PersonId
from hubd.model.instant import DAY_US


async def _sign_in(served: Served, name: str = "Ann", password: str = PASSWORD) -> None:
    async with served.client.post("/api/session", json={"name": name, "password": password}) as r:
        assert r.status == 200, await r.text()


async def test_the_first_owner_comes_in_by_the_code_becomes_a_person_and_is_signed_in(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, home=furnished(), with_owner=False) as served:
        async with served.client.get("/api/hello") as response:
            assert await response.json() == {"owner_needed": True}
        code = await served.guard.issue_owner_code()
        body = {"code": code, "name": "Zoë", "password": PASSWORD}
        async with served.client.post("/api/owner", json=body) as response:
            assert response.status == 200
            me = await response.json()
        assert (me["name"], me["role"]) == ("Zoë", "owner")
        assert served.home.view.home.people[PersonId(me["person"])].role is Role.OWNER
        async with served.client.get("/api/home") as response:
            assert response.status == 200
        async with served.client.get("/api/hello") as response:
            assert await response.json() == {"owner_needed": False}
        async with served.client.post("/api/owner", json=body) as response:
            assert response.status == 401


async def test_a_person_of_the_home_s_file_becomes_owner_under_their_own_id(tmp_path: Path) -> None:
    async with serving(tmp_path, home=furnished(), with_owner=False) as served:
        code = await served.guard.issue_owner_code()
        body = {"code": code, "name": "bea", "password": PASSWORD}
        async with served.client.post("/api/owner", json=body) as response:
            me = await response.json()
        assert (me["person"], me["name"], me["role"]) == ("bea", "Bea", "owner")


@pytest.mark.parametrize("code", ["", "AAAA", "AAAA-AAAA-AAAA", "🔑" * 12])
async def test_a_wrong_code_makes_nobody_an_owner(tmp_path: Path, code: str) -> None:
    async with serving(tmp_path, home=furnished(), with_owner=False) as served:
        await served.guard.issue_owner_code()
        before = served.home.last_event
        body = {"code": code, "name": "Eve", "password": PASSWORD}
        async with served.client.post("/api/owner", json=body) as response:
            assert response.status == 401
            assert (await response.json())["error"]["code"] == "code_refused"
        assert served.home.last_event == before
        assert served.guard.owner_needed


async def test_the_cookie_is_kept_from_scripts_and_other_sites(served: Served) -> None:
    body = {"name": "Ann", "password": PASSWORD}
    async with served.client.post("/api/session", json=body) as response:
        cookie = response.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert len(cookie.value) == 43


async def test_signing_out_ends_the_session_on_the_server_too(served: Served) -> None:
    await _sign_in(served)
    async with served.client.get("/api/me") as response:
        secret = response.request_info.headers["Cookie"].partition("=")[2]
    async with served.client.delete("/api/session", headers=served.same_origin) as response:
        assert response.status == 204
    async with served.client.get("/api/me", cookies={COOKIE: secret}) as response:
        assert response.status == 401


async def test_an_old_session_gets_a_new_secret_when_the_panel_opens(served: Served) -> None:
    await _sign_in(served)
    served.home.tick(2 * DAY_US)
    async with served.client.get("/api/me") as response:
        assert COOKIE in response.cookies
    async with served.client.get("/api/me") as response:
        assert response.status == 200
        assert COOKIE not in response.cookies


async def test_too_many_guesses_are_told_when_to_come_back(served: Served) -> None:
    body = {"name": "Ann", "password": "wrong"}
    for _ in range(5):
        async with served.client.post("/api/session", json=body) as response:
            assert response.status == 401
    async with served.client.post("/api/session", json=body) as response:
        assert response.status == 429
        assert int(response.headers["Retry-After"]) >= 1
        assert (await response.json())["error"]["code"] == "too_many_attempts"


async def test_a_wrong_name_and_a_wrong_password_read_the_same(served: Served) -> None:
    answers = []
    for name in ("Ann", "Nobody", "Tim"):
        body = {"name": name, "password": "wrong"}
        async with served.client.post("/api/session", json=body) as response:
            answers.append((response.status, await response.text()))
    assert len(set(answers)) == 1


async def test_one_s_own_password_is_changed_by_the_old_one(served: Served) -> None:
    await _sign_in(served)
    headers = served.same_origin
    wrong = {"old": "wrong", "password": "another long password"}
    async with served.client.put("/api/me/password", json=wrong, headers=headers) as response:
        assert response.status == 401
    right = {"old": PASSWORD, "password": "another long password"}
    async with served.client.put("/api/me/password", json=right, headers=headers) as response:
        assert response.status == 204
    await _sign_in(served, password="another long password")


async def test_a_person_is_added_signs_in_and_is_removed_with_all_that_was_theirs(
    served: Served,
) -> None:
    headers = await served.token(Permission.MANAGE_PEOPLE)
    new = {"name": "Gil", "role": "guest", "password": "a guest of the house"}
    async with served.client.post("/api/people", json=new, headers=headers) as response:
        assert response.status == 201
        person = await response.json()
    assert person == {"id": "gil", "name": "Gil", "role": "guest", "can_sign_in": True}
    async with served.client.post("/api/people", json=new, headers=headers) as response:
        assert response.status == 409
    await _sign_in(served, "Gil", "a guest of the house")
    async with served.client.get("/api/me") as response:
        assert (await response.json())["permissions"] == ["control_devices", "see_home"]
    async with served.client.delete("/api/people/gil", headers=headers) as response:
        assert response.status == 204
    async with served.client.get("/api/me") as response:
        assert response.status == 401
    assert PersonId("gil") not in served.home.view.home.people


async def test_a_changed_role_changes_what_its_person_may_do_at_once(served: Served) -> None:
    headers = await served.token(Permission.MANAGE_PEOPLE)
    bea = await served.token(Permission.SEE_HISTORY, person=BEA)
    async with served.client.get("/api/events", headers=bea) as response:
        assert response.status == 200
    change = {"name": "Beatrix", "role": "guest"}
    async with served.client.put("/api/people/bea", json=change, headers=headers) as response:
        assert await response.json() == {"id": "bea", **change, "can_sign_in": False}
    async with served.client.get("/api/events", headers=bea) as response:
        assert response.status == 403


async def test_the_last_owner_is_neither_removed_nor_made_less(served: Served) -> None:
    headers = await served.token(Permission.MANAGE_PEOPLE)
    less = {"name": "Ann", "role": "resident"}
    for response in (
        await served.client.delete("/api/people/ann", headers=headers),
        await served.client.put("/api/people/ann", json=less, headers=headers),
    ):
        assert response.status == 409
        assert "last owner" in (await response.json())["error"]["message"]


async def test_no_two_people_have_one_name(served: Served) -> None:
    headers = await served.token(Permission.MANAGE_PEOPLE)
    for name in ("Tim", "tim", "ANN"):
        change = {"name": name, "role": "guest"}
        async with served.client.put("/api/people/bea", json=change, headers=headers) as response:
            assert response.status == 409


async def test_a_token_is_shown_once_listed_without_its_text_and_revoked(served: Served) -> None:
    await _sign_in(served)
    new = {"name": "tablet", "permissions": ["see_home"], "expires": "2030-01-01T00:00:00Z"}
    headers = served.same_origin
    async with served.client.post("/api/tokens", json=new, headers=headers) as response:
        assert response.status == 201
        made = await response.json()
    assert made["token"]["expires"] == "2030-01-01T00:00:00Z"
    bearer = {"Authorization": f"Bearer {made['text']}"}
    async with served.client.get("/api/tokens") as response:
        listed = await response.text()
    assert made["token"]["id"] in listed
    assert made["text"] not in listed
    async with served.client.get("/api/home", headers=bearer) as response:
        assert response.status == 200
    address = f"/api/tokens/{made['token']['id']}"
    async with served.client.delete(address, headers=headers) as response:
        assert response.status == 204
    async with served.client.get("/api/home", headers=bearer) as response:
        assert response.status == 401
    async with served.client.delete(address, headers=headers) as response:
        assert response.status == 404


async def test_the_audit_shows_who_did_what_and_that_nobody_touched_it(served: Served) -> None:
    await _sign_in(served)
    async with served.client.get("/api/audit", params={"limit": 2}) as response:
        page = await response.json()
    assert [e["action"] for e in page["entries"]] == ["signed_in", "password_set"]
    async with served.client.get("/api/audit/check") as response:
        assert await response.json() == {"intact": True, "problem": None}


async def test_who_gets_the_id_of_someone_gone_does_not_get_their_rights(served: Served) -> None:
    headers = await served.token(Permission.MANAGE_PEOPLE)
    await served.guard.set_password(BEA, PASSWORD, identity(BEA))
    old = await served.token(Permission.SEE_HOME, person=BEA)
    served.home.take(PersonRemoved(BEA.id))
    new = {"name": "Bea", "role": "guest"}
    async with served.client.post("/api/people", json=new, headers=headers) as response:
        assert (await response.json())["can_sign_in"] is False
    async with served.client.get("/api/home", headers=old) as response:
        assert response.status == 401


async def test_what_the_database_did_not_take_was_not_done_and_says_so(
    served: Served, tmp_path: Path
) -> None:
    headers = await served.token(Permission.MANAGE_TOKENS, Permission.SEE_HOME)
    with contextlib.closing(sqlite3.connect(tmp_path / "guard.db")) as other:
        other.execute("DROP TABLE audit")
    new = {"name": "tablet", "permissions": ["see_home"]}
    async with served.client.post("/api/tokens", json=new, headers=headers) as response:
        assert response.status == 503
        assert (await response.json())["error"]["code"] == "not_kept"
    assert len(served.guard.tokens()) == 1
