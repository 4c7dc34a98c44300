"""The features of Zigbee devices, in the form in which Zigbee2MQTT's bridge tells of them.

Shapes as in https://www.zigbee2mqtt.io/guide/usage/exposes.html.
"""

from collections.abc import Sequence

from firmware_sim.devices.device import Fields, Json

TOLD, SETTABLE, ASKABLE = 1, 3, 7
"""Access: told; told and set; told, set, and told when it is asked for."""
SET_ONLY = 2


def feature(kind: str, name: str, access: int, **more: Json) -> Fields:
    """Return a feature of that kind."""
    label = name.replace("_", " ").capitalize()
    return {
        "type": kind,
        "name": name,
        "label": label,
        "property": name,
        "access": access,
        **more,
    }


def whole(kind: str, features: Sequence[Fields]) -> Fields:
    """Return features that belong together: a light, a lock …."""
    return {"type": kind, "features": list(features)}


def flag(name: str, *, on: Json = True, off: Json = False, access: int = TOLD) -> Fields:
    """Return a feature of two states."""
    return feature("binary", name, access, value_on=on, value_off=off)


def number(
    name: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    *,
    step: float | None = None,
    access: int = TOLD,
) -> Fields:
    """Return a number."""
    bounds: Fields = {"unit": unit or None, "value_min": low, "value_max": high, "value_step": step}
    given = {key: value for key, value in bounds.items() if value is not None}
    return feature("numeric", name, access, **given)


def choice(name: str, values: Sequence[str], *, access: int = SETTABLE) -> Fields:
    """Return a choice."""
    return feature("enum", name, access, values=list(values))


def level(name: str = "brightness") -> Fields:
    """Return how bright a lamp is."""
    return number(name, low=0, high=254, access=ASKABLE)


BATTERY = {**number("battery", "%", 0, 100), "category": "diagnostic"}
LINK_QUALITY = {**number("linkquality", "lqi", 0, 255), "category": "diagnostic"}
