"""What was found and is not adopted yet, and the rules by which it is adopted by itself.

It is not part of the log: what is found is found again. What people say of it is (`Dismissed`).
"""

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.found import Found, Need, Trust
from drivers.kit.sighting import Sighting
from hubd.core.home import Home
from hubd.model.device import Device, DeviceType
from hubd.rooms import Guess, guess

MOST = 2_000
"""Entries beyond which those that were seen longest ago go."""


class Entry(Struct, frozen=True):
    """One thing in the inbox.

    `driver` is "" for what no driver is for; then `why` says so. `present`: it is seen at the
    moment. `device` is its full description, where its driver could tell it without pairing.
    """

    driver: str
    found: Found
    first_us: int
    seen_us: int
    present: bool = True
    seen: str = ""
    device: Device | None = None
    why: str = ""

    @property
    def id(self) -> str:
        """What it is called in addresses and commands."""
        return entry_id(self.driver, self.found.key)

    @property
    def pictured(self) -> tuple[DeviceType, ...]:
        """What it can do, as far as is known."""
        if self.device is not None:
            return tuple(dict.fromkeys(e.type for e in self.device.endpoints))
        return self.found.pictured


def entry_id(driver: str, key: str) -> str:
    """Return what a found thing is called in addresses and commands."""
    return f"{driver or 'unknown'}:{key}".replace("/", "_")


class Rule(Struct, frozen=True):
    """Adopt by itself what matches all that is given; patterns as in a shell, in any case.

    `area`: "" leaves it to the guess from names where the home has that room, "from name" makes the
    room that its name says, else the id of a room.
    """

    driver: str = "*"
    maker: str = "*"
    model: str = "*"
    name: str = "*"
    area: str = ""

    def is_for(self, driver: str, found: Found) -> bool:
        """Say whether a found thing is to be adopted by this rule."""
        pairs = (
            (driver, self.driver),
            (found.maker, self.maker),
            (found.model, self.model),
            (found.name, self.name),
        )
        return all(fnmatchcase(said.casefold(), wanted.casefold()) for said, wanted in pairs)


BY_MQTT = Rule(driver="mqtt")
"""What announces itself on the home's own broker has its password: it belongs to the home."""


class Inbox:
    """All that was found."""

    def __init__(self, home: Callable[[], Home], now_us: Callable[[], int]) -> None:
        self._home = home
        self._now_us = now_us
        self._entries: dict[str, Entry] = {}
        self._watchers: list[Callable[[Entry], None]] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, entry_id: str) -> Entry | None:
        """Return the entry of that id, or None."""
        return self._entries.get(entry_id)

    def shown(self) -> list[Entry]:
        """Return what a person should see, the newest first: nothing that they dismissed."""
        kept = (e for e in self._entries.values() if not self.is_dismissed(e))
        return sorted(kept, key=lambda e: (-e.first_us, e.id))

    def is_dismissed(self, entry: Entry) -> bool:
        """Say whether a person did not want to see it."""
        return entry.found.key in self._home().dismissed.get(entry.driver, ())

    def guess(self, entry: Entry) -> Guess | None:
        """Return the room that it seems to be in."""
        found = entry.found
        named = entry.device.name if entry.device is not None else ""
        return guess((w for w in (found.area, found.name, named) if w), self._home())

    def put(
        self,
        driver: str,
        found: Found,
        *,
        seen: str = "",
        device: Device | None = None,
        why: str = "",
    ) -> Entry:
        """Take a found thing in, or what is new of it."""
        now_us = self._now_us()
        entry = Entry(driver, found, now_us, now_us, seen=seen, device=device, why=why)
        known = self._entries.pop(entry.id, None)
        if known is not None:
            entry = replace(entry, first_us=known.first_us, seen=seen or known.seen)
        self._entries[entry.id] = entry
        if len(self._entries) > MOST:
            oldest = min(self._entries.values(), key=lambda e: (e.present, e.seen_us))
            del self._entries[oldest.id]
        if known is None or not known.present or known.found != found:
            self._tell(entry)
        return entry

    def vanished(self, sighting: Sighting) -> None:
        """Take that a sighting is seen no more; what it showed is, too."""
        for entry in tuple(self._entries.values()):
            if entry.seen == sighting.key and entry.present:
                gone = replace(entry, present=False)
                self._entries[entry.id] = gone
                self._tell(gone)

    def drop(self, driver: str, key: str) -> None:
        """Take out what was adopted."""
        self._entries.pop(entry_id(driver, key), None)

    def watch(self, told: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `told` with each entry that is new or changed; return what ends that."""
        self._watchers.append(told)
        return lambda: self._watchers.remove(told)

    def _tell(self, entry: Entry) -> None:
        for watcher in tuple(self._watchers):
            watcher(entry)


def found_of(device: Device, area: str = "") -> Found:
    """Return a device that its driver knows whole as a found thing."""
    return Found(
        key=device.id,
        name=device.name,
        maker=device.maker,
        model=device.model,
        version=device.version,
        identities=device.identities,
        trust=Trust.PASSWORD,
        area=area,
    )


def missing(needs: Iterable[Need], answers: Iterable[str]) -> list[Need]:
    """Return the needs that must be answered and are not."""
    given = set(answers)
    return [need for need in needs if not need.optional and need.name not in given]
