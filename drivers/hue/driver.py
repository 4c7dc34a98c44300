"""Hue bridges: found by mDNS, adopted by the button on them."""

from collections.abc import Mapping

from drivers.hue.advert import PORT, Record, found, read_record
from drivers.hue.link import HueLink
from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import MalformedError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Link
from drivers.kit.loading import loaded
from drivers.kit.place import place
from drivers.kit.sighting import Medium, Sighting


class HueDriver(NetworkDriver):
    """Speaks CLIP v2 to Hue bridges."""

    def recognised(self, sighting: Sighting) -> Found | None:
        """Return the bridge that announces itself."""
        if sighting.medium is not Medium.MDNS or sighting.gone:
            return None
        return found(sighting) if sighting.service.casefold().startswith("_hue.") else None

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Look who the bridge is, and have it give the hub a key."""
        await loaded("drivers.hue.bridge")
        from drivers.hue.bridge import Bridge, certificate  # noqa: PLC0415 - 26 MB

        address, port, known = found.address, found.port, found.key
        if not known:
            address, port = place(answers.get("address", ""), PORT)
        said("looking at the certificate of the bridge…")
        named, pin = await certificate(address, port, known)
        async with Bridge(address, port, pin) as bridge:
            said("asking the bridge for a key of the hub's own…")
            key = await bridge.application_key()
        return Adoption(named, address, port, Record(named, pin).text(), key)

    def link(self, adoption: Adoption) -> Link:
        """Return the link to an adopted bridge."""
        if not adoption.secret:
            raise MalformedError("the key of a Hue bridge is not there")
        record = read_record(adoption.record)
        return HueLink(adoption.secret, adoption.address, adoption.port, record)
