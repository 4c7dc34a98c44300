"""Characteristics that mean the same in whichever service they stand: states, meters, the rest."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from drivers.homekit.database import Characteristic, Service
from drivers.homekit.services.draft import Draft
from drivers.homekit.uuids import CharKind
from drivers.homekit.values import Make, flag, number, percent, text
from hubd.model.device import DeviceType, Trouble


class Meaning(Struct, frozen=True):
    """What a characteristic is: a property of the service's own endpoint, or of one beside it.

    `stem` begins the id of the endpoint beside it; "" is the service's own.
    """

    name: str
    make: Make
    stem: str = ""
    type: DeviceType = DeviceType.GENERIC
    title: str = ""
    unit: str = ""


def _meter(name: str, scale: float = 1.0) -> Meaning:
    return Meaning(name, number(scale), "meter", DeviceType.ELECTRICAL_SENSOR)


_POWER = "ElectricalPowerMeasurement.activePower"
_VOLTAGE = "ElectricalPowerMeasurement.voltage"
_CURRENT = "ElectricalPowerMeasurement.activeCurrent"
_ENERGY = "ElectricalEnergyMeasurement.energy"

MEANINGS: Mapping[str, Meaning] = {
    CharKind.STATUS_ACTIVE: Meaning("BooleanState.state", flag(), title="active"),
    CharKind.STATUS_FAULT: Meaning("BooleanState.problem", flag()),
    CharKind.STATUS_LOW_BATTERY: Meaning("PowerSource.batteryLow", flag()),
    CharKind.STATUS_TAMPERED: Meaning("SmokeCoAlarm.tamper", flag()),
    CharKind.BATTERY_LEVEL: Meaning(
        "PowerSource.batteryLevel", percent(), "battery", DeviceType.BATTERY
    ),
    CharKind.CHILD_LOCK: Meaning("BooleanState.state", flag(), "child_lock", title="child lock"),
    CharKind.WATER_LEVEL: Meaning(
        "Number.value", percent(), "water_level", title="water", unit="%"
    ),
    CharKind.REMAINING_DURATION: Meaning(
        "Duration.value", number(), "remaining", title="goes on for"
    ),
    CharKind.AUTO_SECURE_TIMEOUT: Meaning(
        "Duration.value", number(), "locks_after", title="locks by itself after"
    ),
    CharKind.TEMPERATURE_CURRENT: Meaning(
        "TemperatureMeasurement.temperature",
        number(),
        "temperature",
        DeviceType.TEMPERATURE_SENSOR,
    ),
    CharKind.HUMIDITY_CURRENT: Meaning(
        "RelativeHumidityMeasurement.humidity", percent(), "humidity", DeviceType.HUMIDITY_SENSOR
    ),
    CharKind.MOTION: Meaning(
        "OccupancySensing.occupied", flag(), "motion", DeviceType.OCCUPANCY_SENSOR
    ),
    CharKind.EVE_VOLTAGE: _meter(_VOLTAGE),
    CharKind.EVE_ENERGY: _meter(_ENERGY),
    CharKind.EVE_POWER: _meter(_POWER),
    CharKind.EVE_CURRENT: _meter(_CURRENT),
    CharKind.KOOGEEK_POWER: _meter(_POWER),
    CharKind.KOOGEEK_POWER_2: _meter(_POWER),
    CharKind.VOCOLINC_POWER: _meter(_POWER),
    CharKind.CONNECTSENSE_CURRENT: _meter(_CURRENT),
    CharKind.CONNECTSENSE_CURRENT_20: _meter(_CURRENT),
    CharKind.CONNECTSENSE_VOLTAGE: _meter(_VOLTAGE),
    CharKind.CONNECTSENSE_POWER: _meter(_POWER),
    CharKind.CONNECTSENSE_POWER_FACTOR: _meter("ElectricalPowerMeasurement.powerFactor"),
    CharKind.CONNECTSENSE_ENERGY: _meter(_ENERGY),
    CharKind.EVE_PRESSURE: Meaning(
        "PressureMeasurement.pressure", number(), "pressure", DeviceType.PRESSURE_SENSOR
    ),
    CharKind.EVE_AIR_QUALITY: Meaning(
        "Number.value", number(), "eve_air_quality", title="air quality", unit="ppm"
    ),
    CharKind.EVE_VALVE_POSITION: Meaning("Valve.level", percent(), "valve", DeviceType.WATER_VALVE),
    CharKind.NETATMO_NOISE: Meaning("SoundMeasurement.level", number(), "sound"),
}

HOUSEKEEPING: frozenset[str] = frozenset(
    {
        CharKind.IDENTIFY,
        CharKind.MANUFACTURER,
        CharKind.MODEL,
        CharKind.NAME,
        CharKind.SERIAL,
        CharKind.TEMPERATURE_UNITS,
        CharKind.VERSION,
        CharKind.FIRMWARE,
        CharKind.HARDWARE,
        CharKind.APP_MATCHING,
        CharKind.ACCESSORY_FLAGS,
        CharKind.SLAT_TYPE,
        CharKind.LABEL_INDEX,
        CharKind.LABEL_NAMESPACE,
        CharKind.VALVE_TYPE,
        CharKind.IS_CONFIGURED,
        CharKind.INPUT_SOURCE_TYPE,
        CharKind.CONFIGURED_NAME,
        CharKind.IDENTIFIER,
        CharKind.SLEEP_DISCOVERY,
        CharKind.VOLUME_CONTROL,
        CharKind.VISIBILITY_TARGET,
        CharKind.VISIBILITY_CURRENT,
        CharKind.PRODUCT_DATA,
        CharKind.HARDWARE_FINISH,
        CharKind.ALARM_TYPE,
        CharKind.SLAT_STATE,
    }
)
"""What says how the accessory is told of or set up, and is no state of the home."""

_NUMBERS = frozenset({"uint8", "uint16", "uint32", "uint64", "int", "float"})
_TITLES: Mapping[str, tuple[str, str]] = {
    CharKind.CARBON_MONOXIDE_PEAK: ("highest CO", "ppm"),
    CharKind.CARBON_DIOXIDE_PEAK: ("highest CO2", "ppm"),
    CharKind.SULPHUR_DIOXIDE: ("SO2", "µg/m³"),
    CharKind.DEHUMIDIFIER_THRESHOLD: ("dried down to", "%"),
}
_UNITS = {"percentage": "%", "celsius": "°C", "arcdegrees": "°", "lux": "lx", "seconds": "s"}


def joined(draft: Draft, used: set[int]) -> None:
    """Add to a service's own endpoint what belongs there in any service."""
    for characteristic in draft.service.characteristics:
        meaning = MEANINGS.get(characteristic.kind)
        if meaning and not meaning.stem and characteristic.iid not in used:
            shape = {"title": meaning.title} if meaning.title else None
            if draft.bind(meaning.name, meaning.make, characteristic, characteristic, None, shape):
                used.add(characteristic.iid)


def beside(service: Service, used: set[int]) -> Iterable[tuple[str, Draft]]:
    """Return the endpoints beside a service's own, each with what its id begins with."""
    drafts: dict[str, Draft] = {}
    for characteristic in service.characteristics:
        meaning = MEANINGS.get(characteristic.kind)
        if meaning is None or not meaning.stem or characteristic.iid in used:
            continue
        draft = drafts.setdefault(meaning.stem, Draft(service, used))
        draft.type = meaning.type
        shape: dict[str, object] = {"title": meaning.title} if meaning.title else {}
        if meaning.unit:
            shape["unit"] = meaning.unit
        if draft.bind(meaning.name, meaning.make, characteristic, characteristic, None, shape):
            used.add(characteristic.iid)
    return drafts.items()


def plain(service: Service, used: set[int]) -> Iterable[tuple[str, Draft]]:
    """Return what else a service has, each as a plain value, with what its endpoint's id is."""
    for characteristic in service.characteristics:
        if characteristic.iid in used or characteristic.kind in HOUSEKEEPING:
            continue
        made = _plain(characteristic)
        if made is None or not (characteristic.readable or characteristic.writable):
            continue
        name, make = made
        draft = Draft(service, used)
        if not characteristic.readable:
            continue
        title, unit = _TITLES.get(characteristic.kind, (characteristic.title, ""))
        shape: dict[str, object] = {"title": title[:60]} if title else {}
        if name == "Number.value":
            unit = unit or _UNITS.get(characteristic.unit, "")
            shape |= {"unit": unit} if unit else {}
        if draft.bind(name, make, characteristic, characteristic, None, shape):
            used.add(characteristic.iid)
            yield f"value_{characteristic.iid}", draft


def left_out(service: Service, used: set[int]) -> Iterable[Trouble]:
    """Return what of a service is not carried at all, and why."""
    where = f"service {service.iid}"
    left = [c for c in service.characteristics if c.iid not in used and c.kind not in HOUSEKEEPING]
    data = [c for c in left if c.format in {"tlv8", "data"}]
    if data:
        kinds = ", ".join(c.kind for c in data[:6])
        yield Trouble(where, f"data of a form that only its own app reads: {kinds}")
    for characteristic in left:
        if characteristic not in data:
            yield Trouble(where, f"{_called(characteristic)}: {_why(characteristic)}")


def _why(characteristic: Characteristic) -> str:
    if characteristic.writable and not characteristic.readable:
        return "it can only be written, and what it does is not told"
    if not characteristic.readable and not characteristic.writable:
        return "it can be neither read nor written"
    return f"values of the form {characteristic.format!r} are not known"


def _called(characteristic: Characteristic) -> str:
    return f"{characteristic.title[:60]!r}" if characteristic.title else characteristic.kind


def _plain(characteristic: Characteristic) -> tuple[str, Make] | None:
    match characteristic.format:
        case "bool":
            return "BooleanState.state", flag()
        case "string":
            return "Text.value", text()
        case form if form in _NUMBERS:
            return "Number.value", number()
        case _:
            return None
