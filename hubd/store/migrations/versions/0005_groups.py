"""The log by the group of events instead of by the event."""

import json
from itertools import batched
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GROUP_EVENTS = 500
CONFIGURATION = {
    *("adopted", "forgotten", "place_set", "floor_set", "floor_removed", "area_set"),
    *("area_removed", "person_set", "person_removed", "scene_revised", "scene_removed"),
}


def upgrade() -> None:
    """Make the table, gather the events into it, and drop the one that it stands in for."""
    log = op.create_table(
        "log",
        sa.Column("first_id", BIG, autoincrement=False, nullable=False),
        sa.Column("last_id", BIG, nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.Column("events", BIG, nullable=False),
        sa.Column("passing", BIG, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("first_id", name="pk_log"),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT id, at_us, kind, source, cause, body FROM event ORDER BY id")
    )
    for group in batched(rows, GROUP_EVENTS):
        connection.execute(sa.insert(log).values(_row(group)))
    op.drop_table("event")


def _row(group: tuple[Any, ...]) -> dict[str, object]:
    return {
        "first_id": group[0].id,
        "last_id": group[-1].id,
        "at_us": group[-1].at_us,
        "events": len(group),
        "passing": sum(row.kind not in CONFIGURATION for row in group),
        "body": "[" + ",".join(map(_event, group)) + "]",
    }


def _event(row: Any) -> str:
    head = {"id": row.id, "at_us": row.at_us, "source": row.source, "cause": row.cause}
    return f'{json.dumps(head)[:-1]}, "what": {row.body}}}'
