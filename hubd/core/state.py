"""The state that folding the log gives, and its snapshot."""

from msgspec import Struct, field

from hubd.core.home import Home
from hubd.core.shadow import Held, Pending, Shadow
from hubd.model.events import SafetyRevised, SceneRevised
from hubd.model.ids import DeviceId, EventId, PropertyId, SceneId
from hubd.model.lease import Lease
from hubd.model.run import Run


class State(Struct):
    """All that the core knows. A snapshot is this very record.

    `ledger` holds the commands that are not settled, by the event that issued them. `claimed_by`
    lists the properties that each owner claims, in the order of claiming. `timers` are the waits
    of scenes; the ends of claims and of commands are in the claims and commands themselves.
    `runs` are the passes through scenes' steps that are not over, by their names. `questions` are
    the timers that a scene asks about, with its words.
    """

    next_id: EventId = EventId(1)
    now_us: int = 0
    home: Home = field(default_factory=Home)
    shadows: dict[PropertyId, Shadow] = field(default_factory=dict)
    unreachable: dict[DeviceId, str] = field(default_factory=dict)
    """Devices out of reach, and why."""
    heard: dict[DeviceId, int] = field(default_factory=dict)
    """When each device said something last, as far as the log tells."""
    ledger: dict[EventId, Pending] = field(default_factory=dict)
    claimed_by: dict[str, dict[PropertyId, None]] = field(default_factory=dict)
    timers: dict[tuple[SceneId, str], int] = field(default_factory=dict)
    runs: dict[SceneId, dict[str, Run]] = field(default_factory=dict)
    questions: dict[tuple[SceneId, str], str] = field(default_factory=dict)
    scenes: dict[SceneId, SceneRevised] = field(default_factory=dict)
    safety: SafetyRevised | None = None
    """The safety rules; None where there are none, and nothing below but `leases` is kept."""
    held: dict[EventId, Held] = field(default_factory=dict)
    """What safety rules hold back, by the event that says so."""
    slowed: dict[DeviceId, int] = field(default_factory=dict)
    """Devices that get no commands, and until when."""
    commanded: dict[DeviceId, list[int]] = field(default_factory=dict)
    """When each device was commanded in the last COMMANDED_US."""
    used: dict[tuple[str, PropertyId], tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """How long a property was as a rule limits, but for the stretch that goes on."""
    minutes: list[tuple[EventId, int]] = field(default_factory=list)
    """An event of each minute of the last MINUTES_US and its time: how old an event is."""
    leases: tuple[Lease, ...] = ()
    """How long hands are left alone, where it is not as usual."""
