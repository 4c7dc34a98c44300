"""What a found thing seems to be: which device of the home, or what it was called there. Pure."""

from collections.abc import Iterable

from msgspec import Struct

from hubd.core.home import Home
from hubd.inbox import Entry
from hubd.model.device import Device
from hubd.model.home import Naming
from hubd.rooms import Guess, guess
from hubd.things import shared


class Twin(Struct, frozen=True):
    """The device of the home that a found thing seems to be, and why, in words.

    `again`: it is the very one, which does not let the hub in any more.
    """

    device: Device
    evidence: tuple[str, ...]
    again: bool


class Likeness:
    """Looks at a home as it is now."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[str, Device] = {}
        for device in home.devices.values():
            for identity in device.identities:
                self._known.setdefault(identity, device)

    def twin(self, entry: Entry) -> Twin | None:
        """Return the device of the home that `entry` seems to be, by another driver or its own."""
        identities = entry.found.identities
        device = next((self._known[i] for i in identities if i in self._known), None)
        if device is None:
            return None
        common = [i for i in identities if i in device.identities]
        return Twin(device, shared(common), device.driver == entry.driver)

    def former(self, identities: Iterable[str]) -> Naming | None:
        """Return what a thing of these identities was called, and where, before it left the home.

        None if none left, or one of them is in the home.
        """
        known = tuple(identities)
        if any(identity in self._known for identity in known):
            return None
        left = next((self._home.former[i] for i in known if i in self._home.former), None)
        if left is None or left.area is None or left.area in self._home.areas:
            return left
        return Naming(left.name, None, left.aliases, left.roles)

    def room(self, entry: Entry) -> Guess | None:
        """Return the room that `entry` is probably in: where it was, else what its names say."""
        found = entry.found
        former = self.former(found.identities)
        if former is not None and former.area:
            return Guess(self._home.areas[former.area], known=True, told_by="it was there before")
        named = entry.device.name if entry.device is not None else ""
        return guess((w for w in (found.area, found.name, named) if w), self._home)
