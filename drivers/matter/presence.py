"""What Matter devices announce by mDNS: who is in which fabric, and who waits to be taken in.

Pure, apart from remembering. Source: Matter 1.5 core specification, 4.3.1 (commissionable nodes:
`_matterc._udp`, its TXT keys), 4.3.2 (operational nodes: `_matter._tcp`, named by compressed fabric
and node id).
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.kit.found import Found, Need, Trust
from drivers.kit.sighting import Medium, Sighting
from drivers.matter.device_types import device_type
from drivers.matter.setup_code import SetupCode
from hubd.model.device import DeviceType

OPERATIONAL, COMMISSIONABLE = "_matter._tcp.local.", "_matterc._udp.local."
CODE = "code"
NEED = Need(
    CODE,
    "Setup code",
    pattern=r"\s*([Mm][Tt]:[0-9A-Za-z.*-]{4,512}|[0-9]([\s-]?[0-9]){10}(([\s-]?[0-9]){10})?)\s*",
    hint="The text of its QR code (MT:…) or its number of 11 or 21 digits",
)
MOST = 2_000
"""So many of each are remembered."""
_OWN_NAME = re.compile(r"([0-9A-Fa-f]{16})-([0-9A-Fa-f]{16})")
_INSTANCE = re.compile(r"[0-9A-Fa-f]{1,32}")
_VENDOR_AND_PRODUCT = re.compile(r"([0-9]{1,5})(?:\+([0-9]{1,5}))?")


class Operational(Struct, frozen=True):
    """A device that is in a fabric."""

    fabric: int
    node: int
    host: str
    address: str


class Waiting(Struct, frozen=True):
    """A device that waits to be taken in."""

    instance: str
    host: str
    address: str
    port: int
    discriminator: int
    vendor: int = 0
    product: int = 0
    type: int = 0
    name: str = ""

    @property
    def key(self) -> str:
        """What it is called while it waits."""
        return f"c{self.instance.casefold()}"


def operational(sighting: Sighting) -> Operational | None:
    """Return who a sighting shows in a fabric; None if it shows none. Raises MalformedError."""
    if sighting.medium is not Medium.MDNS or sighting.service.casefold() != OPERATIONAL:
        return None
    match = _OWN_NAME.fullmatch(_bare(sighting))
    if match is None:
        raise MalformedError(f"a Matter device is announced as {sighting.name[:60]!r}")
    fabric, node = (int(part, 16) for part in match.groups())
    return Operational(fabric, node, sighting.host.casefold(), sighting.address)


def waiting(sighting: Sighting) -> Waiting | None:
    """Return who a sighting shows that waits; None if it shows none. Raises MalformedError."""
    if sighting.medium is not Medium.MDNS or sighting.service.casefold() != COMMISSIONABLE:
        return None
    instance = _bare(sighting)
    if _INSTANCE.fullmatch(instance) is None:
        raise MalformedError(f"a Matter device that waits is announced as {sighting.name[:60]!r}")
    texts = sighting.texts
    if not sighting.gone and _number(texts, "cm", 3) == 0:
        return None
    match = _VENDOR_AND_PRODUCT.fullmatch(texts.get("vp", ""))
    vendor, product = (int(part or 0) for part in match.groups()) if match else (0, 0)
    return Waiting(
        instance=instance,
        host=sighting.host.casefold(),
        address=sighting.address,
        port=sighting.port,
        discriminator=_number(texts, "d", 0xFFF),
        vendor=vendor,
        product=product,
        type=_number(texts, "dt", 0xFFFF_FFFF),
        name=texts.get("dn", "").strip()[:64],
    )


def found(device: Waiting) -> Found:
    """Return a device that waits as a thing to adopt."""
    kind = device_type((device.type,))
    return Found(
        key=device.key,
        name=device.name or f"Matter device ({device.discriminator})",
        maker=f"vendor {device.vendor:#06x}" if device.vendor else "",
        model=f"product {device.product:#06x}" if device.product else "",
        address=device.address,
        port=device.port,
        pictured=() if kind is DeviceType.GENERIC else (kind,),
        trust=Trust.PROVEN,
        needs=(NEED,),
        record=str(device.discriminator),
    )


class Presence:
    """All that is announced now."""

    def __init__(self) -> None:
        self._operational: dict[tuple[int, int], Operational] = {}
        self._gone: dict[tuple[int, int], Operational] = {}
        self._waiting: dict[str, Waiting] = {}

    def take(self, shown: Operational | Waiting, *, gone: bool) -> None:
        """Take a sighting, or that it is seen no more."""
        if isinstance(shown, Waiting):
            self._waiting.pop(shown.instance, None)
            if not gone:
                self._waiting[shown.instance] = shown
                _limit(self._waiting)
            return
        key = (shown.fabric, shown.node)
        known = self._operational.pop(key, None)
        if gone:
            self._gone[key] = known or shown
            _limit(self._gone)
            return
        self._gone.pop(key, None)
        self._operational[key] = shown
        _limit(self._operational)

    def fits(self, code: SetupCode) -> Waiting | None:
        """Return the device that waits and may have a code."""
        return next((d for d in self._waiting.values() if code.is_of(d.discriminator)), None)

    def is_announced(self, fabric: int, node: int) -> bool | None:
        """Say whether a node is announced; None if nothing was ever heard of it."""
        key = (fabric, node)
        return True if key in self._operational else False if key in self._gone else None

    def is_of(self, fabric: int, host: str) -> bool:
        """Say whether a host is one of the fabric's devices."""
        return bool(host) and any(
            o.host == host for key, o in self._operational.items() if key[0] == fabric
        )

    def fabrics_at(self, host: str) -> int:
        """Return in how many fabrics a host is."""
        return len({o.fabric for o in self._operational.values() if host and o.host == host})

    def why(self, fabric: int, node: int) -> str:
        """Return what the announcements tell of a node that does not answer; "" if nothing."""
        key = (fabric, node)
        known = self._operational.get(key)
        if known is not None:
            where = f" at {known.address}" if known.address else ""
            return (
                f"it is announced in the network, and does not answer{where}: it was just switched "
                "off, or there is no way to it"
            )
        gone = self._gone.get(key)
        if gone is None:
            return ""
        if gone.host and any(o.host == gone.host for o in self._operational.values()):
            return "it belongs to another system now (another fabric), and not to this one any more"
        if gone.host and any(w.host == gone.host for w in self._waiting.values()):
            return "it was reset, and waits to be taken in anew"
        return "it is announced in the network no more: it has no power, or is off the network"


def _bare(sighting: Sighting) -> str:
    name = sighting.name
    for service in (OPERATIONAL, COMMISSIONABLE):
        if name.casefold().endswith(f".{service}"):
            return name[: -len(service) - 1]
    return name


def _number(texts: Mapping[str, str], key: str, most: int) -> int:
    said = texts.get(key, "")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) <= 10 else 0
    return number if number <= most else 0


def _limit[K, V](known: dict[K, V]) -> None:
    while len(known) > MOST:
        del known[next(iter(known))]
