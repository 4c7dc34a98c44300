"""The link to a Gen1 device: its HTTP pages, its status asked for every few seconds.

Source: https://shelly-api-docs.shelly.cloud/gen1/. Its own push (CoIoT, CoAP on UDP 5683) tells the
same by numbers that differ from model to model; a status in JSON every two seconds is as good in a
home, and needs no port opened at the hub.
"""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, encode_basic_auth

from drivers.kit.errors import AccessError, LinkError, MalformedError, RefusedError
from drivers.kit.found import Adoption
from drivers.kit.link import Tell
from drivers.shelly import gen1
from drivers.shelly.facts import facts, name_in
from drivers.shelly.reading import record
from drivers.shelly.rpc import ANSWER_S, USER
from drivers.shelly.telling import Telling
from hubd.model.command import Command

POLL_S = 2.0
SETTLE_S = 0.3
"""How long after a command its effect is asked for."""
PAGE_LIMIT = 1 << 20
"""Bytes of a page."""


class Pages:
    """A device's HTTP pages."""

    def __init__(self, session: ClientSession, address: str, port: int) -> None:
        self._session = session
        self._base = f"http://{f'[{address}]' if ':' in address else address}:{port or 80}"

    async def get(
        self, path: str, params: Mapping[str, object] | None = None
    ) -> Mapping[str, object]:
        """Return a page's JSON object. Raises LinkError, AccessError or RefusedError."""
        query = {key: str(value) for key, value in (params or {}).items()}
        try:
            async with self._session.get(f"{self._base}/{path}", params=query) as answer:
                if answer.status == 401:
                    raise AccessError(
                        "it does not take the password",
                        mend="Adopt it anew, with the password of its web page",
                    )
                body = await answer.content.read(PAGE_LIMIT)
                if answer.status != 200:
                    raise RefusedError(f"it refused: {answer.status} {answer.reason}")
                return record(msgspec.json.decode(body))
        except (ClientError, TimeoutError, OSError) as error:
            raise LinkError(f"{self._base} does not answer") from error
        except (ValueError, RecursionError) as error:
            raise LinkError(f"{self._base}/{path} is not JSON") from error


def session(password: str) -> ClientSession:
    """Return a session that tells the password, if there is one."""
    headers = {"Authorization": encode_basic_auth(USER, password)} if password else None
    return ClientSession(headers=headers, timeout=ClientTimeout(total=ANSWER_S))


class PollLink:
    """One device."""

    def __init__(self, adoption: Adoption, mac: str) -> None:
        self._adoption = adoption
        self._mac = mac
        self._pages: Pages | None = None
        self._telling: Telling | None = None
        self._stir = asyncio.Event()

    async def run(self, tell: Tell) -> None:
        """Read all, and go on with what changes. Raises LinkError or AccessError."""
        async with session(self._adoption.secret) as http:
            pages = Pages(http, self._adoption.address, self._adoption.port)
            try:
                status = await self._read(pages, tell)
                self._pages = pages
                tell.live()
                await self._go_on(pages, tell, status)
            except RefusedError as error:
                raise LinkError(error.what) from error
            finally:
                self._pages = None

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Carry out commands. Raises RefusedError or LinkError."""
        pages, telling = self._pages, self._telling
        if pages is None or telling is None:
            raise LinkError(f"no connection to {self._adoption.address}")
        for call in telling.calls(part, commands):
            await pages.get(call.method, call.params)
        self._stir.set()

    async def _go_on(self, pages: Pages, tell: Tell, status: Mapping[str, object]) -> None:
        while True:
            self._stir.clear()
            try:
                async with asyncio.timeout(POLL_S):
                    await self._stir.wait()
                    await asyncio.sleep(SETTLE_S)
            except TimeoutError:
                pass
            said = await pages.get("status")
            if said.get("cfg_changed_cnt") != status.get("cfg_changed_cnt"):
                status = await self._read(pages, tell)
                continue
            self._tell_status(status, said)
            status = said

    async def _read(self, pages: Pages, tell: Tell) -> Mapping[str, object]:
        """Read and tell everything; return the status."""
        info = await pages.get("shelly")
        settings = await pages.get("settings")
        status = await pages.get("status")
        try:
            found = facts(info, name=name_in(settings))
        except MalformedError as error:
            raise LinkError(f"{self._adoption.address} {error.what}") from error
        if self._mac and found.mac != self._mac:
            what = f"{found.id} answers at {self._adoption.address}, not {self._mac}"
            raise LinkError(what, mend="It is found anew by itself when it shows itself")
        carried = gen1.carried(info, settings, status)
        telling = Telling(tell, self._adoption.address, found, carried)
        telling.describe(self._telling)
        self._telling = telling
        telling.status(gen1.components(status), whole=True)
        return status

    def _tell_status(self, before: Mapping[str, object], now: Mapping[str, object]) -> None:
        if self._telling is None:
            return
        parts = gen1.components(now)
        self._telling.status(parts, whole=True)
        for component, word in gen1.presses(gen1.components(before), parts):
            self._telling.signalled(component, word)
