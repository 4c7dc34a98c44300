"""Where the log tells of a device, by the stretch instead of by the event."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, fill it, and drop the index that it stands in for."""
    op.create_table(
        "stretch",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("stretch", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("device", "stretch", name="pk_stretch"),
    )
    op.execute(
        "INSERT INTO stretch (device, stretch)"
        " SELECT DISTINCT device, id / 16384 FROM event WHERE device IS NOT NULL"
    )
    op.drop_index("ix_event_device_id", "event")
