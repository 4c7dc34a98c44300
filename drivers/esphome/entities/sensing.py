"""What only tells: sensors of yes or no, of quantities and of texts, and events."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from aioesphomeapi import (
    BinarySensorInfo,
    BinarySensorState,
    Event,
    EventInfo,
    SensorInfo,
    SensorState,
    TextSensorInfo,
    TextSensorState,
)

from drivers.esphome.entity import Entity, Values, endpoint, measured, prop, told, words
from drivers.kit.classes import CLASS_OF_UNIT, PLAIN_STATE, QUANTITIES, STATES, TIMES
from drivers.kit.errors import MalformedError
from drivers.kit.units import conversion, known
from hubd.model.device import DeviceType, Signal
from hubd.model.value import Value
from hubd.model.vocabulary import SIGNALS, term

_EVENTS: Mapping[str, tuple[str, DeviceType]] = {
    "button": ("Switch.pressed", DeviceType.GENERIC_SWITCH),
    "doorbell": ("Doorbell.rang", DeviceType.GENERIC_SWITCH),
    "motion": ("Motion.seen", DeviceType.OCCUPANCY_SENSOR),
}
_LATEST_S = 253402300799
"""The last second that a calendar of four-digit years has."""


def binary_sensor(info: BinarySensorInfo) -> Entity:
    """Return a sensor of yes or no as an endpoint."""
    kind = "connectivity" if info.is_status_binary_sensor else info.device_class
    name, device_type = STATES.get(kind, PLAIN_STATE)
    # On means unlocked there; the vocabulary asks whether it is locked.
    unlocked = kind == "lock"
    if unlocked:
        name = "DoorLock.locked"

    def read(state: BinarySensorState) -> Values:
        return [(name, None if state.missing_state else state.state is not unlocked)]

    return Entity(
        endpoint(info, "binary_sensor", device_type, properties=[prop(name)]),
        told(BinarySensorState, read),
    )


def sensor(info: SensorInfo) -> Entity:
    """Return a sensor of a quantity as an endpoint, by its class or its unit."""
    unit = info.unit_of_measurement
    kind = info.device_class or CLASS_OF_UNIT.get(unit, "")
    if kind in TIMES:
        return _clock(info)
    name, device_type = QUANTITIES.get(kind, ("Number.value", DeviceType.GENERIC))
    if not known(unit, term(name).unit):
        name, device_type = "Number.value", DeviceType.GENERIC
    scale, offset = conversion(unit, term(name).unit)
    if kind == "power_factor" and not unit:
        scale = 100.0
    shape: dict[str, object] = {} if term(name).unit or not unit else {"unit": unit}

    def read(state: SensorState) -> Values:
        said = None if state.missing_state else measured(state.state)
        return [(name, None if said is None else said * scale + offset)]

    return Entity(
        endpoint(info, "sensor", device_type, properties=[prop(name, **shape)]),
        told(SensorState, read),
    )


def _clock(info: SensorInfo) -> Entity:
    """A point in time, told in seconds since 1970."""

    def read(state: SensorState) -> Values:
        return [("Timestamp.value", None if state.missing_state else moment(state.state))]

    return Entity(
        endpoint(info, "sensor", DeviceType.GENERIC, properties=[prop("Timestamp.value")]),
        told(SensorState, read),
    )


def moment(epoch_s: float) -> str | None:
    """Return seconds since 1970 as ISO 8601 in UTC; None for not a number.

    Raises MalformedError for what no calendar has.
    """
    if not math.isfinite(epoch_s):
        return None
    if not 0 <= epoch_s <= _LATEST_S:
        raise MalformedError(f"tells a time of {epoch_s:g} seconds since 1970")
    return datetime.fromtimestamp(epoch_s, UTC).isoformat()


def text_sensor(info: TextSensorInfo) -> Entity:
    """Return a sensor of a text as an endpoint."""
    name = TIMES.get(info.device_class, "Text.value")

    def read(state: TextSensorState) -> Values:
        value: Value = None if state.missing_state else words(state.state)
        return [(name, value)]

    return Entity(
        endpoint(info, "text_sensor", DeviceType.GENERIC, properties=[prop(name)]),
        told(TextSensorState, read),
    )


def event(info: EventInfo) -> Entity:
    """Return what happens at moments as an endpoint."""
    name, device_type = _EVENTS.get(info.device_class, ("Event.happened", DeviceType.GENERIC))
    kinds = tuple(dict.fromkeys(info.event_types))

    def read(state: Event) -> Values:
        if kinds and state.event_type not in kinds:
            raise MalformedError(f"tells {state.event_type[:80]!r}, which it did not announce")
        return [(name, words(state.event_type))]

    signal = Signal(name, kinds, SIGNALS[name])
    return Entity(
        endpoint(info, "event", device_type, signals=[signal]),
        told(Event, read, momentary=True),
    )
