"""One entity of a device as an endpoint, and how its states and commands are translated. Pure.

Source of all shapes: `api.proto` of https://github.com/esphome/esphome (components/api).
"""

import math
from collections.abc import Callable, Mapping, Sequence

from aioesphomeapi.client import APIClient
from aioesphomeapi.model import EntityInfo, EntityState
from aioesphomeapi.util import fix_float_single_double_conversion
from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.numbers import is_number
from hubd.model.device import Action, DeviceType, Endpoint, Property, Signal, Trouble
from hubd.model.ids import EndpointId, slug
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, typical

LONGEST = 4096
"""The longest text that is carried, in characters."""
_LONGEST_NAME = 120
"""As long as firmware lets names be."""

type Values = Sequence[tuple[str, Value]]
type Order = Callable[[APIClient], None]
"""What a command becomes: a call of the library's client."""


class Wish(Struct, frozen=True):
    """Properties of one endpoint that are to be set together.

    `known` is what was reported last: half of a colour can be asked. `over_s` is how long the
    device is to take, None where it is to be at once.
    """

    values: Mapping[str, Value]
    known: Mapping[str, Value]
    over_s: float | None = None


class Told(Struct, frozen=True):
    """States that an entity tells, and what reads them. `read` raises MalformedError.

    `momentary`: they are no states but moments: each pair is a signal and its kind.
    """

    kind: type[EntityState]
    read: Callable[[EntityState], Values]
    momentary: bool = False


class Entity(Struct, frozen=True):
    """An entity, translated. `write` and the `actions` raise RefusedError."""

    endpoint: Endpoint
    told: Told | None = None
    write: Callable[[Wish], Order] | None = None
    actions: Mapping[str, Callable[[Value], Order]] = {}
    troubles: tuple[Trouble, ...] = ()


def told[S: EntityState](
    kind: type[S], read: Callable[[S], Values], *, momentary: bool = False
) -> Told:
    """Return what reads states of one kind."""

    def checked(state: EntityState) -> Values:
        if not isinstance(state, kind):
            raise MalformedError(f"tells a {type(state).__name__} where it has a {kind.__name__}")
        return read(state)

    return Told(kind, checked, momentary)


def endpoint(
    info: EntityInfo,
    word: str,
    device_type: DeviceType,
    *,
    properties: Sequence[Property] = (),
    actions: Sequence[Action] = (),
    signals: Sequence[Signal] = (),
) -> Endpoint:
    """Return the endpoint of an entity; one without a name of its own is called as its kind."""
    name = info.name[:_LONGEST_NAME]
    own = EndpointId(f"{word}_{slug(name)}" if name else word)
    return Endpoint(own, device_type, name, tuple(properties), tuple(actions), tuple(signals))


def prop(name: str, **shape: object) -> Property:
    """Return a property of the vocabulary that is only told, refined by `shape`."""
    return replace(typical(name), **shape)


def settable(name: str, **shape: object) -> Property:
    """Return a property of the vocabulary that can be set, refined by `shape`."""
    return replace(typical(name, writable=True), **shape)


def action(name: str, argument: Property | None = None) -> Action:
    """Return an action of the vocabulary."""
    return Action(name, ACTIONS[name], argument)


def trouble(info: EntityInfo, word: str, reason: str) -> Trouble:
    """Return why a part of an entity is not carried."""
    return Trouble(f"{word} {info.name[:_LONGEST_NAME]}".strip(), reason)


def measured(said: float) -> float | None:
    """Return a number as it was meant before it was a 32 bit float; None for not a number."""
    return fix_float_single_double_conversion(said) if math.isfinite(said) else None


def percent(said: float) -> float | None:
    """Return a share of one as a percentage."""
    value = measured(said)
    return None if value is None else round(min(1.0, max(0.0, value)) * 100, 2)


def words(said: str) -> str:
    """Return a text. Raises MalformedError if it is longer than what is carried."""
    if len(said) > LONGEST:
        raise MalformedError(f"tells a text of {len(said)} characters, {LONGEST} are the most")
    return said


def number(value: Value, low: float | None = None, high: float | None = None) -> float:
    """Return a number that is asked for. Raises RefusedError outside of `low` to `high`."""
    if not is_number(value):
        raise RefusedError(f"it takes a number, not {value!r}")
    if low is not None and value < low - 1e-6:
        raise RefusedError(f"it takes {low:g} at least, not {value:g}")
    if high is not None and value > high + 1e-6:
        raise RefusedError(f"it takes {high:g} at most, not {value:g}")
    return float(value)


def share(value: Value) -> float:
    """Return a percentage that is asked for as a share of one. Raises RefusedError."""
    return number(value, 0, 100) / 100


def flag(value: Value) -> bool:
    """Return a yes or no that is asked for. Raises RefusedError."""
    if not isinstance(value, bool):
        raise RefusedError(f"it takes yes or no, not {value!r}")
    return value


def text(value: Value, low: int = 0, high: int = LONGEST) -> str:
    """Return a text that is asked for. Raises RefusedError if it is too short or too long."""
    if not isinstance(value, str):
        raise RefusedError(f"it takes a text, not {value!r}")
    if not low <= len(value) <= high:
        raise RefusedError(f"it takes {low} to {high} characters, not {len(value)}")
    return value


def choice[T](value: Value, choices: Mapping[str, T]) -> T:
    """Return what a word that is asked for means. Raises RefusedError if it is none of them."""
    if isinstance(value, str) and value in choices:
        return choices[value]
    known = ", ".join(list(choices)[:12]) or "nothing"
    raise RefusedError(f"it takes {known}, not {value!r}")


def only(wish: Wish, name: str) -> Value:
    """Return the one value of a wish. Raises RefusedError if another property is asked."""
    if set(wish.values) != {name}:
        raise RefusedError(f"it has no {', '.join(sorted(set(wish.values) - {name})) or name}")
    return wish.values[name]
