"""Which stretches of the log tell of a device: how its events are found.

An index with an entry an event would have every event write a page of its own, since each device's
entries lie elsewhere: fifty times the bytes. So there is one entry a device and stretch, and a
reader looks through those stretches (docs/decisions/0003-the-log.md). The housekeeping makes them:
of what it has not come to yet, all is looked through.
"""

import sys
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, Table, delete, select, text

from hubd.store.progress import kept_up_to
from hubd.store.tables import StretchRow

LENGTH = 16_384
"""Ids in a stretch: a reader looks through one in some ten milliseconds."""

_stretch: Table = StretchRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_INSERT = text(
    "INSERT INTO stretch (device, stretch) VALUES (:device, :stretch) ON CONFLICT DO NOTHING"
)


class Stretches:
    """Notes which devices the stretches tell of. Made anew with each connection."""

    def __init__(self) -> None:
        self._newest = -1
        self._seen: set[str] = set()

    def note(self, connection: Connection, events: Iterable[tuple[int, str | None]]) -> None:
        """Note the devices of `events` (id and device), within the connection's transaction."""
        new: list[dict[str, object]] = []
        for event_id, device in events:
            stretch = event_id // LENGTH
            if stretch != self._newest:
                self._newest = stretch
                self._seen.clear()
            if device is not None and device not in self._seen:
                self._seen.add(device)
                new.append({"device": device, "stretch": stretch})
        if new:
            connection.execute(_INSERT, new)


def telling_of(connection: Connection, device: str, after: int, before: int | None) -> list[range]:
    """Return where, in order, the log may tell of `device` within `after` < id < `before`."""
    kept_up = kept_up_to(connection)
    query = select(_stretch.c.stretch).where(
        _stretch.c.device == device, _stretch.c.stretch >= (after + 1) // LENGTH
    )
    if before is not None:
        query = query.where(_stretch.c.stretch <= (before - 1) // LENGTH)
    found = connection.scalars(query.order_by(_stretch.c.stretch)).all()
    end = before if before is not None else sys.maxsize
    told = [range(max(after, s * LENGTH - 1) + 1, min(end, (s + 1) * LENGTH)) for s in found]
    kept = [part for part in told if part.start <= kept_up]
    rest = range(max(after, kept_up) + 1, end)
    if kept and kept[-1].stop > rest.start:
        kept[-1] = range(kept[-1].start, rest.start)
    return [part for part in (*kept, rest) if part]


def forget(connection: Connection, stretch: int, still: Collection[str]) -> None:
    """Let go of the entries of a stretch, but for those devices that it `still` tells of."""
    gone = delete(_stretch).where(_stretch.c.stretch == stretch)
    if still:
        gone = gone.where(_stretch.c.device.not_in(sorted(still)))
    connection.execute(gone)
