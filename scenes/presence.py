"""Who is home: by the phones and tags that bear people's names."""

from hubd.core.home import Home, names
from hubd.model.device import Device

ANYONE = frozenset({"anyone", "anybody", "someone"})
EVERYONE = frozenset({"everyone", "everybody", "all"})


def belongs(device: Device, word: str, home: Home) -> bool:
    """Say whether `device` bears the name of the person whom `word` means."""
    if word in ANYONE or word in EVERYONE:
        return True
    whose = {word, *(name for person in home.find_people(word) for name in names(person))}
    for name in names(device):
        parts = name.replace("_", " ").replace("'", " ").replace("’", " ").split()
        if name in whose or not whose.isdisjoint(parts):
            return True
    return False
