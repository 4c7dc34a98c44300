"""The guard: signs people in, knows tokens and sessions, and says who is asking.

Who a person is and which role they have stands in the home (configuration events); here are only
their proofs. Rights are looked up at each request, so a changed role counts at once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence

from msgspec import Struct
from sqlalchemy import Engine
from sqlmodel import SQLModel

from hubd.core.home import Home
from hubd.guard.audit import Act, Broken, Note
from hubd.guard.backoff import Backoff
from hubd.guard.errors import (
    CodeRefusedError,
    NoSuchTokenError,
    NotSignedInError,
    SignInRefusedError,
)
from hubd.guard.identity import Identity, Proof
from hubd.guard.owner_code import OwnerCode
from hubd.guard.password import Passwords, check_new
from hubd.guard.permission import RIGHTS, Permission
from hubd.guard.registry import Registry
from hubd.guard.secret import new_secret
from hubd.guard.sessions import ROTATE_US, Sessions, begin, rotated
from hubd.guard.tables import AuditEntry, GuardCredential, GuardSession, GuardToken
from hubd.guard.tokens import PREFIX, Tokens, mint, scope
from hubd.model.home import Person, Role
from hubd.model.ids import PersonId

_MOST_SESSIONS = 20
"""A person's oldest session ends when they sign in once more."""


def wall_us() -> int:
    """Return the machine's time in microseconds."""
    return time.time_ns() // 1000


class SignedIn(Struct, frozen=True):
    """A session that began: the secret for its cookie, and who has it."""

    secret: str
    identity: Identity


class Guard:
    """Who may come in. Call `open` before anything else.

    `home` gives the registry as it is now, `now_us` the machine's own time (not the home's, which
    may be played faster). Reading never blocks; what changes anything is durable, with its audit
    entry, when it returns.
    """

    def __init__(
        self, engine: Engine, home: Callable[[], Home], now_us: Callable[[], int] = wall_us
    ) -> None:
        self._registry = Registry(engine)
        self._home = home
        self.now_us = now_us
        self._passwords = Passwords()
        self._owner_code = OwnerCode()
        self._per_name = Backoff(longest_s=60)
        self._per_address = Backoff(longest_s=900)
        self._credentials: dict[str, GuardCredential] = {}
        self._sessions = Sessions()
        self._tokens = Tokens()
        self._changing = asyncio.Lock()
        self._on_revoked: list[Callable[[str], None]] = []

    async def open(self) -> None:
        """Load what is kept."""
        kept = await asyncio.to_thread(self._registry.load)
        self._credentials = {row.person: row for row in kept.credentials}
        self._sessions = Sessions(kept.sessions)
        self._tokens = Tokens(kept.tokens)

    def on_revoked(self, callback: Callable[[str], None]) -> None:
        """Call `callback` with the id of each session or token that is revoked."""
        self._on_revoked.append(callback)

    # the first owner

    @property
    def owner_needed(self) -> bool:
        """Say whether no owner can sign in yet."""
        return not any(
            p.role is Role.OWNER and p.id in self._credentials for p in self._home().people.values()
        )

    async def issue_owner_code(self) -> str:
        """Return a new one-time code, for the journal."""
        code = self._owner_code.issue(self.now_us())
        await self._commit(self._note("hub", Act.OWNER_CODE_ISSUED, "owner"))
        return code

    async def owner_comes_in(
        self,
        code: str,
        owner: Person,
        password: str,
        address: str,
        join: Callable[[], Awaitable[object]],
    ) -> SignedIn:
        """Make `owner` the first owner, by the one-time code.

        `join` makes them a person of the home, durably. Raises CodeRefusedError,
        PasswordRefusedError, TooManyAttemptsError.
        """
        now_us = self.now_us()
        self._per_address.check(address, now_us)
        check_new(password, owner.name)
        async with self._changing:
            self._per_address.failed(address, now_us)
            if not self.owner_needed:
                raise CodeRefusedError
            self._owner_code.check(code, now_us)
            self._per_address.succeeded(address)
            self._owner_code.void()
            await join()
            credential = await self._credential(owner.id, password)
            note = self._note(_source(owner.id), Act.OWNER_CAME_IN, owner.id, address)
            await self._commit(note, put=[credential])
            self._credentials[owner.id] = credential
        return await self._begin(owner, address)

    # sessions

    async def sign_in(self, name: str, password: str, address: str) -> SignedIn:
        """Begin a session for the person `name`, asking from `address`.

        Raises SignInRefusedError (which does not tell a wrong name from a wrong password) and
        TooManyAttemptsError.
        """
        now_us = self.now_us()
        key = name.casefold()
        self._per_address.check(address, now_us)
        self._per_name.check(key, now_us)
        # Counted before it is known to fail, so that guesses sent all at once are counted too.
        self._per_address.failed(address, now_us)
        self._per_name.failed(key, now_us)
        person = self._who_signs_in_as(name)
        stored = self._credentials[person.id].password_hash if person is not None else None
        matches = await self._passwords.matches(password, stored)
        if person is None or not matches:
            await self._commit(self._note("anyone", Act.SIGN_IN_FAILED, name, address))
            raise SignInRefusedError
        self._per_address.succeeded(address)
        self._per_name.succeeded(key)
        return await self._begin(person, address)

    async def sign_out(self, identity: Identity) -> None:
        """End the session that `identity` came with; does nothing for other proofs."""
        row = self._sessions.get(identity.credential)
        if identity.proof is Proof.SESSION and row is not None:
            async with self._changing:
                note = self._note(identity.source, Act.SIGNED_OUT, identity.credential)
                await self._commit(note, drop=[row])
                self._sessions.drop(row)
            self._revoked([row.id])

    async def rotate(self, identity: Identity) -> str | None:
        """Return a new secret for the session if it is time for one, else None."""
        now_us = self.now_us()
        async with self._changing:
            row = self._sessions.get(identity.credential)
            due = row is not None and now_us >= row.rotated_us + ROTATE_US
            if identity.proof is not Proof.SESSION or row is None or not due:
                return None
            secret = new_secret()
            fresh = rotated(row, secret, now_us)
            await self._commit(
                self._note(identity.source, Act.SESSION_ROTATED, row.id), put=[fresh]
            )
            self._sessions.put(fresh)
        return secret

    def by_session(self, secret: str) -> Identity:
        """Return who has the session of `secret`. Raises NotSignedInError."""
        row = self._sessions.find(secret, self.now_us())
        if row is None:
            raise NotSignedInError("Your session is over")
        return self._identity_of_session(row)

    def by_token(self, text: str) -> Identity:
        """Return who has the token `text`. Raises NotSignedInError."""
        row = self._tokens.find(text)
        if row is None:
            raise NotSignedInError("The token is unknown or revoked")
        return self._identity_of_token(row)

    def renew(self, identity: Identity) -> Identity:
        """Return `identity` with the rights it has now. Raises NotSignedInError if it has none.

        For what outlives a request, such as a WebSocket.
        """
        if identity.proof is Proof.LOCAL:
            return identity
        if identity.proof is Proof.SESSION:
            row = self._sessions.get(identity.credential)
            if row is None or self.now_us() >= row.expires_us:
                raise NotSignedInError("Your session is over")
            return self._identity_of_session(row)
        token = self._tokens.get(identity.credential)
        if token is None:
            raise NotSignedInError("The token is unknown or revoked")
        return self._identity_of_token(token)

    # passwords

    def can_sign_in(self, person: PersonId) -> bool:
        """Say whether `person` has a password."""
        return person in self._credentials

    def has_proofs(self, person: PersonId) -> bool:
        """Say whether `person` has a password, a session or a token."""
        return (
            self.can_sign_in(person)
            or bool(self._sessions.of(person))
            or bool(self._tokens.of(person))
        )

    async def password_matches(self, person: PersonId, password: str, address: str) -> bool:
        """Say whether `password` is the one of `person`. Raises TooManyAttemptsError."""
        now_us = self.now_us()
        self._per_address.check(address, now_us)
        self._per_address.failed(address, now_us)
        row = self._credentials.get(person)
        matches = await self._passwords.matches(password, row.password_hash if row else None)
        if matches:
            self._per_address.succeeded(address)
        return matches

    async def set_password(self, person: Person, password: str, by: Identity) -> None:
        """Give `person` the new `password`, and end all their sessions but `by`'s own.

        Raises PasswordRefusedError.
        """
        check_new(password, person.name)
        async with self._changing:
            credential = await self._credential(person.id, password)
            ended = [s for s in self._sessions.of(person.id) if s.id != by.credential]
            note = self._note(by.source, Act.PASSWORD_SET, person.id)
            await self._commit(note, put=[credential], drop=ended)
            self._credentials[person.id] = credential
            for row in ended:
                self._sessions.drop(row)
        self._revoked([row.id for row in ended])

    async def bar(self, person: PersonId, by: Identity) -> None:
        """Take password, sessions and tokens from `person`."""
        async with self._changing:
            credential = self._credentials.get(person)
            sessions = self._sessions.of(person)
            tokens = self._tokens.of(person)
            rows: list[SQLModel] = [*sessions, *tokens]
            if credential is not None:
                rows.append(credential)
            await self._commit(self._note(by.source, Act.PERSON_BARRED, person), drop=rows)
            self._credentials.pop(person, None)
            for session in sessions:
                self._sessions.drop(session)
            for token in tokens:
                self._tokens.drop(token)
        self._revoked([*(s.id for s in sessions), *(t.id for t in tokens)])

    # tokens

    def tokens(self, person: PersonId | None = None) -> list[GuardToken]:
        """Return the tokens of `person`, or of everybody."""
        return self._tokens.of(person)

    async def make_token(
        self, by: Identity, name: str, permissions: frozenset[Permission], expires_us: int = 0
    ) -> tuple[str, GuardToken]:
        """Return a new token of `by`'s person, and its record; the text is shown this once.

        Raises what tokens.mint raises.
        """
        text = PREFIX + new_secret()
        row = mint(by, name, permissions, text, self.now_us(), expires_us)
        async with self._changing:
            note = self._note(by.source, Act.TOKEN_MADE, row.id, f"{name}: {row.permissions}")
            await self._commit(note, put=[row])
            self._tokens.put(row)
        return text, row

    async def revoke_token(self, token: str, by: Identity) -> None:
        """End the token of that id. Raises NoSuchTokenError, also for what is not `by`'s to end."""
        async with self._changing:
            row = self._tokens.get(token)
            everyones = Permission.MANAGE_PEOPLE in by.permissions
            if row is None or not (everyones or row.person == by.person):
                raise NoSuchTokenError(f"There is no token {token!r}")
            await self._commit(self._note(by.source, Act.TOKEN_REVOKED, row.id), drop=[row])
            self._tokens.drop(row)
        self._revoked([row.id])

    # the audit

    async def audit(self, *, before: int = 0, limit: int = 100) -> Sequence[AuditEntry]:
        """Return entries of the audit, newest first, those before the id `before`."""
        return await asyncio.to_thread(lambda: self._registry.audit(before=before, limit=limit))

    async def note(self, by: Identity, action: Act, subject: str, detail: str = "") -> None:
        """Write to the audit what `by` did elsewhere in the hub; returns when it is durable."""
        async with self._changing:
            await self._commit(self._note(by.source, action, subject, detail))

    async def verify_audit(self) -> Broken | None:
        """Return the first break in the audit; None if it holds."""
        return await asyncio.to_thread(self._registry.verify_audit)

    # within

    async def _begin(self, person: Person, address: str) -> SignedIn:
        now_us = self.now_us()
        secret = new_secret()
        async with self._changing:
            row = begin(person.id, secret, now_us)
            ended = {s.id: s for s in self._sessions.expired(now_us)}
            ended |= {s.id: s for s in self._sessions.of(person.id)[: 1 - _MOST_SESSIONS]}
            note = self._note(_source(person.id), Act.SIGNED_IN, row.id, address)
            await self._commit(note, put=[row], drop=list(ended.values()))
            for old in ended.values():
                self._sessions.drop(old)
            self._sessions.put(row)
        self._revoked(ended)
        return SignedIn(secret, self._identity_of_session(row))

    def _who_signs_in_as(self, name: str) -> Person | None:
        found = [p for p in self._home().find_people(name) if p.id in self._credentials]
        return found[0] if len(found) == 1 else None

    def _identity_of_session(self, row: GuardSession) -> Identity:
        return self._identity(row, Proof.SESSION, frozenset(Permission))

    def _identity_of_token(self, row: GuardToken) -> Identity:
        if row.expires_us and self.now_us() >= row.expires_us:
            raise NotSignedInError("The token is too old")
        return self._identity(row, Proof.TOKEN, scope(row))

    def _identity(
        self, row: GuardSession | GuardToken, proof: Proof, within: frozenset[Permission]
    ) -> Identity:
        person = self._home().people.get(PersonId(row.person))
        if person is None:
            raise NotSignedInError("You are no longer one of the people of this home")
        return Identity(
            source=_source(person.id),
            name=person.name,
            role=person.role,
            permissions=RIGHTS[person.role] & within,
            proof=proof,
            person=person.id,
            credential=row.id,
            expires_us=row.expires_us,
        )

    async def _credential(self, person: PersonId, password: str) -> GuardCredential:
        password_hash = await self._passwords.hash(password)
        return GuardCredential(person=person, password_hash=password_hash, changed_us=self.now_us())

    def _note(self, source: str, action: Act, subject: str, detail: str = "") -> Note:
        return Note(self.now_us(), source, action, subject, detail)

    async def _commit(
        self, note: Note, *, put: Sequence[SQLModel] = (), drop: Sequence[SQLModel] = ()
    ) -> None:
        await asyncio.to_thread(lambda: self._registry.commit(note, put=put, drop=drop))

    def _revoked(
        self, credentials: Iterator[str] | Sequence[str] | dict[str, GuardSession]
    ) -> None:
        for credential in credentials:
            for callback in self._on_revoked:
                callback(credential)


def _source(person: PersonId) -> str:
    return f"person:{person}"
