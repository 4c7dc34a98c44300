"""CASAS's format: one CSV line an event, each with the activity that went on.

Columns `timestamp, sensor, value, activity`: local time, the sensor's area or name, ON/OFF (motion)
or OPEN/CLOSE (doors), the label (D. Cook, IEEE Intelligent Systems 27(1), 2012).
"""

from datetime import datetime, time
from pathlib import Path

import numpy as np

from perception.data import care
from perception.data.recording import Moments, Recording
from perception.data.rows import header, rows
from perception.encoding.sense import Sense, Thing, area_type, thing
from perception.errors import DataError

COLUMNS = frozenset({"timestamp", "sensor", "value", "activity"})
VALUES = {"ON": 1.0, "OFF": 0.0, "OPEN": 1.0, "CLOSE": 0.0, "CLOSED": 0.0}
_DOOR = frozenset({"OPEN", "CLOSE", "CLOSED"})


def files(folder: Path) -> list[Path]:
    """Return the folder's files in this format."""
    found = [*folder.glob("*.csv"), *folder.glob("*.csv.gz")]
    return sorted(path for path in found if header(path) >= COLUMNS)


def read(folder: Path) -> Recording:
    """Return the folder's recording, its files joined in time. Raises DataError."""
    parts = [part for path in files(folder) if (part := _events(path))]
    events = [event for part in sorted(parts) for event in part]
    if not events:
        raise DataError(f"{folder} has no events", mend="Give a folder with some")
    kept = list(dict.fromkeys(events))
    midnight = datetime.combine(min(events)[0], time())
    names = sorted({(sensor, door) for _, sensor, door, _, _ in kept})
    places = {name: place for place, name in enumerate(names)}
    senses = tuple(_sense(sensor, door=door) for sensor, door in names)
    stamped = np.array([(when - midnight).total_seconds() for when, *_ in kept])
    at, back = care.in_order(stamped)
    sense = np.array([places[sensor, door] for _, sensor, door, _, _ in kept], np.int64)
    value = np.array([on for _, _, _, on, _ in kept])
    note = (
        f"{len(events) - len(kept)} doubled events dropped, {back} stamped earlier than the one "
        "before them taken as of its time."
    )
    return Recording(
        name=folder.name,
        midnight=midnight,
        senses=senses,
        at=at,
        sense=sense,
        value=value,
        moments=Moments(at, np.arange(1, at.size + 1), np.array([label for *_, label in kept])),
        sliced=False,
        notes=(note, *care.stuck(senses, at, sense, value)),
    )


def _events(path: Path) -> list[tuple[datetime, str, bool, float, str]]:
    events = []
    for row in rows(path, COLUMNS):
        told = row.text("value").upper()
        if told not in VALUES:
            raise row.wrong(f"has the value {told!r}, which is none of {', '.join(VALUES)}")
        when, sensor = row.time("timestamp"), row.text("sensor")
        events.append((when, sensor, told in _DOOR, VALUES[told], row.text("activity")))
    return events


def _sense(sensor: str, *, door: bool) -> Sense:
    area = area_type(sensor)
    if door:
        return Sense(sensor + " (door)", "open", thing(sensor, otherwise=Thing.DOOR), area)
    return Sense(sensor, "occupied", thing(sensor, otherwise=Thing.ROOM), area)
