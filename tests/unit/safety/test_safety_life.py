"""What safety rules do in a home: what they hold back, whom they ask, and how they let go."""

import pytest
from msgspec.structs import replace

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.core.resume import resume
from hubd.model.claim import Claim, Priority
from hubd.model.device import Action, DeviceType
from hubd.model.events import (
    Admitted,
    Adopted,
    Asked,
    Claimed,
    Commanded,
    Confirmed,
    Event,
    PersonSet,
    Released,
    SafetyRevised,
    Settled,
    Slowed,
    Withheld,
)
from hubd.model.home import Person, Role
from hubd.model.ids import DeviceId, EndpointId, EventId, PersonId
from hubd.model.value import Value
from scenes.compiler import compile_scene
from scenes.safety.compiler import DEFAULTS, check_rules, compile_rules
from tests.unit.scenes.lab import Lab

HEATER = """
rules:
  - name: heater
    at most: {on: space heater, for: 2 h, of: 3 h}
    why: it gets hot
"""


@pytest.fixture
def house() -> Lab:
    """A home with a lock, a heater on a plug, a lamp and four people; the usual rules."""
    lab = Lab()
    lab.area("hall")
    lab.device("lock", DeviceType.DOOR_LOCK, "hall")
    lab.device("space_heater", DeviceType.ON_OFF_PLUG, "hall")
    lab.device("lamp", DeviceType.ON_OFF_LIGHT, "hall")
    for person, role in (("ann", Role.OWNER), ("bea", Role.RESIDENT), ("tim", Role.CHILD)):
        lab.tell(PersonSet(Person(PersonId(person), person.capitalize(), role)))
    lab.report("lock", value=True)
    lab.report("space_heater", value=False)
    lab.report("lamp", value=False)
    return lab


def keep(lab: Lab, rules: str = DEFAULTS) -> list[Event]:
    assert check_rules(rules, "safety.yaml") == []
    return lab.tell(SafetyRevised(rules, "safety.yaml"))


def wish(
    lab: Lab, device: str, value: Value, owner: str, rank: Priority = Priority.HAND
) -> list[Event]:
    return lab.tell(Claimed((Claim(lab.prop(device), value, rank, owner, "of a test"),)), owner)


def told(events: list[Event]) -> list[Value]:
    return [e.what.command.value for e in events if isinstance(e.what, Commanded)]


def obey(lab: Lab) -> list[Event]:
    """Let all devices do as they are told."""
    done: list[Event] = []
    while lab.core.state.ledger:
        command = next(iter(lab.core.state.ledger.values())).command
        lab.now_us += 100_000
        name = command.property.split("/")[2]
        done += lab.report(command.device, command.value, name)
    return done


def last_withheld(events: list[Event]) -> EventId:
    (event,) = (e.id for e in events if isinstance(e.what, Withheld))
    return event


def held(lab: Lab) -> list[tuple[str, str]]:
    return [(h.what.rule, h.what.owner) for h in lab.core.state.held.values()]


GUESS = "habit:evening"


def test_a_guess_must_not_open_the_house(house: Lab) -> None:
    keep(house)
    events = wish(house, "lock", False, GUESS, Priority.PREDICTION)
    assert told(events) == []
    assert [e.what.rule for e in events if isinstance(e.what, Withheld)] == [
        "no_guess_opens_the_house"
    ]
    assert held(house) == [("no_guess_opens_the_house", GUESS)]
    assert house.core.state.shadows[house.prop("lock")].desired is None


def test_a_guess_that_a_person_confirms_is_followed(house: Lab) -> None:
    keep(house)
    withheld = last_withheld(wish(house, "lock", False, GUESS, Priority.PREDICTION))
    assert told(house.tell(Confirmed(withheld), "person:tim")) == []
    assert told(house.tell(Confirmed(withheld), "person:bea")) == [False]
    assert held(house) == []
    assert house.tell(Confirmed(withheld), "person:bea") == []


def test_a_guess_that_nobody_confirms_in_time_never_fires(house: Lab) -> None:
    keep(house)
    withheld = last_withheld(wish(house, "lock", False, GUESS, Priority.PREDICTION))
    house.wait(10 * 60)
    assert held(house) == []
    assert house.core.state.shadows[house.prop("lock")].claims == ()
    assert house.tell(Confirmed(withheld), "person:ann") == []
    assert not any(isinstance(e.what, Commanded) for e in house.log.values())


def test_the_end_of_a_guess_does_not_open_the_house_either(house: Lab) -> None:
    keep(house)
    house.report("lock", value=False)
    house.tell(Released("hand:lock"))
    wish(house, "lock", True, GUESS, Priority.PREDICTION)
    obey(house)
    events = house.tell(Released(GUESS))
    assert told(events) == []
    assert any(isinstance(e.what, Withheld) for e in events)
    house.wait(3600)
    assert told(house.reach("lock", available=True)) == []


def test_what_lies_under_a_withheld_claim_is_followed(house: Lab) -> None:
    keep(house, "rules: [{name: dark, never: {lamp: on}, by: person}]")
    wish(house, "lamp", True, "scene:evening", Priority.SCENE)
    obey(house)
    assert told(wish(house, "lamp", True, "person:ann")) == []
    assert house.wished("lamp") is True
    events = house.tell(Released("scene:evening"))
    assert told(events) == [False]


def test_a_withheld_wish_is_said_once_and_comes_through_when_the_rule_is_gone(house: Lab) -> None:
    keep(house, "rules: [{name: dark, never: {lamp: on}}]")
    events = wish(house, "lamp", True, "scene:evening", Priority.SCENE)
    events += wish(house, "lamp", True, "scene:evening", Priority.SCENE)
    assert len([e for e in events if isinstance(e.what, Withheld)]) == 1
    gone = house.tell(SafetyRevised(""))
    assert told(gone) == [True]
    assert any(isinstance(e.what, Admitted) for e in gone)
    assert house.core.state.held == {}


def test_a_new_rule_holds_back_what_stands_already(house: Lab) -> None:
    wish(house, "lamp", True, "scene:evening", Priority.SCENE)
    obey(house)
    assert told(keep(house, "rules: [{name: dark, never: {lamp: on}}]")) == [False]


def test_a_heater_is_put_off_when_it_was_on_long_enough(house: Lab) -> None:
    keep(house, HEATER)
    wish(house, "space_heater", True, "person:ann")
    obey(house)
    house.wait(2 * 3600 - 60)
    assert house.wished("space_heater") is True
    house.wait(61)
    assert house.wished("space_heater") is False
    obey(house)
    house.wait(3600 - 5)
    assert house.wished("space_heater") is False
    house.wait(10)
    assert house.wished("space_heater") is True


def test_a_heater_that_goes_on_and_off_is_counted_together(house: Lab) -> None:
    keep(house, HEATER)
    for _ in range(4):
        wish(house, "space_heater", True, "person:ann")
        obey(house)
        house.wait(30 * 60)
        house.tell(Released("person:ann"))
        obey(house)
        house.wait(60)
    assert not house.wished("space_heater")
    wish(house, "space_heater", True, "person:ann")
    obey(house)
    house.wait(5)
    assert house.wished("space_heater") is False


def test_a_limit_goes_on_counting_after_a_restart(house: Lab) -> None:
    keep(house, HEATER)
    wish(house, "space_heater", True, "person:ann")
    obey(house)
    house.wait(3600)
    state = snapshot.decode(snapshot.encode(house.core.state))
    house.core = Core(compile_scene, state, rules=compile_rules)
    house.wait(3601)
    assert house.wished("space_heater") is False


def test_a_safety_claim_stays_when_another_rule_is_changed(house: Lab) -> None:
    keep(house, HEATER)
    wish(house, "space_heater", True, "person:ann")
    obey(house)
    house.wait(2 * 3600 + 1)
    obey(house)
    assert told(keep(house, HEATER + "  - {name: dark, never: {lamp: on}}\n")) == []
    assert house.wished("space_heater") is False
    assert told(house.tell(SafetyRevised(""))) == [True]


def test_a_device_that_is_driven_wild_is_slowed_down_and_ends_as_wished(house: Lab) -> None:
    keep(house, "rules: [{name: calm, no more than: {commands: 4, per: 1 min}}]")
    commands, on = 0, False
    for _ in range(9):
        on = not on
        commands += len(told(wish(house, "lamp", on, "scene:wild", Priority.SCENE)))
        obey(house)
    assert commands == 4
    assert len([e for e in house.log.values() if isinstance(e.what, Slowed)]) == 1
    house.wait(61)
    obey(house)
    assert house.core.state.shadows[house.prop("lamp")].reported is True


def test_an_action_waits_for_its_person_and_is_done_once(house: Lab) -> None:
    keep(house)
    lock = house.core.state.home.devices[DeviceId("lock")]
    able = replace(lock.endpoints[0], actions=(Action("DoorLock.unbolt"),))
    house.tell(Adopted(replace(lock, endpoints=(able,))))
    asked = Asked(lock.id, EndpointId("1"), "DoorLock.unbolt", "agent:butler", "a guest rang")
    withheld = last_withheld(house.tell(asked))
    done = house.tell(Confirmed(withheld), "person:ann")
    assert [e.what.command.name for e in done if isinstance(e.what, Commanded)] == [
        "DoorLock.unbolt"
    ]
    assert house.tell(Confirmed(withheld), "person:ann") == []


def test_an_action_that_nobody_confirms_is_refused(house: Lab) -> None:
    keep(house)
    lock = house.core.state.home.devices[DeviceId("lock")]
    able = replace(lock.endpoints[0], actions=(Action("DoorLock.unbolt"),))
    house.tell(Adopted(replace(lock, endpoints=(able,))))
    asked = Asked(lock.id, EndpointId("1"), "DoorLock.unbolt", "agent:butler", "a guest rang")
    event = house.tell(asked)[0].id
    house.wait(601)
    settled = [e.what for e in house.log.values() if isinstance(e.what, Settled)]
    assert [(s.command, s.note) for s in settled] == [(event, "nobody confirmed it in time")]
    assert house.core.state.held == {}


def test_a_child_does_not_override_who_lives_here_on_what_is_dangerous(house: Lab) -> None:
    keep(house)
    wish(house, "lock", True, "person:ann")
    assert told(wish(house, "lock", False, "person:tim")) == []
    assert told(wish(house, "lamp", True, "person:tim")) == [True]
    assert told(house.tell(Released("person:ann"))) == [False]
    assert told(wish(house, "lock", True, "person:bea")) == [True]


def test_a_guess_from_old_data_is_worth_nothing(house: Lab) -> None:
    keep(house)
    heard = house.report("lamp", value=True)[0]
    house.tell(Released("hand:lamp"))
    house.wait(20 * 60)
    guess = Claimed((Claim(house.prop("lamp"), False, Priority.PREDICTION, GUESS),))
    assert told(house.core.fold(guess, house.now_us, GUESS, heard.id)) == [False]
    house.tell(Released(GUESS))
    obey(house)
    house.wait(20 * 60)
    late = house.core.fold(guess, house.now_us, GUESS, heard.id)
    assert told(late) == []
    assert [e.what.rule for e in late if isinstance(e.what, Withheld)] == [
        "guesses_need_fresh_data"
    ]


def test_a_scene_does_not_act_on_a_sensor_that_fell_silent(house: Lab) -> None:
    rule = "rules: [{name: fresh, nothing acts on data older than: 1 h, by: scene}]"
    house.device("motion", DeviceType.OCCUPANCY_SENSOR, "hall")
    house.device("dusk", DeviceType.LIGHT_SENSOR, "hall")
    house.report("motion", value=False)
    house.report("dusk", value=5)
    keep(house, rule)
    house.scene("scene: Hall\nwhen: {occupied: hall}\nif: {dark: hall}\nclaims: {lamp: on}")
    assert told(house.report("motion", value=True)) == [True]
    obey(house)
    house.report("motion", value=False)
    obey(house)
    house.wait(2 * 3600)
    events = house.report("motion", value=True)
    assert told(events) == []
    (withheld,) = [e.what for e in events if isinstance(e.what, Withheld)]
    assert "Dusk has said nothing for 2 h" in withheld.why


def test_a_withheld_hand_does_not_become_what_the_lock_rests_at(house: Lab) -> None:
    keep(house, "rules: [{name: shut, never: {all locks: unlocked}, by: person}]")
    events = wish(house, "lock", False, "person:ann")
    events += house.tell(Released("person:ann"))
    events += wish(house, "lock", True, "scene:night", Priority.SCENE)
    events += house.tell(Released("scene:night"))
    assert told(events) == []
    assert house.core.state.shadows[house.prop("lock")].resting is True


STALE_S = 16 * 60
NIGHT = "rules: [{name: night, never: {lock: unlocked}, by: scene}]"


def stale(house: Lab, owner: str, *, locked: bool) -> None:
    """Let `owner` wish for the lock what came about for too long not."""
    house.report("lock", value=not locked)
    house.tell(Released("hand:lock"))
    house.reach("lock", available=False)
    wish(house, "lock", locked, owner, Priority.PLAN)
    house.wait(STALE_S)


def test_what_a_rule_withholds_makes_the_wish_beneath_it_no_younger(house: Lab) -> None:
    keep(house, NIGHT)
    stale(house, "agent:night", locked=True)
    events = wish(house, "lock", False, "scene:open", Priority.SCENE)
    assert any(isinstance(e.what, Withheld) for e in events)
    assert told(house.reach("lock", available=True)) == []
    assert told(wish(house, "lock", True, "agent:night", Priority.PLAN)) == [True]


def test_a_wish_that_a_person_confirms_is_a_new_one(house: Lab) -> None:
    keep(house, NIGHT.replace("by: scene", "by: scene, confirm: person, within: 1 h"))
    stale(house, "agent:day", locked=False)
    events = wish(house, "lock", False, "scene:open", Priority.SCENE)
    assert told(house.reach("lock", available=True)) == []
    assert told(house.tell(Confirmed(last_withheld(events)), "person:bea")) == [False]


def test_a_command_that_is_tried_again_is_slowed_down_as_any_other(house: Lab) -> None:
    keep(house, "rules: [{name: calm, no more than: {commands: 1, per: 1 min}}]")
    assert told(wish(house, "lamp", True, "person:ann")) == [True]
    house.wait(20)
    assert any(isinstance(e.what, Slowed) for e in house.log.values()), "it was to be tried again"
    assert len([e for e in house.log.values() if isinstance(e.what, Commanded)]) == 1
    house.wait(60)
    assert len([e for e in house.log.values() if isinstance(e.what, Commanded)]) == 2


def test_safety_is_never_stale_though_other_wishes_are(house: Lab) -> None:
    keep(house, NIGHT)
    house.reach("lock", available=False)
    wish(house, "lock", False, "safety:fire", Priority.SAFETY)
    house.wait(STALE_S)
    assert told(house.reach("lock", available=True)) == [False]


def test_who_becomes_a_guest_lets_go_at_once_of_what_guests_may_not(house: Lab) -> None:
    keep(house, "rules: [{name: house, never: {lamp: on}, by: guest}]")
    wish(house, "lamp", True, "person:bea")
    obey(house)
    bea = Person(PersonId("bea"), "Bea", Role.GUEST)
    assert told(house.tell(PersonSet(bea))) == [False]


def test_a_crash_between_a_wish_and_its_being_withheld_lets_nothing_through(house: Lab) -> None:
    keep(house)
    base = snapshot.encode(house.core.state)
    events = wish(house, "lock", False, GUESS, Priority.PREDICTION)
    core, lacking = resume(compile_scene, snapshot.decode(base), events[:1], None, compile_rules)
    assert lacking == events[1:]
    assert [type(e.what) for e in lacking] == [Withheld]
    assert core.state == house.core.state


def test_a_heater_that_was_on_before_the_hub_knew_it_is_counted(house: Lab) -> None:
    keep(house, HEATER)
    house.report("space_heater", value=True, restored=True)
    house.wait(2 * 3600 + 1)
    assert house.wished("space_heater") is False


def test_a_guess_that_changes_its_mind_does_not_open_the_house_by_the_way(house: Lab) -> None:
    keep(house)
    house.report("lock", value=False)
    house.tell(Released("hand:lock"))
    wish(house, "lock", True, "scene:night", Priority.SCENE)
    wish(house, "lock", True, GUESS, Priority.PREDICTION)
    obey(house)
    house.tell(Released("scene:night"))
    assert told(wish(house, "lock", False, GUESS, Priority.PREDICTION)) == []
    house.wait(10 * 60)
    assert told(house.reach("lock", available=True)) == []


def test_safety_acts_though_a_value_from_before_a_command_comes_after_it(house: Lab) -> None:
    wish(house, "lock", False, "scene:day", Priority.SCENE)
    obey(house)
    house.wait(10)
    house.tell(Released("scene:day"))
    obey(house)
    assert house.report("lock", value=False, restored=True)
    house.wait(60)
    assert told(wish(house, "lock", False, "safety:fire", Priority.SAFETY)) == [False]
    obey(house)
    assert told(house.reach("lock", available=True)) == []
