"""How far along the log the housekeeping has come."""

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import col

from hubd.model.ids import EventId
from hubd.store.tables import ProgressRow

_ROLL_UP = "roll_up"


def kept_up_to(connection: Connection) -> EventId:
    """Return up to which event the hours have the reports, and the stretches the devices."""
    query = select(col(ProgressRow.last_id)).where(col(ProgressRow.task) == _ROLL_UP)
    return EventId(connection.scalar(query) or 0)


def keep_up_to(connection: Connection, last: EventId) -> None:
    """Note that they have all up to `last`, within the connection's transaction."""
    connection.execute(delete(ProgressRow).where(col(ProgressRow.task) == _ROLL_UP))
    connection.execute(insert(ProgressRow).values(task=_ROLL_UP, last_id=last))
