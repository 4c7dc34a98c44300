"""Folding of what safety rules hold back, and of what they count: only where there are rules."""

from msgspec.structs import replace

from hubd.core import arbiter
from hubd.core.shadow import Covered, Held, Shadow, Standing
from hubd.core.state import State
from hubd.model.events import (
    Admitted,
    Asked,
    Confirmed,
    Event,
    SafetyRevised,
    Slowed,
    Used,
    Withheld,
)
from hubd.model.ids import NO_EVENT, DeviceId, EventId, PropertyId, split_property_id
from hubd.model.instant import DAY_US, HOUR_US, MINUTE_US
from hubd.model.vocabulary import term

COMMANDED_US = HOUR_US
"""How long it is remembered when a device was commanded: no rule looks further back."""
MINUTES_US = DAY_US
"""How far back it is known when an event was."""
SAFETY = "safety:"
"""What the owners and the waits of safety rules begin with."""

REST = "rest:"
"""Who wishes the way to a rest, where nobody's name can be put to it."""


def apply(state: State, what: SafetyRevised | Used) -> None:
    """Take other rules, or what one has counted."""
    match what:
        case SafetyRevised():
            for timer in [timer for timer in state.timers if timer[0].startswith(SAFETY)]:
                del state.timers[timer]
            state.slowed.clear()
            state.safety = what if what.source else None
            if state.safety is None:
                state.commanded.clear()
                state.minutes.clear()
                state.used.clear()
        case Used(rule, prop, stretches):
            if stretches:
                state.used[(rule, prop)] = stretches
            else:
                state.used.pop((rule, prop), None)


# claims and actions


def hold(state: State, what: Withheld | Admitted | Confirmed, event: Event) -> Shadow | None:
    """Hold back a claim or an action, or no more; return the shadow whose winner may be another."""
    match what:
        case Withheld(asked=asked) if asked != NO_EVENT:
            if what.until_us:
                state.held[event.id] = Held(what, event.at_us, _asked(what))
            return None
        case Withheld():
            return _withhold(state, what, event)
        case Admitted():
            drop(state, what.property, what.owner)
            return _let_be(state, what.property, what.owner)
        case Confirmed():
            held = state.held.pop(what.withheld, None)
            if held is None or held.asked is not None:
                return None
            return _let_be(state, held.what.property, held.what.owner, confirmed=True)


def _asked(what: Withheld) -> Asked:
    device, endpoint, action = split_property_id(what.property)
    patience_us = term(action).patience_us
    return Asked(device, endpoint, action, what.owner, what.why, what.value, patience_us)


def _withhold(state: State, what: Withheld, event: Event) -> Shadow | None:
    shadow = state.shadows.get(what.property)
    if shadow is None:
        return None
    of = arbiter.standing_of(shadow.claims, what.owner)
    if of is None:
        # Its claim is over: what is held back is the way to its rest.
        if arbiter.winner(shadow.claims) is None:
            shadow.desired, shadow.unmet_us = None, 0
        return None
    drop(state, what.property, what.owner)
    state.held[event.id] = Held(what, event.at_us)
    if shadow.claims[0] is of and of.event != event.cause:
        shadow.left_by = of.claim
    shadow.claims = arbiter.mark(shadow.claims, what.owner, what.rule)
    if shadow.rested_by == of.event:
        shadow.resting, shadow.rested_by = shadow.rested, NO_EVENT
    if not shadow.known and arbiter.winner(shadow.claims) is None:
        shadow.desired, shadow.unmet_us = None, 0
        return None
    return shadow


def _let_be(
    state: State, prop: PropertyId, owner: str, *, confirmed: bool = False
) -> Shadow | None:
    shadow = state.shadows.get(prop)
    if shadow is None or arbiter.standing_of(shadow.claims, owner) is None:
        return None
    shadow.claims = arbiter.mark(shadow.claims, owner, "", confirmed=confirmed)
    if shadow.unmet_us and shadow.claims[0].claim.owner == owner:
        shadow.unmet_us = state.now_us  # newly wished
    return shadow


def cover(shadow: Shadow, by: EventId) -> None:
    """Note what is wished in vain before the event `by` lays a claim, which may be withheld."""
    if shadow.unmet_us:
        shadow.covered = Covered(by, shadow.desired, shadow.unmet_us, shadow.given_up_us)


def uncover(shadow: Shadow, owner: str, cause: EventId) -> None:
    """Wish what was wished before a claim that was withheld as it was laid: no younger for that."""
    covered, of = shadow.covered, arbiter.standing_of(shadow.claims, owner)
    if covered is None or of is None or not covered.by == of.event == cause:
        return
    if covered.desired == shadow.desired:
        shadow.unmet_us, shadow.given_up_us = covered.unmet_us, covered.given_up_us


def instead(state: State, shadow: Shadow, new: Standing) -> Standing:
    """Return `new` withheld or confirmed as what its owner wished before, if it is the same.

    Else the wish before is over, as if it was let go of: should `new` be withheld, the rest is not
    to come about where its owner may not wish that either.
    """
    old = arbiter.standing_of(shadow.claims, new.claim.owner)
    if old is None:
        return new
    if old.claim.value == new.claim.value and old.claim.priority == new.claim.priority:
        return replace(new, withheld=old.withheld, confirmed=old.confirmed)
    drop(state, new.claim.property, new.claim.owner)
    if not old.withheld:
        shadow.left_by = old.claim
    return new


def drop(state: State, prop: PropertyId, owner: str) -> None:
    """Hold the claim of `owner` on `prop` no more."""
    for event, held in list(state.held.items()):
        what = held.what
        if what.property == prop and what.owner == owner and what.asked == NO_EVENT:
            del state.held[event]


def drop_asked(state: State, asked: EventId) -> None:
    """Hold the action asked by the event `asked` no more."""
    for event, held in list(state.held.items()):
        if held.what.asked == asked:
            del state.held[event]


# what is counted


def slow(state: State, what: Slowed) -> None:
    """Slow a device down, or no more."""
    if what.until_us:
        state.slowed[what.device] = what.until_us
        return
    state.slowed.pop(what.device, None)
    device = state.home.devices.get(what.device)
    for prop in device.property_ids() if device is not None else ():
        state.shadows[prop].given_up_us = 0


def note_command(state: State, device: DeviceId, at_us: int) -> None:
    """Note that `device` is commanded."""
    times = state.commanded.setdefault(device, [])
    times.append(at_us)
    while times[0] <= at_us - COMMANDED_US:
        times.pop(0)


def note_time(state: State, event: Event) -> None:
    """Note which event it is that begins a minute."""
    minutes = state.minutes
    minutes.append((event.id, event.at_us))
    while minutes[0][1] <= event.at_us - MINUTES_US:
        minutes.pop(0)


def next_minute_us(state: State) -> int:
    """Return from when on an event is to be noted."""
    return state.minutes[-1][1] + MINUTE_US if state.minutes else 0
