"""What a sighting that no driver is for probably is: its maker and its kind (`brands.toml`)."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from drivers.kit import identity
from drivers.kit.found import Found
from drivers.kit.manifest import Sought
from drivers.kit.sighting import Medium, Sighting
from hubd.model.device import DeviceType
from hubd.model.ids import slug

MOST_HOSTS = 2_000
_LONGEST_NAME = 80
_MACS = ("mac", "macaddress", "deviceid", "mac-address", "macaddr")


class Brand(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of knowledge. `maker` is "" where many make them; see `brands.toml`."""

    service: str
    maker: str
    kind: str
    name: str = "*"
    texts: Mapping[str, str] = {}
    type: DeviceType | None = None
    label: str = ""
    model: str = ""

    @property
    def sought(self) -> Sought:
        """What it matches."""
        return Sought(self.service, self.name, self.texts)


@cache
def known() -> Sequence[Brand]:
    """Return all brands, those that tell most first."""
    said = tomllib.loads((Path(__file__).parent / "brands.toml").read_text("utf-8"))
    return msgspec.convert(said["brand"], tuple[Brand, ...])


@lru_cache(maxsize=512)
def _of(service: str) -> Sequence[tuple[int, Brand]]:
    """Return the brands that a service may be of, each with its rank."""
    anything = Sighting(Medium.MDNS, service, "")
    return [(r, b) for r, b in enumerate(known()) if Sought(b.service).matches(anything)]


def services() -> frozenset[str]:
    """Return the mDNS service types that brands are known by."""
    return frozenset(b.service for b in known() if b.service.endswith(".local."))


def targets() -> frozenset[str]:
    """Return the SSDP targets that brands are known by."""
    return frozenset(b.service for b in known() if not b.service.endswith(".local."))


class Brands:
    """Tells what things are. What shows itself by several services is told by the best alone."""

    def __init__(self) -> None:
        self._best: dict[str, tuple[int, str]] = {}
        self._hosts: dict[str, str] = {}

    def found(self, sighting: Sighting) -> Found | None:
        """Return what a sighting probably is, or None if it is nothing to show.

        Its key is the host's, so that all that one host shows is one thing.
        """
        match = next(((r, b) for r, b in _of(sighting.service) if b.sought.matches(sighting)), None)
        if match is None:
            return None
        rank, brand = match
        key = self._host(sighting)
        best, shown = self._best.get(key, (rank, sighting.key))
        if best < rank and shown != sighting.key:
            return None
        _put(self._best, key, (rank, sighting.key))
        return _found(key, brand, sighting)

    def _host(self, sighting: Sighting) -> str:
        """Return what a thing is known by: its host's name, be it seen by its address alone."""
        if not sighting.host:
            return self._hosts.get(sighting.address, slug(sighting.address or sighting.name))
        key = slug(sighting.host.removesuffix(".local."))
        for address in sighting.addresses:
            _put(self._hosts, address, key)
        return key


def _put[V](known: dict[str, V], key: str, value: V) -> None:
    while key not in known and len(known) >= MOST_HOSTS:
        del known[next(iter(known))]
    known[key] = value


def _found(key: str, brand: Brand, sighting: Sighting) -> Found:
    texts = sighting.texts
    said = texts.get(brand.label, "") if brand.label else sighting.name
    maker = brand.maker or texts.get("manufacturer", "") or texts.get("usb_mfg", "")
    kind = f"{brand.maker} {brand.kind}".strip()
    name = said.partition("::")[0].strip()[:_LONGEST_NAME]
    return Found(
        key=key,
        name=f"{name} ({kind})" if name and not name.startswith("uuid:") else kind,
        maker=maker,
        model=texts.get(brand.model, "")[:_LONGEST_NAME] if brand.model else "",
        address=sighting.address,
        port=sighting.port,
        identities=identity.told(*(identity.mac(texts.get(word, "")) for word in _MACS)),
        pictured=(brand.type,) if brand.type else (),
    )
