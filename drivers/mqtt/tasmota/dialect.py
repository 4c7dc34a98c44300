"""Tasmota's native discovery, as a dialect: two retained messages of each device, in any order."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from drivers.kit.rhythm import Bounds
from drivers.mqtt.dialect import Described, DeviceFacts, Gone, News, Piece
from drivers.mqtt.errors import DiscoveryError, excerpt
from drivers.mqtt.part import Part, Publish
from drivers.mqtt.sketch import Sketch, alive
from drivers.mqtt.tasmota.config import LIGHT, RELAY, SHUTTER, Config, read_config
from drivers.mqtt.tasmota.inputs import inputs
from drivers.mqtt.tasmota.light import lights
from drivers.mqtt.tasmota.sensors import read_sensors, sensors, told_by_state, untold
from drivers.mqtt.tasmota.switching import fan, relays, shutters
from drivers.mqtt.tasmota.topics import Topics, topics_of
from hubd.model.device import Trouble

PREFIX = "tasmota/discovery"
_TOPIC = re.compile(rf"{PREFIX}/([0-9A-Fa-f]{{12}})/(config|sensors)")
DEVICE_LIMIT = 10_000
SLEEPER = Bounds(at_least_s=600.0, at_most_s=2 * 86_400.0)
"""What is borne of a device that sleeps deeply: it wakes every so often, at most once a day."""


class _Known(Struct, frozen=True):
    """What a device announced so far."""

    config: Config | None = None
    sample: Mapping[str, object] = {}


class Tasmota:
    """Devices on Tasmota that announce themselves natively."""

    name = "tasmota"
    rank = 1

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._topics: dict[str, Topics] = {}
        self._wills: dict[str, str] = {}

    def topics(self) -> Sequence[str]:
        """Return the filters of both announcements."""
        return (f"{PREFIX}/+/config", f"{PREFIX}/+/sensors")

    def is_news(self, topic: str) -> bool:
        """Say whether `topic` is an announcement, or the last will of a device that made one."""
        return topic.startswith(f"{PREFIX}/") or topic in self._wills

    def greeting(self) -> Sequence[Publish]:
        """Return nothing: announcements are retained."""
        return ()

    def read(self, topic: str, payload: bytes) -> Iterable[News]:
        """Return what an announcement means, or that a device is back. Raises DiscoveryError."""
        if topic in self._wills:
            return self._back(self._wills[topic], payload)
        match = _TOPIC.fullmatch(topic)
        if match is None:
            raise DiscoveryError(f"{excerpt(topic)} is not {PREFIX}/<MAC>/config or sensors")
        mac, kind = match[1].upper(), match[2]
        known = self._known.get(mac, _Known())
        if len(self._known) >= DEVICE_LIMIT and mac not in self._known:
            raise DiscoveryError(f"{DEVICE_LIMIT} devices are the most")
        if kind == "sensors":
            known = _Known(known.config, read_sensors(payload) if payload.strip() else {})
        elif payload.strip():
            known = _Known(read_config(payload, mac), known.sample)
        else:
            known = _Known(None, known.sample)
        return self._told(mac, known)

    def _told(self, mac: str, known: _Known) -> Iterable[News]:
        origin = f"{PREFIX}/{mac}"
        former = self._topics.pop(mac, None)
        if former is not None:
            self._wills.pop(former.will, None)
        if known == _Known():
            self._known.pop(mac, None)
        else:
            self._known[mac] = known
        if known.config is None:
            return (Gone(origin),) if former is not None else ()
        topics = topics_of(known.config)
        self._topics[mac] = topics
        sleeps = bool(known.config.dslp)
        if not sleeps:
            self._wills[topics.will] = mac
        described = Described(
            origin,
            _facts(known.config),
            tuple(_pieces(origin, known.config, known.sample, topics)),
            follows=() if sleeps else (topics.will,),
            asks=() if sleeps else topics.questions(),
        )
        return (described,)

    def _back(self, mac: str, payload: bytes) -> Iterable[News]:
        """Return what asks a device that came back for all that it does not tell by itself."""
        known = self._known[mac].config
        there = known is not None and payload == known.onln.encode()
        return self._topics[mac].questions() if there else ()


def _facts(config: Config) -> DeviceFacts:
    digits = config.mac.lower()
    pairs = ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    return DeviceFacts(
        (f"id:tasmota_{digits}", f"connection:mac:{pairs}"),
        name=config.dn or config.hn or config.t,
        maker="Tasmota",
        model=config.md,
        version=config.sw,
        url=f"http://{config.ip}" if config.ip else "",
        origin="Tasmota",
    )


def _pieces(
    origin: str, config: Config, sample: Mapping[str, object], topics: Topics
) -> Iterator[Piece]:
    sleeps = bool(config.dslp)
    reach = None if sleeps else alive(topics.will, config.onln, config.ofln)
    rhythm = SLEEPER if sleeps else None
    drawn: list[Sketch | Trouble] = [
        *relays(config, topics),
        *lights(config, topics),
        *fan(config, topics),
        *shutters(config, topics),
        *sensors(sample, topics),
        *told_by_state(topics, battery=bool(config.bat)),
    ]
    strange = sorted({kind for kind in config.rl if kind not in {0, RELAY, LIGHT, SHUTTER}})
    if strange:
        drawn.append(Trouble("outputs", f"of kinds that are not known: {strange}"))
    if reason := untold(sample):
        drawn.append(Trouble("sensors", reason))
    parts: list[tuple[str, Part | Trouble]] = [
        (sketch.where, sketch)
        if isinstance(sketch, Trouble)
        else (sketch.endpoint, sketch.part(reach=reach, rhythm=rhythm))
        for sketch in drawn
    ]
    parts += inputs(config, topics, reach)
    for order, (name, built) in enumerate(parts):
        yield Piece(f"{origin}/{name}", f"{order:03}", name, built)
