"""A Shelly of the second generation and later on the network: RPC on a WebSocket and over HTTP.

Source: https://shelly-api-docs.shelly.cloud/gen2/General/RPCChannels.
"""

from types import TracebackType
from typing import Self

from aiohttp import WSMsgType, web

from firmware_sim.devices.device import Fields, RefusedError, as_json, read_json
from firmware_sim.peers.service import Service
from firmware_sim.peers.shelly_firmware import ShellyFirmware


class ShellyRpcPeer:
    """One device on 127.0.0.1. It keeps its port when it is stopped and started again."""

    def __init__(self, firmware: ShellyFirmware) -> None:
        self.firmware = firmware
        self.port = 0
        self.deaf = False
        """It hears nothing and says nothing, though its connections stay open."""
        self._runner: web.AppRunner | None = None
        self._sockets: dict[web.WebSocketResponse, list[Fields]] = {}

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        await self.stop()

    async def start(self) -> None:
        """Listen, at the port that it had before."""
        app = web.Application()
        app.router.add_get("/shelly", self._who)
        app.router.add_get("/rpc", self._talk)
        app.router.add_post("/rpc", self._ask)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Fall silent: every connection is closed."""
        if self._runner is not None:
            for socket in list(self._sockets):
                await socket.close()
            await self._runner.cleanup()
            self._runner = None

    def service(self) -> Service:
        """Return what it announces by mDNS."""
        info = self.firmware.info
        texts = {"gen": str(info["gen"]), "app": str(info["app"]), "ver": str(info["ver"])}
        return Service("_shelly._tcp.local.", self.firmware.id, self.port, texts)

    async def _who(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(self.firmware.info)

    async def _ask(self, request: web.Request) -> web.Response:
        try:
            frame = read_json(await request.text())
        except RefusedError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(self.firmware.answer(frame))

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        """Answer what is asked; notify once a request named its source."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        waiting: list[Fields] = []
        self._sockets[socket] = waiting
        listening = False

        def notify(frame: Fields) -> None:
            waiting.append(frame)

        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT or self.deaf:
                    continue
                try:
                    frame = read_json(message.data)
                except RefusedError:
                    continue
                if not listening and "src" in frame:
                    listening = True
                    self.firmware.notify.append(notify)
                await socket.send_str(as_json(self.firmware.answer(frame)))
                await self._flush(socket)
        finally:
            del self._sockets[socket]
            if listening:
                self.firmware.notify.remove(notify)
        return socket

    async def flush(self) -> None:
        """Send what was notified since the last request."""
        for socket in list(self._sockets):
            await self._flush(socket)

    async def _flush(self, socket: web.WebSocketResponse) -> None:
        waiting = self._sockets.get(socket, [])
        while waiting and not self.deaf:
            await socket.send_str(as_json(waiting.pop(0)))

    async def babble(self, text: str) -> None:
        """Say something that may be no frame."""
        for socket in list(self._sockets):
            await socket.send_str(text)

    async def set(self, component: str, **said: bool | float | str | None) -> None:
        """Change a component as by a hand at the device."""
        self.firmware.change(component, said)
        await self.flush()

    async def press(self, component: str, event: str) -> None:
        """Press a button of the device."""
        self.firmware.press(component, event)
        await self.flush()
