"""A home that finds by name at once: the analysis asks for the same words many thousand times."""

from collections.abc import Iterable, Mapping

from msgspec import field

from hubd.core.home import Home, names
from hubd.model.device import Device
from hubd.model.home import Area
from hubd.model.ids import DeviceId


class KnownHome(Home):
    """A home that does not change any more, with its things by their names."""

    areas_by_name: Mapping[str, list[Area]] = field(default_factory=dict)
    devices_by_name: Mapping[str, list[Device]] = field(default_factory=dict)

    def find_areas(self, word: str) -> list[Area]:
        """Return the areas that `word` (an id, name or alias, any case) means."""
        return self.areas_by_name.get(word.casefold(), [])

    def find_devices(self, word: str) -> list[Device]:
        """Return the devices that `word` (an id, name or alias, any case) means."""
        exact = self.devices.get(DeviceId(word))
        if exact is not None:
            return [exact]
        return self.devices_by_name.get(word.casefold(), [])


def known(home: Home) -> KnownHome:
    """Return `home` as it is, to be asked often."""
    return KnownHome(
        **{name: getattr(home, name) for name in Home.__struct_fields__},
        areas_by_name=_by_name(home.areas.values()),
        devices_by_name=_by_name(home.devices.values()),
    )


def _by_name[Thing: (Device, Area)](things: Iterable[Thing]) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {}
    for thing in things:
        for name in names(thing):
            found.setdefault(name, []).append(thing)
    return found
