"""What a driver's process was asked for and has not answered yet, and what it says meanwhile."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from drivers.kit.driver import Said
from drivers.kit.errors import DriverError
from drivers.kit.messages import Adopted, Doing, Failed, FromDriver, Ran

MOST_SAID = 200
"""So much of what is said meanwhile is passed on; what comes beyond is not."""
LONGEST_SAID = 200
"""Characters of one saying."""

type Answer = Adopted | Ran
"""What a call comes to, where it does not fail."""


class Call:
    """One thing that was asked for."""

    def __init__(self, number: int, said: Said, error: type[DriverError]) -> None:
        self.number = number
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._said = said
        self._error = error
        self._left = MOST_SAID

    def say(self, words: str) -> None:
        """Pass on what is being done, as long as it is not too much."""
        if self._left and not self.answer.done():
            self._left -= 1
            self._said(words[:LONGEST_SAID])

    def fail(self, what: str, mend: str = "") -> None:
        """End it with an error, unless it has ended."""
        if not self.answer.done():
            self.answer.set_exception(self._error(what, mend=mend))


class Calls:
    """All that are open."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._open: dict[int, Call] = {}

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def opened(self, said: Said, error: type[DriverError]) -> Iterator[Call]:
        """Ask for something for as long as the context lasts.

        `said` is told how it goes; if it fails, it does with an `error`.
        """
        call = Call(next(self._numbers), said, error)
        self._open[call.number] = call
        try:
            yield call
        finally:
            del self._open[call.number]
            call.answer.cancel()

    def take(self, message: FromDriver) -> bool:
        """Take what the process says of a call; return whether it was of one."""
        match message:
            case Doing():
                self._with(message.call, lambda call: call.say(message.words))
            case Adopted() | Ran():
                self._with(message.call, lambda call: _answer(call, message))
            case Failed():
                self._with(message.call, lambda call: call.fail(message.what, message.mend))
            case _:
                return False
        return True

    def fail(self, what: str) -> None:
        """End all with an error."""
        for call in self._open.values():
            call.fail(what)

    def _with(self, number: int, act: Callable[[Call], None]) -> None:
        call = self._open.get(number)
        if call is not None:
            act(call)


def _answer(call: Call, answer: Answer) -> None:
    if not call.answer.done():
        call.answer.set_result(answer)
