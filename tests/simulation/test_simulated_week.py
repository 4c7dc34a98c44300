"""A week in a home whose devices obey, are slow, deaf, undo what they are told, or come and go.

Everything is drawn from one seed in virtual time, so a week that fails fails again.
"""

import heapq
from enum import Enum, auto
from itertools import count
from random import Random

import msgspec
import pytest

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.model.claim import Claim, Priority
from hubd.model.command import Command, Outcome
from hubd.model.events import (
    CORE,
    Adopted,
    Availability,
    Claimed,
    Commanded,
    Disputed,
    Event,
    Fired,
    Input,
    Released,
    Reported,
    SceneRevised,
    Settled,
    TimePassed,
)
from hubd.model.ids import DeviceId, PropertyId, SceneId
from hubd.model.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from hubd.model.value import Value
from tests.unit.core.homes import LEVEL, OCCUPIED, ON, START_US, dimmer, of, sensor
from tests.unit.core.invariants import Ledger, folded, hold
from tests.unit.core.programs import Entry, Recipe, compiled, fold, written

WEEK_US = 7 * DAY_US


class Manner(Enum):
    """How a lamp takes what it is told; each room has one of another manner."""

    OBEDIENT = auto()
    SLOW = auto()
    """Answers later than the hub waits."""
    DEAF = auto()
    UNDOING = auto()
    """Does as told, and drops it right away."""
    FLAPPING = auto()
    """Obeys, but loses power now and then and is off afterwards."""


class Week:
    """The hub, its devices and its people."""

    def __init__(self, seed: int, *, restarts: bool = False) -> None:
        self.random = Random(seed)
        self._restarting = Random(seed) if restarts else None
        self.restarts = 0
        self.core = Core(compiled)
        self.ledger = Ledger()
        self.entries: list[Entry] = []
        self.log: list[Event] = []
        self.now_us = START_US
        self.truth: dict[PropertyId, Value] = {}
        self.powerless: set[str] = set()
        self._coming: list[tuple[int, int, Input]] = []
        self._order = count()
        for manner in Manner:
            self._furnish(manner.name.lower())

    def _furnish(self, room: str) -> None:
        self.take(Adopted(sensor(f"{room}_motion")))
        self.take(Adopted(dimmer(f"{room}_lamp")))
        recipe = Recipe(f"{room}_motion", f"{room}_lamp", linger_us=MINUTE_US)
        self.take(SceneRevised(SceneId(room), written(recipe)))
        first: dict[PropertyId, Value] = {
            of(f"{room}_motion", OCCUPIED): False,
            of(f"{room}_lamp", ON): False,
            of(f"{room}_lamp", LEVEL): 100.0,
        }
        self.truth |= first
        for prop, value in first.items():
            self.take(Reported(prop, value, restored=True))

    def live(self) -> "Week":
        """Let the week pass, and a quiet hour after it."""
        until_us = START_US + WEEK_US
        while self.now_us < until_us:
            self.wait(self.random.randrange(SECOND_US, 6 * MINUTE_US))
            self._something_happens(self.random.choice([*Manner]).name.lower())
            if self._restarting is not None and self._restarting.random() < 0.1:
                self.restarts += 1
                self.core = Core(compiled, snapshot.decode(snapshot.encode(self.core.state)))
        for manner in Manner:
            self._report(of(f"{manner.name.lower()}_motion", OCCUPIED), value=False)
        self.wait(4 * HOUR_US)
        return self

    def _something_happens(self, room: str) -> None:
        lamp, motion = f"{room}_lamp", of(f"{room}_motion", OCCUPIED)
        happening = self.random.random()
        if happening < 0.7:
            self._report(motion, value=not self.truth[motion])
        elif happening < 0.78 and lamp not in self.powerless:
            self._report(of(lamp, ON), value=not self.truth[of(lamp, ON)])
        elif happening < 0.86:
            wish = Claim(of(lamp, ON), self.random.random() < 0.5, Priority.HAND, "person:ann")
            self.take(Claimed((wish,)))
            self._comes(self.random.randrange(HOUR_US), Released("person:ann"))
        elif happening < 0.94:
            again = self.random.choice([*self.truth])
            self.take(Reported(again, self.truth[again], restored=self.random.random() < 0.5))
        else:
            self._flap(f"{Manner.FLAPPING.name.lower()}_lamp")

    def _flap(self, lamp: str) -> None:
        device = DeviceId(lamp)
        if lamp not in self.powerless:
            self.powerless.add(lamp)
            self.take(Availability(device, available=False, reason="no power"))
            return
        self.powerless.discard(lamp)
        self.take(Availability(device, available=True))
        self.truth[of(lamp, ON)] = False
        self.take(Reported(of(lamp, ON), value=False, restored=True))

    # time and wire

    def wait(self, span_us: int) -> None:
        """Let time pass; what is due comes when it is due."""
        until_us = self.now_us + span_us
        while True:
            comes_us = self._coming[0][0] if self._coming else until_us + 1
            due_us = max(self.core.next_due_us or until_us + 1, self.now_us)
            if min(comes_us, due_us) > until_us:
                break
            self.now_us = min(comes_us, due_us)
            if due_us <= comes_us:
                self.take(TimePassed())
            else:
                self._arrive(heapq.heappop(self._coming)[2])
        self.now_us = until_us

    def take(self, what: Input) -> None:
        """Let the hub fold `what`, check what must always hold, and send what it commands."""
        self.entries.append(Entry(what, self.now_us, "test"))
        events = self.core.fold(what, self.now_us, "test")
        self.log += events
        self.ledger.read(events)
        hold(self.core, self.ledger)
        for event in events:
            if isinstance(event.what, Commanded):
                self._obey(event.what.command)

    def _obey(self, command: Command) -> None:
        manner = Manner[command.device.removesuffix("_lamp").upper()]
        done = Reported(command.property, command.value)
        if manner is Manner.DEAF or command.device in self.powerless:
            return
        if manner is Manner.SLOW:
            self._comes(self.random.randrange(6, 20) * SECOND_US, done)
            return
        self._comes(self.random.randrange(20_000, 800_000), done)
        if manner is Manner.UNDOING:
            self._comes(3 * SECOND_US, Reported(command.property, self.truth[command.property]))

    def _comes(self, after_us: int, what: Input) -> None:
        heapq.heappush(self._coming, (self.now_us + after_us, next(self._order), what))

    def _arrive(self, what: Input) -> None:
        if isinstance(what, Reported):
            if what.property.split("/")[0] in self.powerless:
                return
            self.truth[what.property] = what.value
        self.take(what)

    def _report(self, prop: PropertyId, *, value: bool) -> None:
        self.truth[prop] = value
        self.take(Reported(prop, value))

    # what came of it

    def commands_to(self, manner: Manner) -> list[Event]:
        """Return the commands to the lamp of that manner."""
        return [
            e
            for e in self.log
            if isinstance(e.what, Commanded)
            and e.what.command.device == f"{manner.name.lower()}_lamp"
        ]


@pytest.fixture(scope="module", params=[1, 2, 3])
def week(request: pytest.FixtureRequest) -> Week:
    seed: int = request.param
    return Week(seed).live()


def test_a_week_is_eventful(week: Week) -> None:
    kinds = [type(e.what) for e in week.log]
    for kind, at_least in ((Fired, 500), (Commanded, 500), (Disputed, 10), (Availability, 50)):
        assert kinds.count(kind) >= at_least, kind
    outcomes = {e.what.outcome for e in week.log if isinstance(e.what, Settled)}
    assert outcomes == {Outcome.CONFIRMED, Outcome.TIMED_OUT, Outcome.SUPERSEDED}


def test_after_a_week_nothing_is_left_waiting(week: Week) -> None:
    assert week.core.state.ledger == {}
    assert week.core.state.claimed_by == {}
    assert week.core.state.timers == {}


def test_the_hub_knows_what_the_devices_are(week: Week) -> None:
    for prop, value in week.truth.items():
        if prop.split("/")[0] not in week.powerless:
            assert week.core.state.shadows[prop].reported == value, prop


def test_an_obedient_lamp_is_never_asked_twice_for_the_same(week: Week) -> None:
    for event in week.commands_to(Manner.OBEDIENT):
        assert isinstance(event.what, Commanded)
        assert event.what.command.attempt == 1


def test_no_lamp_is_fought_for_ever(week: Week) -> None:
    """Three tries for each thing that happened are a bound that no war would keep."""
    happened = len(week.entries)
    obedient = len(week.commands_to(Manner.OBEDIENT))
    for manner in (Manner.DEAF, Manner.UNDOING, Manner.SLOW):
        assert len(week.commands_to(manner)) < min(12 * obedient, happened)


def test_a_hand_is_left_alone_until_its_lease_is_over_or_a_newer_hand_comes(week: Week) -> None:
    held: dict[PropertyId, Claim] = {}
    for event in week.log:
        match event.what:
            case Claimed((claim, *_)) if claim.priority is Priority.HAND:
                held[claim.property] = claim
            case Released():
                held = {p: c for p, c in held.items() if c.owner != event.what.owner}
            case Commanded(command) if command.property in held:
                assert command.value == held[command.property].value, event
            case _:
                pass


def test_a_week_told_again_is_the_same_week(week: Week) -> None:
    log = msgspec.json.encode(week.log)
    assert msgspec.json.encode(fold(Core(compiled), week.entries)) == log
    inputs = [Entry(e.what, e.at_us, e.source) for e in week.log if e.source != CORE]  # type: ignore[arg-type]
    assert msgspec.json.encode(fold(Core(compiled), inputs)) == log
    assert folded(week.log) == week.core.state


def test_a_hub_that_is_started_anew_time_and_again_commands_the_same() -> None:
    steady, restarted = Week(4).live(), Week(4, restarts=True).live()
    assert restarted.restarts > 100
    assert [(e.at_us, e.what.command) for e in restarted.log if isinstance(e.what, Commanded)] == [
        (e.at_us, e.what.command) for e in steady.log if isinstance(e.what, Commanded)
    ]
    assert folded(restarted.log) == restarted.core.state
