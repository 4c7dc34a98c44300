"""What each kind of event makes of the state."""

import pytest

from hubd.core.fold import Fold
from hubd.core.state import State
from hubd.model.claim import Claim, Priority
from hubd.model.command import Command, Outcome
from hubd.model.device import Device
from hubd.model.events import (
    Adopted,
    AreaRemoved,
    AreaSet,
    Availability,
    Claimed,
    Commanded,
    Disputed,
    Event,
    FloorRemoved,
    FloorSet,
    Forgotten,
    PersonRemoved,
    PersonSet,
    PlaceSet,
    Released,
    Reported,
    SceneRemoved,
    SceneRevised,
    Settled,
    Signalled,
    TimePassed,
    TimerCleared,
    TimerSet,
    What,
)
from hubd.model.home import Area, Floor, Person, Place
from hubd.model.ids import AreaId, DeviceId, EventId, FloorId, PersonId, SceneId
from hubd.model.instant import SECOND_US
from tests.unit.core.homes import LEVEL, ON, ONE, START_US, device, dimmer, lamp, of, sensor

LAMP = DeviceId("lamp")
SCENE = SceneId("evening")


def folded(*whats: What, state: State | None = None) -> State:
    """Fold `whats`, a second apart."""
    fold = Fold(state)
    for what in whats:
        event_id = fold.state.next_id
        at_us = START_US + event_id * SECOND_US
        fold.apply(Event(event_id, at_us, "test", EventId(0), what))
    return fold.state


def claimed(value: bool = True, owner: str = "scene:evening", until_us: int = 0) -> Claimed:
    return Claimed((Claim(of("lamp"), value, Priority.SCENE, owner, "", until_us),))


def commanded(value: bool = True) -> Commanded:
    return Commanded(Command(LAMP, ONE, ON, value, START_US + 60 * SECOND_US))


def test_an_event_moves_time_and_the_next_id() -> None:
    state = folded(TimePassed(), TimePassed())
    assert (state.next_id, state.now_us) == (3, START_US + 2 * SECOND_US)


def test_a_report_is_what_the_property_is_and_since_when() -> None:
    state = folded(Adopted(lamp()), *(Reported(of("lamp"), value=v) for v in (False, True, True)))
    shadow = state.shadows[of("lamp")]
    assert (shadow.reported, shadow.known) == (True, True)
    assert shadow.changed_at_us == START_US + 3 * SECOND_US
    assert shadow.reported_at_us == START_US + 4 * SECOND_US
    assert (shadow.changed_by, shadow.reported_by) == (3, 4)


def test_a_device_was_heard_when_it_said_something_not_when_it_was_restored() -> None:
    pressed = Signalled(LAMP, ONE, "Switch.pressed", "press")
    state = folded(Adopted(lamp()), Reported(of("lamp"), value=True, restored=True))
    assert state.heard == {}
    state = folded(Reported(of("lamp"), value=True), state=state)
    assert state.heard == {LAMP: START_US + 3 * SECOND_US}
    state = folded(pressed, Reported(of("lamp"), value=False, restored=True), state=state)
    assert state.heard == {LAMP: START_US + 4 * SECOND_US}
    assert folded(Forgotten(LAMP), state=state).heard == {}


def test_a_report_of_nothing_makes_a_property_unknown() -> None:
    state = folded(Adopted(lamp()), Reported(of("lamp"), value=True), Reported(of("lamp"), None))
    assert not state.shadows[of("lamp")].known


def test_a_report_about_what_is_not_in_the_home_changes_nothing() -> None:
    assert folded(Reported(of("lamp"), value=True)).shadows == {}


def test_a_claim_is_kept_by_its_property_and_by_its_owner() -> None:
    state = folded(Adopted(lamp()), claimed())
    assert state.shadows[of("lamp")].desired is True
    assert state.claimed_by == {"scene:evening": {of("lamp"): None}}


def test_a_release_without_properties_lifts_all_claims_of_its_owner() -> None:
    both = Claimed(
        tuple(Claim(of("lamp", p), 1, Priority.SCENE, "scene:evening") for p in (ON, LEVEL))
    )
    state = folded(Adopted(dimmer()), both, claimed(owner="person:ann"), Released("scene:evening"))
    assert state.claimed_by == {"person:ann": {of("lamp"): None}}
    assert state.shadows[of("lamp", LEVEL)].claims == ()


def test_a_release_by_who_claims_nothing_changes_nothing() -> None:
    before = folded(Adopted(lamp()), claimed())
    after = folded(Adopted(lamp()), claimed(), Released("person:ann", "", (of("lamp"),)))
    assert after.shadows == before.shadows


def test_a_command_waits_in_the_ledger_until_it_is_settled() -> None:
    state = folded(Adopted(lamp()), claimed(), commanded())
    assert state.shadows[of("lamp")].pending == state.ledger[EventId(3)]
    state = folded(Settled(EventId(3), Outcome.CONFIRMED), state=state)
    assert state.ledger == {}
    assert state.shadows[of("lamp")].pending is None
    assert state.shadows[of("lamp")].confirmed_at_us == START_US + 4 * SECOND_US


@pytest.mark.parametrize("outcome", [Outcome.TIMED_OUT, Outcome.REFUSED])
def test_a_command_that_failed_leaves_its_property_given_up(outcome: Outcome) -> None:
    state = folded(Adopted(lamp()), claimed(), commanded(), Settled(EventId(3), outcome))
    assert state.shadows[of("lamp")].given_up_us == START_US + 4 * SECOND_US


def test_a_new_wish_or_a_return_takes_up_what_was_given_up() -> None:
    failed = (Adopted(lamp()), claimed(), commanded(), Settled(EventId(3), Outcome.TIMED_OUT))
    assert folded(*failed, claimed(False)).shadows[of("lamp")].given_up_us == 0
    returned = folded(*failed, Availability(LAMP, available=True))
    assert returned.shadows[of("lamp")].given_up_us == 0


def test_a_dispute_is_counted_and_given_up_for_a_while() -> None:
    shadow = folded(Adopted(lamp()), Disputed(of("lamp"), 3)).shadows[of("lamp")]
    assert (shadow.undone, shadow.given_up_us) == (3, START_US + 2 * SECOND_US)


def test_availability_is_kept_of_devices_in_the_home_alone() -> None:
    gone = Availability(LAMP, available=False, reason="no power")
    assert folded(gone).unreachable == {}
    assert folded(Adopted(lamp()), gone).unreachable == {LAMP: "no power"}
    assert folded(Adopted(lamp()), gone, Availability(LAMP, available=True)).unreachable == {}


def test_a_device_adopted_anew_keeps_what_is_known_of_the_properties_that_stay() -> None:
    state = folded(Adopted(lamp()), Reported(of("lamp"), value=True), claimed(), Adopted(dimmer()))
    shadow = state.shadows[of("lamp")]
    assert (shadow.reported, shadow.desired) == (True, True)
    assert shadow.gated == (of("lamp", LEVEL),)
    assert state.shadows[of("lamp", LEVEL)].gate == of("lamp")


def test_a_property_that_a_device_lost_takes_its_claims_with_it() -> None:
    wish = Claim(of("lamp", LEVEL), 40.0, Priority.SCENE, "scene:evening")
    state = folded(Adopted(dimmer()), Claimed((wish,)), Adopted(lamp()))
    assert of("lamp", LEVEL) not in state.shadows
    assert state.claimed_by == {}
    assert state.shadows[of("lamp")].gated == ()


def test_a_device_that_is_forgotten_leaves_nothing_behind() -> None:
    state = folded(Adopted(lamp()), claimed(), Availability(LAMP, available=False), Forgotten(LAMP))
    assert (state.shadows, state.claimed_by, state.unreachable) == ({}, {}, {})
    assert state.home.devices == {}


def test_a_device_that_names_a_property_twice_can_be_forgotten() -> None:
    on = lamp().endpoints[0].properties[0]
    twice: Device = device("lamp", lamp().endpoints[0].type, on, on)
    assert folded(Adopted(twice), claimed(), Forgotten(LAMP)).shadows == {}


def test_timers_stand_until_they_are_cleared_or_their_scene_is_removed() -> None:
    waits = tuple(TimerSet(SCENE, name, START_US + 60 * SECOND_US) for name in ("a", "b"))
    state = folded(*waits, TimerCleared(SCENE, "a"))
    assert list(state.timers) == [(SCENE, "b")]
    assert folded(SceneRemoved(SCENE), state=state).timers == {}


def test_the_registry_holds_what_was_set_and_not_what_was_removed() -> None:
    attic, up, ann = AreaId("attic"), FloorId("up"), PersonId("ann")
    state = folded(
        PlaceSet(Place(47.0, 8.0, "Europe/Zurich")),
        FloorSet(Floor(up, "Upstairs", 1)),
        AreaSet(Area(attic, "Attic", floor=up)),
        PersonSet(Person(ann, "Ann")),
        SceneRevised(SCENE, "source"),
        Adopted(sensor("s", attic)),
    )
    assert state.home.place.timezone == "Europe/Zurich"
    assert [d.id for d in state.home.devices_in(attic)] == ["s"]
    assert [a.id for a in state.home.areas_on(up)] == [attic]
    assert set(state.scenes) == {SCENE}
    state = folded(
        FloorRemoved(up), AreaRemoved(attic), PersonRemoved(ann), SceneRemoved(SCENE), state=state
    )
    assert (state.home.floors, state.home.areas, state.home.people) == ({}, {}, {})
    assert state.scenes == {}


def test_due_is_what_stands_and_what_a_state_says_when_it_is_taken_up() -> None:
    until_us = START_US + 90 * SECOND_US
    state = folded(
        Adopted(lamp()),
        claimed(until_us=until_us),
        commanded(),
        TimerSet(SCENE, "a", START_US + 30 * SECOND_US),
    )
    fold = Fold(state)
    assert fold.next_due_us() == START_US + 30 * SECOND_US
    dues = [due_us for due_us, _ in fold.agenda.take(until_us)]
    assert dues == [START_US + s * SECOND_US for s in (30, 60, 90)]
    assert fold.next_due_us() is None
