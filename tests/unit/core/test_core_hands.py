"""Hands: leases, people who disagree, and that a hand wins even when messages cross."""

from hypothesis import given
from hypothesis import strategies as st

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.core.leaving import GRACE_US
from hubd.model.claim import Claim, Priority
from hubd.model.device import DeviceType
from hubd.model.events import (
    Adopted,
    AreaSet,
    Claimed,
    Disagreed,
    Event,
    LeasesSet,
    Released,
    Reported,
)
from hubd.model.home import Area
from hubd.model.ids import AreaId
from hubd.model.instant import HOUR_US, MINUTE_US, SECOND_US
from hubd.model.lease import LONGEST_US, Lease
from hubd.model.vocabulary import typical
from tests.unit.core.homes import OCCUPIED, Life, commands, device, lamp, of, sensor
from tests.unit.core.programs import compiled

LAMP, SEEN = of("lamp"), of("sensor", OCCUPIED)
HALL = AreaId("hall")
LIGHTS = (DeviceType.ON_OFF_LIGHT,)
UNTIL_LEFT = Lease(LIGHTS, LONGEST_US, until_left=True)


def home(*leases: Lease, area: AreaId | None = HALL) -> Life:
    life = Life()
    life.fold(AreaSet(Area(HALL, "Hall")))
    life.fold(Adopted(lamp(area=area)))
    life.fold(Adopted(sensor(area=HALL)))
    life.fold(Reported(LAMP, value=False))
    life.fold(Reported(SEEN, value=True))
    if leases:
        life.fold(LeasesSet(leases))
    return life


def set_by(life: Life, owner: str, *, on: bool) -> list[Disagreed]:
    events = life.fold(Claimed((Claim(LAMP, on, Priority.HAND, owner),)), owner)
    return [e.what for e in events if isinstance(e.what, Disagreed)]


def test_a_hand_at_the_device_is_left_alone_as_long_as_its_kind_s_lease_says() -> None:
    life = home(Lease(LIGHTS, 20 * MINUTE_US))
    life.fold(Reported(LAMP, value=True))
    (standing,) = life.core.state.shadows[LAMP].claims
    assert standing.claim.until_us == life.now_us + 20 * MINUTE_US
    assert standing.claim.why == "someone set it at the device, which is left alone for 20 min"


def test_a_kind_without_a_lease_is_left_alone_as_long_as_is_usual() -> None:
    life = home(Lease((DeviceType.DOOR_LOCK,), MINUTE_US))
    life.fold(Reported(LAMP, value=True))
    (standing,) = life.core.state.shadows[LAMP].claims
    assert standing.claim.until_us == life.now_us + 2 * HOUR_US


def test_a_lease_until_i_leave_ends_when_the_area_is_left_for_a_while() -> None:
    life = home(UNTIL_LEFT)
    life.fold(Reported(LAMP, value=True))
    life.fold(Reported(SEEN, value=False))
    life.wait(GRACE_US - SECOND_US)
    life.fold(Reported(SEEN, value=True))
    life.wait(HOUR_US)
    assert life.core.state.shadows[LAMP].claims
    life.fold(Reported(SEEN, value=False))
    life.wait(GRACE_US)
    assert life.core.state.shadows[LAMP].claims == ()
    assert isinstance(life.log[-1].what, Released)
    assert life.log[-1].what.why == "nobody is in Hall any more"


def test_a_lease_until_i_leave_survives_a_restart() -> None:
    life = home(UNTIL_LEFT)
    life.fold(Reported(LAMP, value=True))
    life.fold(Reported(SEEN, value=False))
    life.core = Core(compiled, snapshot.decode(snapshot.encode(life.core.state)))
    life.wait(GRACE_US)
    assert life.core.state.shadows[LAMP].claims == ()


def test_where_no_sensor_sees_people_the_lease_ends_when_everyone_left_home() -> None:
    life = home(UNTIL_LEFT, area=None)
    phone = device("phone", DeviceType.TRACKER, typical("Presence.home"))
    life.fold(Adopted(phone))
    life.fold(Reported(of("phone", "Presence.home"), value=True))
    life.fold(Reported(LAMP, value=True))
    life.fold(Reported(SEEN, value=False))
    life.wait(HOUR_US)
    assert life.core.state.shadows[LAMP].claims
    life.fold(Reported(of("phone", "Presence.home"), value=False))
    life.wait(GRACE_US)
    assert life.core.state.shadows[LAMP].claims == ()


def test_a_lease_until_i_leave_ends_after_twelve_hours_at_the_latest() -> None:
    life = home(UNTIL_LEFT)
    life.fold(Reported(LAMP, value=True))
    life.wait(LONGEST_US)
    assert life.core.state.shadows[LAMP].claims == ()


def test_people_who_disagree_are_noted_once_and_the_newest_is_followed() -> None:
    life = home()
    noted: list[Disagreed] = []
    for turn in range(8):
        life.now_us += 30 * SECOND_US
        owner = "person:ann" if turn % 2 else "person:bo"
        noted += set_by(life, owner, on=bool(turn % 2))
        assert life.core.state.shadows[LAMP].desired is bool(turn % 2)
    assert noted == [Disagreed(LAMP, ("person:bo", "person:ann"))]


def test_two_who_wish_the_same_or_take_their_time_do_not_disagree() -> None:
    life = home()
    for turn in range(8):
        life.now_us += 30 * SECOND_US
        assert set_by(life, "person:ann" if turn % 2 else "person:bo", on=True) == []
    life = home()
    for turn in range(8):
        life.now_us += 5 * MINUTE_US
        assert set_by(life, "person:ann" if turn % 2 else "person:bo", on=bool(turn % 2)) == []


def test_when_the_winner_s_lease_ends_the_other_s_wish_comes_back() -> None:
    life = home()
    until_us = life.now_us + HOUR_US
    first = Claim(LAMP, value=True, priority=Priority.HAND, owner="person:ann")
    life.fold(Claimed((first,)), "person:ann")
    newest = Claim(LAMP, False, Priority.HAND, "person:bo", until_us=until_us)
    life.fold(Claimed((newest,)), "person:bo")
    assert life.core.state.shadows[LAMP].desired is False
    life.wait(HOUR_US)
    assert life.core.state.shadows[LAMP].desired is True


gaps = st.integers(0, 300_000)
crossing = st.lists(
    st.tuples(gaps, st.sampled_from(("scene", "late", "obey", "prediction")), st.booleans()),
    max_size=6,
)


@given(st.booleans(), crossing, crossing)
def test_a_person_s_hand_wins_within_its_lease_even_when_messages_cross(
    hand: bool,
    before: list[tuple[int, str, bool]],
    after: list[tuple[int, str, bool]],
) -> None:
    """Reports of older commands come before, between and after those of the hand's own."""
    life = home()
    on_the_wire: list[bool] = []

    def happen(what: str, *, on: bool) -> None:
        ranks = {"scene": Priority.SCENE, "prediction": Priority.PREDICTION}
        if what in ranks:
            claim = Claim(LAMP, on, ranks[what], f"{what}:a")
            on_the_wire.extend(told(life.fold(Claimed((claim,)))))
        elif what == "obey" and on_the_wire:
            life.fold(Reported(LAMP, on_the_wire.pop(0)))

    for after_us, what, on in before:
        life.now_us += after_us
        happen(what, on=on)
    laid = life.fold(Claimed((Claim(LAMP, hand, Priority.HAND, "person:ann"),)), "person:ann")
    on_the_wire.extend(told(laid))
    mark = len(life.log)
    for after_us, what, on in after:
        life.now_us += after_us
        happen(what, on=on)
    while on_the_wire:
        life.now_us += 100_000
        life.fold(Reported(LAMP, on_the_wire.pop(0)))
    assert life.core.state.shadows[LAMP].desired is hand
    assert all(p.command.value is hand for p in commands(life.log[mark:])), "it is not fought"


def told(events: list[Event]) -> list[bool]:
    return [bool(p.command.value) for p in commands(events)]
