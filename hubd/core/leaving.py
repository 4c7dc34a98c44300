"""Leases that last until people leave: an area is left when nobody is seen in it for a while."""

from collections.abc import Iterable, Sequence
from typing import final

from hubd.core.home import Home
from hubd.core.index import Index
from hubd.core.listening import EVERYTHING, Binding, Decision, Listener
from hubd.core.state import State
from hubd.core.view import View
from hubd.model.claim import Priority
from hubd.model.events import Event, Released, TimerCleared, TimerSet
from hubd.model.ids import AreaId, DeviceId, PropertyId, SceneId, property_id
from hubd.model.instant import MINUTE_US

LEASES = SceneId("leases:")
"""Under what the leases' waits and its listener are kept."""
GRACE_US = 5 * MINUTE_US
"""Someone who sits still is not gone: an area is left when nobody was seen for this long."""
_HOME = AreaId("")
_OCCUPIED, _PRESENT = "OccupancySensing.occupied", "Presence.home"


class Leaving:
    """The program that ends leases which last until people leave."""

    wants: frozenset[str] = frozenset({EVERYTHING})

    def bind(self, home: Home) -> Binding:
        """Return what tells that people left: the sensors of each area, else whoever is home."""
        seen = {
            area: tuple(_properties(home, devices, _OCCUPIED))
            for area, devices in home.in_area.items()
        }
        present = tuple(_properties(home, home.devices, _PRESENT))
        listener = _Left({area: props for area, props in seen.items() if props}, present)
        return Binding(listener.keys, listener)


def follow_leases(index: Index, state: State) -> list[Listener]:
    """Listen to people who leave, where a lease lasts until then; return who is to be started."""
    if any(lease.until_left for lease in state.leases):
        return [index.put(LEASES, Leaving(), state.home)]
    index.drop(LEASES)
    return []


def _properties(home: Home, devices: Iterable[DeviceId], name: str) -> Iterable[PropertyId]:
    for device in devices:
        for endpoint in home.devices[device].endpoints:
            if endpoint.property(name) is not None:
                yield property_id(device, endpoint.id, name)


@final
class _Left:
    def __init__(
        self, seen: dict[AreaId, tuple[PropertyId, ...]], present: tuple[PropertyId, ...]
    ) -> None:
        self._watched = {**seen, _HOME: present} if present else seen
        self._of: dict[str, AreaId] = {p: a for a, props in self._watched.items() for p in props}
        self.keys = tuple(self._of)

    def start(self, view: View) -> Sequence[Decision]:
        """Look at all areas anew."""
        return [d for area in sorted(self._watched) for d in self._look(area, view)]

    def restored(self, event: Event, view: View) -> Sequence[Decision]:
        """See who is there as far as it is known."""
        return self.react(event, view)

    def react(self, event: Event, view: View) -> Sequence[Decision]:
        """See whether someone left, or came back."""
        prop = getattr(event.what, "property", "")
        return self._look(self._of[prop], view) if prop in self._of else ()

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        """Let go of the hands on what people left."""
        del due_us
        area = AreaId(timer)
        if area not in self._watched or not self._is_left(area, view):
            return ()
        why = (
            "everyone left home" if area == _HOME else f"nobody is in {_name(area, view)} any more"
        )
        return [Released(owner, why, props) for owner, props in self._hands(area, view)]

    def _look(self, area: AreaId, view: View) -> Sequence[Decision]:
        waiting = view.timer_due_us(LEASES, area) is not None
        left = self._is_left(area, view)
        if left and not waiting:
            return (TimerSet(LEASES, area, view.now_us + GRACE_US),)
        if waiting and not left:
            return (TimerCleared(LEASES, area),)
        return ()

    def _is_left(self, area: AreaId, view: View) -> bool:
        return all(view.value(prop) is False for prop in self._watched[area])

    def _hands(self, area: AreaId, view: View) -> Iterable[tuple[str, tuple[PropertyId, ...]]]:
        by_owner: dict[str, list[PropertyId]] = {}
        for prop, claim in view.hands():
            device = view.home.devices[DeviceId(prop.partition("/")[0])]
            where = device.area if device.area in self._watched else _HOME
            if where == area and claim.until_left and claim.priority == Priority.HAND:
                by_owner.setdefault(claim.owner, []).append(prop)
        return [(owner, tuple(props)) for owner, props in by_owner.items()]


def _name(area: AreaId, view: View) -> str:
    known = view.home.areas.get(area)
    return known.name if known is not None else str(area)
