"""From what a renderer says to the vocabulary, and back. Pure.

AVTransport:3 (2.2.1 TransportState), RenderingControl:3 (2.2 state variables): https://openconnectivity.org.
"""

from collections.abc import Iterable
from mimetypes import guess_type
from typing import TypeGuard
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from drivers.kit import identity
from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.found import Found, Trust
from drivers.kit.sighting import Sighting
from hubd.model.device import Action, DeviceType, Endpoint
from hubd.model.ids import EndpointId
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import typical

PLAYER = EndpointId("player")
STATE = "MediaPlayback.state"
VOLUME = "MediaPlayback.volume"
MUTED = "MediaPlayback.muted"
TITLE = "MediaPlayback.title"
ARTIST = "MediaPlayback.artist"
PLAY_URL = "MediaPlayback.playUrl"

_STATES = {
    "PLAYING": "playing",
    "RECORDING": "playing",
    "PAUSED_PLAYBACK": "paused",
    "PAUSED_RECORDING": "paused",
    "TRANSITIONING": "buffering",
    "STOPPED": "idle",
    "NO_MEDIA_PRESENT": "idle",
}
_LONGEST_TEXT = 256
_LONGEST_URL = 2048
_NOTHING = frozenset({"", "NOT_IMPLEMENTED", "UNKNOWN"})


class Record(Struct, frozen=True):
    """What is kept of an adopted renderer: where its description is, and which start it is at."""

    location: str
    boot: str = ""


def read_record(said: str) -> Record:
    """Return a kept record. Raises MalformedError."""
    try:
        record = msgspec.json.decode(said, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedError(f"a renderer's record: {error}") from error
    if not is_http(record.location):
        raise MalformedError("a renderer's record without the address of its description")
    return record


def write_record(record: Record) -> str:
    """Return a record as it is kept."""
    return msgspec.json.encode(record).decode()


def found(sighting: Sighting) -> Found:
    """Return the renderer that an SSDP sighting shows. Raises MalformedError."""
    udn = sighting.name.partition("::")[0].casefold()
    key = udn.removeprefix("uuid:").strip()
    if not udn.startswith("uuid:") or not key or len(key) > 80 or not key.isprintable():
        raise MalformedError(f"a renderer whose USN {sighting.name[:80]!r} has no UUID")
    texts = sighting.texts
    location = texts.get("location", "")
    if not sighting.gone and not is_http(location):
        raise MalformedError(
            f"a renderer without the address of its description: {location[:80]!r}"
        )
    maker = texts.get("manufacturer", "")
    return Found(
        key=key,
        name=texts.get("friendlyname") or f"Media renderer at {sighting.address}",
        maker=maker,
        model=texts.get("modelname", ""),
        version=texts.get("modelnumber", ""),
        address=sighting.address,
        port=sighting.port,
        identities=identities(key, maker, texts.get("serialnumber", "")),
        pictured=(DeviceType.SPEAKER,),
        trust=Trust.OPEN,
        record=write_record(Record(location, texts.get("bootid.upnp.org", ""))),
    )


def identities(key: str, maker: str, serial_number: str) -> tuple[str, ...]:
    """Return what a renderer may be known by over other protocols."""
    return identity.told(
        f"uuid:{key}", identity.mac(serial_number), identity.serial(maker, serial_number)
    )


class Abilities(Struct, frozen=True):
    """What a renderer's services let it do: actions by name, and the range of its volume."""

    actions: frozenset[str]
    lowest: float = 0
    highest: float = 100

    @property
    def volume(self) -> bool:
        """Whether its volume can be set."""
        return "SetVolume" in self.actions and self.highest > self.lowest

    def percent(self, raw: float) -> float:
        """Return a volume as 0-100 %."""
        part = (raw - self.lowest) / (self.highest - self.lowest)
        return round(100 * min(1.0, max(0.0, part)), 1)

    def raw(self, percent: Value) -> int:
        """Return a volume as the renderer counts it. Raises RefusedError for what is none."""
        if not is_number(percent):
            raise RefusedError(f"{percent!r} is no volume")
        part = min(100.0, max(0.0, percent)) / 100
        return round(self.lowest + part * (self.highest - self.lowest))


_ACTIONS = {
    "Play": "MediaPlayback.play",
    "Pause": "MediaPlayback.pause",
    "Stop": "MediaPlayback.stop",
    "Next": "MediaPlayback.next",
    "Previous": "MediaPlayback.previous",
}
UPNP_ACTIONS = {name: action for action, name in _ACTIONS.items()}
"""The vocabulary's actions -> AVTransport's."""


def endpoint(can: Abilities) -> Endpoint:
    """Return a renderer's one endpoint."""
    states = tuple(dict.fromkeys(_STATES.values()))
    properties = [replace(typical(STATE), choices=states)]
    if can.volume:
        step = 100 / (can.highest - can.lowest)
        volume = typical(VOLUME, writable=True)
        # What is asked is rounded to the renderer's own steps, which may be coarse.
        properties.append(replace(volume, step=step, tolerance=max(volume.tolerance, step / 2)))
    if "SetMute" in can.actions:
        properties.append(typical(MUTED, writable=True))
    properties += [typical(TITLE), typical(ARTIST)]
    actions = [Action(name) for upnp, name in _ACTIONS.items() if upnp in can.actions]
    if {"SetAVTransportURI", "Play"} <= can.actions:
        url = replace(typical(PLAY_URL), type=ValueType.STRING, title="address")
        actions.append(Action(PLAY_URL, argument=url))
    return Endpoint(PLAYER, DeviceType.SPEAKER, "", tuple(properties), tuple(actions))


def is_number(value: object) -> TypeGuard[int | float]:
    """Say whether a value is a number, which a truth value is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def state(said: object) -> str | None:
    """Return what a TransportState means; None for one that is unknown."""
    return _STATES.get(str(said).strip().upper())


def text(said: object) -> str | None:
    """Return a title or a name; None where there is none."""
    plain = " ".join(str(said or "").split())[:_LONGEST_TEXT]
    return None if plain.upper() in _NOTHING else plain


def url(value: Value) -> str:
    """Return the address to play from. Raises RefusedError for what a renderer cannot fetch."""
    said = value.strip() if isinstance(value, str) else ""
    if len(said) > _LONGEST_URL or not is_http(said):
        raise RefusedError("what is to be played must be an address that begins with http://")
    return said


def foreign(service_types: Iterable[str]) -> tuple[str, ...]:
    """Return the services that nothing is carried of: those that are none of UPnP AV's three."""
    known = ("AVTransport", "RenderingControl", "ConnectionManager")
    return tuple(
        dict.fromkeys(s for s in service_types if not any(f":service:{k}:" in s for k in known))
    )


def is_http(said: str) -> bool:
    """Say whether that is an address of the web."""
    try:
        parts = urlsplit(said)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and said.isprintable()


def mime_type(said: str) -> str:
    """Return the kind of what is at an address, by its ending; music where that says nothing."""
    return guess_type(urlsplit(said).path)[0] or "audio/mpeg"
