"""All devices of a home on the broker: their states, the world's doings, and their commands."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from firmware_sim.devices.device import Device, Message, RefusedError, Step
from firmware_sim.devices.properties import MOMENTARY, Changes, State
from firmware_sim.devices.zigbee_groups import ZigbeeGroups
from firmware_sim.pace import Pace
from firmware_sim.station import Broker, Station

_log = logging.getLogger(__name__)


class Fleet:
    """The devices of a home, each with its state, behind their gateways.

    `states` may hold what devices are to start with. `commanded` is called with a device's id and
    the changes that a command made.
    """

    def __init__(
        self,
        devices: Iterable[Device],
        pace: Pace,
        *,
        states: Mapping[str, State] | None = None,
        commanded: Callable[[str, Changes], None] | None = None,
    ) -> None:
        self._devices = {device.id: device for device in devices}
        self._pace = pace
        given = states or {}
        self._states: dict[str, State] = {
            ident: {**device.initial(), **given.get(ident, {})}
            for ident, device in self._devices.items()
        }
        self._commanded = commanded
        self._timers: dict[str, list[asyncio.TimerHandle]] = defaultdict(list)
        behind: dict[str, list[Device]] = defaultdict(list)
        for device in self._devices.values():
            behind[device.gateway.id].append(device)
        self._stations = {
            ident: Station(some[0].gateway, some, current=self._whole, command=self._obey)
            for ident, some in behind.items()
        }
        self.commands = 0
        self.refused = 0
        self.deaf: set[str] = set()
        """Devices that miss what their groups are told."""
        self.away: set[str] = set()
        """Devices without power: they hear and say nothing, though their bridge is there."""
        self.asked: Counter[str] = Counter()
        """How often each was asked for its state."""

    def __len__(self) -> int:
        """Return how many devices there are."""
        return len(self._devices)

    @property
    def states(self) -> Mapping[str, State]:
        """The state of each device, by id."""
        return MappingProxyType(self._states)

    @asynccontextmanager
    async def on(self, broker: Broker, patience_s: float = 10.0) -> AsyncIterator["Fleet"]:
        """Announce all devices, keep them on the broker, and take them off at the end.

        Raises TimeoutError when the broker cannot be reached within `patience_s`.
        """
        stations = self._stations.values()
        tasks = [asyncio.create_task(station.run(broker)) for station in stations]
        try:
            announced = asyncio.gather(*(station.announced.wait() for station in stations))
            await asyncio.wait_for(announced, patience_s)
            yield self
        finally:
            for handle in (h for timers in self._timers.values() for h in timers):
                handle.cancel()
            for station in stations:
                station.leave()
            _, late = await asyncio.wait(tasks, timeout=0.8) if tasks else (set(), set())
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def apply(self, ident: str, changes: Changes) -> None:
        """Let the world change a device, which reports it; what is as it was is not reported."""
        device, state = self._devices[ident], self._states[ident]
        new = {p: v for p, v in changes.items() if p in MOMENTARY or state.get(p) != v}
        if not new:
            return
        self._report(device, new)

    async def room(self, ident: str) -> None:
        """Wait until the device's gateway does not lag far behind."""
        await self._stations[self._devices[ident].gateway.id].room()

    async def drained(self) -> None:
        """Wait until every report is with the broker's socket."""
        await asyncio.gather(*(station.drained() for station in self._stations.values()))

    def _whole(self, device: Device) -> tuple[Message, ...]:
        state = self._states[device.id]
        return device.report(state, frozenset(state) - MOMENTARY)

    def _obey(self, device: Device, topic: str, payload: str) -> None:
        if isinstance(device, ZigbeeGroups):
            for member in device.members(topic):
                if member.id not in self.deaf:
                    self._obey(member, f"{member.topic}/set", payload)
            return
        if topic in device.questions():
            self._answer(device)
        elif device.id not in self.away:
            self._do(device, topic, payload)

    def _answer(self, device: Device) -> None:
        self.asked[device.id] += 1
        if device.answers() and device.id not in self.away:
            self._stations[device.gateway.id].send(self._whole(device))

    def _do(self, device: Device, topic: str, payload: str) -> None:
        try:
            steps = device.react(self._states[device.id], topic, payload)
        except RefusedError as error:
            self.refused += 1
            _log.warning("%s does not take the command on %s: %s", device.id, topic, error)
            return
        self.commands += 1
        for timer in self._timers.pop(device.id, ()):
            timer.cancel()
        for step in steps:
            delay_s = self._pace.wall_delay_s(step.after_s)
            if delay_s <= 0:
                self._take(device, step)
            else:
                timer = asyncio.get_running_loop().call_later(delay_s, self._take, device, step)
                self._timers[device.id].append(timer)

    def _take(self, device: Device, step: Step) -> None:
        # A command is answered even when it changes nothing: the hub waits for the report.
        self._report(device, step.changes)
        if self._commanded:
            self._commanded(device.id, step.changes)

    def _report(self, device: Device, changes: Changes) -> None:
        state = {**self._states[device.id], **changes}
        self._states[device.id] = {p: v for p, v in state.items() if p not in MOMENTARY}
        if device.id not in self.away:
            self._stations[device.gateway.id].send(device.report(state, frozenset(changes)))
