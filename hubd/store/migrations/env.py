"""Alembic's way in: schema.upgrade hands it the connection."""

from alembic import context
from sqlalchemy import Connection

from hubd.store.schema import METADATA


def run(connection: Connection) -> None:
    """Run the migrations in one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=sqlite,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if sqlite:  # its driver begins none before DDL
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.run_migrations()


run(context.config.attributes["connection"])
