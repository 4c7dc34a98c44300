"""The driver of ESPHome's native API."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from drivers.esphome.announced import ADDRESS, KEY, PASSWORD, PORT, announced
from drivers.esphome.link import EsphomeLink, Secret, client_for, met
from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import AdoptionError, LinkError
from drivers.kit.found import Adoption, Found
from drivers.kit.identity import mac
from drivers.kit.link import Link
from drivers.kit.place import place
from drivers.kit.sighting import Sighting


class EsphomeDriver(NetworkDriver):
    """Devices with ESPHome's firmware."""

    def recognised(self, sighting: Sighting) -> Found | None:
        """Return the device that a sighting shows, or None. Raises MalformedError."""
        return announced(sighting)

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Connect with the key or the password that is given, and see that it is the device."""
        secret = Secret(answers.get(KEY, "").strip(), answers.get(PASSWORD, ""))
        kept = msgspec.json.encode(secret).decode()
        address, port = found.address, found.port
        if not found.key:
            address, port = place(answers.get(ADDRESS, ""), PORT)
        adoption = Adoption(found.key, address, port, secret=kept)
        client = client_for(adoption, secret)
        said(f"connecting to {address}…")
        try:
            info, *_ = await met(client, found.key)
        except LinkError as error:
            raise AdoptionError(error.what, mend=error.mend) from error
        finally:
            client.force_disconnect()
        identity = mac(info.mac_address)
        if identity is None:
            raise AdoptionError("the device does not tell its MAC address")
        return replace(adoption, key=found.key or identity.removeprefix("mac:"))

    def link(self, adoption: Adoption) -> Link:
        """Return a link to an adopted device. Raises MalformedError."""
        return EsphomeLink(adoption)
