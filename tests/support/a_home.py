"""A made-up home: somebody sleeps, cooks, bathes and goes out by the clock, with some chance."""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

_DAY = (
    # hour, minutes long, activity, sensor, object, room
    (7.0, 10, "toilet", "flush", "Toilet Flush", "Bathroom"),
    (7.5, 20, "shower", "shower", "Shower", "Bathroom"),
    (8.0, 30, "breakfast", "fridge", "Fridge", "Kitchen"),
    (9.0, 480, "leave-house", "front", "Front door", "Entrance"),
    (18.0, 60, "dinner", "stove", "Stove", "Kitchen"),
    (20.0, 120, "watch-tv", "seat", "Seat", "Living"),
    (22.5, 500, "sleep", "bed", "Bed", "Bedroom"),
)


def write_intervals(folder: Path, days: int, *, seed: int = 0, start: int = 4) -> Path:
    """Write `events.csv` and `activities.csv` of some days in May 2020, and return the folder."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "events.csv").open("w", newline="") as events_file,
        (folder / "activities.csv").open("w", newline="") as activities_file,
    ):
        events, activities = csv.writer(events_file), csv.writer(activities_file)
        events.writerow(("start", "end", "sensor_id", "object", "room"))
        activities.writerow(("start", "end", "activity"))
        for day in range(days):
            midnight = datetime.fromisoformat(f"2020-05-{start + day:02}")
            for hour, long, activity, sensor, thing, room in _DAY:
                begin = midnight + timedelta(hours=hour, minutes=chance.randrange(15))
                end = begin + timedelta(minutes=long)
                activities.writerow((begin, end, activity))
                for minute in range(0, min(long, 40), 5):
                    on = begin + timedelta(minutes=minute, seconds=chance.randrange(50))
                    events.writerow((on, on + timedelta(seconds=20), sensor, thing, room))
    return folder


def write_casas(folder: Path, days: int, *, seed: int = 0, start: int = 4) -> Path:
    """Write the same home as one labelled CSV line an event, and return the folder."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for day in range(days):
        midnight = datetime.fromisoformat(f"2020-05-{start + day:02}")
        for hour, long, activity, _, _, room in _DAY:
            begin = midnight + timedelta(hours=hour, minutes=chance.randrange(15))
            for minute in range(0, min(long, 40), 2):
                on = begin + timedelta(minutes=minute, seconds=chance.randrange(50))
                lines.append((on, room, "ON", activity))
                lines.append((on + timedelta(seconds=3), room, "OFF", activity))
    with (folder / "events.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("timestamp", "sensor", "value", "activity"), *lines])
    return folder
