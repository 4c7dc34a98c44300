"""A folder of a recorded home, recognised by its files."""

from pathlib import Path

from perception.data import casas, intervals
from perception.data.recording import Recording
from perception.errors import DataError


def is_home(folder: Path) -> bool:
    """Return whether the folder holds one recorded home."""
    return intervals.is_one(folder) or bool(casas.files(folder))


def home(folder: Path) -> Recording:
    """Return the folder's recording. Raises DataError where it is of no known format."""
    if intervals.is_one(folder):
        return intervals.read(folder)
    if casas.files(folder):
        return casas.read(folder)
    raise DataError(
        f"{folder} is no recorded home",
        mend="It wants events.csv and activities.csv with start and end, or CSV files with "
        "timestamp, sensor, value and activity",
    )


def homes(folder: Path) -> list[Recording]:
    """Return the recordings of a folder of homes' folders, or of one home's. Raises DataError."""
    if is_home(folder):
        return [home(folder)]
    inside = [home(part) for part in sorted(folder.iterdir()) if part.is_dir() and is_home(part)]
    if not inside:
        raise DataError(f"{folder} holds no recorded home", mend="Put each home's folder into it")
    return inside
