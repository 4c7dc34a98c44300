"""One adopted thing at work: its link kept alive, its commands in line, its reach told."""

import asyncio
from collections.abc import Callable

from drivers.kit.errors import LinkError, RefusedError
from drivers.kit.found import Adoption
from drivers.kit.lifecycle import Lifecycle, Phase
from drivers.kit.link import ITSELF, Description, Link
from drivers.kit.messages import (
    Answered,
    Described,
    Forgotten,
    FromDriver,
    Kept,
    Order,
    Reached,
    Refused,
    Reported,
    Signalled,
)
from hubd.model.ids import EndpointId
from hubd.model.value import Value

SEND_S = 20.0
"""A send that takes longer has failed."""
WAITING_LIMIT = 200
"""Orders of one part that may wait; what comes beyond is refused."""


class KeptLink:
    """Keeps the link of one adoption (fills drivers.kit.link.Tell and lifecycle.Watcher)."""

    def __init__(
        self,
        adoption: Adoption,
        make: Callable[[Adoption], Link],
        emit: Callable[[FromDriver], None],
        gate: asyncio.Semaphore,
        ready_s: float,
    ) -> None:
        self.adoption = adoption
        self._make = make
        self._emit = emit
        self._link: Link | None = None
        self._fresh: Link | None = None
        self._life = Lifecycle(self._connect, self, gate, ready_s=ready_s)
        self._task: asyncio.Task[None] | None = None
        self._lines: dict[str, asyncio.Queue[Order]] = {}
        self._senders: dict[str, asyncio.Task[None]] = {}
        self._why = "not connected yet"
        self._told: LinkError | None = None

    def begin(self, link: Link) -> None:
        """Start to keep the link; `link` is used for the first connection."""
        self._fresh = link
        self._task = asyncio.get_running_loop().create_task(self._life.keep())

    async def close(self) -> None:
        """Let go."""
        tasks = [t for t in (self._task, *self._senders.values()) if t is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def seen(self, adoption: Adoption) -> None:
        """Take a sign of life, and where the thing is now."""
        if adoption != self.adoption:
            self.adoption = adoption
            self._emit(Kept(adoption))
        if self._life.phase in {Phase.WAITING, Phase.BARRED}:
            self._life.wake()

    def order(self, order: Order) -> None:
        """Put commands in line."""
        if self._life.phase is not Phase.LIVE:
            self._answer(order, f"it is not connected ({self._why})")
            return
        line = self._lines.get(order.part)
        if line is None:
            line = self._lines[order.part] = asyncio.Queue(WAITING_LIMIT)
            self._senders[order.part] = asyncio.get_running_loop().create_task(self._sending(line))
        try:
            line.put_nowait(order)
        except asyncio.QueueFull:
            self._answer(order, f"{WAITING_LIMIT} commands to it wait already")

    async def _connect(self) -> None:
        link, self._fresh = self._fresh or self._make(self.adoption), None
        self._link = link
        await link.run(self)

    async def _sending(self, line: asyncio.Queue[Order]) -> None:
        while True:
            order = await line.get()
            self._answer(order, await self._sent(order))

    async def _sent(self, order: Order) -> str:
        """Send one order; return why it could not be, or ""."""
        if self._link is None or self._life.phase is not Phase.LIVE:
            return f"it is not connected ({self._why})"
        try:
            async with asyncio.timeout(SEND_S):
                await self._link.send(order.part, [o.command for o in order.orders])
        except TimeoutError:
            return f"it did not take the command within {SEND_S:g} s"
        except (RefusedError, LinkError) as error:
            return error.what
        except Exception as error:  # noqa: BLE001 - what a library raises refuses the command
            return f"{type(error).__name__}: {error}"[:300]
        return ""

    def _answer(self, order: Order, reason: str) -> None:
        for ordered in order.orders:
            self._emit(Answered(ordered.event, accepted=not reason, reason=reason))

    # lifecycle.Watcher

    def moved(self, phase: Phase, error: LinkError | None) -> None:
        """Tell the hub that the thing is reached, or is not and why."""
        if phase is Phase.LIVE:
            self._told = None
            self._emit(Reached(self.adoption.key, ITSELF, available=True))
            return
        self._why = error.what if error is not None else ""
        if error is None or (self._told is not None and self._told.what == error.what):
            return
        self._told = error
        barred = phase is Phase.BARRED
        self._emit(
            Reached(
                self.adoption.key,
                ITSELF,
                available=False,
                reason=error.what,
                code=error.code if barred else "",
                mend=error.mend if barred else "",
            )
        )

    # link.Tell

    def described(self, part: str, description: Description) -> None:
        """Hand a description on."""
        self._emit(Described(self.adoption.key, part, description))

    def forgotten(self, part: str) -> None:
        """Hand on that a part is gone, and end its line."""
        sender = self._senders.pop(part, None)
        if sender is not None:
            sender.cancel()
        self._lines.pop(part, None)
        self._emit(Forgotten(self.adoption.key, part))

    def reported(self, part: str, endpoint: EndpointId, name: str, value: Value) -> None:
        """Hand a value on; one that is read while connecting is no news."""
        restored = self._life.phase is not Phase.LIVE
        self._emit(Reported(self.adoption.key, part, endpoint, name, value, restored))

    def signalled(self, part: str, endpoint: EndpointId, name: str, value: str) -> None:
        """Hand a momentary event on."""
        self._emit(Signalled(self.adoption.key, part, endpoint, name, value))

    def reached(self, part: str, *, available: bool, reason: str = "") -> None:
        """Hand on whether a part behind the thing is reached."""
        self._emit(Reached(self.adoption.key, part, available, reason))

    def live(self) -> None:
        """Commands may come."""
        self._life.live()

    def kept(self, record: str, secret: str) -> None:
        """Have a changed record and secret kept."""
        known = self.adoption
        self.adoption = Adoption(known.key, known.address, known.port, record, secret)
        if self.adoption != known:
            self._emit(Kept(self.adoption))

    def refused_input(self, where: str, reason: str) -> None:
        """Hand on what was malformed."""
        self._emit(Refused(where, reason))
