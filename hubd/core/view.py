"""What a listener may see of the home: everything, and change nothing."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, final

from hubd.core.lease import lease_of
from hubd.model.claim import Claim, Priority
from hubd.model.ids import DeviceId, EndpointId, EventId, PropertyId, SceneId
from hubd.model.lease import Lease
from hubd.model.run import Run
from hubd.model.value import Value

if TYPE_CHECKING:
    from hubd.core.home import Home
    from hubd.core.shadow import Held, Shadow
    from hubd.core.state import State


_NO_RUNS: Mapping[str, Run] = {}


@final
class View:
    """A read-only look at the state, at the moment `now_us`."""

    __slots__ = ("_state",)

    def __init__(self, state: "State") -> None:
        self._state = state

    @property
    def now_us(self) -> int:
        """The time of the event at hand."""
        return self._state.now_us

    @property
    def home(self) -> "Home":
        """The registry."""
        return self._state.home

    def value(self, prop: PropertyId) -> Value:
        """Return the reported value; None if none is known."""
        shadow = self._state.shadows.get(prop)
        return shadow.reported if shadow is not None else None

    def shadow(self, prop: PropertyId) -> "Shadow | None":
        """Return the whole shadow, to look at only."""
        return self._state.shadows.get(prop)

    def changed_at_us(self, prop: PropertyId) -> int | None:
        """Return since when the property has its value; None if none is known."""
        shadow = self._state.shadows.get(prop)
        return shadow.changed_at_us if shadow is not None and shadow.known else None

    def available(self, device: DeviceId) -> bool:
        """Say whether the device is within reach."""
        return device not in self._state.unreachable

    def timer_due_us(self, scene: SceneId, timer: str) -> int | None:
        """Return when a scene's timer runs out; None if it is not set."""
        return self._state.timers.get((scene, timer))

    def runs_of(self, scene: SceneId) -> Mapping[str, Run]:
        """Return the runs of a scene that are not over, by their names."""
        return self._state.runs.get(scene, _NO_RUNS)

    @property
    def questions(self) -> Mapping[tuple[SceneId, str], str]:
        """What scenes ask people, by scene and timer."""
        return self._state.questions

    def claims_of(self, owner: str) -> Iterator[Claim]:
        """Yield the claims that `owner` has standing."""
        for prop in self._state.claimed_by.get(owner, ()):
            for standing in self._state.shadows[prop].claims:
                if standing.claim.owner == owner:
                    yield standing.claim

    def is_claiming(self, owner: str) -> bool:
        """Say whether `owner` has a claim standing on anything."""
        return bool(self._state.claimed_by.get(owner))

    def hands(self) -> Iterator[tuple[PropertyId, Claim]]:
        """Yield the claims of people's hands, and on what they are."""
        for owner in self._state.claimed_by:
            for claim in self.claims_of(owner):
                if claim.priority == Priority.HAND:
                    yield claim.property, claim

    def lease(self, device: DeviceId, endpoint: EndpointId, name: str) -> Lease:
        """Return how long a hand on a property is left alone."""
        return lease_of(self._state.leases, self._state.home, device, endpoint, name)

    def held(self) -> "Mapping[EventId, Held]":
        """Return what safety rules hold back, by the event that says so."""
        return self._state.held

    def slowed(self) -> Mapping[DeviceId, int]:
        """Return the devices that get no commands for now, and until when."""
        return self._state.slowed

    def used(self, rule: str, prop: PropertyId) -> tuple[tuple[int, int], ...]:
        """Return how long a property was as a rule limits: stretches, the oldest first."""
        return self._state.used.get((rule, prop), ())
