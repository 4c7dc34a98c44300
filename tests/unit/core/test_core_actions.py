"""Actions: asked once, tracked to their outcome, never repeated."""

from hypothesis import given

from hubd.model.command import Outcome
from hubd.model.device import Action, Device, DeviceType, Endpoint
from hubd.model.events import (
    Adopted,
    Answered,
    Asked,
    Availability,
    Commanded,
    Event,
    Forgotten,
    Settled,
)
from hubd.model.ids import DeviceId, EventId
from hubd.model.instant import HOUR_US, SECOND_US
from tests.unit.core.homes import ONE, Life, Moves, moves

BELL = DeviceId("bell")


def bell(*, name: str = "bell", rings: bool = True) -> Device:
    actions = (Action("Button.press"),) if rings else ()
    return Device(BELL, name, "test", (Endpoint(ONE, DeviceType.GENERIC, actions=actions),))


def asked() -> Asked:
    return Asked(BELL, ONE, "Button.press", "person:ann", "for fun")


def settled(events: list[Event]) -> list[tuple[EventId, Outcome]]:
    return [(e.what.command, e.what.outcome) for e in events if isinstance(e.what, Settled)]


def ringing() -> tuple[Life, EventId]:
    """Return a life in which the bell was asked to ring, and the id of the command."""
    life = Life()
    life.fold(Adopted(bell()))
    events = life.fold(asked())
    assert [type(e.what) for e in events] == [Asked, Commanded]
    return life, events[1].id


@given(moves)
def test_whatever_happens_an_asking_is_commanded_once_at_most(made: Moves) -> None:
    log = Life().live(made).log
    asked_for = {e.id for e in log if isinstance(e.what, Asked)}
    causes = [e.cause for e in log if isinstance(e.what, Commanded) and e.what.command.action]
    assert len(causes) == len(set(causes))
    assert asked_for.issuperset(causes)
    assert all(
        e.what.command.attempt == 1
        for e in log
        if isinstance(e.what, Commanded) and e.what.command.action
    )


def test_an_action_is_done_when_the_device_took_it() -> None:
    life, command = ringing()
    assert settled(life.fold(Answered(command, accepted=True))) == [(command, Outcome.CONFIRMED)]
    assert settled(life.fold(Answered(command, accepted=True))) == []


def test_an_action_that_was_refused_says_why() -> None:
    life, command = ringing()
    events = life.fold(Answered(command, accepted=False, reason="battery empty"))
    assert events[-1].what == Settled(command, Outcome.REFUSED, "battery empty")


def test_an_action_without_an_answer_times_out_and_is_not_tried_again() -> None:
    life, command = ringing()
    assert settled(life.wait(HOUR_US)) == [(command, Outcome.TIMED_OUT)]
    assert sum(isinstance(e.what, Commanded) for e in life.log) == 1


def test_an_action_is_refused_at_once_when_the_device_is_out_of_reach_or_unknown() -> None:
    life = Life()
    events = life.fold(asked())
    assert settled(events) == [(events[0].id, Outcome.REFUSED)]
    life.fold(Adopted(bell()))
    life.fold(Availability(BELL, available=False))
    events = life.fold(asked())
    assert settled(events) == [(events[0].id, Outcome.REFUSED)]
    assert [type(e.what) for e in life.fold(Availability(BELL, available=True))] == [Availability]


def test_an_action_under_way_goes_on_when_the_device_is_described_anew() -> None:
    life, command = ringing()
    life.now_us += SECOND_US
    assert settled(life.fold(Adopted(bell(name="front bell")))) == []
    assert settled(life.fold(Answered(command, accepted=True))) == [(command, Outcome.CONFIRMED)]


def test_an_action_under_way_is_refused_when_its_device_can_do_it_no_more() -> None:
    life, command = ringing()
    assert settled(life.fold(Adopted(bell(rings=False)))) == [(command, Outcome.REFUSED)]


def test_an_action_under_way_is_refused_when_its_device_leaves() -> None:
    life, command = ringing()
    assert settled(life.fold(Forgotten(BELL))) == [(command, Outcome.REFUSED)]
    assert life.core.state.ledger == {}
