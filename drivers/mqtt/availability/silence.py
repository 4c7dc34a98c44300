"""One device's silence: when it is asked, and when it counts as lost. Pure.

Time is one that stands still while there is no broker to hear by, in seconds; chance comes from
outside, 0 to 1. Its owner calls `heard` for each message that comes when `rhythm.news_s` has
passed, sets `rhythm.heard_s` for the others, and calls `look` when `due_s` has come.
"""

from enum import Enum, auto

from drivers.kit.rhythm import Rhythm
from drivers.mqtt.availability.plan import AWAKE

GRACE_S = 60.0
"""When the broker is there, devices have so long to find it again before any of them is asked."""
SPREAD_S = 540.0
"""Then those that stay silent are asked within this time, spread by chance."""
ANSWER_S = 20.0
"""How long an answer may take: a bridge gives a Zigbee device ten seconds."""
PAUSE_S = 40.0
"""The second question follows the first after this at most, half of it at least."""
QUESTIONS = 2
"""So many stay unanswered before a device is lost."""
LATER_S, LATEST_S = 600.0, 7200.0
"""One that is lost is asked again, ever less often: after so long, and so long at most."""


class Step(Enum):
    """What is to be done about a silent device."""

    WAIT = auto()
    ASK = auto()
    LOST = auto()
    """It is lost from now on."""


class Silence:
    """How long one device has been silent.

    `lost` is None while it was never heard.
    """

    __slots__ = (
        "_asked", "_asked_s", "_due_s", "_heard_s", "_jitter", "_pinged", "_quiet_s",
        "lost", "rhythm",
    )  # fmt: skip

    def __init__(
        self,
        rhythm: Rhythm,
        now_s: float,
        chance: float,
        *,
        pinged: bool = False,
        lost: bool = False,
    ) -> None:
        """Begin at `now_s`; `rhythm` is what was learnt of it before, when it may be `lost`."""
        self.rhythm = rhythm
        self.lost: bool | None = None if rhythm.heard_s is None else lost
        self._pinged = pinged
        self._jitter = chance
        self._heard_s = now_s if rhythm.heard_s is None else rhythm.heard_s
        self._asked = QUESTIONS if self.lost else 0
        self._asked_s = now_s - ANSWER_S
        self._due_s: float | None = None
        self._quiet_s = now_s
        self.resume(now_s, chance)

    def silent_s(self, now_s: float) -> float:
        """Return for how long it has been silent."""
        return now_s - self._last_s

    @property
    def _last_s(self) -> float:
        """When it was heard last, by itself or since it was asked; or since when it is followed."""
        own_s = self.rhythm.heard_s
        return self._heard_s if own_s is None else max(self._heard_s, own_s)

    @property
    def asked(self) -> int:
        """How many questions it left unanswered."""
        return self._asked

    def heard(self, now_s: float) -> bool:
        """Note a message; return whether it changes when to look, or ends a loss."""
        if self._asked or self.lost is not False:
            return self._answered(now_s)
        return self.rhythm.heard(now_s)

    def _answered(self, now_s: float) -> bool:
        self._heard_s = now_s
        if not self._asked or now_s - self._asked_s > ANSWER_S:
            self.rhythm.heard(now_s)  # what was asked for says nothing of its own rhythm
        self._asked, self._due_s, self.lost = 0, None, False
        return True

    def resume(self, now_s: float, chance: float) -> None:
        """Ask nobody for a while: the hub or the broker has just begun, and nobody listened."""
        self.rhythm.tear()
        if self._pinged:
            self._quiet_s = now_s + GRACE_S + chance * SPREAD_S
            if not self.lost:
                self._asked, self._due_s = 0, None  # an answer may have been lost with the broker
            elif self._due_s is None:
                self._due_s = now_s

    @property
    def due_s(self) -> float | None:
        """When to look at it next; None if nothing is to be waited for."""
        if not self._pinged:
            return None if self.lost is not False else self.rhythm.due_s
        own_s = self._due_s if self._asked else self._last_s + self._patience_s
        return None if own_s is None else max(own_s, self._quiet_s)

    def look(self, now_s: float) -> Step:
        """Return what is to be done now."""
        due_s = self.due_s
        if due_s is None or now_s < due_s:
            return Step.WAIT
        self.rhythm.await_it()
        if not self._pinged or (self._asked >= QUESTIONS and not self.lost):
            self.lost = True
            if self._pinged:
                self._due_s = now_s + self._later_s
            return Step.LOST
        return Step.ASK

    def being_asked(self) -> None:
        """Note that a question is in line: nothing is due until it is out."""
        self._asked += 1
        self._due_s = None

    def was_asked(self, now_s: float, chance: float) -> None:
        """Note that the question went out."""
        if not self._asked:  # it spoke while the question waited
            return
        self._jitter, self._asked_s = chance, now_s
        if self.lost:
            self._due_s = now_s + self._later_s
        elif self._asked < QUESTIONS:
            self._due_s = now_s + ANSWER_S + PAUSE_S * (0.5 + chance / 2)
        else:
            self._due_s = now_s + ANSWER_S

    @property
    def _patience_s(self) -> float:
        """For how long it is left alone: where it speaks by itself soon after, until then."""
        wished_s = (self.rhythm.longest_s or 0.0) * AWAKE.slack
        spared = AWAKE.at_least_s <= wished_s <= AWAKE.at_most_s
        return (wished_s if spared else AWAKE.at_least_s) + self._jitter * GRACE_S / 2

    @property
    def _later_s(self) -> float:
        doubled = LATER_S * 2.0 ** max(0, min(self._asked - QUESTIONS, 8))
        return min(LATEST_S, doubled) * (0.5 + self._jitter / 2)
