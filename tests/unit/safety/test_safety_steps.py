"""Safety rules judge what the steps of a scene ask as they judge the scene itself."""

import pytest

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.model.command import Outcome
from hubd.model.device import DeviceType
from hubd.model.events import (
    Asked,
    Commanded,
    Confirmed,
    Event,
    PersonSet,
    SafetyRevised,
    Settled,
    Summoned,
    Withheld,
)
from hubd.model.home import Person, Role
from hubd.model.ids import PersonId, SceneId
from hubd.model.value import Value
from scenes.compiler import compile_scene
from scenes.safety.compiler import check_rules, compile_rules
from tests.unit.scenes.lab import Lab

RULES = """
rules:
  - name: shut
    never: {lock: unlocked}
    by: scene
    confirm: person
    why: a scene must not open the house
  - name: quiet
    never do: {siren: sound}
    by: scene
    why: the baby sleeps
"""
LATER = """
scene: Later
then:
  - wait: 1 min
  - claims: {lock: unlocked, lamp: on}
  - do: {siren: sound}
  - wait: 1 h
"""


@pytest.fixture
def home() -> Lab:
    """A home with a lock, a lamp, a siren, an owner, and a scene that goes at them by steps."""
    lab = Lab()
    lab.device("lock", DeviceType.DOOR_LOCK)
    lab.device("lamp", DeviceType.ON_OFF_LIGHT)
    lab.device("siren", DeviceType.SIREN)
    lab.tell(PersonSet(Person(PersonId("ann"), "Ann", Role.OWNER)))
    lab.report("lock", value=True)
    lab.report("lamp", value=False)
    lab.scene(LATER, "later")
    return lab


def keep(lab: Lab) -> None:
    assert check_rules(RULES, "safety.yaml") == []
    lab.tell(SafetyRevised(RULES, "safety.yaml"))


def begin(lab: Lab) -> None:
    """Begin the scene as the panel does, and let its first step pass."""
    lab.tell(Summoned(SceneId("later"), "Ann began it"), "person:ann")
    lab.wait(61)


def commands(lab: Lab) -> list[tuple[str, Value]]:
    told = (e.what.command for e in lab.log.values() if isinstance(e.what, Commanded))
    return [(command.device, command.value) for command in told]


def withheld(lab: Lab) -> dict[str, Event]:
    return {e.what.rule: e for e in lab.log.values() if isinstance(e.what, Withheld)}


def test_steps_do_all_that_they_say_where_no_rule_forbids_it(home: Lab) -> None:
    begin(home)
    assert sorted(device for device, _ in commands(home)) == ["lamp", "lock", "siren"]


def test_a_claim_of_a_step_is_withheld_as_one_of_the_scene_is(home: Lab) -> None:
    keep(home)
    begin(home)
    assert commands(home) == [("lamp", True)]
    what = withheld(home)["shut"].what
    assert isinstance(what, Withheld)
    assert (what.owner, what.property) == ("scene:later", home.prop("lock"))


def test_a_claim_of_a_step_that_a_person_confirms_is_followed(home: Lab) -> None:
    keep(home)
    begin(home)
    home.tell(Confirmed(withheld(home)["shut"].id), "person:ann")
    assert ("lock", False) in commands(home)


def test_an_action_of_a_step_is_refused_as_one_of_the_scene_is(home: Lab) -> None:
    keep(home)
    begin(home)
    (asked,) = (e.id for e in home.log.values() if isinstance(e.what, Asked))
    settled = [e.what for e in home.log.values() if isinstance(e.what, Settled)]
    refused = [what for what in settled if what.outcome is Outcome.REFUSED]
    assert [(what.command, what.note) for what in refused] == [(asked, "the baby sleeps")]
    assert "quiet" in withheld(home)


def test_a_run_goes_on_past_what_is_withheld_and_ends_it_with_its_own(home: Lab) -> None:
    keep(home)
    begin(home)
    home.wait(3600)
    assert home.core.state.runs == {}
    assert home.core.state.held == {}
    assert home.core.state.shadows[home.prop("lock")].claims == ()


def test_a_run_that_waits_is_judged_after_a_restart_too(home: Lab) -> None:
    keep(home)
    home.tell(Summoned(SceneId("later"), "Ann began it"), "person:ann")
    state = snapshot.decode(snapshot.encode(home.core.state))
    home.core = Core(compile_scene, state, rules=compile_rules)
    home.wait(61)
    assert commands(home) == [("lamp", True)]
    assert set(withheld(home)) == {"shut", "quiet"}
