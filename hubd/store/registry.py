"""The registries: what the configuration events come to, in tables for people and tools.

A projection of the log, written in the transaction of the events themselves; `rebuild` makes it
anew from them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert
from sqlalchemy.orm import Mapped
from sqlmodel import col

from hubd.model.device import Device
from hubd.model.events import (
    Adopted,
    AreaRemoved,
    AreaSet,
    Event,
    FloorRemoved,
    FloorSet,
    Forgotten,
    PersonRemoved,
    PersonSet,
    PlaceSet,
    SceneRemoved,
    SceneRevised,
)
from hubd.model.ids import EventId
from hubd.store.tables import (
    AreaRow,
    DeviceRow,
    EndpointRow,
    FloorRow,
    PersonRow,
    PlaceRow,
    SceneRow,
    Table,
)

_SLICE = 500
"""Keys named in one statement: databases bound the number of parameters."""
_HERE = 1
"""The key of the one place."""

type _Key = str | int
type _Rows = list[dict[str, object]]

_KEYS: Mapping[type[Table], Mapped[str] | Mapped[int]] = {
    PlaceRow: col(PlaceRow.id),
    FloorRow: col(FloorRow.id),
    AreaRow: col(AreaRow.id),
    PersonRow: col(PersonRow.id),
    SceneRow: col(SceneRow.id),
    DeviceRow: col(DeviceRow.id),
    EndpointRow: col(EndpointRow.device),
}
"""Each registry, and the column whose rows are replaced together."""


def project(connection: Connection, events: Iterable[Event]) -> None:
    """Bring the registries up to `events`; those that are not configuration change nothing."""
    changes = _Changes()
    for event in events:
        changes.take(event)
    changes.write(connection)


def rebuild(connection: Connection, events: Iterable[Event]) -> None:
    """Make the registries anew from all configuration events of the log, in their order."""
    for table in _KEYS:
        connection.execute(delete(table))
    project(connection, events)


@dataclass(slots=True)
class _Changes:
    """What rows are to stand under each touched key; the newest event wins."""

    rows: dict[type[Table], dict[_Key, _Rows]] = field(default_factory=dict)

    def take(self, event: Event) -> None:  # noqa: C901 - one case a kind of event
        """Note what `event` changes."""
        by = event.id
        match event.what:
            case Adopted(device=d):
                self._set(DeviceRow, d.id, _device(d, by))
                self._set(EndpointRow, d.id, *_endpoints(d))
            case Forgotten(device=d):
                self._set(DeviceRow, d)
                self._set(EndpointRow, d)
            case PlaceSet(place=p):
                place = {"latitude": p.latitude, "longitude": p.longitude, "timezone": p.timezone}
                self._set(PlaceRow, _HERE, {"id": _HERE, **place, "event": by})
            case FloorSet(floor=f):
                self._set(
                    FloorRow, f.id, {"id": f.id, "name": f.name, "level": f.level, "event": by}
                )
            case FloorRemoved(floor=f):
                self._set(FloorRow, f)
            case AreaSet(area=a):
                named = {"id": a.id, "name": a.name, "aliases": list(a.aliases)}
                self._set(AreaRow, a.id, {**named, "floor": a.floor, "event": by})
            case AreaRemoved(area=a):
                self._set(AreaRow, a)
            case PersonSet(person=p):
                self._set(
                    PersonRow, p.id, {"id": p.id, "name": p.name, "role": p.role, "event": by}
                )
            case PersonRemoved(person=p):
                self._set(PersonRow, p)
            case SceneRevised(scene=s, source=source, path=path):
                self._set(SceneRow, s, {"id": s, "path": path, "source": source, "event": by})
            case SceneRemoved(scene=s):
                self._set(SceneRow, s)
            case _:
                pass

    def _set(self, table: type[Table], key: _Key, *rows: dict[str, object]) -> None:
        self.rows.setdefault(table, {})[key] = list(rows)

    def write(self, connection: Connection) -> None:
        """Put the noted rows in place of what stood under their keys."""
        for table, changed in self.rows.items():
            keys = list(changed)
            for start in range(0, len(keys), _SLICE):
                some = keys[start : start + _SLICE]
                connection.execute(delete(table).where(_KEYS[table].in_(some)))
            rows = [row for rows in changed.values() for row in rows]
            if rows:
                connection.execute(insert(table), rows)


def _device(device: Device, by: EventId) -> dict[str, object]:
    return {
        "id": device.id,
        "name": device.name,
        "driver": device.driver,
        "area": device.area,
        "maker": device.maker,
        "model": device.model,
        "version": device.version,
        "aliases": list(device.aliases),
        "troubles": [{"where": t.where, "reason": t.reason} for t in device.troubles],
        "event": by,
    }


def _endpoints(device: Device) -> Iterator[dict[str, object]]:
    seen = {e.id: e for e in device.endpoints}
    for endpoint in seen.values():
        yield {
            "device": device.id,
            "id": endpoint.id,
            "type": endpoint.type,
            "name": endpoint.name,
            "properties": [p.name for p in endpoint.properties],
            "actions": [a.name for a in endpoint.actions],
            "signals": [s.name for s in endpoint.signals],
        }
