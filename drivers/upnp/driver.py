"""UPnP/DLNA renderers: recognised by SSDP, adopted as they are, linked over HTTP."""

from collections.abc import Mapping
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from async_upnp_client.client_factory import UpnpFactory
from async_upnp_client.exceptions import UpnpError
from async_upnp_client.profiles.dlna import DmrDevice

from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import AdoptionError
from drivers.kit.found import Adoption, Found
from drivers.kit.sighting import Sighting
from drivers.upnp import codec
from drivers.upnp.ears import Ears
from drivers.upnp.link import UpnpLink


class UpnpDriver(NetworkDriver):
    """All renderers of the home. They need no pairing: whoever is in the network may ask them."""

    def __init__(self) -> None:
        self._ears = Ears()
        self._links: WeakValueDictionary[str, UpnpLink] = WeakValueDictionary()

    def recognised(self, sighting: Sighting) -> Found | None:
        """See drivers.kit.driver.NetworkDriver."""
        return codec.found(sighting)

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """See drivers.kit.driver.NetworkDriver."""
        record = codec.read_record(found.record) if found.key else _told(answers)
        said("reading its description…")
        try:
            device = await UpnpFactory(self._ears.requester, non_strict=True).async_create_device(
                record.location
            )
        except UpnpError as error:
            raise AdoptionError(
                f"{found.name} does not answer", mend="Look whether it is on, and try again"
            ) from error
        if not DmrDevice.is_profile_device(device):
            raise AdoptionError(
                f"{found.name} has not all that a renderer has: AVTransport, RenderingControl and "
                "ConnectionManager"
            )
        key = found.key or device.udn.casefold().removeprefix("uuid:").strip()
        parts = urlsplit(record.location)
        address, port = found.address or parts.hostname or "", found.port or parts.port or 80
        return Adoption(key, address, port, codec.write_record(record))

    def link(self, adoption: Adoption) -> UpnpLink:
        """See drivers.kit.driver.NetworkDriver."""
        link = UpnpLink(adoption.key, codec.read_record(adoption.record), self._ears)
        self._links[adoption.key] = link
        return link

    def moved(self, adoption: Adoption, found: Found) -> Adoption:
        """See drivers.kit.driver.NetworkDriver.

        One with two network interfaces announces itself at two addresses in turn: while it answers
        at one it is left there. A new start ends its subscriptions, so then it is linked anew.
        """
        link = self._links.get(adoption.key)
        if link is not None and not link.moves(codec.read_record(found.record)):
            return adoption
        return Adoption(found.key, found.address, found.port, found.record)

    def parted(self, key: str) -> None:
        """See drivers.kit.driver.NetworkDriver. Anyone may say goodbye for it: it is looked for."""
        link = self._links.get(key)
        if link is not None:
            link.doubt()

    async def close(self) -> None:
        """See drivers.kit.driver.NetworkDriver."""
        await self._ears.close()


def _told(answers: Mapping[str, str]) -> codec.Record:
    """Return what a person tells of a renderer. Raises AdoptionError."""
    location = answers.get("location", "").strip()
    if not codec.is_http(location):
        raise AdoptionError(
            f"{location[:80]!r} is no address of a description",
            mend="Write it whole, as in http://192.168.1.30:49152/description.xml",
        )
    return codec.Record(location)
