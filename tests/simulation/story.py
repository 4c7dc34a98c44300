"""What happened in a simulated home, as the laws read it: nothing of the core's own state."""

from msgspec import Struct

from hubd.model.command import Command
from hubd.model.events import Event
from hubd.model.ids import EventId, PropertyId
from hubd.model.value import Value


class Sent(Struct, frozen=True):
    """A command on the wire, and the event that it was sent for."""

    event: EventId
    command: Command


class Take(Struct, frozen=True):
    """An input that a hub took, all that followed from it, and what of it went out.

    `hand`: the report is of a person's hand at the device, whatever the hub makes of it.
    """

    events: tuple[Event, ...]
    sent: tuple[Sent, ...] = ()
    hand: bool = False

    @property
    def input(self) -> Event:
        """The event of the input."""
        return self.events[0]

    @property
    def at_us(self) -> int:
        """The time of the input, by the hub's clock."""
        return self.events[0].at_us


class Crash(Struct, frozen=True):
    """The hub was killed. `lost` is what its log never held: it happened, and is not remembered.

    If `torn`, the log held a part of the first of them; a take that completes it follows.
    """

    lost: tuple[Take, ...]
    torn: bool = False


class Looked(Struct, frozen=True):
    """How a device's property truly was, `at_us`."""

    at_us: int
    property: PropertyId
    value: Value


type Scene = Take | Crash | Looked


class Wanted(Struct, frozen=True):
    """A scene of the home as it is meant, beside its text: what sets it off, and if what holds.

    Of `any_of`, one turning true where none was sets it off, after it lasted `for_us`; or a press
    of `pressed`; or the moment `at_us` of each day (UTC). `guard` must be known to be false.
    """

    scene: str
    text: str
    any_of: tuple[PropertyId, ...] = ()
    for_us: int = 0
    pressed: str = ""
    at_us: int | None = None
    guard: PropertyId | None = None
    deeds: bool = False
