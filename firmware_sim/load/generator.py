"""The open loop: messages go out on time, whether answers come or not."""

import asyncio
import time
from dataclasses import dataclass
from itertools import batched

from firmware_sim.load.link import Link
from firmware_sim.load.pairs import Packets, Pair, Schema
from firmware_sim.load.stopwatch import LOST_AFTER_S, Result, Stopwatch
from firmware_sim.station import Broker

_TICK_S = 0.001
_TOGGLE_S = 0.05
REST_PAIRS = 200
_REST_S = 0.2
"""After each REST_PAIRS pairs: 1,000 a second, which is a load that others hold, too."""


class Generator:
    """The sensors' and the lamps' side of N pairs on one connection.

    Sensors take turns; each next message is an ON after an OFF and the other way round, for the
    whole house and for each sensor.
    """

    def __init__(self, pairs: int, schema: Schema) -> None:
        self.pairs = tuple(Pair(n + 1) for n in range(pairs))
        self._schema = schema
        self._packets = tuple(Packets.of(pair, schema) for pair in self.pairs)
        self._lamps = {pair.command_topic.encode(): pair.number - 1 for pair in self.pairs}
        self._watch = Stopwatch(pairs)
        self._echo: list[bytes] = []
        self._link: Link | None = None
        self._first = asyncio.Event()
        self.commands = 0

    async def open(self, broker: Broker) -> None:
        """Connect and listen to all lamps' commands; raises OSError."""
        self._link = await Link.open(broker, self._received)
        await self._link.subscribe([pair.command_topic for pair in self.pairs])

    async def close(self) -> None:
        """Leave the broker."""
        if self._link is not None:
            await self._link.close()

    async def announce(self) -> None:
        """Announce all devices, retained, and report that nothing moves and no lamp is on."""
        messages = (m for pair in self.pairs for m in pair.announcement(self._schema))
        await self._there().publish(messages, retain=True)
        for some in self._packets:
            self._there().write(some.motion_off)

    async def forget(self) -> None:
        """Take the announcements back."""
        empty = ((topic, b"") for pair in self.pairs for topic in pair.config_topics())
        await self._there().publish(empty, retain=True)

    async def load(self, rate: float, seconds: float) -> Result:
        """Publish `rate` sensor messages a second for `seconds`, and wait for the last answers.

        It begins with a house at rest, so that each ON is news to whoever reacts.
        """
        await self._rest()
        self._watch = Stopwatch(len(self.pairs))
        total = round(rate * seconds)
        start = time.perf_counter()
        sent, late_s = 0, 0.0
        while sent < total:
            now = time.perf_counter()
            due = min(total, int((now - start) * rate) + 1)
            if due > sent:
                late_s = max(late_s, now - start - sent / rate)
                self._publish(range(sent, due))
                sent = due
            next_s = start + sent / rate - time.perf_counter()
            await asyncio.sleep(max(next_s, _TICK_S) if next_s > 0 else 0)
        await self._last_answers()
        return self._watch.result(rate, sent, late_s)

    async def first_reaction(self, timeout_s: float) -> float | None:
        """Toggle sensor 1 until its lamp is commanded; return the seconds since the start."""
        start = time.perf_counter()
        self._first.clear()
        toggles = (self._packets[0].motion_on, self._packets[0].motion_off)
        turn = 0
        while not self._first.is_set() and time.perf_counter() - start < timeout_s:
            self._there().write(toggles[turn % 2])
            turn += 1
            try:
                await asyncio.wait_for(self._first.wait(), _TOGGLE_S)
            except TimeoutError:
                continue
        return time.perf_counter() - start if self._first.is_set() else None

    async def _rest(self) -> None:
        """Report that nothing moves and no lamp is on, and let that be taken in."""
        for some in batched(self._packets, REST_PAIRS):
            self._there().write(b"".join(packets.motion_off for packets in some))
            await asyncio.sleep(_REST_S)

    async def _last_answers(self) -> None:
        for _ in range(round(LOST_AFTER_S / 0.01)):
            if not self._watch.open:
                break
            await asyncio.sleep(0.01)

    def _publish(self, messages: range) -> None:
        """Write sensor messages in one go; the clock of their answers starts with the write."""
        pairs = len(self._packets)
        out: list[bytes] = []
        asked: list[int] = []
        for message in messages:
            turn, pair = divmod(message, pairs)
            if (turn + pair) % 2:
                out.append(self._packets[pair].motion_off)
            else:
                out.append(self._packets[pair].motion_on)
                asked.append(pair)
        data = b"".join(out)
        now = time.perf_counter()
        for pair in asked:
            self._watch.asked(pair, now)
        self._there().write(data)

    def _received(self, topic: bytes, payload: bytes) -> None:
        now = time.perf_counter()
        pair = self._lamps.get(topic)
        if pair is None:
            return
        self.commands += 1
        on = payload == b"ON" or b'"ON"' in payload
        if on:
            self._watch.commanded(pair, now)
            if pair == 0:
                self._first.set()
        self._there().write(self._packets[pair].lamp_on if on else self._packets[pair].lamp_off)

    def _there(self) -> Link:
        if self._link is None:
            raise RuntimeError("open the generator before using it")
        return self._link


@dataclass(frozen=True, slots=True)
class Search:
    """How the highest rate is looked for: in steps of `factor`, each of `seconds`."""

    start: float = 200.0
    factor: float = 1.4
    seconds: float = 4.0
    top: float = 60_000.0


async def find_highest(generator: Generator, search: Search) -> tuple[float, list[Result]]:
    """Return the highest rate held, 0 when none is, and each step's result.

    A step that fails is tried once more: a pause of the machine is not the hub's.
    """
    rate, held = search.start, 0.0
    steps: list[Result] = []
    while rate <= search.top:
        for _ in range(2):
            result = await generator.load(rate, search.seconds)
            steps.append(result)
            if result.held:
                break
            await asyncio.sleep(1)
        if not steps[-1].held:
            break
        held = rate
        rate *= search.factor
    return held, steps
