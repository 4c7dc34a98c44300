"""The Matter server as all links share it: one connection, kept while it is wanted."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from random import random
from typing import TYPE_CHECKING, Protocol

from drivers.kit.backoff import Backoff
from drivers.kit.errors import LinkError, MalformedError
from drivers.kit.loading import loaded
from drivers.matter.failures import ANSWER_S, AWAY, FailedError
from drivers.matter.told import Head, Path, Told, read_node, read_path
from drivers.matter.wire import Happening, Hello

if TYPE_CHECKING:
    from drivers.matter.session import Session

_log = logging.getLogger(__name__)

DEFAULT_URL = "ws://127.0.0.1:5580/ws"
DOUBT_S = 3.0
"""So long a server that did not answer something may take to say that it is there."""
LINGER_S = 5.0
"""So long a connection that nobody wants is kept: a link that is made anew wants it at once."""
STANDS_S = 20.0
"""So long a link waits for the connection before it says that the server is away."""
_FIRST_S, _LONGEST_S = 0.2, 1.0


class Hears(Protocol):
    """What is told of a node. Every call returns at once."""

    def changed(self, paths: list[Path]) -> None:
        """Take that these attributes have other values now."""
        ...

    def happened(self, data: Mapping[str, object]) -> None:
        """Take an event of the node."""
        ...

    def stands(self) -> None:
        """Take what the server says of the node anew: whether it is available."""
        ...

    def ended(self, why: LinkError | None) -> None:
        """Take that the server is gone, and why; None if the node was removed from it."""
        ...


class Node:
    """One node of the fabric, as the server tells it."""

    def __init__(self, head: Head, attributes: Mapping[str, object]) -> None:
        self.head = head
        self.told = Told(attributes)
        self.hears: Hears | None = None
        self.heard_s = 0.0
        """When it gave a sign of life (the loop's clock)."""
        self.doubtful_until_s = 0.0
        """Until then the server may not hear of changes: it subscribed before it was away."""
        self.last_event = -1

    @property
    def id(self) -> int:
        """Its number in the fabric."""
        return self.head.id


class Server:
    """Connects while it is `joined`, and again when the connection is lost."""

    def __init__(self, url: str = DEFAULT_URL) -> None:
        self.url = url
        self.nodes: dict[int, Node] = {}
        self._session: Session | None = None
        self._stands = asyncio.Event()
        self._why = LinkError(f"{AWAY}: it is not connected yet")
        self._wanted = 0
        self._keeping: asyncio.Task[None] | None = None
        self._early: list[Happening] | None = None
        self._since_s = 0.0
        self._leaving: asyncio.TimerHandle | None = None

    @property
    def hello(self) -> Hello:
        """What the server says of itself. Raises LinkError while it is away."""
        return self._standing().hello

    @property
    def since_s(self) -> float:
        """When the connection was made (the loop's clock)."""
        return self._since_s

    async def until_standing(self) -> None:
        """Wait until the connection stands."""
        await self._stands.wait()

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[None]:
        """Have the connection stand for as long as the context lasts. Raises LinkError."""
        self._wanted += 1
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())
        try:
            try:
                async with asyncio.timeout(STANDS_S):
                    await self._stands.wait()
            except TimeoutError:
                raise self._why from None
            yield
        finally:
            self._wanted -= 1
            if not self._wanted:
                self._leaving = asyncio.get_running_loop().call_later(LINGER_S, self._leave)

    async def ask(
        self,
        command: str,
        arguments: Mapping[str, object] | None = None,
        *,
        within_s: float = ANSWER_S,
    ) -> object:
        """Give a command. Raises as Session.ask does."""
        return await self._standing().ask(command, arguments, within_s=within_s)

    async def doubt(self) -> None:
        """Look whether the server answers at all, and hang up if it does not."""
        session = self._session
        if session is None:
            return
        try:
            await session.ask("server_info", within_s=DOUBT_S)
        except LinkError:
            await session.close()

    async def close(self) -> None:
        """Hang up."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        keeping, self._keeping = self._keeping, None
        if keeping is not None:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    def _leave(self) -> None:
        if self._keeping is not None and not self._wanted:
            self._keeping.cancel()
            self._keeping = None

    def _standing(self) -> "Session":
        if self._session is None:
            raise LinkError(self._why.what)
        return self._session

    async def _keep(self) -> None:
        backoff = Backoff(first_s=_FIRST_S, longest_s=_LONGEST_S)
        while True:
            since_s = asyncio.get_running_loop().time()
            try:
                self._why = await self._once()
            except LinkError as error:
                self._why = error
            finally:
                self._session = None
                self._stands.clear()
            backoff.held(asyncio.get_running_loop().time() - since_s)
            for node in tuple(self.nodes.values()):
                hears, node.hears = node.hears, None
                if hears is not None:
                    hears.ended(LinkError(self._why.what))
            await asyncio.sleep(backoff.wait_s(random()))  # noqa: S311 - it is no secret

    async def _once(self) -> LinkError:
        """Connect, listen until the connection is lost, and return why it was."""
        await loaded("drivers.matter.session")
        from drivers.matter.session import Session  # noqa: PLC0415 - aiohttp only where it is spoken

        self._early = []
        async with Session(self.url, self._heard) as session:
            try:
                said = await session.ask("start_listening")
                self._begin(said)
            except MalformedError as error:
                raise LinkError(error.what) from error
            except FailedError as error:
                raise LinkError(f"the Matter server does not tell its nodes: {error}") from error
            self._session = session
            self._since_s = asyncio.get_running_loop().time()
            self._stands.set()
            return await asyncio.shield(session.ended)

    def _begin(self, said: object) -> None:
        """Take all nodes; what is not told any more is gone. Raises MalformedError."""
        if not isinstance(said, list):
            raise MalformedError("the Matter server does not tell its nodes")
        former, self.nodes = self.nodes, {}
        for item in said:
            try:
                head, attributes = read_node(item)
            except MalformedError as error:
                _log.debug("%s", error.what)  # the others are not worse for it
                continue
            node = Node(head, attributes)
            if (known := former.get(head.id)) is not None:
                node.last_event = known.last_event
                node.doubtful_until_s = known.doubtful_until_s
            self.nodes[head.id] = node
        early, self._early = self._early or [], None
        for message in early:
            self._heard(message)

    def _heard(self, message: Happening) -> None:
        """Take an event; one that is malformed is passed over, as the next may not be."""
        if self._early is not None:
            self._early.append(message)
            return
        try:
            self._take(message.event, message.data)
        except MalformedError as error:
            _log.debug("the Matter server told a %s that is none: %s", message.event, error.what)

    def _take(self, event: str, data: object) -> None:
        match event:
            case "attribute_updated" if isinstance(data, list) and len(data) == 3:
                self._updated(data[0], data[1], data[2])
            case "node_added" | "node_updated":
                self._told(data)
            case "node_removed":
                self._removed(data)
            case "node_event" if isinstance(data, Mapping):
                node = self._node(data.get("node_id"))
                if node is not None and node.hears is not None:
                    node.hears.happened(data)
            case "endpoint_removed" if isinstance(data, Mapping):
                node, endpoint = self._node(data.get("node_id")), data.get("endpoint_id")
                if node is not None and isinstance(endpoint, int):
                    node.told.drop(endpoint)
                    if node.hears is not None:
                        node.hears.changed([(endpoint, 0, 0)])
            case _:
                pass

    def _updated(self, own: object, path: object, raw: object) -> None:
        node = self._node(own)
        if node is None:
            return
        place = read_path(path)
        node.told.put(place, raw)
        if node.hears is not None:
            node.hears.changed([place])

    def _told(self, data: object) -> None:
        head, attributes = read_node(data)
        node = self.nodes.get(head.id)
        if node is None:
            self.nodes[head.id] = Node(head, attributes)
            return
        node.head = head
        changed = node.told.update(attributes)
        if node.hears is not None:
            node.hears.changed(changed)
            node.hears.stands()

    def _removed(self, own: object) -> None:
        node = self.nodes.pop(own, None) if isinstance(own, int) else None
        if node is not None and node.hears is not None:
            node.hears.ended(None)

    def _node(self, own: object) -> Node | None:
        return self.nodes.get(own) if isinstance(own, int) else None
