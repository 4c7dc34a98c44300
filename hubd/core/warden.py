"""The warden: sees that no claim wins, and no command goes out, that a safety rule forbids.

It decides by events (`Withheld`, `Admitted`, `Slowed`), so that the fold alone keeps what it did.
There is none where there are no rules.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from hubd.core import arbiter
from hubd.core.holding import REST
from hubd.core.listening import Reads
from hubd.core.safety import Envelope, Rules, Verdict, may_confirm, role_of
from hubd.core.shadow import Held, Shadow, Standing
from hubd.core.state import State
from hubd.model.claim import Claim, Priority
from hubd.model.events import Admitted, Asked, Confirmed, Event, Slowed, What, Withheld
from hubd.model.ids import NO_EVENT, DeviceId, EventId, PropertyId, property_id
from hubd.model.instant import MINUTE_US
from hubd.model.lease import span_words

_RANKS = {
    "person": Priority.HAND,
    "local": Priority.HAND,
    "hand": Priority.HAND,
    "agent": Priority.PLAN,
    "habit": Priority.PREDICTION,
    "safety": Priority.SAFETY,
}


class Warden:
    """Applies rules to a state, through the core's `derive`."""

    def __init__(
        self,
        state: State,
        rules: Rules,
        derive: Callable[[What, EventId], Event],
        reads: Callable[[str], Reads],
    ) -> None:
        """Guard `state`; `reads` says what an owner of claims looks at."""
        self._state = state
        self._rules = rules
        self._derive = derive
        self._reads = reads
        self._envelope: Envelope | None = None
        self._heard: tuple[EventId, EventId] = (NO_EVENT, NO_EVENT)

    @property
    def envelope(self) -> Envelope:
        """The rules in the home as it is."""
        if self._envelope is None:
            self._envelope = self._rules.bind(self._state.home)
        return self._envelope

    def moved(self) -> None:
        """Note that the home changed."""
        self._envelope = None

    def hear(self, event: EventId, cause: EventId) -> None:
        """Note which event comes in next, and what caused it outside."""
        self._heard = (event, cause)

    # claims

    def review(self, props: Iterable[PropertyId], laid_by: EventId, *, anew: bool = False) -> None:
        """Judge the claims on `props` that `laid_by` laid, and those withheld; `anew`: all."""
        for prop in props:
            shadow = self._state.shadows.get(prop)
            if shadow is not None and (shadow.claims or shadow.desired is not None):
                self._review(shadow, laid_by, anew=anew)

    def _review(self, shadow: Shadow, laid_by: EventId, *, anew: bool) -> None:
        minded = self.envelope.minds(shadow.id)
        for standing in shadow.claims:
            new = standing.event == laid_by
            if standing.claim.priority == Priority.SAFETY or not (new or standing.withheld or anew):
                continue
            verdict = self.envelope.against(standing.claim, shadow.claims) if minded else None
            if verdict is not None and verdict.confirm and standing.confirmed:
                verdict = None
            if verdict is None:
                verdict = self._stale(standing, laid_by) if new else self._stale_still(standing)
            if verdict is not None and verdict.rule != standing.withheld:
                self._withhold(standing.claim, verdict, laid_by)
            elif verdict is None and standing.withheld:
                self._derive(Admitted(shadow.id, standing.claim.owner), laid_by)
        if minded and arbiter.winner(shadow.claims) is None and shadow.desired is not None:
            self._review_rest(shadow, laid_by)

    def _review_rest(self, shadow: Shadow, cause: EventId) -> None:
        """Judge the way to the rest as a wish of whose claim ended last."""
        last = shadow.left_by
        if last is None:
            last = Claim(shadow.id, shadow.resting, Priority.PREDICTION, REST)
        elif last.priority == Priority.SAFETY:
            return
        back = replace(last, value=shadow.desired)
        verdict = self.envelope.against(back, ())
        if verdict is None:
            return
        if arbiter.standing_of(shadow.claims, back.owner) is not None:
            back = replace(back, owner=REST)  # its owner's name means what it claims now
        self._withhold(back, Verdict(verdict.rule, verdict.why), cause)

    def _withhold(
        self, claim: Claim, verdict: Verdict, cause: EventId, asked: EventId = NO_EVENT
    ) -> Event:
        until_us = self._state.now_us + verdict.within_us if verdict.confirm else 0
        withheld = Withheld(
            rule=verdict.rule,
            property=claim.property,
            value=claim.value,
            owner=claim.owner,
            why=verdict.why,
            asked=asked,
            confirm=verdict.confirm,
            until_us=until_us,
        )
        return self._derive(withheld, cause)

    # the age of what is acted on

    def _stale(self, standing: Standing, laid_by: EventId) -> Verdict | None:
        return self._too_old(standing.claim, laid_by)

    def _stale_still(self, standing: Standing) -> Verdict | None:
        """What was held back for its old data stays so: it says nothing newer."""
        fresh = self.envelope.freshness(standing.claim)
        if fresh is None or fresh.rule != standing.withheld:
            return None
        return Verdict(fresh.rule, fresh.why)

    def _too_old(self, claim: Claim, event: EventId) -> Verdict | None:
        fresh = self.envelope.freshness(claim)
        if fresh is None:
            return None
        oldest_us = self._state.now_us - fresh.limit_us
        heard, cause = self._heard
        if event == heard and cause != NO_EVENT and self._when(cause) < oldest_us:
            return Verdict(fresh.rule, f"it follows from what is too old; {fresh.why}")
        for shadow in self._looked_at(claim.owner):
            if shadow.known and shadow.reported_at_us < oldest_us:
                age = span_words(
                    (self._state.now_us - shadow.reported_at_us) // MINUTE_US * MINUTE_US
                )
                device = self._state.home.devices[shadow.device].name
                return Verdict(fresh.rule, f"{device} has said nothing for {age}; {fresh.why}")
        return None

    def _looked_at(self, owner: str) -> Iterator[Shadow]:
        for key in self._reads(owner):
            shadow = self._state.shadows.get(PropertyId(key))
            if shadow is not None and not shadow.property.writable:
                yield shadow

    def _when(self, event: EventId) -> int:
        """Return when `event` was at the earliest; 0 if that is longer past than is known."""
        minutes = self._state.minutes
        at = bisect_right(minutes, event, key=lambda minute: minute[0])
        return minutes[at - 1][1] if at else 0

    # commands

    def lets_command(self, shadow: Shadow, cause: EventId) -> bool:
        """Say whether `shadow` may be commanded now; a device that may not is slowed down."""
        winner = arbiter.winner(shadow.claims)
        if winner is not None and winner.claim.priority == Priority.SAFETY:
            return True
        if shadow.device in self._state.slowed:
            return False
        return self._in_pace(shadow.device, cause)

    def _in_pace(self, device: DeviceId, cause: EventId) -> bool:
        times = self._state.commanded.get(device)
        if times is None:
            return True
        now_us = self._state.now_us
        for rate in self.envelope.rates(device):
            if len(times) >= rate.commands and times[-rate.commands] > now_us - rate.per_us:
                # A while longer than needed, so that a device that is driven wild has some peace.
                over_us = times[-rate.commands] + rate.per_us
                until_us = max(over_us, now_us + rate.per_us // 4)
                self._derive(Slowed(rate.rule, device, until_us, rate.why), cause)
                return False
        return True

    def against_action(self, asked: Asked, cause: EventId) -> Event | None:
        """Hold back an action that a rule forbids; return the event that says so."""
        prop = property_id(asked.device, asked.endpoint, asked.action)
        rank = _RANKS.get(asked.owner.partition(":")[0], Priority.SCENE)
        if rank == Priority.SAFETY:
            return None
        wish = Claim(prop, asked.argument, rank, asked.owner, asked.why)
        verdict = self.envelope.against_action(wish) or self._too_old(wish, cause)
        if verdict is None and not (
            asked.device not in self._state.slowed and self._in_pace(asked.device, cause)
        ):
            verdict = Verdict("pace", "the device was asked too often")
        if verdict is None:
            return None
        return self._withhold(wish, verdict, cause, asked=cause)

    # people

    def confirmable(self, what: Confirmed, source: str, at_us: int) -> Held | None:
        """Return what `source` may confirm at `at_us`; None if there is nothing such by then."""
        held = self._state.held.get(what.withheld)
        if held is None or not held.what.confirm or at_us >= held.what.until_us:
            return None
        if not may_confirm(role_of(source, self._state.home), held.what.confirm):
            return None
        return held
