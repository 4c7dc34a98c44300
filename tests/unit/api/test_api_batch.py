"""A batch: what changed is told once, as it is now, and nothing that changed is left out."""

from api_home import LAMP, LEVEL, MOTION, furnished, lamp

from hubd.api import pictures
from hubd.api.batch import Batch
from hubd.api.documents import Change, DeviceDocument
from hubd.api.port import HomePort
from hubd.guard.permission import Permission
from hubd.model.claim import Claim, Priority
from hubd.model.device import Device
from hubd.model.events import (
    Adopted,
    Answered,
    Availability,
    Claimed,
    Forgotten,
    Released,
    Reported,
    TimePassed,
)
from hubd.model.ids import DeviceId, PropertyId
from hubd.model.instant import MINUTE_US, SECOND_US

_ALL = frozenset(Permission)
_ON = Claimed((Claim(LAMP, True, Priority.HAND, "person:ann", until_us=0),))


def _changed(batch: Batch) -> dict[PropertyId, Change]:
    message = batch.changes(_ALL)
    return {c.id: c for c in message.properties} if message is not None else {}


def _properties(port: HomePort) -> dict[PropertyId, Change]:
    """All changing parts, as a client that asks anew would get them."""
    devices: list[DeviceDocument] = pictures.devices(port, _ALL)
    return {
        p.id: Change(p.id, p.value, p.known, p.desired, p.pending, p.since, p.claims)
        for d in devices
        for e in d.endpoints
        for p in e.properties
    }


def test_a_property_that_changed_often_is_told_once_with_its_last_value() -> None:
    home = furnished()
    batch = Batch(home)
    home.subscribe(batch.add)
    for number in range(20):
        home.take(Reported(MOTION, number % 2 == 0))
    assert [c.value for c in _changed(batch).values()] == [False]
    events = batch.events()
    assert events is not None
    assert [e.what for e in events.events] == [Reported(MOTION, n % 2 == 0) for n in range(20)]


def test_a_batch_that_was_cleared_tells_nothing() -> None:
    home = furnished()
    batch = Batch(home)
    home.subscribe(batch.add)
    home.take(Reported(MOTION, True))
    home.take(Availability(DeviceId("lamp"), False, "unplugged"))
    home.take(Adopted(lamp("other")))
    batch.clear()
    assert (batch.changes(_ALL), batch.availability(), batch.events()) == (None, None, None)
    assert not batch.configured


def test_following_the_batches_gives_the_same_picture_as_asking_anew() -> None:
    home = furnished()
    picture = _properties(home)
    batch = Batch(home)
    home.subscribe(batch.add)

    def follow() -> None:
        picture.update(_changed(batch))
        batch.clear()
        assert picture == _properties(home)

    home.take(Reported(LAMP, False))
    home.take(Reported(LEVEL, 10.0))
    follow()
    home.take(_ON)
    follow()
    command = home.log[-1].id
    home.take(Answered(command, accepted=False, reason="busy"))
    follow()
    home.take(Claimed((Claim(LEVEL, 70.0, Priority.SCENE, "scene:a"),)))
    follow()
    home.take(Reported(LAMP, True))
    follow()
    home.tick(2 * SECOND_US)
    home.take(Claimed((Claim(LAMP, False, Priority.SAFETY, "safety:b", "", home.now_us() + 10),)))
    follow()
    home.tick(10 * MINUTE_US)
    home.take(TimePassed())
    follow()
    home.take(Released("person:ann"))
    follow()
    home.take(Released("scene:a"))
    follow()
    home.tick(10 * MINUTE_US)
    home.take(TimePassed())
    follow()


def test_a_command_that_was_under_way_before_the_batch_is_told_when_it_settles() -> None:
    home = furnished()
    home.take(_ON)
    assert _properties(home)[LAMP].pending
    batch = Batch(home)
    home.subscribe(batch.add)
    home.tick(MINUTE_US)
    home.take(TimePassed())
    assert _changed(batch)[LAMP] == _properties(home)[LAMP]


def test_a_device_that_left_is_neither_changed_nor_out_of_reach() -> None:
    home = furnished()
    batch = Batch(home)
    home.subscribe(batch.add)
    home.take(Reported(MOTION, True))
    home.take(Availability(DeviceId("motion"), False, "gone"))
    home.take(Forgotten(DeviceId("motion")))
    assert batch.changes(_ALL) is None
    assert batch.availability() is None
    assert batch.configured


def test_a_driver_s_own_record_of_a_device_is_never_shown() -> None:
    home = furnished()
    event = next(e for e in home.log if isinstance(e.what, Adopted) and e.what.device.native)
    shown = pictures.event(event, home).what
    assert isinstance(shown, Adopted)
    assert shown.device.native == ""
    assert isinstance(event.what, Adopted)
    assert isinstance(event.what.device, Device)
    assert event.what.device.native
