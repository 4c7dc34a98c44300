"""An adopted accessory or bridge: connects, describes, reads, tells what changes, and commands."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from drivers.homekit.advert import Record
from drivers.homekit.database import Place, Told
from drivers.homekit.keys import Keys
from drivers.homekit.part import Part
from drivers.homekit.status import UNREACHABLE, words
from drivers.kit.errors import LinkError, MalformedError, RefusedError
from drivers.kit.link import Tell
from drivers.kit.loading import loaded
from hubd.model.command import Command

if TYPE_CHECKING:
    from drivers.homekit.session import Session

PAUSE_S = 15.0
"""Between two looks at an accessory that says nothing by itself."""
_SEVERAL = 3
"""Parts out of reach that are looked at each time, beside the one whose turn it is."""


class HomeKitLink:
    """The connection to one adopted accessory, or to a bridge and all that is behind it."""

    def __init__(
        self, keys: Keys, address: str, port: int, record: Record, *, pause_s: float = PAUSE_S
    ) -> None:
        self._keys = keys
        self._address = address
        self._port = port
        self._record = record
        self._pause_s = pause_s
        self._parts: dict[str, Part] = {}
        self._by_aid: dict[int, Part] = {}
        self._polled: dict[Place, None] = {}
        self._turn = 0
        self._stale = asyncio.Event()
        self._session: Session | None = None

    def changed(self, record: Record) -> None:
        """Take that the accessory is made of something else now: it is described anew."""
        self._record = replace(record, parts=self._record.parts)
        self._stale.set()

    async def run(self, tell: Tell) -> None:
        """Connect, describe, read the state, and tell what changes until it is lost."""
        try:
            await self._run(tell)
        except MalformedError as error:
            raise LinkError(f"the accessory says what cannot be read: {error.what}") from error

    async def _run(self, tell: Tell) -> None:
        await loaded("drivers.homekit.session")
        from drivers.homekit.session import Session  # noqa: PLC0415 - 20 MB

        async with Session(self._keys, self._address, self._port, self._happened) as session:
            session.amiss = lambda reason: tell.refused_input("accessory", reason)
            await self._learn(session, tell)
            self._session = session
            tell.live()
            try:
                await self._watch(session, tell)
            finally:
                self._session = None

    async def _learn(self, session: "Session", tell: Tell) -> None:
        """Describe what there is, have its changes told, and read it."""
        self._stale.clear()
        await self._describe(session, tell)
        await self._subscribe(session)
        await self._look(session, list(self._parts.values()))

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Write what the commands ask for in one request, and read back what came of it.

        An accessory tells others what one controller changed, never that controller itself.
        """
        session, there = self._session, self._parts.get(part)
        if session is None:
            raise LinkError("the accessory is not connected")
        if there is None:
            raise RefusedError("it is not there any more")
        asked = there.asked(commands)
        timed = there.is_timed(asked)
        values = {(there.aid, iid): value for iid, value in asked.items()}
        refused = await session.write(values, timed=timed)
        if refused and len(refused) >= len(values):
            status = next(iter(refused.values())).status
            if -abs(status) in UNREACHABLE:
                there.reach(available=False, status=status)
            raise RefusedError(words(status))
        confirming = [(there.aid, iid) for iid in there.confirming(commands)]
        if confirming:
            there.heard(_of(there, await session.read(confirming)), anew=True)

    async def _describe(self, session: "Session", tell: Tell) -> None:
        parts = [Part(accessory, tell) for accessory in await session.accessories()]
        self._parts = {part.name: part for part in parts}
        self._by_aid = {part.aid: part for part in parts}
        for gone in set(self._record.parts) - set(self._parts):
            tell.forgotten(gone)
        for part in parts:
            tell.described(part.name, part.carried.description)
        names = tuple(self._parts)
        if names != self._record.parts:
            self._record = replace(self._record, parts=names)
            tell.kept(self._record.text(), self._keys.text())

    async def _subscribe(self, session: "Session") -> None:
        """Have all told that can be; what cannot is asked for now and then."""
        telling = {(p.aid, iid): None for p in self._parts.values() for iid in p.telling}
        readable = {(p.aid, iid): None for p in self._parts.values() for iid in p.read}
        refused = await session.subscribe(telling)
        self._polled = {
            place: None for place in readable if place not in telling or place in refused
        }

    async def _watch(self, session: "Session", tell: Tell) -> None:
        while True:
            await self._pause(session)
            if session.lost.done():
                raise LinkError("the accessory ended the connection")
            if self._stale.is_set():
                await self._learn(session, tell)
                continue
            await self._look(session, self._due())
            self._heard(await session.read(list(self._polled)))

    async def _pause(self, session: "Session") -> None:
        """Wait for a while, or until there is something to do."""
        stale = asyncio.ensure_future(self._until_stale())
        try:
            await asyncio.wait(
                {session.lost, stale}, timeout=self._pause_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            stale.cancel()

    async def _until_stale(self) -> None:
        await self._stale.wait()

    def _due(self) -> Sequence[Part]:
        """Return the parts to look at now: one after the other, and some that were lost."""
        parts = list(self._parts.values())
        if not parts:
            return ()
        self._turn = (self._turn + 1) % len(parts)
        lost = [part for part in parts if part.reachable is False][:_SEVERAL]
        return [*lost, *(p for p in (parts[self._turn],) if p not in lost)]

    async def _look(self, session: "Session", parts: Iterable[Part]) -> None:
        """Read all of some parts."""
        parts = list(parts)
        told = await session.read([(p.aid, iid) for p in parts for iid in p.read])
        for part in parts:
            of_it = _of(part, told)
            part.within_reach(of_it)
            part.heard(of_it)

    def _happened(self, told: Mapping[Place, Told]) -> None:
        for aid in {aid for aid, _ in told}:
            if part := self._by_aid.get(aid):
                part.reach(available=True)
                part.heard(_of(part, told), event=True)

    def _heard(self, told: Mapping[Place, Told]) -> None:
        for aid in {aid for aid, _ in told}:
            if part := self._by_aid.get(aid):
                part.heard(_of(part, told))


def _of(part: Part, told: Mapping[Place, Told]) -> Mapping[int, Told]:
    return {iid: one for (aid, iid), one in told.items() if aid == part.aid}
