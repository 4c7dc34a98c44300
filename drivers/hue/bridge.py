"""Requests to one bridge, through aiohue, with the bridge's certificate pinned.

A bridge signs its certificate itself, or has it from a root of its maker's own, so no chain says
who it is. What it showed when its button was pressed is what it must show from then on.
"""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import aiohttp
import msgspec
from aiohue.errors import AiohueException, LinkButtonNotPressed, Unauthorized, raise_from_error
from aiohue.v2 import HueBridgeV2
from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec import Struct

from drivers.hue.advert import is_bridge
from drivers.hue.stream import LONGEST
from drivers.kit.errors import (
    AccessError,
    AdoptionError,
    LinkError,
    MalformedError,
    RefusedError,
)

CONNECT_S = 10.0
ANSWER_S = 10.0
_AT_ONCE = 3
"""Requests that a bridge takes at the same time, the event stream among them."""
_AS = "hubd#hub"
_ADOPT_AGAIN = "adopt it again: press its button, and take it from the inbox"


class Bridge(HueBridgeV2):
    """One bridge; `async with` closes what it opens."""

    def __init__(self, address: str, port: int, pin: str, key: str = "") -> None:
        """Prepare; `pin` is the SHA-256 of its certificate, `key` the hub's application key."""
        host = f"[{address}]" if ":" in address else address
        super().__init__(f"{host}:{port}", key)
        try:
            self._pin = aiohttp.Fingerprint(bytes.fromhex(pin))
        except ValueError as error:
            raise MalformedError("the pin of a Hue bridge is damaged") from error
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit_per_host=_AT_ONCE),
            timeout=aiohttp.ClientTimeout(total=ANSWER_S, connect=CONNECT_S),
        )

    async def __aenter__(self) -> Self:
        """Begin; the first request connects."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        await self._session.close()

    @asynccontextmanager
    async def create_request(  # type: ignore[override]
        self,
        method: str,
        path: str,
        **kwargs: Any,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Make a request to the bridge that is pinned, and to no other."""
        headers = {**kwargs.pop("headers", {}), "hue-application-key": self._app_key}
        url = f"https://{self._host}/{path}"
        async with self._session.request(
            method, url, ssl=self._pin, headers=headers, **kwargs
        ) as response:
            yield response

    async def resources(self) -> bytes:
        """Return all that the bridge has, as JSON. Raises LinkError."""
        return await self.get("clip/v2/resource")

    async def get(self, path: str) -> bytes:
        """Return the body of what is at `path`. Raises LinkError."""
        async with self._failing(), self.create_request("get", path) as response:
            _check(response.status)
            body = await response.content.read(LONGEST + 1)
            while not response.content.at_eof() and len(body) <= LONGEST:
                body += await response.content.read(LONGEST + 1)
        if len(body) > LONGEST:
            raise LinkError(f"the bridge answers with more than {LONGEST} bytes")
        return body

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open the stream of events, as its bytes come. Raises LinkError."""
        headers = {"Accept": "text/event-stream"}
        patient = aiohttp.ClientTimeout(total=None, connect=CONNECT_S)
        async with (
            self._failing(),
            self.create_request(
                "get", "eventstream/clip/v2", headers=headers, timeout=patient
            ) as response,
        ):
            _check(response.status)
            yield response.content.iter_any()

    async def put(self, kind: str, rid: str, body: Mapping[str, object]) -> None:
        """Change a resource. Raises RefusedError and LinkError."""
        try:
            async with self._failing():
                await self.request("put", f"clip/v2/resource/{kind}/{rid}", json=body)
        except AiohueException as error:
            raise RefusedError(f"the bridge says: {error}") from error

    async def application_key(self) -> str:
        """Return a key of the hub's own; the bridge's button was pressed. Raises AdoptionError."""
        try:
            async with (
                self._failing(),
                self.create_request("post", "api", json={"devicetype": _AS}) as response,
            ):
                said = await response.content.read(10_000)
            return _key(said)
        except LinkButtonNotPressed as error:
            mend = "press it, and adopt the bridge within 30 seconds"
            raise AdoptionError("the button on the bridge was not pressed", mend=mend) from error
        except (AiohueException, LinkError) as error:
            raise AdoptionError(f"the bridge gives no key: {error}") from error

    @asynccontextmanager
    async def _failing(self) -> AsyncIterator[None]:
        """Tell the failures of a request as LinkError and AccessError."""
        try:
            yield
        except Unauthorized as error:
            raise _unknown() from error
        except aiohttp.ServerFingerprintMismatch as error:
            what = "another bridge, or a stranger, answers at its address: its certificate differs"
            raise AccessError(what, mend=_ADOPT_AGAIN) from error
        except TimeoutError as error:
            raise LinkError(f"the bridge does not answer within {ANSWER_S:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise LinkError(f"the bridge does not answer: {error}") from error


class _Success(Struct):
    username: str


class _Error(Struct):
    type: int = 0
    description: str = ""


class _Given(Struct):
    success: _Success | None = None
    error: _Error | None = None


def _key(said: bytes) -> str:
    """Return the key in the answer to POST /api."""
    try:
        given = msgspec.json.decode(said, type=list[_Given])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LinkError(f"it answers what is none: {error}") from error
    for one in given:
        if one.error is not None:
            raise_from_error({"type": one.error.type, "description": one.error.description})
        if one.success is not None and one.success.username:
            return one.success.username
    raise LinkError("it answers without one")


async def certificate(address: str, port: int, bridge: str = "") -> tuple[str, str]:
    """Return the id of the bridge at an address, and the SHA-256 of its certificate.

    Raises AdoptionError if it is not that of `bridge`, where that is known.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(address, port, ssl=context)
    except (OSError, TimeoutError) as error:
        said = str(error) or "no answer"
        raise AdoptionError(f"the bridge does not answer: {said}") from error
    try:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    shown = shown or b""
    named = _common_name(shown).casefold()
    if not bridge and not is_bridge(named):
        raise AdoptionError("what answers at that address is no Hue bridge", mend="Look again")
    if bridge and named != bridge:
        raise AdoptionError(
            "what answers at the bridge's address is not that bridge",
            mend="look whether its address is another one's now, and try again",
        )
    return named, hashlib.sha256(shown).hexdigest()


def _common_name(certificate: bytes) -> str:
    try:
        names = x509.load_der_x509_certificate(certificate).subject
    except ValueError:
        return ""
    return next((str(n.value) for n in names.get_attributes_for_oid(NameOID.COMMON_NAME)), "")


def _check(status: int) -> None:
    if status == 403:
        raise _unknown()
    if status == 404:
        raise AccessError("the bridge does not speak CLIP v2", mend="update it in the Hue app")
    if status != 200:
        raise LinkError(f"the bridge answers with the HTTP status {status}")


def _unknown() -> AccessError:
    return AccessError("the bridge knows the hub's key no more", mend=_ADOPT_AGAIN)
