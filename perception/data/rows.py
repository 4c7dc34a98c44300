"""Rows of CSV files, plain or gzipped, and errors that name the file and the line."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from msgspec import Struct

from perception.errors import DataError


class Row(Struct, frozen=True, gc=False):
    """One line of a file, by the names of its header."""

    path: Path
    line: int
    cells: Mapping[str, str | None]

    def text(self, column: str) -> str:
        """Return what stands in a column. Raises DataError where nothing does."""
        told = self.cells.get(column)
        if not told:
            raise self.wrong(f"has nothing in {column!r}")
        return told.strip()

    def time(self, column: str) -> datetime:
        """Return a column's local time. Raises DataError for what is no time."""
        told = self.text(column)
        try:
            return datetime.fromisoformat(told).replace(tzinfo=None)
        except ValueError as error:
            raise self.wrong(f"has {told!r} in {column!r}, which is no time") from error

    def wrong(self, what: str) -> DataError:
        """Return an error about this row."""
        return DataError(
            f"{self.path} line {self.line} {what}", mend="Mend the row, or take it out"
        )


def rows(path: Path, columns: frozenset[str]) -> Iterator[Row]:
    """Yield a file's rows. Raises DataError where columns are missing or it is no text."""
    try:
        with _opened(path) as file:
            reader = csv.DictReader(file)
            missing = columns - frozenset(reader.fieldnames or ())
            if missing:
                raise DataError(
                    f"{path} has no column {', '.join(sorted(missing))}",
                    mend="Give its first line as a header",
                )
            for cells in reader:
                yield Row(path, reader.line_num, cells)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def header(path: Path) -> frozenset[str]:
    """Return the names in a file's first line; none where it cannot be read."""
    try:
        with _opened(path) as file:
            return frozenset(next(csv.reader(file), ()))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error):
        return frozenset()


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return cast(IO[str], gzip.open(path, "rt", encoding="utf-8", newline=""))
    return path.open(encoding="utf-8", newline="")
