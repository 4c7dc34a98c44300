"""From a scene's steps to acts, bound to the home."""

from collections.abc import Iterable, Mapping, Sequence

from hubd.model.ids import SceneId
from hubd.model.value import Value
from scenes.binding import Scope, bind_states
from scenes.expression.expression import Expression
from scenes.language import States, Trigger
from scenes.presses import bind_heard, bind_pressed
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
from scenes.steps import Repeat, Step
from scenes.targets import Target


def bind_steps(steps: Sequence[Step], scope: Scope) -> tuple[Act, ...]:
    """Return the acts of `steps` in the home; () if there are no steps."""
    if not steps:
        return ()
    binder = _Binder(scope)
    binder.add_all(steps)
    binder.acts.append(Done())
    return tuple(binder.acts)


class _Binder:
    """Appends acts; jumps forward are filled in when it is known where they lead."""

    def __init__(self, scope: Scope) -> None:
        self.acts: list[Act] = []
        self._scope = scope

    def add_all(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self._add(step)

    def _add(self, step: Step) -> None:
        if step.if_ is not None:
            self._branch(step.if_, step.then, step.else_)
        elif step.repeat is not None:
            self._repeat(step.repeat, step.steps)
        elif step.together:
            self._fork(step.together)
        else:
            self.acts.extend(self._simple(step))
            self.acts.extend(self._said(step))

    def _said(self, step: Step) -> Iterable[Act]:
        home, here = self._scope.home, self._scope.here
        if step.tell is not None:
            yield Tell(step.tell.text.bind(home, here), step.tell.to)
        if step.send is not None:
            payload = step.send.payload.bind(home, here)
            yield Send(step.send.topic, payload, step.send.retain)

    def _simple(self, step: Step) -> Iterable[Act]:
        home, here = self._scope.home, self._scope.here
        if step.claims:
            wishes = {p: v for wish in step.claims for p, v in wish.settle(home, here)}
            yield Lay(wishes, step.over or 0)
        for deed in step.do:
            yield Ask([(*asked, deed.argument) for asked in deed.settle(home, here)])
        if isinstance(step.wait, int):
            yield Pause(step.wait)
        elif isinstance(step.wait, Expression):
            yield Pause(step.wait.bind(home, here))
        elif step.wait is not None:
            awaited = tuple(self._awaited(trigger) for trigger in step.wait)
            yield Await(awaited, step.at_most or 0, step.otherwise == "stop")
        if step.set_ is not None:
            yield self._put(step.set_)
        if step.begin or step.end:
            names = step.begin or step.end
            yield Call(tuple(SceneId(name) for name in names), end=bool(step.end))
        if step.let_go is not None:
            yield self._let_go(step.let_go)
        if step.stop is not None and step.stop is not False:
            yield Halt(step.stop if isinstance(step.stop, str) else "a step says so")

    def _put(self, values: Mapping[str, Value | Expression]) -> Put:
        home, here = self._scope.home, self._scope.here
        return Put(
            {
                name: value.bind(home, here) if isinstance(value, Expression) else value
                for name, value in values.items()
            }
        )

    def _let_go(self, targets: Sequence[Target]) -> LetGo:
        if not targets:
            return LetGo()
        home, here = self._scope.home, self._scope.here
        devices = {found.device.id for target in targets for found in target.find(home, here)}
        return LetGo(frozenset(p for d in devices for p in home.devices[d].property_ids()))

    def _awaited(self, words: Trigger) -> Awaited:
        if words.pressed:
            return Awaited(None, press=bind_pressed(words, self._scope))
        if words.is_heard:
            return Awaited(None, press=bind_heard(words, self._scope))
        state = bind_states(words, self._scope)
        return Awaited(state, words.for_ or 0, times=words.at)

    def _conditions(self, said: Sequence[States]) -> tuple[Condition, ...]:
        return tuple(self._condition(states) for states in said)

    def _condition(self, states: States) -> Condition:
        """Return a condition; its own `that` is kept apart, as it may ask after variables."""
        home, here, that = self._scope.home, self._scope.here, states.that
        rest = states.model_copy(update={"that": None})
        bound = that.bind(home, here) if that is not None else None
        return Condition(bind_states(rest, self._scope), frozenset(states.by), bound)

    def _hole(self) -> int:
        self.acts.append(Done())
        return len(self.acts) - 1

    def _branch(self, said: Sequence[States], then: Sequence[Step], other: Sequence[Step]) -> None:
        unless = self._hole()
        self.add_all(then)
        jump = self._hole() if other else None
        self.acts[unless] = Unless(self._conditions(said), len(self.acts))
        self.add_all(other)
        if jump is not None:
            self.acts[jump] = Jump(len(self.acts))

    def _repeat(self, repeat: Repeat, steps: Sequence[Step]) -> None:
        top = len(self.acts)
        unless = self._hole() if repeat.while_ is not None else None
        self.add_all(steps)
        if repeat.times is not None:
            self.acts.append(Again(repeat.times, top))
        elif repeat.until is not None:
            self.acts.append(Unless(self._conditions(repeat.until), top))
        if unless is not None and repeat.while_ is not None:
            self.acts.append(Jump(top))
            self.acts[unless] = Unless(self._conditions(repeat.while_), len(self.acts))

    def _fork(self, branches: Sequence[Sequence[Step]]) -> None:
        fork, starts = self._hole(), []
        for branch in branches:
            starts.append(len(self.acts))
            self.add_all(branch)
            self.acts.append(Done())
        self.acts[fork] = Fork(tuple(starts), len(self.acts))
