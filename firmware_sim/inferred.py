"""The home that a recording without a home file must come from: areas and device types by name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from statistics import median

from firmware_sim.devices.catalog import DeviceType
from firmware_sim.home import Area, DeviceEntry, Home, Place
from firmware_sim.rows import Row

_PULSE_US = 5_000_000
"""A motion detector that marks a spot is on for a second or two; a door or a bed is not."""


class Family(Enum):
    """The words that a sensor speaks; a sensor that speaks two is two devices."""

    SWITCHED = "ON/OFF"
    OPENED = "OPEN/CLOSE"
    PRESENCE = "PRESENT/ABSENT"
    NUMBER = "number"


def family(value: str) -> Family:
    """Return the family of a recorded value."""
    match value.upper():
        case "OPEN" | "OPENED" | "CLOSE" | "CLOSED":
            return Family.OPENED
        case "PRESENT" | "ABSENT":
            return Family.PRESENCE
    try:
        float(value)
    except ValueError:
        return Family.SWITCHED
    return Family.NUMBER


type Source = tuple[str, Family]

_ROOMS = (
    *(
        "master bedroom",
        "bedroom",
        "bathroom",
        "kitchen",
        "living room",
        "dining room",
        "work area",
    ),
    *("hallway", "main entryway", "entryway", "entrance", "hall", "foyer", "office", "study"),
    *("toilet", "laundry", "garage", "lounge", "outside", "closet", "pantry", "stairs", "landing"),
    *("attic", "basement", "balcony", "corridor", "living", "dining", "nursery", "garden"),
)
_SHORT = {"kitch": "kitchen", "sleep": "bedroom", "living": "living room", "dining": "dining room"}

_SWITCHED_BY_REED = (
    r"door|magnetic|reed|window|fridge|refrigerator|freezer|cupboard|cabinet|closet|drawer|flush"
    r"|faucet|microwave|oven|burner|dishwasher|washing|dryer|machine|toaster|containers|disposal"
    r"|fan|box|cereal|dvd"
)
_TYPES: tuple[tuple[str, DeviceType], ...] = (
    (r"pir\b|motion|occupan|presence", DeviceType.OCCUPANCY_SENSOR),
    (r"light switch|\blamp\b", DeviceType.ON_OFF_LIGHT),
    (r"electric|plug|outlet", DeviceType.ON_OFF_PLUG),
    (r"\bbed\b", DeviceType.BED_SENSOR),
    (r"chair|seat|couch|sofa|toilet$|area$", DeviceType.OCCUPANCY_SENSOR),
    (r"leak|flood", DeviceType.WATER_LEAK_DETECTOR),
    (r"smoke", DeviceType.SMOKE_CO_ALARM),
    (_SWITCHED_BY_REED, DeviceType.CONTACT_SENSOR),
    (r"pressure", DeviceType.BED_SENSOR),
)
_NUMBERS: tuple[tuple[str, DeviceType], ...] = (
    (r"temp|thermo", DeviceType.TEMPERATURE_SENSOR),
    (r"humid", DeviceType.HUMIDITY_SENSOR),
    (r"co2|carbon", DeviceType.AIR_QUALITY_SENSOR),
    (r"light|lux|illum|\bls\b", DeviceType.LIGHT_SENSOR),
    (r"power|watt|energy", DeviceType.ELECTRICAL_SENSOR),
)


def infer(name: str, rows: Sequence[Row]) -> tuple[Home, Mapping[Source, str]]:
    """Return a home that fits the rows, and the device that each sensor's values belong to.

    Recorded sensors only tell; so that there is something to act on, each area also gets a
    `dimmable_light` called `lamp_<area>`. Time is UTC: a recording says nothing of its zone.
    """
    heard: dict[Source, Row] = {}
    for row in rows:
        heard.setdefault((row.sensor, family(row.value)), row)
    pulses = _pulses(rows)
    areas: dict[str, str] = {}
    entries: dict[str, DeviceEntry] = {}
    devices: dict[Source, str] = {}
    for source, row in sorted(heard.items(), key=lambda item: (item[0][0], item[0][1].value)):
        sensor, kind = source
        label = _label(row)
        room = _room(row, label)
        areas.setdefault(_slug(room), room)
        if sensor not in label and sensor.isdigit():
            label = label if room.lower() in label.lower() else f"{room} {label}"
        if kind is Family.SWITCHED and (sensor, Family.OPENED) in heard:
            label = f"{label} motion"
        ident = _unused(_slug(label), entries)
        if ident != _slug(label):
            label = f"{label} {ident.rpartition('_')[2]}"
        device_type = _type(kind, f"{label} {row.kind}", pulse=source in pulses)
        entries[ident] = DeviceEntry(id=ident, name=label, area=_slug(room), type=device_type)
        devices[source] = ident
    for slug, room in areas.items():
        ident = _unused(f"lamp_{slug}", entries)
        entries[ident] = DeviceEntry(
            id=ident, name=f"{room} lamp", area=slug, type=DeviceType.DIMMABLE_LIGHT
        )
    home = Home(
        name=name,
        place=Place(),
        areas=tuple(Area(id=slug, name=room) for slug, room in areas.items()),
        devices=tuple(entries.values()),
    )
    return home, devices


def _pulses(rows: Iterable[Row]) -> set[Source]:
    """Return the sensors, of what the file says nothing more, that are on for a moment only."""
    since: dict[str, int] = {}
    spans: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.thing or row.kind:
            continue
        if row.value.upper() == "ON":
            since[row.sensor] = row.at_us
        elif row.value.upper() == "OFF" and row.sensor in since:
            spans[row.sensor].append(row.at_us - since.pop(row.sensor))
    return {(sensor, Family.SWITCHED) for sensor, us in spans.items() if median(us) < _PULSE_US}


def _type(kind: Family, text: str, *, pulse: bool) -> DeviceType:
    words = text.lower().replace("_", " ")
    if kind is Family.OPENED:
        return DeviceType.CONTACT_SENSOR
    if kind is Family.PRESENCE:
        return DeviceType.CONTACT_SENSOR if "item" in words else DeviceType.OCCUPANCY_SENSOR
    if kind is Family.NUMBER:
        found = (t for pattern, t in _NUMBERS if re.search(pattern, words))
        return next(found, DeviceType.TEMPERATURE_SENSOR)
    if pulse:
        return DeviceType.OCCUPANCY_SENSOR
    named = next((t for pattern, t in _TYPES if re.search(pattern, words)), None)
    return named or DeviceType.OCCUPANCY_SENSOR


def _label(row: Row) -> str:
    """Return what a person would call the sensor: BedroomABed is `Bedroom A bed`."""
    text = row.thing if row.sensor.isdigit() and row.thing else row.sensor
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    words = re.sub(r"[^\w]+|_", " ", spaced).split()
    label = " ".join(w if len(w) == 1 or w.isupper() else w.lower() for w in words)
    return label[:1].upper() + label[1:]


def _room(row: Row, label: str) -> str:
    """Return the name of the room: the file's own column, else the room word in the label."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", row.place) if row.place else label
    lower = re.sub(r"[^a-z0-9 ]+", " ", text.lower())
    for room in _ROOMS:
        if found := re.search(rf"\b{room}\b( [a-z0-9]\b)?", lower):
            whole = _SHORT.get(room, room) + (found.group(1) or "").upper()
            return whole[:1].upper() + whole[1:]
    short = next((room for part, room in _SHORT.items() if lower.startswith(part)), None)
    if short:
        return short.capitalize()
    if row.place or row.sensor.isdigit():
        return text.capitalize() if row.place else "Home"
    return label


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "home"


def _unused(slug: str, taken: Mapping[str, DeviceEntry]) -> str:
    ident, number = slug, 1
    while ident in taken:
        number += 1
        ident = f"{slug}_{number}"
    return ident
