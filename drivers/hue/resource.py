"""The resources of a bridge, as far as they mean something to the hub. Pure data.

An update holds what changed and nothing else, so all of a resource but its id is optional.
Source: https://developers.meethue.com/develop/hue-api-v2/api-reference/.
"""

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """Kinds of resources that mean something to the hub."""

    BRIDGE = "bridge"
    DEVICE = "device"
    ROOM = "room"
    LIGHT = "light"
    MOTION = "motion"
    CAMERA_MOTION = "camera_motion"
    TEMPERATURE = "temperature"
    LIGHT_LEVEL = "light_level"
    CONTACT = "contact"
    TAMPER = "tamper"
    BUTTON = "button"
    BELL_BUTTON = "bell_button"
    ROTARY = "relative_rotary"
    POWER = "device_power"
    ZIGBEE = "zigbee_connectivity"


class Reference(Struct, frozen=True):
    """A resource, by its id and kind."""

    rid: str
    rtype: str


class _Resource(Struct, frozen=True):
    id: str
    owner: Reference | None = None


class On(Struct, frozen=True):
    """Whether a lamp is on."""

    on: bool | None = None


class Dimming(Struct, frozen=True):
    """How bright a lamp is, in percent."""

    brightness: float | None = None
    min_dim_level: float | None = None


class MirekSchema(Struct, frozen=True):
    """The range of a lamp's whites, in mireds."""

    mirek_minimum: float | None = None
    mirek_maximum: float | None = None


class ColorTemperature(Struct, frozen=True):
    """How warm a lamp's white is, in mireds; None while it shows a colour."""

    mirek: float | None = None
    mirek_valid: bool | None = None
    mirek_schema: MirekSchema | None = None


class Point(Struct, frozen=True):
    """A colour in the CIE 1931 diagram."""

    x: float
    y: float


class Triangle(Struct, frozen=True):
    """The colours that a lamp can show."""

    red: Point
    green: Point
    blue: Point


class Color(Struct, frozen=True):
    """A lamp's colour."""

    xy: Point | None = None
    gamut: Triangle | None = None


class Effects(Struct, frozen=True):
    """What a lamp plays by itself, as older bridges tell it."""

    status: str | None = None
    effect_values: tuple[str, ...] = ()


class EffectChoice(Struct, frozen=True):
    """One effect, or those that there are."""

    effect: str | None = None
    effect_values: tuple[str, ...] = ()


class EffectsV2(Struct, frozen=True):
    """What a lamp plays by itself."""

    action: EffectChoice | None = None
    status: EffectChoice | None = None


class Metadata(Struct, frozen=True):
    """How something is called and what it looks like."""

    name: str = ""
    archetype: str = ""
    control_id: int | None = None


class Light(_Resource, frozen=True):
    """A lamp, or a plug."""

    on: On | None = None
    dimming: Dimming | None = None
    color_temperature: ColorTemperature | None = None
    color: Color | None = None
    effects: Effects | None = None
    effects_v2: EffectsV2 | None = None
    metadata: Metadata | None = None


class MotionReport(Struct, frozen=True):
    """Whether something moved."""

    motion: bool | None = None


class MotionFeature(Struct, frozen=True):
    """What a motion sensor saw; `motion` is as older bridges tell it."""

    motion_report: MotionReport | None = None
    motion: bool | None = None
    motion_valid: bool | None = None


class Motion(_Resource, frozen=True):
    """A motion sensor."""

    enabled: bool | None = None
    motion: MotionFeature | None = None


class TemperatureReport(Struct, frozen=True):
    """A temperature in °C."""

    temperature: float | None = None


class TemperatureFeature(Struct, frozen=True):
    """What a thermometer measured."""

    temperature_report: TemperatureReport | None = None
    temperature: float | None = None
    temperature_valid: bool | None = None


class Temperature(_Resource, frozen=True):
    """A thermometer."""

    enabled: bool | None = None
    temperature: TemperatureFeature | None = None


class LightLevelReport(Struct, frozen=True):
    """How light it is: 10000 log10(lux) + 1."""

    light_level: float | None = None


class LightLevelFeature(Struct, frozen=True):
    """What a light sensor measured."""

    light_level_report: LightLevelReport | None = None
    light_level: float | None = None
    light_level_valid: bool | None = None


class LightLevel(_Resource, frozen=True):
    """A light sensor."""

    enabled: bool | None = None
    light: LightLevelFeature | None = None


class StateReport(Struct, frozen=True):
    """What a contact or a tamper switch tells."""

    state: str | None = None


class Contact(_Resource, frozen=True):
    """A contact sensor."""

    enabled: bool | None = None
    contact_report: StateReport | None = None


class Tamper(_Resource, frozen=True):
    """A tamper switch."""

    tamper_reports: tuple[StateReport, ...] | None = None


class ButtonReport(Struct, frozen=True):
    """What happened to a button, and when."""

    event: str | None = None
    updated: str = ""


class ButtonFeature(Struct, frozen=True):
    """What happens to a button."""

    button_report: ButtonReport | None = None
    event_values: tuple[str, ...] = ()


class Button(_Resource, frozen=True):
    """A button of a switch, or of a doorbell."""

    metadata: Metadata | None = None
    button: ButtonFeature | None = None


class Rotation(Struct, frozen=True):
    """Which way a dial was turned."""

    direction: str | None = None


class RotaryReport(Struct, frozen=True):
    """What happened to a dial, and when."""

    rotation: Rotation | None = None
    updated: str = ""


class RotaryFeature(Struct, frozen=True):
    """What happens to a dial."""

    rotary_report: RotaryReport | None = None


class Rotary(_Resource, frozen=True):
    """A dial."""

    relative_rotary: RotaryFeature | None = None


class PowerState(Struct, frozen=True):
    """How full a battery is, in percent, and how the bridge judges that."""

    battery_level: float | None = None
    battery_state: str | None = None


class Power(_Resource, frozen=True):
    """A battery."""

    power_state: PowerState | None = None


class Zigbee(_Resource, frozen=True):
    """How a device is reached over Zigbee."""

    status: str | None = None
    mac_address: str = ""


class Product(Struct, frozen=True):
    """What a device is as its maker has it."""

    manufacturer_name: str = ""
    model_id: str = ""
    product_name: str = ""
    product_archetype: str = ""
    software_version: str = ""


class Present(Struct, frozen=True):
    """Something whose being there says all."""


class Device(_Resource, frozen=True):
    """A physical thing, and the services that it has."""

    services: tuple[Reference, ...] | None = None
    product_data: Product = Product()
    metadata: Metadata | None = None
    identify: Present | None = None


class Room(_Resource, frozen=True):
    """A room, and the devices in it."""

    children: tuple[Reference, ...] | None = None
    metadata: Metadata | None = None


class Bridge(_Resource, frozen=True):
    """The bridge itself."""

    bridge_id: str = ""


type Resource = (
    Light
    | Motion
    | Temperature
    | LightLevel
    | Contact
    | Tamper
    | Button
    | Rotary
    | Power
    | Zigbee
    | Device
    | Room
    | Bridge
)
