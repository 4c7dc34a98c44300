"""ESPHome: entities and states as the library decodes them. A packet is JSON of the messages."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache

from aioesphomeapi import api_pb2
from aioesphomeapi.client import APIClient
from aioesphomeapi.core import ConnectionNotEstablishedAPIError
from aioesphomeapi.model import APIModelBase, APIVersion, DeviceInfo, EntityInfo, EntityState
from aioesphomeapi.model_conversions import (
    LIST_ENTITIES_SERVICES_RESPONSE_TYPES,
    STATE_TYPE_TO_INFO_TYPE,
    SUBSCRIBE_STATES_RESPONSE_TYPES,
)
from google.protobuf import json_format

from drivers.esphome.device import Anatomy, Source, anatomy
from drivers.esphome.entity import Entity, Wish
from drivers.esphome.link import read_secret
from hubd.model.value import Value
from tests.fuzz.ears import judge, judge_endpoints
from tests.fuzz.target import (
    DEVICE,
    ODD,
    Target,
    as_json,
    document,
    field,
    judge_reason,
    tried,
    wished,
)

_ENTITIES = {
    t.DESCRIPTOR.name: (t, m) for t, m in LIST_ENTITIES_SERVICES_RESPONSE_TYPES.items() if m
}
_ITSELF: Mapping[str, tuple[type, type[APIModelBase]]] = {
    "it": (vars(api_pb2)["DeviceInfoResponse"], DeviceInfo)
}
_STATES = {t.DESCRIPTOR.name: (t, m) for t, m in SUBSCRIBE_STATES_RESPONSE_TYPES.items()}
_MOST = 16
_NONE = (ValueError, TypeError, AttributeError, OverflowError, RecursionError)


def _device(data: bytes) -> None:
    """Describe a device by its entities, tell it their states, and wish of all of them."""
    said = document(data)
    entities = [
        e for e in _decoded(field(said, "entities"), _ENTITIES) if isinstance(e, EntityInfo)
    ]
    states = [s for s in _decoded(field(said, "states"), _STATES) if isinstance(s, EntityState)]
    minor = field(said, "minor")
    api = APIVersion(1, minor if isinstance(minor, int) and 0 <= minor < 99 else 14)
    device = anatomy(_info(field(said, "device")), entities, [], api)
    for part in device.parts.values():
        judge_endpoints(part.description.endpoints)
        for trouble in part.description.troubles:
            judge_reason(trouble.reason)
        for entity in part.entities.values():
            _ask(entity)
    for state in states:
        _hear(device, state)


def _hear(device: Anatomy, state: EntityState) -> None:
    place = device.places.get(Source.of(state))
    if place is None or place.entity.told is None:
        return
    told = place.entity.told
    described = place.entity.endpoint
    names = {s.name for s in described.signals} if told.momentary else {
        p.name for p in described.properties
    }  # fmt: skip
    for name, value in tried(lambda: told.read(state)) or ():
        assert name in names
        judge(value)


def _ask(entity: Entity) -> None:
    """Wish odd things; the library puts them into messages, and finds no connection."""
    write, actions = entity.write, entity.actions
    client = _client()

    def order(values: Mapping[str, Value], over_s: float | None) -> None:
        if write is not None:
            made = write(Wish(values, {}, over_s))
            try:
                made(client)
            except ConnectionNotEstablishedAPIError:
                return

    for prop in entity.endpoint.properties:
        if prop.writable:
            wished(lambda v, n=prop.name: order({n: v}, None), (*ODD[:6], *prop.choices[:2]))  # type: ignore[misc]
            wished(lambda v, n=prop.name: order({n: v}, 2.0), (50.0, True))  # type: ignore[misc]
    for act in actions.values():
        wished(act)


@cache
def _client() -> APIClient:
    """Return a client that was never connected; it is made in a loop, and needs none after."""

    async def make() -> APIClient:
        return APIClient("127.0.0.1", 6053)

    with closing(asyncio.new_event_loop()) as loop:
        return loop.run_until_complete(make())


def _decoded(
    said: object, kinds: Mapping[str, tuple[type, type[APIModelBase]]]
) -> Iterator[APIModelBase]:
    for one in said[:_MOST] if isinstance(said, list) else ():
        name = field(one, "is")
        if isinstance(name, str) and name in kinds:
            message, model = kinds[name]
            fields = {key: value for key, value in one.items() if key != "is"}
            try:
                made = json_format.ParseDict(fields, message(), ignore_unknown_fields=True)
            except (json_format.ParseError, *_NONE):
                continue
            yield model.from_pb(made)


def _info(said: object) -> DeviceInfo:
    for made in _decoded([{"is": "it", **said}] if isinstance(said, dict) else (), _ITSELF):
        if isinstance(made, DeviceInfo):
            return made
    return DeviceInfo()


def _kept(data: bytes) -> None:
    tried(lambda: read_secret(data.decode(errors="replace")))


def _seeds() -> Sequence[bytes]:
    """Return a device for each kind of entity, with all fields that its messages have."""
    device = {
        "name": "porch", "friendly_name": "Porch", "macAddress": "AA:BB:CC:DD:EE:FF",
        "project_name": "Maker.Model", "devices": [{"device_id": 7, "name": "Sub", "area_id": 1}],
        "areas": [{"area_id": 1, "name": "Hall"}], "suggested_area": "Hall",
    }  # fmt: skip
    states = {info: state for state, info in STATE_TYPE_TO_INFO_TYPE.items()}
    seeds = []
    for name, (message, model) in _ENTITIES.items():
        told = [n for n, (_, kind) in _STATES.items() if kind is states.get(model)]
        entity = {**_filled(message), "is": name, "key": 5, "name": "It"}
        heard = [{**_filled(_STATES[n][0]), "is": n, "key": 5} for n in told]
        sub = [{**entity, "deviceId": 7, "key": 6}]
        unknown = [{"is": n, "key": 5, "missingState": True, "state": "NaN"} for n in told]
        seeds += as_json(
            {"device": device, "entities": [entity], "states": heard, "minor": 14},
            {"device": device, "entities": [entity, *sub], "states": unknown, "minor": 1},
        )
    return seeds


def _filled(kind: type) -> dict[str, object]:
    """Return a message with something in each of its fields."""
    values: dict[str, object] = {}
    for one in kind.DESCRIPTOR.fields:  # type: ignore[attr-defined]
        match one.cpp_type:
            case one.CPPTYPE_STRING:
                value: object = "eA==" if one.type == one.TYPE_BYTES else "temperature"
            case one.CPPTYPE_BOOL:
                value = "missing" not in one.name and "disabled" not in one.name
            case one.CPPTYPE_FLOAT | one.CPPTYPE_DOUBLE:
                value = 153.0 if "min" in one.name else 0.5
            case one.CPPTYPE_ENUM:
                value = 1
            case one.CPPTYPE_MESSAGE:
                value = _filled_message(one)
            case _:
                value = 3
        repeated = (
            one.is_repeated if hasattr(one, "is_repeated") else one.label == one.LABEL_REPEATED
        )
        values[one.json_name] = [value] if repeated else value
    return values


def _filled_message(one: object) -> dict[str, object]:
    inner = one.message_type  # type: ignore[attr-defined]
    return {f.json_name: 3 for f in inner.fields if f.cpp_type in {1, 2, 3, 4}}


_OF = ("drivers.esphome",)
TARGETS = (
    Target("esphome.device", _OF, _device, _seeds, longest=6_000, allowance_bytes=DEVICE),
    Target("esphome.kept", _OF, _kept, lambda: [b'{"key":"k","password":"p"}', b"{}", b""]),
)
