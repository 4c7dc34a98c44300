"""What of a real device's payloads is carried: the same question to every protocol. Pure.

Each protocol with recorded payloads fills a `Reader`; `hubd driver coverage` runs it over files.
"""

from collections.abc import Callable, Iterable

from msgspec import Struct


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
