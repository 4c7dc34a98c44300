"""Devices as the W3C WoT Thing model sees them: endpoints with properties, actions and events.

Names and ranges follow Matter's application clusters (vocabulary.py); values are in the unit that
a person would say (°C, %, lx), not in the clusters' scaled integers.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import force_setattr

from hubd.model.ids import AreaId, DeviceId, EndpointId, PropertyId, property_id
from hubd.model.value import Value, ValueType


class DeviceType(StrEnum):
    """What an endpoint is, as Matter's device library names it."""

    ON_OFF_LIGHT = "on_off_light"
    DIMMABLE_LIGHT = "dimmable_light"
    COLOR_TEMPERATURE_LIGHT = "color_temperature_light"
    EXTENDED_COLOR_LIGHT = "extended_color_light"
    ON_OFF_PLUG = "on_off_plug"
    GENERIC_SWITCH = "generic_switch"
    OCCUPANCY_SENSOR = "occupancy_sensor"
    CONTACT_SENSOR = "contact_sensor"
    LIGHT_SENSOR = "light_sensor"
    TEMPERATURE_SENSOR = "temperature_sensor"
    HUMIDITY_SENSOR = "humidity_sensor"
    PRESSURE_SENSOR = "pressure_sensor"
    FLOW_SENSOR = "flow_sensor"
    AIR_QUALITY_SENSOR = "air_quality_sensor"
    WATER_LEAK_DETECTOR = "water_leak_detector"
    RAIN_SENSOR = "rain_sensor"
    SMOKE_CO_ALARM = "smoke_co_alarm"
    ELECTRICAL_SENSOR = "electrical_sensor"
    WINDOW_COVERING = "window_covering"
    THERMOSTAT = "thermostat"
    FAN = "fan"
    HUMIDIFIER = "humidifier"
    DOOR_LOCK = "door_lock"
    WATER_VALVE = "water_valve"
    ROBOTIC_VACUUM = "robotic_vacuum"
    SPEAKER = "speaker"
    SIREN = "siren"
    ALARM_PANEL = "alarm_panel"
    BED_SENSOR = "bed_sensor"
    TRACKER = "tracker"
    UPDATE = "update"
    BATTERY = "battery"
    GENERIC = "generic"


LIGHTS = frozenset(
    {
        DeviceType.ON_OFF_LIGHT,
        DeviceType.DIMMABLE_LIGHT,
        DeviceType.COLOR_TEMPERATURE_LIGHT,
        DeviceType.EXTENDED_COLOR_LIGHT,
    }
)


class Property(Struct, frozen=True, gc=False, omit_defaults=True):
    """Something of a device that has a value.

    `minimum`, `maximum`, `step` and `tolerance` are in `unit`. A report within `tolerance` of what
    was asked confirms it. `assumed` marks a device that never tells: what was sent is taken as so.
    `transition` marks what can be told to take its time. A wish that could not be carried out for
    `stale_us` is not carried out late; 0 is never (docs/decisions/0010-stale-intent.md).
    """

    name: str
    type: ValueType
    writable: bool = False
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    tolerance: float = 0.0
    assumed: bool = False
    title: str = ""
    transition: bool = False
    stale_us: int = 0

    def __post_init__(self) -> None:
        """Keep bounds as floats, whatever came: a log has the same bytes when reread."""
        for name in ("minimum", "maximum", "step", "tolerance"):
            bound = getattr(self, name)
            if isinstance(bound, int):
                force_setattr(self, name, float(bound))


class Action(Struct, frozen=True, gc=False, omit_defaults=True):
    """Something that a device can be asked to do and that is not a state.

    An `argument` of several `parts` is a JSON object, whose keys are the parts' names.
    """

    name: str
    title: str = ""
    argument: Property | None = None
    parts: tuple[Property, ...] = ()


class Signal(Struct, frozen=True, gc=False, omit_defaults=True):
    """A momentary event of a device, such as a button's press; `choices` are its kinds."""

    name: str
    choices: tuple[str, ...] = ()
    title: str = ""


class Endpoint(Struct, frozen=True, omit_defaults=True):
    """One function of a device: a lamp, one gang of a switch, a thermometer inside of a plug."""

    id: EndpointId
    type: DeviceType
    name: str = ""
    properties: tuple[Property, ...] = ()
    actions: tuple[Action, ...] = ()
    signals: tuple[Signal, ...] = ()

    def property(self, name: str) -> Property | None:
        """Return the property of that name, or None."""
        return next((p for p in self.properties if p.name == name), None)


class Trouble(Struct, frozen=True, gc=False):
    """A part of a device that its driver could not carry, and why, in words for its owner."""

    where: str
    reason: str


class Device(Struct, frozen=True, omit_defaults=True):
    """A physical thing. `native` is its driver's own record, opaque to all others.

    `roles` are what its people use it as, such as "reading light". `identities` are what any
    protocol may know it by (drivers/kit/identity.py): two devices that share one are one thing.
    """

    id: DeviceId
    name: str
    driver: str
    endpoints: tuple[Endpoint, ...] = ()
    area: AreaId | None = None
    aliases: tuple[str, ...] = ()
    maker: str = ""
    model: str = ""
    version: str = ""
    troubles: tuple[Trouble, ...] = ()
    native: str = ""
    roles: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()

    def property_ids(self) -> list[PropertyId]:
        """Return the ids of all properties, in the order of the endpoints."""
        return [property_id(self.id, e.id, p.name) for e in self.endpoints for p in e.properties]

    def action_ids(self) -> list[PropertyId]:
        """Return the ids of all actions, named as properties are."""
        return [property_id(self.id, e.id, a.name) for e in self.endpoints for a in e.actions]


class Reading(Struct, frozen=True, gc=False):
    """A value that a driver read for a property, before it is an event."""

    property: PropertyId
    value: Value
