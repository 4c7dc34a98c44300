"""Who is asking, by what proof, and what they may therefore do."""

from enum import StrEnum

from msgspec import Struct

from hubd.guard.errors import NotPermittedError
from hubd.guard.permission import Permission
from hubd.model.home import Role
from hubd.model.ids import PersonId


class Proof(StrEnum):
    """How someone showed who they are."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a kind of proof, not a secret
    LOCAL = "local"


class Identity(Struct, frozen=True):
    """Someone known to the hub, for the length of one request.

    `source` is what their events and claims bear (`person:ann`, `local:root`). `credential` is
    the id of the session or token; revoking that ends everything begun under it. `expires_us` is
    when the proof ends; 0 is never.
    """

    source: str
    name: str
    role: Role
    permissions: frozenset[Permission]
    proof: Proof
    person: PersonId | None = None
    credential: str = ""
    expires_us: int = 0

    def require(self, permission: Permission) -> None:
        """Raise NotPermittedError if `permission` is not among this identity's rights."""
        if permission not in self.permissions:
            what = f"{self.name} may not do this: it needs the right {permission.value!r}"
            raise NotPermittedError(what, mend="Ask an owner of the home for it.")
