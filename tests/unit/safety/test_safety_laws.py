"""The laws of safety, on random homes, claims, rules, times and restarts.

What is forbidden is checked here by itself, from the log alone: nothing of the rules' own room is
asked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.core.safety import RulesCompiler
from hubd.core.state import State
from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import (
    Admitted,
    Claimed,
    Commanded,
    Confirmed,
    Event,
    Input,
    PersonSet,
    Released,
    Reported,
    SafetyRevised,
    TimePassed,
    Withheld,
)
from hubd.model.home import Person, Role
from hubd.model.ids import EventId, PersonId, PropertyId
from hubd.model.instant import MINUTE_US, SECOND_US
from scenes.compiler import compile_scene
from scenes.safety.compiler import compile_rules
from tests.unit.scenes.lab import Lab

PLUG, LAMP, LOCK = (
    PropertyId("plug/1/OnOff.on"),
    PropertyId("lamp/1/OnOff.on"),
    PropertyId("lock/1/DoorLock.locked"),
)
OWNERS = {
    "habit:a": Priority.PREDICTION,
    "agent:a": Priority.PLAN,
    "scene:a": Priority.SCENE,
    "scene:b": Priority.SCENE,
    "person:ann": Priority.HAND,
    "person:tim": Priority.HAND,
}
RULES = (
    "{name: a, never: {all locks: unlocked}, by: [prediction, plan]}",
    "{name: b, never: {all locks: unlocked}, by: scene, confirm: person, within: 5 min}",
    "{name: c, never: {lamp: on}, by: guest}",
    "{name: d, at most: {on: plug, for: 10 min, of: 30 min}}",
    "{name: e, no more than: {commands: 5, per: 1 min}}",
    "{name: f, never: {high risk: set}, by: guest, over: owner}",
    "{name: g, never: {lamp: off}, by: anyone}",
)


class Step(Struct, frozen=True):
    """Something happens, `after_s` the step before."""

    after_s: int
    what: str
    owner: str = ""
    prop: PropertyId = PLUG
    value: bool = True
    rules: frozenset[int] = frozenset()


props = st.sampled_from((PLUG, LAMP, LOCK))
waits = st.sampled_from((0, 1, 5, 20, 61, 300, 601, 1300))
rule_sets = st.frozensets(st.integers(0, len(RULES) - 1), min_size=2)
steps = st.lists(
    st.one_of(
        st.builds(
            Step, waits, st.just("claim"), st.sampled_from(list(OWNERS)), props, st.booleans()
        ),
        st.builds(
            Step, waits, st.just("claim"), st.sampled_from(list(OWNERS)), props, st.booleans()
        ),
        st.builds(Step, waits, st.just("release"), st.sampled_from(list(OWNERS)), props),
        st.builds(Step, waits, st.just("obey")),
        st.builds(Step, waits, st.just("touch"), prop=props, value=st.booleans()),
        st.builds(Step, waits, st.just("confirm"), st.sampled_from(("person:ann", "person:tim"))),
        st.builds(Step, waits, st.just("storm"), st.sampled_from(list(OWNERS)), props),
        st.builds(Step, waits, st.just("doubt")),
        st.builds(Step, waits, st.just("rules"), rules=rule_sets),
    ),
    min_size=15,
    max_size=50,
)


def text(rules: Iterable[int]) -> str:
    chosen = [RULES[n] for n in sorted(rules)]
    return "rules: [" + ", ".join(chosen) + "]" if chosen else ""


class World:
    """A home of three devices under rules, and its log."""

    def __init__(
        self,
        rules: Iterable[int],
        compiler: RulesCompiler | None = compile_rules,
        *,
        obedient: bool = False,
    ) -> None:
        lab = Lab()
        lab.core = Core(compile_scene, lab.core.state, rules=compiler)
        self.obedient = obedient
        lab.device("plug", DeviceType.ON_OFF_PLUG)
        lab.device("lamp", DeviceType.ON_OFF_LIGHT)
        lab.device("lock", DeviceType.DOOR_LOCK)
        lab.tell(PersonSet(Person(PersonId("ann"), "Ann", Role.OWNER)))
        lab.tell(PersonSet(Person(PersonId("tim"), "Tim", Role.GUEST)))
        lab.tell(Reported(PLUG, value=False))
        lab.tell(Reported(LAMP, value=True))
        lab.tell(Reported(LOCK, value=True))
        lab.tell(SafetyRevised(text(rules)))
        self.lab = lab
        self.rules = frozenset(rules)
        self.entries: list[tuple[Input, int, str]] = []
        self.log: list[Event] = []

    def live(self, made: Iterable[Step]) -> "World":
        for step in made:
            self._wait(step.after_s)
            for what, source in self._meant(step):
                self._fold(what, source)
        return self

    def _wait(self, seconds: int) -> None:
        lab, until_us = self.lab, self.lab.now_us + seconds * SECOND_US
        while (due_us := lab.core.next_due_us) is not None and due_us <= until_us:
            lab.now_us = max(lab.now_us, due_us)
            self._fold(TimePassed(), "hub")
        lab.now_us = until_us

    def _fold(self, what: Input, source: str) -> None:
        self.entries.append((what, self.lab.now_us, source))
        self.log += self.lab.core.fold(what, self.lab.now_us, source)
        if self.obedient and not isinstance(what, Reported):
            for pending in list(self.lab.core.state.ledger.values()):
                self._fold(Reported(pending.command.property, pending.command.value), "driver:test")

    def _meant(self, step: Step) -> Iterator[tuple[Input, str]]:  # noqa: C901 - a case a kind
        state = self.lab.core.state
        match step.what:
            case "claim":
                claim = Claim(step.prop, step.value, OWNERS[step.owner], step.owner, "of a test")
                yield Claimed((claim,)), step.owner
            case "release":
                yield Released(step.owner, "", (step.prop,)), step.owner
            case "touch":
                yield Reported(step.prop, step.value), "driver:test"
            case "storm":
                for nth in range(8):
                    rank = OWNERS[step.owner]
                    claim = Claim(step.prop, nth % 2 == 0, rank, step.owner, "of a storm")
                    yield Claimed((claim,)), step.owner
            case "doubt":
                # A scene wishes what waits for a person, who may have other wishes.
                yield (
                    Claimed((Claim(LOCK, value=False, priority=Priority.SCENE, owner="scene:a"),)),
                    "test",
                )
            case "confirm":
                for event in [event for event, held in state.held.items() if held.what.confirm]:
                    yield Confirmed(event), step.owner
            case "rules":
                yield SafetyRevised(text(step.rules)), "test"
            case "obey":
                for pending in list(state.ledger.values()):
                    yield Reported(pending.command.property, pending.command.value), "driver:test"
            case _:
                pass


# the checker: reads the log, and knows the rules by heart


class Checker:
    """Follows who claims what and who confirmed, and objects to commands that a rule forbids."""

    def __init__(self, rules: frozenset[int]) -> None:
        self.rules = rules
        self.claims: dict[tuple[PropertyId, str], Claim] = {}
        self.withheld: dict[EventId, Withheld] = {}
        self.confirmed: set[tuple[PropertyId, str]] = set()
        self.held: set[tuple[PropertyId, str]] = set()
        self.times: dict[str, list[int]] = {}

    def read(self, events: Iterable[Event]) -> None:
        for event in events:
            self._read(event)

    def _read(self, event: Event) -> None:  # noqa: C901 - a case a kind
        match event.what:
            case SafetyRevised(source):
                self.rules = frozenset(n for n, rule in enumerate(RULES) if rule in source)
            case Claimed(claims):
                for claim in claims:
                    key = (claim.property, claim.owner)
                    old = self.claims.get(key)
                    if old is not None and old.value != claim.value:
                        self.confirmed.discard(key)
                    self.held.discard(key)
                    self.claims[key] = claim
            case Released(owner, _, properties):
                for prop in properties:
                    self.claims.pop((prop, owner), None)
                    self.confirmed.discard((prop, owner))
                    self.held.discard((prop, owner))
            case Withheld() as what:
                self.withheld[event.id] = what
                self.held.add((what.property, what.owner))
            case Admitted(prop, owner):
                self.held.discard((prop, owner))
            case Confirmed(of):
                what = self.withheld[of]
                assert event.source == "person:ann", "a guest may not confirm"
                assert event.at_us < what.until_us, "stale intent never fires"
                self.confirmed.add((what.property, what.owner))
                self.held.discard((what.property, what.owner))
            case Commanded(command):
                self._command(command.property, command.value, event.at_us)
            case _:
                pass

    def _command(self, prop: PropertyId, value: object, at_us: int) -> None:
        standing = [c for (p, _), c in self.claims.items() if p == prop]
        if any(c.priority == Priority.SAFETY for c in standing):
            (safety,) = (c for c in standing if c.priority == Priority.SAFETY)
            assert value == safety.value, "safety beats all"
            return
        # Where all wishes are held back it goes to its rest, which nobody wishes.
        free = [c for c in standing if (c.property, c.owner) not in self.held]
        willing = [c for c in free if c.value == value]
        if free:
            assert any(self._allowed(c, standing) for c in willing), (prop, value, standing)
        if 6 in self.rules and prop == LAMP:
            assert value is not False, "never, by anyone: not even on the way to a rest"
        if 4 in self.rules:
            times = self.times.setdefault(prop, [])
            times.append(at_us)
            recent = [t for t in times if t > at_us - MINUTE_US]
            assert len(recent) <= 5, "a relay wears out"

    def _allowed(self, claim: Claim, standing: list[Claim]) -> bool:
        unlocks = claim.property == LOCK and claim.value is False
        guest = claim.owner == "person:tim"
        if 0 in self.rules and unlocks and claim.priority <= Priority.PLAN:
            return False
        if 1 in self.rules and unlocks and claim.priority == Priority.SCENE:
            return (claim.property, claim.owner) in self.confirmed
        if 2 in self.rules and claim.property == LAMP and claim.value is True and guest:
            return False
        owner_stands = any(c.owner == "person:ann" for c in standing)
        return not (5 in self.rules and claim.property == LOCK and guest and owner_stands)


@given(rule_sets, steps)
@settings(max_examples=300, deadline=None)
def test_no_command_ever_breaks_a_rule(rules: frozenset[int], made: list[Step]) -> None:
    world = World(rules).live(made)
    Checker(rules).read(world.log)


@given(rule_sets, steps, st.floats(0, 1))
@settings(deadline=None)
def test_a_restart_at_any_point_changes_nothing(
    rules: frozenset[int], made: list[Step], cut: float
) -> None:
    world = World(rules)
    start = snapshot.encode(world.lab.core.state)
    world.live(made)
    middle = int(cut * len(world.entries))
    before = Core(compile_scene, snapshot.decode(start), rules=compile_rules)
    first = [e for entry in world.entries[:middle] for e in before.fold(*entry)]
    refolded = Core(compile_scene, snapshot.decode(start), rules=compile_rules)
    refolded.restore(first)
    decoded = Core(
        compile_scene, snapshot.decode(snapshot.encode(before.state)), rules=compile_rules
    )
    assert refolded.state == before.state
    for again in (refolded, decoded):
        rest = [e for entry in world.entries[middle:] for e in again.fold(*entry)]
        assert first + rest == world.log
        assert again.state == world.lab.core.state


@given(rule_sets, steps)
@settings(deadline=None)
def test_without_rules_what_lay_under_them_is_followed(
    rules: frozenset[int], made: list[Step]
) -> None:
    world = World(rules).live(made)
    world.live([Step(0, "rules")])
    state: State = world.lab.core.state
    assert state.held == {}
    assert state.slowed == {}
    for shadow in state.shadows.values():
        assert not any(s.claim.owner.startswith("safety:") for s in shadow.claims)
        ranks = [(s.claim.priority, s.event) for s in shadow.claims]
        assert ranks == sorted(ranks, reverse=True)
        if shadow.claims:
            assert shadow.desired == shadow.claims[0].claim.value
            assert not shadow.claims[0].withheld


@given(steps)
@settings(deadline=None)
def test_what_is_limited_is_never_on_for_longer_in_any_window(made: list[Step]) -> None:
    world = World({3}, obedient=True)
    kept = [step for step in made if step.what in {"claim", "release"} and step.prop == PLUG]
    world.live([*kept, *([Step(60, "obey")] * 45)])
    stretches: list[tuple[int, int]] = []
    since_us: int | None = None
    for event in world.log:
        if isinstance(event.what, Reported) and event.what.property == PLUG:
            if event.what.value is True and since_us is None:
                since_us = event.at_us
            elif event.what.value is False and since_us is not None:
                stretches.append((since_us, event.at_us))
                since_us = None
    if since_us is not None:
        stretches.append((since_us, world.lab.now_us))
    for _, end_us in stretches:
        begin_us = end_us - 30 * MINUTE_US
        on_us = sum(max(0, min(b, end_us) - max(a, begin_us)) for a, b in stretches)
        assert on_us <= 10 * MINUTE_US


@pytest.mark.parametrize(
    ("rule", "made"),
    [
        (0, [Step(0, "claim", "habit:a", LOCK, value=False)]),
        (1, [Step(0, "claim", "scene:a", LOCK, value=False)]),
        (
            2,
            [
                Step(0, "touch", prop=LAMP, value=False),
                Step(9000, "claim", "person:tim", LAMP, value=True),
            ],
        ),
        (4, [Step(0, "claim", "person:ann", PLUG, value=n % 2 == 0) for n in range(12)]),
        (
            5,
            [
                Step(0, "claim", "person:ann", LOCK, value=True),
                Step(0, "claim", "person:tim", LOCK, value=False),
            ],
        ),
        (6, [Step(0, "claim", "scene:a", LAMP, value=False)]),
    ],
)
def test_the_checker_objects_where_no_rules_are_kept(rule: int, made: list[Step]) -> None:
    world = World({rule}, None, obedient=True).live(made)
    with pytest.raises(AssertionError):
        Checker(frozenset({rule})).read(world.log)
    kept = World({rule}, obedient=True).live(made)
    Checker(frozenset({rule})).read(kept.log)


def test_the_random_lives_are_lively_enough_to_prove_anything() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=150, derandomize=True, deadline=None, database=None)
    @given(rule_sets, steps)
    def live(rules: frozenset[int], made: list[Step]) -> None:
        seen.update(type(e.what).__name__ for e in World(rules).live(made).log)

    live()
    kinds = ("Withheld", "Admitted", "Confirmed", "Commanded", "Slowed", "Used")
    assert [kind for kind in kinds if seen[kind] < 5] == [], seen
