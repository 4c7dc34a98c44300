"""Guard's tables come with the hub's database, new or migrated."""

from pathlib import Path

from sqlalchemy import create_engine, inspect

from hubd.guard.tables import Table
from hubd.store.schema import prepare


def test_a_new_database_has_guard_s_tables(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}")
    prepare(engine)
    assert set(Table.metadata.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()
