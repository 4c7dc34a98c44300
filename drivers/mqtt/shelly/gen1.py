"""Gen1 on a broker: devices that announce themselves below `shellies/`.

An announcement says the model; the whole status, on `info`, says what there is. Both come when a
device connects, and when it is asked to announce itself. Source:
https://shelly-api-docs.shelly.cloud/gen1/#mqtt-support.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.mqtt.dialect import Described, DeviceFacts, Gone, News
from drivers.mqtt.errors import DiscoveryError, excerpt
from drivers.mqtt.part import Publish
from drivers.mqtt.shelly import topics
from drivers.mqtt.shelly.parts import Maker
from drivers.shelly import gen1
from drivers.shelly.facts import MAKER, NAP_MARGIN, facts, nap_s
from drivers.shelly.reading import record

ROOT = "shellies"
_ANNOUNCE, _INFO = "/announce", "/info"
_COLORED_TOPICS = frozenset({"SHRGBW2"})
DEVICES_LIMIT = 10_000


class _Known(Struct):
    """What a device told of itself so far, and what it was described by."""

    announced: Mapping[str, object] = {}
    status: Mapping[str, object] = {}
    shape: object = None
    asked: bool = False


class ShellyGen1:
    """Devices of the first generation."""

    name = "shelly_gen1"
    rank = 1

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def topics(self) -> Sequence[str]:
        """Return the filters of announcements and of statuses."""
        return (f"{ROOT}{_ANNOUNCE}", f"{ROOT}/+{_ANNOUNCE}", f"{ROOT}/+{_INFO}")

    def is_news(self, topic: str) -> bool:
        """Say whether `topic` is an announcement's or a status's."""
        return topic.startswith(f"{ROOT}/") and topic.endswith((_ANNOUNCE, _INFO))

    def greeting(self) -> Sequence[Publish]:
        """Return what has all devices announce themselves, and tell what they are at."""
        for known in self._known.values():
            known.asked = False
        return (Publish(f"{ROOT}/command", b"announce"), Publish(f"{ROOT}/command", b"update"))

    def read(self, topic: str, payload: bytes) -> Iterable[News]:
        """Return the device, once both of its messages are there. Raises DiscoveryError."""
        device = topic.removeprefix(f"{ROOT}/").removesuffix(_ANNOUNCE).removesuffix(_INFO)
        if not payload:
            return self._withdrawn(device)
        said = _object(payload)
        if topic.endswith(_ANNOUNCE):
            named = said.get("id")
            if "gen" in said or not isinstance(named, str) or "/" in named or not named:
                return ()  # a script of a newer device says so too; it is asked by RPC
            device = named
        if device not in self._known and len(self._known) >= DEVICES_LIMIT:
            raise DiscoveryError(f"more than {DEVICES_LIMIT} devices are announced")
        known = self._known.setdefault(device, _Known())
        if topic.endswith(_ANNOUNCE):
            known.announced = said
        elif gen1.whole(said):
            known.status = said
        return self._described(device, known)

    def _withdrawn(self, device: str) -> Iterable[News]:
        return () if self._known.pop(device, None) is None else (Gone(f"{ROOT}/{device}"),)

    def _described(self, device: str, known: _Known) -> Iterable[News]:
        base = f"{ROOT}/{device}"
        if not known.announced or not known.status:
            # Once: one that never tells the other half would be asked for ever.
            asked, known.asked = known.asked, True
            return () if asked else (Publish(f"{base}/command", b"announce"),)
        shape = (known.announced, _shape(known.status))
        if shape == known.shape:
            return ()
        known.shape = shape
        settings = {"mode": known.announced.get("mode")}
        info = {
            "type": known.announced.get("model"),
            "mac": known.announced.get("mac") or known.status.get("mac"),
            "fw": known.announced.get("fw_ver"),
            "id": device,
        }
        try:
            found = facts(info)
        except MalformedError as error:
            raise DiscoveryError(error.what) from error
        carried = gen1.carried(info, settings, known.status)
        nap = nap_s(known.status)
        mode = known.announced.get("mode")
        light = str(mode) if _word(info["type"]) in _COLORED_TOPICS and mode else "light"
        hot = "temperature" in known.status or "overtemperature" in known.status
        maker = Maker(
            found.id,
            topics.saying(base),
            topics.sources(base, light, hot=hot),
            topics.hears(base),
            online="" if nap else f"{base}/online",
            expire_after_s=nap * NAP_MARGIN if nap else None,
        )
        told = DeviceFacts(
            (f"id:{found.id}", f"connection:mac:{found.mac}"),
            name=found.id,
            maker=MAKER,
            model=found.model,
            version=found.version,
            origin="shelly",
        )
        pieces = maker.pieces(carried.functions, carried.troubles)
        update = Publish(f"{base}/command", b"update")
        ask = Publish(f"{base}/command", b"announce")
        return (Described(base, told, pieces, follows=(f"{base}{_INFO}",)), update, ask)


def _word(said: object) -> str:
    return said if isinstance(said, str) else ""


def _shape(status: Mapping[str, object]) -> object:
    """Return what a status has, whatever it says: a device that is set up anew has other things."""
    parts = gen1.components(status)
    return frozenset((key, frozenset(record(said))) for key, said in parts.items())


def _object(payload: bytes) -> Mapping[str, object]:
    try:
        said = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise DiscoveryError(f"not JSON: {excerpt(payload)}") from None
    if not isinstance(said, dict):
        raise DiscoveryError(f"not a JSON object: {excerpt(payload)}")
    return said
