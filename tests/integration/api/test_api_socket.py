"""The WebSocket: the whole home first, then all that changes, in order, to who may see it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from api_home import LAMP, LEVEL, MOTION, PHONE, lamp
from api_serving import Served
from guarding import ANN, BEA, PASSWORD, TIM, identity

from hubd.api import live
from hubd.api.gate import COOKIE
from hubd.api.live import SIGNED_OUT, TOO_SLOW
from hubd.guard.permission import RIGHTS, Permission
from hubd.model.events import Adopted, Availability, Event, PersonRemoved, PersonSet, Reported
from hubd.model.home import Person, Role
from hubd.model.ids import DeviceId

type Json = dict[str, Any]


@asynccontextmanager
async def _socket(
    served: Served, *permissions: Permission
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    headers = await served.token(*(permissions or Permission))
    async with served.client.ws_connect("/api/ws", headers=headers) as socket:
        yield socket


async def _until(socket: aiohttp.ClientWebSocketResponse, kind: str) -> Json:
    """Return the next message of that type."""
    while True:
        message: Json = await socket.receive_json()
        if message["type"] == kind:
            return message


async def _closed(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """Read to the end; return the close code."""
    async for _ in socket:
        pass
    return socket.close_code


async def test_the_first_message_is_the_home_as_it_is(served: Served) -> None:
    served.home.take(Reported(MOTION, True))
    headers = await served.token(*Permission)
    async with served.client.get("/api/home", headers=headers) as response:
        asked = await response.json()
    async with _socket(served) as socket:
        told = await socket.receive_json()
    assert told == {"type": "home", **asked}


async def test_changes_that_come_together_are_told_together_and_once(served: Served) -> None:
    async with _socket(served, Permission.SEE_HOME) as socket:
        await _until(socket, "home")
        for level in range(100):
            served.home.take(Reported(LEVEL, float(level)))
        served.home.take(Reported(MOTION, True))
        message = await socket.receive_json()
        assert message["type"] == "changes"
        assert {p["id"]: p["value"] for p in message["properties"]} == {LEVEL: 99.0, MOTION: True}
        assert message["at_event"] == served.home.last_event


async def test_every_event_is_told_once_and_in_order(served: Served) -> None:
    async with _socket(served) as socket:
        first = (await _until(socket, "home"))["last_event"]
        told: list[int] = []
        for number in range(300):
            served.home.take(Reported(MOTION, number % 2 == 0))
            if number % 50 == 0:
                told += [e["id"] for e in (await _until(socket, "events"))["events"]]
        while told[-1] < served.home.last_event:
            told += [e["id"] for e in (await _until(socket, "events"))["events"]]
    assert told == list(range(first + 1, served.home.last_event + 1))


async def test_half_a_character_of_one_device_hides_nothing_of_the_others(served: Served) -> None:
    served.home.take(Reported(MOTION, "half \ud83d"))
    async with _socket(served) as socket:
        home = await _until(socket, "home")
        assert "half \ufffd" in str(home)
        assert len(home["devices"]) == 4
        served.home.take(Reported(MOTION, "\ud83d"))
        assert (await _until(socket, "changes"))["properties"][0]["value"] == "\ufffd"


async def test_what_can_t_be_told_is_dropped_and_the_rest_goes_on(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Event) -> str:
        raise RuntimeError("no words")

    async with _socket(served) as socket:
        await _until(socket, "home")
        with monkeypatch.context() as patch:
            patch.setattr(served.home, "text", broken)
            served.home.take(Reported(MOTION, True))
            await _until(socket, "changes")
        served.home.take(Reported(MOTION, False))
        told = (await _until(socket, "events"))["events"]
    assert [e["id"] for e in told] == [served.home.last_event]
    assert "no words" in caplog.text


async def test_who_may_not_see_history_is_told_no_events(served: Served) -> None:
    async with _socket(served, Permission.SEE_HOME) as socket:
        await _until(socket, "home")
        for value in (True, False):
            served.home.take(Reported(MOTION, value))
            assert (await socket.receive_json())["type"] == "changes"


async def test_where_people_are_is_told_to_those_who_may_see_people(served: Served) -> None:
    async with (
        _socket(served, Permission.SEE_HOME) as guest,
        _socket(served, Permission.SEE_HOME, Permission.SEE_PEOPLE) as child,
    ):
        hidden, shown = await _until(guest, "home"), await _until(child, "home")
        assert PHONE not in str(hidden)
        assert hidden["people"] == []
        assert PHONE in str(shown)
        assert len(shown["people"]) == 3
        served.home.take(Reported(PHONE, True))
        served.home.take(Reported(MOTION, True))
        assert [p["id"] for p in (await _until(child, "changes"))["properties"]] == [PHONE, MOTION]
        assert [p["id"] for p in (await _until(guest, "changes"))["properties"]] == [MOTION]


async def test_a_device_out_of_reach_and_a_new_one_are_told(served: Served) -> None:
    async with _socket(served) as socket:
        await _until(socket, "home")
        served.home.take(Availability(DeviceId("lamp"), False, "unplugged"))
        assert (await _until(socket, "availability"))["devices"] == [
            {"id": "lamp", "available": False, "reason": "unplugged"}
        ]
        served.home.take(Adopted(lamp("second")))
        assert await _until(socket, "home_changed") == {"type": "home_changed"}


async def test_a_client_that_comes_back_is_told_what_it_missed_and_nothing_twice(
    served: Served,
) -> None:
    async with _socket(served) as socket:
        last = (await _until(socket, "home"))["last_event"]
    for number in range(5):
        served.home.take(Reported(MOTION, number % 2 == 0))
    missed = served.home.last_event
    async with _socket(served) as socket:
        await _until(socket, "home")
        await socket.send_json({"type": "resume", "after": last})
        told = [e["id"] for e in (await _until(socket, "events"))["events"]]
        served.home.take(Reported(MOTION, False))
        told += [e["id"] for e in (await _until(socket, "events"))["events"]]
    assert told == list(range(last + 1, missed + 2))


@pytest.mark.parametrize(
    "said", ["", "{", "[]", '{"type": "resume"}', '{"type": "resume", "after": -1}', '{"type": 1}']
)
async def test_a_client_that_says_what_is_no_word_of_ours_is_closed(
    served: Served, said: str
) -> None:
    async with _socket(served) as socket:
        await _until(socket, "home")
        await socket.send_str(said)
        assert await _closed(socket) == aiohttp.WSCloseCode.INVALID_TEXT


async def test_a_message_that_is_too_long_is_not_read(served: Served) -> None:
    async with _socket(served) as socket:
        await _until(socket, "home")
        await socket.send_str("x" * 10_000)
        assert await _closed(socket) == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_signing_out_closes_the_sockets_of_that_session_and_no_others(served: Served) -> None:
    first = await served.guard.sign_in("Ann", PASSWORD, "test")
    second = await served.guard.sign_in("Ann", PASSWORD, "test")
    headers = served.same_origin
    connect = served.client.ws_connect
    async with (
        connect("/api/ws", headers={**headers, "Cookie": f"{COOKIE}={first.secret}"}) as ended,
        connect("/api/ws", headers={**headers, "Cookie": f"{COOKIE}={second.secret}"}) as kept,
    ):
        await _until(ended, "home")
        await _until(kept, "home")
        await served.guard.sign_out(first.identity)
        assert await _closed(ended) == SIGNED_OUT
        served.home.take(Reported(MOTION, True))
        assert (await kept.receive_json())["type"] == "changes"


async def test_revoking_a_token_closes_its_socket(served: Served) -> None:
    async with _socket(served) as socket:
        await _until(socket, "home")
        (token,) = served.guard.tokens(ANN.id)
        await served.guard.revoke_token(token.id, identity(ANN))
        assert await _closed(socket) == SIGNED_OUT


async def test_a_person_who_left_is_told_nothing_more(served: Served) -> None:
    headers = await served.token(*RIGHTS[Role.RESIDENT], person=BEA)
    async with served.client.ws_connect("/api/ws", headers=headers) as socket:
        await _until(socket, "home")
        served.home.take(PersonRemoved(BEA.id))
        assert await _closed(socket) == SIGNED_OUT


async def test_a_person_who_became_a_child_is_told_no_more_events(served: Served) -> None:
    headers = await served.token(*RIGHTS[Role.RESIDENT], person=BEA)
    async with served.client.ws_connect("/api/ws", headers=headers) as socket:
        await _until(socket, "home")
        served.home.take(PersonSet(Person(BEA.id, BEA.name, Role.CHILD)))
        assert (await socket.receive_json())["type"] == "home_changed"
        served.home.take(Reported(MOTION, True))
        assert (await socket.receive_json())["type"] == "changes"
        served.home.take(Reported(MOTION, False))
        assert (await socket.receive_json())["type"] == "changes"


async def test_a_session_that_expired_is_told_nothing_more(served: Served) -> None:
    signed_in = await served.guard.sign_in("Ann", PASSWORD, "test")
    headers = {**served.same_origin, "Cookie": f"{COOKIE}={signed_in.secret}"}
    async with served.client.ws_connect("/api/ws", headers=headers) as socket:
        await _until(socket, "home")
        served.home.tick(400 * 86_400 * 1_000_000)
        served.home.take(Reported(MOTION, True))
        assert await _closed(socket) == SIGNED_OUT


async def test_a_page_of_another_site_gets_no_socket(served: Served) -> None:
    signed_in = await served.guard.sign_in("Ann", PASSWORD, "test")
    cookie = {"Cookie": f"{COOKIE}={signed_in.secret}"}
    for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.client.ws_connect("/api/ws", headers={**cookie, **origin})
        assert refused.value.status == 403


async def test_without_the_right_there_is_no_socket(served: Served) -> None:
    headers = await served.token(Permission.CONTROL_DEVICES, person=TIM)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await served.client.ws_connect("/api/ws", headers=headers)
    assert refused.value.status == 403


async def test_an_address_of_the_socket_without_an_upgrade_is_a_plain_error(served: Served) -> None:
    headers = await served.token(*Permission)
    async with served.client.get("/api/ws", headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == "malformed"


async def test_a_client_that_does_not_read_is_cut_and_the_others_are_not_kept_waiting(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_BACKLOG_BYTES", 10_000)
    token = (await served.token(*Permission))["Authorization"]
    reader, writer = await asyncio.open_connection("127.0.0.1", served.server.port, limit=1024)
    request = (
        f"GET /api/ws HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    writer.write(request.encode())
    await reader.readuntil(b"\r\n\r\n")
    async with _socket(served) as quick:
        await _until(quick, "home")
        told: list[int] = []
        while _figure(served, "hubd_api_sockets_cut_total") == 0:
            for number in range(200):
                served.home.take(Reported(MOTION, number % 2 == 0))
            while not told or told[-1] < served.home.last_event:
                told += [e["id"] for e in (await _until(quick, "events"))["events"]]
        assert told == list(range(told[0], told[-1] + 1))
        served.home.take(Reported(LAMP, True))
        assert (await _until(quick, "changes"))["properties"][0]["id"] == LAMP
    writer.close()


async def test_a_client_that_wakes_in_time_is_told_why_it_was_cut(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_BACKLOG_BYTES", 0)
    async with _socket(served) as socket:
        await _until(socket, "home")
        for number in range(10):
            served.home.take(Reported(MOTION, number % 2 == 0))
        assert await _closed(socket) == TOO_SLOW


async def test_no_more_sockets_than_the_limit_are_open(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_CLIENTS", 1)
    async with _socket(served) as socket:
        await _until(socket, "home")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with _socket(served):
                pass
        assert refused.value.status == 503


async def test_the_home_is_listened_to_only_while_someone_looks(served: Served) -> None:
    assert served.home.watchers == 0
    async with _socket(served) as socket:
        await _until(socket, "home")
        assert served.home.watchers == 1
        served.home.take(Reported(MOTION, True))
    while served.home.watchers:  # noqa: ASYNC110 - the server tells nobody that it noticed
        await asyncio.sleep(0)


async def test_when_the_hub_stops_its_sockets_are_told_so(served: Served) -> None:
    async with _socket(served) as socket:
        await _until(socket, "home")
        stopping = asyncio.create_task(served.server.stop())
        assert await _closed(socket) == aiohttp.WSCloseCode.GOING_AWAY
        await stopping


def _figure(served: Served, name: str) -> float:
    value = served.server.metrics.get_sample_value(name)
    assert value is not None, name
    return value
