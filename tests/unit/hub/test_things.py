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
from hubd.model.events import AreaSet, Claimed, Event, Hailed, SceneRevised
from hubd.model.home import Area, Naming
from hubd.model.ids import AreaId, DeviceId, EndpointId, PropertyId, SceneId
from hubd.model.value import Value
from hubd.model.vocabulary import typical
from hubd.things import composed, joined, proposals, stripped
from scenes.compiler import compile_scene

MAC = "mac:a0b1c2d3e4f5"
ON = PropertyId("p1/1/OnOff.on")
POWER = "ElectricalPowerMeasurement.activePower"
VOLTAGE = "ElectricalPowerMeasurement.voltage"


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
    twin.wifi.port.described(plug("w1", "wifi", "relay", POWER, VOLTAGE))
    (end,) = twin.devices[DeviceId("p1")].endpoints
    assert [p.name for p in end.properties] == ["OnOff.on", POWER, VOLTAGE]


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


def value(twin: Twin, prop: str) -> Value:
    return twin.hub.core.view.value(PropertyId(prop))


async def test_a_path_that_comes_back_tells_what_is_so_now_and_not_what_was() -> None:
    twin = Twin()
    await twin.join()
    twin.zed.port.reported(ON, value=True)
    twin.zed.port.reached(DeviceId("p1"), available=False, reason="it hung up")
    twin.wifi.port.reported(PropertyId("w1/relay/OnOff.on"), value=False)
    assert value(twin, ON) is False
    twin.zed.port.reached(DeviceId("p1"), available=True)
    assert value(twin, ON) is False, "what the first way told before it was lost is old"
    twin.zed.port.reported(ON, value=True)
    assert value(twin, ON) is True


async def test_a_way_that_says_nothing_of_its_reach_is_one_after_a_start_too() -> None:
    twin = Twin()
    await twin.join()
    again = Hub(Core(compile_scene, twin.hub.core.state), _Nowhere(), WallClock())
    adoption = Adoption(again, None)
    attach(again, adoption, Switches, "zed")
    wifi = attach(again, adoption, Switches, "wifi")
    wifi.port.reached(DeviceId("w1"), available=False, reason="it hung up")
    assert DeviceId("p1") not in again.core.state.unreachable
    wifi.port.reached(DeviceId("w1"), available=True)
    wifi.port.reported(PropertyId("w1/relay/OnOff.on"), value=True)
    assert again.core.view.value(ON) is True, "who is known to be there is believed"


async def test_a_split_while_one_way_is_lost_leaves_each_with_its_own_reach() -> None:
    twin = Twin()
    await twin.join()
    twin.wifi.port.reported(PropertyId(f"w1/relay/{POWER}"), 12.5)
    twin.zed.port.reached(DeviceId("p1"), available=False, reason="it hung up")
    await twin.adoption.part(DeviceId("w1"), "person:ann")
    unreachable = twin.hub.core.state.unreachable
    assert (DeviceId("p1") in unreachable, DeviceId("w1") in unreachable) == (True, False)
    assert value(twin, f"w1/relay/{POWER}") == 12.5
    twin = Twin()
    await twin.join()
    twin.wifi.port.reached(DeviceId("w1"), available=False, reason="it hung up")
    await twin.adoption.part(DeviceId("w1"), "person:ann")
    unreachable = twin.hub.core.state.unreachable
    assert (DeviceId("p1") in unreachable, DeviceId("w1") in unreachable) == (False, True)


async def test_what_is_joined_while_it_is_lost_is_a_lost_way() -> None:
    twin = Twin()
    twin.zed.port.reached(DeviceId("p1"), available=False, reason="it hung up")
    twin.wifi.port.reported(PropertyId(f"w1/relay/{POWER}"), 12.5)
    await twin.join()
    assert DeviceId("p1") not in twin.hub.core.state.unreachable
    assert value(twin, f"p1/1/{POWER}") == 12.5
    twin.wish(on=True)
    assert (len(twin.zed.sent), len(twin.wifi.sent)) == (0, 1)


async def test_a_third_way_joins_and_any_of_them_parts_again() -> None:
    twin = Twin()
    cloud = attach(twin.hub, twin.adoption, Switches, "cloud")
    cloud.port.described(plug("c1", "cloud", "out", POWER))
    before = dict(twin.devices)
    await twin.join()
    await twin.adoption.join(DeviceId("p1"), DeviceId("c1"), (), "person:ann")
    for driver, record in ((twin.zed, "p1/1"), (twin.wifi, "w1/relay"), (cloud, "c1/out")):
        driver.port.reported(PropertyId(f"{record}/OnOff.on"), value=False)
    (end,) = twin.devices[DeviceId("p1")].endpoints
    assert [p.name for p in end.properties] == ["OnOff.on", POWER]
    cloud.port.reported(PropertyId(f"c1/out/{POWER}"), 9.0)
    twin.wifi.port.reached(DeviceId("w1"), available=False)
    assert value(twin, f"p1/1/{POWER}") == 9.0, "the third way has it too"
    again = Hub(Core(compile_scene, twin.hub.core.state), _Nowhere(), WallClock())
    adoption = Adoption(again, None)  # whose drivers have told nothing yet
    await adoption.part(DeviceId("w1"), "person:ann")
    (end,) = again.core.state.home.devices[DeviceId("p1")].endpoints
    assert [p.name for p in end.properties] == ["OnOff.on", POWER]
    await adoption.part(DeviceId("c1"), "person:ann")
    after = again.core.state.home.devices
    assert {d: after[d].endpoints for d in after} == {d: before[d].endpoints for d in before}


async def test_a_thing_that_gains_what_a_way_brought_has_it_once() -> None:
    twin = Twin()
    await twin.join()
    twin.zed.port.described(plug("p1", "zed", "1", POWER))
    (end,) = twin.devices[DeviceId("p1")].endpoints
    assert [p.name for p in end.properties] == ["OnOff.on", POWER]
    twin.zed.port.reported(PropertyId(f"p1/1/{POWER}"), 3.0)
    assert value(twin, f"p1/1/{POWER}") == 3.0
    twin.zed.port.described(plug("p1", "zed", "1"))
    twin.wifi.port.reported(PropertyId(f"w1/relay/{POWER}"), 4.0)
    assert value(twin, f"p1/1/{POWER}") == 4.0


async def test_a_joined_thing_keeps_its_people_s_name_through_all_of_it() -> None:
    twin = Twin()
    await twin.join()
    twin.adoption.name(DeviceId("p1"), Naming("Kettle"), "person:ann")
    twin.wifi.port.described(plug("w1", "wifi", "relay", POWER, VOLTAGE))
    twin.zed.port.described(plug("p1", "zed", "1"))
    assert twin.devices[DeviceId("p1")].name == "Kettle"
    twin.zed.port.forgotten(DeviceId("p1"))
    assert [(d, v.name) for d, v in twin.devices.items()] == [("w1", "Kettle")]


async def test_what_people_called_the_joined_record_goes_on_meaning_the_thing() -> None:
    twin = Twin()
    twin.adoption.name(DeviceId("w1"), Naming("Shelf lamp"), "person:ann")
    await twin.join()
    twin.wifi.port.described(plug("w1", "wifi", "relay", POWER, VOLTAGE))
    (thing,) = twin.hub.core.state.home.find_devices("shelf lamp")
    assert thing.id == "p1"
    await twin.adoption.part(DeviceId("w1"), "person:ann")
    assert twin.devices[DeviceId("w1")].name == "Shelf lamp"


async def test_two_ways_by_one_driver_are_two_ways() -> None:
    twin = Twin()
    twin.wifi.port.described(plug("w2", "wifi", "relay"))
    await twin.join()
    await twin.adoption.join(DeviceId("p1"), DeviceId("w2"), (), "person:ann")
    twin.zed.refuses = True
    twin.wifi.refuses = True
    twin.wish(on=True)
    tried = [o.command.device for o in twin.wifi.sent]
    assert tried[:2] == ["w1", "w2"]


async def test_an_attempt_goes_by_no_way_that_is_lost() -> None:
    twin = Twin()
    await twin.join()
    twin.wifi.port.reached(DeviceId("w1"), available=False, reason="it hung up")
    twin.zed.refuses = True
    twin.wish(on=True)
    assert (len(twin.zed.sent), len(twin.wifi.sent)) == (1, 0)


async def test_an_adopted_anew_device_is_called_as_its_like_was() -> None:
    twin = Twin()
    study = Area(AreaId("study"), "Study")
    twin.hub.take(AreaSet(study), "test")
    twin.adoption.name(DeviceId("p1"), Naming("Kettle", study.id), "person:ann")
    twin.wifi.port.forgotten(DeviceId("w1"))
    twin.zed.port.forgotten(DeviceId("p1"))
    assert not twin.devices
    twin.wifi.port.described(plug("w9", "wifi", "relay"))
    for _ in range(2):
        device = twin.devices[DeviceId("w9")]
        assert (device.name, device.area) == ("Kettle", "study")
        twin.wifi.port.described(plug("w9", "wifi", "relay", POWER))


async def test_a_driver_has_no_word_in_another_s_device() -> None:
    twin = Twin()
    mine = twin.devices[DeviceId("p1")]
    twin.wifi.port.described(plug("p1", "wifi", "relay"))
    assert twin.devices[DeviceId("p1")] == mine
    await twin.join()
    twin.zed.port.described(plug("w1", "zed", "1"))
    assert twin.hub.core.state.home.joins[DeviceId("w1")].record.driver == "wifi"
    assert twin.hub.counts.refused_inputs == {"wifi": 1, "zed": 1}


async def test_what_nobody_adopted_signals_to_nobody() -> None:
    twin = Twin()
    known = len(twin.events)
    twin.zed.port.signalled(DeviceId("p9"), EndpointId("1"), "Switch.press", "once")
    assert len(twin.events) == known


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
