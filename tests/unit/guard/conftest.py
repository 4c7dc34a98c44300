"""A guard on a real database, over a home of three people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from guarding import Guarded, HomeOfThree
from sqlalchemy import Engine, create_engine

from hubd.guard.guard import Guard
from hubd.guard.tables import Table


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A new database with guard's tables."""
    engine = create_engine(f"sqlite:///{tmp_path / 'guard.db'}")
    Table.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
async def guarded(engine: Engine) -> Guarded:
    """A guard that nobody has a password for yet."""
    three = HomeOfThree()
    guard = Guard(engine, lambda: three.home, lambda: three.now_us)
    await guard.open()
    return Guarded(guard, three, engine)
