"""What can go wrong with the store, and how to mend it."""

import sqlite3
from typing import ClassVar

from sqlalchemy.exc import DBAPIError

from hubd.model.errors import HubError


class StoreError(HubError):
    """The store can't do what was asked of it."""

    code: ClassVar[str] = "store"


class StoreUnreachableError(StoreError):
    """The database can't be opened or reached."""

    code: ClassVar[str] = "store.unreachable"


class StoreInUseError(StoreError):
    """Another hub has this database open for writing."""

    code: ClassVar[str] = "store.in_use"


class SchemaTooNewError(StoreError):
    """The database was written by a newer hubd."""

    code: ClassVar[str] = "store.newer_schema"


class StoreCorruptError(StoreError):
    """The database's content is damaged."""

    code: ClassVar[str] = "store.corrupt"


class StoreReadOnlyError(StoreError):
    """The database can't be written to."""

    code: ClassVar[str] = "store.read_only"


class StoreFullError(StoreError):
    """No room is left on the disk."""

    code: ClassVar[str] = "store.full"


class StoreBusyError(StoreError):
    """Another program holds the database for now."""

    code: ClassVar[str] = "store.busy"


class StoreConflictError(StoreError):
    """An event's id is in the log already."""

    code: ClassVar[str] = "store.conflict"


class StoreClosedError(StoreError):
    """The store was closed."""

    code: ClassVar[str] = "store.closed"


_MEND: dict[type[StoreError], str] = {
    StoreError: "The database's own words say more",
    StoreUnreachableError: "Check the URL, that the folder or server exists, and the rights to it",
    StoreCorruptError: "Restore the newest backup with `hubd restore`",
    StoreReadOnlyError: "Give hubd's user the right to write to the file and its folder",
    StoreFullError: "Free some space, or keep less history; hubd tries again by itself",
    StoreBusyError: "Close the other program that uses the database; hubd tries again by itself",
    StoreConflictError: "Two hubs may have written to one log; stop one of them",
}

_SQLITE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: StoreBusyError,
    sqlite3.SQLITE_LOCKED: StoreBusyError,
    sqlite3.SQLITE_READONLY: StoreReadOnlyError,
    sqlite3.SQLITE_PERM: StoreReadOnlyError,
    sqlite3.SQLITE_CORRUPT: StoreCorruptError,
    sqlite3.SQLITE_NOTADB: StoreCorruptError,
    sqlite3.SQLITE_FULL: StoreFullError,
    sqlite3.SQLITE_CANTOPEN: StoreUnreachableError,
    sqlite3.SQLITE_IOERR: StoreUnreachableError,
    sqlite3.SQLITE_CONSTRAINT: StoreConflictError,
}
"""By primary result code, https://sqlite.org/rescode.html."""

_POSTGRESQL: tuple[tuple[str, type[StoreError]], ...] = (
    ("08", StoreUnreachableError),
    ("28", StoreUnreachableError),
    ("3D", StoreUnreachableError),
    ("57", StoreUnreachableError),
    ("23", StoreConflictError),
    ("25006", StoreReadOnlyError),
    ("42501", StoreReadOnlyError),
    ("40", StoreBusyError),
    ("55P03", StoreBusyError),
    ("53", StoreFullError),
    ("58", StoreUnreachableError),
    ("XX", StoreCorruptError),
)
"""By class or code of SQLSTATE, PostgreSQL manual, appendix A."""


def store_error(error: Exception, where: str) -> StoreError:
    """Return `error` as one of the store's own; `where` names the database for a person."""
    if isinstance(error, StoreError):
        return error
    kind = _kind(error)
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = " ".join(str(cause).split()) or type(cause).__name__
    return kind(f"{where}: {said}", mend=_MEND[kind])


def conflict(event: int, where: str) -> StoreConflictError:
    """Return the error of an `event` that the log has already."""
    what = f"{where}: the event {event} is in the log already"
    return StoreConflictError(what, mend=_MEND[StoreConflictError])


def _kind(error: Exception) -> type[StoreError]:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):  # bare, where it comes from setting a connection up
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return _SQLITE.get(code & 0xFF, StoreError)
    if not isinstance(error, DBAPIError):
        return StoreUnreachableError if isinstance(error, OSError) else StoreError
    state: str | None = getattr(cause, "sqlstate", None)
    if state is None:
        return StoreUnreachableError if error.connection_invalidated or _lost(error) else StoreError
    return next((kind for prefix, kind in _POSTGRESQL if state.startswith(prefix)), StoreError)


def _lost(error: DBAPIError) -> bool:
    return type(error.orig).__name__ == "OperationalError"
