"""An adopted bridge: connects, describes, reads, tells what changes, and commands."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from drivers.hue.advert import Record
from drivers.hue.documents import Event, Told, read_events, read_resources
from drivers.hue.estate import Estate, Memory
from drivers.hue.stream import Messages
from drivers.kit.errors import LinkError, MalformedError
from drivers.kit.link import Tell
from drivers.kit.loading import loaded
from hubd.model.command import Command

if TYPE_CHECKING:
    from drivers.hue.bridge import Bridge

PAUSE_S = 15.0
"""Between two looks whether the bridge is there: its stream says nothing while nothing happens."""
SETTLES_S = 0.5
"""How long a bridge is left to tell all of a change before it is read anew."""


class HueLink:
    """The connection to one bridge."""

    def __init__(
        self, key: str, address: str, port: int, record: Record, *, pause_s: float = PAUSE_S
    ) -> None:
        self._key = key
        self._address = address
        self._port = port
        self._record = record
        self._pause_s = pause_s
        self._bridge: Bridge | None = None
        self._estate: Estate | None = None
        self._memory = Memory()
        self._reading = True
        self._early: list[Event] = []
        """What happened while all was read: it comes after."""
        self._stale = asyncio.Event()

    async def run(self, tell: Tell) -> None:
        """Open the stream, describe, read, and tell what changes until the connection is lost."""
        await loaded("drivers.hue.bridge")
        from drivers.hue.bridge import Bridge  # noqa: PLC0415 - 26 MB

        try:
            async with Bridge(self._address, self._port, self._record.pin, self._key) as bridge:
                await self._run(bridge, tell)
        except MalformedError as error:
            raise LinkError(f"the bridge says what cannot be read: {error.what}") from error
        finally:
            self._bridge = self._estate = None

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Change what the commands ask for, in one request; the stream tells what came of it."""
        bridge, estate = self._bridge, self._estate
        if bridge is None or estate is None:
            raise LinkError("the bridge is not connected")
        kind, rid, asked = estate.request(part, commands)
        await bridge.put(kind, rid, asked.body)

    async def _run(self, bridge: "Bridge", tell: Tell) -> None:
        # The stream is opened first, so that nothing happens between the reading and it.
        async with bridge.stream() as stream:
            listening = asyncio.ensure_future(self._listen(stream, tell))
            working = asyncio.ensure_future(self._work(bridge, tell))
            tasks = {listening, working}
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                raise LinkError("the bridge ended the connection")
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, bridge: "Bridge", tell: Tell) -> None:
        """Read all, and again when there is more or less of it; look whether it is there."""
        await self._learn(bridge, tell)
        self._bridge = bridge
        tell.live()
        while True:
            try:
                async with asyncio.timeout(self._pause_s):
                    await self._stale.wait()
            except TimeoutError:
                await bridge.get("clip/v2/resource/bridge")
            else:
                await asyncio.sleep(SETTLES_S)
                await self._learn(bridge, tell)

    async def _learn(self, bridge: "Bridge", tell: Tell) -> None:
        self._stale.clear()
        self._reading = True
        resources = self._read(await bridge.resources(), tell)
        estate = Estate(resources, tell, self._memory)
        parts = estate.describe(self._record.parts)
        estate.read(resources)
        self._estate, self._reading = estate, False
        early, self._early = self._early, []
        for event in early:
            self._happened(event)
        if parts != self._record.parts:
            self._record = replace(self._record, parts=parts)
            tell.kept(self._record.text(), self._key)

    async def _listen(self, stream: AsyncIterator[bytes], tell: Tell) -> None:
        messages = Messages()
        async for said in stream:
            for data in messages.feed(said):
                try:
                    events, faults = read_events(data)
                except MalformedError as error:
                    tell.refused_input("event stream", error.what)
                    continue
                for fault in faults:
                    tell.refused_input("event stream", fault)
                for event in events:
                    self._happened(event)

    def _happened(self, event: Event) -> None:
        if self._estate is None or self._reading:
            self._early.append(event)
        elif self._estate.happened(event):
            self._stale.set()

    def _read(self, body: bytes, tell: Tell) -> Sequence[Told]:
        resources, faults = read_resources(body)
        for fault in faults:
            tell.refused_input("resources", fault)
        return resources
