"""A scene's document: when, if, claims, then, until."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from hubd.documents import Document, Id, did_you_mean, wrong
from scenes.expression.expression import Expression
from scenes.expression.variables import Variables
from scenes.language import States, Trigger, inner_states, listed
from scenes.policies import Missed, RunMode
from scenes.quantities import Duration
from scenes.shapes import OneOrMany, OrShape, either, words
from scenes.steps import Deeds, Step, Steps, Wishes, every_step
from scenes.targets import Target

FURTHER_NOTICE = "further notice"


class Runs(Document):
    """How many runs a scene may have, and what becomes of more."""

    mode: RunMode = RunMode.SINGLE
    most: Annotated[int, Field(ge=1, le=100)] = 10


_RUNS_SHAPE = either(words(RunMode), {"type": "object", "maxProperties": 1})


def _runs(data: object) -> object:
    if isinstance(data, str):
        return {"mode": data}
    if isinstance(data, dict) and len(data) == 1 and "most" not in data and "mode" not in data:
        [(mode, most)] = data.items()
        return {"mode": mode, "most": most}
    return data


def _until(data: object) -> object:
    return [] if data == FURTHER_NOTICE else listed(data)


class Scene(Document):
    """A declared behaviour. Without `when` it is begun by a person or by another scene."""

    synonyms: ClassVar[dict[str, str]] = {"name": "scene"}

    scene: Annotated[str, Field(min_length=1, max_length=200)]
    id: Id | None = None
    description: str = ""
    variables: Annotated[Variables, Field(default_factory=dict)]
    when: Annotated[tuple[Trigger, ...], BeforeValidator(listed), OneOrMany()] = ()
    if_: Annotated[tuple[States, ...], BeforeValidator(listed), OneOrMany(), Field(alias="if")] = ()
    claims: Wishes = ()
    over: Duration | None = None
    do: Deeds = ()
    then: Steps = ()
    until: Annotated[
        tuple[Trigger, ...] | None,
        BeforeValidator(_until),
        OneOrMany(),
        OrShape({"const": FURTHER_NOTICE}),
    ] = None
    for_: Annotated[Duration | None, Field(alias="for")] = None
    runs: Annotated[Runs, BeforeValidator(_runs), OrShape(_RUNS_SHAPE)] = Runs()
    missed: Missed | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.claims and not self.do and not self.then:
            raise wrong("this scene does nothing", "add claims:, do: or then:")
        if not self.claims and not self.then and (self.until is not None or self.for_ is not None):
            raise wrong("until: and for: end claims, and this scene has none", "leave them away")
        for number, until in enumerate(self.until or ()):
            if until.at and until.model_fields_set != {"at"}:
                at = ("until", number)
                raise wrong("until: at: stands alone", "write the rest as another item", at)
        if self.over is not None and not self.claims:
            raise wrong("over: is how long claims take, and this scene has none", "leave it away")
        moments = not self.when or any(trigger.momentary for trigger in self.when)
        endless = self.until is None and self.for_ is None
        if self.claims and moments and endless and not self.then:
            raise wrong(
                "nothing ends the claims of this scene",
                f"add for: 2 h, until: with what ends them, or until: {FURTHER_NOTICE}",
            )
        if self.is_claiming and endless and self.then and not any(s.waits for s in self.steps):
            raise wrong(
                "the claims of a scene with then: end with its last step, and no step waits",
                f"add for: 2 h, until: with what ends them, or until: {FURTHER_NOTICE}",
            )
        if "runs" in self.model_fields_set and not self.then:
            raise wrong("runs: is about steps, and this scene has none", "add then:", ("runs",))
        self._check_by()
        self._check_variables()
        return self

    def _check_by(self) -> None:
        ids = [str(trigger.id) for trigger in self.when if trigger.id is not None]
        for states in (*self.when, *self.if_, *(self.until or ())):
            if states.by:
                raise wrong("by: asks in if: of a step what set the run off", "leave it away here")
        for states in (states for step in self.steps for states in step.states):
            for name in states.by:
                if name not in ids:
                    raise wrong(f'no trigger has the id "{name}"', did_you_mean(name, ids))

    def _check_variables(self) -> None:
        """Raise "wrong" if a state that sees first values asks after a variable that changes."""
        changed = {name for step in self.steps for name in step.set_ or ()}
        for step in self.steps:
            for states in step.states:
                own = (states,) if step.waits else ()
                for asked in (*own, *inner_states(states)):
                    names = asked.that.variables if asked.that is not None else ()
                    for name in changed.intersection(names):
                        raise wrong(
                            f'the variable "{name}" cannot be asked after here',
                            "write that: beside the other keys of a step's if:, while: or until:",
                        )

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, also those inside of others."""
        return tuple(every_step(self.then))

    @property
    def states(self) -> Iterator[States]:
        """All states that it asks after: those of `when` first."""
        yield from (*self.when, *self.if_, *(self.until or ()))
        for step in self.steps:
            yield from step.states

    @property
    def targets(self) -> Iterator[Target]:
        """All that it claims, or asks for actions."""
        parts: tuple[Scene | Step, ...] = (self, *self.steps)
        for part in parts:
            yield from (wish.target for wish in part.claims)
            yield from (deed.target for deed in part.do)

    @property
    def expressions(self) -> Iterator[Expression]:
        """All values that are worked out, in claims and in steps; those of states are theirs."""
        for wish in self.claims:
            yield from wish.expressions
        for step in self.steps:
            yield from step.expressions

    @property
    def is_claiming(self) -> bool:
        """Say whether it ever claims anything."""
        return bool(self.claims) or any(step.claims for step in self.steps)
