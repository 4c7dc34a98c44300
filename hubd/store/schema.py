"""The schema's revision: made, brought up to date, or refused."""

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from hubd.guard.tables import Table as GuardTable
from hubd.store.errors import SchemaTooNewError
from hubd.store.tables import Table

_LOG = logging.getLogger(__name__)

HEAD = "0005"
"""The newest revision in migrations/versions, known without importing Alembic (12 MB)."""
GROUPS_SINCE = "0005"
"""From this revision on, the log has a row a group of events."""
SCRIPTS = Path(__file__).parent / "migrations"
METADATA = (Table.metadata, GuardTable.metadata)
"""All that stands in a hub's database."""


def prepare(engine: Engine) -> None:
    """Make the tables of a new database, or migrate an older one.

    Raises SchemaTooNewError if a newer hubd wrote it; nothing is touched then.
    """
    with engine.connect() as connection:
        found = revision(connection)
    if found == HEAD:
        return
    if found is None:
        with engine.begin() as connection:
            _create(connection)
        return
    upgrade(engine, found)


def revision(connection: Connection) -> str | None:
    """Return the database's revision; None if it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(found) if found is not None else None


def _create(connection: Connection) -> None:
    # The migrations lead to the very same tables (a test compares them), only later.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    for metadata in METADATA:
        metadata.create_all(connection)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def upgrade(engine: Engine, found: str) -> None:
    """Migrate from `found` to the newest revision, in one transaction."""
    check_known(found, "The database")
    _LOG.warning("The database's schema is migrated from %s to %s", found, HEAD)
    with engine.connect() as connection:
        migrate(connection, HEAD)


def check_known(found: str, what: str) -> None:
    """Raise SchemaTooNewError if the revision of `what` is of a newer hubd."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - seldom needed, and large

    if found not in {s.revision for s in ScriptDirectory(str(SCRIPTS)).walk_revisions()}:
        said = f"{what} is of a newer hubd (its schema is {found}, known is {HEAD})"
        raise SchemaTooNewError(said, mend="Install that hubd, or restore an older backup")


def migrate(connection: Connection, to: str) -> None:
    """Bring the database to the revision `to`, in the connection's transaction if it is in one."""
    from alembic import command  # noqa: PLC0415 - seldom needed, and large
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
