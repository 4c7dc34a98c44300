"""What changed since the last look: events gathered into the messages of the WebSocket."""

from collections.abc import Iterable, Sequence

from hubd.api import pictures
from hubd.api.documents import AvailabilityMessage, ChangesMessage, EventsMessage
from hubd.api.port import HomePort
from hubd.guard.permission import needed_to_see
from hubd.model.events import (
    CONFIGURATION,
    Admitted,
    Availability,
    Claimed,
    Commanded,
    Disputed,
    Event,
    Fired,
    Perceived,
    Released,
    Reported,
    Settled,
    Withheld,
)
from hubd.model.ids import DeviceId, EventId, PropertyId


class Batch:
    """Gathers what events touch; a property that changed often is told once, as it is now."""

    def __init__(self, port: HomePort) -> None:
        self._port = port
        self._properties: dict[PropertyId, None] = {}
        self._devices: dict[DeviceId, None] = {}
        self._events: list[Event] = []
        self._unsettled = dict(_unsettled(port))
        self.configured = False

    def add(self, events: Sequence[Event]) -> None:
        """Note what `events` touch."""
        self._events.extend(events)
        for event in events:
            match event.what:
                case Reported() | Perceived() | Disputed() | Withheld() | Admitted() as what:
                    self._properties[what.property] = None
                case Claimed() | Fired() as what:
                    self._properties.update(dict.fromkeys(c.property for c in what.claims))
                case Released() as what:
                    self._properties.update(dict.fromkeys(what.properties))
                case Commanded() as what:
                    self._unsettled[event.id] = what.command.property
                    self._properties[what.command.property] = None
                case Settled() as what:
                    prop = self._unsettled.pop(what.command, None)
                    if prop is not None:
                        self._properties[prop] = None
                case Availability() as what:
                    self._devices[what.device] = None
                case _ if type(event.what) in CONFIGURATION:
                    self.configured = True
                case _:
                    pass

    def changes(self, rights: pictures.Rights) -> ChangesMessage | None:
        """Return the touched properties, as they are now, that `rights` allow to be seen.

        None if there are none.
        """
        view = self._port.view
        for prop in list(self._properties):
            shadow = view.shadow(prop)
            if shadow is not None:
                self._properties.update(dict.fromkeys(shadow.gated))
        shadows = ((p, view.shadow(p)) for p in self._properties)
        changed = [
            pictures.change(p, s)
            for p, s in shadows
            if s is not None and needed_to_see(s.property.name) in rights
        ]
        return ChangesMessage(self._port.last_event, changed) if changed else None

    def availability(self) -> AvailabilityMessage | None:
        """Return the devices that came or went; None if there are none."""
        known = self._port.view.home.devices
        reached = [pictures.reach(d, self._port) for d in self._devices if d in known]
        return AvailabilityMessage(reached) if reached else None

    def events(self) -> EventsMessage | None:
        """Return the events, oldest first; None if there are none."""
        rows = [pictures.event(e, self._port) for e in self._events]
        return EventsMessage(rows) if rows else None

    def clear(self) -> None:
        """Begin anew."""
        self._properties.clear()
        self._devices.clear()
        self._events.clear()
        self.configured = False


def _unsettled(port: HomePort) -> Iterable[tuple[EventId, PropertyId]]:
    for device in port.view.home.devices.values():
        for prop in device.property_ids():
            shadow = port.view.shadow(prop)
            if shadow is not None and shadow.pending is not None:
                yield shadow.pending.event, prop
