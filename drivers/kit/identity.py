"""What a thing is known by over any protocol: `mac:aabbccddeeff`, `ieee:0x00158d0001234567`. Pure.

One physical thing may be reached over several protocols. That two of their devices are one shows in
what both tell of it, written in one way.
"""

import re
from collections.abc import Iterable

_HEX = re.compile(r"[0-9a-f]+")
_KINDS = {"mac": 12, "ieee": 16}
_NOBODY = frozenset({"0" * 12, "f" * 12, "0" * 16, "f" * 16})


def mac(said: str) -> str | None:
    """Return the identity of a MAC address in any writing, or None if it is none."""
    return _address("mac", said)


def ieee(said: str) -> str | None:
    """Return the identity of an IEEE 802.15.4 address in any writing, or None if it is none."""
    return _address("ieee", said)


def serial(maker: str, said: str) -> str | None:
    """Return the identity of a maker's serial number, or None if it says too little.

    Serial numbers are one maker's own: two makers may have the same.
    """
    number, name = said.strip().casefold(), "".join(maker.casefold().split())
    return f"serial:{name}:{number}" if name and len(number) >= 4 else None


def told(*identities: str | None) -> tuple[str, ...]:
    """Return the identities that there are, each once, in their order."""
    return tuple(dict.fromkeys(i for i in identities if i))


def of_connections(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the identities of (kind, value) pairs, such as ("mac", "AA:BB:CC:DD:EE:FF")."""
    readers = {"mac": mac, "bluetooth": mac, "zigbee": ieee, "ieee": ieee}
    return told(*(readers[kind](value) for kind, value in pairs if kind in readers))


def _address(kind: str, said: str) -> str | None:
    digits = re.sub(r"[:\-. ]", "", said.casefold().removeprefix("0x"))
    if len(digits) != _KINDS[kind] or not _HEX.fullmatch(digits) or digits in _NOBODY:
        return None
    return f"{kind}:0x{digits}" if kind == "ieee" else f"{kind}:{digits}"
