"""What showed itself on the network, before anyone knows what it is. Pure data."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Medium(StrEnum):
    """How it was seen."""

    MDNS = "mdns"
    SSDP = "ssdp"


class Sighting(Struct, frozen=True, omit_defaults=True):
    """A service that announces itself, or that is seen no more (`gone`).

    `service` is an mDNS service type such as `_hap._tcp.local.`, or an SSDP target such as
    `urn:schemas-upnp-org:device:MediaRenderer:1`; `name` the instance's name, or the USN: with
    `medium` and `service` it stays the same for as long as the thing is one. `texts` are the TXT
    record's pairs or the SSDP headers, their keys in lower case; what is not UTF-8 is left out.
    """

    medium: Medium
    service: str
    name: str
    host: str = ""
    """The host's own name, as in `shellyplus1-a8032ab12345.local.`; "" if it has none."""
    addresses: tuple[str, ...] = ()
    """Its IP addresses, IPv4 first."""
    port: int = 0
    texts: Mapping[str, str] = {}
    gone: bool = False

    @property
    def key(self) -> str:
        """What stays the same while the thing is the same."""
        return f"{self.medium}:{self.service}:{self.name}".casefold()

    @property
    def address(self) -> str:
        """The address to try first; "" if none is known."""
        return self.addresses[0] if self.addresses else ""
