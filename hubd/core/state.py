"""The state that folding the log gives, and its snapshot."""

from msgspec import Struct, field

from hubd.core.home import Home
from hubd.core.shadow import Pending, Shadow
from hubd.model.events import SceneRevised
from hubd.model.ids import DeviceId, EventId, PropertyId, SceneId
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
    ledger: dict[EventId, Pending] = field(default_factory=dict)
    claimed_by: dict[str, dict[PropertyId, None]] = field(default_factory=dict)
    timers: dict[tuple[SceneId, str], int] = field(default_factory=dict)
    runs: dict[SceneId, dict[str, Run]] = field(default_factory=dict)
    questions: dict[tuple[SceneId, str], str] = field(default_factory=dict)
    scenes: dict[SceneId, SceneRevised] = field(default_factory=dict)
