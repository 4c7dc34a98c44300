"""One look at the runs of a scene in one place: what becomes of them now, as decisions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import final

from msgspec import Struct, structs

from hubd.core.listening import Decision
from hubd.core.view import View
from hubd.model.claim import Claim, Priority
from hubd.model.events import (
    Asked,
    Claimed,
    Questioned,
    Released,
    RunEnded,
    RunMoved,
    Sent,
    Summoned,
    TimerCleared,
    TimerSet,
    Told,
    What,
)
from hubd.model.ids import AreaId, PropertyId, SceneId
from hubd.model.instant import SECOND_US
from hubd.model.run import QUEUED, Run
from hubd.model.value import Value
from scenes.clock import next_moment
from scenes.expression.expression import Bound
from scenes.later import worked_out
from scenes.policies import GRACE_US, Missed, RunMode
from scenes.sequence import (
    Act,
    Again,
    Ask,
    Await,
    Awaited,
    Call,
    Condition,
    Done,
    Fork,
    Halt,
    Jump,
    Lay,
    LetGo,
    Pause,
    Put,
    Send,
    Tell,
    Unless,
)

_LONGEST_WAIT_S = 366 * 86_400.0

MOST_ACTS = 1000
"""A run that does so much without a wait is taken for endless, and ended."""

type Opening = Callable[[str, View], list[Decision]]
"""What a run begins with: the firing of its scene, and what that asks."""


class Course(Struct, frozen=True):
    """How a scene runs in one place of the home: its acts, and what surrounds them.

    `keeps`: its claims outlive its last act. `properties` are all that it claims there.
    """

    scene: SceneId
    owner: str
    place: str
    acts: tuple[Act, ...]
    here: AreaId | None = None
    mode: RunMode = RunMode.SINGLE
    most: int = 10
    missed: Missed | None = None
    keeps: bool = False
    alone: bool = True
    properties: frozenset[PropertyId] = frozenset()
    variables: tuple[tuple[str, Value], ...] = ()

    def claims(
        self, wishes: Mapping[PropertyId, Value], why: str, until_us: int, over_us: int
    ) -> tuple[Claim, ...]:
        """Return the claims of a step; what they wish is to be come to in `over_us`."""
        return tuple(
            Claim(prop, value, Priority.SCENE, self.owner, why, until_us, over_us=over_us)
            for prop, value in wishes.items()
        )


@final
class Passing:
    """Works on a copy of the runs, and gathers in `out` what is to be done about them.

    What is decided is folded only later, so what is read of runs is read here and not in the view.
    """

    __slots__ = (
        "_course",
        "_left",
        "_noted",
        "_open",
        "_runs",
        "_timers",
        "_to_do",
        "_until_us",
        "_view",
        "out",
    )

    def __init__(
        self, course: Course, view: View, opening: Opening, until_us: Callable[[View], int]
    ) -> None:
        self._course = course
        self._view = view
        self._open = opening
        self._until_us = until_us
        prefix = f"{course.place}:"
        runs = view.runs_of(course.scene)
        self._runs = {name: run for name, run in runs.items() if name.startswith(prefix)}
        self._noted = set(self._runs)
        self._to_do: list[tuple[str, Run]] = []
        self._left = MOST_ACTS
        self._timers: set[str] = set()
        self.out: list[Decision] = []

    @property
    def whole_runs(self) -> list[str]:
        """The runs that are not inside of another, in the order of their beginning."""
        return sorted((name for name in self._runs if "." not in name), key=_number)

    # beginning and ending

    def begin(self, why: str, by: str) -> None:
        """Begin a run, and go on with it as far as it gets."""
        self._begin(self._next_name(), why, by)
        self._work()

    def queue(self, why: str, by: str) -> None:
        """Let a run wait until those before it are over."""
        self._move(self._next_name(), Run(QUEUED, why, by))

    def _begin(self, name: str, why: str, by: str) -> None:
        until_us = self._until_us(self._view)
        self.out += self._open(why, self._view)
        if until_us:
            self._set(f"run:{name}:end", until_us)
        self._to_do.append((name, Run(0, why, by, until_us, self._course.variables)))

    def _next_name(self) -> str:
        whole = self.whole_runs
        number = _number(whole[-1]) + 1 if whole else 1
        return f"{self._course.place}:{number}"

    def end_all(self, why: str) -> None:
        """End all runs."""
        for name in self.whole_runs:
            self._end(name, why)

    def _end(self, name: str, why: str) -> None:
        """End the run `name` and those inside of it."""
        for inner in sorted(n for n in self._runs if n == name or n.startswith(f"{name}.")):
            self._clear_timers(inner, self._runs.pop(inner))
            self._note_end(inner, why)
        self._clear(f"run:{name}:end")

    def _whole_is_over(self) -> None:
        """See what follows when a run came to its end: the next one, or the claims' end."""
        course, whole = self._course, self.whole_runs
        waiting = [name for name in whole if self._runs[name].step == QUEUED]
        if waiting and len(waiting) == len(whole):
            run = self._runs.pop(waiting[0])
            self._begin(waiting[0], run.why, run.by)
        elif not whole and not course.keeps and course.properties:
            props = () if course.alone else tuple(sorted(course.properties))
            self.out.append(Released(course.owner, "its last step is done", props))

    # what comes

    def react(self, key: str, what: What) -> None:
        """Go on with the runs that wait for what came."""
        for name, run, act in list(self._awaiting()):
            if name in self._runs and any(
                self._comes(name, number, awaited, key, what)
                for number, awaited in enumerate(act.awaited)
            ):
                self._pass(name, run)

    def look_again(self) -> None:
        """Look at what is waited for as it is now."""
        for name, run, act in list(self._awaiting()):
            if name in self._runs and any(
                self._holds(name, number, awaited) for number, awaited in enumerate(act.awaited)
            ):
                self._pass(name, run)

    def due(self, timer: str, due_us: int) -> None:
        """Go on with the run whose `timer` ran out."""
        self._due(timer, due_us)
        self._work()

    def _due(self, timer: str, due_us: int) -> None:
        name, _, part = timer.removeprefix(f"run:{self._course.place}:").partition(":")
        name = f"{self._course.place}:{name}"
        run = self._runs.get(name)
        if run is None:
            return
        if part == "end":
            self._end(name, "its time is over")
            self._whole_is_over()
            return
        act = self._course.acts[run.step] if 0 <= run.step < len(self._course.acts) else None
        late = self._view.now_us - due_us > GRACE_US
        if late and (not part or part[0] == "a") and self._misses(name, timer):
            return
        match act:
            case Pause() if not part:
                self._pass(name, run)
            case Await() if not part:
                self._pass(name, run, out_of_time=act.stops)
            case Await() if int(part[1:]) < len(act.awaited):
                number = int(part[1:])
                if self._ripens(name, number, act.awaited[number], part[0]):
                    self._pass(name, run)
            case _:
                pass

    def replied(self, timer: str, *, yes: bool) -> None:
        """Go on with the run that asked about `timer`, or end it."""
        name = ":".join(timer.split(":")[1:3])
        run = self._runs.get(name)
        if run is None:
            return
        if yes:
            self._pass(name, run)
        else:
            whole = name.partition(".")[0]
            self._end(whole, "its time passed while the hub was off")
            self._whole_is_over()
            self._work()

    def _misses(self, name: str, timer: str) -> bool:
        """Say whether a wait that ended while the hub was off is not simply gone on with."""
        if self._course.missed is Missed.SKIP:
            self._end(name.partition(".")[0], "its time passed while the hub was off")
            self._whole_is_over()
            return True
        if self._course.missed is Missed.ASK:
            text = "what it waited for passed while the hub was off"
            self.out.append(Questioned(self._course.scene, timer, text))
            return True
        return False

    def _awaiting(self) -> Iterator[tuple[str, Run, Await]]:
        acts = self._course.acts
        for name, run in self._runs.items():
            act = acts[run.step] if 0 <= run.step < len(acts) else None
            if isinstance(act, Await):
                yield name, run, act

    # waiting

    def _comes(self, name: str, number: int, awaited: Awaited, key: str, what: What) -> bool:
        if awaited.press is not None:
            return bool(awaited.press.react(key, what, self._view, []))
        if awaited.times or awaited.state is None or key not in awaited.state.keys:
            return False
        return self._holds(name, number, awaited)

    def _holds(self, name: str, number: int, awaited: Awaited) -> bool:
        """Say whether a state that is waited for holds (and did so long enough)."""
        state = awaited.state
        if awaited.press is not None or awaited.times or state is None:
            return False
        turns_us = state.turns_us(self._view)
        if turns_us is not None:
            self._set(f"run:{name}:t{number}", turns_us)
        holds = state.holds(self._view)
        lasting = f"run:{name}:f{number}"
        if not awaited.for_us:
            return holds
        if not holds:
            self._clear(lasting)
        elif not self._is_set(lasting):
            self._set(lasting, self._view.now_us + awaited.for_us)
        return False

    def _ripens(self, name: str, number: int, awaited: Awaited, kind: str) -> bool:
        """Say whether what is waited for is there, now that its timer ran out."""
        if kind == "t":
            return self._holds(name, number, awaited)
        if awaited.state is not None and not awaited.state.holds(self._view):
            if kind == "a":
                self._set_moment(name, number, awaited)
            return False
        return True

    def _wait(self, name: str, act: Pause | Await, variables: Mapping[str, Value]) -> bool:
        """Set the timers of a wait; say whether there is nothing to wait for."""
        if isinstance(act, Pause):
            for_us = self._length_us(act.for_us, variables)
            if for_us:
                self._set(f"run:{name}", self._view.now_us + for_us)
            return not for_us
        for number, awaited in enumerate(act.awaited):
            if self._holds(name, number, awaited):
                return True
            if awaited.times:
                self._set_moment(name, number, awaited)
        if act.at_most_us:
            self._set(f"run:{name}", self._view.now_us + act.at_most_us)
        return False

    def _length_us(self, length: int | Bound, variables: Mapping[str, Value]) -> int:
        """Return how long a wait is; what is not known, or less than nothing, is nothing."""
        if isinstance(length, int):
            return length
        seconds = length.value(self._view, variables)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            return 0
        return round(min(max(0.0, seconds), _LONGEST_WAIT_S) * SECOND_US)

    def _set_moment(self, name: str, number: int, awaited: Awaited) -> None:
        now_us, place = self._view.now_us, self._view.home.place
        ends = [next_moment(time, now_us, place) for time in awaited.times]
        first_us = min((end for end in ends if end is not None), default=None)
        if first_us is not None:
            self._set(f"run:{name}:a{number}", first_us)

    def _pass(self, name: str, run: Run, *, out_of_time: bool = False) -> None:
        self._clear_timers(name, run)
        if out_of_time:
            self._end(name.partition(".")[0], "it waited as long as it may")
            self._whole_is_over()
            return
        self._to_do.append((name, structs.replace(run, step=run.step + 1)))
        self._work()

    # going on

    def _work(self) -> None:
        """Go on with all that can go on."""
        while self._to_do:
            name, run = self._to_do.pop()
            if "." not in name or name in self._runs:
                self._go(name, run)

    def _go(self, name: str, run: Run) -> None:  # noqa: C901 - one case for each act
        """Carry out acts from where `run` stands until it waits or is over."""
        course = self._course
        step, variables = run.step, dict(run.variables)
        while self._left:
            self._left -= 1
            act = course.acts[step]
            step += 1
            match act:
                case Pause() | Await():
                    if not self._wait(name, act, variables):
                        self._move(name, _at(run, step - 1, variables))
                        return
                    self._clear_timers(name, _at(run, step - 1, variables))
                case Unless():
                    if not all(self._is_so(c, run, variables) for c in act.conditions):
                        step = act.to
                case Jump():
                    step = act.to
                case Again():
                    step = _again(act, step, variables)
                case Put():
                    variables |= self._worked_out(act, variables)
                case Fork():
                    self._fork(name, act, _at(run, act.to, variables))
                    return
                case Done():
                    self._is_done(name)
                    return
                case Halt():
                    self._stop(name, act.why)
                    return
                case _:
                    self.out += self._deeds(act, run, variables)
        self._stop(name, "it goes round without a wait")

    def _worked_out(self, act: Put, variables: Mapping[str, Value]) -> dict[str, Value]:
        """Return the new values; what cannot be known now stays as it was."""
        values = {
            name: value.value(self._view, variables) if isinstance(value, Bound) else value
            for name, value in act.values.items()
        }
        return {name: value for name, value in values.items() if value is not None}

    def _deeds(  # noqa: PLR0911 - one for each act
        self, act: Act, run: Run, variables: Mapping[str, Value]
    ) -> Sequence[Decision]:
        course, owner = self._course, self._course.owner
        match act:
            case Lay():
                wishes = worked_out(act.wishes, self._view, variables)
                return (Claimed(course.claims(wishes, run.why, run.until_us, act.over_us)),)
            case Ask():
                return [Asked(d, e, n, owner, run.why, arg) for d, e, n, arg in act.deeds]
            case Tell():
                text = act.text.say(self._view, variables)
                return (Told(owner, text, act.to, run.why),)
            case Send():
                payload = act.payload.say(self._view, variables)
                return (Sent(act.topic, payload, act.retain, owner, run.why),)
            case Call():
                return [Summoned(s, owner, run.why, act.end, course.here) for s in act.scenes]
            case LetGo():
                mine = course.properties
                props = mine & act.properties if act.properties else mine
                return (Released(owner, "a step lets go of it", tuple(sorted(props))),)
            case _:
                return ()

    def _is_so(self, condition: Condition, run: Run, variables: Mapping[str, Value]) -> bool:
        if condition.by and run.by not in condition.by:
            return False
        if condition.that and condition.that.value(self._view, variables) is not True:
            return False
        return condition.state is None or condition.state.holds(self._view)

    def _fork(self, name: str, act: Fork, after: Run) -> None:
        self._move(name, after)
        inner = {f"{name}.{i}": structs.replace(after, step=s) for i, s in enumerate(act.starts, 1)}
        self._runs |= inner
        self._to_do += reversed(inner.items())

    def _is_done(self, name: str) -> None:
        self._runs.pop(name, None)
        self._note_end(name, "its last step is done")
        outer = name.rpartition(".")[0]
        if not outer:
            self._clear(f"run:{name}:end")
            self._whole_is_over()
        elif not any(other.startswith(f"{outer}.") for other in self._runs):
            self._to_do.append((outer, self._runs[outer]))

    def _stop(self, name: str, why: str) -> None:
        whole = name.partition(".")[0]
        self._end(whole, why)
        self._whole_is_over()

    # what is noted

    def _move(self, name: str, run: Run) -> None:
        self._runs[name] = run
        self._noted.add(name)
        self.out.append(RunMoved(self._course.scene, name, run))

    def _note_end(self, name: str, why: str) -> None:
        """Note the end of a run that the log knows; one that never waited was not noted."""
        if name in self._noted:
            self._noted.discard(name)
            self.out.append(RunEnded(self._course.scene, name, why))

    def _is_set(self, timer: str) -> bool:
        return (
            timer in self._timers or self._view.timer_due_us(self._course.scene, timer) is not None
        )

    def _set(self, timer: str, due_us: int) -> None:
        if self._view.timer_due_us(self._course.scene, timer) != due_us:
            self._timers.add(timer)
            self.out.append(TimerSet(self._course.scene, timer, due_us))

    def _clear(self, timer: str) -> None:
        if self._is_set(timer):
            self._timers.discard(timer)
            self.out.append(TimerCleared(self._course.scene, timer))

    def _clear_timers(self, name: str, run: Run) -> None:
        """Clear what was set for the act that `run` stands at."""
        acts = self._course.acts
        act = acts[run.step] if 0 <= run.step < len(acts) else None
        if not isinstance(act, Pause | Await):
            return
        self._clear(f"run:{name}")
        for number in range(len(act.awaited) if isinstance(act, Await) else 0):
            for kind in "tfa":
                self._clear(f"run:{name}:{kind}{number}")


def _number(name: str) -> int:
    return int(name.rpartition(":")[2].partition(".")[0])


def _at(run: Run, step: int, variables: Mapping[str, Value]) -> Run:
    return structs.replace(run, step=step, variables=tuple(sorted(variables.items())))


def _again(act: Again, step: int, variables: dict[str, Value]) -> int:
    """Return the step to go on at, counting in `variables`."""
    slot = f"#{step}"
    count = variables.get(slot, 1)
    if isinstance(count, int) and count < act.times:
        variables[slot] = count + 1
        return act.to
    variables.pop(slot, None)
    return step
