"""Homes for the analysis of scenes: a furnished house, and a small flat."""

from collections.abc import Mapping, Sequence

from hubd.core.home import Home
from hubd.model.device import Action, Device, DeviceType, Endpoint, Property, Signal
from hubd.model.home import Area, Floor, Person, Place
from hubd.model.ids import AreaId, DeviceId, EndpointId, FloorId, PersonId
from hubd.model.vocabulary import typical

UTRECHT = Place(52.09, 5.12, "Europe/Amsterdam")
ONE = EndpointId("1")
T = DeviceType

SENSED: Mapping[DeviceType, Sequence[str]] = {
    T.OCCUPANCY_SENSOR: ("OccupancySensing.occupied",),
    T.CONTACT_SENSOR: ("BooleanState.open",),
    T.LIGHT_SENSOR: ("IlluminanceMeasurement.illuminance",),
    T.TEMPERATURE_SENSOR: ("TemperatureMeasurement.temperature",),
    T.HUMIDITY_SENSOR: ("RelativeHumidityMeasurement.humidity",),
    T.AIR_QUALITY_SENSOR: ("CarbonDioxideConcentrationMeasurement.value",),
    T.WATER_LEAK_DETECTOR: ("BooleanState.leak",),
    T.SMOKE_CO_ALARM: ("SmokeCoAlarm.smoke",),
    T.BED_SENSOR: ("BooleanState.bed",),
    T.TRACKER: ("Presence.home",),
    T.RAIN_SENSOR: ("BooleanState.rain",),
    T.THERMOSTAT: ("Thermostat.localTemperature",),
    T.BATTERY: ("PowerSource.batteryLevel", "PowerSource.batteryLow"),
    T.ELECTRICAL_SENSOR: ("ElectricalPowerMeasurement.activePower",),
}
COMMANDED: Mapping[DeviceType, Sequence[str]] = {
    T.ON_OFF_LIGHT: ("OnOff.on",),
    T.DIMMABLE_LIGHT: ("OnOff.on", "LevelControl.level"),
    T.COLOR_TEMPERATURE_LIGHT: (
        *("OnOff.on", "LevelControl.level", "ColorControl.colorTemperature"),
    ),
    T.ON_OFF_PLUG: ("OnOff.on",),
    T.WINDOW_COVERING: ("WindowCovering.position",),
    T.THERMOSTAT: ("Thermostat.setpoint", "Thermostat.systemMode"),
    T.FAN: ("OnOff.on", "FanControl.speed"),
    T.HUMIDIFIER: ("OnOff.on", "Humidifier.setpoint"),
    T.DOOR_LOCK: ("DoorLock.locked",),
    T.WATER_VALVE: ("Valve.open",),
    T.SPEAKER: ("MediaPlayback.volume",),
}
ACTIONS: Mapping[DeviceType, Sequence[str]] = {
    T.ROBOTIC_VACUUM: ("RvcRunMode.start", "RvcRunMode.goHome"),
    T.SIREN: ("Siren.chime",),
}
_HEATING = ("off", "heat", "cool")


def endpoint(kind: DeviceType, number: str = "1") -> Endpoint:
    """Return an endpoint of `kind` with all that such a thing usually has."""
    properties: list[Property] = [typical(name) for name in SENSED.get(kind, ())]
    for name in COMMANDED.get(kind, ()):
        prop = typical(name, writable=True)
        if name == "Thermostat.systemMode":
            prop = Property(prop.name, prop.type, writable=True, choices=_HEATING)
        properties.append(prop)
    return Endpoint(
        EndpointId(number),
        kind,
        properties=tuple(properties),
        actions=tuple(Action(name) for name in ACTIONS.get(kind, ())),
        signals=(Signal("Switch.pressed", ("single", "double")),)
        if kind is T.GENERIC_SWITCH
        else (),
    )


def device(name: str, *kinds: DeviceType, area: str | None = None) -> Device:
    """Return a device with an endpoint of each of `kinds`."""
    ends = tuple(endpoint(kind, str(number)) for number, kind in enumerate(kinds, 1))
    device_id = DeviceId(name.casefold().replace(" ", "_").replace("'", ""))
    return Device(device_id, name, "test", ends, AreaId(area) if area is not None else None)


_FLOORS: Mapping[str, Sequence[str]] = {
    "downstairs": ("kitchen", "living_room", "hall", "study"),
    "upstairs": ("bedroom", "bathroom", "nursery"),
    "outside": ("garden",),
    "below": ("cellar",),
}


def _home(people: Sequence[str], floors: Mapping[str, Sequence[str]]) -> Home:
    home = Home(UTRECHT)
    for floor, areas in floors.items():
        home.floors[FloorId(floor)] = Floor(FloorId(floor), floor.capitalize())
        for area in areas:
            name = area.replace("_", " ").capitalize()
            home.areas[AreaId(area)] = Area(AreaId(area), name, (), FloorId(floor))
    for person in people:
        home.people[PersonId(person)] = Person(PersonId(person), person.capitalize())
        home.put_device(device(f"{person.capitalize()}'s phone", T.TRACKER))
    return home


def house() -> Home:
    """Return a furnished house of nine areas. The cellar has a lamp, and no sensor."""
    home = _home(("ann", "ben"), _FLOORS)
    for area in ("kitchen", "living_room", "hall", "study", "bedroom", "bathroom", "nursery"):
        name = home.areas[AreaId(area)].name
        for device_name, kind in (
            (f"{name} motion", T.OCCUPANCY_SENSOR),
            (f"{name} light sensor", T.LIGHT_SENSOR),
            (f"{name} thermometer", T.TEMPERATURE_SENSOR),
            (f"{name} hygrometer", T.HUMIDITY_SENSOR),
            (f"{name} smoke alarm", T.SMOKE_CO_ALARM),
            (f"{name} ceiling", T.COLOR_TEMPERATURE_LIGHT),
            (f"{name} thermostat", T.THERMOSTAT),
            (f"{name} window", T.CONTACT_SENSOR),
            (f"{name} blind", T.WINDOW_COVERING),
        ):
            home.put_device(device(device_name, kind, area=area))
    for name, kinds, area in (
        ("Kitchen spots", (T.DIMMABLE_LIGHT,), "kitchen"),
        ("Kitchen leak", (T.WATER_LEAK_DETECTOR,), "kitchen"),
        ("Kitchen button", (T.GENERIC_SWITCH,), "kitchen"),
        ("Coffee machine", (T.ON_OFF_PLUG, T.ELECTRICAL_SENSOR), "kitchen"),
        ("Fridge door", (T.CONTACT_SENSOR,), "kitchen"),
        ("Main valve", (T.WATER_VALVE,), "kitchen"),
        ("Television", (T.ON_OFF_PLUG, T.ELECTRICAL_SENSOR), "living_room"),
        ("Reading lamp", (T.DIMMABLE_LIGHT,), "living_room"),
        ("Living room button", (T.GENERIC_SWITCH,), "living_room"),
        ("Living room speaker", (T.SPEAKER,), "living_room"),
        ("Front door", (T.CONTACT_SENSOR,), "hall"),
        ("Front door lock", (T.DOOR_LOCK,), "hall"),
        ("Hall siren", (T.SIREN,), "hall"),
        ("Hall plant", (T.BATTERY,), "hall"),
        ("Study air", (T.AIR_QUALITY_SENSOR,), "study"),
        ("Study fan", (T.FAN,), "study"),
        ("Study heater", (T.ON_OFF_PLUG,), "study"),
        ("Bed", (T.BED_SENSOR,), "bedroom"),
        ("Bedside lamp", (T.DIMMABLE_LIGHT,), "bedroom"),
        ("Bedroom button", (T.GENERIC_SWITCH,), "bedroom"),
        ("Bathroom fan", (T.FAN,), "bathroom"),
        ("Bathroom leak", (T.WATER_LEAK_DETECTOR,), "bathroom"),
        ("Nursery humidifier", (T.HUMIDIFIER,), "nursery"),
        ("Night lamp", (T.DIMMABLE_LIGHT,), "nursery"),
        ("Garden light", (T.ON_OFF_LIGHT,), "garden"),
        ("Garden rain", (T.RAIN_SENSOR,), "garden"),
        ("Garden valve", (T.WATER_VALVE,), "garden"),
        ("Garden awning", (T.WINDOW_COVERING,), "garden"),
        ("Cellar lamp", (T.ON_OFF_LIGHT,), "cellar"),
        ("Cellar door", (T.CONTACT_SENSOR,), "cellar"),
        ("Vacuum", (T.ROBOTIC_VACUUM,), "hall"),
    ):
        home.put_device(device(name, *kinds, area=area))
    return home


def flat() -> Home:
    """Return a small flat of two areas, with little in it and no light sensor."""
    home = _home(("kim",), {"flat": ("room", "bath")})
    for name, kind, area in (
        ("Room motion", T.OCCUPANCY_SENSOR, "room"),
        ("Room lamp", T.DIMMABLE_LIGHT, "room"),
        ("Desk lamp", T.ON_OFF_LIGHT, "room"),
        ("Room window", T.CONTACT_SENSOR, "room"),
        ("Room radiator", T.THERMOSTAT, "room"),
        ("Room curtain", T.WINDOW_COVERING, "room"),
        ("Door", T.CONTACT_SENSOR, "room"),
        ("Door lock", T.DOOR_LOCK, "room"),
        ("Button", T.GENERIC_SWITCH, "room"),
        ("Bath motion", T.OCCUPANCY_SENSOR, "bath"),
        ("Bath lamp", T.ON_OFF_LIGHT, "bath"),
        ("Bath hygrometer", T.HUMIDITY_SENSOR, "bath"),
        ("Bath fan", T.FAN, "bath"),
    ):
        home.put_device(device(name, kind, area=area))
    return home


HOMES = {"house": house, "flat": flat}
