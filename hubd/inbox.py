"""What was found and is not adopted yet, and the rules by which it is adopted by itself.

It is not part of the log: what is found is found again. What people say of it is (`Dismissed`).
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from hashlib import blake2s

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.found import Found, Trust
from drivers.kit.sighting import Sighting
from hubd.core.home import Home
from hubd.model.device import Device, DeviceType
from hubd.model.ids import DeviceId

MOST = 2_000
"""Entries beyond which those that were seen longest ago go."""

MOST_SIGHTINGS = 16
"""So many ways in which one thing shows itself are told apart."""


class Entry(Struct, frozen=True):
    """One thing in the inbox.

    `driver` is "" for what no driver is for; then `why` says so. `present`: it is seen at the
    moment, by the sightings `seen` if it shows itself. `device` is its full description, where its
    driver could tell it without pairing. `why` also says why a rule could not adopt it. `doing` is
    what its driver is doing to adopt it at the moment, in words.
    """

    driver: str
    found: Found
    first_us: int
    seen_us: int
    present: bool = True
    seen: frozenset[str] = frozenset()
    device: Device | None = None
    why: str = ""
    doing: str = ""

    @property
    def id(self) -> str:
        """What it is called in addresses and commands."""
        return entry_id(self.driver, self.found.key)

    @property
    def wants_nobody(self) -> bool:
        """Whether it could be adopted without a person's doing."""
        found = self.found
        asks = found.asks or found.adopted_elsewhere
        return bool(self.driver) and not asks and all(need.optional for need in found.needs)

    @property
    def pictured(self) -> tuple[DeviceType, ...]:
        """What it can do, as far as is known."""
        if self.device is not None:
            return tuple(dict.fromkeys(e.type for e in self.device.endpoints))
        return self.found.pictured


_PLAIN = re.compile(r"[A-Za-z0-9._:@+~-]{1,80}")


def entry_id(driver: str, key: str) -> str:
    """Return what a found thing is called in addresses and commands: no two are called alike."""
    if _PLAIN.fullmatch(key):
        return f"{driver or 'unknown'}:{key}"
    plain = re.sub(r"[^A-Za-z0-9._:@+~-]+", "_", key)[:60]
    mark = blake2s(key.encode(errors="surrogatepass"), digest_size=4).hexdigest()
    return f"{driver or 'unknown'}:{plain}~{mark}"


class Rule(Struct, frozen=True):
    """Adopt by itself what matches all that is given; patterns as in a shell, in any case.

    `area`: "" leaves it to the guess from names where the home has that room, "from name" makes the
    room that its name says, else a room by its id or name. `trust`: how well the talk with it must
    be guarded at least.
    """

    driver: str = "*"
    maker: str = "*"
    model: str = "*"
    name: str = "*"
    area: str = ""
    trust: Trust = Trust.OPEN

    def is_for(self, driver: str, found: Found) -> bool:
        """Say whether a found thing is to be adopted by this rule."""
        pairs = (
            (driver, self.driver),
            (found.maker, self.maker),
            (found.model, self.model),
            (found.name, self.name),
        )
        ranks = list(Trust)
        if ranks.index(found.trust) > ranks.index(self.trust):
            return False
        return all(fnmatchcase(said.casefold(), wanted.casefold()) for said, wanted in pairs)


BY_MQTT = Rule(driver="mqtt")
"""What announces itself on the home's own broker has its password: it belongs to the home."""


class Inbox:
    """All that was found. What is in the home is kept in mind, and not shown while it is there."""

    def __init__(
        self,
        home: Callable[[], Home],
        now_us: Callable[[], int],
        is_adopted: Callable[[str, str], bool] = lambda _driver, _key: False,
    ) -> None:
        """Begin empty; `is_adopted` says of a driver's key whether it need not be adopted."""
        self._home = home
        self._now_us = now_us
        self._is_adopted = is_adopted
        self._entries: dict[str, Entry] = {}
        self._watchers: list[Callable[[Entry], None]] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter([e for e in self._entries.values() if not self.is_in_home(e)])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def get(self, entry_id: str) -> Entry | None:
        """Return the entry of that id, be it of something in the home; None if there is none."""
        return self._entries.get(entry_id)

    def shown(self) -> list[Entry]:
        """Return what a person should see, the newest first: nothing that they dismissed."""
        return sorted(
            (e for e in self if not self.is_dismissed(e)), key=lambda e: (-e.first_us, e.id)
        )

    def is_in_home(self, entry: Entry) -> bool:
        """Say whether it is in the home, and need not be adopted."""
        if entry.device is None:
            return self._is_adopted(entry.driver, entry.found.key)
        home = self._home()
        return entry.device.id in home.devices or entry.device.id in home.joins

    def is_dismissed(self, entry: Entry) -> bool:
        """Say whether a person did not want to see it."""
        return entry.found.key in self._home().dismissed.get(entry.driver, ())

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
        sightings = frozenset({seen} if seen else ())
        entry = Entry(driver, found, now_us, now_us, seen=sightings, device=device, why=why)
        known = self._entries.pop(entry.id, None)
        if known is not None:
            if len(known.seen) < MOST_SIGHTINGS:
                sightings |= known.seen
            entry = replace(
                entry,
                first_us=known.first_us,
                seen=sightings,
                why=entry.why or known.why,
                doing=known.doing,
            )
        self._entries[entry.id] = entry
        if len(self._entries) > MOST:
            oldest = min(self._entries.values(), key=lambda e: (e.present, e.seen_us))
            del self._entries[oldest.id]
        if known is None or not known.present or known.found != found:
            self._tell(entry)
        return entry

    def note(self, entry_id: str, why: str) -> None:
        """Take why a rule could not adopt a found thing."""
        entry = self._entries.get(entry_id)
        if entry is not None:
            self._entries[entry_id] = replace(entry, why=why)

    def doing(self, entry_id: str, words: str) -> None:
        """Take what is being done to adopt a found thing; "" when that is over."""
        entry = self._entries.get(entry_id)
        if entry is not None:
            self._entries[entry_id] = replace(entry, doing=words)

    def vanished(self, sighting: Sighting) -> None:
        """Take that a sighting is seen no more; what no other shows is, too."""
        for entry in tuple(self._entries.values()):
            if sighting.key in entry.seen:
                left = entry.seen - {sighting.key}
                gone = replace(entry, seen=left, present=bool(left))
                self._entries[entry.id] = gone
                if not left:
                    self._tell(gone)

    def drop(self, device: DeviceId) -> None:
        """Take out a device that its driver could describe, and that is gone for good."""
        for entry in tuple(self._entries.values()):
            if entry.device is not None and entry.device.id == device:
                del self._entries[entry.id]

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
