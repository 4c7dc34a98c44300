"""Where renderers send their events: a small HTTP server on each address that they can reach.

UPnP Device Architecture 2.0, 4 (GENA). Its port must be open in the machine's firewall.
"""

import asyncio
from contextlib import suppress

from aiohttp import ClientSession
from async_upnp_client.aiohttp import AiohttpNotifyServer, AiohttpSessionRequester
from async_upnp_client.client import UpnpDevice
from async_upnp_client.const import HttpRequest
from async_upnp_client.event_handler import UpnpEventHandler, default_on_pre_notify
from async_upnp_client.exceptions import UpnpServerError

from drivers.kit.errors import LinkError

PORTS = range(40400, 40416)
TIMEOUT_S = 5
LARGEST_EVENT = 256 * 1024


class Ear:
    """The server on one address."""

    def __init__(self, server: AiohttpNotifyServer) -> None:
        self.server = server
        self.handler: UpnpEventHandler = server.event_handler
        self.handler.on_pre_notify = self._checked
        self._heard: dict[str, asyncio.Event] = {}
        self._subscribing = 0

    def __enter__(self) -> None:
        """Take events of subscriptions whose name is not known yet, while one is being made."""
        self._subscribing += 1

    def __exit__(self, *_: object) -> None:
        """Take them no more."""
        self._subscribing -= 1

    async def hears(self, device: UpnpDevice) -> None:
        """Wait until an event of that device has come through."""
        await self._heard.setdefault(device.udn, asyncio.Event()).wait()

    def forget(self, device: UpnpDevice) -> None:
        """Forget that one has."""
        self._heard.pop(device.udn, None)

    def _checked(self, request: HttpRequest) -> HttpRequest:
        """Let in what was subscribed to; the library would keep all else, whoever sent it."""
        service = self.handler.service_for_sid(request.headers.get("SID", ""))
        if len(request.body or "") > LARGEST_EVENT or (service is None and not self._subscribing):
            return HttpRequest(request.method, request.url, {}, None)
        if service is not None:
            self._heard.setdefault(service.device.root_device.udn, asyncio.Event()).set()
        return default_on_pre_notify(request)


class Ears:
    """The servers of one driver, and the HTTP client that all its links share."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None
        self._ears: dict[str, Ear] = {}
        self._busy = asyncio.Lock()

    @property
    def requester(self) -> AiohttpSessionRequester:
        """What asks renderers."""
        if self._session is None:
            self._session = ClientSession()
        return AiohttpSessionRequester(self._session, timeout=TIMEOUT_S)

    async def at(self, address: str) -> Ear:
        """Return the server on one of this machine's addresses. Raises LinkError."""
        async with self._busy:
            if address not in self._ears:
                self._ears[address] = await self._opened(address)
            return self._ears[address]

    async def _opened(self, address: str) -> Ear:
        for port in PORTS:
            server = AiohttpNotifyServer(self.requester, (address, port))
            with suppress(UpnpServerError):
                await server.async_start_server()
                return Ear(server)
        raise LinkError(
            f"no port from {PORTS[0]} to {PORTS[-1]} is free for the events of renderers",
            mend="End what listens on them",
        )

    async def close(self) -> None:
        """Let go of all."""
        for ear in self._ears.values():
            await ear.server.async_stop_server()
        self._ears.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None
