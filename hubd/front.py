"""What people and programs meet of a hub that runs: accounts, API and panel.

A module of its own since importing it takes a third of a second, in which a home that starts again
reacts already: `hubd.app` imports it when the drivers run.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from hubd import metrics
from hubd.api.finding import Finding
from hubd.api.server import Server
from hubd.api.settings import ApiSettings
from hubd.guard.guard import Guard
from hubd.hub import Hub
from hubd.outlook import Outlook
from hubd.scenery import Scenery
from hubd.settings import Settings
from hubd.store.store import Store


@dataclass(frozen=True, slots=True)
class Front:
    """Accounts, the home as the API shows it, and where the panel is."""

    guard: Guard
    outlook: Outlook
    panel_url: str
    owner_code: str | None
    """What the first owner comes in by; None once there is one."""


@asynccontextmanager
async def fronting(
    settings: Settings, hub: Hub, store: Store, scenery: Scenery, finding: Finding, home_name: str
) -> AsyncIterator[Front]:
    """Serve API and panel for as long as the context lasts. Raises ConfigError, ApiError."""
    guard = Guard(store.engine, lambda: hub.core.state.home)
    await guard.open()
    outlook = Outlook(hub, store, scenery, finding, home_name)
    server = Server(outlook, guard, _api_settings(settings), metrics.registry(hub, store))
    await server.start()
    try:
        owner_code = await guard.issue_owner_code() if guard.owner_needed else None
        yield Front(guard, outlook, server.url, owner_code)
    finally:
        await server.stop()


def _api_settings(settings: Settings) -> ApiSettings:
    given = settings.api
    return ApiSettings(
        host=given.host,
        port=given.port,
        tls_certificate=given.tls_certificate,
        tls_key=given.tls_key,
        allow_plain_lan=given.allow_plain_lan,
        hosts=given.hosts,
        socket=settings.socket,
    )
