"""From DNS records to a Sighting. Pure.

DNS-SD: RFC 6763 (4.1 names, 6 TXT records).
"""

from collections.abc import Iterable
from ipaddress import ip_address

from drivers.kit.errors import MalformedError
from drivers.kit.sighting import Medium, Sighting

LONGEST_INSTANCE = 63
MOST_TEXTS = 48
MOST_ADDRESSES = 8
_LOCAL = ".local."


def type_of(said: str) -> str:
    """Return a service type as it is asked for: `_hap._tcp.local.` of `_hap._tcp` too.

    Raises MalformedError if it is none.
    """
    plain = said.strip().rstrip(".").removesuffix(".local")
    labels = plain.split(".")
    if len(labels) != 2 or labels[1] not in ("_tcp", "_udp") or not labels[0].startswith("_"):
        raise MalformedError(f"{said[:80]!r} is no mDNS service type such as _hap._tcp.local.")
    return plain + _LOCAL


def instance_of(type_: str, name: str) -> str:
    """Return the instance's own name in a full one, as in `Lamp` of `Lamp._hap._tcp.local.`.

    Raises MalformedError if `name` is no instance of `type_`.
    """
    ending = "." + type_.casefold()
    own = name[: -len(ending)]
    if not name.casefold().endswith(ending) or not own or len(own.encode()) > LONGEST_INSTANCE:
        raise MalformedError(f"{name[:80]!r} is no instance of {type_}")
    if not own.isprintable():
        raise MalformedError(f"{own!r} is no name that people could read")
    return own


def texts_of(record: bytes) -> dict[str, str]:
    """Return a TXT record's pairs; the first of a key counts, and what is not UTF-8 is left out.

    At most MOST_TEXTS of them. A record that is cut off yields what came before.
    """
    texts: dict[str, str] = {}
    at = 0
    while at < len(record) and len(texts) < MOST_TEXTS:
        end = at + 1 + record[at]
        if end > len(record):
            break
        key, _, value = record[at + 1 : end].partition(b"=")
        at = end
        try:
            texts.setdefault(key.decode("ascii").casefold(), value.decode())
        except UnicodeDecodeError:
            continue
    texts.pop("", None)
    return texts


def in_order(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return addresses IPv4 first, link-local ones last, else as they came; bounded."""

    def rank(address: str) -> tuple[bool, bool]:
        ip = ip_address(address)
        return ip.version == 6, ip.is_link_local

    return tuple(sorted(dict.fromkeys(addresses), key=rank))[:MOST_ADDRESSES]


def sighted(
    type_: str, name: str, *, host: str, port: int, addresses: Iterable[str], text: bytes
) -> Sighting:
    """Return the sighting of a service. Raises MalformedError if `name` is none of its type."""
    return Sighting(
        Medium.MDNS,
        type_,
        instance_of(type_, name),
        host=host,
        addresses=in_order(addresses),
        port=port,
        texts=texts_of(text),
    )
