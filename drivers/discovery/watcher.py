"""Everything that shows itself on the network, told by one object. For a process of its own."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from contextlib import aclosing, suppress
from ipaddress import ip_address

from zeroconf import IPVersion, NotRunningException
from zeroconf.asyncio import AsyncZeroconf

from drivers.discovery.announcer import Announcement, Announcer
from drivers.discovery.description import Describer
from drivers.discovery.interfaces import Interface, watched
from drivers.discovery.mdns import Browser
from drivers.discovery.mdns_codec import type_of
from drivers.discovery.outbox import Outbox
from drivers.discovery.ssdp import Listener
from drivers.kit.sighting import Sighting

_log = logging.getLogger(__name__)

_FLUSH_S = 0.05
_MOST_A_FLUSH = 50
"""A thousand sightings a second are let through; what changes faster is told as it is then."""
_RETRY_S = 5.0


class Watcher:
    """Watches for mDNS services of some types and SSDP targets, and announces the hub itself.

    `saw` is called in the event loop with what was found or has changed, and with `gone` sightings;
    at most 1,000 times a second, whatever goes on in the network. `types` are mDNS service types,
    `targets` SSDP targets, or patterns of them such as `urn:*:MediaRenderer:*`. The hub's own
    announcement is not told of. Raises MalformedError for a type that is none.
    """

    def __init__(
        self,
        types: Collection[str],
        targets: Collection[str],
        saw: Callable[[Sighting], None],
        *,
        announcement: Announcement | None = None,
    ) -> None:
        self._types = tuple(map(type_of, types))
        self._saw = saw
        self._announcement = announcement
        self._outbox = Outbox()
        self._filled = asyncio.Event()
        self._changed = asyncio.Event()
        self._interfaces: tuple[Interface, ...] = ()
        self._describer = Describer(self._put)
        self._listener = Listener(targets, self._describer.take)
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: Browser | None = None
        self._announcer: Announcer | None = None
        self.trouble = ""
        """What keeps it from seeing all, in words; empty when nothing does."""

    def set_types(self, types: Collection[str], targets: Collection[str] | None = None) -> None:
        """Watch for these from now on; None leaves the targets as they are.

        Raises MalformedError for a type that is none.
        """
        self._types = tuple(map(type_of, types))
        if self._browser:
            self._browser.set_types(self._types)
        if targets is not None:
            self._listener.set_targets(targets)

    def look(self) -> None:
        """Ask again now: someone is looking."""
        if self._browser:
            self._browser.look()
        self._listener.look()

    async def run(self) -> None:
        """Watch until cancelled; then say goodbye and leave nothing open."""
        async with asyncio.TaskGroup() as tasks:
            for task in (self._telling, self._following, self._describer.run, self._listener.run):
                tasks.create_task(task())
            try:
                while True:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_RETRY_S if self.trouble else None):
                            await self._changed.wait()
                    self._changed.clear()
                    await self._start_anew(tasks)
            finally:
                self._listener.close()
                if self._zeroconf:
                    await self._zeroconf.async_close()

    async def _following(self) -> None:
        async with aclosing(watched()) as changes:
            async for found in changes:
                self._interfaces = found
                self._changed.set()

    async def _start_anew(self, tasks: asyncio.TaskGroup) -> None:
        """Listen on the interfaces as they are now, and ask on them."""
        troubles = []
        for name, start in (("mDNS", self._mdns), ("SSDP", self._ssdp)):
            try:
                await start(tasks)
            except (OSError, RuntimeError, NotRunningException) as error:
                troubles.append(f"{name} cannot be listened to: {error}")
        trouble = "; ".join(troubles)
        if trouble and trouble != self.trouble:
            _log.warning("%s", trouble)
        self.trouble = trouble

    async def _mdns(self, tasks: asyncio.TaskGroup) -> None:
        if not self._interfaces:
            raise OSError("there is no network interface with an address")
        where, version = _choice(self._interfaces)
        if self._zeroconf is None:
            self._zeroconf = AsyncZeroconf(where, ip_version=version)
            await self._zeroconf.zeroconf.async_wait_for_start()
            self._browser = Browser(self._zeroconf.zeroconf, self._types, self._put)
            tasks.create_task(self._browser.run())
            if self._announcement:
                self._announcer = Announcer(self._zeroconf, self._announcement)
        else:
            await self._zeroconf.async_update_interfaces(where, version)
            if self._browser:
                self._browser.look()
        if self._announcer:
            tasks.create_task(self._announcer.announce(self._interfaces))

    async def _ssdp(self, tasks: asyncio.TaskGroup) -> None:
        del tasks
        await self._listener.listen_on(self._interfaces)

    def _put(self, sighting: Sighting) -> None:
        if self._announcer and self._announcer.is_own(sighting):
            return
        self._outbox.put(sighting)
        self._filled.set()

    async def _telling(self) -> None:
        while True:
            await self._filled.wait()
            for sighting in self._outbox.take(_MOST_A_FLUSH):
                self._saw(sighting)
            if not self._outbox:
                self._filled.clear()
            await asyncio.sleep(_FLUSH_S)


def _choice(interfaces: Iterable[Interface]) -> tuple[list[str | int], IPVersion]:
    """Return where mDNS is spoken, as zeroconf takes it: IPv4 addresses, and indexes for IPv6.

    Of an index it uses the first address, be that still tentative.
    """
    four: list[str | int] = []
    six: list[str | int] = []
    for interface in interfaces:
        versions = {address: ip_address(address).version for address in interface.addresses}
        four += [address for address, version in versions.items() if version == 4]
        if 6 in versions.values() and interface.settled and not interface.loopback:
            six.append(interface.index)
    return four + six, IPVersion.All if six else IPVersion.V4Only
