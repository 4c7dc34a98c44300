"""What safety rules hold back is shown, and let be by those whom it waits for alone."""

import pytest
from api_home import LAMP, LOCK, CoreHome, furnished
from guarding import ANN, TIM, identity
from msgspec.structs import replace

from hubd.api import pictures
from hubd.api.errors import NotFoundError
from hubd.api.requests import ClaimRequest
from hubd.api.wishes import confirm, lay_claim
from hubd.guard.errors import NotPermittedError
from hubd.guard.permission import Permission
from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import Claimed, Commanded, LeasesSet, PersonSet, SafetyRevised
from hubd.model.ids import EventId
from hubd.model.instant import HOUR_US, MINUTE_US
from hubd.model.lease import Lease
from scenes.safety.compiler import DEFAULTS


@pytest.fixture
def home() -> CoreHome:
    """A home with the usual rules, in which a guess would like to open the door."""
    it = furnished()
    it.take(PersonSet(ANN))
    it.take(SafetyRevised(DEFAULTS))
    guess = Claim(LOCK, value=False, priority=Priority.PREDICTION, owner="habit:evening")
    it.take(Claimed((guess,)), "habit:evening")
    return it


def test_what_is_held_back_is_shown_with_its_reason_and_whom_it_waits_for(home: CoreHome) -> None:
    drawn = pictures.safety(home)
    (withheld,) = drawn.withheld
    assert (withheld.property, withheld.value, withheld.confirm) == (LOCK, False, "person")
    assert withheld.why == "a guess must not open the house"
    assert withheld.until is not None
    assert [rule.id for rule in drawn.rules] == ["calm"]


def test_a_withheld_wish_is_not_drawn_among_the_claims_that_count(home: CoreHome) -> None:
    shadow = home.view.shadow(LOCK)
    assert shadow is not None
    assert pictures.change(LOCK, shadow).claims == ()


def _waiting(home: CoreHome) -> EventId:
    (event,) = home.view.held()
    return event


def _commands(home: CoreHome) -> list[object]:
    return [e.what.command.value for e in home.log if isinstance(e.what, Commanded)]


def test_whoever_lives_here_may_confirm_and_it_is_done(home: CoreHome) -> None:
    event = confirm(home, identity(ANN), _waiting(home))
    assert event > 0
    assert _commands(home) == [False]
    assert home.view.held() == {}


def test_a_child_may_not_confirm(home: CoreHome) -> None:
    with pytest.raises(NotPermittedError):
        confirm(home, identity(TIM), _waiting(home))
    assert _commands(home) == []


def test_a_token_may_confirm_only_with_the_right_to_what_is_held_back(home: CoreHome) -> None:
    weak = replace(identity(ANN), permissions=frozenset({Permission.CONTROL_DEVICES}))
    with pytest.raises(NotPermittedError, match="control_secure"):
        confirm(home, weak, _waiting(home))


def test_what_is_over_or_was_never_held_cannot_be_confirmed(home: CoreHome) -> None:
    waiting = _waiting(home)
    with pytest.raises(NotFoundError):
        confirm(home, identity(ANN), EventId(waiting + 1))
    home.tick(10 * MINUTE_US)
    with pytest.raises(NotFoundError, match="is over"):
        confirm(home, identity(ANN), waiting)
    assert _commands(home) == []


def test_a_tap_is_left_alone_as_long_as_its_kind_s_lease_says_and_tells_so() -> None:
    home = furnished()
    home.take(LeasesSet((Lease((DeviceType.DIMMABLE_LIGHT,), 12 * HOUR_US, until_left=True),)))
    lay_claim(home, identity(ANN), ClaimRequest(property=LAMP, value=True))
    (claim,) = home.view.claims_of("person:ann")
    assert claim.until_left
    assert claim.until_us == home.now_us() + 12 * HOUR_US
    assert claim.why == "Ann asked for it (until they leave)"
