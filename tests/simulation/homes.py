"""Random homes: rooms, their devices, and scenes in the language that people write."""

from random import Random

from msgspec import Struct
from msgspec.structs import replace

from hubd.model.device import Action, Device, DeviceType, Endpoint, Property, Signal
from hubd.model.home import Area
from hubd.model.ids import AreaId, DeviceId, EndpointId, PropertyId, property_id
from hubd.model.instant import MINUTE_US
from hubd.model.value import Value
from hubd.model.vocabulary import typical
from tests.simulation.story import Wanted

ONE = EndpointId("1")
ON, LEVEL, SETPOINT = "OnOff.on", "LevelControl.level", "Thermostat.setpoint"
LOCKED, VALVE, CHIME = "DoorLock.locked", "Valve.open", "Siren.chime"
OCCUPIED, OPEN, LEAK = "OccupancySensing.occupied", "BooleanState.open", "BooleanState.leak"
PRESSED = "Switch.pressed"
ROOMS = ("kitchen", "hall", "attic", "study")


class Furnished(Struct, frozen=True):
    """A home before anyone lives in it: its areas, devices, their first values, and its scenes."""

    areas: tuple[Area, ...]
    devices: tuple[Device, ...]
    first: dict[PropertyId, Value]
    scenes: tuple[Wanted, ...]


class _Maker:
    """Puts devices into rooms."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.devices: list[Device] = []
        self.first: dict[PropertyId, Value] = {}

    def add(
        self,
        name: str,
        kind: DeviceType,
        area: str,
        *properties: tuple[Property, Value],
        action: str = "",
        signal: str = "",
    ) -> PropertyId:
        """Add a device of one endpoint; return its first property."""
        endpoint = Endpoint(
            ONE,
            kind,
            properties=tuple(prop for prop, _ in properties),
            actions=(Action(action),) if action else (),
            signals=(Signal(signal, ("single", "double")),) if signal else (),
        )
        device = DeviceId(name.replace(" ", "_"))
        self.devices.append(Device(device, name, "sim", (endpoint,), AreaId(area)))
        ids = [property_id(device, ONE, prop.name) for prop, _ in properties]
        self.first |= {i: v for i, (_, v) in zip(ids, properties, strict=True)}
        return ids[0] if ids else PropertyId("")

    def lamp(self, name: str, area: str) -> None:
        """Add a lamp, dimmable or not, that can take its time or not."""
        can = self._random.random() < 0.5
        on = replace(typical(ON, writable=True), transition=can)
        if self._random.random() < 0.3:
            self.add(name, DeviceType.ON_OFF_LIGHT, area, (on, False))
            return
        level = replace(typical(LEVEL, writable=True), transition=can)
        self.add(name, DeviceType.DIMMABLE_LIGHT, area, (on, False), (level, 100.0))


def furnished(random: Random) -> Furnished:
    """Return a random home."""
    make = _Maker(random)
    rooms = ROOMS[: random.randint(2, len(ROOMS))]
    motion: dict[str, tuple[PropertyId, ...]] = {}
    leaks: list[PropertyId] = []
    for room in rooms:
        for number in range(random.randint(1, 2)):
            make.lamp(f"{room} lamp {number}", room)
        sensors = [
            make.add(
                f"{room} motion {n}", DeviceType.OCCUPANCY_SENSOR, room, (typical(OCCUPIED), False)
            )
            for n in range(random.randint(1, 2))
        ]
        motion[room] = tuple(sensors)
        if random.random() < 0.5:
            leak = (typical(LEAK), False)
            leaks.append(
                make.add(f"{room} leak sensor", DeviceType.WATER_LEAK_DETECTOR, room, leak)
            )
    door = make.add("front door", DeviceType.CONTACT_SENSOR, "hall", (typical(OPEN), False))
    make.add("bell button", DeviceType.GENERIC_SWITCH, "hall", signal=PRESSED)
    locked = (typical(LOCKED, writable=True), False)
    make.add("door lock", DeviceType.DOOR_LOCK, "hall", locked)
    make.add("siren", DeviceType.SIREN, "hall", action=CHIME)
    valve = (typical(VALVE, writable=True), True)
    make.add("main valve", DeviceType.WATER_VALVE, "kitchen", valve)
    warm = (typical(SETPOINT, writable=True), 18.0)
    make.add("kitchen thermostat", DeviceType.THERMOSTAT, "kitchen", warm)
    areas = tuple(Area(AreaId(room), room) for room in rooms)
    scenes = [_room_scene(random, room, motion[room], door) for room in rooms]
    scenes += random.sample(_house_scenes(random, door, tuple(leaks)), random.randint(3, 6))
    return Furnished(areas, tuple(make.devices), make.first, tuple(scenes))


def _room_scene(
    random: Random, room: str, sensors: tuple[PropertyId, ...], door: PropertyId
) -> Wanted:
    how = random.choice(("on", "off", "40 %", "75 %"))
    ends = random.choice(
        ("", f"until: {{unoccupied: {room}, for: 5 min}}", "for: 10 min", "for: 90 min")
    )
    guarded = random.random() < 0.25
    text = [
        f"scene: Light in {room}",
        f"when: {{occupied: {room}}}",
        *(["if: {closed: front door}"] if guarded else []),
        f"claims: {{{room} lights: {how}}}",
        *([ends] if ends else []),
    ]
    return Wanted(f"light_{room}", "\n".join(text), any_of=sensors, guard=door if guarded else None)


def _house_scenes(random: Random, door: PropertyId, leaks: tuple[PropertyId, ...]) -> list[Wanted]:
    """Return all scenes that concern more than a room; a home has some of them."""
    hour, minutes = random.randrange(24), random.choice((0, 15, 30, 45))
    at_us = (hour * 60 + minutes) * MINUTE_US
    span = random.choice((1, 3, 10))
    scenes = [
        Wanted(
            "ring",
            "scene: Ring\nwhen: {opened: front door}\ndo: {siren: sound}",
            any_of=(door,),
            deeds=True,
        ),
        Wanted(
            "left_open",
            f"scene: Left open\nwhen: {{open: front door, for: {span} min}}\ndo: {{siren: sound}}",
            any_of=(door,),
            for_us=span * MINUTE_US,
            deeds=True,
        ),
        Wanted(
            "bell",
            "scene: Bell\nwhen: {pressed: bell button}\nclaims: {hall lights: on}\n"
            "do: {siren: sound}\nfor: 20 min",
            pressed="bell_button",
            deeds=True,
        ),
        Wanted(
            "let_in",
            "scene: Let in\nwhen: {pressed: bell button}\nif: {closed: front door}\n"
            "claims: {door lock: unlocked}\nfor: 2 h",
            pressed="bell_button",
            guard=door,
        ),
        Wanted(
            "warm",
            f"scene: Warm\nwhen: {{at: '{hour:02}:{minutes:02}'}}\n"
            "claims: {all thermostats: 21 °C}\nfor: 6 h",
            at_us=at_us,
        ),
        Wanted(
            "lock_up",
            f"scene: Lock up\nwhen: {{at: '{hour:02}:{minutes:02}'}}\n"
            "claims: {door lock: locked}\ndo: {siren: sound}\nfor: 3 h",
            at_us=at_us,
            deeds=True,
        ),
    ]
    if leaks:
        scenes.append(
            Wanted(
                "water",
                "scene: Water\nwhen: {leak: any area}\nclaims: {main valve: closed}\nfor: 8 h",
                any_of=leaks,
            )
        )
    return scenes
