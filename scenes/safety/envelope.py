"""Safety rules in a home: what they have against a claim or an action."""

from collections.abc import Iterator, Sequence
from typing import Self, final

from msgspec import Struct

from hubd.core.arbiter import Claims
from hubd.core.home import Home
from hubd.core.safety import Freshness, Rate, Verdict, role_of
from hubd.model.claim import Claim, Priority
from hubd.model.ids import DeviceId, PropertyId, property_id
from scenes.safety.bars import Span
from scenes.safety.language import Rule, Whose
from scenes.safety.risks import Risk
from scenes.safety.words import rule_words

_SCENE, _HAND = frozenset({Whose.SCENE}), frozenset({Whose.HAND})
_BY_RANK = {
    Priority.PREDICTION: frozenset({Whose.PREDICTION}),
    Priority.PLAN: frozenset({Whose.PLAN}),
    Priority.SCENE: _SCENE,
    Priority.HAND: _HAND,
}
_NOBODY: frozenset[Whose] = frozenset()
_ANY = Span(whole=True)


class Named(Struct, frozen=True):
    """A rule with the id and the reason that events tell."""

    id: str
    why: str
    said: Rule

    @classmethod
    def of(cls, rule: Rule, number: int) -> Self:
        """Return `rule`, called by its place where it has no name."""
        return cls(rule.id or f"rule_{number}", rule.why or rule_words(rule), rule)

    def verdict(self) -> Verdict:
        """Return what this rule says of what it is about."""
        said = self.said
        return Verdict(self.id, self.why, said.confirm, said.within if said.confirm else 0)


type _Bars = dict[PropertyId, list[tuple[Named, Span]]]


@final
class HomeEnvelope:
    """All rules in one home (hubd.core.safety.Envelope)."""

    def __init__(self, rules: Sequence[Named], risks: dict[str, Risk], home: Home) -> None:
        self._home = home
        self._bars: _Bars = {}
        self._deeds: _Bars = {}
        self._fresh = [rule for rule in rules if rule.said.older is not None]
        self._rates: list[tuple[Rate, frozenset[DeviceId] | None]] = []
        self._rates_of: dict[DeviceId, Sequence[Rate]] = {}
        for rule in rules:
            for prop, span in _forbidden(rule, risks, home):
                self._bars.setdefault(prop, []).append((rule, span))
            for action in _forbidden_deeds(rule, risks, home):
                self._deeds.setdefault(action, []).append((rule, _ANY))
            if rule.said.no_more is not None:
                limit, of = rule.said.no_more, rule.said.of
                found = of.find(home, None) if of is not None else None
                devices = frozenset(f.device.id for f in found) if found is not None else None
                rate = Rate(rule.id, rule.why, limit.commands, limit.per)
                self._rates.append((rate, devices))

    def minds(self, prop: PropertyId) -> bool:
        """Say whether any rule may have something against a claim on `prop`."""
        return prop in self._bars

    def against(self, claim: Claim, claims: Claims) -> Verdict | None:
        """Return what the rules have against `claim`, one of `claims`."""
        return self._against(self._bars.get(claim.property), claim, claims)

    def against_action(self, asked: Claim) -> Verdict | None:
        """Return what the rules have against an action."""
        return self._against(self._deeds.get(asked.property), asked, ())

    def _against(
        self, bars: Sequence[tuple[Named, Span]] | None, claim: Claim, claims: Claims
    ) -> Verdict | None:
        waiting: Verdict | None = None
        for rule, span in bars or ():
            if not span.has(claim.value) or rule.said.by.isdisjoint(self._whose(claim)):
                continue
            if rule.said.over and not self._stands_over(rule, claim, claims):
                continue
            if not rule.said.confirm:
                return rule.verdict()
            waiting = waiting or rule.verdict()
        return waiting

    def freshness(self, claim: Claim) -> Freshness | None:
        """Return how fresh the data must be that `claim` stands on: the strictest rule's word."""
        if not self._fresh:
            return None
        whose = self._whose(claim)
        about = [rule for rule in self._fresh if not rule.said.by.isdisjoint(whose)]
        if not about:
            return None
        rule = min(about, key=lambda r: r.said.older or 0)
        return Freshness(rule.id, rule.why, rule.said.older or 0)

    def rates(self, device: DeviceId) -> Sequence[Rate]:
        """Return how often a device may be commanded."""
        rates = self._rates_of.get(device)
        if rates is None:
            rates = tuple(rate for rate, of in self._rates if of is None or device in of)
            self._rates_of[device] = rates
        return rates

    def _whose(self, claim: Claim) -> frozenset[Whose]:
        word = _BY_RANK.get(claim.priority, _NOBODY)
        if word is _SCENE and claim.owner.startswith("scene:"):
            return word
        # A person sets the mode of the home with the rank of a scene, and is a person all the same.
        role = role_of(claim.owner, self._home) if word is _SCENE or word is _HAND else None
        return frozenset({Whose.PERSON, Whose(role.value)}) if role is not None else word

    def _stands_over(self, rule: Named, claim: Claim, claims: Claims) -> bool:
        for standing in claims:
            other = standing.claim
            if other.owner != claim.owner and not standing.withheld:
                of = self._whose(other) - {Whose.PERSON, Whose.HAND}
                if other.priority == Priority.HAND and not rule.said.over.isdisjoint(of):
                    return True
        return False


def _forbidden(
    rule: Named, risks: dict[str, Risk], home: Home
) -> Iterator[tuple[PropertyId, Span]]:
    for bar in rule.said.never:
        yield from bar.settle(home, risks)


def _forbidden_deeds(rule: Named, risks: dict[str, Risk], home: Home) -> Iterator[PropertyId]:
    for bar in rule.said.never:
        if not rule.said.over:
            yield from bar.actions(home, risks)
    for deed in rule.said.never_do:
        for found in deed.target.find(home, None):
            for action in found.endpoint.actions:
                if action.name in deed.names:
                    yield property_id(found.device.id, found.endpoint.id, action.name)
