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

from drivers.port import Driver, Messenger, Ordered
from hubd.clock import Clock
from hubd.core.engine import Core
from hubd.homefile import HomeFile, match
from hubd.model.command import Outcome
from hubd.model.device import Device
from hubd.model.errors import HubError
from hubd.model.events import (
    Adopted,
    Answered,
    AreaSet,
    Availability,
    Commanded,
    Configuration,
    Event,
    Fired,
    Forgotten,
    Input,
    Message,
    Reported,
    Sent,
    Settled,
    Signalled,
    TimePassed,
    What,
)
from hubd.model.home import Area
from hubd.model.ids import NO_EVENT, AreaId, DeviceId, EndpointId, EventId, PropertyId
from hubd.model.value import Value

_log = logging.getLogger(__name__)

LOG_FIRST_S = 0.5
"""An action waits at most this long for the log: a siren must sound though the disk is full."""

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

    def __init__(self, core: Core, log: Log, clock: Clock, home_file: HomeFile | None) -> None:
        self.core = core
        self.counts = Counts()
        self._log = log
        self._clock = clock
        self._home_file = home_file
        self._drivers: dict[str, Driver] = {}
        self._watchers: tuple[Listener, ...] = ()
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_us = 0
        self._untold: list[Event] = []
        self._depth = 0
        self._messenger: Messenger | None = None
        self._topics: frozenset[str] = frozenset()
        self._held: dict[DeviceId, list[Ordered]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def attach[D: Driver](self, make: Callable[["DriverPort"], D], name: str) -> D:
        """Add the driver that `make` makes of its own port to the hub."""
        driver = make(DriverPort(self, name))
        self._drivers[name] = driver
        return driver

    def speak_through(self, messenger: Messenger) -> None:
        """Send messages through `messenger`, and have it listen to the topics that scenes name."""
        self._messenger = messenger
        self._listen()

    def _listen(self) -> None:
        self._topics = self.core.index.topics
        if self._messenger is not None:
            self._messenger.listen(self._topics)

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
            device = self.core.state.home.devices.get(order.command.device)
            by_driver.setdefault(device.driver if device is not None else "", []).append(order)
        for name, theirs in by_driver.items():
            driver = self._drivers.get(name)
            if driver is not None:
                driver.send(theirs)
                continue
            for order in theirs:
                self.take(Answered(order.event, accepted=False, reason="no driver"), "hub")

    def _count(self, what: What) -> None:
        if type(what) is Settled:
            self.counts.outcomes[what.outcome] += 1
        elif type(what) is Fired:
            self.counts.scenes_fired += 1

    def _publish(self, what: Sent) -> None:
        if self._messenger is not None:
            self._messenger.publish(what.topic, what.payload, retain=what.retain)

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

    # devices

    def adopt(self, found: Device, source: str) -> None:
        """Take a found device into the home, under the name and in the area that are known of it.

        Does nothing if all of it is known already.
        """
        device = match(found, self._home_file) if self._home_file is not None else found
        home = self.core.state.home
        if device.area is not None and device.area not in home.areas:
            self.take(AreaSet(Area(device.area, _title(device.area))), source)
        if home.devices.get(device.id) != device:
            self.take(Adopted(device), source)


def _has_action(orders: Iterable[Ordered]) -> bool:
    return any(order.command.action for order in orders)


def _title(area: AreaId) -> str:
    """Return a name for an area of which only the id is known."""
    return area.replace("_", " ").replace("-", " ").capitalize()


@final
class DriverPort:
    """A driver's own door to the hub (drivers.port.Hub); what comes through bears its name."""

    __slots__ = ("_hub", "_name", "_source")

    def __init__(self, hub: Hub, name: str) -> None:
        self._hub = hub
        self._name = name
        self._source = f"driver:{name}"

    def described(self, device: Device) -> None:
        """Adopt a device that was found."""
        self._hub.adopt(device, self._source)

    def forgotten(self, device: DeviceId) -> None:
        """Forget a device that was withdrawn."""
        if device in self._hub.core.state.home.devices:
            self._hub.take(Forgotten(device), self._source)

    def reported(self, prop: PropertyId, value: Value, *, restored: bool = False) -> None:
        """Fold a report."""
        self._hub.take(Reported(prop, value, restored), self._source)

    def signalled(self, device: DeviceId, endpoint: EndpointId, name: str, value: str) -> None:
        """Fold a momentary event."""
        self._hub.take(Signalled(device, endpoint, name, value), self._source)

    def reached(self, device: DeviceId, *, available: bool, reason: str = "") -> None:
        """Fold a coming or going, where it is one."""
        known = self._hub.core.state
        if device in known.home.devices and available == (device in known.unreachable):
            self._hub.take(Availability(device, available, reason), self._source)

    def answered(self, command: EventId, *, accepted: bool, reason: str = "") -> None:
        """Fold the answer to a command that still waits for one."""
        if command in self._hub.core.state.ledger:
            self._hub.take(Answered(command, accepted, reason), self._source)

    def messaged(self, topic: str, payload: str) -> None:
        """Fold a message."""
        self._hub.take(Message(topic, payload), self._source)

    def refused_input(self, where: str, reason: str) -> None:
        """Count and print what was malformed."""
        self._hub.counts.refused_inputs[self._name] += 1
        _log.warning("refused from %s: %s", where, reason)
