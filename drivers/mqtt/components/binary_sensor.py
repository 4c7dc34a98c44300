"""Sensors of two states. Source: https://www.home-assistant.io/integrations/binary_sensor.mqtt/."""

from collections.abc import Mapping

from drivers.mqtt.codec import either
from drivers.mqtt.draft import Draft
from hubd.model.device import DeviceType

_CLASSES: Mapping[str, tuple[str, DeviceType]] = {
    "battery": ("PowerSource.batteryLow", DeviceType.BATTERY),
    "battery_charging": ("PowerSource.charging", DeviceType.BATTERY),
    "carbon_monoxide": ("SmokeCoAlarm.co", DeviceType.SMOKE_CO_ALARM),
    "cold": ("BooleanState.freeze", DeviceType.TEMPERATURE_SENSOR),
    "connectivity": ("BooleanState.connected", DeviceType.GENERIC),
    "door": ("BooleanState.open", DeviceType.CONTACT_SENSOR),
    "garage_door": ("BooleanState.open", DeviceType.CONTACT_SENSOR),
    "gas": ("SmokeCoAlarm.gas", DeviceType.SMOKE_CO_ALARM),
    "moisture": ("BooleanState.leak", DeviceType.WATER_LEAK_DETECTOR),
    "motion": ("OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR),
    "moving": ("BooleanState.vibration", DeviceType.GENERIC),
    "occupancy": ("OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR),
    "opening": ("BooleanState.open", DeviceType.CONTACT_SENSOR),
    "presence": ("OccupancySensing.occupied", DeviceType.OCCUPANCY_SENSOR),
    "problem": ("BooleanState.problem", DeviceType.GENERIC),
    "safety": ("BooleanState.problem", DeviceType.GENERIC),
    "smoke": ("SmokeCoAlarm.smoke", DeviceType.SMOKE_CO_ALARM),
    "tamper": ("SmokeCoAlarm.tamper", DeviceType.GENERIC),
    "vibration": ("BooleanState.vibration", DeviceType.GENERIC),
    "window": ("BooleanState.open", DeviceType.CONTACT_SENSOR),
}
_PLAIN = ("BooleanState.state", DeviceType.GENERIC)
_UNLOCKED = ("DoorLock.locked", DeviceType.GENERIC)


def binary_sensor(draft: Draft) -> DeviceType:
    """Add the property that the device class names."""
    kind = draft.options.text("device_class")
    on, off = draft.options.text("payload_on", "ON"), draft.options.text("payload_off", "OFF")
    name, device_type = _CLASSES.get(kind, _PLAIN)
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


def state(kind: str) -> tuple[str, DeviceType] | None:
    """Return the property and the type of endpoint of a class of two states."""
    return _CLASSES.get(kind)
