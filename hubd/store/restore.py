"""The way back from a backup: checked first, made beside what is there, then swapped.

What was there before is kept: SQLite's file and the configuration as `NAME.before-TIME`, the
tables of PostgreSQL in a schema `before_TIME`.
"""

import os
import shutil
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, Engine, LargeBinary, MetaData, Table, insert
from sqlalchemy.exc import SQLAlchemyError

from hubd.store import log, schema
from hubd.store.backup import FILES, FORMAT, MANIFEST, TABLES, Manifest, digest, tables_of
from hubd.store.engine import claim, file_of, open_engine, shown
from hubd.store.errors import StoreError, store_error
from hubd.store.lock import FileLock


class RestoreError(StoreError):
    """The backup can't be restored; nothing was changed."""

    code: ClassVar[str] = "store.restore"


class Restored(msgspec.Struct, frozen=True):
    """What was restored, and where what was there before is kept."""

    manifest: Manifest
    before: tuple[str, ...]


def restore(archive: Path, url: str, places: Mapping[str, Path]) -> Restored:
    """Put the home in `archive` in place of the database at `url` and of the files at `places`.

    The hub must not run. Nothing is touched before all of the archive is found whole. Raises
    StoreError; then all is as it was.
    """
    engine = open_engine(url)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    try:
        with ExitStack() as stack:
            path = file_of(engine)
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                stack.enter_context(FileLock(path))
            work = Path(
                stack.enter_context(
                    tempfile.TemporaryDirectory(
                        dir=path.parent if path is not None else None, prefix=".restore-"
                    )
                )
            )
            manifest = _unpack(archive, work)
            swaps = _Swaps(stamp)
            try:
                before = _swap_all(engine, manifest, work, places, swaps)
            except BaseException:
                swaps.undo()
                raise
    except SQLAlchemyError as error:
        raise store_error(error, shown(engine)) from error
    except OSError as error:
        mend = "Check the paths, the rights to them and the room on the disk"
        raise RestoreError(f"{error.filename or archive}: {error.strerror}", mend=mend) from error
    finally:
        engine.dispose()
    return Restored(manifest, tuple(before))


def _swap_all(
    engine: Engine, manifest: Manifest, work: Path, places: Mapping[str, Path], swaps: "_Swaps"
) -> list[str]:
    """Make the database beside the old one, then put files and database in place."""
    build = _sqlite if file_of(engine) is not None else _postgresql
    with build(engine, manifest, work, swaps.stamp) as put_in_place:
        for name, new in _restored_files(manifest, work).items():
            if name not in places:
                what = f"The backup has {name!r}, and no place is given for it"
                raise RestoreError(what, mend="Use a configuration that names it")
            swaps.put(new, places[name])
        return [*put_in_place(), *map(str, swaps.kept)]


def _unpack(archive: Path, work: Path) -> Manifest:
    """Unpack into `work` and check every member against the manifest."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(work, filter="data")
        manifest = msgspec.json.decode((work / MANIFEST).read_bytes(), type=Manifest)
    except (tarfile.TarError, zlib.error, EOFError, ValueError, OverflowError) as error:
        raise _damaged(archive, str(error)) from error
    except OSError as error:
        if not archive.exists() or error.filename == str(archive):
            raise
        raise _damaged(archive, str(error)) from error
    if manifest.format != FORMAT:
        what = f"{archive} is a backup of the format {manifest.format}, known is {FORMAT}"
        raise RestoreError(what, mend="Restore it with the hubd that made it, or a newer one")
    schema.check_known(manifest.schema, str(archive))
    there = {p.relative_to(work).as_posix() for p in work.rglob("*") if p.is_file()} - {MANIFEST}
    if there != set(manifest.sha256):
        odd = sorted(there ^ set(manifest.sha256))
        raise _damaged(archive, f"{odd[0]} is missing or too much")
    for name, wished in manifest.sha256.items():
        if digest(work / name) != wished:
            raise _damaged(archive, f"{name} is not what was backed up")
    return manifest


def _damaged(archive: Path, how: str) -> RestoreError:
    return RestoreError(f"{archive} is damaged: {how}", mend="Use another backup")


def _restored_files(manifest: Manifest, work: Path) -> dict[str, Path]:
    names = {n.split("/")[1] for n in manifest.sha256 if n.startswith(f"{FILES}/")}
    return {name: work / FILES / name for name in sorted(names)}


def _load(connection: Connection, manifest: Manifest, work: Path) -> None:
    """Fill the empty tables of the backup's schema."""
    schema.migrate(connection, manifest.schema)
    tables = {t.name: t for t in tables_of(connection)}
    if missing := set(manifest.rows) - set(tables):
        raise RestoreError(f"The schema {manifest.schema} has no table {min(missing)}")
    for name, count in manifest.rows.items():
        loaded = 0
        for rows in _pages(tables[name], work / TABLES / f"{name}.ndjson"):
            connection.execute(insert(tables[name]), rows)
            loaded += len(rows)
        if loaded != count:
            raise RestoreError(f"{name} has {loaded} rows, the manifest says {count}")


def _pages(table: Table, path: Path) -> Iterator[list[dict[str, Any]]]:
    decoder = msgspec.json.Decoder(dict[str, Any])
    binary = [c.name for c in table.columns if isinstance(c.type, LargeBinary)]
    page: list[dict[str, Any]] = []
    with path.open("rb") as lines:
        for line in lines:
            row = decoder.decode(line)
            for name in binary:
                row[name] = msgspec.convert(row[name], bytes)
            page.append(row)
            if len(page) == log.PAGE:
                yield page
                page = []
    if page:
        yield page


type _PutInPlace = Callable[[], list[str]]


@contextmanager
def _sqlite(engine: Engine, manifest: Manifest, work: Path, stamp: str) -> Iterator[_PutInPlace]:
    path = Path(engine.url.database or "")
    new = work / "new.db"
    beside = open_engine(f"sqlite:///{new}")
    try:
        with beside.connect() as connection:
            _load(connection, manifest, work)
            connection.commit()
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        beside.dispose()

    def put_in_place() -> list[str]:
        kept = _keep_sqlite(engine, path, stamp)
        new.replace(path)
        _sync(path.parent)
        return kept

    yield put_in_place


def _keep_sqlite(engine: Engine, path: Path, stamp: str) -> list[str]:
    """Link the old file to its new name, so that there is a database at every moment."""
    if not path.exists():
        return []
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    except (SQLAlchemyError, OSError):
        pass
    engine.dispose()
    kept = path.with_name(f"{path.name}.before-{stamp}")
    for end in ("-wal", "-shm"):  # a damaged database's: not for the new one
        if (rest := path.with_name(path.name + end)).exists():
            rest.rename(kept.with_name(kept.name + end))
    os.link(path, kept)
    return [str(kept)]


@contextmanager
def _postgresql(
    engine: Engine, manifest: Manifest, work: Path, stamp: str
) -> Iterator[_PutInPlace]:
    before = f"before_{stamp.replace('-', '_')}"
    with engine.connect() as connection:
        claim(connection)
        with connection.begin() as transaction:
            old = MetaData()
            old.reflect(connection)
            if old.tables:
                connection.exec_driver_sql(f"CREATE SCHEMA {before}")
            for name in old.tables:
                connection.exec_driver_sql(f'ALTER TABLE "{name}" SET SCHEMA {before}')
            _load(connection, manifest, work)

            def put_in_place() -> list[str]:
                transaction.commit()
                return [f"schema {before}"] if old.tables else []

            yield put_in_place


class _Swaps:
    """Files put in place, each undone as long as not all are."""

    def __init__(self, stamp: str) -> None:
        self.stamp = stamp
        self.kept: list[Path] = []
        self._undo: list[Callable[[], object]] = []

    def put(self, new: Path, place: Path) -> None:
        """Move `new` to `place`, and what is there to `place.before-…`."""
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.restoring-{self.stamp}")
        if new.is_dir():
            shutil.copytree(new, beside)
        else:
            shutil.copy(new, beside)
        if place.exists():
            kept = place.with_name(f"{place.name}.before-{self.stamp}")
            place.rename(kept)
            self.kept.append(kept)
            self._undo.append(lambda: kept.rename(place))
        self._undo.append(lambda: _remove(place))
        beside.rename(place)
        _sync(place.parent)

    def undo(self) -> None:
        """Put everything back."""
        for step in reversed(self._undo):
            step()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make the folder's new names durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
