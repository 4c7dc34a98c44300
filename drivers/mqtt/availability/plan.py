"""Which way a device is watched: the one place that decides. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from drivers.kit.rhythm import Bounds
from drivers.mqtt.part import Part, Publish
from hubd.model.ids import EndpointId
from hubd.model.value import ValueType

DAY_S = 86_400.0
BATTERY = Bounds(at_least_s=25 * 3600.0, at_most_s=7 * DAY_S, slack=3.5, recent=14, stretch_s=DAY_S)
"""Of devices that sleep: at least 25 hours; else three missed reports and a half, to a week."""
AWAKE = Bounds(at_least_s=600.0, at_most_s=1800.0, slack=1.5, enough=1, recent=8, stretch_s=3600.0)
"""Of devices that can be asked: after ten minutes, or later where they speak by themselves."""
DOZING = Bounds(at_least_s=600.0, at_most_s=2 * DAY_S)
"""Of devices that take leave of the broker each time that they go to sleep."""
BATTERY_PROPERTIES = frozenset({"PowerSource.batteryLevel", "PowerSource.batteryLow"})


class Mode(StrEnum):
    """How it is known whether a device is there."""

    TOLD = "told"
    """It, or what carries it, says so; or it says for how long it may be silent."""
    PINGED = "pinged"
    """It is asked when it is silent."""
    RHYTHM = "rhythm"
    """It cannot be asked, and is lost when it is silent for longer than is its way."""
    NEVER = "never"
    """It speaks when a person does something, if ever: silence says nothing."""


class Plan(Struct, frozen=True):
    """How a device is watched: by the messages on `topics`, what it is asked by, what is borne."""

    mode: Mode
    topics: frozenset[str] = frozenset()
    bounds: Bounds | None = None
    pings: tuple[Publish, ...] = ()
    dozes: bool = False
    """It may turn out to take leave each time that it goes to sleep."""


def plan(
    parts: Mapping[EndpointId, Part],
    *,
    battery: bool | None = None,
    pings: Sequence[Publish] = (),
) -> Plan:
    """Return how a device is watched.

    `battery`: whether it runs on one, as it is told; None where nothing is. `pings` have it answer.
    """
    topics = frozenset(topic for part in parts.values() for topic in part.topics())
    own = any(part.reach is not None and part.reach.own for part in parts.values())
    if own or any(part.expire_after_s is not None for part in parts.values()):
        return Plan(Mode.TOLD, dozes=own and not any(_obeys(p) for p in parts.values()))
    declared = [part.rhythm for part in parts.values() if part.rhythm is not None]
    if declared:
        return Plan(Mode.RHYTHM, topics, max(declared, key=lambda bounds: bounds.at_most_s))
    telling = [part for part in parts.values() if _tells(part)]
    if battery is None and BATTERY_PROPERTIES & _names(parts.values()):
        battery = True
    if battery:
        return Plan(Mode.RHYTHM, topics, BATTERY) if telling else Plan(Mode.NEVER)
    if pings:
        return Plan(Mode.PINGED, topics, AWAKE, tuple(pings))
    if any(_measures(part) for part in telling):
        return Plan(Mode.RHYTHM, topics, BATTERY)
    return Plan(Mode.NEVER)


def _names(parts: Iterable[Part]) -> set[str]:
    return {prop.name for part in parts for prop in part.endpoint.properties}


def _tells(part: Part) -> bool:
    """Say whether a part has a state worth telling: more than how the device itself is."""
    own = {prop.name for prop in part.endpoint.properties} - BATTERY_PROPERTIES
    return bool(own and (part.readers or part.splitters)) and not part.category


def _measures(part: Part) -> bool:
    """Say whether a part measures something, and so may be expected to speak again and again."""
    return any(
        prop.type is ValueType.NUMBER and prop.unit and not prop.writable
        for prop in part.endpoint.properties
    )


def _obeys(part: Part) -> bool:
    return bool(part.actions) or any(prop.writable for prop in part.endpoint.properties)
