"""Routes of people, their tokens, and the audit of both."""

from http import HTTPStatus

from hubd.api.documents import (
    AuditCheck,
    AuditDocument,
    AuditPage,
    NewToken,
    PersonDocument,
    TokenDocument,
)
from hubd.api.errors import ConflictError, InvalidError, NotFoundError
from hubd.api.requests import (
    AuditQuery,
    PasswordRequest,
    PersonChange,
    PersonRequest,
    TokenRequest,
)
from hubd.api.route import Call, Route
from hubd.guard.password import check_new
from hubd.guard.permission import Permission
from hubd.guard.tables import GuardToken
from hubd.model.events import PersonRemoved, PersonSet
from hubd.model.home import Person, Role
from hubd.model.ids import PersonId, slug
from hubd.model.instant import from_us, to_us


async def get_people(call: Call) -> list[PersonDocument]:
    """Return the people of the home."""
    return [_person(call, p) for p in call.port.view.home.people.values()]


async def post_person(call: Call) -> PersonDocument:
    """Add a person."""
    said = call.said(PersonRequest)
    home = call.port.view.home
    person = Person(PersonId(slug(said.name)), said.name, said.role)
    if person.id in home.people or home.find_people(said.name):
        raise ConflictError(f"There is a {said.name!r} already", mend="Take another name.")
    if said.password is not None:
        check_new(said.password, said.name)
    if call.guard.has_proofs(person.id):  # left by someone of that id who is gone
        await call.guard.bar(person.id, call.identity)
    await call.port.configure(PersonSet(person), call.identity.source)
    if said.password is not None:
        await call.guard.set_password(person, said.password, call.identity)
    return _person(call, person)


async def put_person(call: Call) -> PersonDocument:
    """Change a person's name or role; their rights change at once."""
    old, said = _find(call), call.said(PersonChange)
    if any(p.id != old.id for p in call.port.view.home.find_people(said.name)):
        raise ConflictError(f"There is a {said.name!r} already", mend="Take another name.")
    if said.role is not Role.OWNER:
        _check_not_last_owner(call, old)
    person = Person(old.id, said.name, said.role)
    await call.port.configure(PersonSet(person), call.identity.source)
    return _person(call, person)


async def delete_person(call: Call) -> None:
    """Remove a person, with all by which they could come in."""
    person = _find(call)
    _check_not_last_owner(call, person)
    await call.guard.bar(person.id, call.identity)
    await call.port.configure(PersonRemoved(person.id), call.identity.source)


async def put_person_password(call: Call) -> None:
    """Give a person a new password; they are signed out everywhere."""
    await call.guard.set_password(_find(call), call.said(PasswordRequest).password, call.identity)


async def get_tokens(call: Call) -> list[TokenDocument]:
    """Return one's own tokens, or for those who manage people all."""
    sees_all = Permission.MANAGE_PEOPLE in call.identity.permissions
    tokens = call.guard.tokens()
    return [_token(t) for t in tokens if sees_all or t.person == call.identity.person]


async def post_token(call: Call) -> NewToken:
    """Make a token."""
    said = call.said(TokenRequest)
    expires_us = to_us(said.expires) if said.expires is not None else 0
    if said.expires is not None and expires_us <= call.guard.now_us():
        raise InvalidError(f"{said.expires.isoformat()} is past", mend="Send a time to come.")
    text, token = await call.guard.make_token(
        call.identity, said.name, frozenset(said.permissions), expires_us
    )
    return NewToken(_token(token), text)


async def delete_token(call: Call) -> None:
    """Revoke a token."""
    await call.guard.revoke_token(call.path("id"), call.identity)


async def get_audit(call: Call) -> AuditPage:
    """Return a page of the audit."""
    asked = call.asked(AuditQuery)
    entries = await call.guard.audit(before=asked.before, limit=asked.limit)
    return AuditPage(
        entries=[
            AuditDocument(e.id, from_us(e.at_us), e.source, e.action, e.subject, e.detail, e.hash)
            for e in entries
        ],
        next_before=entries[-1].id if len(entries) >= asked.limit else None,
    )


async def get_audit_check(call: Call) -> AuditCheck:
    """Read the whole audit, and say whether it holds."""
    broken = await call.guard.verify_audit()
    return AuditCheck(
        broken is None, None if broken is None else f"Entry {broken.entry}: {broken.reason}"
    )


def _check_not_last_owner(call: Call, person: Person) -> None:
    others = (p for p in call.port.view.home.people.values() if p.id != person.id)
    if person.role is Role.OWNER and not any(
        p.role is Role.OWNER and call.guard.can_sign_in(p.id) for p in others
    ):
        raise ConflictError(f"{person.name} is the last owner", mend="Make another one first.")


def _find(call: Call) -> Person:
    person = call.port.view.home.people.get(PersonId(call.path("id")))
    if person is None:
        raise NotFoundError(f"There is no person {call.path('id')!r}", mend="See /api/people.")
    return person


def _person(call: Call, it: Person) -> PersonDocument:
    return PersonDocument(it.id, it.name, it.role, call.guard.can_sign_in(it.id))


def _token(it: GuardToken) -> TokenDocument:
    return TokenDocument(
        id=it.id,
        name=it.name,
        person=PersonId(it.person),
        permissions=it.permissions.split(),
        created=from_us(it.created_us),
        expires=from_us(it.expires_us) if it.expires_us else None,
    )


ROUTES = (
    Route(
        "GET",
        "/api/people",
        Permission.MANAGE_PEOPLE,
        get_people,
        "The people of the home, and who can sign in",
        answer=list[PersonDocument],
    ),
    Route(
        "POST",
        "/api/people",
        Permission.MANAGE_PEOPLE,
        post_person,
        "Add a person",
        body=PersonRequest,
        answer=PersonDocument,
        status=HTTPStatus.CREATED,
    ),
    Route(
        "PUT",
        "/api/people/{id}",
        Permission.MANAGE_PEOPLE,
        put_person,
        "Change a person's name or role",
        body=PersonChange,
        answer=PersonDocument,
    ),
    Route("DELETE", "/api/people/{id}", Permission.MANAGE_PEOPLE, delete_person, "Remove a person"),
    Route(
        "PUT",
        "/api/people/{id}/password",
        Permission.MANAGE_PEOPLE,
        put_person_password,
        "Give a person a new password",
        body=PasswordRequest,
    ),
    Route(
        "GET",
        "/api/tokens",
        Permission.MANAGE_TOKENS,
        get_tokens,
        "Tokens, without their text",
        answer=list[TokenDocument],
    ),
    Route(
        "POST",
        "/api/tokens",
        Permission.MANAGE_TOKENS,
        post_token,
        "Make a token; its text is shown this once",
        body=TokenRequest,
        answer=NewToken,
        status=HTTPStatus.CREATED,
    ),
    Route("DELETE", "/api/tokens/{id}", Permission.MANAGE_TOKENS, delete_token, "Revoke a token"),
    Route(
        "GET",
        "/api/audit",
        Permission.MANAGE_PEOPLE,
        get_audit,
        "The audit, newest first",
        query=AuditQuery,
        answer=AuditPage,
    ),
    Route(
        "GET",
        "/api/audit/check",
        Permission.MANAGE_PEOPLE,
        get_audit_check,
        "Does the whole audit hold?",
        answer=AuditCheck,
    ),
)
