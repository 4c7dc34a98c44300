"""Nobody gets in by a wrong proof, and nobody further than their rights."""

import re

import aiohttp
import msgspec
import pytest
from api_serving import Served
from guarding import ANN, PASSWORD, TIM, identity

from hubd.api.gate import COOKIE
from hubd.api.route import Access, Route
from hubd.api.table import API, ROUTES
from hubd.guard.permission import Permission
from hubd.model.events import SceneRevised
from hubd.model.ids import SceneId

DUSK = "scene: Dusk\nwhen: {occupied: kitchen}\nclaims: {lamp: on}\n"

_GUARDED = [r for r in API if r.access is not Access.OPEN]
_PERMITTED = [r for r in API if isinstance(r.access, Permission)]


def _name(route: Route) -> str:
    return f"{route.method} {route.path}"


def _address(route: Route) -> str:
    return re.sub(r"\{\w+\}", "1", route.path)


async def _code(response: aiohttp.ClientResponse) -> str:
    return str((await response.json())["error"]["code"])


@pytest.mark.parametrize("route", _GUARDED, ids=_name)
async def test_no_route_is_served_to_who_is_not_signed_in(served: Served, route: Route) -> None:
    before = served.home.last_event
    async with served.client.request(route.method, _address(route), json={}) as response:
        assert response.status == 401
        assert await _code(response) == "not_signed_in"
    assert served.home.last_event == before


@pytest.mark.parametrize("route", _PERMITTED, ids=_name)
async def test_no_route_is_served_without_its_right_though_with_all_others(
    served: Served, route: Route
) -> None:
    before = served.home.last_event
    headers = await served.token(*(p for p in Permission if p is not route.access))
    async with served.client.request(
        route.method, _address(route), json={}, headers=headers
    ) as response:
        assert response.status == 403
        assert await _code(response) == "not_permitted"
    assert served.home.last_event == before


@pytest.mark.parametrize("route", _PERMITTED, ids=_name)
async def test_with_its_right_alone_a_route_lets_in(served: Served, route: Route) -> None:
    assert isinstance(route.access, Permission)
    headers = await served.token(route.access)
    async with served.client.request(
        route.method, _address(route), json={}, headers=headers
    ) as response:
        assert response.status not in {401, 403}


async def test_only_the_whole_and_exact_token_is_accepted(served: Served) -> None:
    headers = await served.token(Permission.SEE_HOME)
    text = headers["Authorization"].removeprefix("Bearer ")
    wrong = (
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {text[:-1]}",
        f"Bearer {text[5:]}",
        f"Bearer {text.upper()}",
        f"Bearer {text}x",
        f"Bearer {text} {text}",
        f"Basic {text}",
        f"Token {text}",
        text,
    )
    for header in wrong:
        async with served.client.get("/api/home", headers={"Authorization": header}) as response:
            assert response.status == 401, header
    for scheme in ("Bearer", "bearer", "BEARER"):  # the scheme is case-insensitive: RFC 9110, 11.1
        right = {"Authorization": f"{scheme} {text}"}
        async with served.client.get("/api/home", headers=right) as response:
            assert response.status == 200


async def test_a_token_is_no_cookie_and_no_query(served: Served) -> None:
    headers = await served.token(Permission.SEE_HOME)
    text = headers["Authorization"].removeprefix("Bearer ")
    for request in (
        served.client.get("/api/home", cookies={COOKIE: text}),
        served.client.get("/api/home", params={"token": text}),
        served.client.get("/api/home", params={"access_token": text}),
    ):
        async with request as response:
            assert response.status == 401


async def test_only_the_whole_and_exact_cookie_is_accepted(served: Served) -> None:
    secret = (await served.guard.sign_in("Ann", PASSWORD, "test")).secret
    for wrong in ("", secret[:-1], secret.swapcase(), f"{secret}x", "ann"):
        async with served.client.get("/api/me", cookies={COOKIE: wrong}) as response:
            assert response.status == 401
    async with served.client.get("/api/me", cookies={COOKIE: secret}) as response:
        assert response.status == 200


async def test_an_expired_session_and_an_expired_token_are_refused(served: Served) -> None:
    secret = (await served.guard.sign_in("Ann", PASSWORD, "test")).secret
    end_us = served.home.now_us() + 1_000_000
    rights = frozenset({Permission.SEE_HOME})
    text, _ = await served.guard.make_token(identity(ANN), "short", rights, end_us)
    served.home.tick(400 * 86_400 * 1_000_000)
    async with served.client.get("/api/me", cookies={COOKIE: secret}) as response:
        assert response.status == 401
    token = {"Authorization": f"Bearer {text}"}
    async with served.client.get("/api/home", headers=token) as response:
        assert response.status == 401
        assert "too old" in (await response.json())["error"]["message"]


async def test_a_wrong_token_is_not_saved_by_a_good_cookie(served: Served) -> None:
    secret = (await served.guard.sign_in("Ann", PASSWORD, "test")).secret
    async with served.client.get(
        "/api/me", cookies={COOKIE: secret}, headers={"Authorization": "Bearer wrong"}
    ) as response:
        assert response.status == 401


async def test_before_signing_in_nothing_is_told_but_whether_an_owner_is_needed(
    served: Served,
) -> None:
    async with served.client.get("/api/hello") as response:
        assert await response.json() == {"owner_needed": False}
    for route in ROUTES:
        async with served.client.request(route.method, _address(route)) as response:
            told = (await response.text()).casefold() + str(response.headers).casefold()
        assert "Server" not in response.headers
        for secret in ("ann", "bea", "tim", "maple", "lamp", "aiohttp", "python"):
            assert f'"{secret}' not in told, (route.path, secret)
            assert f"{secret}/" not in told


async def test_a_child_s_session_opens_a_lamp_and_no_lock(served: Served) -> None:
    headers = await served.token(Permission.CONTROL_DEVICES, Permission.SEE_HOME, person=TIM)
    lamp = {"property": "lamp/1/OnOff.on", "value": True}
    lock = {"property": "door/1/DoorLock.locked", "value": False}
    async with served.client.post("/api/claims", json=lamp, headers=headers) as response:
        assert response.status == 202
    async with served.client.post("/api/claims", json=lock, headers=headers) as response:
        assert response.status == 403


@pytest.mark.parametrize(
    "route",
    [r for r in API if r.method == "GET" and not isinstance(r.answer, str | None)],
    ids=_name,
)
async def test_every_answer_is_of_the_type_that_its_route_declares(
    served: Served, route: Route
) -> None:
    headers = await served.token(*Permission)
    path = route.path.replace("devices/{id}", "devices/lamp")
    path = path.replace("scenes/{id}", "scenes/dusk.yaml").replace("{id}", "1")
    served.home.take(SceneRevised(SceneId("dusk"), DUSK, "dusk.yaml"))
    query = {"/api/why": {"of": "1"}, "/api/why-not": {"scene": "dusk"}}.get(path, {})
    async with served.client.get(path, headers=headers, params=query) as response:
        assert response.status == 200
        body = await response.read()
    shown = msgspec.json.decode(body, type=route.answer)
    assert msgspec.json.decode(msgspec.json.encode(shown)) == msgspec.json.decode(body)
