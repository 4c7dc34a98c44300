"""A backup: one file with all that makes the home, from which any database can be made again.

A gzipped tar: `manifest.json`, then every table as lines of JSON (`tables/NAME.ndjson`), whatever
the database is, so that a home can move from SQLite to PostgreSQL and back; then the files of its
configuration (`files/NAME…`). The manifest has the SHA-256 of each. restore.py is the way back.
"""

import hashlib
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

import msgspec
from sqlalchemy import Connection, MetaData, Table, select, text
from sqlalchemy.exc import SQLAlchemyError

from hubd.store import log, schema
from hubd.store.engine import open_engine, shown
from hubd.store.errors import StoreError, StoreUnreachableError, store_error

FORMAT = 1
MANIFEST = "manifest.json"
TABLES = "tables"
FILES = "files"
REVISION_TABLE = "alembic_version"

type Progress = Callable[[str, int], None]
"""Told the table that is at work and how many of its rows are done."""

_encoder = msgspec.json.Encoder()


class BackupError(StoreError):
    """The backup can't be written."""

    code: ClassVar[str] = "store.backup"


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds: rows by table, and SHA-256 by member of the archive."""

    format: int
    hubd: str
    schema: str
    made_us: int
    last_event: int
    rows: dict[str, int]
    sha256: dict[str, str]


def backup(
    url: str, archive: Path, files: Mapping[str, Path], progress: Progress | None = None
) -> Manifest:
    """Write the database at `url` and the `files` (by name; folders too) into the new `archive`.

    The hub may run meanwhile: what is backed up is the database at one moment. The archive
    appears when it is whole. Raises StoreError.
    """
    if archive.exists():
        raise BackupError(f"{archive} is there already", mend="Name a file that is not")
    engine = open_engine(url, readonly=True)
    try:
        with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".backup-") as work:
            members = _file_members(files)
            with engine.connect() as connection:
                rows, last_event, revision = _dump(connection, Path(work), progress)
            members |= {f"{TABLES}/{n}.ndjson": Path(work) / f"{n}.ndjson" for n in rows}
            manifest = Manifest(
                format=FORMAT,
                hubd=version("hubd"),
                schema=revision,
                made_us=time.time_ns() // 1_000,
                last_event=last_event,
                rows=rows,
                sha256={name: digest(path) for name, path in members.items()},
            )
            whole = Path(work) / "whole"
            _pack(whole, manifest, members, Path(work))
            whole.chmod(0o600)  # it has the home's secrets in it
            whole.rename(archive)
    except SQLAlchemyError as error:
        raise store_error(error, shown(engine)) from error
    except OSError as error:
        mend = "Check the path, the rights to it and the room on the disk"
        raise BackupError(f"{archive}: {error.strerror}", mend=mend) from error
    finally:
        engine.dispose()
    return manifest


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tables_of(connection: Connection) -> list[Table]:
    """Return the hub's tables as they are in the database."""
    found = MetaData()
    found.reflect(connection)
    return [t for t in found.sorted_tables if t.name != REVISION_TABLE]


def _dump(
    connection: Connection, folder: Path, progress: Progress | None
) -> tuple[dict[str, int], int, str]:
    """Write each table to `folder`, all as of one moment."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    revision = schema.revision(connection)
    if revision is None:
        where = shown(connection.engine)
        raise StoreUnreachableError(f"{where} has no home in it", mend="Run the hub once")
    last_event = _last_event(connection, revision)
    rows = {}
    for table in tables_of(connection):
        rows[table.name] = count = _dump_table(connection, table, folder)
        if progress is not None:
            progress(table.name, count)
    return rows, last_event, revision


def _last_event(connection: Connection, revision: str) -> int:
    """Return the newest event's id, also of a home that an older hubd wrote."""
    if revision >= schema.GROUPS_SINCE:
        return log.last_id(connection)
    return connection.scalar(text("SELECT max(id) FROM event")) or 0


def _dump_table(connection: Connection, table: Table, folder: Path) -> int:
    query = select(table).order_by(*table.primary_key.columns)
    count = 0
    with (folder / f"{table.name}.ndjson").open("wb") as file:
        for row in connection.execute(query.execution_options(yield_per=log.PAGE)):
            file.write(_encoder.encode(row._asdict()) + b"\n")
            count += 1
    return count


def _file_members(files: Mapping[str, Path]) -> dict[str, Path]:
    members: dict[str, Path] = {}
    for name, path in files.items():
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file())
            members |= {f"{FILES}/{name}/{p.relative_to(path).as_posix()}": p for p in inside}
        elif path.exists():
            members[f"{FILES}/{name}"] = path
    return members


def _pack(whole: Path, manifest: Manifest, members: Mapping[str, Path], work: Path) -> None:
    said = work / MANIFEST
    said.write_bytes(msgspec.json.format(_encoder.encode(manifest)))
    with tarfile.open(whole, "w:gz", compresslevel=6) as tar:
        tar.add(said, MANIFEST)
        for name, path in members.items():
            tar.add(path, name, recursive=False)
