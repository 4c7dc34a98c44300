"""What a property needs, and how a command runs its course."""

import pytest

from hubd.core.engine import Core
from hubd.core.reconciler import Need, Policy, need
from hubd.core.shadow import Pending, Shadow
from hubd.core.state import State
from hubd.model.claim import Claim, Priority
from hubd.model.command import Command, Outcome
from hubd.model.events import (
    Adopted,
    Answered,
    Availability,
    Claimed,
    Commanded,
    Event,
    Forgotten,
    Released,
    Reported,
    Settled,
)
from hubd.model.ids import DeviceId, EventId
from hubd.model.instant import MINUTE_US, SECOND_US
from hubd.model.value import Value
from hubd.model.vocabulary import term, typical
from tests.unit.core.homes import LEVEL, ON, ONE, Life, dimmer, lamp, of
from tests.unit.core.programs import compiled

LAMP = DeviceId("lamp")
NOW_US = 1_000 * SECOND_US
POLICY = Policy()


def shadow(name: str = ON, *, writable: bool = True) -> Shadow:
    return Shadow(of("lamp", name), typical(name, writable=writable), LAMP, ONE, known=True)


def waiting(it: Shadow, value: Value) -> Pending:
    return Pending(Command(it.device, it.endpoint, it.property.name, value, NOW_US), EventId(7))


def needed(it: Shadow, *others: Shadow, unreachable: bool = False) -> Need:
    state = State(now_us=NOW_US, shadows={s.id: s for s in (it, *others)})
    if unreachable:
        state.unreachable[LAMP] = "test"
    return need(state, it, POLICY)


def test_what_nobody_wishes_needs_nothing() -> None:
    assert needed(shadow()) is Need.NOTHING


def test_what_is_as_desired_needs_nothing() -> None:
    it = shadow()
    it.reported = it.desired = True
    assert needed(it) is Need.NOTHING


def test_what_is_nearly_as_desired_needs_nothing() -> None:
    it = shadow(LEVEL)
    it.reported, it.desired = 40.0, 40.0 + it.property.tolerance
    assert needed(it) is Need.NOTHING


def test_what_differs_needs_a_command() -> None:
    it = shadow()
    it.reported, it.desired = False, True
    assert needed(it) is Need.COMMAND


def test_what_was_never_reported_needs_a_command() -> None:
    it = shadow()
    it.known, it.desired = False, True
    assert needed(it) is Need.COMMAND


def test_what_is_on_its_way_needs_nothing_more() -> None:
    it = shadow()
    it.reported, it.desired = False, True
    it.pending = waiting(it, value=True)
    assert needed(it) is Need.NOTHING


def test_what_is_on_its_way_elsewhere_needs_a_newer_command_whatever_was_reported() -> None:
    it = shadow()
    it.reported = it.desired = False
    it.pending = waiting(it, value=True)
    assert needed(it) is Need.COMMAND


def test_what_is_on_its_way_and_wished_no_more_is_withdrawn() -> None:
    it = shadow()
    it.pending = waiting(it, value=True)
    assert needed(it) is Need.WITHDRAWAL


def test_what_is_out_of_reach_is_not_commanded() -> None:
    it = shadow()
    it.reported, it.desired = False, True
    assert needed(it, unreachable=True) is Need.NOTHING
    it.pending = waiting(it, value=False)
    assert needed(it, unreachable=True) is Need.WITHDRAWAL


def test_what_can_only_be_read_is_not_commanded() -> None:
    it = shadow(writable=False)
    it.reported, it.desired = False, True
    assert needed(it) is Need.NOTHING


@pytest.mark.parametrize(
    ("reported", "desired", "what"),
    [
        (False, None, Need.NOTHING),
        (True, None, Need.COMMAND),
        (None, None, Need.COMMAND),
        (False, True, Need.COMMAND),
        (True, False, Need.NOTHING),
    ],
)
def test_a_level_is_commanded_only_where_the_lamp_is_or_is_to_be_on(
    reported: Value, desired: Value, what: Need
) -> None:
    gate, level = shadow(), shadow(LEVEL)
    gate.reported, gate.desired = reported, desired
    level.gate, level.reported, level.desired = gate.id, 90.0, 40.0
    assert needed(level, gate) is what


def test_what_was_given_up_is_left_alone_for_a_while() -> None:
    it = shadow()
    it.reported, it.desired = False, True
    it.given_up_us = NOW_US - POLICY.retry_after_us + 1
    assert needed(it) is Need.NOTHING
    it.given_up_us -= 1
    assert needed(it) is Need.COMMAND


# the course of a command


def asked(life: Life, value: Value = True, owner: str = "scene:a") -> list[Event]:
    return life.fold(Claimed((Claim(of("lamp"), value, Priority.SCENE, owner),)))


def furnished(core: Core | None = None) -> Life:
    life = Life(core)
    life.fold(Adopted(lamp()))
    life.fold(Reported(of("lamp"), value=False))
    return life


def sent(events: list[Event]) -> list[tuple[Value, int]]:
    return [
        (e.what.command.value, e.what.command.attempt)
        for e in events
        if isinstance(e.what, Commanded)
    ]


def settled(events: list[Event]) -> list[Outcome]:
    return [e.what.outcome for e in events if isinstance(e.what, Settled)]


def test_a_report_as_asked_confirms_and_is_caused_by_the_command() -> None:
    life = furnished()
    command = asked(life)[-1]
    report, outcome = life.fold(Reported(of("lamp"), value=True))
    assert report.cause == command.id
    assert outcome.what == Settled(command.id, Outcome.CONFIRMED)


def test_a_report_of_something_else_leaves_a_command_waiting() -> None:
    life = furnished()
    asked(life)
    assert settled(life.fold(Reported(of("lamp"), value=False))) == []


def test_a_newer_wish_supersedes_a_command_that_waits() -> None:
    life = furnished()
    asked(life)
    events = life.fold(Released("scene:a"))
    assert settled(events) == [Outcome.SUPERSEDED]
    assert sent(events) == [(False, 1)]


def test_without_a_report_a_command_is_tried_three_times() -> None:
    life = furnished()
    asked(life)
    patience_us = term(ON).patience_us
    assert sent(life.wait(patience_us)) == [(True, 2)]
    assert sent(life.wait(patience_us)) == [(True, 3)]
    events = life.wait(10 * MINUTE_US)
    assert (sent(events), settled(events)) == ([], [Outcome.TIMED_OUT])


def test_a_refused_command_is_not_repeated_at_once() -> None:
    life = furnished()
    command = asked(life)[-1]
    events = life.fold(Answered(command.id, accepted=False, reason="locked"))
    assert (sent(events), settled(events)) == ([], [Outcome.REFUSED])
    life.now_us += MINUTE_US
    assert sent(life.fold(Reported(of("lamp"), value=False))) == [(True, 1)]


def test_that_a_driver_took_a_command_does_not_confirm_it() -> None:
    life = furnished()
    command = asked(life)[-1]
    assert settled(life.fold(Answered(command.id, accepted=True))) == []


def test_a_command_to_a_device_that_fell_out_of_reach_is_not_repeated_until_it_is_back() -> None:
    life = furnished()
    asked(life)
    life.fold(Availability(LAMP, available=False))
    events = life.wait(MINUTE_US)
    assert (sent(events), settled(events)) == ([], [Outcome.TIMED_OUT])
    assert sent(life.fold(Availability(LAMP, available=True))) == [(True, 1)]


def test_a_command_to_a_device_that_left_is_refused() -> None:
    life = furnished()
    asked(life)
    assert settled(life.fold(Forgotten(LAMP))) == [Outcome.REFUSED]


def test_where_a_recording_is_played_fast_patience_is_that_of_the_wire() -> None:
    life = furnished(Core(compiled, policy=Policy(pace=100.0)))
    asked(life)
    assert life.wait(99 * term(ON).patience_us) == []
    assert sent(life.wait(term(ON).patience_us)) == [(True, 2)]


def test_a_level_that_follows_from_switching_on_is_no_hand() -> None:
    life = Life()
    life.fold(Adopted(dimmer()))
    life.fold(Reported(of("lamp"), value=False))
    life.fold(Reported(of("lamp", LEVEL), 10.0))
    asked(life)
    life.fold(Reported(of("lamp"), value=True))
    life.now_us += SECOND_US
    life.fold(Reported(of("lamp", LEVEL), 80.0))
    assert life.core.state.shadows[of("lamp", LEVEL)].claims == ()


def test_a_late_echo_of_an_older_command_is_no_hand() -> None:
    life = furnished()
    asked(life)
    life.fold(Released("scene:a"))
    life.fold(Reported(of("lamp"), value=False))
    life.now_us += SECOND_US
    life.fold(Reported(of("lamp"), value=True))
    assert life.core.state.shadows[of("lamp")].claims == ()
