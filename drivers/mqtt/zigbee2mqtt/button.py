"""Presses: the `action` that a remote tells at the moment, and never again.

Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#enum, and the `action` of each remote.
"""

from drivers.mqtt.components.event import TRIGGERS
from drivers.mqtt.payload import Payload, rendered
from drivers.mqtt.zigbee2mqtt.said import Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place, Sketch, record
from hubd.model.device import DeviceType

PRESSED = "Switch.pressed"


def is_press(feature: Expose) -> bool:
    """Say whether a feature tells presses."""
    return feature.type == "enum" and feature.name in {"action", "click"} and not feature.settable


def button(feature: Expose, place: Place) -> Drawn:
    """Return the endpoint of all presses: that of the triggers which others announce of it.

    A kind such as `recall_*` stands for many: where there is one, all are told.
    """
    name = TRIGGERS if feature.endpoint is None else f"{TRIGGERS}_{feature.endpoint}"
    sketch = Sketch(place, name)
    sketch.group = name
    key = feature.key

    def read(payload: Payload) -> str | None:
        said = record(payload).get(key)
        return rendered(said) if isinstance(said, str | int | float) and said != "" else None

    kinds = tuple(rendered(value) for value in feature.values)
    sketch.signals(PRESSED, read, () if any("*" in kind for kind in kinds) else kinds)
    sketch.credit((key,), PRESSED)
    return sketch.drawn(DeviceType.GENERIC_SWITCH, order=f"action/{key}")
