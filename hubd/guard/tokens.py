"""Tokens: what a new one may be, and the index to find them by."""

from collections.abc import Iterable

from hubd.guard.errors import NotSignedInError
from hubd.guard.identity import Identity, Proof
from hubd.guard.permission import Permission
from hubd.guard.secret import digest, new_id
from hubd.guard.tables import GuardToken
from hubd.model.ids import PersonId

PREFIX = "hubd_"
"""Lets those who search for leaked secrets know our tokens."""


def mint(
    by: Identity,
    name: str,
    permissions: frozenset[Permission],
    text: str,
    now_us: int,
    expires_us: int,
) -> GuardToken:
    """Return the record of a new token `text` of `by`'s person; it ends at `expires_us`, or never.

    A token that was made with a token does not outlive it. Raises NotPermittedError if
    `permissions` go beyond `by`'s own, NotSignedInError if `by` is no person.
    """
    for permission in sorted(permissions):
        by.require(permission)
    if by.person is None:
        raise NotSignedInError("A token belongs to a person, and you came as a user of the machine")
    maker_ends_us = by.expires_us if by.proof is Proof.TOKEN else 0
    ends_us = [end for end in (expires_us, maker_ends_us) if end]
    return GuardToken(
        id=new_id(),
        person=by.person,
        name=name,
        digest=digest(text),
        permissions=" ".join(sorted(permissions)),
        created_us=now_us,
        expires_us=min(ends_us, default=0),
    )


def scope(row: GuardToken) -> frozenset[Permission]:
    """Return the rights of a token. Those that no longer exist are left out."""
    return frozenset(Permission(p) for p in row.permissions.split() if p in Permission)


class Tokens:
    """All tokens, in memory, by id and by digest."""

    def __init__(self, rows: Iterable[GuardToken] = ()) -> None:
        self._by_id = {row.id: row for row in rows}
        self._by_digest = {row.digest: row for row in self._by_id.values()}

    def find(self, text: str) -> GuardToken | None:
        """Return the token `text`; None if there is none."""
        return self._by_digest.get(digest(text))

    def get(self, token: str) -> GuardToken | None:
        """Return the token of that id; None if there is none."""
        return self._by_id.get(token)

    def put(self, row: GuardToken) -> None:
        """Keep `row`."""
        self._by_id[row.id] = row
        self._by_digest[row.digest] = row

    def drop(self, row: GuardToken) -> None:
        """Forget `row`."""
        self._by_id.pop(row.id, None)
        self._by_digest.pop(row.digest, None)

    def of(self, person: PersonId | None) -> list[GuardToken]:
        """Return the tokens of `person`, or of everybody for None."""
        return [row for row in self._by_id.values() if person is None or row.person == person]
