"""What parts of templates are, on their way to an expression of ours."""

from msgspec import Struct

from scenes.homeassistant.job import Fact
from scenes.homeassistant.states import Truth


class Lit(Struct, frozen=True):
    """A constant, or a tuple of values."""

    value: object


class Number(Struct, frozen=True):
    """A number as an expression, in `unit`; Home Assistant's times `factor` is ours."""

    text: str
    unit: str = ""
    factor: float = 1.0
    atom: bool = True


class Words(Struct, frozen=True):
    """A text as an expression."""

    text: str


class Holds(Struct, frozen=True):
    """Yes or no, as states."""

    truth: Truth


class State(Struct, frozen=True):
    """The state of an entity, or an attribute of it: a number or a word, as it is used."""

    entity: str
    attribute: str = ""


class Told(Struct, frozen=True):
    """What a trigger tells: `key` is "to", "from", or a path such as "event.data.action"."""

    facts: tuple[Fact, ...]
    key: str


class Thing(Struct, frozen=True):
    """An entity as an object, with its state, name and attributes."""

    entity: str


class Clock(Struct, frozen=True):
    """A part of the time: "now", "hour", "weekday", "isoweekday", "clock", "day name" and so on."""

    part: str


class Daytime(Struct, frozen=True):
    """A time of today."""

    text: str


class Since(Struct, frozen=True):
    """How long ago something was: when the automation itself ran last."""

    entity: str
    raw: bool = False
    """Whether it is still the moment, not the time since then."""


class Changed(Struct, frozen=True):
    """When an entity changed last; or, if not `raw`, how long ago that was."""

    entity: str
    raw: bool = False


class Alike(Struct, frozen=True):
    """Those of some entities that are in `state` ("" before that is said), or how many."""

    entities: tuple[str, ...]
    state: str = ""


class Object(Struct, frozen=True):
    """Something by its path: "trigger", "states.light", "repeat", "this"."""

    path: str


type Val = (
    Lit
    | Number
    | Words
    | Holds
    | State
    | Told
    | Thing
    | Clock
    | Daytime
    | Since
    | Changed
    | Alike
    | Object
)
