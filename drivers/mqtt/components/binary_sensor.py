"""Sensors of two states. Source: https://www.home-assistant.io/integrations/binary_sensor.mqtt/."""

from drivers.kit.classes import PLAIN_STATE, STATES
from drivers.mqtt.codec import either
from drivers.mqtt.draft import Draft
from hubd.model.device import DeviceType

_UNLOCKED = ("DoorLock.locked", DeviceType.GENERIC)


def binary_sensor(draft: Draft) -> DeviceType:
    """Add the property that the device class names."""
    kind = draft.options.text("device_class")
    on, off = draft.options.text("payload_on", "ON"), draft.options.text("payload_off", "OFF")
    name, device_type = STATES.get(kind, PLAIN_STATE)
    if kind == "lock":
        # On means unlocked there; the vocabulary asks whether it is locked.
        (name, device_type), on, off = _UNLOCKED, off, on
    draft.property(
        name,
        either(yes=on, no=off),
        state="state_topic",
        state_template="value_template",
    )
    return device_type
