"""What in a recorded log came from outside, and what only followed from the hub's own commands."""

from typing import final

from hubd.core.state import State
from hubd.model.events import (
    Answered,
    Claimed,
    Commanded,
    Event,
    Reported,
    SceneRemoved,
    SceneRevised,
    Settled,
    TimePassed,
)
from hubd.model.ids import NO_EVENT, DeviceId, EndpointId, EventId, PropertyId
from hubd.model.instant import SECOND_US
from hubd.model.value import Value

ECHO_US = 2 * SECOND_US
"""What a device says this soon after a command to it may follow from that command."""

HUBS_OWN: frozenset[type] = frozenset({Answered, TimePassed})
"""Kinds that came in, but say nothing of the world: they belong to the hub that was recorded."""
SCENES: frozenset[type] = frozenset({SceneRevised, SceneRemoved})
"""Kinds that say which scenes the home had."""

type _End = tuple[DeviceId, EndpointId]


@final
class Recorded:
    """Follows a log, and tells a person's hand from a device that did as the hub asked.

    A report of a commandable property is a hand where it has no cause, changes what was recorded
    before, and no command to the same endpoint was under way; or where the hub that was recorded
    took it for a hand.
    """

    def __init__(self, state: State) -> None:
        """Go on from the recorded `state`."""
        self.values: dict[PropertyId, Value] = {
            prop: shadow.reported for prop, shadow in state.shadows.items() if shadow.known
        }
        self._open: dict[EventId, _End] = {
            event: (pending.command.device, pending.command.endpoint)
            for event, pending in state.ledger.items()
        }
        self._asked_us: dict[_End, int] = {}

    def derived(self, event: Event) -> None:
        """Take note of what the recorded hub did."""
        what = event.what
        if type(what) is Commanded:
            end = (what.command.device, what.command.endpoint)
            self._open[event.id] = end
            self._asked_us[end] = event.at_us
        elif type(what) is Settled:
            settled = self._open.pop(what.command, None)
            if settled is not None:
                self._asked_us[settled] = event.at_us

    def is_hand(self, event: Event, what: Reported) -> bool | None:
        """Say whether the report `what` of a commandable property came from a person.

        None where only the next event can tell (`confirms`).
        """
        prop = what.property
        before = self.values.get(prop)
        self.values[prop] = what.value
        if before is None:
            return True
        if event.cause != NO_EVENT or what.restored or what.value == before:
            return False
        device, endpoint, _ = prop.split("/", 2)
        end = (DeviceId(device), EndpointId(endpoint))
        asked_us = self._asked_us.get(end)
        if end in self._open.values() or (
            asked_us is not None and event.at_us - asked_us <= ECHO_US
        ):
            return None
        return True


def confirms(event: Event, report: Event) -> bool:
    """Say whether `event`, the next of the log, took `report` for a person's hand."""
    what = event.what
    return (
        type(what) is Claimed
        and event.cause == report.id
        and bool(what.claims)
        and what.claims[0].owner.startswith("hand:")
    )
