"""The link to a Gen2+ device: RPC on a WebSocket, by which it pushes what changes.

A device that does not answer is noticed within 18 s: it is asked for its clock every ten.
"""

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import ClientSession

from drivers.kit.errors import LinkError, MalformedError, RefusedError
from drivers.kit.found import Adoption
from drivers.kit.link import Tell
from drivers.shelly import gen2
from drivers.shelly.facts import facts, name_in
from drivers.shelly.news import News, read_notice
from drivers.shelly.reading import record
from drivers.shelly.rpc import Rpc
from drivers.shelly.telling import Telling
from hubd.model.command import Command

ALIVE_S = 10.0
"""How often it is asked for a sign of life."""
WHOLE_EVERY = 6
"""Every so many signs of life it is asked for all: a voltage, say, is not pushed."""


class RpcLink:
    """One device."""

    def __init__(self, adoption: Adoption, realm: str, mac: str) -> None:
        """Make it; `realm` is the device's id, which its password is for."""
        self._adoption = adoption
        self._realm = realm
        self._mac = mac
        self._rpc: Rpc | None = None
        self._telling: Telling | None = None
        self._held: list[News] | None = []
        self._stir = asyncio.Event()
        self._changed = False
        self._lost = False
        self._tell: Tell | None = None

    async def run(self, tell: Tell) -> None:
        """Connect, tell all, and go on with what changes. Raises LinkError or AccessError."""
        self._tell, self._held, self._telling = tell, [], None
        self._lost = self._changed = False
        rpc = Rpc(self._adoption.address, self._adoption.port, self._notified, self._on_lost)
        async with ClientSession() as session:
            try:
                await rpc.connect(session, self._realm, self._adoption.secret)
                self._rpc = rpc
                await self._read(rpc)
                tell.live()
                await self._go_on(rpc)
            except RefusedError as error:
                raise LinkError(error.what) from error
            finally:
                self._rpc = None
                await rpc.close()

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Carry out commands. Raises RefusedError or LinkError."""
        rpc, telling = self._rpc, self._telling
        if rpc is None or telling is None:
            raise LinkError(f"no connection to {self._adoption.address}")
        for call in telling.calls(part, commands):
            await rpc.call(call.method, call.params)

    async def _go_on(self, rpc: Rpc) -> None:
        rounds = 0
        while not self._lost:
            self._stir.clear()
            try:
                async with asyncio.timeout(ALIVE_S):
                    await self._stir.wait()
            except TimeoutError:
                rounds += 1
                await self._ask(rpc, "Sys" if rounds % WHOLE_EVERY else "Shelly")
            if self._changed and not self._lost:
                self._changed = False
                await self._read(rpc)
        raise LinkError(f"{self._adoption.address} closed the connection")

    async def _read(self, rpc: Rpc) -> None:
        """Read and tell everything anew."""
        self._held = []
        info, config, status = await rpc.whole()
        try:
            found = facts(info, name=name_in(config))
        except MalformedError as error:
            raise LinkError(f"{self._adoption.address} {error.what}") from error
        if found.mac != self._mac:
            what = f"{found.id} answers at {self._adoption.address}, not {self._realm}"
            raise LinkError(what, mend="It is found anew by itself when it shows itself")
        if self._tell is None:
            return
        telling = Telling(
            self._tell, self._adoption.address, found, gen2.carried(info, config, status)
        )
        telling.describe(self._telling)
        self._telling = telling
        self._take(status, whole=True)

    async def _ask(self, rpc: Rpc, namespace: str) -> None:
        self._held = []
        said = record(await rpc.call(f"{namespace}.GetStatus"))
        whole = namespace == "Shelly"
        self._take(said if whole else {"sys": said}, whole=whole)

    def _take(self, status: Mapping[str, object], *, whole: bool) -> None:
        """Tell a status that was asked for, then what was notified while it was on its way."""
        held, self._held = self._held or [], None
        if self._telling is None:
            return
        self._telling.status(status, whole=whole)
        for news in held:
            self._telling.news(news)

    def _notified(self, method: object, params: object) -> None:
        try:
            news = read_notice(method, params)
        except MalformedError as error:
            if self._tell is not None:
                self._tell.refused_input(self._adoption.address, error.what)
            return
        if news.changed:
            self._changed = True
            self._stir.set()
        if self._held is not None:
            self._held.append(news)
        elif self._telling is not None:
            self._telling.news(news)

    def _on_lost(self) -> None:
        self._lost = True
        self._stir.set()
