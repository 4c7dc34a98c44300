"""The reconciler: brings the reported value to the desired one, and never fights a person's hand.

Every command that it issues is settled once: confirmed, refused, timed out or superseded.
"""

from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import TypeGuard

from msgspec import Struct

from hubd.core import arbiter
from hubd.core.fold import ECHO_US, is_at
from hubd.core.lease import lease_of
from hubd.core.shadow import Pending, Shadow
from hubd.core.state import State
from hubd.core.warden import Warden
from hubd.model.claim import Claim, Priority
from hubd.model.command import Command, Outcome
from hubd.model.events import (
    Adopted,
    Answered,
    Asked,
    Claimed,
    Commanded,
    Disputed,
    Event,
    Forgotten,
    Input,
    Settled,
    What,
    Withheld,
)
from hubd.model.ids import DeviceId, EventId, PropertyId
from hubd.model.lease import in_words
from hubd.model.value import Value
from hubd.model.vocabulary import term

WAY_SLACK = 0.05
"""How far beside the way of a transition a report may be, as a part of the way."""


class Policy(Struct, frozen=True, gc=False):
    """How patient the hub is.

    `attempts`: how often a property is commanded until it is given up. `retry_after_us`: how long
    after that a report, still differing, starts anew. `echo_us`: how long after a confirmed command
    other properties of its endpoint may follow it by themselves. `disputed_after`: how many times
    in a row a device may undo what was confirmed. `pace`: seconds of the home per second of the
    wire; more than 1 where a recording is played fast, so that deadlines stay those of the wire.
    """

    attempts: int = 3
    retry_after_us: int = 60_000_000
    echo_us: int = 2_000_000
    disputed_after: int = 3
    pace: float = 1.0


class Need(Enum):
    """What a property needs now."""

    NOTHING = auto()
    """It is as desired, or nothing is desired, or it is being brought there."""
    COMMAND = auto()
    """It must be commanded; what is pending is superseded."""
    WITHDRAWAL = auto()
    """What is pending is no longer wanted, and nothing can be asked instead."""


def need(state: State, shadow: Shadow, policy: Policy, *, anew: bool = False) -> Need:
    """Say what `shadow` needs to become as desired; `anew`: though it was given up lately."""
    desired, pending = shadow.desired, shadow.pending
    if desired is None or not shadow.property.writable or _is_gated(state, shadow):
        return Need.NOTHING if pending is None else Need.WITHDRAWAL
    if pending is not None and pending.command.value == desired:
        return Need.NOTHING
    if shadow.device in state.unreachable:
        return Need.NOTHING if pending is None else Need.WITHDRAWAL
    if pending is not None:
        # What was asked may have reached the device, whatever it reported last.
        return Need.COMMAND
    as_desired = shadow.known and is_at(shadow, desired) and not shadow.doubtful
    if as_desired or is_stale(shadow, state.now_us):
        return Need.NOTHING
    retry_us = shadow.given_up_us + int(policy.retry_after_us * policy.pace)
    given_up = shadow.given_up_us and state.now_us < retry_us and not anew
    return Need.NOTHING if given_up else Need.COMMAND


def is_stale(shadow: Shadow, now_us: int) -> bool:
    """Say whether what is desired waited for too long to be meant still; safety means it always."""
    stale_us = shadow.property.stale_us
    if not stale_us or not shadow.unmet_us or now_us - shadow.unmet_us <= stale_us:
        return False
    winner = arbiter.winner(shadow.claims)
    return winner is None or winner.claim.priority < Priority.SAFETY


def _is_gated(state: State, shadow: Shadow) -> bool:
    if shadow.gate is None:
        return False
    gate = state.shadows[shadow.gate]
    return (gate.desired if gate.desired is not None else gate.reported) is False


def lost_with(state: State, what: Input) -> list[Pending]:
    """Return the commands that nobody can settle once `what` is folded."""
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
        for pending in state.ledger.values()
        if pending.command.device == device and pending.command.property not in left
    ]


class Reconciler:
    """Issues commands and settles them, through the core's `derive`."""

    def __init__(
        self, state: State, policy: Policy, derive: Callable[[What, EventId], Event]
    ) -> None:
        self._state = state
        self._policy = policy
        self._derive = derive
        self._retry_after_us = int(policy.retry_after_us * policy.pace)
        self.warden: Warden | None = None
        """Judges claims and commands before they take effect; None where there are no rules."""

    def reconcile_all(self, props: Iterable[PropertyId], cause: EventId) -> None:
        """Command what of `props` is not as desired, and what goes on or off with it."""
        shadows = self._state.shadows
        if self.warden is not None:
            props = tuple(props)
            self.warden.review(props, cause)
        for prop in props:
            shadow = shadows.get(prop)
            if shadow is not None:
                self.reconcile(shadow, cause)
                for gated in shadow.gated:
                    self.reconcile(shadows[gated], cause)

    def reconcile(self, shadow: Shadow, cause: EventId, *, anew: bool = False) -> None:
        """Command `shadow` if it is not as desired; `anew` also where it was given up lately."""
        needed = need(self._state, shadow, self._policy, anew=anew)
        if needed is Need.NOTHING:
            return
        if shadow.pending is not None:
            self._derive(Settled(shadow.pending.event, Outcome.SUPERSEDED), cause)
        if needed is Need.COMMAND:
            self._command(shadow, cause)

    def reported(
        self,
        shadow: Shadow,
        event: Event,
        pending: Pending | None,
        *,
        changed: bool,
        restored: bool,
    ) -> None:
        """Settle what `event`, a folded report, confirms; else see what it means.

        `pending` is what was pending before. A change that nobody asked for is a hand at the
        device, unless it may have followed from a command to its endpoint; that is put right when
        it is still so after a while. A first or `restored` value is put right at once.
        """
        if pending is not None:
            if is_at(shadow, pending.command.value):
                self._derive(Settled(pending.event, Outcome.CONFIRMED), event.id)
            elif changed and not restored and pending.command.over_us and self._is_off(shadow):
                self._hand(shadow, event)
            return
        if not shadow.known:
            return
        as_told = is_at(shadow, shadow.sent) and is_at(shadow, shadow.desired)
        if shadow.desired is None or not as_told:
            self._differing(shadow, event, changed=changed, restored=restored)
        if changed or restored:
            for gated in shadow.gated:
                self.reconcile(self._state.shadows[gated], event.id)

    def _differing(self, shadow: Shadow, event: Event, *, changed: bool, restored: bool) -> None:
        if restored:
            # Such values come when a device or the hub is back: what failed before may go well now.
            self.reconcile(shadow, event.id, anew=True)
        elif changed:
            if not self._is_echo(shadow):
                self._hand(shadow, event)
        elif self._state.now_us >= shadow.changed_at_us + self._retry_after_us:
            self.reconcile(shadow, event.id)

    def reconcile_device(self, device_id: DeviceId, cause: EventId) -> None:
        """Put right what was wished of a device while it was away, or otherwise described."""
        device = self._state.home.devices.get(device_id)
        if device is not None:
            self.reconcile_all(device.property_ids(), cause)

    def ask(self, asked: Asked, cause: EventId) -> None:
        """Issue an action; it is never repeated."""
        state = self._state
        if asked.device in state.unreachable or asked.device not in state.home.devices:
            self._derive(Settled(cause, Outcome.REFUSED, "the device is out of reach"), cause)
            return
        if self.warden is not None:
            withheld = self.warden.against_action(asked, cause)
            if withheld is not None:
                if isinstance(withheld.what, Withheld) and not withheld.what.confirm:
                    self._derive(Settled(cause, Outcome.REFUSED, withheld.what.why), withheld.id)
                return
        self.act(asked, cause)

    def act(self, asked: Asked, cause: EventId) -> None:
        """Command an action, which nothing speaks against."""
        state = self._state
        command = Command(
            device=asked.device,
            endpoint=asked.endpoint,
            name=asked.action,
            value=asked.argument,
            deadline_us=state.now_us + int(asked.patience_us * self._policy.pace),
            action=True,
        )
        self._derive(Commanded(command), cause)

    def answered(self, what: Answered, cause: EventId) -> None:
        """Settle by a driver's word: a refusal always, an acceptance for actions alone."""
        pending = self._state.ledger.get(what.command)
        if pending is None:
            return
        if not what.accepted:
            self._derive(Settled(what.command, Outcome.REFUSED, what.reason), cause)
        elif pending.command.action:
            self._derive(Settled(what.command, Outcome.CONFIRMED, what.reason), cause)

    def deadline(self, event: EventId, cause: EventId) -> None:
        """Settle the command of `event` as timed out, and try again what may be repeated."""
        pending = self._state.ledger.get(event)
        if pending is None:
            return
        command = pending.command
        settled = self._derive(Settled(event, Outcome.TIMED_OUT), cause)
        shadow = None if command.action else self._state.shadows.get(command.property)
        if (
            shadow is not None
            and shadow.desired is not None
            and command.attempt < self._policy.attempts
            and shadow.device not in self._state.unreachable
            and not is_stale(shadow, self._state.now_us)
            and not self._is_past(command, shadow.property.stale_us)
        ):
            self._command(shadow, settled.id, command.attempt + 1)

    def _is_past(self, command: Command, stale_us: int) -> bool:
        """Say whether the hub was off for so long after the deadline that nobody means it now."""
        return bool(stale_us) and self._state.now_us - command.deadline_us > stale_us

    def abandon(self, lost: Iterable[Pending], cause: EventId) -> None:
        """Settle commands whose property left the home."""
        for pending in lost:
            note = "the device left the home"
            self._derive(Settled(pending.event, Outcome.REFUSED, note), cause)

    def _command(self, shadow: Shadow, cause: EventId, attempt: int = 1) -> None:
        if self.warden is not None and not self.warden.lets_command(shadow, cause):
            return
        patience_us = int(term(shadow.property.name).patience_us * self._policy.pace)
        winner = arbiter.winner(shadow.claims) if shadow.property.transition else None
        over_us = winner.claim.over_us if winner is not None else 0
        command = Command(
            device=shadow.device,
            endpoint=shadow.endpoint,
            name=shadow.property.name,
            value=shadow.desired,
            deadline_us=self._state.now_us + over_us + patience_us,
            attempt=attempt,
            over_us=over_us,
        )
        self._derive(Commanded(command), cause)

    def _is_echo(self, shadow: Shadow) -> bool:
        """Say whether a change may follow from a command, to itself or to its endpoint."""
        as_sent = is_at(shadow, shadow.sent)
        if shadow.doubtful or (as_sent and 0 < shadow.sent_at_us > self._state.now_us - ECHO_US):
            return True
        if self._state.now_us < shadow.arrives_us + ECHO_US and not self._is_off(shadow):
            return True
        if shadow.gated and shadow.desired is not None:
            return False  # no level or colour switches against what is desired: someone did
        device = self._state.home.devices[shadow.device]
        recent_us = self._state.now_us - int(self._policy.echo_us * self._policy.pace)
        for prop in device.property_ids():
            other = self._state.shadows[prop]
            if (
                other is not shadow
                and other.endpoint == shadow.endpoint
                and (
                    other.pending is not None
                    or max(other.confirmed_at_us, other.arrives_us) > max(recent_us, 0)
                )
            ):
                return True
        return False

    def _is_off(self, shadow: Shadow) -> bool:
        """Say whether a report lies not on the way that a transition takes."""
        start, target, value = shadow.sent_from, shadow.sent, shadow.reported
        if not (_is_number(start) and _is_number(target) and _is_number(value)):
            return value not in {start, target}
        slack = max(shadow.property.tolerance, abs(target - start) * WAY_SLACK)
        return not min(start, target) - slack <= value <= max(start, target) + slack

    def _hand(self, shadow: Shadow, event: Event) -> None:
        state = self._state
        name = shadow.property.name
        lease = lease_of(state.leases, state.home, shadow.device, shadow.endpoint, name)
        lasts = in_words(lease.lasts_us, until_left=lease.until_left)
        claim = Claim(
            property=shadow.id,
            value=shadow.reported,
            priority=Priority.HAND,
            owner=f"hand:{shadow.device}",
            why=f"someone set it at the device, which is left alone {lasts}",
            until_us=state.now_us + lease.lasts_us,
            until_left=lease.until_left,
        )
        claimed = self._derive(Claimed((claim,)), event.id)
        if self.warden is not None:
            self.warden.review((shadow.id,), claimed.id)
        if shadow.undone >= self._policy.disputed_after:
            self._derive(Disputed(shadow.id, shadow.undone), claimed.id)
        else:
            self.reconcile(shadow, claimed.id)  # a higher claim may stand above the hand's


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
