"""The live picture: what changes in the home, sent to every open WebSocket.

Changes are gathered for at most 50 ms and encoded once for all. A client that can't keep up is cut
and may come back: nobody waits for it, and its backlog has a bound.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web
from msgspec import structs
from prometheus_client import CollectorRegistry, Counter, Gauge

from hubd.api import pictures
from hubd.api.batch import Batch
from hubd.api.documents import (
    DoingMessage,
    EventsMessage,
    HomeChangedMessage,
    HomeMessage,
    Message,
)
from hubd.api.errors import ApiError, BusyError
from hubd.api.finding import Progress
from hubd.api.port import EventQuery, HomePort
from hubd.api.requests import Resume
from hubd.guard.errors import NotPermittedError, NotSignedInError
from hubd.guard.guard import Guard
from hubd.guard.identity import Identity
from hubd.guard.permission import Permission
from hubd.model.encoding import encode
from hubd.model.events import Event
from hubd.model.ids import EventId

BATCH_S = 0.05
MOST_BACKLOG_BYTES = 4 * 1024 * 1024
MOST_CLIENTS = 100
MOST_RESUMED = 1000
_HEARTBEAT_S = 30.0
_FAREWELL_S = 1.0

SIGNED_OUT = 4001
"""Close code: the session or token ended, or lost its rights; sign in again."""
TOO_SLOW = 4008
"""Close code: the client did not keep up; connect again."""

_SIGHT = frozenset({Permission.SEE_HOME, Permission.SEE_PEOPLE})
"""The rights that decide which properties a client is told of."""


class Client:
    """One open WebSocket: whose it is, and the bounded queue of what it shall be sent."""

    def __init__(self, socket: web.WebSocketResponse, identity: Identity) -> None:
        self.identity = identity
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._socket = socket
        self._queue: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._more = asyncio.Event()

    def may(self, permission: Permission) -> bool:
        """Say whether the client has that right."""
        return permission in self.identity.permissions

    def send(self, message: bytes) -> None:
        """Queue `message`; ends the client if it lies too far behind."""
        if self._backlog_bytes > MOST_BACKLOG_BYTES:
            self.end(TOO_SLOW)
        elif not self.ended.done():
            self._queue.append(message)
            self._backlog_bytes += len(message)
            self._more.set()

    def end(self, code: int) -> None:
        """Drop what is queued and close with `code`."""
        self._queue.clear()
        if not self.ended.done():
            self.ended.set_result(code)

    async def write(self) -> None:
        """Send what is queued, for ever. Raises ConnectionError when the client is gone."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._queue:
                message = self._queue.popleft()
                await self._socket.send_frame(message, WSMsgType.TEXT)
                self._backlog_bytes -= len(message)


class Live:
    """All open WebSockets. Listens to the home only while there is one."""

    def __init__(self, port: HomePort, guard: Guard, metrics: CollectorRegistry) -> None:
        self._port = port
        self._guard = guard
        self._clients: set[Client] = set()
        self._batch: Batch | None = None
        self._flushing: asyncio.TimerHandle | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._unwatch: Callable[[], None] | None = None
        self._cut = Counter(
            "hubd_api_sockets_cut", "WebSockets cut for being slow", registry=metrics
        )
        open_now = Gauge("hubd_api_sockets", "WebSockets that are open", registry=metrics)
        open_now.set_function(lambda: len(self._clients))
        guard.on_revoked(self._revoked)

    async def serve(self, request: web.Request, identity: Identity) -> web.WebSocketResponse:
        """Hold a WebSocket open until it, or the right to it, ends."""
        if len(self._clients) >= MOST_CLIENTS:
            raise BusyError(
                f"{MOST_CLIENTS} live connections are open already", mend="Close some tabs."
            )
        socket = web.WebSocketResponse(
            heartbeat=_HEARTBEAT_S, timeout=_FAREWELL_S, max_msg_size=4096, compress=False
        )
        await socket.prepare(request)
        client = Client(socket, identity)
        self._join(client)
        tasks = [asyncio.create_task(t) for t in (self._read(client, socket), client.write())]
        endings: list[asyncio.Future[None] | asyncio.Future[int]] = [*tasks, client.ended]
        try:
            await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._leave(client)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _farewell(request, socket, client)
        return socket

    async def close(self) -> None:
        """End all clients; they are told that the hub goes away."""
        for client in list(self._clients):
            client.end(WSCloseCode.GOING_AWAY)

    def _join(self, client: Client) -> None:
        if self._batch is None:
            self._batch = Batch(self._port)
            self._unsubscribe = self._port.subscribe(self._folded)
            self._unwatch = self._port.finding.watch(self._progressed)
        self._flush()
        home = msgspec.structs.asdict(pictures.home(self._port, client.identity.permissions))
        client.send(encode(HomeMessage(**home)))
        self._clients.add(client)

    def _leave(self, client: Client) -> None:
        self._clients.discard(client)
        if client.ended.done() and client.ended.result() == TOO_SLOW:
            self._cut.inc()
        if not self._clients and self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = self._batch = None
            if self._unwatch is not None:
                self._unwatch()
                self._unwatch = None
            if self._flushing is not None:
                self._flushing.cancel()
                self._flushing = None

    async def _read(self, client: Client, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                client.end(WSCloseCode.UNSUPPORTED_DATA)
                return
            try:
                resume = Resume.from_json(message.data.encode())
            except ApiError:
                client.end(WSCloseCode.INVALID_TEXT)
                return
            if client.may(Permission.SEE_HISTORY):
                await self._resume(client, EventId(resume.after))

    async def _resume(self, client: Client, after: EventId) -> None:
        self._flush()
        before = EventId(self._port.last_event + 1)
        missed = await self._port.events(EventQuery(before, after, limit=MOST_RESUMED))
        if missed:
            rows = [pictures.event(e, self._port) for e in reversed(missed)]
            client.send(encode(EventsMessage(rows)))

    def _folded(self, events: Sequence[Event]) -> None:
        if self._batch is not None:
            self._batch.add(events)
            if self._flushing is None:
                loop = asyncio.get_running_loop()
                self._flushing = loop.call_later(BATCH_S, self._flush)

    def _progressed(self, progress: Progress) -> None:
        """Tell how what a person asked of a driver goes, to those who might have asked it."""
        self._renew()
        adopters = [c for c in self._clients if c.may(Permission.EDIT_HOME)]
        _send(adopters, DoingMessage(**structs.asdict(progress)))

    def _flush(self) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        batch = self._batch
        if batch is None:
            return
        self._renew()
        try:
            self._tell(batch)
        finally:
            batch.clear()

    def _tell(self, batch: Batch) -> None:
        for rights in {c.identity.permissions & _SIGHT for c in self._clients}:
            alike = [c for c in self._clients if c.identity.permissions & _SIGHT == rights]
            _send(alike, batch.changes(rights))
        _send(self._clients, batch.availability())
        historians = [c for c in self._clients if c.may(Permission.SEE_HISTORY)]
        if historians:
            _send(historians, batch.events())
        if batch.configured:
            _send(self._clients, HomeChangedMessage())

    def _renew(self) -> None:
        """Give every client the rights that it has now, and end those that have none."""
        for client in self._clients:
            try:
                client.identity = self._guard.renew(client.identity)
                client.identity.require(Permission.SEE_HOME)
            except (NotSignedInError, NotPermittedError):
                client.end(SIGNED_OUT)

    def _revoked(self, credential: str) -> None:
        for client in self._clients:
            if client.identity.credential == credential:
                client.end(SIGNED_OUT)


def _send(clients: Collection[Client], message: Message | None) -> None:
    """Encode `message` once, and queue it for all `clients`."""
    if message is not None:
        data = encode(message)
        for client in clients:
            client.send(data)


async def _farewell(request: web.Request, socket: web.WebSocketResponse, client: Client) -> None:
    """Say why, for a second; then let go of the connection whether that was heard or not."""
    code = client.ended.result() if client.ended.done() else WSCloseCode.OK
    reason = {SIGNED_OUT: b"signed out", TOO_SLOW: b"too slow"}.get(code, b"")
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(_FAREWELL_S):
            await socket.close(code=code, message=reason)
    if request.transport is not None:
        request.transport.abort()
