"""The hourly history, how far housekeeping has come, and what had to be given up."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "hour",
        sa.Column("property", sa.String(), nullable=False),
        sa.Column("hour_us", BIG, autoincrement=False, nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("minimum", sa.Float(), nullable=False),
        sa.Column("maximum", sa.Float(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("last", sa.Float(), nullable=False),
        sa.Column("last_at_us", BIG, nullable=False),
        sa.Column("integral", sa.Float(), nullable=False),
        sa.Column("covered_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("property", "hour_us", name="pk_hour"),
    )
    op.create_table(
        "progress",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("last_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("task", name="pk_progress"),
    )
    op.create_table(
        "gap",
        sa.Column("first_id", BIG, autoincrement=False, nullable=False),
        sa.Column("last_id", BIG, nullable=False),
        sa.Column("events", BIG, nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("first_id", name="pk_gap"),
    )
