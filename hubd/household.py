"""Finding, adopting, naming and joining, as the API asks for them (hubd.api.finding.Finding)."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from drivers.kit.driver import Said
from hubd.adoption import Adoption
from hubd.api.finding import Adds, DriverStatus, Offer, Path, Progress
from hubd.errands import Errands
from hubd.hub import Hub
from hubd.inbox import Inbox
from hubd.model.home import Naming
from hubd.model.ids import DeviceId
from hubd.network import Network
from hubd.things import Proposal, proposals

_OWN = {"mqtt": ("MQTT", "MQTT"), "home": ("The home itself", "none")}


class Household:
    """Puts what people ask for to those who do it."""

    def __init__(self, hub: Hub, adoption: Adoption, network: Network) -> None:
        self._hub = hub
        self._adoption = adoption
        self._network = network
        self._errands = Errands(hub, network)
        self._watchers: list[Callable[[Progress], None]] = []

    @property
    def inbox(self) -> Inbox:
        """What was found."""
        return self._adoption.inbox

    def look(self) -> None:
        """Look for things now."""
        self._network.look()

    async def adopt(
        self,
        entry: str,
        answers: Mapping[str, str],
        naming: Naming | None,
        source: str,
        said: Said,
    ) -> DeviceId | None:
        """Adopt a found thing; durably. `said` is told how it goes. Raises AdoptionError."""
        with self._going_on(Progress(entry.partition(":")[0], entry), said) as told:
            return await self._network.adopt(entry, answers, naming, source, told)

    def adds(self) -> Sequence[Adds]:
        """Return the drivers that take things which were not found, and what they ask."""
        known = (process.manifest for process in self._network.processes)
        return [Adds(it.name, it.title, it.adds) for it in known if it.adds]

    async def add(
        self,
        driver: str,
        answers: Mapping[str, str],
        naming: Naming | None,
        source: str,
        said: Said,
    ) -> DeviceId:
        """Adopt a thing that was not found; durably. `said` is told how it goes.

        Raises AdoptionError.
        """
        with self._going_on(Progress(driver), said) as told:
            return await self._network.add(driver, answers, naming, source, told)

    def errands(self) -> Sequence[Offer]:
        """Return what may be asked of drivers beside."""
        return self._errands.offers()

    async def run(
        self,
        driver: str,
        errand: str,
        device: DeviceId | None,
        answers: Mapping[str, str],
        source: str,
        said: Said,
    ) -> Mapping[str, str]:
        """Run an errand; return what to show for it. `said` is told how it goes.

        Raises ErrandError.
        """
        what = Progress(driver, errand=errand, device=device)
        with self._going_on(what, said) as told:
            return await self._errands.run(driver, errand, device, answers, source, told)

    def watch(self, told: Callable[[Progress], None]) -> Callable[[], None]:
        """Have `told` called with how what people ask of drivers goes; return what ends that."""
        self._watchers.append(told)
        return lambda: self._watchers.remove(told)

    @contextmanager
    def _going_on(self, what: Progress, said: Said) -> Iterator[Said]:
        """Give what tells all who watch how something goes, and him who asked for it."""

        def tell(words: str) -> None:
            for watcher in tuple(self._watchers):
                watcher(replace(what, words=words))
            if words:
                said(words)

        try:
            yield tell
        finally:
            tell("")

    async def dismiss(self, entry: str, source: str, *, dismissed: bool = True) -> None:
        """Show a found thing no more, or again; durably. Raises AdoptionError."""
        await self._network.dismiss(entry, source, dismissed=dismissed)

    async def rename(self, device: DeviceId, naming: Naming, source: str) -> None:
        """Call a device by another name, put it elsewhere; durably. Raises KeyError."""
        await self._network.rename(device, naming, source)

    async def remove(self, device: DeviceId, source: str) -> bool:
        """Let go of an adopted thing; False if it is none that can be let go of."""
        return await self._network.remove(device, source)

    def paths(self, thing: DeviceId) -> Sequence[Path]:
        """Return the ways by which a joined thing is reached, the best first; none of others."""
        paths = self._hub.paths
        known = [Path(r, paths.driver_of(r), paths.is_live(r)) for r in paths.records_of(thing)]
        return sorted(known, key=lambda p: not p.live) if len(known) > 1 else []

    def proposals(self) -> Sequence[Proposal]:
        """Return which devices seem to be one thing."""
        return proposals(self._hub.core.state.home)

    async def join(self, thing: DeviceId, other: DeviceId, source: str) -> None:
        """Make two devices one; durably. Raises KeyError, JoinError."""
        pair = {thing, other}
        known = next((p for p in self.proposals() if {p.first, p.second} == pair), None)
        evidence = known.evidence if known is not None else ("a person said so",)
        await self._adoption.join(thing, other, evidence, source)

    async def part(self, record: DeviceId, source: str) -> None:
        """Split a joined device off again; durably. Raises KeyError."""
        await self._adoption.part(record, source)

    def drivers(self) -> Sequence[DriverStatus]:
        """Return all drivers."""
        home = self._hub.core.state.home
        counts = Counter(device.driver for device in home.devices.values())
        counts.update(join.record.driver for join in home.joins.values())
        told: list[DriverStatus] = []
        for driver in self._hub.drivers:
            process = self._network.process(driver.name)
            title, protocol = _OWN.get(driver.name, (driver.name, ""))
            if process is not None:
                title, protocol = process.manifest.title, process.manifest.protocol
            told.append(
                DriverStatus(
                    driver.name,
                    title,
                    protocol,
                    running=process is None or process.running,
                    separate=process is not None,
                    devices=counts[driver.name],
                    problems=tuple(driver.problems),
                )
            )
        return told

    def restart(self, driver: str) -> bool:
        """Start a driver's process anew; False if there is none such."""
        process = self._network.process(driver)
        if process is not None:
            process.repair()
        return process is not None
