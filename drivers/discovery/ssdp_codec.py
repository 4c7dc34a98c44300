"""From SSDP packets to a Sighting. Pure.

UPnP Device Architecture 2.0, 1.2 (advertisement) and 1.3 (search):
https://openconnectivity.org/upnp-specs/UPnP-arch-DeviceArchitecture-v2.0-20200417.pdf.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.kit.sighting import Medium, Sighting

GROUP = "239.255.255.250"
PORT = 1900
LONGEST_PACKET = 8192
MOST_HEADERS = 40
LONGEST_NAME = 64
LONGEST_VALUE = 512
USUAL_AGE_S = 1800.0
LONGEST_AGE_S = 86_400.0

_OF_THE_MESSAGE = frozenset(
    {"host", "cache-control", "date", "ext", "man", "nt", "nts", "st", "content-length"}
)
"""Headers that say something of the message, not of who sent it."""
_MAX_AGE = re.compile(r"max-age\s*=\s*(\d{1,9})", re.IGNORECASE)


class Heard(Struct, frozen=True):
    """Something that announced itself, or said goodbye (`gone`). Header names in lower case."""

    target: str
    usn: str
    headers: Mapping[str, str]
    age_s: float = USUAL_AGE_S
    """How long it counts as there."""
    gone: bool = False

    @property
    def uuid(self) -> str:
        """The device's own UUID as it writes it, `uuid:` before it; "" if its USN has none."""
        first = self.usn.partition("::")[0]
        return first.casefold() if first.casefold().startswith("uuid:") else ""


def read(packet: bytes) -> Heard | None:
    """Return who announced itself in a packet; None for what is none, such as others' searches.

    Raises MalformedError.
    """
    if len(packet) > LONGEST_PACKET:
        raise MalformedError(f"an SSDP packet of {len(packet)} bytes")
    start, *lines = packet.split(b"\n", MOST_HEADERS + 1)[: MOST_HEADERS + 1]
    first = start[:32].upper().split()
    if first[:1] == [b"M-SEARCH"]:
        return None
    headers = _headers(lines)
    if first[:1] == [b"NOTIFY"]:
        kind = headers.get("nts", "").casefold()
        if kind == "ssdp:update":
            return None  # it will restart, and announces itself anew then
        if kind not in ("ssdp:alive", "ssdp:byebye"):
            raise MalformedError(f"an SSDP notice of kind {kind[:40]!r}")
        target = headers.get("nt", "")
    elif first[:1] and first[0].startswith(b"HTTP/1.") and first[1:2] == [b"200"]:
        kind, target = "", headers.get("st", "")
    else:
        raise MalformedError(f"no SSDP: it begins with {start[:24]!r}")
    usn = headers.get("usn", "")
    if not target or not usn:
        raise MalformedError("an SSDP announcement without its target or its USN")
    of_it = {name: value for name, value in headers.items() if name not in _OF_THE_MESSAGE}
    return Heard(target, usn, of_it, _age_s(headers), gone=kind == "ssdp:byebye")


def _headers(lines: list[bytes]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        name, value = name.strip().lower(), value.strip()
        if not colon or not name or len(name) > LONGEST_NAME:
            continue
        try:
            headers.setdefault(name.decode("ascii"), value[:LONGEST_VALUE].decode())
        except UnicodeDecodeError:
            continue
    return headers


def _age_s(headers: Mapping[str, str]) -> float:
    said = _MAX_AGE.search(headers.get("cache-control", ""))
    return min(LONGEST_AGE_S, max(1.0, float(said[1]))) if said else USUAL_AGE_S


def search(target: str, wait_s: int) -> bytes:
    """Return the packet that asks for a target; answers come spread over `wait_s` seconds."""
    return (
        "M-SEARCH * HTTP/1.1\r\n"
        f"HOST: {GROUP}:{PORT}\r\n"
        'MAN: "ssdp:discover"\r\n'
        f"MX: {wait_s}\r\n"
        f"ST: {target}\r\n"
        "\r\n"
    ).encode()


def sighted(heard: Heard, source: str) -> Sighting:
    """Return the sighting of what was heard from the IP address `source`.

    Its address is the one in its location, if that is an IP address; else where it came from.
    """
    address, port = source, 0
    try:
        location = urlsplit(heard.headers.get("location", ""))
        port = location.port or (80 if location.hostname else 0)
        address = str(ip_address(location.hostname or ""))
    except ValueError:
        pass
    return Sighting(
        Medium.SSDP,
        heard.target,
        heard.usn,
        addresses=tuple(dict.fromkeys((address, source))),
        port=port,
        texts=heard.headers,
        gone=heard.gone,
    )
