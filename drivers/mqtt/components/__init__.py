"""The components of Home Assistant's MQTT discovery, each built into a part of a device."""

from collections.abc import Callable, Mapping

from drivers.mqtt.components.alarm import alarm_control_panel
from drivers.mqtt.components.binary_sensor import binary_sensor
from drivers.mqtt.components.climate import climate
from drivers.mqtt.components.cover import cover
from drivers.mqtt.components.event import device_automation, event
from drivers.mqtt.components.fan import fan
from drivers.mqtt.components.household import lawn_mower, notify, picture, tag, water_heater
from drivers.mqtt.components.humidifier import humidifier
from drivers.mqtt.components.light import light
from drivers.mqtt.components.lock import lock
from drivers.mqtt.components.plain import button, number_input, scene, select, text_input
from drivers.mqtt.components.sensor import sensor
from drivers.mqtt.components.siren import siren
from drivers.mqtt.components.switch import switch
from drivers.mqtt.components.tracker import device_tracker
from drivers.mqtt.components.update import update
from drivers.mqtt.components.vacuum import vacuum
from drivers.mqtt.components.valve import valve
from drivers.mqtt.discovery.announcement import Component
from drivers.mqtt.draft import Draft
from drivers.mqtt.errors import DiscoveryError, TemplateError
from drivers.mqtt.part import Part
from hubd.model.device import DeviceType, Trouble

BUILDERS: Mapping[str, Callable[[Draft], DeviceType]] = {
    "alarm_control_panel": alarm_control_panel,
    "binary_sensor": binary_sensor,
    "button": button,
    "camera": picture,
    "climate": climate,
    "cover": cover,
    "device_automation": device_automation,
    "device_tracker": device_tracker,
    "event": event,
    "fan": fan,
    "humidifier": humidifier,
    "image": picture,
    "lawn_mower": lawn_mower,
    "light": light,
    "lock": lock,
    "notify": notify,
    "number": number_input,
    "scene": scene,
    "select": select,
    "sensor": sensor,
    "siren": siren,
    "switch": switch,
    "tag": tag,
    "text": text_input,
    "update": update,
    "vacuum": vacuum,
    "valve": valve,
    "water_heater": water_heater,
}
"""Component -> what draws up its part."""


def build(component: Component) -> Part | Trouble:
    """Return the part that a component becomes, or why it cannot be carried."""
    where = f"{component.kind} {component.key}"
    builder = BUILDERS.get(component.kind)
    if builder is None:
        return Trouble(where, f"not carried yet: {component.kind}")
    try:
        draft = Draft(component)
        return draft.part(builder(draft))
    except (DiscoveryError, TemplateError) as error:
        return Trouble(where, error.what)
    except (ArithmeticError, ValueError) as error:
        # Numbers that are each fine and together are not, such as a range of no width.
        return Trouble(where, f"its numbers do not fit together ({error})")
