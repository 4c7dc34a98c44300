"""Folding: what each event makes of the state. Decides nothing, so any log folds on any version."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hubd.core import arbiter, disagreement, holding, registry
from hubd.core.agenda import Agenda, ClaimEnds, CommandDue, Due, HeldEnds, SlowedEnds, TimerDue
from hubd.core.shadow import Pending, Shadow, Standing
from hubd.core.state import State
from hubd.model.claim import Claim, Priority
from hubd.model.command import Outcome
from hubd.model.events import (
    Admitted,
    Adopted,
    Availability,
    Claimed,
    Commanded,
    Confirmed,
    Disagreed,
    Disputed,
    Event,
    Fired,
    Forgotten,
    Perceived,
    Questioned,
    Released,
    Replied,
    Reported,
    RunMoved,
    SafetyRevised,
    Settled,
    Signalled,
    Slowed,
    TimerCleared,
    TimerSet,
    Used,
    Withheld,
)
from hubd.model.ids import DeviceId, EventId, PropertyId
from hubd.model.value import Value, same
from hubd.model.vocabulary import term

if TYPE_CHECKING:
    from hubd.model.device import Device

ECHO_US = 2_000_000
"""A command may still be echoed this long after a newer one was sent."""
UNDONE_US = 10_000_000
"""A hand at the device this soon after a command was confirmed undoes it."""


SLACK = 0.1
"""How much less sure than it was a percept may be and still count as it did."""


class Fold:
    """Applies events to a state, and keeps the agenda of what the state makes due."""

    def __init__(self, state: State | None = None) -> None:
        self.state = state if state is not None else State()
        self.agenda = Agenda()
        self._next_minute_us = holding.next_minute_us(self.state)
        for shadow in self.state.shadows.values():
            for standing in shadow.claims:
                self._note_end(standing)
        for pending in self.state.ledger.values():
            self.agenda.command_due(pending.command.deadline_us, pending.event)
        for (scene, timer), due_us in self.state.timers.items():
            self.agenda.timer_due(due_us, TimerDue(scene, timer))
        for event, held in self.state.held.items():
            if held.what.until_us:
                self.agenda.held_ends(held.what.until_us, event)
        for device, due_us in self.state.slowed.items():
            self.agenda.slowed_ends(due_us, device)

    def apply_all(self, events: Iterable[Event]) -> None:
        """Apply `events` in their order."""
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:  # noqa: C901, PLR0912, PLR0915 - one line for each kind
        """Change the state by `event`. Kinds that carry no state of their own move time alone."""
        state = self.state
        state.next_id = EventId(event.id + 1)
        state.now_us = max(state.now_us, event.at_us)
        if state.safety is not None and event.at_us >= self._next_minute_us:
            holding.note_time(state, event)
            self._next_minute_us = holding.next_minute_us(state)
        match event.what:
            case Reported() | Perceived() as what:
                shadow = state.shadows.get(what.property)
                if shadow is not None:
                    if type(what) is Reported and not what.restored and not shadow.property.assumed:
                        state.heard[shadow.device] = event.at_us
                    take(shadow, what, event)
            case Signalled() as what:
                state.heard[what.device] = event.at_us
            case Commanded():
                self._issue(Pending(event.what.command, event.id), event.at_us)
            case Settled():
                self._settle(event.what, event.at_us)
            case Fired() | Claimed():
                for claim in event.what.claims:
                    self._lay(claim, event)
            case Released() as what:
                for prop in what.properties or tuple(state.claimed_by.get(what.owner, ())):
                    self._lift(prop, what.owner)
            case TimerSet() as what:
                state.timers[(what.scene, what.timer)] = what.due_us
                self.agenda.timer_due(what.due_us, TimerDue(what.scene, what.timer))
            case TimerCleared() as what:
                state.timers.pop((what.scene, what.timer), None)
            case RunMoved() as what:
                state.runs.setdefault(what.scene, {})[what.run] = what.to
            case Questioned() as what:
                state.questions[(what.scene, what.timer)] = what.text
            case Replied() as what:
                state.questions.pop((what.scene, what.timer), None)
            case Availability() as what:
                self._reach(what)
            case Disputed() as what:
                shadow = state.shadows.get(what.property)
                if shadow is not None:
                    shadow.undone = what.undone
                    shadow.given_up_us = event.at_us
                    shadow.disputed = True
            case Adopted():
                self._adopt(event.what.device)
            case Forgotten():
                self._forget(event.what.device)
            case Withheld() | Admitted() | Confirmed():
                self._hold(event.what, event)
            case Slowed() as what:
                holding.slow(state, what)
                if what.until_us:
                    self.agenda.slowed_ends(what.until_us, what.device)
            case Disagreed() as what:
                shadow = state.shadows.get(what.property)
                if shadow is not None:
                    shadow.turns, shadow.disagreed_us = (), event.at_us
            case SafetyRevised() | Used():
                holding.apply(state, event.what)
                self._next_minute_us = holding.next_minute_us(state)
            case _:
                registry.apply(state, event.what)

    def next_due_us(self) -> int | None:
        """Return when the next thing that still holds is due; None if nothing is."""
        return self.agenda.next_us(self.holds)

    def holds(self, due_us: int, entry: Due) -> bool:
        """Say whether what `entry` was made for still stands, and is due at `due_us`."""
        match entry:
            case CommandDue():
                return entry.event in self.state.ledger
            case ClaimEnds():
                shadow = self.state.shadows.get(entry.property)
                return shadow is not None and any(
                    s.claim.owner == entry.owner and s.claim.until_us == due_us
                    for s in shadow.claims
                )
            case TimerDue():
                return self.state.timers.get((entry.scene, entry.timer)) == due_us
            case HeldEnds():
                return entry.event in self.state.held
            case SlowedEnds():
                return self.state.slowed.get(entry.device) == due_us

    # claims

    def _note_end(self, standing: Standing) -> None:
        claim = standing.claim
        if claim.until_us:
            self.agenda.claim_ends(claim.until_us, ClaimEnds(claim.owner, claim.property))

    def _lay(self, claim: Claim, event: Event) -> None:
        shadow = self.state.shadows.get(claim.property)
        if shadow is None or (claim.until_us and claim.until_us <= event.at_us):
            return
        before = shadow.claims
        if arbiter.winner(before) is None and shadow.desired is None:
            # Else it is on its way to its rest.
            shadow.resting = shadow.reported if shadow.known else term(shadow.property.name).rest
        standing = Standing(claim, event.id)
        if self.state.safety is not None:
            holding.cover(shadow, event.id)
            if before:
                standing = holding.instead(self.state, shadow, standing)
        shadow.claims = arbiter.lay(before, standing)
        if claim.priority == Priority.HAND:
            self._lay_hand(shadow, standing, event.at_us)
        if not standing.withheld:
            _desire(shadow, shadow.claims[0].claim.value, event.at_us)
            if shadow.unmet_us and shadow.claims[0] is standing:
                shadow.unmet_us = event.at_us  # newly wished
        owned = self.state.claimed_by.get(claim.owner)
        if owned is None:
            self.state.claimed_by[claim.owner] = {claim.property: None}
        else:
            owned[claim.property] = None
        self._note_end(standing)

    def _lay_hand(self, shadow: Shadow, hand: Standing, at_us: int) -> None:
        claim, claims = hand.claim, shadow.claims
        if claims[0] is hand and (len(claims) == 1 or claims[1].withheld) and not hand.withheld:
            # A hand on what nobody else claims says what the property is to be from now on.
            shadow.rested, shadow.rested_by = shadow.resting, hand.event
            shadow.resting = claim.value
        if claim.owner.startswith("hand:"):
            undone = at_us - shadow.confirmed_at_us < UNDONE_US
            shadow.undone = shadow.undone + 1 if undone else 0
        else:
            disagreement.note(shadow, claim, at_us)

    def _lift(self, prop: PropertyId, owner: str) -> None:
        owned = self.state.claimed_by.get(owner)
        if owned is None or prop not in owned:
            return
        del owned[prop]
        if not owned:
            del self.state.claimed_by[owner]
        shadow = self.state.shadows[prop]
        shadow.claims, lifted = arbiter.lift(shadow.claims, owner)
        if self.state.held:
            holding.drop(self.state, prop, owner)
        if lifted is None or lifted.withheld:
            return
        shadow.left_by = lifted.claim
        _follow(shadow, self.state.now_us)

    def _hold(self, what: Withheld | Admitted | Confirmed, event: Event) -> None:
        shadow = holding.hold(self.state, what, event)
        if isinstance(what, Withheld) and what.until_us:
            self.agenda.held_ends(what.until_us, event.id)
        if shadow is not None:
            _follow(shadow, event.at_us)
            if isinstance(what, Withheld):
                holding.uncover(shadow, what.owner, event.cause)

    # commands

    def _issue(self, pending: Pending, at_us: int) -> None:
        command = pending.command
        self.state.ledger[pending.event] = pending
        self.agenda.command_due(command.deadline_us, pending.event)
        if self.state.safety is not None:
            holding.note_command(self.state, command.device, at_us)
        if not command.action:
            shadow = self.state.shadows.get(command.property)
            if shadow is not None:
                shadow.pending = pending
                shadow.sent_before, shadow.sent = shadow.sent, command.value
                shadow.sent_before_at_us, shadow.sent_at_us = shadow.sent_at_us, at_us
                shadow.arrives_us = at_us + command.over_us if command.over_us else 0
                shadow.sent_from = self._start_of(shadow) if command.over_us else None

    def _start_of(self, shadow: Shadow) -> Value:
        """Return where a transition begins: a lamp that is off begins at its least."""
        gate = self.state.shadows.get(shadow.gate) if shadow.gate is not None else None
        if gate is not None and gate.reported is False and shadow.property.minimum is not None:
            return shadow.property.minimum
        return shadow.reported

    def _settle(self, settled: Settled, at_us: int) -> None:
        pending = self.state.ledger.pop(settled.command, None)
        if pending is None and self.state.held:
            holding.drop_asked(self.state, settled.command)
        if pending is None or pending.command.action:
            return
        shadow = self.state.shadows.get(pending.command.property)
        if shadow is None or shadow.pending is None or shadow.pending.event != settled.command:
            return
        shadow.pending = None
        if settled.outcome is Outcome.CONFIRMED:
            shadow.confirmed_at_us = at_us
            shadow.disputed = shadow.doubtful = False
            shadow.given_up_us = 0
            if arbiter.winner(shadow.claims) is None:
                shadow.desired = None
                shadow.unmet_us = 0
        elif settled.outcome is not Outcome.SUPERSEDED:
            shadow.given_up_us = at_us

    # devices

    def _reach(self, what: Availability) -> None:
        device = self.state.home.devices.get(what.device)
        if device is None:
            return
        if not what.available:
            self.state.unreachable[what.device] = what.reason
            return
        self.state.unreachable.pop(what.device, None)
        for prop in device.property_ids():
            self.state.shadows[prop].given_up_us = 0

    def _adopt(self, device: "Device") -> None:
        state = self.state
        old = state.home.devices.get(device.id)
        if old is not None:
            for prop in set(old.property_ids()) - set(device.property_ids()):
                self._drop_shadow(prop)
        state.home.put_device(device)
        for shadow in registry.shadows_of(device):
            known = state.shadows.setdefault(shadow.id, shadow)
            known.property = shadow.property
            known.gate, known.gated = shadow.gate, shadow.gated

    def _forget(self, device: DeviceId) -> None:
        old = self.state.home.devices.get(device)
        if old is None:
            return
        for prop in old.property_ids():
            self._drop_shadow(prop)
        self.state.home.remember(old)
        self.state.home.drop_device(device)
        self.state.unreachable.pop(device, None)
        self.state.heard.pop(device, None)

    def _drop_shadow(self, prop: PropertyId) -> None:
        shadow = self.state.shadows.get(prop)
        if shadow is not None:
            for standing in shadow.claims:
                self._lift(prop, standing.claim.owner)
            del self.state.shadows[prop]


def is_at(shadow: Shadow, value: Value) -> bool:
    """Say whether the device reports `value`, within what it can tell."""
    return same(shadow.reported, value, shadow.property.tolerance)


def _follow(shadow: Shadow, at_us: int) -> None:
    """Desire what wins; where nothing does, the rest."""
    winner = arbiter.winner(shadow.claims)
    if winner is not None:
        _desire(shadow, winner.claim.value, at_us)
    elif shadow.pending is None and shadow.known and is_at(shadow, shadow.resting):
        _desire(shadow, None, at_us)
    else:
        _desire(shadow, shadow.resting, at_us)


def _desire(shadow: Shadow, value: Value, at_us: int) -> None:
    if shadow.desired != value:
        shadow.desired = value
        shadow.given_up_us = 0
        shadow.disputed = False
        met = value is None or (shadow.known and is_at(shadow, value))
        shadow.unmet_us = 0 if met else at_us


def take(shadow: Shadow, what: Reported | Perceived, event: Event) -> None:
    """Note what was reported, with the time and the id of its `event`."""
    value = what.value
    if type(what) is Perceived:
        _believe(shadow, what)
    elif shadow.sureness != 1.0:
        shadow.confidence = shadow.sureness = 1.0
    if not shadow.known or shadow.reported != value:
        shadow.reported = value
        shadow.changed_at_us = event.at_us
        shadow.changed_by = event.id
        shadow.doubtful = (
            shadow.sent_at_us != 0
            and shadow.pending is None
            and _may_be_old(shadow, what, event.at_us)
        )
    shadow.known = value is not None
    if shadow.desired is not None:
        if is_at(shadow, shadow.desired):
            shadow.unmet_us = 0
        elif not shadow.unmet_us:
            if arbiter.winner(shadow.claims) is not None or shadow.pending is not None:
                shadow.unmet_us = event.at_us
            else:
                shadow.desired = None  # it had come to its rest, and nobody holds it there
    shadow.reported_at_us = event.at_us
    shadow.reported_by = event.id


def _may_be_old(shadow: Shadow, what: Reported | Perceived, at_us: int) -> bool:
    """Say whether a value may tell of a time before the newest command."""
    lately_us = at_us - ECHO_US
    if shadow.sent_before == what.value != shadow.sent and 0 < shadow.sent_before_at_us > lately_us:
        return True
    return type(what) is Reported and what.restored and 0 < shadow.confirmed_at_us > lately_us


def _believe(shadow: Shadow, what: Perceived) -> None:
    """Take how sure a percept is. With the slack, a limit is passed and unpassed with hysteresis.

    That is the play operator: for every limit it passes when the confidence reaches it, and falls
    back when that is more than SLACK below it. So no listener need remember how it was.
    """
    sure = shadow.confidence = what.confidence
    if shadow.known and shadow.reported == what.value:
        sure = min(max(shadow.sureness, sure), sure + SLACK)
    shadow.sureness = sure
