"""A link to one node of a Matter fabric; bridged devices are parts of it.

The server below notices after two minutes that a device is gone, and its subscription comes back a
minute after the device. So a node with a supply of its own is asked for a sign of life when it is
silent, and read by the hub until the server's subscription stands again.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from drivers.kit.errors import AccessError, LinkError, MalformedError, RefusedError
from drivers.kit.link import ITSELF, Tell
from drivers.matter.contact import Contact, LostError
from drivers.matter.failures import in_words
from drivers.matter.node import (
    REACHABLE,
    Carried,
    PropertyKey,
    Source,
    carried,
    is_thread,
    sleeps,
    values,
)
from drivers.matter.presence import Presence
from drivers.matter.record import Record
from drivers.matter.sending import Certain, sendings
from drivers.matter.server import Node, Server
from drivers.matter.switches import happened
from drivers.matter.told import BRIDGED, Path
from hubd.model.command import Command
from hubd.model.value import Value

SILENT_S = 5.0
"""A node with a supply of its own that is silent for so long is asked for a sign of life."""
THREAD_SILENT_S = 10.0
"""As long for one that is reached by Thread, whose air is narrow."""
PER_NODE_S = 0.2
"""Of many nodes each is asked so much less often: their server has other things to do as well."""
AGAIN_S = 0.5
"""The rest between two attempts to reach a node that is away."""
SELDOM_AFTER_S, SELDOM_S = 150.0, 10.0
"""After so long it is tried so seldom; by then its return shows in what it announces."""
DOUBT_S = 150.0
"""So long at most a server's subscription lasts that was made before a node was away."""
READ_AGAIN_S = 2.0
"""So often a node is read meanwhile."""
TAKES_UP_S = 4.0
"""So long after its start a server may not have taken up a node yet that is there."""
SETTLE_S = 0.3
"""A description that changes has come to rest after so long."""
OUTDATED_S = 1.3
"""A report that comes so soon after a command was acknowledged may be of before it: the server
waits a second between two reports."""
LATE_MS = 10_000
"""An event that is older is no news: a press that was not told at once is not made late."""


class _Expected(Struct):
    """What was acknowledged of a property, and until when a report may contradict it unheard."""

    value: Value
    until_s: float


class MatterLink:
    """A link to one node (fills drivers.kit.link.Link and drivers.matter.server.Hears)."""

    def __init__(self, record: Record, server: Server, presence: Presence) -> None:
        self._record = record
        self._server = server
        self._presence = presence
        self._contact = Contact(server, record.node)
        self._node: Node | None = None
        self._known: Carried | None = None
        self._tell: Tell | None = None
        self._over: LinkError | None = None
        self._woken = asyncio.Event()
        self._unsettled_s: float | None = None
        self._doubted = False
        self._asked_s = 0.0
        self._expected: dict[PropertyKey, _Expected] = {}

    # drivers.kit.link.Link

    async def run(self, tell: Tell) -> None:
        """Describe the node, tell what changes, and watch that it is there. Raises LinkError."""
        async with self._server.joined():
            node = self._node = self._found()
            node.hears, self._tell = self, tell
            try:
                await self._begin(node, tell)
                tell.live()
                self._reach(node, tell)
                await self._watch(node, tell)
            finally:
                if node.hears is self:
                    node.hears = None
                self._tell = None

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Carry out commands. Raises RefusedError if none of them was, LinkError if it is away."""
        node, known = self._node, self._known
        if node is None or known is None or self._tell is None:
            raise LinkError("it is not connected")
        todo, refused = sendings(known, node.told, part, commands)
        done = 0
        for sending in todo:
            try:
                await self._contact.send(sending)
            except RefusedError as error:
                refused = error
                continue
            except LostError as error:
                self._doubted = True
                self._woken.set()
                raise LinkError(self._why(node, error.details)) from error
            done += 1
            self._heard(node)
            for certain in sending.certain:
                self._acknowledged(part, certain)
        if not done:
            raise refused or RefusedError("there is nothing to do")

    # drivers.matter.server.Hears

    def changed(self, paths: list[Path]) -> None:
        """Tell the properties of these attributes; what they describe is described anew."""
        node, known, tell = self._node, self._known, self._tell
        if node is None or known is None or tell is None:
            return
        self._heard(node)
        sources = [s for path in paths if (s := known.sources.get(path)) is not None]
        if len(sources) < len(paths) and any(self._describes(known, path) for path in paths):
            self._unsettled_s = asyncio.get_running_loop().time() + SETTLE_S
            self._woken.set()
        for source, value in values(node.told, sources):
            self._report(source, value)
        for endpoint, cluster, attribute in paths:
            if (cluster, attribute) == (BRIDGED, REACHABLE):
                self._reach_part(node, known, endpoint, tell)

    def happened(self, data: Mapping[str, object]) -> None:
        """Tell an event of the node as a signal."""
        node, known, tell = self._node, self._known, self._tell
        number = data.get("event_number")
        if node is None or known is None or tell is None or not isinstance(number, int):
            return
        self._heard(node)
        node.doubtful_until_s = 0.0  # it comes by a subscription that stands
        if number <= node.last_event:
            return
        node.last_event = number
        endpoint, cluster, event = (data.get(k) for k in ("endpoint_id", "cluster_id", "event_id"))
        if not (isinstance(endpoint, int) and isinstance(cluster, int) and isinstance(event, int)):
            return
        where = known.signals.get((endpoint, cluster))
        if where is None or _is_late(data):
            return
        try:
            told = happened(cluster, event, data.get("data"), node.told.beside(endpoint, cluster))
        except MalformedError as error:
            tell.refused_input(f"node {node.id}, event {event} of cluster {cluster}", error.what)
            return
        if told is not None:
            tell.signalled(*where, *told)

    def stands(self) -> None:
        """Look at what the server says of the node anew."""
        self._woken.set()

    def ended(self, why: LinkError | None) -> None:
        """End the link: the server is gone, or has the node no more."""
        self._over = why or _removed()
        self._woken.set()

    # at work

    def _found(self) -> Node:
        """Return the node. Raises AccessError if the server has none such."""
        if self._record.fabric and self._server.hello.fabric != self._record.fabric:
            raise AccessError(
                "the Matter server has another fabric than the one that this device is in",
                mend="Give the hub the former server again, or adopt the device anew",
            )
        node = self._server.nodes.get(self._record.node)
        if node is None:
            raise _removed()
        return node

    async def _begin(self, node: Node, tell: Tell) -> None:
        """Describe the node and tell its state; one that may be away is asked first."""
        self._describe(node, tell)
        loop = asyncio.get_running_loop()
        while not node.head.available:
            # A server that has just started takes up its nodes one after the other.
            if loop.time() > self._server.since_s + TAKES_UP_S:
                raise LinkError(self._why(node, ""))
            await self._rest(self._server.since_s + TAKES_UP_S + 0.01)
            if self._over is not None:
                raise self._over
        doubtful = loop.time() < node.doubtful_until_s
        if doubtful or not sleeps(node.told):
            try:
                await self._contact.probe(node.told)
                if doubtful:
                    await self._read(node)
            except LostError as error:
                self._doubt(node)
                raise LinkError(self._why(node, error.details)) from error
        self._heard(node)
        self._tell_all(node)

    async def _watch(self, node: Node, tell: Tell) -> None:
        """Never return: see to it that what is told is true. Raises LinkError when it is not."""
        loop = asyncio.get_running_loop()
        while True:
            await self._rest(min(self._due(node), self._ask_at(node)))
            if self._over is not None:
                await self._until_server(tell, self._over)
            if not node.head.available:
                await self._away(node, tell, "")
            if self._unsettled_s is not None and loop.time() >= self._unsettled_s:
                self._describe_anew(node, tell)
            self._let_expectations_go(node)
            if loop.time() < self._ask_at(node) and not self._doubted:
                continue
            try:
                await self._alive(node, read=loop.time() < node.doubtful_until_s)
            except LostError as error:
                await self._away(node, tell, error.details)
            except LinkError as error:
                await self._until_server(tell, error)

    def _due(self, node: Node) -> float:
        """Return when something is to be told that waits."""
        due = [it.until_s for it in self._expected.values()]
        if self._unsettled_s is not None:
            due.append(self._unsettled_s)
        return min(due, default=node.heard_s + 3600.0)

    def _ask_at(self, node: Node) -> float:
        """Return when the node is to be asked for a sign of life, if there is none before."""
        if self._asked_s < node.doubtful_until_s:
            return self._asked_s + READ_AGAIN_S
        if sleeps(node.told):
            return node.heard_s + 3600.0
        patience_s = THREAD_SILENT_S if is_thread(node.told) else SILENT_S
        return node.heard_s + max(patience_s, PER_NODE_S * len(self._server.nodes))

    async def _until_server(self, tell: Tell, why: LinkError) -> None:
        """Wait until a server that is away is back, and raise why the link is over."""
        if not isinstance(why, AccessError):
            tell.reached(ITSELF, available=False, reason=why.what)
            await self._server.until_standing()
        raise why

    async def _rest(self, until_s: float) -> None:
        """Wait until then, or until something is to be done."""
        wait_s = until_s - asyncio.get_running_loop().time()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, wait_s)):
                await self._woken.wait()
        self._woken.clear()

    async def _alive(self, node: Node, *, read: bool) -> None:
        """Have the node give a sign of life, at the second attempt at last. Raises LostError."""
        try:
            await self._contact.probe(node.told)
        except LostError:
            self._doubt(node)
            await self._contact.probe(node.told)
            read = True  # it was not there for a moment: what it is now is not known
        self._doubted = False
        self._heard(node)
        self._asked_s = asyncio.get_running_loop().time()
        if read:
            await self._read(node)

    async def _away(self, node: Node, tell: Tell, details: str) -> None:
        """Tell that the node is away, and wait until it is back. Raises LinkError when it is.

        The link is then made anew, so that all is read and told as it is.
        """
        loop = asyncio.get_running_loop()
        since_s = loop.time()
        why = ""
        while True:
            if (now := self._why(node, details)) != why:
                why = now
                tell.reached(ITSELF, available=False, reason=why)
            seldom = loop.time() - since_s > SELDOM_AFTER_S
            was_there = node.head.available
            await self._rest(loop.time() + (SELDOM_S if seldom else AGAIN_S))
            if self._over is not None:
                await self._until_server(tell, self._over)
            if not node.head.available:
                continue
            if not was_there or sleeps(node.told):
                raise LinkError(why)  # the server heard of it again, and listens to it
            try:
                await self._contact.probe(node.told)
            except LostError as error:
                details = error.details
            except LinkError as error:
                await self._until_server(tell, error)
            else:
                self._doubt(node)
                raise LinkError(why)

    async def _read(self, node: Node) -> None:
        """Read what is told of the node at the node itself. Raises LostError."""
        known = self._known
        if known is None:
            return
        paths = [f"{endpoint}/{cluster}/*" for endpoint, cluster in sorted(known.tied)]
        paths += [f"{root}/{BRIDGED}/*" for root in known.bridged.values()]
        if paths:
            changed = node.told.update(await self._contact.read(paths))
            self._heard(node)
            self.changed(changed)

    # telling

    def _describe(self, node: Node, tell: Tell) -> None:
        known = carried(node.told, f"Matter node {node.id}")
        former, self._known = self._known, known
        for part in former.parts if former is not None else ():
            if part not in known.parts:
                tell.forgotten(part)
        for part, description in known.parts.items():
            if former is None or former.parts.get(part) != description:
                tell.described(part, description)

    def _describe_anew(self, node: Node, tell: Tell) -> None:
        self._unsettled_s = None
        self._describe(node, tell)
        self._tell_all(node)
        self._reach(node, tell)

    def _tell_all(self, node: Node) -> None:
        if self._known is not None:
            for source, value in values(node.told, self._known.sources.values()):
                self._report(source, value)

    def _report(self, source: Source, value: Value) -> None:
        """Tell a value, unless it is of before a command that was acknowledged since."""
        expected = self._expected.get(source.key)
        if expected is not None:
            if _differs(value, expected.value, source.prop.tolerance):
                self._woken.set()
                return
            del self._expected[source.key]
        if self._tell is not None:
            self._tell.reported(source.part, source.endpoint, source.prop.name, value)

    def _acknowledged(self, part: str, certain: Certain) -> None:
        until_s = asyncio.get_running_loop().time() + OUTDATED_S
        key = (part, certain.endpoint, certain.name)
        if self._known is None or key not in self._known.settings:
            return
        self._expected[key] = _Expected(certain.value, until_s)
        if self._tell is not None:
            self._tell.reported(part, certain.endpoint, certain.name, certain.value)

    def _let_expectations_go(self, node: Node) -> None:
        """Tell of each property that was not confirmed in time what the node says it is."""
        now_s = asyncio.get_running_loop().time()
        for key in [k for k, it in self._expected.items() if it.until_s <= now_s]:
            del self._expected[key]
            source = self._known.settings.get(key) if self._known is not None else None
            for told, value in values(node.told, (source,) if source is not None else ()):
                self._report(told, value)

    def _reach(self, node: Node, tell: Tell) -> None:
        if self._known is not None:
            for root in self._known.bridged.values():
                self._reach_part(node, self._known, root, tell)

    def _reach_part(self, node: Node, known: Carried, root: int, tell: Tell) -> None:
        part = next((p for p, own in known.bridged.items() if own == root), None)
        if part is not None:
            reached = node.told.get(root, BRIDGED, REACHABLE) is not False
            why = "" if reached else "the bridge does not reach it"
            tell.reached(part, available=reached, reason=why)

    def _describes(self, known: Carried, path: Path) -> bool:
        """Say whether an attribute that is no property may change what a part is, or its values."""
        endpoint, cluster, _ = path
        return path not in known.sources and (
            cluster in {29, 40, BRIDGED, 64, 65, 0} or (endpoint, cluster) in known.tied
        )

    # what is known of the node

    def _heard(self, node: Node) -> None:
        node.heard_s = asyncio.get_running_loop().time()

    def _doubt(self, node: Node) -> None:
        """Take that the server's subscription may be one that the node knows nothing of."""
        node.doubtful_until_s = asyncio.get_running_loop().time() + DOUBT_S

    def _why(self, node: Node, details: str) -> str:
        said = self._presence.why(self._server_fabric(), node.id)
        return said or in_words(details) or "it does not answer"

    def _server_fabric(self) -> int:
        try:
            return self._server.hello.fabric
        except LinkError:
            return self._record.fabric


def _removed() -> AccessError:
    return AccessError(
        "the Matter server has the device no more: it was removed from the fabric",
        mend="Adopt it anew, or forget it",
    )


def _differs(one: Value, other: Value, tolerance: float) -> bool:
    if one == other:
        return False
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return not (numbers and abs(float(one or 0) - float(other or 0)) <= max(tolerance, 1e-6))


def _is_late(data: Mapping[str, object]) -> bool:
    """Say whether an event carries a time of day that is past."""
    said = data.get("timestamp")
    if data.get("timestamp_type") != 1 or not isinstance(said, int):
        return False
    return time.time() * 1000 - said > LATE_MS
