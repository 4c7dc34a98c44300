"""Who announces itself on SSDP: searched for, and kept for as long as each said it is there.

async-upnp-client has a listener too. It is not used here: it keeps every device that it ever heard
of, whoever made it up, and brings an HTTP client into a process that needs none.
"""

import asyncio
import re
import socket
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from fnmatch import translate
from ipaddress import ip_address

from msgspec.structs import replace

from drivers.discovery.interfaces import Interface
from drivers.discovery.presence import Presence
from drivers.discovery.ssdp_codec import GROUP, PORT, Heard, read, search, sighted
from drivers.kit.errors import MalformedError
from drivers.kit.sighting import Sighting

MOST = 2_000
EVERYTHING = "ssdp:all"
SEARCH_EVERY_S = 300.0
_SEARCHES_S = (0.0, 2.0, 6.0)
"""UDP may be lost, so a search is asked more than once: UPnP Device Architecture 2.0, 1.3.2."""
_GAP_S = 0.02
_WAIT_S = 3
_TTL = 2
_ROOT = "upnp:rootdevice"


class Listener:
    """Keeps what announces some targets, and tells `saw` of it. Made and used in the event loop.

    Targets may be patterns of a shell (`urn:*:MediaRenderer:*`), in any case.
    """

    def __init__(
        self,
        targets: Collection[str],
        saw: Callable[[Sighting], None],
        *,
        group: tuple[str, int] = (GROUP, PORT),
    ) -> None:
        self._saw = saw
        self._group = group
        self._known: dict[str, Sighting] = {}
        self._of_device: dict[str, set[str]] = {}
        self._lasting: Presence[str] = Presence()
        self._open: dict[str, asyncio.DatagramTransport] = {}
        self._ears: asyncio.DatagramTransport | None = None
        self._woken = asyncio.Event()
        self._searches: list[float] = []
        self._targets: tuple[str, ...] = ()
        self._wanted = re.compile("(?!)")
        self.refused = 0
        """How many announcements were not taken in: malformed ones, and those too many."""
        self.set_targets(targets)

    def set_targets(self, targets: Collection[str]) -> None:
        """Look for these targets from now on; what is known of others is told as gone."""
        self._targets = tuple(sorted(set(targets)))
        pattern = "|".join(translate(target.casefold()) for target in self._targets)
        self._wanted = re.compile(pattern or "(?!)")
        for sighting in list(self._known.values()):
            if not self._wanted.fullmatch(sighting.service.casefold()):
                self._drop(sighting.key)
        self.look()

    def look(self) -> None:
        """Search now, and twice again shortly after."""
        now_s = time.monotonic()
        self._searches = [now_s + after_s for after_s in _SEARCHES_S] if self._targets else []
        self._woken.set()

    async def listen_on(self, interfaces: Iterable[Interface]) -> None:
        """Listen on these interfaces from now on, by their IPv4 addresses, and search."""
        addresses = {a for i in interfaces for a in i.addresses if ip_address(a).version == 4}
        for address in self._open.keys() - addresses:
            self._open.pop(address).close()
        await self._hear(addresses)
        for address in sorted(addresses - self._open.keys()):
            with suppress(OSError):  # it went away meanwhile: that is told as a change, too
                self._open[address] = await self._mouth(address)
        self.look()

    async def run(self) -> None:
        """Search now and then, and drop what lapsed, until cancelled."""
        while True:
            self._woken.clear()
            now_s = time.monotonic()
            _, lapsed = self._lasting.due(now_s)
            for key in lapsed:
                self._drop(key)
            if self._searches and self._searches[0] <= now_s:
                self._searches.pop(0)
                if not self._searches:
                    self._searches = [now_s + SEARCH_EVERY_S]
                await self._search()
            times = [*self._searches[:1], self._lasting.next_s() or now_s + SEARCH_EVERY_S]
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(times) - time.monotonic())):
                    await self._woken.wait()

    def close(self) -> None:
        """Close all sockets. What is known is told no more."""
        for transport in self._open.values():
            transport.close()
        self._open.clear()
        if self._ears:
            self._ears.close()
            self._ears = None

    def heard(self, packet: bytes, source: str) -> None:
        """Take in a packet that came from an IP address."""
        try:
            heard = read(packet)
        except MalformedError:
            self.refused += 1
            return
        if heard is None:
            return
        if heard.gone and heard.uuid and heard.target.casefold() in (_ROOT, heard.uuid):
            for key in list(self._of_device.get(heard.uuid, ())):
                self._drop(key)
        if self._wanted.fullmatch(heard.target.casefold()):
            self._take(heard, source)

    def _take(self, heard: Heard, source: str) -> None:
        sighting = sighted(heard, source)
        key = sighting.key
        if heard.gone:
            self._drop(key)
            return
        former = self._known.get(key)
        if former is None and len(self._known) >= MOST:
            self.refused += 1
            return
        if former is not None:
            # A search is answered with fewer headers than a notice has.
            sighting = replace(sighting, texts={**former.texts, **sighting.texts})
        self._known[key] = sighting
        if heard.uuid:
            self._of_device.setdefault(heard.uuid, set()).add(key)
        self._lasting.seen(key, time.monotonic(), heard.age_s)
        if sighting != former:
            self._saw(sighting)
            self._woken.set()

    def _drop(self, key: str) -> None:
        known = self._known.pop(key, None)
        if known is None:
            return
        self._lasting.left(key)
        uuid = known.name.partition("::")[0].casefold()
        others = self._of_device.get(uuid, set())
        others.discard(key)
        if not others:
            self._of_device.pop(uuid, None)
        self._saw(replace(known, gone=True))

    async def _search(self) -> None:
        asked = [t for t in self._targets if not set("*?[") & set(t)]
        for target in dict.fromkeys((EVERYTHING, *asked)):
            packet = search(target, _WAIT_S)
            for transport in list(self._open.values()):
                transport.sendto(packet, self._group)
            await asyncio.sleep(_GAP_S)

    async def _hear(self, addresses: Collection[str]) -> None:
        """Have one socket in the group on all interfaces, whatever was before."""
        if self._ears:
            self._ears.close()
            self._ears = None
        ears = _udp()
        try:
            ears.bind(self._group)
            for address in addresses:
                with suppress(OSError):
                    member = socket.inet_aton(self._group[0]) + socket.inet_aton(address)
                    ears.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
            self._ears, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Protocol(self.heard), sock=ears
            )
        except BaseException:
            ears.close()
            raise

    async def _mouth(self, address: str) -> asyncio.DatagramTransport:
        """Return a socket that asks on one interface, and gets the answers."""
        mouth = _udp()
        try:
            mouth.bind((address, 0))
            here = socket.inet_aton(address)
            mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
            mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, _TTL)
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Protocol(self.heard), sock=mouth
            )
        except BaseException:
            mouth.close()
            raise
        return transport


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, heard: Callable[[bytes, str], None]) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._heard(data, addr[0])

    def error_received(self, exc: Exception) -> None:
        """Let it pass: a link that is down comes back, and is searched on again."""


def _udp() -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return udp
