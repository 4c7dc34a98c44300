"""What an accessory becomes: its description, and the functions behind its endpoints. Pure."""

from collections.abc import Iterator

from msgspec import Struct

from drivers.homekit.database import Accessory, Service
from drivers.homekit.function import Function, Writer
from drivers.homekit.services.anywhere import beside, joined, left_out, plain
from drivers.homekit.services.draft import Draft
from drivers.homekit.services.others import inputs_of, television
from drivers.homekit.services.table import BUILDERS, SET_UP, UNCARRIED, Build
from drivers.homekit.uuids import CharKind, ServiceKind
from drivers.kit import identity
from drivers.kit.link import ITSELF, Description
from hubd.model.device import Action, DeviceType, Endpoint, Trouble
from hubd.model.ids import EndpointId
from hubd.model.vocabulary import ACTIONS

_FIRST = 1
"""The id of the accessory that is the thing itself: alone, or the bridge."""
_SEVERAL_MADE_IDS = 1000
"""More services than these in one accessory are none that anyone makes."""


class Carried(Struct, frozen=True):
    """One accessory, as the hub sees it."""

    part: str
    aid: int
    description: Description
    functions: tuple[Function, ...]


def part_of(aid: int) -> str:
    """Return the name of the part that an accessory is."""
    return ITSELF if aid == _FIRST else str(aid)


def carried(accessory: Accessory) -> Carried:
    """Return what becomes of an accessory. Raises nothing for one that was read."""
    info = accessory.first(ServiceKind.INFORMATION)
    name = _text(info, CharKind.NAME) or f"accessory {accessory.aid}"
    maker, serial = _text(info, CharKind.MANUFACTURER), _text(info, CharKind.SERIAL)
    functions: dict[str, Function] = {}
    troubles = [Trouble("accessory", fault) for fault in accessory.faults]
    for service in sorted(accessory.services, key=lambda s: s.iid)[:_SEVERAL_MADE_IDS]:
        called = _called(service, name)
        for stem, draft in _drafts(accessory, service, troubles):
            endpoint = _free(stem, functions)
            function = draft.function(EndpointId(endpoint), called)
            troubles += draft.troubles
            if function:
                functions[endpoint] = function
    if identify := info and _identify(info):
        functions[identify.endpoint.id] = identify
    description = Description(
        name,
        tuple(f.endpoint for f in functions.values()),
        maker=maker,
        model=_text(info, CharKind.MODEL),
        version=_text(info, CharKind.FIRMWARE),
        identities=identity.told(
            identity.serial(maker, serial), identity.mac(serial) if ":" in serial else None
        ),
        troubles=tuple(troubles),
    )
    part = part_of(accessory.aid)
    return Carried(part, accessory.aid, description, tuple(functions.values()))


def _drafts(
    accessory: Accessory, service: Service, troubles: list[Trouble]
) -> Iterator[tuple[str, Draft]]:
    """Draft all endpoints of a service, each with what its id begins with."""
    if service.kind in SET_UP:
        return
    if service.kind in UNCARRIED:
        troubles.append(Trouble(f"service {service.iid}", UNCARRIED[service.kind]))
        return
    used: set[int] = set()
    own = _builder(accessory, service)
    if own:
        stem, build = own
        draft = Draft(service, used)
        build(draft)
        joined(draft, used)
        yield stem, draft
    yield from beside(service, used)
    yield from plain(service, used)
    troubles.extend(left_out(service, used))


def _builder(accessory: Accessory, service: Service) -> tuple[str, Build] | None:
    if service.kind == ServiceKind.TELEVISION:
        return "television", television(inputs_of(accessory.services))
    return BUILDERS.get(service.kind)


def _free(stem: str, taken: dict[str, Function]) -> str:
    """Return an id that begins with `stem` and is not taken: services come by their own ids."""
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


def _called(service: Service, accessory: str) -> str:
    name = service.text(CharKind.CONFIGURED_NAME) or service.text(CharKind.NAME)
    return "" if name == accessory else name[:100]


def _identify(info: Service) -> Function | None:
    found = info.find(CharKind.IDENTIFY)
    if found is None or not found.writable:
        return None
    iid = found.iid
    action = Action("Identify.identify", ACTIONS.get("Identify.identify", ""))
    endpoint = Endpoint(EndpointId("identify"), DeviceType.GENERIC, actions=(action,))
    return Function(endpoint, actions={action.name: Writer(lambda _value, _state: {iid: True})})


def _text(service: Service | None, kind: str) -> str:
    return service.text(kind)[:200] if service else ""
