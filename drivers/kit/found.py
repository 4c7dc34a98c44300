"""What a driver recognised, before it is adopted: an entry for the inbox. Pure data."""

from enum import StrEnum

from msgspec import Struct

from hubd.model.device import DeviceType


class Trust(StrEnum):
    """How the talk with a thing is guarded, the best first."""

    PROVEN = "proven"
    """Encrypted, and each proves to the other who it is (HomeKit, Matter)."""
    KEYED = "keyed"
    """Encrypted or signed with a key that the two share (Noise, a miio token)."""
    PASSWORD = "password"  # noqa: S105
    """Whoever knows a password or a token may command it; what is said is readable by others."""
    OPEN = "open"
    """Anyone in the network may read and command it."""


class Need(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Something that a person must tell: before a thing can be adopted, or for what they ask.

    `pattern` is a regular expression that a whole answer matches, for a form to check.
    """

    name: str
    title: str
    secret: bool = True
    optional: bool = False
    pattern: str = ""
    hint: str = ""


class Found(Struct, frozen=True, omit_defaults=True):
    """A thing that can be adopted.

    `key` is the driver's own name for it, the same at every sighting (a MAC address, a serial
    number), and becomes the device's id. `identities` are what other protocols may know it by too:
    `mac:aabbccddeeff`, `ieee:0x00158d0001234567`, `serial:…`, `uuid:…`, lower case.
    `pictured`: what it seems able to do, as far as is known without being let in. `asks` is what
    a person must do at the thing itself ("press the button on the bridge, then adopt").
    `record` is what the driver wants back at adoption, opaque to all others.
    """

    key: str
    name: str
    maker: str = ""
    model: str = ""
    version: str = ""
    address: str = ""
    port: int = 0
    identities: tuple[str, ...] = ()
    pictured: tuple[DeviceType, ...] = ()
    trust: Trust = Trust.OPEN
    needs: tuple[Need, ...] = ()
    asks: str = ""
    area: str = ""
    """The room that the thing itself says it is in, in words."""
    adopted_elsewhere: bool = False
    """Another controller has it, and it must be let go there first (a paired HomeKit accessory)."""
    record: str = ""


class Adoption(Struct, frozen=True, omit_defaults=True):
    """What a driver needs to reach an adopted thing again.

    `record` is kept with the device and shown to nobody; `secret` (keys, tokens) goes to the vault
    and into no log, no backup and no error.
    """

    key: str
    address: str = ""
    port: int = 0
    record: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        """Return it without the secret."""
        return f"Adoption(key={self.key!r}, address={self.address!r}, port={self.port!r})"
