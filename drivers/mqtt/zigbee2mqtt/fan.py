"""Fans. Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#fan."""

from collections.abc import Iterator

from drivers.mqtt.codec import Codec, steps
from drivers.mqtt.payload import rendered
from drivers.mqtt.zigbee2mqtt.plain import choices, plain, states
from drivers.mqtt.zigbee2mqtt.said import Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place, Sketch
from hubd.model.device import DeviceType


def fan(feature: Expose, place: Place) -> Iterator[Drawn]:
    """Yield the fan's endpoint, and those of its settings."""
    title = "" if feature.endpoint is None else str(feature.endpoint)
    sketch = Sketch(place, feature.of_endpoint, name=title, of="fan")
    others: list[Expose] = []
    for part in feature.features or ():
        match part.name:
            case "state":
                sketch.carry(part, "OnOff.on", states(part))
            case "mode":
                shape = {"choices": tuple(rendered(v) for v in part.values)}
                sketch.carry(part, "FanControl.mode", choices(part.values), shape=shape)
            case "speed":
                codec, tolerance = _speed(part)
                shape_of_speed = {"tolerance": tolerance}
                sketch.carry(part, "FanControl.speed", codec, shape=shape_of_speed)
            case _:
                others.append(part)
    sketch.together()
    yield sketch.drawn(DeviceType.FAN)
    for part in others:
        yield plain(part, place, of="fan")


def _speed(feature: Expose) -> tuple[Codec, float]:
    """Return how the speed is told, and what counts as the same one.

    The lowest speed is one step above standing still.
    """
    low = 1.0 if feature.value_min is None else feature.value_min
    high = 254.0 if feature.value_max is None else feature.value_max
    still = min(low - 1, high - 1) if low > 0 else low
    span = max(1.0, high - still)
    return steps(still, still + span), max(1.0, 50 / span)
