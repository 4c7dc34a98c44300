"""What the API needs of finding and adopting. `hubd.household` implements it."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from drivers.kit.driver import Said
from drivers.kit.found import Need
from drivers.kit.manifest import Errand
from drivers.kit.problem import Problem
from hubd.inbox import Inbox
from hubd.model.home import Naming
from hubd.model.ids import DeviceId
from hubd.things import Proposal


class DriverStatus(Struct, frozen=True):
    """A driver: what it is, and how it does.

    `running`: its process is up; one that has nothing to do sleeps. `separate`: it has a process of
    its own, and can be restarted.
    """

    name: str
    title: str
    protocol: str
    running: bool
    separate: bool
    devices: int
    problems: tuple[Problem, ...]


class Adds(NamedTuple):
    """A driver that takes things which do not show themselves, by what a person tells of them."""

    driver: str
    title: str
    needs: Sequence[Need]


class Offer(NamedTuple):
    """An errand of a driver, and the devices of the home that it may be asked of."""

    driver: str
    title: str
    """The driver's own."""
    errand: Errand
    devices: Sequence[DeviceId]


class Progress(Struct, frozen=True):
    """What a driver is doing for a person at the moment, in words; "" when it is done with it.

    `entry` is what is being adopted, `errand` what is being run, for `device` if it is for one; all
    are None while a thing is being added that was not found.
    """

    driver: str
    entry: str | None = None
    errand: str | None = None
    device: DeviceId | None = None
    words: str = ""


class Path(NamedTuple):
    """A record by which a joined thing is reached; `live` is None where nobody has said."""

    record: DeviceId
    driver: str
    live: bool | None


class Finding(Protocol):
    """Finds, adopts, names, joins and splits. All is called on the event loop."""

    @property
    def inbox(self) -> Inbox:
        """What was found."""
        ...

    def look(self) -> None:
        """Look for things now."""
        ...

    async def adopt(
        self,
        entry: str,
        answers: Mapping[str, str],
        naming: Naming | None,
        source: str,
        said: Said,
    ) -> DeviceId | None:
        """Adopt a found thing; durably. `said` is told how it goes. Raises AdoptionError."""
        ...

    def adds(self) -> Sequence[Adds]:
        """Return the drivers that take things which were not found, and what they ask."""
        ...

    async def add(
        self,
        driver: str,
        answers: Mapping[str, str],
        naming: Naming | None,
        source: str,
        said: Said,
    ) -> DeviceId:
        """Adopt a thing that was not found; durably. `said` is told how it goes.

        Raises AlreadyAdoptedError if it is in the home and reached, AdoptionError.
        """
        ...

    def errands(self) -> Sequence[Offer]:
        """Return what may be asked of drivers beside."""
        ...

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
        ...

    def watch(self, told: Callable[[Progress], None]) -> Callable[[], None]:
        """Have `told` called with how what people ask of drivers goes; return what ends that."""
        ...

    async def dismiss(self, entry: str, source: str, *, dismissed: bool = True) -> None:
        """Show a found thing no more, or again; durably. Raises AdoptionError."""
        ...

    async def rename(self, device: DeviceId, naming: Naming, source: str) -> None:
        """Call a device by another name, put it elsewhere; durably. Raises KeyError."""
        ...

    async def remove(self, device: DeviceId, source: str) -> bool:
        """Let go of an adopted thing; False if it is none that can be let go of."""
        ...

    def paths(self, thing: DeviceId) -> Sequence[Path]:
        """Return the ways by which a joined thing is reached, the best first; none of others."""
        ...

    def proposals(self) -> Sequence[Proposal]:
        """Return which devices seem to be one thing."""
        ...

    async def join(self, thing: DeviceId, other: DeviceId, source: str) -> None:
        """Make two devices one; durably. Raises KeyError, JoinError."""
        ...

    async def part(self, record: DeviceId, source: str) -> None:
        """Split a joined device off again; durably. Raises KeyError."""
        ...

    def drivers(self) -> Sequence[DriverStatus]:
        """Return all drivers."""
        ...

    def restart(self, driver: str) -> bool:
        """Start a driver's process anew; False if there is none such."""
        ...
