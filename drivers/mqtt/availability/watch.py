"""All devices that are watched: who is due to be looked at, and what of it the hub is told.

A message of a device costs its time being noted; everything else is done when a timer rings. The
time by which silences are measured stands still while there is no broker to hear by.
"""

import asyncio
import heapq
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path

from msgspec.structs import replace

from drivers.kit.port import Hub
from drivers.kit.rhythm import Rhythm
from drivers.mqtt.availability import memory
from drivers.mqtt.availability.asking import Asking
from drivers.mqtt.availability.memory import Remembered
from drivers.mqtt.availability.naps import Naps
from drivers.mqtt.availability.plan import BATTERY_PROPERTIES, DOZING, Mode, Plan, plan
from drivers.mqtt.availability.reach import DeviceReach
from drivers.mqtt.availability.silence import Silence, Step
from drivers.mqtt.clock import Clock, Handle
from drivers.mqtt.part import Part, Publish
from drivers.mqtt.payload import Payload
from drivers.mqtt.router import Handler
from hubd.model.ids import DeviceId, EndpointId, PropertyId, property_id

WRITE_EVERY_S = 600.0
ABSENT_S = 600.0
"""A device that was known before and has not announced itself so long after the start is away."""
FORGET_S = 60 * 86_400.0
"""What was silent for so long is remembered no more."""
SETTLED_S = 60.0
"""Retained messages are fetched anew for those that come back later than this: they just came."""


class _Followed:
    """One device: how it is watched, and how it stands."""

    def __init__(self, plan: Plan, reach: DeviceReach, silence: Silence | None) -> None:
        self.plan = plan
        self.reach = reach
        self.silence = silence
        self.due_s: float | None = None
        self.unknowable: tuple[PropertyId, ...] = ()
        """What nobody knows any more once it is lost by its silence."""


class Watch:
    """Follows devices from their description on."""

    def __init__(
        self,
        hub: Hub,
        clock: Callable[[], Clock],
        ask: Callable[[Iterable[Publish]], None],
        fetch: Callable[[DeviceId], None],
        *,
        path: Path | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Make it.

        `ask` sends questions, `fetch` has a device's retained messages come again. What is learnt
        is kept in the file `path`.
        """
        self.asking = Asking(clock)
        self._hub = hub
        self._clock = clock
        self._ask = ask
        self._fetch = fetch
        self._path = path
        self._chance = chance
        self._devices: dict[DeviceId, _Followed] = {}
        self._remembered = memory.read(path)
        self._line: list[tuple[float, int, DeviceId]] = []
        self._order = count()
        self._timer: Handle | None = None
        self._timer_s = 0.0
        self._online = False
        self._deaf_s = 0.0
        self._stopped_s = 0.0
        self._began_s = 0.0

    @property
    def now_s(self) -> float:
        """The time, without that in which there was no broker."""
        return self._clock().time() - self._deaf_s if self._online else self._stopped_s

    def mode(self, device: DeviceId) -> Mode:
        """Return which way a device is watched; its silence says nothing of one that is not."""
        followed = self._devices.get(device)
        return Mode.NEVER if followed is None else followed.plan.mode

    def told(self, device: DeviceId) -> bool | None:
        """Return what the hub was told last of whether a device is there; None if nothing."""
        followed = self._devices.get(device)
        return None if followed is None else followed.reach.told

    def reach(self, device: DeviceId) -> DeviceReach:
        """Return what a device that is followed is told to be there by. Raises KeyError."""
        return self._devices[device].reach

    # which devices

    def follow(
        self,
        device: DeviceId,
        parts: Mapping[EndpointId, Part],
        *,
        battery: bool | None = None,
        pings: Sequence[Publish] = (),
        rereads: Sequence[Publish] = (),
        answers: bool = False,
    ) -> Iterable[tuple[str, Handler]]:
        """Follow a device, as it is described now; return what must hear its messages.

        `rereads` have it tell its state anew when it is back; `answers`: its dialect sees to that.
        Such messages are noted before the silence ends by them: one alone is not its whole state.
        """
        former = self._devices.get(device)
        remembered = self._remembered.pop(device, None)
        made = plan(parts, battery=battery, pings=pings)
        silence = self._silence(made, former, remembered)
        heard = None if silence is None or silence.lost is None else not silence.lost
        deaf = battery or made.mode in {Mode.RHYTHM, Mode.NEVER}
        rereads = () if deaf else tuple(rereads)
        refetches = made.mode is Mode.TOLD and not answers
        back = partial(self._back, device, rereads, refetches=refetches)
        reach = DeviceReach(
            self._hub,
            device,
            parts,
            former.reach if former else None,
            back,
            measured=silence is not None and not made.dozes,
            heard=heard,
            why="" if silence is None else self._why(silence, pinged=bool(made.pings)),
        )
        followed = self._devices[device] = _Followed(made, reach, silence)
        followed.unknowable = tuple(_unknowable(device, parts))
        if silence is not None:
            self._schedule(device, silence.due_s)
        if made.dozes:
            naps = former.reach.naps if former else None
            reach.naps = naps or Naps(remembered.naps if remembered else 0)
            reach.said = partial(self._said, device)
        if self._online:
            reach.broker_back()
        states = _told_on(parts) if rereads else ()
        return chain(
            self.asking.handlers(device, states), reach.handlers(), self._hearing(device, followed)
        )

    def leave(self, device: DeviceId) -> None:
        """Follow a device no more."""
        self.asking.forget(device)
        self._devices.pop(device, None)

    def _silence(
        self, made: Plan, former: _Followed | None, remembered: Remembered | None
    ) -> Silence | None:
        """Return a device's silence, as it was before where it is measured as before."""
        bounds = DOZING if made.dozes else made.bounds
        if bounds is None:
            return None
        if former is not None and former.silence is not None:
            same = (former.plan.mode, former.plan.bounds, former.plan.dozes)
            if same == (made.mode, made.bounds, made.dozes):
                return former.silence
        now_s, known, lost = self.now_s, remembered, False
        rhythm = Rhythm(bounds)
        if known is not None and known.mode is made.mode:
            gaps_s = (min(max(0.0, gap_s), bounds.at_most_s) for gap_s in known.gaps_s)
            rhythm, lost = Rhythm(bounds, gaps_s), known.lost
            if known.silent_s is not None:
                rhythm.begin(-max(0.0, known.silent_s + known.absent_s))
        elif former is not None and former.silence is not None:
            rhythm.begin(former.silence.rhythm.heard_s)
        pinged = made.mode is Mode.PINGED
        return Silence(rhythm, now_s, self._chance(), pinged=pinged, lost=lost)

    # what is heard

    def _hearing(self, device: DeviceId, followed: _Followed) -> Iterator[tuple[str, Handler]]:
        silence = followed.silence
        if silence is None or followed.plan.dozes:
            return
        time, rhythm, heard = self._clock().time, silence.rhythm, silence.heard

        def handle(payload: Payload, retained: bool) -> None:  # noqa: ARG001
            if retained:
                return  # it says nothing: the thing may have been gone for long
            now_s = time() - self._deaf_s
            if now_s < rhythm.news_s:
                rhythm.heard_s = now_s
            elif heard(now_s):
                self._noticed(device)

        for topic in followed.plan.topics:
            yield topic, handle

    def _noticed(self, device: DeviceId) -> None:
        followed = self._devices[device]
        followed.reach.spoke()
        if followed.silence is not None:
            self._schedule(device, followed.silence.due_s)

    def _said(self, device: DeviceId, available: bool) -> None:
        """Note that a device that may doze came or went."""
        followed = self._devices[device]
        naps, silence, now_s = followed.reach.naps, followed.silence, self.now_s
        if naps is None or silence is None:
            return
        if not available:
            naps.went(now_s)
            return
        naps.came(now_s)
        silence.heard(now_s)
        self._noticed(device)

    def _back(self, device: DeviceId, rereads: Sequence[Publish], *, refetches: bool) -> None:
        """Have a device that came back tell what changed meanwhile."""
        if rereads:
            self.asking.reread(device, partial(self._ask, rereads))
        elif refetches and self._online and self.now_s - self._began_s > SETTLED_S:
            self.asking.reread(device, partial(self._fetch, device))

    # the broker

    def connected(self) -> None:
        """Go on: there is a broker to hear by."""
        if not self._online:
            self._deaf_s = self._clock().time() - self._stopped_s
            self._online = True
            self._began_s = now_s = self.now_s
            for followed in self._devices.values():
                if followed.silence is not None:
                    followed.silence.resume(now_s, self._chance())
            self._schedule_all(now_s)
        for followed in self._devices.values():
            followed.reach.broker_back()

    def lost(self, reason: str) -> None:
        """Stand still: nothing can be heard, and no device be reached."""
        self._pause()
        for followed in self._devices.values():
            followed.reach.broker_lost(reason)

    def _pause(self) -> None:
        self._stopped_s, self._online = self.now_s, False
        self.asking.close()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule_all(self, now_s: float) -> None:
        self._line.clear()
        for device, followed in self._devices.items():
            followed.due_s = None
            if followed.silence is not None:
                self._schedule(device, followed.silence.due_s)
        for device, known in self._remembered.items():
            left_s = 2 * known.patience_s - (known.silent_s or 0.0) - known.absent_s
            self._push(max(now_s + ABSENT_S, left_s), device)

    # time

    def _schedule(self, device: DeviceId, due_s: float | None) -> None:
        followed = self._devices[device]
        if followed.due_s != due_s:
            followed.due_s = due_s
            if due_s is not None:
                self._push(due_s, device)

    def _push(self, due_s: float, device: DeviceId) -> None:
        heapq.heappush(self._line, (due_s, next(self._order), device))
        self._set()

    def _set(self) -> None:
        if not self._line or not self._online:
            return
        due_s = self._line[0][0]
        if self._timer is not None:
            if due_s >= self._timer_s:
                return
            self._timer.cancel()
        self._timer_s = due_s
        self._timer = self._clock().call_later(max(0.0, due_s - self.now_s), self._ring)

    def _ring(self) -> None:
        self._timer = None
        now_s = self.now_s + 1e-3
        while self._line and self._line[0][0] <= now_s:
            due_s, _, device = heapq.heappop(self._line)
            followed = self._devices.get(device)
            if followed is None:
                self._missed(device)
            elif followed.due_s == due_s:
                followed.due_s = None
                self._look(device, followed, now_s)
        self._set()

    def _look(self, device: DeviceId, followed: _Followed, now_s: float) -> None:
        silence = followed.silence
        if silence is None:
            return
        match silence.look(now_s):
            case Step.ASK:
                silence.being_asked()
                self.asking.ping(device, partial(self._ping, device, followed))
            case Step.LOST:
                self._lose(followed, silence, now_s)
            case Step.WAIT:
                pass
        self._schedule(device, silence.due_s)

    def _ping(self, device: DeviceId, followed: _Followed) -> None:
        if self._devices.get(device) is followed and followed.silence is not None:
            self._ask(followed.plan.pings)
            followed.silence.was_asked(self.now_s, self._chance())
            self._schedule(device, followed.silence.due_s)

    def _lose(self, followed: _Followed, silence: Silence, now_s: float) -> None:
        naps, pinged = followed.reach.naps, bool(followed.plan.pings)
        if followed.plan.dozes and (naps is None or not naps.looked_at(now_s)):
            return  # it is there, and tells it itself
        if not pinged:
            for prop in followed.unknowable:
                self._hub.reported(prop, None, restored=True)
        followed.reach.silent(self._why(silence, pinged=pinged))

    def _why(self, silence: Silence, *, pinged: bool) -> str:
        said = f"nothing heard for {_long(silence.silent_s(self.now_s))}"
        return f"{said}, {'and it does not answer' if pinged else 'longer than it is ever silent'}"

    def _missed(self, device: DeviceId) -> None:
        """Tell of a device that was known, and has not been seen since the hub began."""
        known = self._remembered.get(device)
        if known is not None and known.mode is not Mode.NEVER:
            reason = "it has not announced itself since the hub started"
            self._hub.reached(device, available=False, reason=reason)

    # memory

    async def keep(self) -> None:
        """Keep what is learnt, until cancelled."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            if self._path is not None:
                await asyncio.to_thread(memory.write, self._path, self._learnt())

    def close(self) -> None:
        """Stop watching, and keep what was learnt."""
        if self._path is not None:
            memory.write(self._path, self._learnt())
        self._pause()

    def _learnt(self) -> Mapping[DeviceId, Remembered]:
        now_s = self.now_s
        learnt: dict[DeviceId, Remembered] = {}
        for device, known in self._remembered.items():
            absent_s = round(known.absent_s + now_s, 1)
            if absent_s < FORGET_S:
                learnt[device] = replace(known, absent_s=absent_s)
        for device, followed in self._devices.items():
            learnt[device] = self._learnt_of(followed, now_s)
        return learnt

    def _learnt_of(self, followed: _Followed, now_s: float) -> Remembered:
        silence, naps, mode = followed.silence, followed.reach.naps, followed.plan.mode
        if silence is None:
            return Remembered(mode)
        heard = silence.lost is not None
        return Remembered(
            mode,
            tuple(round(gap_s, 1) for gap_s in silence.rhythm.gaps_s),
            silent_s=round(silence.silent_s(now_s), 1) if heard else None,
            patience_s=0.0 if followed.plan.pings else round(silence.rhythm.patience_s, 1),
            lost=silence.lost is True,
            naps=naps.count if naps is not None else 0,
        )


def _unknowable(device: DeviceId, parts: Mapping[EndpointId, Part]) -> Iterator[PropertyId]:
    """Yield what a device measures; how full its battery was may be why it is silent."""
    for endpoint, part in parts.items():
        for prop in part.endpoint.properties:
            if not prop.writable and prop.name not in BATTERY_PROPERTIES:
                yield property_id(device, endpoint, prop.name)


def _told_on(parts: Mapping[EndpointId, Part]) -> Sequence[str]:
    """Return the topics of a device's state."""
    read = (r.topic for part in parts.values() for r in part.readers)
    split = (s.topic for part in parts.values() for s in part.splitters)
    return tuple(dict.fromkeys((*read, *split)))


def _long(seconds: float) -> str:
    """Return a time in words."""
    for unit_s, name in ((86_400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * unit_s:
            return f"{seconds / unit_s:.0f} {name}"
    return f"{seconds:.0f} s"
