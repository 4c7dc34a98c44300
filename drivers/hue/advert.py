"""What a bridge announces by mDNS. Pure.

Source: https://developers.meethue.com/develop/application-design-guidance/hue-bridge-discovery/.
"""

import re

import msgspec
from msgspec import Struct

from drivers.kit import identity
from drivers.kit.errors import MalformedError
from drivers.kit.found import Found, Trust
from drivers.kit.sighting import Sighting
from hubd.model.device import DeviceType

PORT = 443
_ID = re.compile(r"[0-9a-f]{6}fffe[0-9a-f]{6}")
_FIRST = "BSB001"
"""The round bridge of 2012, which speaks the first API alone."""
_PRESS = "press the round button on the bridge, then adopt it within 30 seconds"
_TOO_OLD = "the first, round bridge does not speak the API that is carried (CLIP v2)"


class Record(Struct, frozen=True, omit_defaults=True):
    """What is kept of an adopted bridge."""

    bridge: str
    """Its id: 16 hexadecimal digits, lower case."""
    pin: str = ""
    """The SHA-256 of its certificate, in hexadecimal digits, as it was when it was adopted."""
    parts: tuple[str, ...] = ()
    """The parts that it had when it was described last."""

    def text(self) -> str:
        """Return it as it is kept."""
        return msgspec.json.encode(self).decode()


def read_record(text: str) -> Record:
    """Read what was kept. Raises MalformedError."""
    try:
        return msgspec.json.decode(text, type=Record)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise MalformedError(f"the record of a Hue bridge is damaged: {error}") from error


def found(sighting: Sighting) -> Found:
    """Return the inbox's entry of a sighting. Raises MalformedError."""
    bridge = sighting.texts.get("bridgeid", "").strip().casefold()
    if not is_bridge(bridge):
        raise MalformedError(f"its bridgeid {bridge[:40]!r} is none of a bridge")
    model = sighting.texts.get("modelid", "")
    name = sighting.name.partition("._hue._tcp")[0]
    return Found(
        bridge,
        name or f"Hue bridge {bridge[-6:].upper()}",
        maker="Signify",
        model=model,
        address=sighting.address,
        port=sighting.port or PORT,
        identities=identity.told(identity.mac(mac_of(bridge))),
        pictured=(DeviceType.EXTENDED_COLOR_LIGHT,),
        trust=Trust.KEYED,
        asks=_TOO_OLD if model.upper() == _FIRST else _PRESS,
        record=Record(bridge).text(),
    )


def is_bridge(said: str) -> bool:
    """Say whether that can be a bridge's id, in lower case."""
    return _ID.fullmatch(said) is not None


def mac_of(bridge: str) -> str:
    """Return the bridge's MAC address: its id without the two bytes in the middle."""
    return bridge[:6] + bridge[10:]
