"""Steps as they are carried out: one flat list of acts, numbered from 0, with jumps between them.

A run stands at the number of an act. So where it stands is one number in the log, however deep the
steps are inside of one another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from hubd.model.ids import DeviceId, EndpointId, PropertyId, SceneId
from hubd.model.value import Value
from scenes.clock import DayTime
from scenes.expression.expression import Bound
from scenes.expression.text import Saying
from scenes.later import Later
from scenes.states import State
from scenes.triggers import Hears, Pressed

type Asking = tuple[DeviceId, EndpointId, str, Value]


class Condition(Struct, frozen=True):
    """What must hold for some steps: a state, a trigger that set the run off, and an expression.

    The last may ask after variables of the run.
    """

    state: State | None
    by: frozenset[str] = frozenset()
    that: Bound | None = None


class Awaited(Struct, frozen=True):
    """One of the things that a step waits for: a press, a moment, or a state that lasted."""

    state: State | None
    for_us: int = 0
    press: Pressed | Hears | None = None
    times: tuple[DayTime, ...] = ()


class Lay(Struct, frozen=True):
    """Lay claims."""

    wishes: Mapping[PropertyId, Value | Later]
    over_us: int = 0


class Ask(Struct, frozen=True):
    """Ask actions."""

    deeds: Sequence[Asking]


class Pause(Struct, frozen=True):
    """Wait for a time: microseconds, or seconds that are worked out."""

    for_us: int | Bound


class Await(Struct, frozen=True):
    """Wait for any of some things, `at_most_us` long (0: for ever); then stop, if it `stops`."""

    awaited: tuple[Awaited, ...]
    at_most_us: int = 0
    stops: bool = False


class Unless(Struct, frozen=True):
    """Jump if any of `conditions` does not hold."""

    conditions: tuple[Condition, ...]
    to: int


class Jump(Struct, frozen=True):
    """Go on at another act."""

    to: int


class Again(Struct, frozen=True):
    """Jump back, until this was come to `times` times."""

    times: int
    to: int


class Put(Struct, frozen=True):
    """Give variables of the run other values."""

    values: Mapping[str, Value | Bound]


class Tell(Struct, frozen=True):
    """Tell people something."""

    text: Saying
    to: tuple[str, ...]


class Send(Struct, frozen=True):
    """Send a message to a topic of the broker."""

    topic: str
    payload: Saying
    retain: bool = False


class Call(Struct, frozen=True):
    """Begin other scenes, or end them."""

    scenes: tuple[SceneId, ...]
    end: bool


class LetGo(Struct, frozen=True):
    """Give up claims of the scene on some properties; on all that it claims if None."""

    properties: frozenset[PropertyId] | None = None


class Halt(Struct, frozen=True):
    """End the run."""

    why: str


class Fork(Struct, frozen=True):
    """Begin several runs inside of this one, each at its act, and go on when all are over."""

    starts: tuple[int, ...]
    to: int


class Done(Struct, frozen=True):
    """The last act of a run, or of one inside of another."""


type Act = (
    Lay
    | Ask
    | Pause
    | Await
    | Unless
    | Jump
    | Again
    | Put
    | Tell
    | Send
    | Call
    | LetGo
    | Halt
    | Fork
    | Done
)


def claimed(acts: Sequence[Act]) -> Iterator[PropertyId]:
    """Yield the properties that any of `acts` claims."""
    for act in acts:
        if isinstance(act, Lay):
            yield from act.wishes


def asked(acts: Sequence[Act]) -> Iterator[Asking]:
    """Yield the actions that any of `acts` asks."""
    for act in acts:
        if isinstance(act, Ask):
            yield from act.deeds


def awaited_keys(acts: Sequence[Act]) -> Iterator[str]:
    """Yield the keys that wake a run which waits at one of `acts`."""
    for act in acts:
        if isinstance(act, Await):
            for awaited in act.awaited:
                yield from awaited.state.keys if awaited.state is not None else ()
                yield from awaited.press.keys if awaited.press is not None else ()


def read(acts: Sequence[Act]) -> Iterator[str]:
    """Yield the keys of what the conditions and the values of `acts` look at."""
    for act in acts:
        match act:
            case Lay():
                yield from worked_from(act.wishes.values())
            case Unless():
                for condition in act.conditions:
                    yield from condition.state.keys if condition.state is not None else ()
                    yield from condition.that.keys if condition.that is not None else ()
            case Put():
                for value in act.values.values():
                    yield from value.keys if isinstance(value, Bound) else ()
            case _:
                pass


def worked_from(values: Iterable[Value | Later]) -> Iterator[str]:
    """Yield the keys of what `values` are worked out from."""
    for value in values:
        if isinstance(value, Later):
            yield from value.keys()
