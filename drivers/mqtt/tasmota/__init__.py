"""Tasmota's own discovery (SetOption19 0), written from what Tasmota documents and devices send.

    config    what a device says of itself
    topics    where it speaks and listens, by its FullTopic
    switching relays, fans, shutters; light, inputs, sensors: what becomes of it
    dialect   the announcements' fold

Sources: https://tasmota.github.io/docs/MQTT/, Commands/, Lights/, Blinds-and-Shutters/,
Buttons-and-Switches/, DeepSleep/.
"""

from drivers.mqtt.tasmota.dialect import Tasmota

__all__ = ["Tasmota"]
