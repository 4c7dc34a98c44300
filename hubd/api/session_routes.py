"""Routes of coming in and going out."""

from aiohttp import web

from hubd.api.documents import Hello, Me
from hubd.api.errors import InvalidError
from hubd.api.gate import COOKIE, address_of, encoded
from hubd.api.requests import OwnerRequest, PasswordRequest, SessionRequest
from hubd.api.route import Access, Call, Route
from hubd.guard.errors import SignInRefusedError
from hubd.guard.guard import SignedIn
from hubd.guard.identity import Identity
from hubd.guard.sessions import IDLE_US
from hubd.model.events import PersonSet
from hubd.model.home import Person, Role
from hubd.model.ids import PersonId, slug
from hubd.model.instant import SECOND_US


async def get_hello(call: Call) -> Hello:
    """Say whether the first owner is still to come."""
    return Hello(call.guard.owner_needed)


async def post_owner(call: Call) -> web.Response:
    """Let the first owner in. A person of the home by that name becomes its owner."""
    said = call.said(OwnerRequest)
    found = call.port.view.home.find_people(said.name)
    owner = (
        Person(found[0].id, found[0].name, Role.OWNER)
        if len(found) == 1
        else Person(PersonId(slug(said.name)), said.name, Role.OWNER)
    )
    signed_in = await call.guard.owner_comes_in(
        said.code,
        owner,
        said.password,
        address_of(call.request),
        lambda: call.port.configure(PersonSet(owner), f"person:{owner.id}"),
    )
    return _welcome(call, signed_in)


async def post_session(call: Call) -> web.Response:
    """Sign in."""
    said = call.said(SessionRequest)
    address = address_of(call.request)
    return _welcome(call, await call.guard.sign_in(said.name, said.password, address))


async def delete_session(call: Call) -> web.Response:
    """Sign out."""
    await call.guard.sign_out(call.identity)
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/")
    return response


async def get_me(call: Call) -> web.Response:
    """Say who is asking; the session's secret is changed here when it is old."""
    response = encoded(_me(call.identity))
    secret = await call.guard.rotate(call.identity)
    if secret is not None:
        _set_cookie(call, response, secret)
    return response


async def put_password(call: Call) -> None:
    """Change one's own password."""
    said = call.said(PasswordRequest)
    person = call.port.view.home.people.get(PersonId(call.identity.person or ""))
    if person is None:
        raise InvalidError("A user of this machine has no password", mend="Name a person.")
    if not await call.guard.password_matches(person.id, said.old, address_of(call.request)):
        raise SignInRefusedError
    await call.guard.set_password(person, said.password, call.identity)


def _me(identity: Identity) -> Me:
    return Me(identity.person, identity.name, identity.role, sorted(identity.permissions))


def _welcome(call: Call, signed_in: SignedIn) -> web.Response:
    response = encoded(_me(signed_in.identity))
    _set_cookie(call, response, signed_in.secret)
    return response


def _set_cookie(call: Call, response: web.Response, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=IDLE_US // SECOND_US,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=call.service.settings.tls,
    )


ROUTES = (
    Route("GET", "/api/hello", Access.OPEN, get_hello, "Is an owner needed?", answer=Hello),
    Route(
        "POST",
        "/api/owner",
        Access.OPEN,
        post_owner,
        "The first owner comes in, by the one-time code in the hub's journal",
        body=OwnerRequest,
        answer=Me,
    ),
    Route("POST", "/api/session", Access.OPEN, post_session, "Sign in", SessionRequest, None, Me),
    Route("DELETE", "/api/session", Access.SIGNED_IN, delete_session, "Sign out"),
    Route("GET", "/api/me", Access.SIGNED_IN, get_me, "Who am I?", answer=Me),
    Route(
        "PUT",
        "/api/me/password",
        Access.SIGNED_IN,
        put_password,
        "Change my password",
        body=PasswordRequest,
    ),
)
