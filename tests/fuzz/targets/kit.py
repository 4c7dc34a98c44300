"""The kit: frames between processes, manifests, identities, what is known of units and colours."""

import re
from collections.abc import Sequence
from contextlib import suppress

from drivers.kit import color, identity, units
from drivers.kit.allowed import Hosts, Ports
from drivers.kit.driver import Announced
from drivers.kit.errors import ManifestError
from drivers.kit.found import Adoption, Found, Need
from drivers.kit.hushing import HIDDEN, LEAST, hushed
from drivers.kit.link import Description
from drivers.kit.manifest import Errand, manifest_of
from drivers.kit.messages import (
    Adopted,
    Answered,
    Configure,
    Described,
    Doing,
    Entrust,
    Failed,
    Forgotten,
    Frames,
    FromDriver,
    Heard,
    Keep,
    Kept,
    Listen,
    Misconfigured,
    Order,
    Ran,
    Reached,
    Recognised,
    Refused,
    Reported,
    Run,
    Saw,
    Say,
    See,
    Signalled,
    Started,
    ToDriver,
    Watch,
    framed,
)
from drivers.kit.port import Ordered
from drivers.kit.sighting import Medium, Sighting
from drivers.kit.telling import Telling
from hubd.model.command import Command
from hubd.model.device import DeviceType, Endpoint
from hubd.model.ids import DeviceId, EndpointId, EventId
from hubd.model.vocabulary import typical
from tests.fuzz.target import Target, typed
from tests.unit.drivers.mqtt_house import NotedHub

_SEEN = Sighting(Medium.MDNS, "_hap._tcp.local.", "Lamp", "l.local.", ("10.0.0.7",), 80, {"a": "b"})
_LAMP = Endpoint(EndpointId("l"), DeviceType.ON_OFF_LIGHT, "", (typical("OnOff.on"),))
_COMMAND = Command(DeviceId("d"), EndpointId("l"), "OnOff.on", value=True, deadline_us=1)


def _frames(data: bytes) -> None:
    """Read frames as they come: whole, and cut somewhere."""
    cut = len(data) // 3
    for kind in (FromDriver, ToDriver):
        for pieces in ((data,), (data[:cut], data[cut:])):
            frames = Frames(kind.__value__)
            with typed():
                for piece in pieces:
                    for message in frames.feed(piece):
                        framed(message)


class _Hub(NotedHub):
    """Notes what a driver tells; what it cannot keep it passes over."""

    def found(self, found: Found, *, seen: str = "") -> None:
        assert isinstance(found.key + seen, str)

    def recorded(self, device: DeviceId, native: str) -> None:
        assert device
        assert native

    def listen(self, topic_filters: frozenset[str]) -> None:
        assert topic_filters <= {"a/#"}

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        assert topic.startswith("a"), (payload, retain)


class _Vault:
    """A vault in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, Adoption] = {}

    def adoptions(self, driver: str) -> Sequence[Adoption]:
        assert driver
        return list(self._kept.values())

    def keep(self, driver: str, adoption: Adoption) -> None:
        assert driver
        self._kept[adoption.key] = adoption

    def drop(self, driver: str, key: str) -> None:
        assert driver
        self._kept.pop(key, None)

    def own(self, driver: str) -> str:
        assert driver
        return ""

    def keep_own(self, driver: str, secret: str) -> None:
        assert driver
        assert isinstance(secret, str)

    async def written(self) -> None:
        """Return at once."""


def _telling(data: bytes) -> None:
    """Have the hub's side take what a driver's process says, and take leave of its things."""
    manifest, hub = manifest_of(_MANIFEST, "driver.toml"), _Hub()
    vault = _Vault()
    telling = Telling(manifest, hub, vault)
    telling.keep(Adoption("k", "10.0.0.7", 80, "{}"))
    with typed():
        for message in Frames[FromDriver](FromDriver.__value__).feed(data):
            telling.take(message)
    again = Telling(manifest, hub, vault, hub.devices.values())
    for side in (telling, again):
        for device in list(hub.devices):
            side.key_of(DeviceId(device))
        side.lost("it is over")
        for adoption in side.adoptions:
            side.drop(adoption.key)


def _told() -> Sequence[bytes]:
    lamp = Description("Lamp", (_LAMP,), identities=("mac:aabbccddeeff",))
    said: list[FromDriver] = [
        Described("k", "", lamp),
        Described("k", "one", lamp),
        Described("k", "two", lamp),
        Described("k", "2 c", lamp),
        Described("k", "2_c", lamp),
        Reported("k", "one", EndpointId("l"), "OnOff.on", value=True, restored=False),
        Signalled("k", "two", EndpointId("l"), "Switch.pressed", "single"),
        Reached("k", "", available=True),
        Reached("k", "", available=False, reason="gone", code="driver.access", mend="adopt"),
        Kept(Adoption("k", "10.0.0.8", 80, "{}", "s")),
        Recognised(Found("x", "X"), "mdns:x"),
        Answered(EventId(1), accepted=False, reason="no"),
        Listen(("a/#", "b")),
        Say("a/b", "on"),
        Refused("x", "why"),
        Forgotten("k", "two"),
    ]
    return [b"".join(map(framed, said)), *(framed(said[0]) + framed(one) for one in said)]


def _frame_seeds() -> Sequence[bytes]:
    to: list[ToDriver] = [
        See(_SEEN),
        Watch(("_hap._tcp.local.",), (), Announced("h", "h", 80, "1")),
        Keep(Adoption("k", "10.0.0.7", 80, "{}", "s")),
        Order("k", "", (Ordered(EventId(1), _COMMAND),)),
        Heard("a/b", "on"),
        Configure({"url": "ws://h", "port": 1, "wait_s": 1.5, "loud": True}, "s"),
        Run(1, Errand("greet", "Greet", needs=(Need("whom", "Whom"),)), None, {"whom": "Ann"}),
    ]
    back: list[FromDriver] = [
        Started(),
        Saw(_SEEN),
        Adopted(1, Adoption("k")),
        Doing(1, "trying the key…"),
        Ran(1, {"code": "1234"}),
        Failed(1, "driver.errand", "no", "try"),
        Entrust("s"),
        Misconfigured("url", "no", "try"),
        Described("k", "", Description("Lamp", (_LAMP,))),
        Reported("k", "", EndpointId("l"), "OnOff.on", value=1.5, restored=False),
    ]
    return [
        *map(framed, to),
        *map(framed, back),
        b"".join(map(framed, back)),
        b"\xff\xff\xff\xff",
        b"\0\0\0\2\xdd\xff",
    ]


_MANIFEST = b"""name = "shelly"
title = "Shelly"
protocol = "RPC"
entry = "drivers.shelly.driver:ShellyDriver"
seeks = true
[[mdns]]
service = "_shelly._tcp.local."
name = "shelly*"
texts = { gen = "[23]" }
[[ssdp]]
service = "urn:*"
[reach]
tcp = [80, "8000-9000"]
udp = ["*"]
hosts = ["lan", "10.0.0.0/8"]
listens = [5683]
topics = ["a/#"]
[limits]
memory_mb = 64
cpu_percent = 10
[exempt]
narrow = "why"
"""


def _manifest(data: bytes) -> None:
    with typed(ManifestError):
        manifest = manifest_of(data, "driver.toml")
        manifest.is_for(_SEEN)
        reach = manifest.reach
        with suppress(ValueError):  # the fence's own word for what is no port
            for ports in (reach.tcp, reach.udp, reach.listens):
                assert isinstance(80 in Ports(ports), bool)
            assert isinstance("10.0.0.7" in Hosts(reach.hosts), bool)


def _identity(data: bytes) -> None:
    said = data.decode(errors="replace")
    first, _, second = said.partition(" ")
    for found in (identity.mac(said), identity.ieee(said), identity.serial(first, second)):
        assert found is None or ":" in found
    identity.told(*identity.of_connections([(first, second), ("mac", said), ("zigbee", said)]))


def _hushed(data: bytes) -> None:
    """Take a secret out of what is said: the first line is the secret."""
    secret, _, words = data.decode(errors="replace").partition("\n")
    said = hushed(words, [secret])
    assert len(secret) < LEAST or all(secret not in piece for piece in said.split(HIDDEN))


_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def _numbers(data: bytes) -> None:
    """Turn what is told as numbers: colours and units."""
    words = data.decode(errors="replace").split()
    numbers = [float(w) for w in words if _NUMBER.fullmatch(w)]
    red, green, blue = (*numbers, 0.0, 0.5, 1.0)[:3]
    hue, saturation = color.hue_saturation(red, green, blue)
    color.rgb(hue, saturation)
    color.xy(hue, saturation)
    color.hue_saturation_of_xy(red, green)
    for said in words[:8]:
        for wanted in words[:8]:
            if units.known(said, wanted):
                units.conversion(said, wanted)


TARGETS = (
    Target("kit.telling", ("drivers.kit.telling", "drivers.kit.messages"), _telling, _told),
    Target("kit.frames", ("drivers.kit.messages",), _frames, _frame_seeds),
    Target(
        "kit.manifest",
        ("drivers.kit.manifest", "drivers.kit.allowed"),
        _manifest,
        lambda: [_MANIFEST, b"", b'name = 1\n[reach]\ntcp = ["a-b"]\nhosts = ["x"]'],
        allowance_bytes=512 * 1024,
    ),
    Target(
        "kit.identity",
        ("drivers.kit.identity",),
        _identity,
        lambda: [b"AA:BB:CC:DD:EE:FF", b"0x00158d0001234567", b"Maker 12345", b"mac aabbccddeeff"],
    ),
    Target(
        "kit.hushing",
        ("drivers.kit.hushing",),
        _hushed,
        lambda: [b'{"token":"0123456789ab"}\nit said 0123456789ab', b"secret\nno secret here"],
    ),
    Target(
        "kit.numbers",
        ("drivers.kit.color", "drivers.kit.units"),
        _numbers,
        lambda: [
            b"255 0 0 kWh Wh",
            b"0.3 0.4 0.1 % hPa mbar",
            b"-1 0 1e9",
            b"0.1 99999999999999999",
        ],
    ),
)
