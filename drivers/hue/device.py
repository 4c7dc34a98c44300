"""A device's services, as endpoints and a description. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from drivers.hue.advert import mac_of
from drivers.hue.documents import Told
from drivers.hue.reading import kelvins
from drivers.hue.resource import Bridge, Button, Device, Kind, Light, Resource, Zigbee
from drivers.kit import identity
from drivers.kit.link import ITSELF, Description
from hubd.model.device import Action, DeviceType, Endpoint, Property, Signal, Trouble
from hubd.model.ids import EndpointId
from hubd.model.vocabulary import ACTIONS, SIGNALS, typical

PRESSED, RANG, TURNED = "Switch.pressed", "Doorbell.rang", "Switch.turned"
IDENTIFY = "Identify.identify"
_PRESSES = (
    "initial_press",
    "repeat",
    "short_release",
    "long_press",
    "long_release",
    "double_short_release",
)
_SENSED: Mapping[str, tuple[str, DeviceType, tuple[str, ...]]] = {
    Kind.MOTION: ("motion", DeviceType.OCCUPANCY_SENSOR, ("OccupancySensing.occupied",)),
    Kind.CAMERA_MOTION: ("motion", DeviceType.OCCUPANCY_SENSOR, ("OccupancySensing.occupied",)),
    Kind.TEMPERATURE: (
        "temperature",
        DeviceType.TEMPERATURE_SENSOR,
        ("TemperatureMeasurement.temperature",),
    ),
    Kind.LIGHT_LEVEL: (
        "illuminance",
        DeviceType.LIGHT_SENSOR,
        ("IlluminanceMeasurement.illuminance",),
    ),
    Kind.CONTACT: ("contact", DeviceType.CONTACT_SENSOR, ("BooleanState.open",)),
    Kind.TAMPER: ("tamper", DeviceType.GENERIC, ("SmokeCoAlarm.tamper",)),
    Kind.POWER: (
        "battery",
        DeviceType.BATTERY,
        ("PowerSource.batteryLevel", "PowerSource.batteryLow"),
    ),
}
"""Kind of service -> its endpoint's id and type, and its properties."""
_UNCARRIED: Mapping[str, str] = {
    "entertainment": "streams of colour to a lamp are not carried",
    "speaker": "sounds and alarms are not carried",
    "grouped_light": "groups are not carried: the hub commands the lamps themselves",
    "camera": "pictures are not carried",
}
_QUIET = frozenset({"plug", "smart_plug"})


class Service(Struct, frozen=True):
    """A service that became an endpoint."""

    rid: str
    kind: str
    endpoint: Endpoint
    light: Light | None = None


class Carried(Struct, frozen=True):
    """A device as the hub sees it."""

    part: str
    rid: str
    description: Description
    services: tuple[Service, ...]
    identify: bool


def carried(device: Device, resources: Mapping[str, Told], area: str) -> Carried:
    """Return what becomes of a device, whose services are among `resources`."""
    product = device.product_data
    name = device.metadata.name if device.metadata else ""
    services: dict[str, Service] = {}
    troubles: dict[str, Trouble] = {}
    part, identities = device.id, []
    for reference in device.services or ():
        told = resources.get(reference.rid)
        body = told.body if told else None
        if isinstance(body, Bridge):
            part = ITSELF
            identities.append(identity.mac(mac_of(body.bridge_id.casefold())))
        elif isinstance(body, Zigbee):
            identities.append(identity.ieee(body.mac_address))
        elif reference.rtype in _UNCARRIED:
            reason = _UNCARRIED[reference.rtype]
            troubles[reference.rtype] = Trouble(reference.rtype, reason)
        elif body is not None and (endpoint := _endpoint(reference.rtype, body, device)):
            free = _free(endpoint, services)
            light = body if isinstance(body, Light) else None
            services[free.id] = Service(reference.rid, reference.rtype, free, light)
    endpoints = [service.endpoint for service in services.values()]
    if device.identify is not None:
        endpoints.append(_identify())
    description = Description(
        name or product.product_name or device.id,
        tuple(endpoints),
        maker=product.manufacturer_name,
        model=product.product_name or product.model_id,
        version=product.software_version,
        identities=identity.told(*identities),
        area=area,
        troubles=tuple(troubles.values()),
    )
    made = tuple(services.values())
    return Carried(part, device.id, description, made, device.identify is not None)


def _endpoint(kind: str, body: Resource, device: Device) -> Endpoint | None:
    match body:
        case Light():
            return _light(body, device)
        case Button():
            return _button(kind, body)
        case _ if kind == Kind.ROTARY:
            signal = Signal(TURNED, ("clockwise", "counterclockwise"), SIGNALS[TURNED])
            return Endpoint(EndpointId("dial"), DeviceType.GENERIC_SWITCH, signals=(signal,))
        case _ if kind in _SENSED:
            stem, device_type, names = _SENSED[kind]
            return Endpoint(
                EndpointId(stem), device_type, properties=tuple(typical(n) for n in names)
            )
        case _:
            return None


def _light(light: Light, device: Device) -> Endpoint:
    properties = [_writable("OnOff.on")]
    device_type = DeviceType.ON_OFF_LIGHT
    if light.dimming is not None:
        device_type = DeviceType.DIMMABLE_LIGHT
        properties.append(_writable("LevelControl.level"))
    if light.color_temperature is not None:
        device_type = DeviceType.COLOR_TEMPERATURE_LIGHT
        properties.append(_warmth(light))
    if light.color is not None:
        device_type = DeviceType.EXTENDED_COLOR_LIGHT
        properties += [_writable("ColorControl.hue"), _writable("ColorControl.saturation")]
    effects = effects_of(light)
    if effects:
        properties.append(replace(_writable("Light.effect"), choices=effects, transition=False))
    archetype = device.product_data.product_archetype
    if device_type is DeviceType.ON_OFF_LIGHT and archetype in _QUIET:
        plug = (replace(properties[0], transition=False),)
        return Endpoint(EndpointId("plug"), DeviceType.ON_OFF_PLUG, properties=plug)
    own = light.metadata.name if light.metadata else ""
    called = "" if device.metadata and own == device.metadata.name else own
    return Endpoint(EndpointId("light"), device_type, called, tuple(properties))


def effects_of(light: Light) -> tuple[str, ...]:
    """Return the effects that a lamp can be asked to play."""
    if light.effects_v2 is not None and light.effects_v2.action is not None:
        return light.effects_v2.action.effect_values
    return light.effects.effect_values if light.effects is not None else ()


def _warmth(light: Light) -> Property:
    schema = light.color_temperature.mirek_schema if light.color_temperature else None
    warm = _writable("ColorControl.colorTemperature")
    low = kelvins(schema.mirek_maximum if schema else None)
    high = kelvins(schema.mirek_minimum if schema else None)
    if low is None or high is None or low > high:
        return warm
    return replace(warm, minimum=float(round(low)), maximum=float(round(high)))


def _button(kind: str, button: Button) -> Endpoint:
    choices: Sequence[str] = button.button.event_values if button.button else ()
    name = RANG if kind == Kind.BELL_BUTTON else PRESSED
    number = button.metadata.control_id if button.metadata else None
    endpoint = "doorbell" if name == RANG else f"button_{number}" if number else "button"
    signal = Signal(name, tuple(choices) or _PRESSES, SIGNALS[name])
    return Endpoint(EndpointId(endpoint), DeviceType.GENERIC_SWITCH, signals=(signal,))


def _identify() -> Endpoint:
    action = Action(IDENTIFY, ACTIONS[IDENTIFY])
    return Endpoint(EndpointId("identify"), DeviceType.GENERIC, actions=(action,))


def _writable(name: str) -> Property:
    return replace(typical(name, writable=True), transition=True)


def _free(endpoint: Endpoint, taken: Mapping[str, Service]) -> Endpoint:
    """Return the endpoint under an id that is not taken."""
    number, free = 2, endpoint.id
    while free in taken:
        free, number = EndpointId(f"{endpoint.id}_{number}"), number + 1
    return replace(endpoint, id=free)
