"""The scene language's words for what comes about: states and triggers (docs/scenes.md)."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_validator

from hubd.documents import Document, Id, inside, wrong
from hubd.model.value import Value
from hubd.model.vocabulary import TERMS
from scenes.clock import DAY_TIME_SHAPE, Days, DayTime, Span, parse_day_time
from scenes.expression.expression import Expression, parse
from scenes.expression.types import YES_NO
from scenes.expression.variables import scope_of
from scenes.quantities import Amount, Duration, Quantity, in_unit
from scenes.senses import MEASURES
from scenes.shapes import ANY_TEXT, NAMES, OneOrMany, OrShape, either
from scenes.wishes import checked


def listed(data: object) -> object:
    """Return `data` as a list; what is none is the one in it."""
    return data if isinstance(data, list | tuple) else [data]


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


class States(Document):
    """States of things; of those that are named, all must hold."""

    synonyms: ClassVar[dict[str, str]] = {"opened": "open", "in bed": "in_bed"}

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


class Trigger(States):
    """What sets a scene off, or ends it: states that come about, or a moment while they hold."""

    id: Id | None = None
    pressed: Words = ()
    press: str = ""
    at: Times = ()
    for_: Annotated[Duration | None, Field(alias="for")] = None

    @property
    def momentary(self) -> bool:
        """Say whether this is a moment (a press, a time of day) and not a state."""
        return bool(self.pressed or self.at)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.press and not self.pressed:
            raise wrong("press: says how, but not what is pressed", "add pressed:")
        if self.pressed and self.at:
            raise wrong("pressed: and at: are two moments", "write them as two items of a list")
        if self.momentary and self.for_ is not None:
            raise wrong("a moment does not last", "leave for: away here")
        if not self.momentary and not (self.model_fields_set - {"for_", "press", "id"}):
            raise wrong("this says nothing that can come about")
        return self
