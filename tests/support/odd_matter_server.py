"""A Matter server that misbehaves: it says what it is told to say, and answers what it is told to.

async with odd_server() as server:
server.nodes = [lamp(1)]
server.answers["device_command"] = Failed(0, "InteractionModelError: Busy (0x9c)")
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

FABRIC = 0xB2AC0000000000F1
HELLO: Mapping[str, object] = {
    "fabric_id": 1,
    "compressed_fabric_id": FABRIC,
    "schema_version": 11,
    "min_supported_schema_version": 9,
    "sdk_version": "odd",
    "wifi_credentials_set": False,
    "thread_credentials_set": False,
    "bluetooth_enabled": False,
}

LAMP: Mapping[str, object] = {
    "0/29/0": [{"0": 22, "1": 1}],
    "0/40/1": "Acme",
    "0/40/3": "Lamp",
    "0/51/65529": [0, 1],
    "1/29/0": [{"0": 257, "1": 1}],
    "1/6/0": False,
    "1/6/65529": [0, 1, 2],
    "1/8/0": 100,
}


@dataclass(frozen=True, slots=True)
class Failed:
    """An error that a command is answered with."""

    code: int
    details: str = ""


class Never:
    """No answer at all."""


def node(own: int, attributes: Mapping[str, object], **more: object) -> dict[str, object]:
    """Return a node as the server tells it."""
    return {"node_id": own, "available": True, "is_bridge": False, "attributes": attributes, **more}


@dataclass(slots=True)
class OddServer:
    """What it says and answers; `raw` is said in place of the greeting, `hangs` is nothing."""

    url: str
    hello: Mapping[str, object] = field(default_factory=lambda: HELLO)
    raw: str | bytes | None = None
    hangs: bool = False
    nodes: object = ()
    answers: dict[str, object] = field(default_factory=dict)
    asked: list[Mapping[str, object]] = field(default_factory=list)
    connections: int = 0
    sockets: set[web.WebSocketResponse] = field(default_factory=set)

    async def say(self, text: str | bytes) -> None:
        """Say something to all who listen."""
        for socket in tuple(self.sockets):
            await (socket.send_str(text) if isinstance(text, str) else socket.send_bytes(text))

    async def tell(self, event: str, data: object) -> None:
        """Tell an event."""
        await self.say(json.dumps({"event": event, "data": data}))

    async def hang_up(self) -> None:
        """Close all connections."""
        for socket in tuple(self.sockets):
            await socket.close()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        self.sockets.add(socket)
        try:
            if self.raw is not None:
                first = self.raw
                await (
                    socket.send_str(first) if isinstance(first, str) else socket.send_bytes(first)
                )
            elif not self.hangs:
                await socket.send_str(json.dumps(self.hello))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._answer(socket, json.loads(message.data))
        finally:
            self.sockets.discard(socket)
        return socket

    async def _answer(self, socket: web.WebSocketResponse, asked: Mapping[str, object]) -> None:
        self.asked.append(asked)
        command = str(asked["command"])
        usual = {"start_listening": self.nodes, "server_info": self.hello}.get(command)
        answer = self.answers.get(command, usual)
        call = asked["message_id"]
        if isinstance(answer, Never):
            return
        said: dict[str, object] = {"message_id": call, "result": answer}
        if isinstance(answer, Failed):
            said = {"message_id": call, "error_code": answer.code, "details": answer.details}
        await socket.send_str(json.dumps(said))


@asynccontextmanager
async def odd_server() -> AsyncIterator[OddServer]:
    """Run one on a port of its own."""
    app = web.Application()
    odd = OddServer("")
    app.router.add_get("/ws", odd.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    odd.url = f"ws://127.0.0.1:{port}/ws"
    try:
        yield odd
    finally:
        await odd.hang_up()
        await runner.cleanup()
        await asyncio.sleep(0)
