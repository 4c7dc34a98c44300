"""How a scene's words find devices: by area and kind instead of lists, so they follow the home."""

from collections.abc import Iterator

from msgspec import Struct

from hubd.core.home import Home, role_token
from hubd.core.listening import EVERYTHING
from hubd.model.device import LIGHTS, Device, DeviceType, Endpoint
from hubd.model.ids import AreaId

HERE = "here"
"""The area that set the scene off."""
ANY_AREA = frozenset({"any area", "anywhere", "every area"})
_WHOLE_HOME = frozenset({"all", "any", "every", "the home's"})

type Kind = frozenset[DeviceType]

KINDS: dict[str, Kind] = {
    "lights": LIGHTS,
    "lamps": LIGHTS,
    "plugs": frozenset({DeviceType.ON_OFF_PLUG}),
    "blinds": frozenset({DeviceType.WINDOW_COVERING}),
    "covers": frozenset({DeviceType.WINDOW_COVERING}),
    "curtains": frozenset({DeviceType.WINDOW_COVERING}),
    "shutters": frozenset({DeviceType.WINDOW_COVERING}),
    "thermostats": frozenset({DeviceType.THERMOSTAT}),
    "fans": frozenset({DeviceType.FAN}),
    "humidifiers": frozenset({DeviceType.HUMIDIFIER}),
    "locks": frozenset({DeviceType.DOOR_LOCK}),
    "valves": frozenset({DeviceType.WATER_VALVE}),
    "vacuums": frozenset({DeviceType.ROBOTIC_VACUUM}),
    "speakers": frozenset({DeviceType.SPEAKER}),
    "sirens": frozenset({DeviceType.SIREN}),
    "alarms": frozenset({DeviceType.ALARM_PANEL}),
}
"""Words for kinds of devices; each is good in the singular too."""

_BY_WORD = {**KINDS, **{word.removesuffix("s"): kind for word, kind in KINDS.items()}}


class Found(Struct, frozen=True):
    """An endpoint that a word means, and its device."""

    device: Device
    endpoint: Endpoint


class Target(Struct, frozen=True):
    """A phrase such as "Kitchen lamp" (a device) or "kitchen lights" (an area and a kind).

    `place` is what stands before the kind; "" means the whole home. What is neither a device nor
    a kind may be a role: "kitchen reading lights" are what has that role there.
    """

    phrase: str
    place: str = ""
    kind: Kind | None = None

    @property
    def here(self) -> bool:
        """Say whether it means the area that set the scene off."""
        return self.place == HERE or self.phrase.endswith(f" {HERE}")

    def wants(self) -> Iterator[str]:
        """Yield the tokens (listening.Program.wants) that this may change with."""
        if self.place == HERE:
            return
        if not self.here:
            yield self.phrase
        if self.kind is not None:
            yield self.place or EVERYTHING
        yield from (role_token(role) for _, role in self._splits())

    def find(self, home: Home, here: AreaId | None) -> list[Found]:
        """Return the endpoints that this means in `home`; a device's own name goes first."""
        if self.kind is None or self.place not in {HERE, ""}:
            devices = home.find_devices(self.phrase)
            if devices:
                return [Found(d, e) for d in devices for e in d.endpoints]
        if self.kind is None or not (self.place in {HERE, ""} or areas_of(self.place, home)):
            return [Found(d, e) for d in self._in_role(home, here) for e in d.endpoints]
        return [
            Found(device, endpoint)
            for device in devices_at(self.place, home, here)
            for endpoint in device.endpoints
            if endpoint.type in self.kind
        ]

    def _splits(self) -> Iterator[tuple[str, str]]:
        """Yield all ways to read the phrase as a place ("" is the whole home) and a role."""
        if self.phrase.endswith(f" {HERE}"):
            yield HERE, self.phrase.removesuffix(f" {HERE}")
            return
        yield "", self.phrase
        words = self.phrase.split()
        for number in range(1, len(words)):
            place, role = " ".join(words[:number]), " ".join(words[number:])
            yield "" if place in _WHOLE_HOME else place, role

    def _in_role(self, home: Home, here: AreaId | None) -> list[Device]:
        """Return what has the role that this names, where it says; the longest role goes first."""
        for place, role in self._splits():
            bearers = list(home.find_role(role))
            if bearers:
                there = {device.id for device in devices_at(place, home, here)}
                found = [device for device in bearers if device.id in there]
                if found:
                    return found
        return []


def parse_target(phrase: str) -> Target:
    """Return what `phrase` may mean; that needs no home, which may not know the words yet."""
    words = " ".join(phrase.casefold().split())
    if words.endswith(f" {HERE}") and words.removesuffix(f" {HERE}") in _BY_WORD:
        return Target(words, HERE, _BY_WORD[words.removesuffix(f" {HERE}")])
    place, _, last = words.rpartition(" ")
    kind = _BY_WORD.get(last)
    if kind is None:
        return Target(words)
    return Target(words, "" if place in _WHOLE_HOME else place, kind)


def devices_at(place: str, home: Home, here: AreaId | None) -> list[Device]:
    """Return the devices of a place: "" or "any area" (all), `HERE`, an area's or floor's name."""
    if not place or place in ANY_AREA:
        return list(home.devices.values())
    if place == HERE:
        return list(home.devices_in(here)) if here is not None else []
    return [device for area in areas_of(place, home) for device in home.devices_in(area)]


def areas_of(place: str, home: Home) -> list[AreaId]:
    """Return the areas that `place` means: any, those of that name, or those of such a floor."""
    if place in ANY_AREA:
        return list(home.areas)
    areas = home.find_areas(place)
    if not areas:
        areas = [area for floor in home.find_floors(place) for area in home.areas_on(floor.id)]
    return [area.id for area in areas]


def things_at(word: str, home: Home, here: AreaId | None) -> list[Device]:
    """Return the devices that `word` means in a state: a place's, or the device of that name."""
    devices = devices_at(word, home, here) or home.find_devices(word)
    return devices or [found.device for found in Target(word).find(home, here)]


def wants_of(word: str) -> str:
    """Return the token (listening.Program.wants) of a word for a place, a device or a person."""
    return EVERYTHING if word in ANY_AREA else word
