"""The tables of guard. They stand in the store's database, which makes and migrates them."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

_BIG: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")


def _big(**options: Any) -> Any:
    return Field(sa_type=_BIG, **options)


class Table(SQLModel):
    """The root of guard's tables; names every constraint, so that migrations can."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class GuardCredential(Table, table=True):
    """A person's password, as its argon2id hash."""

    __tablename__ = "guard_credential"

    person: str = Field(primary_key=True)
    password_hash: str
    changed_us: int = _big()


class GuardSession(Table, table=True):
    """A browser that is signed in. `digest` is the SHA-256 of its secret.

    After a rotation the secret before it, `previous`, is good until `previous_until_us`.
    """

    __tablename__ = "guard_session"

    id: str = Field(primary_key=True)
    person: str
    digest: str = Field(unique=True)
    previous: str = ""
    previous_until_us: int = _big(default=0)
    created_us: int = _big()
    rotated_us: int = _big()
    expires_us: int = _big()


class GuardToken(Table, table=True):
    """A program's key: some of its person's rights. `permissions` are separated by spaces."""

    __tablename__ = "guard_token"

    id: str = Field(primary_key=True)
    person: str
    name: str
    digest: str = Field(unique=True)
    permissions: str
    created_us: int = _big()
    expires_us: int = _big(default=0)


class AuditEntry(Table, table=True):
    """One link of the audit chain: who did what to whom, and the hash over it and its past."""

    __tablename__ = "audit"

    id: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at_us: int = _big()
    source: str
    action: str
    subject: str
    detail: str = ""
    previous: str
    hash: str
