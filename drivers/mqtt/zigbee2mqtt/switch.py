"""Switches. Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#switch."""

from collections.abc import Iterator

from drivers.mqtt.zigbee2mqtt.plain import plain, states
from drivers.mqtt.zigbee2mqtt.said import Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place, Sketch
from hubd.model.device import DeviceType


def switch(feature: Expose, place: Place) -> Iterator[Drawn]:
    """Yield the switch's endpoint, and those of its settings."""
    title = "" if feature.endpoint is None else str(feature.endpoint)
    sketch = Sketch(place, feature.of_endpoint, name=title, of="switch")
    others: list[Expose] = []
    for part in feature.features or ():
        if part.name == "state" and not sketch.has("OnOff.on"):
            sketch.carry(part, "OnOff.on", states(part))
        else:
            others.append(part)
    sketch.together()
    yield sketch.drawn(DeviceType.ON_OFF_PLUG)
    for part in others:
        yield plain(part, place, of="switch")
