"""What a node becomes, and how commands to it are sent."""

from collections.abc import Mapping

import pytest
from matter_census import kept

from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.link import ITSELF
from drivers.matter.attributes import Invoke, Write
from drivers.matter.commissioning import _failed
from drivers.matter.dump import nodes
from drivers.matter.failures import COMMISSION_FAILED, is_lost, refusal
from drivers.matter.node import Carried, carried, is_thread, sleeps, values
from drivers.matter.presence import Presence, Waiting, operational
from drivers.matter.sending import Sending, sendings
from drivers.matter.told import Told, read_node
from drivers.matter.wire import Failure
from hubd.model.command import Command
from hubd.model.device import DeviceType
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value
from tests.unit.drivers.matter.test_matter_presence import FABRIC, HOST, member

LAMP: Mapping[str, object] = {
    "0/40/1": "Acme",
    "0/40/3": "Colour lamp",
    "0/40/5": "Reading lamp",
    "0/40/10": "1.2",
    "0/40/15": "SN-0001",
    "0/51/0": [{"0": "wlan0", "4": "qrvM3e7/", "7": 1}, {"0": "eth0", "4": "AAECAwQF", "7": 2}],
    "0/65/0": [{"0": "room", "1": "Study"}],
    "1/29/0": [{"0": 269, "1": 1}],
    "1/6/0": False,
    "1/6/65529": [0, 1, 2],
    "1/8/0": 127,
    "1/768/0": 10,
    "1/768/1": 20,
    "1/768/3": 100,
    "1/768/4": 200,
    "1/768/7": 250,
    "1/768/65532": 0x19,
}


def command(name: str, value: Value, *, over_us: int = 0, endpoint: str = "light") -> Command:
    return Command(DeviceId("d"), EndpointId(endpoint), name, value, 2**60, over_us=over_us)


def sent(told: Told, known: Carried, *commands: Command) -> list[Sending]:
    return sendings(known, told, ITSELF, commands)[0]


def lamp() -> tuple[Told, Carried]:
    told = Told(LAMP)
    return told, carried(told, "Matter node 1")


def names(sendings: list[Sending]) -> list[str]:
    return [s.order.name if isinstance(s.order, Invoke) else "write" for s in sendings]


def test_a_node_is_described_by_what_it_says_of_itself() -> None:
    _, known = lamp()
    about = known.parts[ITSELF]
    assert (about.name, about.maker, about.model) == ("Reading lamp", "Acme", "Colour lamp")
    assert (about.version, about.area) == ("1.2", "Study")
    assert set(about.identities) == {"mac:aabbccddeeff", "serial:acme:sn-0001"}
    light = next(e for e in about.endpoints if e.id == "light")
    assert light.type is DeviceType.EXTENDED_COLOR_LIGHT
    level = light.property("LevelControl.level")
    assert level is not None
    assert level.transition


def census_node() -> Told:
    """Return the node of every device type that matter.js has."""
    told = Told()
    for _, endpoints in nodes(kept()):
        for endpoint in endpoints:
            for cluster, attributes in endpoint.clusters.items():
                for own, raw in attributes.items():
                    told.put((endpoint.id, cluster, own), raw)
    return told


def test_a_node_of_all_device_types_has_endpoints_and_properties_of_their_own_names() -> None:
    told = census_node()
    known = carried(told, "x")
    assert len(known.parts) > 2, "the bridged devices are parts"
    described = set()
    for part, about in known.parts.items():
        ids = [e.id for e in about.endpoints]
        assert len(ids) == len(set(ids))
        for endpoint in about.endpoints:
            for inner in (endpoint.properties, endpoint.actions, endpoint.signals):
                called = [one.name for one in inner]
                assert len(called) == len(set(called)), endpoint.id
            described |= {(part, endpoint.id, p.name) for p in endpoint.properties}
    told_of = [s.key for s, _ in values(told, known.sources.values())]
    assert set(told_of) <= described
    assert len(told_of) == len(set(told_of)), "each property is told by one attribute"
    assert len(described) == len(told_of), "and none is described that nothing tells"
    has = {(part, e.id) for part, about in known.parts.items() for e in about.endpoints}
    assert set(known.signals.values()) <= has


def test_values_are_those_of_the_attributes_and_none_where_they_cannot_be_read() -> None:
    told, known = lamp()
    now = {s.prop.name: v for s, v in values(told, known.sources.values())}
    assert now["LevelControl.level"] == 50.0
    told.put((1, 8, 0), "half")
    now = {s.prop.name: v for s, v in values(told, known.sources.values())}
    assert now["LevelControl.level"] is None


def test_a_node_of_two_gangs_has_two_endpoints_of_stable_names() -> None:
    gangs = {
        f"{n}/{path}": v for n in (1, 2) for path, v in (("29/0", [{"0": 256}]), ("6/0", True))
    }
    known = carried(Told(gangs), "x")
    assert [e.id for e in known.parts[ITSELF].endpoints] == ["light", "light_2"]


def test_what_belongs_together_is_sent_as_one() -> None:
    told, known = lamp()
    on, level = command("OnOff.on", value=True), command("LevelControl.level", 40.0)
    (both,) = sent(told, known, on, level)
    assert names([both]) == ["MoveToLevelWithOnOff"]
    assert {c.name for c in both.certain} == {"OnOff.on", "LevelControl.level"}
    hue, saturation = command("ColorControl.hue", 120.0), command("ColorControl.saturation", 50.0)
    (tint,) = sent(told, known, hue, saturation)
    assert names([tint]) == ["MoveToHueAndSaturation"]
    (point,) = sent(told, known, command("ColorControl.y", 0.3), command("ColorControl.x", 0.2))
    assert isinstance(point.order, Invoke)
    assert point.order.fields["colorX"] == round(0.2 * 65536)
    assert point.order.fields["colorY"] == round(0.3 * 65536)
    off = command("OnOff.on", value=False)
    assert (
        names(sent(told, known, off, command("ColorControl.colorTemperature", 4000)))[-1] == "Off"
    )


def test_what_takes_its_time_is_not_certain_when_it_is_acknowledged() -> None:
    told, known = lamp()
    (slow,) = sent(told, known, command("LevelControl.level", 40.0, over_us=2_500_000))
    assert isinstance(slow.order, Invoke)
    assert slow.order.fields["transitionTime"] == 25
    assert slow.certain == ()
    (quick,) = sent(told, known, command("LevelControl.level", 40.0))
    assert [c.value for c in quick.certain] == [40.0]


def test_a_lock_is_never_asked_twice_and_is_not_locked_before_it_says_so() -> None:
    told = Told({"1/29/0": [{"0": 10}], "1/257/0": 2, "1/257/35": 10})
    known = carried(told, "x")
    (lock,) = sent(told, known, command("DoorLock.locked", value=True, endpoint="lock"))
    assert (lock.twice, lock.timed, lock.certain) == (False, True, ())


def test_a_parameter_is_written_and_may_be_written_twice() -> None:
    told, known = lamp()
    told.put((1, 6, 16387), 0)
    known = carried(told, "x")
    own = next(s for s in known.settings.values() if s.path == (1, 6, 16387))
    (write,) = sent(told, known, command(own.prop.name, "on", endpoint=own.endpoint))
    assert write.order == Write(16387, 1)
    assert write.twice


def test_what_cannot_be_set_is_refused_and_the_rest_is_sent() -> None:
    told, known = lamp()
    todo, refused = sendings(
        known, told, ITSELF, [command("OnOff.on", value=True), command("OnOff.nonsense", 1)]
    )
    assert names(todo) == ["On"]
    assert isinstance(refused, RefusedError)
    with pytest.raises(RefusedError):
        sent(told, known, command("LevelControl.level", "half"))


@pytest.mark.parametrize(
    ("attributes", "restful"),
    [
        ({"0/53/1": 2}, True),  # a sleepy end device of Thread
        ({"0/53/1": 5}, False),
        ({"0/70/0": 300}, True),  # intermittently connected
        ({"1/47/65532": 0b10}, True),  # on batteries alone
        ({"1/47/65532": 0b10, "0/47/65532": 0b01}, False),
        ({"1/6/0": True}, False),
    ],
)
def test_who_sleeps_is_never_woken(attributes: Mapping[str, object], *, restful: bool) -> None:
    told = Told(attributes)
    assert sleeps(told) is restful
    assert is_thread(told) is ("0/53/1" in attributes)


def test_paths_that_are_none_are_named_and_the_others_taken() -> None:
    told = Told({"nonsense": 1, "1/6/0": True})
    assert told.get(1, 6, 0) is True
    assert carried(told, "x").parts[ITSELF].troubles
    for wrong in (None, {"node_id": 0, "attributes": {}}, {"node_id": 1}):
        with pytest.raises(MalformedError):
            read_node(wrong)


def test_a_node_that_says_no_is_there_and_one_that_says_nothing_is_not() -> None:
    assert is_lost(Failure("1", 0, ""))
    assert is_lost(Failure("1", 0, "src/x.cpp:1: CHIP Error 0x00000032: Timeout"))
    assert is_lost(Failure("1", 3, "Node 1 is not (yet) available."))
    assert not is_lost(Failure("1", 0, "InteractionModelError: ConstraintError (0x87)"))
    assert not is_lost(Failure("1", 0, "type object 'Commands' has no attribute 'x'"))
    said = refusal(Failure("1", 0, "InteractionModelError: ConstraintError (0x87)")).what
    assert said == "it does not take that value"


@pytest.mark.parametrize(
    ("seen", "took_s", "fabrics", "words"),
    [
        (False, 30.0, 0, "no device that waits"),
        (True, 30.0, 0, "does not take the code"),
        (True, 2.0, 0, "did not let the hub in"),
        (True, 2.0, 5, "no room for another system: 5 have it"),
    ],
)
def test_a_commissioning_that_failed_for_no_stated_reason_is_told_by_what_was_seen(
    *, seen: bool, took_s: float, fabrics: int, words: str
) -> None:
    presence = Presence()
    for number in range(fabrics):
        shown = operational(member(FABRIC + number, 1))
        assert shown is not None
        presence.take(shown, gone=False)
    device = Waiting("AB", HOST, "fe80::1", 5540, 3840) if seen else None
    failure = Failure("1", COMMISSION_FAILED, "Commission with code failed for node 3.")
    assert words in _failed(failure, device, took_s, presence).what
