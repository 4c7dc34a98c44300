"""The steps of a scene (`then:`): what it does one after the other, and what it waits for."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from hubd.documents import Document, wrong
from hubd.model.ids import slug
from scenes.deeds import Deed, parse_deed
from scenes.language import States, Trigger, Words, listed
from scenes.quantities import Duration, parse_duration
from scenes.targets import Target, parse_target
from scenes.wishes import Wish, parse_wishes

_KINDS = {
    "claims": "claims",
    "do": "do",
    "wait": "wait",
    "repeat": "repeat",
    "if_": "if",
    "set_": "set",
    "tell": "tell",
    "begin": "begin",
    "end": "end",
    "let_go": "let go",
    "stop": "stop",
    "together": "together",
}
"""What a step may be: one of these."""
_BELONGING = {
    "over": "claims",
    "at_most": "wait",
    "otherwise": "wait",
    "steps": "repeat",
    "then": "if_",
    "else_": "if_",
}
"""The keys that say more of such a step."""


def _wait(data: object) -> object:
    if isinstance(data, dict | list | tuple):
        return [item if isinstance(item, dict) else _moment(item) for item in _as_list(data)]
    return parse_duration(data)


def _as_list(data: object) -> list[object]:
    return list(data) if isinstance(data, list | tuple) else [data]


def _moment(item: object) -> object:
    return {"at": item}


def _repeat(data: object) -> object:
    return {"times": data} if isinstance(data, int | str) else data


def _scene_ids(data: object) -> tuple[str, ...]:
    names = _as_list(data)
    if not names or not all(isinstance(name, str) and slug(name) for name in names):
        raise wrong("the names of scenes belong here", "write one, or a list of them")
    return tuple(slug(str(name)) for name in names)


def _targets(data: object) -> object:
    if data == "all":
        return ()
    return tuple(parse_target(str(phrase)) for phrase in _as_list(data))


def _message(data: object) -> object:
    return data if isinstance(data, dict) else {"text": data}


class Repeat(Document):
    """How often, or how long, some steps are repeated."""

    times: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    while_: Annotated[tuple[States, ...] | None, BeforeValidator(listed), Field(alias="while")] = (
        None
    )
    until: Annotated[tuple[States, ...] | None, BeforeValidator(listed)] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(x is not None for x in (self.times, self.while_, self.until)) != 1:
            raise wrong("how often is said once", "write times:, while: or until:")
        return self


class Message(Document):
    """What is told, and to whom; to all where nobody is named."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    to: Words = ()


class Step(Document):
    """One step; what it is says the one key of _KINDS that it has."""

    synonyms: ClassVar[dict[str, str]] = {"at_most": "at most", "let_go": "let go"}

    claims: Annotated[tuple[Wish, ...], BeforeValidator(parse_wishes)] = ()
    over: Duration | None = None
    do: Annotated[tuple[Deed, ...], BeforeValidator(parse_deed)] = ()
    wait: Annotated[int | tuple[Trigger, ...] | None, BeforeValidator(_wait)] = None
    at_most: Annotated[Duration | None, Field(alias="at most")] = None
    otherwise: Literal["go on", "stop"] | None = None
    repeat: Annotated[Repeat | None, BeforeValidator(_repeat)] = None
    steps: Annotated[tuple["Step", ...], BeforeValidator(listed)] = ()
    if_: Annotated[tuple[States, ...] | None, BeforeValidator(listed), Field(alias="if")] = None
    then: Annotated[tuple["Step", ...], BeforeValidator(listed)] = ()
    else_: Annotated[tuple["Step", ...], BeforeValidator(listed), Field(alias="else")] = ()
    set_: Annotated[dict[str, str | int | float | bool] | None, Field(alias="set")] = None
    tell: Annotated[Message | None, BeforeValidator(_message)] = None
    begin: Annotated[tuple[str, ...], BeforeValidator(_scene_ids)] = ()
    end: Annotated[tuple[str, ...], BeforeValidator(_scene_ids)] = ()
    let_go: Annotated[
        tuple[Target, ...] | None, BeforeValidator(_targets), Field(alias="let go")
    ] = None
    stop: str | bool | None = None
    together: tuple[Annotated[tuple["Step", ...], BeforeValidator(listed)], ...] = ()

    @model_validator(mode="after")
    def _one(self) -> Self:
        kinds = [field for field in _KINDS if field in self.model_fields_set]
        if len(kinds) != 1:
            found = " and ".join(f"{_KINDS[kind]}:" for kind in kinds)
            raise wrong(
                f"a step does one thing, not {found}" if kinds else "this step does nothing",
                "write each as a step of its own" if kinds else f"add one of {_listed_kinds()}",
            )
        for field, kind in _BELONGING.items():
            if field in self.model_fields_set and kind not in kinds:
                named = type(self).model_fields[field].alias or field
                raise wrong(f"{named}: belongs to {_KINDS[kind]}:", f"add {_KINDS[kind]}:")
        if self.repeat is not None and not self.steps:
            raise wrong("nothing is repeated", "add steps:")
        if self.if_ is not None and not self.then and not self.else_:
            raise wrong("nothing depends on this if:", "add then: or else:")
        if isinstance(self.wait, int) and (self.at_most is not None or self.otherwise is not None):
            raise wrong("a wait of a fixed time has no at most:", "leave it away")
        if self.otherwise is not None and self.at_most is None:
            raise wrong("otherwise: is what happens after at most:", "add at most:")
        return self

    @property
    def inner(self) -> tuple[tuple["Step", ...], ...]:
        """The lists of steps inside of this one."""
        return (self.steps, self.then, self.else_, *self.together)

    @property
    def waits(self) -> bool:
        """Say whether this step, itself, waits."""
        return self.wait is not None

    @property
    def states(self) -> Iterator[States]:
        """The states that this step itself asks after."""
        if isinstance(self.wait, tuple):
            yield from self.wait
        yield from self.if_ or ()
        if self.repeat is not None:
            yield from self.repeat.while_ or ()
            yield from self.repeat.until or ()


def _listed_kinds() -> str:
    return ", ".join(f"{kind}:" for kind in _KINDS.values())


Steps = Annotated[tuple[Step, ...], BeforeValidator(listed)]
"""Steps, one after the other; one, or a list of them."""


def every_step(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield all of `steps`, and those inside of them."""
    for step in steps:
        yield step
        for inner in step.inner:
            yield from every_step(inner)
