"""A connection's life, in time that no test waits for."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import pytest

from drivers.kit.backoff import Backoff
from drivers.kit.errors import AccessError, LinkError
from drivers.kit.lifecycle import BARRED_S, Lifecycle, Phase


class Log:
    """Notes the phases that a connection came to, and why."""

    def __init__(self) -> None:
        self.moves: list[tuple[Phase, str]] = []

    def moved(self, phase: Phase, error: LinkError | None) -> None:
        self.moves.append((phase, error.what if error else ""))


def life(
    connect: Callable[[], Awaitable[None]],
    log: Log,
    gate: asyncio.Semaphore | None = None,
    *,
    ready_s: float = 5.0,
) -> Lifecycle:
    backoff = Backoff(first_s=1.0, longest_s=8.0)
    gate = gate or asyncio.Semaphore(8)
    return Lifecycle(connect, log, gate, backoff=backoff, ready_s=ready_s, chance=lambda: 1.0)


class Clock:
    """Runs the loop's timers at once, and tells what time it would be."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        self._loop = asyncio.get_running_loop()
        monkeypatch.setattr(self._loop, "time", lambda: self.now_s)

    async def pass_s(self, span_s: float) -> None:
        """Let time pass, a tenth of a second at a time."""
        end_s = self.now_s + span_s
        while self.now_s < end_s:
            self.now_s = min(end_s, self.now_s + 0.1)
            for _ in range(8):
                await asyncio.sleep(0)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_connection_that_is_lost_comes_back_after_waits_that_double(clock: Clock) -> None:
    starts: list[float] = []

    async def connect() -> None:
        starts.append(clock.now_s)
        raise LinkError("nobody is there")

    log = Log()
    task = asyncio.create_task(life(connect, log).keep())
    await clock.pass_s(40)
    gaps = [round(b - a) for a, b in itertools.pairwise(starts)]
    assert gaps[:6] == [1, 2, 4, 8, 8, 8]
    assert log.moves[0] == (Phase.WAITING, "nobody is there")
    await ended(task)


async def test_a_connection_that_held_starts_with_the_first_wait_again(clock: Clock) -> None:
    starts: list[float] = []
    kept: list[Lifecycle] = []

    async def connect() -> None:
        starts.append(clock.now_s)
        if len(starts) == 4:
            kept[0].live()
            await asyncio.sleep(60)
        raise LinkError("lost")

    kept.append(life(connect, Log()))
    task = asyncio.create_task(kept[0].keep())
    await clock.pass_s(75)
    assert round(starts[4] - starts[3]) == 61
    await ended(task)


async def test_a_sign_of_life_ends_the_wait(clock: Clock) -> None:
    starts: list[float] = []

    async def connect() -> None:
        starts.append(clock.now_s)
        raise LinkError("lost")

    kept = life(connect, Log())
    task = asyncio.create_task(kept.keep())
    await clock.pass_s(8)
    known = len(starts)
    kept.wake()
    await clock.pass_s(0.1)
    assert len(starts) == known + 1
    await ended(task)


async def test_what_does_not_let_the_hub_in_is_left_alone_until_someone_mends_it(
    clock: Clock,
) -> None:
    starts: list[float] = []

    async def connect() -> None:
        starts.append(clock.now_s)
        raise AccessError("the key is another one", mend="Adopt it anew")

    log = Log()
    kept = life(connect, log)
    task = asyncio.create_task(kept.keep())
    await clock.pass_s(BARRED_S - 10)
    assert len(starts) == 1
    assert log.moves == [(Phase.BARRED, "the key is another one")]
    kept.wake()
    await clock.pass_s(0.2)
    assert len(starts) == 2
    await ended(task)


async def test_a_connection_that_never_becomes_live_is_ended_and_tried_again(clock: Clock) -> None:
    begun: list[float] = []
    cancelled: list[float] = []

    async def connect() -> None:
        begun.append(clock.now_s)
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            cancelled.append(clock.now_s)
            raise

    log = Log()
    task = asyncio.create_task(life(connect, log).keep())
    await clock.pass_s(7)
    assert [round(s) for s in cancelled] == [5]
    assert log.moves == [(Phase.WAITING, "it was not ready within 5 s")]
    assert len(begun) == 2
    await ended(task)
    assert len(cancelled) == 2, "the second one is ended too"


async def test_of_many_that_were_lost_at_once_only_a_few_connect_at_a_time(clock: Clock) -> None:
    connecting = most = 0
    kept: list[Lifecycle] = []

    def connection(number: int) -> Callable[[], Awaitable[None]]:
        async def connect() -> None:
            nonlocal connecting, most
            connecting += 1
            most = max(most, connecting)
            await asyncio.sleep(0.5)
            connecting -= 1
            kept[number].live()
            await asyncio.sleep(1000)

        return connect

    gate = asyncio.Semaphore(3)
    kept += [life(connection(n), Log(), gate) for n in range(12)]
    tasks = [asyncio.create_task(k.keep()) for k in kept]
    await clock.pass_s(4)
    assert most == 3
    assert all(k.phase is Phase.LIVE for k in kept)
    for task in tasks:
        await ended(task)


async def test_what_a_library_raises_is_a_lost_connection_in_words(clock: Clock) -> None:
    async def connect() -> None:
        raise ZeroDivisionError("by a library")

    log = Log()
    task = asyncio.create_task(life(connect, log).keep())
    await clock.pass_s(0.2)
    assert log.moves == [(Phase.WAITING, "the connection failed (ZeroDivisionError: by a library)")]
    await ended(task)
