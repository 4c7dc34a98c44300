"""All that is behind a bridge while the hub is connected: what it is, and what of it was told."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from drivers.hue.device import PRESSED, RANG, TURNED, Carried, Service, carried
from drivers.hue.documents import Change, Event, Told
from drivers.hue.gamut import alike
from drivers.hue.reading import signal, values
from drivers.hue.resource import Device, Kind, Light, Resource, Room, Zigbee
from drivers.hue.writing import Asked, Tint, asked
from drivers.kit.errors import RefusedError
from drivers.kit.link import ITSELF, Tell
from hubd.model.command import Command
from hubd.model.value import Value

_HUE, _SATURATION = "ColorControl.hue", "ColorControl.saturation"
_OUT_OF_REACH: Mapping[str, str] = {
    "disconnected": "the bridge cannot reach it: it may be without power or out of range",
    "connectivity_issue": "the bridge cannot reach it: it may be switched off at the wall",
}
_WITHIN_REACH = frozenset({"connected", "unidirectional_incoming"})
_STRUCTURE = frozenset({Kind.DEVICE, Kind.ROOM, Kind.BRIDGE})


class _Place(Struct, frozen=True):
    part: str
    service: Service


class Memory:
    """What outlives a new reading of all that there is, by the resources' ids."""

    def __init__(self) -> None:
        self.tints: dict[str, Tint] = {}
        """The colours that were asked for."""
        self.happened: dict[str, str] = {}
        """When a button was pressed, or a dial turned, last."""


class Estate:
    """What a bridge has: takes what it tells, and tells what that means."""

    def __init__(self, resources: Sequence[Told], tell: Tell, memory: Memory) -> None:
        """Sort what there is."""
        self._tell = tell
        self._memory = memory
        by_id = {told.id: told for told in resources}
        areas = _areas(resources)
        self.parts: dict[str, Carried] = {}
        self._places: dict[str, _Place] = {}
        self._owners: dict[str, str] = {}
        self._colours: dict[str, dict[str, Value]] = {}
        for told in by_id.values():
            if isinstance(told.body, Device):
                made = carried(told.body, by_id, areas.get(told.id, ""))
                if made.part in self.parts:
                    continue
                self.parts[made.part] = made
                self._owners |= {r.rid: made.part for r in told.body.services or ()}
                for service in made.services:
                    self._places[service.rid] = _Place(made.part, service)
        radios = [rid for rid, told in by_id.items() if isinstance(told.body, Zigbee)]
        self._by_radio = {self._owners[rid] for rid in radios if rid in self._owners}

    def describe(self, former: Sequence[str]) -> tuple[str, ...]:
        """Tell what there is, and what of the former parts is gone; return the parts."""
        for gone in set(former) - set(self.parts):
            self._tell.forgotten(gone)
        for name, part in self.parts.items():
            self._tell.described(name, part.description)
        return tuple(self.parts)

    def read(self, resources: Sequence[Told]) -> None:
        """Take the state of all resources. What was pressed before is no news."""
        for told in resources:
            if told.body is not None:
                happened = signal(told.body)
                if happened is not None:
                    self._memory.happened.setdefault(told.id, happened[2])
                self._take(told.id, told.body)
        for part in set(self.parts) - self._by_radio - {ITSELF}:
            # What speaks no Zigbee is there as long as the bridge is.
            self._tell.reached(part, available=True)

    def happened(self, event: Event) -> bool:
        """Take an event; return whether it is about what there is, which is to be read anew."""
        stale = False
        for told in event.resources:
            if event.change is not Change.UPDATE:
                stale = stale or told.body is not None
            elif told.body is not None:
                stale = stale or (told.kind in _STRUCTURE and _restructures(told.body))
                self._signal(told.id, told.body)
                self._take(told.id, told.body)
        return stale

    def request(self, part: str, commands: Sequence[Command]) -> tuple[str, str, Asked]:
        """Return kind and id of the resource to change for some commands, and how.

        Raises RefusedError.
        """
        there = self.parts.get(part)
        if there is None:
            raise RefusedError("it is not behind the bridge any more")
        first = commands[0]
        if first.action:
            if first.name == "Identify.identify" and there.identify:
                return Kind.DEVICE, there.rid, Asked({"identify": {"action": "identify"}})
            raise RefusedError(f"{first.name} cannot be asked for there")
        service = next((s for s in there.services if s.endpoint.id == first.endpoint), None)
        if service is None or service.light is None:
            raise RefusedError(f"{first.name} cannot be set there")
        shown = self._colours.get(service.rid, {})
        wanted = asked(service.light, commands, shown.get(_HUE), shown.get(_SATURATION))
        if wanted.tint is not None:
            self._memory.tints[service.rid] = wanted.tint
        return Kind.LIGHT, service.rid, wanted

    def _take(self, rid: str, body: Resource) -> None:
        if isinstance(body, Zigbee):
            self._reach(rid, body.status or "")
            return
        place = self._places.get(rid)
        if place is None:
            return
        endpoint = place.service.endpoint
        for name, value in self._tinted(rid, body):
            if endpoint.property(name) is not None:
                self._tell.reported(place.part, endpoint.id, name, value)

    def _tinted(self, rid: str, body: Resource) -> Sequence[tuple[str, Value]]:
        """Return the values of a resource, a colour by the name that it was asked for by.

        A lamp that was asked for a colour which it cannot show tells the nearest that it can.
        """
        said = dict(values(body))
        if isinstance(body, Light) and _HUE in said:
            tint = self._memory.tints.get(rid)
            point = body.color.xy if body.color is not None else None
            if tint is not None and point is not None:
                if alike(point, tint.shown):
                    said |= {_HUE: tint.hue, _SATURATION: tint.saturation}
                else:
                    del self._memory.tints[rid]
            self._colours[rid] = {name: said[name] for name in (_HUE, _SATURATION)}
        return tuple(said.items())

    def _signal(self, rid: str, body: Resource) -> None:
        place, told = self._places.get(rid), signal(body)
        if place is None or told is None:
            return
        way, kind, when = told
        if when and self._memory.happened.get(rid) == when:
            return  # A bridge that starts tells the last press again.
        self._memory.happened[rid] = when
        signals = {s.name for s in place.service.endpoint.signals}
        name = TURNED if way == "turn" else RANG if RANG in signals else PRESSED
        self._tell.signalled(place.part, place.service.endpoint.id, name, kind)

    def _reach(self, rid: str, status: str) -> None:
        part = self._owners.get(rid, ITSELF)
        if part == ITSELF:
            return
        if status in _WITHIN_REACH:
            self._tell.reached(part, available=True)
        elif status in _OUT_OF_REACH:
            self._tell.reached(part, available=False, reason=_OUT_OF_REACH[status])


def _areas(resources: Sequence[Told]) -> Mapping[str, str]:
    """Return the rooms' names by the ids of the devices in them."""
    areas: dict[str, str] = {}
    for told in resources:
        if isinstance(told.body, Room) and told.body.metadata is not None:
            name = told.body.metadata.name
            areas |= {child.rid: name for child in told.body.children or ()}
    return areas


def _restructures(body: Resource) -> bool:
    """Say whether an update changes what there is, or how it is called."""
    match body:
        case Device():
            return body.services is not None or body.metadata is not None
        case Room():
            return body.children is not None or body.metadata is not None
        case _:
            return False
