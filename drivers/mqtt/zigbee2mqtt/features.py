"""A device's exposed features, each to the room of its kind. Pure."""

from collections.abc import Callable, Iterator, Mapping

from drivers.mqtt.errors import MqttError
from drivers.mqtt.zigbee2mqtt.button import button, is_press
from drivers.mqtt.zigbee2mqtt.climate import climate
from drivers.mqtt.zigbee2mqtt.composite import composite
from drivers.mqtt.zigbee2mqtt.cover import cover
from drivers.mqtt.zigbee2mqtt.fan import fan
from drivers.mqtt.zigbee2mqtt.light import effect_of, light
from drivers.mqtt.zigbee2mqtt.lock import lock
from drivers.mqtt.zigbee2mqtt.plain import plain
from drivers.mqtt.zigbee2mqtt.said import Definition, Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place
from drivers.mqtt.zigbee2mqtt.switch import switch
from drivers.mqtt.zigbee2mqtt.update import update
from hubd.model.device import Trouble

_KINDS: Mapping[str, Callable[[Expose, Place], Iterator[Drawn]]] = {
    "climate": climate,
    "composite": composite,
    "cover": cover,
    "fan": fan,
    "lock": lock,
    "switch": switch,
}
SPECIFIC = frozenset({"climate", "cover", "fan", "light", "lock", "switch"})
"""The types whose features belong together."""


def endpoints(definition: Definition, place: Place) -> Iterator[Drawn | Trouble]:
    """Yield the device's endpoints, and why a feature could not be made one."""
    exposes = definition.exposes
    effects = [effect_of(e, exposes) for e in exposes if e.type == "light"]
    for feature in exposes:
        if any(feature is effect for effect in effects):
            continue
        try:
            yield from _drawn(feature, definition, place)
        except (MqttError, ArithmeticError, ValueError) as error:
            # Numbers that are each fine and together are not, such as a range of no width.
            yield Trouble(feature.of_endpoint, f"its numbers do not fit together ({error})")
    if definition.supports_ota:
        yield update(place)
    for reason in definition.unread:
        yield Trouble("a feature", f"cannot be read: {reason}")


def _drawn(feature: Expose, definition: Definition, place: Place) -> Iterator[Drawn]:
    if feature.type == "light":
        yield from light(feature, place, effect_of(feature, definition.exposes))
    elif (kind := _KINDS.get(feature.type)) is not None:
        yield from kind(feature, place)
    elif is_press(feature):
        yield button(feature, place)
    else:
        yield plain(feature, place)
