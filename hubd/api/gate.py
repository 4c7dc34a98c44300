"""The way in: every request passes here, and only what a route declares gets through."""

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from prometheus_client import CollectorRegistry, Counter

from hubd.api.documents import ErrorBody, ErrorDocument
from hubd.api.errors import (
    ForeignOriginError,
    InvalidError,
    MalformedError,
    MethodError,
    NotFoundError,
    TooLargeError,
    UnknownHostError,
    status_of,
)
from hubd.api.route import Access, Call, Route, Service
from hubd.api.settings import ApiSettings
from hubd.guard.errors import NotSignedInError, TooManyAttemptsError
from hubd.guard.identity import Identity
from hubd.guard.local import identify, peer_of
from hubd.model.encoding import encode
from hubd.model.errors import HubError

log = logging.getLogger(__name__)

COOKIE = "hubd_session"
LARGEST_BODY = 64 * 1024

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""After the OWASP HTTP Headers Cheat Sheet. No source is allowed inline."""

type AiohttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def encoded(document: object, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    """Return `document` as a JSON response that nobody keeps."""
    return web.Response(
        body=encode(document),
        status=status,
        content_type="application/json",
        headers={hdrs.CACHE_CONTROL: "no-store"},
    )


def is_local(request: web.BaseRequest) -> bool:
    """Say whether `request` came over the Unix socket."""
    connection = _socket(request)
    return connection is not None and connection.family == socket.AF_UNIX


def address_of(request: web.BaseRequest) -> str:
    """Return where `request` came from; of IPv6 the network, since one home has 2^64 addresses."""
    remote = (request.remote or "").partition("%")[0]
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return "local"
    if address.version == 6 and not address.is_loopback:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return remote


def admit(route: Route, service: Service) -> AiohttpHandler:
    """Return the handler of `route`: who asks, whether they may, what they say; then the answer."""

    async def serve(request: web.Request) -> web.StreamResponse:
        _check_same_origin(request)
        caller = None if route.access is Access.OPEN else await _authenticate(request, service)
        if caller is not None and not isinstance(route.access, Access):
            caller.require(route.access)
        query = route.query.from_pairs(_pairs(request)) if route.query is not None else None
        body = route.body.from_json(await _read(request)) if route.body is not None else None
        answer = await route.handler(Call(request, service, caller, body, query))
        if isinstance(answer, web.StreamResponse):
            return answer
        if answer is None:
            return web.Response(status=HTTPStatus.NO_CONTENT)
        return encoded(answer, route.status)

    return serve


async def _authenticate(request: web.Request, service: Service) -> Identity:
    """Return who asks, by the first proof that the request carries. Raises NotSignedInError."""
    connection = _socket(request)
    if connection is not None and connection.family == socket.AF_UNIX:
        return await asyncio.to_thread(identify, peer_of(connection))
    header = request.headers.get(hdrs.AUTHORIZATION)
    if header is not None:
        scheme, _, credentials = header.partition(" ")
        if scheme.casefold() != "bearer":
            raise NotSignedInError(f"The hub knows no authorisation {scheme[:20]!r}, only 'Bearer'")
        return service.guard.by_token(credentials.strip())
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        raise NotSignedInError
    identity = service.guard.by_session(cookie)
    _check_cookie_write(request)
    return identity


def _check_same_origin(request: web.Request) -> None:
    """Refuse what a page of another site sends, by what browsers say of it (Fetch Metadata)."""
    is_socket = request.headers.get(hdrs.UPGRADE, "").casefold() == "websocket"
    if request.method not in _WRITES and not is_socket:
        return
    origin = request.headers.get(hdrs.ORIGIN)
    site = request.headers.get("Sec-Fetch-Site")
    if origin is not None and urlsplit(origin).netloc.casefold() != _host(request):
        raise ForeignOriginError(
            f"A page of {origin[:100]} may not act here", mend="Use the hub's own panel."
        )
    if site is not None and site not in {"same-origin", "none"}:
        raise ForeignOriginError("A page of another site may not act here")


def _check_cookie_write(request: web.Request) -> None:
    """Want proof of the origin where a cookie is the only proof of the person."""
    is_socket = request.headers.get(hdrs.UPGRADE, "").casefold() == "websocket"
    if request.method not in _WRITES and not is_socket:
        return
    if hdrs.ORIGIN not in request.headers and "Sec-Fetch-Site" not in request.headers:
        raise ForeignOriginError(
            "It does not show which page sent this",
            mend="Programs use a token: Authorization: Bearer …; or send the Origin header.",
        )


def _pairs(request: web.Request) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for key, value in request.query.items():
        if key in pairs:
            raise InvalidError(f"{key[:50]!r} is given twice", mend="Give it once.")
        pairs[key] = value
    return pairs


async def _read(request: web.Request) -> bytes:
    if request.content_type != "application/json":
        raise MalformedError(
            f"The body is sent as {request.content_type[:50]!r}",
            mend="Send it with Content-Type: application/json.",
        )
    return await request.read()


def _host(request: web.BaseRequest) -> str:
    # Not request.host, which asks the resolver where there is no such header.
    return request.headers.get(hdrs.HOST, "").casefold()


def _socket(request: web.BaseRequest) -> socket.socket | None:
    transport = request.transport
    return transport.get_extra_info("socket") if transport is not None else None


class Doorkeeper:
    """Turns errors into answers, checks the host, sets headers, and counts."""

    def __init__(self, settings: ApiSettings, metrics: CollectorRegistry) -> None:
        self._settings = settings
        self._requests = Counter(
            "hubd_api_requests", "Requests answered", ["method", "status"], registry=metrics
        )

    @web.middleware
    async def keep(self, request: web.Request, handler: AiohttpHandler) -> web.StreamResponse:
        """Answer `request` by `handler`, or with the error that it met."""
        try:
            self._check_host(request)
            response = await handler(request)
        except Exception as error:  # noqa: BLE001 - each is told
            response = refusal(error, request)
        self._requests.labels(_method(request), str(response.status)).inc()
        return response

    def _check_host(self, request: web.Request) -> None:
        if not is_local(request) and not self._settings.knows_host(_host(request)):
            raise UnknownHostError(
                f"This hub does not go by the name {_host(request)[:100]!r}",
                mend="Use its address, or add the name to api.hosts in hub.toml.",
            )

    async def dress(self, _: web.BaseRequest, response: web.StreamResponse) -> None:
        """Set the security headers, and take away the one that tells our versions."""
        response.headers.update(_SECURITY_HEADERS)
        response.headers.pop(hdrs.SERVER, None)
        if self._settings.tls:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"


def refusal(error: Exception, request: web.Request) -> web.Response:
    """Return how an error is told; one that is none of the hub's own is in its journal."""
    match error:
        case HubError():
            return _told(error)
        case web.HTTPException():
            return _told(_from_aiohttp(error, request))
        case _:
            log.error("%s %s failed", request.method, request.path, exc_info=error)
            what = "Something went wrong inside of the hub"
            body = ErrorBody("internal", what, "The hub's journal says what.")
            return encoded(ErrorDocument(body), HTTPStatus.INTERNAL_SERVER_ERROR)


def _told(error: HubError) -> web.Response:
    status = status_of(error)
    response = encoded(ErrorDocument(ErrorBody(error.code, error.what, error.mend)), status)
    if isinstance(error, TooManyAttemptsError):
        response.headers[hdrs.RETRY_AFTER] = str(error.retry_after_s)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    return response


def _from_aiohttp(error: web.HTTPException, request: web.Request) -> HubError:
    match error:
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            return MethodError(
                f"{_method(request)} is not for this address", mend=f"Use {allowed}."
            )
        case web.HTTPRequestEntityTooLarge():
            return TooLargeError(f"The body has more than {LARGEST_BODY} bytes", mend="Say less.")
        case web.HTTPNotFound():
            return NotFoundError("There is nothing at this address", mend="See /api/openapi.json.")
        case _:
            return MalformedError(error.reason)


def _method(request: web.Request) -> str:
    known = request.method in {*_WRITES, "GET", "HEAD", "OPTIONS"}
    return request.method if known else "other"
