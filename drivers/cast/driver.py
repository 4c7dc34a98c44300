"""The driver of Google Cast."""

from collections.abc import Mapping

from drivers.cast.announced import announced, read_record
from drivers.cast.link import CastLink, first_status
from drivers.cast.session import Session
from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import AdoptionError, LinkError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Link
from drivers.kit.sighting import Sighting


class CastDriver(NetworkDriver):
    """Chromecasts, televisions and speakers that take Google Cast, and groups of them."""

    def recognised(self, sighting: Sighting) -> Found | None:
        """Return the device or group that a sighting shows, or None. Raises MalformedError."""
        return announced(sighting)

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """See that it answers; it asks for nothing."""
        del answers
        said(f"connecting to {found.address}…")
        adoption = Adoption(found.key, found.address, found.port, found.record)
        session = Session(adoption, read_record(found.record))
        session.start()
        try:
            await first_status(session)
        except LinkError as error:
            raise AdoptionError(error.what, mend=error.mend) from error
        finally:
            await session.close()
        return adoption

    def link(self, adoption: Adoption) -> Link:
        """Return a link to an adopted device. Raises MalformedError."""
        return CastLink(adoption)

    def moved(self, adoption: Adoption, found: Found) -> Adoption:
        """Return the adoption with the address and the name as they are announced now."""
        moved = super().moved(adoption, found)
        return Adoption(moved.key, moved.address, moved.port, found.record or moved.record)
