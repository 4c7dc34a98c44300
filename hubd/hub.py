"""The running hub: feeds the core with what happens now, and carries out what the core decides.

All of it runs in one thread, the event loop's. The reflex path (a driver's `reported` up to its
`send`) is one synchronous call: it awaits nothing, and the log is handed over without touching
the disk.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol, final

from drivers.kit.port import Driver, Messenger, Ordered
from hubd.clock import Clock
from hubd.core.engine import Core
from hubd.core.topics import matches
from hubd.model.command import Outcome
from hubd.model.device import Device
from hubd.model.errors import HubError
from hubd.model.events import (
    Answered,
    Commanded,
    Configuration,
    Event,
    Fired,
    Input,
    Sent,
    Settled,
    TimePassed,
    What,
)
from hubd.model.ids import NO_EVENT, DeviceId, EventId
from hubd.paths import Paths

_log = logging.getLogger(__name__)

LOG_FIRST_S = 0.5
"""An action waits at most this long for the log: a siren must sound though the disk is full."""

TRIED_LIMIT = 1_000
"""Commands of joined things whose paths are remembered before the settled ones are forgotten."""

type Listener = Callable[[Sequence[Event]], None]


class Log(Protocol):
    """What the hub needs of the store."""

    def append(self, events: Sequence[Event]) -> None:
        """Take events to be written soon. Returns at once."""
        ...

    async def commit(self, events: Sequence[Event]) -> None:
        """Write events, and return when they are durable."""
        ...


class Counts:
    """What happened since the start, as plain numbers; metrics read them when asked."""

    __slots__ = ("commands", "events", "outcomes", "refused_inputs", "scenes_fired")

    def __init__(self) -> None:
        self.events = 0
        self.commands = 0
        self.scenes_fired = 0
        self.outcomes: Counter[Outcome] = Counter()
        self.refused_inputs: Counter[str] = Counter()
        """By driver."""


@final
class Hub:
    """Takes inputs, keeps the log, sends commands, and tells those who watch."""

    def __init__(self, core: Core, log: Log, clock: Clock) -> None:
        self.core = core
        self.counts = Counts()
        self.paths = Paths()
        self.awaited: set[DeviceId] = set()
        """Records that their drivers have not told of since the start: nothing is known of them."""
        self._log = log
        self._clock = clock
        self._drivers: dict[str, Driver] = {}
        self._watchers: tuple[Listener, ...] = ()
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_us = 0
        self._untold: list[Event] = []
        self._depth = 0
        self._messenger: Messenger | None = None
        self._topics: frozenset[str] = frozenset()
        self._listening: dict[str, frozenset[str]] = {}
        self._tried: dict[EventId, list[DeviceId]] = {}
        """The records by which a joined thing's command was tried."""
        self._held: dict[DeviceId, list[Ordered]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def attach(self, driver: Driver, name: str) -> None:
        """Send commands to the devices of `name` through `driver`."""
        self._drivers[name] = driver

    def is_adopted(self, driver: str, key: str) -> bool:
        """Say whether a found thing is in the home already."""
        keeper = self._drivers.get(driver)
        return keeper is not None and keeper.keeps(key)

    def is_kept(self, device: Device) -> bool:
        """Say whether a device belongs to what was adopted: it came with consent."""
        keeper = self._drivers.get(device.driver)
        return keeper is not None and keeper.vouches(device.id)

    def is_awaited(self, device: DeviceId) -> bool:
        """Say whether nothing is known of a device yet, by any path, as its driver only starts."""
        return bool(self.awaited) and all(
            record in self.awaited for record in self.paths.records_of(device)
        )

    def is_served(self, device: DeviceId) -> bool:
        """Say whether any driver of a device's is there: one may have been taken away."""
        known = self.core.state.home.devices.get(device)
        if known is None or known.driver in self._drivers:
            return known is not None
        return any(self.paths.driver_of(r) in self._drivers for r in self.paths.records_of(device))

    def refresh(self, device: Device) -> None:
        """Have a device's driver tell all that it knows of it."""
        driver = self._drivers.get(device.driver)
        if driver is not None:
            driver.refresh(device.id)

    def speak_through(self, messenger: Messenger) -> None:
        """Send messages through `messenger`, and have it listen to the topics that scenes name."""
        self._messenger = messenger
        self._listen()

    def _listen(self) -> None:
        self._topics = self.core.index.topics
        if self._messenger is not None:
            self._messenger.listen(self._topics.union(*self._listening.values()))

    def listen_for(self, driver: str, topic_filters: frozenset[str]) -> None:
        """Have a driver hear what comes on these topics, beside what scenes listen to."""
        self._listening[driver] = topic_filters
        self._listen()

    def is_scenes(self, topic: str) -> bool:
        """Say whether scenes listen to `topic`."""
        return not self._listening or any(matches(f, topic) for f in self._topics)

    def hand_round(self, topic: str, payload: str) -> None:
        """Give a message to the drivers that listen to its topic."""
        for name, filters in self._listening.items():
            driver = self._drivers.get(name)
            if driver is not None and any(matches(f, topic) for f in filters):
                driver.heard(topic, payload)

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Send a message to the broker, if there is one."""
        if self._messenger is not None:
            self._messenger.publish(topic, payload, retain=retain)

    @property
    def drivers(self) -> Sequence[Driver]:
        """All drivers, in the order of their attaching."""
        return tuple(self._drivers.values())

    def watch(self, watcher: Listener) -> Callable[[], None]:
        """Call `watcher` with all events of each input from now on; return what ends that."""
        self._watchers = (*self._watchers, watcher)

        def unwatch() -> None:
            self._watchers = tuple(w for w in self._watchers if w is not watcher)

        return unwatch

    def now_us(self) -> int:
        """Return the home's time."""
        return self._clock.now_us()

    def start(self) -> None:
        """Begin to take what falls due. What did so while the hub was down is due now."""
        due_us = self.core.next_due_us
        if due_us is not None:
            self._set_alarm(due_us)

    def resume(self, lacking: Sequence[Event]) -> None:
        """Log what a crash kept from the log of its last input. To be called before all else.

        Nothing of it is sent from here. Actions may have been, and time out; of properties, what is
        not as wished is commanded again at the deadline, or when their devices tell of themselves.
        """
        if lacking:
            self._log.append(lacking)

    # inputs

    def take(self, what: Input, source: str) -> EventId:
        """Fold an input, carry out what follows; return the id of its event, 0 if it is none."""
        events = self.core.fold(what, self._clock.now_us(), source)
        self._untold += events
        self.counts.events += len(events)
        if len(events) > 1:
            self._depth += 1
            try:
                self._send(events)
            finally:
                self._depth -= 1
        if self.core.index.topics is not self._topics:
            self._listen()
        if not self._depth:
            self._tell()
        return events[0].id if events else NO_EVENT

    async def configure(self, whats: Iterable[Configuration], source: str) -> list[EventId]:
        """Fold changes of configuration; return the ids of their events when all are durable."""
        ids = [self.take(what, source) for what in whats]
        await self._log.commit(())
        return ids

    def _tell(self) -> None:
        """Tell the log and the watchers, and see when time must be taken next.

        A driver may answer while it is sent to. What follows from that is folded later, so it is
        told later: everyone sees the order of the log. Its thread is woken when the commands are
        on their way: nobody waits for that.
        """
        events, self._untold = self._untold, []
        self._log.append(events)
        for watcher in self._watchers:
            watcher(events)
        due_us = self.core.next_due_us
        if due_us is not None and (self._alarm is None or due_us < self._alarm_us):
            self._set_alarm(due_us)

    def _send(self, events: Sequence[Event]) -> None:
        orders: list[Ordered] = []
        for event in events:
            what = event.what
            if type(what) is Commanded:
                orders.append(Ordered(event.id, what.command))
            elif type(what) is Sent:
                self._publish(what)
            else:
                self._count(what)
        if not orders:
            return
        self.counts.commands += len(orders)
        self._put_out(self._kept_back(orders) if self._held or _has_action(orders) else orders)

    def _put_out(self, orders: Sequence[Ordered]) -> None:
        by_driver: dict[str, list[Ordered]] = {}
        for order in orders:
            if self.paths and order.command.device in self.paths:
                name, way = self._way(order)
                by_driver.setdefault(name, []).append(way)
                continue
            device = self.core.state.home.devices.get(order.command.device)
            by_driver.setdefault(device.driver if device is not None else "", []).append(order)
        for name, theirs in by_driver.items():
            driver = self._drivers.get(name)
            if driver is not None:
                driver.send(theirs)
                continue
            for order in theirs:
                self.take(Answered(order.event, accepted=False, reason="no driver"), "hub")

    def _way(self, order: Ordered) -> tuple[str, Ordered]:
        """Return the driver to try next for a joined thing's order, and what it is told.

        An attempt that came to nothing on one path goes by the next one that is live.
        """
        ways = self.paths.ways(order.command)
        name, command = ways[(order.command.attempt - 1) % len(ways)]
        if len(self._tried) > TRIED_LIMIT:
            self._tried = {e: t for e, t in self._tried.items() if e in self.core.state.ledger}
        self._tried[order.event] = [command.device]
        return name, Ordered(order.event, command)

    def try_another_way(self, event: EventId) -> bool:
        """Send a refused command by a path that was not tried yet; return whether there was one."""
        tried = self._tried.get(event)
        pending = self.core.state.ledger.get(event)
        if tried is None or pending is None:
            return False
        for name, command in self.paths.ways(pending.command):
            driver = self._drivers.get(name)
            if command.device not in tried and driver is not None:
                tried.append(command.device)
                driver.send([Ordered(event, command)])
                return True
        return False

    def _count(self, what: What) -> None:
        if type(what) is Settled:
            self.counts.outcomes[what.outcome] += 1
        elif type(what) is Fired:
            self.counts.scenes_fired += 1

    def _publish(self, what: Sent) -> None:
        self.publish(what.topic, what.payload, retain=what.retain)

    def _kept_back(self, orders: Iterable[Ordered]) -> list[Ordered]:
        """Hold actions until they are in the log, and what follows to their devices behind them.

        What was logged is never sent again, so an action is done once even where the hub is killed.
        Return what may go out now.
        """
        free: list[Ordered] = []
        for order in orders:
            device = order.command.device
            if device in self._held:
                self._held[device].append(order)
            elif order.command.action:
                self._held[device] = [order]
                task = asyncio.get_running_loop().create_task(self._once_logged(device))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                free.append(order)
        return free

    async def _once_logged(self, device: DeviceId) -> None:
        """Send what is held for `device` when the log has it, or will not take it for too long."""
        with suppress(TimeoutError, HubError):
            await asyncio.wait_for(self._log.commit(()), LOG_FIRST_S)
        waiting = self._held.pop(device)
        self._put_out([o for o in waiting if o.event in self.core.state.ledger])

    # time

    def _set_alarm(self, due_us: int) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        delay_s = max(0.0, self._clock.wall_s(due_us - self._clock.now_us()))
        self._alarm_us = due_us
        self._alarm = asyncio.get_running_loop().call_later(delay_s, self._wake)

    def _wake(self) -> None:
        self._alarm = None
        due_us = self.core.next_due_us
        if due_us is None:
            return
        if due_us <= self._clock.now_us():
            self.take(TimePassed(), "clock")
        else:
            self._set_alarm(due_us)

    def close(self) -> None:
        """Stop the alarm; nothing is taken any more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        for task in self._tasks:
            task.cancel()


def _has_action(orders: Iterable[Ordered]) -> bool:
    return any(order.command.action for order in orders)
