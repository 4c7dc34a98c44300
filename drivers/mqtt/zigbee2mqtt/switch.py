"""Switches. Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#switch."""

from collections.abc import Iterator

from drivers.mqtt.zigbee2mqtt.plain import plain, states, titled
from drivers.mqtt.zigbee2mqtt.said import Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place, Sketch
from hubd.model.device import DeviceType


def switch(feature: Expose, place: Place) -> Iterator[Drawn]:
    """Yield the switch's endpoint, and those of its settings.

    Some thermostats have switches that switch no power, but a mode: those have keys of their own.
    """
    title = "" if feature.endpoint is None else str(feature.endpoint)
    for part in feature.features or ():
        if part.name != "state":
            yield plain(part, place, of="switch")
        elif part.key == part.of_endpoint:
            sketch = Sketch(place, feature.of_endpoint, name=title, of="switch")
            sketch.carry(part, "OnOff.on", states(part))
            sketch.together()
            yield sketch.drawn(DeviceType.ON_OFF_PLUG)
        else:
            sketch = Sketch(place, part.key, name=titled(part), category="config", of="switch")
            sketch.carry(part, "OnOff.on", states(part))
            yield sketch.drawn(DeviceType.GENERIC)
