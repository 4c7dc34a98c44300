"""Wishes are checked against the home, and turned away with what would be right."""

import math
from collections.abc import Callable

import pytest
from api_home import LAMP, LEVEL, LOCK, MOTION, CoreHome, furnished
from guarding import ANN, TIM, identity
from hypothesis import given
from hypothesis import strategies as st

from hubd.api.errors import ApiError, InvalidError
from hubd.api.requests import ActionRequest, ClaimRequest
from hubd.api.wishes import ask_for, fitting, hail, lay_claim, let_go
from hubd.guard.errors import NotPermittedError
from hubd.guard.identity import Identity
from hubd.model.claim import Priority
from hubd.model.device import Property
from hubd.model.events import Adopted, Hailed
from hubd.model.instant import HOUR_US, SECOND_US
from hubd.model.value import Value, ValueType
from hubd.own_devices import the_home


def _claim(home: CoreHome, prop: str, value: bool | float | str, for_s: float | None = None) -> int:
    wish = ClaimRequest(property=prop, value=value, for_s=for_s)
    return lay_claim(home, identity(ANN), wish)


def test_a_wish_is_a_claim_of_a_person_s_hand() -> None:
    home = furnished()
    _claim(home, LAMP, True)
    shadow = home.view.shadow(LAMP)
    assert shadow is not None
    (standing,) = shadow.claims
    assert (standing.claim.owner, standing.claim.priority) == ("person:ann", Priority.HAND)
    assert shadow.desired is True


def test_a_wish_ends_after_its_time_or_when_a_hand_at_such_a_device_would() -> None:
    home = furnished()
    _claim(home, LAMP, True, for_s=1.5)
    _claim(home, LEVEL, 50)
    claims = [*home.view.claims_of("person:ann")]
    assert [c.until_us for c in claims] == [
        home.now_us() + SECOND_US * 3 // 2,
        home.now_us() + 2 * HOUR_US,
    ]


def test_letting_go_ends_one_s_own_claim_and_no_one_else_s() -> None:
    home = furnished()
    _claim(home, LAMP, True)
    let_go(home, identity(TIM), LAMP)
    assert home.view.is_claiming("person:ann")
    let_go(home, identity(ANN), LAMP)
    assert not home.view.is_claiming("person:ann")


@pytest.mark.parametrize(
    ("prop", "value", "said"),
    [
        ("lmap/1/OnOff.on", True, "There is no device 'lmap'.*Did you mean \"lamp\""),
        ("lamp/2/OnOff.on", True, "no endpoint '2'"),
        ("lamp/1/OnOff.onn", True, 'Did you mean "onoff.on"'),
        ("lamp", True, "no property's id.*device/endpoint"),
        (MOTION, True, "can be read, not set"),
        (LAMP, "on", "can't be 'on'.*Send a boolean"),
        (LAMP, 1, "can't be 1"),
        (LEVEL, True, "no number"),
        (LEVEL, 100.5, "can't be 100.5.*from 0 to 100 %"),
    ],
)
def test_a_wish_that_can_t_be_is_turned_away_with_what_would_be_right(
    prop: str, value: bool | float | str, said: str
) -> None:
    home = furnished()
    before = home.last_event
    with pytest.raises(ApiError, match=rf"(?i){said}"):
        _claim(home, prop, value)
    assert home.last_event == before


@pytest.mark.parametrize(
    "wish",
    [
        lambda home, who: lay_claim(home, who, ClaimRequest(property=LOCK, value=False)),
        lambda home, who: let_go(home, who, LOCK),
        lambda home, who: ask_for(
            home, who, ActionRequest(device="door", endpoint="1", action="DoorLock.unbolt")
        ),
    ],
    ids=["claim", "release", "action"],
)
def test_a_lock_obeys_only_who_may_open_it(wish: Callable[[CoreHome, Identity], int]) -> None:
    home = furnished()
    before = home.last_event
    with pytest.raises(NotPermittedError, match="control_secure"):
        wish(home, identity(TIM))
    assert home.last_event == before
    assert wish(home, identity(ANN)) > before


def test_an_action_is_asked_once_in_its_person_s_name() -> None:
    home = furnished()
    asked = ActionRequest(device="lamp", endpoint="1", action="Button.press")
    event = ask_for(home, identity(ANN), asked)
    commanded = [e for e in home.log if e.cause == event]
    assert [type(e.what).__name__ for e in commanded] == ["Commanded"]


def test_an_argument_for_an_action_that_takes_none_is_turned_away() -> None:
    asked = ActionRequest(device="lamp", endpoint="1", action="Button.press", argument="hard")
    with pytest.raises(InvalidError, match="takes no argument"):
        ask_for(furnished(), identity(ANN), asked)


_properties = st.builds(
    Property,
    name=st.just("X.y"),
    type=st.sampled_from(ValueType),
    minimum=st.none() | st.floats(-100, 0),
    maximum=st.none() | st.floats(0, 100),
    choices=st.sampled_from([(), ("a", "b")]),
)
_values: st.SearchStrategy[Value] = (
    st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.none()
)


@given(_properties, _values)
def test_what_is_let_through_is_of_the_property_s_type_and_range(p: Property, value: Value) -> None:
    try:
        fits = fitting(value, p)
    except InvalidError:
        return
    match p.type:
        case ValueType.BOOLEAN:
            assert isinstance(fits, bool)
        case ValueType.STRING:
            assert isinstance(fits, str)
            assert not p.choices or fits in p.choices
        case _:
            assert isinstance(fits, int | float)
            assert not isinstance(fits, bool)
            assert p.minimum is None or fits >= p.minimum
            assert p.maximum is None or fits <= p.maximum
            assert fits == value
            assert p.type is ValueType.NUMBER or isinstance(fits, int)
            assert math.isfinite(fits)


@pytest.mark.parametrize("kind", [ValueType.INTEGER, ValueType.NUMBER])
@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400, math.inf, -math.inf])
def test_a_number_that_the_log_cannot_keep_is_turned_away(kind: ValueType, value: float) -> None:
    with pytest.raises(InvalidError, match="can't be"):
        fitting(value, Property("X.y", kind))


def test_a_mode_that_a_person_sets_has_no_end_and_yields_to_a_newer_scene() -> None:
    home = furnished()
    home.take(Adopted(the_home()))
    _claim(home, "home/1/Home.mode", "night")
    (claim,) = home.view.claims_of("person:ann")
    assert (claim.until_us, claim.priority) == (0, Priority.SCENE)


def test_a_call_is_an_event_of_who_calls() -> None:
    home = furnished()
    event = hail(home, identity(ANN), "door_bell", "front")
    assert home.log[-1].id == event
    assert home.log[-1].what == Hailed("door_bell", "front")
    assert home.log[-1].source == "person:ann"
    with pytest.raises(InvalidError, match="'Door bell' is no name"):
        hail(home, identity(ANN), "Door bell", "")
