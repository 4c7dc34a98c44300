"""What of a node becomes an endpoint of the hub: how it is read, and how it is set. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from drivers.kit.errors import RefusedError
from drivers.zwave.values import Key, NodeValue
from hubd.model.device import Action, Endpoint, Trouble
from hubd.model.ids import EndpointId
from hubd.model.value import Value

type Values = Mapping[Key, object]
"""What the server last told of each value of a node."""


class Setting(Struct, frozen=True):
    """A value to set in a node; `over_s` is how long it is to take, None for its own way."""

    key: Key
    value: object
    over_s: float | None = None


class Listener(Struct, frozen=True):
    """What in a moment's value is a signal; `read` returns its kind, or None if it is none."""

    signal: str
    read: Callable[[object], str | None]


class Wish(Struct, frozen=True):
    """Properties of one endpoint to set together.

    `over_s` is how long it is to take, None for the node's own way; `told` are the node's values
    as they are, for what is set together with something that is not wished for.
    """

    properties: Mapping[str, Value]
    over_s: float | None = None
    told: Values = {}


def refuse(wish: Wish) -> Sequence[Setting]:
    """Refuse to set anything."""
    raise RefusedError(f"{', '.join(wish.properties) or 'this'} can only be read")


class Function(Struct, frozen=True):
    """One endpoint.

    `read` tells the properties out of the node's values, and is asked again when one of `sources`
    changes; what it leaves out has not changed. `write` returns what to set so that the properties
    become as wished, and raises RefusedError. `actions` are what to set for each.
    """

    endpoint: Endpoint
    sources: frozenset[Key] = frozenset()
    read: Callable[[Values], Iterable[tuple[str, Value]]] = lambda _: ()
    write: Callable[[Wish], Sequence[Setting]] = refuse
    actions: Mapping[str, Setting] = {}
    listeners: Mapping[Key, Listener] = {}

    @property
    def id(self) -> EndpointId:
        """The endpoint's id."""
        return self.endpoint.id


class Mapped(Struct, frozen=True):
    """What some values of a node became: functions, and what could not be carried.

    `used` are the values that are spoken for.
    """

    functions: tuple[Function, ...] = ()
    used: frozenset[Key] = frozenset()
    troubles: tuple[Trouble, ...] = ()


class Site(Struct, frozen=True):
    """One Z-Wave endpoint of a node: its values, by command class, and its device class."""

    index: int
    generic: int
    specific: int
    values: tuple[NodeValue, ...]
    label: str = ""

    def of(self, command_class: int) -> list[NodeValue]:
        """Return the values of a command class."""
        return [v for v in self.values if v.command_class == command_class]

    def find(
        self, command_class: int, name: int | str, key: int | str | None = None
    ) -> NodeValue | None:
        """Return the value of that property and key, or None."""
        wanted = Key(command_class, self.index, name, key)
        return next((v for v in self.values if v.key == wanted), None)

    def id(self, stem: str) -> EndpointId:
        """Return an endpoint's id: `stem`, with the index where it is not the node's own."""
        return EndpointId(f"{stem}_{self.index}" if self.index else stem)


def one(
    endpoint: Endpoint,
    source: NodeValue,
    read: Callable[[object], Value],
    *,
    target: NodeValue | None = None,
    write: Callable[[Value], object] | None = None,
    actions: Mapping[str, Setting] | None = None,
) -> Function:
    """Return a function of one property, read from one value and set by another (or the same)."""
    name = endpoint.properties[0].name

    def tell(values: Values) -> Iterable[tuple[str, Value]]:
        return ((name, read(values.get(source.key))),)

    def set_it(wish: Wish) -> Sequence[Setting]:
        if target is None or write is None or name not in wish.properties:
            return refuse(wish)
        return (Setting(target.key, write(wish.properties[name])),)

    return Function(endpoint, frozenset({source.key}), tell, set_it, actions or {})


def percent(value: Value) -> float:
    """Return a wished percentage. Raises RefusedError for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise RefusedError(f"takes 0 to 100 %, not {value!r}")
    return float(value)


def yes_or_no(value: Value) -> bool:
    """Return a wished boolean. Raises RefusedError for what is none."""
    if isinstance(value, bool):
        return value
    raise RefusedError(f"takes on or off, not {value!r}")


def press(key: Key) -> tuple[tuple[Action, ...], Mapping[str, Setting]]:
    """Return the action of a value that only takes `true`."""
    return (Action("Button.press", "press"),), {"Button.press": Setting(key, value=True)}
