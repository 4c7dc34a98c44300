"""The way to the database: its URL, and how its connections are set up."""

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from hubd.store.errors import StoreError, StoreInUseError, StoreUnreachableError

_BUSY_S = 5.0
_JOURNAL_BYTES = 16 * 1024 * 1024
"""What the write-ahead log shrinks to once it has grown beyond."""
_OPTIONS = ("application_name", "connect_timeout", "options")
_LOCK_KEY = 0x68756264
"""Of PostgreSQL's advisory lock: "hubd"."""


def open_engine(url: str, *, readonly: bool = False) -> Engine:
    """Return the engine of `url`, `sqlite:///FILE` or `postgresql+psycopg://…`.

    With `readonly` nothing is created or changed. Raises StoreError if the URL is of no use.
    """
    backend = url.partition(":")[0]
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend == "sqlite":
            return _sqlite(parsed, readonly=readonly)
        if backend == "postgresql":
            return _postgresql(parsed, readonly=readonly)
    except ModuleNotFoundError as error:
        what = f"The driver of {backend} is not installed ({error.name})"
        raise StoreUnreachableError(what, mend="Install hubd with its extra `postgres`") from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise _useless(backend) from error
    raise _useless(backend)


def _useless(backend: str) -> StoreError:
    what = f"{backend!r} is not a database that hubd can use"
    return StoreError(what, mend="Write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")


def shown(engine: Engine) -> str:
    """Return the database's URL for a person's eyes, without a password and our own options."""
    return engine.url.difference_update_query(_OPTIONS).render_as_string(hide_password=True)


def file_of(engine: Engine) -> Path | None:
    """Return SQLite's file; None for a server."""
    if engine.dialect.name != "sqlite":
        return None
    return Path(engine.url.database or "")


def claim(connection: Connection) -> None:
    """Make this connection the only hub's on its PostgreSQL database, for as long as it lives.

    Raises StoreInUseError if another has it. SQLite's file is locked by lock.py.
    """
    if connection.dialect.name != "postgresql":
        return
    with connection.begin():
        got = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_LOCK_KEY})").scalar()
    if not got:
        what = f"Another hub has {shown(connection.engine)} open"
        raise StoreInUseError(what, mend="Stop it, or give this one a database of its own")


def _sqlite(url: URL, *, readonly: bool) -> Engine:
    if not url.database or url.database == ":memory:":
        what = "A hub's SQLite database must be a file"
        raise StoreError(what, mend="Write sqlite:///FILE (four slashes for a path from the root)")
    path = Path(url.database)
    if readonly and not path.exists():
        what = f"There is no database {path}"
        raise StoreUnreachableError(what, mend="Run the hub once, or correct the URL")
    engine = create_engine(url, connect_args={"timeout": _BUSY_S, "isolation_level": "IMMEDIATE"})

    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        if isinstance(connection, sqlite3.Connection):
            _pragmas(connection, readonly=readonly)

    return engine


def _pragmas(connection: sqlite3.Connection, *, readonly: bool) -> None:
    run = connection.execute
    if readonly:
        run("PRAGMA query_only = ON")
        return
    if run("PRAGMA page_count").fetchone() == (0,):
        run("PRAGMA auto_vacuum = INCREMENTAL")  # of effect before the first page alone
    run("PRAGMA journal_mode = WAL")
    run("PRAGMA synchronous = FULL")  # a commit is on the disk when it returns
    run(f"PRAGMA journal_size_limit = {_JOURNAL_BYTES}")


def _postgresql(url: URL, *, readonly: bool) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    options = "-c timezone=UTC" + (" -c default_transaction_read_only=on" if readonly else "")
    query = {"application_name": "hubd", "connect_timeout": "5", "options": options}
    return create_engine(url.update_query_dict({**query, **url.query}), pool_pre_ping=True)
