"""What python-kasa calls a feature, as the vocabulary has it. Pure: it knows no library.

Features are by their ids, of which each means one thing in every model. What has no word of its own
becomes a plain value, typed as the library has it.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.numbers import is_kept, is_number
from drivers.kit.units import conversion
from hubd.model.device import Action, DeviceType, Endpoint, Property, Trouble
from hubd.model.ids import EndpointId, slug
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, typical


class Kind(StrEnum):
    """What sort of a feature it is."""

    SENSOR = "sensor"
    FLAG = "flag"
    SWITCH = "switch"
    NUMBER = "number"
    CHOICE = "choice"
    ACTION = "action"


class Feature(Struct, frozen=True):
    """One feature of a device, as far as it matters here. `value` is what it was at first."""

    id: str
    name: str
    kind: Kind
    unit: str = ""
    minimum: float = 0
    maximum: float = 65536
    choices: tuple[str, ...] = ()
    debug: bool = False
    value: object = None


class Bound(Struct, frozen=True):
    """A property or an action, and the feature that it is of.

    `read` makes its value of the feature's, `write` the feature's of a wished one.
    """

    endpoint: EndpointId
    name: str
    feature: str
    read: Callable[[object], Value]
    write: Callable[[Value], object]


class Mapped(Struct, frozen=True):
    """The endpoints of a device, what binds them to its features, and what is not carried."""

    endpoints: tuple[Endpoint, ...]
    bound: tuple[Bound, ...]
    troubles: tuple[Trouble, ...]


class _Word(Struct, frozen=True):
    name: str
    endpoint: str
    type: DeviceType
    read: Callable[[object], Value] | None = None


_SECRET = frozenset({"homekit_setup_code", "matter_setup_code", "matter_setup_payload"})
_BINDING = frozenset({"pair", "unpair"})
_TOLD_OTHERWISE = frozenset({"device_id", "current_firmware_version", "hsv"})
_SENSED: Mapping[str, _Word] = {
    "current_consumption": _Word(
        "ElectricalPowerMeasurement.activePower", "power", DeviceType.ELECTRICAL_SENSOR
    ),
    "consumption_total": _Word(
        "ElectricalEnergyMeasurement.energy", "energy", DeviceType.ELECTRICAL_SENSOR
    ),
    "voltage": _Word("ElectricalPowerMeasurement.voltage", "voltage", DeviceType.ELECTRICAL_SENSOR),
    "current": _Word(
        "ElectricalPowerMeasurement.activeCurrent", "current", DeviceType.ELECTRICAL_SENSOR
    ),
    "temperature": _Word(
        "TemperatureMeasurement.temperature", "temperature", DeviceType.TEMPERATURE_SENSOR
    ),
    "humidity": _Word(
        "RelativeHumidityMeasurement.humidity", "humidity", DeviceType.HUMIDITY_SENSOR
    ),
    "battery_level": _Word("PowerSource.batteryLevel", "battery", DeviceType.BATTERY),
    "battery_low": _Word("PowerSource.batteryLow", "battery", DeviceType.BATTERY),
    "is_open": _Word("BooleanState.open", "contact", DeviceType.CONTACT_SENSOR),
    "motion_detected": _Word("OccupancySensing.occupied", "motion", DeviceType.OCCUPANCY_SENSOR),
    "pir_triggered": _Word("OccupancySensing.occupied", "motion", DeviceType.OCCUPANCY_SENSOR),
    "water_leak": _Word(
        "BooleanState.leak",
        "leak",
        DeviceType.WATER_LEAK_DETECTOR,
        lambda said: None if said is None else plain(said) not in {"normal", "Normal"},
    ),
    "overheated": _Word("BooleanState.problem", "overheated", DeviceType.GENERIC),
    "overloaded": _Word("BooleanState.problem", "overloaded", DeviceType.GENERIC),
    "rssi": _Word("Signal.strength", "signal", DeviceType.GENERIC),
}
_THERMOSTAT: Mapping[str, str] = {
    "target_temperature": "Thermostat.setpoint",
    "temperature": "Thermostat.localTemperature",
    "thermostat_mode": "Thermostat.runningState",
}
_VACUUM: Mapping[str, str] = {
    "vacuum_status": "RvcOperationalState.state",
    "vacuum_fan_speed": "RvcOperationalState.fanSpeed",
    "vacuum_start": "RvcRunMode.start",
    "vacuum_pause": "RvcRunMode.pause",
    "vacuum_return_home": "RvcRunMode.goHome",
    "locate": "RvcRunMode.locate",
}
_UNITS: Mapping[str, str] = {"celsius": "°C", "fahrenheit": "°F", "%": "%", "m²": "m²"}
HUE, SATURATION = "ColorControl.hue", "ColorControl.saturation"


def mapped(features: Sequence[Feature], kind: str, suffix: str = "", title: str = "") -> Mapped:
    """Return what a device's features are. `kind` is python-kasa's word for what it is (`bulb`).

    `suffix` and `title` tell the sockets of a strip apart.
    """
    work = _Mapping(kind, suffix, title)
    for feature in features:
        work.add(feature)
    return work.done()


def plain(said: object) -> Value:
    """Return a feature's value as a plain one: of an enumeration, its name."""
    name = getattr(said, "name", None)
    if isinstance(name, str):
        return name.casefold()
    if isinstance(said, int) and not is_kept(said):
        return None
    return said if isinstance(said, bool | int | float | str | None) else str(said)


class _Mapping:
    """One device while its features are mapped."""

    def __init__(self, kind: str, suffix: str, title: str) -> None:
        self._kind, self._suffix, self._title = kind, suffix, title
        self._endpoints: dict[EndpointId, Endpoint] = {}
        self._bound: list[Bound] = []
        self._troubles: list[Trouble] = []

    def add(self, feature: Feature) -> None:
        """Carry one feature."""
        if feature.id in _SECRET:
            self._trouble(feature, "it is a code that lets others in, and is shown to nobody")
        elif feature.id in _BINDING:
            self._trouble(feature, "devices are bound to a hub in TP-Link's app alone")
        elif feature.id == "hsv":
            self._colour()
        elif feature.id not in _TOLD_OTHERWISE:
            self._carry(feature)

    def done(self) -> Mapped:
        """Return the whole."""
        return Mapped(tuple(self._endpoints.values()), tuple(self._bound), tuple(self._troubles))

    def _carry(self, feature: Feature) -> None:
        word = _SENSED.get(feature.id)
        if self._kind == "thermostat" and feature.id in _THERMOSTAT:
            self._property(feature, self._main(), _THERMOSTAT[feature.id])
        elif self._kind == "vacuum" and feature.id in _VACUUM:
            self._of_vacuum(feature, _VACUUM[feature.id])
        elif feature.id in _MAIN:
            self._property(feature, self._main(), _MAIN[feature.id])
        elif feature.id == "fan_speed_level":
            self._speed(feature)
        elif feature.id == "state" and feature.kind is Kind.SWITCH:
            self._property(feature, self._main(), "OnOff.on")
        elif word is not None and feature.kind in {Kind.SENSOR, Kind.FLAG}:
            endpoint = self._endpoint(word.endpoint, word.type)
            self._property(feature, endpoint, word.name, read=word.read)
        elif feature.debug:
            self._trouble(feature, "it is there for finding faults, and is left out")
        else:
            self._plain(feature)

    def _main(self) -> EndpointId:
        """Return the endpoint that the device is first of all."""
        name, kind = _SHAPES.get(self._kind, ("switch", DeviceType.ON_OFF_PLUG))
        return self._endpoint(name, kind)

    def _endpoint(self, name: str, kind: DeviceType, title: str = "") -> EndpointId:
        chosen = EndpointId(slug(name + self._suffix))
        if chosen not in self._endpoints:
            words = " ".join(word for word in (self._title, title) if word)
            self._endpoints[chosen] = Endpoint(chosen, kind, words)
        return chosen

    def _property(
        self,
        feature: Feature,
        endpoint: EndpointId,
        name: str,
        *,
        read: Callable[[object], Value] | None = None,
    ) -> None:
        mine = self._endpoints[endpoint]
        if mine.property(name) is not None:
            self._plain(feature)
            return
        prop, scale, offset = _shaped(feature, name)
        read = read or (lambda said: _scaled(plain(said), scale, offset))
        self._put(endpoint, prop)
        write = _writer(feature, prop, scale, offset)
        self._bound.append(Bound(endpoint, name, feature.id, read, write))
        kind = _LAMPS.get(name)
        if kind is not None and _RANK.index(kind) > _RANK.index(_lamp(mine.type)):
            self._endpoints[endpoint] = replace(self._endpoints[endpoint], type=kind)

    def _put(self, endpoint: EndpointId, prop: Property) -> None:
        mine = self._endpoints[endpoint]
        self._endpoints[endpoint] = replace(mine, properties=(*mine.properties, prop))

    def _colour(self) -> None:
        """Add hue and saturation, which the library has as one value with the level."""
        lamp = self._main()
        for place, name in enumerate((HUE, SATURATION)):
            self._put(lamp, typical(name, writable=True))
            read = _part_of(place)
            self._bound.append(Bound(lamp, name, "hsv", read, lambda value: value))
        kind = DeviceType.EXTENDED_COLOR_LIGHT
        self._endpoints[lamp] = replace(self._endpoints[lamp], type=kind)

    def _speed(self, feature: Feature) -> None:
        endpoint = self._endpoint("fan", DeviceType.FAN)
        most = max(1.0, feature.maximum)
        step = 100 / most
        prop = typical("FanControl.speed", writable=True)
        self._put(endpoint, replace(prop, step=round(step, 2), tolerance=max(1.0, step / 2)))
        self._bound.append(
            Bound(
                endpoint,
                "FanControl.speed",
                feature.id,
                lambda said: _scaled(plain(said), step, 0.0),
                lambda value: round(float(value or 0) / step),
            )
        )

    def _of_vacuum(self, feature: Feature, name: str) -> None:
        if (feature.kind is Kind.ACTION) != (name in ACTIONS):
            self._plain(feature)
        elif name in ACTIONS:
            self._action(feature, self._main(), name)
        else:
            self._property(feature, self._main(), name)

    def _plain(self, feature: Feature) -> None:
        endpoint = self._endpoint(feature.id, DeviceType.GENERIC, feature.name)
        if self._endpoints[endpoint].properties:
            self._trouble(feature, "it is there twice")
        elif feature.kind is Kind.ACTION:
            self._action(feature, endpoint, "Button.press")
        else:
            self._property(feature, endpoint, _PLAIN[_sort(feature)])

    def _action(self, feature: Feature, endpoint: EndpointId, name: str) -> None:
        mine = self._endpoints[endpoint]
        action = Action(name, ACTIONS.get(name, feature.name))
        self._endpoints[endpoint] = replace(mine, actions=(*mine.actions, action))
        self._bound.append(Bound(endpoint, name, feature.id, plain, lambda value: value))

    def _trouble(self, feature: Feature, reason: str) -> None:
        self._troubles.append(Trouble(f"{feature.id}{self._suffix}", reason))


_MAIN: Mapping[str, str] = {
    "brightness": "LevelControl.level",
    "color_temperature": "ColorControl.colorTemperature",
    "light_effect": "Light.effect",
}
_SHAPES: Mapping[str, tuple[str, DeviceType]] = {
    "bulb": ("light", DeviceType.ON_OFF_LIGHT),
    "lightstrip": ("light", DeviceType.ON_OFF_LIGHT),
    "dimmer": ("light", DeviceType.ON_OFF_LIGHT),
    "fan": ("fan", DeviceType.FAN),
    "thermostat": ("thermostat", DeviceType.THERMOSTAT),
    "vacuum": ("vacuum", DeviceType.ROBOTIC_VACUUM),
}
_RANK = (
    DeviceType.ON_OFF_LIGHT,
    DeviceType.DIMMABLE_LIGHT,
    DeviceType.COLOR_TEMPERATURE_LIGHT,
    DeviceType.EXTENDED_COLOR_LIGHT,
)
_LAMPS: Mapping[str, DeviceType] = {
    "LevelControl.level": DeviceType.DIMMABLE_LIGHT,
    "ColorControl.colorTemperature": DeviceType.COLOR_TEMPERATURE_LIGHT,
}
_PLAIN: Mapping[str, str] = {
    "switch": "OnOff.on",
    "flag": "BooleanState.state",
    "number": "Number.value",
    "choice": "Select.option",
    "text": "Text.value",
}


def _lamp(kind: DeviceType) -> DeviceType:
    return kind if kind in _RANK else DeviceType.ON_OFF_LIGHT


def _sort(feature: Feature) -> str:
    """Return which plain value a feature is, a sensor by what it told at first."""
    if feature.kind is not Kind.SENSOR:
        return feature.kind.value
    first = plain(feature.value)
    if isinstance(first, bool):
        return "flag"
    return "number" if isinstance(first, int | float) or feature.unit else "text"


def _shaped(feature: Feature, name: str) -> tuple[Property, float, float]:
    """Return the property, and scale and offset of its numbers."""
    writable = feature.kind in {Kind.SWITCH, Kind.NUMBER, Kind.CHOICE}
    prop = typical(name, writable=writable)
    own = _UNITS.get(feature.unit, feature.unit)
    scale, offset = conversion(own, prop.unit)
    if name == "Number.value":
        prop = replace(prop, unit=own)
    if feature.kind is Kind.NUMBER:
        low, high = (round(b * scale + offset, 3) for b in (feature.minimum, feature.maximum))
        prop = replace(prop, minimum=low, maximum=high)
    if feature.kind is Kind.CHOICE:
        prop = replace(prop, choices=feature.choices)
    return prop, scale, offset


def _writer(
    feature: Feature, prop: Property, scale: float, offset: float
) -> Callable[[Value], object]:
    if feature.kind is not Kind.NUMBER:
        return lambda value: value

    def write(value: Value) -> object:
        low = prop.minimum if prop.minimum is not None else 0.0
        wished = low if isinstance(value, bool | str | None) else float(value)
        said = (wished - offset) / scale
        return round(said) if scale == 1.0 else round(said, 1)

    return write


def _scaled(value: Value, scale: float, offset: float) -> Value:
    if isinstance(value, bool | str | None) or (scale == 1.0 and not offset):
        return value
    return round(value * scale + offset, 4)


def _part_of(place: int) -> Callable[[object], Value]:
    def read(said: object) -> Value:
        part = said[place] if isinstance(said, tuple) and len(said) > place else None
        return float(part) if is_number(part) else None

    return read
