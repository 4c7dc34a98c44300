"""Bluetooth sensors that a gateway hears: OpenMQTTGateway, Theengs Gateway.

    message    what the gateway says: values that it decoded, or an advertisement as it was
    keys       the decoded values' keys, in the vocabulary
    libraries  the field's decoders, loaded when first wanted
    decoders   an advertisement's values by bthome-ble, xiaomi-ble or theengsdecoder
    sensor     one sensor: what is known of it, and what its messages say
    gateway    the gateway itself
    dialect    the fold of it all

Sources: https://docs.openmqttgateway.com/use/ble.html, gateway.html and
https://decoder.theengs.io (properties of each device).
"""

from drivers.mqtt.theengs.dialect import Theengs

__all__ = ["Theengs"]
