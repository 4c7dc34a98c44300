"""What people ask of a driver in a process of its own: to adopt, to add, to run an errand."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from drivers.kit.calls import Answer, Calls
from drivers.kit.driver import Said
from drivers.kit.errors import AdoptionError, AlreadyAdoptedError, DriverError, ErrandError
from drivers.kit.found import Adoption, Found
from drivers.kit.manifest import Errand, Manifest
from drivers.kit.messages import Adopt, Adopted, FromDriver, Keep, Ran, Run, ToDriver
from drivers.kit.telling import MOST_WORDS, Telling, Vault

ADOPT_S = 150.0
"""A pairing is given up after so long, whatever the driver does; so is an errand that is short."""
LONG_S = 930.0
"""And so is one that is long."""


def unheard(words: str) -> None:
    """Take what is said where nobody listens."""


class Process(Protocol):
    """The process that is asked."""

    @property
    def running(self) -> bool:
        """Whether it is up."""
        ...

    def barred(self) -> tuple[str, str]:
        """Return why it is down and stays so, and what mends that; "" where it is not."""
        ...

    def say(self, message: ToDriver) -> None:
        """Have the process told, once it is up."""
        ...

    def unsay(self, message: ToDriver) -> None:
        """Take back what the process was not told yet."""
        ...


class Asking:
    """What one driver is asked, and has not answered yet."""

    def __init__(
        self, manifest: Manifest, telling: Telling, vault: Vault, process: Process
    ) -> None:
        self._manifest = manifest
        self._telling = telling
        self._vault = vault
        self._process = process
        self._calls = Calls()
        self._marks: set[str] = set()
        """What is being done, so that it is not done twice at a time."""

    def __len__(self) -> int:
        return len(self._calls)

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Pair with a thing, and keep the link to it; durably, before it shows itself.

        One that is `found` without a key is not adopted twice: where it is adopted and not reached,
        it is from now on reached as was told. Raises AlreadyAdoptedError where it is reached,
        AdoptionError.
        """
        mark = found.key or str(sorted(answers.items()))
        with self._once(mark, AdoptionError(f"{found.name} is being adopted already")):
            answer = await self._answer(
                lambda number: Adopt(number, found, dict(answers)), said, ADOPT_S, AdoptionError
            )
        if not isinstance(answer, Adopted):
            raise AdoptionError(f"the {self._manifest.name} driver answers something else")
        adoption = answer.adoption
        if not found.key:
            self._check_added(adoption.key)
        self._telling.keep(adoption, found.name)
        await self._vault.written()
        self._process.say(Keep(adoption))
        return adoption

    async def run(
        self, errand: Errand, key: str, answers: Mapping[str, str], said: Said
    ) -> Mapping[str, str]:
        """Have an errand run for the adopted thing of that key, "" for one of the driver itself.

        What the driver wants kept for it is durable then. Raises ErrandError.
        """
        adoption = self._telling.adoption(key) if key else None
        if key and adoption is None:
            what = f"{self._telling.name_of(key)} is not adopted, or its key is lost"
            raise ErrandError(what, mend="Adopt it anew")
        mark = f"errand {errand.name} {key}"
        with self._once(mark, ErrandError(f"that is being done already: {errand.title}")):
            answer = await self._answer(
                lambda number: Run(number, errand, adoption, dict(answers)),
                said,
                LONG_S if errand.long else ADOPT_S,
                ErrandError,
            )
        if not isinstance(answer, Ran):
            raise ErrandError(f"the {self._manifest.name} driver answers something else")
        await self._vault.written()
        return answer.told

    def take(self, message: FromDriver) -> bool:
        """Take what the process says of what it was asked; return whether it was that."""
        return self._calls.take(message)

    def fail(self, reason: str) -> None:
        """End all: the process has."""
        self._calls.fail(f"the driver ended: {reason}")

    @contextmanager
    def _once(self, mark: str, error: DriverError) -> Iterator[None]:
        """Keep something from being done twice at a time. Raises `error` if it is being done."""
        why, mend = self._process.barred()
        if why:
            raise type(error)(why, mend=mend)
        if mark in self._marks:
            raise error
        self._marks.add(mark)
        try:
            yield
        finally:
            self._marks.discard(mark)

    async def _answer(
        self,
        made: Callable[[int], ToDriver],
        said: Said,
        time_s: float,
        error: type[AdoptionError | ErrandError],
    ) -> Answer:
        name = self._manifest.name
        if not self._process.running:
            said(f"starting the {name} driver…")
        with self._calls.opened(said, error) as call:
            message = made(call.number)
            self._process.say(message)
            try:
                async with asyncio.timeout(time_s):
                    return await call.answer
            except TimeoutError:
                raise error(
                    f"the {name} driver did not answer within {time_s:g} s",
                    mend=f"Run `hubd driver restart {name}`, and try again",
                ) from None
            finally:
                self._process.unsay(message)  # nobody waits for it any more

    def _check_added(self, key: str) -> None:
        """Raise AdoptionError for what may not be kept under a key that the driver came up with."""
        telling = self._telling
        if not 0 < len(key) <= MOST_WORDS:
            raise AdoptionError(f"the {self._manifest.name} driver does not say which thing it is")
        if key in self._marks:
            raise AdoptionError(f"{telling.name_of(key)} is being adopted already")
        if telling.is_reached(key):
            device = telling.id_of((key, ""))
            raise AlreadyAdoptedError(
                f"that is {telling.name_of(key)} ({device}), which is adopted already",
                mend="Forget it first if it is to be adopted anew",
            )
