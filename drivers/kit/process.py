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
from drivers.kit.asking import Asking, unheard
from drivers.kit.backoff import Backoff
from drivers.kit.driver import Announced, Said
from drivers.kit.errors import MalformedError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import ITSELF
from drivers.kit.manifest import Errand, Manifest, Option
from drivers.kit.messages import (
    Adopt,
    Configure,
    Drop,
    FromDriver,
    Heard,
    Keep,
    Look,
    Misconfigured,
    Order,
    Ping,
    Pong,
    Run,
    Saw,
    See,
    Started,
    ToDriver,
    Watch,
)
from drivers.kit.port import Hub, Ordered
from drivers.kit.problem import Problem
from drivers.kit.sighting import Sighting
from drivers.kit.telling import Place, Telling, Vault
from drivers.kit.vitals import Vitals
from hubd.model.device import Device
from hubd.model.ids import DeviceId

_log = logging.getLogger(__name__)

PING_S = 1.0
HANG_S = 5.0
"""A loop that does not answer for so long hangs.

Counted in pings, not by the clock: while the hub itself stood still, nobody asked. And only while
the process could have answered: one that waits for a processor does not hang.
"""
START_S = 30.0
"""A driver that has not started after so long will not."""
IDLE_S = 60.0
"""A driver that keeps nothing is ended after so long without work."""
MOST_WAITING = 1_000
"""So many messages wait for a process that starts."""
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
        options: Mapping[str, Option] | None = None,
    ) -> None:
        """Prepare to run a driver that has those `devices` of the home, with these `options`.

        `folder` is the hub's data folder: the driver has its own scratch folder in it, and sees
        nothing else of it.
        """
        self.manifest = manifest
        self.name = manifest.name
        self.fences: tuple[str, ...] = ()
        """Those of the kernel that stand around the process, once it is up."""
        self._hub = hub
        self._vault = vault
        self._folder = folder
        self._telling = Telling(manifest, hub, vault, devices)
        self._wanted = asyncio.Event()
        self._waiting: list[ToDriver] = []
        self._child: spawning.Child | None = None
        self._up = False
        self._asking = Asking(manifest, self._telling, vault, self)
        self._backoff = Backoff(first_s=0.5, longest_s=60.0)
        self._failed: list[float] = []
        self._why: Problem | None = None
        self._is_down = self._is_repaired = False
        self._again = asyncio.Event()
        self._unanswered = 0
        self._busy_s = 0.0
        self._watching: Watch | None = None
        self._saw: Callable[[Sighting], None] | None = None
        self._options = options or {}
        self._misconfigured: Problem | None = None

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
        self._telling.begin()
        if self._telling.adoptions or self.manifest.reach.topics:
            self._wanted.set()
        try:
            while True:
                await self._wanted.wait()
                await self._run_once()
        finally:
            # No device is out of reach for it: nobody asks before the next start, which tells.
            await self._end("the hub stops", told=False)

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
                self._order(self._child, order)

    def _order(self, child: spawning.Child, order: Order) -> None:
        try:
            child.write(order)
        except MalformedError as error:
            self._refuse(order.orders, error.what)
        else:
            self._telling.sent(order.orders)

    def _refuse(self, orders: Iterable[Ordered], reason: str) -> None:
        for ordered in orders:
            self._hub.answered(ordered.event, accepted=False, reason=reason)

    # finding and adopting

    def see(self, sighting: Sighting) -> None:
        """Show the driver a sighting that is meant for it."""
        self.say(See(sighting))

    def look(self) -> None:
        """Have the driver look for things by its own means."""
        if self.manifest.seeks:
            self.say(Look())

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

    async def adopt(
        self, found: Found, answers: Mapping[str, str], said: Said = unheard
    ) -> Adoption:
        """Pair with a found thing, and keep the link to it; durably, before it shows itself.

        `said` is told how it goes, in words. Raises AdoptionError and its like.
        """
        return await self._asking.adopt(found, answers, said)

    async def add(self, answers: Mapping[str, str], said: Said = unheard) -> Adoption:
        """Pair with a thing that was not found, by what the manifest `adds`; else as `adopt`.

        One that is adopted and not reached is from now on reached as was told. Raises
        AlreadyAdoptedError if it is reached, AdoptionError and its like.
        """
        found = Found("", self.manifest.title, needs=self.manifest.adds)
        return await self._asking.adopt(found, answers, said)

    async def errand(
        self, errand: Errand, key: str, answers: Mapping[str, str], said: Said = unheard
    ) -> Mapping[str, str]:
        """Have an errand run for the adopted thing of that key, "" for one of the driver itself.

        Returns what to show for it. Raises ErrandError.
        """
        return await self._asking.run(errand, key, answers, said)

    def place_of(self, device: DeviceId) -> Place | None:
        """Return of which adopted thing a device is which part; None if it is of none."""
        return self._telling.place_of(device)

    @property
    def keys(self) -> Sequence[str]:
        """The keys of what is adopted."""
        return [adoption.key for adoption in self._telling.adoptions]

    def drop(self, key: str) -> None:
        """Let go of an adopted thing, for good."""
        adoption = self._telling.adoption(key)
        self._telling.drop(key)
        if self._up:
            self.say(Drop(key))
        elif adoption is not None and not self._is_down:  # the thing is told when there is who can
            self._waiting += [Keep(adoption), Drop(key)]
            self._wanted.set()

    def drop_part(self, device: DeviceId) -> bool:
        """Let go of a device behind an adopted thing that tells of it no more; else False."""
        return self._telling.drop_part(device)

    def key_of(self, device: DeviceId) -> str | None:
        """Return the key of the adopted thing that `device` is; None for a part behind one."""
        return self._telling.key_of(device)

    def keeps(self, key: str) -> bool:
        """Say whether the found thing of that key is adopted, and need not be adopted anew."""
        return self._telling.keeps(key)

    def id_of(self, key: str) -> DeviceId:
        """Return the id that the thing of that key has as a device of the home."""
        return self._telling.id_of((key, ITSELF))

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
            self.say(Heard(topic, payload))

    def repair(self) -> None:
        """Start again at once, and forget the failures."""
        self._failed.clear()
        self._backoff.failures = 0
        self._is_down = False
        self._again.set()
        if self._child is not None:
            self._is_repaired = True
            self._child.kill()

    # drivers.kit.asking.Process

    def barred(self) -> tuple[str, str]:
        """Return why it is down and stays so, and what mends that; "" where it is not."""
        if not self._is_down or self._why is None:
            return "", ""
        return self._why.what, self._why.mend or f"Run `hubd driver restart {self.name}`"

    def unsay(self, message: ToDriver) -> None:
        """Take back what the process was not told yet."""
        if message in self._waiting:
            self._waiting.remove(message)

    def say(self, message: ToDriver) -> None:
        """Tell the process something, or have it told once it is up."""
        self._busy_s = asyncio.get_running_loop().time()
        if self._up and self._child is not None:
            if self._child.buffered > BEHIND_BYTES and isinstance(message, See | Heard | Look):
                return  # it does not keep up, and will be told anew
            try:
                self._child.write(message)
            except MalformedError as error:
                self._hub.refused_input("the hub", error.what)
            return
        if self._is_down or isinstance(message, Keep):  # all are kept at a start
            return
        if len(self._waiting) < MOST_WAITING or isinstance(message, Adopt | Run):
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
        if self._is_repaired:  # at a person's word: no failure
            self._is_repaired, self._why = False, None
            await self._end("it is started anew")
            return
        self._why = problem
        _log.warning("%s", problem.what)
        now_s = loop.time()
        self._failed = [s for s in self._failed if s > now_s - RECENT_S] + [now_s]
        wait_s: float | None = self._backoff.wait_s(random())  # noqa: S311 - it is no secret
        if problem is self._misconfigured:  # it would be so again
            self._is_down, wait_s = True, None
            self._waiting.clear()
        elif len(self._failed) >= FAILURES:
            self._is_down, wait_s = True, None
            self._waiting.clear()
            self._why = Problem(
                "driver.down",
                f"the {self.name} driver was stopped after {FAILURES} failures, lastly: "
                f"{problem.what}",
                problem.mend or f"Run `hubd driver restart {self.name}`, and report it if it stays",
                repair="restart",
            )
        await self._end(problem.what)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._again.wait()

    async def _lived(self) -> Problem | None:
        """Run the process to its end; return what it ended of, or None where it was let go."""
        try:
            child = await spawning.spawn(
                self.manifest, self._folder, self._take, self._telling.hushed
            )
        except OSError as error:
            return Problem("driver.start", f"the {self.name} driver cannot be started: {error}")
        self._child = child
        self._misconfigured = None
        vitals = Vitals(child.pid, self.manifest.limits)
        loop = asyncio.get_running_loop()
        self._unanswered = 0
        answered_s, used_s = loop.time(), 0.0
        for number in count(1):
            with suppress(TimeoutError):
                async with asyncio.timeout(PING_S):
                    await child.ended.wait()
            if child.ended.is_set():
                return await self._post_mortem(child)
            now_s = loop.time()
            if not self._unanswered:
                answered_s, used_s = now_s, vitals.cpu_s
            elif self._unanswered * PING_S >= (HANG_S if self._up else START_S):
                was_let = vitals.cpu_s - used_s > (now_s - answered_s) / 2
                if was_let or not vitals.wants_to_run:
                    child.kill()
                    return self._hung()
                self._unanswered, answered_s, used_s = 1, now_s, vitals.cpu_s
            excess = vitals.excess(now_s)
            if excess:
                child.kill()
                what = f"the {self.name} driver {excess}, and was ended"
                return Problem("driver.limit", what, "Report it to its author", repair="restart")
            if self._is_idle(now_s):
                self._wanted.clear()
                await self._end("", told=False)
                return None
            self._unanswered += 1
            if child.buffered < BEHIND_BYTES:
                child.write(Ping(number))
        return None

    def _hung(self) -> Problem:
        time_s = HANG_S if self._up else START_S
        does = "answer" if self._up else "start"
        what = f"the {self.name} driver did not {does} for {time_s:g} s, and was ended"
        return Problem("driver.hang", what, "Report it to its author", repair="restart")

    async def _post_mortem(self, child: spawning.Child) -> Problem:
        code = await child.exit_code()
        if self._misconfigured is not None:
            return self._misconfigured
        said = f": {child.last_words}" if child.last_words else ""
        what = f"the {self.name} driver ended by itself ({code}){said}"
        return Problem("driver.crash", what, "Report it to its author", repair="restart")

    def _is_idle(self, now_s: float) -> bool:
        return (
            not self._telling.adoptions
            and not self._asking
            and now_s - self._busy_s > IDLE_S
            and not self.manifest.reach.topics
            and self._watching is None
        )

    async def _end(self, reason: str, *, told: bool = True) -> None:
        """End the process, and tell that nothing of it can be reached."""
        child, self._child = self._child, None
        self._up = False
        try:
            if child is not None:
                await child.close()
        finally:
            self._asking.fail(reason)
            self._waiting = [m for m in self._waiting if not isinstance(m, Adopt | Run)]
            if told:
                self._telling.lost(reason)

    def _take(self, message: FromDriver) -> None:
        """Take what the process says."""
        self._unanswered = 0
        if self._asking.take(message):
            return
        match message:
            case Pong():
                pass
            case Saw():
                if self._saw is not None:
                    self._saw(message.sighting)
            case Started():
                self._started(message)
            case Misconfigured():
                self._misconfigured = self._unable(message)
                if self._child is not None:
                    self._child.kill()
            case _:
                self._telling.take(message)

    def _unable(self, message: Misconfigured) -> Problem:
        where = f"[drivers.options.{self.name}]{' ' * bool(message.key)}{message.key}"
        mend = f"{message.mend or 'Correct it'} (hub.toml), and start the hub anew"
        return Problem("driver.option", f"{where}: {message.what}", mend, repair="restart")

    def _started(self, message: Started) -> None:
        if self._child is None or self._up:
            return
        self._busy_s = asyncio.get_running_loop().time()
        self._up = True
        self._why = None
        self.fences = message.fences
        self._child.write(Configure(self._options, self._vault.own(self.name)))
        for adoption in self._telling.adoptions:
            self._child.write(Keep(adoption))
        if self._watching is not None:
            self._child.write(self._watching)
        waiting, self._waiting = self._waiting, []
        for kept in waiting:
            self.say(kept)
