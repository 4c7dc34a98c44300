"""The steps of a scene (`then:`): what it does one after the other, and what it waits for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_validator

from hubd.core.topics import why_not_sent
from hubd.documents import Document, did_you_mean, inside, wrong
from hubd.model.ids import slug
from hubd.model.value import Value
from scenes.deeds import DEEDS_SHAPE, Deed, parse_deed
from scenes.expression.expression import Expression, is_expression, parse_value
from scenes.expression.text import Text, parse_text
from scenes.expression.types import SECONDS
from scenes.expression.variables import parse_constant, scope_of
from scenes.language import States, Trigger, Words, listed
from scenes.quantities import DURATION_SHAPE, Duration, parse_duration
from scenes.shapes import ANY_TEXT, NAMES, OneOrMany, OrShape, Shape
from scenes.targets import Target, parse_target
from scenes.wishes import WISHES_SHAPE, Wish, read_wishes

_KINDS = {
    "claims": "claims",
    "do": "do",
    "wait": "wait",
    "repeat": "repeat",
    "if_": "if",
    "set_": "set",
    "tell": "tell",
    "send": "send",
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


_LONGEST_TEXT = 2000

Wishes = Annotated[tuple[Wish, ...], BeforeValidator(read_wishes), WithJsonSchema(WISHES_SHAPE)]
Deeds = Annotated[tuple[Deed, ...], BeforeValidator(parse_deed), WithJsonSchema(DEEDS_SHAPE)]


def _wait(data: object, info: ValidationInfo) -> object:
    if is_expression(data):
        return parse_value(data, scope_of(info)).of_type(SECONDS)
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


def _set(data: object, info: ValidationInfo) -> Mapping[str, Value | Expression]:
    if not isinstance(data, dict) or not data:
        raise wrong(
            "set: names variables and their new values", "write it as in set: {count: = count + 1}"
        )
    scope = scope_of(info)
    found = dict[str, Value | Expression]()
    for name, value in data.items():
        with inside(name):
            if name not in scope:
                raise wrong(
                    f'no variable is called "{name}"',
                    did_you_mean(name, scope) or "declare it in variables:",
                )
            if is_expression(value):
                found[name] = parse_value(value, scope).of_type(scope[name])
                continue
            constant = parse_constant(value)
            if constant.type != scope[name]:
                raise wrong(f"{name} is {scope[name]}, and this is {constant.type}")
            found[name] = constant.first
    return found


_SET_SHAPE: Shape = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": ["boolean", "number", "string"]},
}


def _text(data: object, info: ValidationInfo) -> Text:
    if not isinstance(data, str) or not 0 < len(data.strip()) <= _LONGEST_TEXT:
        raise wrong("a text belongs here", f"write one of at most {_LONGEST_TEXT} characters")
    return parse_text(data, scope_of(info))


def _message(data: object) -> object:
    return data if isinstance(data, dict) else {"text": data}


class Repeat(Document):
    """How often, or how long, some steps are repeated."""

    times: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    while_: Annotated[
        tuple[States, ...] | None, BeforeValidator(listed), OneOrMany(), Field(alias="while")
    ] = None
    until: Annotated[tuple[States, ...] | None, BeforeValidator(listed), OneOrMany()] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(x is not None for x in (self.times, self.while_, self.until)) != 1:
            raise wrong("how often is said once", "write times:, while: or until:")
        return self


class Message(Document):
    """What is told, and to whom; to all where nobody is named."""

    text: Annotated[Text, BeforeValidator(_text), WithJsonSchema(ANY_TEXT)]
    to: Words = ()


def _topic(data: object) -> object:
    why_not = why_not_sent(data) if isinstance(data, str) else "a topic is a text"
    if why_not:
        raise wrong(f"nothing can be sent there: {why_not}", "write it as in garden/pump/set")
    return data


def _payload(data: object, info: ValidationInfo) -> Text:
    if isinstance(data, bool | int | float):
        data = str(data).lower()
    if not isinstance(data, str) or len(data) > _LONGEST_TEXT:
        raise wrong("a text belongs here", f"write one of at most {_LONGEST_TEXT} characters")
    return Text((data,)) if data.lstrip()[:1] in {"{", "["} else parse_text(data, scope_of(info))


_PAYLOAD_SHAPE: Shape = {"type": ["string", "boolean", "number"]}


class Sending(Document):
    """A message to a topic of the broker; JSON is sent as it is, `{…}` elsewhere is worked out."""

    topic: Annotated[str, BeforeValidator(_topic)]
    payload: Annotated[Text, BeforeValidator(_payload), WithJsonSchema(_PAYLOAD_SHAPE)]
    retain: bool = False


class Step(Document):
    """One step; what it is says the one key of _KINDS that it has."""

    synonyms: ClassVar[dict[str, str]] = {"at_most": "at most", "let_go": "let go"}

    claims: Wishes = ()
    over: Duration | None = None
    do: Deeds = ()
    wait: Annotated[
        int | Expression | tuple[Trigger, ...] | None,
        BeforeValidator(_wait),
        OneOrMany(),
        OrShape(DURATION_SHAPE),
    ] = None
    at_most: Annotated[Duration | None, Field(alias="at most")] = None
    otherwise: Literal["go on", "stop"] | None = None
    repeat: Annotated[
        Repeat | None, BeforeValidator(_repeat), OrShape({"type": "integer", "minimum": 1})
    ] = None
    steps: Annotated[tuple["Step", ...], BeforeValidator(listed), OneOrMany()] = ()
    if_: Annotated[
        tuple[States, ...] | None, BeforeValidator(listed), OneOrMany(), Field(alias="if")
    ] = None
    then: Annotated[tuple["Step", ...], BeforeValidator(listed), OneOrMany()] = ()
    else_: Annotated[
        tuple["Step", ...], BeforeValidator(listed), OneOrMany(), Field(alias="else")
    ] = ()
    set_: Annotated[
        Mapping[str, Value | Expression] | None,
        BeforeValidator(_set),
        WithJsonSchema(_SET_SHAPE),
        Field(alias="set"),
    ] = None
    tell: Annotated[Message | None, BeforeValidator(_message), OrShape(ANY_TEXT)] = None
    send: Sending | None = None
    begin: Annotated[tuple[str, ...], BeforeValidator(_scene_ids), WithJsonSchema(NAMES)] = ()
    end: Annotated[tuple[str, ...], BeforeValidator(_scene_ids), WithJsonSchema(NAMES)] = ()
    let_go: Annotated[
        tuple[Target, ...] | None,
        BeforeValidator(_targets),
        WithJsonSchema(NAMES),
        Field(alias="let go"),
    ] = None
    stop: str | bool | None = None
    together: tuple[Annotated[tuple["Step", ...], BeforeValidator(listed), OneOrMany()], ...] = ()

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
        if isinstance(self.wait, int | Expression) and (
            self.at_most is not None or self.otherwise is not None
        ):
            raise wrong("a wait of a fixed time has no at most:", "leave it away")
        if isinstance(self.wait, tuple) and any(words.every for words in self.wait):
            raise wrong("every: is no wait", "write wait: 5 min, in a repeat:")
        if self.otherwise is not None and self.at_most is None:
            raise wrong("otherwise: is what happens after at most:", "add at most:")
        return self

    @property
    def inner(self) -> tuple[tuple["Step", ...], ...]:
        """The lists of steps inside of this one."""
        return (self.steps, self.then, self.else_, *self.together)

    @property
    def expressions(self) -> Iterator[Expression]:
        """The values that this step itself works out."""
        for wish in self.claims:
            yield from wish.expressions
        if isinstance(self.wait, Expression):
            yield self.wait
        yield from (v for v in (self.set_ or {}).values() if isinstance(v, Expression))
        if self.tell is not None:
            yield from self.tell.text.expressions
        if self.send is not None:
            yield from self.send.payload.expressions

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


Steps = Annotated[tuple[Step, ...], BeforeValidator(listed), OneOrMany()]
"""Steps, one after the other; one, or a list of them."""


def every_step(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield all of `steps`, and those inside of them."""
    for step in steps:
        yield step
        for inner in step.inner:
            yield from every_step(inner)
