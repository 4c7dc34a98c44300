"""Rows of recorded homes: two CSV shapes in, one stream of timed values out."""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FRACTION = re.compile(r"\.(\d+)")


@dataclass(frozen=True, slots=True)
class Row:
    """A value that a sensor gave; `place`, `thing` and `kind` are what else the file says of it.

    `source` is the file and line that it was read from.
    """

    at_us: int
    sensor: str
    value: str
    property: str
    place: str
    thing: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that could not be used, and why."""

    source: str
    reason: str

    def __str__(self) -> str:
        """Return `file:line: reason`."""
        return f"{self.source}: {self.reason}"


class RecordingError(ValueError):
    """A folder that is no recording; the text says what was looked for and how to mend it."""

    code = "recording"


def event_files(folder: Path) -> tuple[Path, ...]:
    """Return the folder's `events*.csv` and `events*.csv.gz`, in the order of their names."""
    found = {*folder.glob("events*.csv"), *folder.glob("events*.csv.gz")}
    return tuple(sorted(found))


def read_rows(files: Iterable[Path], zone: tzinfo) -> tuple[list[Row], list[Fault]]:
    """Return the rows of all files in the order of time, and what could not be read.

    Times without an offset are local to `zone`. Raises RecordingError when a file has none of the
    known columns.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    for path in files:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as lines:
            table = csv.DictReader(lines)
            columns = set(table.fieldnames or ())
            if {"timestamp", "sensor", "value"} <= columns:
                rows.extend(_points(table, path.name, zone, faults))
            elif {"start", "end", "sensor_id"} <= columns:
                rows.extend(_intervals(table, path.name, zone, faults))
            else:
                raise RecordingError(
                    f"{path}: columns {', '.join(sorted(columns)) or '(none)'} are not known; "
                    "give timestamp,sensor,value or start,end,sensor_id,object"
                )
    rows.sort(key=lambda row: row.at_us)
    return rows, faults


def instant_us(text: str, zone: tzinfo) -> int:
    """Return microseconds since the epoch of an ISO time; raises ValueError."""
    # Logs write any number of digits; fromisoformat takes three or six.
    six = _FRACTION.sub(lambda found: f".{found[1][:6].ljust(6, '0')}", text.strip())
    at = datetime.fromisoformat(six)
    local = at if at.tzinfo else at.replace(tzinfo=zone)
    return round((local - _EPOCH) / timedelta(microseconds=1))


def _points(
    table: csv.DictReader[str], name: str, zone: tzinfo, faults: list[Fault]
) -> Iterator[Row]:
    for cells in table:
        source = f"{name}:{table.line_num}"
        try:
            yield _point(cells, zone, source)
        except ValueError as error:
            faults.append(Fault(source, str(error)))


def _point(cells: dict[str, str], zone: tzinfo, source: str) -> Row:
    sensor, value = _cell(cells, "sensor"), _cell(cells, "value")
    if not sensor or not value:
        raise ValueError("no sensor or no value")
    at_us = instant_us(_cell(cells, "timestamp"), zone)
    place = _cell(cells, "area", "room")
    return Row(at_us, sensor, value, _cell(cells, "property"), place, "", "", source)


def _intervals(
    table: csv.DictReader[str], name: str, zone: tzinfo, faults: list[Fault]
) -> Iterator[Row]:
    spans: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    about: dict[str, tuple[str, str, str]] = {}
    for cells in table:
        source = f"{name}:{table.line_num}"
        try:
            sensor, start_us, end_us = _interval(cells, zone)
        except ValueError as error:
            faults.append(Fault(source, str(error)))
            continue
        spans[sensor].append((start_us, end_us, source))
        described = (
            _cell(cells, "area", "room"),
            _cell(cells, "object"),
            _cell(cells, "sensor_type"),
        )
        about.setdefault(sensor, described)
    for sensor, given in spans.items():
        for start_us, end_us, source in _merged(given):
            for at_us, value in ((start_us, "ON"), (end_us, "OFF")):
                yield Row(at_us, sensor, value, "", *about[sensor], source)


def _interval(cells: dict[str, str], zone: tzinfo) -> tuple[str, int, int]:
    sensor = _cell(cells, "sensor_id")
    start_us, end_us = (instant_us(_cell(cells, key), zone) for key in ("start", "end"))
    if not sensor:
        raise ValueError("no sensor_id")
    if end_us < start_us:
        raise ValueError("it ends before it starts")
    return sensor, start_us, end_us


def _merged(spans: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the spans with those that overlap made one, so that none ends inside another."""
    merged: list[tuple[int, int, str]] = []
    for start_us, end_us, source in sorted(spans):
        if merged and start_us < merged[-1][1]:
            first_us, last_us, first = merged[-1]
            merged[-1] = (first_us, max(last_us, end_us), first)
        else:
            merged.append((start_us, end_us, source))
    return merged


def _cell(row: dict[str, str], *names: str) -> str:
    for name in names:
        if text := (row.get(name) or "").strip():
            return text
    return ""
