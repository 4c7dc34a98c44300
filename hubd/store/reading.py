"""A log opened to be read alone, also while a hub writes it."""

from collections.abc import Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from hubd.model.events import Event
from hubd.store import log
from hubd.store.engine import open_engine, shown
from hubd.store.errors import store_error


def log_url(text: str) -> str:
    """Return the URL of a log that a person named: a URL as it is, else SQLite's of that file."""
    return text if "://" in text else f"sqlite:///{Path(text).resolve()}"


class LogReader:
    """Reads a log: `with LogReader.open(url) as reader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open `url`; nothing in it is created or changed. Raises StoreError if there is none."""
        return cls(open_engine(url, readonly=True))

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the database. What went wrong in it is raised as a StoreError."""
        self._engine.dispose()
        if isinstance(error, SQLAlchemyError):
            raise store_error(error, shown(self._engine)) from error

    @property
    def engine(self) -> Engine:
        """For other queries."""
        return self._engine

    def last_us(self) -> int:
        """Return the time of the newest event; 0 if there is none."""
        with self._engine.connect() as connection:
            return log.newest_us(connection)

    def count(self) -> int:
        """Return how many events the log has."""
        with self._engine.connect() as connection:
            return log.count(connection)

    def newest_us(self) -> int:
        """Return the time of the latest event; 0 if there is none."""
        with self._engine.connect() as connection:
            return log.newest_us(connection)

    def read(self, kinds: Collection[str] | None = None) -> Iterator[Event]:
        """Yield all events in their order; of `kinds` alone, if some are named."""
        return log.read(self._engine, kinds=kinds)
