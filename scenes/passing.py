"""One look at the runs of a scene in one place: what becomes of them now, as decisions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import final

from msgspec import structs

from hubd.core.listening import Decision
from hubd.core.view import View
from hubd.model.events import (
    Asked,
    Claimed,
    Questioned,
    Released,
    RunEnded,
    RunMoved,
    Sent,
    Summoned,
    Told,
    What,
)
from hubd.model.run import QUEUED, Run
from hubd.model.value import Value
from scenes.course import Course, Opening
from scenes.expression.expression import Bound
from scenes.later import worked_out
from scenes.policies import GRACE_US, Missed
from scenes.sequence import (
    Act,
    Again,
    Ask,
    Await,
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
from scenes.waiting import Waiting

MOST_ACTS = 1000
"""A run that does so much without a wait is taken for endless, and ended."""


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
        "_to_do",
        "_until_us",
        "_view",
        "_waiting",
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
        self.out: list[Decision] = []
        self._waiting = Waiting(course, view, self.out)

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
            self._waiting.set(f"run:{name}:end", until_us)
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
            self._waiting.end(inner, self._runs.pop(inner))
            self._note_end(inner, why)
        self._waiting.clear(f"run:{name}:end")

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
                self._waiting.comes(name, number, awaited, key, what)
                for number, awaited in enumerate(act.awaited)
            ):
                self._pass(name, run)

    def look_again(self) -> None:
        """Look at what is waited for as it is now."""
        for name, run, act in list(self._awaiting()):
            if name in self._runs and any(
                self._waiting.holds(name, number, awaited)
                for number, awaited in enumerate(act.awaited)
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
        act = self._course.act_of(run)
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
                if self._waiting.ripens(name, number, act.awaited[number], part[0]):
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
        for name, run in self._runs.items():
            act = self._course.act_of(run)
            if isinstance(act, Await):
                yield name, run, act

    # going on

    def _pass(self, name: str, run: Run, *, out_of_time: bool = False) -> None:
        self._waiting.end(name, run)
        if out_of_time:
            self._end(name.partition(".")[0], "it waited as long as it may")
            self._whole_is_over()
            return
        self._to_do.append((name, structs.replace(run, step=run.step + 1)))
        self._work()

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
                    if not self._waiting.begin(name, act, variables):
                        self._move(name, _at(run, step - 1, variables))
                        return
                    self._waiting.end(name, _at(run, step - 1, variables))
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
                props = course.properties
                if act.properties is not None:
                    props &= act.properties
                # A release that names nothing would be one of all that the scene claims anywhere.
                why = "a step lets go of it"
                return (Released(owner, why, tuple(sorted(props))),) if props else ()
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
            self._waiting.clear(f"run:{name}:end")
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
