"""What the areas and devices of a home are for, judged by their names, and the ways between."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from firmware_sim.devices.catalog import DeviceType
from firmware_sim.home import Area, DeviceEntry, Home, Person, Role


class Use(Enum):
    """What an area is for."""

    SLEEP = auto()
    WASH = auto()
    COOK = auto()
    RELAX = auto()
    WORK = auto()
    PASS = auto()


_WORDS = (
    (Use.PASS, r"hall|entr|foyer|landing|corridor|stair|porch"),
    (Use.SLEEP, r"bed|nursery|child|kid|guest"),
    (Use.WASH, r"bath|toilet|wc|shower|wash"),
    (Use.COOK, r"kitchen|dining"),
    (Use.WORK, r"office|study|work|desk"),
    (Use.RELAX, r"living|lounge|sitting|family|tv"),
)
LIGHTS = frozenset(
    {
        DeviceType.ON_OFF_LIGHT,
        DeviceType.DIMMABLE_LIGHT,
        DeviceType.COLOR_TEMPERATURE_LIGHT,
        DeviceType.EXTENDED_COLOR_LIGHT,
    }
)


@dataclass(frozen=True)
class Layout:
    """A home read as a place to live in; a home without areas has one, `home`."""

    home: Home
    areas: tuple[Area, ...]
    uses: Mapping[str, Use]
    doors: Mapping[str, frozenset[str]]
    devices: Mapping[str, tuple[DeviceEntry, ...]]
    kinds: Mapping[tuple[str, DeviceType], tuple[DeviceEntry, ...]]
    lamps: Mapping[str, tuple[DeviceEntry, ...]]

    @classmethod
    def of(cls, home: Home) -> "Layout":
        """Return the layout of `home`: rooms open onto their floor's hall, halls onto halls."""
        areas = home.areas or (Area(id="home", name="Home"),)
        uses = {area.id: _use(area) for area in areas}
        devices = {
            area.id: tuple(d for d in home.devices if (d.area or areas[0].id) == area.id)
            for area in areas
        }
        kinds = {
            (area, kind): tuple(d for d in some if d.type is kind)
            for area, some in devices.items()
            for kind in {d.type for d in some}
        }
        lamps = {area: tuple(d for d in some if d.type in LIGHTS) for area, some in devices.items()}
        return cls(home, areas, uses, _doors(home, areas, uses), devices, kinds, lamps)

    def of_use(self, use: Use) -> tuple[str, ...]:
        """Return the areas for `use`; without any, all areas will do."""
        found = tuple(a.id for a in self.areas if self.uses[a.id] is use)
        return found or tuple(a.id for a in self.areas)

    def bedroom(self, person: Person) -> str:
        """Return where a person sleeps: a bedroom with their name, else by their role."""
        rooms = self.of_use(Use.SLEEP)
        names = {a.id: f"{a.id} {a.name}".lower() for a in self.areas}
        for room in rooms:
            if person.id in names[room] or person.name.lower() in names[room]:
                return room
        small = [r for r in rooms if re.search(r"child|kid|nursery", names[r])]
        if person.role is Role.CHILD:
            return (small or rooms)[-1]
        return next((r for r in rooms if r not in small), rooms[0])

    @property
    def entrance(self) -> str:
        """The area with the front door."""
        halls = self.of_use(Use.PASS)
        with_door = [h for h in halls if self.find(h, DeviceType.CONTACT_SENSOR, "door")]
        return (with_door or halls)[0]

    def find(self, area: str, kind: DeviceType, words: str = "") -> tuple[DeviceEntry, ...]:
        """Return the devices of `kind` in an area, those whose name matches `words`."""
        found = self.kinds.get((area, kind), ())
        if not words:
            return found
        return tuple(d for d in found if re.search(words, f"{d.id} {d.name}".lower()))

    def everywhere(self, kind: DeviceType) -> tuple[DeviceEntry, ...]:
        """Return all devices of `kind`."""
        return tuple(d for area in self.areas for d in self.kinds.get((area.id, kind), ()))

    def lights(self, area: str) -> tuple[DeviceEntry, ...]:
        """Return the lamps of an area."""
        return self.lamps[area]

    def way(self, start: str, goal: str) -> tuple[str, ...]:
        """Return the areas that one walks through from `start` to `goal`, the goal included."""
        came: dict[str, str] = {start: start}
        queue = deque([start])
        while queue and goal not in came:
            here = queue.popleft()
            for there in sorted(self.doors[here] - came.keys()):
                came[there] = here
                queue.append(there)
        if goal not in came:
            return (goal,)
        steps = [goal]
        while came[steps[-1]] != start and steps[-1] != start:
            steps.append(came[steps[-1]])
        return tuple(reversed(steps)) if goal != start else ()


def _use(area: Area) -> Use:
    text = " ".join((area.id, area.name, *area.aliases)).lower()
    return next((use for use, words in _WORDS if re.search(words, text)), Use.RELAX)


def _doors(
    home: Home, areas: tuple[Area, ...], uses: Mapping[str, Use]
) -> Mapping[str, frozenset[str]]:
    levels = {floor.id: floor.level for floor in home.floors}
    level = {area.id: levels.get(area.floor or "", 0) for area in areas}
    halls: dict[int, str] = {}
    for area in areas:
        if uses[area.id] is Use.PASS:
            halls.setdefault(level[area.id], area.id)
    for area in areas:
        halls.setdefault(level[area.id], area.id)
    pairs = {(a.id, halls[level[a.id]]) for a in areas}
    storeys = sorted(halls)
    pairs |= {(halls[low], halls[high]) for low, high in pairwise(storeys)}
    return {
        a.id: frozenset({y for x, y in pairs if x == a.id} | {x for x, y in pairs if y == a.id})
        - {a.id}
        for a in areas
    }
