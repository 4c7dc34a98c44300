"""Matter devices, through a Matter server: found by mDNS or in its fabric, adopted by code."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from drivers.kit import identity
from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import (
    AdoptionError,
    ErrandError,
    LinkError,
    MalformedError,
    OptionError,
)
from drivers.kit.found import Adoption, Found, Trust
from drivers.kit.link import Link
from drivers.kit.manifest import Option
from drivers.kit.sighting import Sighting
from drivers.matter import errands
from drivers.matter.commissioning import Commissioning
from drivers.matter.credentials import Credentials, read_credentials, told
from drivers.matter.link import MatterLink
from drivers.matter.presence import CODE, Presence, found, operational, waiting
from drivers.matter.record import Record, key_of, read_record
from drivers.matter.server import DEFAULT_URL, Node, Server
from drivers.matter.told import BASIC


class MatterDriver(NetworkDriver):
    """Commands the nodes of one fabric; each is adopted by itself, all share one connection."""

    def __init__(self) -> None:
        self._presence = Presence()
        self._server = Server(DEFAULT_URL)
        self._links: WeakValueDictionary[str, MatterLink] = WeakValueDictionary()
        self._fabric = 0
        self._credentials = Credentials()
        self._keep: Callable[[str], None] = lambda _secret: None

    def configured(self, options: Mapping[str, Option]) -> None:
        """Take where the server is. Raises OptionError for what is no address of one."""
        url = str(options.get("server", DEFAULT_URL))
        parts = urlsplit(url)
        if parts.scheme not in {"ws", "wss"} or not parts.hostname:
            raise OptionError("server", f"{url!r} is no address", mend=f"Write {DEFAULT_URL}")
        self._server = Server(url)

    def entrusted(self, secret: str, keep: Callable[[str], None]) -> None:
        """Take the home's networks, for commissioning."""
        self._credentials = read_credentials(secret)
        self._keep = keep

    def recognised(self, sighting: Sighting) -> Found | None:
        """Return the device that waits to be taken in, or the adopted one that shows itself."""
        if (device := waiting(sighting)) is not None:
            self._presence.take(device, gone=sighting.gone)
            own = self._presence.is_of(self._fabric, device.host)
            # One of the home's own with a window open is for other systems to take in.
            return None if own or sighting.gone else found(device)
        if (node := operational(sighting)) is not None:
            self._presence.take(node, gone=sighting.gone)
            key = key_of(node.node)
            if node.fabric == self._fabric and key in self._links:
                return Found(key=key, name=key, trust=Trust.PROVEN)
        return None

    async def seek(self, found: Callable[[Found], None]) -> None:
        """Tell the nodes that the server has already: they need no code."""
        try:
            async with self._server.joined():
                self._fabric = self._server.hello.fabric
                for node in tuple(self._server.nodes.values()):
                    found(_of_server(node, self._fabric))
        except LinkError:
            if self._links:
                raise
            # Nobody who has no Matter server wants to read that it is away.

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Have the server take a device in by its setup code; a node that it has is at hand."""
        code = answers.get(CODE, "")
        if not code:
            return await self._at_hand(found)
        chosen = int(found.record) if found.record.isdecimal() else None
        commissioning = Commissioning(self._server, self._presence, self._credentials)
        adoption = await commissioning.adoption(code, said, chosen)
        self._fabric = read_record(adoption.record).fabric
        return adoption

    async def _at_hand(self, found: Found) -> Adoption:
        """Return a node that the server has already. Raises AdoptionError if it has it no more."""
        try:
            async with self._server.joined():
                if read_record(found.record).node in self._server.nodes:
                    return Adoption(found.key, record=found.record)
        except (LinkError, MalformedError) as error:
            raise AdoptionError(error.what) from error
        raise AdoptionError(
            "the Matter server has it no more",
            mend="Put it into its pairing mode, and use its code",
        )

    def link(self, adoption: Adoption) -> Link:
        """Return the link to a node."""
        record = read_record(adoption.record)
        self._fabric = record.fabric or self._fabric
        link = MatterLink(record, self._server, self._presence)
        self._links[adoption.key] = link
        return link

    def moved(self, adoption: Adoption, found: Found) -> Adoption:
        """Return the adoption as it is: where a node is, is the server's to know."""
        del found
        return adoption

    async def let_go(self, adoption: Adoption) -> None:
        """Have the server remove the node from the fabric."""
        record = read_record(adoption.record)
        async with self._server.joined():
            if record.node in self._server.nodes:
                await self._server.ask("remove_node", {"node_id": record.node}, within_s=25.0)

    async def errand(
        self, name: str, adoption: Adoption | None, answers: Mapping[str, str], said: Said
    ) -> Mapping[str, str]:
        """Share a node, tell who has it, name it; keep the networks for new ones."""
        if name == "credentials":
            words = (answers.get(key, "") for key in ("wifi", "password", "thread"))
            self._credentials = told(self._credentials, *words)
            self._keep(self._credentials.text())
            return {"Wi-Fi": self._credentials.wifi or "none", "Thread": self._kept_thread}
        if adoption is None:
            raise ErrandError("that is asked of a device")
        node = read_record(adoption.record).node
        try:
            async with self._server.joined():
                match name:
                    case "share":
                        return await errands.share(self._server, node, said)
                    case "fabrics":
                        return await errands.fabrics(
                            self._server, node, answers.get("remove", ""), said
                        )
                    case "users":
                        return await errands.users(self._server, node, said)
                    case "label":
                        return await errands.name(self._server, node, answers.get("name", ""))
        except LinkError as error:
            raise ErrandError(error.what, mend=error.mend) from error
        return await super().errand(name, adoption, answers, said)

    @property
    def _kept_thread(self) -> str:
        return "kept" if self._credentials.thread else "none"

    async def close(self) -> None:
        """Hang up."""
        await self._server.close()


def _of_server(node: Node, fabric: int) -> Found:
    """Return a node that the server has as a thing to adopt; it needs nothing more."""
    known = node.told
    maker, model = known.text(0, BASIC, 1), known.text(0, BASIC, 3)
    return Found(
        key=key_of(node.id),
        name=known.text(0, BASIC, 5) or model or f"Matter node {node.id}",
        maker=maker,
        model=model,
        version=known.text(0, BASIC, 10),
        identities=identity.told(identity.serial(maker, known.text(0, BASIC, 15))),
        trust=Trust.PROVEN,
        record=Record(node.id, fabric).text(),
    )
