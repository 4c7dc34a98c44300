"""What is measured: every property of a known kind, of whatever service, as a sensor of its own."""

from collections.abc import Mapping

from msgspec import Struct

from drivers.miio.codec import Codec, Raw, boolean, words
from drivers.miio.draft import Draft
from drivers.miio.services.part import Part, chosen, meanings, quantity, unit_of
from drivers.miio.spec import SpecProperty
from hubd.model.device import DeviceType
from hubd.model.value import Value
from hubd.model.vocabulary import term


class _Sense(Struct, frozen=True):
    name: str
    type: DeviceType
    endpoint: str
    needs_unit: bool = False
    """Without a unit of its own it may be anything."""


_AIR = DeviceType.AIR_QUALITY_SENSOR
_POWER = DeviceType.ELECTRICAL_SENSOR
_NUMBERS: Mapping[str, _Sense] = {
    "temperature": _Sense(
        "TemperatureMeasurement.temperature", DeviceType.TEMPERATURE_SENSOR, "temperature"
    ),
    "relative-humidity": _Sense(
        "RelativeHumidityMeasurement.humidity", DeviceType.HUMIDITY_SENSOR, "humidity"
    ),
    "pm2.5-density": _Sense("Pm25ConcentrationMeasurement.value", _AIR, "pm25"),
    "pm10-density": _Sense("Pm10ConcentrationMeasurement.value", _AIR, "pm10"),
    "co2-density": _Sense("CarbonDioxideConcentrationMeasurement.value", _AIR, "co2"),
    "hcho-density": _Sense("FormaldehydeConcentrationMeasurement.value", _AIR, "formaldehyde"),
    "tvoc-density": _Sense(
        "TotalVolatileOrganicCompoundsConcentrationMeasurement.value", _AIR, "voc", needs_unit=True
    ),
    "illumination": _Sense(
        "IlluminanceMeasurement.illuminance", DeviceType.LIGHT_SENSOR, "illuminance"
    ),
    "atmospheric-pressure": _Sense(
        "PressureMeasurement.pressure", DeviceType.PRESSURE_SENSOR, "pressure", needs_unit=True
    ),
    "battery-level": _Sense("PowerSource.batteryLevel", DeviceType.BATTERY, "battery"),
    "electric-power": _Sense("ElectricalPowerMeasurement.activePower", _POWER, "power"),
    "electric-current": _Sense(
        "ElectricalPowerMeasurement.activeCurrent", _POWER, "current", needs_unit=True
    ),
    "voltage": _Sense("ElectricalPowerMeasurement.voltage", _POWER, "voltage", needs_unit=True),
    "power-consumption": _Sense(
        "ElectricalEnergyMeasurement.energy", _POWER, "energy", needs_unit=True
    ),
    "soil-moisture": _Sense("SoilMeasurement.moisture", DeviceType.HUMIDITY_SENSOR, "moisture"),
}
_FLAGS: Mapping[str, _Sense] = {
    "motion-state": _Sense("OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR, "motion"),
    "occupancy-status": _Sense(
        "OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR, "occupancy"
    ),
    "submersion-state": _Sense("BooleanState.leak", DeviceType.WATER_LEAK_DETECTOR, "leak"),
    "smoke-state": _Sense("SmokeCoAlarm.smoke", DeviceType.SMOKE_CO_ALARM, "smoke"),
    "gas-state": _Sense("SmokeCoAlarm.gas", DeviceType.SMOKE_CO_ALARM, "gas"),
    "rain-state": _Sense("BooleanState.rain", DeviceType.RAIN_SENSOR, "rain"),
    "tamper-state": _Sense("SmokeCoAlarm.tamper", DeviceType.GENERIC, "tamper"),
}
_CONTACT = _Sense("BooleanState.open", DeviceType.CONTACT_SENSOR, "contact")
_NOT = frozenset(
    {"no", "no_one", "nobody", "none", "unoccupied", "no_motion", "idle", "no_person", "normal"}
)
_ARMING = {"disarm": "disarmed", "home_arming": "armed_home", "away_arming": "armed_away"}


def sensed(draft: Draft, part: Part) -> None:
    """Add a sensor for each property whose kind is known."""
    for prop in part.rest:
        if prop.readable and not prop.writable and _add(draft, part, prop):
            part.drop(prop)
    mode = part.look("arming-mode")
    if mode is not None and mode.value_list:
        part.drop(mode)
        panel = draft.endpoint("alarm", DeviceType.ALARM_PANEL)
        meant = meanings(mode, _ARMING)
        part.carry(draft, panel, "AlarmPanel.state", mode, words(meant), shape=chosen(meant))


def _add(draft: Draft, part: Part, prop: SpecProperty) -> bool:
    if prop.kind in _NUMBERS:
        return _number(draft, part, prop, _NUMBERS[prop.kind])
    if prop.kind == "charging-state" and prop.value_list:
        battery = draft.endpoint("charging", DeviceType.BATTERY)
        part.carry(draft, battery, "PowerSource.charging", prop, _charging(prop))
        return True
    if prop.kind == "contact-state":
        return _flag(draft, part, prop, _CONTACT, _opened(prop))
    if unit_of(prop) == "kWh":
        return _number(draft, part, prop, _NUMBERS["power-consumption"])
    sense = _FLAGS.get(prop.kind)
    return sense is not None and _flag(draft, part, prop, sense, _truth(prop))


def _number(draft: Draft, part: Part, prop: SpecProperty, sense: _Sense) -> bool:
    if prop.value_list or (sense.needs_unit and prop.unit in {"", "none"}):
        return False
    found = quantity(prop, term(sense.name).unit)
    if found is None:
        return False
    slow = sense.type is DeviceType.BATTERY
    endpoint = draft.endpoint(sense.endpoint, sense.type)
    part.carry(draft, endpoint, sense.name, prop, found.codec, slow=slow)
    return True


def _flag(draft: Draft, part: Part, prop: SpecProperty, sense: _Sense, codec: Codec | None) -> bool:
    if codec is None:
        return False
    part.carry(draft, draft.endpoint(sense.endpoint, sense.type), sense.name, prop, codec)
    return True


def _truth(prop: SpecProperty) -> Codec | None:
    if prop.format == "bool":
        return boolean()
    if len(prop.value_list) != 2:
        return None
    said = {raw: word not in _NOT for raw, word in meanings(prop).items()}
    return _of(said) if set(said.values()) == {True, False} else None


def _opened(prop: SpecProperty) -> Codec | None:
    """A contact that is made is a door that is closed."""
    if prop.format == "bool":
        made = boolean()
        return Codec(lambda raw: not made.read(raw), made.write)
    said = {raw: "open" in word for raw, word in meanings(prop).items()}
    return _of(said) if set(said.values()) == {True, False} else None


def _charging(prop: SpecProperty) -> Codec:
    return _of({raw: word == "charging" for raw, word in meanings(prop).items()})


def _of(meant: Mapping[Raw, bool]) -> Codec:
    by_word = words({raw: str(value) for raw, value in meant.items()})

    def read(raw: Raw) -> Value:
        return by_word.read(raw) == "True"

    return Codec(read, by_word.write)
