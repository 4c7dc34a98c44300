"""What an accessory announces by mDNS. Pure.

Source: HomeKit Accessory Protocol Specification R2, table 6-7 (TXT record keys) and chapter 13
(accessory categories).
"""

import re
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.kit.found import Found, Need, Trust
from drivers.kit.sighting import Sighting
from hubd.model.device import DeviceType

THREAD = "_hap._udp.local."
CODE = "code"
"""The name of what a person must tell."""

_ID = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5}")
_NEED = Need(
    CODE,
    "setup code",
    pattern=r"\d{3}-?\d{2}-?\d{3}",
    hint="eight digits (XXX-XX-XXX), on the accessory, its box or its manual",
)
_LET_GO = (
    "another controller has it: remove it there (in Apple's Home app, say), or reset it as its"
    " manual says, and it can be adopted here"
)
_THREAD = (
    "it speaks HomeKit over Thread, which is not carried: pair it over Matter if it can, or"
    " through a bridge"
)
_PICTURES: Mapping[int, tuple[DeviceType, ...]] = {
    3: (DeviceType.FAN,),
    4: (DeviceType.WINDOW_COVERING,),
    5: (DeviceType.ON_OFF_LIGHT,),
    6: (DeviceType.DOOR_LOCK,),
    7: (DeviceType.ON_OFF_PLUG,),
    8: (DeviceType.ON_OFF_PLUG,),
    9: (DeviceType.THERMOSTAT,),
    11: (DeviceType.ALARM_PANEL,),
    12: (DeviceType.WINDOW_COVERING,),
    13: (DeviceType.WINDOW_COVERING,),
    14: (DeviceType.WINDOW_COVERING,),
    15: (DeviceType.GENERIC_SWITCH,),
    18: (DeviceType.GENERIC_SWITCH,),
    19: (DeviceType.FAN,),
    20: (DeviceType.THERMOSTAT,),
    21: (DeviceType.THERMOSTAT,),
    22: (DeviceType.HUMIDIFIER,),
    23: (DeviceType.HUMIDIFIER,),
    26: (DeviceType.SPEAKER,),
    28: (DeviceType.WATER_VALVE,),
    29: (DeviceType.WATER_VALVE,),
    30: (DeviceType.WATER_VALVE,),
}
"""Category -> what an accessory of it can surely do."""


class Advert(Struct, frozen=True):
    """What is known of an accessory before it is paired.

    `config` counts the changes of what it is made of; `features` are its ways of pairing.
    """

    id: str
    name: str
    model: str
    config: int
    features: int
    paired: bool
    category: int
    thread: bool


def read_advert(sighting: Sighting) -> Advert:
    """Read what was announced. Raises MalformedError."""
    said = sighting.texts
    identifier = said.get("id", "").strip().upper()
    if not _ID.fullmatch(identifier):
        raise MalformedError(f"its id {identifier[:40]!r} is none of an accessory")
    service = sighting.service.casefold()
    name = sighting.name
    if name.casefold().endswith(f".{service}"):
        name = name[: -len(service) - 1]
    return Advert(
        identifier,
        name or identifier,
        said.get("md", ""),
        _number(said, "c#", 1),
        _number(said, "ff", 0),
        not _number(said, "sf", 1) & 1,
        _number(said, "ci", 1),
        service == THREAD,
    )


def key_of(identifier: str) -> str:
    """Return the key that an accessory is found and adopted by."""
    return identifier.replace(":", "").casefold()


def found(sighting: Sighting) -> Found:
    """Return the inbox's entry of a sighting. Raises MalformedError."""
    advert = read_advert(sighting)
    return Found(
        key_of(advert.id),
        advert.name,
        model=advert.model,
        address=sighting.address,
        port=sighting.port,
        pictured=_PICTURES.get(advert.category, ()),
        trust=Trust.PROVEN,
        needs=() if advert.thread else (_NEED,),
        asks=_THREAD if advert.thread else _LET_GO if advert.paired else "",
        adopted_elsewhere=advert.paired,
        record=Record(advert.id, advert.config, advert.features, advert.thread).text(),
    )


class Record(Struct, frozen=True, omit_defaults=True):
    """What is kept of an accessory's announcement; a new `config` has it described anew."""

    id: str
    config: int = 1
    features: int = 0
    thread: bool = False
    parts: tuple[str, ...] = ()
    """The parts that it had when it was described last."""

    def text(self) -> str:
        """Return it as it is kept."""
        return msgspec.json.encode(self).decode()


def read_record(text: str) -> Record:
    """Read what was kept. Raises MalformedError."""
    try:
        return msgspec.json.decode(text, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedError(f"the record of a HomeKit accessory is damaged: {error}") from error


def _number(said: Mapping[str, str], key: str, usual: int) -> int:
    text = said.get(key, "").strip()
    if not text:
        return usual
    try:
        number = int(text, 0)
    except ValueError:
        raise MalformedError(f"its {key} {text[:20]!r} is no number") from None
    if not 0 <= number <= 0xFFFFFFFF:
        raise MalformedError(f"its {key} is {number}")
    return number
