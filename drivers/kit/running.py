"""Runs a driver: its links, what they tell, what they are asked. Knows no process and no hub."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import suppress

from msgspec import Struct

from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import AdoptionError, DriverError, ErrandError, OptionError, one_line
from drivers.kit.found import Adoption, Found, Need
from drivers.kit.hushing import hushed
from drivers.kit.keeping import KeptLink
from drivers.kit.lifecycle import READY_S
from drivers.kit.link import ITSELF
from drivers.kit.messages import (
    Adopt,
    Adopted,
    Answered,
    Configure,
    Doing,
    Drop,
    Entrust,
    Failed,
    FromDriver,
    Heard,
    Keep,
    Listen,
    Look,
    Misconfigured,
    Order,
    Ping,
    Pong,
    Ran,
    Reached,
    Recognised,
    Refused,
    Run,
    Saw,
    Say,
    See,
    ToDriver,
    Watch,
)
from drivers.kit.sighting import Sighting

_log = logging.getLogger(__name__)

AT_ONCE = 8
"""Links that may connect at the same time."""
ADOPT_S = 120.0
"""A pairing that takes longer has failed."""
LONG_S = 900.0
"""An errand that is long, and takes longer."""
LET_GO_S = 30.0
"""A thing that does not answer for so long is forgotten without a word to it."""
WATCH_AGAIN_S = 5.0
"""A watch of the network that failed begins again after so long."""


class Running:
    """One driver at work. All of it runs in one event loop."""

    def __init__(
        self, driver: NetworkDriver, emit: Callable[[FromDriver], None], *, ready_s: float = READY_S
    ) -> None:
        """Prepare; `emit` takes what is told, at once and without raising."""
        self._driver = driver
        self._emit = emit
        self._ready_s = ready_s
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._links: dict[str, KeptLink] = {}
        self._unkept: dict[str, str] = {}
        """Why there is no link to what was adopted."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._is_misconfigured = False
        self._secret = ""
        driver.speak_through(self)

    # drivers.kit.driver.Broker

    def listen(self, topics: Iterable[str]) -> None:
        """Have the driver hear these topics."""
        self._emit(Listen(tuple(topics)))

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Send a message."""
        self._emit(Say(topic, payload, retain))

    # what the hub says

    def take(self, message: ToDriver) -> None:  # noqa: C901, PLR0912 - one case a message
        """Do what the hub says. Raises nothing of the driver's."""
        if self._is_misconfigured and not isinstance(message, Ping):
            return
        match message:
            case Ping():
                self._emit(Pong(message.number))
            case Configure():
                self._configure(message)
            case Order():
                self._order(message)
            case See():
                self._see(message.sighting)
            case Look():
                if self._looking is None or self._looking.done():
                    self._looking = self._spawn(self._look())
            case Watch():
                if self._watching is not None:
                    self._watching.cancel()
                self._watching = self._spawn(self._watch(message))
            case Adopt():
                self._spawn(self._adopt(message))
            case Run():
                self._spawn(self._run(message))
            case Keep():
                self._keep(message.adoption)
            case Drop():
                self._spawn(self._let_go(message.key))
            case Heard():
                self._guarded(message.topic, lambda: self._driver.heard(*_said(message)))

    async def close(self) -> None:
        """Let go of everything."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(link.close() for link in self._links.values()))
        self._links.clear()
        with suppress(Exception):
            await self._driver.close()

    def _configure(self, message: Configure) -> None:
        self._secret = message.secret
        try:
            self._driver.configured(message.options)
            self._driver.entrusted(message.secret, self._keep_secret)
        except OptionError as error:
            refused = Misconfigured(error.key, error.what, error.mend)
        except Exception as error:  # noqa: BLE001 - one that cannot take them is told of, too
            refused = Misconfigured("", _words(error), "")
        else:
            return
        self._is_misconfigured = True
        self._emit(refused)

    def _keep_secret(self, secret: str) -> None:
        self._secret = secret
        self._emit(Entrust(secret))

    # finding

    def _see(self, sighting: Sighting) -> None:
        def recognise() -> None:
            found = self._driver.recognised(sighting)
            if found is not None:
                self._found(found, sighting.key, gone=sighting.gone)

        self._guarded(sighting.key, recognise)

    def _found(self, found: Found, seen: str = "", *, gone: bool = False) -> None:
        link = self._links.get(found.key)
        if link is not None and gone:
            self._driver.parted(found.key)
        elif link is not None:
            link.seen(self._driver.moved(link.adoption, found))
        if not gone:
            self._emit(Recognised(found, seen))

    async def _look(self) -> None:
        try:
            await self._driver.seek(self._found)
        except Exception as error:  # noqa: BLE001 - one failed search is told, and that is all
            self._emit(Refused("seek", _words(error)))

    async def _watch(self, message: Watch) -> None:
        while True:
            try:
                await self._driver.watch(
                    message.services,
                    message.targets,
                    message.announced,
                    lambda sighting: self._emit(Saw(sighting)),
                )
            except Exception as error:  # noqa: BLE001 - it is told, and begun again
                self._emit(Refused("watch", _words(error)))
            await asyncio.sleep(WATCH_AGAIN_S)

    async def _adopt(self, message: Adopt) -> None:
        found, answers = message.found, message.answers
        asked = _Asked(message.call, found.name, found.needs, answers, ADOPT_S, AdoptionError)

        async def adopt(said: Said) -> FromDriver:
            return Adopted(asked.call, await self._driver.adopt(found, answers, said))

        await self._do(asked, adopt)

    async def _run(self, message: Run) -> None:
        errand, adoption, answers = message.errand, message.adoption, message.answers
        time_s = LONG_S if errand.long else ADOPT_S
        asked = _Asked(message.call, errand.title, errand.needs, answers, time_s, ErrandError)

        async def run(said: Said) -> FromDriver:
            told = await self._driver.errand(errand.name, adoption, answers, said)
            return Ran(asked.call, dict(told))

        await self._do(asked, run, adoption.secret if adoption is not None else "")

    async def _do(
        self, asked: "_Asked", work: Callable[[Said], Awaitable[FromDriver]], *more: str
    ) -> None:
        """Do what is asked, and tell what came of it, without its secrets and those of `more`."""
        secrets = (*asked.secrets, *more, self._secret)

        def said(words: str) -> None:
            self._emit(Doing(asked.call, hushed(one_line(words), secrets)))

        try:
            _check(asked)
            async with asyncio.timeout(asked.time_s):
                self._emit(await work(said))
        except TimeoutError:
            error: DriverError = asked.error(
                f"{asked.name}: no answer within {asked.time_s:g} s",
                mend="Look whether it is on and in the same network, and try again",
            )
        except DriverError as known:
            error = known
        except asyncio.CancelledError:  # some libraries cancel what waits when a connection ends
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            error = asked.error("it was broken off", mend="Try again")
        except Exception as unknown:  # noqa: BLE001 - told to the person who asked
            _log.debug("what was asked failed", exc_info=unknown)
            error = asked.error(f"it failed: {_words(unknown)}")
        else:
            return
        what, mend = hushed(error.what, secrets), hushed(error.mend, secrets)
        self._emit(Failed(asked.call, error.code, what, mend))

    # links

    def _keep(self, adoption: Adoption) -> None:
        """Keep a link to what was adopted; one that is kept already ends before the new one."""
        key = adoption.key
        former = self._links.get(key)
        if former is not None and former.adoption == adoption:
            former.wake()
            return
        after = self._spawn(former.close()) if former is not None else None
        try:
            link = self._driver.link(adoption)
        except Exception as error:  # noqa: BLE001 - a record that the driver cannot read any more
            self._links.pop(key, None)
            why = self._unkept[key] = hushed(_words(error), (adoption.secret,))
            code = error.code if isinstance(error, DriverError) else "driver.link"
            self._emit(
                Reached(key, ITSELF, available=False, reason=why, code=code, mend="Adopt it anew")
            )
            return
        self._unkept.pop(key, None)
        kept = KeptLink(adoption, self._driver.link, self._emit, self._gate, self._ready_s)
        kept.begin(link, after)
        self._links[key] = kept

    async def _let_go(self, key: str) -> None:
        self._unkept.pop(key, None)
        link = self._links.pop(key, None)
        if link is None:
            return
        await link.close()
        try:
            async with asyncio.timeout(LET_GO_S):
                await self._driver.let_go(link.adoption)
        except Exception as error:  # noqa: BLE001 - it is forgotten here in any case
            self._emit(Refused(key, hushed(_words(error), (link.adoption.secret,))))

    def _order(self, order: Order) -> None:
        link = self._links.get(order.key)
        if link is not None:
            link.order(order)
            return
        why = self._unkept.get(order.key, "it is not adopted")
        for ordered in order.orders:
            self._emit(Answered(ordered.event, accepted=False, reason=why))

    # safety

    def _guarded(self, where: str, act: Callable[[], None]) -> None:
        """Do what a driver's own code may spoil; what it raises is told."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - a driver's crash stays where it happens
            self._emit(Refused(where, _words(error)))

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class _Asked(Struct, frozen=True):
    """What a person asked for."""

    call: int
    name: str
    needs: tuple[Need, ...]
    answers: Mapping[str, str]
    time_s: float
    error: type[AdoptionError | ErrandError]

    @property
    def secrets(self) -> list[str]:
        """The answers that nobody may read again."""
        return [
            self.answers[need.name]
            for need in self.needs
            if need.secret and need.name in self.answers
        ]


def _check(asked: _Asked) -> None:
    """Raise its error for the first answer that cannot be right."""
    for need in asked.needs:
        said = asked.answers.get(need.name, "")
        if said and need.pattern and re.fullmatch(need.pattern, said) is None:
            raise asked.error(
                f"that cannot be {need.title}",
                mend=need.hint or "Look at it again, and write it as it stands there",
            )


def _said(message: Heard) -> tuple[str, str]:
    return message.topic, message.payload


def _words(error: Exception) -> str:
    """Return one line on an error: ours in their words, others with their kind."""
    said = error.what if isinstance(error, DriverError) else f"{type(error).__name__}: {error}"
    return said[:300]
