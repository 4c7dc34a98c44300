"""What a bridge tells: all of its resources, and the events of their changes. Pure.

What is not as the API says is left out and told, and the rest of it stands.
"""

from collections.abc import Mapping
from enum import StrEnum
from sys import intern
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from drivers.hue.resource import (
    Bridge,
    Button,
    Contact,
    Device,
    Kind,
    Light,
    LightLevel,
    Motion,
    Power,
    Resource,
    Room,
    Rotary,
    Tamper,
    Temperature,
    Zigbee,
)
from drivers.kit.errors import MalformedError

MOST = 20_000
"""A bridge holds some 1,500 resources at most, the largest one some 5,000."""
MOST_FAULTS = 50
"""Of what cannot be read no more is told: each would cost more than what it is about."""

_TYPES: Mapping[str, type[Resource]] = {
    Kind.LIGHT: Light,
    Kind.MOTION: Motion,
    Kind.CAMERA_MOTION: Motion,
    Kind.TEMPERATURE: Temperature,
    Kind.LIGHT_LEVEL: LightLevel,
    Kind.CONTACT: Contact,
    Kind.TAMPER: Tamper,
    Kind.BUTTON: Button,
    Kind.BELL_BUTTON: Button,
    Kind.ROTARY: Rotary,
    Kind.POWER: Power,
    Kind.ZIGBEE: Zigbee,
    Kind.DEVICE: Device,
    Kind.ROOM: Room,
    Kind.BRIDGE: Bridge,
}


class Told(Struct, frozen=True):
    """A resource that was told of, and its kind; `body` is None where that means nothing here."""

    kind: str
    id: str
    body: Resource | None


class Change(StrEnum):
    """What an event is about."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


class Event(Struct, frozen=True):
    """Something that happened to some resources."""

    change: Change
    resources: tuple[Told, ...]


class _Head(Struct):
    id: str
    type: str


class _Document(Struct):
    data: Annotated[list[Raw], Meta(max_length=MOST)]


class _Event(Struct):
    type: str
    data: Annotated[list[Raw], Meta(max_length=MOST)] = []


def read_resources(body: bytes) -> tuple[tuple[Told, ...], tuple[str, ...]]:
    """Read the body of GET /clip/v2/resource; returns what of it cannot be read, too.

    Raises MalformedError for one that is none.
    """
    return _resources(_decoded(body, _Document).data)


def read_events(data: bytes) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Read the data of a message of the event stream; returns what of it cannot be read, too.

    Raises MalformedError for one that is none.
    """
    events: list[Event] = []
    faults: list[str] = []
    for raw in _decoded(data, list[Raw])[:MOST]:
        try:
            said = _decoded(raw, _Event)
            resources, amiss = _resources(said.data)
        except MalformedError as error:
            amiss = (error.what,)
        else:
            if said.type in _CHANGES:
                events.append(Event(Change(said.type), resources))
        faults += amiss[: MOST_FAULTS - len(faults)]
    return tuple(events), tuple(faults)


_CHANGES = frozenset(change.value for change in Change)


def _resources(raws: list[Raw]) -> tuple[tuple[Told, ...], tuple[str, ...]]:
    told: list[Told] = []
    faults: list[str] = []
    for raw in raws:
        try:
            told.append(_resource(raw))
        except MalformedError as error:
            if len(faults) < MOST_FAULTS:
                faults.append(error.what)
    return tuple(told), tuple(faults)


def _resource(raw: Raw) -> Told:
    head = _decoded(raw, _Head)
    kind = _TYPES.get(head.type)
    return Told(intern(head.type), head.id, _decoded(raw, kind) if kind else None)


def _decoded[T](body: bytes | Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(f"is not as the Hue API says: {error}") from error
