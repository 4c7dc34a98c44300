"""A Zigbee2MQTT bridge's messages -> devices that are described, or gone. No I/O.

Its base topic is found by the shape of the bridge's topics, to a depth of three levels. What it
says of all devices at once is compared device by device: only what changed is described anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from drivers.kit.identity import ieee
from drivers.mqtt.dialect import Described, DeviceFacts, Gone, News, Piece
from drivers.mqtt.errors import DiscoveryError, excerpt
from drivers.mqtt.part import Publish, Reach
from drivers.mqtt.payload import MISSING, Missing, Payload
from drivers.mqtt.zigbee2mqtt import said
from drivers.mqtt.zigbee2mqtt.features import SPECIFIC, endpoints
from drivers.mqtt.zigbee2mqtt.said import Definition, Entry, Expose, Info
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place
from hubd.model.device import Trouble

_DEVICES, _INFO = "/bridge/devices", "/bridge/info"
_BASES = ("+", "+/+", "+/+/+")
_COORDINATOR = "Coordinator"


class Zigbee2Mqtt:
    """Devices behind Zigbee2MQTT bridges, as the bridges themselves tell of them."""

    name = "zigbee2mqtt"
    rank = 1

    def __init__(self) -> None:
        self._bridges: dict[str, _Bridge] = {}

    def topics(self) -> Sequence[str]:
        """Return the filters of the bridges' topics: what explains the devices comes first."""
        return tuple(f"{base}{what}" for what in (_INFO, _DEVICES) for base in _BASES)

    def is_news(self, topic: str) -> bool:
        """Say whether a bridge tells there of itself or of its devices."""
        return is_bridges(topic)

    def greeting(self) -> Sequence[Publish]:
        """Return nothing: the bridge's messages are retained."""
        return ()

    def read(self, topic: str, payload: bytes) -> Iterable[News]:
        """Return what a bridge tells. Raises DiscoveryError."""
        base = topic.removesuffix(_DEVICES).removesuffix(_INFO)
        if not base or not self.is_news(topic):
            raise DiscoveryError(f"{excerpt(topic)} is no bridge's topic")
        bridge = self._bridges.setdefault(base, _Bridge(base))
        return bridge.informed(payload) if topic.endswith(_INFO) else bridge.devices(payload)


def is_bridges(topic: str) -> bool:
    """Say whether a bridge tells there of itself or of its devices."""
    return topic.endswith((_DEVICES, _INFO))


class _Bridge:
    """One bridge: what it said last."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._info = Info()
        self._said: dict[str, tuple[bytes, tuple[object, ...]]] = {}

    def informed(self, payload: bytes) -> Iterator[News]:
        """Yield the devices of which the bridge tells in another way now."""
        if not payload:
            return
        self._info = said.info(payload)
        for address, (device, manner) in list(self._said.items()):
            if self._manner(address) != manner:
                yield from self._told(address, device)

    def devices(self, payload: bytes) -> Iterator[News]:
        """Yield what changed of the devices since the last message."""
        gone = dict(self._said)
        for device in said.entries(payload) if payload else ():
            address = said.address(device)
            former = gone.pop(address, None)
            if former is None or former[0] != device:
                yield from self._told(address, device)
        for address in gone:
            del self._said[address]
            yield Gone(self._origin(address))

    def _told(self, address: str, device: bytes) -> Iterator[News]:
        described = describe(device, self._base, self._info)
        if described is not None:
            self._said[address] = (device, self._manner(address))
            yield described
        elif self._said.pop(address, None) is not None:
            yield Gone(self._origin(address))

    def _manner(self, address: str) -> tuple[object, ...]:
        """Return what matters for a device of what the bridge says of itself."""
        info = self._info
        return info.tells_reach(address), info.name_of(address), info.as_json

    def _origin(self, address: str) -> str:
        return f"{self._base}{_DEVICES} {address}"


def describe(device: bytes, base: str, info: Info) -> Described | None:
    """Return what a device's own JSON says it is; None if it is the coordinator itself.

    Raises DiscoveryError if it does not even say whose it is.
    """
    address = said.address(device)
    origin = f"{base}{_DEVICES} {address}"
    identities = _identities(address)
    try:
        entry = said.entry(device)
        if entry.type == _COORDINATOR:
            return None
        definition = said.definition(entry.definition)
    except DiscoveryError as error:
        return Described(
            origin, DeviceFacts(identities, name=address), (_lost(address, error.what),)
        )
    name = entry.friendly_name or address
    facts = _facts(identities, name, entry, definition, base, info)
    reason = _why_nothing(name, entry, definition)
    if definition is None or reason:
        return Described(origin, facts, (_lost(address, reason),))
    place = Place(base, name, address, _reach(base, name, entry, info))
    pieces = [
        drawn.piece if isinstance(drawn, Drawn) else _trouble(address, drawn)
        for drawn in endpoints(definition, place)
    ]
    if entry.disabled:
        pieces.append(_lost(address, "it is disabled in Zigbee2MQTT, which does not listen to it"))
    if not info.as_json:
        reason = "Zigbee2MQTT is set to tell every value on a topic of its own; set output to json"
        pieces.append(_lost(address, reason, kind="output"))
    deaf = entry.sleeps or entry.disabled
    return Described(
        origin,
        facts,
        tuple(_each_once(pieces)),
        rereads=() if deaf else _asking(definition.exposes, place),
        pings=() if deaf else _pinging(definition.exposes, place),
        battery=entry.sleeps,
    )


def _identities(address: str) -> tuple[str, ...]:
    """Return what a device is known by.

    A bridge that names its devices by something else than an address is no Zigbee2MQTT; its names
    are taken as they are.
    """
    known = ieee(address)
    theirs = f"id:zigbee2mqtt_{address}"
    return (theirs, known) if known else (f"id:{address}", theirs)


def _facts(
    identities: tuple[str, ...],
    name: str,
    entry: Entry,
    definition: Definition | None,
    base: str,
    info: Info,
) -> DeviceFacts:
    maker, model = entry.manufacturer or "", entry.model_id or ""
    if definition is not None:
        what, number = definition.description, definition.model
        maker = definition.vendor or maker
        model = f"{what} ({number})" if what and number else what or number or model
    return DeviceFacts(
        identities,
        name=info.name_of(entry.ieee_address) or name,
        maker=maker,
        model=model,
        version=entry.software_build_id or "",
        via=base,
        origin=f"Zigbee2MQTT {info.version}".strip(),
    )


def _why_nothing(name: str, entry: Entry, definition: Definition | None) -> str:
    """Return why nothing of a device can be carried; empty if something can."""
    if set(name) & set("+#\0"):
        return f"its name {excerpt(name)} is no MQTT topic; rename it in Zigbee2MQTT"
    if definition is not None:
        return ""
    if entry.interviewing or entry.interview_state in {"PENDING", "IN_PROGRESS"}:
        return "Zigbee2MQTT is still asking it what it can do"
    if entry.interview_state == "FAILED":
        return "it did not tell Zigbee2MQTT what it can do; pair it again, close to the bridge"
    return "Zigbee2MQTT does not know this model yet"


def _reach(base: str, name: str, entry: Entry, info: Info) -> Reach:
    bridge = (f"{base}/bridge/state", _never if entry.disabled else _online)
    if entry.disabled or not info.tells_reach(entry.ieee_address):
        return Reach((bridge,), "all", own=entry.disabled)
    return Reach((bridge, (f"{base}/{name}/availability", _online)), "all")


def _online(payload: Payload) -> bool | Missing:
    """Return whether a bridge or a device is there: plain, as it used to be, or in JSON."""
    words: Mapping[object, bool] = {"online": True, "offline": False}
    if payload.raw[:1] == b"{":
        state = payload.json
        word = state.get("state") if isinstance(state, dict) else None
        return words.get(word, MISSING) if isinstance(word, str) else MISSING
    return words.get(payload.text, MISSING)


def _never(payload: Payload) -> bool | Missing:
    return MISSING if _online(payload) is MISSING else False


def _pinging(exposes: Sequence[Expose], place: Place) -> tuple[Publish, ...]:
    """Return the message that has a device tell one value: what it does, or else any other."""
    parts = [part for e in exposes if e.type in SPECIFIC for part in e.features or ()]
    askable = (part for part in (*parts, *exposes) if part.askable and part.type != "composite")
    first = next(askable, None)
    if first is None:
        return ()
    return (Publish(f"{place.topic}/get", msgspec.json.encode({first.key: ""})),)


def _asking(exposes: Iterable[Expose], place: Place) -> tuple[Publish, ...]:
    """Return the message that has a device tell what matters of it anew, as far as it can be."""
    parts = (p for e in exposes if e.type in SPECIFIC for p in e.features or ())
    keys = [p.key for p in parts if p.askable and p.type != "composite" and p.category is None]
    if not keys:
        return ()
    return (Publish(f"{place.topic}/get", msgspec.json.encode(dict.fromkeys(keys, ""))),)


def _lost(address: str, reason: str, *, kind: str = "device") -> Piece:
    return Piece(f"zigbee2mqtt:{address}:{kind}", "", kind, Trouble(kind, reason))


def _trouble(address: str, trouble: Trouble) -> Piece:
    identity = f"zigbee2mqtt:{address}:trouble/{trouble.where}/{trouble.reason}"
    return Piece(identity, trouble.where, "trouble", trouble)


def _each_once(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces; of those that are told twice, the first."""
    seen: set[str] = set()
    for piece in pieces:
        if piece.identity not in seen:
            seen.add(piece.identity)
            yield piece
