"""Gen1: the settings and the status of a device as components, and what each is. Pure.

A status is a record of lists (`relays`, `lights`, `meters` …) and of single things (`tmp`, `bat`).
Here each is a component by a key of its own, as in Gen2 (`relay:0`, `tmp`); a meter counts as a
part of what it measures. Source: https://shelly-api-docs.shelly.cloud/gen1/.
"""

from collections.abc import Iterator, Mapping

from drivers.shelly.function import Carried, Status
from drivers.shelly.gen1_kinds import EVERYWHERE, KINDS, PRESSES
from drivers.shelly.reading import (
    record,
)
from drivers.shelly.sketch import Sketch

LISTS = {
    "relays": "relay",
    "lights": "light",
    "rollers": "roller",
    "meters": "meter",
    "emeters": "emeter",
    "inputs": "input",
    "thermostats": "thermostat",
    "valves": "valve",
    "adcs": "adc",
}
_NUMBERED = {
    "ext_temperature": "ext_temperature",
    "ext_humidity": "ext_humidity",
    "ext_switch": "ext_switch",
}
_MEASURED = ("relay", "roller", "light")
"""What a meter of the same number may be of."""
_CHANNELS = ("red", "green", "blue")
_VALIDATED = frozenset({"tmp", "hum", "lux", "concentration", "meter", "emeter", "accel"})


def components(status: Mapping[str, object]) -> dict[str, object]:
    """Return a status as components by their keys."""
    found: dict[str, object] = {}
    for name, said in status.items():
        if name in LISTS and isinstance(said, list):
            found |= {f"{LISTS[name]}:{n}": item for n, item in enumerate(said[:64])}
        elif name in _NUMBERED and isinstance(said, dict):
            found |= {f"{_NUMBERED[name]}:{n}": item for n, item in list(said.items())[:64]}
        else:
            found[name] = said
    for key in [k for k in found if k.startswith("meter:")]:
        _, _, number_ = key.partition(":")
        owner = next((f"{k}:{number_}" for k in _MEASURED if f"{k}:{number_}" in found), "")
        if owner and isinstance(found[owner], dict):
            mine, meter = record(found[owner]), record(found.pop(key))
            kept = {k: v for k, v in meter.items() if k != "power" or k not in mine}
            found[owner] = {**mine, "meter": kept}
    return {key: _tidied(key.partition(":")[0], said) for key, said in found.items()}


def _tidied(kind: str, said: object) -> object:
    """Return a component as the rules read it.

    Red, green and blue are one list; the level is that of the mode which a lamp is in; what is
    marked as not valid is unknown; temperatures are in °C.
    """
    if not isinstance(said, dict):
        return said
    if kind in _VALIDATED and said.get("is_valid") is False:
        return {key: None if key != "is_valid" else False for key in said}
    if kind == "light":
        return _tidied_lamp(said)
    if kind == "thermostat":
        return {key: _in_celsius(value) for key, value in said.items()}
    if isinstance(meter := said.get("meter"), dict):
        return {**said, "meter": _tidied("meter", meter)}
    return said


def _tidied_lamp(said: Mapping[str, object]) -> Mapping[str, object]:
    lamp = dict(said)
    channels = [said.get(c) for c in _CHANNELS]
    if all(isinstance(c, int | float) and not isinstance(c, bool) for c in channels):
        lamp = {k: v for k, v in said.items() if k not in _CHANNELS} | {"rgb": channels}
    level = "gain" if said.get("mode") == "color" and "gain" in said else "brightness"
    return {**lamp, "level": said[level]} if level in said else lamp


def _in_celsius(said: object) -> object:
    """Return a temperature with its unit, or anything else as it is."""
    if not isinstance(said, dict) or said.get("units") != "F":
        return said
    fahrenheit = said.get("value")
    if isinstance(fahrenheit, bool) or not isinstance(fahrenheit, int | float):
        return said
    return {**said, "value": round((fahrenheit - 32) / 1.8, 2)}


def carried(
    info: Mapping[str, object], settings: Mapping[str, object], status: Mapping[str, object]
) -> Carried:
    """Return what a device of Gen1 can do.

    `info` is the answer to `/shelly` (its `type` is the model), the others those to `/settings` and
    `/status`.
    """
    parts = components(status)
    config: dict[str, object] = {**components(settings), "settings": settings}
    sketch = Sketch(parts, config, info)
    return sketch.draw_all(parts, KINDS, EVERYWHERE)


def presses(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield what was done with buttons between two statuses: the component and the hub's word.

    A status counts the presses and tells the last one alone.
    """
    for key, said in now.items():
        former = before.get(key)
        if not key.startswith("input:") or not isinstance(said, dict):
            continue
        if not isinstance(former, dict) or former.get("event_cnt") == said.get("event_cnt"):
            continue
        event = said.get("event")
        if isinstance(event, str) and event in PRESSES:
            yield key, PRESSES[event]


def whole(status: Status) -> bool:
    """Say whether a record is a device's status: it names its address and its network."""
    return "wifi_sta" in status and "mac" in status
