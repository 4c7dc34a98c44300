"""From Home Assistant's ids to the words that a home's people use for things here."""

import re
from collections.abc import Iterable, Mapping

from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.registry import Registry

MAX_GROUP_DEPTH = 5

_ENTITY = re.compile(r"[a-z_]+\.[\w-]+")
_PARTS = (
    *("occupancy", "contact", "action", "water_leak", "temperature", "humidity", "illuminance"),
    *("illuminance_lux", "battery", "battery_level", "power", "energy", "voltage", "current"),
    *("co2", "pm25", "smoke", "vibration", "click", "battery_low", "tamper", "presence"),
    *("soil_moisture", "moisture", "active_power", "power_consumption", "carbon_dioxide", "lux"),
)
"""What drivers add to a device's name to name one of its entities."""
_SENSING = frozenset({"sensor", "binary_sensor"})
_LONGER = sorted(_PARTS, key=len, reverse=True)

KIND_WORDS: Mapping[str, str] = {
    "light": "lights",
    "switch": "plugs",
    "cover": "blinds",
    "climate": "thermostats",
    "fan": "fans",
    "humidifier": "humidifiers",
    "lock": "locks",
    "valve": "valves",
    "vacuum": "vacuums",
    "media_player": "speakers",
    "siren": "sirens",
    "alarm_control_panel": "alarms",
}
"""Domain -> the word for all things of its kind."""
_THING = re.compile(rf"\b({'|'.join(KIND_WORDS)}|input_boolean)\.([a-z0-9_]+)")
_EVERYONE = re.compile(
    r"(all_?(people|persons|devices)|family|everyone|everybody|household|residents|people|persons)"
)

_GUESSES: tuple[tuple[str, str], ...] = (
    (r"battery_?low|low_?battery", "battery"),
    (r"motion|pir\b|occupancy|occupied|presence|mmwave|radar|people", "occupancy"),
    (r"door|window|contact|garage|gate|opening|reed|mailbox|fridge|drawer", "opening"),
    (r"leak|water|moisture|flood", "moisture"),
    (r"smoke|gas|_co\b|carbon_monoxide", "smoke"),
    (r"vibration", "vibration"),
    (r"\bbed|in_bed|_bed\b", "bed"),
    (r"rain", "rain"),
)
_MEASURE_GUESSES: tuple[tuple[str, str], ...] = (
    (r"temperature|_temp\b|^temp_|thermometer", "temperature"),
    (r"humidity|hygro", "humidity"),
    (r"illuminance|_lux\b|light_level|lightlevel|brightness|_light\b", "illuminance"),
    (r"co2|carbon_dioxide", "carbon_dioxide"),
    (r"pm_?2_?5|pm25", "pm25"),
    (r"battery", "battery"),
    (r"power|watt|consumption", "power"),
    (r"energy|kwh", "energy"),
    (r"voltage", "voltage"),
    (r"pressure", "pressure"),
    (r"noise|sound", "sound_pressure"),
    (r"moisture", "moisture"),
)


class Names:
    """The words of one home; `groups` maps a group's id to its members."""

    def __init__(
        self,
        registry: Registry,
        groups: Mapping[str, Iterable[str]],
        classes: Mapping[str, str],
        *,
        fahrenheit: bool = False,
    ) -> None:
        self.registry = registry
        self.fahrenheit = fahrenheit
        self.mentioned: dict[str, str] = {}
        """Device id -> an entity of it, as other parts of the folder tell."""
        self.domains: dict[str, set[str]] = {}
        """What stands after the dot of ids -> the domains before it; of things that are told."""
        self.people: set[str] = set()
        """The people of the home, by their words."""
        self._groups = {group: tuple(members) for group, members in groups.items()}
        self._classes = dict(classes)

    def entity(self, text: str) -> str:
        """Return the entity id that `text` (one, or an id of the registry) means.

        Raises NotCarriedError if it is none.
        """
        own = self.registry.by_own_id.get(text)
        if own:
            return own
        found = text.strip().casefold()
        if not _ENTITY.fullmatch(found):
            if re.fullmatch(r"[0-9a-f]{32}", found):
                raise NotCarriedError(f"nothing in the folder says which thing {text} is")
            raise NotCarriedError(f'"{text}" is not the id of a thing')
        return found

    def members(self, entity: str, depth: int = 0) -> list[str]:
        """Return the entities that `entity` stands for: a group's members, or itself."""
        members = self._groups.get(entity)
        if members is None or depth > MAX_GROUP_DEPTH:
            return [entity]
        found = [inner for member in members for inner in self.members(member, depth + 1)]
        return list(dict.fromkeys(found))

    def is_group(self, entity: str) -> bool:
        """Say whether the folder says who belongs to the group `entity`."""
        return entity in self._groups

    def word(self, entity: str) -> str:
        """Return what people here call the thing behind `entity`."""
        domain, _, name = entity.partition(".")
        known = self.registry.entities.get(entity)
        if known is not None and known.device in self.registry.devices:
            return self._of_device(entity, known.device, domain) or _spoken(name)
        if known is not None and known.name:
            return _spoken(known.name)
        if domain == "timer" and "timer" not in name:
            return f"{_spoken(name)} timer"
        if domain in _SENSING:
            for part in _LONGER:
                if name.endswith(f"_{part}") and len(name) > len(part) + 1:
                    return _spoken(name.removesuffix(f"_{part}"))
        if domain in KIND_WORDS and len(self.domains.get(name, ())) > 1:
            # Several things of one name: each is called by its kind, too.
            kind = KIND_WORDS[domain].removesuffix("s")
            return _spoken(name if name.endswith(kind) else f"{name} {kind}")
        return _spoken(name)

    def classify(self, entity: str, device_class: str) -> None:
        """Say what class `entity` is of; "" says nothing."""
        if device_class:
            self._classes[entity] = device_class

    def see(self, text: str) -> None:
        """Remember the ids of things in `text`."""
        for domain, name in _THING.findall(text):
            self.domains.setdefault(name, set()).add(domain)

    def _of_device(self, entity: str, device: str, domain: str) -> str:
        alike = [
            other for other in self.registry.of_device(device) if other.startswith(f"{domain}.")
        ]
        known = self.registry.entities[entity]
        if domain not in _SENSING and len(alike) > 1 and known.name:
            return _spoken(known.name)
        return _spoken(self.registry.devices[device].name)

    def device(self, device: str) -> str:
        """Return what people call the device with this id. Raises NotCarriedError."""
        known = self.registry.devices.get(device)
        if known is not None and known.name:
            return _spoken(known.name)
        entity = self.mentioned.get(device)
        if entity:
            return self.word(entity)
        raise NotCarriedError(
            f"nothing in the folder says which device {device} is"
            " (copy .storage/core.device_registry into it)"
        )

    def marked(self, mark: str) -> str:
        """Return what people call the device with an address. Raises NotCarriedError."""
        known = self.registry.marked(mark)
        if known is None:
            raise NotCarriedError(
                f"nothing in the folder says which device has the address {mark}"
                " (copy .storage/core.device_registry into it)"
            )
        return _spoken(known.name)

    def entities_of(self, device: str, domain: str) -> list[str]:
        """Return the entities of a device that are of `domain`; any if it is "homeassistant"."""
        found = self.registry.of_device(device)
        found += [self.mentioned[device]] if not found and device in self.mentioned else []
        return [
            entity
            for entity in found
            if domain == "homeassistant" or entity.partition(".")[0] == domain
        ]

    def area(self, area: str) -> str:
        """Return what people call an area."""
        return _spoken(self.registry.areas.get(area) or area)

    def floor(self, floor: str) -> str:
        """Return what people call a floor."""
        return _spoken(self.registry.floors.get(floor) or floor)

    def person(self, entity: str) -> str:
        """Return the person behind `person.x` or `device_tracker.x`; "" for a group of all."""
        _, _, name = entity.partition(".")
        if _EVERYONE.search(name) or entity == "zone.home":
            return ""
        cut = r"_?(s_)?(iphone|phone|pixel|galaxy|mobile|android|tracker|ipad|gps|ble|wifi)\w*$"
        return _spoken(re.sub(cut, "", name) or name)

    def device_class(self, entity: str) -> str:
        """Return the device class of `entity`, as configured or else as its name tells; or ""."""
        known = self.registry.entities.get(entity)
        if known is not None and known.device_class:
            return known.device_class
        if entity in self._classes:
            return self._classes[entity]
        domain, _, name = entity.partition(".")
        guesses = _GUESSES if domain == "binary_sensor" else _MEASURE_GUESSES
        return next((found for pattern, found in guesses if re.search(pattern, name)), "")

    def unit(self, entity: str) -> str:
        """Return the unit of `entity` as the registry tells; or ""."""
        known = self.registry.entities.get(entity)
        return known.unit if known is not None else ""


def _spoken(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()
