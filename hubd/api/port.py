"""What the API needs of the running hub, and nothing more. `hubd.hub` implements it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from hubd.api.finding import Finding
from hubd.api.scene_desk import SceneDesk
from hubd.core.view import View
from hubd.model.events import (
    Asked,
    Claimed,
    Configuration,
    Confirmed,
    Event,
    Hailed,
    Released,
    Replied,
    Summoned,
)
from hubd.model.ids import AreaId, DeviceId, EventId, PropertyId, SceneId
from hubd.whatif.answer import Told
from scenes.whynot import WhyNot

type Wish = Claimed | Released | Asked | Confirmed | Summoned | Replied | Hailed
"""What a person may bring about."""


class EventQuery(Struct, frozen=True):
    """Which events to return: those with `after` < id < `before` (0 is no bound) that match all."""

    before: EventId = EventId(0)
    after: EventId = EventId(0)
    device: DeviceId | None = None
    area: AreaId | None = None
    kind: str | None = None
    limit: int = 100


class Step(Struct, frozen=True):
    """One event in a chain of causes, in words."""

    event: EventId
    at_us: int
    kind: str
    text: str


class Explanation(Struct, frozen=True):
    """Why something is as it is: one sentence, and the chain of causes, the latest first.

    `claims` say of a property what stands on it, a sentence each, the winner first.
    """

    sentence: str
    steps: tuple[Step, ...]
    claims: tuple[str, ...] = ()


class SceneState(StrEnum):
    """How a scene stands."""

    ACTIVE = "active"
    """Its claims stand."""
    WAITING = "waiting"
    """It waits for a time."""
    IDLE = "idle"
    BROKEN = "broken"
    """Its file could not be understood; `problem` says why."""


class SceneStatus(Struct, frozen=True):
    """A scene, and how it stands. `last_fired_us` is None if it never fired."""

    id: SceneId
    name: str
    path: str
    state: SceneState
    targets: tuple[PropertyId, ...] = ()
    last_fired_us: int | None = None
    problem: str | None = None


class SafetyRule(Struct, frozen=True):
    """A safety rule in words: what it says, and why."""

    id: str
    text: str
    why: str


class DriverHealth(Struct, frozen=True):
    """A driver: whether it works, and if not, why."""

    name: str
    working: bool
    note: str = ""


class Health(Struct, frozen=True):
    """How the hub is. `log_lag_s` is how old the oldest event is that is not on the disk yet."""

    uptime_s: float
    log_lag_s: float
    last_event: EventId
    counts: dict[str, int]
    drivers: tuple[DriverHealth, ...] = ()


type Folded = Callable[[Sequence[Event]], None]
"""Called on the event loop after each fold, with its events. Must be quick and must not raise."""


class HomePort(Protocol):
    """The home, as the API sees it. All is called on the event loop."""

    @property
    def name(self) -> str:
        """What the home is called."""
        ...

    @property
    def view(self) -> View:
        """The state, as it is now."""
        ...

    @property
    def last_event(self) -> EventId:
        """The id of the latest event that was folded; 0 before the first."""
        ...

    @property
    def desk(self) -> SceneDesk:
        """Where scenes are written."""
        ...

    @property
    def finding(self) -> Finding:
        """Where things are found, adopted, named and joined."""
        ...

    def now_us(self) -> int:
        """Return the time by the clock that events bear."""
        ...

    def unreachable_reason(self, device: DeviceId) -> str:
        """Return why `device` is out of reach; empty if it is not, or nobody knows."""
        ...

    def heard_us(self, device: DeviceId) -> int | None:
        """Return when `device` said something last; None if it never did."""
        ...

    def wish(self, what: Wish, source: str) -> EventId:
        """Fold `what` and return its event's id at once, 0 if nothing came of it.

        What it names must exist.
        """
        ...

    async def configure(self, what: Configuration, source: str) -> EventId:
        """Fold `what` and return its event's id when it is durable."""
        ...

    async def events(self, query: EventQuery) -> Sequence[Event]:
        """Return events, newest first, also those that are not on the disk yet."""
        ...

    def text(self, event: Event) -> str:
        """Return `event` in a person's words."""
        ...

    async def why(self, of: str) -> Explanation | None:
        """Explain the device, property or event id `of`; None if there is none of that id."""
        ...

    async def why_not(self, scene: SceneId, at_us: int, within_us: int) -> WhyNot | None:
        """Say why `scene` did not begin in the `within_us` before `at_us`; None if none is so."""
        ...

    async def what_if(self, files: Mapping[str, str], from_us: int, to_us: int) -> Told:
        """Live the past under the scenes of `files` (text by path); `to_us` 0 is now.

        Raises InvalidError if they can't be understood, NotFoundError if nothing was lived then,
        BusyError while another such question is under way.
        """
        ...

    def scenes(self) -> Sequence[SceneStatus]:
        """Return all scenes, the broken ones too."""
        ...

    def safety_rules(self) -> Sequence[SafetyRule]:
        """Return the safety rules that the hub keeps to."""
        ...

    def reach(self, scene: SceneId) -> frozenset[PropertyId]:
        """Return the properties and actions that a scene may claim or ask for, named alike."""
        ...

    def health(self) -> Health:
        """Return how the hub is."""
        ...

    def subscribe(self, folded: Folded) -> Callable[[], None]:
        """Call `folded` after each fold from now on; return what ends that."""
        ...
