"""HomeKit accessories: found by mDNS, adopted by their setup code."""

from collections.abc import Mapping
from weakref import WeakValueDictionary

from msgspec.structs import replace

from drivers.homekit.advert import CODE, found, read_record
from drivers.homekit.keys import read_keys, setup_code
from drivers.homekit.link import HomeKitLink
from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import AdoptionError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Link
from drivers.kit.loading import loaded
from drivers.kit.sighting import Medium, Sighting


class HomeKitDriver(NetworkDriver):
    """Controls HomeKit accessories over IP."""

    def __init__(self) -> None:
        self._links: WeakValueDictionary[str, HomeKitLink] = WeakValueDictionary()

    def recognised(self, sighting: Sighting) -> Found | None:
        """Return the accessory that announces itself."""
        if sighting.medium is not Medium.MDNS or sighting.gone:
            return None
        if not sighting.service.casefold().startswith("_hap."):
            return None
        return found(sighting)

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Pair by the setup code."""
        record = read_record(found.record)
        if record.thread:
            raise AdoptionError("HomeKit over Thread is not carried", mend=found.asks)
        if found.adopted_elsewhere:
            raise AdoptionError("another controller has it already", mend=found.asks)
        code = setup_code(answers.get(CODE, ""))
        await loaded("drivers.homekit.pairing")
        from drivers.homekit.pairing import pair  # noqa: PLC0415 - 20 MB

        said("pairing by the setup code; a small accessory takes its time…")
        keys = await pair(found.address, found.port, record.features, code)
        return Adoption(found.key, found.address, found.port, record.text(), keys.text())

    def link(self, adoption: Adoption) -> Link:
        """Return the link to a paired accessory."""
        keys, record = read_keys(adoption.secret), read_record(adoption.record)
        link = HomeKitLink(keys, adoption.address, adoption.port, record)
        self._links[adoption.key] = link
        return link

    def moved(self, adoption: Adoption, found: Found) -> Adoption:
        """Return the adoption at its new address, and with what it is made of now."""
        kept, seen = read_record(adoption.record), read_record(found.record)
        record = replace(kept, config=seen.config, features=seen.features)
        link = self._links.get(adoption.key)
        if link is not None and kept.config != seen.config:
            link.changed(record)
        moved = super().moved(adoption, found)
        return Adoption(moved.key, moved.address, moved.port, record.text(), moved.secret)

    async def let_go(self, adoption: Adoption) -> None:
        """Remove the pairing, so that the accessory can be adopted again."""
        await loaded("drivers.homekit.session")
        from drivers.homekit.session import Session  # noqa: PLC0415 - 20 MB

        keys = read_keys(adoption.secret)
        async with Session(keys, adoption.address, adoption.port, lambda _told: None) as session:
            await session.unpair()
