"""A home, or what matters of it, as it is written in a test."""

from collections.abc import Collection, Iterator

from hubd.core.home import Home, names
from hubd.model.device import Device, Endpoint, Property
from hubd.model.ids import property_id
from hubd.model.vocabulary import typical
from scenes.presence import belongs
from scenes.testing.relevance import Relevance
from scenes.testing.typical import ONE, PRESSES, SETTABLE, typical_endpoint


def home_words(home: Home, matters: Relevance) -> dict[str, object]:
    """Return what GivenHome reads back as those devices of `home` that matter."""
    wanted = matters.devices()
    devices = [device for device in home.devices.values() if device.id in wanted]
    in_areas = [home.areas[d.area] for d in devices if d.area is not None and d.area in home.areas]
    areas = list({area.id: area for area in in_areas}.values())
    floors = list(
        {f.id: f for a in areas if a.floor is not None and (f := home.floors.get(a.floor))}.values()
    )
    people = [
        person
        for person in home.people.values()
        if any(_tells_presence(d) and belongs(d, w, home) for d in devices for w in names(person))
    ]
    place = home.place
    return _without_empty(
        {
            "place": {
                "latitude": place.latitude,
                "longitude": place.longitude,
                "timezone": place.timezone,
            },
            "floors": [{"id": f.id, "name": f.name, "level": f.level} for f in floors],
            "areas": [
                _without_empty(
                    {"id": a.id, "name": a.name, "aliases": list(a.aliases), "floor": a.floor}
                )
                for a in areas
            ],
            "people": [{"id": p.id, "name": p.name, "role": p.role.value} for p in people],
            "devices": [_device(device, matters) for device in devices],
        }
    )


def _tells_presence(device: Device) -> bool:
    return any(endpoint.property("Presence.home") for endpoint in device.endpoints)


def _device(device: Device, matters: Relevance) -> dict[str, object]:
    told: dict[str, object] = {
        "id": str(device.id),
        "name": device.name,
        "aliases": list(device.aliases),
        "area": device.area,
    }
    first = device.endpoints[0] if device.endpoints else None
    if first is not None and len(device.endpoints) == 1 and first.id == ONE:
        if _is_typical(first, device, matters):
            return _without_empty({**told, "type": first.type.value})
        has = list(_has(first, device, matters))
        return _without_empty({**told, "type": first.type.value, "has": has})
    parts = {
        str(e.id): _without_empty(
            {
                "type": e.type.value,
                "name": e.name,
                "has": [] if _is_typical(e, device, matters) else list(_has(e, device, matters)),
            }
        )
        for e in device.endpoints
    }
    return _without_empty({**told, "parts": parts})


def _is_typical(endpoint: Endpoint, device: Device, matters: Relevance) -> bool:
    """Say whether what matters of `endpoint` is what its type typically has."""
    usual = typical_endpoint(endpoint.type, endpoint.id)
    shapes = {_shape(prop) for prop in usual.properties}
    theirs = {_shape(prop) for prop in _mattering(endpoint, device, matters)}
    settable = {prop.name for prop in usual.properties if prop.writable}
    return (
        theirs <= shapes
        and settable <= {prop.name for prop in endpoint.properties if prop.writable}
        and {a.name for a in endpoint.actions} == {a.name for a in usual.actions}
        and {s.name for s in endpoint.signals} == {s.name for s in usual.signals}
        and all(set(s.choices) <= set(PRESSES) for s in endpoint.signals)
    )


def _mattering(endpoint: Endpoint, device: Device, matters: Relevance) -> Collection[Property]:
    keys = {*matters.keys, *matters.claimed}
    return [
        prop
        for prop in endpoint.properties
        if prop.writable or property_id(device.id, endpoint.id, prop.name) in keys
    ]


def _shape(prop: Property) -> tuple[object, ...]:
    bounds = (prop.minimum, prop.maximum, prop.tolerance, frozenset(prop.choices))
    return prop.name, prop.type, prop.unit, prop.writable, *bounds


def _has(endpoint: Endpoint, device: Device, matters: Relevance) -> Iterator[object]:
    for prop in _mattering(endpoint, device, matters):
        yield _property(prop)
    yield from (action.name for action in endpoint.actions)
    yield from (signal.name for signal in endpoint.signals)


def _property(prop: Property) -> object:
    usual = typical(prop.name, writable=prop.writable)
    differs: dict[str, object] = {
        name: mine
        for name in ("minimum", "maximum", "tolerance")
        if (mine := getattr(prop, name)) != getattr(usual, name) and mine is not None
    }
    if prop.choices and prop.choices != usual.choices:
        differs["choices"] = list(prop.choices)
    if prop.writable is not (prop.name in SETTABLE):
        differs["writable"] = prop.writable
    if differs == {"writable": False}:
        return f"{prop.name} (read only)"
    return {"name": prop.name, **differs} if differs else prop.name


def _without_empty(told: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in told.items() if value not in (None, "", [], {})}
