"""What a device of each kind typically is: what it measures, what can be set and asked of it."""

from hubd.model.device import Action, Device, DeviceType, Endpoint, Property, Signal
from hubd.model.ids import AreaId, DeviceId, EndpointId
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import ACTIONS, SIGNALS, typical

ONE = EndpointId("1")
"""The endpoint of a device that has but one."""

DRIVER = "test"
"""The driver of devices that are there in tests alone."""

PRESSES = ("single", "double", "long")

_ON = "OnOff.on"
_LEVEL = "LevelControl.level"
_KELVIN = "ColorControl.colorTemperature"

CONTROLLED: dict[DeviceType, tuple[str, ...]] = {
    DeviceType.ON_OFF_LIGHT: (_ON,),
    DeviceType.DIMMABLE_LIGHT: (_ON, _LEVEL),
    DeviceType.COLOR_TEMPERATURE_LIGHT: (_ON, _LEVEL, _KELVIN),
    DeviceType.EXTENDED_COLOR_LIGHT: (
        *(_ON, _LEVEL, _KELVIN),
        *("ColorControl.hue", "ColorControl.saturation"),
    ),
    DeviceType.ON_OFF_PLUG: (_ON,),
    DeviceType.WINDOW_COVERING: ("WindowCovering.position",),
    DeviceType.THERMOSTAT: ("Thermostat.setpoint", "Thermostat.systemMode"),
    DeviceType.FAN: (_ON, "FanControl.speed"),
    DeviceType.HUMIDIFIER: (_ON, "Humidifier.setpoint"),
    DeviceType.DOOR_LOCK: ("DoorLock.locked",),
    DeviceType.WATER_VALVE: ("Valve.open",),
    DeviceType.SPEAKER: ("MediaPlayback.volume",),
    DeviceType.ALARM_PANEL: ("AlarmPanel.state",),
}
"""What can be set."""

MEASURED: dict[DeviceType, tuple[str, ...]] = {
    DeviceType.ON_OFF_PLUG: ("ElectricalPowerMeasurement.activePower",),
    DeviceType.THERMOSTAT: ("Thermostat.localTemperature",),
    DeviceType.OCCUPANCY_SENSOR: ("OccupancySensing.occupied",),
    DeviceType.CONTACT_SENSOR: ("BooleanState.open",),
    DeviceType.LIGHT_SENSOR: ("IlluminanceMeasurement.illuminance",),
    DeviceType.TEMPERATURE_SENSOR: ("TemperatureMeasurement.temperature",),
    DeviceType.HUMIDITY_SENSOR: ("RelativeHumidityMeasurement.humidity",),
    DeviceType.PRESSURE_SENSOR: ("PressureMeasurement.pressure",),
    DeviceType.FLOW_SENSOR: ("FlowMeasurement.flow",),
    DeviceType.AIR_QUALITY_SENSOR: ("CarbonDioxideConcentrationMeasurement.value",),
    DeviceType.WATER_LEAK_DETECTOR: ("BooleanState.leak",),
    DeviceType.RAIN_SENSOR: ("BooleanState.rain",),
    DeviceType.SMOKE_CO_ALARM: ("SmokeCoAlarm.smoke",),
    DeviceType.ELECTRICAL_SENSOR: (
        "ElectricalPowerMeasurement.activePower",
        "ElectricalEnergyMeasurement.energy",
    ),
    DeviceType.ROBOTIC_VACUUM: ("RvcOperationalState.state",),
    DeviceType.BED_SENSOR: ("BooleanState.bed",),
    DeviceType.TRACKER: ("Presence.home",),
    DeviceType.BATTERY: ("PowerSource.batteryLow",),
}
"""What is measured or told."""

ASKED: dict[DeviceType, tuple[str, ...]] = {
    DeviceType.ROBOTIC_VACUUM: ("RvcRunMode.start", "RvcRunMode.pause", "RvcRunMode.goHome"),
    DeviceType.SIREN: ("Siren.chime",),
}
"""What can be asked: actions."""

_SIGNALLED = {DeviceType.GENERIC_SWITCH: ("Switch.pressed",)}

SETTABLE = frozenset(name for names in CONTROLLED.values() for name in names)
"""The properties that can be set wherever a device has them, unless it is said otherwise."""

_RESTS: dict[str, Value] = {"DoorLock.locked": True, "Valve.open": True, "Presence.home": True}


def rest_of(prop: Property) -> Value:
    """Return what a property is in a home where nothing was said of it; None is not known.

    Nobody is seen, nothing is open, on, wet or smoking; what can be locked is locked, valves are
    open, people are home. What is measured in numbers is not known.
    """
    if prop.type is not ValueType.BOOLEAN:
        return None
    return _RESTS.get(prop.name, False)


def typical_endpoint(kind: DeviceType, endpoint: EndpointId = ONE, name: str = "") -> Endpoint:
    """Return what one function of that kind typically has."""
    return Endpoint(
        endpoint,
        kind,
        name,
        properties=(
            *(typical(each, writable=True) for each in CONTROLLED.get(kind, ())),
            *(typical(each) for each in MEASURED.get(kind, ())),
        ),
        actions=tuple(Action(each) for each in ASKED.get(kind, ())),
        signals=tuple(Signal(each, PRESSES) for each in _SIGNALLED.get(kind, ())),
    )


def typical_device(
    device: DeviceId, name: str, kind: DeviceType, area: AreaId | None = None
) -> Device:
    """Return a device of one function of that kind."""
    return Device(device, name, DRIVER, (typical_endpoint(kind),), area)


def is_action(name: str) -> bool:
    """Say whether `name` is that of an action."""
    return name in ACTIONS


def is_signal(name: str) -> bool:
    """Say whether `name` is that of a momentary event."""
    return name in SIGNALS
