"""What of a real device's payloads is carried: the same question to every protocol.

Each protocol with recorded payloads fills a `Reader`; `hubd driver coverage` runs it over files.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from hubd.model.errors import HubError


class Entity(Struct, frozen=True, omit_defaults=True):
    """Something of a device that has a value, can be asked, or happens.

    `reason` says, in plain words, why it is not carried; it is empty where it is.
    """

    name: str
    reason: str = ""

    @property
    def mapped(self) -> bool:
        """Whether it is carried."""
        return not self.reason


type Reader = Callable[[object], Iterable[Entity]]
"""Names every entity of one document, as JSON gave it. Raises DriverError for one that is none."""


class Uncarried(Struct, frozen=True):
    """What of which file is not carried, and why."""

    file: str
    entity: str
    reason: str


class Coverage(Struct, frozen=True):
    """How much of some recordings is carried."""

    files: int
    entities: int
    mapped: int
    unmapped: tuple[Uncarried, ...]


def coverage(path: Path, read: Reader) -> Coverage:
    """Judge a file, or all JSON files of a folder and of those below it.

    A file that cannot be read is one that is not carried; nothing in it stops the others.
    """
    folder = path.is_dir()
    files = sorted(path.rglob("*.json")) if folder else [path]
    entities = mapped = 0
    unmapped: list[Uncarried] = []
    for file in files:
        name = str(file.relative_to(path)) if folder else file.name
        for entity in _read(file, read):
            entities += 1
            if entity.mapped:
                mapped += 1
            else:
                unmapped.append(Uncarried(name, entity.name, entity.reason))
    return Coverage(len(files), entities, mapped, tuple(unmapped))


def _read(file: Path, read: Reader) -> Iterator[Entity]:
    try:
        document = msgspec.json.decode(file.read_bytes())
    except OSError as error:
        yield Entity("", f"cannot be read: {error.strerror}")
        return
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield Entity("", f"is not JSON: {error}")
        return
    try:
        yield from read(document)
    except HubError as error:
        yield Entity("", error.what)
    except Exception as error:  # noqa: BLE001 - a recording nobody foresaw is not carried, no more
        yield Entity("", f"stopped there: {type(error).__name__}: {error}")
