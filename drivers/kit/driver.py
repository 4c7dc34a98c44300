"""The interface that a driver of a network protocol fills."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from drivers.kit.errors import ErrandError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Link
from drivers.kit.manifest import Option
from drivers.kit.sighting import Sighting

type Said = Callable[[str], None]
"""Tells a person what is being done for them, in a few plain words ("trying the key…")."""


class Broker(Protocol):
    """The hub's broker, as far as the manifest's topics let a driver use it."""

    def listen(self, topics: Iterable[str]) -> None:
        """Have `NetworkDriver.heard` called for these filters, and for no others."""
        ...

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Send a message."""
        ...


class Announced(Struct, frozen=True):
    """How the hub shows itself: its name for people, its own id, and where its API is."""

    name: str
    id: str
    port: int
    version: str
    path: str = "/"


class NetworkDriver(ABC):
    """One protocol: recognises what is seen, adopts it, and makes links to what was adopted.

    It runs in a process of its own, with its own event loop, and is made without arguments there.
    """

    def configured(self, options: Mapping[str, Option]) -> None:  # noqa: B027 - most need not
        """Take what hub.toml says for this driver, all that its manifest lists (`options`).

        Called once, before it is shown or asked anything. Raises OptionError.
        """

    def entrusted(self, secret: str, keep: Callable[[str], None]) -> None:  # noqa: B027
        """Take the secret that the driver had the hub keep for itself, "" where there is none.

        `keep` has another one kept in its place, from now on and over every start; what is kept
        during an errand is durable when that is answered. Called once, after `configured`.
        """

    @abstractmethod
    def recognised(self, sighting: Sighting) -> Found | None:
        """Return what a sighting shows, or None if it is not for this driver. Pure.

        Raises MalformedError for one that is, and is not as the protocol says.
        """

    async def seek(self, found: Callable[[Found], None]) -> None:  # noqa: B027 - most need not
        """Look for things by the protocol's own means (a broadcast), and tell those that answer.

        Returns after one round, of a few seconds. Called now and then, and when someone looks.
        """

    async def watch(  # noqa: B027 - the one driver that watches for all others does
        self,
        services: Collection[str],
        targets: Collection[str],
        announced: Announced | None,
        saw: Callable[[Sighting], None],
    ) -> None:
        """Tell what shows itself on the network, until cancelled; announce the hub meanwhile.

        `services` are mDNS types, `targets` SSDP targets, that drivers wait for.
        """

    @abstractmethod
    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Pair with a thing: `answers` are to its `needs`, by name; `said` tells how it goes.

        One that does not show itself (manifest: `adds`) is `found` without a key. Raises
        AdoptionError.
        """

    async def errand(
        self, name: str, adoption: Adoption | None, answers: Mapping[str, str], said: Said
    ) -> Mapping[str, str]:
        """Run an errand of the manifest, for an adopted thing or (None) for the driver itself.

        Returns what to show for it: values by what they are ("code": "3497-011-2332"). They are
        shown to the one who asked, and kept nowhere. Raises ErrandError.
        """
        del adoption, answers, said
        raise ErrandError(f"it knows no errand {name!r}")

    @abstractmethod
    def link(self, adoption: Adoption) -> Link:
        """Return a link to an adopted thing, not connected yet. Raises MalformedError."""

    def moved(self, adoption: Adoption, found: Found) -> Adoption:
        """Return `adoption` as it is now that the thing was seen as `found` (a new address)."""
        return Adoption(
            adoption.key,
            found.address or adoption.address,
            found.port or adoption.port,
            adoption.record,
            adoption.secret,
        )

    async def let_go(self, adoption: Adoption) -> None:  # noqa: B027 - most need not
        """Undo at a thing what adopting it did there (a pairing), as far as it answers.

        Called when it is forgotten, after its link was closed. Raises DriverError.
        """

    def parted(self, key: str) -> None:  # noqa: B027 - most need not
        """Take that an adopted thing said goodbye, or was not heard of for as long as it said."""

    def speak_through(self, broker: Broker) -> None:  # noqa: B027 - most need not
        """Take the broker's door. Called once, before all else, even `configured`."""

    def heard(self, topic: str, payload: str) -> None:  # noqa: B027 - most need not
        """Take a message on a topic that was listened to. Raises MalformedError."""

    async def close(self) -> None:  # noqa: B027 - most need not
        """Let go of what the driver holds beside its links. Called once, at the end."""
