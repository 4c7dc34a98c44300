"""The hub's own sign on the network: `_hubd._tcp.local.`, found by its apps and by other hubs."""

import asyncio
from collections.abc import Iterable
from ipaddress import ip_address

from msgspec import Struct
from zeroconf import ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from drivers.discovery.interfaces import Interface
from drivers.kit.sighting import Sighting

TYPE = "_hubd._tcp.local."
_LONGEST_NAME = 58


class Announcement(Struct, frozen=True):
    """What the hub says of itself.

    `id`: the home's or node's own, of letters, digits and `-`; it makes the host's name. `name` is
    for people; if another hub has it already, a number is put behind it.
    """

    name: str
    id: str
    port: int
    version: str
    path: str = "/"


class Announcer:
    """Keeps one announcement on the network, with this machine's addresses as they change."""

    def __init__(self, zeroconf: AsyncZeroconf, announcement: Announcement) -> None:
        self._zeroconf = zeroconf
        self._said = announcement
        self._info: ServiceInfo | None = None
        self._addresses: tuple[str, ...] = ()
        self._busy = asyncio.Lock()

    @property
    def name(self) -> str:
        """The name that it goes by now, with a number behind it where it was taken."""
        info = self._info
        return info.name[: -len(TYPE) - 1] if info else self._said.name

    def is_own(self, sighting: Sighting) -> bool:
        """Say whether a sighting is of this very announcement."""
        return sighting.service == TYPE and sighting.texts.get("id") == self._said.id

    async def announce(self, interfaces: Iterable[Interface]) -> None:
        """Announce with the addresses of these interfaces; again after they changed.

        Takes a second or two: first it asks whether the name is taken (RFC 6762, 8). The goodbye is
        zeroconf's, when it is closed.
        """
        addresses = _reachable(interfaces)
        async with self._busy:
            if not addresses or addresses == self._addresses:
                return
            self._addresses = addresses
            if self._info is None:
                info = self._described()
                sent = await self._zeroconf.async_register_service(info, allow_name_change=True)
                self._info = info
            else:
                self._info.addresses = [ip_address(a).packed for a in addresses]
                sent = await self._zeroconf.async_update_service(self._info)
            await sent

    def _described(self) -> ServiceInfo:
        said = self._said
        return ServiceInfo(
            TYPE,
            f"{_plain(said.name)}.{TYPE}",
            port=said.port,
            properties={"version": said.version, "id": said.id, "path": said.path},
            server=f"hubd-{said.id}.local.",
            parsed_addresses=list(self._addresses),
        )


def _plain(name: str) -> str:
    """Return a name that fits into mDNS, with room for a number behind it (RFC 6763, 4.1.1)."""
    printable = "".join(c for c in name if c.isprintable()).strip() or "hubd"
    return printable.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _reachable(interfaces: Iterable[Interface]) -> tuple[str, ...]:
    """Return the addresses that others may reach this machine at."""
    return tuple(a for i in interfaces if i.running and not i.loopback for a in i.addresses)
