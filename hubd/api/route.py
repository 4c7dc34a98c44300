"""What a route is: declared as data, with the right that it needs. What serves it is in gate.py."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CollectorRegistry

from hubd.api.port import HomePort
from hubd.api.requests import Body, Query
from hubd.api.settings import ApiSettings
from hubd.guard.errors import NotSignedInError
from hubd.guard.guard import Guard
from hubd.guard.identity import Identity
from hubd.guard.permission import Permission

if TYPE_CHECKING:
    from hubd.api.live import Live


class Access(Enum):
    """What a route needs that needs no particular right."""

    OPEN = "open"
    """Nothing: for those who are not signed in."""
    SIGNED_IN = "signed_in"
    """To be signed in, as whomever."""


@dataclass(frozen=True, slots=True)
class Service:
    """What the handlers work with."""

    port: HomePort
    guard: Guard
    settings: ApiSettings
    live: "Live"
    metrics: CollectorRegistry


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as a handler sees it: authorised, its body and query checked."""

    request: web.Request
    service: Service
    caller: Identity | None
    body: Body | None
    query: Query | None

    @property
    def identity(self) -> Identity:
        """Who is asking. Raises NotSignedInError on an open route."""
        if self.caller is None:
            raise NotSignedInError
        return self.caller

    @property
    def port(self) -> HomePort:
        """The home."""
        return self.service.port

    @property
    def guard(self) -> Guard:
        """The guard."""
        return self.service.guard

    def path(self, name: str) -> str:
        """Return a variable part of the path."""
        return self.request.match_info[name]

    def said[B: Body](self, model: type[B]) -> B:
        """Return the body, which the route declares to be `model`."""
        if not isinstance(self.body, model):
            raise TypeError(f"{self.request.path} declares no {model.__name__}")
        return self.body

    def asked[Q: Query](self, model: type[Q]) -> Q:
        """Return the query, which the route declares to be `model`."""
        if not isinstance(self.query, model):
            raise TypeError(f"{self.request.path} declares no {model.__name__}")
        return self.query


type Handler = Callable[[Call], Awaitable[object]]
"""Returns the document to answer with, None for no content, or a whole response."""


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the API.

    `access` is what it needs; there is no default. `answer` is the type of the document that a
    success gives, or its media type where it is no JSON.
    """

    method: str
    path: str
    access: Permission | Access
    handler: Handler
    summary: str
    body: type[Body] | None = None
    query: type[Query] | None = None
    answer: object = None
    status: HTTPStatus = HTTPStatus.OK
