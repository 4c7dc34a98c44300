"""The inbox: what waits for a person, what it seems to be, and what a rule is for."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.found import Found, Need, Trust
from drivers.kit.sighting import Medium, Sighting
from hubd.core.home import Home
from hubd.inbox import MOST, MOST_SIGHTINGS, Entry, Inbox, Rule, entry_id
from hubd.likeness import Likeness
from hubd.model.device import Device
from hubd.model.home import Area
from hubd.model.ids import AreaId, DeviceId

MAC = "mac:a0b1c2d3e4f5"
SEEN = Sighting(Medium.MDNS, "_toy._tcp.local.", "lamp._toy._tcp.local.")


class Waiting:
    """An inbox, the home that it is of, and what is adopted by key."""

    def __init__(self) -> None:
        self.home = Home()
        self.now_us = 0
        self.adopted: set[tuple[str, str]] = set()
        self.inbox = Inbox(lambda: self.home, self._tick, lambda d, k: (d, k) in self.adopted)

    def _tick(self) -> int:
        self.now_us += 1
        return self.now_us

    @property
    def keys(self) -> list[str]:
        return [entry.found.key for entry in self.inbox]


def test_what_is_adopted_leaves_and_what_is_forgotten_comes_back() -> None:
    waiting = Waiting()
    waiting.inbox.put("toy", Found("lamp", "Lamp"), seen=SEEN.key)
    waiting.adopted.add(("toy", "lamp"))
    assert waiting.keys == []
    waiting.inbox.put("toy", Found("lamp", "Lamp"), seen=SEEN.key)
    assert (waiting.keys, len(waiting.inbox)) == ([], 0)
    waiting.adopted.clear()
    assert waiting.keys == ["lamp"]


def test_a_thing_is_there_as_long_as_any_sighting_shows_it() -> None:
    waiting = Waiting()
    other = Sighting(Medium.MDNS, "_http._tcp.local.", "lamp._http._tcp.local.")
    for sighting in (SEEN, other):
        waiting.inbox.put("toy", Found("lamp", "Lamp"), seen=sighting.key)
    waiting.inbox.vanished(SEEN)
    assert [entry.present for entry in waiting.inbox] == [True]
    waiting.inbox.vanished(other)
    assert [entry.present for entry in waiting.inbox] == [False]
    told: list[Entry] = []
    waiting.inbox.watch(told.append)
    waiting.inbox.put("toy", Found("lamp", "Lamp"), seen=SEEN.key)
    assert [entry.present for entry in told] == [True]
    assert [entry.first_us for entry in told] == [1]


def test_it_holds_so_much_and_no_more() -> None:
    waiting = Waiting()
    for number in range(MOST + 50):
        waiting.inbox.put("toy", Found(str(number), "Lamp"))
    assert len(waiting.inbox) == MOST
    assert waiting.inbox.get(entry_id("toy", "0")) is None
    for number in range(100):
        waiting.inbox.put("toy", Found("lamp", "Lamp"), seen=str(number))
    entry = waiting.inbox.get("toy:lamp")
    assert entry is not None
    assert len(entry.seen) <= MOST_SIGHTINGS


@given(st.text(min_size=1, max_size=100), st.text(min_size=1, max_size=100))
def test_an_id_is_one_part_of_an_address_and_no_two_are_alike(one: str, other: str) -> None:
    id_ = entry_id("toy", one)
    assert quote(id_, safe=":@+~") == id_ == unquote(id_)
    assert len(id_) < 120
    assert (id_ == entry_id("toy", other)) is (one == other)


def test_it_seems_to_be_what_is_in_the_home_by_another_protocol() -> None:
    waiting = Waiting()
    waiting.home.put_device(Device(DeviceId("plug"), "Kettle", "zed", (), identities=(MAC,)))
    entry = waiting.inbox.put("toy", Found("lamp", "Lamp", identities=("uuid:1", MAC)))
    twin = Likeness(waiting.home).twin(entry)
    assert twin is not None
    assert (twin.device.name, twin.evidence, twin.again) == (
        "Kettle",
        ("the same MAC address (a0b1c2d3e4f5)",),
        False,
    )
    entry = waiting.inbox.put("zed", Found("plug", "Plug", identities=(MAC,)))
    again = Likeness(waiting.home).twin(entry)
    assert again is not None
    assert again.again
    entry = waiting.inbox.put("toy", Found("other", "Lamp", identities=("uuid:2",)))
    assert Likeness(waiting.home).twin(entry) is None


def test_it_goes_where_it_was_before_whatever_it_is_called_now() -> None:
    waiting = Waiting()
    study = AreaId("study")
    waiting.home.areas[study] = Area(study, "Study")
    waiting.home.remember(
        Device(DeviceId("p"), "Reading lamp", "zed", (), study, identities=(MAC,))
    )
    entry = waiting.inbox.put("toy", Found("lamp", "Kitchen lamp", identities=(MAC,)))
    likeness = Likeness(waiting.home)
    former, room = likeness.former(entry.found.identities), likeness.room(entry)
    assert former is not None
    assert room is not None
    assert (former.name, room.area.id, room.told_by) == (
        "Reading lamp",
        "study",
        "it was there before",
    )
    del waiting.home.areas[study]
    room = Likeness(waiting.home).room(entry)
    assert room is not None
    assert room.area.id == "kitchen"


@pytest.mark.parametrize(
    ("found", "alone"),
    [
        (Found("k", "n"), True),
        (Found("k", "n", needs=(Need("pin", "PIN", optional=True),)), True),
        (Found("k", "n", needs=(Need("pin", "PIN"),)), False),
        (Found("k", "n", asks="Press the button"), False),
        (Found("k", "n", adopted_elsewhere=True), False),
    ],
)
def test_what_needs_a_person_s_word_waits_for_it(found: Found, *, alone: bool) -> None:
    assert Waiting().inbox.put("toy", found).wants_nobody is alone
    assert not Waiting().inbox.put("", found).wants_nobody


@given(st.sampled_from(list(Trust)), st.sampled_from(list(Trust)))
def test_a_rule_says_how_well_the_talk_must_be_guarded(asked: Trust, has: Trust) -> None:
    order = [Trust.PROVEN, Trust.KEYED, Trust.PASSWORD, Trust.OPEN]
    fits = Rule(trust=asked).is_for("toy", Found("k", "n", trust=has))
    assert fits is (order.index(has) <= order.index(asked))
