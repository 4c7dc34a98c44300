"""The WebSocket of a Matter server, spoken plainly: what a client library does, without one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import count

import msgspec
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

PATIENCE_S = 60.0

type Said = dict[str, object]


class ServerError(Exception):
    """The server refused a command: its code, and its words."""

    def __init__(self, code: object, details: object) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code


class MatterSocket:
    """A connection. `told` are the events that the server told, in their order."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.told: list[Said] = []
        self._socket = socket
        self._numbers = count(1)
        self._asked: dict[str, asyncio.Future[object]] = {}
        self._news = asyncio.Event()

    async def ask(self, command: str, **arguments: object) -> object:
        """Give a command; return its result. Raises ServerError."""
        number = str(next(self._numbers))
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        asked = {"message_id": number, "command": command, "args": arguments}
        await self._socket.send_str(msgspec.json.encode(asked).decode())
        async with asyncio.timeout(PATIENCE_S):
            return await answer

    async def commission(self, code: str) -> int:
        """Take a device in by its code; return the number of its node. Raises ServerError."""
        node = await self.ask("commission_with_code", code=code, network_only=True)
        assert isinstance(node, dict)
        number: int = node["node_id"]
        return number

    async def command(
        self,
        node: int,
        endpoint: int,
        cluster: int,
        name: str,
        timed_ms: int | None = None,
        **payload: object,
    ) -> object:
        """Command a device. Raises ServerError."""
        return await self.ask(
            "device_command",
            node_id=node,
            endpoint_id=endpoint,
            cluster_id=cluster,
            command_name=name,
            payload=payload,
            timed_request_timeout_ms=timed_ms,
        )

    def events(self, node: int) -> list[tuple[object, object, object]]:
        """Return the events of a node so far: endpoint, cluster, event."""
        told = [s["data"] for s in self.told if s.get("event") == "node_event"]
        return [
            (e["endpoint_id"], e["cluster_id"], e["event_id"])
            for e in told
            if isinstance(e, dict) and e["node_id"] == node
        ]

    async def until(self, holds: Callable[[Said], bool], since: int = 0) -> Said:
        """Wait until the server told an event of which `holds`, and return it."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for said in self.told[since:]:
                    if holds(said):
                        return said
                self._news.clear()
                await self._news.wait()

    async def until_attribute(self, node: int, path: str, value: object, since: int = 0) -> None:
        """Wait until the server told that an attribute is `value`."""
        wanted = {"event": "attribute_updated", "data": [node, path, value]}
        await self.until(lambda said: said == wanted, since)

    async def read(self) -> None:
        """Take what comes, until the connection ends."""
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = msgspec.json.decode(message.data)
            answer = self._asked.pop(str(said.get("message_id", "")), None)
            if answer is None:
                self.told.append(said)
                self._news.set()
            elif "error_code" in said:
                answer.set_exception(ServerError(said["error_code"], said.get("details")))
            else:
                answer.set_result(said.get("result"))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[MatterSocket]:
    """Connect, and listen to what the server tells."""
    async with ClientSession() as session, session.ws_connect(url, max_msg_size=0) as raw:
        await raw.receive()  # what the server is
        socket = MatterSocket(raw)
        reading = asyncio.create_task(socket.read())
        try:
            await socket.ask("start_listening")
            yield socket
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


def attributes(node: object) -> Mapping[str, object]:
    """Return the attributes of a node that the server told, by endpoint/cluster/attribute."""
    assert isinstance(node, dict)
    told: Mapping[str, object] = node["attributes"]
    return told
