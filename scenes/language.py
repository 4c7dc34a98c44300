"""The scene language's words for what comes about: states and triggers (docs/scenes.md)."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from hubd.core.topics import why_no_filter
from hubd.documents import Document, Id, did_you_mean, inside, wrong
from hubd.model.ids import slug
from hubd.model.instant import DAY_US, SECOND_US
from hubd.model.value import Value
from hubd.model.vocabulary import TERMS
from scenes.clock import DAY_TIME_SHAPE, Days, DayTime, Span, parse_day_time
from scenes.expression.expression import Expression, parse
from scenes.expression.types import YES_NO
from scenes.expression.variables import scope_of
from scenes.quantities import Amount, Duration, Quantity, format_duration, in_unit
from scenes.senses import MEASURES, percept_names
from scenes.shapes import ANY_TEXT, NAMES, OneOrMany, OrShape, either
from scenes.sun import SunEvent
from scenes.wishes import checked


def listed(data: object) -> object:
    """Return `data` as a list; what is none is the one in it."""
    return data if isinstance(data, list | tuple) else [data]


def _items(data: object) -> list[object]:
    return list(data) if isinstance(data, list | tuple) else [data]


def _listed_words(data: object) -> tuple[str, ...]:
    items = data if isinstance(data, list | tuple) else [data]
    if not items or not all(isinstance(item, str) and item.strip() for item in items):
        raise wrong("names belong here", "write one, or a list of them")
    return tuple(" ".join(str(item).casefold().split()) for item in items)


def _listed_times(data: object) -> tuple[DayTime, ...]:
    items = data if isinstance(data, list | tuple) else [data]
    return tuple(parse_day_time(item) for item in items)


Words = Annotated[tuple[str, ...], BeforeValidator(_listed_words), WithJsonSchema(NAMES)]
"""Names of areas, floors, devices or people, case-folded; one, or a list of them."""
Times = Annotated[
    tuple[DayTime, ...],
    BeforeValidator(_listed_times),
    WithJsonSchema(either(DAY_TIME_SHAPE, {"type": "array", "items": DAY_TIME_SHAPE})),
]


class Reading(Document):
    """A measured value, and what it is compared with."""

    of: Words
    above: Amount | None = None
    below: Amount | None = None

    @model_validator(mode="after")
    def _compared(self) -> Self:
        if self.above is None and self.below is None:
            raise wrong("this is compared with nothing", "add above: or below:")
        return self


class PropertyIs(Document):
    """Any property of a device by its own name (`Cluster.attribute`), and what it should be."""

    of: Words
    name: str
    is_: Annotated[str | bool | int | float | None, Field(alias="is")] = None
    above: Amount | None = None
    below: Amount | None = None

    @model_validator(mode="after")
    def _compared(self) -> Self:
        if self.is_ is None and self.above is None and self.below is None:
            raise wrong("this is compared with nothing", "add is:, above: or below:")
        if self.name in TERMS:
            _in_unit(self, TERMS[self.name].unit)
        with inside("is"):
            _ = self.value
        return self

    @property
    def value(self) -> Value:
        """What it should be, as the property holds it."""
        return (
            self.is_ if self.is_ is None or self.name not in TERMS else checked(self.name, self.is_)
        )


def _in_unit(reading: Reading | PropertyIs, unit: str) -> None:
    """Raise "wrong" if `reading` is compared with a quantity that is not in `unit`."""
    for key in ("above", "below"):
        limit: Quantity | None = getattr(reading, key)
        if limit is not None:
            with inside(key):
                in_unit(limit, unit)


class ValueIs(Document):
    """A number that a device keeps as its own (a variable of the home, say), in its own unit."""

    of: Words
    is_: Annotated[Amount | None, Field(alias="is")] = None
    above: Amount | None = None
    below: Amount | None = None

    @model_validator(mode="after")
    def _compared(self) -> Self:
        if self.is_ is None and self.above is None and self.below is None:
            raise wrong("this is compared with nothing", "add is:, above: or below:")
        return self


class WordIs(Document):
    """A word that a device keeps as its own, and the ones of which it is to be one."""

    of: Words
    is_: Annotated[
        tuple[str, ...], BeforeValidator(listed), OneOrMany(), Field(alias="is", min_length=1)
    ]


class PerceptIs(Document):
    """What perception believes, and how sure it has to be."""

    of: Words
    names: Annotated[tuple[str, ...], BeforeValidator(percept_names), Field(alias="name")]
    is_: Annotated[str | bool | int | float, Field(alias="is")] = True
    sure: Amount = Quantity(80, "%")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        with inside("sure"):
            if not 0 < in_unit(self.sure, "%") <= 100:
                raise wrong(f"{self.sure} is out of range", "write more than 0 % and at most 100 %")
        with inside("is"):
            _ = self.values
        return self

    @property
    def values(self) -> tuple[tuple[str, Value], ...]:
        """The properties that may say so, each with what it should be."""
        return tuple((n, checked(n, self.is_) if n in TERMS else self.is_) for n in self.names)


def _slug(data: object) -> object:
    return slug(data) if isinstance(data, str) and data.strip() else data


_FURTHEST_US = 7 * DAY_US


def _soon(ahead_us: int | None) -> int | None:
    if ahead_us is not None and ahead_us > _FURTHEST_US:
        raise wrong("this is too far ahead", f"write at most {format_duration(_FURTHEST_US)}")
    return ahead_us


class CalendarIs(Document):
    """An entry of a calendar that is on, or begins soon."""

    of: Annotated[str, BeforeValidator(_slug)]
    matching: str = ""
    starts_within: Annotated[
        Duration | None, AfterValidator(_soon), Field(alias="starts within")
    ] = None


def _calendar(data: object) -> object:
    return {"of": data} if isinstance(data, str) else data


def _modes(data: object) -> tuple[str, ...]:
    return tuple(str(checked("Home.mode", item)) for item in _items(data))


Modes = Annotated[tuple[str, ...], BeforeValidator(_modes)]


def _filter(topic: str) -> str:
    reason = why_no_filter(topic)
    if reason:
        raise wrong(f'"{topic}" is not a topic: {reason}', "write it as in doorbell/+/ring")
    return topic


def _payload(data: object) -> object:
    if isinstance(data, bool):
        return str(data).lower()
    return str(data) if isinstance(data, int | float) else data


class Gloom(Document):
    """How dark is dark: below so many lux."""

    of: Words
    below: Amount = Quantity(50, "lx")

    @model_validator(mode="after")
    def _measured(self) -> Self:
        with inside("below"):
            in_unit(self.below, "lx")
        return self


def _gloom(data: object) -> object:
    return data if isinstance(data, dict) else {"of": data}


def _sun(data: object) -> object:
    if data in {"up", "down"}:
        return data
    raise wrong(f'the sun is up or down, not "{data}"', "a moment is at: sunset - 20 min")


def _that(data: object, info: ValidationInfo) -> Expression:
    if isinstance(data, bool | int | float):
        data = str(data).lower()
    if not isinstance(data, str):
        raise wrong("an expression belongs here", "write it as in temperature of hall < 18 °C")
    return parse(data, scope_of(info)).of_type(YES_NO)


_THAT_SHAPE = either(
    {**ANY_TEXT, "examples": ["temperature of kitchen > temperature of hall + 2 °C"]},
    {"type": ["boolean", "number"]},
)


PHRASES: dict[str, dict[str, object]] = {
    "nobody home": {"away": "everyone"},
    "someone home": {"home": "anyone"},
    "everyone home": {"home": "everyone"},
    **{f"{event}": {"at": event.value} for event in SunEvent},
    "hub started": {"started": True},
}
"""What may be said in a phrase instead of by key."""


class States(Document):
    """States of things; of those that are named, all must hold."""

    synonyms: ClassVar[dict[str, str]] = {
        "opened": "open",
        "in bed": "in_bed",
        "entered": "occupied",
        "left": "unoccupied",
    }

    @model_validator(mode="before")
    @classmethod
    def _phrase(cls, data: object) -> object:
        if not isinstance(data, str):
            return data
        said = PHRASES.get(" ".join(data.casefold().split()))
        valid = [
            phrase for phrase, keys in PHRASES.items() if keys.keys() <= cls.model_fields.keys()
        ]
        if said is None or not said.keys() <= cls.model_fields.keys():
            raise wrong(f'"{data}" does not say what is so', did_you_mean(data, valid))
        return dict(said)

    occupied: Words = ()
    unoccupied: Words = ()
    in_bed: Words = ()
    out_of_bed: Words = ()
    open: Words = ()
    closed: Words = ()
    locked: Words = ()
    unlocked: Words = ()
    on: Words = ()
    off: Words = ()
    leak: Words = ()
    smoke: Words = ()
    rain: Words = ()
    dry: Words = ()
    vibration: Words = ()
    battery_low: Words = ()
    home: Words = ()
    away: Words = ()
    available: Words = ()
    unavailable: Words = ()

    temperature: Reading | None = None
    humidity: Reading | None = None
    light: Reading | None = None
    co2: Reading | None = None
    pm25: Reading | None = None
    sound: Reading | None = None
    power: Reading | None = None
    battery: Reading | None = None
    level: Reading | None = None
    position: Reading | None = None
    property: PropertyIs | None = None
    value: ValueIs | None = None
    option: WordIs | None = None
    text: WordIs | None = None
    mode: Modes = ()
    percept: PerceptIs | None = None
    trouble: Words = ()
    calendar: Annotated[CalendarIs | None, BeforeValidator(_calendar)] = None

    dark: Annotated[Gloom | None, BeforeValidator(_gloom), OrShape(NAMES)] = None
    bright: Annotated[Gloom | None, BeforeValidator(_gloom), OrShape(NAMES)] = None
    sun: Annotated[Literal["up", "down"] | None, BeforeValidator(_sun)] = None
    that: Annotated[Expression | None, BeforeValidator(_that), WithJsonSchema(_THAT_SHAPE)] = None
    between: Span | None = None
    days: Days = frozenset()
    by: Words = ()

    all_: Annotated[
        tuple["States", ...], BeforeValidator(listed), OneOrMany(), Field(alias="all")
    ] = ()
    any_: Annotated[
        tuple["States", ...], BeforeValidator(listed), OneOrMany(), Field(alias="any")
    ] = ()
    not_: Annotated[
        tuple["States", ...], BeforeValidator(listed), OneOrMany(), Field(alias="not")
    ] = ()

    @model_validator(mode="after")
    def _units(self) -> Self:
        for key, measure in MEASURES.items():
            reading: Reading | None = getattr(self, key)
            if reading is not None:
                with inside(key):
                    _in_unit(reading, measure.unit)
        return self


def inner_states(states: States) -> Iterator[States]:
    """Yield all states inside of `states`: under all, any and not."""
    for inner in (*states.all_, *states.any_, *states.not_):
        yield inner
        yield from inner_states(inner)


_MOMENTS = ("pressed", "at", "every", "started", "message", "called")
_MOST_OFTEN_US = SECOND_US


def _seldom(every_us: int) -> int:
    if every_us < _MOST_OFTEN_US:
        raise wrong("this is too often", f"write {format_duration(_MOST_OFTEN_US)} or more")
    return every_us


def _true(data: object) -> object:
    if data is True:
        return data
    raise wrong(f"started: is true, not {data}", "write started: true")


class Heard(Document):
    """A message on a topic (with + and # as MQTT has them), of any payload if none is named."""

    topic: Annotated[str, AfterValidator(_filter)]
    payload: Annotated[str | None, BeforeValidator(_payload)] = None


def _heard(data: object) -> object:
    return {"topic": data} if isinstance(data, str) else data


def _one_word(data: object) -> str:
    words = _listed_words(data)
    if len(words) > 1:
        raise wrong("a trigger has one id", "write a word or a few")
    return words[0]


class Trigger(States):
    """What sets a scene off, or ends it: states that come about, or a moment while they hold."""

    id: Annotated[str, BeforeValidator(_one_word)] | None = None
    pressed: Words = ()
    press: str = ""
    at: Times = ()
    every: Annotated[Duration | None, AfterValidator(_seldom)] = None
    started: Annotated[Literal[True] | None, BeforeValidator(_true)] = None
    message: Annotated[Heard | None, BeforeValidator(_heard)] = None
    called: Annotated[Id, BeforeValidator(_slug)] | None = None
    for_: Annotated[Duration | None, Field(alias="for")] = None

    @property
    def momentary(self) -> bool:
        """Say whether this is a moment (a press, a time of day) and not a state."""
        return bool(self.moments)

    @property
    def is_heard(self) -> bool:
        """Say whether this is no device's: a message, an outside call, the hub's start."""
        return bool(self.message or self.called or self.started)

    @property
    def moments(self) -> list[str]:
        """Return the keys of the moments that this names: one at most, if it is right."""
        return [key for key in _MOMENTS if getattr(self, key)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.press and not self.pressed:
            raise wrong("press: says how, but not what is pressed", "add pressed:")
        if len(self.moments) > 1:
            first, second, *_ = self.moments
            hint = "write them as two items of a list"
            raise wrong(f"{first}: and {second}: are two moments", hint)
        if self.momentary and self.for_ is not None:
            raise wrong("a moment does not last", "leave for: away here")
        if not self.momentary and not (self.model_fields_set - {"for_", "press", "id"}):
            raise wrong("this says nothing that can come about")
        return self
