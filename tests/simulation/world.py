"""A home in simulated time: a hub that may be killed, devices that may fail, and people.

Everything is drawn from one seed, so that a day that breaks a law breaks it again.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from itertools import count
from random import Random

from msgspec import Struct

from hubd.core import resume as resuming
from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.documents import DocumentError
from hubd.model.claim import Claim, Priority
from hubd.model.command import Command
from hubd.model.device import DeviceType
from hubd.model.events import (
    Adopted,
    Answered,
    AreaSet,
    Asked,
    Availability,
    Claimed,
    Commanded,
    Confirmed,
    Event,
    Input,
    PersonSet,
    Released,
    Reported,
    SafetyRevised,
    SceneRevised,
    Signalled,
    TimePassed,
    Withheld,
)
from hubd.model.home import Person, Role
from hubd.model.ids import DeviceId, EventId, PersonId, PropertyId, SceneId, property_id
from hubd.model.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from hubd.model.value import Value
from scenes.compiler import compile_scene, read_scene
from scenes.program import SceneProgram
from scenes.safety.compiler import DEFAULTS, compile_rules
from scenes.scene import Scene as SceneWords
from tests.simulation.faults import Manner, Temper
from tests.simulation.homes import (
    CHIME,
    LEVEL,
    LOCKED,
    ON,
    ONE,
    PRESSED,
    SETPOINT,
    VALVE,
    furnished,
)
from tests.simulation.story import Crash, Looked, Scene, Sent, Take

START_US = 20_600 * DAY_US
QUIET_US = 30 * HOUR_US
_LAG_EVENTS = 25
"""How far the log may be behind when the hub is killed."""


class _Coming(Struct, frozen=True):
    """Something that happens later: a message on its way to the hub, or a deed of a device."""

    message: Input | None = None
    deed: Callable[[], None] | None = None
    hand: bool = False


class World:
    """A home and its days. `story` is what the laws read."""

    def __init__(self, seed: int, temper: Temper) -> None:
        self.random = Random(seed)
        self.temper = temper
        self.home = furnished(self.random)
        self.truth = dict(self.home.first)
        self.story: list[Scene] = []
        self.faults: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.real_us = START_US
        self._ahead_us = 0
        self._order = count()
        self._coming: list[tuple[int, int, _Coming]] = []
        self._down = False
        self._calm = False
        self._away: set[DeviceId] = set()
        self._latest: dict[DeviceId, int] = {}
        self._touched: dict[DeviceId, int] = {}
        self._serial: dict[PropertyId, int] = {}
        self._tokens = count(1)
        self._keeps_rules = seed % 2 == 1
        self._manners = {d.id: self._manner() for d in self.home.devices}
        self._parsed: dict[str, SceneWords] = {}
        self._core = Core(self._compile, rules=compile_rules)
        self._saved: list[tuple[int, bytes]] = []
        self._log: list[Event] = []
        self._durable = 0
        self._move_in()

    def _manner(self) -> Manner:
        if self.random.random() < self.temper.obedient:
            return Manner.OBEDIENT
        return self.random.choice((Manner.SLOW, Manner.DEAF, Manner.UNDOING))

    def _compile(self, revised: SceneRevised) -> SceneProgram:
        """Compile a scene; its text is read once."""
        said = self._parsed.get(revised.source)
        if said is None:
            try:
                said = self._parsed[revised.source] = read_scene(revised.source, revised.path)
            except DocumentError:
                raise AssertionError(compile_scene(revised)) from None
        return SceneProgram(revised.scene, said)

    def _move_in(self) -> None:
        for area in self.home.areas:
            self.take(AreaSet(area))
        self.take(PersonSet(Person(PersonId("ann"), "Ann", Role.OWNER)))
        if self._keeps_rules:
            self.take(SafetyRevised(DEFAULTS, "safety.yaml"))
        for device in self.home.devices:
            self.take(Adopted(device))
        for wanted in self.home.scenes:
            self.take(SceneRevised(SceneId(wanted.scene), wanted.text, f"{wanted.scene}.yaml"))
        for prop, value in self.truth.items():
            self.take(Reported(prop, value, restored=True))
        self._durable = self._log[-1].id
        self._save()

    def is_obedient(self, device: DeviceId) -> bool:
        """Say whether a device does all that it is told, and is there."""
        return self._manners[device] is Manner.OBEDIENT and device not in self._away

    # days

    def live(self, days: float) -> "World":
        """Let days pass, and then a quiet time in which everything comes to its end."""
        until_us = self.real_us + round(days * DAY_US)
        mean_us = DAY_US / self.temper.happenings
        while self.real_us < until_us:
            self.wait(max(1, round(self.random.expovariate(1.0) * mean_us)))
            self._something_happens()
            if self.random.random() < 0.03:
                self._save()
        if self._down:
            self._start()
            self.wait(0)
        for device in sorted(self._away):
            self._come_back(device)
        self._calm = True
        self.wait(QUIET_US)
        return self

    def _something_happens(self) -> None:
        draw, temper = self.random.random(), self.temper
        for chance, happen in (
            (temper.outages, self._outage),
            (temper.asks, self._ask),
            (temper.hands, self._hand),
            (temper.wishes, self._wish),
            (temper.safety, self._safety),
            (temper.clock_jumps, self._clock_jumps),
            (0.05, self._press),
            (0.05, self._tell_again),
        ):
            if draw < chance:
                happen()
                return
            draw -= chance
        self._sense()

    def _sense(self) -> None:
        device = self.random.choice([d for d in self.home.devices if _senses(d.endpoints[0].type)])
        prop = device.property_ids()[0]
        value = not self.truth[prop]
        self._becomes(prop, value)
        if value and self.random.random() < 0.8:
            after_us = self.random.randrange(SECOND_US, 12 * MINUTE_US)
            self._later(after_us, _Coming(deed=lambda: self._becomes(prop, value=False)))

    def _press(self) -> None:
        if not self._down:
            self.take(Signalled(DeviceId("bell_button"), ONE, PRESSED, "single"))

    def _tell_again(self) -> None:
        prop = self.random.choice([*self.truth])
        self._report(prop, restored=self.random.random() < 0.3)

    def _ask(self) -> None:
        """Someone asks for an action, which its argument tells from all others."""
        if not self._down:
            token = float(next(self._tokens))
            self.take(Asked(DeviceId("siren"), ONE, CHIME, "person:ann", "", token))

    def _controlled(self) -> PropertyId:
        return self.random.choice(
            [
                property_id(d.id, ONE, prop.name)
                for d in self.home.devices
                for prop in d.endpoints[0].properties
                if prop.writable
            ]
        )

    def _other_value(self, prop: PropertyId) -> Value:
        name = prop.rsplit("/", 1)[1]
        if name == LEVEL:
            return self.random.choice(
                [v for v in (10.0, 30.0, 60.0, 90.0) if v != self.truth[prop]]
            )
        if name == SETPOINT:
            return self.random.choice([v for v in (17.0, 19.0, 23.0) if v != self.truth[prop]])
        return not self.truth[prop]

    def _hand(self) -> None:
        """Someone sets a device at the device itself."""
        prop = self._controlled()
        device = DeviceId(prop.split("/", 1)[0])
        if prop.endswith(LEVEL) and not self.truth[property_id(device, ONE, ON)]:
            return
        self._touched[device] = self.real_us
        self._becomes(prop, self._other_value(prop), hand=True)

    def _wish(self) -> None:
        """A person or a plan claims something, for a while or until it gives it up."""
        if self._down:
            return
        prop = self._controlled()
        person = self.random.random() < 0.7
        owner, rank = ("person:ann", Priority.HAND) if person else ("agent:plan", Priority.PLAN)
        span_us = self.random.choice((20 * SECOND_US, 10 * MINUTE_US, 3 * HOUR_US))
        over_us = self.random.choice((0, 0, 5 * SECOND_US, 5 * MINUTE_US))
        until_us = self.now_us + span_us if self.random.random() < 0.5 else 0
        value = self._other_value(prop) if self.random.random() < 0.8 else self.truth[prop]
        self.take(Claimed((Claim(prop, value, rank, owner, "", until_us, over_us),)))
        if not until_us:
            self._later(span_us, _Coming(Released(owner, "", (prop,))))
        if person and rank is Priority.HAND:
            self._look_later(prop)

    def _consider(self, withheld: EventId) -> None:
        """Someone may confirm what a safety rule holds back: in time, or too late."""
        self.counts["withheld"] += 1
        if self.random.random() < 0.5:
            after_us = self.random.randrange(SECOND_US, 15 * MINUTE_US)
            self._later(after_us, _Coming(Confirmed(withheld)))

    def _safety(self) -> None:
        if self._down:
            return
        prop = self._controlled()
        owner = f"safety:{self.random.choice(('water', 'fire'))}"
        span_us = self.random.choice((MINUTE_US, HOUR_US))
        value = self._other_value(prop)
        self.take(Claimed((Claim(prop, value, Priority.SAFETY, owner, "danger"),)))
        self._later(span_us, _Coming(Released(owner, "", (prop,))))
        self._look_later(prop)

    def _look_later(self, prop: PropertyId) -> None:
        self._later(40 * SECOND_US, _Coming(deed=lambda: self._look(prop)))

    def _look(self, prop: PropertyId) -> None:
        device = DeviceId(prop.split("/", 1)[0])
        touched = self.real_us - self._touched.get(device, 0) < MINUTE_US
        if not self._down and not touched and self.is_obedient(device):
            self.story.append(Looked(self.now_us, prop, self.truth[prop]))

    def _clock_jumps(self) -> None:
        self.faults["clock jumps"] += 1
        self._ahead_us += self.random.choice(
            (-10 * MINUTE_US, -SECOND_US, 30 * SECOND_US, 2 * HOUR_US)
        )
        self.wait(0)

    # devices

    def _outage(self) -> None:
        """A device goes away, and comes back hours or seconds later as it is then."""
        risky = self.random.random() < self.temper.risky_outages
        names = ("door_lock", "main_valve")
        choice = names if risky else [d.id for d in self.home.devices]
        device = DeviceId(self.random.choice(choice))
        if device in self._away:
            return
        self.faults["outages"] += 1
        self._away.add(device)
        self._reach(device)
        span_us = self.random.choice((20 * SECOND_US, 10 * MINUTE_US, 2 * HOUR_US, 14 * HOUR_US))
        if risky and not self._down:
            prop = property_id(device, ONE, LOCKED if device == "door_lock" else VALVE)
            wish = Claim(prop, not self.truth[prop], Priority.PLAN, "agent:plan", "")
            self.take(Claimed((wish,)))
        self._later(span_us, _Coming(deed=lambda: self._come_back(device)))

    def _come_back(self, device: DeviceId) -> None:
        if device not in self._away:
            return
        self._away.discard(device)
        lit = property_id(device, ONE, ON)
        if lit in self.truth and self.random.random() < 0.5:
            self.truth[lit] = False
        self._reach(device)
        self._tell_all(device)

    def _reach(self, device: DeviceId) -> None:
        if not self._down:
            self.take(Availability(device, device not in self._away))

    def _tell_all(self, device: DeviceId) -> None:
        for prop in self.truth:
            if prop.startswith(f"{device}/"):
                self._report(prop, restored=True)

    def _becomes(self, prop: PropertyId, value: Value, *, hand: bool = False) -> None:
        """Let a device be something else, and tell it unless it is away."""
        if DeviceId(prop.split("/", 1)[0]) in self._away and not hand:
            return
        if self.truth[prop] != value:
            self.truth[prop] = value
            self._serial[prop] = self._serial.get(prop, 0) + 1
            self._report(prop, hand=hand)

    def _report(self, prop: PropertyId, *, restored: bool = False, hand: bool = False) -> None:
        device = DeviceId(prop.split("/", 1)[0])
        if device in self._away:
            return
        message = Reported(prop, self.truth[prop], restored)
        temper, draw = self.temper, self.random.random
        if not restored and not hand and draw() < temper.lost:
            self.faults["lost reports"] += 1
            return
        after_us = 0 if restored else self.random.randrange(1_000, 60_000)
        if not restored and draw() < temper.late:
            self.faults["late reports"] += 1
            after_us = self.random.randrange(100_000, 1_500_000)
        self._later(after_us, _Coming(message, hand=hand))
        if draw() < temper.duplicated:
            self.faults["doubled reports"] += 1
            again_us = after_us + self.random.randrange(1_500_000)
            self._later(again_us, _Coming(message))

    def _obey(self, sent: Sent) -> None:
        """Let a command arrive at its device."""
        command = sent.command
        device = command.device
        manner = self._manners[device]
        if device in self._away:
            return
        if manner is Manner.DEAF:
            self.faults["unheard commands"] += 1
            return
        slow = manner is Manner.SLOW
        after_us = self.random.randrange(6, 20) * SECOND_US if slow else self.random.randrange(9**6)
        if command.action:
            if not slow or self.random.random() < 0.5:
                self._later(after_us, _Coming(Answered(sent.event, accepted=True)))
            return
        prop, before = command.property, self.truth[command.property]
        arrival_us = max(self.real_us + after_us, self._latest.get(device, 0))
        self._latest[device] = arrival_us  # a device does one thing after the other
        after_us = arrival_us - self.real_us
        self._later(after_us, _Coming(deed=lambda: self._do(command)))
        if manner is Manner.UNDOING:
            self.faults["undone commands"] += 1
            undo_us = after_us + command.over_us + 3 * SECOND_US
            self._later(undo_us, _Coming(deed=lambda: self._becomes(prop, before)))

    def _do(self, command: Command) -> None:
        prop, target, start = command.property, command.value, self.truth[command.property]
        if command.device in self._away:
            return
        self._serial[prop] = serial = self._serial.get(prop, 0) + 1
        fades = command.over_us and isinstance(target, float) and isinstance(start, float)
        if not fades:
            self._set(prop, target, serial)
            return
        assert isinstance(target, float)
        assert isinstance(start, float)
        for step in range(1, 5):
            value = start + (target - start) * step / 4
            self._later(
                command.over_us * step // 4,
                _Coming(deed=lambda value=value: self._set(prop, value, serial)),  # type: ignore[misc]
            )

    def _set(self, prop: PropertyId, value: Value, serial: int) -> None:
        """Carry a command on, unless something newer came between; it is told in any case."""
        if DeviceId(prop.split("/", 1)[0]) in self._away or self._serial.get(prop) != serial:
            return
        self.truth[prop] = value
        self._report(prop)

    # time and wire

    @property
    def now_us(self) -> int:
        """The time by the hub's clock."""
        return self.real_us + self._ahead_us

    def wait(self, span_us: int) -> None:
        """Let time pass; what comes, comes when it comes, and what is due is taken then."""
        until_us = self.real_us + span_us
        never = until_us + 1
        while True:
            comes_us = self._coming[0][0] if self._coming else never
            due = None if self._down else self._core.next_due_us
            due_us = never if due is None else max(due - self._ahead_us, self.real_us)
            if min(comes_us, due_us) > until_us:
                break
            self.real_us = min(comes_us, due_us)
            if due_us <= comes_us:
                self.take(TimePassed())
            else:
                self._arrive(heapq.heappop(self._coming)[2])
        self.real_us = until_us

    def _later(self, after_us: int, coming: _Coming) -> None:
        heapq.heappush(self._coming, (self.real_us + after_us, next(self._order), coming))

    def _arrive(self, coming: _Coming) -> None:
        if coming.deed is not None:
            coming.deed()
        if coming.message is not None and not self._down:
            match coming.message:
                case Reported(prop) if DeviceId(prop.split("/", 1)[0]) in self._away:
                    return
                case Answered(command) if command not in self._core.state.ledger:
                    return
                case message:
                    self.take(message, hand=coming.hand)

    def take(self, what: Input, *, hand: bool = False) -> None:
        """Let the hub take an input: fold it, send what follows, log it; or die in between."""
        source = "person:ann" if isinstance(what, Confirmed) else "sim"
        events = self._core.fold(what, self.now_us, source)
        if not events:
            return
        self.counts["events"] += len(events)
        for event in events:
            if isinstance(event.what, Withheld):
                self._consider(event.id)
        orders = [Sent(e.id, e.what.command) for e in events if isinstance(e.what, Commanded)]
        mortal = bool(self._saved) and not self._calm
        dies = mortal and self.random.random() < self.temper.crashes
        amid = dies and self.random.random() < 0.5
        sent = self._sent_before_death(orders) if amid else orders
        self.counts["commands"] += len(sent)
        self._log += events
        self.story.append(Take(tuple(events), tuple(sent), hand))
        for order in sent:
            if order.command.action:
                # It was logged first (hubd.hub): no crash takes it out of the log again.
                self._durable = max(self._durable, order.event)
            self._obey(order)
        if dies:
            self._crash()

    def _sent_before_death(self, orders: list[Sent]) -> list[Sent]:
        """Return what of `orders` goes out before the hub is killed amid this very input."""
        sent = orders[: self.random.randint(0, len(orders))]
        logged = self.random.random() < 0.5
        return [s for s in sent if not s.command.action or logged]

    # the hub's memory

    def _save(self) -> None:
        if not self._down:
            self._durable = self._log[-1].id
            self._saved.append((self._durable, snapshot.encode(self._core.state)))
            del self._saved[:-2]

    def _crash(self) -> None:
        """Kill the hub. Its log ends somewhere between what was durable and what it had done."""
        self.faults["crashes"] += 1
        last = self._log[-1].id
        kept = max(self._durable, last - self.random.randint(0, _LAG_EVENTS))
        del self._log[kept:]
        lost: list[Take] = []
        while self.story and not isinstance(scene := self.story[-1], Crash):
            if isinstance(scene, Take):
                if scene.events[-1].id <= kept:
                    break
                lost.append(scene)
            self.story.pop()
        torn = lost[-1] if lost and lost[-1].input.id <= kept else None
        self.story.append(Crash(tuple(reversed(lost)), torn is not None))
        self._down = True
        self._torn = torn
        self._kept = kept
        span_us = self.random.choice((0, SECOND_US, MINUTE_US, 3 * HOUR_US))
        self._later(span_us, _Coming(deed=self._start))

    def _start(self) -> None:
        """Start the hub from its log; the devices tell what they are by retained messages."""
        if not self._down:
            return
        position, saved = next(s for s in reversed(self._saved) if s[0] <= self._kept)
        state = snapshot.decode(saved)
        self._core, lacking = resuming.resume(
            self._compile, state, self._log[position:], rules=compile_rules
        )
        self._log += lacking
        if self._torn is not None:
            kept = tuple(e for e in self._torn.events if e.id <= self._kept)
            self.story.append(Take((*kept, *lacking), self._torn.sent, self._torn.hand))
        self._down = False
        self._torn = None
        self._durable = self._kept
        for device in self.home.devices:
            there = device.id not in self._away
            if there is (device.id in self._core.state.unreachable):
                self._later(
                    self.random.randrange(2 * SECOND_US),
                    _Coming(deed=lambda d=device.id: self._reach_again(d)),  # type: ignore[misc]
                )
            if there:
                self._later(
                    self.random.randrange(2 * SECOND_US),
                    _Coming(deed=lambda d=device.id: self._tell_all(d)),  # type: ignore[misc]
                )

    def _reach_again(self, device: DeviceId) -> None:
        if (device not in self._away) is (device in self._core.state.unreachable):
            self._reach(device)

    _torn: Take | None = None
    _kept: int = 0


def _senses(kind: DeviceType) -> bool:
    return kind in {
        DeviceType.OCCUPANCY_SENSOR,
        DeviceType.CONTACT_SENSOR,
        DeviceType.WATER_LEAK_DETECTOR,
    }
