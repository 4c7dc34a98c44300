"""What a commanded property does to the sensors around it: simple, and only as far as is certain.

An influence moves a sensor by its *swing* and no further: a heater or a fan takes a reading over a
limit that is close by, and a scene with room between where it begins and where it ends (a
thermostat's hysteresis) is no loop.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto

from msgspec import Struct

from hubd.core.home import Home, names
from hubd.model.device import LIGHTS, Device, DeviceType, Endpoint
from hubd.model.ids import PropertyId, property_id
from hubd.model.instant import MINUTE_US, SECOND_US
from hubd.model.value import Value

type Values = Callable[[PropertyId], Value]


class How(Enum):
    """How strong an influence is, by its device's own values."""

    RUNS = auto()
    """As far as the device is on: its level or speed, if it has one."""
    SHADES = auto()
    """As far as it is closed; the swing is a part of what comes in."""
    HEATS = auto()
    """As far as its set point is over what the sensor read at first, within a degree."""
    DRAWS = auto()
    """Nothing while it is off; what the sensor read at first, or the swing, while it is on."""


class Influence(Struct, frozen=True):
    """`by` (properties of one endpoint) moves `sensor` by at most `swing`, after `delay_us`."""

    by: tuple[PropertyId, ...]
    sensor: PropertyId
    how: How
    swing: float
    delay_us: int

    def effect(self, value: Values, baseline: float) -> float:
        """Return by how much the sensor is moved, in its unit, from what it read at first."""
        first = value(self.by[0])
        if self.how is How.SHADES:
            position = _number(first, 100.0)
            return baseline * self.swing * (1 - position / 100)
        if self.how is How.DRAWS:
            return 0.0 if first is False else max(baseline, self.swing)
        if self.how is How.HEATS:
            return self.swing * min(1.0, max(-1.0, _number(first, baseline) - baseline))
        share = 1.0
        for prop in self.by:
            now = value(prop)
            if now is False:
                return 0.0
            if not isinstance(now, bool):
                share = _number(now, 100.0) / 100
        return self.swing * share


def _number(value: Value, otherwise: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    return float(value)


_LIGHT = ("IlluminanceMeasurement.illuminance",)
_WARMTH = ("TemperatureMeasurement.temperature", "Thermostat.localTemperature")
_DAMP = (
    "RelativeHumidityMeasurement.humidity",
    "Thermostat.localHumidity",
    "Humidifier.humidity",
)
_AIR = ("CarbonDioxideConcentrationMeasurement.value",)
_NOISE = ("SoundMeasurement.level",)
_POWER = "ElectricalPowerMeasurement.activePower"

_RUNNING = (
    *("OnOff.on", "LevelControl.level", "FanControl.speed", "MediaPlayback.volume"),
    *("Humidifier.setpoint", "WindowCovering.position"),
)


class _Effect(Struct, frozen=True):
    sensors: tuple[str, ...]
    swing: float
    delay_us: int
    how: How = How.RUNS


_SLOWLY_US = 10 * MINUTE_US
_LIT = _Effect(_LIGHT, 200.0, SECOND_US)
_SHADED = _Effect(_LIGHT, -0.7, 2 * SECOND_US, How.SHADES)
_HEATED = _Effect(_WARMTH, 0.4, _SLOWLY_US, How.HEATS)
_WARMED = _Effect(_WARMTH, 0.4, _SLOWLY_US)
_COOLED = _Effect(_WARMTH, -0.4, _SLOWLY_US)
_DAMPED = _Effect(_DAMP, 1.5, _SLOWLY_US)
_DRIED = _Effect(_DAMP, -1.5, _SLOWLY_US)
_AIRED = _Effect(_AIR, -30.0, _SLOWLY_US)
_LOUD = _Effect(_NOISE, 30.0, SECOND_US)

_BY_TYPE: dict[DeviceType, tuple[_Effect, ...]] = {
    **dict.fromkeys(LIGHTS, (_LIT,)),
    DeviceType.WINDOW_COVERING: (_SHADED,),
    DeviceType.THERMOSTAT: (_HEATED,),
    DeviceType.FAN: (_DRIED, _AIRED),
    DeviceType.HUMIDIFIER: (_DAMPED,),
    DeviceType.SPEAKER: (_LOUD,),
    DeviceType.SIREN: (_LOUD,),
}
_BY_NAME: dict[str, tuple[_Effect, ...]] = {
    "heater": (_WARMED,),
    "heating": (_WARMED,),
    "radiator": (_WARMED,),
    "boiler": (_WARMED,),
    "cooler": (_COOLED,),
    "conditioner": (_COOLED,),
    "dehumidifier": (_DRIED,),
    "dryer": (_DRIED,),
    "humidifier": (_DAMPED,),
    "fan": (_DRIED, _AIRED),
    "extractor": (_DRIED, _AIRED),
    "ventilation": (_DRIED, _AIRED),
    "lamp": (_LIT,),
    "light": (_LIT,),
}
"""What a plug does is told by what people call it alone."""
_OPENERS = frozenset({"window", "skylight", "vent", "opener", "roof"})
_OPENED = (_COOLED, _DRIED, _AIRED)


def influences(home: Home) -> list[Influence]:
    """Return all influences in `home`, those on a device's own power among them."""
    found: list[Influence] = []
    for device in home.devices.values():
        for endpoint in device.endpoints:
            found += _of(device, endpoint, home)
    return found


def influenced(all_of_them: list[Influence]) -> Mapping[PropertyId, tuple[PropertyId, ...]]:
    """Return by property the sensors that it moves."""
    found: dict[PropertyId, dict[PropertyId, None]] = {}
    for influence in all_of_them:
        for prop in influence.by:
            found.setdefault(prop, {})[influence.sensor] = None
    return {prop: tuple(sensors) for prop, sensors in found.items()}


def _of(device: Device, endpoint: Endpoint, home: Home) -> Iterator[Influence]:
    writable = [p.name for p in endpoint.properties if p.writable]
    running = tuple(property_id(device.id, endpoint.id, n) for n in _RUNNING if n in writable)
    for effect in _effects(device, endpoint):
        by = running
        if effect.how is How.SHADES:
            by = _own(device, endpoint, writable, "WindowCovering.position")
        elif effect.how is How.HEATS:
            by = _own(device, endpoint, writable, "Thermostat.setpoint")
        if not by:
            continue
        for sensor in _sensors(device, effect.sensors, home):
            yield Influence(by, sensor, effect.how, effect.swing, effect.delay_us)
    if "OnOff.on" in writable:
        switch = (property_id(device.id, endpoint.id, "OnOff.on"),)
        for other in device.endpoints:
            if other.property(_POWER) is not None:
                meter = property_id(device.id, other.id, _POWER)
                yield Influence(switch, meter, How.DRAWS, 100.0, SECOND_US)


def _effects(device: Device, endpoint: Endpoint) -> tuple[_Effect, ...]:
    words = {w for name in names(device) for w in name.replace("_", " ").split()}
    if endpoint.type is DeviceType.WINDOW_COVERING and words & _OPENERS and "blind" not in words:
        return _OPENED
    if endpoint.type is DeviceType.ON_OFF_PLUG:
        return next((e for word, e in _BY_NAME.items() if word in words), ())
    return _BY_TYPE.get(endpoint.type, ())


def _own(
    device: Device, endpoint: Endpoint, writable: list[str], name: str
) -> tuple[PropertyId, ...]:
    return (property_id(device.id, endpoint.id, name),) if name in writable else ()


def _sensors(device: Device, wanted: tuple[str, ...], home: Home) -> Iterator[PropertyId]:
    around = home.devices_in(device.area) if device.area is not None else (device,)
    for other in around:
        for endpoint in other.endpoints:
            for prop in endpoint.properties:
                if prop.name in wanted and not prop.writable:
                    yield property_id(other.id, endpoint.id, prop.name)
