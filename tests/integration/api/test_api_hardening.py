"""What a browser, another site or a clumsy program may try, and what it gets."""

import asyncio
import ssl
import subprocess
from pathlib import Path

import aiohttp
import pytest
from api_home import LAMP
from api_serving import Served, serving
from guarding import PASSWORD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubd.api.gate import COOKIE, LARGEST_BODY
from hubd.api.settings import ApiSettings
from hubd.api.table import ROUTES
from hubd.guard.permission import Permission
from hubd.model.errors import ConfigError

_CLAIM = {"property": LAMP, "value": True}


async def _cookie(served: Served) -> dict[str, str]:
    return {COOKIE: (await served.guard.sign_in("Ann", PASSWORD, "test")).secret}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
async def test_another_site_does_not_write_with_a_person_s_cookie(
    served: Served, headers: dict[str, str]
) -> None:
    before = served.home.last_event
    async with served.client.post(
        "/api/claims", json=_CLAIM, headers=headers, cookies=await _cookie(served)
    ) as response:
        assert response.status == 403
        assert (await response.json())["error"]["code"] == "foreign_origin"
    assert served.home.last_event == before


async def test_the_hub_s_own_page_writes_with_the_cookie(served: Served) -> None:
    for headers in (served.same_origin, {"Sec-Fetch-Site": "same-origin"}):
        async with served.client.post(
            "/api/claims", json=_CLAIM, headers=headers, cookies=await _cookie(served)
        ) as response:
            assert response.status == 202


async def test_another_site_neither_signs_anyone_in_nor_takes_the_hub_over(served: Served) -> None:
    foreign = {"Origin": "https://evil.example"}
    body = {"name": "Ann", "password": PASSWORD}
    async with served.client.post("/api/session", json=body, headers=foreign) as response:
        assert response.status == 403


async def test_a_form_of_another_site_is_no_json(served: Served) -> None:
    headers = await served.token(*Permission)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        async with served.client.post(
            "/api/claims", data=b"{}", headers={**headers, "Content-Type": kind}
        ) as response:
            assert response.status == 400
            assert "application/json" in (await response.json())["error"]["mend"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8420", "127.0.0.1.evil.example"])
async def test_a_name_that_another_site_points_here_is_refused(served: Served, host: str) -> None:
    async with served.client.get("/api/hello", headers={"Host": host}) as response:
        assert response.status == 421
        assert "api.hosts" in (await response.json())["error"]["mend"]


@pytest.mark.parametrize("path", ["/", "/api/hello", "/api/home", "/api/nothing", "/metrics"])
async def test_every_answer_bears_the_security_headers_and_no_version(
    served: Served, path: str
) -> None:
    async with served.client.get(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "Server" not in response.headers
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /api/hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_what_is_not_even_http_is_told_no_version(
    served: Served, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    del caplog
    reader, writer = await asyncio.open_connection("127.0.0.1", served.server.port)
    writer.write(sent)
    writer.write_eof()
    answer = (await reader.read()).lower()
    writer.close()
    await writer.wait_closed()
    assert b"aiohttp" not in answer
    assert b"python" not in answer


async def test_a_body_that_is_too_large_is_refused(served: Served) -> None:
    headers = await served.token(*Permission)
    body = {"property": "x" * LARGEST_BODY, "value": True}
    async with served.client.post("/api/claims", json=body, headers=headers) as response:
        assert response.status == 413
        assert (await response.json())["error"]["code"] == "too_large"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 400, "not JSON"),
        (b"{", 400, "not JSON"),
        (b"[]", 400, "no JSON object"),
        (b"null", 400, "no JSON object"),
        (b"\xff\xfe", 400, "not JSON"),
        (b'{"property": "a"}', 422, "'value' is missing"),
        (b'{"property": "a", "valeu": 1, "value": 1}', 422, "no field 'valeu'.*[Vv]alue"),
        (b'{"property": 3, "value": 1}', 422, "property: .*string"),
        (b'{"property": "a", "value": {}}', 422, "value: "),
        (b'{"property": "a", "value": NaN}', 422, "value: "),
        (b'{"property": "a", "value": 1e999}', 422, "value: "),
        (b'{"property": "a", "value": 1, "for_s": -1}', 422, "for_s: .*greater than 0"),
    ],
)
async def test_a_body_that_is_wrong_is_refused_by_naming_what_is(
    served: Served, body: bytes, status: int, said: str
) -> None:
    headers = {**await served.token(*Permission), "Content-Type": "application/json"}
    async with served.client.post("/api/claims", data=body, headers=headers) as response:
        assert response.status == status
        error = (await response.json())["error"]
    with pytest.raises(ValueError, match=said):
        raise ValueError(f"{error['message']} {error['mend']}")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?limit=0", "limit: "),
        ("?limit=many", "limit: "),
        ("?limt=3", "no field 'limt'"),
        ("?limit=3&limit=4", "'limit' is given twice"),
        ("?before=-1", "before: "),
    ],
)
async def test_a_query_that_is_wrong_is_refused_by_naming_what_is(
    served: Served, query: str, said: str
) -> None:
    headers = await served.token(*Permission)
    async with served.client.get(f"/api/events{query}", headers=headers) as response:
        assert response.status == 422
        assert said in (await response.json())["error"]["message"]


async def test_an_address_that_is_nothing_and_a_method_that_does_not_fit_say_so(
    served: Served,
) -> None:
    for method, path, status, code in (
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("POST", "/api/home", 405, "method"),
        ("TRACE", "/", 405, "method"),
        ("POST", "/index.html", 405, "method"),
    ):
        async with served.client.request(method, path) as response:
            assert response.status == status, (method, path)
            assert (await response.json())["error"]["code"] == code


_paths = st.sampled_from([r.path for r in ROUTES if r.path != "/api/ws"]).flatmap(
    lambda path: st.text(max_size=12).map(lambda part: path.replace("{id}", part))
)
_words = st.sampled_from([LAMP, "lamp", "1", "DoorLock.unbolt", "owner", "see_home", "Ann"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
_fields = st.sampled_from(
    sorted({name for r in ROUTES for m in (r.body, r.query) if m for name in m.model_fields})
)
_bodies = st.dictionaries(_fields, _json, max_size=5)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]),
    path=_paths,
    body=_bodies,
    query=st.dictionaries(_fields, st.text(max_size=8), max_size=3),
    raw=st.none() | st.binary(max_size=40),
)
@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_no_request_whatever_it_says_breaks_the_hub(
    served: Served,
    method: str,
    path: str,
    body: dict[str, object],
    query: dict[str, str],
    raw: bytes | None,
) -> None:
    headers = {**await served.token(*Permission), "Content-Type": "application/json"}
    data = raw if raw is not None else aiohttp.JsonPayload(body)
    async with served.client.request(
        method, path.replace("{path:.*}", "x"), data=data, headers=headers, params=query
    ) as response:
        assert response.status < 500 or response.content_type == "text/html", await response.text()


async def test_a_wish_sent_as_the_api_says_is_not_lost_among_the_refusals(served: Served) -> None:
    headers = await served.token(Permission.CONTROL_DEVICES)
    async with served.client.post("/api/claims", json=_CLAIM, headers=headers) as response:
        event = (await response.json())["event"]
    assert [e.id for e in served.home.log if e.source == "person:ann"] == [event]


def _self_signed(certificate: Path, key: Path) -> None:
    how = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = ["openssl", *how.split(), "-addext", names, "-keyout", str(key), "-out"]
    subprocess.run([*command, str(certificate)], check=True, capture_output=True)


async def test_over_tls_the_cookie_is_secure_and_plain_http_gets_nothing(tmp_path: Path) -> None:
    certificate, key = tmp_path / "hub.pem", tmp_path / "hub.key"
    await asyncio.to_thread(_self_signed, certificate, key)
    setup = ApiSettings(port=0, tls_certificate=certificate, tls_key=key)
    async with serving(tmp_path, setup) as served:
        trust = ssl.create_default_context(cafile=certificate)
        body = {"name": "Ann", "password": PASSWORD}
        async with served.client.post("/api/session", json=body, ssl=trust) as response:
            assert response.status == 200
            assert response.cookies[COOKIE]["secure"]
            assert "max-age" in response.headers["Strict-Transport-Security"]
        with pytest.raises(aiohttp.ClientError):
            await served.client.get(f"http://127.0.0.1:{served.server.port}/api/hello")


async def test_a_certificate_that_is_of_no_use_is_named(tmp_path: Path) -> None:
    certificate = tmp_path / "hub.pem"
    certificate.write_text("not a certificate")
    setup = ApiSettings(port=0, tls_certificate=certificate, tls_key=certificate)
    with pytest.raises(ConfigError, match=r"hub\.pem can't be used"):
        async with serving(tmp_path, setup):
            pass


async def test_a_port_that_is_taken_is_named(served: Served, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    with pytest.raises(ConfigError, match=str(served.server.port)):
        async with serving(folder, ApiSettings(port=served.server.port)):
            pass
