"""The core: takes what comes in, folds it, and decides what follows.

Everything that follows from an input is decided before the next one is taken: events are derived
in one order, the same on every machine. No clock and no chance: time comes with the inputs.
"""

from collections.abc import Iterable

from msgspec import structs

from hubd.core import disagreement, wants
from hubd.core.agenda import ClaimEnds, CommandDue, HeldEnds, SlowedEnds, TimerDue
from hubd.core.fold import Fold, is_at, take
from hubd.core.holding import SAFETY
from hubd.core.index import Index
from hubd.core.leaving import LEASES, Leaving
from hubd.core.listening import (
    STARTED,
    Compiler,
    Decision,
    Listener,
    Reads,
    availability_key,
    call_key,
    disputed_key,
    scene_owner,
    signal_key,
)
from hubd.core.reconciler import Policy, Reconciler
from hubd.core.safety import RulesCompiler
from hubd.core.shadow import Held, Pending
from hubd.core.state import State
from hubd.core.view import View
from hubd.core.warden import Warden
from hubd.model.command import Outcome
from hubd.model.events import (
    CONFIGURATION,
    CORE,
    Admitted,
    Adopted,
    Answered,
    Asked,
    Availability,
    Claimed,
    Confirmed,
    Disagreed,
    Disputed,
    Event,
    Fired,
    Forgotten,
    Hailed,
    HubStarted,
    Input,
    LeasesSet,
    Message,
    Perceived,
    Released,
    Replied,
    Reported,
    RunEnded,
    SafetyRevised,
    SceneRemoved,
    SceneRevised,
    Settled,
    Signalled,
    Slowed,
    Summoned,
    TimePassed,
    TimerCleared,
    Used,
    What,
)
from hubd.model.ids import NO_EVENT, EventId, PropertyId, SceneId
from hubd.model.value import same

REPEAT_US = 600_000_000
"""A report that says nothing new is an event this often at most."""
MOST_CALLS = 8
"""Scenes may begin one another this deep."""


class Core:
    """The home's state and what follows from each event. Single-threaded; calls no one back."""

    def __init__(
        self,
        compiler: Compiler,
        state: State | None = None,
        policy: Policy | None = None,
        rules: RulesCompiler | None = None,
    ) -> None:
        """Go on from `state` (a decoded snapshot), or from nothing.

        `rules` compiles the safety rules; without it those of the log are not kept to.
        """
        self._compiler = compiler
        self._rules = rules
        self._fold = Fold(state)
        self.state = self._fold.state
        self.view = View(self.state)
        self._reconciler = Reconciler(self.state, policy or Policy(), self._derive)
        self._out: list[Event] = []
        self._warden: Warden | None = None
        self._watching: tuple[SceneId, ...] = ()
        self._calls = 0
        self._index_all()

    @property
    def next_due_us(self) -> int | None:
        """When a TimePassed must be folded at the latest; None if nothing waits."""
        return self._fold.next_due_us()

    def restore(self, events: Iterable[Event]) -> None:
        """Fold `events` of a log as they are, deciding nothing: what followed is among them."""
        self._fold.apply_all(events)
        self._index_all()

    def fold(self, what: Input, at_us: int, source: str, cause: EventId = NO_EVENT) -> list[Event]:
        """Fold an input; return its event and all that follow from it, in their order.

        A report that says once more what is known is no event, and nothing is returned, but for
        one every REPEAT_US, by which the log shows that the device still lives.

        `at_us` before the latest event's time counts as that time: the log's time never goes back.
        Commands to send are the `Commanded` among the events.
        """
        out = self._out = []
        at_us = max(at_us, self.state.now_us)
        if self._warden is not None and cause != NO_EVENT:
            self._warden.hear(self.state.next_id, cause)
        match what:
            case Reported() | Perceived():
                self._report(what, at_us, source)
            case Released():
                self._release(what, at_us, source, cause)
            case Summoned():
                self._call(what, at_us, source, cause)
            case Availability():
                self._reach(what, at_us, source, cause)
            case Confirmed():
                self._confirm(what, at_us, source)
            case _ if type(what) in CONFIGURATION:
                self._configure(what, at_us, source, cause)
            case _:
                self._take(what, self._append(what, at_us, source, cause))
        return out

    def relive(self, event: Event, what: Reported) -> list[Event]:
        """Take a recorded report of what nobody can command as it stands, without an event anew.

        Returns what follows: the very events that `fold` of the same report would lead to.
        """
        out = self._out = []
        state, shadow = self.state, self.state.shadows.get(what.property)
        state.now_us = max(state.now_us, event.at_us)
        if shadow is None:
            return out
        value = what.value
        changed = shadow.known and value != shadow.reported and value is not None
        restored = not shadow.known or what.restored
        take(shadow, what, event)
        if changed and not restored:
            for _, listener in self.index.listening(what.property):
                decisions = listener.react(event, self.view)
                if decisions:
                    self._carry_out(decisions, event.id)
        elif changed or self._watching:
            self._look_anew(what.property, event.id, all_of_them=changed)
        return out

    def _append(self, what: What, at_us: int, source: str, cause: EventId) -> Event:
        event = Event(self.state.next_id, at_us, source, cause, what)
        self._fold.apply(event)
        self._out.append(event)
        return event

    def _derive(self, what: What, cause: EventId) -> Event:
        return self._append(what, self.state.now_us, CORE, cause)

    # what comes in

    def _report(self, what: Reported | Perceived, at_us: int, source: str) -> None:
        shadow = self.state.shadows.get(what.property)
        if shadow is None:
            self._append(what, at_us, source, NO_EVENT)
            return
        value, pending = what.value, shadow.pending
        if (
            value == shadow.reported
            and shadow.known
            and pending is None
            and not shadow.doubtful
            and at_us - shadow.reported_at_us < REPEAT_US
            and (shadow.desired is None or is_at(shadow, shadow.desired))
            and type(what) is Reported
        ):
            return
        restored = not shadow.known or (type(what) is Reported and what.restored)
        changed = shadow.known and value != shadow.reported and value is not None
        sureness = shadow.sureness
        if pending is None:
            cause = NO_EVENT
        else:
            as_asked = same(value, pending.command.value, shadow.property.tolerance)
            cause = pending.event if as_asked else NO_EVENT
        event = self._append(what, at_us, source, cause)
        if shadow.property.writable:
            self._reconciler.reported(shadow, event, pending, changed=changed, restored=restored)
            if type(self._out[-1].what) is Disputed:
                self._wake(disputed_key(shadow.device), self._out[-1])
        if type(what) is Perceived and shadow.sureness != sureness:
            changed = shadow.known
        if changed and not restored:
            self._wake(what.property, event)
        elif changed or self._watching:
            self._look_anew(what.property, event.id, all_of_them=changed)

    def _look_anew(self, prop: PropertyId, cause: EventId, *, all_of_them: bool) -> None:
        """Start again who stands on what was so before, though this is no news to act on.

        Rules that watch how long something is so always do; scenes where the value changed.
        """
        for scene, listener in self.index.listening(prop):
            if all_of_them or scene in self._watching:
                self._carry_out(listener.start(self.view), cause)

    def _release(self, what: Released, at_us: int, source: str, cause: EventId) -> None:
        owned = tuple(self.state.claimed_by.get(what.owner, ()))
        props = tuple(p for p in what.properties if p in owned) if what.properties else owned
        if props or source != CORE:
            whole = Released(what.owner, what.why, props or what.properties)
            event = self._append(whole, at_us, source, cause)
            self._reconciler.reconcile_all(props, event.id)

    def _reach(self, what: Availability, at_us: int, source: str, cause: EventId) -> None:
        changed = what.available is (what.device in self.state.unreachable)
        event = self._append(what, at_us, source, cause)
        if what.available:
            self._reconciler.reconcile_device(what.device, event.id)
        if changed:
            self._wake(availability_key(what.device), event)

    def _confirm(self, what: Confirmed, at_us: int, source: str) -> None:
        """Let be what was held back; nothing comes of it where that is over, or not theirs."""
        if self._warden is None:
            return
        held = self._warden.confirmable(what, source, at_us)
        if held is None:
            return
        event = self._append(what, at_us, source, what.withheld)
        if held.asked is not None:
            self._reconciler.act(held.asked, event.id)
        else:
            self._reconciler.reconcile_all((held.what.property,), event.id)

    def _take(self, what: Input, event: Event) -> None:
        match what:
            case TimePassed():
                self._due(event.id)
            case Signalled():
                self._wake(signal_key(what.device, what.endpoint, what.name), event)
            case Claimed():
                self._reconciler.reconcile_all((c.property for c in what.claims), event.id)
                self._note_disagreement(what, event.id)
            case Asked():
                self._reconciler.ask(what, event.id)
            case Answered():
                self._reconciler.answered(what, event.id)
            case _:
                self._hear(what, event)

    def _hear(self, what: Input, event: Event) -> None:
        """Wake those who listen to what is no device's."""
        match what:
            case Replied():
                self._react(what.scene, event)
            case Message():
                for _, listener in self.index.hearing(what.topic):
                    self._carry_out(listener.react(event, self.view), event.id)
            case Hailed():
                self._wake(call_key(what.name), event)
            case HubStarted():
                self._wake(STARTED, event)
            case _:
                pass

    def _note_disagreement(self, what: Claimed, cause: EventId) -> None:
        for claim in what.claims:
            shadow = self.state.shadows.get(claim.property)
            if shadow is not None and len(shadow.turns) > disagreement.TURNS:
                owners = disagreement.owners(shadow, self.state.now_us)
                if owners:
                    self._derive(Disagreed(claim.property, owners), cause)

    def _call(self, what: Summoned, at_us: int, source: str, cause: EventId) -> None:
        if what.scene not in self.state.scenes:
            refused = "there is no such scene"
        elif self._calls >= MOST_CALLS:
            refused = "scenes begin one another in a circle"
        else:
            refused = ""
        called = structs.replace(what, refused=refused) if refused else what
        event = self._append(called, at_us, source, cause)
        if not refused:
            self._calls += 1
            self._react(what.scene, event)
            self._calls -= 1

    # who listens

    def _react(self, scene: SceneId, event: Event) -> None:
        listener = self.index.listener(scene)
        if listener is not None:
            self._carry_out(listener.react(event, self.view), event.id)

    def _wake(self, key: str, event: Event) -> None:
        for _, listener in self.index.listening(key):
            self._carry_out(listener.react(event, self.view), event.id)

    def _carry_out(self, decisions: Iterable[Decision], cause: EventId) -> None:
        for decision in decisions:
            match decision:
                case Released():
                    self._release(decision, self.state.now_us, CORE, cause)
                case Fired() | Claimed():
                    event = self._derive(decision, cause)
                    self._reconciler.reconcile_all((c.property for c in decision.claims), event.id)
                case Summoned():
                    self._call(decision, self.state.now_us, CORE, cause)
                case Asked():
                    self._reconciler.ask(decision, self._derive(decision, cause).id)
                case _:
                    self._derive(decision, cause)

    # time

    def _due(self, cause: EventId) -> None:
        state = self.state
        taken = self._fold.agenda.take(state.now_us)
        over: dict[str, dict[PropertyId, None]] = {}
        for due_us, entry in taken:
            if isinstance(entry, ClaimEnds) and self._fold.holds(due_us, entry):
                over.setdefault(entry.owner, {})[entry.property] = None
        for owner, props in over.items():
            ended = Released(owner, "its time is over", tuple(props))
            self._release(ended, state.now_us, CORE, cause)
        for due_us, entry in taken:
            match entry:
                case CommandDue():
                    self._reconciler.deadline(entry.event, cause)
                case ClaimEnds():
                    pass
                case _:
                    if self._fold.holds(due_us, entry):
                        self._over(entry, due_us, cause)

    def _over(self, entry: TimerDue | HeldEnds | SlowedEnds, due_us: int, cause: EventId) -> None:
        match entry:
            case TimerDue():
                over_id = self._derive(TimerCleared(entry.scene, entry.timer), cause).id
                listener = self.index.listener(entry.scene)
                if listener is not None:
                    self._carry_out(listener.due(entry.timer, due_us, self.view), over_id)
            case HeldEnds():
                self._lapse(self.state.held[entry.event], cause)
            case SlowedEnds():
                over_id = self._derive(Slowed("", entry.device, 0), cause).id
                self._reconciler.reconcile_device(entry.device, over_id)

    def _lapse(self, held: Held, cause: EventId) -> None:
        """Drop what nobody confirmed in time: what is too old to be meant is not done late."""
        what, why = held.what, "nobody confirmed it in time"
        if held.asked is not None:
            self._derive(Settled(what.asked, Outcome.REFUSED, why), cause)
        else:
            ended = Released(what.owner, why, (what.property,))
            self._release(ended, self.state.now_us, CORE, cause)

    # configuration

    def _configure(self, what: Input, at_us: int, source: str, cause: EventId) -> None:
        home = self.state.home
        lost = self._lost_with(what)
        tokens = wants.touched(home, what)
        event = self._append(what, at_us, source, cause)
        self._reconciler.abandon(lost, event.id)
        if self._warden is not None:
            self._warden.moved()
        match what:
            case SafetyRevised():
                self._revise_safety(event.id)
            case LeasesSet():
                leaving = self._index_leases()
                if leaving is not None:
                    self._carry_out(leaving.start(self.view), event.id)
            case SceneRevised():
                self._revise_scene(what, event.id)
            case SceneRemoved():
                self.index.drop(what.scene)
                gone = Released(scene_owner(what.scene), "the scene was removed")
                self._release(gone, at_us, CORE, event.id)
            case _:
                if isinstance(what, Adopted):
                    self._reconciler.reconcile_device(what.device.id, event.id)
                elif self._warden is not None:
                    self._warden.review_all(event.id)
                for listener in self.index.rebind(tokens | wants.touched(home, what), home):
                    self._carry_out(listener.start(self.view), event.id)

    def _revise_scene(self, what: SceneRevised, cause: EventId) -> None:
        # Steps that were changed cannot be gone on with: their numbers mean others now.
        for run in tuple(self.state.runs.get(what.scene, ())):
            self._derive(RunEnded(what.scene, run, "the scene was changed"), cause)
        listener = self.index.put(what.scene, self._compiler(what), self.state.home)
        self._carry_out(listener.start(self.view), cause)

    def _revise_safety(self, cause: EventId) -> None:
        """Keep to the rules as they are now, and do what follows from that."""
        state = self.state
        for program in self._watching:
            self.index.drop(program)
        started = self._guard()
        for rule, prop in sorted(state.used):
            if SceneId(f"{SAFETY}{rule}") not in self._watching:
                self._derive(Used(rule, prop), cause)
        for owner in sorted(state.claimed_by):
            if owner.startswith(SAFETY) and SceneId(owner) not in self._watching:
                over = Released(owner, "the rules were changed")
                self._release(over, state.now_us, CORE, cause)
        if self._warden is not None:
            self._warden.review_all(cause)
        else:
            for held in list(state.held.values()):
                self._derive(Admitted(held.what.property, held.what.owner), cause)
        for device in list(state.home.devices):
            self._reconciler.reconcile_device(device, cause)
        for listener in started:
            self._carry_out(listener.start(self.view), cause)

    def _guard(self) -> list[Listener]:
        """Compile the rules that stand, and return the listeners of those that watch."""
        revised = self.state.safety
        self._watching = ()
        if revised is None or self._rules is None:
            self._warden = self._reconciler.warden = None
            return []
        rules = self._rules(revised)
        self._warden = Warden(self.state, rules, self._derive, self._reads)
        self._reconciler.warden = self._warden
        self._watching = tuple(sorted(rules.programs))
        home = self.state.home
        return [self.index.put(rule, rules.programs[rule], home) for rule in self._watching]

    def _reads(self, owner: str) -> Reads:
        kind, _, scene = owner.partition(":")
        return self.index.reads(SceneId(scene)) if kind == "scene" else ()

    def _lost_with(self, what: Input) -> list[Pending]:
        """The commands that nobody can settle once `what` is folded."""
        match what:
            case Forgotten():
                device, left = what.device, set[PropertyId]()
            case Adopted():
                device = what.device.id
                left = {*what.device.property_ids(), *what.device.action_ids()}
            case _:
                return []
        return [
            pending
            for pending in self.state.ledger.values()
            if pending.command.device == device and pending.command.property not in left
        ]

    def _index_all(self) -> None:
        self.index = Index()
        self._guard()
        self._index_leases()
        for scene in sorted(self.state.scenes):
            self.index.put(scene, self._compiler(self.state.scenes[scene]), self.state.home)

    def _index_leases(self) -> Listener | None:
        """Listen to people who leave, where a lease lasts until then."""
        if any(lease.until_left for lease in self.state.leases):
            return self.index.put(LEASES, Leaving(), self.state.home)
        self.index.drop(LEASES)
        return None
