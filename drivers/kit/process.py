"""A driver in a process of its own, as the hub sees it (drivers.kit.port.Driver).

It runs while it is wanted: while something of its is adopted, or was just seen. The hub's loop
never waits for it. It is killed when its loop hangs, when it takes more than its manifest allows,
and started again after a while; after too many times it stays down until a person says otherwise.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import random

from drivers.kit import spawning
from drivers.kit.backoff import Backoff
from drivers.kit.driver import Announced
from drivers.kit.errors import AdoptionError, DriverError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import ITSELF
from drivers.kit.manifest import Manifest
from drivers.kit.messages import (
    Adopt,
    Adopted,
    Drop,
    FromDriver,
    Heard,
    Keep,
    Look,
    NotAdopted,
    Ping,
    Pong,
    Saw,
    See,
    Started,
    ToDriver,
    Watch,
)
from drivers.kit.port import Hub, Ordered
from drivers.kit.problem import Problem
from drivers.kit.sighting import Sighting
from drivers.kit.telling import Telling, Vault, device_id
from drivers.kit.vitals import Vitals
from hubd.model.device import Device
from hubd.model.ids import DeviceId

_log = logging.getLogger(__name__)

PING_S = 1.0
HANG_S = 5.0
"""A loop that does not answer for so long hangs."""
START_S = 30.0
"""A driver that has not started after so long will not."""
IDLE_S = 60.0
"""A driver that keeps nothing is ended after so long without work."""
FAILURES = 5
"""After so many failures within RECENT_S a driver stays down."""
RECENT_S = 600.0
BEHIND_BYTES = 4 * 1024 * 1024
"""So much waiting to be taken by the process tells that it does not keep up."""


class DriverProcess:
    """One driver, from the hub's side."""

    def __init__(
        self,
        manifest: Manifest,
        hub: Hub,
        vault: Vault,
        folder: Path,
        devices: Iterable[Device] = (),
    ) -> None:
        """Prepare to run a driver that has those `devices` of the home.

        `folder` is the hub's data folder: the driver has its own scratch folder in it, and sees
        nothing else of it.
        """
        self.manifest = manifest
        self.name = manifest.name
        self._hub = hub
        self._folder = folder
        self._telling = Telling(manifest, hub, vault, devices)
        self._wanted = asyncio.Event()
        self._waiting: list[ToDriver] = []
        self._child: spawning.Child | None = None
        self._up = False
        self._calls = count(1)
        self._adopting: dict[int, asyncio.Future[Adoption]] = {}
        self._backoff = Backoff(first_s=0.5, longest_s=60.0)
        self._failed: list[float] = []
        self._why: Problem | None = None
        self._is_down = False
        self._again = asyncio.Event()
        self._heard_s = 0.0
        self._busy_s = 0.0
        self._watching: Watch | None = None
        self._saw: Callable[[Sighting], None] | None = None

    @property
    def trouble(self) -> str:
        """What keeps the driver from working, in words; empty when nothing does."""
        return self._why.what if self._why is not None else ""

    @property
    def problems(self) -> Sequence[Problem]:
        """What a person should look at, the driver's own first."""
        own = (self._why,) if self._why is not None else ()
        return (*own, *self._telling.problems)

    @property
    def running(self) -> bool:
        """Whether its process is up."""
        return self._up

    # drivers.kit.port.Driver

    async def run(self) -> None:
        """Run the process whenever it is wanted, until cancelled."""
        if self._telling.adoptions or self.manifest.reach.topics:
            self._wanted.set()
        try:
            while True:
                await self._wanted.wait()
                await self._run_once()
        finally:
            await self._end("the hub stops")

    def send(self, commands: Sequence[Ordered]) -> None:
        """Hand commands to the process; what cannot be handed over is answered at once."""
        for order, orders in self._telling.batches(commands):
            if order is None:
                self._refuse(orders, "it is not adopted any more")
            elif not self._up or self._child is None:
                self._refuse(orders, self.trouble or f"the {self.name} driver is starting")
            elif self._child.buffered > BEHIND_BYTES:
                self._refuse(orders, f"the {self.name} driver does not keep up")
            else:
                self._child.write(order)

    def _refuse(self, orders: Iterable[Ordered], reason: str) -> None:
        for ordered in orders:
            self._hub.answered(ordered.event, accepted=False, reason=reason)

    # finding and adopting

    def see(self, sighting: Sighting) -> None:
        """Show the driver a sighting that is meant for it."""
        self._say(See(sighting))

    def look(self) -> None:
        """Have the driver look for things by its own means."""
        if self.manifest.seeks:
            self._say(Look())

    def watch(
        self,
        services: Iterable[str],
        targets: Iterable[str],
        announced: Announced | None,
        saw: Callable[[Sighting], None],
    ) -> None:
        """Have the driver watch the network from now on, and `saw` called with what it sees."""
        self._saw = saw
        self._watching = Watch(tuple(sorted(services)), tuple(sorted(targets)), announced)
        if self._up and self._child is not None:
            self._child.write(self._watching)
        self._wanted.set()

    async def adopt(self, found: Found, answers: Mapping[str, str]) -> Adoption:
        """Pair with a found thing, and keep the link to it. Raises AdoptionError and its like."""
        call = next(self._calls)
        future: asyncio.Future[Adoption] = asyncio.get_running_loop().create_future()
        self._adopting[call] = future
        self._say(Adopt(call, found, dict(answers)))
        try:
            adoption = await future
        finally:
            self._adopting.pop(call, None)
        self._telling.keep(adoption)
        self._say(Keep(adoption))
        return adoption

    def drop(self, key: str) -> None:
        """Let go of an adopted thing, for good."""
        self._telling.drop(key)
        if self._up:
            self._say(Drop(key))

    def key_of(self, device: DeviceId) -> str | None:
        """Return the key of the adopted thing that `device` is; None for a part behind one."""
        return self._telling.key_of(device)

    def keeps(self, key: str) -> bool:
        """Say whether the found thing of that key is adopted."""
        return any(adoption.key == key for adoption in self._telling.adoptions)

    def id_of(self, key: str) -> DeviceId:
        """Return the id that the thing of that key has as a device of the home."""
        return device_id(self.name, key, ITSELF)

    def is_live(self, device: DeviceId) -> bool:
        """Say whether the link to a device stands."""
        return self._telling.is_live(device)

    def vouches(self, device: DeviceId) -> bool:
        """Say whether a device is of what was adopted; a driver tells of no others."""
        return self._telling.knows(device)

    def refresh(self, device: DeviceId) -> None:
        """Do nothing: a link tells all when it begins."""

    def heard(self, topic: str, payload: str) -> None:
        """Give the driver a message of the broker's that it listens to."""
        if self._up:
            self._say(Heard(topic, payload))

    def repair(self) -> None:
        """Start again at once, and forget the failures."""
        self._failed.clear()
        self._backoff.failures = 0
        self._is_down = False
        self._again.set()
        if self._up and self._child is not None:
            self._child.kill()

    def _say(self, message: ToDriver) -> None:
        self._busy_s = asyncio.get_running_loop().time()
        if self._up and self._child is not None:
            self._child.write(message)
            return
        if len(self._waiting) < 1_000 and not isinstance(message, Keep):  # all are kept at a start
            self._waiting.append(message)
        self._wanted.set()

    # the process

    async def _run_once(self) -> None:
        """Run the process from its start to its end, and wait as long as that deserves."""
        loop = asyncio.get_running_loop()
        self._again.clear()
        since_s = loop.time()
        problem = await self._lived()
        self._backoff.held(loop.time() - since_s)
        if problem is None:  # it was let go for want of work
            self._why = None
            return
        self._why = problem
        _log.warning("%s", problem.what)
        await self._end(problem.what)
        now_s = loop.time()
        self._failed = [s for s in self._failed if s > now_s - RECENT_S] + [now_s]
        wait_s: float | None = self._backoff.wait_s(random())  # noqa: S311 - it is no secret
        if len(self._failed) >= FAILURES:
            self._is_down, wait_s = True, None
            self._why = Problem(
                "driver.down",
                f"the {self.name} driver was stopped after {FAILURES} failures, lastly: "
                f"{problem.what}",
                problem.mend or f"Run `hubd driver restart {self.name}`, and report it if it stays",
                repair="restart",
            )
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._again.wait()

    async def _lived(self) -> Problem | None:
        """Run the process to its end; return what it ended of, or None where it was let go."""
        try:
            child = await spawning.spawn(self.manifest, self._folder, self._take)
        except OSError as error:
            return Problem("driver.start", f"the {self.name} driver cannot be started: {error}")
        self._child = child
        loop = asyncio.get_running_loop()
        self._heard_s = loop.time() + START_S - HANG_S
        vitals = Vitals(child.pid, self.manifest.limits)
        for number in count(1):
            with suppress(TimeoutError):
                async with asyncio.timeout(PING_S):
                    await child.ended.wait()
            if child.ended.is_set():
                return await self._post_mortem(child)
            now_s = loop.time()
            if now_s - self._heard_s > HANG_S:
                return self._hung()
            excess = vitals.excess(now_s)
            if excess:
                what = f"the {self.name} driver {excess}, and was ended"
                return Problem("driver.limit", what, "Report it to its author", repair="restart")
            if self._is_idle(now_s):
                await self._end("")
                self._wanted.clear()
                return None
            child.write(Ping(number))
        return None

    def _hung(self) -> Problem:
        what = f"the {self.name} driver did not answer for {HANG_S:g} s, and was ended"
        return Problem("driver.hang", what, "Report it to its author", repair="restart")

    async def _post_mortem(self, child: spawning.Child) -> Problem:
        code = await child.exit_code()
        said = f": {child.last_words}" if child.last_words else ""
        what = f"the {self.name} driver ended by itself ({code}){said}"
        return Problem("driver.crash", what, "Report it to its author", repair="restart")

    def _is_idle(self, now_s: float) -> bool:
        return (
            not self._telling.adoptions
            and not self._adopting
            and now_s - self._busy_s > IDLE_S
            and not self.manifest.reach.topics
            and self._watching is None
        )

    async def _end(self, reason: str) -> None:
        """End the process, and tell that nothing of it can be reached."""
        child, self._child = self._child, None
        was_up, self._up = self._up, False
        if child is not None:
            await child.close()
        for future in self._adopting.values():
            if not future.done():
                future.set_exception(AdoptionError(f"the driver ended: {reason}"))
        if was_up:
            self._telling.lost(reason)

    def _take(self, message: FromDriver) -> None:
        """Take what the process says."""
        self._heard_s = max(self._heard_s, asyncio.get_running_loop().time())
        match message:
            case Pong():
                pass
            case Saw():
                if self._saw is not None:
                    self._saw(message.sighting)
            case Started():
                self._started()
            case Adopted():
                future = self._adopting.get(message.call)
                if future is not None and not future.done():
                    future.set_result(message.adoption)
            case NotAdopted():
                future = self._adopting.get(message.call)
                if future is not None and not future.done():
                    future.set_exception(_error(message))
            case _:
                self._telling.take(message)

    def _started(self) -> None:
        if self._child is None:
            return
        self._heard_s = self._busy_s = asyncio.get_running_loop().time()
        self._up = True
        self._why = None
        for adoption in self._telling.adoptions:
            self._child.write(Keep(adoption))
        if self._watching is not None:
            self._child.write(self._watching)
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            self._child.write(message)


def _error(message: NotAdopted) -> DriverError:
    return AdoptionError(message.what, mend=message.mend)
