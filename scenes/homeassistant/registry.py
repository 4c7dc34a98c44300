"""What Home Assistant's registries say, where the folder has them: names, areas and labels."""

import json
from collections.abc import Iterable, Mapping

from msgspec import Struct, field


class Known(Struct, frozen=True):
    """An entity of the registry."""

    id: str
    name: str = ""
    device: str = ""
    area: str = ""
    device_class: str = ""
    unit: str = ""
    labels: tuple[str, ...] = ()


class Appliance(Struct, frozen=True):
    """A device of the registry. `marks` are its addresses and serial numbers, in lower case."""

    name: str
    area: str = ""
    labels: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()


class Registry(Struct):
    """Entities by entity id, and by their own id; devices, areas, floors and labels by id."""

    entities: dict[str, Known] = field(default_factory=dict)
    by_own_id: dict[str, str] = field(default_factory=dict)
    devices: dict[str, Appliance] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    floors: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def of_device(self, device: str) -> list[str]:
        """Return the entity ids of a device."""
        return [known.id for known in self.entities.values() if known.device == device]

    def with_label(self, label: str) -> list[str]:
        """Return the entity ids that bear a label, by themselves or by their device."""
        return [
            known.id
            for known in self.entities.values()
            if label in known.labels
            or (known.device in self.devices and label in self.devices[known.device].labels)
        ]

    def marked(self, mark: str) -> Appliance | None:
        """Return the device with the address or serial number `mark`."""
        low = mark.casefold()
        return next((d for d in self.devices.values() if low in d.marks), None)


def read_registry(texts: Mapping[str, str]) -> Registry:
    """Return what the files `.storage/core.*_registry` among `texts` say."""
    registry = Registry()
    for row in _rows(texts, "core.area_registry", "areas"):
        registry.areas[_text(row, "id") or _text(row, "area_id")] = _text(row, "name")
    for row in _rows(texts, "core.floor_registry", "floors"):
        registry.floors[_text(row, "floor_id")] = _text(row, "name")
    for row in _rows(texts, "core.label_registry", "labels"):
        registry.labels[_text(row, "label_id")] = _text(row, "name")
    for row in _rows(texts, "core.device_registry", "devices"):
        registry.devices[_text(row, "id")] = Appliance(
            _text(row, "name_by_user") or _text(row, "name"),
            _text(row, "area_id"),
            _texts(row, "labels"),
            frozenset(_marks(row)),
        )
    for row in _rows(texts, "core.entity_registry", "entities"):
        known = Known(
            id=_text(row, "entity_id"),
            name=_text(row, "name") or _text(row, "original_name"),
            device=_text(row, "device_id"),
            area=_text(row, "area_id"),
            device_class=_text(row, "device_class") or _text(row, "original_device_class"),
            unit=_text(row, "unit_of_measurement"),
            labels=_texts(row, "labels"),
        )
        registry.entities[known.id] = known
        registry.by_own_id[_text(row, "id")] = known.id
    return registry


def _rows(texts: Mapping[str, str], file: str, key: str) -> Iterable[Mapping[str, object]]:
    text = texts.get(f".storage/{file}")
    if text is None:
        return
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError):
        return
    data = stored.get("data") if isinstance(stored, dict) else None
    rows = data.get(key) if isinstance(data, dict) else None
    yield from (row for row in rows or () if isinstance(row, dict))


def _text(row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _texts(row: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = row.get(key)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _marks(row: Mapping[str, object]) -> Iterable[str]:
    for key in ("identifiers", "connections"):
        pairs = row.get(key)
        for pair in pairs if isinstance(pairs, list) else ():
            if isinstance(pair, list):
                yield from (str(part).casefold() for part in pair[1:])
