"""Zigbee2MQTT, spoken natively: what its bridge tells of its devices, not what it tells others.

    said        the bridge's messages, typed
    features    a device's exposed features -> pieces, each by the room of its kind:
                light, cover, climate, fan, lock, switch; plain (numbers, words, choices, texts),
                composite, button, update
    quantities  names and units of plain features -> the vocabulary
    sketch      one endpoint while it is drawn up
    dialect     the bridge's messages -> devices that are described, or gone

Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html and .../mqtt_topics_and_messages.html.
"""

from drivers.mqtt.zigbee2mqtt.dialect import Zigbee2Mqtt, is_bridges
from drivers.mqtt.zigbee2mqtt.said import DEVICES_LIMIT

__all__ = ["DEVICES_LIMIT", "Zigbee2Mqtt", "is_bridges"]
