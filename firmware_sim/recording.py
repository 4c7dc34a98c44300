"""Recorded homes: a folder with `events*.csv[.gz]` and, where there is one, `home.yaml`."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from io import StringIO
from pathlib import Path

from firmware_sim.devices.device import Device
from firmware_sim.devices.properties import Property, Value, parse, text
from firmware_sim.home import Home, read_home, write_home
from firmware_sim.inferred import family, infer
from firmware_sim.rows import Fault, RecordingError, Row, event_files, read_rows

HOME_FILE = "home.yaml"
_COLUMNS = ("timestamp", "sensor", "value", "property")


@dataclass(frozen=True, slots=True)
class Reading:
    """At `at_us` (microseconds since the epoch) the world gave `value` to a device's property."""

    at_us: int
    device: str
    property: Property
    value: Value


@dataclass(frozen=True, slots=True)
class Recording:
    """A home, what happened in it in the order of time, and the rows that could not be used."""

    home: Home
    readings: tuple[Reading, ...]
    faults: tuple[Fault, ...] = ()

    def days(self) -> tuple[datetime, ...]:
        """Return the local midnight of every day from the first to the last reading."""
        first, last = (
            local(self.readings[i].at_us, self.home.zone).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
            for i in (0, -1)
        )
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))

    def busiest_day(self) -> datetime:
        """Return the local midnight of the full day with most readings.

        The first and the last day count as full only when there is no other.
        """
        days = self.days()
        full = days[1:-1] or days
        counts = Counter(local(r.at_us, self.home.zone).date() for r in self.readings)
        return max(full, key=lambda day: counts[day.date()])


def local(at_us: int, zone: tzinfo) -> datetime:
    """Return the local time of `at_us`, exact to the microsecond."""
    seconds, us = divmod(at_us, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=us).astimezone(zone)


def read_recording(folder: Path, home_file: Path | None = None) -> Recording:
    """Return the recording in `folder`, with the home of `home_file` or of its own `home.yaml`.

    Without either a home is inferred. Rows that cannot be used are counted in `faults`. Raises
    RecordingError when nothing can be, and HomeError for a wrong home file.
    """
    files = event_files(folder)
    if not files:
        raise RecordingError(f"{folder}: no events.csv and no events*.csv.gz in it")
    own = folder / HOME_FILE
    path = home_file or (own if own.exists() else None)
    home = read_home(path) if path else None
    rows, faults = read_rows(files, home.zone if home else UTC)
    if home:
        devices: Mapping[tuple[str, object], str] = {}
    else:
        home, found = infer(_title(folder), rows)
        devices = {(sensor, kind): device for (sensor, kind), device in found.items()}
    known = {device.id: device for device in home.firmwares()}
    readings: list[Reading] = []
    for row in rows:
        ident = devices.get((row.sensor, family(row.value)), row.sensor)
        try:
            readings.append(_reading(row, known.get(ident)))
        except ValueError as error:
            faults.append(Fault(row.source, str(error)))
    if not readings:
        some = "; ".join(map(str, faults[:3]))
        raise RecordingError(f"{folder}: none of {len(faults)} rows can be used: {some}")
    return Recording(home, tuple(readings), tuple(faults))


def write_recording(
    home: Home, readings: Iterable[Reading], folder: Path, home_file: Path | None = None
) -> None:
    """Write `home.yaml` and `events.csv` into `folder`; the same input gives the same bytes.

    `home_file`, where `home` was read from, is copied as it is, comments included.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if home_file is None:
        write_home(home, folder / HOME_FILE)
    else:
        (folder / HOME_FILE).write_bytes(home_file.read_bytes())
    events = events_csv(tuple(readings), home.zone, {d.id: d for d in home.firmwares()})
    (folder / "events.csv").write_text(events, encoding="utf-8", newline="")


def events_csv(readings: Sequence[Reading], zone: tzinfo, devices: Mapping[str, Device]) -> str:
    """Return the readings as CSV: local times with their offset, so that no hour is ambiguous."""
    out = StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_COLUMNS)
    for reading in readings:
        device = devices.get(reading.device)
        primary = device is not None and reading.property is device.primary
        table.writerow(
            (
                local(reading.at_us, zone).isoformat(sep=" ", timespec="microseconds"),
                reading.device,
                text(reading.property, reading.value),
                "" if primary else reading.property.value,
            )
        )
    return out.getvalue()


def _reading(row: Row, device: Device | None) -> Reading:
    if device is None:
        raise ValueError(f"no device {row.sensor!r} in the home")
    prop = Property(row.property) if row.property else device.primary
    return Reading(row.at_us, device.id, prop, parse(prop, row.value))


def _title(folder: Path) -> str:
    return folder.resolve().name.replace("_", " ").strip() or "Home"
