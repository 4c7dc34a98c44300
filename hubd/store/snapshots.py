"""Snapshots: the core's state after an event, so that a start does not fold the whole log."""

import hashlib
import logging
from collections.abc import Iterator

from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, insert, select
from sqlmodel import col

from hubd.model.ids import EventId
from hubd.store.tables import SnapshotRow

_LOG = logging.getLogger(__name__)

KEPT = 3


class Snapshot(Struct, frozen=True):
    """The state after `last_id`, encoded by the core; `format` names how."""

    last_id: EventId
    at_us: int
    format: str
    body: bytes


def save(connection: Connection, snapshot: Snapshot) -> None:
    """Store `snapshot`, within the connection's transaction, and let go of all but the latest."""
    connection.execute(delete(SnapshotRow).where(col(SnapshotRow.last_id) >= snapshot.last_id))
    connection.execute(
        insert(SnapshotRow).values(
            last_id=snapshot.last_id,
            at_us=snapshot.at_us,
            format=snapshot.format,
            sha256=_digest(snapshot.body),
            body=snapshot.body,
        )
    )
    ids = connection.scalars(
        select(col(SnapshotRow.last_id)).order_by(col(SnapshotRow.last_id).desc())
    ).all()
    if old := ids[KEPT:]:
        connection.execute(delete(SnapshotRow).where(col(SnapshotRow.last_id).in_(old)))


def load(engine: Engine, *, up_to: EventId) -> Iterator[Snapshot]:
    """Yield the snapshots that are whole and not beyond `up_to`, the newest first.

    A damaged one is reported and left out: the one before it, and more of the log, give the same.
    """
    with engine.connect() as connection:
        ids = connection.scalars(
            select(col(SnapshotRow.last_id))
            .where(col(SnapshotRow.last_id) <= up_to)
            .order_by(col(SnapshotRow.last_id).desc())
        ).all()
    for last_id in ids:
        with engine.connect() as connection:
            row = connection.execute(
                select(
                    col(SnapshotRow.at_us),
                    col(SnapshotRow.format),
                    col(SnapshotRow.sha256),
                    col(SnapshotRow.body),
                ).where(col(SnapshotRow.last_id) == last_id)
            ).one()
        at_us, form, sha256, body = row
        if _digest(body) == sha256:
            yield Snapshot(EventId(last_id), at_us, form, body)
        else:
            _LOG.error("The snapshot after event %d is damaged; an older one is used", last_id)


def oldest(connection: Connection) -> EventId | None:
    """Return the last event of the oldest snapshot: all after it is needed to start from it."""
    row = connection.execute(
        select(col(SnapshotRow.last_id)).order_by(col(SnapshotRow.last_id)).limit(1)
    ).first()
    return EventId(row[0]) if row is not None else None


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
