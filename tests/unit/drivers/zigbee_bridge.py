"""What a Zigbee2MQTT bridge tells of its devices, after the documented shapes.

https://www.zigbee2mqtt.io/guide/usage/exposes.html and .../mqtt_topics_and_messages.html.
"""

from collections.abc import Sequence

type Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
type Fields = dict[str, Json]

BASE = "zigbee2mqtt"


def binary(name: str, access: int = 1, on: Json = True, off: Json = False, **more: Json) -> Fields:
    """Return a feature of two states."""
    return _one("binary", name, access, value_on=on, value_off=off, **more)


def numeric(name: str, access: int = 1, unit: Json = None, **more: Json) -> Fields:
    """Return a number; `low`, `high` and `step` are its bounds."""
    keys = {"low": "value_min", "high": "value_max", "step": "value_step"}
    renamed = {keys.get(key, key): value for key, value in more.items()}
    return _one("numeric", name, access, **({"unit": unit} if unit else {}), **renamed)


def enum(name: str, values: Sequence[Json], access: int = 3, **more: Json) -> Fields:
    """Return a choice."""
    return _one("enum", name, access, values=list(values), **more)


def whole(kind: str, *features: Fields, endpoint: str = "") -> Fields:
    """Return features that belong together, of an endpoint if it has a name."""
    parts: list[Json] = [at(f, endpoint) if endpoint else f for f in features]
    return {"type": kind, "features": parts, **({"endpoint": endpoint} if endpoint else {})}


def composite(name: str, access: int, *features: Fields, key: str = "") -> Fields:
    """Return a feature of several parts."""
    return {**_one("composite", name, access, features=[*features]), "property": key or name}


def at(feature: Fields, endpoint: str) -> Fields:
    """Return a feature as it is of one endpoint of several."""
    return {**feature, "endpoint": endpoint, "property": f"{feature['property']}_{endpoint}"}


def _one(kind: str, name: str, access: int, **more: Json) -> Fields:
    return {"type": kind, "name": name, "property": name, "access": access, **more}


SWITCH = binary("state", 7, "ON", "OFF", value_toggle="TOGGLE")
LEVEL = numeric("brightness", 7, low=0, high=254)
WARMTH = numeric("color_temp", 7, "mired", low=153, high=500)
XY = composite("color_xy", 7, numeric("x", 7), numeric("y", 7), key="color")
HUE = composite("color_hs", 7, numeric("hue", 7), numeric("saturation", 7), key="color")
LIGHT = whole("light", SWITCH, LEVEL, WARMTH, XY)


def entry(name: str, *exposes: Fields, address: str = "0x00158d0001a2b3c4", **more: Json) -> Fields:
    """Return a device of `bridge/devices`."""
    return {
        "ieee_address": address,
        "friendly_name": name,
        "type": "Router",
        "power_source": "Mains (single phase)",
        "supported": True,
        "disabled": False,
        "interview_state": "SUCCESSFUL",
        "network_address": 29159,
        "manufacturer": "ACME",
        "model_id": "acme.1",
        "software_build_id": "1.2.3",
        "endpoints": {"1": {"bindings": [], "clusters": {"input": ["genBasic"], "output": []}}},
        "definition": {
            "source": "native",
            "model": "AC-1",
            "vendor": "Acme",
            "description": "Thing",
            "supports_ota": False,
            "options": [],
            "exposes": [*exposes],
        },
        **more,
    }


COORDINATOR: Fields = {
    "ieee_address": "0x00124b0000000001",
    "friendly_name": "Coordinator",
    "type": "Coordinator",
    "definition": None,
}


def info(devices: Fields | None = None, *, availability: bool = True) -> Fields:
    """Return `bridge/info`; `devices` are options by address."""
    return {
        "version": "2.1.3",
        "config": {
            "availability": {"enabled": availability},
            "advanced": {"output": "json"},
            "devices": devices or {},
        },
    }
