"""One adopted thing at work: its link kept alive, its commands in line, its reach told."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from drivers.kit.errors import LinkError, RefusedError
from drivers.kit.found import Adoption
from drivers.kit.hushing import hushed
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


class _Sent(NamedTuple):
    """What became of an order: why it failed, "" if it did not; whether it surely was not done."""

    why: str = ""
    undone: bool = True


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
        self._parts: dict[str, tuple[bool, str]] = {}
        """What this connection described behind the thing: whether each is reached, else why."""

    def begin(self, link: Link, after: Awaitable[None] | None = None) -> None:
        """Start to keep the link, `after` all; `link` is used for the first connection."""
        self._fresh = link
        self._task = asyncio.get_running_loop().create_task(self._keep(after))

    async def _keep(self, after: Awaitable[None] | None) -> None:
        if after is not None:
            await after
        await self._life.keep()

    async def close(self) -> None:
        """Let go; what was in line is answered."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.gather(*self._hang_up("it was let go of"), return_exceptions=True)

    def seen(self, adoption: Adoption) -> None:
        """Take a sign of life, and where the thing is now.

        One that does not let the hub in does not do so for being seen again where it was.
        """
        moved = adoption != self.adoption
        if moved:
            self.adoption = adoption
            self._emit(Kept(adoption))
        if self._life.phase is Phase.WAITING or (moved and self._life.phase is Phase.BARRED):
            self._life.wake()

    def wake(self) -> None:
        """Connect at once: a person says that all is well."""
        self._life.wake()

    def order(self, order: Order) -> None:
        """Put commands in line."""
        if self._life.phase is not Phase.LIVE:
            self._answer(order, _Sent(f"it is not connected ({self._why})"))
            return
        line = self._lines.get(order.part)
        if line is None:
            line = self._lines[order.part] = asyncio.Queue(WAITING_LIMIT)
            self._senders[order.part] = asyncio.get_running_loop().create_task(self._sending(line))
        try:
            line.put_nowait(order)
        except asyncio.QueueFull:
            self._answer(order, _Sent(f"{WAITING_LIMIT} commands to it wait already"))

    async def _connect(self) -> None:
        link, self._fresh = self._fresh or self._make(self.adoption), None
        self._link = link
        self._parts.clear()
        await link.run(self)

    async def _sending(self, line: asyncio.Queue[Order]) -> None:
        while True:
            order = await line.get()
            sent = _Sent("the connection was lost while it was sent", undone=False)
            try:
                sent = await self._sent(order)
            finally:
                self._answer(order, sent)

    async def _sent(self, order: Order) -> _Sent:
        """Send one order; return what became of it."""
        if self._link is None or self._life.phase is not Phase.LIVE:
            return _Sent(f"it is not connected ({self._why})")
        try:
            async with asyncio.timeout(SEND_S):
                await self._link.send(order.part, [o.command for o in order.orders])
        except TimeoutError:
            return _Sent(f"it did not take the command within {SEND_S:g} s", undone=False)
        except RefusedError as error:
            return _Sent(error.what)
        except LinkError as error:
            return _Sent(error.what, undone=False)
        except Exception as error:  # noqa: BLE001 - what a library raises refuses the command
            return _Sent(f"{type(error).__name__}: {error}"[:300], undone=False)
        return _Sent()

    def _answer(self, order: Order, sent: _Sent) -> None:
        """Answer an order. An action that may have been done is not: it must not be tried again."""
        why = self._hushed(sent.why)
        for ordered in order.orders:
            if sent.undone or not ordered.command.action:
                self._emit(Answered(ordered.event, accepted=not why, reason=why))

    def _hang_up(self, reason: str, *parts: str) -> list[asyncio.Task[None]]:
        """End the lines of these parts, or all; answer what is in them. Return who sent."""
        ended: list[asyncio.Task[None]] = []
        for part in parts or tuple(self._lines):
            sender, line = self._senders.pop(part, None), self._lines.pop(part, None)
            if sender is not None:
                sender.cancel()
                ended.append(sender)
            while line is not None and not line.empty():
                self._answer(line.get_nowait(), _Sent(reason))
        return ended

    # lifecycle.Watcher

    def moved(self, phase: Phase, error: LinkError | None) -> None:
        """Tell the hub that the thing is reached, or is not and why."""
        key = self.adoption.key
        if phase is Phase.LIVE:
            self._told = None
            self._emit(Reached(key, ITSELF, available=True))
            for part, (available, reason) in self._parts.items():
                self._emit(Reached(key, part, available, reason))
            return
        why = self._hushed(error.what) if error is not None else ""
        self._why = why
        self._hang_up(f"it is not connected ({why})")
        if error is None or (self._told is not None and self._told.what == error.what):
            return
        self._told = error
        barred = phase is Phase.BARRED
        self._emit(
            Reached(
                key,
                ITSELF,
                available=False,
                reason=why,
                code=error.code if barred else "",
                mend=error.mend if barred else "",
            )
        )

    # link.Tell

    def described(self, part: str, description: Description) -> None:
        """Hand a description on."""
        self._emit(Described(self.adoption.key, part, description))
        if part != ITSELF and part not in self._parts:
            self._reach(part, available=True)

    def forgotten(self, part: str) -> None:
        """Hand on that a part is gone, and end its line."""
        self._parts.pop(part, None)
        self._hang_up("it is gone", part)
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
        self._reach(part, available=available, reason=self._hushed(reason))

    def _reach(self, part: str, *, available: bool, reason: str = "") -> None:
        """Note whether a part is reached; it is told now, or with the thing's own reach."""
        self._parts[part] = (available, reason)
        if self._life.phase is Phase.LIVE:
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
        self._emit(Refused(self._hushed(where), self._hushed(reason)))

    def _hushed(self, words: str) -> str:
        return hushed(words, (self.adoption.secret,))
