"""What a driver's process says, as the hub takes it: its own things' words alone."""

from collections.abc import Sequence

import pytest

from drivers.kit.found import Adoption, Found, Need
from drivers.kit.link import ITSELF, Description
from drivers.kit.manifest import Manifest
from drivers.kit.messages import (
    Answered,
    Described,
    Forgotten,
    Kept,
    Reached,
    Recognised,
    Reported,
)
from drivers.kit.port import Ordered
from drivers.kit.telling import MOST_WORDS, Telling
from hubd.model.command import Command
from hubd.model.device import Device
from hubd.model.ids import DeviceId, EndpointId, EventId, PropertyId
from hubd.model.value import Value

MANIFEST = Manifest("toy", "Toy", "lines", "toy:Toy")
END = EndpointId("light")


class Ear:
    """Notes what the hub is told (fills drivers.kit.port.Hub)."""

    def __init__(self) -> None:
        self.devices: dict[DeviceId, Device] = {}
        self.reach: dict[DeviceId, tuple[bool, str]] = {}
        self.values: dict[PropertyId, Value] = {}
        self.answers: list[tuple[int, bool]] = []
        self.finds: list[Found] = []
        self.refused: list[str] = []
        self.records: list[str] = []

    def found(self, found: Found, *, seen: str = "") -> None:
        del seen
        self.finds.append(found)

    def described(self, device: Device, *, area: str = "") -> None:
        del area
        self.devices[device.id] = device

    def recorded(self, device: DeviceId, native: str) -> None:
        self.records.append(f"{device} {native}")

    def forgotten(self, device: DeviceId) -> None:
        self.devices.pop(device, None)

    def reported(self, prop: PropertyId, value: Value, *, restored: bool = False) -> None:
        del restored
        self.values[prop] = value

    def signalled(self, device: DeviceId, endpoint: EndpointId, name: str, value: str) -> None:
        raise AssertionError((device, endpoint, name, value))

    def reached(self, device: DeviceId, *, available: bool, reason: str = "") -> None:
        self.reach[device] = (available, reason)

    def answered(self, command: EventId, *, accepted: bool, reason: str = "") -> None:
        del reason
        self.answers.append((command, accepted))

    def listen(self, topic_filters: frozenset[str]) -> None:
        raise AssertionError(topic_filters)

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        raise AssertionError((topic, payload, retain))

    def messaged(self, topic: str, payload: str) -> None:
        raise AssertionError((topic, payload))

    def refused_input(self, where: str, reason: str) -> None:
        self.refused.append(f"{where}: {reason}")


class Drawer:
    """A vault in memory."""

    def __init__(self, *adoptions: Adoption) -> None:
        self.kept = {adoption.key: adoption for adoption in adoptions}
        self.secret = ""

    def adoptions(self, driver: str) -> Sequence[Adoption]:
        assert driver == "toy"
        return list(self.kept.values())

    def keep(self, driver: str, adoption: Adoption) -> None:
        assert driver == "toy"
        self.kept[adoption.key] = adoption

    def drop(self, driver: str, key: str) -> None:
        assert driver == "toy"
        self.kept.pop(key, None)

    def own(self, driver: str) -> str:
        assert driver == "toy"
        return self.secret

    def keep_own(self, driver: str, secret: str) -> None:
        assert driver == "toy"
        self.secret = secret

    async def written(self) -> None:
        return


@pytest.fixture
def ear() -> Ear:
    return Ear()


def telling(ear: Ear, *adoptions: Adoption, devices: Sequence[Device] = ()) -> Telling:
    return Telling(MANIFEST, ear, Drawer(*adoptions), devices)


def described(key: str, part: str = ITSELF, name: str = "Lamp") -> Described:
    return Described(key, part, Description(name))


def order(event: int, *, action: bool = False) -> Ordered:
    command = Command(DeviceId("toy_a"), END, "OnOff.on", True, 5, action=action)
    return Ordered(EventId(event), command)


def test_a_driver_answers_what_it_was_asked_and_nothing_else(ear: Ear) -> None:
    told = telling(ear, Adoption("a"))
    told.sent([order(3)])
    told.take(Answered(EventId(4), accepted=True))
    told.take(Answered(EventId(3), accepted=True))
    told.take(Answered(EventId(3), accepted=False))
    assert ear.answers == [(3, True)]


def test_when_it_ends_what_it_was_asked_is_refused_but_no_action_that_may_be_done(
    ear: Ear,
) -> None:
    told = telling(ear, Adoption("a"))
    told.sent([order(3), order(4, action=True)])
    told.lost("it ended")
    told.take(Answered(EventId(3), accepted=True))
    assert ear.answers == [(3, False)]


def test_what_it_tells_of_things_that_are_not_adopted_is_not_taken_in(ear: Ear) -> None:
    told = telling(ear, Adoption("a"))
    told.take(described("b"))
    told.take(Reported("b", ITSELF, END, "OnOff.on", value=True, restored=False))
    told.take(Reached("b", ITSELF, available=False, code="driver.access"))
    told.take(Kept(Adoption("b", secret="hush")))
    told.take(Forgotten("b", ITSELF))
    assert (ear.devices, ear.values, ear.reach, told.problems) == ({}, {}, {}, ())


def test_no_two_things_have_one_id_however_they_are_called(ear: Ear) -> None:
    keys = ["AB:CD", "ab-cd", "AB CD", "ab_cd"]
    told = telling(ear, *(Adoption(key) for key in [*keys, "ab"]))
    for key in keys:
        told.take(described(key))
    told.take(described("ab", "cd"))
    assert len(ear.devices) == 5
    again = telling(ear, devices=list(ear.devices.values()))
    for key in reversed(keys):
        assert again.id_of((key, ITSELF)) == told.id_of((key, ITSELF)), "also after a start"


def test_a_part_that_is_told_of_no_more_is_out_of_reach_and_can_be_forgotten(ear: Ear) -> None:
    told = telling(ear, Adoption("a"))
    for part in (ITSELF, "one", "two"):
        told.take(described("a", part, name=f"Part {part}"))
    for part in (ITSELF, "one", "two"):
        told.take(Reached("a", part, available=True))
    one, two = told.id_of(("a", "one")), told.id_of(("a", "two"))
    told.take(Reached("a", ITSELF, available=False, reason="it hung up"))
    assert ear.reach[one] == ear.reach[two] == (False, "it hung up")
    told.take(described("a"))
    told.take(described("a", "one"))
    told.take(Reached("a", ITSELF, available=True))
    told.take(Reached("a", "one", available=True))
    assert ear.reach[one] == (True, "")
    assert ear.reach[two] == (False, "Lamp tells of it no more")
    assert not told.drop_part(one)
    assert told.drop_part(two)
    assert two not in ear.devices


def test_to_forget_a_bridge_is_to_forget_all_behind_it(ear: Ear) -> None:
    drawer = Drawer(Adoption("a", secret="hush"), Adoption("b"))
    told = Telling(MANIFEST, ear, drawer)
    for key, part in (("a", ITSELF), ("a", "one"), ("b", ITSELF)):
        told.take(described(key, part))
    told.drop("a")
    assert list(ear.devices) == [told.id_of(("b", ITSELF))]
    assert list(drawer.kept) == ["b"]


def test_what_was_adopted_without_a_secret_goes_on_though_the_vault_is_lost(ear: Ear) -> None:
    first = telling(ear, Adoption("open", "10.0.0.1", 80), Adoption("keyed", secret="hush"))
    for key in ("open", "keyed"):
        first.take(described(key, name=key.title()))
    again = Telling(MANIFEST, ear, Drawer(), list(ear.devices.values()))
    again.begin()
    assert again.adoptions == (Adoption("open", "10.0.0.1", 80),)
    assert [(p.code, p.what) for p in again.problems] == [
        ("driver.key", "Keyed: its key is not in the vault any more")
    ]
    assert not again.keeps("keyed")
    assert ear.reach[again.id_of(("keyed", ITSELF))][0] is False


def test_no_secret_is_with_a_device(ear: Ear) -> None:
    told = telling(ear, Adoption("a", "10.0.0.1", 80, "record", "hush"))
    told.take(described("a"))
    told.take(Kept(Adoption("a", "10.0.0.2", 80, "record", "hush-hush")))
    assert "hush" not in repr(ear.devices)
    assert "hush" not in repr(ear.records)
    assert "10.0.0.2" in ear.records[0]


def test_a_found_thing_is_cut_to_what_a_page_can_show(ear: Ear) -> None:
    told = telling(ear)
    needs = tuple(Need(f"n{n}", "t") for n in range(500))
    told.take(Recognised(Found("k", "N" * 100_000, needs=needs, record="r" * 5_000)))
    told.take(Recognised(Found("", "Nobody")))
    told.take(Recognised(Found("k" * 5_000, "Nobody")))
    (found,) = ear.finds
    assert (len(found.name), len(found.needs), len(found.record)) == (MOST_WORDS, 32, 5_000)
    assert len(ear.refused) == 2
