"""Thermostats and air conditioners.

Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#climate. What a thermostat has beside
what the vocabulary knows (its calibration, its demand) stands by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from drivers.kit.units import conversion
from drivers.mqtt.codec import Codec
from drivers.mqtt.payload import Missing, rendered
from drivers.mqtt.zigbee2mqtt.composite import composite
from drivers.mqtt.zigbee2mqtt.plain import choices, plain, quantity
from drivers.mqtt.zigbee2mqtt.quantities import unit
from drivers.mqtt.zigbee2mqtt.said import Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place, Sketch
from hubd.model.device import DeviceType
from hubd.model.value import Value

_DEGREES = {
    "local_temperature": "Thermostat.localTemperature",
    "current_heating_setpoint": "Thermostat.setpoint",
    "occupied_heating_setpoint": "Thermostat.setpoint",
}
_COOLING = "occupied_cooling_setpoint"
_CHOICES = {
    "system_mode": "Thermostat.systemMode",
    "preset": "Thermostat.preset",
    "fan_mode": "FanControl.mode",
    "swing_mode": "Thermostat.swing",
}
_DOING = {"running_state": "Thermostat.runningState"}
_WORDS: Mapping[str, str] = {
    "heat": "heating", "cool": "cooling", "dry": "drying", "fan_only": "fan",
}  # fmt: skip
"""What it does, as Home Assistant's discovery of the same device says it."""


def climate(feature: Expose, place: Place) -> Iterator[Drawn]:
    """Yield the thermostat's endpoint, and those of what it has beside."""
    title = "" if feature.endpoint is None else str(feature.endpoint)
    sketch = Sketch(place, feature.of_endpoint, name=title, of="climate")
    parts = _each_once(feature.features or ())
    degrees = _degrees({part.name or "" for part in parts})
    others: list[Expose] = []
    for part in parts:
        name = part.name or ""
        wanted = degrees.get(name) or _CHOICES.get(name) or _DOING.get(name, "")
        if not wanted or sketch.has(wanted):
            others.append(part)
        else:
            codec, shape = _codec(part, wanted, measured=name in degrees)
            sketch.carry(part, wanted, codec, shape=shape)
    sketch.together()
    yield sketch.drawn(DeviceType.THERMOSTAT)
    for part in others:
        if part.type == "composite":
            yield from composite(part, place, of="climate")
        else:
            yield plain(part, place, of="climate")


def _each_once(parts: Iterable[Expose]) -> Sequence[Expose]:
    """Return the parts; of one that is exposed twice, that which can do more."""
    found: dict[str, Expose] = {}
    for part in parts:
        former = found.get(part.key, part)
        found[part.key] = max(former, part, key=lambda p: p.access)
    return tuple(found.values())


def _degrees(names: set[str]) -> Mapping[str, str]:
    """Return the property of each temperature: a wished one, or two where it also cools."""
    heats = names & (_DEGREES.keys() - {"local_temperature"})
    if _COOLING not in names:
        return _DEGREES
    if not heats:
        return {**_DEGREES, _COOLING: "Thermostat.setpoint"}
    both = {_COOLING: "Thermostat.setpointHigh", **dict.fromkeys(heats, "Thermostat.setpointLow")}
    return {**_DEGREES, **both}


def _codec(feature: Expose, name: str, *, measured: bool) -> tuple[Codec, Mapping[str, object]]:
    if measured:
        scale, offset = conversion(unit(feature.unit), "°C")
        return quantity(feature, name, scale=scale, offset=offset)
    words = {rendered(v): _WORDS.get(rendered(v), rendered(v)) for v in feature.values}
    if name not in _DOING.values():
        return choices(feature.values), {"choices": tuple(words)}
    told = choices(words.values())
    back = {word: said for said, word in words.items()}

    def read(said: object) -> Value | Missing:
        value = told.read(said)
        return words.get(value, value) if isinstance(value, str) else value

    return Codec(read, lambda value: back.get(str(value), value)), {"choices": tuple(back)}
