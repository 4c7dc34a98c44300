"""The driver of ESPHome's native API."""

from collections.abc import Mapping

import msgspec

from drivers.esphome.announced import KEY, PASSWORD, announced
from drivers.esphome.link import EsphomeLink, Secret, client_for, met
from drivers.kit.driver import NetworkDriver
from drivers.kit.errors import AdoptionError, LinkError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Link
from drivers.kit.sighting import Sighting


class EsphomeDriver(NetworkDriver):
    """Devices with ESPHome's firmware."""

    def recognised(self, sighting: Sighting) -> Found | None:
        """Return the device that a sighting shows, or None. Raises MalformedError."""
        return announced(sighting)

    async def adopt(self, found: Found, answers: Mapping[str, str]) -> Adoption:
        """Connect with the key or the password that is given, and see that it is the device."""
        secret = Secret(answers.get(KEY, "").strip(), answers.get(PASSWORD, ""))
        kept = msgspec.json.encode(secret).decode()
        adoption = Adoption(found.key, found.address, found.port, secret=kept)
        client = client_for(adoption, secret)
        try:
            await met(client, found.key)
        except LinkError as error:
            raise AdoptionError(error.what, mend=error.mend) from error
        finally:
            client.force_disconnect()
        return adoption

    def link(self, adoption: Adoption) -> Link:
        """Return a link to an adopted device. Raises MalformedError."""
        return EsphomeLink(adoption)
