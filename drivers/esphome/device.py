"""What an ESPHome device says once it lets the hub in: its parts, and their entities. Pure.

A device may have sub-devices (https://esphome.io/components/esphome#sub-devices): things of their
own behind it, each a part. What concerns the device alone is of the part that is itself.
"""

from collections.abc import Mapping, Sequence

from aioesphomeapi.model import (
    APIVersion,
    DeviceInfo,
    EntityCategory,
    EntityInfo,
    EntityState,
    UserService,
)
from msgspec import Struct
from msgspec.structs import replace

from drivers.esphome.announced import made_by
from drivers.esphome.entities import carried
from drivers.esphome.entity import Entity
from drivers.kit.identity import mac, told
from drivers.kit.link import ITSELF, Description
from hubd.model.device import Trouble
from hubd.model.ids import EndpointId

_MAKER = "Espressif"


class Part(Struct, frozen=True):
    """The device itself or one behind it: how it is described, and its entities by endpoint."""

    description: Description
    entities: Mapping[EndpointId, Entity]


class Source(Struct, frozen=True):
    """What tells states: entities of different kinds may have the same key."""

    kind: type[EntityState]
    device: int
    key: int

    @classmethod
    def of(cls, state: EntityState) -> "Source":
        """Return what told a state."""
        return cls(type(state), state.device_id, state.key)


class Place(Struct, frozen=True):
    """Where the states of a source belong."""

    part: str
    entity: Entity


class Anatomy(Struct, frozen=True):
    """A device as a whole."""

    parts: Mapping[str, Part]
    places: Mapping[Source, Place]

    def awaited(self) -> set[Source]:
        """Return the sources that tell their state as soon as they are subscribed to."""
        return {
            source
            for source, place in self.places.items()
            if place.entity.told is not None and not place.entity.told.momentary
        }


def anatomy(
    info: DeviceInfo,
    entities: Sequence[EntityInfo],
    services: Sequence[UserService],
    api: APIVersion,
) -> Anatomy:
    """Return what a device and its entities are."""
    names = {sub.device_id: sub.name for sub in info.devices if sub.device_id}
    own = {device: ITSELF if device not in names else str(device) for device in (0, *names)}
    mapped: dict[str, dict[EndpointId, Entity]] = {part: {} for part in own.values()}
    troubles: dict[str, list[Trouble]] = {part: [] for part in own.values()}
    places: dict[Source, Place] = {}
    for entity in sorted(entities, key=_importance):
        part = own.get(entity.device_id, ITSELF)
        found = carried(entity, api)
        if isinstance(found, Trouble):
            troubles[part].append(found)
            continue
        found = _apart(found, mapped[part])
        mapped[part][found.endpoint.id] = found
        troubles[part] += found.troubles
        if found.told is not None:
            source = Source(found.told.kind, entity.device_id, entity.key)
            places[source] = Place(part, found)
    troubles[ITSELF] += _left_aside(info, services)
    areas = {area.area_id: area.name for area in info.areas}
    parts = {ITSELF: Part(_itself(info, mapped[ITSELF], troubles[ITSELF]), mapped[ITSELF])}
    for sub in info.devices:
        part = own.get(sub.device_id, ITSELF)
        if part != ITSELF:
            description = Description(
                name=sub.name or f"{_name(info)} {sub.device_id}",
                endpoints=tuple(e.endpoint for e in mapped[part].values()),
                area=areas.get(sub.area_id, ""),
                troubles=tuple(troubles[part]),
            )
            parts[part] = Part(description, mapped[part])
    return Anatomy(parts, places)


def _itself(
    info: DeviceInfo, entities: Mapping[EndpointId, Entity], troubles: Sequence[Trouble]
) -> Description:
    maker, model = made_by(info.project_name, info.manufacturer or _MAKER, info.model)
    return Description(
        name=_name(info),
        endpoints=tuple(entity.endpoint for entity in entities.values()),
        maker=maker,
        model=model,
        version=info.esphome_version,
        # Wi-Fi and Bluetooth have an address each.
        identities=told(mac(info.mac_address), mac(info.bluetooth_mac_address)),
        area=info.area.name or info.suggested_area,
        troubles=tuple(troubles),
    )


def _name(info: DeviceInfo) -> str:
    return info.friendly_name or info.name.replace("-", " ").replace("_", " ") or "ESPHome"


def _importance(entity: EntityInfo) -> int:
    """Return its place among the others: what serves people goes before what serves the device."""
    category = entity.entity_category or EntityCategory.NONE
    return (3 if entity.disabled_by_default else 0) + int(category)


def _apart(entity: Entity, others: Mapping[EndpointId, Entity]) -> Entity:
    """Return the entity with an id of its own, where two names become one id."""
    own, count = entity.endpoint.id, 1
    while own in others:
        count += 1
        own = EndpointId(f"{entity.endpoint.id}_{count}")
    return entity if count == 1 else replace(entity, endpoint=replace(entity.endpoint, id=own))


def _left_aside(info: DeviceInfo, services: Sequence[UserService]) -> list[Trouble]:
    """Return what the device itself can do that is not carried."""
    has = {
        "voice assistant": info.voice_assistant_feature_flags
        or info.legacy_voice_assistant_version,
        "Bluetooth proxy": info.bluetooth_proxy_feature_flags
        or info.legacy_bluetooth_proxy_version,
        "Z-Wave proxy": info.zwave_proxy_feature_flags,
        "serial proxy": info.serial_proxies,
    }
    left = [
        Trouble(what, "not carried: the hub reads and sets what the device itself has")
        for what, there in has.items()
        if there
    ]
    return left + [
        Trouble(f"action {service.name}", "not carried: actions that its configuration makes up")
        for service in services
    ]
