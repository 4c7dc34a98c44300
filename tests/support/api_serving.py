"""A served home: the API on a real socket, over a furnished home and a real database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from api_home import CoreHome, furnished
from guarding import ANN, PASSWORD, identity
from sqlalchemy import create_engine

from hubd.api.server import Server
from hubd.api.settings import ApiSettings
from hubd.guard.guard import Guard
from hubd.guard.permission import Permission
from hubd.guard.tables import Table
from hubd.model.events import PersonSet
from hubd.model.home import Person

DUSK = """
scene: Dusk
when: {at: sunset}
claims: {the lamp: on}
until: {at: 23:00}
"""
"""The scene of the served home."""


@dataclass(frozen=True)
class Served:
    """All that a test touches."""

    home: CoreHome
    guard: Guard
    server: Server
    client: aiohttp.ClientSession
    """Without any proof of who asks; its base is the server's address."""

    async def token(self, *permissions: Permission, person: Person = ANN) -> dict[str, str]:
        """Return the header of a token with `permissions`."""
        text, _ = await self.guard.make_token(identity(person), "test", frozenset(permissions))
        return {"Authorization": f"Bearer {text}"}

    @property
    def same_origin(self) -> dict[str, str]:
        """Return the header that a browser sends from the panel's own page."""
        return {"Origin": self.server.url.rstrip("/")}


@asynccontextmanager
async def serving(
    folder: Path,
    settings: ApiSettings | None = None,
    home: CoreHome | None = None,
    *,
    with_owner: bool = True,
) -> AsyncIterator[Served]:
    """Serve a home on a free port; Ann is its owner and has PASSWORD, if there is to be one."""
    home = home or furnished()
    scenes = folder / "scenes"
    scenes.mkdir(exist_ok=True)
    (scenes / "dusk.yaml").write_text(DUSK)
    home.write_scenes_in(scenes)
    engine = create_engine(f"sqlite:///{folder / 'guard.db'}")
    try:
        Table.metadata.create_all(engine)
        guard = Guard(engine, lambda: home.view.home, home.now_us)
        await guard.open()
        if with_owner:
            home.take(PersonSet(ANN))
            await guard.set_password(ANN, PASSWORD, identity(ANN))
        server = Server(home, guard, settings or ApiSettings(port=0))
        await server.start()
        jar = aiohttp.CookieJar(unsafe=True)
        try:
            async with aiohttp.ClientSession(base_url=server.url, cookie_jar=jar) as client:
                yield Served(home, guard, server, client)
        finally:
            await server.stop()
    finally:
        engine.dispose()
