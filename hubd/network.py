"""The network's drivers: their processes, what is seen for them, and adopting what they found."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from drivers.kit.errors import AdoptionError, ManifestError
from drivers.kit.found import Found
from drivers.kit.manifest import FILE, Manifest, read_manifest
from drivers.kit.process import DriverProcess
from drivers.kit.sighting import Sighting
from drivers.kit.telling import Vault
from hubd.adoption import Adoption
from hubd.driver_port import attach
from hubd.hub import Hub
from hubd.inbox import Entry, missing
from hubd.model.device import Device
from hubd.model.events import AreaSet, Dismissed
from hubd.model.home import Naming
from hubd.model.ids import DeviceId
from hubd.model.thing import Join
from hubd.rooms import named

_log = logging.getLogger(__name__)

ENTRY_POINTS = "hubd.drivers"
"""The group of entry points by which others' drivers are found."""


class Brands:
    """What things without a driver are: nothing is known of them."""

    def found(self, sighting: Sighting) -> Found | None:
        """Return what a sighting probably is, or None if it is nothing to show."""
        del sighting
        return None


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
        self._look: Callable[[], None] = lambda: None

    @property
    def processes(self) -> Sequence[DriverProcess]:
        """All of them."""
        return tuple(self._processes.values())

    def process(self, name: str) -> DriverProcess | None:
        """Return the driver of that name, or None."""
        return self._processes.get(name)

    def furnish(self, without: Collection[str] = (), beside: Iterable[Path] = ()) -> None:
        """Attach the drivers that hubd has, those installed, and those of manifests `beside`.

        One whose manifest is wrong is left out, and told.
        """
        for path in (*built_in(), *installed(), *beside):
            try:
                manifest = read_manifest(path)
            except ManifestError as error:
                _log.error("%s", error)
                self.problems.append(str(error))
                continue
            if manifest.name in without or manifest.name in self._processes:
                continue
            self.attach(manifest)

    def attach(self, manifest: Manifest) -> DriverProcess:
        """Add the driver of a manifest."""
        home = self._hub.core.state.home
        mine = [d for d in _records(home.devices.values(), home.joins) if d.driver == manifest.name]
        process = attach(
            self._hub,
            self._adoption,
            lambda port: DriverProcess(manifest, port, self._vault, self._folder, mine),
            manifest.name,
        )
        self._processes[manifest.name] = process
        return process

    def looks_by(self, look: Callable[[], None]) -> None:
        """Have `look` called when someone looks for things: whoever watches the network asks."""
        self._look = look

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
        self._look()
        for process in self.processes:
            process.look()

    # adopting

    async def adopt(
        self, entry_id: str, answers: Mapping[str, str], naming: Naming | None, source: str
    ) -> DeviceId | None:
        """Adopt a found thing, and put it where `naming` says; durably.

        Returns the device's id where it is known at once. Raises AdoptionError.
        """
        entry = self._adoption.inbox.get(entry_id)
        if entry is None:
            raise AdoptionError(
                f"nothing that was found is called {entry_id!r}", mend="Look into the inbox again"
            )
        if naming is not None:
            naming = await self.settled(naming, source)
        if entry.device is not None:
            return await self._adopt_described(entry, entry.device, naming, source)
        process = self._processes.get(entry.driver)
        if process is None:
            raise AdoptionError(f"{entry.found.name}: {entry.why or 'it has no driver'}")
        lacking = missing(entry.found.needs, answers)
        if lacking:
            raise AdoptionError(
                f"{entry.found.name} wants {', '.join(need.title for need in lacking)}",
                mend=lacking[0].hint or "Give it, and adopt again",
            )
        device_id = process.id_of(entry.found.key)
        if naming is not None:
            await self._adoption.name_ahead(device_id, naming, source)
        await process.adopt(entry.found, answers)
        self._adoption.inbox.drop(entry.driver, entry.found.key)
        return device_id

    async def _adopt_described(
        self, entry: Entry, device: Device, naming: Naming | None, source: str
    ) -> DeviceId:
        adoption = self._adoption
        if naming is not None:
            await adoption.name_ahead(device.id, naming, source)
        adoption.adopt(device, source, area=entry.found.area)
        adoption.inbox.drop(entry.driver, entry.found.key)
        await self._hub.configure((), source)
        self._hub.refresh(device)
        return device.id

    async def settled(self, naming: Naming, source: str) -> Naming:
        """Return `naming` with the id of the area that it names; one that is not there is made."""
        home = self._hub.core.state.home
        if not naming.area:
            return naming
        area = home.areas.get(naming.area) or named(naming.area, home)
        if area is None:
            return naming
        if area.id not in home.areas:
            await self._hub.configure([AreaSet(area)], source)
        return Naming(naming.name, area.id, naming.aliases, naming.roles)

    async def dismiss(self, entry_id: str, source: str, *, dismissed: bool = True) -> None:
        """Show a found thing no more, or again; durably. Raises AdoptionError if there is none."""
        entry = self._adoption.inbox.get(entry_id)
        if entry is None:
            raise AdoptionError(f"nothing that was found is called {entry_id!r}")
        await self._hub.configure([Dismissed(entry.driver, entry.found.key, dismissed)], source)

    async def remove(self, device: DeviceId, source: str) -> bool:
        """Let go of an adopted thing, for good; return whether it was one of the network's."""
        known = self._hub.core.state.home.devices.get(device)
        process = self._processes.get(known.driver) if known is not None else None
        key = process.key_of(device) if process is not None else None
        if process is None or key is None:
            return False
        process.drop(key)
        await self._hub.configure((), source)
        return True


def _records(devices: Iterable[Device], joins: Mapping[DeviceId, Join]) -> Iterable[Device]:
    yield from devices
    yield from (join.record for join in joins.values())


def built_in() -> list[Path]:
    """Return the manifests of the drivers that come with hubd."""
    folder = Path(__file__).resolve().parent.parent / "drivers"
    return sorted(folder.glob(f"*/{FILE}"))


def installed() -> list[Path]:
    """Return the manifests of the drivers that were installed beside hubd, running none of them.

    A package has an entry point in the group `hubd.drivers`, and its `driver.toml` beside the
    module that it names.
    """
    found: list[Path] = []
    for point in metadata.entry_points(group=ENTRY_POINTS):
        package = point.module.rpartition(".")[0] or point.module
        wanted = f"{package.replace('.', '/')}/{FILE}"
        path = _in_distribution(point, wanted)
        if path is None:
            _log.error("the driver %s has no %s", point.name, wanted)
        else:
            found.append(path)
    return found


def _in_distribution(point: metadata.EntryPoint, wanted: str) -> Path | None:
    if point.dist is None:
        return None
    path = Path(str(point.dist.locate_file(wanted)))
    if path.is_file():
        return path
    for file in point.dist.files or ():  # an editable install: its path file says where it is
        if file.suffix == ".pth":
            for line in Path(str(file.locate())).read_text("utf-8").splitlines():
                candidate = Path(line.strip()) / wanted
                if line.strip() and candidate.is_file():
                    return candidate
    return None
