"""The core: takes what comes in, folds it, and decides what follows.

Everything that follows from an input is decided before the next one is taken: events are derived
in one order, the same on every machine. No clock and no chance: time comes with the inputs.
"""

from collections.abc import Iterable

from msgspec import structs

from hubd.core import wants
from hubd.core.agenda import ClaimEnds, CommandDue, HeldEnds, SlowedEnds, TimerDue
from hubd.core.fold import Fold, is_at, take
from hubd.core.guarding import Guarding
from hubd.core.index import Index
from hubd.core.leaving import follow_leases
from hubd.core.listening import (
    STARTED,
    Compiler,
    Decision,
    Listener,
    availability_key,
    call_key,
    disputed_key,
    scene_owner,
    signal_key,
)
from hubd.core.reconciler import Policy, Reconciler, lost_with
from hubd.core.safety import RulesCompiler
from hubd.core.state import State
from hubd.core.view import View
from hubd.model.events import (
    CONFIGURATION,
    CORE,
    Adopted,
    Answered,
    Asked,
    Availability,
    Claimed,
    Confirmed,
    Disputed,
    Event,
    Fired,
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
    Signalled,
    Summoned,
    TimePassed,
    TimerCleared,
    What,
)
from hubd.model.ids import NO_EVENT, DeviceId, EventId, PropertyId, SceneId
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
        self._fold = Fold(state)
        self.state = self._fold.state
        self.view = View(self.state)
        self._reconciler = Reconciler(self.state, policy or Policy(), self._derive)
        self._guarding = Guarding(self.state, self._reconciler, rules, self._derive, self._end)
        self._out: list[Event] = []
        self._calls = 0
        self._repeated: dict[DeviceId, int] = {}
        self._index_all()

    def heard_us(self, device: DeviceId) -> int | None:
        """Return when a device said something last, be it nothing new; None if never.

        Of what it repeated before the start the log tells every few minutes only (REPEAT_US).
        """
        last_us = max(self._repeated.get(device, 0), self.state.heard.get(device, 0))
        return last_us or None

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
        if cause != NO_EVENT:
            self._guarding.hear(self.state.next_id, cause)
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
        differs = value != shadow.reported or not shadow.known
        news = differs and shadow.known and value is not None and not what.restored
        take(shadow, what, event)
        if differs:
            self._heed(what.property, event, news=news)
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
            if not what.restored and not shadow.property.assumed:
                self._repeated[shadow.device] = at_us
            return
        restored = not shadow.known or (type(what) is Reported and what.restored)
        differs = value != shadow.reported or not shadow.known
        changed = shadow.known and differs and value is not None
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
        if differs or changed:
            self._heed(what.property, event, news=changed and not restored)

    def _release(self, what: Released, at_us: int, source: str, cause: EventId) -> None:
        owned = tuple(self.state.claimed_by.get(what.owner, ()))
        props = tuple(p for p in what.properties if p in owned) if what.properties else owned
        if props or source != CORE:
            whole = Released(what.owner, what.why, props or what.properties)
            event = self._append(whole, at_us, source, cause)
            self._reconciler.reconcile_all(props, event.id)

    def _end(self, what: Released, cause: EventId) -> None:
        self._release(what, self.state.now_us, CORE, cause)

    def _confirm(self, what: Confirmed, at_us: int, source: str) -> None:
        held = self._guarding.confirmable(what, source, at_us)
        if held is not None:
            event = self._append(what, at_us, source, what.withheld)
            self._guarding.let_be(held, event.id)

    def _reach(self, what: Availability, at_us: int, source: str, cause: EventId) -> None:
        changed = what.available is (what.device in self.state.unreachable)
        event = self._append(what, at_us, source, cause)
        if what.available:
            self._reconciler.reconcile_device(what.device, event.id)
        if changed:
            self._wake(availability_key(what.device), event)

    def _take(self, what: Input, event: Event) -> None:
        match what:
            case TimePassed():
                self._due(event.id)
            case Signalled():
                self._wake(signal_key(what.device, what.endpoint, what.name), event)
            case Claimed():
                self._reconciler.reconcile_all((c.property for c in what.claims), event.id)
                self._guarding.note_disagreement(what, event.id)
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

    def _heed(self, prop: PropertyId, event: Event, *, news: bool) -> None:
        """Let those who listen to `prop` see its value, and act on it where it is news."""
        view = self.view
        for _, listener in self.index.listening(prop):
            decisions = listener.react(event, view) if news else listener.restored(event, view)
            if decisions:
                self._carry_out(decisions, event.id)

    def _wake(self, key: str, event: Event) -> None:
        for _, listener in self.index.listening(key):
            self._carry_out(listener.react(event, self.view), event.id)

    def _carry_out(self, decisions: Iterable[Decision], cause: EventId) -> None:
        for decision in decisions:
            match decision:
                case Released():
                    self._end(decision, cause)
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
        released: dict[PropertyId, EventId] = {}
        for owner, props in over.items():
            ended = self._derive(Released(owner, "its time is over", tuple(props)), cause)
            released.update(dict.fromkeys(props, ended.id))
        # All have ended before anything follows: what ends together must not come up in between.
        for prop, ended_id in released.items():
            self._reconciler.reconcile_all((prop,), ended_id)
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
                self._guarding.lapse(entry.event, cause)
            case SlowedEnds():
                self._guarding.go_on(entry.device, cause)

    # configuration

    def _configure(self, what: Input, at_us: int, source: str, cause: EventId) -> None:
        home = self.state.home
        lost = lost_with(self.state, what)
        tokens = wants.touched(home, what)
        event = self._append(what, at_us, source, cause)
        self._reconciler.abandon(lost, event.id)
        self._guarding.moved()
        match what:
            case SafetyRevised():
                self._start(self._guarding.revise(event.id), event.id)
            case LeasesSet():
                self._start(follow_leases(self.index, self.state), event.id)
            case SceneRevised():
                self._revise_scene(what, event.id)
            case SceneRemoved():
                self.index.drop(what.scene)
                self._end(Released(scene_owner(what.scene), "the scene was removed"), event.id)
            case _:
                if isinstance(what, Adopted):
                    self._guarding.judge_anew(event.id, what.device.property_ids())
                    self._reconciler.reconcile_device(what.device.id, event.id)
                else:
                    self._guarding.judge_anew(event.id)
                bound = self.index.rebind(tokens | wants.touched(home, what), home)
                self._start(bound, event.id)

    def _revise_scene(self, what: SceneRevised, cause: EventId) -> None:
        # Steps that were changed cannot be gone on with: their numbers mean others now.
        for run in tuple(self.state.runs.get(what.scene, ())):
            self._derive(RunEnded(what.scene, run, "the scene was changed"), cause)
        listener = self.index.put(what.scene, self._compiler(what), self.state.home)
        self._start((listener,), cause)

    def _start(self, listeners: Iterable[Listener], cause: EventId) -> None:
        for listener in listeners:
            self._carry_out(listener.start(self.view), cause)

    def _index_all(self) -> None:
        self.index = Index()
        self._guarding.begin(self.index)
        follow_leases(self.index, self.state)
        for scene in sorted(self.state.scenes):
            listener = self.index.put(
                scene, self._compiler(self.state.scenes[scene]), self.state.home
            )
            # It sees what holds already, which is not to come about anew at the next change; what
            # it would do on that account was done when it was first bound.
            listener.start(self.view)
