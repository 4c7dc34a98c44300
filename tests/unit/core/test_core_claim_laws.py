"""The laws of claims: who wins, what comes back, and that a hand is never fought."""

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hubd.core import arbiter
from hubd.core.arbiter import Claims
from hubd.core.shadow import Shadow, Standing
from hubd.model.claim import Claim, Priority
from hubd.model.command import Outcome
from hubd.model.device import Device, DeviceType
from hubd.model.events import (
    Adopted,
    Availability,
    Claimed,
    Disputed,
    Event,
    Released,
    Reported,
    Settled,
    TimePassed,
)
from hubd.model.ids import DeviceId, EventId, PropertyId
from hubd.model.instant import HOUR_US, MINUTE_US, SECOND_US
from hubd.model.value import Value
from hubd.model.vocabulary import term, typical
from tests.unit.core.homes import LEVEL, ON, Life, commands, device, dimmer, lamp, of

LAMP = DeviceId("lamp")
LAMP_ON, LAMP_LEVEL = of("lamp"), of("lamp", LEVEL)

ranks = st.sampled_from(Priority)
beneath_a_hand = st.sampled_from([p for p in Priority if p < Priority.HAND])
stacks = st.lists(
    st.tuples(st.integers(0, 5), ranks, st.booleans()), min_size=1, max_size=8
)  # owner, priority, value


def home(it: Device, *reports: Reported) -> Life:
    """Return a life with one device that has reported."""
    life = Life()
    life.fold(Adopted(it))
    for report in reports:
        life.fold(report)
    return life


def switched(life: Life, owner: str, value: Value, priority: Priority, prop: PropertyId) -> None:
    """Lay a claim, and let an obedient device carry out what follows."""
    life.fold(Claimed((Claim(prop, value, priority, owner, "of a test"),)), owner)
    obey(life)


def obey(life: Life) -> None:
    """Report what is commanded, until nothing is."""
    while life.core.state.ledger:
        pending = next(iter(life.core.state.ledger.values()))
        life.now_us += 100_000
        life.fold(Reported(pending.command.property, pending.command.value))


def shadow(life: Life, prop: PropertyId = LAMP_ON) -> Shadow:
    return life.core.state.shadows[prop]


def told(events: Sequence[Event]) -> list[Value]:
    """Return the values that `events` command."""
    return [pending.command.value for pending in commands(events)]


def outcomes(events: Sequence[Event]) -> list[Outcome]:
    return [e.what.outcome for e in events if isinstance(e.what, Settled)]


# who wins


@given(st.lists(st.tuples(st.integers(0, 5), ranks), max_size=12))
def test_the_highest_priority_wins_and_within_it_the_newest(laid: list[tuple[int, int]]) -> None:
    stack: Claims = ()
    latest = dict[str, tuple[int, int]]()
    for event, (owner, priority) in enumerate(laid, start=1):
        claim = Claim(LAMP_ON, event, Priority(priority), f"owner:{owner}")
        stack = arbiter.lay(stack, Standing(claim, EventId(event)))
        latest[claim.owner] = (priority, event)
        assert stack[0].claim.value == max(latest.values())[1]
    assert [(s.claim.priority, s.event) for s in stack] == sorted(latest.values(), reverse=True)


@given(st.permutations([*Priority]))
def test_of_different_ranks_the_same_one_wins_whatever_the_order_of_arrival(
    order: list[Priority],
) -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    for priority in order:
        value = priority is Priority.SAFETY
        switched(life, f"owner:{priority}", value, priority, LAMP_ON)
    assert shadow(life).reported is True
    assert [s.claim.priority for s in shadow(life).claims] == sorted(Priority, reverse=True)


# what comes back


@given(stacks, st.booleans(), st.randoms(use_true_random=False))
def test_ending_a_claim_brings_back_what_lay_under_it(
    stack: list[tuple[int, Priority, bool]], rest: bool, order: Random
) -> None:
    life = home(lamp(), Reported(LAMP_ON, rest))
    for owner, priority, value in stack:
        switched(life, f"agent:{owner}", value, priority, LAMP_ON)
    rest_now = shadow(life).resting
    owners = sorted({f"agent:{owner}" for owner, _, _ in stack})
    order.shuffle(owners)
    for ending in owners:
        left = [s for s in shadow(life).claims if s.claim.owner != ending]
        life.fold(Released(ending))
        obey(life)
        assert list(shadow(life).claims) == left
        assert shadow(life).reported == (left[0].claim.value if left else rest_now)
    assert shadow(life).desired is None


@given(
    st.lists(st.tuples(st.integers(0, 5), beneath_a_hand, st.booleans()), min_size=1, max_size=8),
    st.booleans(),
)
def test_when_the_last_claim_ends_it_rests_where_it_rested_before(
    stack: list[tuple[int, Priority, bool]], rest: bool
) -> None:
    life = home(lamp(), Reported(LAMP_ON, rest))
    for owner, priority, value in stack:
        switched(life, f"agent:{owner}", value, priority, LAMP_ON)
    for owner, _, _ in stack:
        life.fold(Released(f"agent:{owner}"))
    obey(life)
    assert shadow(life).reported is rest


@given(st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=1, max_size=6))
def test_claims_that_end_by_time_bring_back_what_lay_under_them(
    stack: list[tuple[int, bool]],
) -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    start_us = life.now_us
    for nth, (lasts_s, value) in enumerate(stack):
        until_us = start_us + lasts_s * SECOND_US + 1
        claim = Claim(LAMP_ON, value, Priority.SCENE, f"scene:{nth}", "of a test", until_us)
        life.fold(Claimed((claim,)))
        life.fold(Reported(LAMP_ON, value))
    for _ in range(95):
        life.wait(SECOND_US)
        obey(life)
        stand = [
            value
            for lasts_s, value in stack
            if start_us + lasts_s * SECOND_US >= life.now_us - SECOND_US
        ]
        assert len(shadow(life).claims) <= len(stand) + 1
    assert shadow(life).claims == ()
    assert shadow(life).reported is False


def test_a_lamp_on_its_way_to_rest_does_not_take_the_way_for_its_rest() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    switched(life, "scene:a", True, Priority.SCENE, LAMP_ON)
    life.fold(Availability(LAMP, available=False))
    life.fold(Released("scene:a"))
    life.fold(Claimed((Claim(LAMP_ON, True, Priority.SCENE, "scene:b"),)))
    life.fold(Availability(LAMP, available=True))
    life.fold(Released("scene:b"))
    obey(life)
    assert shadow(life).reported is False


def test_a_claim_whose_end_has_passed_is_not_carried_out_late() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    late = Claim(LAMP_ON, True, Priority.SCENE, "scene:a", "of a test", life.now_us - 1)
    assert told(life.fold(Claimed((late,)))) == []
    assert shadow(life).claims == ()


def test_of_two_claims_of_one_owner_in_one_event_the_later_stands_until_its_own_end() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    short, long = (
        Claim(LAMP_ON, True, Priority.SCENE, "scene:a", "of a test", life.now_us + span_us)
        for span_us in (SECOND_US, HOUR_US)
    )
    life.fold(Claimed((short, long)))
    life.wait(MINUTE_US)
    assert [s.claim for s in shadow(life).claims] == [long]


def test_claims_of_one_owner_that_end_together_end_in_one_event() -> None:
    life = home(dimmer(), Reported(LAMP_ON, False), Reported(LAMP_LEVEL, 90.0))
    until_us = life.now_us + MINUTE_US
    wishes: dict[PropertyId, Value] = {LAMP_ON: True, LAMP_LEVEL: 30.0}
    life.fold(
        Claimed(
            tuple(Claim(p, v, Priority.SCENE, "scene:a", "", until_us) for p, v in wishes.items())
        )
    )
    obey(life)
    ended = life.wait(MINUTE_US)
    assert len([e for e in ended if isinstance(e.what, Released)]) == 1
    assert told(ended) == [False], "the lamp goes off; it does not flash at its old level first"


# a hand at the device


@given(
    st.booleans(),
    st.lists(
        st.tuples(st.integers(0, 30 * 60), beneath_a_hand, st.booleans()), min_size=1, max_size=10
    ),
)
def test_a_hand_is_never_fought_within_its_lease(
    hand: bool, wishes: list[tuple[int, Priority, bool]]
) -> None:
    life = home(lamp(), Reported(LAMP_ON, not hand))
    switched(life, "scene:before", not hand, Priority.SCENE, LAMP_ON)
    life.now_us += MINUTE_US
    lease_ends_us = life.now_us + term(ON).lease_us
    life.fold(Reported(LAMP_ON, hand))
    for after_s, priority, value in wishes:
        life.wait(after_s * SECOND_US)
        if life.now_us >= lease_ends_us:
            return
        events = life.fold(Claimed((Claim(LAMP_ON, value, priority, f"scene:{priority}"),)))
        events += life.fold(Reported(LAMP_ON, hand))
        assert told(events) == []
        assert shadow(life).desired is hand
    assert told([e for e in life.log if e.at_us > lease_ends_us - term(ON).lease_us]) == []


def test_when_the_lease_of_a_hand_is_over_what_lay_under_it_comes_back() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    switched(life, "scene:a", True, Priority.SCENE, LAMP_ON)
    life.now_us += MINUTE_US
    life.fold(Reported(LAMP_ON, False))
    assert told(life.wait(term(ON).lease_us - SECOND_US)) == []
    assert told(life.wait(2 * SECOND_US)) == [True]


def test_a_hand_on_what_nobody_claims_stays_when_its_lease_is_over() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    life.fold(Reported(LAMP_ON, True))
    assert shadow(life).claims[0].claim.owner == "hand:lamp"
    assert told(life.wait(2 * term(ON).lease_us)) == []
    assert shadow(life).claims == ()


def test_a_safety_claim_beats_a_hand() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    life.fold(Reported(LAMP_ON, True))
    assert told(life.fold(Claimed((Claim(LAMP_ON, False, Priority.SAFETY, "safety:a"),)))) == [
        False
    ]


def test_a_hand_that_undoes_what_is_safe_is_put_right_at_once() -> None:
    life = home(lamp(), Reported(LAMP_ON, True))
    switched(life, "safety:a", False, Priority.SAFETY, LAMP_ON)
    life.now_us += MINUTE_US
    assert told(life.fold(Reported(LAMP_ON, True))) == [False]


def test_the_newer_of_two_hands_wins() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    switched(life, "person:ann", True, Priority.HAND, LAMP_ON)
    life.now_us += MINUTE_US
    life.fold(Reported(LAMP_ON, False))
    assert shadow(life).desired is False
    switched(life, "person:ann", True, Priority.HAND, LAMP_ON)
    assert shadow(life).reported is True


def test_a_hand_at_the_switch_is_heard_right_after_a_command_to_the_level() -> None:
    life = home(dimmer(), Reported(LAMP_ON, True), Reported(LAMP_LEVEL, 90.0))
    switched(life, "scene:a", True, Priority.SCENE, LAMP_ON)
    switched(life, "scene:a", 30.0, Priority.SCENE, LAMP_LEVEL)
    life.now_us += SECOND_US
    life.fold(Reported(LAMP_ON, False))
    life.wait(5 * MINUTE_US)
    assert told(life.fold(Reported(LAMP_ON, False))) == []


# devices that do not obey


@given(st.integers(1, 200), st.integers(0, 9))
def test_a_device_that_keeps_undoing_is_disputed_not_fought_for_ever(
    tries: int, after_s: int
) -> None:
    life = home(lamp(), Reported(LAMP_ON, True))
    life.fold(Claimed((Claim(LAMP_ON, False, Priority.SAFETY, "safety:a"),)))
    start_us = life.now_us
    for _ in range(tries):
        life.fold(Reported(LAMP_ON, False))
        life.wait(after_s * SECOND_US)
        life.fold(Reported(LAMP_ON, True))
    minutes = (life.now_us - start_us) // MINUTE_US
    assert len(told(life.log)) <= 3 * (minutes + 1) + 1
    if tries >= 4:
        assert any(isinstance(e.what, Disputed) for e in life.log)


@given(st.lists(st.integers(1, 120), min_size=1, max_size=60))
def test_a_device_that_never_answers_is_tried_three_times_and_then_once_a_minute_at_most(
    gaps_s: list[int],
) -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    life.fold(Claimed((Claim(LAMP_ON, True, Priority.SCENE, "scene:a"),)))
    start_us = life.now_us
    for gap_s in gaps_s:
        life.wait(gap_s * SECOND_US)
        life.fold(Reported(LAMP_ON, False))
    life.wait(MINUTE_US)
    minutes = (life.now_us - start_us) // MINUTE_US
    assert len(told(life.log)) <= 3 * (minutes + 1)
    assert set(outcomes(life.log)) == {Outcome.TIMED_OUT}


def test_a_lamp_that_was_out_of_reach_is_put_right_when_it_returns() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    life.fold(Availability(LAMP, available=False))
    claimed = life.fold(Claimed((Claim(LAMP_ON, True, Priority.SCENE, "scene:a"),)))
    assert told(claimed) == []
    assert told(life.fold(Availability(LAMP, available=True))) == [True]


def test_a_lamp_that_forgot_itself_while_away_is_put_right_by_its_retained_report() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    switched(life, "scene:a", True, Priority.SCENE, LAMP_ON)
    assert told(life.fold(Reported(LAMP_ON, False, restored=True))) == [True]
    assert [s.claim.owner for s in shadow(life).claims] == ["scene:a"]


def test_a_command_that_cannot_be_kept_because_the_device_changed_is_taken_back() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    life.fold(Claimed((Claim(LAMP_ON, True, Priority.SCENE, "scene:a"),)))
    told_no_more = device("lamp", DeviceType.ON_OFF_LIGHT, typical(ON))
    assert outcomes(life.fold(Adopted(told_no_more))) == [Outcome.SUPERSEDED]
    assert told(life.wait(MINUTE_US)) == []


# lamps that are off


@given(st.lists(st.sampled_from((10.0, 50.0, 80.0)), min_size=1, max_size=6))
def test_a_level_is_not_sent_to_a_lamp_that_is_off_until_it_is_on(levels: list[float]) -> None:
    life = home(dimmer(), Reported(LAMP_ON, False), Reported(LAMP_LEVEL, 100.0))
    for level in levels:
        life.fold(Claimed((Claim(LAMP_LEVEL, level, Priority.SCENE, "scene:a"),)))
        life.wait(MINUTE_US)
    assert told(life.log) == []
    assert told(life.fold(Reported(LAMP_ON, True))) == [levels[-1]]


@given(st.lists(st.booleans(), max_size=6))
def test_releasing_a_level_never_turns_a_lamp_on(switchings: list[bool]) -> None:
    life = home(dimmer(), Reported(LAMP_ON, False), Reported(LAMP_LEVEL, 100.0))
    life.fold(Claimed((Claim(LAMP_LEVEL, 40.0, Priority.SCENE, "scene:a"),)))
    for on in (*switchings, False):
        life.now_us += 10 * SECOND_US
        life.fold(Reported(LAMP_ON, on))
        obey(life)
    life.now_us += 10 * SECOND_US
    assert told(life.fold(Released("scene:a"))) == []
    life.wait(3 * HOUR_US)
    assert all(p.command.name == LEVEL for p in commands(life.log))


def test_a_lamp_whose_state_was_lost_gets_its_level_once_it_is_known_to_be_on() -> None:
    life = home(dimmer(), Reported(LAMP_ON, False), Reported(LAMP_LEVEL, 100.0))
    life.fold(Claimed((Claim(LAMP_LEVEL, 40.0, Priority.SCENE, "scene:a"),)))
    life.fold(Reported(LAMP_ON, None))
    assert told(life.fold(Reported(LAMP_ON, True))) == [40.0]


def test_a_level_on_its_way_is_taken_back_when_the_lamp_goes_off() -> None:
    life = home(dimmer(), Reported(LAMP_ON, True), Reported(LAMP_LEVEL, 100.0))
    life.fold(Claimed((Claim(LAMP_LEVEL, 40.0, Priority.SCENE, "scene:a"),)))
    assert Outcome.SUPERSEDED in outcomes(life.fold(Reported(LAMP_ON, False)))
    assert told(life.wait(MINUTE_US)) == []


def test_time_alone_commands_nothing_where_all_is_as_desired() -> None:
    life = home(lamp(), Reported(LAMP_ON, False))
    switched(life, "scene:a", True, Priority.SCENE, LAMP_ON)
    for _ in range(10):
        life.now_us += HOUR_US
        assert [type(e.what) for e in life.fold(TimePassed())] == [TimePassed]
