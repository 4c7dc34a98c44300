"""One hub at a time writes to a SQLite file."""

import fcntl
from pathlib import Path
from typing import IO, Self

from hubd.store.errors import StoreInUseError, StoreReadOnlyError, StoreUnreachableError


class FileLock:
    """Held on `FILE.lock` until `release`, or the end of the process, however it ends."""

    def __init__(self, database: Path) -> None:
        self._file = _open(database)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            what = f"Another hub has {database} open"
            raise StoreInUseError(what, mend="Stop it, or use another file") from None

    def release(self) -> None:
        """Let others in. The lock's file stays: to remove it would let two in."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _open(database: Path) -> IO[bytes]:
    path = database.with_name(database.name + ".lock")
    try:
        return path.open("wb")
    except PermissionError as error:
        mend = "Give hubd's user the right to write to the file and its folder"
        raise StoreReadOnlyError(f"{path}: {error.strerror}", mend=mend) from error
    except OSError as error:
        mend = "Make the folder, or correct the path in the URL"
        raise StoreUnreachableError(f"{path}: {error.strerror}", mend=mend) from error
