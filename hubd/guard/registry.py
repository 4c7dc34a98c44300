"""Guard's tables on an engine: every change and its audit entry are one durable transaction."""

import threading
from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, col, select

from hubd.guard.audit import Broken, Note, link, verify
from hubd.guard.errors import NotKeptError
from hubd.guard.tables import AuditEntry, GuardCredential, GuardSession, GuardToken


class Kept(Struct, frozen=True):
    """All credentials, sessions and tokens, as they stand."""

    credentials: Sequence[GuardCredential]
    sessions: Sequence[GuardSession]
    tokens: Sequence[GuardToken]


class Registry:
    """Reads and writes guard's tables. Blocks: to be called from a worker thread.

    `engine` must commit durably (SQLite: synchronous=FULL): what `commit` returned from is kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = threading.Lock()

    def load(self) -> Kept:
        """Return all that is kept."""
        with self._session() as session:
            return Kept(
                session.exec(select(GuardCredential)).all(),
                session.exec(select(GuardSession)).all(),
                session.exec(select(GuardToken)).all(),
            )

    def commit(
        self, note: Note, *, put: Sequence[SQLModel] = (), drop: Sequence[SQLModel] = ()
    ) -> None:
        """Write the rows `put`, delete the rows `drop` and append `note`, all or nothing.

        Raises NotKeptError if the database does not take them.
        """
        try:
            with self._writing, self._session() as session, session.begin():
                for row in put:
                    session.merge(row)
                for row in drop:
                    session.delete(session.merge(row))
                session.add(link(_last(session), note))
        except SQLAlchemyError as error:
            what = f"The database did not take it: {' '.join(str(error).splitlines()[:1])}"
            raise NotKeptError(what, mend="See that the disk has room and is writable.") from error

    def audit(self, *, before: int = 0, limit: int = 100) -> Sequence[AuditEntry]:
        """Return the newest entries of the audit (those before the id `before`), newest first."""
        with self._session() as session:
            query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
            if before:
                query = query.where(AuditEntry.id < before)
            return session.exec(query).all()

    def verify_audit(self) -> Broken | None:
        """Read the whole audit and return its first break, None if it holds."""
        with self._session() as session:
            query = select(AuditEntry).order_by(col(AuditEntry.id))
            return verify(session.exec(query.execution_options(yield_per=1000)))

    def _session(self) -> Session:
        return Session(self._engine, expire_on_commit=False)


def _last(session: Session) -> AuditEntry | None:
    return session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(1)).first()
