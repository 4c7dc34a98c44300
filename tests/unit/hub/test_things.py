"""One thing over several protocols: joined with nothing lost, and split as it was."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from plain_driver import PlainDriver

from drivers.kit.port import Ordered
from hubd.adoption import Adoption
from hubd.clock import WallClock
from hubd.core.engine import Core
from hubd.driver_port import DriverPort, attach
from hubd.hub import Hub
from hubd.model.claim import Claim, Priority
from hubd.model.command import Outcome
from hubd.model.device import Device, DeviceType, Endpoint, Property
from hubd.model.events import Claimed, Event, Hailed, SceneRevised
from hubd.model.ids import DeviceId, EndpointId, PropertyId, SceneId
from hubd.model.vocabulary import typical
from hubd.things import composed, joined, proposals, stripped
from scenes.compiler import compile_scene

MAC = "mac:a0b1c2d3e4f5"
ON = PropertyId("p1/1/OnOff.on")
POWER = "ElectricalPowerMeasurement.activePower"


class _Nowhere:
    def append(self, events: object) -> None:
        del events

    async def commit(self, events: object) -> None:
        del events


class Switches(PlainDriver):
    """A driver that does as it is asked, unless it is told to refuse."""

    def __init__(self, port: DriverPort) -> None:
        super().__init__()
        self.port = port
        self.refuses = False

    def send(self, commands: Sequence[Ordered]) -> None:
        for ordered in commands:
            self.sent.append(ordered)
            if self.refuses:
                self.port.answered(ordered.event, accepted=False, reason="no")
            else:
                self.port.reported(ordered.command.property, ordered.command.value)


def plug(device: str, driver: str, endpoint: str, *more: str) -> Device:
    properties: tuple[Property, ...] = (typical("OnOff.on", writable=True),)
    properties += tuple(typical(name) for name in more)
    end = Endpoint(EndpointId(endpoint), DeviceType.ON_OFF_PLUG, "", properties)
    return Device(DeviceId(device), device.title(), driver, (end,), identities=(MAC,))


class Twin:
    """A hub with a plug that is reached over two protocols."""

    def __init__(self) -> None:
        self.hub = Hub(Core(compile_scene), _Nowhere(), WallClock())
        self.adoption = Adoption(self.hub, None)
        self.events: list[Event] = []
        self.hub.watch(self.events.extend)
        self.zed = attach(self.hub, self.adoption, Switches, "zed")
        self.wifi = attach(self.hub, self.adoption, Switches, "wifi")
        self.zed.port.described(plug("p1", "zed", "1"))
        self.wifi.port.described(plug("w1", "wifi", "relay", POWER))
        for driver, prop in ((self.zed, ON), (self.wifi, PropertyId("w1/relay/OnOff.on"))):
            driver.port.reported(prop, value=False, restored=True)

    @property
    def devices(self) -> dict[DeviceId, Device]:
        return self.hub.core.state.home.devices

    async def join(self) -> None:
        await self.adoption.join(DeviceId("p1"), DeviceId("w1"), ("the same MAC",), "person:ann")

    def wish(self, *, on: bool, prop: PropertyId = ON) -> None:
        claim = Claim(prop, on, Priority.HAND, "person:ann", "she asked")
        self.hub.take(Claimed((claim,)), "person:ann")

    def outcomes(self) -> dict[Outcome, int]:
        return dict(self.hub.counts.outcomes)


async def test_a_joined_thing_has_what_both_have_and_is_one_device() -> None:
    twin = Twin()
    await twin.join()
    assert list(twin.devices) == ["p1"]
    thing = twin.devices[DeviceId("p1")]
    (end,) = thing.endpoints
    assert [p.name for p in end.properties] == ["OnOff.on", POWER]
    assert thing.aliases == ("w1", "W1")
    assert not proposals(twin.hub.core.state.home)


async def test_the_reports_of_both_ways_are_one_property_s() -> None:
    twin = Twin()
    await twin.join()
    twin.wifi.port.reported(PropertyId(f"w1/relay/{POWER}"), 12.5)
    assert twin.hub.core.view.value(PropertyId(f"p1/1/{POWER}")) == 12.5
    twin.zed.port.reported(ON, value=True)
    twin.wifi.port.reported(PropertyId("w1/relay/OnOff.on"), value=False)
    assert twin.hub.core.view.value(ON) is True, "the first live way is believed"


async def test_a_command_goes_by_the_best_live_way_and_fails_over() -> None:
    twin = Twin()
    await twin.join()
    twin.wish(on=True)
    assert (len(twin.zed.sent), len(twin.wifi.sent)) == (1, 0)
    twin.zed.port.reached(DeviceId("p1"), available=False, reason="it hung up")
    assert DeviceId("p1") not in twin.hub.core.state.unreachable, "the other way is there"
    twin.wish(on=False)
    assert (len(twin.zed.sent), len(twin.wifi.sent)) == (1, 1)
    assert twin.wifi.sent[0].command.property == "w1/relay/OnOff.on"
    twin.wifi.port.reached(DeviceId("w1"), available=False, reason="it hung up too")
    assert DeviceId("p1") in twin.hub.core.state.unreachable
    twin.zed.port.reached(DeviceId("p1"), available=True)
    assert DeviceId("p1") not in twin.hub.core.state.unreachable


async def test_a_refusal_by_one_way_is_tried_by_the_other_before_it_counts() -> None:
    twin = Twin()
    await twin.join()
    twin.zed.refuses = True
    twin.wish(on=True)
    assert len(twin.wifi.sent) == 1
    assert not twin.outcomes(), "a refusal of one of two ways settles nothing"
    twin.wifi.refuses = True
    twin.wish(on=False)
    assert twin.outcomes()[Outcome.REFUSED] >= 1


async def test_what_stood_on_the_other_record_stands_on_the_thing() -> None:
    twin = Twin()
    twin.wish(on=True, prop=PropertyId("w1/relay/OnOff.on"))
    await twin.join()
    assert twin.hub.core.view.value(ON) is True
    owners = [s.claim.owner for s in twin.hub.core.state.shadows[ON].claims]
    assert owners == ["person:ann"]


async def test_a_scene_that_names_the_other_record_goes_on_with_the_thing() -> None:
    twin = Twin()
    scene = "scene: S\nwhen: {called: go}\nclaims: {w1: on}\nuntil: {called: over}\n"
    await twin.hub.configure([SceneRevised(SceneId("s"), scene)], "test")
    await twin.join()
    twin.hub.take(Hailed("go"), "test")
    assert twin.hub.core.view.value(ON) is True


async def test_a_split_leaves_both_as_they_were() -> None:
    twin = Twin()
    before = dict(twin.devices)
    await twin.join()
    await twin.adoption.part(DeviceId("w1"), "person:ann")
    assert twin.devices == before
    twin.wish(on=True, prop=PropertyId("w1/relay/OnOff.on"))
    assert [o.command.property for o in twin.wifi.sent] == ["w1/relay/OnOff.on"]


async def test_a_restarted_hub_goes_on_with_its_things() -> None:
    twin = Twin()
    await twin.join()
    state = twin.hub.core.state
    again = Hub(Core(compile_scene, state), _Nowhere(), WallClock())
    adoption = Adoption(again, None)
    zed = attach(again, adoption, Switches, "zed")
    wifi = attach(again, adoption, Switches, "wifi")
    known = again.core.state.next_id
    wifi.port.described(plug("w1", "wifi", "relay", POWER))
    zed.port.described(plug("p1", "zed", "1"))
    assert again.core.state.next_id == known, "nothing is new"
    zed.port.reached(DeviceId("p1"), available=False)
    wifi.port.reached(DeviceId("w1"), available=True)
    claim = Claim(ON, True, Priority.HAND, "person:ann", "she asked")
    again.take(Claimed((claim,)), "person:ann")
    assert [o.command.property for o in wifi.sent] == ["w1/relay/OnOff.on"]


async def test_a_record_that_gains_a_property_gives_it_to_the_thing() -> None:
    twin = Twin()
    await twin.join()
    voltage = "ElectricalPowerMeasurement.voltage"
    twin.wifi.port.described(plug("w1", "wifi", "relay", POWER, voltage))
    (end,) = twin.devices[DeviceId("p1")].endpoints
    assert [p.name for p in end.properties] == ["OnOff.on", POWER, voltage]


async def test_a_record_that_is_withdrawn_leaves_the_thing_to_the_other() -> None:
    twin = Twin()
    await twin.join()
    twin.wifi.port.forgotten(DeviceId("w1"))
    (end,) = twin.devices[DeviceId("p1")].endpoints
    assert [p.name for p in end.properties] == ["OnOff.on"]
    await Twin().join()
    twin = Twin()
    await twin.join()
    twin.zed.port.forgotten(DeviceId("p1"))
    assert list(twin.devices) == ["w1"], "what is left is a device of its own"


NAMES = st.sampled_from(
    ["OnOff.on", "LevelControl.level", POWER, "TemperatureMeasurement.temperature"]
)
TYPES = st.sampled_from([DeviceType.ON_OFF_PLUG, DeviceType.DIMMABLE_LIGHT, DeviceType.GENERIC])


@st.composite
def devices(draw: st.DrawFn, device: str, driver: str) -> Device:
    ids = draw(st.lists(st.sampled_from(["1", "2", "relay", "light"]), unique=True, max_size=3))
    endpoints = []
    for name in ids:
        names = draw(st.lists(NAMES, unique=True, min_size=1))
        end = Endpoint(EndpointId(name), draw(TYPES), "", tuple(typical(n) for n in names))
        endpoints.append(end)
    return Device(DeviceId(device), device.title(), driver, tuple(endpoints), identities=(MAC,))


@given(devices("p1", "zed"), devices("w1", "wifi"))
def test_composing_and_stripping_gives_the_thing_back(thing: Device, record: Device) -> None:
    join = joined(thing, record)
    whole = composed(thing, [join])
    assert replace(stripped(whole, join), identities=()) == replace(thing, identities=())


@given(devices("p1", "zed"), devices("w1", "wifi"))
def test_every_property_of_either_is_the_thing_s_exactly_once(
    thing: Device, record: Device
) -> None:
    join = joined(thing, record)
    whole = composed(thing, [join])
    ids = whole.property_ids()
    assert len(ids) == len(set(ids))
    assert set(thing.property_ids()) <= set(ids)
    targets = [(p.thing_endpoint, p.thing_name) for p in join.pairs]
    assert len(targets) == len(set(targets)) == len(record.property_ids())
    assert {f"p1/{endpoint}/{name}" for endpoint, name in targets} <= set(ids)
