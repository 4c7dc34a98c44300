"""The network's drivers: their processes, what is seen for them, and adopting what they found."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from drivers.discovery.brands import Brands
from drivers.kit.allowed import unreadable
from drivers.kit.asking import unheard
from drivers.kit.driver import Announced, Said
from drivers.kit.errors import AdoptionError
from drivers.kit.found import Found
from drivers.kit.manifest import Manifest, Option
from drivers.kit.process import DriverProcess
from drivers.kit.sighting import Sighting
from drivers.kit.telling import Vault
from hubd.adoption import Adoption
from hubd.answers import check_answers
from hubd.documents import did_you_mean
from hubd.driver_options import Given, chosen
from hubd.driver_port import attach
from hubd.hub import Hub
from hubd.inbox import Entry
from hubd.manifests import known_manifests
from hubd.model.device import Device
from hubd.model.errors import HubError
from hubd.model.events import AreaSet, Dismissed, Event
from hubd.model.home import Naming
from hubd.model.ids import DeviceId
from hubd.model.thing import Join
from hubd.rooms import named

_log = logging.getLogger(__name__)

SHOWN_S = 10.0
"""So long an adoption waits for the thing to show itself; it is adopted in any case."""
AGAIN_S = 600.0
"""What a rule could not adopt is tried again so much later, if it shows itself."""
DISCOVERY = "discovery"
"""The driver that watches the network for all others."""


class Network:
    """All drivers that run in processes of their own."""

    def __init__(
        self, hub: Hub, adoption: Adoption, vault: Vault, folder: Path, brands: Brands
    ) -> None:
        """Prepare; `folder` is the hub's data folder."""
        self.problems: list[str] = []
        self._hub = hub
        self._adoption = adoption
        self._vault = vault
        self._folder = folder
        self._brands = brands
        self._processes: dict[str, DriverProcess] = {}
        self._tried_s: dict[str, float] = {}
        self._adopting: set[asyncio.Task[None]] = set()
        adoption.adopt_by_rule = self._adopt_by_rule

    @property
    def processes(self) -> Sequence[DriverProcess]:
        """All of them."""
        return tuple(self._processes.values())

    def process(self, name: str) -> DriverProcess | None:
        """Return the driver of that name, or None."""
        return self._processes.get(name)

    def furnish(
        self,
        without: Collection[str] = (),
        beside: Iterable[Path] = (),
        options: Given | None = None,
    ) -> None:
        """Attach the drivers that hubd has, those installed, and those of manifests `beside`.

        One whose manifest is wrong is left out, and told. Raises ConfigError for `options` that no
        driver has.
        """
        manifests, wrong = known_manifests(beside)
        chosen_ones = chosen(manifests.values(), options or {}, {*without, *wrong})
        for why in wrong.values():
            self._leave_out(why)
        for path, manifest in manifests.items():
            if manifest.name in without:
                continue
            if manifest.name in {driver.name for driver in self._hub.drivers}:
                self._leave_out(f"{path}: there is a driver called {manifest.name!r} already")
                continue
            if why := unreadable(manifest.reach):
                self._leave_out(f"{path}: reach: {why}")
                continue
            self.attach(manifest, chosen_ones.get(manifest.name))

    def _leave_out(self, why: str) -> None:
        _log.error("%s", why)
        self.problems.append(why)

    def attach(
        self, manifest: Manifest, options: Mapping[str, Option] | None = None
    ) -> DriverProcess:
        """Add the driver of a manifest, with what hub.toml says for it; the usual, without."""
        if options is None:
            options = chosen([manifest], {}).get(manifest.name, {})
        home = self._hub.core.state.home
        mine = [d for d in _records(home.devices.values(), home.joins) if d.driver == manifest.name]
        process = attach(
            self._hub,
            self._adoption,
            lambda port: DriverProcess(manifest, port, self._vault, self._folder, mine, options),
            manifest.name,
        )
        self._processes[manifest.name] = process
        self._hub.awaited.update(device.id for device in mine)
        return process

    def watch(self, announced: Announced | None = None) -> None:
        """Watch the network for all drivers from now on, and show the hub itself there."""
        discovery = self._processes.get(DISCOVERY)
        if discovery is not None:
            discovery.watch(self.services, self.targets, announced, self.saw)

    @property
    def services(self) -> frozenset[str]:
        """The mDNS service types that drivers wait for."""
        return frozenset(s.service for p in self.processes for s in p.manifest.mdns)

    @property
    def targets(self) -> frozenset[str]:
        """The SSDP targets that drivers wait for."""
        return frozenset(s.service for p in self.processes for s in p.manifest.ssdp)

    # finding

    def saw(self, sighting: Sighting) -> None:
        """Take a sighting: to the drivers that it is meant for, else into the inbox as it is."""
        inbox = self._adoption.inbox
        meant = [p for p in self.processes if p.manifest.is_for(sighting)]
        for process in meant:
            if process.running or not sighting.gone:
                process.see(sighting)
        if sighting.gone:
            inbox.vanished(sighting)
        elif not meant:
            found = self._brands.found(sighting)
            if found is not None:
                why = "there is no driver for it yet"
                inbox.put("", found, seen=sighting.key, why=why)

    def look(self) -> None:
        """Look for things now, by all means."""
        for process in self.processes:
            process.look()

    # adopting

    async def adopt(
        self,
        entry_id: str,
        answers: Mapping[str, str],
        naming: Naming | None,
        source: str,
        said: Said = unheard,
    ) -> DeviceId | None:
        """Adopt a found thing, and put it where `naming` says; durably.

        `said` is told how it goes, and so is the inbox. Returns the device's id where it is known
        at once. Raises AdoptionError.
        """
        entry = self._adoption.inbox.get(entry_id)
        if entry is None:
            raise AdoptionError(
                f"nothing that was found is called {entry_id!r}", mend="Look into the inbox again"
            )
        name = entry.found.name
        if self._adoption.inbox.is_in_home(entry):
            raise AdoptionError(f"{name} is adopted already")
        if entry.device is not None:
            return await self._adopt_described(entry, entry.device, naming, source)
        process = self._processes.get(entry.driver)
        if process is None:
            raise AdoptionError(f"{name}: {entry.why or 'it has no driver'}")
        check_answers(name, entry.found.needs, answers)
        device = process.id_of(entry.found.key)
        self._adoption.expect(device, entry.found, entry.driver)
        with self._doing(entry, said) as told:
            await process.adopt(entry.found, answers, told)
        self._adoption.inbox.note(entry.id, "")
        await self._settle(process, entry.found.key, naming, source)
        return device

    @contextmanager
    def _doing(self, entry: Entry, said: Said) -> Iterator[Said]:
        """Give what tells how an adoption goes, to the inbox and to `said`."""
        inbox, told = self._adoption.inbox, False

        def tell(words: str) -> None:
            nonlocal told
            told = True
            inbox.doing(entry.id, words)
            said(words)

        try:
            yield tell
        finally:
            if told:  # else it may be what another adoption of it does
                inbox.doing(entry.id, "")

    async def add(
        self,
        driver: str,
        answers: Mapping[str, str],
        naming: Naming | None,
        source: str,
        said: Said = unheard,
    ) -> DeviceId:
        """Adopt a thing that was not found, by what its driver's manifest `adds`; durably.

        Raises AlreadyAdoptedError, AdoptionError.
        """
        process = self._processes.get(driver)
        if process is None or not process.manifest.adds:
            able = [p.name for p in self.processes if p.manifest.adds]
            what = f"no driver {driver!r} takes things that were not found"
            raise AdoptionError(what, mend=did_you_mean(driver, able).capitalize())
        needs = process.manifest.adds
        check_answers(process.manifest.title, needs, answers)
        adoption = await process.add(answers, said)
        device = process.id_of(adoption.key)
        self._adoption.expect(device, Found(adoption.key, ""), driver)
        await self._settle(process, adoption.key, naming, source)
        return device

    async def _settle(
        self, process: DriverProcess, key: str, naming: Naming | None, source: str
    ) -> None:
        """Put what was adopted where it is to be, and wait until it is there; durably."""
        device = process.id_of(key)
        if key in self._hub.core.state.home.dismissed.get(process.name, ()):
            self._hub.take(Dismissed(process.name, key, dismissed=False), source)
        if naming is not None:
            self._adoption.name(device, self._placed(naming, source), source)
        await self._until_shown(device)
        await self._hub.configure((), source)

    async def _until_shown(self, device: DeviceId) -> None:
        """Wait for a device to be in the home; not for long, for its link may not come about."""
        devices = self._hub.core.state.home.devices
        shown = asyncio.Event()

        def look(events: Sequence[Event]) -> None:
            del events
            if device in devices:
                shown.set()

        look(())
        unwatch = self._hub.watch(look)
        try:
            async with asyncio.timeout(SHOWN_S):
                await shown.wait()
        except TimeoutError:
            _log.info("%s is adopted, and has not shown itself yet", device)
        finally:
            unwatch()

    async def _adopt_described(
        self, entry: Entry, device: Device, naming: Naming | None, source: str
    ) -> DeviceId:
        adoption = self._adoption
        if naming is not None:
            adoption.name(device.id, self._placed(naming, source), source)
        adoption.adopt(device, source, area=entry.found.area)
        await self._hub.configure((), source)
        self._hub.refresh(device)
        return device.id

    def _adopt_by_rule(self, entry: Entry) -> None:
        """Adopt what a rule is for; what fails waits in the inbox, and says why."""
        loop = asyncio.get_running_loop()
        if self._processes.get(entry.driver) is None or loop.time() < self._tried_s.get(
            entry.id, 0
        ):
            return
        self._tried_s[entry.id] = loop.time() + AGAIN_S
        task = loop.create_task(self._try(entry))
        self._adopting.add(task)
        task.add_done_callback(self._adopting.discard)

    async def _try(self, entry: Entry) -> None:
        try:
            await self.adopt(entry.id, {}, None, f"driver:{entry.driver}")
        except HubError as error:
            self._adoption.inbox.note(entry.id, f"a rule is for it, but {error.what}")

    async def close(self) -> None:
        """Give up what rules are adopting; the drivers' own tasks are not ended here."""
        tasks = [*self._adopting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _placed(self, naming: Naming, source: str) -> Naming:
        """Return `naming` with the id of the area that it names; one that is not there is made."""
        home = self._hub.core.state.home
        if not naming.area:
            return naming
        area = home.areas.get(naming.area) or named(naming.area, home)
        if area is None:
            return naming
        if area.id not in home.areas:
            self._hub.take(AreaSet(area), source)
        return Naming(naming.name, area.id, naming.aliases, naming.roles)

    async def rename(self, device: DeviceId, naming: Naming, source: str) -> None:
        """Call a device by another name, put it elsewhere; durably. Raises KeyError."""
        if device not in self._hub.core.state.home.devices:
            raise KeyError(device)
        self._adoption.name(device, self._placed(naming, source), source)
        await self._hub.configure((), source)

    async def dismiss(self, entry_id: str, source: str, *, dismissed: bool = True) -> None:
        """Show a found thing no more, or again; durably. Raises AdoptionError if there is none."""
        entry = self._adoption.inbox.get(entry_id)
        if entry is None:
            raise AdoptionError(f"nothing that was found is called {entry_id!r}")
        process = self._processes.get(entry.driver)
        if dismissed and process is not None and not process.keeps(entry.found.key):
            home, device = self._hub.core.state.home, process.id_of(entry.found.key)
            if device not in home.devices and device not in home.joins:
                process.drop(entry.found.key)  # adopted, and it never showed itself
        await self._hub.configure([Dismissed(entry.driver, entry.found.key, dismissed)], source)

    async def remove(self, device: DeviceId, source: str) -> bool:
        """Let go of a device, for good; return whether it stays away.

        That is so of what was adopted here, of what is behind it and is told of no more, and of
        what announced itself and is gone.
        """
        state = self._hub.core.state
        join = state.home.joins.get(device)
        known = join.record if join is not None else state.home.devices.get(device)
        process = self._processes.get(known.driver) if known is not None else None
        if known is None:
            return False
        if process is not None:
            key = process.key_of(device)
            if key is not None:
                process.drop(key)
            elif not process.drop_part(device):
                return False
        elif device in state.unreachable or self._is_orphan(known):
            self._adoption.forgotten(device, source)
        else:
            return False
        await self._hub.configure((), source)
        return True

    def _is_orphan(self, device: Device) -> bool:
        """Say whether a device has no driver any more."""
        return all(driver.name != device.driver for driver in self._hub.drivers)


def _records(devices: Iterable[Device], joins: Mapping[DeviceId, Join]) -> Iterable[Device]:
    yield from devices
    yield from (join.record for join in joins.values())
