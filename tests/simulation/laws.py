"""The laws that a hub keeps, whatever happens: checked by what came in and what went out."""

import copy
from collections.abc import Sequence
from typing import ClassVar

from hubd.model.claim import Priority
from hubd.model.command import Command, Outcome
from hubd.model.events import (
    Admitted,
    Asked,
    Availability,
    Claimed,
    Commanded,
    Confirmed,
    Event,
    Fired,
    Released,
    Reported,
    Settled,
    Withheld,
)
from hubd.model.ids import DeviceId, EventId, PropertyId
from hubd.model.instant import HOUR_US, MINUTE_US, SECOND_US
from hubd.model.value import Value
from tests.simulation.claims import Claims
from tests.simulation.homes import LEVEL, LOCKED, ON, SETPOINT, VALVE, Furnished
from tests.simulation.story import Crash, Looked, Scene, Take

ENOUGH = 20
"""Times that a home breaks a law, beyond which they are not told."""


class Law:
    """A law, and how it was broken."""

    name: ClassVar[str]

    def __init__(self, home: Furnished) -> None:
        self.home = home
        self.broken: list[str] = []

    def read(self, take: Take) -> None:
        """Read what a hub took, and what came of it."""

    def look(self, looked: Looked) -> None:
        """Read how a device truly is."""

    def crash(self, crash: Crash) -> None:
        """Read what a crash took away: by itself, as the hub goes on without it."""
        twin = copy.deepcopy(self, {id(self.home): self.home, id(self.broken): self.broken})
        for take in crash.lost:
            twin.read(take)

    def end(self, now_us: int) -> None:
        """See what is left at the end."""

    def breaks(self, event: Event, how: str) -> None:
        """Note that `event` breaks the law."""
        if len(self.broken) < ENOUGH:
            what = f"event {event.id} at {event.at_us}: {event.what}"
            self.broken.append(f"{self.name}: {how}, by {what}")


def judge(story: Sequence[Scene], now_us: int, laws: Sequence[Law]) -> list[str]:
    """Return how `story`, up to `now_us`, breaks `laws`."""
    for law in laws:
        for scene in story:
            match scene:
                case Take():
                    law.read(scene)
                case Looked():
                    law.look(scene)
                case Crash():
                    law.crash(scene)
        law.end(now_us)
    return [broken for law in laws for broken in law.broken]


def _sent(take: Take) -> dict[EventId, Command]:
    return {sent.event: sent.command for sent in take.sent}


class NothingForgotten(Law):
    """Each accepted command is settled once, by its deadline; what is wished comes about."""

    name = "no accepted command is forgotten"

    def __init__(self, home: Furnished) -> None:
        super().__init__(home)
        self._waiting: dict[EventId, Commanded] = {}
        self._claims = Claims()
        self._expected: dict[PropertyId, Value] = {}
        self._heard: dict[PropertyId, Value] = {}
        self._last: Event | None = None

    def read(self, take: Take) -> None:  # noqa: C901, PLR0912 - one line for each kind
        asked: set[EventId] = set()
        for event in take.events:
            for prop in self._claims.read(event):
                self._expected.pop(prop, None)
            match event.what:
                case Commanded() as what:
                    self._waiting[event.id] = what
                    if what.command.action and event.cause not in asked:
                        self.breaks(event, "nobody asked")
                    asked.discard(event.cause)
                case Settled(of, outcome):
                    if of in asked and outcome is Outcome.REFUSED:
                        asked.discard(of)
                    elif self._waiting.pop(of, None) is None:
                        self.breaks(event, "settled twice, or never commanded")
                case Asked():
                    asked.add(event.id)
                case Availability(device):
                    self._forget(device)
                case Reported(prop, value):
                    self._heard[prop] = value
                case _:
                    pass
        if asked:
            self.breaks(take.input, "an asking was neither commanded nor refused")
        for late in self._waiting.values():
            if late.command.deadline_us < take.at_us:
                self.breaks(take.input, f"still waiting: {late.command}")
        self._last = take.input
        self._expect(take)

    def _expect(self, take: Take) -> None:
        what = take.input.what
        if take.hand:
            assert isinstance(what, Reported)
            self._expected.pop(what.property, None)
        if isinstance(what, Claimed):
            for claim in what.claims:
                wins = self._claims.winner(claim.property, take.at_us) is claim
                plain = not claim.over_us and not claim.property.endswith(LEVEL)
                differs = self._heard.get(claim.property) != claim.value
                if wins and plain and differs and claim.priority >= Priority.HAND:
                    self._expected[claim.property] = claim.value

    def _forget(self, device: DeviceId) -> None:
        for prop in [p for p in self._expected if p.startswith(f"{device}/")]:
            del self._expected[prop]

    def look(self, looked: Looked) -> None:
        expected = self._expected.pop(looked.property, looked.value)
        if expected != looked.value:
            assert self._last is not None
            self.breaks(
                self._last, f"{looked.property} is not {expected} as wished, at {looked.at_us}"
            )

    def crash(self, crash: Crash) -> None:
        super().crash(crash)
        self._expected.clear()

    def end(self, now_us: int) -> None:
        late = [c for c in self._waiting.values() if c.command.deadline_us < now_us]
        for command in late:
            self.broken.append(f"{self.name}: never settled: {command}")


class Once(Law):
    """What is no state is done once at most, over all lives of the hub."""

    name = "no action is done twice"

    def __init__(self, home: Furnished) -> None:
        super().__init__(home)
        self._done: set[EventId] = set()
        self._tokens: set[Value] = set()
        self._asked: dict[EventId, int] = {}

    def read(self, take: Take) -> None:
        sent = _sent(take)
        for event in take.events:
            if isinstance(event.what, Commanded) and event.what.command.action:
                command = event.what.command
                self._asked[event.cause] = self._asked.get(event.cause, 0) + 1
                if self._asked[event.cause] > 1 or command.attempt > 1:
                    self.breaks(event, "commanded twice for one asking")
                if event.id not in sent:
                    continue
                if event.id in self._done or command.value in self._tokens:
                    self.breaks(event, "done twice")
                self._done.add(event.id)
                if command.value is not None:
                    self._tokens.add(command.value)

    def crash(self, crash: Crash) -> None:
        """What was done is done: only its log is gone, and its ids come again."""
        for take in crash.lost[1:] if crash.torn else crash.lost:
            for sent in take.sent:
                if sent.command.action:
                    self.breaks(take.input, "done before it was logged")


class InOrder(Law):
    """Things are told in the order in which it was decided, and never what is wished no more."""

    name = "effects come in accepted order"

    def __init__(self, home: Furnished) -> None:
        super().__init__(home)
        self._claims = Claims()
        self._newest: dict[DeviceId, EventId] = {}
        self._told: dict[PropertyId, Command] = {}
        self._rests: dict[PropertyId, set[Value]] = {}

    def read(self, take: Take) -> None:  # noqa: C901 - one line for each kind
        for sent in take.sent:
            device = sent.command.device
            if sent.event < self._newest.get(device, 0):
                self.breaks(take.input, f"{sent} after {self._newest[device]}")
            self._newest[device] = sent.event
        out = _sent(take)
        withheld: set[tuple[PropertyId, Value]] = set()
        for event in take.events:
            self._claims.read(event)
            match event.what:
                case Withheld(_, prop, value):
                    withheld.add((prop, value))
                case Reported(prop, value):
                    self._rests.setdefault(prop, {False}).add(value)
                case Claimed(claims):
                    for claim in claims:
                        if claim.priority is Priority.HAND:
                            self._rests.setdefault(claim.property, {False}).add(claim.value)
                case Commanded(command) if not command.action:
                    if event.id in out:
                        self._tell(event, command, withheld)
                    self._told[command.property] = command
                case _:
                    pass

    def _tell(
        self, event: Event, command: Command, withheld: set[tuple[PropertyId, Value]]
    ) -> None:
        prop = command.property
        wish = self._claims.winner(prop, event.at_us)
        if wish is None and (prop, command.value) in withheld:
            self.breaks(event, "a rule withholds this")
        if wish is not None and wish.value != command.value:
            self.breaks(event, f"wished is {wish.value}, by {wish.owner}")
        if wish is None and command.value not in self._rests.get(prop, ()):
            self.breaks(event, "nobody wishes this, and it never was so")
        before = self._told.get(prop)
        if command.attempt > 1 and (before is None or before.value != command.value):
            self.breaks(event, f"tried again, though told last was {before}")

    def crash(self, crash: Crash) -> None:
        super().crash(crash)
        self._newest.clear()


class NothingStale(Law):
    """No lock and no valve moves for a wish that waited for a quarter of an hour."""

    name = "a stale intent never fires"
    KINDS = (LOCKED, VALVE)
    LIMIT_US = 15 * MINUTE_US

    def __init__(self, home: Furnished) -> None:
        super().__init__(home)
        self._claims = Claims()
        self._heard: dict[PropertyId, Value] = {}
        self._unmet_us: dict[PropertyId, int] = {}
        self._wished: dict[PropertyId, Value] = {}

    def read(self, take: Take) -> None:
        out = _sent(take)
        for event in take.events:
            laid = self._claims.read(event)
            for prop in laid:
                self._wish(prop, event)
            match event.what:
                case Reported(prop, value) if prop.endswith(self.KINDS):
                    self._heard[prop] = value
                    if value == self._wished.get(prop):
                        self._unmet_us.pop(prop, None)
                    else:
                        self._unmet_us.setdefault(prop, event.at_us)
                case Commanded(command) if event.id in out:
                    self._tell(event, command)
                case _:
                    pass

    def _wish(self, prop: PropertyId, event: Event) -> None:
        """Take in that the wish changed, or was said once more."""
        claim = self._claims.winner(prop, event.at_us)
        value = claim.value if claim is not None else None
        said = (isinstance(event.what, Claimed | Fired) and claim in event.what.claims) or (
            isinstance(event.what, Admitted | Confirmed)
        )
        if value != self._wished.get(prop) or said:
            self._wished[prop] = value
            if value is not None and self._heard.get(prop) == value:
                self._unmet_us.pop(prop, None)
            else:
                self._unmet_us[prop] = event.at_us

    def _tell(self, event: Event, command: Command) -> None:
        prop = command.property
        claim = self._claims.winner(prop, event.at_us)
        if not prop.endswith(self.KINDS) or (claim and claim.priority is Priority.SAFETY):
            return
        since_us = self._unmet_us.get(prop, event.at_us)
        if event.at_us - since_us > self.LIMIT_US:
            self.breaks(event, f"wished since {since_us}")


class RestoredIsNoNews(Law):
    """A first or a restored value sets nothing off."""

    name = "restored and first values are no changes"

    def __init__(self, home: Furnished) -> None:
        super().__init__(home)
        self._known: set[PropertyId] = set()

    def read(self, take: Take) -> None:
        match take.input.what:
            case Reported(prop, value, restored):
                first = prop not in self._known
                (self._known.discard if value is None else self._known.add)(prop)
                if restored or first:
                    for event in take.events:
                        if isinstance(event.what, Fired | Asked):
                            self.breaks(event, "set off by what is no news")
            case _:
                pass


class HandFirst(Law):
    """What a person sets at a device stays so for its lease, whatever scenes and plans wish.

    Not so what the hub itself asked for last: nobody can tell that from a late answer.
    """

    name = "a person's hand beats automation"
    LEASE_US: ClassVar[dict[str, int]] = {
        ON: 2 * HOUR_US,
        LEVEL: 2 * HOUR_US,
        LOCKED: 30 * MINUTE_US,
        VALVE: HOUR_US,
        SETPOINT: 4 * HOUR_US,
    }
    QUIET_US = 25 * SECOND_US
    """A report this long after the latest command is certainly no answer to it."""

    def __init__(self, home: Furnished) -> None:
        super().__init__(home)
        self._claims = Claims()
        self._heard: dict[PropertyId, Value] = {}
        self._told_us: dict[DeviceId, int] = {}
        self._told: dict[PropertyId, Value] = {}
        self._held: dict[PropertyId, tuple[int, set[Value]]] = {}

    def read(self, take: Take) -> None:
        what = take.input.what
        self._higher(take.input)
        match what:
            case Reported(prop, value):
                changes = value != self._heard.get(prop, value)
                self._heard[prop] = value
                device = DeviceId(prop.split("/", 1)[0])
                quiet = take.at_us - self._told_us.get(device, 0) > self.QUIET_US
                if prop in self._held:
                    self._held[prop][1].add(value)  # someone did, as far as anyone can tell
                wish = self._claims.winner(prop, take.at_us)
                asked = value in (self._told.get(prop), wish.value if wish is not None else None)
                safe = wish is not None and wish.priority is Priority.SAFETY
                if take.hand and changes and quiet and not asked and not safe:
                    lease_us = self.LEASE_US[prop.rsplit("/", 1)[1]]
                    self._held[prop] = (take.at_us + lease_us, {value})
            case _:
                pass
        for event in take.events:
            self._claims.read(event)
        for sent in take.sent:
            command = sent.command
            self._told_us[command.device] = take.at_us + command.over_us
            self._told[command.property] = command.value
            until_us, values = self._held.get(command.property, (0, set()))
            if take.at_us < until_us and command.value not in values:
                self.breaks(take.input, f"{command}, though a hand set {values}")

    def _higher(self, event: Event) -> None:
        """Let go of what a newer claim of a person, or one of safety, overrides."""
        if isinstance(event.what, Claimed):
            for claim in event.what.claims:
                if claim.priority >= Priority.HAND:
                    self._held.pop(claim.property, None)


class SafetyFirst(Law):
    """While safety claims something, nothing else is told, and it comes about."""

    name = "safety beats all"

    def __init__(self, home: Furnished) -> None:
        super().__init__(home)
        self._claims: dict[PropertyId, dict[str, Value]] = {}
        self._heard: dict[PropertyId, Value] = {}
        self._since_us: dict[PropertyId, int] = {}
        self._last: Event | None = None

    def read(self, take: Take) -> None:  # noqa: C901, PLR0912 - one line for each kind
        self._last = take.input
        match take.input.what:
            case Claimed(claims):
                for claim in claims:
                    if claim.priority is Priority.SAFETY:
                        mine = self._claims.setdefault(claim.property, {})
                        mine.pop(claim.owner, None)
                        mine[claim.owner] = claim.value
                        if self._heard.get(claim.property) != claim.value:
                            self._since_us[claim.property] = take.at_us
            case Released(owner, _, props):
                for prop in props:
                    if self._claims.get(prop, {}).pop(owner, None) is not None:
                        self._since_us[prop] = take.at_us
            case Availability(device):
                for prop in [p for p in self._claims if p.startswith(f"{device}/")]:
                    self._since_us[prop] = take.at_us
            case Reported(prop, value):
                self._heard[prop] = value
            case _:
                pass
        for sent in take.sent:
            wished = self._wished(sent.command.property)
            if wished is not None and sent.command.value != wished:
                self.breaks(take.input, f"{sent.command}, though safety wishes {wished}")

    def _wished(self, prop: PropertyId) -> Value:
        return next(reversed(self._claims.get(prop, {}).values()), None)

    def look(self, looked: Looked) -> None:
        wished = self._wished(looked.property)
        lasted_us = looked.at_us - self._since_us.get(looked.property, looked.at_us)
        if wished is None or looked.property.endswith(LEVEL) or lasted_us < 30 * SECOND_US:
            return
        if wished != looked.value:
            assert self._last is not None
            self.breaks(self._last, f"{looked.property} is {looked.value}, not {wished}")

    def crash(self, crash: Crash) -> None:
        super().crash(crash)
        self._since_us.clear()
