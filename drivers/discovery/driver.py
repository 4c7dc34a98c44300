"""Watches the network for all other drivers, in a process of its own."""

from collections.abc import Callable, Collection, Mapping

from drivers.discovery import brands
from drivers.discovery.announcer import Announcement
from drivers.discovery.watcher import Watcher
from drivers.kit.driver import Announced, NetworkDriver, Said
from drivers.kit.errors import AdoptionError, MalformedError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Link
from drivers.kit.sighting import Sighting


class DiscoveryDriver(NetworkDriver):
    """Has no things: what it sees is for others, or told as the brand that it seems to be."""

    def __init__(self) -> None:
        self._watcher: Watcher | None = None

    async def watch(
        self,
        services: Collection[str],
        targets: Collection[str],
        announced: Announced | None,
        saw: Callable[[Sighting], None],
    ) -> None:
        """Tell what shows itself, beside what drivers wait for what brands are known by."""
        sign = None
        if announced is not None:
            sign = Announcement(
                announced.name, announced.id, announced.port, announced.version, announced.path
            )
        self._watcher = Watcher(
            {*services, *brands.services()},
            {*targets, *brands.targets()},
            saw,
            announcement=sign,
        )
        await self._watcher.run()

    async def seek(self, found: Callable[[Found], None]) -> None:
        """Ask the network again."""
        del found
        if self._watcher is not None:
            self._watcher.look()

    def recognised(self, sighting: Sighting) -> Found | None:
        """Recognise nothing: that is for the others."""
        del sighting
        return None

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Adopt nothing. Raises AdoptionError."""
        del answers, said
        raise AdoptionError(f"{found.name} has no driver yet")

    def link(self, adoption: Adoption) -> Link:
        """Link nothing. Raises MalformedError."""
        raise MalformedError(f"{adoption.key} is none of its things")
