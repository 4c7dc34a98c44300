"""What a Tasmota device says of itself: `tasmota/discovery/<MAC>/config`. Pure."""

from typing import Literal

import msgspec
from msgspec import Struct, field

from drivers.kit.identity import mac
from drivers.mqtt.errors import DiscoveryError, excerpt

RELAY, LIGHT, SHUTTER = 1, 2, 3
"""What drives a relay's output (`rl`)."""
LIST_LIMIT = 64
"""Relays, switches or buttons of one device beyond which it is refused; Tasmota has 32."""


class Config(Struct, frozen=True):
    """The announcement, its keys as Tasmota's own but for `if`.

    `state` are the words for off, on, toggle and hold; `so` the options that matter.
    """

    mac: str
    t: str
    ft: str
    tp: tuple[str, str, str]
    ver: Literal[1]
    dn: str = ""
    hn: str = ""
    ip: str = ""
    md: str = ""
    sw: str = ""
    fn: tuple[str | None, ...] = ()
    ofln: str = "Offline"
    onln: str = "Online"
    state: tuple[str, str, str, str] = ("OFF", "ON", "TOGGLE", "HOLD")
    rl: tuple[int, ...] = ()
    swc: tuple[int, ...] = ()
    swn: tuple[str | None, ...] = ()
    btn: tuple[int, ...] = ()
    so: dict[str, int] = {}
    ifan: int = field(name="if", default=0)
    ty: int = 0
    lk: int = 1
    lt_st: int = 0
    bat: int = 0
    dslp: int = 0
    sho: tuple[int, ...] = ()
    sht: tuple[tuple[int, ...], ...] = ()

    def option(self, number: int) -> bool:
        """Say whether `SetOption<number>` is on."""
        return bool(self.so.get(str(number)))

    def named(self, place: int) -> str:
        """Return the friendly name of an output; "" if it is the device's own."""
        name = self.fn[place] if place < len(self.fn) else None
        return "" if name is None or name == self.dn else name


LENGTH_LIMIT = 8 * 1024
"""Bytes of an announcement; Tasmota's longest have some 2 kB."""


def too_long(payload: bytes) -> None:
    """Raise DiscoveryError for an announcement that no Tasmota device sends."""
    if len(payload) > LENGTH_LIMIT:
        raise DiscoveryError(f"{len(payload)} bytes, {LENGTH_LIMIT} are the most")


def read_config(payload: bytes, said_mac: str) -> Config:
    """Return what the device of `said_mac` (from the topic) announces. Raises DiscoveryError."""
    too_long(payload)
    try:
        config = msgspec.json.decode(payload, type=Config, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DiscoveryError(f"{error} in {excerpt(payload)}") from None
    if config.mac.upper() != said_mac.upper() or mac(config.mac) is None:
        raise DiscoveryError(f"mac is {excerpt(config.mac)}, and the topic says {said_mac}")
    for key in ("fn", "rl", "swc", "swn", "btn", "so", "sho", "sht"):
        if len(getattr(config, key)) > LIST_LIMIT:
            raise DiscoveryError(f"{key} has {len(getattr(config, key))} entries")
    return config
