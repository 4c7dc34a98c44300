"""Commands that take their time, wishes that came too late, and logs that a crash cut short."""

import pytest
from msgspec.structs import replace

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.core.resume import resume
from hubd.model.claim import Claim, Priority
from hubd.model.command import Command, Outcome
from hubd.model.device import Device, DeviceType
from hubd.model.events import (
    Adopted,
    Availability,
    Claimed,
    Commanded,
    Event,
    Reported,
    Settled,
)
from hubd.model.ids import DeviceId, PropertyId
from hubd.model.instant import HOUR_US, MINUTE_US, SECOND_US
from hubd.model.value import Value
from hubd.model.vocabulary import term, typical
from tests.unit.core.homes import LEVEL, ON, Life, device, of
from tests.unit.core.programs import compiled

LOCKED = "DoorLock.locked"


def slow_lamp() -> Device:
    """Return a dimmer that can be told to take its time."""
    able = [replace(typical(name, writable=True), transition=True) for name in (ON, LEVEL)]
    return device("lamp", DeviceType.DIMMABLE_LIGHT, *able)


def lit(level: float = 10.0) -> Life:
    """Return a home with a lamp that is on."""
    life = Life()
    life.fold(Adopted(slow_lamp()))
    life.fold(Reported(of("lamp"), value=True))
    life.fold(Reported(of("lamp", LEVEL), level))
    return life


def wish(
    prop: PropertyId, value: Value, over_us: int = 0, rank: Priority = Priority.SCENE
) -> Claimed:
    return Claimed((Claim(prop, value, rank, f"test:{rank}", over_us=over_us),))


def commands(events: list[Event]) -> list[Command]:
    return [e.what.command for e in events if isinstance(e.what, Commanded)]


def outcomes(events: list[Event]) -> list[Outcome]:
    return [e.what.outcome for e in events if isinstance(e.what, Settled)]


def test_a_command_waits_for_as_long_as_the_device_is_to_take() -> None:
    life = lit()
    (command,) = commands(life.fold(wish(of("lamp", LEVEL), 60.0, 5 * MINUTE_US)))
    assert command.over_us == 5 * MINUTE_US
    assert command.deadline_us == life.now_us + 5 * MINUTE_US + term(LEVEL).patience_us
    assert life.wait(5 * MINUTE_US) == []


def test_what_cannot_take_its_time_is_told_at_once() -> None:
    life = Life()
    life.fold(Adopted(device("lamp", DeviceType.ON_OFF_LIGHT, typical(ON, writable=True))))
    (command,) = commands(life.fold(wish(of("lamp"), True, 5 * MINUTE_US)))
    assert command.over_us == 0


def test_what_is_reported_on_the_way_is_neither_a_hand_nor_a_confirmation() -> None:
    life = lit()
    life.fold(wish(of("lamp", LEVEL), 60.0, MINUTE_US))
    for level in (20.0, 35.0, 34.0, 50.0):
        life.now_us += 10 * SECOND_US
        events = life.fold(Reported(of("lamp", LEVEL), level))
        assert len(events) == 1, "the report alone"
    assert outcomes(life.fold(Reported(of("lamp", LEVEL), 60.0))) == [Outcome.CONFIRMED]


def test_a_lamp_that_tells_its_goal_first_may_tell_the_way_to_it_later() -> None:
    life = lit()
    life.fold(wish(of("lamp", LEVEL), 60.0, MINUTE_US))
    assert outcomes(life.fold(Reported(of("lamp", LEVEL), 60.0))) == [Outcome.CONFIRMED]
    life.now_us += 10 * SECOND_US
    assert len(life.fold(Reported(of("lamp", LEVEL), 30.0))) == 1


def test_a_lamp_that_is_off_begins_at_nothing() -> None:
    life = lit(100.0)
    life.fold(Reported(of("lamp"), value=False, restored=True))
    claims = tuple(
        Claim(of("lamp", name), value, Priority.SCENE, "scene:a", over_us=MINUTE_US)
        for name, value in ((ON, True), (LEVEL, 40.0))
    )
    life.fold(Claimed(claims))
    life.fold(Reported(of("lamp"), value=True))
    life.now_us += 20 * SECOND_US
    assert len(life.fold(Reported(of("lamp", LEVEL), 12.0))) == 1


@pytest.mark.parametrize("level", [90.0, 1.0])
def test_a_hand_during_a_transition_is_a_hand(level: float) -> None:
    life = lit()
    life.fold(wish(of("lamp", LEVEL), 60.0, 5 * MINUTE_US))
    life.fold(Reported(of("lamp", LEVEL), 30.0))
    life.now_us += 10 * SECOND_US
    events = life.fold(Reported(of("lamp", LEVEL), level))
    assert outcomes(events) == [Outcome.SUPERSEDED]
    assert [c.value for c in commands(events)] == [level], "which ends the transition"
    (hand,) = (e.what.claims for e in events if isinstance(e.what, Claimed))
    assert (hand[0].priority, hand[0].value) == (Priority.HAND, level)


# stale


def locked(name: str = LOCKED) -> Life:
    """Return a home with a lock that is out of reach."""
    life = Life()
    life.fold(Adopted(device("lock", DeviceType.DOOR_LOCK, typical(name, writable=True))))
    life.fold(Reported(of("lock", name), value=True))
    life.fold(Availability(DeviceId("lock"), available=False))
    return life


def back(life: Life) -> list[Command]:
    return commands(life.fold(Availability(DeviceId("lock"), available=True)))


def test_a_lock_is_not_opened_by_a_wish_from_hours_ago() -> None:
    life = locked()
    life.fold(wish(of("lock", LOCKED), False))
    life.wait(HOUR_US)
    assert back(life) == []
    assert commands(life.fold(Reported(of("lock", LOCKED), True, restored=True))) == []


def test_a_lock_is_opened_by_a_wish_from_a_minute_ago() -> None:
    life = locked()
    life.fold(wish(of("lock", LOCKED), False))
    life.wait(MINUTE_US)
    assert [c.value for c in back(life)] == [False]


def test_a_wish_that_is_said_anew_is_meant() -> None:
    life = locked()
    life.fold(wish(of("lock", LOCKED), False))
    life.wait(HOUR_US)
    assert back(life) == []
    assert [c.value for c in commands(life.fold(wish(of("lock", LOCKED), False)))] == [False]


def test_safety_is_meant_however_late() -> None:
    life = locked()
    life.fold(wish(of("lock", LOCKED), False, rank=Priority.SAFETY))
    life.wait(HOUR_US)
    assert [c.value for c in back(life)] == [False]


def test_a_lamp_follows_what_is_desired_however_late() -> None:
    life = locked(ON)
    life.fold(wish(of("lock"), False))
    life.wait(24 * HOUR_US)
    assert [c.value for c in back(life)] == [False]


def test_what_failed_while_the_hub_was_off_for_long_is_not_tried_again() -> None:
    life = locked()
    back(life)
    life.fold(wish(of("lock", LOCKED), False))
    life.now_us += HOUR_US
    assert commands(life.wait(MINUTE_US)) == []


def test_claims_that_end_together_do_not_come_up_one_after_the_other() -> None:
    life = locked()
    back(life)
    until_us = life.now_us + MINUTE_US
    for rank, value in ((Priority.SCENE, False), (Priority.HAND, True)):
        claim = Claim(of("lock", LOCKED), value, rank, f"test:{rank}", until_us=until_us)
        life.fold(Claimed((claim,)))
    life.fold(Reported(of("lock", LOCKED), value=True))
    assert commands(life.wait(HOUR_US)) == [], "it never was to be unlocked"


# a log that a crash cut short


def test_each_prefix_of_a_log_goes_on_as_the_whole_one_did() -> None:
    life = lit()
    base = snapshot.encode(life.core.state)
    tail = life.fold(wish(of("lamp", LEVEL), 60.0))
    for kept in range(1, len(tail) + 1):
        core, lacking = resume(compiled, snapshot.decode(base), tail[:kept])
        assert lacking == tail[kept:]
        assert core.state == life.core.state


def test_what_the_log_tells_otherwise_than_it_would_be_decided_now_stays_as_it_is() -> None:
    life = lit()
    base = snapshot.encode(life.core.state)
    first, second = life.fold(wish(of("lamp", LEVEL), 60.0))
    assert isinstance(second.what, Commanded)
    otherwise = replace(second, what=Commanded(replace(second.what.command, value=61.0)))
    core, lacking = resume(compiled, snapshot.decode(base), [first, otherwise])
    assert lacking == []
    assert [p.command.value for p in core.state.ledger.values()] == [61.0]


def test_an_empty_log_is_an_empty_home() -> None:
    core, lacking = resume(compiled, None, [])
    assert (core.state, lacking) == (Core(compiled).state, [])
