"""The server: the same routes on the network and on the Unix socket of the command line."""

import grp
import os
import socket
import ssl
from contextlib import suppress
from pathlib import Path

from aiohttp import web, web_response
from prometheus_client import CollectorRegistry

from hubd.api.gate import LARGEST_BODY, Doorkeeper, admit
from hubd.api.live import Live
from hubd.api.port import HomePort
from hubd.api.route import Service
from hubd.api.settings import ApiSettings
from hubd.api.table import ROUTES
from hubd.guard.guard import Guard
from hubd.guard.local import GROUP
from hubd.model.errors import ConfigError

# aiohttp answers what is not even HTTP by itself, and tells its own and Python's version there.
web_response.SERVER_SOFTWARE = "hubd"  # type: ignore[attr-defined]  # a name of its own inside

_SHUTDOWN_S = 2.0
_PROBE_S = 0.5
_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - to recognise them


class Server:
    """Serves the API and the panel from `start` until `stop`."""

    def __init__(
        self,
        port: HomePort,
        guard: Guard,
        settings: ApiSettings,
        metrics: CollectorRegistry | None = None,
    ) -> None:
        """Serve `port` to whom `guard` lets in. `metrics` are what /metrics shows."""
        self.metrics = metrics = metrics if metrics is not None else CollectorRegistry()
        self._settings = settings
        self._live = Live(port, guard, metrics)
        service = Service(port, guard, settings, self._live, metrics)
        doorkeeper = Doorkeeper(settings, metrics)
        self.app = web.Application(middlewares=[doorkeeper.keep], client_max_size=LARGEST_BODY)
        self.app.on_response_prepare.append(doorkeeper.dress)
        for route in ROUTES:
            self.app.router.add_route(route.method, route.path, admit(route, service))
        self._runner = web.AppRunner(
            self.app, access_log=None, handle_signals=False, shutdown_timeout=_SHUTDOWN_S
        )
        self.port = 0
        """The TCP port that is listened on; 0 until started."""

    @property
    def url(self) -> str:
        """Where the panel is."""
        scheme = "https" if self._settings.tls else "http"
        address = self._settings.host
        if address in _EVERYWHERE:
            address = "localhost"
        host = f"[{address}]" if ":" in address else address
        return f"{scheme}://{host}:{self.port}/"

    async def start(self) -> None:
        """Listen. Raises ConfigError if the address, the certificate or the socket is of no use."""
        context = _tls(self._settings)
        await self._runner.setup()
        try:
            await self._listen(context)
        except BaseException:
            await self._runner.cleanup()
            raise

    async def stop(self) -> None:
        """End all connections and listen no more."""
        await self._live.close()
        await self._runner.cleanup()
        if self._settings.socket is not None:
            self._settings.socket.unlink(missing_ok=True)

    async def _listen(self, context: ssl.SSLContext | None) -> None:
        host, port = self._settings.host, self._settings.port
        site = web.TCPSite(self._runner, host, port, ssl_context=context, backlog=128)
        try:
            await site.start()
        except OSError as error:
            raise ConfigError(
                f"The API can't listen on {host}, port {port}: {error.strerror}",
                mend="Set api.host and api.port in hub.toml to a free address of this machine.",
            ) from error
        self.port = self._runner.addresses[0][1]
        if self._settings.socket is not None:
            await self._listen_locally(self._settings.socket)

    async def _listen_locally(self, path: Path) -> None:
        try:
            _clear(path)
            await web.UnixSite(self._runner, path).start()
            _open_to_group(path)
        except OSError as error:
            raise ConfigError(
                f"The command line's socket {path} can't be made: {error.strerror}",
                mend="Give the hub's user a folder to write it to.",
            ) from error


def _clear(path: Path) -> None:
    """Make way for the socket; one that a killed hub left is removed, a living one's is not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PROBE_S)
        answered = probe.connect_ex(str(path)) == 0
    if answered:
        raise ConfigError(
            f"Another hub answers at {path}", mend="Stop it, or give this one another folder."
        )
    path.unlink(missing_ok=True)


def _open_to_group(path: Path) -> None:
    """Let the group connect; what a peer may do is decided for each request (guard.local)."""
    path.chmod(0o660)
    with suppress(KeyError, PermissionError):
        os.chown(path, -1, grp.getgrnam(GROUP).gr_gid)


def _tls(settings: ApiSettings) -> ssl.SSLContext | None:
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigError(
            f"The certificate {settings.tls_certificate} can't be used: {error}",
            mend="Name PEM files of a certificate chain and its key that the hub may read.",
        ) from error
    return context
