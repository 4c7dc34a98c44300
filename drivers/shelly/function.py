"""What a Shelly can do: its endpoints, where its status says their values, how it is asked. Pure.

Both generations, over their own API and over MQTT, are one of these; the ways differ only in how
a status comes and how a call goes.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.shelly.reading import Read
from hubd.model.device import Endpoint, Trouble
from hubd.model.ids import EndpointId
from hubd.model.value import Value

type Status = Mapping[str, object]
"""What each component says, by its key: `{"switch:0": {"output": true, …}, …}`."""


class Call(Struct, frozen=True):
    """What a device is asked: a method of Gen2+ (`Switch.Set`), or a path of Gen1 (`relay/0`)."""

    method: str
    params: Mapping[str, object] = {}


class Wish(Struct, frozen=True):
    """Values to be set together, what is known of the others, and how long to take (0: at once)."""

    values: Mapping[str, Value]
    known: Mapping[str, Value] = {}
    over_s: float = 0.0


type Write = Callable[[Wish], Call]
"""Raises RefusedError for what the device does not take."""
type Act = Callable[[Value], Call]


class Field(Struct, frozen=True):
    """One property, and where a component's status says it.

    `omitted`: a status that tells everything leaves it out where it is false.
    """

    component: str
    path: tuple[str, ...]
    name: str
    read: Read
    omitted: bool = False


class Heard(Struct, frozen=True):
    """The events of a component that are a signal: its words, and ours."""

    component: str
    signal: str
    words: Mapping[str, str]


class Function(Struct, frozen=True):
    """An endpoint, and how it is read and asked."""

    endpoint: Endpoint
    fields: tuple[Field, ...] = ()
    heard: tuple[Heard, ...] = ()
    write: Write | None = None
    actions: Mapping[str, Act] = {}
    behind: str = ""
    """The address of the thing behind this one that it is of; "" for the device's own."""


class Neighbour(Struct, frozen=True):
    """A thing behind a device, such as a bluetooth sensor that it hears."""

    address: str
    name: str = ""
    model: str = ""


class Left(Struct, frozen=True):
    """Something of a device that is not carried, and why.

    `meant`: it is of no use to a home, so that nobody need be told of it.
    """

    where: str
    reason: str
    meant: bool = True


class Carried(Struct, frozen=True):
    """A whole device: what of it is carried, by name, and what is not, and why."""

    functions: tuple[Function, ...]
    neighbours: tuple[Neighbour, ...]
    mapped: tuple[str, ...]
    unmapped: tuple[Left, ...]

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What its owner may miss."""
        return tuple(Trouble(left.where, left.reason) for left in self.unmapped if not left.meant)


class Told(Struct, frozen=True):
    """A property's value, or what could not be read."""

    endpoint: EndpointId
    name: str
    value: Value
    trouble: str = ""


def told(functions: tuple[Function, ...], status: Status, *, whole: bool) -> Iterator[Told]:
    """Yield what a status tells; `whole` if it tells everything, not just what changed."""
    for function in functions:
        for field in function.fields:
            if field.component not in status:
                continue
            there, said = at(status[field.component], field.path)
            if not there and not (whole and field.omitted):
                continue
            try:
                value = field.read(said) if there else False
            except MalformedError as error:
                where = f"{field.component} {'.'.join(field.path)} {error.what}"
                yield Told(function.endpoint.id, field.name, None, where)
            else:
                yield Told(function.endpoint.id, field.name, value)


def at(said: object, path: tuple[str, ...]) -> tuple[bool, object]:
    """Return whether there is something at `path`, and what."""
    for key in path:
        if not isinstance(said, dict) or key not in said:
            return False, None
        said = said[key]
    return True, said
