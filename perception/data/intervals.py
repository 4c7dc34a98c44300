"""Intervals, as Kasteren, Ordonez and MIT PlaceLab are kept; judged at the end of each minute.

`events.csv` has start, end, sensor_id, object and what else is known of the sensor;
`activities.csv` has start, end, activity.
"""

from datetime import datetime, time
from pathlib import Path

import numpy as np
from msgspec import Struct

from perception.data import care
from perception.data.recording import IDLE, SLICE_S, Moments, Places, Recording, Seconds
from perception.data.rows import Row, rows
from perception.encoding.sense import Sense, area_type, property_of, thing
from perception.errors import DataError

EVENTS, ACTIVITIES = "events.csv", "activities.csv"


class _Interval(Struct, frozen=True, order=True):
    start: datetime
    end: datetime
    what: str


def is_one(folder: Path) -> bool:
    """Return whether the folder is of this format."""
    return (folder / EVENTS).is_file() and (folder / ACTIVITIES).is_file()


def read(folder: Path) -> Recording:
    """Return the folder's recording. Raises DataError."""
    senses: dict[str, Sense] = {}
    events, events_note = _intervals(folder / EVENTS, "sensor_id", senses)
    activities, activities_note = _intervals(folder / ACTIVITIES, "activity")
    if not events or not activities:
        raise DataError(f"{folder} has no events or no activities", mend="Give a folder with some")
    midnight = datetime.combine(min(events[0].start, activities[0].start), time())
    ids = sorted(senses)
    places = {name: place for place, name in enumerate(ids)}
    known = tuple(senses[name] for name in ids)
    # An end is an event of its own: whoever stands before it does not know of it.
    edges = sorted(
        edge
        for event in events
        for edge in (
            ((event.start - midnight).total_seconds(), 1.0, places[event.what]),
            ((event.end - midnight).total_seconds(), 0.0, places[event.what]),
        )
    )
    at = np.array([when for when, _, _ in edges])
    sense = np.array([place for _, _, place in edges], np.int64)
    value = np.array([on for _, on, _ in edges])
    return Recording(
        name=folder.name,
        midnight=midnight,
        senses=known,
        at=at,
        sense=sense,
        value=value,
        moments=_moments(activities, midnight, at),
        sliced=True,
        notes=(
            f"Sensors: {events_note}",
            f"Activities: {activities_note}",
            *care.stuck(known, at, sense, value),
        ),
    )


def _intervals(
    path: Path, column: str, senses: dict[str, Sense] | None = None
) -> tuple[list[_Interval], str]:
    told = []
    backward = 0
    for row in rows(path, frozenset({"start", "end", column})):
        start, end = row.time("start"), row.time("end")
        backward += end < start
        told.append(_Interval(start, max(start, end), row.text(column)))
        if senses is not None and told[-1].what not in senses:
            senses[told[-1].what] = _sense(row)
    kept = sorted(set(told))
    return kept, (
        f"{len(told) - len(kept)} doubled intervals dropped, {backward} that end before they "
        "begin kept as the moment of their start."
    )


def _sense(row: Row) -> Sense:
    """Return what a row tells of its sensor, from whichever columns its home has."""
    cells = {
        name: (row.cells.get(name) or "") for name in ("object", "sensor_type", "room", "area")
    }
    on = thing(cells["object"])
    area = area_type(cells["room"], cells["area"], cells["object"])
    return Sense(row.text("sensor_id"), property_of(cells["sensor_type"], on), on, area)


def _moments(activities: list[_Interval], midnight: datetime, readings: Seconds) -> Moments:
    """Return the ends of all minutes from the first to the last that somebody told of.

    A minute's label is the activity that was under way last in it; none is IDLE.
    """

    def minute(when: datetime) -> int:
        return int((when - midnight).total_seconds() // SLICE_S)

    first = minute(activities[0].start)
    count = max(minute(activity.end) for activity in activities) - first + 1
    labels = np.full(count, IDLE, dtype=object)
    for activity in activities:
        labels[minute(activity.start) - first : minute(activity.end) - first + 1] = activity.what
    at = np.arange(first + 1, first + count + 1, dtype=np.float64) * SLICE_S
    seen: Places = np.searchsorted(readings, at, side="left")
    return Moments(at, seen, labels.astype(np.str_))
