"""Devices on MQTT that announce themselves by Home Assistant's MQTT discovery.

    connection  broker <-> bytes             (gmqtt behind a port of a few methods)
    discovery   config messages -> components -> devices
    components  a component's options -> a Part: its endpoint, readers and writers (via draft)
    template    Jinja text -> closures, never code
    router      a topic's message -> its readers -> Hub.reported
    sender      commands -> a Part's writers -> messages

Everything but `connection`, `driver` and `timing` is pure: no clock, no I/O.
"""

from drivers.mqtt.driver import MqttDriver
from drivers.mqtt.settings import MqttSettings

__all__ = ["MqttDriver", "MqttSettings"]
