"""The log and the hours as Parquet files, for other tools to ask.

`events/day=YYYY-MM-DD/*.parquet` and `hours.parquet`, compressed with zstd; times have a zone.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import msgspec
from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import SQLAlchemyError

from hubd.model.events import Event
from hubd.model.instant import from_us
from hubd.store import coding, log
from hubd.store.engine import open_engine, shown
from hubd.store.errors import StoreError, store_error
from hubd.store.tables import HourRow

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_encoder = msgspec.json.Encoder()

type Progress = Callable[[int, int], None]
"""Told how many events are done, of how many."""

_FILE_EVENTS = 500_000
"""Events a file at most: what lies in plain text beside it meanwhile."""
_HOURS_A_PAGE = 1_000

_hour: Table = HourRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_EVENTS = """
COPY (
    SELECT
        id,
        make_timestamptz(at_us) AS time,
        kind,
        source,
        cause,
        device,
        body->>'$.property' AS property,
        CASE WHEN json_type(body, '$.value') IN ('DOUBLE', 'BIGINT', 'UBIGINT', 'HUGEINT')
            THEN TRY_CAST(body->>'$.value' AS DOUBLE) END AS value_number,
        CASE WHEN json_type(body, '$.value') = 'VARCHAR' THEN body->>'$.value' END AS value_text,
        CASE WHEN json_type(body, '$.value') = 'BOOLEAN'
            THEN CAST(body->>'$.value' AS BOOLEAN) END AS value_bool,
        CAST(body AS JSON) AS body
    FROM read_json(
        ?,
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {
            id: 'BIGINT', at_us: 'BIGINT', kind: 'VARCHAR', source: 'VARCHAR', cause: 'BIGINT',
            device: 'VARCHAR', body: 'VARCHAR'
        }
    )
) TO '$TARGET' (FORMAT parquet, COMPRESSION zstd)
"""
_HOURS = """
COPY (
    SELECT
        property,
        make_timestamptz(hour_us) AS hour,
        count,
        minimum,
        maximum,
        total / count AS mean,
        "last",
        CASE WHEN covered_s > 0 THEN integral / covered_s ELSE "last" END AS weighted_mean,
        covered_s
    FROM read_json(
        ?,
        format = 'newline_delimited',
        columns = {
            property: 'VARCHAR', hour_us: 'BIGINT', count: 'BIGINT', minimum: 'DOUBLE',
            maximum: 'DOUBLE', total: 'DOUBLE', "last": 'DOUBLE', last_at_us: 'BIGINT',
            integral: 'DOUBLE', covered_s: 'DOUBLE'
        }
    )
) TO '$TARGET' (FORMAT parquet, COMPRESSION zstd)
"""


class ExportError(StoreError):
    """The export can't be written there."""

    code: ClassVar[str] = "store.export"


class Exported(msgspec.Struct, frozen=True):
    """What an export wrote."""

    events: int
    hours: int
    files: int


def export_parquet(url: str, folder: Path, progress: Progress | None = None) -> Exported:
    """Write the log and the hours of the database at `url` into the new `folder`.

    The hub may run meanwhile. The folder appears when all is in it. Raises StoreError.
    """
    if folder.exists():
        raise ExportError(f"{folder} is there already", mend="Name a folder that is not")
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    engine = open_engine(url, readonly=True)
    try:
        partial.mkdir(parents=True)
        with engine.connect() as connection:
            exported = _Export(connection, partial, progress).run()
        partial.rename(folder)
    except SQLAlchemyError as error:
        raise store_error(error, shown(engine)) from error
    except OSError as error:
        mend = "Check the path, the rights to it and the room on the disk"
        raise ExportError(f"{folder}: {error.strerror}", mend=mend) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        engine.dispose()
    return exported


class _Export:
    def __init__(self, connection: Connection, folder: Path, progress: Progress | None) -> None:
        import duckdb  # noqa: PLC0415 - 25 MB that only an export needs

        self._duckdb: DuckDBPyConnection = duckdb.connect()
        self._duckdb.execute("SET threads = 1")
        self._connection = connection
        self._folder = folder
        self._progress = progress or (lambda _done, _of: None)
        self._files = 0

    def run(self) -> Exported:
        last = log.last_id(self._connection)
        events = 0
        for day, of_day in groupby(log.all_of(self._connection), key=_day):
            rows = iter(of_day)
            for first in rows:
                part = map(_row, chain((first,), islice(rows, _FILE_EVENTS - 1)))
                path = self._folder / "events" / f"day={day}" / f"{first.id}.parquet"
                events += self._write(_EVENTS, part, path)
                self._progress(events, last)
        hours = self._write(_HOURS, self._hours(), self._folder / "hours.parquet")
        self._duckdb.close()
        return Exported(events, hours, self._files)

    def _hours(self) -> Iterator[dict[str, object]]:
        streaming = self._connection.execution_options(yield_per=_HOURS_A_PAGE)
        for row in streaming.execute(select(_hour).order_by(_hour.c.property)):
            yield dict(row._mapping)  # noqa: SLF001 - that is its public name

    def _write(self, statement: str, rows: Iterable[dict[str, object]], path: Path) -> int:
        """Write `rows` by way of a file of plain lines, which goes again; return how many."""
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.with_suffix(".ndjson")
        count = 0
        with lines.open("wb") as file:
            for row in rows:
                file.write(_encoder.encode(row))
                file.write(b"\n")
                count += 1
        target = str(path).replace("'", "''")
        self._duckdb.execute(statement.replace("$TARGET", target), [str(lines)])
        lines.unlink()
        self._files += 1
        return count


def _row(event: Event) -> dict[str, object]:
    what = event.what
    return {
        "id": event.id,
        "at_us": event.at_us,
        "kind": what.__struct_config__.tag,
        "source": event.source,
        "cause": event.cause,
        "device": log.device_of(what),
        "body": coding.body_of(what),
    }


def _day(event: Event) -> date:
    return from_us(event.at_us).date()
