"""Guarding: what the core does about safety rules, and about people who disagree.

The warden judges. Here its rules come and go, what they held back is let be or dropped, and all
that follows from it is done.
"""

from collections.abc import Callable, Iterable

from hubd.core import disagreement
from hubd.core.holding import SAFETY
from hubd.core.index import Index
from hubd.core.listening import Listener, Reads
from hubd.core.reconciler import Reconciler
from hubd.core.safety import RulesCompiler
from hubd.core.shadow import Held
from hubd.core.state import State
from hubd.core.warden import Warden
from hubd.model.command import Outcome
from hubd.model.events import (
    Admitted,
    Claimed,
    Confirmed,
    Disagreed,
    Event,
    Released,
    Settled,
    Slowed,
    Used,
    What,
)
from hubd.model.ids import DeviceId, EventId, PropertyId, SceneId


class Guarding:
    """Keeps to the rules of a state, through the core's `derive` and `release`.

    `rules` compiles them; without it those of the log are not kept to.
    """

    def __init__(
        self,
        state: State,
        reconciler: Reconciler,
        rules: RulesCompiler | None,
        derive: Callable[[What, EventId], Event],
        release: Callable[[Released, EventId], None],
    ) -> None:
        self._state = state
        self._reconciler = reconciler
        self._rules = rules
        self._derive = derive
        self._release = release
        self._index = Index()
        self._warden: Warden | None = None
        self._watching: tuple[SceneId, ...] = ()

    # the rules

    def begin(self, index: Index) -> list[Listener]:
        """Compile the rules that stand; return the listeners of those that watch, in `index`."""
        self._index = index
        self._watching = ()
        revised = self._state.safety
        if revised is None or self._rules is None:
            self._warden = self._reconciler.warden = None
            return []
        rules = self._rules(revised)
        self._warden = Warden(self._state, rules, self._derive, self._reads)
        self._reconciler.warden = self._warden
        self._watching = tuple(sorted(rules.programs))
        home = self._state.home
        return [index.put(rule, rules.programs[rule], home) for rule in self._watching]

    def revise(self, cause: EventId) -> list[Listener]:
        """Keep to the rules as they are now; return the listeners of those that watch."""
        state = self._state
        for program in self._watching:
            self._index.drop(program)
        listeners = self.begin(self._index)
        for rule, prop in sorted(state.used):
            if SceneId(f"{SAFETY}{rule}") not in self._watching:
                self._derive(Used(rule, prop), cause)
        for owner in sorted(state.claimed_by):
            if owner.startswith(SAFETY) and SceneId(owner) not in self._watching:
                self._release(Released(owner, "the rules were changed"), cause)
        if self._warden is not None:
            self._warden.review(self._claimed(), cause, anew=True)
        else:
            for held in list(state.held.values()):
                self._derive(Admitted(held.what.property, held.what.owner), cause)
        for device in list(state.home.devices):
            self._reconciler.reconcile_device(device, cause)
        return listeners

    def _reads(self, owner: str) -> Reads:
        kind, _, scene = owner.partition(":")
        return self._index.reads(SceneId(scene)) if kind == "scene" else ()

    # what they are asked about

    def hear(self, event: EventId, cause: EventId) -> None:
        """Note which event comes in next, and what caused it outside."""
        if self._warden is not None:
            self._warden.hear(event, cause)

    def moved(self) -> None:
        """Note that the home changed."""
        if self._warden is not None:
            self._warden.moved()

    def judge_anew(self, cause: EventId, props: Iterable[PropertyId] | None = None) -> None:
        """Judge all claims on `props` (None: on all), as after a change of the home."""
        if self._warden is None:
            return
        shadows = self._state.shadows
        judged = self._claimed() if props is None else props
        wished = {prop: shadows[prop].desired for prop in judged}
        self._warden.review(wished, cause, anew=True)
        others = [prop for prop, desired in wished.items() if shadows[prop].desired != desired]
        self._reconciler.reconcile_all(others, cause)

    def _claimed(self) -> list[PropertyId]:
        return sorted({prop for props in self._state.claimed_by.values() for prop in props})

    # what they held back, or slowed down

    def confirmable(self, what: Confirmed, source: str, at_us: int) -> Held | None:
        """Return what `source` may confirm at `at_us`; None if it is over, or not theirs."""
        return self._warden.confirmable(what, source, at_us) if self._warden is not None else None

    def let_be(self, held: Held, cause: EventId) -> None:
        """Do what was held back, which a person confirmed."""
        if held.asked is not None:
            self._reconciler.act(held.asked, cause)
        else:
            self._reconciler.reconcile_all((held.what.property,), cause)

    def lapse(self, event: EventId, cause: EventId) -> None:
        """Drop what nobody confirmed in time: what is too old to be meant is not done late."""
        held, why = self._state.held[event], "nobody confirmed it in time"
        if held.asked is not None:
            self._derive(Settled(held.what.asked, Outcome.REFUSED, why), cause)
        else:
            self._release(Released(held.what.owner, why, (held.what.property,)), cause)

    def go_on(self, device: DeviceId, cause: EventId) -> None:
        """Command a device again that was slowed down."""
        over = self._derive(Slowed("", device, 0), cause)
        self._reconciler.reconcile_device(device, over.id)

    # people

    def note_disagreement(self, what: Claimed, cause: EventId) -> None:
        """Note that people set the same thing differently, in turns, if they do."""
        for claim in what.claims:
            shadow = self._state.shadows.get(claim.property)
            if shadow is not None and len(shadow.turns) > disagreement.TURNS:
                owners = disagreement.owners(shadow, self._state.now_us)
                if owners:
                    self._derive(Disagreed(claim.property, owners), cause)
