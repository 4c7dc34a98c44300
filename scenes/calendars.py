"""Calendars as files of the scenes' folder: what changed in them, told as events."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from hubd.documents import Problem
from hubd.model.calendar import Calendar
from hubd.model.events import CalendarRemoved, CalendarRevised
from hubd.model.ids import CalendarId, slug

SUFFIX = ".ics"
MAX_CHARACTERS = 1_000_000


class CalendarRevision(Struct, frozen=True):
    """What changed, and what in the files could not be carried."""

    events: list[CalendarRevised | CalendarRemoved]
    problems: list[Problem]


def revise_calendars(
    known: Mapping[CalendarId, Calendar], files: Mapping[str, str]
) -> CalendarRevision:
    """Return how to get from the `known` calendars to those of the .ics files among `files`.

    A file that cannot be read at all leaves its calendar as it is.
    """
    paths = sorted(path for path in files if path.endswith(SUFFIX))
    if not paths:
        return CalendarRevision([CalendarRemoved(name) for name in known], [])
    # Its library takes a tenth of a second to load, which a home without calendars need not wait.
    from scenes.ics import read_calendar  # noqa: PLC0415

    found: dict[CalendarId, Calendar] = {}
    problems: list[Problem] = []
    for path in paths:
        name = CalendarId(slug(PurePosixPath(path).stem))
        if name in found:
            message = f'the calendar "{name}" is that of {found[name].path} already'
            problems.append(Problem(path, 1, 1, message, "give this file another name"))
            continue
        try:
            appointments, left = read_calendar(_bounded(files[path]), path)
        except ValueError as error:
            problems.append(Problem(path, 1, 1, f"this is not a calendar: {error}"))
            if name in known:
                found[name] = known[name]
            continue
        problems += left
        found[name] = Calendar(name, appointments, path)
    changed = [CalendarRevised(c) for name, c in found.items() if known.get(name) != c]
    gone = [CalendarRemoved(name) for name in known if name not in found]
    return CalendarRevision([*changed, *gone], problems)


def _bounded(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"it is over {MAX_CHARACTERS:,} characters")
    return text
